"""How networks differ in a figure, and whether by more than chance.

A ratio to the baseline's figure is set beside its range over draws of what nobody knows and over
resamples of the span's days, whichever are there. One whose range holds 1, or that reads x1.00, is
no difference.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.report.listing import Row, drawn, records, share_drawn, share_of_draws
from simulator.text import ratio
from simulator.uncertainty import draws_to_settle, is_settled

if TYPE_CHECKING:
    import pandas as pd

    from simulator.results import Results

NAN = float("nan")


@dataclass(frozen=True)
class DrawnRatio:
    """What draws make of a ratio to the baseline's.

    Its medians and range, and in which share of the draws it is 1 or beyond. `is_settled` is False
    where draws are too few to say that those are fewer than lie outside a range.
    """

    middle_low: float
    middle_high: float
    low: float
    high: float
    contrary_share: float
    is_settled: bool

    @property
    def is_mixed(self) -> bool:
        """Whether the ratio differs from 1 in most draws, and the range holds 1 all the same."""
        return self.low <= 1.0 <= self.high and self.contrary_share < 0.5

    def joined(self, other: DrawnRatio) -> DrawnRatio:
        """Return what holds both."""
        return DrawnRatio(
            min(self.middle_low, other.middle_low),
            max(self.middle_high, other.middle_high),
            min(self.low, other.low),
            max(self.high, other.high),
            max(self.contrary_share, other.contrary_share),
            self.is_settled and other.is_settled,
        )


@dataclass(frozen=True)
class Difference:
    """A figure of networks that do not differ in it among themselves, beside the baseline's.

    `low` and `high` are the values of those networks, NaN if the figure has none; `ratio_low` and
    `ratio_high` the range of their ratios to the baseline's by chance, NaN where it is not known.
    `drawn` is what draws of unknowns make of those ratios, where there are any.
    """

    networks: tuple[str, ...]
    low: float
    high: float
    base: float
    ratio_low: float
    ratio_high: float
    drawn: DrawnRatio | None = None

    @property
    def is_absent(self) -> bool:
        """Return whether these networks have no such figure."""
        return math.isnan(self.low)

    @property
    def is_sure(self) -> bool:
        """Return whether the range by chance is known."""
        return not math.isnan(self.ratio_low)

    @property
    def is_none(self) -> bool:
        """Return whether they differ from the baseline by no more than chance or rounding."""
        if self.is_absent or math.isnan(self.base):
            return self.is_absent and math.isnan(self.base)
        if all(_reads_alike(value, self.base) for value in self._values):
            return True
        return self.is_sure and self.ratio_low <= 1.0 <= self.ratio_high and not self.is_mixed

    @property
    def is_mixed(self) -> bool:
        """Whether they differ in most draws of unknowns, but not in nearly all."""
        return self.drawn is not None and self.drawn.is_mixed

    @property
    def _values(self) -> tuple[float, float]:
        return self.low, self.high

    def ratios(self) -> tuple[float, float]:
        """Return the least and greatest ratio of the values to the baseline's, NaN beside none."""
        if not self.base > 0.0:
            return NAN, NAN
        return self.low / self.base, self.high / self.base

    def agrees(self, other: Difference) -> bool:
        """Return whether chance, or rounding, explains that this and another are not the same."""
        if self.is_absent or other.is_absent:
            return self.is_absent and other.is_absent
        if _reads_alike(self.low, other.low) and _reads_alike(self.high, other.high):
            return True
        if not (self.is_sure and other.is_sure) or self.is_none != other.is_none:
            return False
        return _inside(self.ratios(), other) and _inside(other.ratios(), self)

    def joined(self, other: Difference) -> Difference:
        """Return both as one, with the range that holds both."""
        return Difference(
            (*self.networks, *other.networks),
            min(self.low, other.low),
            max(self.high, other.high),
            self.base,
            min(self.ratio_low, other.ratio_low),
            max(self.ratio_high, other.ratio_high),
            self.drawn.joined(other.drawn) if self.drawn and other.drawn else None,
        )


def _reads_alike(value: float, base: float) -> bool:
    return value == base or ratio(value, base) == "x1.00"


def _inside(ratios: tuple[float, float], other: Difference) -> bool:
    return other.ratio_low <= ratios[0] and ratios[1] <= other.ratio_high


def baseline_row(results: Results) -> Row:
    """Return the row of the network that the others are compared with, the first for want of it."""
    rows = records(results.networks)
    return next((row for row in rows if row["network"] == results.baseline), rows[0])


def differences(results: Results, figure: str) -> list[Difference]:
    """Return how the other networks differ from the baseline in a figure, those alike together."""
    base = baseline_row(results)
    found = (
        _difference(results, figure, row, float(base.get(figure, NAN)))
        for row in records(results.networks)
        if row["network"] != base["network"]
    )
    return grouped(found)


def grouped(differences: Iterator[Difference]) -> list[Difference]:
    """Return differences in their order, each that agrees with an earlier one joined to it."""
    groups: list[Difference] = []
    for difference in differences:
        place = next((n for n, group in enumerate(groups) if group.agrees(difference)), None)
        if place is None:
            groups.append(difference)
        else:
            groups[place] = groups[place].joined(difference)
    return groups


def _difference(results: Results, figure: str, row: Row, base: float) -> Difference:
    value, name = float(row.get(figure, NAN)), str(row["network"])
    low, high = _range(results, name, figure, "ratio_low", "ratio_high")
    if not math.isnan(low) and base > 0.0:
        # The ratio itself is part of what may be: a range over draws need not hold it.
        low, high = min(low, value / base), max(high, value / base)
    return Difference((name,), value, value, base, low, high, _drawn(results, name, figure))


def _drawn(results: Results, network: str, figure: str) -> DrawnRatio | None:
    for row in _rows(results.spread, network, figure):
        if not math.isnan(row["ratio_median"]):
            middle, draws, contrary = row["ratio_median"], row["draws"], row["contrary_draws"]
            return DrawnRatio(
                middle,
                middle,
                row["ratio_low"],
                row["ratio_high"],
                contrary / draws,
                is_settled(int(contrary), int(draws), share_drawn(results)),
            )
    return None


def value_range(results: Results, network: str, figure: str) -> tuple[float, float]:
    """Return the range by chance of a network's figure, NaN where it is not known."""
    return _range(results, network, figure, "low", "high")


def _range(results: Results, network: str, figure: str, low: str, high: str) -> tuple[float, float]:
    rows = [
        row
        for table in (results.spread, results.sampling)
        for row in _rows(table, network, figure)
        if not (math.isnan(row[low]) or math.isnan(row[high]))
    ]
    if not rows:
        return NAN, NAN
    return min(float(row[low]) for row in rows), max(float(row[high]) for row in rows)


def _rows(table: pd.DataFrame, network: str, figure: str) -> Sequence[Row]:
    return records(table[(table["network"] == network) & (table["figure"] == figure)])


def chance_words(results: Results, told: Iterable[Difference] = ()) -> str:
    """Return what the ranges of figures are, in words; empty where there are none.

    Of the differences that are told it says whether the draws are too few for one.
    """
    sources = []
    if len(results.spread):
        draws = int(results.spread["draws"].max())
        sources.append(f"{draws} draws of {drawn(results)}{_without_picture(results)}")
    if results.sampling["low"].notna().any():
        sources.append("resamples of the span's days")
    if not sources:
        return ""
    words = f"ranges hold {share_of_draws(results)} of {' and of '.join(sources)}"
    return f"{words}{_too_few(results, told)}"


def _without_picture(results: Results) -> str:
    """Return in how many draws no picture is home, of those that were done; empty for none."""
    table = results.spread
    done = int(table["draws"].max())
    timed = table[(table["figure"] == "latency_mean_h") & (table["network"] == results.baseline)]
    less = done - int(timed["draws"].max()) if len(timed) else 0
    return f" ({less} of them without a picture)" if 0 < less < done else ""


def _too_few(results: Results, told: Iterable[Difference]) -> str:
    """Return that the draws are too few for a difference that is told; empty where they are not."""
    if not len(results.spread):
        return ""
    unsettled = (
        each
        for each in told
        if each.drawn and not (each.is_none or each.is_mixed or each.drawn.is_settled)
    )
    if not any(unsettled):
        return ""
    draws, enough = int(results.spread["draws"].max()), draws_to_settle(share_drawn(results))
    more = f"{enough} would tell" if draws < enough else "more would tell"
    return f"; with so few draws one of these differences may be chance ({more})"
