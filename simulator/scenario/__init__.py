"""The scenario file: read, overridden, validated, resolved, written.

A scenario is TOML; its tables and their ranges are in the modules scenario_*. Every fault of a
file is reported at once, one line each: file, key, value, what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from simulator.errors import InputError
from simulator.scenario.assignments import assignment, path_parts, toml_text, toml_value
from simulator.scenario.elements import MeanElements, OmmOrbit, TleOrbit
from simulator.scenario.elementsets import MU_WGS72_KM3_S2, RADIUS_WGS72_KM
from simulator.scenario.links import Band, CrosslinkTable, Receiver, Transmitter
from simulator.scenario.localities import Locality, locality
from simulator.scenario.memory_budget import Budget, budget, refuse_beyond_memory
from simulator.scenario.models import SCHEMA_VERSION, Counting, Scenario, SpanTable, Uncertainty
from simulator.scenario.networks import Headquarters, Network, Relay, Station
from simulator.scenario.omm import is_message
from simulator.scenario.orbits import (
    KeplerianOrbit,
    LaunchOrbit,
    Orbit,
    SunSynchronousOrbit,
    WalkerOrbit,
)
from simulator.scenario.overrides import apply_overrides
from simulator.scenario.places import Bounds, Look, Region, Target, edges_words
from simulator.scenario.renamed import move_renamed
from simulator.scenario.requests import (
    AlwaysRequests,
    EveryRequests,
    PoissonRequests,
    Requests,
)
from simulator.scenario.satellites import Satellite, Sensor
from simulator.scenario.sweeps import SweepTable
from simulator.scenario.table import CatalogTable, ScenarioTable
from simulator.scenario.textfiles import MAX_DEPTH, MIB, is_beyond_64_bits, parse_toml, read_text
from simulator.scenario.thresholds import Threshold
from simulator.scenario.words import Where, cut, shown

MAX_FILE_BYTES = 8 * MIB  # outlines of several countries, written out
MAX_PROBLEMS = 100
MAX_SHOWN = 600  # characters of a message or key

__all__ = [
    "MIB",
    "MU_WGS72_KM3_S2",
    "RADIUS_WGS72_KM",
    "SCHEMA_VERSION",
    "AlwaysRequests",
    "Band",
    "Bounds",
    "Budget",
    "CatalogTable",
    "Counting",
    "CrosslinkTable",
    "EveryRequests",
    "Headquarters",
    "KeplerianOrbit",
    "LaunchOrbit",
    "Locality",
    "Look",
    "MeanElements",
    "Network",
    "OmmOrbit",
    "Orbit",
    "PoissonRequests",
    "Receiver",
    "Region",
    "Relay",
    "Requests",
    "Satellite",
    "Scenario",
    "ScenarioTable",
    "Sensor",
    "SpanTable",
    "Station",
    "SunSynchronousOrbit",
    "SweepTable",
    "Target",
    "Threshold",
    "TleOrbit",
    "Transmitter",
    "Uncertainty",
    "WalkerOrbit",
    "assignment",
    "budget",
    "catalog_used",
    "cut",
    "edges_words",
    "is_beyond_64_bits",
    "is_message",
    "json_schema",
    "keys",
    "load",
    "loads",
    "locality",
    "parse_toml",
    "path_parts",
    "read_text",
    "refuse_beyond_memory",
    "to_toml",
    "toml_text",
    "toml_value",
]


def load(path: Path | str, *, overrides: Sequence[str] = ()) -> Scenario:
    """Return the scenario of a file, `overrides` (`path=value`) applied before validation.

    Raises InputError with every fault found.
    """
    path = Path(path)
    text = read_text(path, limit_bytes=MAX_FILE_BYTES)
    return loads(text, origin=str(path), folder=path.parent, overrides=overrides)


def loads(text: str, *, origin: str, folder: Path, overrides: Sequence[str] = ()) -> Scenario:
    """Return the scenario of a TOML text; files it names are looked up in `folder`.

    `origin` names the text in messages. Raises InputError with every fault found.
    """
    if len(text.encode(errors="surrogatepass")) > MAX_FILE_BYTES:
        raise InputError(f"{origin}: is larger than the {MAX_FILE_BYTES // MIB} MiB allowed")
    document = parse_toml(text, origin=origin)
    places = apply_overrides(document, overrides)
    renamed = move_renamed(document)
    problems: list[tuple[Where, str]] = []
    frozen = _frozen(document, (), problems)
    if not problems:
        try:
            scenario = Scenario.model_validate(frozen, context={"folder": folder})
            if not renamed:
                return scenario
        except ValidationError as error:
            problems = [(item["loc"], item["msg"]) for item in error.errors(include_url=False)]
    problems = [*renamed, *problems]
    raise InputError(list(_lines(problems, origin, places)))


def _frozen(value: Any, where: Where, problems: list[tuple[Where, str]]) -> Any:
    """Return the value with lists as tuples; note what no table could word well."""
    if len(where) > MAX_DEPTH:
        problems.append((where[:3], f"is nested deeper than {MAX_DEPTH} levels"))
        return None
    if isinstance(value, list):
        return tuple(_frozen(item, (*where, n), problems) for n, item in enumerate(value))
    if isinstance(value, dict):
        for key in value:
            if not key.isprintable() or not key.strip():
                problems.append((where, f"key {shown(key)} is blank or holds control characters"))
        return {key: _frozen(item, (*where, key), problems) for key, item in value.items()}
    if isinstance(value, int) and abs(value) >= 1 << 63:
        problems.append((where, "is a number beyond 64 bits"))
    return value


def _lines(
    problems: Sequence[tuple[Where, str]], origin: str, places: Sequence[Where]
) -> Iterator[str]:
    for where, message in problems[:MAX_PROBLEMS]:
        set_here = where and any(where[: len(p)] == p[: len(where)] for p in places)
        source = f"{origin} with --set" if set_here else origin
        path = ".".join(str(part)[:MAX_SHOWN] for part in where)
        yield ": ".join(filter(None, (source, path, message[:MAX_SHOWN])))
    if len(problems) > MAX_PROBLEMS:
        yield f"{origin}: {len(problems) - MAX_PROBLEMS} more faults"


def to_toml(scenario: Scenario) -> str:
    """Return the scenario as TOML that loads back equal; keys without a value are left out."""
    text = str(tomli_w.dumps(_written(scenario.model_dump(exclude_none=True))))
    # Nothing inside quotes can match: a text is written on one line, its line breaks escaped.
    text = re.sub(r"\[\n\s*([-\d.e+]+),\n\s*([-\d.e+]+),\n\s*\]", r"[\1, \2]", text)
    instant = r"^(\w+ = [\d-]{10}) ([\d:.]+)\+00:00$"
    return re.sub(instant, r"\1T\2Z", text, flags=re.MULTILINE)


def _written(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _written(inner) for key, inner in value.items() if inner != ""}
    return [_written(item) for item in value] if isinstance(value, tuple) else value


def catalog_used(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """Return (kind, id) of every catalogue entry the scenario starts from, sorted."""
    return tuple(sorted(set(scenario.catalog_entries())))


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a scenario file, every key described."""
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, **Scenario.model_json_schema()}


def keys() -> dict[str, str]:
    """Return every key of a scenario file, dotted, with its description; list indices left out.

    A key that several kinds of a table share has their descriptions joined.
    """
    found: dict[str, dict[str, None]] = {}
    schema = json_schema()
    for key, description in _described(schema, schema["$defs"], ""):
        found.setdefault(key, {})[description] = None
    return {key: " | ".join(descriptions) for key, descriptions in found.items()}


def _described(
    schema: Mapping[str, Any], definitions: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, str]]:
    if "$ref" in schema:
        yield from _described(definitions[schema["$ref"].rpartition("/")[2]], definitions, prefix)
    for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _described(option, definitions, prefix)
    if "items" in schema:
        yield from _described(schema["items"], definitions, prefix)
    for key, inner in schema.get("properties", {}).items():
        yield f"{prefix}{key}", inner.get("description", "")
        yield from _described(inner, definitions, f"{prefix}{key}.")
