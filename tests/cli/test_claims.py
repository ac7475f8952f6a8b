"""The command of published statements: its forms, its files, its faults."""

import csv
import io
import json

from simulator.results import read_answer
from tests.made_calls import call, good


def test_one_statement_is_told_in_full_and_several_in_short():
    text = good(call("claims", "first_overpass_pyongyang"))
    assert "at 00:25:27 UTC." in " ".join(text.split())
    assert "confirmed" in text and "SatTrackCam" in text and "check: pass" in text
    text = good(call("claims", "first_overpass_pyongyang", "kms32_tumbling"))
    assert text.startswith("Of 2 statements 1 confirmed, 1 not checkable.")
    assert "not checkable  kms32_tumbling" in text


def test_csv_has_verdicts_of_several_and_numbers_of_one():
    words = ("claims", "first_overpass_pyongyang")
    (row,) = csv.DictReader(io.StringIO(good(call(*words, "--csv"))))
    assert abs(float(row["value"])) < 60.0 and row["unit"] == "s"
    rows = list(csv.DictReader(io.StringIO(good(call(*words, "kms32_tumbling", "--csv")))))
    assert [each["verdict"] for each in rows] == ["confirmed", "not checkable"]
    facts = json.loads(good(call(*words, "--json")))
    assert facts["verdicts"][0]["verdict"] == "confirmed"
    assert facts["names"] == ["first_overpass_pyongyang"]


def test_a_file_of_ones_own_is_checked_and_kept(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        '[[claims]]\nid = "osan"\nname = "Osan"\nstatement = "It passed Osan."\n'
        '[[claims.checks]]\nkind = "pass"\norbit = "malligyong1_nov23"\ntarget = "osan"\n'
        "instant = 2023-11-24T01:20:30Z\n"
    )
    out = tmp_path / "kept"
    text = good(call("claims", "--file", path, "--out", out))
    assert "Osan (osan): confirmed" in text
    kept = read_answer(out)
    assert kept.tables["verdicts"]["claim"].tolist() == ["osan"]
    assert kept.text in text
    bad = call("claims", "--file", path, "osam")
    assert bad.exit_code == 1
    assert f"claim 'osam': {path} has none of this id; did you mean 'osan'?" in bad.stderr
    path.write_text(path.read_text().replace('"osan"\ninst', '"osam"\ninst'))
    bad = call("claims", "--file", path, "--out", tmp_path / "none")
    assert bad.exit_code == 1
    assert f"{path}: claims.0.checks.0.target: place 'osam'" in bad.stderr
    assert not (tmp_path / "none").exists()


def test_a_name_that_is_not_there_is_answered_with_the_nearest():
    bad = call("claims", "pictured_roma")
    assert bad.exit_code == 1
    assert "did you mean 'pictured_rome'" in bad.stderr
