"""Make the tables of air density that come with the package, by NRLMSIS 2.1.

`python tools/density_table.py simulator/orbits/density.csv simulator/orbits/seasons.csv`, with
pymsis installed (extra `decay`).
Solar and geomagnetic activity are given, so that nothing is downloaded. Each value is the mean
along a circular orbit inclined 97.4 degrees, over all local times of its node and the months of a
year: what a satellite meets that stays up for years. The second table is how much denser or thinner
each month is.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pymsis

MODEL = "NRLMSIS 2.1"
INCLINATION_DEG = 97.4
HEIGHTS_KM = np.concatenate([np.arange(100.0, 200.0, 5.0), np.arange(200.0, 1001.0, 20.0)])
F107 = (65.0, 75.0, 90.0, 110.0, 140.0, 180.0, 230.0, 300.0)
AP = (3.0, 8.0, 20.0, 50.0)
ARGUMENTS, LOCAL_TIMES = 16, 8
MONTHS = [f"2019-{month:02d}-15" for month in range(1, 13)]


SEASON_HEIGHTS_KM = (100.0, 120.0, 150.0, 200.0, 300.0, 400.0, 500.0, 600.0, 800.0, 1000.0)
SEASON_F107, SEASON_AP = 120.0, 12.0


def places(months: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return dates, longitudes and latitudes (N,) that sample an orbit, local times and months."""
    argument = (np.arange(ARGUMENTS) + 0.5) / ARGUMENTS * 2.0 * np.pi
    latitude = np.degrees(np.arcsin(np.sin(np.radians(INCLINATION_DEG)) * np.sin(argument)))
    dates, longitudes, latitudes = [], [], []
    for number, month in enumerate(months):
        for local in range(LOCAL_TIMES):
            # Another universal time each month, so that longitudes are spread too.
            hour = 2 * number + 1
            dates += [np.datetime64(f"{month}T{hour:02d}:00")] * ARGUMENTS
            longitude = (15.0 * (24.0 * local / LOCAL_TIMES - hour) + 180.0) % 360.0 - 180.0
            longitudes += [longitude] * ARGUMENTS
            latitudes += list(latitude)
    return np.array(dates), np.array(longitudes), np.array(latitudes)


def mean_density(height_km: float, f107: float, ap: float, months: list[str] = MONTHS) -> float:
    """Return the mean density at a height, kg/m3."""
    dates, longitudes, latitudes = places(months)
    count = len(dates)
    found = pymsis.calculate(
        dates,
        longitudes,
        latitudes,
        np.full(count, height_km),
        np.full(count, f107),
        np.full(count, f107),
        np.full((count, 7), ap),
        version=2.1,
    )
    return float(np.mean(np.asarray(found)[..., 0]))


def write_seasons(file: str) -> None:
    """Write the density of each month over that of the year, at some heights."""
    lines = [
        f"# Density of each month over the mean of the year, by {MODEL} through pymsis "
        f"{pymsis.__version__},",
        f"# F10.7 {SEASON_F107:g}, Ap {SEASON_AP:g}, averaged as the table of density. Made by "
        "tools/density_table.py.",
        ",".join(["height_km", *(month[5:7] for month in MONTHS)]),
    ]
    for height in SEASON_HEIGHTS_KM:
        # A month alone twelve times: each time begins at another universal time.
        months = [mean_density(height, SEASON_F107, SEASON_AP, [month] * 12) for month in MONTHS]
        shares = np.array(months) / np.mean(months)
        lines.append(",".join([f"{height:g}", *(f"{share:.4f}" for share in shares)]))
    Path(file).write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(file: str, seasons: str) -> None:
    write_seasons(seasons)
    lines = [
        f"# Air density, kg/m3, by {MODEL} (Emmert et al. 2022) through pymsis "
        f"{pymsis.__version__}, solar flux F10.7 (daily as 81-day mean) and ap given:",
        f"# mean along a circular orbit inclined {INCLINATION_DEG:g} deg, over local times and "
        "months. Made by tools/density_table.py.",
        ",".join(["f107", *(f"{f:g}" for f in F107 for _ in AP)]),
        ",".join(["ap", *(f"{a:g}" for _ in F107 for a in AP)]),
    ]
    for height in HEIGHTS_KM:
        row = [f"{mean_density(height, f, a):.4e}" for f in F107 for a in AP]
        lines.append(",".join([f"{height:g}", *row]))
    Path(file).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
