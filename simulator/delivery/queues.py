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
    # Least delay first, then the fastest: who is no faster than one before it is beaten in both.
    order = np.lexsort((contacts.contact, -contacts.rate_bps, contacts.delay_s))
    arrivals_s, room, sent = _send(
        *_stretches(contacts.start_s, contacts.end_s, contacts.rate_bps, order),
        contacts.rate_bps[order],
        contacts.delay_s[order],
        taken_s,
        size_bits,
    )
    pieces = room[:sent]
    pieces[:, CONTACT] = contacts.contact[order][pieces[:, CONTACT].astype(np.int64)]
    return arrivals_s, pieces


def most_bits(start_s: FloatArray, end_s: FloatArray, rate_bps: FloatArray) -> float:
    """Return the bits that contacts (C,) can carry, the fastest open one at each instant."""
    rates_bps = np.unique(rate_bps)
    if len(rates_bps) <= _FEW_RATES:
        windows_s = np.stack([start_s, end_s], axis=1)
        # Beside each rate, how long it or a faster one is open.
        open_s = [total_s(union(windows_s[rate_bps >= rate])) for rate in rates_bps]
        return float(np.sum(rates_bps * np.diff(open_s[::-1], prepend=0.0)[::-1]))
    order = np.argsort(-rate_bps, kind="stable")
    edges_s, first, members = _stretches(start_s, end_s, rate_bps, order)
    # The first contact open in a stretch is the fastest.
    is_open = first[:-1] < first[1:]
    best_bps = np.zeros(len(is_open))
    best_bps[is_open] = rate_bps[order][members[first[:-1][is_open]]]
    # A sum, not a matrix product: that would wake all threads of the linear algebra library.
    return float(np.sum(best_bps * np.diff(edges_s)))


def _stretches(
    start_s: FloatArray, end_s: FloatArray, rate_bps: FloatArray, order: IntArray
) -> tuple[FloatArray, IntArray, IntArray]:
    """Return the edges of contacts, and those of use in each stretch as `_open_in` does.

    `order` (C,) has the contacts in the order in which those open at once are wanted.
    """
    by_start = np.argsort(start_s, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return _open_in(start_s[by_start], end_s[by_start], rank[by_start], rate_bps[order])


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


@compiled
def _open_in(
    start_s: FloatArray, end_s: FloatArray, rank: IntArray, rate_bps: FloatArray
) -> tuple[FloatArray, IntArray, IntArray]:
    """Return the edges (N + 1,) of contacts, and those of use in each of the N stretches between.

    Contacts (C,) are in order of start, their rates in order of rank. The ranks of those open in
    stretch n that are faster than all of lower rank are the members from `first[n]` to
    `first[n + 1]`, ascending.
    """
    contacts = start_s.shape[0]
    edges_s, first = np.empty(2 * contacts), np.empty(2 * contacts + 1, np.int64)
    members = np.empty(4 * contacts, np.int64)
    open_ranks, open_until_s = np.empty(contacts, np.int64), np.empty(contacts)
    following, opened, edges, used, next_end_s = 0, 0, 0, 0, np.inf
    while following < contacts or opened > 0:
        now_s = next_end_s
        if following < contacts:
            now_s = min(now_s, start_s[following])
        left, next_end_s = 0, np.inf
        for place in range(opened):
            if open_until_s[place] > now_s:
                open_ranks[left], open_until_s[left] = open_ranks[place], open_until_s[place]
                next_end_s = min(next_end_s, open_until_s[place])
                left += 1
        opened = left
        while following < contacts and start_s[following] <= now_s:
            if end_s[following] > now_s:
                place = opened
                while place > 0 and open_ranks[place - 1] > rank[following]:
                    open_ranks[place] = open_ranks[place - 1]
                    open_until_s[place] = open_until_s[place - 1]
                    place -= 1
                open_ranks[place], open_until_s[place] = rank[following], end_s[following]
                next_end_s = min(next_end_s, end_s[following])
                opened += 1
            following += 1
        if used + opened > members.shape[0]:
            more = np.empty(2 * (used + opened), np.int64)
            for place in range(used):
                more[place] = members[place]
            members = more
        edges_s[edges], first[edges] = now_s, used
        edges += 1
        fastest_bps = 0.0
        for place in range(opened):
            if rate_bps[open_ranks[place]] > fastest_bps:
                fastest_bps = rate_bps[open_ranks[place]]
                members[used] = open_ranks[place]
                used += 1
    return edges_s[:edges], first[:edges], members[:used]


@compiled
def _send(
    edges_s: FloatArray,
    first: IntArray,
    members: IntArray,
    rate_bps: FloatArray,
    delay_s: FloatArray,
    taken_s: FloatArray,
    size_bits: FloatArray,
) -> tuple[FloatArray, FloatArray, int]:
    """Return arrivals (P,), room with pieces in it, and how many these are.

    Between edges (N + 1,) lie stretches (N,); those of `members` from `first[n]` to `first[n + 1]`
    are the contacts of use in stretch n, least delay first, each faster than those before it.
    """
    stretches = edges_s.shape[0] - 1
    free_s = np.empty(stretches)
    for stretch in range(stretches):
        free_s[stretch] = edges_s[stretch]
    arrivals_s = np.empty(taken_s.shape[0])
    pieces, sent = np.empty((2 * taken_s.shape[0], 4)), 0
    front = 0
    for picture in range(taken_s.shape[0]):
        taken = taken_s[picture]
        while front < stretches and edges_s[front + 1] - max(free_s[front], taken) <= RESOLUTION_S:
            front += 1
        arrival_s = _arrival_s(
            edges_s, first, members, rate_bps, delay_s, free_s, front, taken, size_bits[picture]
        )
        arrivals_s[picture] = arrival_s
        for stretch in range(front, stretches):
            at_s, end_s = max(free_s[stretch], taken), edges_s[stretch + 1]
            if end_s - at_s <= RESOLUTION_S or first[stretch] == first[stretch + 1]:
                continue
            # The first contact of all has the least delay.
            if at_s + delay_s[0] >= arrival_s:
                break
            pieces = _grown(pieces, sent + first[stretch + 1] - first[stretch])
            # What is sent early enough goes over the fastest contact, though it forwards slowly;
            # as the arrival comes near, only contacts of less delay still arrive by it.
            for member in range(first[stretch + 1] - 1, first[stretch] - 1, -1):
                until_s = min(end_s, arrival_s - delay_s[members[member]])
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
    taken_s: float,
    size_bits: float,
) -> float:
    """Return when the bits of a picture that can have arrived reach its size, inf if they do not.

    Stretch n is free from `free_s[n]` on; those before `front` are not.
    """
    stretches = edges_s.shape[0] - 1
    # Walk along the instants at which the rate of arrival changes, adding up bits between.
    ahead, low, high = np.empty((16, 2)), 0, 0
    left_bits, slope_bps, now_s = size_bits, 0.0, -np.inf
    for stretch in range(front, stretches + 1):
        # No later stretch changes anything before its start plus the least delay.
        begin_s = end_s = final_s = np.inf
        if stretch < stretches:
            begin_s, end_s = max(free_s[stretch], taken_s), edges_s[stretch + 1]
            final_s = begin_s + delay_s[0]
            if end_s - begin_s <= RESOLUTION_S or first[stretch] == first[stretch + 1]:
                continue
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
        if stretch == stretches:
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
