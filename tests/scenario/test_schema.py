"""The schema and the list of keys describe every key."""

from __future__ import annotations

import json
import tomllib
from datetime import datetime

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from simulator import scenario
from simulator.scenario import key_examples
from simulator.scenario import overrides as scenario_overrides
from tests import made


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
    assert all(key.path == path and key.meaning and key.type for path, key in keys.items())
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


def as_json(value):
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value


def schemas_of_keys(schema, definitions, prefix=""):
    """Yield each key's path and schema; a key of several kinds of a table comes several times."""
    # A distribution may stand for any number: its keys are told where unknowns have them.
    drawn = schema.get("$ref", "").endswith("/Distribution") and not prefix.startswith("unknowns.")
    if "$ref" in schema and not drawn:
        yield from schemas_of_keys(definitions[schema["$ref"].split("/")[-1]], definitions, prefix)
    for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from schemas_of_keys(option, definitions, prefix)
    for several in ("items", "additionalProperties"):
        if isinstance(schema.get(several), dict):
            yield from schemas_of_keys(schema[several], definitions, prefix)
    for name, inner in schema.get("properties", {}).items():
        yield f"{prefix}{name}", inner
        yield from schemas_of_keys(inner, definitions, f"{prefix}{name}.")


def test_every_example_is_what_its_key_may_hold() -> None:
    schema = scenario.json_schema()
    faults: dict[str, list[str]] = {}
    for path, inner in schemas_of_keys(schema, schema["$defs"]):
        text = scenario.keys()[path].example
        value = as_json(tomllib.loads(f"value = {text}")["value"])
        check = Draft202012Validator(
            {**inner, "$defs": schema["$defs"]}, format_checker=FormatChecker()
        )
        # One kind of a table that has the key is enough.
        faults.setdefault(path, []).append("; ".join(e.message for e in check.iter_errors(value)))
    assert {path: said for path, said in faults.items() if "" not in said} == {}


@pytest.mark.parametrize(
    ("satellite", "is_valid"),
    [
        ({"downlink_rate_mbps": {"lognormal": [2.0, 3.0]}}, True),
        ({"downlink_rate_mbps": {"lognormal": [2.0, 0.5]}}, False),
        ({"downlink_rate_mbps": {"nomal": [2.0, 0.5]}}, False),
        ({"name": {"normal": [2.0, 0.5]}}, False),
    ],
)
def test_an_editor_that_knows_the_schema_lets_a_distribution_stand_for_a_number(
    satellite, is_valid
) -> None:
    document = tomllib.loads(made.text(satellite=satellite))
    assert Draft202012Validator(scenario.json_schema()).is_valid(as_json(document)) == is_valid


def test_examples_are_of_keys_that_exist() -> None:
    keys = scenario.keys()
    assert set(key_examples.BY_PATH) <= set(keys)
    assert set(key_examples.BY_NAME) <= {path.rpartition(".")[2] for path in keys}


@pytest.mark.parametrize(
    ("path", "kind", "default", "allowed"),
    [
        ("span.days", "number", "", "more than 0, at most 3660"),
        ("satellites.sensor.min_off_nadir_deg", "number", "0", "at least 0, less than 90"),
        (
            "satellites.collection",
            "text",
            '"store-and-forward"',
            '"store-and-forward", "real-time"',
        ),
        ("satellites.orbit.elements", "table or list of tables", "", ""),
        ("regions.latitude_band_deg", "list of 2 numbers", "", "-90 to 90"),
        ("regions.holes_deg", "list of lists of lists of 2 numbers", "", "-360 to 360"),
        (
            "satellites.orbit.altitude_km",
            "number",
            "",
            "100 to 100000 or 100 to 5960 or 100 to 5890",
        ),
        ("counting.percents", "list of numbers", "[50, 90, 95]", "0 to 100"),
    ],
)
def test_a_key_says_its_type_its_default_and_what_is_allowed(path, kind, default, allowed):
    key = scenario.keys()[path]
    assert (key.type, key.default, key.allowed) == (kind, default, allowed)


def test_a_key_is_required_where_each_kind_of_its_table_needs_it() -> None:
    keys = scenario.keys()
    assert keys["span.start"].required
    assert not keys["satellites.orbit.eccentricity"].required
    assert not keys["satellites.sensor.gsd_m"].required
