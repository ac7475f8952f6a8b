"""The schema and the list of keys describe every key."""

from __future__ import annotations

import json

from simulator import scenario
from simulator.scenario import overrides as scenario_overrides


def test_every_property_of_the_schema_is_described() -> None:
    schema = scenario.json_schema()
    bare = [
        key
        for table in (schema, *schema["$defs"].values())
        for key, inner in table.get("properties", {}).items()
        if not inner.get("description")
    ]
    assert bare == []
    assert json.dumps(schema)


def test_keys_are_dotted_and_described() -> None:
    keys = scenario.keys()
    assert all(keys.values())
    assert {
        "span.days",
        "satellites.orbit.altitude_km",
        "satellites.sensor.gsd_m",
        "networks.stations.horizon_mask_deg",
        "regions.bounds_deg.west",
        "counting.revisit_rule",
    } <= keys.keys()


def test_keys_that_replace_each_other_exist() -> None:
    described = scenario.keys()
    names = {key.rpartition(".")[2] for key in described}
    rivals = scenario_overrides._REPLACES
    assert names >= {*rivals, *(name for replaced in rivals.values() for name in replaced)}


def test_keys_a_catalogue_entry_can_give_are_not_required() -> None:
    tables = scenario.json_schema()["$defs"]
    assert tables["LaunchOrbit"]["required"] == ["kind", "launch"]
    assert tables["Sensor"]["required"] == []
    assert "altitude_km" in tables["WalkerOrbit"]["required"]
