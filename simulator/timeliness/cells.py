"""How old the newest picture of each cell at headquarters is, and how long a request for one waits.

Of every access of every satellite one picture is taken, at its best look: the finest ground
sample. A network says when a picture is delivered and when satellites can be commanded, each
picture having it to itself. So this is the timeliness that network and orbits allow, not that of a
list of targets. A network that delivers every picture at once gives the least age that any could,
and one that commands at any instant besides the least response: the wait for the next best look.

Cells go through in chunks, each with the accesses of all satellites over the whole span, so what
is held at once does not grow with the region. Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from simulator.access import Watch, Windows, closest_looks
from simulator.arrays import FloatArray, Int32Array, IntArray
from simulator.compiled import compiled
from simulator.earth import Sites, Span, sites_at
from simulator.orbits import Track, track
from simulator.timeliness.cell_responses import (
    COMMAND,
    DELIVERY,
    INTEGRAL,
    MOST,
    UNANSWERED,
    Commands,
    responses,
)
from simulator.workers import Threads, Workers

Arrivals = Callable[[int, FloatArray], FloatArray]

_WINDOWS_A_CHUNK = 400_000
_LEAST_CHUNKS = 16
_TRACKS_BYTES = 300_000_000


@dataclass(frozen=True, eq=False)
class Service:
    """What one network does for pictures and requests.

    `arrivals(satellite, taken_s)` returns when pictures collected by `taken_s` (N,) are at
    headquarters, inf for those that are not within the span; `commands` when satellites can be
    commanded.
    """

    arrivals: Arrivals
    commands: Commands


@dataclass(frozen=True, eq=False)
class CellTimes:
    """Age of the newest picture of each cell at headquarters, and system response time, all (P,).

    Age: mean and greatest, leaving out the `age_unknown_s` before the first delivery, as
    `sawtooth.age_of_information` does. Response to a request at every instant: mean and
    greatest, leaving out the `response_unknown_s` whose requests find no answer, as
    `sawtooth.system_response` does; the mean is the sum of the three stages that
    `stages.response_delays` has. All but the two unknown times NaN for a cell without any.
    """

    age_mean_s: FloatArray
    age_max_s: FloatArray
    age_unknown_s: FloatArray
    response_mean_s: FloatArray
    response_max_s: FloatArray
    response_unknown_s: FloatArray
    response_command_s: FloatArray
    response_collection_s: FloatArray
    response_delivery_s: FloatArray


def cell_times(
    watches: Sequence[Watch],
    places: Sites,
    span: Span,
    *,
    services: Mapping[str, Service],
    collection_s: Sequence[float] | None = None,
    sun: Track | None = None,
    workers: Workers | None = None,
) -> dict[str, CellTimes]:
    """Return the ages and responses of all cells by the names of `services`, over the span.

    `collection_s` is what a picture of each of `watches` takes, centred on its best look; default
    nothing. Chunks go through `workers` (default: threads, one a core); the figures do not depend
    on them.
    """
    half_s = 0.5 * np.array([0.0] * len(watches) if collection_s is None else collection_s)
    task = _ChunkTimes(tuple(watches), span, sun, tuple(services.values()), half_s)
    chunks = _chunks(places, len(watches), span)
    items = [(places.position_m[chunk], places.normal[chunk]) for chunk in chunks]
    table = np.empty((len(services), len(CellTimes.__dataclass_fields__), len(places)))
    for chunk, rows in zip(chunks, (workers or Threads()).map(task, items), strict=True):
        table[:, :, chunk] = rows
    return {name: CellTimes(*rows) for name, rows in zip(services, table, strict=True)}


@dataclass(frozen=True, eq=False)
class _ChunkTimes:
    """What is done with the positions and normals of a chunk of cells."""

    watches: tuple[Watch, ...]
    span: Span
    sun: Track | None
    services: tuple[Service, ...]
    half_s: FloatArray

    @cached_property
    def tracks(self) -> list[Track]:
        """The first satellites' tracks, as many as fit in memory; the others are made anew."""
        kept: list[Track] = []
        for watch in self.watches:
            kept.append(track(watch.elements, self.span))
            if sum(path.state.nbytes for path in kept) > _TRACKS_BYTES:
                return kept[:-1]
        return kept

    def __getstate__(self) -> dict[str, Any]:
        """Leave the tracks behind: whoever unpickles this makes them faster than they travel."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __call__(self, item: tuple[FloatArray, FloatArray]) -> FloatArray:
        """Return the fields of CellTimes (N, 9, P) for each network."""
        cells, span_s = sites_at(*item), self.span.duration_s
        accesses = [self._pictures(number, cells) for number in range(len(self.watches))]
        pictures = _joined(accesses, self.half_s, len(cells))
        rows = np.empty((len(self.services), len(CellTimes.__dataclass_fields__), len(cells)))
        for row, service in zip(rows, self.services, strict=True):
            row[:] = _figures(pictures, service, span_s)
        return rows

    def _pictures(self, number: int, cells: Sites) -> tuple[Windows, FloatArray]:
        """Return one satellite's accesses to cells, and the instant of each best look."""
        watch, kept = self.watches[number], self.tracks
        path = kept[number] if number < len(kept) else track(watch.elements, self.span)
        windows = watch.accesses(path, cells, start_s=0.0, end_s=self.span.duration_s, sun=self.sun)
        return windows, closest_looks(path, cells, windows, by_elevation=False)


def _chunks(places: Sites, satellites: int, span: Span) -> list[slice]:
    """Return runs of cells few enough to hold all their accesses, the same for any threads."""
    # A low satellite sees a place about twice a day by a wide cone, near a pole fifteen times.
    # Cosine of the geocentric latitude: passes crowd towards the poles as its inverse.
    axis_share = np.hypot(*places.position_m.T[:2]) / np.linalg.norm(places.position_m, axis=1)
    windows = span.days * max(satellites, 1) * np.clip(4.0 / np.maximum(axis_share, 0.1), 4.0, 16.0)
    sums = np.concatenate([[0.0], np.cumsum(windows)])
    count = max(_LEAST_CHUNKS, int(np.ceil(sums[-1] / _WINDOWS_A_CHUNK)))
    edges = np.searchsorted(sums, np.linspace(0.0, sums[-1], count + 1))
    return [slice(a, b) for a, b in pairwise(np.unique(edges).tolist())]


class _ChunkPictures(NamedTuple):
    """The pictures of `cells` cells: satellite i has rows offsets[i]..offsets[i + 1] of (W,)."""

    cells: int
    offsets: IntArray
    site: Int32Array
    begin_s: FloatArray
    taken_s: FloatArray

    def by_satellite(self, of: Arrivals, at_s: FloatArray) -> FloatArray:
        """Return for each picture what `of` says of its satellite and one of its instants."""
        out = np.empty(len(at_s))
        for number, (a, b) in enumerate(pairwise(self.offsets.tolist())):
            out[a:b] = of(number, at_s[a:b])
        return out


def _joined(
    accesses: Sequence[tuple[Windows, FloatArray]], half_s: FloatArray, cells: int
) -> _ChunkPictures:
    """Return the pictures of all satellites, `half_s` of collection on each side of best looks."""
    counts = [len(best_s) for _, best_s in accesses]
    best_s = np.concatenate([np.empty(0), *(best_s for _, best_s in accesses)])
    site = np.concatenate([np.empty(0, np.int32), *(windows.site for windows, _ in accesses)])
    half_s = np.repeat(half_s, counts)
    offsets = np.cumsum([0, *counts]).astype(np.int64)
    return _ChunkPictures(cells, offsets, site, best_s - half_s, best_s + half_s)


def _figures(pictures: _ChunkPictures, service: Service, span_s: float) -> FloatArray:
    """Return the fields (9, P) of CellTimes for one network."""
    delivered_s = pictures.by_satellite(service.arrivals, pictures.taken_s)
    ages = np.zeros((pictures.cells, 3))
    ages[:, 2] = span_s
    _add_ages(ages, pictures.offsets, pictures.site, pictures.taken_s, delivered_s)
    sums = responses(
        service.commands,
        pictures.cells,
        span_s,
        offsets=pictures.offsets,
        site=pictures.site,
        taken_s=pictures.taken_s,
        latest_s=pictures.by_satellite(service.commands.latest_s, pictures.begin_s),
        delivered_s=delivered_s,
    )
    known_s, answered_s = span_s - ages[:, 2], span_s - sums[:, UNANSWERED]
    whole, command, delivery = (
        _per(sums[:, column], answered_s) for column in (INTEGRAL, COMMAND, DELIVERY)
    )
    return np.stack(
        [
            _per(ages[:, 0], known_s),
            np.where(known_s > 0.0, ages[:, 1], np.nan),
            ages[:, 2],
            whole,
            np.where(answered_s > 0.0, sums[:, MOST], np.nan),
            sums[:, UNANSWERED],
            command,
            whole - command - delivery,
            delivery,
        ]
    )


def _per(integral: FloatArray, time_s: FloatArray) -> FloatArray:
    """Return means over time, NaN where there is none."""
    mean = np.full(len(time_s), np.nan)
    np.divide(integral, time_s, out=mean, where=time_s > 0.0)
    return mean


@compiled
def _add_ages(
    sums: FloatArray,
    offsets: IntArray,
    site: Int32Array,
    taken_s: FloatArray,
    delivered_s: FloatArray,
) -> None:
    """Add one network's pictures to sums (P, 3): integral of the age, its maximum, time before any.

    From the last picture of a cell back: one is the newest at headquarters from its arrival until
    that of the next that is delivered, and never where the next is delivered no later.
    """
    satellites = offsets.shape[0] - 1
    # Each satellite's pictures are in order of cell and instant, so all are merged from the back.
    cursor = offsets[1:].copy()
    for s in range(sums.shape[0] - 1, -1, -1):
        while True:
            row = -1
            for i in range(satellites):
                k = cursor[i] - 1
                if k >= offsets[i] and site[k] == s and (row < 0 or taken_s[k] > taken_s[row]):
                    row = k
                    owner = i
            if row < 0:
                break
            cursor[owner] -= 1
            # sums[s, 2] is the instant from which the age is known so far: the deliveries of the
            # pictures after this one are all later.
            until_s, since_s = sums[s, 2], delivered_s[row]
            if since_s < until_s:
                # The age rises by a second a second from one delivery to the next.
                low = since_s - taken_s[row]
                high = until_s - taken_s[row]
                sums[s, 0] += 0.5 * (until_s - since_s) * (low + high)
                sums[s, 1] = max(sums[s, 1], high)
                sums[s, 2] = since_s
