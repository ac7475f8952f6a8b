"""Where satellites are at a step, in a table: Earth-fixed and celestial, place below, light.

`itrf` are axes fixed to the Earth, without polar motion; `gcrs` the celestial ones of IAU
2006/2000A. Velocities are relative to their axes. Latitude, longitude and height are geodetic, of
WGS84; `light` is sunlit, penumbra or umbra.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from simulator import intervals
from simulator.arrays import FloatArray
from simulator.earth import Span, ecef_to_geodetic
from simulator.export.choices import Choices
from simulator.export.row_files import write_blocks
from simulator.export.state_runs import runs
from simulator.export.states import ChosenFlights
from simulator.orbits import Track, shadow_windows, states
from simulator.results import Results
from simulator.study import state_columns

STEP_S = 60.0
_AT_ONCE = 20_000


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write a row a satellite and instant; raises InputError where there is none."""
    write_blocks(_blocks(ChosenFlights(results, choices), choices.step_s or STEP_S), place)


def _blocks(flown: ChosenFlights, step_s: float) -> Iterator[dict[str, Any]]:
    span = flown.stretch.span
    for flight in flown.flights:
        path = flown.track_of(flight)
        if len(path.time_s) < 2:
            continue
        dark = [
            shadow_windows(path, flown.case.sun, flown.stretch.end_s, umbra=umbra)
            for umbra in (False, True)
        ]
        for at_s in runs(flown.stretch, flight.elements, path, step_s):
            for low in range(0, len(at_s), _AT_ONCE):
                part_s = at_s[low : low + _AT_ONCE]
                yield {"satellite": flight.name, **_columns(span, path, part_s, dark)}


def _columns(span: Span, path: Track, at_s: FloatArray, dark: list[FloatArray]) -> dict[str, Any]:
    latitude, longitude, height_m = ecef_to_geodetic(states(path, at_s)[:, :3])
    shade, umbra = (inside(windows, at_s) for windows in dark)
    light = np.where(umbra, "umbra", np.where(shade, "penumbra", "sunlit"))
    return {
        "time_utc": span.datetimes(at_s),
        "time_s": at_s,
        **state_columns(span, path, at_s),
        "latitude_deg": latitude,
        "longitude_deg": longitude,
        "altitude_km": height_m / 1e3,
        "light": light,
    }


def inside(windows_s: FloatArray, at_s: FloatArray) -> FloatArray:
    """Return whether instants (N,) lie in any of some windows (W, 2)."""
    whole = intervals.union(windows_s)
    entries = np.searchsorted(whole[:, 0], at_s, side="right")
    return np.asarray(entries > np.searchsorted(whole[:, 1], at_s, side="right"))
