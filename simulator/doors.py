"""Doors of rooms: a name is imported from its module when it is first asked for.

Whoever takes one name through a door waits for what that name needs, not for the whole room. A door
says where its names are twice: to checkers of types by imports that never run, to Python by `door`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def door(room: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return what finds a room's names (`__getattr__` of its package, PEP 562).

    `homes` has the names that each module of the room gives, separated by spaces.
    """
    module_of = {name: module for module, names in homes.items() for name in names.split()}

    def find(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module '{room}' has no attribute '{name}'")
        value = getattr(import_module(f"{room}.{module_of[name]}"), name)
        # From now on Python finds the name itself.
        setattr(sys.modules[room], name, value)
        return value

    return find
