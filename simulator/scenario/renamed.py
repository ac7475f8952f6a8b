"""Keys that had another name in earlier versions: answered with the name they have now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.scenario.words import Where

# Tables of a scenario by their old names.
_TABLES: Mapping[str, str] = {"figures": "counting"}


def move_renamed(document: dict[str, Any]) -> list[tuple[Where, str]]:
    """Move what stands under an old name to the new one; return a fault for each key moved.

    Moved, its values are checked together with all else, so that one reading names every fault.
    """
    faults = list(_renamed(document))
    for old, new in _TABLES.items():
        moved = document.pop(old, {})
        present = document.get(new, {})
        if isinstance(moved, dict) and moved and isinstance(present, dict):
            document[new] = {**moved, **present}
    return faults


def _renamed(document: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
    for old, new in _TABLES.items():
        table = document.get(old, {})
        if not isinstance(table, Mapping) or (old in document and not table):
            yield (old,), f"is called {new} now"
            continue
        for key in table:
            yield (old, key), f"is called {new}.{key} now"
