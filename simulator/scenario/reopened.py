"""The document of a resolved scenario, opened at some places and closed at all others.

Where it is closed a table stands as it was made, and is not checked again: a scenario of which a
few values change is made of few new tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from simulator.scenario.models import Scenario
from simulator.scenario.table import ScenarioTable
from simulator.scenario.words import Where

# By key or number of an item, what is open below it.
_Open = dict[str | int, "_Open"]


class Reopened:
    """A scenario's document, anew each time that it is asked for, to set values at places."""

    def __init__(
        self, document: Mapping[str, Any], scenario: Scenario, places: Iterable[Where]
    ) -> None:
        """Open a document, that of a scenario, at the places of some values."""
        self._document = document
        self._scenario = scenario
        self._open: _Open = {}
        for place in places:
            below = self._open
            for part in place:
                below = below.setdefault(part, {})

    def known(self) -> dict[str, Any]:
        """Return the values of the keys in which nothing is open."""
        return {
            key: getattr(self._scenario, key) for key in self._document if key not in self._open
        }

    def document(self) -> dict[str, Any]:
        """Return the document, whose tables and lists are its own as far as places lead."""
        return {
            key: _opened(value, getattr(self._scenario, key), self._open[key])
            if key in self._open
            else value
            for key, value in self._document.items()
        }


def _opened(written: Any, made: Any, below: _Open) -> Any:
    """Return what is written, with what was made of it in the places that are not open."""
    if isinstance(written, list) and isinstance(made, tuple):
        pairs = enumerate(zip(written, made, strict=True))
        return [_item(item, own, below.get(n)) for n, (item, own) in pairs]
    if isinstance(written, dict) and isinstance(made, ScenarioTable) and below:
        return {
            key: _item(value, getattr(made, key), below.get(key)) for key, value in written.items()
        }
    return deepcopy(written)


def _item(written: Any, made: Any, below: _Open | None) -> Any:
    if below is not None:
        return _opened(written, made, below)
    if isinstance(made, ScenarioTable):
        return made
    if isinstance(made, tuple) and made and all(isinstance(m, ScenarioTable) for m in made):
        return made
    # Numbers and texts, and lists and tables of these, which nothing changes.
    return written
