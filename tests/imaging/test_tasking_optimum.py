"""How much the greedy choice of pictures gives away to the best one."""

import importlib

import numpy as np
import pytest

from simulator.earth.site_index import sites
from simulator.errors import InputError
from simulator.imaging.tasking import Limits, Opportunities, task
from simulator.imaging.tasking_optimum import task_exact
from simulator.orbits.builders import sun_synchronous
from simulator.orbits.tracks import track
from tests.made_opportunities import (
    EVEN,
    LATITUDE,
    PLACES,
    SPAN,
    TRACKS,
    checked,
    opportunities_of,
    whole,
)


def small_case(random):
    start = random.integers(0, len(whole()) - 10)
    chosen = np.arange(start, start + 10)
    opportunities = Opportunities(*(getattr(whole(), name)[chosen] for name in vars(whole())))
    limit = Limits(
        slew_rate_deg_s=float(random.uniform(0.1, 1.5)),
        settling_s=float(random.uniform(0.0, 15.0)),
        collection_s=float(random.uniform(0.0, 10.0)),
        pictures_per_orbit=int(random.integers(2, 6)),
    )
    return opportunities, limit, random.integers(1, 4, len(LATITUDE))


def weight(tasks, opportunities, priority):
    return int(priority[opportunities.target[tasks.opportunity]].sum())


@pytest.mark.slow
def test_the_greedy_choice_stays_near_the_best_one():
    random = np.random.default_rng(11)
    shares = []
    for _ in range(40):
        opportunities, limit, priority = small_case(random)
        greedy = task(opportunities, [limit] * 2, priority, TRACKS, PLACES)
        exact = task_exact(opportunities, [limit] * 2, priority, TRACKS, PLACES)
        checked(exact, limit, opportunities)
        reached, ideal = (
            weight(greedy, opportunities, priority),
            weight(exact, opportunities, priority),
        )
        assert reached <= ideal
        shares.append(reached / ideal)
    # Measured: the best weight in 27 of 40 cases, 93 % of it on average, 57 % at worst.
    assert np.mean(shares) > 0.9 and np.min(shares) > 0.5


def scattered_case(seed):
    """Return up to 12 accesses to up to 12 places within 0.5 to 4 degrees of a centre."""
    random = np.random.default_rng(seed)
    count, reach = int(random.integers(6, 13)), random.uniform(0.5, 4.0)
    centre = random.uniform(30.0, 45.0), random.uniform(120.0, 140.0)
    places = sites(*(middle + random.uniform(-reach, reach, count) for middle in centre))
    elements = sun_synchronous("s", SPAN.start, altitude_km=500.0, ltan_h=10.5)
    path = track(elements, SPAN)
    every = opportunities_of([path], places, cone_deg=35.0)
    opportunities = Opportunities(*(column[:12] for column in vars(every).values()))
    limit = Limits(
        slew_rate_deg_s=float(random.uniform(0.5, 4.0)),
        settling_s=float(random.uniform(0.0, 10.0)),
        collection_s=float(random.uniform(0.0, 8.0)),
        pictures_per_orbit=None if seed % 3 else 4,
    )
    priority = random.integers(1, 6, count) if seed % 2 else np.ones(count, dtype=int)
    return opportunities, limit, priority, path, places


def greedy_and_best(seed, grid_s=5.0):
    """Return the weights of both choices, None for a case with nothing to choose."""
    opportunities, limit, priority, path, places = scattered_case(seed)
    if len(opportunities) < 2:
        return None
    inputs = ([limit], priority, [path], places)
    greedy, exact = task(opportunities, *inputs), task_exact(opportunities, *inputs, grid_s=grid_s)
    return weight(greedy, opportunities, priority), weight(exact, opportunities, priority)


def gaps(seeds, grid_s=5.0):
    pairs = np.array(list(filter(None, (greedy_and_best(seed, grid_s) for seed in seeds))))
    assert (pairs[:, 0] <= pairs[:, 1]).all()
    return 1.0 - pairs[:, 0] / pairs[:, 1]


def test_the_greedy_choice_is_never_above_the_best_nor_far_below():
    lost = gaps(range(10), grid_s=10.0)
    assert 0.0 < lost.mean() < 0.15


@pytest.mark.slow
def test_the_greedy_choice_gives_away_a_fourteenth_of_the_weight():
    # Measured over seeds 0 to 199, 176 of them with two accesses or more: 7.0 % on average, 22 %
    # at the ninetieth percentile, nothing in 53 % of cases.
    lost = gaps(range(24))
    assert 0.02 < lost.mean() < 0.12 and lost.max() < 0.4


def test_the_worst_of_those_cases_loses_three_eighths():
    # Pictures on their best looks leave gaps too short for those between.
    assert greedy_and_best(145) == (15, 24)
    # Priorities all alike: two of three.
    assert greedy_and_best(44) == (2, 3)


def test_no_share_of_the_best_choice_is_sure():
    # A picture early in service and far aside keeps a slow camera from four that lie together and
    # are open for some seconds only; moved by half a minute it would let them all be taken.
    latitude = np.append(37.0, 37.0 + 0.01 * np.arange(4))
    places = sites(latitude, np.append(129.5, np.full(4, 127.0)))
    accesses = opportunities_of(TRACKS[:1], places, cone_deg=50.0)
    first = accesses.start_s < accesses.start_s[0] + 600.0
    accesses = Opportunities(*(column[first] for column in vars(accesses).values()))
    middle = accesses.best_s[accesses.target == 0][0]
    short = accesses.target != 0
    opportunities = Opportunities(
        accesses.satellite,
        accesses.target,
        np.where(short, middle - 6.0, accesses.start_s),
        np.where(short, middle + 6.0, accesses.end_s),
        np.where(short, middle, accesses.best_s),
    )
    inputs = ([Limits(slew_rate_deg_s=1.0)], np.ones(5, dtype=int), TRACKS[:1], places)
    assert len(task(opportunities, *inputs)) == 1
    assert len(task_exact(opportunities, *inputs)) == 5


def test_the_best_choice_needs_scipy_and_few_candidates(monkeypatch):
    limit = [Limits(settling_s=1.0)] * 2
    with pytest.raises(InputError, match="too many"):
        task_exact(whole(), limit, EVEN, TRACKS, PLACES, grid_s=1e-3)

    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(InputError, match=r"simulator\[sweep\]"):
        task_exact(whole(), limit, EVEN, TRACKS, PLACES)
