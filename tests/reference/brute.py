"""A second, plain implementation of access: dense sampling of SGP4 itself, then bisection.

Shares with the package only SGP4 and the sidereal angle; no interpolation, no culling, no bounds.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from simulator.earth.time import Span, gmst_rad
from simulator.orbits.elements import Elements
from simulator.orbits.tracks import teme_positions

A_M, F = 6_378_137.0, 1.0 / 298.257223563
E2 = F * (2.0 - F)
Array = NDArray[np.float64]


def earth_fixed(elements: Elements, span: Span, t_s: Array) -> Array:
    codes, teme = teme_positions(elements, span, t_s)
    teme = np.where((codes == 0)[:, None], teme, np.nan)
    angle = gmst_rad(span, t_s)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack(
        [
            cos * teme[:, 0] + sin * teme[:, 1],
            cos * teme[:, 1] - sin * teme[:, 0],
            teme[:, 2],
        ],
        axis=1,
    )


def site(latitude_deg: float, longitude_deg: float, height_m: float = 0.0) -> tuple[Array, Array]:
    lat, lon = np.radians(latitude_deg), np.radians(longitude_deg)
    up = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    n = A_M / np.sqrt(1.0 - E2 * np.sin(lat) ** 2)
    return (n + height_m) * up - np.array([0.0, 0.0, n * E2 * np.sin(lat)]), up


def nadir(position: Array) -> Array:
    """Inward ellipsoid normal below positions (N, 3), by fixed-point iteration on latitude."""
    rho = np.hypot(position[:, 0], position[:, 1])
    lat = np.arctan2(position[:, 2], rho)
    for _ in range(12):
        n = A_M / np.sqrt(1.0 - E2 * np.sin(lat) ** 2)
        lat = np.arctan2(position[:, 2] + E2 * n * np.sin(lat), rho)
    lon = np.arctan2(position[:, 1], position[:, 0])
    return -np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def elevation_deg(position: Array, place: tuple[Array, Array]) -> Array:
    d = position - place[0]
    return np.degrees(np.arcsin(d @ place[1] / np.linalg.norm(d, axis=1)))


def off_nadir_deg(position: Array, place: tuple[Array, Array], down: Array | None = None) -> Array:
    d = place[0] - position
    down = nadir(position) if down is None else down
    cosine = np.einsum("ij,ij->i", d, down) / np.linalg.norm(d, axis=1)
    return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))


def clears(start: Array, end: Array, height_m: float) -> NDArray[np.bool_]:
    """Whether the lines between places (N, 3) stay outside the ellipsoid raised by a height."""
    weight = np.array([A_M + height_m, A_M + height_m, A_M * (1.0 - F) + height_m]) ** -2
    way = end - start
    share = -(weight * start * way).sum(axis=1) / ((weight * way**2).sum(axis=1) + 1e-300)
    lowest = start + np.clip(share, 0.0, 1.0)[:, None] * way
    return np.asarray((weight * lowest**2).sum(axis=1) >= 1.0)


def least_height_m(start: Array, end: Array) -> Array:
    """The least height over the ellipsoid on each line between places (N, 3), by ternary search."""
    low, high = np.zeros(len(start)), np.ones(len(start))
    for _ in range(90):
        third = (high - low) / 3.0
        lower, upper = low + third, high - third
        nearer = height_m(start + lower[:, None] * (end - start)) < height_m(
            start + upper[:, None] * (end - start)
        )
        low, high = np.where(nearer, low, lower), np.where(nearer, upper, high)
    return height_m(start + low[:, None] * (end - start))


def height_m(position: Array) -> Array:
    up = -nadir(position)
    curvature = A_M / np.sqrt(1.0 - E2 * up[:, 2] ** 2)
    foot = curvature[:, None] * np.array([1.0, 1.0, 1.0 - E2]) * up
    return np.asarray(((position - foot) * up).sum(axis=1))


def windows(
    holds: Callable[[Array], NDArray[np.bool_]], end_s: float, step_s: float, tol_s: float = 1e-6
) -> Array:
    """Windows (N, 2) in which `holds(t)` is true, t sampled every step and edges bisected."""
    t = np.append(np.arange(0.0, end_s, step_s), end_s)
    inside = holds(t)
    change = np.flatnonzero(inside[1:] != inside[:-1])
    low, high, after = t[change].copy(), t[change + 1].copy(), inside[change + 1]
    while len(low) and (high - low).max() > tol_s:
        middle = 0.5 * (low + high)
        beyond = holds(middle) == after
        high, low = np.where(beyond, middle, high), np.where(beyond, low, middle)
    edges = 0.5 * (low + high)
    starts, ends = list(edges[after]), list(edges[~after])
    if inside[0]:
        starts.insert(0, 0.0)
    if inside[-1]:
        ends.append(end_s)
    return np.array([starts, ends]).T.reshape(-1, 2)
