"""When each of some places could be looked at, when none could, and when to work: one answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

import numpy as np

from simulator import intervals, zones
from simulator.arrays import FloatArray, IntArray
from simulator.earth import Span
from simulator.errors import InputError
from simulator.orbits import notes
from simulator.study import span_table, stale_elements
from simulator.units import DAY_S, HOUR_S, MINUTE_S
from simulator.watched.margins import Margin, ages_days
from simulator.watched.overhead_looks import OverheadLooks, overhead_looks
from simulator.watched.watchers import (
    LookConditions,
    Onlooker,
    Watched,
    first_start,
    watched_places,
    watchers,
)
from simulator.watched.work_plans import WorkStart, safest_pausing, safest_starts

OVERHEAD_VERSION = 1
# A satellite that may be later than this share of a revolution passes elsewhere altogether.
_MOST_OF_REVOLUTION = 0.25
_INSTANTS = ("start_s", "end_s", "best_s", "first_s", "last_s")
_DECIMALS = {"s": 3, "deg": 4, "km": 3, "days": 3, "m": 2, "niirs": 2}


@dataclass(frozen=True)
class Work:
    """Work that is to be seen as little as may be: how long, and within how long from the start.

    It is in one piece, or `pausing`: it stops while a look may be. Raises InputError.
    """

    hours: float
    within_days: float | None = None
    pausing: bool = False

    def __post_init__(self) -> None:
        if not 0.0 < self.hours < float("inf"):
            raise InputError(f"work: {self.hours:g} hours; allowed above 0")
        if self.within_days is not None and not self.within_days * 24.0 >= self.hours:
            raise InputError(
                f"work: {self.hours:g} hours within {self.within_days:g} days; the work must fit"
            )


@dataclass(frozen=True, eq=False)
class Overhead:
    """When satellites could look at places in a span.

    `could be looked at` means that all conditions of the look hold; nothing is said of clouds, or
    of whether anybody takes a picture.
    """

    watchers: tuple[Onlooker, ...]
    places: tuple[Watched, ...]
    span: Span
    looks: OverheadLooks
    work: Work | None = None

    def rows(self, place: int | None) -> IntArray:
        """Return the looks at a place, or at all for None."""
        everywhere = np.ones(len(self.looks), dtype=np.bool_)
        return np.flatnonzero(everywhere if place is None else self.looks.place == place)

    def seen_s(self, place: int | None) -> FloatArray:
        """Return times (N, 2) at which a place, or any for None, may be looked at, with margins."""
        columns, rows = self.looks.columns, self.rows(place)
        may_be = np.stack([columns["first_s"][rows], columns["last_s"][rows]], axis=1)
        return intervals.clip(intervals.union(may_be), 0.0, self.span.duration_s)

    def quiet_s(self, place: int | None) -> FloatArray:
        """Return times (N, 2) at which a place, or every one for None, cannot be looked at."""
        return intervals.complement(self.seen_s(place), 0.0, self.span.duration_s)

    def safest(self, place: int | None) -> list[WorkStart]:
        """Return the safest starts of the work at a place, or at all at once for None."""
        if self.work is None:
            return []
        columns, rows = self.looks.columns, self.rows(place)
        margin_s = columns["margin_s"][rows]
        # Between the ends at which it may be, less the margin: all that is not chance alone.
        ends = columns["first_s"][rows] + margin_s, columns["last_s"][rows] - margin_s
        within_days = self.work.within_days
        end_s = self.span.duration_s
        if within_days is not None:
            end_s = min(end_s, within_days * DAY_S)
        find = safest_pausing if self.work.pausing else safest_starts
        return find(
            np.stack(ends, axis=1), margin_s, self.work.hours * HOUR_S, begin_s=0.0, end_s=end_s
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to be wary of, a sentence each."""
        found = [line for watcher in self.watchers for line in self._warnings_of(watcher)]
        return (*self.looks.outages, *found, *self._partly_nowhere())

    def _partly_nowhere(self) -> Iterator[str]:
        """Yield what to say of ways that do not last as long as the span."""
        for place in self.places:
            if place.target.track is None:
                continue
            moved = place.target.track.in_span(self.span)
            if moved.begin_s > 0.0 or moved.end_s < self.span.duration_s:
                yield (
                    f"{place.word}: its way is from {self.span.iso(moved.begin_s)} to "
                    f"{self.span.iso(moved.end_s)}; before and after it is nowhere, which counts "
                    "as quiet"
                )

    def _warnings_of(self, watcher: Onlooker) -> Iterator[str]:
        if watcher.elements.is_tabulated:
            yield from (f"{watcher.name}: {note}" for note in notes(watcher.elements, self.span))
        if not watcher.elements.hypothetical:
            yield from stale_elements(watcher.name, watcher.elements, self.span)
        most_s = max(self.margins_s(watcher))
        if most_s > _MOST_OF_REVOLUTION * watcher.elements.period_min * MINUTE_S:
            yield (
                f"{watcher.name}: may be {most_s / MINUTE_S:.0f} min early or late, over a quarter "
                "of a revolution: its looks and what is quiet are of the pattern alone"
            )

    def margins_s(self, watcher: Onlooker) -> tuple[float, float]:
        """Return how early or late a satellite may be, at the least and at the most of the span."""
        sampled_s = np.linspace(0.0, self.span.duration_s * (1.0 - 1e-12), 257)
        found = watcher.margin.seconds(ages_days(watcher.elements, self.span, sampled_s))
        return float(found.min()), float(found.max())

    def facts(self) -> dict[str, Any]:
        """Return everything as plain values: instants as UTC, numbers rounded to their worth."""
        several = len(self.places) > 1
        whole = [None, *range(len(self.places))] if several else [0]
        return {
            "schema_version": OVERHEAD_VERSION,
            "span": {"start": self.span.start, "days": self.span.days},
            "satellites": [self._satellite(watcher) for watcher in self.watchers],
            "places": [self._place(number) for number in range(len(self.places))],
            "all_places": self._quiet_facts(None, self._common_zone()) if several else None,
            "work": None if self.work is None else self._work(self.work, whole),
            "warnings": list(self.warnings),
        }

    def _satellite(self, watcher: Onlooker) -> dict[str, Any]:
        least_s, most_s = self.margins_s(watcher)
        view, margin = watcher.view, watcher.margin
        return {
            **watcher.elements.facts(),
            "sensor": None if watcher.sensor is None else watcher.sensor.catalog,
            "conditions": {
                "min_elevation_deg": view.min_elevation_deg,
                "max_off_nadir_deg": view.max_off_nadir_deg,
                "min_off_nadir_deg": view.min_off_nadir_deg,
                "min_sun_elevation_deg": view.min_sun_elevation_deg,
                "max_sun_elevation_deg": view.max_sun_elevation_deg,
            },
            "margin": {
                "at_epoch_s": margin.at_epoch_s,
                "per_day_s": round(margin.per_day_s, 3),
                "least_s": round(least_s, 3),
                "most_s": round(most_s, 3),
                "grade": margin.grade,
                "source": margin.source,
            },
        }

    def _place(self, number: int) -> dict[str, Any]:
        place = self.places[number]
        coordinates = {"name", "latitude_deg", "longitude_deg", "height_m"}
        return {
            "id": place.word,
            **place.target.model_dump(include=coordinates),
            "moves": place.target.track is not None,
            "time_zone": place.time_zone,
            "looks": [self._look(row, place.time_zone) for row in self.rows(number).tolist()],
            **self._quiet_facts(number, place.time_zone),
        }

    def _look(self, row: int, time_zone: str) -> dict[str, Any]:
        columns = self.looks.columns
        found: dict[str, Any] = {
            "satellite": self.watchers[int(self.looks.satellite[row])].name,
            "start_local": self.local(float(columns["start_s"][row]), time_zone),
        }
        for name, column in columns.items():
            value = column[row].item()
            if name in _INSTANTS:
                found[name.removesuffix("_s") + "_utc"] = self.span.iso(value)
            elif isinstance(value, bool):
                found[name] = value
            elif np.isnan(value):
                found[name] = None
            else:
                # Adding zero turns -0.0 into 0.0.
                found[name] = round(value, _DECIMALS[name.rpartition("_")[2]]) + 0.0
        found["duration_s"] = round(float(columns["end_s"][row] - columns["start_s"][row]), 3)
        return found

    def _quiet_facts(self, place: int | None, time_zone: str) -> dict[str, Any]:
        quiet = self.quiet_s(place)
        longest_s = float((quiet[:, 1] - quiet[:, 0]).max(initial=0.0))
        return {
            "quiet_share": round(intervals.total_s(quiet) / self.span.duration_s, 6),
            "longest_quiet_h": round(longest_s / HOUR_S, 4),
            "quiet": [
                {**self._ends(low, high, time_zone), "duration_s": round(high - low, 3)}
                for low, high in quiet.tolist()
            ],
        }

    def _ends(self, begin_s: float, end_s: float, time_zone: str) -> dict[str, Any]:
        return {
            "start_local": self.local(begin_s, time_zone),
            "start_utc": self.span.iso(begin_s),
            "end_local": self.local(end_s, time_zone),
            "end_utc": self.span.iso(end_s),
        }

    def local(self, at_s: float, time_zone: str) -> str:
        """Return an instant by the clock of a zone, to the second."""
        at = self.span.start.astimezone(UTC) + timedelta(seconds=at_s)
        return at.astimezone(zones.zone(time_zone)).isoformat(timespec="seconds")

    def _work(self, work: Work, of: Sequence[int | None]) -> dict[str, Any]:
        return {
            "hours": work.hours,
            "within_days": work.within_days or self.span.days,
            "pausing": work.pausing,
            "starts": [
                {**self._start(one, place), "rank": rank}
                for place in of
                for rank, one in enumerate(self.safest(place), 1)
            ],
            "unfit": [self._word(place) for place in of if not self.safest(place)],
        }

    def _common_zone(self) -> str:
        """Return the clock that all places have, UTC if there is none."""
        found = {place.time_zone for place in self.places}
        return found.pop() if len(found) == 1 else "UTC"

    def _word(self, place: int | None) -> str:
        return "all" if place is None else self.places[place].word

    def _start(self, one: WorkStart, place: int | None) -> dict[str, Any]:
        zone = self._common_zone() if place is None else self.places[place].time_zone
        return {
            "place": self._word(place),
            **self._ends(one.start_s, one.end_s, zone),
            "looks_expected": round(one.looks_expected, 4),
            "seen_s": round(one.seen_s, 3),
            "work_s": round(one.end_s - one.start_s, 3),
            "pauses": one.pauses,
            "room_s": round(one.room_s, 3),
        }


def overhead(
    places: Sequence[str],
    orbits: Sequence[str],
    *,
    start: str | None = None,
    days: float = 7.0,
    sensors: Sequence[str] = (),
    margin: Margin | None = None,
    conditions: LookConditions | None = None,
    tracks: Sequence[str] = (),
    time_zone: str | None = None,
    work: Work | None = None,
) -> Overhead:
    """Return when orbits could look at places, both named as in `orbits_of` and `watched_places`.

    `tracks` are files of ways of what moves; before and after its way a unit is nowhere.

    `start` is an ISO time with offset, or a date, which begins at midnight UTC, by default the
    newest epoch of the orbits; the rest as in `watchers`. Raises InputError.
    """
    if not (places or tracks) or not orbits:
        missing = "place and no track" if orbits else "orbit"
        raise InputError(f"no {missing} is given; give one at least")
    watched = watched_places(places, tracks=tracks, time_zone=time_zone)
    table = span_table(start or first_start(orbits), days)
    span = Span(table.start, (table.days or 0.0) * DAY_S)
    if work is not None and work.hours > min(work.within_days or days, days) * 24.0:
        raise InputError(f"work: {work.hours:g} hours do not fit the {days:g} days looked at")
    if work is not None and (work.within_days or days) > days:
        raise InputError(f"within: {work.within_days:g} days; only {days:g} days are looked at")
    flown = watchers(
        orbits,
        start=span.start,
        days=span.days,
        sensors=sensors,
        margin=margin,
        conditions=conditions,
    )
    return Overhead(flown, watched, span, overhead_looks(flown, watched, span), work)
