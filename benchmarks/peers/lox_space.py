"""lox-space: `VisibilityAnalysis` over all stations at once.

The variant names the Earth-fixed frame of the stations: its documentation's `IAU_EARTH`, which
is quick and knows neither precession nor nutation, or `PEF`, which is exact for SGP4.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import lox_space as lox  # type: ignore[import-not-found, unused-ignore]

from benchmarks.peers.protocol import Adapter, main
from benchmarks.works import Model, Window, Work


def prepare(work: Work, variant: str) -> dict[str, Any]:
    """Build spacecraft and stations; the analysis insists on a planetary ephemeris."""
    start = lox.UTC(
        work.start.year, work.start.month, work.start.day, work.start.hour, work.start.minute
    ).to_scale("TAI")
    minimum = work.constraint.min_elevation_deg * lox.deg
    stations = [
        lox.GroundStation(
            str(i),
            lox.EllipsoidLocation(
                variant,
                longitude=lon * lox.deg,
                latitude=lat * lox.deg,
                altitude=height_m * lox.m,
            ),
            min_elevation=minimum,
        )
        for i, (lat, lon, height_m) in enumerate(work.points)
    ]
    return {
        "start": start,
        "end": start + lox.TimeDelta(work.duration_s),
        "spacecraft": [lox.Spacecraft(str(i), lox.SGP4(list(t))) for i, t in enumerate(work.tles)],
        "stations": stations,
        "ephemeris": lox.SPK(_ephemeris_file()),
    }


def _ephemeris_file() -> Path:
    """Return the DE421 excerpt that TAT-C carries, so that nothing is downloaded."""
    spec = find_spec("tatc")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("no planetary ephemeris: TAT-C, which carries one, is missing")
    return Path(spec.origin).parent / "resources" / "de421.bsp"


def search(prepared: dict[str, Any]) -> Any:
    """Find the intervals of all pairs with the default step."""
    scenario = lox.Scenario(
        prepared["start"],
        prepared["end"],
        spacecraft=prepared["spacecraft"],
        ground_stations=prepared["stations"],
    )
    analysis = lox.VisibilityAnalysis(scenario)
    return analysis.compute(prepared["ephemeris"]).ground_space_intervals()


def windows(prepared: dict[str, Any], raw: Any) -> list[Window]:
    """Turn intervals into seconds."""
    start = prepared["start"]
    return [
        (
            int(spacecraft),
            int(station),
            float((interval.start() - start).to_decimal_seconds()),
            float((interval.end() - start).to_decimal_seconds()),
        )
        for (station, spacecraft), intervals in raw.items()
        for interval in intervals
    ]


def model(work: Work, variant: str) -> Model:
    """Return the common model with UT1 = UTC, for no Earth orientation data are given."""
    return Model()


if __name__ == "__main__":
    main(
        Adapter(
            distribution="lox-space", prepare=prepare, search=search, windows=windows, model=model
        )
    )
