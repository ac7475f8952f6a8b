"""Within a step, the condition told by its ends is that of the path itself."""

import numpy as np
import pytest

from simulator.access.conditions import ELEVATION, OFF_NADIR, condition_at, vectors
from simulator.access.step_quintics import at_end, condition_of, newton, rests, within
from simulator.earth import Span, sites
from simulator.orbits import by_component, coefficients, quintic, track
from tests.made_orbits import EPOCH, kepler

RNG = np.random.default_rng(31)
SHARES = np.linspace(0.0, 1.0, 9)
SITES = sites(RNG.uniform(-80.0, 80.0, 12), RNG.uniform(-180.0, 180.0, 12), 0.0)
ORBITS = {"low": (220.0, 220.0), "high": (35_786.0, 35_786.0), "eccentric": (500.0, 39_000.0)}


def ends_of(kind, path, step):
    """Return both ends of a step; elevations do not ask for the normal below the body."""
    bodies = vectors(path.state[step]), vectors(path.state[step + 1])
    still = ((0.0, 0.0, 0.0),) * 3
    return bodies if kind == OFF_NADIR else tuple((*body[:3], *still) for body in bodies)


@pytest.mark.parametrize("orbit", ORBITS)
@pytest.mark.parametrize(("kind", "limit"), [(ELEVATION, 0.2), (OFF_NADIR, 0.7)])
def test_it_is_that_of_the_path(orbit, kind, limit):
    path = track(kepler(*ORBITS[orbit]), Span(EPOCH, 86_400.0))
    c = np.empty(36)
    for step in range(0, len(path.time_s) - 1, 37):
        h = path.time_s[step + 1] - path.time_s[step]
        coefficients(path.state[step], path.state[step + 1], h, c)
        body0, body1 = ends_of(kind, path, step)
        rest = rests(float(kind == ELEVATION), body0, body1, h)
        speed = np.linalg.norm(body0[1])
        for position, normal in zip(SITES.position_m, SITES.normal, strict=True):
            place = (*position, *normal)
            g0, square0 = at_end(float(kind == ELEVATION), body0, place[:3], place[3:])
            g1, square1 = at_end(float(kind == ELEVATION), body1, place[:3], place[3:])
            g, square = quintic(*g0, *g1, h), quintic(*square0, *square1, h)
            for u in SHARES:
                inside = within(g, square, rest, u, 1.0 / h)
                f, df, _ = condition_of(limit, *inside)
                np.testing.assert_allclose(newton(limit, *inside), (f, df, 1.0 / df), rtol=1e-6)
                exact, slope, _ = condition_at(kind, limit, by_component(c), h, u * h, place)
                # What the path moves by in ten nanoseconds.
                assert abs(f - exact) < 1e-8 * speed
                assert abs(df - slope) < 1e-6 * speed
