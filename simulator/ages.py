# mypy: disallow-untyped-decorators=False, warn-return-any=False
"""How old the newest picture of each cell at headquarters is, by network.

Of every access of every satellite one picture is taken, at its best look: the least off-nadir
angle. A network is whatever tells when a picture is home; taken here is that each picture has it
to itself. So this is the freshness that network and orbits allow, not that of a list of targets.
A network that brings every picture home at once gives the least age that any could.

Cells go through in chunks, each with the accesses of all satellites over the whole span, so what
is held at once does not grow with the region. Seconds since the span's start.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from numba import njit

from simulator.access import Sites, Windows, closest_looks, find_accesses, sites_at
from simulator.coverage import Watch
from simulator.ephemeris import Track, track
from simulator.timescale import FloatArray, Span

Arrivals = Callable[[int, FloatArray], FloatArray]

_WINDOWS_A_CHUNK = 400_000
_LEAST_CHUNKS = 16
_TRACKS_BYTES = 300_000_000


@dataclass(frozen=True, eq=False)
class CellAges:
    """Age of the newest picture at headquarters in each cell, all (P,).

    `age_mean_s` and `age_max_s` leave out the `unknown_s` before the first delivery, as
    `timeliness.age_of_information` does; both NaN for a cell of which nothing is delivered.
    """

    age_mean_s: FloatArray
    age_max_s: FloatArray
    unknown_s: FloatArray


def region_ages(
    watches: Sequence[Watch],
    places: Sites,
    span: Span,
    *,
    arrivals: Mapping[str, Arrivals],
    sun: Track | None = None,
    workers: int | None = None,
) -> dict[str, CellAges]:
    """Return the ages of all cells by the names of `arrivals`, over the span.

    `arrivals[name](satellite, taken_s)` tells when pictures taken at `taken_s` (N,) by that one
    of `watches` are at headquarters; what is not before the span's end does not count. Chunks go
    through `workers` threads (default: one a core); the ages do not depend on their number.
    """
    tracks = _Tracks(watches, span)
    chunks = _chunks(places, len(watches), span)
    table = np.empty((len(arrivals), len(places), 3))

    def work(chunk: slice) -> None:
        some = sites_at(places.position_m[chunk], places.normal[chunk])
        found = [_pictures(w, path, some, span, sun) for w, path in tracks.pairs()]
        table[:, chunk] = _ages(found, len(some), span.duration_s, list(arrivals.values()))

    pool = ThreadPoolExecutor(workers or os.cpu_count() or 1)
    try:
        list(pool.map(work, chunks))
    finally:
        # An interrupt waits for the chunks under way alone.
        pool.shutdown(cancel_futures=True)
    return {
        name: CellAges(*np.ascontiguousarray(table[number].T))
        for number, name in enumerate(arrivals)
    }


class _Tracks:
    """The tracks of all satellites, those kept that fit in memory, the others made anew."""

    def __init__(self, watches: Sequence[Watch], span: Span) -> None:
        self._watches = watches
        self._span = span
        self._kept: list[Track] = []
        size = 0
        for watch in watches:
            path = track(watch.elements, span)
            size += path.state.nbytes
            if size > _TRACKS_BYTES:
                break
            self._kept.append(path)

    def pairs(self) -> Iterator[tuple[Watch, Track]]:
        """Yield each satellite with its track."""
        for number, watch in enumerate(self._watches):
            kept = number < len(self._kept)
            yield watch, self._kept[number] if kept else track(watch.elements, self._span)


def _chunks(places: Sites, satellites: int, span: Span) -> list[slice]:
    """Return runs of cells few enough to hold all their accesses, the same for any threads."""
    # A low satellite sees a place about twice a day by a wide cone, near a pole fifteen times.
    axis_share = np.hypot(*places.position_m.T[:2]) / np.linalg.norm(places.position_m, axis=1)
    windows = span.days * max(satellites, 1) * np.clip(4.0 / np.maximum(axis_share, 0.1), 4.0, 16.0)
    sums = np.concatenate([[0.0], np.cumsum(windows)])
    count = max(_LEAST_CHUNKS, int(np.ceil(sums[-1] / _WINDOWS_A_CHUNK)))
    edges = np.searchsorted(sums, np.linspace(0.0, sums[-1], count + 1))
    return [slice(a, b) for a, b in pairwise(np.unique(edges).tolist())]


def _pictures(
    watch: Watch, path: Track, places: Sites, span: Span, sun: Track | None
) -> tuple[Windows, FloatArray]:
    """Return one satellite's accesses to a chunk of cells, and the instant of each best look."""
    found = find_accesses(
        path,
        places,
        watch.view,
        start_s=0.0,
        end_s=span.duration_s,
        sun=sun,
        allowed=watch.allowed,
        threads=1,
    )
    return found, closest_looks(path, places, found, by_elevation=False)


def _ages(
    found: Sequence[tuple[Windows, FloatArray]],
    cells: int,
    span_s: float,
    arrivals: Sequence[Arrivals],
) -> FloatArray:
    """Return mean, maximum and unknown time (N, P, 3) of a chunk for each of N networks."""
    offsets = np.concatenate([[0], np.cumsum([len(taken_s) for _, taken_s in found])])
    empty = np.empty(0)
    taken = np.concatenate([empty, *(taken_s for _, taken_s in found)])
    site = np.concatenate([np.empty(0, np.int32), *(windows.site for windows, _ in found)])
    home = np.empty((len(arrivals), len(taken)))
    for row, arrival in zip(home, arrivals, strict=True):
        for number, (_, taken_s) in enumerate(found):
            row[offsets[number] : offsets[number + 1]] = arrival(number, taken_s)
    sums = np.zeros((len(arrivals), cells, 3))
    sums[:, :, 2] = span_s
    _absorb(sums, offsets.astype(np.int64), site, taken, home)
    known_s = span_s - sums[:, :, 2]
    some = known_s > 0.0
    sums[:, :, 0] = np.divide(sums[:, :, 0], known_s, out=np.full(some.shape, np.nan), where=some)
    sums[:, :, 1][~some] = np.nan
    return sums


@njit(cache=True, nogil=True, error_model="numpy")
def _absorb(
    sums: FloatArray,
    offsets: npt.NDArray[np.int64],
    site: npt.NDArray[np.int32],
    taken: FloatArray,
    home: FloatArray,
) -> None:
    """Add pictures to sums (N, P, 3): integral of the age, its maximum, time before the first.

    Satellite i has rows offsets[i]..offsets[i + 1], sorted by site then instant; home (N, W). From
    the last picture of a cell back: one is the newest at headquarters from its arrival until that
    of the next that is home, and never where the next is home no later.
    """
    networks = home.shape[0]
    satellites = offsets.shape[0] - 1
    cursor = offsets[1:].copy()
    for s in range(sums.shape[1] - 1, -1, -1):
        while True:
            row = -1
            for i in range(satellites):
                k = cursor[i] - 1
                if k >= offsets[i] and site[k] == s and (row < 0 or taken[k] > taken[row]):
                    row = k
                    owner = i
            if row < 0:
                break
            cursor[owner] -= 1
            for n in range(networks):
                until = sums[n, s, 2]
                since = home[n, row]
                if since < until:
                    low = since - taken[row]
                    high = until - taken[row]
                    sums[n, s, 0] += 0.5 * (until - since) * (low + high)
                    sums[n, s, 1] = max(sums[n, s, 1], high)
                    sums[n, s, 2] = since
