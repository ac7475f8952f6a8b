"""What several users share: the antennas of a station, the link terminals of a satellite.

A share serves `count` users at a time. A user that begins after another has it from
`acquisition_s` earlier. Where it is full, the others lose the time, and as long after it as their
own acquisition takes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence

from simulator.delivery.beam import RESOLUTION_S

Interval = tuple[float, float]
Withdraw = Callable[[int, float, float], None]


class Share:
    """The time each user has of a share, and who must give way when it is full.

    `windows` are the contacts at which users could take it: start, end, user. `withdraw` is called
    for each user that loses `[start_s, end_s)`.
    """

    def __init__(
        self,
        count: float,
        acquisition_s: float,
        windows: Sequence[tuple[float, float, int]],
        withdraw: Withdraw,
    ) -> None:
        self._count = count
        self._acquisition_s = acquisition_s
        self._windows = sorted(windows)
        self._longest_s = max((end - start for start, end, _ in windows), default=0.0)
        self._withdraw = withdraw
        self._busy: dict[int, list[Interval]] = {}
        self._edges: list[float] = []
        self._depths: list[int] = []

    def occupy(self, user: int, start_s: float, end_s: float) -> None:
        """Give a user the share for a transmission over `[start_s, end_s)`."""
        # Acquisition is part of the use; what the user has already is acquired.
        busy = self._busy.setdefault(user, [])
        for begin_s, until_s in list(_without(busy, start_s - self._acquisition_s, end_s)):
            for full in self._full(begin_s, until_s):
                self._turn_away(user, *full)
            _insert(busy, begin_s, until_s)

    def _full(self, start_s: float, end_s: float) -> Iterator[Interval]:
        """Count one user more in an interval, and yield where that makes the share full."""
        # With a single antenna whatever is in use is full, and needs no count.
        if self._count == 1:
            yield start_s, end_s
            return
        first, last = self._edge(start_s), self._edge(end_s)
        for index in range(first, last):
            self._depths[index] += 1
            if self._depths[index] == self._count:
                yield self._edges[index], self._edges[index + 1]

    def _edge(self, instant_s: float) -> int:
        """Return the number of the edge at an instant, made if it is not there."""
        index = bisect_left(self._edges, instant_s)
        if index == len(self._edges) or self._edges[index] != instant_s:
            # A new edge splits an interval: as many users are in both halves as were in it.
            self._edges.insert(index, instant_s)
            self._depths.insert(index, self._depths[index - 1] if index else 0)
        return index

    def _turn_away(self, user: int, start_s: float, end_s: float) -> None:
        """Take a full interval, and the acquisition after it, from all who are not in it."""
        free_s = end_s + self._acquisition_s
        # Windows are sorted by start: none that began longer ago than the longest can reach here.
        first = bisect_left(self._windows, (start_s - self._longest_s,))
        rivals = set()
        for begin_s, until_s, rival in self._windows[first:]:
            if begin_s >= free_s:
                break
            if until_s > start_s and rival != user:
                rivals.add(rival)
        for rival in sorted(rivals):
            # Who is among those that fill it is turned away by none, then or just after.
            for begin_s, until_s in list(_without(self._busy.get(rival, []), start_s, end_s)):
                self._withdraw(rival, begin_s, until_s + self._acquisition_s)


def _without(rows: list[Interval], start_s: float, end_s: float) -> Iterator[Interval]:
    """Yield the parts of an interval that sorted disjoint rows leave out."""
    for index in range(bisect_right(rows, start_s, key=lambda row: row[1]), len(rows)):
        row = rows[index]
        if row[0] >= end_s:
            break
        if row[0] - start_s > RESOLUTION_S:
            yield start_s, row[0]
        start_s = row[1]
    if end_s - start_s > RESOLUTION_S:
        yield start_s, end_s


def _insert(rows: list[Interval], start_s: float, end_s: float) -> None:
    """Add an interval to sorted rows that it does not overlap."""
    rows.insert(bisect_left(rows, (start_s, end_s)), (start_s, end_s))
