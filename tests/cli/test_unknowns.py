"""`simulator unknowns`: the command, its figure, and its faults."""

import csv
import io
import json

import pytest

from simulator import maps
from simulator.results import read_answer
from tests import made
from tests.made_calls import call, good

UNKNOWNS = """
[[unknowns]]
name = "downlink rate"
values = { "satellites.0.downlink_rate_mbps" = { lognormal = [1.0, 3.0] } }
[[unknowns]]
name = "masks"
values = { "networks.*.stations.*.min_elevation_deg" = { uniform = [0.0, 20.0] } }
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("unknowns") / "small.toml"
    path.write_text(made.text(UNKNOWNS, days=3.0))
    return path


@pytest.fixture(scope="module")
def kept(file, tmp_path_factory):
    out = tmp_path_factory.mktemp("kept") / "answer"
    text = good(call("unknowns", file, "--rows", 8, "--out", out))
    return out, text


def test_it_says_first_which_unknown_decides(kept):
    _, text = kept
    words = " ".join(text.split())
    assert words.startswith("The ratio of latency, mean with dprk+russia depends most on")
    assert "which known would settle" in words
    for name in ("downlink rate", "masks", "orbit phase"):
        assert name in words
    assert "40 draws, 8 rows of a Sobol design" in words
    assert max(map(len, text.splitlines())) <= 80
    assert "nan" not in text


def test_its_answer_is_kept_with_tables_and_a_figure(kept):
    out, text = kept
    assert (out / "answer.txt").read_text() == text
    answer = read_answer(out)
    assert (answer.command, set(answer.tables)) == ("unknowns", {"figures", "indices"})
    assert [path.name for path in (out / "figures").iterdir()] == ["unknowns.png"]
    heading = maps.answer_drawing(answer, "unknowns").texts[0].get_text().replace("\n", " ")
    assert "depends most on" in heading


def test_as_json_and_csv_it_holds_every_index(file):
    asked = ("unknowns", file, "--rows", 4, "--figure", "age_mean_h")
    facts = json.loads(good(call(*asked, "--json")))
    rows = list(csv.DictReader(io.StringIO(good(call(*asked, "--csv")))))
    # Two values and a ratio, three unknowns each.
    assert len(rows) == len(facts["indices"]) == 9
    assert {row["unknown"] for row in rows} == {"orbit phase", "downlink rate", "masks"}
    assert facts["draws"] == 20


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--rows", "12"], 2, "--rows is 12; it must be a power of two"),
        (["--figure", "age"], 1, "'age' is no figure that unknowns are asked of"),
        (["--set", "unknowns=[]"], 1, "the scenario has no unknowns"),
        (["--set", "unknowns.0.values.x={normal=[1,1]}"], 1, "has no key 'x'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_line(file, options, code, message):
    refused = call("unknowns", file, *options)
    assert refused.exit_code == code
    assert message in " ".join(refused.stderr.replace("│", " ").split())
