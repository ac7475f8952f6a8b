"""Where the time goes: latency and response cut into the stages that add up to them.

A picture on board waits for a contact, waits in one for its turn, is sent, and is forwarded. A
request waits for a command contact, then for the picture to be taken, then for its delivery.
Seconds throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from simulator import intervals, ragged
from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.delivery import DELIVERED, Bookings, Crosslinks, Deliveries, Pictures, Plan


@dataclass(frozen=True, eq=False)
class Delays:
    """Stages of the latency of each picture, shape (P,), NaN for one not delivered.

    `contact_s`: on board with no contact open; `queue_s`: in contact, not being sent; `sending_s`;
    `forwarding_s`: from the last bit sent to headquarters. They add up to the latency.
    """

    contact_s: FloatArray
    queue_s: FloatArray
    sending_s: FloatArray
    forwarding_s: FloatArray

    @property
    def parts_s(self) -> tuple[FloatArray, ...]:
        """The stages one after the other, in the order of their names."""
        return self.contact_s, self.queue_s, self.sending_s, self.forwarding_s

    def of(self, rows: BoolArray) -> Delays:
        """Return the stages of some of the pictures."""
        return Delays(*(part[rows] for part in self.parts_s))


class _OpenTime:
    """How long windows have been open by each instant."""

    def __init__(self, windows_s: npt.ArrayLike) -> None:
        rows = intervals.union(windows_s)
        # Open time at every edge: it stands still outside windows, so a line between the edges.
        self._edges_s = rows.ravel()
        self._open_s = np.repeat(np.cumsum(np.append(0.0, rows[:, 1] - rows[:, 0])), 2)[1:-1]

    def between(self, start_s: FloatArray, end_s: FloatArray) -> FloatArray:
        """Return how long windows are open from each start to each end (N,)."""
        if not len(self._edges_s):
            return np.zeros(len(start_s))
        low, high = (np.interp(t, self._edges_s, self._open_s) for t in (start_s, end_s))
        return np.asarray(high - low)


def latency_delays(
    plan: Plan,
    pictures: Pictures,
    delivered: Deliveries,
    crosslinks: Crosslinks | None = None,
    *,
    to_ground_s: Callable[[int], FloatArray] | None = None,
) -> Delays:
    """Return the stages of the latency of each picture through a plan.

    `to_ground_s` gives the merged times (N, 2) in which a satellite can send to the ground, where
    they are known.
    """
    carryings = _carryings(pictures, delivered, crosslinks)
    count = len(pictures.taken_s)
    contact_s, queue_s, sending_s = np.zeros(count), np.zeros(count), np.zeros(count)
    sent_s = _sent(carryings, plan, delivered, crosslinks)
    for satellite in np.unique(carryings.satellite).tolist():
        rows = carryings.satellite == satellite
        if to_ground_s is not None and crosslinks is None:
            open_time = _OpenTime(to_ground_s(satellite))
        else:
            open_time = _OpenTime(_windows(plan, crosslinks, satellite))
        open_s = open_time.between(carryings.start_s[rows], carryings.end_s[rows])
        picture = carryings.picture[rows]
        np.add.at(contact_s, picture, carryings.end_s[rows] - carryings.start_s[rows] - open_s)
        np.add.at(queue_s, picture, open_s - sent_s[rows])
        np.add.at(sending_s, picture, sent_s[rows])
    arrived = delivered.status == DELIVERED
    # Zero and not infinity where there is no delivery: infinity less infinity would warn.
    forwarding_s = np.where(arrived, delivered.delivered_s, 0.0) - np.where(
        arrived, delivered.sent_s, 0.0
    )
    return Delays(
        *(np.where(arrived, part, np.nan) for part in (contact_s, queue_s, sending_s, forwarding_s))
    )


@dataclass(frozen=True, eq=False)
class _Carryings:
    """On which satellite a delivered picture is and when, (N,), by picture and time."""

    picture: IntArray
    satellite: IntArray
    start_s: FloatArray
    end_s: FloatArray


def _carryings(
    pictures: Pictures, delivered: Deliveries, crosslinks: Crosslinks | None
) -> _Carryings:
    arrived = np.flatnonzero(delivered.status == DELIVERED)
    picture, satellite = arrived, pictures.satellite[arrived]
    start_s = pictures.taken_s[arrived]
    if crosslinks is not None and len(delivered.transfers.picture):
        transfers = delivered.transfers
        rows = np.flatnonzero(np.isin(transfers.picture, arrived))
        # A transfer may come in several parts: the last of each hop is where it ends.
        hop = _last_of_hop(transfers, crosslinks, rows)
        picture = np.concatenate([picture, transfers.picture[hop]])
        satellite = np.concatenate([satellite, crosslinks.destination[transfers.contact[hop]]])
        start_s = np.concatenate([start_s, transfers.end_s[hop]])
    # A satellite carries a picture until the next one has it, the last until it is sent down.
    order = np.lexsort((start_s, picture))
    picture, satellite, start_s = picture[order], satellite[order], start_s[order]
    last = np.append(picture[1:] != picture[:-1], True)[: len(picture)]
    following = np.append(start_s[1:], np.nan)[: len(picture)]
    end_s = np.where(last, delivered.sent_s[picture], following)
    return _Carryings(picture, satellite, start_s, end_s)


def _last_of_hop(transfers: Bookings, crosslinks: Crosslinks, rows: IntArray) -> IntArray:
    """Return, of these rows of transfers, the last of each picture to each satellite."""
    destination = crosslinks.destination[transfers.contact[rows]]
    order = np.lexsort((transfers.end_s[rows], destination, transfers.picture[rows]))
    rows, destination = rows[order], destination[order]
    picture = transfers.picture[rows]
    changes = (picture[1:] != picture[:-1]) | (destination[1:] != destination[:-1])
    return np.asarray(rows[np.append(changes, True)[: len(rows)]])


def _sent(
    carryings: _Carryings, plan: Plan, delivered: Deliveries, crosslinks: Crosslinks | None
) -> FloatArray:
    """Return for each stay how long the picture was being sent from that satellite."""
    sources = [plan.satellite[delivered.bookings.contact]]
    if crosslinks is not None:
        sources.append(crosslinks.source[delivered.transfers.contact])
    tables = [delivered.bookings, delivered.transfers][: len(sources)]
    # One number for each pair of picture and satellite, to add up its bookings in one go.
    satellites = 1 + max(int(np.max(part, initial=0)) for part in (carryings.satellite, *sources))
    total = np.zeros(satellites * (1 + int(np.max(carryings.picture, initial=0))))
    for source, table in zip(sources, tables, strict=True):
        key = table.picture * satellites + source
        known = key < len(total)
        np.add.at(total, key[known], (table.end_s - table.start_s)[known])
    return np.asarray(total[carryings.picture * satellites + carryings.satellite])


def _windows(plan: Plan, crosslinks: Crosslinks | None, satellite: int) -> FloatArray:
    """Return the times at which a satellite could send anything."""
    down = (plan.satellite == satellite) & (plan.rate_bps > 0)
    rows = np.stack([plan.start_s[down], plan.end_s[down]], axis=1)
    if crosslinks is None:
        return rows
    across = (crosslinks.source == satellite) & (crosslinks.rate_bps > 0)
    return np.concatenate(
        [rows, np.stack([crosslinks.start_s[across], crosslinks.end_s[across]], axis=1)]
    )


@dataclass(frozen=True)
class ResponseDelays:
    """Stages of the mean response time over all answered requests, seconds times their weight.

    `command_s`: to the command on board; `collection_s`: to the picture taken; `delivery_s`: to
    headquarters. Each is a sum over requests of `weight_s`; sums add over targets.
    """

    command_s: float
    collection_s: float
    delivery_s: float
    weight_s: float

    def __add__(self, other: ResponseDelays) -> ResponseDelays:
        return ResponseDelays(
            self.command_s + other.command_s,
            self.collection_s + other.collection_s,
            self.delivery_s + other.delivery_s,
            self.weight_s + other.weight_s,
        )


class CommandWait:
    """The wait from any instant to the next command window of a satellite."""

    def __init__(self, windows_s: npt.ArrayLike) -> None:
        rows = intervals.union(windows_s)
        self._start_s, self._end_s = rows[:, 0], rows[:, 1]
        # The wait falls to zero at the start of a window: half a square of the gap before it.
        before = np.append(0.0, rows[:-1, 1])
        self._sum = np.append(0.0, np.cumsum(0.5 * (rows[:, 0] - before) ** 2))

    def at(self, instant_s: FloatArray) -> FloatArray:
        """Return the wait at instants, inf after the last window."""
        index = np.searchsorted(self._end_s, instant_s, side="right")
        start_s = np.append(self._start_s, np.inf)[index]
        return np.maximum(start_s - instant_s, 0.0)

    def until(self, instant_s: FloatArray) -> FloatArray:
        """Return the integral of the wait from zero to instants not after the last window."""
        index = np.minimum(np.searchsorted(self._end_s, instant_s), len(self._end_s) - 1)
        wait_s = np.maximum(self._start_s[index] - instant_s, 0.0)
        return np.asarray(self._sum[index + 1] - 0.5 * wait_s**2)


def response_delays(
    latest_s: FloatArray,
    pictures: Pictures,
    delivered_s: FloatArray,
    waits: Sequence[CommandWait],
    span_s: float,
    requests_s: FloatArray | None = None,
) -> ResponseDelays:
    """Return the stages of the response of one target to requests; `waits` by satellite.

    Arrays of shape (P,) are of pictures. Requests at instants (R,), each weighing span / R; None:
    at every instant of the span.
    """
    target = np.zeros(len(latest_s), np.int64)
    if requests_s is None:
        return response_delays_of_groups(
            latest_s, pictures, delivered_s, waits, span_s, target=target, first=(0, 1)
        )[0]
    order, answer = _answers(latest_s, delivered_s, target)
    until_s = np.minimum(latest_s[order], span_s)
    place = np.searchsorted(until_s, requests_s)
    known = place < len(until_s)
    middle_s, answer = requests_s[known], answer[place[known]]
    weight_s = np.full(len(answer), span_s / max(len(requests_s), 1))
    command = weight_s * _waits(waits, pictures.satellite[answer], middle_s)
    parts = _parts(command, weight_s, middle_s, pictures.taken_s[answer], delivered_s[answer])
    return _summed(parts, slice(None))


def response_delays_of_groups(
    latest_s: FloatArray,
    pictures: Pictures,
    delivered_s: FloatArray,
    waits: Sequence[CommandWait],
    span_s: float,
    *,
    target: IntArray,
    first: Sequence[int],
) -> list[ResponseDelays]:
    """Return the stages of the responses of groups of targets to requests at every instant.

    `target` (P,) is the number of each picture's; group g are those from `first[g]` to
    `first[g + 1]`. Else as `response_delays`.
    """
    order, answer = _answers(latest_s, delivered_s, target)
    of, until_s = target[order], np.minimum(latest_s[order], span_s)
    follows = np.append(False, of[1:] == of[:-1])[: len(of)]
    since_s = np.where(follows, np.append(0.0, until_s)[:-1], 0.0)
    lasting = until_s > since_s
    of, since_s, until_s, answer = of[lasting], since_s[lasting], until_s[lasting], answer[lasting]
    command = _integrals(waits, pictures.satellite[answer], since_s, until_s)
    # The mean request of a piece is at its middle.
    weight_s, middle_s = until_s - since_s, 0.5 * (since_s + until_s)
    parts = _parts(command, weight_s, middle_s, pictures.taken_s[answer], delivered_s[answer])
    edges = np.searchsorted(of, first).tolist()
    return [_summed(parts, slice(begin, end)) for begin, end in pairwise(edges)]


def _answers(
    latest_s: FloatArray, delivered_s: FloatArray, target: IntArray
) -> tuple[IntArray, IntArray]:
    """Return the pictures that can answer, by target and last command, and which one does then.

    As in `sawtooth.system_response`, here with the picture that answers.
    """
    usable = np.flatnonzero((latest_s >= 0) & np.isfinite(delivered_s))
    order = usable[np.lexsort((latest_s[usable], target[usable]))]
    return order, order[ragged.least_from(delivered_s[order], target[order])]


def _parts(
    command: FloatArray,
    weight_s: FloatArray,
    middle_s: FloatArray,
    taken_s: FloatArray,
    delivered_s: FloatArray,
) -> tuple[FloatArray, ...]:
    """Return the stages of each piece in the order of `ResponseDelays`, and its weight."""
    delivery = weight_s * (delivered_s - taken_s)
    # Collection is what is left of the whole.
    whole = weight_s * (delivered_s - middle_s)
    return command, whole - command - delivery, delivery, weight_s


def _summed(parts: Sequence[FloatArray], pieces: slice) -> ResponseDelays:
    return ResponseDelays(*(float(part[pieces].sum()) for part in parts))


def _integrals(
    waits: Sequence[CommandWait], satellite: IntArray, since_s: FloatArray, until_s: FloatArray
) -> FloatArray:
    """Return the integral of each row's wait for a command to its satellite, since to until."""
    out = np.zeros(len(since_s))
    for number in np.unique(satellite):
        rows = satellite == number
        out[rows] = waits[number].until(until_s[rows]) - waits[number].until(since_s[rows])
    return out


def _waits(waits: Sequence[CommandWait], satellite: IntArray, instant_s: FloatArray) -> FloatArray:
    """Return the wait for a command to each row's satellite from its instant."""
    out = np.zeros(len(instant_s))
    for number in np.unique(satellite):
        rows = satellite == number
        out[rows] = waits[number].at(instant_s[rows])
    return out
