"""A search over the parts of a path that pass over places finds what one over all of it finds."""

import numpy as np
import pytest

from simulator.access.overhead import overflights
from simulator.access.search import View, find_accesses
from simulator.earth.site_index import sites
from simulator.earth.time import Span
from simulator.orbits.ephemerides import ephemeris
from simulator.orbits.tracks import track
from simulator.units import DAY_S
from tests.made_orbits import EPOCH, kepler

SPAN = Span(EPOCH, 3.0 * DAY_S)
T = SPAN.duration_s
ORBITS = {
    "low": kepler(500.0, 510.0, 97.4),
    "inclined": kepler(400.0, 700.0, 51.6),
    "molniya": kepler(600.0, 39_700.0, 63.4),
    "equatorial": kepler(700.0, 720.0, 0.0),
    "geostationary": kepler(35_780.0, 35_790.0, 0.1),
}
VIEWS = {
    "mask": View(min_elevation_deg=10.0),
    "horizon": View(),
    "cone": View(max_off_nadir_deg=30.0),
    # From perigee the cone leads the search, from apogee the horizon does.
    "wide cone": View(max_off_nadir_deg=55.0, min_elevation_deg=20.0),
    "high places": View(max_off_nadir_deg=62.0, min_elevation_deg=50.0),
}


def patch(south, north, west, east):
    latitude, longitude = np.meshgrid(np.linspace(south, north, 6), np.linspace(west, east, 6))
    return sites(latitude.ravel(), longitude.ravel(), 300.0)


PLACES = {
    "peninsula": patch(34.0, 43.0, 124.0, 130.0),
    "antimeridian": patch(-10.0, 10.0, 175.0, 190.0),
    "pole": patch(80.0, 90.0, -180.0, 150.0),
    "globe": patch(-85.0, 85.0, -180.0, 150.0),
    "one place": sites(78.23, 15.39),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("orbit", ORBITS)
def test_windows_are_those_of_the_whole_track(orbit, place):
    places, whole = PLACES[place], track(ORBITS[orbit], SPAN)
    path, caps = ephemeris(ORBITS[orbit], SPAN, start_s=0.0, end_s=T)
    for name, view in VIEWS.items():
        over = overflights(path, caps, view, least_radius_m=places.least_radius_m).over(places)
        found = find_accesses(over, places, view, start_s=0.0, end_s=T)
        expected = find_accesses(whole, places, view, start_s=0.0, end_s=T)
        for field in ("site", "start_s", "end_s", "cut"):
            close = np.allclose(getattr(found, field), getattr(expected, field), rtol=0, atol=1e-6)
            assert len(found) == len(expected) and close, name


def test_only_what_passes_over_is_searched():
    places, whole = PLACES["peninsula"], track(ORBITS["low"], SPAN)
    path, caps = ephemeris(ORBITS["low"], SPAN, start_s=0.0, end_s=T)
    overflight = overflights(path, caps, VIEWS["cone"], least_radius_m=places.least_radius_m)
    assert 0 < len(overflight.over(places).time_s) < 0.1 * len(whole.time_s)
    never = sites(89.0, 0.0)
    equatorial, caps = ephemeris(ORBITS["equatorial"], SPAN, start_s=0.0, end_s=T)
    overflight = overflights(equatorial, caps, VIEWS["cone"], least_radius_m=6.35e6)
    assert not len(overflight.over(never).time_s)
