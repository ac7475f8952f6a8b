"""`simulator exchange`: the command and its faults."""

import csv
import io
import json

import pytest

from tests.made_calls import call, good
from tests.made_exchange import text


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("exchange") / "small.toml"
    path.write_text(text())
    return path


def test_exchange_answers_first_and_says_what_it_assumed_last(file):
    asked = ("exchange", file, "--planes", "1", "--planes", "2", "--most", "4")
    printed = good(call(*asked, "--set", "uncertainty.draws=2", "--full"))
    assert printed.startswith("Latency, mean: ")
    words = " ".join(printed.split())
    assert "Never as good: 4 satellites in 1 plane make it" in words
    assert "Satellites are like M and take the place" in words
    assert words.endswith(
        "Ranges hold 90 % of 2 draws of the orbit's phase; all numbers are tried in each."
    )
    assert max(map(len, printed.splitlines())) <= 80
    assert "nan" not in printed
    assert "inf" not in printed


def test_exchange_as_csv_and_json_holds_every_smallest_number(file):
    asked = ("exchange", file, "--with", "relays", "--with", "rate", "--most", "2")
    asked = (*asked, "--figure", "longest_silence_h")
    rows = list(csv.DictReader(io.StringIO(good(call(*asked, "--csv")))))
    facts = json.loads(good(call(*asked, "--json")))
    assert [row["means"] for row in rows] == ["relays", "Mbit/s"]
    assert rows[1]["number"] == ""
    assert rows[1]["reached"] == "false"
    assert facts["rates"][1]["number"] is None
    assert facts["rates"][0]["number"] == float(rows[0]["number"])
    assert facts["relay"]["name"] == "luch5v"


def test_exchange_keeps_text_tables_and_figures_in_a_folder(file, tmp_path):
    asked = ("exchange", file, "--with", "satellites", "--most", "2", "--out", tmp_path / "kept")
    figures = ("--figure", "age_mean_h", "--figure", "longest_silence_h")
    printed = good(call(*asked, *figures))
    kept = tmp_path / "kept"
    assert (kept / "answer.txt").read_text() == printed
    names = {path.relative_to(kept).as_posix() for path in kept.rglob("*") if path.is_file()}
    assert {"figures.csv", "rates.csv", "points.csv", "figures/age_mean_h.png"} <= names
    refused = call(*asked, *figures)
    assert refused.exit_code == 1
    assert "exists already" in refused.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--network", "helpd"], "did you mean 'helped'?"),
        (["--with", "dishes"], "'dishes' is no means that exchange knows"),
        (["--planes", "3", "--most", "2"], "3 planes need as many satellites"),
        (["--planes", "2", "--phasing", "2"], "phasing is 2; with 2 planes it must be 0 to 1"),
        (["--csv", "--json"], "choose one of --csv and --json"),
    ],
)
def test_faults_are_one_line(file, options, message):
    found = call("exchange", file, *options)
    assert found.exit_code in (1, 2)
    assert message in found.stderr
    assert "Traceback" not in found.stderr
