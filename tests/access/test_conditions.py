"""The bounds on how fast a condition's slope changes hold, on either side of it."""

import numpy as np
import pytest

from simulator.access import conditions

RNG = np.random.default_rng(5)


def _case():
    """Return a body in motion, the normal below it, and a site, all random."""
    place = RNG.normal(size=3)
    place *= RNG.uniform(6.6e6, 9e6) / np.linalg.norm(place)
    site = place + RNG.normal(size=3) * 4e5
    site *= 6.371e6 / np.linalg.norm(site)
    velocity, pull = RNG.normal(size=(2, 3))
    velocity *= RNG.uniform(3e3, 8e3) / np.linalg.norm(velocity)
    pull *= RNG.uniform(1.0, 9.0) / np.linalg.norm(pull)
    return place, velocity, pull, site


@pytest.mark.parametrize(
    ("kind", "limits"),
    [
        (conditions.ELEVATION, (-0.1, 0.0, 0.17, 0.9)),
        (conditions.OFF_NADIR, (0.3, 0.7, 0.99)),
        (conditions.NOT_OFF_NADIR, (0.3, 0.7, 0.99)),
    ],
)
def test_the_bend_of_a_condition_lies_within_its_bounds(kind, limits):
    share = 0.0
    for n in range(2_000):
        place, velocity, pull, site = _case()
        limit = limits[n % len(limits)]
        up = site / np.linalg.norm(site)

        def slope(t, place=place, velocity=velocity, pull=pull, site=site, up=up, limit=limit):
            where, moving = place + velocity * t + 0.5 * pull * t * t, velocity + pull * t
            radius = np.linalg.norm(where)
            normal = where / radius
            rate = (moving - normal * (normal @ moving)) / radius
            parts = (tuple(map(float, part)) for part in (where, moving, normal, rate, site, up))
            return conditions.condition(kind, limit, *parts)[1]

        bend = (slope(1e-2) - slope(-1e-2)) / 2e-2
        radius, fast = np.linalg.norm(place), float(np.linalg.norm(velocity))
        strong, range_m = float(np.linalg.norm(pull)), float(np.linalg.norm(place - site))
        # |n'| <= v / r, |n''| <= a / r + 3 (v / r)^2 for a vector of length one that turns so.
        turning = strong / radius + 3.0 * (fast / radius) ** 2
        bounds = (
            fast,
            strong,
            fast / radius,
            turning,
            radius,
            radius,
            strong + 2 * fast**2 / radius,
        )
        above, below = conditions.curvature(kind, limit, bounds, range_m, range_m)
        assert -below * (1.0 + 1e-6) <= bend <= above * (1.0 + 1e-6)
        share = max(share, bend / above, -bend / below)
    assert share > 0.5
