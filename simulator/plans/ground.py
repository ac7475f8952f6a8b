"""The lines between stations and headquarters of a plan: how late a bit is home, from each station.

The planner knows stations by their delay. A line on the ground that is not always open, or that
carries less than may come down to it, has none, and is refused.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from simulator import intervals
from simulator.arrays import FloatArray
from simulator.errors import InputError
from simulator.plans.model import ContactPlan, PlanContacts

# A delay is one number: over a line whose delay changes there is none.
_SAME_S = 1e-9
_Way = tuple[int, int]


def delays_home_s(plan: ContactPlan) -> dict[int, float]:
    """Return how long a bit takes from each node on the ground to headquarters, over the lines.

    Nodes from which there is no way are left out. Without headquarters in the plan a bit is home at
    any node. Raises InputError for a line that is shut while pictures may come, changes its delay
    or carries less than the satellites send at once.
    """
    homes, others = plan.of_kind("headquarters"), plan.of_kind("station", "relay")
    if not homes:
        return dict.fromkeys(others, 0.0)
    lines = _lines(plan)
    delays = {way: float(rows.delay_s.min()) for way, rows in lines.items()}
    home_s, following = _shortest(homes, delays)
    _check(plan, lines, following)
    return home_s


def _lines(plan: ContactPlan) -> dict[_Way, PlanContacts]:
    """Return the contacts between nodes on the ground by source and destination."""
    contacts = plan.contacts
    grounded = ~plan.is_kind(contacts.source, "satellite") & ~plan.is_kind(
        contacts.destination, "satellite"
    )
    places: dict[_Way, list[int]] = defaultdict(list)
    for row in np.flatnonzero(grounded).tolist():
        places[int(contacts.source[row]), int(contacts.destination[row])].append(row)
    return {way: contacts.chosen(np.array(rows)) for way, rows in places.items()}


def _shortest(
    homes: list[int], delays: Mapping[_Way, float]
) -> tuple[dict[int, float], dict[int, int]]:
    """Return the least delay from each node to a home (Dijkstra 1959), and the next node there."""
    into: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for (source, destination), delay in delays.items():
        into[destination].append((source, delay))
    home_s: dict[int, float] = {}
    following: dict[int, int] = {}
    heap = [(0.0, home, home) for home in homes]
    while heap:
        so_far, node, after = heapq.heappop(heap)
        if node in home_s:
            continue
        home_s[node] = so_far
        if after != node:
            following[node] = after
        for source, delay in into[node]:
            heapq.heappush(heap, (so_far + delay, source, node))
    return home_s, following


def _check(
    plan: ContactPlan, lines: Mapping[_Way, PlanContacts], following: Mapping[int, int]
) -> None:
    contacts = plan.contacts
    down = plan.is_kind(contacts.source, "satellite")
    needed_bps: dict[_Way, float] = defaultdict(float)
    used_s: dict[_Way, tuple[float, float]] = {}
    for station in np.unique(contacts.destination[down]).tolist():
        rows = contacts.chosen(down & (contacts.destination == station))
        node = station
        while node in following:
            way = (node, following[node])
            needed_bps[way] += _most_at_once(rows)
            first, last = used_s.get(way, (np.inf, -np.inf))
            used_s[way] = (min(first, rows.start_s.min()), max(last, rows.end_s.max()))
            node = following[node]
    for way, (first, last) in used_s.items():
        _check_line(way, lines[way], needed_bps[way], first, last)


def _check_line(
    way: _Way, rows: PlanContacts, needed_bps: float, first_s: float, last_s: float
) -> None:
    where = f"contact of {way[0]} with {way[1]}"
    open_s = intervals.union(np.stack([rows.start_s, rows.end_s], axis=1))
    shut_s = intervals.complement(open_s, first_s, last_s)
    if len(shut_s):
        raise InputError(
            f"{where}: is shut from {shut_s[0, 0]:g} to {shut_s[0, 1]:g} s, while pictures may "
            "come; lines on the ground must be open all the time"
        )
    if np.ptp(rows.delay_s) > _SAME_S:
        raise InputError(f"{where}: its delay changes; lines on the ground must have one delay")
    if rows.rate_bps.min() < needed_bps:
        raise InputError(
            f"{where}: carries {rows.rate_bps.min():g} bit/s, and satellites may send "
            f"{needed_bps:g} at once; lines on the ground must carry all that comes"
        )


def _most_at_once(rows: PlanContacts) -> float:
    """Return the greatest sum of the rates that are open at once."""
    at_s: FloatArray = np.concatenate([rows.start_s, rows.end_s])
    change = np.concatenate([rows.rate_bps, -rows.rate_bps])
    # What ends at an instant is over before what begins at it.
    order = np.lexsort((change, at_s))
    return float(np.cumsum(change[order]).max())
