"""Windows at a level of interpretability against dense samples of the equation."""

from datetime import UTC, datetime

import numpy as np
import pytest

from simulator import intervals
from simulator.access.search import View, find_accesses
from simulator.earth.site_index import sites
from simulator.earth.time import Span
from simulator.imaging import quality
from simulator.orbits import builders
from simulator.orbits.tracks import track
from simulator.revisit import site_figures
from simulator.units import DAY_S
from tests.reference import brute

EPOCH = datetime(2023, 11, 21, 3, 30, tzinfo=UTC)
SPAN = Span(EPOCH, 3.0 * DAY_S)
T = SPAN.duration_s
PLACE = sites(39.0, 125.7)
ORBIT = builders.sun_synchronous("a", EPOCH, altitude_km=500.0, ltan_h=10.5)


@pytest.mark.parametrize("level", [3.0, 4.0])
def test_windows_at_a_level_of_interpretability_are_those_of_the_equation(level):
    place = brute.site(39.0, 125.7)
    path = track(ORBIT, SPAN)
    bound = site_figures.tilted_sample_per_m(level, gsd_nadir_m=0.8, reference_altitude_km=500.0)
    view = View(min_elevation_deg=5.0, tilted_sample_per_m=bound)
    computed = find_accesses(path, PLACE, view, start_s=0.0, end_s=T).of(0)

    def holds(t_s):
        where = brute.earth_fixed(ORBIT, SPAN, t_s)
        elevation = np.maximum(brute.elevation_deg(where, place), 0.1)
        image_m = quality.gsd_along_m(
            gsd_nadir_m=0.8,
            reference_altitude_km=500.0,
            slant_range_km=np.linalg.norm(where - place[0], axis=1) / 1e3,
        )
        return (elevation >= 5.0) & (quality.niirs_giqe5(image_m, elevation_deg=elevation) >= level)

    expected = brute.windows(holds, T, 2.0)
    every = find_accesses(path, PLACE, View(min_elevation_deg=5.0), start_s=0.0, end_s=T)
    assert 0 < len(expected) <= len(every)
    assert intervals.total_s(expected) < 0.95 * intervals.total_s(every.of(0))
    assert np.abs(expected - computed).max() < 1e-4
    with pytest.raises(ValueError, match="min_niirs is 10"):
        site_figures.tilted_sample_per_m(10.0, gsd_nadir_m=1.0, reference_altitude_km=500.0)
