"""Satellites of one launch that spread over its plane: against SGP4's own path and closed forms."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from simulator.earth import Span
from simulator.errors import InputError
from simulator.orbits import Elements, SpreadPlan, from_scenario, spread_plan, teme_positions
from simulator.scenario import PlaneSpreadOrbit, Scenario, loads, to_toml
from simulator.study import run

TEXT = """
schema_version = 1
title = "spread"
targets = ["osan"]

[span]
start = {start}
days = {days}

[[satellites]]
name = "M"
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
[satellites.orbit]
kind = "plane-spread"
launch = "malligyong1_nov23"
{keys}
"""
FOUR = "total = 4\ndrift_km = 5.0"


def scenario(keys: str = FOUR, start: str = "2023-11-22T00:00:00Z", days: float = 3.0) -> Scenario:
    text = TEXT.format(keys=keys, start=start, days=days)
    return loads(text, origin="test", folder=Path())


def orbit(keys: str = FOUR) -> PlaneSpreadOrbit:
    (table,) = scenario(keys).satellites
    assert isinstance(table.orbit, PlaneSpreadOrbit)
    return table.orbit


@cache
def plan(keys: str = FOUR) -> SpreadPlan:
    return spread_plan("M", orbit(keys))


@cache
def flown(keys: str = FOUR) -> tuple[Elements, ...]:
    return tuple(elements for elements, _ in from_scenario(scenario(keys, days=40.0)))


def mean_place_deg(elements: Elements, after_days: float) -> float:
    """Return the angle from the node to SGP4's position, averaged over a revolution, degrees.

    Its own periodic terms cancel against those of another satellite of the same orbit.
    """
    begin = elements.epoch + timedelta(days=after_days)
    piece = next(later for at, later in (*elements.changes[::-1], (begin, elements)) if at <= begin)
    piece = replace(piece, changes=())
    span = Span(begin, piece.period_min * 60.0)
    at_s = np.linspace(0.0, span.duration_s, 400, endpoint=False)
    _, position = teme_positions(piece, span, at_s)
    node = np.radians(
        piece.raan_deg
        + np.degrees(piece.satellite.nodedot)
        * 1_440.0
        * ((begin - piece.epoch) / timedelta(days=1))
    )
    inclination = math.radians(piece.inclination_deg)
    x, y, z = position.T
    along = x * math.cos(node) + y * math.sin(node)
    across = (-x * math.sin(node) + y * math.cos(node)) * math.cos(inclination) + z * math.sin(
        inclination
    )
    angle = np.unwrap(np.arctan2(across, along))
    return float(np.degrees(np.mean(angle - np.linspace(0.0, 2.0 * np.pi, 400, endpoint=False))))


def apart_deg(first: Elements, other: Elements, after_days: float) -> float:
    return (
        mean_place_deg(other, after_days) - mean_place_deg(first, after_days) + 180.0
    ) % 360.0 - 180.0


def test_the_time_it_takes_is_that_of_the_closed_form() -> None:
    # Drift of 3/2 n da/a (Vallado 2013, section 6.6), half a revolution for the farthest of four.
    axis_km = 6_378.135 + 502.5
    motion_deg_day = math.degrees(math.sqrt(398_600.8 / axis_km**3)) * 86_400.0
    days = 180.0 / (1.5 * motion_deg_day * 5.0 / axis_km)
    assert plan().days == pytest.approx(days, rel=0.005)
    assert [place.place_deg for place in plan().places] == [0.0, 90.0, -90.0, 180.0]
    heights_km = [place.height_km for place in plan().places]
    assert heights_km == pytest.approx([0.0, -2.5, 2.5, -5.0], abs=0.01)


def test_sgp4_flies_them_to_their_places_and_keeps_them_there() -> None:
    first, *others = flown()
    for place, other in zip(plan().places[1:], others, strict=True):
        # At first together, half way in the middle of the time, then at the place for good.
        assert apart_deg(first, other, 0.0) == pytest.approx(0.0, abs=0.01)
        half = apart_deg(first, other, plan().days / 2.0)
        assert half == pytest.approx(place.place_deg / 2.0, abs=0.01)
        for later_days in (0.5, 60.0):
            there = apart_deg(first, other, plan().days + later_days)
            assert (there - place.place_deg + 180.0) % 360.0 - 180.0 == pytest.approx(0, abs=0.01)


def test_nodes_turn_apart_by_what_j2_makes_of_the_heights() -> None:
    # d(node rate)/da = -7/2 rate/a, at a rate of 0.98 degrees a day.
    for place in plan().places:
        expected = -3.5 * 0.9825 * place.height_km / 6_880.6 * plan().days
        assert place.node_deg == pytest.approx(expected, rel=0.02, abs=1e-9)
    first, *others = flown()
    for place, other in zip(plan().places[1:], others, strict=True):
        ((at, settled),) = other.changes
        assert (at - first.epoch) / timedelta(days=plan().days) == pytest.approx(1.0)
        node = first.raan_deg + math.degrees(first.satellite.nodedot) * 1_440.0 * plan().days
        assert (settled.raan_deg - node) % 360.0 == pytest.approx(place.node_deg % 360.0, abs=1e-6)
        assert settled.perigee_km == pytest.approx(first.perigee_km)


def test_a_change_of_height_moves_a_satellite_by_no_more_than_that() -> None:
    for place, other in zip(plan().places[1:], flown()[1:], strict=True):
        ((at, settled),) = other.changes
        span = Span(at, 1.0)
        (_, before), (_, after) = (
            teme_positions(each, span, np.zeros(1)) for each in (other, settled)
        )
        jump_km = float(np.linalg.norm(after - before)) / 1e3
        assert jump_km < abs(place.height_km) + 0.5


def test_days_and_height_say_the_same() -> None:
    days = plan().days
    by_days = spread_plan("M", orbit(f"total = 4\ndrift_days = {days!r}"))
    for one, other in zip(by_days.places, plan().places, strict=True):
        assert one.height_km == pytest.approx(other.height_km, abs=1e-6)
    twice = spread_plan("M", orbit("total = 4\ndrift_km = 10.0"))
    assert twice.days == pytest.approx(days / 2.0, rel=0.005)
    near = spread_plan("M", orbit("total = 3\nseparation_deg = 30.0\ndrift_km = 5.0"))
    assert [place.place_deg for place in near.places] == [0.0, 30.0, -30.0]
    assert near.days == pytest.approx(days / 6.0, rel=0.005)


def test_together_they_see_as_one_and_apart_as_several() -> None:
    during, after = (
        run(scenario(start=start, days=20.0))["targets"].iloc[0]
        for start in ("2023-11-22T00:00:00Z", "2024-01-10T00:00:00Z")
    )
    # As many looks, but spread over the days.
    assert after["wait_mean_h"] < 0.75 * during["wait_mean_h"]
    assert after["revisit_max_h"] < during["revisit_max_h"]


def test_a_spread_is_written_and_read_again() -> None:
    made = scenario().resolve()
    again = loads(to_toml(made), origin="again", folder=Path())
    assert again == made
    assert made.satellites[0].names == ("M-1", "M-2", "M-3", "M-4")
    assert [elements.name for elements in flown()] == ["M-1", "M-2", "M-3", "M-4"]
    assert all("spread in 30.2 days" in elements.origin for elements in flown())


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("total = 4", "give exactly one of drift_km and drift_days"),
        ("total = 4\ndrift_km = 5.0\ndrift_days = 3.0", "give exactly one of drift_km"),
        ("total = 5\nseparation_deg = 90.0\ndrift_km = 5.0", "90 puts 5 satellites more than once"),
        ("total = 1\ndrift_km = 5.0", "1 is below 2"),
        ("total = 2\ndrift_km = 500.0", "500.0 is above 100"),
    ],
)
def test_faults_name_key_and_range(keys: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        scenario(keys)


def test_a_drift_into_the_air_is_refused() -> None:
    with pytest.raises(InputError, match="the drift would take its perigee to"):
        from_scenario(scenario("total = 2\ndrift_days = 0.5\nperigee_km = 150.0"))
