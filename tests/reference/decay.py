"""A second, plain way to decay: an orbit integrated in space, force by force, in small steps.

Shares with the package only the table of densities. Central body and J2 of WGS72, drag of air that
turns with the Earth, the Sun's pull as the difference of two attractions; metres and seconds.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.orbits.density import density_kg_m3

MU, RADIUS_M, J2 = 3.986008e14, 6_378_135.0, 0.001082616
OMEGA = np.array([0.0, 0.0, 7.292115e-5])
A_M, F = 6_378_137.0, 1.0 / 298.257223563


def height_m(r):
    """Height over the ellipsoid, good to metres at these heights."""
    sine2 = (r[2] / np.linalg.norm(r)) ** 2
    e2 = F * (2.0 - F)
    return np.linalg.norm(r) - A_M * np.sqrt((1.0 - e2) / (1.0 - e2 * (1.0 - sine2)))


def acceleration(r, v, ballistic_m2_kg, f107, ap):
    radius = np.linalg.norm(r)
    z2 = 5.0 * r[2] ** 2 / radius**2
    central = -MU * r / radius**3
    bulge = 1.5 * J2 * MU * RADIUS_M**2 / radius**5 * r * np.array([z2 - 1.0, z2 - 1.0, z2 - 3.0])
    density = density_kg_m3(np.array([height_m(r) / 1e3]), np.array([f107]), np.array([ap]))[0]
    wind = v - np.cross(OMEGA, r)
    return central + bulge - 0.5 * density * ballistic_m2_kg * np.linalg.norm(wind) * wind


def flown(r, v, seconds, step_s, forces: Callable):
    """Positions and velocities (N, 3) every step, by the classical method of Runge and Kutta."""
    states = [np.concatenate([r, v])]

    def rate(y):
        return np.concatenate([y[3:], forces(y[:3], y[3:])])

    for _ in range(round(seconds / step_s)):
        y = states[-1]
        a = rate(y)
        b = rate(y + 0.5 * step_s * a)
        c = rate(y + 0.5 * step_s * b)
        d = rate(y + step_s * c)
        states.append(y + step_s / 6.0 * (a + 2.0 * b + 2.0 * c + d))
    table = np.array(states)
    return table[:, :3], table[:, 3:]


def mean_axis_km(r, v):
    """The semi-major axis, km, averaged over all states given: whole revolutions."""
    energy = 0.5 * (v**2).sum(axis=1) - MU / np.linalg.norm(r, axis=1)
    return float((-0.5 * MU / energy).mean() / 1e3)


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
