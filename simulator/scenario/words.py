"""The wording of a scenario's faults, from pydantic's errors and a table's own JSON schema."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails, PydanticCustomError

from simulator.errors import nearest_hint
from simulator.scenario.key_examples import example_of_name
from simulator.units import DAY_S

FAULT = "fault"  # error type of a sentence already worded
MAX_HINTS = 20
OFFSET_EXAMPLE = "2023-08-24T00:00:00Z"

Where = tuple[str | int, ...]

# What a number too large is probably in, if dividing by the factor brings it into range.
_SLIPS = {
    "_km": (1e3, "metres"),
    "_mbps": (1e6, "bit/s"),
    "_mbit": (1e6, "bits"),
    "_gbit": (1e9, "bits"),
    "_ghz": (1e3, "MHz"),
    "days": (DAY_S, "seconds"),
}


def fault(message: str) -> PydanticCustomError:
    """Return an error with a sentence of ours, to raise inside a validator."""
    # A message template takes `{` literally as long as there is no context to fill in.
    return PydanticCustomError(FAULT, message)


def cut(text: str, length: int = 200) -> str:
    """Return a text cut to a length that a line of a message can hold."""
    return text if len(text) <= length else f"{text[: length - 3]}..."


def shown(value: object) -> str:
    """Return a value as the user wrote it, cut short."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            text = repr(value)
            return text if len(text) <= 60 else f"{text[:56]}...'"
        case datetime() | date() | time():
            return value.isoformat().replace("+00:00", "Z")
        case Mapping() | BaseModel():
            return "a table"
        case list() | tuple():
            return f"a list of {len(value)}"
        case int() if abs(value) > 10**18:
            return "a number beyond 10^18"
        case None:
            return "nothing"
    return repr(value)


def worded(
    table: type[BaseModel], raw: Any, errors: Sequence[ErrorDetails], *, catalog_key: str
) -> Iterator[tuple[Where, str]]:
    """Yield (place, sentence) for each of pydantic's errors in a table.

    `catalog_key` is the key that names the table's catalogue entry, empty if it has none.
    """
    unknown_entry = any(error["loc"] == (catalog_key,) for error in errors)
    entry_id = raw.get(catalog_key) if isinstance(raw, Mapping) else None
    strays = 0
    for error in errors:
        where, kind = error["loc"], error["type"]
        if kind == "missing" and unknown_entry and where != (catalog_key,) and len(where) == 1:
            continue  # the entry would have given it
        strays += kind == "extra_forbidden"
        if kind == "extra_forbidden" and strays > MAX_HINTS:
            continue
        # Unions of tables put the name of the member tried into the place; it starts with NUL.
        clean = tuple(part for part in where if not str(part).startswith("\0"))
        yield clean, _sentence(table, error, entry_id)
    if strays > MAX_HINTS:
        yield (), f"{strays - MAX_HINTS} more unknown keys"


def _sentence(table: type[BaseModel], error: ErrorDetails, entry_id: object) -> str:
    key = str(error["loc"][0]) if error["loc"] else ""
    value, kind, ctx = error["input"], error["type"], error.get("ctx", {})
    own = len(error["loc"]) == 1
    if kind == FAULT:
        return error["msg"]
    if kind == "extra_forbidden":
        return f"unknown key{nearest_hint(key, table.model_fields)}"
    if kind == "missing":
        return _missing(table, key, entry_id) if own else "is missing"
    allowed = _allowed(table, key) if own else ""
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        return _out_of_range(key, value, ctx, allowed, table)
    if kind in ("string_too_short", "string_too_long"):
        return f"{shown(value)} is {len(value)} characters long; allowed {allowed}"
    if kind == "too_short":
        return f"{shown(value)}; allowed {ctx['min_length']} at least"
    if kind == "too_long":
        return f"{shown(value)}; allowed up to {ctx['max_length']}"
    if kind == "finite_number":
        return f"{shown(value)} is not a finite number" + (
            f"; allowed {_bare_range(allowed)}" if own else ""
        )
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", ctx["expected"])
        return f"{shown(value)} is not {ctx['expected']}{_nearest(value, choices)}"
    expected = allowed or _TYPE_WORDS.get(kind, "")
    if not expected:
        return f"{shown(value)}: {error['msg']}"
    if kind == "model_type" and not key:
        hint = _such_a_table(table)
    else:
        hint = _such_as(key) if kind in _SHOWN_BY_EXAMPLE else _as_number(kind, value)
    return f"{shown(value)} is not {expected}{hint}"


# Where the form of a value is what is wrong, an example says more than its name.
_SHOWN_BY_EXAMPLE = ("model_type", "tuple_type")


def _such_as(key: str) -> str:
    example = example_of_name(key)
    return f", such as {key} = {example}" if example else ""


def _such_a_table(table: type[BaseModel]) -> str:
    required = [key for key, field in table.model_fields.items() if field.is_required()]
    parts = [f"{key} = {example_of_name(key)}" for key in required if example_of_name(key)]
    return f", such as {{ {', '.join(parts)} }}" if parts else ""


def _as_number(kind: str, value: object) -> str:
    """Return how to write a text that would be a number, empty for any other value."""
    if kind not in ("float_type", "int_type") or not isinstance(value, str):
        return ""
    if re.fullmatch(r"[-+]?\d+,\d+", value.strip()):
        return f"; write a point: {value.strip().replace(',', '.')}"
    try:
        number = float(value)
    except ValueError:
        return ""
    # A number of too many digits is a text in an override, though nobody put it in quotes.
    return "; remove the quotes" if math.isfinite(number) else ""


def _nearest(value: object, choices: Sequence[str]) -> str:
    hint = nearest_hint(str(value), choices)
    return hint if "did you mean" in hint else ""


_TYPE_WORDS = {
    "float_type": "a number",
    "int_type": "a whole number",
    "string_type": "text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "model_type": "a table",
}


def _missing(table: type[BaseModel], key: str, entry_id: object) -> str:
    if isinstance(entry_id, str):
        return f"is missing: catalogue entry '{entry_id}' has no figure for it; give one here"
    return f"is missing; {_allowed(table, key)} is required{_such_as(key)}"


def _out_of_range(
    key: str, value: Any, ctx: Mapping[str, Any], allowed: str, table: type[BaseModel]
) -> str:
    name, limit = next(iter(ctx.items()))
    too_low = name in ("gt", "ge")
    beyond, touching = ("below", "not above") if too_low else ("above", "not below")
    words = {"gt": "above", "ge": "from", "lt": "below", "le": "up to"}
    bounds = _bare_range(allowed) or f"{words[name]} {_number(limit)}"
    side = touching if value == limit else beyond
    sentence = f"{shown(value)} is {side} {_number(limit)}; allowed {bounds}"
    return sentence + (_slip(table, key, value) if allowed else "")


def _bare_range(allowed: str) -> str:
    return re.sub(r"\ba (?:whole )?number (?:from )?", "", allowed)


def _slip(table: type[BaseModel], key: str, value: float) -> str:
    for suffix, (factor, unit) in _SLIPS.items():
        if not key.endswith(suffix):
            continue
        low, high = _bounds(_schema(table)["properties"][key])
        if low is None or high is None or value <= high:
            continue
        if max(low, 1.0) <= value / factor <= high:
            return f"; it looks like {unit}"
    return ""


@cache
def _schema(table: type[BaseModel]) -> dict[str, Any]:
    return table.model_json_schema()


def _variants(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    options = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return [option for option in options if option.get("type") != "null"]


def _bounds(schema: Mapping[str, Any]) -> tuple[float | None, float | None]:
    for option in _variants(schema):
        low = option.get("minimum", option.get("exclusiveMinimum"))
        high = option.get("maximum", option.get("exclusiveMaximum"))
        if low is not None or high is not None:
            return low, high
    return None, None


def _allowed(table: type[BaseModel], key: str) -> str:
    """Return in words what a key takes, read from the table's JSON schema."""
    schema = _schema(table).get("properties", {}).get(key)
    if schema is None:
        return ""
    return " or ".join(dict.fromkeys(_option_words(option) for option in _variants(schema)))


def _option_words(option: Mapping[str, Any]) -> str:
    if "const" in option:
        return f"'{option['const']}'"
    if "enum" in option:
        return "one of " + ", ".join(f"'{choice}'" for choice in option["enum"])
    match option.get("type"):
        case "number" | "integer":
            noun = "a whole number" if option["type"] == "integer" else "a number"
            return f"{noun} {_range_words(option)}".strip()
        case "string" if option.get("format") == "date-time":
            return f"a time with an offset, such as {OFFSET_EXAMPLE}"
        case "string" if "maxLength" in option:
            least = f"{option['minLength']} to" if "minLength" in option else "up to"
            return f"text of {least} {option['maxLength']} characters"
        case "string":
            return "text"
        case "array":
            return "a list"
        case "boolean":
            return "true or false"
    return "a table"


def _range_words(option: Mapping[str, Any]) -> str:
    match option:
        case {"minimum": low, "maximum": high} if low == high:
            return _number(low)
        case {"minimum": low, "maximum": high}:
            return f"from {_number(low)} to {_number(high)}"
        case {"exclusiveMinimum": low, "maximum": high}:
            return f"above {_number(low)}, up to {_number(high)}"
        case {"minimum": low, "exclusiveMaximum": high}:
            return f"from {_number(low)} to below {_number(high)}"
        case {"exclusiveMinimum": low, "exclusiveMaximum": high}:
            return f"above {_number(low)}, below {_number(high)}"
        case {"exclusiveMinimum": low}:
            return f"above {_number(low)}"
    return ""


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(value)
