"""A second, plain way to decay: an orbit integrated in space, force by force, in small steps.

Shares with the package only the table of densities. Central body and J2 of WGS72, drag of air that
turns with the Earth, the Sun's pull as the difference of two attractions; metres and seconds.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.orbits.density import density_kg_m3

MU, RADIUS_M, J2 = 3.986008e14, 6_378_135.0, 0.001082616
OMEGA = 7.292115e-5
A_M, F = 6_378_137.0, 1.0 / 298.257223563


def length(vector):
    """Return lengths (..., 1) of vectors (..., 3)."""
    return np.sqrt((vector * vector).sum(axis=-1, keepdims=True))


def height_m(r):
    """Height (C, 1) over the ellipsoid at places (C, 3), good to metres at these heights."""
    radius = length(r)
    sine2 = (r[:, 2:] / radius) ** 2
    e2 = F * (2.0 - F)
    return radius - A_M * np.sqrt((1.0 - e2) / (1.0 - e2 * (1.0 - sine2)))


def acceleration(r, v, ballistic_m2_kg, f107, ap):
    """Acceleration (C, 3) of satellites by place and speed; each has a coefficient of drag (C,)."""
    radius = length(r)
    z2 = 5.0 * r[:, 2:] ** 2 / radius**2
    central = -MU * r / radius**3
    bulge = 1.5 * J2 * MU * RADIUS_M**2 / radius**5 * r * (z2 - np.array([1.0, 1.0, 3.0]))
    activity = (np.full(len(r), value) for value in (f107, ap))
    density = density_kg_m3(height_m(r) / 1e3, *activity)
    wind = v - OMEGA * np.stack([-r[:, 1], r[:, 0], np.zeros(len(r))], axis=1)
    return central + bulge - 0.5 * density * ballistic_m2_kg[:, None] * length(wind) * wind


def flown(r, v, seconds, step_s, forces: Callable):
    """Positions and velocities (N, C, 3) every step, by the classical method of Runge and Kutta."""
    states = [np.concatenate([r, v], axis=1)]

    def rate(y):
        return np.concatenate([y[:, 3:], forces(y[:, :3], y[:, 3:])], axis=1)

    for _ in range(round(seconds / step_s)):
        y = states[-1]
        a = rate(y)
        b = rate(y + 0.5 * step_s * a)
        c = rate(y + 0.5 * step_s * b)
        d = rate(y + step_s * c)
        states.append(y + step_s / 6.0 * (a + 2.0 * b + 2.0 * c + d))
    table = np.array(states)
    return table[..., :3], table[..., 3:]


def mean_axis_km(r, v):
    """The semi-major axes (C,), km, averaged over all states (N, C, 3): whole revolutions."""
    energy = 0.5 * (v**2).sum(axis=2) - MU / np.linalg.norm(r, axis=2)
    return (-0.5 * MU / energy).mean(axis=0) / 1e3


def inclination_rate_by_gravity(
    axis_m: float, inclination: float, node: float, sun_m, mu_sun: float
) -> float:
    """The rate of inclination, rad/s, by a third body, from its forces at points of a circle."""
    n, total = np.sqrt(MU / axis_m**3), 0.0
    node_way = np.array([np.cos(node), np.sin(node), 0.0])
    normal = np.array([np.sin(inclination) * np.sin(node),
                       -np.sin(inclination) * np.cos(node), np.cos(inclination)])  # fmt: skip
    ahead = np.cross(normal, node_way)
    angles = np.linspace(0.0, 2.0 * np.pi, 360, endpoint=False)
    for u in angles:
        r = axis_m * (np.cos(u) * node_way + np.sin(u) * ahead)
        apart = sun_m - r
        pull = mu_sun * (apart / np.linalg.norm(apart) ** 3 - sun_m / np.linalg.norm(sun_m) ** 3)
        # Gauss' equation: r cos u / (n a^2) times the force across the plane.
        total += axis_m * np.cos(u) / (n * axis_m**2) * (pull @ normal)
    return total / len(angles)
