"""The looks that a satellite may take at places, with what its margin makes of each.

A satellite that comes early or late passes beside where it should: it may miss a place, or see one
it should miss. So each is searched three times, as given and as early and as late as its margin
has it at most. A look is sure where all three have it; where only an early or a late one has it, it
is a look too, that may come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator import intervals
from simulator.access import Windows
from simulator.arrays import FloatArray, IntArray
from simulator.earth import Span
from simulator.errors import InputError
from simulator.orbits import Track, advanced, sun_track, sunlit_at, track
from simulator.study import Whereabouts, lit_times, look_columns, windows_of_targets
from simulator.units import MINUTE_S
from simulator.watched.margins import ages_days
from simulator.watched.watchers import Onlooker, Watched

# A satellite in low orbit rises about so often over a place of middle latitude.
_LOOKS_A_DAY = 8.0
MOST_LOOKS = 2_000_000


_Columns = dict[str, Any]
_Shifted = tuple[Windows, _Columns]


@dataclass(frozen=True, eq=False)
class OverheadLooks:
    """Looks (N,) of satellites at places, by place and then by start; seconds since the start.

    `columns` has what a table of looks has: start_s, end_s, best_s, the look at best_s, where the
    place is then (latitude_deg, longitude_deg), cut_start, cut_end (the span's ends cut it), sunlit
    (the satellite is, at best_s), age_days (of the elements), margin_s, sure: it comes however
    early or late the satellite is within its margin, and the ends first_s and last_s of all
    instants at which it may then be. GSD and NIIRS are NaN without a sensor. `outages` says of
    satellites that come down when they do.
    """

    satellite: IntArray
    place: IntArray
    columns: _Columns
    outages: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.place)


def overhead_looks(
    watchers: Sequence[Onlooker], places: Sequence[Watched], span: Span
) -> OverheadLooks:
    """Return all looks in a span. Raises InputError for more than can be listed."""
    expected = len(watchers) * len(places) * span.days * _LOOKS_A_DAY
    if expected > MOST_LOOKS:
        raise InputError(
            f"about {expected:,.0f} looks ({len(watchers)} satellites, {len(places)} places, "
            f"{span.days:g} days); allowed {MOST_LOOKS:,}"
        )
    where = Whereabouts([place.target for place in places], span)
    sun_path = sun_track(span)
    parts, outages = [], list[str]()
    for watcher in watchers:
        path = track(watcher.elements, span)
        if path.outage is not None and path.outage.time_s < span.duration_s:
            outages.append(
                f"{watcher.name}: {path.outage.cause} at {span.iso(path.outage.time_s)}; nothing "
                "is computed from then on"
            )
        parts.append(_looks_of(watcher, path, where, span, sun_path))
    satellite = np.repeat(np.arange(len(parts)), [len(place) for place, _ in parts])
    place = np.concatenate([place for place, _ in parts])
    columns = {
        name: np.concatenate([columns[name] for _, columns in parts]) for name in parts[0][1]
    }
    order = np.lexsort((satellite, columns["start_s"], place))
    return OverheadLooks(
        satellite[order],
        place[order],
        {name: column[order] for name, column in columns.items()},
        tuple(outages),
    )


def _looks_of(
    watcher: Onlooker, path: Track, where: Whereabouts, span: Span, sun_path: Track
) -> tuple[IntArray, _Columns]:
    """Return place (N,) and columns of the looks of one satellite."""

    def searched(flown: Track) -> _Shifted:
        return _found(watcher, flown, where, span, sun_path)

    ends_s = np.array([0.0, span.duration_s * (1.0 - 1e-12)])
    most_s = float(watcher.margin.seconds(ages_days(watcher.elements, span, ends_s)).max())
    windows, columns = searched(path)
    shifted: list[_Shifted] = []
    if most_s > 0.0:
        period_s = watcher.elements.period_min * MINUTE_S
        # Half a revolution from where it should be a satellite is as far from there as it can.
        most_s = min(most_s, 0.5 * period_s)
        turned_deg = 360.0 * most_s / period_s
        for sign in (1.0, -1.0):
            found, own = searched(track(advanced(watcher.elements, sign * turned_deg), span))
            # As if it came on time: early by a time, it is that much later, and so on.
            shifted.append((_moved(found, sign * most_s), _moved_columns(own, sign * most_s)))
    windows, columns = _with_possible(windows, columns, shifted)
    age_days = ages_days(watcher.elements, span, columns["best_s"].clip(*ends_s))
    margin_s = watcher.margin.seconds(age_days)
    columns |= {
        "age_days": age_days,
        "margin_s": margin_s,
        "first_s": columns["first_s"] - margin_s,
        "last_s": columns["last_s"] + margin_s,
    }
    return windows.site.astype(np.int64), columns


def _found(
    watcher: Onlooker, path: Track, where: Whereabouts, span: Span, sun_path: Track
) -> _Shifted:
    sensor = watcher.sensor
    lit = None if sensor is None else lit_times(sensor, path, sun_path, span)
    windows, best_s = windows_of_targets(
        path, where, watcher.view, end_s=span.duration_s, sun=sun_path, allowed=lit
    )
    looks = look_columns(path, where, windows, best_s, sun=sun_path, sensor=sensor)
    latitude, longitude, _ = where.geodetic(windows.site.astype(np.int64), best_s).T
    return windows, looks | {
        "latitude_deg": latitude,
        "longitude_deg": longitude,
        "sunlit": sunlit_at(path, sun_path, best_s),
    }


def _moved(windows: Windows, later_s: float) -> Windows:
    return Windows(windows.site, windows.start_s + later_s, windows.end_s + later_s, windows.cut)


def _moved_columns(columns: _Columns, later_s: float) -> _Columns:
    moved = {name: columns[name] + later_s for name in ("start_s", "end_s", "best_s")}
    return columns | moved


def _with_possible(windows: Windows, columns: _Columns, shifted: Sequence[_Shifted]) -> _Shifted:
    """Return the looks as given, with those that only a shift has.

    Each is sure or not, from the first to the last instant at which any of all has it.
    """
    meetings = [_met(windows, other) for other, _ in shifted]
    columns["sure"] = np.logical_and.reduce(
        [np.ones(len(windows), dtype=np.bool_), *(np.isfinite(met[:, 0]) for met in meetings)]
    )
    parts = [(windows, columns | _ends(windows, meetings))]
    for other, own in shifted:
        known = [np.isfinite(_met(other, earlier)[:, 0]) for earlier, _ in parts]
        new = ~np.logical_or.reduce(known)
        own = own | {"sure": np.zeros(len(other), dtype=np.bool_)} | _ends(other, [])
        parts.append((other.kept(new), {name: column[new] for name, column in own.items()}))
    together = Windows(
        np.concatenate([w.site for w, _ in parts]),
        np.concatenate([w.start_s for w, _ in parts]),
        np.concatenate([w.end_s for w, _ in parts]),
        np.concatenate([w.cut for w, _ in parts]),
    )
    names = parts[0][1]
    return together, {name: np.concatenate([own[name] for _, own in parts]) for name in names}


def _ends(windows: Windows, meetings: Sequence[FloatArray]) -> _Columns:
    """Return first and last instants of windows and of all that they meet."""
    first = np.fmin.reduce([windows.start_s, *(met[:, 0] for met in meetings)])
    last = np.fmax.reduce([windows.end_s, *(met[:, 1] for met in meetings)])
    return {"first_s": first, "last_s": last}


def _met(windows: Windows, others: Windows) -> FloatArray:
    """Return start and end (W, 2) of what windows share an instant with at the same site.

    NaN for nothing.
    """
    met = np.full((len(windows), 2), np.nan)
    for site in np.unique(windows.site):
        rows = np.flatnonzero(windows.site == site)
        theirs = intervals.union(others.of(int(site)))
        first = np.searchsorted(theirs[:, 1], windows.start_s[rows], side="right")
        last = np.searchsorted(theirs[:, 0], windows.end_s[rows], side="left")
        some = last > first
        met[rows[some], 0] = theirs[first[some], 0]
        met[rows[some], 1] = theirs[last[some] - 1, 1]
    return met
