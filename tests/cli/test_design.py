"""`simulator design`: the command, its folder, its figure, and its faults."""

import json
import tomllib

import pytest

from simulator.page.answered import answer_views
from simulator.results import read_answer
from tests.made_calls import call, good

SHORT = ("design", "--see", "seoul", "--every", "24h", "--height", "575", "--days", "9")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("design") / "kept"
    good(call(*SHORT, "--light", "10", "--height", "550:600", "--out", out))
    return out


def test_design_says_which_orbits_would_do_and_prints_the_scenario_of_the_first():
    text = good(call(*SHORT, "--cycle", "0"))
    assert text.startswith("One satellite at 575 km sees seoul at least every 24 h.")
    assert "proves it: the longest gap is 23.9" in text
    assert "Searched: a mean height of 575 km as flown; Sun-synch" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80
    assert "nan" not in text
    scenario = tomllib.loads(text[text.index("schema_version") :])
    assert scenario["satellites"][0]["orbit"]["kind"] == "sun-synchronous"
    rows = good(call(*SHORT, "--csv")).splitlines()
    assert rows[0].startswith("rank,pattern,satellites,planes,phasing,height_km,altitude_km")
    facts = json.loads(good(call(*SHORT, "--json")))
    assert facts["see"] == ["seoul"] and facts["every_h"] == 24.0
    assert facts["candidates"][0]["satellites"] == 1


def test_an_answer_is_kept_drawn_again_and_shown_on_the_page(folder, tmp_path):
    assert {"candidates.csv", "searched.csv", "scenario.toml"} <= {p.name for p in folder.iterdir()}
    assert [path.name for path in (folder / "figures").iterdir()] == ["design-heights.png"]
    drawn = tmp_path / "again.svg"
    good(call("map", folder, "--figure", "design-heights", "--out", drawn))
    svg = drawn.read_text()
    assert "mean height over the ellipsoid, km" in svg and "ringed: proven" in svg.lower()
    (view,) = answer_views([read_answer(folder)])
    assert view.heading == "Which orbits would do"
    assert {table.name for table in view.tables} == {"candidates", "searched"}
    # The scenario kept is the one that was proven.
    good(call("validate", folder / "scenario.toml"))


def test_what_does_not_suffice_is_said_and_kept(tmp_path):
    out = tmp_path / "none"
    text = good(call(*SHORT, "--every", "2h", "--most", "2", "--cycle", "0", "--out", out))
    assert text.startswith("No pattern of up to 2 satellites sees seoul at least every 2 h.")
    assert "Nearest comes" in " ".join(text.split())
    assert "The scenario of what came nearest" in text
    assert read_answer(out).tables["candidates"].empty
    assert not list((out / "figures").iterdir())


def test_places_that_are_out_of_reach_are_said_to_be():
    asked = ("--inclination", "5", "--most", "1", "--cycle", "0")
    text = " ".join(good(call(*SHORT, *asked)).split())
    assert "None of the patterns sees it even once in the first days." in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--every", "often"], "no length of time such as 24h"),
        (["--see", "busann"], "did you mean 'busan'"),
        (["--light", "95"], "min_sun_elevation_deg"),
        (["--field-of-regard", "120"], "max_off_nadir_deg"),
        (["--pattern", "star"], "allowed plane, walker"),
        (["--csv", "--json"], "choose one of --csv and --json"),
    ],
)
def test_faults_are_one_line(options, message):
    found = call(*SHORT, *options)
    assert found.exit_code in (1, 2)
    assert message in found.stderr
    assert "Traceback" not in found.stderr
