"""How old the newest picture of each cell at headquarters is, and how long a request for one waits.

Of every access of every satellite one picture is taken, at its best look: the finest ground
sample. A network says when a picture is delivered and when satellites can be commanded, each
picture having it to itself. So this is the timeliness that network and orbits allow, not that of a
list of targets. A network that delivers every picture at once gives the least age that any could,
and one that commands at any instant besides the least response: the wait for the next best look.

Cells go through in the batches of `coverage.stream`, each with the accesses of all satellites over
the whole span, so what is held at once does not grow with the region. Seconds since the span's
start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from simulator.access import Watch
from simulator.arrays import FloatArray, Int32Array, IntArray
from simulator.compiled import compiled
from simulator.earth import Sites, Span
from simulator.orbits import Track
from simulator.revisit import SiteBatch, stream
from simulator.timeliness.cell_responses import (
    COMMAND,
    DELIVERY,
    INTEGRAL,
    MOST,
    UNANSWERED,
    Commands,
    responses,
)
from simulator.workers import Workers

Arrivals = Callable[[int, FloatArray], FloatArray]


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
    nothing. Batches of cells go through `workers` (default: threads, one a core); the figures do
    not depend on them.
    """
    seconds = [0.0] * len(watches) if collection_s is None else collection_s
    gathered = CellTimesGatherer(len(places), services, seconds)
    for part in stream(watches, places, span, gathered.reduce, sun=sun, workers=workers):
        gathered.take(part)
    return gathered.result()


@dataclass(frozen=True, eq=False)
class _Reduction:
    """What is made of the windows of a batch of cells."""

    services: tuple[Service, ...]
    half_s: FloatArray

    def __call__(self, batch: SiteBatch) -> tuple[IntArray, FloatArray]:
        """Return the cells of a batch and the fields of CellTimes (N, 9, P) for each network."""
        pictures = cell_pictures(batch, self.half_s)
        rows = np.empty((len(self.services), len(CellTimes.__dataclass_fields__), pictures.cells))
        for row, service in zip(rows, self.services, strict=True):
            row[:] = _figures(pictures, service, batch.span_s)
        return batch.sites, rows


class CellTimesGatherer:
    """`CellTimes` gathered batch by batch: `take` what `reduce` makes of each, in any order."""

    def __init__(
        self, cells: int, services: Mapping[str, Service], collection_s: Sequence[float]
    ) -> None:
        self.reduce = _Reduction(tuple(services.values()), 0.5 * np.array(collection_s, float))
        self._names = tuple(services)
        self._table = np.empty((len(services), len(CellTimes.__dataclass_fields__), cells))

    def take(self, part: tuple[IntArray, FloatArray]) -> None:
        """Add the times of one batch."""
        cells, rows = part
        self._table[:, :, cells] = rows

    def result(self) -> dict[str, CellTimes]:
        """Return the times of all cells by the names of the services."""
        return {name: CellTimes(*rows) for name, rows in zip(self._names, self._table, strict=True)}


class CellPictures(NamedTuple):
    """The pictures of `cells` cells: satellite i has rows offsets[i]..offsets[i + 1] of (W,)."""

    cells: int
    offsets: IntArray
    site: Int32Array
    begin_s: FloatArray
    taken_s: FloatArray

    @property
    def satellite(self) -> IntArray:
        """The satellite of each picture (W,)."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def by_satellite(self, of: Arrivals, at_s: FloatArray) -> FloatArray:
        """Return for each picture what `of` says of its satellite and one of its instants."""
        out = np.empty(len(at_s))
        for number, (a, b) in enumerate(pairwise(self.offsets.tolist())):
            out[a:b] = of(number, at_s[a:b])
        return out


def cell_pictures(batch: SiteBatch, half_s: FloatArray) -> CellPictures:
    """Return the pictures of a batch, `half_s` of collection on each side of best looks."""
    ordered, cells = batch.ordered, len(batch.sites)
    # Stable: those of a satellite stay in order of cell and time.
    order = np.argsort(ordered.satellite, kind="stable")
    offsets = np.searchsorted(ordered.satellite[order], np.arange(len(half_s) + 1))
    site = np.repeat(np.arange(cells, dtype=np.int32), np.diff(ordered.first))[order]
    best_s, half_s = batch.best_s[order], half_s[ordered.satellite[order]]
    return CellPictures(cells, offsets.astype(np.int64), site, best_s - half_s, best_s + half_s)


def _figures(pictures: CellPictures, service: Service, span_s: float) -> FloatArray:
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
