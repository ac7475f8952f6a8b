"""Ages by cell: a case on paper, the age of information of each cell's own pictures, the bound."""

from datetime import UTC, datetime

import numpy as np
import pytest

from simulator import ages, coverage, orbits
from simulator.access import View, Windows, closest_looks, find_accesses, sites
from simulator.delivery import Plan
from simulator.delivery.alone import alone
from simulator.ephemeris import track
from simulator.timeliness import age_of_information
from simulator.timescale import Span

EPOCH = datetime(2023, 11, 21, tzinfo=UTC)
DAYS = 4.0
SPAN = Span(EPOCH, DAYS * 86_400.0)
KOREA = [[(124.0, 33.0), (131.0, 33.0), (131.0, 43.0), (124.0, 43.0)]]
POLE = [[(-180.0, 80.0), (180.0, 80.0), (180.0, 90.0), (-180.0, 90.0)]]


def at_once(satellite, taken_s):
    return taken_s


def never(satellite, taken_s):
    return np.full(len(taken_s), np.inf)


def network(seed, *, per_day, delay_s, satellites=3):
    """A made-up network: contacts at random, delays of two kinds."""
    random = np.random.default_rng(seed)
    count = int(per_day * DAYS) * satellites
    start_s = random.uniform(0.0, SPAN.duration_s, count)
    plan = Plan(
        np.arange(count) % satellites,
        np.arange(count),
        start_s,
        start_s + random.uniform(60.0, 600.0, count),
        random.choice([2e7, 1e8], count),
        random.choice([0.0, delay_s], count),
    )
    each = [alone(plan, number, 2e9, span_s=SPAN.duration_s) for number in range(satellites)]
    return lambda satellite, taken_s: each[satellite](taken_s)


NETWORKS = {
    "few": network(1, per_day=2, delay_s=9_000.0),
    "many": network(2, per_day=15, delay_s=300.0),
    "bound": at_once,
    "none": never,
}


def watches():
    views = [
        View(max_off_nadir_deg=40.0, min_elevation_deg=5.0),
        View(max_off_nadir_deg=30.0, min_off_nadir_deg=10.0),
        View(max_off_nadir_deg=45.0, ground_sample_per_m=1e-6),
    ]
    allowed = [None, np.array([[0.0, 1e5], [1.5e5, 2.5e5]]), None]
    return [
        coverage.Watch(
            orbits.keplerian(
                f"s{number}",
                EPOCH,
                perigee_km=500.0,
                apogee_km=500.0 + 100.0 * number,
                inclination_deg=97.4 - 20.0 * number,
                raan_deg=70.0 * number,
            ),
            view,
            light,
        )
        for number, (view, light) in enumerate(zip(views, allowed, strict=True))
    ]


def pictures(places):
    """Return site, satellite and instant of every picture, each satellite searched at once."""
    rows = []
    for number, watch in enumerate(watches()):
        path = track(watch.elements, SPAN)
        found = find_accesses(
            path, places, watch.view, start_s=0.0, end_s=SPAN.duration_s, allowed=watch.allowed
        )
        best_s = closest_looks(path, places, found, by_elevation=False)
        rows.append(np.stack([found.site, np.full(len(found), number), best_s], axis=1))
    return np.concatenate(rows)


def same(one, other):
    return all(
        np.array_equal(values, getattr(other[name], field), equal_nan=True)
        for name, cells in one.items()
        for field, values in vars(cells).items()
    )


def test_two_satellites_and_two_networks_on_paper():
    # Taken at 10, 30 and 50 s of the satellites 0, 1, 0; home at 40, 35 and 90 s, or at once.
    # Slow: unknown until 35 s; then the picture of 30 s, 5 to 60 s old; the first comes too late
    # to be the newest; from 90 to 100 s the last, 40 to 50 s old. (55 x 32.5 + 10 x 45) / 65.
    # At once: 0 to 20, 0 to 20, 0 to 50 s old: (20 x 10 + 20 x 10 + 50 x 25) / 90.
    found = [(windows_of(len(t)), t) for t in (np.array([10.0, 50.0]), np.array([30.0]))]
    home = {0: np.array([40.0, 90.0]), 1: np.array([35.0])}
    table = ages._ages(found, 2, 100.0, [lambda n, _: home[n], at_once, never])
    mean_s, max_s, unknown_s = np.moveaxis(table, 2, 0)
    means_s = [(55 * 32.5 + 10 * 45) / 65, 1650 / 90, np.nan]
    assert mean_s[:, 0] == pytest.approx(means_s, nan_ok=True)
    assert max_s[:, 0] == pytest.approx([60.0, 50.0, np.nan], nan_ok=True)
    assert unknown_s[:, 0].tolist() == [35.0, 10.0, 100.0]
    assert np.isnan(mean_s[:, 1]).all() and unknown_s[:, 1].tolist() == [100.0] * 3


def windows_of(count):
    """Windows of cell 0; the reduction takes nothing from them but the cell."""
    site, edge_s = np.zeros(count, np.int32), np.zeros(count)
    return Windows(site, edge_s, edge_s, np.zeros((count, 2), bool))


@pytest.mark.parametrize("outline", [KOREA, POLE], ids=["korea", "pole"])
def test_each_cell_has_the_age_of_information_of_its_own_pictures(outline):
    cells = coverage.grid(outline, resolution_km=250.0)
    places = cells.sites()
    found = ages.region_ages(watches(), places, SPAN, arrivals=NETWORKS)
    site, satellite, taken_s = pictures(places).T
    for name, arrival in NETWORKS.items():
        home_s = np.empty(len(site))
        for number in range(3):
            mine = satellite == number
            home_s[mine] = arrival(number, taken_s[mine])
        for cell in range(len(places)):
            own = site == cell
            wanted = age_of_information(taken_s[own], home_s[own], SPAN.duration_s)
            got = found[name]
            assert got.unknown_s[cell] == pytest.approx(wanted.undefined_s, abs=1e-6)
            for value, expected in (
                (got.age_mean_s[cell], wanted.mean_s),
                (got.age_max_s[cell], wanted.max_s),
            ):
                known = np.nan if expected is None else expected
                assert value == pytest.approx(known, rel=1e-9, nan_ok=True)
    assert np.isnan(found["none"].age_mean_s).all()
    assert np.isfinite(found["many"].age_mean_s).mean() > 0.5


def test_ages_do_not_depend_on_threads_or_chunks(monkeypatch):
    places = coverage.grid(KOREA, resolution_km=60.0).sites()
    one = ages.region_ages(watches(), places, SPAN, arrivals=NETWORKS, workers=1)
    assert same(one, ages.region_ages(watches(), places, SPAN, arrivals=NETWORKS, workers=5))
    monkeypatch.setattr(ages, "_LEAST_CHUNKS", 1)
    assert same(one, ages.region_ages(watches(), places, SPAN, arrivals=NETWORKS, workers=2))
    monkeypatch.setattr(ages, "_WINDOWS_A_CHUNK", 500)
    monkeypatch.setattr(ages, "_TRACKS_BYTES", 0)
    assert same(one, ages.region_ages(watches(), places, SPAN, arrivals=NETWORKS, workers=2))


def test_chunks_hold_each_cell_once():
    places = coverage.grid(POLE, resolution_km=100.0).sites()
    chunks = ages._chunks(places, 3, SPAN)
    assert len(chunks) == ages._LEAST_CHUNKS
    assert np.concatenate([np.arange(len(places))[c] for c in chunks]).tolist() == [
        *range(len(places))
    ]


def test_no_network_is_fresher_than_one_that_is_home_at_once():
    places = coverage.grid(KOREA, resolution_km=150.0).sites()
    found = ages.region_ages(watches(), places, SPAN, arrivals=NETWORKS)
    bound = found["bound"]
    for name in ("few", "many"):
        cells = found[name]
        some = np.isfinite(cells.age_mean_s)
        known_s = SPAN.duration_s - cells.unknown_s
        assert (cells.unknown_s >= bound.unknown_s).all()
        # The bound's sum of ages is over more of the span, and its age grows by at most a second
        # a second there: what it has beyond the network's first delivery is less.
        extra_s = cells.unknown_s - bound.unknown_s
        least = bound.age_mean_s * (SPAN.duration_s - bound.unknown_s) - 0.5 * extra_s**2
        assert (cells.age_mean_s * known_s >= least - 1e-3)[some].all()
        assert (cells.age_max_s >= cells.age_mean_s)[some].all()
        # The last picture home can only be older than the last one taken.
        assert (cells.age_max_s <= SPAN.duration_s)[some].all()


def test_a_region_without_cells_or_a_fleet_without_satellites_is_no_error():
    nothing = sites(np.empty(0), np.empty(0))
    found = ages.region_ages(watches(), nothing, SPAN, arrivals=NETWORKS)
    assert all(len(cells.age_mean_s) == 0 for cells in found.values())
    lonely = ages.region_ages([], sites([38.0], [127.0]), SPAN, arrivals=NETWORKS)
    assert lonely["bound"].unknown_s.tolist() == [SPAN.duration_s]
    assert ages.region_ages(watches(), sites([38.0], [127.0]), SPAN, arrivals={}) == {}


def test_a_fault_of_a_network_is_not_swallowed():
    def broken(satellite, taken_s):
        raise ValueError("no such satellite")

    with pytest.raises(ValueError, match="no such satellite"):
        ages.region_ages(watches(), sites([38.0], [127.0]), SPAN, arrivals={"x": broken})
