"""What rockets lift: published points, the rule between them, and floors."""

from __future__ import annotations

import math

import pytest

from simulator import catalog
from simulator.launches import payload_to


def points(vehicle: str, basis: str) -> list[tuple[float, float]]:
    return [
        (float(str(e.values["altitude_km"])), float(str(e.values["payload_kg_low"])))
        for e in catalog.entries("payloads").values()
        if (e.values["vehicle"], e.values["basis"]) == (vehicle, basis)
    ]


@pytest.mark.parametrize(
    ("vehicle", "low_kg", "high_kg", "confidence"),
    [
        ("unha3", 100.0, 200.0, "published"),
        ("chollima1", 300.0, 300.0, "published"),
        ("soyuz21a_fregat", 4_500.0, 5_000.0, "assumed"),
        ("soyuz21b_fregat", 5_000.0, 5_300.0, "assumed"),
        ("rokot", 1_200.0, 1_200.0, "assumed"),
    ],
)
def test_to_500_km_a_rocket_lifts_what_the_catalogue_says(
    vehicle: str, low_kg: float, high_kg: float, confidence: str
) -> None:
    found = payload_to(vehicle, 500.0)
    assert found is not None
    assert (found.low_kg, found.high_kg, found.confidence) == (low_kg, high_kg, confidence)


def test_between_two_points_it_is_linear_in_height_and_no_surer_than_they_are() -> None:
    found = payload_to("rokot", 650.0)
    assert found is not None
    assert found.low_kg == pytest.approx(1_100.0)
    assert found.how == "between 500 and 800 km, linear in height"
    assert found.confidence == "assumed"
    both = payload_to("soyuz21a_fregat", 660.0)
    assert both is not None
    assert (both.low_kg, both.high_kg) == pytest.approx((4_450.0, 4_700.0))


def test_the_rule_between_points_is_that_of_the_rocket_equation_to_one_per_cent() -> None:
    # Payload and last stage against what a transfer from a 200 km orbit needs, exhaust 3.2 km/s:
    # fitted at 500 and 820 km, compared at 660 km (Tsiolkovsky; Hohmann, Vallado 2013, 6.3).
    mu, radius = 398_600.8, 6_378.135

    def needed_km_s(height_km: float) -> float:
        inner, outer = radius + 200.0, radius + height_km
        half = 0.5 * (inner + outer)
        first = math.sqrt(mu * (2.0 / inner - 1.0 / half)) - math.sqrt(mu / inner)
        second = math.sqrt(mu / outer) - math.sqrt(mu * (2.0 / outer - 1.0 / half))
        return first + second

    for vehicle in ("soyuz21a_fregat", "soyuz21b_fregat"):
        low, high = payload_to(vehicle, 500.0), payload_to(vehicle, 820.0)
        middle = payload_to(vehicle, 660.0)
        assert low is not None and high is not None and middle is not None
        left = [math.exp(-needed_km_s(height) / 3.2) for height in (500.0, 660.0, 820.0)]
        part = (left[1] - left[2]) / (left[0] - left[2])
        by_equation_kg = high.low_kg + part * (low.low_kg - high.low_kg)
        assert middle.low_kg == pytest.approx(by_equation_kg, rel=0.01)


def test_no_capacity_is_below_what_flew() -> None:
    for vehicle in {str(e.values["vehicle"]) for e in catalog.entries("payloads").values()}:
        for height_km, flown_kg in points(vehicle, "flown"):
            found = payload_to(vehicle, height_km)
            assert found is not None, vehicle
            assert found.low_kg >= flown_kg, vehicle


def test_what_flew_higher_is_a_floor_lower_down_and_says_nothing_of_higher_orbits() -> None:
    found = payload_to("dnepr", 500.0)
    assert found is not None
    assert found.low_kg == 1_100.0 and math.isnan(found.high_kg)
    assert found.how == "1,100 kg flown to 528 km, a floor"
    higher = payload_to("dnepr", 700.0)
    assert higher is not None and higher.low_kg == 715.0
    assert payload_to("kosmos3m", 700.0) is None
    lower = payload_to("soyuz21a_fregat", 300.0)
    assert lower is not None and lower.low_kg == 4_500.0 and math.isnan(lower.high_kg)


def test_payloads_refer_to_rockets_and_sites_there_are() -> None:
    for entry in catalog.entries("payloads").values():
        assert entry.values["vehicle"] in catalog.entries("vehicles"), entry.id
        assert entry.values.get("site", "sohae") in catalog.entries("sites"), entry.id
        assert entry.values["basis"] in ("flown", "capacity"), entry.id
        assert float(str(entry.values["payload_kg_low"])) <= float(
            str(entry.values["payload_kg_high"])
        )
