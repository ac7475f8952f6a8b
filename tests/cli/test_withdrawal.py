"""`simulator withdrawal`: the command and its faults."""

import json

import pytest

from tests.made_calls import call, good
from tests.made_worth import TEXT


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("withdrawal") / "small.toml"
    path.write_text(TEXT)
    return path


def test_withdrawal_says_who_leaves_and_what_changes(file):
    asked = ("withdrawal", file, "--on", "2023-11-23", "--set", "uncertainty.draws=2")
    text = good(call(*asked))
    assert text.startswith("Ussuriysk, yakutsk, kaliningrad and 2 more members leave helped on")
    assert "2023-11-23 00:00 UTC" in text
    assert "had all" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "nan" not in text
    facts = json.loads(good(call(*asked, "--json")))
    assert {row["period"] for row in facts["figures"]} == {1, 2}
    assert facts["events"][0]["leaving"].startswith("ussuriysk, ")


def test_an_answer_is_kept_with_its_curve(file, tmp_path):
    out = tmp_path / "kept"
    good(call("withdrawal", file, "--on", "2023-11-23", "--member", "yakutsk", "--out", out))
    assert {"ages.csv", "events.csv", "figures.csv"} <= {path.name for path in out.iterdir()}
    assert [path.name for path in (out / "figures").iterdir()] == ["ages.png"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "leaves or joins inside the span"),
        (["--member", "yakutsk"], "--member stands without --on"),
        (["--on", "2040-01-01"], "is not inside the span"),
        (["--on", "2023-11-23", "--csv", "--json"], "choose one of --csv and --json"),
    ],
)
def test_faults_are_one_line(file, options, message):
    found = call("withdrawal", file, *options)
    assert found.exit_code in (1, 2)
    assert message in found.stderr
    assert "Traceback" not in found.stderr
