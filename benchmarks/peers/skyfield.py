"""Skyfield: `EarthSatellite.find_events`, point by point."""

from __future__ import annotations

from typing import Any

from skyfield.api import EarthSatellite, load, wgs84

from benchmarks.peers.protocol import Adapter, main
from benchmarks.works import SECONDS_PER_DAY, Model, Window, Work

RISE, SET = 0, 2


def prepare(work: Work, variant: str) -> dict[str, Any]:
    """Build satellites, places and the span's ends."""
    ts = load.timescale(builtin=True)
    return {
        "satellites": [EarthSatellite(first, second, None, ts) for first, second in work.tles],
        "places": [wgs84.latlon(lat, lon, height_m) for lat, lon, height_m in work.points],
        "start": ts.from_datetime(work.start),
        "end": ts.from_datetime(work.end),
        "work": work,
    }


def search(prepared: dict[str, Any]) -> list[tuple[int, int, Any, Any]]:
    """Find the events of every pair."""
    minimum = prepared["work"].constraint.min_elevation_deg
    start, end = prepared["start"], prepared["end"]
    return [
        (s, p, *satellite.find_events(place, start, end, altitude_degrees=minimum))
        for s, satellite in enumerate(prepared["satellites"])
        for p, place in enumerate(prepared["places"])
    ]


def windows(prepared: dict[str, Any], raw: list[tuple[int, int, Any, Any]]) -> list[Window]:
    """Pair rises with sets; the span's ends close what is open."""
    rows: list[Window] = []
    duration_s = prepared["work"].duration_s
    for satellite, point, times, events in raw:
        opened_s: float | None = 0.0 if len(events) and events[0] != RISE else None
        seconds = (times - prepared["start"]) * SECONDS_PER_DAY
        for t, event in zip(seconds, events, strict=True):
            if event == RISE:
                opened_s = float(t)
            elif event == SET and opened_s is not None:
                rows.append((satellite, point, opened_s, float(t)))
                opened_s = None
        if opened_s is not None:
            rows.append((satellite, point, opened_s, duration_s))
    return rows


def model(work: Work, variant: str) -> Model:
    """Return its own UT1; all else is the common model."""
    ts = load.timescale(builtin=True)
    days = [0.125 * i for i in range(int(work.days * 8) + 2)]
    start = ts.from_datetime(work.start)
    table = tuple((day * SECONDS_PER_DAY, float((start + day).dut1)) for day in days)
    return Model(ut1_minus_utc_s=table)


if __name__ == "__main__":
    main(
        Adapter(
            distribution="skyfield", prepare=prepare, search=search, windows=windows, model=model
        )
    )
