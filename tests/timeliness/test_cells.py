"""Ages and responses by cell: a case on paper, those of each cell's own pictures, the bounds."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from simulator.access import watch as coverage
from simulator.access.search import View, closest_looks, find_accesses
from simulator.delivery import Pictures, Plan
from simulator.delivery.single_picture import stored_arrivals
from simulator.earth.site_index import sites
from simulator.earth.time import Span
from simulator.intervals import union
from simulator.orbits import elements
from simulator.orbits.tracks import track
from simulator.revisit import batches, searching
from simulator.timeliness import cells as ages
from simulator.timeliness.cell_responses import Commands
from simulator.timeliness.sawtooth import (
    age_of_information,
    latest_command_s,
    system_response,
)
from simulator.timeliness.stages import CommandWait, response_delays
from simulator.workers import Threads
from tests.made_surveys import plane_grid

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
    """A made-up network: contacts at random, delays of two kinds, commands in every other."""
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
    each = [
        stored_arrivals(plan, number, 2e9, span_s=SPAN.duration_s) for number in range(satellites)
    ]
    windows = [
        union(np.stack([plan.start_s, plan.end_s], axis=1)[plan.satellite == number][::2])
        for number in range(satellites)
    ]
    COMMANDS[seed] = windows
    return ages.Service(lambda satellite, taken_s: each[satellite](taken_s), Commands(windows))


COMMANDS = {}
ALWAYS = [np.array([[0.0, SPAN.duration_s]])] * 3
NETWORKS = {
    "few": network(1, per_day=2, delay_s=9_000.0),
    "many": network(2, per_day=15, delay_s=300.0),
    "bound": ages.Service(at_once, Commands(ALWAYS)),
    "none": ages.Service(never, Commands(ALWAYS)),
    "deaf": ages.Service(at_once, Commands([np.empty((0, 2))] * 3)),
}
WINDOWS = {
    "few": COMMANDS[1],
    "many": COMMANDS[2],
    "bound": ALWAYS,
    "none": ALWAYS,
    "deaf": [np.empty((0, 2))] * 3,
}
COLLECTION_S = np.array([0.0, 30.0, 8.0])


def watches():
    views = [
        View(max_off_nadir_deg=40.0, min_elevation_deg=5.0),
        View(max_off_nadir_deg=30.0, min_off_nadir_deg=10.0),
        View(max_off_nadir_deg=45.0, ground_sample_per_m=1e-6),
    ]
    allowed = [None, np.array([[0.0, 1e5], [1.5e5, 2.5e5]]), None]
    return [
        coverage.Watch(
            elements.keplerian(
                f"s{number}",
                EPOCH,
                elements.KeplerElements(
                    perigee_km=500.0,
                    apogee_km=500.0 + 100.0 * number,
                    inclination_deg=97.4 - 20.0 * number,
                    raan_deg=70.0 * number,
                ),
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
        windows = find_accesses(
            path, places, watch.view, start_s=0.0, end_s=SPAN.duration_s, allowed=watch.allowed
        )
        best_s = closest_looks(path, places, windows, by_elevation=False)
        rows.append(np.stack([windows.site, np.full(len(windows), number), best_s], axis=1))
    return np.concatenate(rows)


def same(times, expected):
    return all(
        np.array_equal(values, getattr(expected[name], field), equal_nan=True)
        for name, cells in times.items()
        for field, values in vars(cells).items()
    )


def test_two_satellites_and_two_networks_on_paper():
    # Taken at 10, 30 and 50 s of the satellites 0, 1, 0; delivered at 40, 35 and 90 s, or at once.
    # Slow: unknown until 35 s; then the picture of 30 s, 5 to 60 s old; the first comes too late
    # to be the newest; from 90 to 100 s the last, 40 to 50 s old. (55 x 32.5 + 10 x 45) / 65.
    # At once: 0 to 20, 0 to 20, 0 to 50 s old: (20 x 10 + 20 x 10 + 50 x 25) / 90.
    at_s, satellite = np.array([10.0, 50.0, 30.0]), np.array([0, 0, 1])
    windows = batches.site_batch(
        np.zeros(3, np.int64), satellite, at_s, at_s, sites=2, span_s=100.0
    )
    looks = replace(windows, find_looks=lambda ordered: ordered.start_s)
    arrivals_s = {0: np.array([40.0, 90.0]), 1: np.array([35.0])}
    # Satellite 0 is commanded from 4 to 6 s and from 42 to 44, satellite 1 from 20 to 60.
    commands = Commands([np.array([[4.0, 6.0], [42.0, 44.0]]), np.array([[20.0, 60.0]])])
    free = Commands([np.array([[0.0, 100.0]])] * 2)
    pictures = ages.cell_pictures(looks, np.zeros(2))
    table = np.stack(
        [
            ages._figures(pictures, ages.Service(*service), 100.0)
            for service in ((lambda n, _: arrivals_s[n], commands), (at_once, free), (never, free))
        ]
    )
    mean_s, max_s, unknown_s, *response = np.moveaxis(table, 1, 0)
    means_s = [(55 * 32.5 + 10 * 45) / 65, 1650 / 90, np.nan]
    assert mean_s[:, 0] == pytest.approx(means_s, nan_ok=True)
    assert max_s[:, 0] == pytest.approx([60.0, 50.0, np.nan], nan_ok=True)
    assert unknown_s[:, 0].tolist() == [35.0, 10.0, 100.0]
    # Slow: requests up to 30 s get the picture delivered at 35 s, whatever the commands of
    # satellite 0: 5 to 35 s; those up to 44 s the last, 46 to 60 s; later ones nothing.
    # (30 x 20 + 14 x 53) / 44.
    # For a command they wait 200 s x s until 20 s, and 72 from 30 to 42. At once: (10 x 5 + 20 x
    # 10 + 20 x 10) / 50.
    whole, most, unanswered, command, collection, delivery = (part[:, 0] for part in response)
    assert whole == pytest.approx([1342 / 44, 9.0, np.nan], nan_ok=True)
    assert most == pytest.approx([60.0, 20.0, np.nan], nan_ok=True)
    assert unanswered.tolist() == [56.0, 50.0, 100.0]
    assert command == pytest.approx([272 / 44, 0.0, np.nan], nan_ok=True)
    assert delivery == pytest.approx([(30 * 5 + 14 * 40) / 44, 0.0, np.nan], nan_ok=True)
    assert collection == pytest.approx([(1342 - 272 - 710) / 44, 9.0, np.nan], nan_ok=True)
    absent = [number for number in range(9) if number not in (2, 5)]
    assert np.isnan(table[:, absent, 1]).all()
    assert (table[:, [2, 5], 1] == 100.0).all()


@pytest.mark.parametrize("outline", [KOREA, POLE], ids=["korea", "pole"])
def test_each_cell_has_the_age_and_response_of_its_own_pictures(outline):
    cells = plane_grid(outline, resolution_km=250.0)
    places = cells.sites()
    times = ages.cell_times(
        watches(), places, SPAN, services=NETWORKS, collection_s=COLLECTION_S.tolist()
    )
    site, satellite, best_s = pictures(places).T
    satellite = satellite.astype(int)
    begin_s, taken_s = (best_s + sign * 0.5 * COLLECTION_S[satellite] for sign in (-1, 1))
    for name, service in NETWORKS.items():
        delivered_s, latest_s = np.empty(len(site)), np.empty(len(site))
        for number in range(3):
            of_satellite = satellite == number
            delivered_s[of_satellite] = service.arrivals(number, taken_s[of_satellite])
            latest_s[of_satellite] = latest_command_s(
                begin_s[of_satellite], WINDOWS[name][number], 0.0
            )
        waits = [CommandWait(windows) for windows in WINDOWS[name]]
        for cell in range(len(places)):
            own = site == cell
            age = age_of_information(taken_s[own], delivered_s[own], SPAN.duration_s)
            response = system_response(latest_s[own], delivered_s[own], SPAN.duration_s)
            kept = Pictures(satellite[own], taken_s[own], np.ones(int(own.sum())))
            parts = response_delays(latest_s[own], kept, delivered_s[own], waits, SPAN.duration_s)
            weight_s = parts.weight_s or np.nan
            computed = {field: values[cell] for field, values in vars(times[name]).items()}
            expected = {
                "age_mean_s": age.mean_s,
                "age_max_s": age.max_s,
                "response_mean_s": response.mean_s,
                "response_max_s": response.max_s,
                "response_command_s": parts.command_s / weight_s,
                "response_collection_s": parts.collection_s / weight_s,
                "response_delivery_s": parts.delivery_s / weight_s,
            }
            assert computed.pop("age_unknown_s") == pytest.approx(age.undefined_s, abs=1e-6)
            unanswered_s = computed.pop("response_unknown_s")
            assert unanswered_s == pytest.approx(response.undefined_s, abs=1e-6)
            known = {n: np.nan if value is None else value for n, value in expected.items()}
            assert computed == pytest.approx(known, rel=1e-9, abs=1e-4, nan_ok=True)
    assert np.isnan(times["none"].age_mean_s).all()
    assert np.isnan(times["deaf"].response_mean_s).all()
    assert np.isfinite(times["deaf"].age_mean_s).any()
    assert np.isfinite(times["many"].age_mean_s).mean() > 0.5
    assert np.isfinite(times["many"].response_mean_s).mean() > 0.5


def test_figures_do_not_depend_on_threads_or_batches(monkeypatch):
    places = plane_grid(KOREA, resolution_km=60.0).sites()

    def by(threads):
        return ages.cell_times(watches(), places, SPAN, services=NETWORKS, workers=Threads(threads))

    serial = by(1)
    assert same(serial, by(5))
    monkeypatch.setattr(batches, "_WINDOWS_A_BATCH", 500)
    monkeypatch.setattr(searching, "_PATH_BYTES", 0)
    assert same(serial, by(2))


def test_no_network_is_fresher_than_one_that_delivers_at_once():
    places = plane_grid(KOREA, resolution_km=150.0).sites()
    times = ages.cell_times(watches(), places, SPAN, services=NETWORKS)
    bound = times["bound"]
    for name in ("few", "many"):
        cells = times[name]
        known = np.isfinite(cells.age_mean_s)
        known_s = SPAN.duration_s - cells.age_unknown_s
        assert (cells.age_unknown_s >= bound.age_unknown_s).all()
        # The bound's sum of ages is over more of the span, and its age grows by at most a second
        # a second there: what it has beyond the network's first delivery is less.
        extra_s = cells.age_unknown_s - bound.age_unknown_s
        least = bound.age_mean_s * (SPAN.duration_s - bound.age_unknown_s) - 0.5 * extra_s**2
        assert (cells.age_mean_s * known_s >= least - 1e-3)[known].all()
        assert (cells.age_max_s >= cells.age_mean_s)[known].all()
        # The last picture delivered can only be older than the last one taken.
        assert (cells.age_max_s <= SPAN.duration_s)[known].all()


def test_the_bound_of_the_response_is_the_wait_for_the_best_look_and_none_is_less():
    places = plane_grid(KOREA, resolution_km=150.0).sites()
    times = ages.cell_times(watches(), places, SPAN, services=NETWORKS)
    site, _, best_s = pictures(places).T
    for cell in range(len(places)):
        looks_s = np.sort(best_s[site == cell])
        bound = {name: values[cell] for name, values in vars(times["bound"]).items()}
        mean_s = waited(looks_s, looks_s[-1]) / looks_s[-1]
        unanswered_s = SPAN.duration_s - looks_s[-1]
        assert bound["response_unknown_s"] == pytest.approx(unanswered_s)
        assert bound["response_mean_s"] == pytest.approx(mean_s)
        assert bound["response_collection_s"] == pytest.approx(mean_s)
        assert bound["response_max_s"] == pytest.approx(np.diff(looks_s, prepend=0.0).max())
        for name in ("few", "many"):
            figures = {field: values[cell] for field, values in vars(times[name]).items()}
            assert figures["response_unknown_s"] >= unanswered_s - 1e-6
            if np.isfinite(figures["response_mean_s"]):
                # Requests that find an answer are all those until the last command.
                last_s = SPAN.duration_s - figures["response_unknown_s"]
                least = waited(looks_s, last_s)
                assert figures["response_mean_s"] * last_s >= least - 1e-3


def waited(looks_s, until_s):
    """The integral of the wait for the next look, from the start of the span to an instant."""
    since_s = np.append(0.0, looks_s[:-1])
    low_s, high_s = np.minimum(since_s, until_s), np.minimum(looks_s, until_s)
    return float(np.sum((high_s - low_s) * (looks_s - 0.5 * (low_s + high_s))))


def test_a_region_without_cells_or_a_fleet_without_satellites_is_no_error():
    nothing = sites(np.empty(0), np.empty(0))
    times = ages.cell_times(watches(), nothing, SPAN, services=NETWORKS)
    assert all(len(cells.age_mean_s) == 0 for cells in times.values())
    lonely = ages.cell_times([], sites([38.0], [127.0]), SPAN, services=NETWORKS)
    assert lonely["bound"].age_unknown_s.tolist() == [SPAN.duration_s]
    assert ages.cell_times(watches(), sites([38.0], [127.0]), SPAN, services={}) == {}


def test_a_fault_of_a_network_is_not_swallowed():
    def broken(satellite, taken_s):
        raise ValueError("no such satellite")

    faulty = {"x": ages.Service(broken, Commands(ALWAYS))}
    with pytest.raises(ValueError, match="no such satellite"):
        ages.cell_times(watches(), sites([38.0], [127.0]), SPAN, services=faulty)
