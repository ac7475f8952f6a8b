"""`simulator options`: the command, its folder, its figure, and its faults."""

import json

import pytest

from simulator.page.answered import answer_views
from simulator.results import read_answer
from tests import made
from tests.made_calls import call, good


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("options") / "small.toml"
    path.write_text(made.text())
    return path


SHORT = ("--vehicle", "chollima1", "--vehicle", "dnepr", "--class", "malligyong_press")


def test_options_says_what_a_rocket_brings_and_why(file):
    text = good(call("options", file, *SHORT, "--most", "2"))
    assert text.startswith("Wanted: 502 km, inclination 97.40 degrees, ascending node at 10:00")
    assert "Dnepr (retired)" in text
    assert "1,100 or more" in text and "1,100 kg flown to 528 km, a floor" in text
    assert "sohae, known to reach 88.7, 97.42 degrees. Not flown: to stay off China" in text
    assert "nan" not in text and max(map(len, text.splitlines())) <= 100
    rows = good(call("options", file, *SHORT, "--csv")).splitlines()
    assert rows[0].startswith("class,number,network,accesses_per_day,revisit_mean_h")
    facts = json.loads(good(call("options", file, *SHORT, "--json")))
    assert {row["vehicle"] for row in facts["carried"]} == {"chollima1", "dnepr"}


def test_an_answer_is_kept_drawn_and_shown_on_the_page(file, tmp_path):
    out = tmp_path / "kept"
    good(call("options", file, *SHORT, "--most", "2", "--out", out))
    assert {"rockets.csv", "carried.csv", "figures.csv"} <= {path.name for path in out.iterdir()}
    assert [path.name for path in (out / "figures").iterdir()] == ["launch-options.png"]
    (view,) = answer_views([read_answer(out)])
    assert view.heading == "What rockets bring to the orbit"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--vehicle", "chollima"], "did you mean 'chollima1'"),
        (["--class", "kms4_sensor"], "the catalogue has no gsd_m"),
        (["--most", "99"], "most is 99; allowed 1 to 24"),
    ],
)
def test_faults_are_one_line(file, options, message):
    found = call("options", file, *options)
    assert found.exit_code == 1
    assert message in found.stderr
    assert "Traceback" not in found.stderr
