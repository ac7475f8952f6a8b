"""Statements checked: the verdict of each, and the tables of all numbers behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from simulator.claims.checks import (
    ElementSetsCheck,
    HomeBeforeCheck,
    LocalTimesCheck,
    OneOrbitCheck,
    OpticsCheck,
    PassCheck,
    PassesADayCheck,
    PassesByDayCheck,
    PicturedCheck,
    PicturesADayCheck,
    RaisedCheck,
    ResolutionCheck,
    RevisitCheck,
    UncheckableCheck,
)
from simulator.claims.element_histories import check_element_sets, check_raised
from simulator.claims.fleet_revisits import check_revisit
from simulator.claims.homing import check_home_before, check_pictures_a_day
from simulator.claims.one_orbit import check_one_orbit
from simulator.claims.pass_counts import check_local_times, check_passes_a_day, check_passes_by_day
from simulator.claims.resolving import check_optics, check_resolution
from simulator.claims.statements import Claim, catalogue_claims, read_claims
from simulator.claims.timed_passes import check_pass, check_pictured
from simulator.claims.verdicts import NOT_CHECKABLE, Finding, together
from simulator.errors import InputError, nearest_hint

_NO_CHECK = "No check: nothing computed from orbits, links or cameras decides it"
_CHECKERS: Mapping[type, Callable[[Any], Finding]] = {
    PassCheck: check_pass,
    PicturedCheck: check_pictured,
    PassesByDayCheck: check_passes_by_day,
    PassesADayCheck: check_passes_a_day,
    LocalTimesCheck: check_local_times,
    HomeBeforeCheck: check_home_before,
    PicturesADayCheck: check_pictures_a_day,
    ElementSetsCheck: check_element_sets,
    RaisedCheck: check_raised,
    ResolutionCheck: check_resolution,
    OpticsCheck: check_optics,
    RevisitCheck: check_revisit,
}


@dataclass(frozen=True, eq=False)
class CheckedClaim:
    """A statement and what was found of each of its checks."""

    claim: Claim
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """The verdict of all checks: the worst that decides."""
        return together(finding.verdict for finding in self.findings)

    @property
    def sentence(self) -> str:
        """What was found by all checks."""
        return ". ".join(finding.sentence.removesuffix(".") for finding in self.findings)


@dataclass(frozen=True, eq=False)
class CheckedClaims:
    """Statements as they were checked, in the order of their file; `origin` is that file."""

    origin: str
    checked: tuple[CheckedClaim, ...]

    @property
    def verdicts(self) -> pd.DataFrame:
        """A row a statement: id, name, who said it and when, how sure, its verdict and why."""
        return self.tables["verdicts"]

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name: `verdicts`, `findings`, `numbers`, `residuals`."""
        return {
            "verdicts": _frame(_VERDICTS, [_verdict_row(each) for each in self.checked]),
            "findings": _frame(
                _FINDINGS, [r for each in self.checked for r in _finding_rows(each)]
            ),
            "numbers": _frame(_NUMBERS, [r for each in self.checked for r in _number_rows(each)]),
            "residuals": _frame(
                _RESIDUALS, [r for each in self.checked for r in _residual_rows(each)]
            ),
        }


def check_claims(names: Sequence[str] = (), *, file: Path | str | None = None) -> CheckedClaims:
    """Return statements as computed: those named, or all, of the catalogue or of a file.

    Raises InputError for a name that is not there, and for what is wrong in the file.
    """
    claims = catalogue_claims() if file is None else read_claims(file)
    by_name = {claim.id: claim for claim in claims}
    for name in names:
        if name not in by_name:
            where = "the catalogue" if file is None else str(file)
            hint = nearest_hint(name, by_name)
            raise InputError(f"claim '{name}': {where} has none of this id{hint}")
    chosen = [by_name[name] for name in dict.fromkeys(names)] or list(claims)
    origin = "catalogue" if file is None else str(file)
    return CheckedClaims(origin, tuple(_checked(claim, by_name, origin) for claim in chosen))


def _checked(claim: Claim, claims: Mapping[str, Claim], origin: str) -> CheckedClaim:
    findings = []
    for number, check in enumerate(claim.checks):
        try:
            findings.append(_finding(check, claims))
        except InputError as error:
            where = f"{origin}: claim '{claim.id}': checks.{number}"
            raise InputError([f"{where}: {line}" for line in error.problems]) from None
    return CheckedClaim(claim, tuple(findings) or (Finding(NOT_CHECKABLE, _NO_CHECK),))


def _finding(check: Any, claims: Mapping[str, Claim]) -> Finding:
    if isinstance(check, UncheckableCheck):
        return Finding(NOT_CHECKABLE, check.why)
    if isinstance(check, OneOrbitCheck):
        return check_one_orbit(check, claims)
    return _CHECKERS[type(check)](check)


_VERDICTS = ("claim", "name", "said_by", "said_on", "confidence", "verdict", "finding")
_FINDINGS = ("claim", "check", "kind", "verdict", "finding")
_NUMBERS = ("claim", "check", "kind", "quantity", "value", "low", "high", "unit")
_RESIDUALS = (
    *("claim", "check", "of", "said_utc", "after_days", "late_s", "own_late_s", "off_nadir_deg"),
    *("residual_constant_s", "residual_linear_s", "residual_quadratic_s"),
)


def _frame(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(columns))
    return frame if len(frame) else frame.astype(object)


def _verdict_row(checked: CheckedClaim) -> dict[str, Any]:
    claim = checked.claim
    return {
        "claim": claim.id,
        "name": claim.name,
        "said_by": claim.said_by,
        "said_on": claim.said_on,
        "confidence": claim.confidence,
        "verdict": checked.verdict,
        "finding": checked.sentence,
    }


def _kind(claim: Claim, number: int) -> str:
    return str(claim.checks[number].kind) if claim.checks else "none"


def _finding_rows(checked: CheckedClaim) -> list[dict[str, Any]]:
    return [
        {
            "claim": checked.claim.id,
            "check": number,
            "kind": _kind(checked.claim, number),
            "verdict": finding.verdict,
            "finding": finding.sentence,
        }
        for number, finding in enumerate(checked.findings)
    ]


def _number_rows(checked: CheckedClaim) -> list[dict[str, Any]]:
    return [
        {
            "claim": checked.claim.id,
            "check": number,
            "kind": _kind(checked.claim, number),
            "quantity": each.name,
            "value": each.value,
            "low": each.low,
            "high": each.high,
            "unit": each.unit,
        }
        for number, finding in enumerate(checked.findings)
        for each in finding.quantities
    ]


def _residual_rows(checked: CheckedClaim) -> list[dict[str, Any]]:
    return [
        {
            "claim": checked.claim.id,
            "check": number,
            "of": each.claim,
            "said_utc": each.said_utc,
            "after_days": each.days,
            "late_s": each.late_s,
            "own_late_s": each.own_late_s,
            "off_nadir_deg": each.off_nadir_deg,
            "residual_constant_s": each.fitted_s[0],
            "residual_linear_s": each.fitted_s[1],
            "residual_quadratic_s": each.fitted_s[2],
        }
        for number, finding in enumerate(checked.findings)
        for each in finding.residuals
    ]
