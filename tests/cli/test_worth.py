"""`simulator worth`: the command and its faults."""

import csv
import io
import json

import pytest

from tests.made_calls import call, good
from tests.made_worth import TEXT


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("worth") / "small.toml"
    path.write_text(TEXT)
    return path


def test_worth_prints_what_is_enough_and_what_each_member_adds(file):
    text = good(call("worth", file, "--orders", "8", "--set", "uncertainty.draws=2"))
    assert text.startswith("What each of the 5 members of helped beyond home is worth.")
    assert "90 % of 2 draws" in " ".join(text.split())
    assert "yakutsk" in text
    assert "Shapley" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "nan" not in text


def test_worth_as_json_and_csv_holds_every_member(file):
    asked = ("worth", file, "--orders", "4", "--figure", "latency_mean_h")
    facts = json.loads(good(call(*asked, "--json")))
    assert {row["load"] for row in facts["figures"]} == {"idle", "loaded"}
    rows = list(csv.DictReader(io.StringIO(good(call(*asked, "--csv")))))
    assert len(rows) == len(facts["members"]) == 10


def test_siting_names_the_best_place_of_each_country(tmp_path):
    path = tmp_path / "host.toml"
    box = "bounds_deg = {west = 100, south = 30, east = 160, north = 66}"
    path.write_text(f'{TEXT}\n[[regions]]\nname = "host"\n{box}\nresolution_km = 1000\n')
    asked = ("worth", path, "--siting", "host", "--figure", "latency_mean_h")
    text = good(call(*asked))
    assert text.startswith("What one more station would add to home, at the ")
    assert "Russia" in text
    assert max(map(len, text.splitlines())) <= 80
    rows = list(csv.DictReader(io.StringIO(good(call(*asked, "--csv")))))
    facts = json.loads(good(call(*asked, "--json")))
    assert len(rows) == len(facts["cells"]) > 5
    own = {row["figure"]: row["value"] for row in facts["baseline_figures"]}
    assert own["latency_mean_h"] > 1.0
    good(call(*asked, "--out", tmp_path / "kept"))
    assert (tmp_path / "kept" / "grid-host.nc").stat().st_size > 1_000
    assert [p.name for p in (tmp_path / "kept" / "figures").iterdir()] == ["latency_mean_h.png"]
    refused = call(*asked, "--network", "helped")
    assert refused.exit_code == 2
    assert "--siting stands without --network" in refused.stderr


def test_an_answer_is_kept_with_its_tables_and_figures(file, tmp_path):
    out = tmp_path / "kept"
    asked = ("worth", file, "--orders", "4", "--figure", "latency_mean_h", "--out", out)
    text = good(call(*asked))
    names = {path.name for path in out.iterdir()}
    assert {"answer.txt", "answer.json", "members.csv", "sets.csv", "scenario.toml"} <= names
    assert (out / "answer.txt").read_text() == text
    assert [path.name for path in (out / "figures").iterdir()] == ["latency_mean_h.png"]
    refused = call(*asked)
    assert refused.exit_code == 1
    assert "exists already" in refused.stderr
    good(call(*asked, "--force"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--force"], "--force: stands without --out"),
        (["--siting", "korea"], "'korea' is no region of the scenario; it has none"),
        (["--network", "helpd"], "did you mean 'helped'?"),
        (["--figure", "latency"], "'latency' is no figure that worth knows"),
        (["--reach", "1.5"], "--reach is 1.5; it must be above 0 and at most 1"),
        (["--csv", "--json"], "choose one of --csv and --json"),
    ],
)
def test_faults_are_one_line(file, options, message):
    found = call("worth", file, *options)
    assert found.exit_code in (1, 2)
    assert message in found.stderr
    assert "Traceback" not in found.stderr
