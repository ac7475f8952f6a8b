"""The delivery policy written out second by second: nothing fluid, nothing sorted, nothing clever.

All instants, durations and delays are whole seconds and every second carries whole bits. What is
used is kept in dictionaries by second; arrivals are tried one by one, paths are enumerated. The
numbers in comments are those of the rules:

1 pictures in order of priority, taken_s, index; what one books is fixed
2 one beam: the free time that delivers the last bit earliest, over the fastest contact in time
3 antennas of a link, kept for a satellite from the acquisition before it sends
4 seconds of sending in a revolution, spent by the free minutes of contact in order of time
5 real time: from taken_s on without a break over one link, or lost
6 recorder: admitted only if it fits until its last bit has left
7 crosslinks: whole pictures hop by hop, the path that arrives earliest, then of fewest hops
8 nothing is sent after the span; what arrives after it is waiting

Where the answer hangs on a fraction of a second, or on a tie that the rules leave open, it raises
Undecided rather than choose.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

DELIVERED, WAITING, LOST = 0, 1, 2


class Undecided(Exception):
    """The rules in whole seconds do not settle this case."""


@dataclass
class Outcome:
    """Per picture: status, instants, link and hops; per second: who used what."""

    status: list[int]
    sent_s: list[float]
    delivered_s: list[float]
    link: list[int]
    hops: list[int]
    used_bits: list[float]
    beam: dict[tuple[int, int], tuple[int, int]]  # (satellite, second): (picture, plan row)
    moved: dict[tuple[int, int, int], tuple[int, int]]  # (from, to, second): (picture, row)


@dataclass
class Sending:
    """Bits to the ground: (second, plan row) used, and the whole second of delivery."""

    arrival: float
    seconds: list[tuple[int, int]]
    whole: bool = True


@dataclass
class Journey:
    """A path to the ground: the satellites, the (second, row) of each hop, and the sending."""

    satellites: list[int]
    hops: list[list[tuple[int, int]]]
    sending: Sending = field(default_factory=lambda: Sending(math.inf, []))


def deliver(
    plan: Any,
    pictures: Any,
    *,
    recorder_bits: Any,
    span_s: int,
    antennas: Any = None,
    transmitters: Any = None,
    crosslinks: Any = None,
) -> Outcome:
    """Serve the pictures by the rules above."""
    world = World(plan, recorder_bits, int(span_s), antennas, transmitters, crosslinks)
    count = len(pictures.taken_s)
    out = Outcome(
        status=[WAITING] * count,
        sent_s=[math.inf] * count,
        delivered_s=[math.inf] * count,
        link=[-1] * count,
        hops=[0] * count,
        used_bits=[0.0] * len(plan.link),
        beam=world.beam,
        moved=world.moved,
    )
    priority = [0] * count if pictures.priority is None else [int(n) for n in pictures.priority]
    # Rule 1.
    for p in sorted(range(count), key=lambda p: (-priority[p], pictures.taken_s[p], p)):
        satellite, taken_s = int(pictures.satellite[p]), int(pictures.taken_s[p])
        size = int(pictures.size_bits[p])
        if world.is_real_time(satellite):
            sending = world.send_at_once(satellite, taken_s, size)
            journey = None if sending is None else Journey([satellite], [], sending)
            recorded = False
        else:
            journey = world.plan_journey(satellite, taken_s, size)
            recorded = True
        if journey is None:
            out.status[p] = LOST
            continue
        world.book(p, journey, taken_s, size, recorded)
        for _, row in journey.sending.seconds:
            out.used_bits[row] += float(plan.rate_bps[row])
        if journey.sending.arrival < math.inf:
            out.hops[p] = len(journey.hops)
            out.sent_s[p] = max(t for t, _ in journey.sending.seconds) + 1
            last = max(
                (t, row)
                for t, row in journey.sending.seconds
                if t + 1 + plan.delay_s[row] == journey.sending.arrival
            )
            out.link[p] = int(plan.link[last[1]])
            # Rule 8.
            if journey.sending.arrival <= span_s:
                out.status[p] = DELIVERED
                out.delivered_s[p] = journey.sending.arrival
    return out


class World:
    """What is in use in each second, and what is still free."""

    def __init__(
        self,
        plan: Any,
        recorder_bits: Any,
        span_s: int,
        antennas: Any,
        transmitters: Any,
        crosslinks: Any,
    ) -> None:
        self.plan, self.span = plan, span_s
        self.capacity = [float(bits) for bits in recorder_bits]
        self.antennas, self.transmitters, self.crosslinks = antennas, transmitters, crosslinks
        self.beam: dict[tuple[int, int], tuple[int, int]] = {}
        self.moved: dict[tuple[int, int, int], tuple[int, int]] = {}
        # (satellite, second): those with whom it keeps a crosslink, either way
        self.partners: dict[tuple[int, int], set[int]] = defaultdict(set)
        # (link, second): the satellites for which an antenna is kept
        self.kept: dict[tuple[int, int], set[int]] = defaultdict(set)
        # bits on board of a satellite at the beginning of each second
        self.on_board = np.zeros((len(self.capacity), span_s + 1))

    # Sending to the ground.

    def free_to_send(self, satellite: int, taken_s: int) -> dict[int, list[int]]:
        """Return the plan rows the satellite may send on, for each second that has any."""
        free: dict[int, list[int]] = {}
        windows = [
            (row, float(self.plan.start_s[row]), float(self.plan.end_s[row]))
            for row in range(len(self.plan.link))
            if self.plan.satellite[row] == satellite
        ]
        for t in range(taken_s, self.span):  # rule 8
            if (satellite, t) in self.beam:
                continue  # rule 2: one beam
            rows = [
                row
                for row, start_s, end_s in windows
                if start_s <= t < end_s and self.has_antenna(int(self.plan.link[row]), satellite, t)
            ]
            if rows:
                free[t] = rows
        return self.within_limit(satellite, free)

    def has_antenna(self, link: int, satellite: int, t: int) -> bool:
        """Rule 3: at every instant from acquisition to t fewer than n others keep one."""
        if self.antennas is None:
            return True
        return all(
            len(self.kept[link, u] - {satellite}) < self.antennas.count[link]
            for u in range(t - int(self.antennas.acquisition_s[link]), t + 1)
        )

    def revolution(self, satellite: int, t: int) -> int:
        """Return the number of the revolution in which second t lies."""
        crossings = self.transmitters.revolutions_s[satellite]
        return sum(1 for crossing in crossings if crossing <= t)

    def within_limit(self, satellite: int, free: dict[int, list[int]]) -> dict[int, list[int]]:
        """Rule 4: keep of each revolution the earliest seconds that the limit still allows."""
        if self.transmitters is None:
            return free
        allowed_s = defaultdict(lambda: float(self.transmitters.seconds_a_revolution[satellite]))
        for sender, t in self.beam:
            if sender == satellite:
                allowed_s[self.revolution(satellite, t)] -= 1
        kept = {}
        for t in sorted(free):
            if allowed_s[self.revolution(satellite, t)] >= 1:
                allowed_s[self.revolution(satellite, t)] -= 1
                kept[t] = free[t]
        return kept

    def fastest(self, rows: list[int]) -> int:
        """Rule 2: the highest rate, then the lower delay, then the lower row."""
        return min(rows, key=lambda row: (-self.plan.rate_bps[row], self.plan.delay_s[row], row))

    def send(self, satellite: int, taken_s: int, size: int) -> Sending:
        """Rule 2: try one arrival after the other until all bits can be delivered by then."""
        free = self.free_to_send(satellite, taken_s)
        latest = self.span + int(max(self.plan.delay_s, default=0))
        arrival_s = np.full((len(self.plan.link), self.span), np.inf)
        bits = np.zeros((len(self.plan.link), self.span))
        for t, rows in free.items():
            arrival_s[rows, t] = t + 1 + self.plan.delay_s[rows]
            bits[rows, t] = self.plan.rate_bps[rows]
        for arrival in range(taken_s + 1, latest + 1):
            total = np.where(arrival_s <= arrival, bits, 0).max(axis=0, initial=0).sum()
            if total >= size:
                in_time = {
                    t: [row for row in free[t] if arrival_s[row, t] <= arrival] for t in free
                }
                seconds = [(t, self.fastest(rows)) for t, rows in in_time.items() if rows]
                return Sending(arrival, seconds, whole=bool(total == size))
        # Rules 2 and 7: what cannot be sent whole takes all the time left.
        return Sending(math.inf, [(t, self.fastest(rows)) for t, rows in free.items()])

    # Rule 5.

    def is_real_time(self, satellite: int) -> bool:
        return self.transmitters is not None and bool(self.transmitters.real_time[satellite])

    def send_at_once(self, satellite: int, taken_s: int, size: int) -> Sending | None:
        """Return the unbroken sending that is delivered first, None if no link has one."""
        free = self.free_to_send(satellite, taken_s)
        sendings = []
        for link in sorted({int(link) for link in self.plan.link}):
            unsent, t, seconds = size, taken_s, []
            while unsent > 0:
                rows = [row for row in free.get(t, []) if self.plan.link[row] == link]
                if len(rows) > 1:
                    raise Undecided("two contacts over one link at once, in real time")
                if not rows:
                    break
                seconds.append((t, rows[0]))
                unsent -= int(self.plan.rate_bps[rows[0]])
                t += 1
            if unsent <= 0:
                arrival = max(t + 1 + self.plan.delay_s[row] for t, row in seconds)
                sendings.append(Sending(float(arrival), seconds, whole=unsent == 0))
        if not sendings:
            return None
        first = min(sending.arrival for sending in sendings)
        best = [sending for sending in sendings if sending.arrival == first]
        if len(best) > 1 or not best[0].whole:
            raise Undecided("two links as soon in real time, or a part of a second")
        return best[0]

    # Rule 7.

    def hop(self, i: int, j: int, start: int, size: int) -> list[tuple[int, int]] | None:
        """Return the (second, row) that carry all bits from i to j, None if they do not."""
        unsent, seconds = size, []
        windows = [
            (row, float(self.crosslinks.start_s[row]), float(self.crosslinks.end_s[row]))
            for row in range(len(self.crosslinks.source))
            if (self.crosslinks.source[row], self.crosslinks.destination[row]) == (i, j)
        ]
        for t in range(start, self.span):
            rows = [row for row, start_s, end_s in windows if start_s <= t < end_s]
            if not rows or (i, j, t) in self.moved:
                continue
            if len(self.partners[i, t] - {j}) >= self.crosslinks.terminals:
                continue
            if len(self.partners[j, t] - {i}) >= self.crosslinks.terminals:
                continue
            if len(rows) > 1:
                raise Undecided("two windows of one pair at once")
            seconds.append((t, rows[0]))
            unsent -= int(self.crosslinks.rate_bps[rows[0]])
            if unsent < 0:
                raise Undecided("a hop ends within a second")
            if unsent == 0:
                return seconds
        return None

    def journeys(
        self, so_far: Journey, start: int, size: int, left_out: set[int]
    ) -> Iterator[Journey]:
        """Yield every path that goes on from where the picture is, no satellite twice."""
        holder = so_far.satellites[-1]
        yield Journey(so_far.satellites, so_far.hops, self.send(holder, start, size))
        if self.crosslinks is None:
            return
        for receiver in range(len(self.capacity)):
            if receiver in so_far.satellites or receiver in left_out or self.is_real_time(receiver):
                continue
            seconds = self.hop(holder, receiver, start, size)
            if seconds is not None:
                onward = Journey([*so_far.satellites, receiver], [*so_far.hops, seconds])
                yield from self.journeys(onward, seconds[-1][0] + 1, size, left_out)

    def earliest(self, satellite: int, taken_s: int, size: int, left_out: set[int]) -> Journey:
        """Return the path that delivers earliest, of equals that of fewest hops."""
        paths = list(self.journeys(Journey([satellite], []), taken_s, size, left_out))
        delivered = [journey for journey in paths if journey.sending.arrival < math.inf]
        if not delivered:
            return paths[0]  # its own satellite, all beam time left
        first = min(journey.sending.arrival for journey in delivered)
        # One that ends within its last second may be the earlier one by a fraction.
        if any(j.sending.arrival == first and not j.sending.whole for j in delivered):
            raise Undecided("the last bit leaves within a second")
        best = [journey for journey in delivered if journey.sending.arrival == first]
        hops = min(len(journey.hops) for journey in best)
        best = [journey for journey in best if len(journey.hops) == hops]
        if len(best) > 1:
            raise Undecided("two paths as early and as short")
        return best[0]

    def plan_journey(self, satellite: int, taken_s: int, size: int) -> Journey | None:
        """Return the path of a picture, None if its own recorder has no room (rules 6, 7)."""
        left_out: set[int] = set()
        while True:
            journey = self.earliest(satellite, taken_s, size, left_out)
            full = [
                carrier
                for place, carrier in enumerate(journey.satellites)
                if not self.fits(carrier, self.own_bits(journey, place, taken_s, size))
            ]
            if len(full) > 1:
                raise Undecided("two recorders full on one path")
            if full == [satellite]:
                return None
            if not full:
                return journey
            left_out |= set(full)

    # Rule 6.

    def own_bits(self, journey: Journey, place: int, taken_s: int, size: int) -> Any:
        """Return a picture's bits on board of one satellite of its path, second by second."""
        received, sent = [0.0] * (self.span + 1), [0.0] * (self.span + 1)
        if place == 0:
            received[taken_s] = size
        else:
            for t, row in journey.hops[place - 1]:
                received[t + 1] += self.crosslinks.rate_bps[row]
        if place < len(journey.hops):
            for t, row in journey.hops[place]:
                sent[t + 1] += self.crosslinks.rate_bps[row]
        else:
            for t, row in journey.sending.seconds:
                sent[t + 1] += self.plan.rate_bps[row]
        return np.cumsum(received) - np.cumsum(sent)

    def fits(self, satellite: int, own: Any) -> bool:
        """Return whether the bits fit wherever any of them is on board.

        Between whole seconds all amounts are straight lines, so whole seconds are enough.
        """
        together = (self.on_board[satellite] + own)[: self.span]
        return bool((together[own[: self.span] > 0] <= self.capacity[satellite]).all())

    # Rule 1: what is booked is fixed.

    def book(self, p: int, journey: Journey, taken_s: int, size: int, recorded: bool) -> None:
        if recorded:
            for place, carrier in enumerate(journey.satellites):
                self.on_board[carrier] += self.own_bits(journey, place, taken_s, size)
        for place, seconds in enumerate(journey.hops):
            i, j = journey.satellites[place : place + 2]
            for t, row in seconds:
                self.moved[i, j, t] = (p, row)
                self.partners[i, t].add(j)
                self.partners[j, t].add(i)
        sender = journey.satellites[-1]
        for t, row in journey.sending.seconds:
            self.beam[sender, t] = (p, row)
            if self.antennas is not None:
                link = int(self.plan.link[row])
                for u in range(t - int(self.antennas.acquisition_s[link]), t + 1):
                    self.kept[link, u].add(sender)
