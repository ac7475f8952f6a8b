"""`simulator ladder --sensors`: what each camera would tell, as text, CSV, JSON and a folder."""

import csv
import io
import json

import pytest

from simulator import maps
from simulator.results import read_answer
from tests.made_calls import call, good
from tests.made_cameras import TEXT


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("cameras") / "small.toml"
    path.write_text(TEXT)
    return path


def test_the_scenarios_own_cameras_are_climbed_without_any_steps(file):
    text = good(call("ladder", file, "--sensors"))
    assert text.startswith("That what was salvaged is of little military value")
    for name in ("as salvaged (5 m)", "KOMPSAT-2 (1 m)", "Kondor radar", "silo"):
        assert name in text
    assert "ICEYE" not in text and "nan" not in text


def test_cameras_and_objects_may_be_named(file):
    asked = ("ladder", file, "--sensors", "ref_3m", "ref_iceye", "--object", "tank")
    facts = json.loads(good(call(*asked, "--json")))
    assert facts["sensors"] == ["ref_3m", "ref_iceye"]
    assert facts["objects"][0]["object"] == "tank"
    rows = list(csv.DictReader(io.StringIO(good(call(*asked, "--csv")))))
    assert [row["needs"] for row in rows[:3]] == ["detect-tank", "classify-tank", "identify-tank"]
    assert len(rows) == len(facts["tasks"]) == 6
    assert {row["accesses_clear_per_day"] for row in rows} == {""}


def test_a_ladder_of_cameras_is_kept_with_its_figure_and_the_sources_of_its_sensors(file, tmp_path):
    out = tmp_path / "kept"
    text = good(call("ladder", file, "--sensors", "--out", out))
    assert (out / "answer.txt").read_text() == text
    names = {path.name for path in out.iterdir()}
    assert {"rungs.csv", "tasks.csv", "objects.csv", "targets.csv"} <= names
    assert [path.name for path in (out / "figures").iterdir()] == ["cameras.png"]
    kept = read_answer(out)
    assert kept.command == "cameras"
    used = {(entry["kind"], entry["id"]) for entry in kept.provenance["catalogue"]}
    assert {("sensors", "ref_kondor_fka"), ("needs", "detect-launcher")} <= used
    heading = maps.answer_drawing(kept, "cameras").texts[0].get_text()
    assert "carrier, destroyer and runway detected" in heading.replace("\n", " ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--sensors", "ref_1mm"], "'ref_1mm' is not among the sensors; did you mean 'ref_1m'?"),
        (["--sensors", "--object", "tnk"], "'tnk' is no object that the catalogue has needs of"),
        (["ref_1m"], "names of sensors and --object stand without --sensors; add it"),
        (["--object", "tank"], "names of sensors and --object stand without --sensors; add it"),
        (["--sensors", "--figure", "age_mean_h"], "--network and --figure are of a ladder of"),
        (["--sensors", "--set", "targets=[]"], "nothing to look at"),
    ],
)
def test_faults_are_one_line(file, options, message):
    found = call("ladder", file, *options)
    assert found.exit_code in (1, 2)
    assert message in found.stderr
    assert "Traceback" not in found.stderr
