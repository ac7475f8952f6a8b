"""The rows of the tables of exchange rates: figures, smallest numbers, every number tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.arrays import BoolArray, FloatArray
from simulator.worth.tried import Tried, reaches
from simulator.worth.valuing import FIGURES, GAIN_SIGN
from simulator.worth.worth_tables import drawn_range, with_range


@dataclass(frozen=True, eq=False)
class StudyExchange:
    """What one study makes of both networks (F,), and of more of each of several means."""

    baseline: FloatArray
    network: FloatArray
    tried: dict[str, Tried]

    def gain(self, column: int, figure: str) -> float:
        """Return what the network gains over the baseline, positive where better."""
        sign = GAIN_SIGN[FIGURES.index(figure)]
        return float(sign * (self.network[column] - self.baseline[column]))

    def enough(self, means: str, column: int, figure: str) -> BoolArray:
        """Return which numbers (N,) that were tried give as much as the network."""
        return reaches(self.tried[means].values[:, column], self.network[column], figure)

    def smallest(self, means: str, column: int, figure: str) -> float:
        """Return the smallest number that gives as much as the network, inf for never."""
        rows = np.flatnonzero(self.enough(means, column, figure))
        return float(self.tried[means].numbers[rows[0]]) if len(rows) else np.inf


@dataclass(frozen=True, eq=False)
class ExchangeTables:
    """The rows of the tables of `Exchange`."""

    own: StudyExchange
    drawn: Sequence[StudyExchange]
    names: tuple[str, ...]
    share: float

    def figures(self) -> Iterator[dict[str, Any]]:
        """Yield a row a figure."""
        for column, figure in enumerate(self.names):
            drawn = {
                "baseline": [found.baseline[column] for found in self.drawn],
                "network": [found.network[column] for found in self.drawn],
                "gain": [found.gain(column, figure) for found in self.drawn],
            }
            own = {
                "baseline": self.own.baseline[column],
                "network": self.own.network[column],
                "gain": self.own.gain(column, figure),
            }
            row: dict[str, Any] = {"figure": figure}
            for name, value in own.items():
                row |= with_range(name, value, np.array(drawn[name]), self.share)
            yield row

    def rates(self) -> Iterator[dict[str, Any]]:
        """Yield a row a figure and means."""
        for column, figure in enumerate(self.names):
            for means, tried in self.own.tried.items():
                enough = self.own.enough(means, column, figure)
                values = tried.values[:, column]
                first = int(np.argmax(enough))
                reached = bool(enough.any())
                numbers = np.array([each.smallest(means, column, figure) for each in self.drawn])
                low, high = whole_range(numbers, self.share)
                last = [each.tried[means].values[-1, column] for each in self.drawn]
                yield {
                    "figure": figure,
                    "means": means,
                    "reached": reached,
                    "number": tried.numbers[first] if reached else np.nan,
                    "number_low": low if np.isfinite(low) else np.nan,
                    "number_high": high if np.isfinite(high) else np.nan,
                    "reached_draws_share": np.isfinite(numbers).mean() if len(numbers) else np.nan,
                    "value": values[first] if reached else np.nan,
                    "larger_too": bool(enough[first:].all()) if reached else False,
                    "most": tried.numbers[-1],
                    **with_range("value_at_most", values[-1], np.array(last), self.share),
                }

    def points(self) -> Iterator[dict[str, Any]]:
        """Yield a row a means, number tried and figure."""
        for means, tried in self.own.tried.items():
            rows_of = [_rows(each.tried[means], tried.numbers) for each in self.drawn]
            for row, number in enumerate(tried.numbers.tolist()):
                for column, figure in enumerate(self.names):
                    low, high = drawn_range(
                        np.array([rows[row, column] for rows in rows_of]), self.share
                    )
                    yield {
                        "means": means,
                        "number": number,
                        "figure": figure,
                        "value": tried.values[row, column],
                        "low": low,
                        "high": high,
                    }


def _rows(tried: Tried, numbers: FloatArray) -> FloatArray:
    """Return the figures (N, F) at numbers, NaN for numbers that were not tried."""
    place = np.minimum(np.searchsorted(tried.numbers, numbers), len(tried.numbers) - 1)
    known = tried.numbers[place] == numbers
    return np.asarray(np.where(known[:, None], tried.values[place], np.nan))


def whole_range(numbers: FloatArray, share: float) -> tuple[float, float]:
    """Return low and high of drawn numbers that are or are not, inf for never; NaN without draws.

    Of draws in order; between them there is no number.
    """
    if not len(numbers):
        return np.nan, np.nan
    ordered = np.sort(numbers)
    left = int(np.floor((1.0 - share) / 2.0 * len(ordered)))
    return float(ordered[left]), float(ordered[-1 - left])
