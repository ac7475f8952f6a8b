"""The command `simulator decay`: text, tables, folder, figure, page, and what it refuses."""

import json
import re

import pandas as pd
import pytest

from simulator.maps import answer_drawings
from simulator.page.answered import answer_views
from simulator.results import read_answer
from tests.made_calls import call

JUNE_2024 = "malligyong1_2024_06_07"


def called(*arguments):
    return call("decay", *arguments)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("answers") / "decay"
    ended = called(JUNE_2024, "--years", "0.5", "--raise-below", "500", "--out", str(out))
    assert ended.exit_code == 0, ended.stderr
    return out, ended.stdout


def test_it_says_when_the_satellite_would_come_down_and_what_is_seen(folder):
    _, text = folder
    said = " ".join(text.split())
    assert "Malligyong-1, 2024-06-07, mean height 503 km on 2024-06-07, is raised" in said
    assert re.search(r"would come down in 203\d, 20\d\d to 204\d by activity and drag", said)
    assert "Its ascending node goes from 10:01" in said
    assert "A target could be looked at by daylight" in said
    assert max(map(len, text.splitlines())) <= 80
    for words in ("2024 Jun to Aug", "observed, then as in cycle 22", "high for ever"):
        assert words in text


def test_the_folder_holds_the_answer_its_figure_and_its_sources(folder):
    out, text = folder
    answer = read_answer(out)
    assert answer.text in text
    assert (out / "figures" / "ageing.png").stat().st_size > 10_000
    kinds = {entry["kind"] for entry in answer.provenance["catalogue"]}
    assert {"activity", "elements"} <= kinds
    assert "NRLMSIS 2.1" in answer.provenance["models"]["atmosphere"]
    assert answer.asked["lifetime_low_years"] < answer.asked["lifetime_years"]
    assert list(answer_drawings(answer)) == ["ageing"]
    [view] = answer_views([answer])
    assert view.heading == "Over the years"
    assert {table.name for table in view.tables} >= {"years", "seasons", "lifetimes", "raises"}


def test_csv_is_the_seasons_and_json_is_all():
    # Of low orbits no lifetime is long, nor takes long to find.
    drag = ("--start", "2024-06-07", "--ballistic", "0.004")
    ended = called("sso:400:10.5", *drag, "--activity", "high", "--years", "0.3", "--csv")
    table = pd.read_csv(pd.io.common.StringIO(ended.stdout))
    assert list(table["season"]) == ["2024 Jun to Aug", "2024 Sep to Nov"]
    kept = ["sso:330:10.5", *drag, "--years", "0.1", "--keep-inclination", "--target", "busan"]
    facts = json.loads(called(*kept, "--json").stdout)
    assert facts["activity"] == "observed" and facts["is_kept"] is False
    assert {row["inclination_deg"] for row in facts["heights"]} == {
        facts["heights"][0]["inclination_deg"]
    }


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([JUNE_2024, "--years", "99"], 1, "years: 99; allowed 0.1 to 30"),
        (["sso:500:10.5"], 1, "has no epoch of its own"),
        (["sso:500:10.5", "--start", "2026-06-01"], 1, "decay needs to know its drag"),
        (["sso:500:10.5", "--start", "soon"], 1, "'soon' is not a date or time"),
        ([JUNE_2024, "--activity", "hihg"], 1, "did you mean 'high'?"),
        ([JUNE_2024, "--target", "busann"], 1, "busan"),
        ([JUNE_2024, "--set", "span.days=3"], 2, "--set stands with a scenario"),
        (["scenarios/years.toml", "--target", "busan"], 2, "stand with an orbit"),
        (["scenarios/malligyong-1.toml"], 1, "its orbit has no table decay"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, code, words):
    ended = called(*arguments)
    assert ended.exit_code == code
    assert words in " ".join(ended.stderr.replace("│", " ").split())
