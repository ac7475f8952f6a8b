"""Orbits of real missions: the cycle, the period, the inclination and the height they publish."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from simulator.arrays import FloatArray
from simulator.earth import Span, ecef_to_geodetic, gmst_rad
from simulator.orbits import (
    RADIUS_WGS72_KM,
    Elements,
    ascending_nodes,
    from_scenario,
    mean_height_km,
    teme_positions,
)
from simulator.scenario import loads
from simulator.units import DAY_S, MINUTE_S
from simulator.verification.checks import Check, number_check

_EQUATOR_KM = 6_378.137


def mission_checks() -> Iterator[Check]:
    """Yield what repeat ground tracks come to, mission by mission."""
    text = resources.files(__package__).joinpath("missions.toml").read_text("utf-8")
    for mission in tomllib.loads(text)["missions"]:
        yield from _of_mission(mission)


def _of_mission(mission: dict[str, Any]) -> Iterator[Check]:
    elements, name, source = _flown(mission), mission["name"], mission["source"]
    cycle = f"{mission['revolutions']} revolutions in {mission['cycle_days']} days"
    yield number_check(
        f"{name}: the track after {cycle}, from where it was",
        _closing_m(elements, mission["revolutions"], mission["cycle_days"]),
        0.0,
        allowed=100.0,
        unit="m",
        source=source,
    )
    nodes_s, _, _ = ascending_nodes(elements, 3.0)
    published = {
        "period_min": (float(np.diff(nodes_s).mean()) / MINUTE_S, 0.11, "min", "nodal period"),
        "inclination_deg": (elements.inclination_deg, 0.06, "deg", "inclination"),
    }
    for key, (ours, allowed, unit, words) in published.items():
        if key in mission:
            yield number_check(
                f"{name}: {words}", ours, mission[key], allowed=allowed, unit=unit, source=source
            )
    if "height_km" in mission:
        yield number_check(
            f"{name}: height, {mission['height_is']}",
            _height_km(elements, mission),
            mission["height_km"],
            allowed=1.0,
            unit="km",
            source=source,
        )


def _flown(mission: dict[str, Any]) -> Elements:
    """Return the orbit of a mission as a scenario would ask for it."""
    orbit = {name: mission[name] for name in ("revolutions", "cycle_days")}
    plane = mission.get("plane", {"ltdn_h": 10.0})
    document = {
        "schema_version": 1,
        "title": mission["name"],
        "targets": ["osan"],
        "span": {"start": "2024-03-20T00:00:00Z", "days": 1.0},
        "satellites": [
            {
                "name": "s",
                "sensor": "malligyong_press",
                "downlink_rate_mbps": 2.0,
                "orbit": {"kind": "repeat-ground-track", **orbit, **plane},
            }
        ],
    }
    asked = loads(tomli_w.dumps(document), origin=mission["name"], folder=Path())
    return next(elements for elements, _ in from_scenario(asked))


def _closing_m(elements: Elements, revolutions: int, cycle_days: int) -> float:
    """Return how far the ground track runs from itself a cycle later, metres, at the worst."""
    nodes_s, _, _ = ascending_nodes(elements, cycle_days * 1.02 + 0.5)
    at_s = nodes_s[0] + np.linspace(0.0, 6_000.0, 60)
    later_s = at_s + nodes_s[revolutions] - nodes_s[0]
    places = [_direction(elements, times_s) for times_s in (at_s, later_s)]
    return float(6_371e3 * np.linalg.norm(places[1] - places[0], axis=1).max())


def _places_m(elements: Elements, at_s: FloatArray) -> FloatArray:
    """Return Earth-fixed positions (N, 3) at seconds from the epoch (N,)."""
    span = Span(elements.epoch, float(at_s[-1]) + 1.0)
    x, y, z = teme_positions(elements, span, at_s)[1].T
    angle = gmst_rad(span, at_s)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([cos * x + sin * y, cos * y - sin * x, z], axis=1)


def _direction(elements: Elements, at_s: FloatArray) -> FloatArray:
    place_m = _places_m(elements, at_s)
    return np.asarray(place_m / np.linalg.norm(place_m, axis=1)[:, None])


def _height_km(elements: Elements, mission: dict[str, Any]) -> float:
    """Return a height as the agency counts it."""
    kind = mission["height_is"]
    if kind == "semi-major axis over the equator's radius":
        return float(elements.satellite.a) * RADIUS_WGS72_KM - _EQUATOR_KM
    if kind == "mean over the ellipsoid":
        return mean_height_km(elements)
    at_s = np.arange(0.0, DAY_S, 20.0)
    latitude, _, height_m = ecef_to_geodetic(_places_m(elements, at_s))
    return float(np.mean(height_m[np.abs(latitude - mission["at_latitude_deg"]) < 0.7])) / 1e3
