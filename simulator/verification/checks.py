"""One row of the ledger: our number beside a reference, and how far they may be apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

_MOST_DECIMALS = 7


@dataclass(frozen=True)
class Check:
    """A number of ours beside one from elsewhere.

    `name` says what is compared, `ours` and `reference` both numbers as text, rounded to what the
    check can tell; `source` where the reference comes from. `difference` and `allowed` are in
    `unit`; where many values are compared, the difference is the greatest of them.
    """

    name: str
    ours: str
    reference: str
    source: str
    difference: float
    allowed: float
    unit: str

    @property
    def has_passed(self) -> bool:
        """Whether the difference is one that is allowed; what is no number is not."""
        return bool(self.difference <= self.allowed)


def number_check(
    name: str, ours: float, reference: float, *, allowed: float, unit: str, source: str
) -> Check:
    """Return the check of one number, to a tenth of what it may be off by."""
    decimals = max(0, 1 + math.ceil(-math.log10(allowed))) if allowed > 0.0 else 0
    mine, theirs = (with_unit(_rounded(value, decimals), unit) for value in (ours, reference))
    apart = abs(float(ours) - float(reference))
    return Check(name, mine, theirs, source, apart, allowed, unit)


def with_unit(number: str, unit: str) -> str:
    """Return a number with its unit after it, if it has one."""
    return f"{number} {unit}" if unit else number


def _rounded(value: float, decimals: int) -> str:
    """Return a number as text, noughts at its end left out."""
    text = f"{value:,.{min(decimals, _MOST_DECIMALS)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def worst_check(
    name: str, differences: ArrayLike, *, of: str, allowed: float, unit: str, source: str
) -> Check:
    """Return the check of many values at once by their differences; `of` says what they are.

    Their number stands for both sides. Differences without a value make the check fail, and so does
    a check of nothing.
    """
    apart = np.abs(np.atleast_1d(np.asarray(differences, dtype=np.float64)))
    worst = float(apart.max()) if apart.size else math.inf
    text = f"{apart.size:,} {of}"
    return Check(name, text, text, source, worst, allowed, unit)


def windows_check(
    name: str,
    ours_s: Sequence[ArrayLike],
    reference_s: Sequence[ArrayLike],
    *,
    allowed_s: float,
    source: str,
) -> Check:
    """Return the check of windows place by place, (N, 2) each, seconds, by their worst edge.

    One window too many or too few anywhere makes it fail.
    """
    pairs = [
        (np.reshape(ours, (-1, 2)), np.reshape(reference, (-1, 2)))
        for ours, reference in zip(ours_s, reference_s, strict=True)
    ]
    counts = [sum(len(pair[side]) for pair in pairs) for side in (0, 1)]
    worst = 0.0 if counts[1] else math.inf
    for ours, reference in pairs:
        same = len(ours) == len(reference)
        worst = max(worst, float(np.abs(ours - reference).max(initial=0.0)) if same else math.inf)
    mine, theirs = (f"{count:,} {'window' if count == 1 else 'windows'}" for count in counts)
    return Check(name, mine, theirs, source, worst, allowed_s, "s")
