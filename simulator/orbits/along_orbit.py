"""Air and its drag at the points of revolutions, compiled: long formulas of many small arrays.

Rows are cases (C,), columns the points (P,) of a revolution; units are those of `averaged`. Sines,
powers and exponentials come from NumPy, which computes many at once, and go through here as arrays.
Products are taken from the left, so that the last digit is that of the same formula in NumPy.
"""

from __future__ import annotations

import math

from simulator.compiled import compiled
from simulator.earth import EARTH_RATE_RAD_S
from simulator.orbits.averaged import J2, WGS84_E2, WGS84_KM
from simulator.orbits.polynomials import Floats, step_at
from simulator.scenario import MU_WGS72_KM3_S2, RADIUS_WGS72_KM

Nodes = tuple[Floats, Floats, Floats]
Place = tuple[int, float]


@compiled(inline=True)
def _place(nodes: Floats, value: float) -> Place:
    """Return the interval of a value among nodes, and the share of it that lies below."""
    k = step_at(nodes, value)
    return k, (value - nodes[k]) / (nodes[k + 1] - nodes[k])


@compiled(inline=True)
def _place_within(nodes: Floats, value: float) -> Place:
    """Return the place of a value, of one beyond the nodes that of the outermost."""
    k, share = _place(nodes, value)
    return k, min(max(share, 0.0), 1.0)


@compiled
def log_densities(
    height: Floats, f107: Floats, ap: Floats, nodes: Nodes, table: Floats, out: Floats
) -> None:
    """Fill out (C, P) with values of a table (H, F, A) at heights (C, P), F10.7 and Ap (C,).

    They are linear between the nodes of its axes, and go on as between the last two in height.
    """
    heights, fluxes, storms = nodes
    for c in range(height.shape[0]):
        f, of_flux = _place_within(fluxes, f107[c])
        a, of_storm = _place_within(storms, ap[c])
        for p in range(height.shape[1]):
            h, of_height = _place(heights, height[c, p])
            total = 0.0
            for up in range(2):
                high = of_height if up else 1.0 - of_height
                for more in range(2):
                    active = high * (of_flux if more else 1.0 - of_flux)
                    total += active * (1.0 - of_storm) * table[h + up, f + more, a]
                    total += active * of_storm * table[h + up, f + more, a + 1]
            out[c, p] = total


@compiled
def heights(shape: Floats, cosines: Floats, around: Floats, out: Floats) -> None:
    """Fill out (2, C, P) with heights over the ellipsoid, km, and cosines squared of latitude's u.

    `shape` (5, C): Brouwer's axis, Earth radii, the eccentricity that the Earth's shape leaves, one
    less its square, 3 cos^2 - 1 and sin^2 of inclination. `cosines` (P,) are those of eccentric
    anomaly; `around` (3, C, P) sine and cosine of u, the argument of latitude, and cosine of 2 u.
    """
    for c in range(around.shape[1]):
        axis, e, flatness, thrice, sine2 = (
            shape[0, c], shape[1, c], shape[2, c], shape[3, c], shape[4, c],
        )  # fmt: skip
        latus, root = axis * flatness, math.sqrt(flatness)
        short = 0.5 * J2 / latus
        stretch = 1.0 - 1.5 * short / latus * root * thrice
        swing = 0.5 * short * sine2
        for p in range(around.shape[2]):
            sine, cosine = around[0, c, p], around[1, c, p]
            radius = axis * (1.0 - e * cosines[p]) * stretch + swing * around[2, c, p]
            flat = 1.0 - WGS84_E2 * (1.0 - sine * sine * sine2)
            surface_km = WGS84_KM * math.sqrt((1.0 - WGS84_E2) / flat)
            out[0, c, p] = radius * RADIUS_WGS72_KM - surface_km
            out[1, c, p] = cosine * cosine


@compiled
def speeds(axis_km: Floats, eccentricity: Floats, cosines: Floats, out: Floats) -> None:
    """Fill out (C, P) with speeds, km/s, at points of eccentric anomaly of these cosines (P,)."""
    for c in range(out.shape[0]):
        slowest = 1.0 / axis_km[c]
        for p in range(out.shape[1]):
            radius = axis_km[c] * (1.0 - eccentricity[c] * cosines[p])
            out[c, p] = math.sqrt(MU_WGS72_KM3_S2 * (2.0 / radius - slowest))


@compiled
def drag_terms(
    air: Floats,
    cases: Floats,
    cosines: Floats,
    speed: Floats,
    cubed: Floats,
    cosine2: Floats,
    out: Floats,
) -> None:
    """Fill out (3, C, P) with what each point adds to the rates of axis, eccentricity, inclination.

    `air` (C, P) is density; `cases` (4, C) are axis, eccentricity, cosine of inclination and the
    coefficient of drag; `cosines` (P,) those of eccentric anomaly; `speed` (C, P), also `cubed`;
    `cosine2` (C, P) the squares of those of the argument of latitude.
    """
    points = air.shape[1]
    for c in range(air.shape[0]):
        axis, e, cosine, ballistic = cases[0, c], cases[1, c], cases[2, c], cases[3, c]
        for p in range(points):
            near = 1.0 - e * cosines[p]
            radius = axis * near
            weight = near / points
            wind = abs(1.0 - radius * EARTH_RATE_RAD_S * cosine / speed[c, p])
            # Square metres to square kilometres, cubic metres to cubic kilometres: a thousand is
            # left.
            along = 1e3 * air[c, p] * (wind * wind) * ballistic
            true = (cosines[p] - e) / near
            sideways = 0.5 * along / wind * radius * EARTH_RATE_RAD_S * cosine2[c, p]
            out[0, c, p] = along * (axis * axis) * cubed[c, p] / MU_WGS72_KM3_S2 * weight
            out[1, c, p] = along * speed[c, p] * (e + true) * weight
            out[2, c, p] = sideways * weight
