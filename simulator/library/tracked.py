"""Where satellites are at given instants."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator import study
from simulator.earth import elapsed_s
from simulator.errors import InputError
from simulator.library.asked import SatelliteSpan, notes_of, told
from simulator.library.flown import flown_of
from simulator.library.instants import instants_of
from simulator.library.kinds import OrbitsLike, TimeLike, TimesLike
from simulator.results import framed
from simulator.scenario import SpanTable
from simulator.study import validated
from simulator.units import DAY_S

# So much longer is the span than to the last instant, which it has to hold.
_BEYOND_S = 1.0


def ephemeris(orbits: OrbitsLike, times: TimeLike | TimesLike) -> pd.DataFrame:
    """Return where satellites are above the ellipsoid at instants, a row each, in order.

    Columns are those of `tables/tracks.csv` of a run: satellite, time_s, seconds after the first
    instant, time_utc, geodetic latitude_deg and longitude_deg on WGS84, and altitude_km; then, as
    `simulator export` has them, position and velocity on axes fixed to the Earth, without polar
    motion (x_itrf_km to vz_itrf_km_s), and on celestial ones (x_gcrs_km to vz_gcrs_km_s). SGP4 is
    interpolated to within a millimetre, and a velocity is the rate of the positions. There
    are no rows of a satellite that has come down, or where its table of states has none.

    >>> import simulator
    >>> found = simulator.ephemeris("kms4_2023_04_01", ["2023-04-01", "2023-04-01T00:10:00Z"])
    >>> found[["latitude_deg", "longitude_deg", "altitude_km"]].round(2).to_numpy().tolist()
    [[-41.08, 157.06, 385.35], [-78.06, 124.38, 393.48]]

    Raises InputError, a ValueError, which names the argument, and the row of a time.
    """
    instants = instants_of(times, "times")
    if not instants:
        raise InputError("times: is empty; at least one is needed")
    first = min(instants)
    time_s = np.array([elapsed_s(first, instant) for instant in instants], dtype=np.float64)
    days = (float(time_s.max()) + _BEYOND_S) / DAY_S
    span = validated(SpanTable, {"start": first, "days": days}, "times: ")
    seen = SatelliteSpan(flown_of(orbits, first, days), span).study()
    parts = []
    for number, flight in enumerate(seen.flights):
        path = seen.tracks[number]
        known_s = time_s[path.has(time_s)] if len(path.time_s) > 1 else np.empty(0)
        rows = study.track_rows(flight.name, path, known_s)
        parts.append(rows.assign(**study.state_columns(seen.span, path, known_s)))
    frame = framed("tracks", pd.concat(parts, ignore_index=True), seen.span)
    return told(frame, seen.span, notes_of(seen))
