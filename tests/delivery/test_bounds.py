"""Whatever is planned: no beam, antenna, terminal, recorder or contact carries more than it can."""

import itertools
from dataclasses import dataclass, field

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.delivery import (
    DELIVERED,
    LOST,
    Antennas,
    Crosslinks,
    Pictures,
    Plan,
    Transmitters,
    deliver,
)

INF = float("inf")
SPAN_S, SATELLITES, LINKS = 300.0, 3, 3
TOLERANCE = 1e-5


@dataclass
class Case:
    plan: Plan
    pictures: Pictures
    recorder_bits: list[float]
    antennas: Antennas
    transmitters: Transmitters
    crosslinks: Crosslinks
    deliveries: object = field(init=False)

    def __post_init__(self):
        self.deliveries = deliver(
            self.plan,
            self.pictures,
            recorder_bits=self.recorder_bits,
            span_s=SPAN_S,
            antennas=self.antennas,
            transmitters=self.transmitters,
            crosslinks=self.crosslinks,
        )


seconds = st.floats(0.0, SPAN_S, allow_nan=False)
lengths = st.floats(0.5, 80.0)
rates = st.floats(0.5, 8.0)
numbers = st.integers(0, SATELLITES - 1)


def columns(rows, width):
    return list(np.array(rows, dtype=float).reshape(-1, width).T)


# Made once, for each example draws from all of them.
links = st.integers(0, LINKS - 1)
rows = st.lists(
    st.tuples(numbers, links, seconds, lengths, rates, st.floats(0.0, 40.0)), max_size=10
)
picture_rows = st.lists(
    st.tuples(numbers, seconds, st.floats(0.5, 120.0), st.integers(1, 3)), max_size=8
)
pair_rows = st.lists(
    st.tuples(numbers, st.integers(1, SATELLITES - 1), seconds, lengths, rates), max_size=6
)
counts = st.lists(st.sampled_from([1.0, 2.0, INF]), min_size=LINKS, max_size=LINKS)
waits = st.lists(st.floats(0.0, 10.0), min_size=LINKS, max_size=LINKS)
rooms = st.lists(st.sampled_from([INF, 60.0, 200.0]), min_size=3, max_size=3)
limits = st.lists(st.sampled_from([INF, 15.0, 40.0]), min_size=3, max_size=3)
live = st.lists(st.booleans(), min_size=3, max_size=3)
terminals = st.sampled_from([1.0, 2.0, INF])


@st.composite
def cases(draw):
    satellite, link, start_s, length_s, rate_bps, delay_s = columns(draw(rows), 6)
    plan = Plan(
        satellite.astype(int), link.astype(int), start_s, start_s + length_s, rate_bps, delay_s
    )
    satellite, taken_s, size_bits, priority = columns(draw(picture_rows), 4)
    pictures = Pictures(satellite.astype(int), taken_s, size_bits, priority.astype(int))
    source, further, start_s, length_s, rate_bps = columns(draw(pair_rows), 5)
    return Case(
        plan,
        pictures,
        draw(rooms),
        Antennas(np.array(draw(counts)), np.array(draw(waits))),
        Transmitters(
            np.array(draw(live)),
            np.array(draw(limits)),
            tuple(np.array([40.0, 130.0, 220.0]) for _ in range(3)),
        ),
        Crosslinks(
            source.astype(int),
            ((source + further) % SATELLITES).astype(int),
            start_s,
            start_s + length_s,
            rate_bps,
            terminals=draw(terminals),
        ),
    )


def intervals_of(table, rows=None):
    keep = slice(None) if rows is None else rows
    return np.stack([table.start_s[keep], table.end_s[keep]], axis=1)


def deepest(intervals):
    """Return how many intervals hold at once, those shorter than the tolerance left out."""
    ends = [(s + TOLERANCE, 1) for s, e in intervals if e - s > 2 * TOLERANCE]
    ends += [(e - TOLERANCE, -1) for s, e in intervals if e - s > 2 * TOLERANCE]
    depth = most = 0
    for _, change in sorted(ends):
        depth += change
        most = max(most, depth)
    return most


def no_contact_carries_before_it_opens_or_beyond_its_rate(case):
    for table, rows in (
        (case.deliveries.bookings, case.plan),
        (case.deliveries.transfers, case.crosslinks),
    ):
        assert (table.start_s >= rows.start_s[table.contact] - TOLERANCE).all()
        assert (table.end_s <= np.minimum(rows.end_s, SPAN_S)[table.contact] + TOLERANCE).all()
        for contact in np.unique(table.contact):
            assert deepest(intervals_of(table, table.contact == contact)) <= 1


def a_beam_sends_over_one_contact_at_a_time_and_no_longer_than_an_orbit_allows(case):
    table = case.deliveries.bookings
    for satellite in range(SATELLITES):
        of_satellite = case.plan.satellite[table.contact] == satellite
        rows = intervals_of(table, of_satellite)
        assert deepest(rows) <= 1
        edges = [0.0, 40.0, 130.0, 220.0, SPAN_S]
        for low, high in itertools.pairwise(edges):
            used = np.clip(rows[:, 1], low, high) - np.clip(rows[:, 0], low, high)
            assert used.sum() <= case.transmitters.seconds_a_revolution[satellite] + TOLERANCE


def antennas_serve_no_more_satellites_than_they_can(case):
    table = case.deliveries.bookings
    for link in range(LINKS):
        wait_s = case.antennas.acquisition_s[link]
        users = []
        for satellite in range(SATELLITES):
            of_pair = (case.plan.link[table.contact] == link) & (
                case.plan.satellite[table.contact] == satellite
            )
            users.append([(s, e) for s, e in intervals_of(table, of_pair)])
        merged = [interval for rows in users for interval in joined(rows)]
        assert deepest(merged) <= case.antennas.count[link]
        if case.antennas.count[link] == 1.0:
            held = sorted((s, e, n) for n, rows in enumerate(users) for s, e in joined(rows))
            for (_, end_s, user), (start_s, _, next_user) in itertools.pairwise(held):
                assert user == next_user or start_s >= end_s + wait_s - TOLERANCE


def joined(rows):
    out = []
    for start_s, end_s in sorted(rows):
        if out and start_s <= out[-1][1] + TOLERANCE:
            out[-1] = (out[-1][0], max(end_s, out[-1][1]))
        else:
            out.append((start_s, end_s))
    return out


def a_satellite_keeps_no_more_links_than_it_has_terminals(case):
    table, links = case.deliveries.transfers, case.crosslinks
    for satellite in range(SATELLITES):
        partners = {}
        for row, contact in enumerate(table.contact):
            ends = (links.source[contact], links.destination[contact])
            if satellite in ends:
                partner = ends[1] if ends[0] == satellite else ends[0]
                partners.setdefault(partner, []).append((table.start_s[row], table.end_s[row]))
        held = [interval for rows in partners.values() for interval in joined(rows)]
        assert deepest(held) <= links.terminals


def every_hop_carries_the_whole_picture_and_begins_after_the_one_before(case):
    deliveries, plan, links = case.deliveries, case.plan, case.crosslinks
    transfers, bookings = deliveries.transfers, deliveries.bookings
    for picture in range(len(case.pictures.taken_s)):
        size, at_s = case.pictures.size_bits[picture], case.pictures.taken_s[picture]
        holder = case.pictures.satellite[picture]
        over = np.flatnonzero(transfers.picture == picture)
        down = np.flatnonzero(bookings.picture == picture)
        if deliveries.status[picture] == LOST:
            assert not len(over) and not len(down)
            continue
        for _ in range(deliveries.hops[picture]):
            hop = over[links.source[transfers.contact[over]] == holder]
            length_s = transfers.end_s[hop] - transfers.start_s[hop]
            bits = length_s @ links.rate_bps[transfers.contact[hop]]
            assert np.isclose(bits, size, atol=1e-4)
            assert transfers.start_s[hop].min() >= at_s - TOLERANCE
            at_s = transfers.end_s[hop].max()
            holder = links.destination[transfers.contact[hop[0]]]
        assert (plan.satellite[bookings.contact[down]] == holder).all()
        bits = (bookings.end_s[down] - bookings.start_s[down]) @ plan.rate_bps[
            bookings.contact[down]
        ]
        assert bits <= size + 1e-4
        if deliveries.status[picture] == DELIVERED:
            assert np.isclose(bits, size, atol=1e-4)
            arrivals = bookings.end_s[down] + plan.delay_s[bookings.contact[down]]
            assert np.isclose(arrivals.max(), deliveries.delivered_s[picture], atol=1e-4)
        if len(down):
            assert bookings.start_s[down].min() >= at_s - TOLERANCE


def no_recorder_ever_holds_more_than_it_can(case):
    deliveries, links, plan = case.deliveries, case.crosslinks, case.plan
    transfers, bookings = deliveries.transfers, deliveries.bookings
    for satellite in range(SATELLITES):
        if case.transmitters.real_time[satellite]:
            continue
        changes = []  # (start, end, bits) in, negative out
        for picture in np.flatnonzero(case.pictures.satellite == satellite):
            if deliveries.status[picture] != LOST:
                taken_s = case.pictures.taken_s[picture]
                changes.append((taken_s, taken_s, case.pictures.size_bits[picture]))
        for row, contact in enumerate(transfers.contact):
            start_s, end_s = transfers.start_s[row], transfers.end_s[row]
            bits = (end_s - start_s) * links.rate_bps[contact]
            if links.destination[contact] == satellite:
                changes.append((start_s, end_s, bits))
            if links.source[contact] == satellite:
                changes.append((start_s, end_s, -bits))
        for row, contact in enumerate(bookings.contact):
            if plan.satellite[contact] == satellite:
                start_s, end_s = bookings.start_s[row], bookings.end_s[row]
                changes.append((start_s, end_s, -(end_s - start_s) * plan.rate_bps[contact]))
        instants = sorted({t for start_s, end_s, _ in changes for t in (start_s, end_s)})
        for instant in instants:
            held = sum(bits * share(start_s, end_s, instant) for start_s, end_s, bits in changes)
            assert -1e-3 <= held <= case.recorder_bits[satellite] + 1e-3


def share(start_s, end_s, instant):
    if end_s <= start_s:
        return 1.0 if instant >= start_s else 0.0
    return min(max((instant - start_s) / (end_s - start_s), 0.0), 1.0)


PROMISES = (
    no_contact_carries_before_it_opens_or_beyond_its_rate,
    a_beam_sends_over_one_contact_at_a_time_and_no_longer_than_an_orbit_allows,
    antennas_serve_no_more_satellites_than_they_can,
    a_satellite_keeps_no_more_links_than_it_has_terminals,
    every_hop_carries_the_whole_picture_and_begins_after_the_one_before,
    no_recorder_ever_holds_more_than_it_can,
)


@settings(max_examples=200, deadline=None)
@given(cases())
def test_whatever_is_planned_every_promise_holds(case):
    for promise in PROMISES:
        promise(case)
