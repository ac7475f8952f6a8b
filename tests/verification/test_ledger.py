"""The ledger: every check passes, would fail were it wrong, and is what the page says."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.access import Windows, find_accesses
from simulator.errors import InputError
from simulator.verification import (
    STAGES,
    Ledger,
    access_checks,
    checks,
    ledger_markdown,
    ledger_text,
    naive,
    take_stock,
    windows_csv,
)
from simulator.verification.ledger import StageChecks
from tests.made_calls import call, good

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return take_stock()


def test_every_check_passes_and_every_stage_has_some(ledger: Ledger) -> None:
    assert [stage.stage for stage in ledger.stages] == list(STAGES)
    failed = [check for check in ledger.checks if not check.has_passed]
    assert not failed
    assert min(len(stage.checks) for stage in ledger.stages) >= 2
    assert all(check.source and check.name and check.reference for check in ledger.checks)
    assert ledger_text(ledger).endswith(f"All {len(ledger.checks)} checks passed.")


def test_the_page_is_what_the_ledger_prints(ledger: Ledger) -> None:
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    assert page == ledger_markdown(ledger)


def test_names_of_checks_are_told_apart_within_a_stage(ledger: Ledger) -> None:
    for stage in ledger.stages:
        names = [check.name for check in stage.checks]
        assert len(set(names)) == len(names)
        assert not [check for check in stage.checks if "|" in check.name + check.source]


def test_recorded_windows_are_written_as_they_are_kept() -> None:
    kept = (ROOT / "simulator" / "verification" / "recorded_windows.csv").read_text("utf-8")
    # The last digits are of rounding, and another processor's.
    rows, again = (list(csv.reader(io.StringIO(text))) for text in (kept, windows_csv()))
    assert rows[0] == again[0] and len(rows) == len(again)
    apart = np.array(rows[1:], np.float64) - np.array(again[1:], np.float64)
    assert np.abs(apart).max() < 1e-6


@pytest.mark.parametrize(
    ("ours", "passes"), [(1.0, True), (1.001, True), (1.0021, False), (math.nan, False)]
)
def test_a_number_passes_within_what_is_allowed_alone(ours: float, passes: bool) -> None:
    check = checks.number_check("n", ours, 1.0, allowed=2e-3, unit="s", source="s")
    assert check.has_passed == passes


@pytest.mark.parametrize(
    ("apart", "passes"),
    [([0.0, 0.1], True), ([-0.3], False), ([math.nan, 0.0], False), ([], False)],
)
def test_many_values_pass_together_or_not(apart: list[float], passes: bool) -> None:
    check = checks.worst_check("n", apart, of="values", allowed=0.2, unit="s", source="s")
    assert check.has_passed == passes


@pytest.mark.parametrize(
    ("ours", "passes"),
    [
        ([[0.0, 1.0], [2.0, 3.0]], True),
        ([[0.0, 1.0]], False),
        ([[0.0, 1.0], [2.0, 3.1]], False),
        ([[0.0, 1.0], [2.0, 3.0], [5.0, 6.0]], False),
    ],
)
def test_a_window_too_many_or_too_few_fails(ours: list[list[float]], passes: bool) -> None:
    reference = [[[0.0, 1.0], [2.0, 3.0]], []]
    check = checks.windows_check("n", [ours, []], reference, allowed_s=0.01, source="s")
    assert check.has_passed == passes
    nothing = checks.windows_check("n", [[]], [[]], allowed_s=0.01, source="s")
    assert not nothing.has_passed


def test_the_naive_scan_knows_nothing_of_the_package() -> None:
    source = Path(naive.__file__).read_text("utf-8")
    taken = [line for line in source.splitlines() if line.startswith("from simulator")]
    assert taken == ["from simulator.arrays import BoolArray, FloatArray"]


def test_a_failed_check_is_named_and_marked() -> None:
    wrong = checks.number_check("height", 2.0, 1.0, allowed=0.1, unit="km", source="a book")
    ledger = Ledger((StageChecks("sun", "The Sun", (wrong,)),))
    assert not ledger.has_passed
    assert "FAILED  height\n          ours 2 km, reference 1 km" in ledger_text(ledger)
    assert ledger_text(ledger).endswith("1 of 1 checks failed: height")
    assert "| **failed**: height | 2 km | 1 km | 0.1 km | a book |" in ledger_markdown(ledger)


def test_windows_two_microseconds_off_fail_their_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*given: Any, **asked: Any) -> Windows:
        found = find_accesses(*given, **asked)
        return Windows(found.site, found.start_s + 2e-6, found.end_s, found.cut)

    monkeypatch.setattr(access_checks, "find_accesses", late)
    checked = list(access_checks.recorded_checks())
    assert not any(check.has_passed for check in checked)
    assert all(check.ours == check.reference for check in checked)


def test_an_unknown_stage_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"'acesses' is no stage .* did you mean 'accesses'"):
        take_stock(["acesses"])


def test_the_command_prints_a_stage_in_every_form(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("verify", "--stage", "deliveries")
    assert good(call(*words)).splitlines()[-1] == "All 6 checks passed."
    rows = list(csv.DictReader(io.StringIO(good(call(*words, "--csv")))))
    assert rows[0]["stage"] == "deliveries" and rows[0]["passed"] == "true"
    facts = json.loads(good(call(*words, "--json")))
    assert facts["passed"] and len(facts["checks"]) == 6
    assert good(call(*words, "--markdown")).startswith("# What the numbers were checked against")
    for refused in (("--csv", "--json"), ("--csv", "--markdown")):
        assert call(*words, *refused).exit_code == 2
    assert call("verify", "somewhere", "--stage", "sun").exit_code == 2

    def wrong(*_: Any, **__: Any) -> Ledger:
        check = checks.number_check("n", 2.0, 1.0, allowed=0.1, unit="", source="s")
        return Ledger((StageChecks("sun", "The Sun", (check,)),))

    from simulator import verification

    monkeypatch.setattr(verification, "take_stock", wrong)
    assert call("verify").exit_code == 1
