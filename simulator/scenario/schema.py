"""What a scenario file may hold, for machines and for the table of keys that people read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.scenario.models import Scenario


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a scenario file, every key described."""
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, **Scenario.model_json_schema()}


def keys() -> dict[str, str]:
    """Return every key of a scenario file, dotted, with its description; list indices left out.

    A key that several kinds of a table share has their descriptions joined.
    """
    # Dictionaries for sets that keep the order of the schema.
    descriptions: dict[str, dict[str, None]] = {}
    schema = json_schema()
    for key, description in _described(schema, schema["$defs"], ""):
        descriptions.setdefault(key, {})[description] = None
    return {key: " | ".join(texts) for key, texts in descriptions.items()}


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
