"""A low orbit, an eccentric one and a grid of cells that their planes of look cross."""

from datetime import UTC, datetime

import numpy as np

from simulator.access import strips as swaths
from simulator.earth.site_index import sites
from simulator.earth.time import Span
from simulator.imaging import strip_plans
from simulator.orbits import builders
from simulator.orbits import elements as orbits
from simulator.orbits.tracks import track
from simulator.units import DAY_S
from tests.made_surveys import plane_grid

EPOCH = datetime(2023, 11, 21, tzinfo=UTC)
SPAN = Span(EPOCH, 3.0 * DAY_S)
T = SPAN.duration_s
ORBIT = builders.sun_synchronous("a", EPOCH, altitude_km=500.0, ltan_h=10.5)
ECCENTRIC = orbits.keplerian(
    "e",
    EPOCH,
    orbits.KeplerElements(perigee_km=300.0, apogee_km=3_000.0, inclination_deg=63.4),
)
PATHS = {"low": track(ORBIT, SPAN), "eccentric": track(ECCENTRIC, SPAN)}
ELEMENTS = {"low": ORBIT, "eccentric": ECCENTRIC}
PATH = PATHS["low"]
LATITUDE, LONGITUDE = np.array([39.04, 0.0, 65.0, -45.0]), np.array([125.71, 179.99, -180.0, 10.0])
PLACES = sites(LATITUDE, LONGITUDE)
GRID = plane_grid([[(122.0, 34.0), (132.0, 34.0), (132.0, 43.0), (122.0, 43.0)]],
                     resolution_km=25.0)  # fmt: skip


def found_crossings(places=PLACES, path=PATH, max_roll_deg=45.0):
    return swaths.crossings(path, places, max_roll_deg=max_roll_deg, start_s=0.0, end_s=T)


AGILE = strip_plans.Agility(half_angle_deg=1.4, max_roll_deg=30.0, period_s=5_670.0)
