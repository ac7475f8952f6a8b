"""One picture alone: against `deliver` picture by picture, and against a search hop by hop."""

import heapq
import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.delivery import Crosslinks, Pictures, Plan, Transmitters, deliver
from simulator.delivery.single_picture import (
    crosslinked_arrivals,
    real_time_arrivals,
    stored_arrivals,
)


def arrivals(plan, satellite, taken_s, size_bits, *, span_s):
    return stored_arrivals(plan, satellite, size_bits, span_s=span_s)(taken_s)


INF = float("inf")
SPAN_S = 60

# a contact is (start_s, end_s, rate_bps, delay_s); a crosslink has two satellites before these
contact = st.tuples(
    st.integers(0, SPAN_S - 1), st.integers(0, 20), st.integers(0, 4), st.integers(0, 30)
).map(lambda c: (c[0], c[0] + c[1], c[2], c[3]))
contacts = st.lists(contact, max_size=8)
crosslink = st.tuples(
    st.integers(0, 2), st.integers(0, 2), st.integers(0, SPAN_S), st.integers(1, 20)
).map(lambda c: (c[0], c[1], c[2], c[2] + c[3], 3.0))


def plan_of(rows, satellite=0):
    table = np.array(rows, dtype=float).reshape(-1, 4)
    return Plan(np.full(len(rows), satellite), np.arange(len(rows)), *table.T)


def crosslinks_of(rows):
    table = np.array(rows, dtype=float).reshape(-1, 5)
    return Crosslinks(table[:, 0].astype(int), table[:, 1].astype(int), *table.T[2:])


def delivered_s(plan, taken_s, size_bits, span_s):
    """Return what `deliver` makes of each picture by itself."""
    alone_s = [
        deliver(
            plan,
            Pictures(np.array([0]), np.array([at_s]), np.array([float(size_bits)])),
            recorder_bits=[INF],
            span_s=span_s,
        ).delivered_s[0]
        for at_s in taken_s
    ]
    return np.array(alone_s)


def test_one_picture_takes_fast_and_near_contacts_open_at_once_in_turn():
    # At 4 bit/s arrivals are 10 s late, at 1 bit/s none: by A the bits are
    # 4 (A - 10) + min(10, ...) = 4 x 5 + 10 at A = 15. Taken at 19 s: 1 bit delivered at 20 s,
    # no more by 29 s, and 4 bits in the last second of the fast contact if none go by the other.
    plan = plan_of([(0, 20, 4, 10), (0, 20, 1, 0)])
    assert arrivals(plan, 0, np.array([0.0]), 30, span_s=60).tolist() == [15]
    assert arrivals(plan, 0, np.array([19.0]), 1, span_s=60).tolist() == [20]
    assert arrivals(plan, 0, np.array([19.0]), 4, span_s=60).tolist() == [30]
    assert arrivals(plan, 0, np.array([19.0]), 4.5, span_s=60).tolist() == [INF]


def test_an_arrival_after_the_span_is_none_and_so_is_one_without_contacts():
    plan = plan_of([(50, 90, 1, 5)])
    assert arrivals(plan, 0, np.array([0.0, 52.0]), 3, span_s=60).tolist() == [58, 60]
    assert arrivals(plan, 0, np.array([52.5, 70.0]), 3, span_s=60).tolist() == [INF, INF]
    assert arrivals(plan, 1, np.array([0.0]), 3, span_s=60).tolist() == [INF]
    assert arrivals(plan_of([]), 0, np.empty(0), 3, span_s=60).tolist() == []


def test_a_picture_that_fills_a_contact_exactly_does_not_wait_for_the_next():
    start_s = 2_000_000.1
    plan = plan_of([(start_s, start_s + 210, 3e7, 0.3), (start_s + 1e5, start_s + 2e5, 3e7, 0.3)])
    arrival_s = arrivals(plan, 0, np.array([0.0]), 210 * 3e7, span_s=3e6)
    assert arrival_s == pytest.approx([start_s + 210.3], abs=1e-6)


@given(contacts, st.integers(1, 60), st.lists(st.integers(0, 2 * SPAN_S), min_size=1))
@settings(deadline=None)
def test_any_plan_agrees_with_deliver(rows, size_bits, halves):
    plan, taken_s = plan_of(rows), np.array(halves) / 2
    arrival_s = arrivals(plan, 0, taken_s, size_bits, span_s=SPAN_S)
    assert arrival_s == pytest.approx(delivered_s(plan, taken_s, size_bits, SPAN_S), abs=1e-6)


@pytest.mark.parametrize("size_bits", [2e7, 3e9, 4e11])
def test_a_month_of_links_of_many_delays_agrees_with_deliver(size_bits):
    random, span_s = np.random.default_rng(5), 30 * 86_400.0
    start_s = random.uniform(0, span_s, 400)
    length_s = np.where(random.random(400) < 0.1, 3_000, random.uniform(10, 700, 400))
    rate_bps = random.choice([2e6, 3e7, 1e8, 1e8 / 3], 400)
    plan = plan_of([*zip(start_s, start_s + length_s, rate_bps, rate_bps % 97 * 11, strict=True)])
    taken_s = random.uniform(0, span_s, 60)
    arrival_s = arrivals(plan, 0, taken_s, size_bits, span_s=span_s)
    assert np.isfinite(arrival_s).any()
    assert arrival_s == pytest.approx(delivered_s(plan, taken_s, size_bits, span_s), abs=1e-6)


@given(contacts, st.integers(1, 30))
def test_a_picture_taken_later_is_not_delivered_sooner(rows, size_bits):
    arrival_s = stored_arrivals(plan_of(rows), 0, size_bits, span_s=SPAN_S)(
        np.linspace(0, SPAN_S, 121)
    )
    assert (arrival_s[1:] >= arrival_s[:-1] - 1e-9).all()


@pytest.mark.parametrize(
    ("row", "size_bits", "message"),
    [((0, 9, 1, -1), 1, "delay_s"), ((0, 9, 1, 0), 0, "size_bits"), ((0, 9, 1e9, 0), 9, "least")],
)
def test_what_deliver_refuses_is_refused(row, size_bits, message):
    with pytest.raises(ValueError, match=message):
        stored_arrivals(plan_of([row]), 0, size_bits, span_s=60)


def crossed_s(rows, source, destination, at_s, size_bits):
    """Return when a picture that leaves at `at_s` has crossed, edge by edge."""
    own = [(r[2], min(r[3], SPAN_S), r[4]) for r in rows if r[:2] == (source, destination)]
    edges = sorted({at_s, *(edge for row in own for edge in row[:2] if at_s < edge)})
    for x, y in itertools.pairwise(edges):
        rate_bps = max((rate for start, end, rate in own if start <= x and y <= end), default=0.0)
        if rate_bps and size_bits <= rate_bps * (y - x) + 1e-9:
            return x + size_bits / rate_bps
        size_bits -= rate_bps * (y - x)
    return INF


def linked_s(plan, rows, taken_s, size_bits, held_s):
    """Return the arrival of a picture of satellite 0 held a while at every satellite: Dijkstra."""
    ahead, best_s, visited = [(taken_s + held_s, 0)], INF, set()
    while ahead:
        at_s, satellite = heapq.heappop(ahead)
        if at_s > SPAN_S or satellite in visited:
            continue
        visited.add(satellite)
        best_s = min(best_s, *arrivals(plan, satellite, np.array([at_s]), size_bits, span_s=SPAN_S))
        for partner in range(3):
            crossing_s = crossed_s(rows, satellite, partner, at_s, size_bits)
            heapq.heappush(ahead, (crossing_s + held_s, partner))
    return best_s


@given(
    st.lists(contact, max_size=4),
    st.lists(contact, max_size=4),
    st.lists(crosslink, max_size=8),
    st.integers(1, 12),
    st.integers(0, 3 * SPAN_S),
)
@settings(deadline=None)
def test_arrivals_over_crosslinks_are_never_early_and_late_by_a_step_a_hop(
    own, partner, rows, size_bits, thirds
):
    rows = [row for row in rows if row[0] != row[1]]
    parts = [vars(part) for part in (plan_of(own), plan_of(partner, 2))]
    plan = Plan(**{name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
    linked = crosslinked_arrivals(
        plan, crosslinks_of(rows), 3, step_s=0.7, size_bits=size_bits, span_s=SPAN_S
    )
    arrival_s = linked(0, np.array([thirds / 3]))[0]
    assert linked_s(plan, rows, thirds / 3, size_bits, 0.0) <= arrival_s + 1e-6
    assert arrival_s <= linked_s(plan, rows, thirds / 3, size_bits, 0.7 + 1e-6)


def test_a_picture_goes_over_two_hops_in_windows_of_its_own_on_paper():
    # 6 bits at 1 bit/s: 0 to 1 in [0, 4) and [10, 12), on to 2 from 12 to 18, down at 30 s: 36 s.
    rows = [(0, 1, 0, 4, 1), (0, 1, 10, 14, 1), (1, 2, 0, 40, 1)]
    plan = plan_of([(30, 50, 1, 0)], 2)
    linked = crosslinked_arrivals(plan, crosslinks_of(rows), 3, step_s=1, size_bits=6, span_s=60)
    assert linked.arrival_s.shape == (3, 61)
    assert linked(0, np.array([0.0, 2.0, 2.5, 3.0])).tolist() == [36, 36, INF, INF]
    assert linked(1, np.array([7.0, 30.0, 39.0])).tolist() == [36, 42, INF]
    assert linked(2, np.array([30.2, 70.0])).tolist() == [36.2, INF]


def test_a_picture_crosses_in_the_windows_still_to_come_on_paper():
    # 6 bits at 1 bit/s in [20, 30) and [40, 50), down in a second at any time. Taken at 25 s it
    # has one bit left for the second window; at 45 s there are but 5 s of it.
    rows = [(0, 1, 20, 30, 1), (0, 1, 40, 50, 1)]
    plan = plan_of([(0, 100, 6, 0)], 1)
    linked = crosslinked_arrivals(plan, crosslinks_of(rows), 2, step_s=1, size_bits=6, span_s=100)
    taken_s = np.array([10.0, 22.0, 25.0, 41.0, 44.0, 45.0])
    assert linked(0, taken_s).tolist() == [27, 29, 42, 48, 51, INF]


def test_without_crosslinks_the_way_is_straight_down():
    plan = plan_of([(30, 50, 1, 0)])
    linked = crosslinked_arrivals(plan, crosslinks_of([]), 2, size_bits=6, span_s=60)
    assert linked(0, np.array([0.1, 33.3])).tolist() == [36, 39.3]
    assert linked(1, np.array([0.1])).tolist() == [INF]
    with pytest.raises(ValueError, match="step_s"):
        crosslinked_arrivals(plan, crosslinks_of([]), 2, step_s=0, size_bits=6, span_s=60)


@given(contacts, st.integers(1, 40), st.lists(st.integers(0, 2 * SPAN_S), min_size=1))
@settings(deadline=None)
def test_any_picture_in_real_time_agrees_with_deliver(rows, size_bits, halves):
    # Rows on two links only, so that some touch or overlap and are one run of sending.
    plan, taken_s = plan_of(rows), np.array(halves) / 2
    plan = replace(plan, link=plan.link % 2, delay_s=3.0 * (plan.link % 2))
    nothing = np.empty(0)
    expected_s = [
        deliver(
            plan,
            Pictures(np.array([0]), np.array([at_s]), np.array([float(size_bits)])),
            recorder_bits=[INF],
            span_s=SPAN_S,
            transmitters=Transmitters(np.array([True]), np.array([INF]), (nothing,)),
        ).delivered_s[0]
        for at_s in taken_s
    ]
    arrival_s = real_time_arrivals(plan, 0, float(size_bits), span_s=SPAN_S)(taken_s)
    assert arrival_s == pytest.approx(np.array(expected_s), abs=1e-5)


def test_only_the_own_contacts_of_a_satellite_carry_its_pictures():
    # Both see link 0: satellite 0 in [0, 10), satellite 1 in [20, 40).
    plan = Plan(
        np.array([0, 1]), np.array([0, 0]), np.array([0.0, 20.0]), np.array([10.0, 40.0]),
        np.ones(2), np.zeros(2),
    )  # fmt: skip
    taken_s = np.array([0.0, 20.0])
    for arrivals in (real_time_arrivals, stored_arrivals):
        assert arrivals(plan, 0, 5.0, span_s=60.0)(taken_s).tolist() == [5.0, INF]
    assert real_time_arrivals(plan, 1, 5.0, span_s=60.0)(taken_s).tolist() == [INF, 25.0]
    assert stored_arrivals(plan, 1, 5.0, span_s=60.0)(taken_s).tolist() == [25.0, 25.0]
