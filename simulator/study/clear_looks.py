"""What clouds leave of the looks at places: accesses, revisit and wait.

Expected values over all skies (`simulator.clouds`); NaN where no chance of a clear sky is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.clouds import Looks, clear_figures, longest_gap_s
from simulator.revisit import Bounds, SiteBatch
from simulator.study.case import Study
from simulator.study.events import Accesses
from simulator.study.skies import MonthlySky, sky_of_targets, weatherproof
from simulator.units import DAY_S, HOUR_S

# The longest gap of a place takes the square of its looks: beyond this it is left blank.
_MOST_LOOKS = 400


@dataclass(frozen=True, eq=False)
class ClearLooks:
    """Expected figures of places (P,) under their skies, as `clouds.ClearFigures` has them."""

    accesses_per_day: FloatArray
    revisit_mean_s: FloatArray
    wait_mean_s: FloatArray
    unseen_share: FloatArray

    def of(self, place: int) -> ClearLooks:
        """Return the figures of one place alone."""
        return ClearLooks(*(values[place : place + 1] for values in vars(self).values()))

    def columns(self) -> dict[str, FloatArray]:
        """Return the figures by their names in tables and grids."""
        return {
            "accesses_clear_per_day": self.accesses_per_day,
            "revisit_mean_clear_h": self.revisit_mean_s / HOUR_S,
            "wait_mean_clear_h": self.wait_mean_s / HOUR_S,
            "unseen_clear_share": self.unseen_share,
        }


def clear_looks(looks: Looks, end_s: FloatArray, span_s: float) -> ClearLooks:
    """Return what clouds leave of looks that end at `end_s` (N,)."""
    figures = clear_figures(looks, end_s, span_s)
    # A place always in view has no gap: its revisit is 0, as without clouds.
    revisit_s = np.where(np.isnan(figures.revisit_mean_s), 0.0, figures.revisit_mean_s)
    return ClearLooks(
        figures.accesses / (span_s / DAY_S), revisit_s, figures.wait_mean_s, figures.unseen
    )


def clear_chances(study: Study, accesses: Accesses) -> FloatArray | None:
    """Return the chance of a clear sky at each access (A,); None where clouds are not counted.

    It is 1 for a radar, and over a place of which none is known.
    """
    sky = sky_of_targets(study)
    if sky is None:
        return None
    columns = accesses.columns
    chance = sky.chance(columns["target"], columns["start_s"])
    through = weatherproof(study)[columns["satellite"]]
    return np.where(through | np.isnan(chance), 1.0, chance)


def clear_gap_figures(study: Study, accesses: Accesses) -> dict[str, FloatArray]:
    """Return what clouds leave of the accesses of each target (T,), by figure; none without."""
    looked = _looks_at_targets(study, accesses)
    return {} if looked is None else clear_looks(*looked, study.span.duration_s).columns()


def clear_longest_h(study: Study, accesses: Accesses) -> dict[str, FloatArray]:
    """Return the median over skies of each target's longest gap (T,); none without clouds.

    NaN for a target of very many looks.
    """
    looked = _looks_at_targets(study, accesses)
    if looked is None:
        return {}
    looks, end_s = looked
    few = np.bincount(looks.place, minlength=len(looks.shares)) <= _MOST_LOOKS
    own = few[looks.place]
    longest_s = longest_gap_s(_chosen(looks, own), end_s[own], study.span.duration_s, 0.5)
    return {"revisit_max_clear_h": np.where(few, longest_s, np.nan) / HOUR_S}


def _chosen(looks: Looks, own: BoolArray) -> Looks:
    return Looks(
        looks.place[own], looks.at_s[own], looks.level[own], looks.shares, looks.persistence_s
    )


def _looks_at_targets(study: Study, accesses: Accesses) -> tuple[Looks, FloatArray] | None:
    """Return the accesses as looks, and when each ends; None where clouds are not counted."""
    sky = sky_of_targets(study)
    if sky is None or not study.scenario.targets:
        return None
    columns = accesses.columns
    order = np.lexsort((columns["start_s"], columns["target"]))
    through = weatherproof(study)[columns["satellite"][order]]
    looks = sky.looks(columns["target"][order], columns["start_s"][order], through)
    return looks, columns["end_s"][order]


@dataclass(frozen=True, eq=False)
class ClearReduction:
    """The reduction of a batch of windows to what clouds leave of them.

    `finer`, if given, are bounds on each satellite's sample, as `SiteBatch.finer` has them.
    """

    sky: MonthlySky
    weatherproof: BoolArray
    finer: Bounds | None = None

    def __call__(self, batch: SiteBatch) -> tuple[IntArray, FloatArray]:
        """Return the sites of a batch and their figures (4, P)."""
        if self.finer is not None:
            batch = batch.finer(self.finer)
        ordered, sky = batch.ordered, self.sky.of(batch.sites)
        place = np.repeat(np.arange(len(batch.sites)), np.diff(ordered.first))
        looks = sky.looks(place, ordered.start_s, self.weatherproof[ordered.satellite])
        found = clear_looks(looks, ordered.end_s, batch.span_s)
        rows = np.stack(list(vars(found).values()))
        rows[:, np.isnan(sky.clear).any(axis=(1, 2))] = np.nan
        return batch.sites, rows


class ClearGatherer:
    """`ClearLooks` gathered batch by batch: `take` what `reduce` makes of each, in any order."""

    def __init__(
        self, places: int, sky: MonthlySky, through: BoolArray, finer: Bounds | None = None
    ) -> None:
        self.reduce = ClearReduction(sky, through, finer)
        self._rows = np.full((len(ClearLooks.__dataclass_fields__), places), np.nan)

    def take(self, part: tuple[IntArray, FloatArray]) -> None:
        """Add the figures of one batch."""
        sites, rows = part
        self._rows[:, sites] = rows

    def result(self) -> ClearLooks:
        """Return the figures of all places."""
        return ClearLooks(*self._rows)
