"""Air density from a table that comes with the package: means that a satellite meets over years.

The table is of NRLMSIS 2.1 (Emmert et al. 2022, Journal of Geophysical Research: Space Physics
127), averaged along a near-polar circular orbit over local times and months; its own head says how
it was made. Single days differ from such means by a factor of two and more in a storm.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from simulator.arrays import FloatArray

LEAST_HEIGHT_KM, GREATEST_HEIGHT_KM = 100.0, 1000.0


@dataclass(frozen=True, eq=False)
class DensityTable:
    """Logarithms (H, F, A) of density in kg/m3 over height, solar flux F10.7 and Ap."""

    height_km: FloatArray
    f107: FloatArray
    ap: FloatArray
    log_density: FloatArray
    source: str


@cache
def density_table() -> DensityTable:
    """Return the table of the package."""
    text = resources.files(__package__).joinpath("density.csv").read_text(encoding="utf-8")
    comments = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("#")]
    lines = [line.split(",") for line in text.splitlines() if not line.startswith("#")]
    f107, ap = (np.unique(np.array(line[1:], dtype=float)) for line in lines[:2])
    rows = np.array(lines[2:], dtype=float)
    density = np.log(rows[:, 1:]).reshape(len(rows), len(f107), len(ap))
    return DensityTable(rows[:, 0].copy(), f107, ap, density, " ".join(comments))


@cache
def _seasons() -> tuple[FloatArray, FloatArray]:
    """Return heights (H,) and the density of each month over that of the year (H, 12)."""
    text = resources.files(__package__).joinpath("seasons.csv").read_text(encoding="utf-8")
    lines = [line.split(",") for line in text.splitlines() if not line.startswith("#")]
    table = np.array(lines[1:], dtype=float)
    return table[:, 0], table[:, 1:]


def season_factor(height_km: FloatArray, days: float) -> FloatArray:
    """Return how much denser the air is than in the mean of a year, at heights and an instant.

    Days since 2000-01-01. Linear between the middles of months and between heights; beyond its
    heights it stays. At 500 km July has two thirds of the mean, April and October a sixth more.
    """
    nodes, table = _seasons()
    place = (days / (365.25 / 12.0) - 0.5) % 12.0
    month = int(place) % 12
    share = place - int(place)
    by_height = (1.0 - share) * table[:, month] + share * table[:, (month + 1) % 12]
    return np.asarray(np.interp(height_km, nodes, by_height))


def density_source() -> str:
    """Return what the table is, by which model and program it was made."""
    return density_table().source


def density_kg_m3(height_km: FloatArray, f107: FloatArray, ap: FloatArray) -> FloatArray:
    """Return mean density (C, P), kg/m3, at heights over the ellipsoid (C, P) of several cases.

    Solar flux F10.7 and Ap are those of the cases (C,). Logarithms of density are linear between
    the table's values; beyond its heights they go on as between the last two, beyond its
    activities they stay.
    """
    # Imported here, for it brings Numba, and many who ask for elements need no density.
    from simulator.orbits.along_orbit import log_densities

    table = density_table()
    nodes = table.height_km, table.f107, table.ap
    found = np.empty(height_km.shape)
    log_densities(height_km, f107, ap, nodes, table.log_density, found)
    return np.exp(found, out=found)
