"""The stages of a study that look at regions depend on what they say they do."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from simulator import surveys
from simulator.scenario import loads
from simulator.stages import Study

SCENARIO = """
schema_version = 1
title = "Two days"
networks = []
[span]
start = 2023-11-24T00:00:00Z
days = 2.0
[[satellites]]
name = "M"
downlink_rate_mbps = 2.0
[satellites.sensor]
catalog = "ref_1m"
max_off_nadir_deg = 45.0
min_sun_elevation_deg = -90.0
[satellites.orbit]
kind = "sun-synchronous"
altitude_km = 500.0
ltdn_h = 10.5
[[regions]]
name = "box"
bounds_deg = {west = 124.0, south = 33.0, east = 131.0, north = 43.0}
resolution_km = 120.0
"""


def study(**changes):
    overrides = [f"{path.replace('__', '.')}={value}" for path, value in changes.items()]
    loaded = loads(SCENARIO, origin="test", folder=Path(), overrides=overrides)
    return Study(loaded.resolve())


@pytest.fixture(scope="module")
def plain():
    made = study()
    return made, surveys.region(made, made.scenario.regions[0])


def test_a_level_of_interpretability_is_the_sensor_with_that_least_level(plain):
    made, seen = plain
    found = surveys.level_figures(made, seen.cells.sites(), 4.5)
    bound = study(satellites__0__sensor__min_niirs="4.5")
    wanted = surveys.region(bound, bound.scenario.regions[0]).figures
    assert 0.0 < found.covered_s.sum() < seen.figures.covered_s.sum()
    np.testing.assert_array_equal(found.covered_s, wanted.covered_s)
    np.testing.assert_array_equal(found.revisit_max_s, wanted.revisit_max_s)


def test_a_level_below_the_sensors_own_changes_nothing():
    made = study(satellites__0__sensor__min_niirs="4.5")
    seen = surveys.region(made, made.scenario.regions[0])
    found = surveys.level_figures(made, seen.cells.sites(), 1.0)
    np.testing.assert_array_equal(found.covered_s, seen.figures.covered_s)


def test_a_higher_level_is_never_seen_longer(plain):
    made, seen = plain
    levels = [surveys.level_figures(made, seen.cells.sites(), n) for n in (1.0, 4.0, 4.6, 9.0)]
    for low, high in pairwise(levels):
        assert (high.covered_s <= low.covered_s + 1e-9).all()
        assert (high.revisit_max_s >= low.revisit_max_s - 1e-9).all()
    assert not levels[-1].ever_seen.any()
