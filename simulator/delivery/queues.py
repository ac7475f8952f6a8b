"""The pictures of a satellite that has its contacts to itself, sent in the order they are taken.

What they book is what `beam` would book, found in compiled code. It is the common case: nothing
is passed on, no antenna is shared, nothing is sent in real time or limited by revolution, none has
priority over one taken before it, and the recorder is never full (`fits` tells afterwards).

Then the free time that a stretch has before a picture is of no use to any later one: of each
stretch it is enough to know from when on it is free.
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import FloatArray, IntArray
from simulator.compiled import compiled
from simulator.delivery.beam import RESOLUTION_S, BeamContacts
from simulator.intervals import total_s, union

# Columns of a table of pieces: the picture, the contact, start and end.
PICTURE, CONTACT, START_S, END_S = 0, 1, 2, 3
# Contacts of no more rates than these are merged by rate, which takes less time than their edges.
_FEW_RATES = 3


def send_in_turn(
    contacts: BeamContacts, taken_s: FloatArray, size_bits: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return when pictures (P,), in order of `taken_s`, arrive, and the pieces (N, 4) they are in.

    A picture that cannot be sent whole arrives at inf, and holds all the time that is left.
    """
    if not len(contacts.contact):
        return np.full(len(taken_s), np.inf), np.empty((0, 4))
    order = _in_order(contacts.start_s)
    contact = contacts.contact[order]
    arrivals_s, room, sent = _send(
        contacts.start_s[order],
        contacts.end_s[order],
        contacts.rate_bps[order],
        contacts.delay_s[order],
        contact,
        taken_s,
        size_bits,
    )
    pieces = room[:sent]
    pieces[:, CONTACT] = contact[pieces[:, CONTACT].astype(np.int64)]
    return arrivals_s, pieces


def most_bits(start_s: FloatArray, end_s: FloatArray, rate_bps: FloatArray) -> float:
    """Return the bits that contacts (C,) can carry, the fastest open one at each instant."""
    rates_bps = np.unique(rate_bps)
    if len(rates_bps) <= _FEW_RATES:
        windows_s = np.stack([start_s, end_s], axis=1)
        # Beside each rate, how long it or a faster one is open.
        open_s = [total_s(union(windows_s[rate_bps >= rate])) for rate in rates_bps]
        return float(np.sum(rates_bps * np.diff(open_s[::-1], prepend=0.0)[::-1]))
    # Of the contacts that are open the fastest is of use, and the first of those alike.
    order = _in_order(start_s)
    number = np.arange(len(rate_bps))[order]
    edges_s, first, members = _stretches(
        start_s[order], end_s[order], rate_bps[order], np.zeros(len(rate_bps)), number
    )
    is_open = first[:-1] < first[1:]
    best_bps = np.zeros(len(is_open))
    best_bps[is_open] = rate_bps[order][members[first[:-1][is_open]]]
    # A sum, not a matrix product: that would wake all threads of the linear algebra library.
    return float(np.sum(best_bps * np.diff(edges_s)))


def _in_order(start_s: FloatArray) -> IntArray | slice:
    """Return the order of contacts by start; most are in it already."""
    if np.all(start_s[1:] >= start_s[:-1]):
        return slice(None)
    return np.argsort(start_s, kind="stable")


def fits(
    capacity_bits: float,
    taken_s: FloatArray,
    size_bits: FloatArray,
    pieces: FloatArray,
    sent_bits: FloatArray,
) -> bool:
    """Tell whether a recorder can hold pictures (P,) until they are sent in pieces (N, 4).

    `sent_bits` (N,) are those of each piece. As no picture weakens another's hold, all together
    fit if and only if each fitted beside those before it.
    """
    order = np.argsort(pieces[:, START_S])
    sums_bits = np.concatenate([[0.0], np.cumsum(sent_bits[order])])
    edges_s = pieces[order][:, [START_S, END_S]].ravel()
    by_then_bits = np.repeat(sums_bits, 2)[1:-1]
    # What is on board falls but where a picture is taken, so that it is the most just after that.
    sent = np.interp(taken_s, edges_s, by_then_bits) if len(edges_s) else 0.0
    return bool(np.all(np.cumsum(size_bits) - sent <= capacity_bits))


# Where the walk along the contacts is: the next to begin, how many are open, how many edges and
# members there are.
_FOLLOWING, _OPENED, _EDGES, _USED = 0, 1, 2, 3
# How many edges are made at first where more are wanted, and for how many there is room.
_EDGES_AT_ONCE, _ROOM = 16, 128


@compiled
def _open_at(
    start_s: FloatArray,
    end_s: FloatArray,
    rate_bps: FloatArray,
    delay_s: FloatArray,
    number: IntArray,
    walk: IntArray,
    is_open: IntArray,
    now_s: float,
) -> None:
    """Go on along contacts (C,), in order of start, until an instant.

    Those open then are in `is_open`: least delay first, then the fastest, then by number.
    """
    opened = 0
    for place in range(walk[_OPENED]):
        if end_s[is_open[place]] > now_s:
            is_open[opened] = is_open[place]
            opened += 1
    following = walk[_FOLLOWING]
    while following < start_s.shape[0] and start_s[following] <= now_s:
        if end_s[following] > now_s:
            place = opened
            while place > 0 and _comes_before(
                delay_s, rate_bps, number, following, is_open[place - 1]
            ):
                is_open[place] = is_open[place - 1]
                place -= 1
            is_open[place] = following
            opened += 1
        following += 1
    walk[_FOLLOWING], walk[_OPENED] = following, opened


@compiled
def _comes_before(
    delay_s: FloatArray, rate_bps: FloatArray, number: IntArray, one: int, other: int
) -> bool:
    if delay_s[one] != delay_s[other]:
        return bool(delay_s[one] < delay_s[other])
    if rate_bps[one] != rate_bps[other]:
        return bool(rate_bps[one] > rate_bps[other])
    return bool(number[one] < number[other])


@compiled
def _with_edge(
    rate_bps: FloatArray,
    walk: IntArray,
    is_open: IntArray,
    edges_s: FloatArray,
    first: IntArray,
    members: IntArray,
    now_s: float,
) -> tuple[FloatArray, IntArray, IntArray]:
    """Return edges, and the contacts of use from each on, with one more at an instant.

    Of use is what is faster than all that is open and comes before it.
    """
    edge, used = walk[_EDGES], walk[_USED]
    if edge >= edges_s.shape[0]:
        more_s, more = np.empty(2 * edge), np.empty(2 * edge, np.int64)
        more_s[:edge], more[:edge] = edges_s[:edge], first[:edge]
        edges_s, first = more_s, more
    if used + walk[_OPENED] > members.shape[0]:
        more = np.empty(2 * (used + walk[_OPENED]), np.int64)
        more[:used] = members[:used]
        members = more
    edges_s[edge], first[edge] = now_s, used
    fastest_bps = 0.0
    for place in range(walk[_OPENED]):
        if rate_bps[is_open[place]] > fastest_bps:
            fastest_bps = rate_bps[is_open[place]]
            members[used] = is_open[place]
            used += 1
    walk[_EDGES], walk[_USED] = edge + 1, used
    return edges_s, first, members


@compiled
def _with_more(
    start_s: FloatArray,
    end_s: FloatArray,
    rate_bps: FloatArray,
    delay_s: FloatArray,
    number: IntArray,
    walk: IntArray,
    is_open: IntArray,
    edges_s: FloatArray,
    first: IntArray,
    members: IntArray,
    wanted: int,
) -> tuple[FloatArray, IntArray, IntArray]:
    """Return edges, and the contacts of use from each on, with at most so many edges more."""
    for _ in range(wanted):
        now_s = np.inf
        for place in range(walk[_OPENED]):
            now_s = min(now_s, end_s[is_open[place]])
        if walk[_FOLLOWING] < start_s.shape[0]:
            now_s = min(now_s, start_s[walk[_FOLLOWING]])
        elif walk[_OPENED] == 0:
            break
        _open_at(start_s, end_s, rate_bps, delay_s, number, walk, is_open, now_s)
        edges_s, first, members = _with_edge(
            rate_bps, walk, is_open, edges_s, first, members, now_s
        )
    return edges_s, first, members


@compiled
def _stretches(
    start_s: FloatArray,
    end_s: FloatArray,
    rate_bps: FloatArray,
    delay_s: FloatArray,
    number: IntArray,
) -> tuple[FloatArray, IntArray, IntArray]:
    """Return the edges (N + 1,) of contacts, and those of use in each of the N stretches between.

    Contacts (C,) are in order of start. Those of use in stretch n are the members from `first[n]`
    to `first[n + 1]`, least delay first.
    """
    contacts = start_s.shape[0]
    walk, is_open = np.zeros(4, np.int64), np.empty(contacts, np.int64)
    edges_s, first, members = _with_more(
        start_s,
        end_s,
        rate_bps,
        delay_s,
        number,
        walk,
        is_open,
        np.empty(2 * contacts),
        np.empty(2 * contacts, np.int64),
        np.empty(4 * contacts, np.int64),
        2 * contacts,
    )
    return edges_s[: walk[_EDGES]], first[: walk[_EDGES]], members[: walk[_USED]]


@compiled
def _send(
    start_s: FloatArray,
    end_s: FloatArray,
    rate_bps: FloatArray,
    delay_s: FloatArray,
    number: IntArray,
    taken_s: FloatArray,
    size_bits: FloatArray,
) -> tuple[FloatArray, FloatArray, int]:
    """Return arrivals (P,), room with pieces in it, and how many these are.

    Contacts (C,) are in order of start. Time between their edges is cut into stretches, which are
    made as far as pictures come to them; those before a picture, when all are past, are left out.
    """
    contacts, least_s = start_s.shape[0], delay_s.min()
    walk, is_open = np.zeros(4, np.int64), np.empty(contacts, np.int64)
    edges_s, first = np.empty(_ROOM), np.empty(_ROOM, np.int64)
    members, free_s = np.empty(_ROOM, np.int64), np.empty(_ROOM)
    arrivals_s = np.empty(taken_s.shape[0])
    pieces, sent = np.empty((2 * taken_s.shape[0], 4)), 0
    front, known = 0, 0
    for picture in range(taken_s.shape[0]):
        taken, arrival_s, wanted = taken_s[picture], np.inf, _EDGES_AT_ONCE
        while True:
            while front < known and edges_s[front + 1] - max(free_s[front], taken) <= RESOLUTION_S:
                front += 1
            if front == known and (walk[_EDGES] == 0 or edges_s[known] < taken):
                # No stretch that was made is of use any more: they begin anew at the picture.
                walk[_EDGES], walk[_USED], front, known = 0, 0, 0, 0
                _open_at(start_s, end_s, rate_bps, delay_s, number, walk, is_open, taken)
                edges_s, first, members = _with_edge(
                    rate_bps, walk, is_open, edges_s, first, members, taken
                )
            whole = walk[_FOLLOWING] == contacts and walk[_OPENED] == 0
            arrival_s = _arrival_s(
                edges_s,
                first,
                members,
                rate_bps,
                delay_s,
                free_s,
                front,
                known,
                whole,
                least_s,
                taken,
                size_bits[picture],
            )
            if whole or arrival_s < np.inf:
                break
            edges_s, first, members = _with_more(
                start_s,
                end_s,
                rate_bps,
                delay_s,
                number,
                walk,
                is_open,
                edges_s,
                first,
                members,
                wanted,
            )
            if walk[_EDGES] > free_s.shape[0]:
                later_s = np.empty(edges_s.shape[0])
                later_s[:known] = free_s[:known]
                free_s = later_s
            for stretch in range(known, walk[_EDGES] - 1):
                free_s[stretch] = edges_s[stretch]
            known, wanted = walk[_EDGES] - 1, 2 * wanted
        arrivals_s[picture] = arrival_s
        for stretch in range(front, known):
            at_s, end = max(free_s[stretch], taken), edges_s[stretch + 1]
            if end - at_s <= RESOLUTION_S or first[stretch] == first[stretch + 1]:
                continue
            if at_s + least_s >= arrival_s:
                break
            pieces = _grown(pieces, sent + first[stretch + 1] - first[stretch])
            # What is sent early enough goes over the fastest contact, though it forwards slowly;
            # as the arrival comes near, only contacts of less delay still arrive by it.
            for member in range(first[stretch + 1] - 1, first[stretch] - 1, -1):
                until_s = min(end, arrival_s - delay_s[members[member]])
                if until_s > at_s:
                    pieces[sent, PICTURE] = picture
                    pieces[sent, CONTACT] = members[member]
                    pieces[sent, START_S] = at_s
                    pieces[sent, END_S] = until_s
                    sent += 1
                    at_s = until_s
            free_s[stretch] = at_s
    return arrivals_s, pieces, sent


@compiled
def _arrival_s(
    edges_s: FloatArray,
    first: IntArray,
    members: IntArray,
    rate_bps: FloatArray,
    delay_s: FloatArray,
    free_s: FloatArray,
    front: int,
    known: int,
    whole: bool,
    least_s: float,
    taken_s: float,
    size_bits: float,
) -> float:
    """Return when the bits of a picture that can have arrived reach its size, inf if they do not.

    Stretch n is free from `free_s[n]` on; those before `front` are not. So many are `known`, which
    are the `whole` or may not be enough to say: then it is inf too. No delay is below `least_s`.
    """
    # Walk along the instants at which the rate of arrival changes, adding up bits between.
    ahead, low, high = np.empty((16, 2)), 0, 0
    left_bits, slope_bps, now_s = size_bits, 0.0, -np.inf
    for stretch in range(front, known + 1):
        # No later stretch changes anything before its start plus the least delay.
        begin_s = end_s = final_s = np.inf
        if stretch < known:
            begin_s, end_s = max(free_s[stretch], taken_s), edges_s[stretch + 1]
            final_s = begin_s + least_s
            if end_s - begin_s <= RESOLUTION_S or first[stretch] == first[stretch + 1]:
                continue
        elif not whole:
            break
        while low < high and ahead[low, 0] <= final_s:
            step_s = ahead[low, 0] - now_s
            if slope_bps > 0 and step_s > 0:
                more_s = left_bits / slope_bps
                if more_s <= step_s + RESOLUTION_S:
                    arrival_s: float = now_s + min(more_s, step_s)
                    return arrival_s
                left_bits -= slope_bps * step_s
            now_s = ahead[low, 0]
            slope_bps += ahead[low, 1]
            low += 1
        if stretch == known:
            break
        # What is past makes room for the changes in this stretch.
        for place in range(low, high):
            ahead[place - low, 0] = ahead[place, 0]
            ahead[place - low, 1] = ahead[place, 1]
        low, high = 0, high - low
        ahead = _grown(ahead, high + 2 * (first[stretch + 1] - first[stretch]))
        fastest_bps = 0.0
        for member in range(first[stretch], first[stretch + 1]):
            contact = members[member]
            gain_bps = rate_bps[contact] - fastest_bps
            fastest_bps = rate_bps[contact]
            _put_in_order(ahead, high, begin_s + delay_s[contact], gain_bps)
            _put_in_order(ahead, high + 1, end_s + delay_s[contact], -gain_bps)
            high += 2
    return np.inf


@compiled
def _put_in_order(ahead: FloatArray, count: int, instant_s: float, change_bps: float) -> None:
    """Put a change of the rate of arrival among those ahead, of which `count` are in order."""
    place = count
    while place > 0 and (
        ahead[place - 1, 0] > instant_s
        or (ahead[place - 1, 0] == instant_s and ahead[place - 1, 1] > change_bps)
    ):
        ahead[place, 0] = ahead[place - 1, 0]
        ahead[place, 1] = ahead[place - 1, 1]
        place -= 1
    ahead[place, 0] = instant_s
    ahead[place, 1] = change_bps


@compiled
def _grown(rows: FloatArray, count: int) -> FloatArray:
    """Return rows (N, M) with room for at least `count` of them."""
    if count <= rows.shape[0]:
        return rows
    larger = np.empty((2 * count, rows.shape[1]))
    for row in range(rows.shape[0]):
        for column in range(rows.shape[1]):
            larger[row, column] = rows[row, column]
    return larger
