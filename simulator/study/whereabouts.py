"""Where the targets of a study are at an instant, and when they show themselves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise

import numpy as np

from simulator import intervals, zones
from simulator.access import Windows, joined, within
from simulator.arrays import FloatArray, IntArray
from simulator.earth import (
    Movement,
    Sites,
    Span,
    ellipsoid_normal,
    geodetic_to_ecef,
    known_sites,
    sites_at,
)
from simulator.scenario import (
    WEEKDAYS,
    HoursOpen,
    ListedOpen,
    Opening,
    RandomOpen,
    Scenario,
    Target,
)
from simulator.units import HOUR_S


class Whereabouts:
    """Where each of some targets is at an instant: those that stand still, and those that move.

    `fixed` has the numbers of those that stand still, `movements` the way of each that moves.
    """

    def __init__(self, targets: Sequence[Target], span: Span) -> None:
        self._targets, self._span = targets, span
        self.fixed = np.array([n for n, t in enumerate(targets) if t.track is None], dtype=np.int64)

    @cached_property
    def movements(self) -> Mapping[int, Movement]:
        return {
            number: target.track.in_span(self._span, height_m=target.height_m)
            for number, target in enumerate(self._targets)
            if target.track is not None
        }

    @cached_property
    def _coordinates(self) -> FloatArray:
        """Latitude, longitude and height of targets (T, 3); NaN of those that move."""
        places = [(t.latitude_deg, t.longitude_deg, t.height_m) for t in self._targets]
        return np.array(places, dtype=np.float64).reshape(-1, 3)

    def geodetic(self, target: IntArray, at_s: FloatArray) -> FloatArray:
        """Return latitude, longitude and height (N, 3) of targets (N,) at instants (N,)."""
        found = self._coordinates[target]
        for number, moved in self.movements.items():
            own = target == number
            found[own] = np.stack(moved.geodetic(at_s[own]), axis=1)
        return found

    def sites_at(self, target: IntArray, at_s: FloatArray) -> Sites:
        """Return targets (N,) at instants (N,) as that many sites."""
        latitude, longitude, height = self._coordinates[target].T
        position = geodetic_to_ecef(latitude, longitude, height)
        normal = ellipsoid_normal(latitude, longitude)
        for number, moved in self.movements.items():
            own = target == number
            there = moved.sites(at_s[own])
            position[own], normal[own] = there.position_m, there.normal
        return sites_at(position, normal)

    @cached_property
    def begin_s(self) -> FloatArray:
        """When the way of each target (T,) begins; 0 for one that stands still."""
        found = np.zeros(len(self._targets))
        for number, moved in self.movements.items():
            found[number] = moved.begin_s
        return found

    @cached_property
    def places(self) -> Sites:
        """Each target as a site: one that moves where its way begins, for want of one place."""
        if not self.movements:
            return self.fixed_places
        return self.sites_at(np.arange(len(self._targets)), self.begin_s)

    @cached_property
    def fixed_places(self) -> Sites:
        """The targets that stand still, as sites in the order of `fixed`."""
        return known_sites(self._coordinates[self.fixed])

    @cached_property
    def shown_s(self) -> Mapping[int, FloatArray]:
        """When each target that is not always in the open is: sorted disjoint windows (N, 2)."""
        return {
            number: open_windows(target.opening, self._span)
            for number, target in enumerate(self._targets)
            if target.opening is not None
        }

    def shown(self, windows: Windows) -> Windows:
        """Cut windows, whose sites are targets, to when each target shows itself."""
        if not self.shown_s or not len(windows):
            return windows
        hiding = np.isin(windows.site, list(self.shown_s))
        parts = [windows.kept(~hiding)]
        for number, open_s in self.shown_s.items():
            parts.append(within(windows.kept(windows.site == number), open_s))
        return joined(parts)


def open_windows(opening: Opening, span: Span) -> FloatArray:
    """Return when an opening holds: sorted disjoint windows (N, 2), over the span and more.

    Raises ValueError for a random one: it is drawn before (`with_drawn_stays`).
    """
    if isinstance(opening, HoursOpen):
        return _daily(opening, span)
    if isinstance(opening, ListedOpen):
        listed = [(span.seconds(begin), span.seconds(end)) for begin, end in opening.intervals]
        return intervals.union(np.array(listed))
    raise ValueError("random stays are drawn before they are looked up")


def _daily(opening: HoursOpen, span: Span) -> FloatArray:
    """Return daily hours by a clock, whose days may last 23 or 25 hours."""
    zone = zones.zone(opening.time_zone)
    first = span.start.astimezone(zone).date() - timedelta(days=2)
    midnights = [
        datetime.combine(first + timedelta(days=day), datetime.min.time(), zone)
        for day in range(int(span.days) + 6)
    ]
    rows: list[tuple[float, float]] = []
    for midnight, next_one in pairwise(midnights):
        if opening.weekdays is not None and WEEKDAYS[midnight.weekday()] not in opening.weekdays:
            continue
        for begin, end in opening.hours:
            ends_on = next_one if end <= begin else midnight
            rows.append((_seconds(span, midnight, begin), _seconds(span, ends_on, end)))
    return intervals.union(np.array(rows).reshape(-1, 2))


def _seconds(span: Span, midnight: datetime, hour: float) -> float:
    """Return the instant of an hour by the clock of a midnight's zone."""
    wall = midnight.replace(tzinfo=None) + timedelta(hours=hour)
    return span.seconds(wall.replace(tzinfo=midnight.tzinfo).astimezone(UTC))


def with_drawn_stays(scenario: Scenario, span: Span) -> Scenario:
    """Return the scenario with random stays in the open as they are drawn, listed.

    They depend on the seed and the target's name alone, as requests do.
    """
    if not any(isinstance(target.opening, RandomOpen) for target in scenario.targets):
        return scenario
    targets = tuple(
        target.model_copy(
            update={"opening": _drawn(target.opening, span, scenario.seed, target.name)}
        )
        if isinstance(target.opening, RandomOpen)
        else target
        for target in scenario.targets
    )
    return scenario.model_copy(update={"targets": targets})


def _drawn(opening: RandomOpen, span: Span, seed: int, name: str) -> ListedOpen:
    """Return random stays over a span: at its start they have gone on for ever."""
    # A digest, because the hash of a text differs from process to process.
    digest = hashlib.sha256(json.dumps(["stays", seed, name]).encode()).digest()
    random = np.random.default_rng(int.from_bytes(digest[:16], "big"))
    shown_s, hidden_s = opening.shown_h * HOUR_S, opening.hidden_h * HOUR_S
    # In the open with its share of the time, then for an even part of a stay; else hidden for as
    # long as at any time, for a random time that has no memory.
    if random.random() < shown_s / (shown_s + hidden_s):
        begin_s = -shown_s * random.random()
    else:
        begin_s = random.exponential(hidden_s)
    rows: list[tuple[float, float]] = []
    while begin_s < span.duration_s or not rows:
        rows.append((begin_s, begin_s + shown_s))
        begin_s += shown_s + random.exponential(hidden_s)
    stretches = tuple((span.utc(begin), span.utc(end)) for begin, end in rows)
    # As many as a span of years holds, which no file would list.
    return ListedOpen.model_construct(kind="listed", intervals=stretches)
