"""The rows of the tables of a network's worth: figures, members, sets that are enough, losses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.arrays import FloatArray
from simulator.worth.answers import Answer, Draw, Question
from simulator.worth.valuing import FIGURES

# Shares of the greatest value that rounding may make of a tie.
_ROUNDING = 1e-9
_QUANTITIES = ("alone", "loss", "shapley")


@dataclass(frozen=True, eq=False)
class Tables:
    """The rows of the tables of `Worth`."""

    own: Answer
    drawn: list[Draw]
    question: Question
    share: float

    def figures(self) -> Iterator[dict[str, Any]]:
        """Yield a row a figure and load."""
        for figure, load in self.question.asked():
            number, values = FIGURES.index(figure), self.own.values[load]
            gains = [draw.values[load].gain[number] for draw in self.drawn]
            yield {
                "figure": figure,
                "load": load,
                "baseline": values.baseline[number],
                "whole": values.whole[number],
                **with_range("gain", values.gain[number], np.array(gains), self.share),
            }

    def members(self) -> Iterator[dict[str, Any]]:
        """Yield a row a figure, load and member, the greatest Shapley value first."""
        for figure, load in self.question.asked():
            number, values = FIGURES.index(figure), self.own.values[load]
            drawn = [draw.values[load] for draw in self.drawn]
            tables = {
                name: np.array([getattr(v, name)[:, number] for v in drawn]).reshape(
                    len(drawn), len(self.question.of.names)
                )
                for name in _QUANTITIES
            }
            firsts = _first_shares(tables["shapley"])
            for member in np.argsort(-values.shapley[:, number], kind="stable").tolist():
                row: dict[str, Any] = {
                    "figure": figure,
                    "load": load,
                    "member": self.question.of.names[member],
                }
                for name in _QUANTITIES:
                    own = getattr(values, name)[member, number]
                    row |= with_range(name, own, tables[name][:, member], self.share)
                yield row | {
                    "error": values.error[member, number],
                    "is_exact": bool(values.is_exact[number]),
                    "first_share": firsts[member],
                }

    def _named(self, members: Sequence[int]) -> str:
        return ", ".join(self.question.of.names[member] for member in members)

    def sets(self) -> Iterator[dict[str, Any]]:
        """Yield a row a set that reaches the share, by figure and load."""
        for (figure, load), found in self.own.sets.items():
            reaches = np.array([draw.reaches[figure, load] for draw in self.drawn])
            held = reaches.mean(axis=0) if len(reaches) else np.full(len(found.sets), np.nan)
            # Of sets as good here, those that are good whatever the phase come first.
            places = sorted(range(len(found.sets)), key=lambda place: -np.nan_to_num(held[place]))
            for place in places:
                yield {
                    "figure": figure,
                    "load": load,
                    "size": found.size,
                    "is_proven": found.is_proven,
                    "least_size": found.least_size,
                    "members": ", ".join(
                        self.question.of.names[member] for member in found.sets[place]
                    ),
                    "share": found.shares[place],
                    "alike": found.alike,
                    "reaching_draws_share": held[place],
                }

    def losses(self) -> Iterator[dict[str, Any]]:
        """Yield a row a number of members lost, by figure and load."""
        for (figure, load), found in self.own.losses.items():
            for loss in found:
                yield {
                    "figure": figure,
                    "load": load,
                    "lost": len(loss.members),
                    "members": self._named(loss.members),
                    "cost": loss.cost,
                    "is_proven": loss.is_proven,
                }


def with_range(name: str, value: float, drawn: FloatArray, share: float) -> dict[str, float]:
    """Return the columns of a value and of its range over draws (D,), `_low` and `_high`."""
    low, high = drawn_range(drawn, share)
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def drawn_range(values: FloatArray, share: float) -> tuple[float, float]:
    """Return low and high of draws, half of what is left on each side; NaN without draws."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return np.nan, np.nan
    low, high = np.quantile(finite, [(1.0 - share) / 2.0, (1.0 + share) / 2.0])
    return float(low), float(high)


def _first_shares(values: FloatArray) -> FloatArray:
    """Return the share of draws (D, M) in which each member's value is the greatest; ties share."""
    if not len(values):
        return np.full(values.shape[1], np.nan)
    best = values.max(axis=1, keepdims=True)
    firsts = (values >= best - _ROUNDING * np.abs(best)) & (best > 0.0)
    return np.asarray((firsts / np.maximum(firsts.sum(axis=1, keepdims=True), 1)).mean(axis=0))
