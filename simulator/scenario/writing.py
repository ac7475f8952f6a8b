"""A scenario written as TOML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import tomli_w

from simulator.scenario.models import Scenario


def to_toml(scenario: Scenario) -> str:
    """Return the scenario as TOML that loads back equal; keys without a value are left out."""
    text = str(tomli_w.dumps(as_document(scenario)))
    # Pairs, as of a polygon's vertices, go on one line. Nothing inside quotes can match: a text is
    # written on one line, its line breaks escaped.
    text = re.sub(r"\[\n\s*([-\d.e+]+),\n\s*([-\d.e+]+),\n\s*\]", r"[\1, \2]", text)
    instant = r"^(\s*(?:\w+ = |\{ [^\"'\n]*)?[\d-]{10}) ([\d:.]+)\+00:00(?=$|,| )"
    return re.sub(instant, r"\1T\2Z", text, flags=re.MULTILINE)


def as_document(scenario: Scenario) -> dict[str, Any]:
    """Return the scenario as the document that TOML would give, of lists and tables of its own."""
    document: dict[str, Any] = _written(scenario.model_dump(exclude_none=True))
    return document


def _written(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _written(inner) for key, inner in value.items() if inner != ""}
    return [_written(item) for item in value] if isinstance(value, tuple) else value
