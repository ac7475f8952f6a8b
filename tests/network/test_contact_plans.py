"""A network's contact plan, second by second: what is open, acquired and not spent on pictures."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import intervals
from simulator.access import CrosslinkWindows
from simulator.earth.time import Span
from simulator.network import Fleet, Offer, crosslink_plan, offer
from simulator.network.contacts import Contacts
from simulator.scenario import CrosslinkTable, Satellite, Station

SPAN_S = 60
SPAN = Span(datetime(2023, 11, 21, tzinfo=UTC), float(SPAN_S))
LINKS = (
    Station(name="slow", latitude_deg=0.0, longitude_deg=0.0, max_rate_mbps=2.0, acquisition_s=3.0),
    Station(name="fast", latitude_deg=0.0, longitude_deg=9.0, acquisition_s=0.0),
    Station(name="commands only", latitude_deg=9.0, longitude_deg=0.0, roles=("command",)),
)
SATELLITE = Satellite.model_construct(name="S", downlink_rate_mbps=5.0, transmitters=())
FLEET = Fleet(("S 1", "S 2"), (SATELLITE, SATELLITE), (), SPAN)
RATES_MBPS = (2.0, 5.0)

windows = st.tuples(st.integers(0, SPAN_S - 1), st.integers(1, 30)).map(
    lambda pair: (pair[0], min(pair[0] + pair[1], SPAN_S))
)


@st.composite
def contact_rows(draw):
    """Return rows (satellite, link, start, end); those of one satellite and link never touch."""
    rows = []
    for satellite in range(2):
        for link in range(len(LINKS)):
            merged = intervals.union(np.array(draw(st.lists(windows, max_size=3)), float))
            rows += [(satellite, link, start, end) for start, end in merged.tolist()]
    return rows


def contacts_of(rows):
    table = np.array(rows, dtype=float).reshape(-1, 4)
    unknown = np.full(len(table), np.nan)
    return Contacts(
        table[:, 0].astype(np.int32),
        table[:, 1].astype(np.int32),
        table[:, 2],
        table[:, 3],
        np.stack([table[:, 2] == 0.0, table[:, 3] == SPAN_S], axis=1),
        unknown,
        unknown,
    )


def offered(rows, busy):
    collecting_s = {0: intervals.union(np.array(busy, dtype=float).reshape(-1, 2))}
    return offer(FLEET, LINKS, contacts_of(rows), seed=1, collecting_s=collecting_s)


def sends_at(rows, busy, satellite, link, second):
    """Return whether a satellite can send over a link from one second to the next."""
    if LINKS[link].name == "commands only":
        return False
    if satellite == 0 and any(begin <= second < end for begin, end in busy):
        return False
    wait_s = LINKS[link].acquisition_s
    return any(
        (start if start == 0 else start + wait_s) <= second < end
        for who, where, start, end in rows
        if (who, where) == (satellite, link)
    )


@settings(max_examples=60, deadline=None)
@given(contact_rows(), st.lists(windows, max_size=3))
def test_a_plan_is_open_where_each_second_is(rows, busy):
    plan = offered(rows, busy).plan
    assert (plan.end_s > plan.start_s).all()
    assert (np.diff(plan.start_s) >= 0.0).all()
    for satellite in range(2):
        for link in range(len(LINKS)):
            chosen = (plan.satellite == satellite) & (plan.link == link)
            times = zip(plan.start_s[chosen], plan.end_s[chosen], strict=True)
            seconds = [second for start, end in times for second in range(int(start), int(end))]
            expected = [s for s in range(SPAN_S) if sends_at(rows, busy, satellite, link, s)]
            assert sorted(seconds) == expected
            assert (plan.rate_bps[chosen] == 1e6 * RATES_MBPS[min(link, 1)]).all()


@settings(max_examples=60, deadline=None)
@given(contact_rows(), st.lists(windows, max_size=3))
def test_what_can_be_sent_takes_the_fastest_link_of_each_second(rows, busy):
    network = offered(rows, busy)
    for satellite in range(2):
        rates = [
            [RATES_MBPS[link] for link in range(2) if sends_at(rows, busy, satellite, link, second)]
            for second in range(SPAN_S)
        ]
        expected_bits = 1e6 * sum(max(open_, default=0.0) for open_ in rates)
        np.testing.assert_allclose(network.sendable_bits(satellite), expected_bits, atol=1e-3)


def test_times_in_contact_are_merged_and_commands_wait_for_acquisition():
    rows = [(0, 0, 10, 30), (0, 1, 20, 40), (0, 2, 50, 55), (1, 0, 0, 5)]
    network = offered(rows, [])
    first, second = network.in_contact_s(2)
    assert first.tolist() == [[10.0, 40.0], [50.0, 55.0]]
    assert second.tolist() == [[0.0, 5.0]]
    assert network.commands_s(0)[0].tolist() == [13.0, 40.0]
    # A contact under way at the span's beginning has been acquired already.
    assert network.commands_s(1).tolist() == [[0.0, 5.0]]


def test_the_rate_of_a_contact_is_the_best_it_has_at_any_time():
    # The first is over before the antenna has found the satellite.
    network = offered([(1, 0, 3, 5), (0, 0, 10, 30), (0, 1, 20, 40), (0, 2, 50, 55)], [])
    assert network.contacts.start_s.tolist() == [3.0, 10.0, 20.0, 50.0]
    assert network.rate_bps.tolist() == [0.0, 2e6, 5e6, 5e6]


def test_crosslinks_run_both_ways_and_lose_their_acquisition():
    windows = CrosslinkWindows(
        first=np.array([0, 0, 1]),
        second=np.array([1, 2, 2]),
        start_s=np.array([0.0, 10.0, 20.0]),
        end_s=np.array([30.0, 14.0, 50.0]),
        cut=np.array([[True, False], [False, False], [False, True]]),
    )
    plan = crosslink_plan(windows, CrosslinkTable(rate_mbps=7.0, acquisition_s=5.0))
    ends = zip(plan.source.tolist(), plan.destination.tolist(), strict=True)
    assert list(ends) == [(0, 1), (1, 2), (1, 0), (2, 1)]
    assert plan.start_s.tolist() == [0.0, 25.0] * 2
    assert plan.end_s.tolist() == [30.0, 50.0] * 2
    assert plan.rate_bps.tolist() == [7e6] * 4
    assert plan.terminals == float("inf")


@settings(max_examples=40, deadline=None)
@given(contact_rows(), st.lists(windows, max_size=3))
def test_what_single_satellites_are_offered_makes_up_what_both_are(rows, busy):
    both = offered(rows, busy)
    alone = [both.of_some_satellites([number]) for number in (0, 1)]
    for number, own in enumerate(alone):
        assert (own.plan.satellite == 0).all()
        assert own.commands_s(0).tolist() == both.commands_s(number).tolist()
        assert own.sendable_bits(0) == both.sendable_bits(number)
        # Each row still belongs to its contact.
        assert (own.contacts.link[own.rows.contact] == own.rows.link).all()
    again = Offer.joined(alone, [1, 1])
    for table in ("contacts", "rows", "plan"):
        one, other = (vars(in_order(getattr(each, table))) for each in (again, both))
        for name in one:
            assert np.array_equal(one[name], other[name], equal_nan=one[name].dtype.kind == "f")
    turned = both.of_some_satellites([1, 0])
    assert turned.sendable_bits(0) == both.sendable_bits(1)


def in_order(table):
    """Return a table in an order that leaves no ties open."""
    return table.chosen(np.lexsort((table.link, table.satellite, table.start_s)))


def test_what_satellites_offer_each_other_is_not_cut():
    both = replace(offered([], []), crosslinks=object())
    with pytest.raises(ValueError, match="offer each other"):
        both.of_some_satellites([0])
    with pytest.raises(ValueError, match="offer each other"):
        Offer.joined([both], [2])
