"""Figures against what can be worked out: gaps, ages, clouds, and an orbit round a sphere."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from simulator.access import View, find_accesses
from simulator.arrays import FloatArray
from simulator.clouds import ClearFigures, clear_figures, looks_under
from simulator.earth import EARTH_MEAN_RADIUS_KM, contact_radius_km, sites_at
from simulator.orbits import Track
from simulator.revisit import gap_statistics
from simulator.timeliness import age_of_information
from simulator.units import DAY_S
from simulator.verification.checks import Check, number_check, worst_check

_RADIUS_M = 1e3 * EARTH_MEAN_RADIUS_KM
_HEIGHT_KM = 500.0
# Radians a second in axes that turn with the Earth: a revolution in 100 minutes.
_TURN_RAD_S = 2.0 * math.pi / 6_000.0
_WERTZ = "closed form on a sphere (Wertz and Larson 1999, section 5.2)"


def gap_checks() -> Iterator[Check]:
    """Yield the statistics of gaps of an example that can be followed on paper."""
    windows_s, span_s = [(5.0, 45.0), (55.0, 85.0)], 100.0
    source = 'STK, example of "Time Average Gap": gaps of 5, 10 and 15 s in 100 s'
    every = gap_statistics(windows_s, span_s, rule="stk")
    between = gap_statistics(windows_s, span_s, rule="interior")
    tatc = gap_statistics(windows_s, span_s, rule="tatc")
    rows = [
        ("time-average gap", every.time_average_gap_s, (25.0 + 100.0 + 225.0) / 100.0),
        ("mean wait of a request at any instant", every.mean_wait_s, 1.75),
        ("mean revisit by the rule stk, end gaps counted", every.mean_s, 10.0),
        ("longest revisit by the rule stk", every.max_s, 15.0),
        ("standard deviation by the rule stk", every.std_s, math.sqrt(50.0 / 3.0)),
        ("mean revisit by the rule interior", between.mean_s, 10.0),
        ("mean revisit by the rule tatc", tatc.mean_s, 10.0),
        ("time covered", every.covered_s, 70.0),
    ]
    for name, ours, reference in rows:
        value = math.nan if ours is None else float(ours)
        yield number_check(name, value, reference, allowed=1e-9, unit="s", source=source)
    steps_s = np.cumsum(np.arange(1.0, 101.0)) + np.arange(100.0)
    hundred = gap_statistics(np.column_stack([steps_s, steps_s + 1.0]), float(steps_s[-1] + 1.0))
    yield number_check(
        "90th percentile of gaps of 1, 2 ... 100 s",
        hundred.percentile_s(90.0) or math.nan,
        90.0,
        allowed=1e-9,
        unit="s",
        source="nearest rank (Hyndman and Fan 1996, definition 1)",
    )


def closed_form_checks() -> Iterator[Check]:
    """Yield an orbit round a sphere, whose accesses are known, and the age of regular pictures."""
    path = _circle()
    ratio = _RADIUS_M / (_RADIUS_M + 1e3 * _HEIGHT_KM)
    for elevation_deg in (0.0, 5.0, 30.0):
        elevation = math.radians(elevation_deg)
        reach = math.acos(ratio * math.cos(elevation)) - elevation
        view = View(min_elevation_deg=elevation_deg)
        yield _durations(path, view, reach, f"contacts from {elevation_deg:.0f} degrees")
    for tilt_deg in (30.0, 45.0):
        tilt = math.radians(tilt_deg)
        reach = math.asin(math.sin(tilt) / ratio) - tilt
        view = View(max_off_nadir_deg=tilt_deg)
        yield _durations(path, view, reach, f"accesses up to {tilt_deg:.0f} degrees off nadir")
        yield _field_of_regard(path, view, reach, tilt_deg)
    yield number_check(
        f"horizon of a satellite at {_HEIGHT_KM:.0f} km",
        float(contact_radius_km(altitude_km=_HEIGHT_KM)),
        EARTH_MEAN_RADIUS_KM * math.acos(ratio),
        allowed=1e-6,
        unit="km",
        source=_WERTZ,
    )
    yield from _ages()


def _circle() -> Track:
    """Return the path of a satellite that goes evenly round the equator of a sphere, for a day."""
    t_s = np.arange(0.0, DAY_S + 20.0, 20.0)
    angle = _TURN_RAD_S * t_s
    unit = np.stack([np.cos(angle), np.sin(angle), np.zeros_like(angle)], axis=1)
    rate = _TURN_RAD_S * np.stack([-np.sin(angle), np.cos(angle), np.zeros_like(angle)], axis=1)
    orders = (unit, rate, -(_TURN_RAD_S**2) * unit)
    radius_m = _RADIUS_M + 1e3 * _HEIGHT_KM
    return Track(t_s, np.concatenate([*(radius_m * order for order in orders), *orders], axis=1))


def _seen_s(path: Track, view: View, latitude: FloatArray, longitude: float) -> list[FloatArray]:
    """Return the windows of places of the sphere, radians, that no end of the day cuts."""
    east = np.full_like(latitude, longitude)
    unit = np.stack(
        [np.cos(latitude) * np.cos(east), np.cos(latitude) * np.sin(east), np.sin(latitude)],
        axis=1,
    )
    places = sites_at(_RADIUS_M * unit, unit)
    found = find_accesses(path, places, view, start_s=0.0, end_s=DAY_S)
    whole = found.kept(np.asarray(~found.cut.any(axis=1)))
    return [whole.of(number) for number in range(len(latitude))]


def _durations(path: Track, view: View, reach: float, name: str) -> Check:
    """Return the check of how long places beside the track are seen, and how often.

    A place at the latitude p is in reach while cos(reach) < cos(p) cos(longitude from the track).
    """
    latitude = np.array([0.0, 0.3, 0.6, 0.9, 0.99]) * reach
    expected_s = 2.0 * np.arccos(math.cos(reach) / np.cos(latitude)) / _TURN_RAD_S
    apart_s = [
        float(length_s) - float(whole_s)
        for windows_s, whole_s in zip(_seen_s(path, view, latitude, 1.0), expected_s, strict=True)
        for length_s in np.diff(windows_s, axis=1)[:, 0]
    ]
    return worst_check(
        f"length of {name}, overhead and aside",
        apart_s,
        of="passes",
        allowed=2e-6,
        unit="s",
        source=_WERTZ,
    )


def _field_of_regard(path: Track, view: View, reach: float, tilt_deg: float) -> Check:
    """Return the check of the width on the ground of all that is ever looked at."""
    low, high = 0.0, 2.0 * reach
    while high - low > 1e-11:
        middle = 0.5 * (low + high)
        seen = len(_seen_s(path, view, np.array([middle]), 1.0)[0]) > 0
        low, high = (middle, high) if seen else (low, middle)
    return number_check(
        f"width of the field of regard up to {tilt_deg:.0f} degrees",
        2.0 * EARTH_MEAN_RADIUS_KM * low,
        2.0 * EARTH_MEAN_RADIUS_KM * reach,
        allowed=1e-4,
        unit="km",
        source=_WERTZ,
    )


def _ages() -> Iterator[Check]:
    period_s, delay_s = 10.0, 3.0
    taken_s = np.arange(0.0, 1_000.0, period_s)
    age = age_of_information(taken_s, taken_s + delay_s, 993.0)
    source = "sawtooth (Kaul, Yates and Gruteser 2012): mean P/2 + d"
    for name, ours, reference in (
        ("mean age of pictures every 10 s, each home after 3 s", age.mean_s, 8.0),
        ("their greatest age", age.max_s, 13.0),
        ("the age not exceeded 90 % of the time", age.percentile_s(90.0), 12.0),
    ):
        value = math.nan if ours is None else float(ours)
        yield number_check(name, value, reference, allowed=1e-9, unit="s", source=source)


def cloud_checks() -> Iterator[Check]:
    """Yield looks every second under skies that are clear by chance, each on its own."""
    number, clear = 4_000, 0.25
    figures = _under(number, clear, persistence_s=0.0)
    source = "gaps between independent chances are geometric, mean 1/p"
    rows = [
        ("looks expected to be clear", figures.accesses[0], number * clear, 1e-6, ""),
        ("mean gap between them", figures.revisit_mean_s[0], number / 1_001.0, 1e-7, "s"),
    ]
    for name, ours, reference, allowed, unit in rows:
        yield number_check(name, float(ours), reference, allowed=allowed, unit=unit, source=source)
    never = _under(10, clear, persistence_s=0.0).unseen[0]
    yield number_check(
        "chance that ten of them show nothing",
        float(never),
        (1.0 - clear) ** 10,
        allowed=1e-9,
        unit="",
        source="(1 - p) to the power of 10",
    )
    lasting = _under(10, clear, persistence_s=1e12).unseen[0]
    yield number_check(
        "the same under one sky that lasts",
        float(lasting),
        1.0 - clear,
        allowed=1e-9,
        unit="",
        source="1 - p: one sky decides for all",
    )
    clear_sky = _under(number, 1.0, persistence_s=50.0, length_s=0.25)
    begin_s = np.arange(0.5, number)
    known = gap_statistics(np.stack([begin_s, begin_s + 0.25], axis=1), float(number))
    yield number_check(
        "mean wait where the sky is always clear",
        float(clear_sky.wait_mean_s[0]),
        known.mean_wait_s,
        allowed=1e-9,
        unit="s",
        source="gaps of the same looks without clouds",
    )


def _under(
    number: int, clear: float, *, persistence_s: float, length_s: float = 0.0
) -> ClearFigures:
    start_s = np.arange(0.5, number)
    looks = looks_under(
        np.zeros(number, np.int64),
        start_s,
        np.full(number, clear),
        persistence_s=persistence_s,
        places=1,
    )
    return clear_figures(looks, start_s + length_s, float(number))
