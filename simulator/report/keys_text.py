"""The keys of a scenario file as tables in Markdown, a table for each table of the file."""

from __future__ import annotations

from itertools import groupby

from simulator.scenario import Key, keys

_ABOUT = """\
Every key that a scenario file may hold, as `simulator schema --keys` prints it; `simulator explain
KEY` says the same of one. A key that must be given has the default *required*. A table that can
come from the catalogue takes every key that is not given from its entry, so that nothing is
required of it but the entry's id. Examples are values as TOML has them."""
_HEAD = ("| key | type | default | allowed | meaning | example |", "| --- " * 6 + "|")
# A list of allowed words longer than this is named, not shown.
_MAX_ALLOWED = 160


def keys_markdown() -> str:
    """Return all keys of a scenario file as tables in Markdown, in the order of the schema."""
    all_keys = keys()
    place = {path: index for index, path in enumerate(all_keys)}
    # A table stands where the key that holds it stands; the file's own keys come first.
    ordered = sorted(
        all_keys.values(), key=lambda key: (place.get(_table(key), -1), place[key.path])
    )
    parts = ["# Scenario keys", _ABOUT]
    for table, members in groupby(ordered, _table):
        heading = f"## `{table}`" if table else "## The file itself"
        parts.append("\n".join([f"{heading}\n", *_HEAD, *map(_row, members)]))
    return "\n\n".join(parts) + "\n"


def _table(key: Key) -> str:
    return key.path.rpartition(".")[0]


def _row(key: Key) -> str:
    name = key.path.rpartition(".")[2]
    default = "*required*" if key.required else _code(key.default)
    allowed = key.allowed
    if len(allowed) > _MAX_ALLOWED and name == "figure":
        allowed = "one of the figures that can be asked for, see [figures.md](figures.md)"
    cells = (f"`{name}`", key.type, default, allowed, key.meaning, _code(key.example))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""
