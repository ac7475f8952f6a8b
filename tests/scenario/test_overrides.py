"""Overrides reach keys, items and names, and are refused where they lead nowhere."""

from __future__ import annotations

import pytest

from simulator import scenario
from tests.made_scenarios import GOOD, loads, problems


def test_overrides_reach_keys_items_and_names() -> None:
    study = loads(
        GOOD,
        "span.days=3",
        "satellites.W.orbit.altitude_km=550",
        "satellites.0.downlink_rate_mbps=60",
        "networks.mine.stations.A.min_elevation_deg=10",
        "title=Another",
        "counting.revisit_rule=tatc",
        "targets.1.height_m = 12",
    )
    assert study.span.days == 3.0
    assert study.satellites[1].orbit.altitude_km == 550.0
    assert study.satellites[0].downlink_rate_mbps == 60.0
    assert study.networks[2].stations[1].min_elevation_deg == 10.0
    assert study.title == "Another"
    assert study.counting.revisit_rule == "tatc"
    assert (study.targets[1].name, study.targets[1].height_m) == ("kadena", 12.0)


def test_an_override_inside_a_catalogue_name_keeps_the_rest_of_the_entry() -> None:
    study = loads(
        GOOD,
        "satellites.Malligyong-1.sensor.gsd_m=1",
        "satellites.0.orbit.perigee_km=400",
        "networks.dprk.stations.pgscc.min_elevation_deg=10",
    )
    sensor = study.satellites[0].sensor
    assert (sensor.gsd_m, sensor.swath_km) == (1.0, 24.0)
    assert study.satellites[0].orbit.perigee_km == 400.0
    assert [s.min_elevation_deg for s in study.networks[0].stations] == [10.0, 5.0]
    assert scenario.catalog_used(study) == scenario.catalog_used(loads())


def test_an_override_replaces_the_other_way_to_say_it() -> None:
    assert loads(GOOD, "span.end=2023-09-01T00:00:00Z").span.days is None
    sun = 'satellites.0.orbit={kind="sun-synchronous", altitude_km=500, ltan_h=10}'
    moved = loads(GOOD, sun, "satellites.0.orbit.ltdn_h=9").satellites[0].orbit
    assert (moved.ltan_h, moved.ltdn_h) == (None, 9.0)
    outlined = loads(GOOD, "regions.0.polygon_deg=[[0, 0], [1, 0], [1, 1]]").regions[0]
    assert outlined.catalog is None


def test_a_name_with_a_dot_is_quoted() -> None:
    study = loads(GOOD, "satellites.0.name='Sat 1.5'", "satellites.'Sat 1.5'.note=x")
    assert study.satellites[0].note == "x"


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("satellites.X.name=1", "satellites has no item 'X'; allowed: Malligyong-1, W"),
        ("satellites.Maligyong-1.note=1", "did you mean 'Malligyong-1'?"),
        ("satellites.9.name=1", "satellites has 2 items"),
        ("title.x=1", "title is 'Malligyong-1 over Korea', not a table or list"),
        ("span.days", "is not path=value"),
        ("=3", "is not path=value"),
        ("", "is not path=value"),
        ("a..b=3", "is not path=value"),
    ],
)
def test_an_override_that_leads_nowhere_is_refused(override: str, words: str) -> None:
    [line] = problems(override)
    assert line.startswith(f"--set {override}: ")
    assert words in line


def test_a_number_of_too_many_digits_is_not_told_to_lose_quotes_it_has_not() -> None:
    for key in ("span.days", "seed"):
        [said] = problems(f"{key}={'9' * 5_000}")
        assert f"{key}: '999" in said and "quotes" not in said and len(said) < 250


def test_a_value_is_one_toml_value_or_text() -> None:
    assert loads(GOOD, "question=a = b").question == "a = b"
    assert loads(GOOD, "question=1\nb=2").question == "1\nb=2"
    assert loads(GOOD, "question='quoted'").question == "quoted"
