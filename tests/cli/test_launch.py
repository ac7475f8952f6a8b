"""`simulator launch`: the command, its folder, its figure, and its faults."""

import json

import pytest

from simulator.page.answered import answer_views
from simulator.results import read_answer
from tests.made_calls import call, good

SHORT = ("launch", "kms3_2", "--hours", "05:00-11:00", "--step", "180", "--days", "2")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("launch") / "kept"
    good(call(*SHORT, "--out", out))
    return out


def test_launch_says_which_plane_each_hour_gives():
    text = good(call(*SHORT))
    assert "lifted off at 09:49 local time, which sets the ascending\nnode to 20:59" in text
    assert "Over the window notified, 07:00 to 12:00, every minute of it alike" in text
    assert "local time of the ascending node   20:40" in text
    assert "nan" not in text
    rows = good(call(*SHORT, "--csv")).splitlines()
    assert rows[0].startswith("liftoff_local,liftoff_utc,ltan,ltan_h,looks_per_day,lit_share")
    assert [row.split(",")[0] for row in rows[1:]] == ["05:00", "08:00", "11:00"]
    facts = json.loads(good(call(*SHORT, "--json")))
    assert facts["time_zone"] == "Asia/Pyongyang"
    assert facts["flown"][0]["ltan"] == "20:59"


def test_an_answer_is_kept_drawn_again_and_shown_on_the_page(folder, tmp_path):
    assert {"hours.csv", "flown.csv", "window.csv"} <= {path.name for path in folder.iterdir()}
    assert [path.name for path in (folder / "figures").iterdir()] == ["launch-hours.png"]
    drawn = tmp_path / "again.svg"
    good(call("map", folder, "--figure", "launch-hours", "--out", drawn))
    svg = drawn.read_text()
    assert "lift-off, local time" in svg and "shaded: the window notified, 07:00 to 12:00" in svg
    (view,) = answer_views([read_answer(folder)])
    assert view.heading == "What the hour of the launch decides"
    assert {table.name for table in view.tables} == {"hours", "flown", "window"}
    provenance = json.loads((folder / "provenance.json").read_text())
    assert "kms3_2" in json.dumps(provenance)


def test_a_scenario_gives_places_and_sensor(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(
        'schema_version = 1\ntitle = "own"\ntargets = ["busan"]\n'
        "[span]\nstart = 2023-11-22T00:00:00Z\ndays = 3.0\n"
        '[[satellites]]\nname = "R"\nsensor = "ref_kondor_fka"\ndownlink_rate_mbps = 2.0\n'
        '[satellites.orbit]\nkind = "launch"\nlaunch = "malligyong1_nov23"\n'
    )
    asked = ("launch", "malligyong1_nov23", "--scenario", file, "--hours", "06:27-06:27")
    text = good(call(*asked))
    assert "Over 3 days and 1 place, sensor ref_kondor_fka" in text
    assert "whatever the light" in text
    # The plane of its own lift-off alone.
    assert good(call(*asked, "--days", "2", "--set", "targets=['osan']")).count("100.0 %") == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["kms44"], "did you mean 'kms4'"),
        (["kms4", "--hours", "now"], "hours: 'now' is no range of hours"),
        (["kms4", "--days", "0"], "days: 0; allowed above 0 to 3650"),
        (["kms4", "--set", "span.days=3"], "--set stands without --scenario"),
        (["malligyong11_may24"], "no orbit of this launch"),
    ],
)
def test_faults_are_one_line(options, message):
    found = call("launch", *options)
    assert found.exit_code in (1, 2)
    assert message in found.stderr
    assert "Traceback" not in found.stderr
