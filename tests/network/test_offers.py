from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.access.search import satellite_positions
from simulator.earth.ellipsoid import look_angles
from simulator.earth.time import Span
from simulator.network import drawn_numbers
from simulator.network import offers as lk
from simulator.network.contacts import Contacts, find_contacts, relay_position_m
from simulator.network.linkbudget import LinkBudget, achievable_rate_bps
from simulator.orbits import builders
from simulator.orbits.tracks import track
from simulator.scenario import Relay, Satellite, Station
from simulator.units import HOUR_S

EPOCH = datetime(2023, 11, 21, tzinfo=UTC)
SPAN = Span(EPOCH, 86_400.0)
TRACKS = [
    track(builders.sun_synchronous(n, EPOCH, altitude_km=500.0, ltan_h=h), SPAN)
    for n, h in (("a", 10.5), ("b", 15.0))
]
DISH = {"band": "X", "antenna_gain_dbi": 50.0, "noise_temperature_k": 150.0}
X_BUDGET = {
    "band": "X",
    "rate_mbps": 1e5,
    "power_w": 2.0,
    "antenna_gain_dbi": 12.0,
    "frequency_ghz": 8.2,
    "required_eb_n0_db": 4.4,
    "losses_db": 2.0,
}
RELAY = Relay(name="Luch", longitude_deg=95.0)


def station(name="Svalbard", **more):
    return Station(**{"name": name, "latitude_deg": 78.23, "longitude_deg": 15.4, **more})


def satellite(**more):
    sensor = {
        "kind": "radar",
        "gsd_m": 1.0,
        "reference_altitude_km": 500.0,
        "swath_km": 10.0,
        "max_off_nadir_deg": 30.0,
    }
    orbit = {"kind": "sun-synchronous", "altitude_km": 500.0, "ltan_h": 10.5}
    return Satellite.model_validate({"name": "a", "sensor": sensor, "orbit": orbit, **more})


def contacts(*rows, cut=None):
    """Rows of satellite, link, start, end."""
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    edges = np.zeros((len(table), 2), dtype=bool) if cut is None else np.array(cut)
    nothing = np.full(len(table), np.nan)
    return Contacts(
        table[:, 0].astype(np.int32),
        table[:, 1].astype(np.int32),
        table[:, 2],
        table[:, 3],
        edges,
        nothing,
        nothing.copy(),
    )


def many(number, satellites=1, stations=1):
    """`number` contacts of each satellite with each station, one a hundred minutes."""
    return contacts(
        *(
            (s, n, 6_000.0 * k + 10 * s + n, 6_000.0 * k + 600)
            for s in range(satellites)
            for n in range(stations)
            for k in range(number)
        )
    )


# granted


def test_the_numbers_are_those_of_splitmix64():
    # Reference output for seed 1234567: Rosetta Code, Pseudo-random numbers/Splitmix64.
    expected = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    draws = drawn_numbers.uniform(np.full(5, 1234567, np.uint64), np.arange(5))
    assert draws.tolist() == [(number >> 11) / 2**53 for number in expected]


def test_every_contact_is_granted_where_nothing_is_said():
    assert lk.granted(many(50), [station()], ["a"], seed=0).all()
    assert lk.granted(contacts(), [], [], seed=0).shape == (0,)


def test_the_share_granted_is_near_the_availability():
    for seed, share in ((0, 0.3), (1, 0.7), (2, 0.95)):
        links = [station(str(n), availability=share) for n in range(10)]
        granted = lk.granted(many(200, 5, 10), links, list("abcde"), seed=seed)
        # Four standard deviations of a mean of 10,000.
        assert abs(granted.mean() - share) < 4 * np.sqrt(share * (1 - share) / 10_000)


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 1.0), st.floats(0.01, 1.0))
@settings(max_examples=50)
def test_a_higher_availability_only_adds_contacts(seed, share_a, share_b):
    low, high = sorted((share_a, share_b))
    rows = many(40, 2)
    less = lk.granted(rows, [station(availability=low)], ["a", "b"], seed=seed)
    more = lk.granted(rows, [station(availability=high)], ["a", "b"], seed=seed)
    assert not (less & ~more).any()


def test_the_same_contacts_are_granted_in_a_larger_network():
    a, b, c = (station(name, availability=0.5) for name in "ABC")
    small = many(100, 2, 2)
    first = lk.granted(small, [a, b], ["x", "y"], seed=7)
    # Now a is link 2, b link 0, and the satellites have changed places; rows in any order.
    large = many(100, 3, 3)
    order = np.random.default_rng(0).permutation(len(large))
    second = np.empty(len(large), bool)
    second[order] = lk.granted(large.chosen(order), [b, c, a], ["z", "y", "x"], seed=7)
    for number, link in ((0, 2), (1, 0)):
        for flown, renumbered in ((0, 2), (1, 1)):
            in_small = (small.satellite == flown) & (small.link == number)
            in_large = (large.satellite == renumbered) & (large.link == link)
            assert (first[in_small] == second[in_large]).all()


def test_a_longer_span_changes_no_grant():
    links = [station(availability=0.5)]
    whole = lk.granted(many(300), links, ["a"], seed=1)
    assert (lk.granted(many(120), links, ["a"], seed=1) == whole[:120]).all()


def test_seeds_links_and_satellites_draw_apart():
    rows = many(2_000, 2, 2)
    links = [station("A", availability=0.5), station("B", availability=0.5)]
    granted = lk.granted(rows, links, ["x", "y"], seed=0).reshape(2, 2, 2_000)
    again = lk.granted(rows, links, ["x", "y"], seed=1).reshape(2, 2, 2_000)
    draws = np.array([*granted.reshape(4, -1), again[0, 0]], dtype=float)
    apart = np.corrcoef(draws)[~np.eye(5, dtype=bool)]
    assert np.abs(apart).max() < 4 / np.sqrt(2_000)


# within_openings


def cut_to(rows, hours, span=SPAN, paths=()):
    return lk.within_openings(rows, [station(hours_utc=hours)], span, paths)


def edges_h(rows):
    return np.column_stack([rows.start_s, rows.end_s]) / HOUR_S


def test_hours_over_midnight_cut_the_contacts_outside():
    span = Span(datetime(2024, 3, 10, 21, tzinfo=UTC), 86_400.0)
    rows = contacts(
        (0, 0, 0.5 * HOUR_S, 1.5 * HOUR_S),  # 21:30 to 22:30
        (0, 0, 2.5 * HOUR_S, 3.5 * HOUR_S),  # over midnight
        (0, 0, 4.9 * HOUR_S, 5.1 * HOUR_S),  # 01:54 to 02:06
        (0, 0, 6.0 * HOUR_S, 7.0 * HOUR_S),
    )
    offers = cut_to(rows, ((22, 2),), span)
    assert np.allclose(edges_h(offers), [[1.0, 1.5], [2.5, 3.5], [4.9, 5.0]])
    assert not offers.cut.any()


def test_a_contact_over_a_closing_hour_becomes_two():
    rows = contacts((0, 0, 9.8 * HOUR_S, 12.2 * HOUR_S), (1, 0, 0.0, HOUR_S))
    offers = cut_to(rows, ((0, 10), (12, 24)))
    assert np.allclose(edges_h(offers), [[9.8, 10], [12, 12.2], [0, 1]])
    assert offers.satellite.tolist() == [0, 0, 1]


def test_what_the_hours_leave_of_a_contact_may_be_too_short():
    rows = contacts((0, 0, 9.8 * HOUR_S, 12.2 * HOUR_S), (1, 0, 11.5 * HOUR_S, 12.25 * HOUR_S))
    link = station(hours_utc=((0, 10), (12, 24)), min_contact_s=0.22 * HOUR_S)
    offers = lk.within_openings(rows, [link], SPAN, [])
    assert np.allclose(edges_h(offers), [[12, 12.25]])
    assert offers.satellite.tolist() == [1]


def test_hours_that_touch_are_one():
    rows = contacts((0, 0, 23.5 * HOUR_S, 24.0 * HOUR_S), (0, 0, 4 * HOUR_S, 21 * HOUR_S))
    offers = cut_to(rows, ((20, 24), (0, 4), (4, 20)))
    assert np.allclose(edges_h(offers), edges_h(rows))


def test_only_the_span_cuts_contacts():
    rows = contacts((0, 0, 0.0, 2 * HOUR_S), (0, 0, 22 * HOUR_S, 24 * HOUR_S))
    rows.cut[0, 0] = rows.cut[1, 1] = True
    assert cut_to(rows, ((0, 1), (23, 24))).cut.tolist() == [[True, False], [False, True]]
    assert not cut_to(rows, ((1, 23),)).cut.any()


def test_a_leap_second_moves_the_hours_after_it():
    # The last leap second so far: 2016-12-31T23:59:60Z, IERS Bulletin C 52.
    span = Span(datetime(2016, 12, 31, 12, tzinfo=UTC), 86_400.0)
    rows = contacts((0, 0, 11 * HOUR_S, 15 * HOUR_S))
    assert cut_to(rows, ((1, 2),), span).start_s.tolist() == [13 * HOUR_S + 1]
    assert cut_to(rows, ((18, 24),), span).end_s.tolist() == [12 * HOUR_S + 1]


def test_links_without_hours_keep_their_contacts():
    rows = contacts((0, 0, 0, 60), (0, 1, 0, 60), (0, 2, 0, 60))
    links = [RELAY, station(hours_utc=((12, 13),)), station("open")]
    offers = lk.within_openings(rows, links, SPAN, [])
    assert offers.link.tolist() == [0, 2]
    assert lk.within_openings(rows, [RELAY, station(), station("B")], SPAN, []) is rows


def at(day, hour=0):
    return datetime(2024, 3, day, hour, tzinfo=UTC)


def test_a_member_works_from_and_until_its_dates():
    span = Span(at(10), 5 * 86_400.0)
    rows = contacts(*((0, 0, (24 * n + 23) * HOUR_S, (24 * n + 25) * HOUR_S) for n in range(4)))
    joins = lk.within_openings(rows, [station(from_utc=at(12))], span, ())
    assert np.allclose(edges_h(joins), [[48, 49], [71, 73], [95, 97]])
    leaves = lk.within_openings(rows, [station(until_utc=at(12))], span, ())
    assert np.allclose(edges_h(leaves), [[23, 25], [47, 48]])
    week = lk.within_openings(rows, [station(from_utc=at(11), until_utc=at(13))], span, ())
    assert np.allclose(edges_h(week), [[24, 25], [47, 49], [71, 72]])
    assert not week.cut.any()


def test_dates_beyond_the_span_change_nothing_or_leave_nothing():
    span = Span(at(10), 86_400.0)
    rows = contacts((0, 0, 0.0, HOUR_S))
    held = lk.within_openings(rows, [station(from_utc=at(1), until_utc=at(30))], span, ())
    assert np.allclose(edges_h(held), [[0, 1]])
    for dates in ({"from_utc": at(20)}, {"until_utc": at(9)}):
        assert len(lk.within_openings(rows, [station(**dates)], span, ())) == 0


def test_hours_and_dates_of_a_relay_hold_together():
    span = Span(at(10), 2 * 86_400.0)
    rows = contacts((0, 0, 0.0, 48 * HOUR_S))
    relay = RELAY.model_copy(update={"hours_utc": ((6.0, 12.0),), "until_utc": at(11, 9)})
    assert np.allclose(edges_h(lk.within_openings(rows, [relay], span, ())), [[6, 12], [30, 33]])


@given(st.lists(st.integers(0, 23), min_size=2, max_size=6, unique=True), st.integers(0, 23))
@settings(max_examples=50, deadline=None)
def test_an_instant_is_kept_if_the_clock_says_open(hours, start_h):
    # Neighbouring hours of a day make disjoint intervals, the last one over midnight.
    order = sorted(hours)
    pairs = [*zip(order[1:-1:2], order[2::2], strict=False), (order[-1], order[0])]
    span = Span(datetime(2016, 12, 30, start_h, tzinfo=UTC), 3 * 86_400.0)
    rows = contacts((0, 0, 0.0, span.duration_s))
    offers = cut_to(rows, tuple(pairs), span)
    for at_s in np.arange(0.0, span.duration_s, 1_234.5):
        clock = span.utc(at_s)
        hour = clock.hour + clock.minute / 60 + clock.second / 3_600
        is_open = any(a <= hour < b if a < b else hour >= a or hour < b for a, b in pairs)
        assert ((offers.start_s <= at_s) & (at_s < offers.end_s)).any() == is_open


def test_a_piece_without_the_culmination_has_its_own():
    # Hours that shut at the culmination of the first contact, and a little before it.
    whole = find_contacts(TRACKS, [station()], end_s=SPAN.duration_s)
    top_h = whole.culmination_s[0] / HOUR_S
    offers = cut_to(whole, ((0, top_h - 0.01), (top_h + 0.02, 24)), SPAN, TRACKS)
    assert len(offers) >= len(whole)
    assert (offers.culmination_s >= offers.start_s).all()
    assert (offers.culmination_s <= offers.end_s).all()
    assert offers.culmination_s[0] == pytest.approx(offers.end_s[0], abs=1e-6)
    assert offers.culmination_s[1] == pytest.approx(offers.start_s[1], abs=1e-6)
    look = look_angles(
        satellite_positions(TRACKS[0], offers.start_s[1:2]),
        latitude_deg=78.23,
        longitude_deg=15.4,
    )
    assert offers.max_elevation_deg[1] == pytest.approx(look.elevation_deg[0], abs=1e-6)
    assert offers.max_elevation_deg[1] < whole.max_elevation_deg[0]
    kept = np.isin(offers.culmination_s, whole.culmination_s)
    assert kept.sum() >= len(whole) - 4


# rated_rows


def rated(rows, links, *tables, wait=0.0, **more):
    return lk.rated_rows(
        rows, links, tables, TRACKS, acquisition_s=np.full(len(links), wait), **more
    )


def test_a_fixed_rate_is_one_row_up_to_what_the_link_receives():
    links = [station(receivers=({"band": "S"},)), station("B", max_rate_mbps=50.0)]
    rows = contacts((1, 0, 300, 400), (0, 1, 100, 200), (0, 0, 500, 600))
    fast, slow = satellite(downlink_rate_mbps=100.0), satellite(downlink_rate_mbps=20.0)
    pieces = rated(rows, links, fast, slow)
    assert pieces.contact.tolist() == [1, 0, 2]
    assert pieces.satellite.tolist() == [0, 1, 0]
    assert pieces.link.tolist() == [1, 0, 0]
    assert pieces.start_s.tolist() == [100, 300, 500]
    assert pieces.end_s.tolist() == [200, 400, 600]
    assert pieces.rate_bps.tolist() == [50e6, 20e6, 100e6]


def test_acquisition_carries_nothing_unless_the_contact_is_under_way():
    rows = contacts((0, 0, 0, 100), (0, 0, 200, 300), (0, 0, 400, 430))
    rows.cut[0, 0] = True
    pieces = rated(rows, [station()], satellite(downlink_rate_mbps=8.0), wait=30.0)
    assert pieces.start_s.tolist() == [0, 230]
    assert lk.carrying_from_s(rows, [30.0]).tolist() == [0, 230, 430]


def test_the_best_band_that_the_link_receives_counts():
    table = satellite(
        transmitters=({"band": "S", "rate_mbps": 4.0}, {"band": "X", "rate_mbps": 200.0})
    )
    links = [
        station(),
        station("B", receivers=({"band": "S"},)),
        station("C", receivers=({"band": "S"}, {"band": "X"})),
        station("D", receivers=({"band": "Ka"},)),
    ]
    rows = contacts(*((0, n, 100 * n, 100 * n + 50) for n in range(4)))
    pieces = rated(rows, links, table)
    assert pieces.link.tolist() == [0, 1, 2]
    assert pieces.rate_bps.tolist() == [200e6, 4e6, 200e6]


def budget_bps(range_km, receiver=DISH, table=X_BUDGET):
    """What the X-band budget carries, margin 3 dB by default."""
    return achievable_rate_bps(
        LinkBudget(
            range_km=range_km,
            power_w=table["power_w"],
            transmit_gain_dbi=table["antenna_gain_dbi"],
            receive_gain_dbi=receiver["antenna_gain_dbi"],
            noise_temperature_k=receiver["noise_temperature_k"],
            frequency_ghz=table["frequency_ghz"],
            required_eb_n0_db=table["required_eb_n0_db"],
            losses_db=table["losses_db"],
            margin_db=3.0,
        )
    )


def ranges_km(path, at_s):
    place = satellite_positions(path, np.atleast_1d(np.asarray(at_s, dtype=np.float64)))
    return look_angles(place, latitude_deg=78.23, longitude_deg=15.4).slant_range_km


DISHED = station(receivers=(DISH,))
BUDGETS = [satellite(transmitters=(X_BUDGET,))] * 2


@pytest.fixture(scope="module")
def whole():
    """Return the contacts of both satellites, whole."""
    return find_contacts(TRACKS, [DISHED], end_s=SPAN.duration_s)


def test_a_budget_has_the_rate_of_the_farther_end_of_each_piece(whole):
    pieces = rated(whole, [DISHED], *BUDGETS)
    for number in range(len(whole)):
        rows = np.flatnonzero(pieces.contact == number)
        start, end = whole.start_s[number], whole.end_s[number]
        edges = np.linspace(start, end, int(np.ceil((end - start) / 30.0)) + 1)
        assert np.allclose(pieces.start_s[rows], edges[:-1])
        assert np.allclose(pieces.end_s[rows], edges[1:])
        far = ranges_km(TRACKS[whole.satellite[number]], edges)
        assert np.allclose(pieces.rate_bps[rows], budget_bps(np.maximum(far[:-1], far[1:])))
    assert (np.diff(pieces.start_s) >= 0).all()


def test_no_piece_promises_more_than_the_budget_at_any_instant(whole):
    pieces = rated(whole, [DISHED], *BUDGETS)
    for share in np.random.default_rng(4).random(20):
        at_s = pieces.start_s + share * (pieces.end_s - pieces.start_s)
        for number in (0, 1):
            of_satellite = pieces.satellite == number
            allowed = budget_bps(ranges_km(TRACKS[number], at_s[of_satellite]))
            assert (pieces.rate_bps[of_satellite] <= allowed * (1 + 1e-9)).all()


def test_shorter_pieces_come_nearer_to_the_budget_from_below(whole):
    exact_bits = 0.0
    for satellite_number, start, end in zip(
        whole.satellite, whole.start_s, whole.end_s, strict=True
    ):
        at_s = np.linspace(start, end, 4_001)
        exact_bits += np.trapezoid(budget_bps(ranges_km(TRACKS[satellite_number], at_s)), at_s)
    shares = []
    for piece_s in (30.0, 15.0, 5.0, 1.0, 0.2):
        pieces = rated(whole, [DISHED], *BUDGETS, piece_s=piece_s)
        shares.append((pieces.rate_bps * (pieces.end_s - pieces.start_s)).sum() / exact_bits)
    assert (np.diff(shares) > 0).all()
    assert 0.8 < shares[0] < shares[-1] < 1.0 + 1e-6
    assert shares[-1] > 0.998


def test_pieces_at_the_greatest_rate_are_one_row(whole):
    slow = satellite(transmitters=({**X_BUDGET, "rate_mbps": 1.0},))
    pieces = rated(whole, [DISHED], slow, slow)
    assert sorted(pieces.contact) == list(range(len(whole)))
    assert (pieces.rate_bps == 1e6).all()
    ceiling = DISHED.model_copy(update={"max_rate_mbps": 2.0})
    pieces = rated(whole, [ceiling], *BUDGETS)
    assert len(pieces) == len(whole)
    assert (pieces.rate_bps == 2e6).all()


def test_the_best_transmitter_counts_in_each_piece(whole):
    far_bps = float(budget_bps(1_500.0))
    two = satellite(transmitters=(X_BUDGET, {"band": "S", "rate_mbps": far_bps / 1e6}))
    link = station(receivers=(DISH, {"band": "S"}))
    pieces = rated(whole, [link], two, two)
    alone = rated(whole, [DISHED], *BUDGETS)
    bits = (pieces.rate_bps * (pieces.end_s - pieces.start_s)).sum()
    expected_bits = (np.maximum(alone.rate_bps, far_bps) * (alone.end_s - alone.start_s)).sum()
    assert bits == pytest.approx(expected_bits)
    assert pieces.rate_bps.min() == pytest.approx(far_bps)
    assert pieces.rate_bps.max() > far_bps


def test_the_range_to_a_relay_is_to_its_place():
    relay = RELAY.model_copy(update={"receivers": DISHED.receivers})
    contacts = find_contacts(TRACKS[:1], [relay], end_s=SPAN.duration_s)
    pieces = rated(contacts, [relay], *BUDGETS)
    edges = np.stack([pieces.start_s, pieces.end_s])
    line_m = [satellite_positions(TRACKS[0], row) - relay_position_m(95.0) for row in edges]
    far_km = np.linalg.norm(line_m, axis=2).max(axis=0) / 1e3
    # Where the range is greatest two pieces share their farther end, and are one row.
    single = pieces.end_s - pieces.start_s < 30.5
    assert 0 < (~single).sum() < 50
    assert np.allclose(pieces.rate_bps[single], budget_bps(far_km)[single])
    middle_m = satellite_positions(TRACKS[0], edges.mean(axis=0)) - relay_position_m(95.0)
    at_middle = budget_bps(np.linalg.norm(middle_m, axis=1) / 1e3)
    assert (pieces.rate_bps <= at_middle * (1 + 1e-4)).all()


def test_a_budget_needs_the_numbers_of_a_downlink_alone(whole):
    bare = station(receivers=({"band": "X"},))
    with pytest.raises(ValueError, match="Svalbard gives no antenna_gain_dbi"):
        rated(whole, [bare], *BUDGETS)
    uplink = station(receivers=({"band": "X"},), roles=("command",))
    assert len(rated(whole, [uplink], *BUDGETS)) == 0


def test_nothing_comes_of_nothing():
    assert len(rated(contacts(), [])) == 0
    assert len(rated(contacts((0, 0, 5, 5)), [station()], satellite(downlink_rate_mbps=1.0))) == 0
