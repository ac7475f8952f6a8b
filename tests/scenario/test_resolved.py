"""A resolved scenario leaves nothing to default, and is read back equal to what was written."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from simulator import catalog, scenario
from tests.made_scenarios import GOOD, OMM, loads


def test_a_resolved_scenario_loads_back_equal() -> None:
    resolved = loads().resolve()
    text = scenario.to_toml(resolved)
    assert loads(text) == resolved
    assert scenario.to_toml(loads(text)) == text
    assert resolved.resolve() == resolved


def test_an_unresolved_scenario_loads_back_equal_too() -> None:
    study = loads()
    assert loads(scenario.to_toml(study)) == study


@pytest.mark.parametrize(
    "table",
    [
        '{kind="keplerian", altitude_km=500, inclination_deg=97, raan_deg=-1e-20}',
        '{kind="keplerian", perigee_km=400, apogee_km=500, inclination_deg=97}',
        '{kind="sun-synchronous", altitude_km=500, ltdn_h=22.5, note="two\\nlines"}',
        '{kind="tle", catalog="kms3_2_2017_03_13"}',
        '{kind="omm", file="a.json"}',
    ],
)
def test_every_kind_of_orbit_survives_the_way_through_a_file(tmp_path: Path, table: str) -> None:
    (tmp_path / "a.json").write_text(json.dumps([OMM]))
    resolved = loads(GOOD, f"satellites.0.orbit={table}", folder=tmp_path).resolve()
    assert loads(scenario.to_toml(resolved), folder=Path("elsewhere")) == resolved


def test_a_resolved_scenario_leaves_nothing_to_catalogue_or_default() -> None:
    resolved = loads().resolve()
    table = tomllib.loads(scenario.to_toml(resolved))
    assert table["baseline"] == "dprk"
    assert table["satellites"][1]["orbit"]["epoch"] == resolved.span.start
    assert table["satellites"][0]["orbit"]["launch"] == "malligyong1_nov23"
    assert "catalog" not in json.dumps(resolved.model_dump(mode="json", exclude_none=True)).replace(
        "catalogue", ""
    )
    assert resolved.satellites[0].sensor.note == "from catalogue entry sensors/malligyong_press"
    assert resolved.networks[0].name == "dprk"


def test_the_first_network_is_the_baseline_by_default() -> None:
    assert loads(GOOD.replace('baseline = "dprk"', "")).resolve().baseline == "dprk"


def test_a_resolved_scenario_is_plain_toml() -> None:
    text = scenario.to_toml(loads().resolve())
    assert "start = 2023-08-24T00:00:00Z" in text
    assert "[129.21, 37.43],\n" in text


def test_catalogue_entries_used_include_networks_members() -> None:
    used = scenario.catalog_used(loads())
    assert used == tuple(sorted(set(used)))
    for entry in (
        ("launches", "malligyong1_nov23"),
        ("networks", "dprk"),
        ("networks", "dprk+russia+relay"),
        ("regions", "korean_peninsula"),
        ("relays", "luch5a"),
        ("sensors", "malligyong_press"),
        ("stations", "khabarovsk"),
        ("stations", "pgscc"),
        ("targets", "kadena"),
        ("targets", "osan"),
    ):
        assert entry in used
        assert catalog.get(*entry)
