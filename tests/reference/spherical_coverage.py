"""Coverage by satellites on circular orbits over a sphere, by trying instants and places."""

from __future__ import annotations

import numpy as np


def directions(nodes_deg, inclinations_deg, arguments_deg):
    """Return unit vectors (N, 3) to satellites of node, inclination and argument of latitude."""
    node, tilt, along = (
        np.radians(a) for a in (nodes_deg, inclinations_deg, np.asarray(arguments_deg))
    )
    return np.stack(
        [
            np.cos(node) * np.cos(along) - np.sin(node) * np.sin(along) * np.cos(tilt),
            np.sin(node) * np.cos(along) + np.cos(node) * np.sin(along) * np.cos(tilt),
            np.sin(along) * np.sin(tilt),
        ],
        axis=-1,
    )


def places(above_latitude_deg=None, count=3_000, seed=1):
    """Return unit vectors (N, 3): everywhere, or from a latitude north, its parallel included."""
    random = np.random.default_rng(seed)
    low = -1.0 if above_latitude_deg is None else np.sin(np.radians(above_latitude_deg))
    height = random.uniform(low, 1.0, count)
    if above_latitude_deg is not None:
        height[: count // 3] = low
    turn, out = random.uniform(0.0, 2.0 * np.pi, count), np.sqrt(1.0 - height**2)
    return np.stack([out * np.cos(turn), out * np.sin(turn), height], axis=-1)


def needed_radius_deg(satellites, seen, fold=1, instants=40):
    """Return the central angle within which each place has `fold` satellites at any instant.

    `satellites` are nodes, inclinations and arguments of latitude (N,), degrees, of one period.
    """
    nodes, tilts, arguments = (np.asarray(a) for a in satellites)
    worst = 1.0
    for moved_deg in np.linspace(0.0, 360.0, instants, endpoint=False):
        cosines = seen @ directions(nodes, tilts, arguments + moved_deg).T
        worst = min(worst, np.sort(cosines, axis=1)[:, -fold].min())
    return float(np.degrees(np.arccos(worst)))
