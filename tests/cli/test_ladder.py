"""`simulator ladder`: the command and its faults."""

import csv
import io
import json

import pytest

from simulator import maps
from simulator.results import read_answer
from tests import made
from tests.made_calls import call, good
from tests.made_ladders import TEXT


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("ladder") / "small.toml"
    path.write_text(TEXT)
    return path


def test_a_ladder_prints_its_answer_first_and_the_rungs_below(file):
    text = good(call("ladder", file))
    assert text.startswith("The 4 steps together take the mean time from picture to")
    words = " ".join(text.split())
    assert "The first step that matters is" in words
    assert "commands is without effect before dish" in words
    assert "90 % of 3 draws" in words
    for name in ("0 before any step", "1 coarser", "2 dish", "3 commands", "4 two"):
        assert name in text
    assert max(map(len, text.splitlines())) <= 80
    assert "nan" not in text


def test_in_full_a_ladder_has_ranges_and_sources(file):
    text = good(call("ladder", file, "--full", "--figure", "latency_mean_h"))
    assert "Latency, mean." in text and "over draws" in text
    assert "2 dish (2024, estimated): a guess." in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_ladder_as_json_and_csv_holds_every_rung(file):
    asked = ("ladder", file, "--figure", "age_mean_h", "--set", "uncertainty.draws=0")
    facts = json.loads(good(call(*asked, "--json")))
    assert [row["step"] for row in facts["rungs"]][1:] == ["coarser", "dish", "commands", "two"]
    rows = list(csv.DictReader(io.StringIO(good(call(*asked, "--csv")))))
    assert len(rows) == len(facts["values"]) == 5
    assert rows[0]["value_low"] == "" and facts["values"][0]["value_low"] is None


def test_a_ladder_is_kept_with_its_tables_its_figure_and_the_sources_of_all_rungs(file, tmp_path):
    out = tmp_path / "kept"
    asked = ("ladder", file, "--out", out)
    text = good(call(*asked))
    names = {path.name for path in out.iterdir()}
    assert {"answer.txt", "answer.json", "rungs.csv", "values.csv", "scenario.toml"} <= names
    assert (out / "answer.txt").read_text() == text
    assert [path.name for path in (out / "figures").iterdir()] == ["rungs.png"]
    kept = read_answer(out)
    assert kept.command == "ladder"
    assert {("stations", "yakutsk"), ("stations", "pgscc")} <= {
        (entry["kind"], entry["id"]) for entry in kept.provenance["catalogue"]
    }
    heading = maps.answer_drawing(kept, "rungs").texts[0].get_text().replace("\n", " ")
    assert heading.startswith("Mean time from picture to headquarters: 51\xa0min before any step")
    refused = call(*asked)
    assert refused.exit_code == 1
    assert "exists already" in refused.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--network", "hom"], "'hom' is no network before any step; there is home"),
        (["--figure", "latency"], "'latency' is no figure that a ladder knows"),
        (["--csv", "--json"], "choose one of --csv and --json"),
        (["--force"], "--force: stands without --out"),
        (
            ["--set", "steps.dish.name=two"],
            "small.toml: steps.3: 'two' is already the name of steps.1",
        ),
    ],
)
def test_faults_are_one_line(file, options, message):
    found = call("ladder", file, *options)
    assert found.exit_code in (1, 2)
    assert message in found.stderr
    assert "Traceback" not in found.stderr


def test_a_scenario_without_steps_is_refused(tmp_path):
    (tmp_path / "plain.toml").write_text(made.SMALL)
    found = call("ladder", tmp_path / "plain.toml")
    assert found.exit_code == 1
    assert "the scenario has no steps: a ladder needs [[steps]]" in found.stderr


def test_steps_are_shown_where_a_scenario_is_checked(file):
    words = " ".join(good(call("validate", file)).split())
    assert "Steps of its ladder: 4" in words
    assert "dish (2024, estimated): adds to networks.home.stations" in words
    facts = json.loads(good(call("validate", file, "--json")))
    assert facts["steps"][0]["set"] == {"satellites.0.sensor.gsd_m": 5.0}
    assert "Keys that the step sets" in good(call("explain", "steps.set"))
