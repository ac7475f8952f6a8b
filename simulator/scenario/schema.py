"""What a scenario file may hold, for machines and for the tables of keys that people read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from simulator.scenario.key_examples import example
from simulator.scenario.models import Scenario
from simulator.scenario.unknowns import SETTLED

# Tables of a scenario of which nothing is drawn.
_NEVER_DRAWN = ("Distribution", "Step", "SweepTable", "Uncertainty", "Unknown")
_TYPES = {
    "boolean": "true or false",
    "integer": "whole number",
    "number": "number",
    "object": "table",
    "string": "text",
}


@dataclass(frozen=True)
class Key:
    """A key of a scenario file, in words: what it means and holds, and an example as TOML.

    `required` says whether its table must have it. `default` is the value that an absent key has,
    as TOML, or empty where there is none. `allowed` is empty where any value of the type will do.
    """

    path: str
    meaning: str
    type: str
    required: bool
    default: str
    allowed: str
    example: str


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a scenario file, every key described."""
    draft = "https://json-schema.org/draft/2020-12/schema"
    schema = Scenario.model_json_schema()
    for name, table in (("Scenario", schema), *schema["$defs"].items()):
        if name not in _NEVER_DRAWN:
            _may_be_drawn(table.get("properties", {}), of=name)
    return {"$schema": draft, **schema}


def _may_be_drawn(properties: dict[str, Any], *, of: str) -> None:
    """Let a distribution stand, in the schema, where a number or an instant does."""
    for key, schema in properties.items():
        options = schema.get("anyOf", [schema])
        drawn = any(
            option.get("type") in ("number", "integer") or option.get("format") == "date-time"
            for option in options
        )
        if drawn and not (of == "Scenario" and key in SETTLED):
            described = {k: v for k, v in schema.items() if k in ("description", "default")}
            plain = [{k: v for k, v in one.items() if k not in described} for one in options]
            properties[key] = {
                "anyOf": [*plain, {"$ref": "#/$defs/Distribution"}],
                "title": schema.get("title", ""),
                **described,
            }


def keys() -> dict[str, Key]:
    """Return every key of a scenario file by its dotted path, list indices left out.

    Of a key that several kinds of a table share, what differs between them is joined by "or".
    """
    return dict(_all_keys())


@cache
def _all_keys() -> Mapping[str, Key]:
    # The schema takes a tenth of a second to make, and whoever explains names asks for each.
    schema = Scenario.model_json_schema()
    found: dict[str, list[Key]] = {}
    for key in _keys(schema, schema["$defs"], ""):
        found.setdefault(key.path, []).append(key)
    return {path: _joined(shared) for path, shared in found.items()}


def _joined(shared: list[Key]) -> Key:
    first = shared[0]
    return Key(
        first.path,
        " or: ".join(dict.fromkeys(key.meaning for key in shared if key.meaning)),
        _either(key.type for key in shared),
        all(key.required for key in shared),
        _either(key.default for key in shared),
        _either(key.allowed for key in shared),
        first.example,
    )


def _either(texts: Iterator[str]) -> str:
    # A dictionary for a set that keeps the order of the schema.
    return " or ".join(dict.fromkeys(text for text in texts if text))


def _keys(schema: Mapping[str, Any], definitions: Mapping[str, Any], prefix: str) -> Iterator[Key]:
    for table in _parts(schema, definitions):
        for name, inner in table.get("properties", {}).items():
            path = f"{prefix}{name}"
            yield _key(path, inner, definitions, required=name in table.get("required", ()))
            yield from _keys(inner, definitions, f"{path}.")


def _key(
    path: str, schema: Mapping[str, Any], definitions: Mapping[str, Any], *, required: bool
) -> Key:
    default = schema.get("default")
    return Key(
        path,
        schema.get("description", ""),
        _type(schema, definitions),
        required,
        "" if default in (None, "") else _toml(default),
        _either(filter(None, map(_allowed, _parts(schema, definitions)))),
        example(path),
    )


def _parts(
    schema: Mapping[str, Any], definitions: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and whatever stands for it: what it refers to, kinds, items."""
    yield schema
    if "$ref" in schema:
        yield from _parts(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    for several in ("anyOf", "oneOf", "prefixItems"):
        for option in schema.get(several, ()):
            yield from _parts(option, definitions)
    for inner in (schema.get("items"), schema.get("additionalProperties")):
        if isinstance(inner, Mapping):
            yield from _parts(inner, definitions)


def _type(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "$ref" in schema or "oneOf" in schema:
        return "table"
    if options := schema.get("anyOf"):
        return _either(_type(option, definitions) for option in options)
    if "prefixItems" in schema:
        first = _several(_type(schema["prefixItems"][0], definitions))
        return f"list of {len(schema['prefixItems'])} {first}"
    if schema.get("type") == "array":
        return f"list of {_several(_type(schema['items'], definitions))}"
    if schema.get("format") == "date-time":
        return "instant"
    return _TYPES.get(schema.get("type", ""), "")


def _several(kind: str) -> str:
    if not kind:
        return "values"
    if kind.startswith("list of "):
        return kind.replace("list of ", "lists of ", 1)
    return " or ".join(one if one == "text" else f"{one}s" for one in kind.split(" or "))


def _allowed(schema: Mapping[str, Any]) -> str:
    """Return what a schema allows of its type; nothing where that is everything."""
    if "const" in schema:
        return _toml(schema["const"])
    if "enum" in schema:
        return ", ".join(map(_toml, schema["enum"]))
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    high, below = schema.get("maximum"), schema.get("exclusiveMaximum")
    if low is not None and high is not None:
        return _toml(low) if low == high else f"{_toml(low)} to {_toml(high)}"
    bounds = ((low, "at least"), (above, "more than"), (high, "at most"), (below, "less than"))
    return ", ".join(f"{words} {_toml(bound)}" for bound, words in bounds if bound is not None)


def _toml(value: Any) -> str:
    """Return a value of the schema as TOML has it."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case dict():
            return f"{{ {', '.join(f'{key} = {_toml(one)}' for key, one in value.items())} }}"
    return f"{value:.10g}"
