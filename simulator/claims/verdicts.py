"""What becomes of a check: a verdict, a sentence, and the numbers behind it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

CONFIRMED = "confirmed"
POSSIBLE = "possible"
NEEDS = "needs"
REFUTED = "refuted"
NOT_CHECKABLE = "not checkable"

# From the one that decides for a statement of several checks to the one that decides last.
_DECIDING = (REFUTED, NEEDS, POSSIBLE, CONFIRMED, NOT_CHECKABLE)

VERDICTS = {
    CONFIRMED: "computed as said, within what is allowed",
    POSSIBLE: "nothing computed speaks against it, with what is assumed; it is not shown to be so",
    NEEDS: "not with what is assumed, but with what the verdict names: the least or the greatest "
    "that will do, searched for",
    REFUTED: "computed otherwise than said, whatever is assumed of what the check leaves open",
    NOT_CHECKABLE: "nothing that can be computed from orbits, links or cameras decides it",
}


@dataclass(frozen=True)
class Quantity:
    """One number behind a verdict, with the interval in which it is known; NaN for none."""

    name: str
    value: float
    unit: str
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True)
class Residual:
    """How late, seconds, a computed instant is beside one that was said, days after an epoch.

    `own_late_s` is by the orbit without the changes of the check; `fitted_s` the residuals of a
    constant, a linear and a quadratic fit.
    """

    claim: str
    said_utc: str
    days: float
    late_s: float
    own_late_s: float
    off_nadir_deg: float
    fitted_s: tuple[float, float, float]


@dataclass(frozen=True)
class Finding:
    """The verdict of one check: why, in a sentence, and the numbers."""

    verdict: str
    sentence: str
    quantities: tuple[Quantity, ...] = ()
    residuals: tuple[Residual, ...] = field(default=(), repr=False)


def together(verdicts: Iterable[str]) -> str:
    """Return the verdict of a statement from those of its checks: the worst that decides."""
    found = set(verdicts)
    return next((each for each in _DECIDING if each in found), NOT_CHECKABLE)
