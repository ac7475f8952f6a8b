"""The rows of the tables of a ladder: its rungs, their values and changes, its figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.arrays import FloatArray
from simulator.scenario import Step
from simulator.worth.games import SampledShapley
from simulator.worth.worth_tables import drawn_range, with_range

BEFORE = "before any step"
# A change of less than this share of what was there is none that matters.
LEAST_CHANGE = 0.01


@dataclass(frozen=True, eq=False)
class Climb:
    """What was found of M steps and F figures.

    `values` (M + 1, F) of the rungs and `drawn` (D, M + 1, F) of the same over draws; `networks`
    looked at (M + 1), `needs` the steps (M) that a step cannot do without; `shares` the Shapley
    values of the steps, exact or not, `share` that of draws in a range.
    """

    steps: tuple[Step, ...]
    networks: tuple[str, ...]
    needs: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    values: FloatArray
    drawn: FloatArray
    shares: SampledShapley
    is_exact: bool
    share: float


@dataclass(frozen=True, eq=False)
class LadderTables:
    """The rows of the tables of `Ladder`."""

    climb: Climb

    def rungs(self) -> Iterator[dict[str, Any]]:
        """Yield a row a rung."""
        climb = self.climb
        yield _rung(0, BEFORE, climb.networks[0])
        for number, step in enumerate(climb.steps):
            yield _rung(
                number + 1,
                step.name,
                climb.networks[number + 1],
                date=step.date or "",
                confidence=step.confidence,
                source=step.source,
                note=step.note,
                needs=" or ".join(climb.steps[other].name for other in climb.needs[number]),
            )

    def values(self) -> Iterator[dict[str, Any]]:
        """Yield a row a figure and rung."""
        climb = self.climb
        for figure, name in enumerate(climb.names):
            for rung, value in enumerate(climb.values[:, figure].tolist()):
                row = {"figure": name, "rung": rung, "step": self._step(rung)}
                row |= with_range("value", value, climb.drawn[:, rung, figure], climb.share)
                yield row | (self._added(figure, rung) if rung else _NOTHING_ADDED)

    def figures(self) -> Iterator[dict[str, Any]]:
        """Yield a row a figure."""
        climb = self.climb
        for figure, name in enumerate(climb.names):
            values = climb.values[:, figure]
            low, high = self._range(figure, 0, len(climb.steps))
            matters = [self._matters(figure, rung) for rung in range(1, len(values))]
            yield {
                "figure": name,
                "first": values[0],
                "last": values[-1],
                "change": values[-1] - values[0],
                "change_low": low,
                "change_high": high,
                "first_step": self._step(matters.index(True) + 1) if any(matters) else "",
                "greatest_change": self._greatest(np.diff(values)),
                "greatest_shapley": self._greatest(climb.shares.value[:, figure]),
            }

    def _step(self, rung: int) -> str:
        return self.climb.steps[rung - 1].name if rung else BEFORE

    def _added(self, figure: int, rung: int) -> dict[str, Any]:
        climb = self.climb
        low, high = self._range(figure, rung - 1, rung)
        return {
            "change": climb.values[rung, figure] - climb.values[rung - 1, figure],
            "change_low": low,
            "change_high": high,
            "matters": self._matters(figure, rung),
            "shapley": climb.shares.value[rung - 1, figure],
            "error": climb.shares.error[rung - 1, figure],
            "is_exact": climb.is_exact,
        }

    def _range(self, figure: int, first: int, last: int) -> tuple[float, float]:
        """Return the range of a change between two rungs, each draw with itself."""
        drawn = self.climb.drawn[:, :, figure]
        return drawn_range(drawn[:, last] - drawn[:, first], self.climb.share)

    def _matters(self, figure: int, rung: int) -> bool:
        before, after = self.climb.values[rung - 1 : rung + 1, figure].tolist()
        if np.isnan(before) or np.isnan(after):
            # A figure that there was not, or is no more.
            return bool(np.isnan(before) != np.isnan(after))
        low, high = self._range(figure, rung - 1, rung)
        is_sure = np.isnan(low) or low > 0.0 or high < 0.0
        return bool(is_sure and abs(after - before) > LEAST_CHANGE * abs(before))

    def _greatest(self, changes: FloatArray) -> str:
        """Return the step of the greatest change, either way; none where nothing changes."""
        sizes = np.nan_to_num(np.abs(changes))
        return self._step(int(np.argmax(sizes)) + 1) if sizes.any() else ""


_NOTHING_ADDED: dict[str, Any] = {
    "change": np.nan,
    "change_low": np.nan,
    "change_high": np.nan,
    "matters": False,
    "shapley": np.nan,
    "error": np.nan,
    "is_exact": True,
}


def _rung(number: int, step: str, network: str, **told: str) -> dict[str, Any]:
    texts: Sequence[str] = ("date", "confidence", "source", "note", "needs")
    return {
        "rung": number,
        "step": step,
        "network": network,
        **{name: told.get(name, "") for name in texts},
    }
