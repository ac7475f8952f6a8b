"""Tables of a document in which the same is drawn: one of them is checked, and stands for all.

Networks have most of their stations in common; what is drawn of all of them makes tables that are
the same in every network.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simulator.scenario.models import Scenario
from simulator.scenario.table import ScenarioTable
from simulator.scenario.validation import Faults, frozen
from simulator.scenario.words import Where


class AlikeTables:
    """Which tables of a scenario, given alike, stay so whatever is drawn.

    Values are to be set in the first of them alone, at places that `leads` tells.
    """

    def __init__(
        self, document: Mapping[str, Any], scenario: Scenario, drawn: Mapping[Where, Hashable]
    ) -> None:
        """Find those of a scenario and its document; `drawn` says what is set at each place."""
        keys: dict[Where, dict[str | int, Hashable]] = {}
        for place, what in drawn.items():
            keys.setdefault(place[:-1], {})[place[-1]] = what
        groups: dict[Hashable, list[Where]] = {}
        kinds: dict[Where, type[ScenarioTable]] = {}
        for table, own in keys.items():
            written, made = _at(document, table), _at(scenario, table)
            # Of a table in which another is open, what is set there would have to be alike, too.
            holds_more = any(len(t) > len(table) and t[: len(table)] == table for t in keys)
            if isinstance(written, dict) and isinstance(made, ScenarioTable) and not holds_more:
                kinds[table] = type(made)
                sets = frozenset(own.items())
                groups.setdefault((type(made), repr(written), sets), []).append(table)
        self._groups = [
            (kinds[tables[0]], tuple(tables)) for tables in groups.values() if len(tables) > 1
        ]
        self._following = {table for _, tables in self._groups for table in tables[1:]}

    def leads(self, place: Where) -> bool:
        """Tell whether what is drawn is to be set at a place: in no table that follows another."""
        return place[:-1] not in self._following

    def opened(self, places: Iterable[Where]) -> Iterator[Where]:
        """Yield where a document is to be open for what is drawn at places."""
        for place in places:
            # What holds a table that follows another takes up that one.
            yield place if self.leads(place) else place[:-2]

    def spread(self, document: dict[str, Any]) -> None:
        """Check the first tables of a document, and put each in the places of those like it.

        Raises Faults, which do not say where.
        """
        for kind, (first, *others) in self._groups:
            problems: list[tuple[Where, str]] = []
            raw = frozen(_at(document, first), problems)
            if problems:
                raise Faults(problems)
            try:
                table = kind.model_validate(raw, context={"folder": Path()})
            except ValidationError as error:
                raise Faults([((), str(error))]) from None
            for place in (first, *others):
                _at(document, place[:-1])[place[-1]] = table


def _at(node: Any, place: Where) -> Any:
    """Return what stands at a place of a document or scenario; None: nothing."""
    for part in place:
        if isinstance(node, Mapping):
            node = node.get(part)
        elif isinstance(node, Sequence) and isinstance(part, int):
            node = node[part]
        else:
            node = getattr(node, str(part), None)
    return node
