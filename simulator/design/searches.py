"""The fewest satellites of a height that do what is wished, pattern by pattern.

A gap over the first days is no longer than over the whole span: whatever fails there is left out
for good, and only what is left is looked at over all of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from simulator import intervals
from simulator.arrays import FloatArray
from simulator.design.patterns import Slot, Together, evenly, walker_patterns
from simulator.design.skies import REFERENCE_LTAN_H, Places, Sky
from simulator.design.wishes import Wish
from simulator.revisit import gap_statistics
from simulator.units import HOUR_S

# A track that repeats is tried over the target at steps of so much longitude.
_TRACK_STEP_DEG = 1.5
_ROUNDING_S = 1.0


@dataclass(frozen=True, eq=False)
class Found:
    """Satellites that do what is wished as far as the search can tell, and what it saw of them."""

    sky: Sky
    together: Together
    base: Slot
    value_h: float

    @cached_property
    def sun_deg(self) -> float:
        """The least elevation of the Sun at the looks, degrees."""
        slots = _slots(self.together, self.base)
        seen = self.sky.windows(slots, self.sky.places.span.duration_s)
        return min(
            self.sky.places.least_sun_deg(target, each[target])
            for each in seen
            for target in range(len(self.sky.places.names))
        )

    @property
    def rank(self) -> tuple[int, int, float, bool, float, float, Slot]:
        """The order of candidates: fewest satellites, fewest planes, then the shortest revisit.

        Alike to a tenth of an hour, a track that repeats, as it goes on so after the span; then the
        one whose looks have the higher sun, then the lower.
        """
        together = self.together
        few = (together.total, together.planes, round(self.value_h, 1))
        alike = (not self.sky.repeats, -round(self.sun_deg, 1), self.sky.height_km, self.base)
        return *few, *alike


@dataclass
class Outcome:
    """What a search of one height and kind of pattern found, and how much it tried.

    `best` are those with the fewest satellites, best first; `tried` counts patterns, `cut` those
    left out after the first days; `nearest_h` is the shortest revisit seen that was too long, a
    bound from below where `bounded`, of `nearest_total` satellites.
    """

    sky: Sky
    kind: str
    best: list[Found] = field(default_factory=list)
    tried: int = 0
    cut: int = 0
    nearest_h: float = math.inf
    nearest_total: int = 0
    bounded: bool = False
    nearest: Found | None = None

    @property
    def fewest(self) -> int | None:
        """The fewest satellites that do, if any."""
        return self.best[0].together.total if self.best else None


def search_height(wish: Wish, places: Places, sky: Sky) -> Iterator[Outcome]:
    """Yield what was found of a height: of one plane, then of Walker patterns with fewer."""
    bases, most = list(_bases(wish, sky)), wish.most
    if sky.repeats:
        if "plane" in wish.patterns:
            yield _fewest(wish, places, sky, "repeating track", evenly, bases, most)
        return
    if "plane" in wish.patterns:
        outcome = _fewest(wish, places, sky, "one plane", evenly, bases, most)
        # More planes take more launches: they are for fewer satellites.
        most = most if outcome.fewest is None else outcome.fewest - 1
        yield outcome
    if "walker" in wish.patterns:
        yield _fewest(wish, places, sky, "Walker", walker_patterns, bases, most)


def _bases(wish: Wish, sky: Sky) -> Iterator[Slot]:
    """Yield nodes and phases of the first satellite, from the reference's."""
    count = max(1, round(24.0 / wish.node_step_h))
    nodes_deg = [360.0 * number / count for number in range(count)]
    if not sky.repeats:
        yield from ((node_deg, 0.0) for node_deg in nodes_deg)
        return
    # One step of phase after another moves the track from one of its nodes to the next.
    between_deg = 360.0 / sky.size["revolutions"]
    steps = max(1, math.ceil(between_deg / _TRACK_STEP_DEG))
    for node_deg in nodes_deg:
        for step in range(steps):
            yield node_deg, 360.0 / sky.size["cycle_days"] * step / steps


def _fewest(
    wish: Wish,
    places: Places,
    sky: Sky,
    kind: str,
    patterns: Callable[[int], Iterator[Together]],
    bases: Sequence[Slot],
    most: int,
) -> Outcome:
    outcome = Outcome(sky, kind)
    for total in range(1, most + 1):
        tried = [
            (together, base)
            for together in patterns(total)
            for base in bases
            if base[0] < together.node_period_deg - 1e-9
        ]
        outcome.tried += len(tried)
        left = _left_after_first_days(wish, places, sky, tried, outcome)
        for together, base in left:
            value_h = _revisit_h(wish, sky, together, base, places.span.duration_s)
            found = Found(sky, together, base, value_h)
            if value_h * HOUR_S <= wish.every_h * HOUR_S + _ROUNDING_S:
                outcome.best.append(found)
            elif value_h < outcome.nearest_h or outcome.bounded:
                outcome.nearest, outcome.bounded = found, False
                outcome.nearest_h, outcome.nearest_total = value_h, total
        if outcome.best:
            outcome.best.sort(key=lambda each: each.rank)
            break
    return outcome


def _left_after_first_days(
    wish: Wish,
    places: Places,
    sky: Sky,
    tried: Sequence[tuple[Together, Slot]],
    outcome: Outcome,
) -> list[tuple[Together, Slot]]:
    """Return what may still do after the first days; of a mean nothing can be told then."""
    first_s = wish.first_h * HOUR_S
    if wish.measure != "max" or first_s >= 0.5 * places.span.duration_s:
        return list(tried)
    sky.windows([slot for together, base in tried for slot in _slots(together, base)], first_s)
    left = []
    for together, base in tried:
        bound_h = _revisit_h(wish, sky, together, base, first_s)
        if bound_h <= wish.every_h + _ROUNDING_S / HOUR_S:
            left.append((together, base))
            continue
        outcome.cut += 1
        if outcome.nearest is None or (outcome.bounded and bound_h < outcome.nearest_h):
            outcome.nearest = Found(sky, together, base, bound_h)
            outcome.nearest_h, outcome.nearest_total = bound_h, together.total
            outcome.bounded = True
    sky.windows(
        [slot for together, base in left for slot in _slots(together, base)],
        places.span.duration_s,
    )
    return left


def _slots(together: Together, base: Slot) -> list[Slot]:
    return [(base[0] + node_deg, base[1] + phase_deg) for node_deg, phase_deg in together.slots]


def _revisit_h(wish: Wish, sky: Sky, together: Together, base: Slot, until_s: float) -> float:
    """Return the revisit wished for up to an instant, the longest of all targets, hours."""
    return max(
        _of_target_h(wish, [each[target] for each in windows], until_s)
        for windows in [sky.windows(_slots(together, base), until_s)]
        for target in range(len(sky.places.names))
    )


def _of_target_h(wish: Wish, windows: Sequence[FloatArray], until_s: float) -> float:
    if wish.measure == "max":
        return _longest_gap_s(windows, until_s) / HOUR_S
    value_s = gap_statistics(intervals.union(*windows), until_s).mean_s
    return (until_s if value_s is None else value_s) / HOUR_S


def _longest_gap_s(windows: Sequence[FloatArray], until_s: float) -> float:
    """Return the longest time in no window, ends of the span included; a million are asked for."""
    seen_s = np.concatenate(windows)
    if not len(seen_s):
        return until_s
    seen_s = seen_s[np.argsort(seen_s[:, 0], kind="stable")]
    reach_s = np.maximum.accumulate(seen_s[:, 1])
    inner_s = float((seen_s[1:, 0] - reach_s[:-1]).max(initial=0.0))
    return max(float(seen_s[0, 0]), inner_s, until_s - float(reach_s[-1]))


def local_time_h(base: Slot) -> float:
    """Return the local mean time of the first ascending node, if Sun-synchronous, hours."""
    return (REFERENCE_LTAN_H + base[0] / 15.0) % 24.0
