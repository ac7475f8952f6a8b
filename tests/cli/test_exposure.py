"""`simulator exposure`: the text, the tables, the folder, and what it refuses."""

import csv
import io
import json
from pathlib import Path

import pytest

from simulator.results import read_answer
from tests import made
from tests.made_calls import call, good

PLAN = ("--target", "osan", "--start", "2023-11-22", "--hours", "30")


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("exposure") / "small.toml"
    path.write_text(made.text(uncertainty={"draws": 4, "resamples": 0}))
    return path


def test_it_says_what_a_plan_risks_by_network(file, tmp_path: Path):
    words = ("exposure", file, *PLAN, "--useful-h", "2")
    text = " ".join(good(call(*words)).split())
    assert (
        "osan, 2023-11-22 00:00 to 2023-11-23 06:00 UTC, 30 h: in this plan it could be looked at"
        in text
    )
    assert "at headquarters by 2 h after it" in text
    assert "shares of 4 draws of the orbit's phase" in text
    assert "Clouds are not counted" in text
    facts = json.loads(good(call(*words, "--json")))
    assert facts["useful_h"] == 2.0
    rows = list(csv.DictReader(io.StringIO(good(call(*words, "--csv")))))
    assert [row["network"] for row in rows] == ["dprk", "dprk+russia"]
    for row, fact in zip(rows, facts["figures"], strict=True):
        assert float(row["home_chance"]) == pytest.approx(fact["home_chance"])
    good(call(*words, "--out", tmp_path / "kept"))
    kept = read_answer(tmp_path / "kept")
    assert kept.command == "exposure"
    assert len(kept.tables["drawn"]) == 8


def test_without_draws_it_says_so(file):
    text = " ".join(good(call("exposure", file, *PLAN, "--draws", "0")).split())
    assert "One orbit as given, without draws: each chance is 0 or 100 %." in text
    clouds = ("--set", "clouds.clear=0.5")
    text = " ".join(good(call("exposure", file, *PLAN, "--draws", "0", *clouds)).split())
    assert "each chance but a cloud-free one is 0 or 100 %" in text


def test_a_sky_of_which_nothing_is_known_is_said_to_be_taken_as_clear(tmp_path: Path):
    unknown, known = tmp_path / "unknown.toml", tmp_path / "known.toml"
    place = {"name": "osan", "latitude_deg": 37.09, "longitude_deg": 127.03}
    for path, own in ((unknown, {}), (known, {"clear": 0.5})):
        path.write_text(made.text(targets=[{**place, **own}], clouds={"clear": "sunshine"}))
    said = "Nothing is known of the sky over osan, taken as always clear."
    words = (*PLAN, "--draws", "0")
    assert said in " ".join(good(call("exposure", unknown, *words)).split())
    assert said not in " ".join(good(call("exposure", known, *words)).split())


def test_a_plan_may_be_a_file(file, tmp_path: Path):
    (tmp_path / "plan.csv").write_text("start,hours\n2023-11-22,30\n")
    words = ("exposure", file, "--target", "osan")
    assert good(call(*words, "--plan", tmp_path / "plan.csv")) == good(
        call("exposure", file, *PLAN)
    )
    both = call(*words, "--plan", tmp_path / "plan.csv", "--hours", "3")
    assert both.exit_code == 2
    assert "choose one" in both.stderr


def test_an_unknown_target_is_answered_with_the_nearest(file):
    wrong = call("exposure", file, "--target", "ossan", "--start", "2023-11-22", "--hours", "3")
    assert wrong.exit_code == 1
    assert "did you mean 'osan'" in wrong.stderr


def test_with_clouds_both_stand_beside_each_other(file):
    words = ("exposure", file, *PLAN, "--set", "clouds.clear=0.5", "--draws", "3")
    text = " ".join(good(call(*words)).split())
    assert "and without clouds between with one of" in text
    assert "Cloud-free: the chance that one of these pictures shows the target" in text
    assert "Clouds are not counted" not in text
    (row, *_) = csv.DictReader(io.StringIO(good(call(*words, "--csv"))))
    assert float(row["home_clear_chance"]) == pytest.approx(0.5 * float(row["home_chance"]))
