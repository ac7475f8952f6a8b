"""`path=value`, as `--set` and `--vary` take it: read, and written so that it is read the same."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time
from typing import Any

import numpy as np

from simulator.errors import InputError
from simulator.scenario.textfiles import parse_toml

# Each part begins where the one before must end, so that no text is gone through twice.
_PART = r"""(?:"[^"]*"|'[^']*'|[^."'=]+)"""
_ASSIGNMENT = re.compile(rf"\s*({_PART}(?:\.{_PART})*)\s*=(.*)", re.DOTALL)
# JSON leaves DEL as it is, which TOML forbids in a text.
_ESCAPE = str.maketrans({"\x7f": "\\u007f"})


def assignment(text: str) -> tuple[str, str] | None:
    """Return the path and the text after the `=` of `path=value`; None if it is none."""
    match = _ASSIGNMENT.fullmatch(text)
    return (match[1], match[2]) if match else None


def path_parts(path: str) -> list[str]:
    """Return the keys and list items of a path, which dots join; a part with a dot is quoted."""
    return [part.strip().strip("\"'") for part in re.findall(_PART, path)]


def toml_value(text: str) -> Any:
    """Return the value that a text is in TOML, or else the text itself."""
    try:
        document = parse_toml(f"value = {text}", origin="value")
    except InputError:
        return text.strip()
    # A line break in the text may have begun another key.
    return document["value"] if document.keys() == {"value"} else text.strip()


def toml_text(value: Any) -> str:
    """Return a value as TOML on one line; raises InputError for what no scenario can hold."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False).translate(_ESCAPE)
        case int() | np.integer():
            return str(int(value))
        case float() | np.floating():
            return repr(float(value))
        case datetime() | date() | time():
            return value.isoformat()
        case list() | tuple():
            return "[" + ", ".join(toml_text(item) for item in value) + "]"
        case dict():
            pairs = (f"{toml_text(str(key))} = {toml_text(item)}" for key, item in value.items())
            return "{" + ", ".join(pairs) + "}"
    raise InputError(f"{value!r} is no value of a scenario")
