"""The form of a value of a scenario: all of it but its numbers and texts.

In two values of one form a path leads to the same places.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from simulator.scenario.table import REMEMBERED, Same, ScenarioTable


def form(value: Any) -> Hashable:
    """Return what is equal for two values that have tables of the same kinds in the same places.

    Items of lists have the same names in them, too.
    """
    if isinstance(value, ScenarioTable):
        return _form_of_table(Same(value))
    if isinstance(value, tuple):
        # A text in a list is a name by which a path may lead to it.
        return tuple([item if isinstance(item, str) else form(item) for item in value])
    return (type(value),)


# Variants of a scenario have most tables in common, which do not change.
@lru_cache(maxsize=REMEMBERED)
def _form_of_table(same: Same) -> Hashable:
    table = same.table
    held = tuple([(key, form(value)) for key, value in vars(table).items()])
    return type(table), table.names, held
