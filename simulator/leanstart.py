"""A process that ends with its command, begun and ended without what it has no use for."""

from __future__ import annotations

import atexit
import dataclasses
import gc
import os
import sys
from collections.abc import Callable
from typing import Any

# Objects more than there were at the last look for garbage, before there is another: more than a
# short command ever makes, and some ten megabytes.
_OBJECTS = 300_000
# Methods of data classes that few objects are ever asked for.
_SELDOM = frozenset({"__repr__", "__eq__", "__hash__", "__setattr__", "__delattr__"})


def begin_lean() -> None:
    """Let Python seldom look for garbage, pydantic for no plug-ins, and nobody find Dask.

    Dask is found again when someone asks for a cluster.

    xarray imports Dask, where it is installed, at the first table it makes, to see whether that is
    one of Dask's: a second of a run. No table of this program is.
    """
    gc.set_threshold(_OBJECTS)
    # Its models are no one's to change, and to look for plug-ins is to look at every package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    make_methods_late()
    # Once xarray is there it may know of Dask already.
    if not sys.modules.keys() & {"dask", "xarray"}:
        # None in this place is how Python is told that a module cannot be imported.
        sys.modules["dask"] = None  # type: ignore[assignment]


def keep_what_is_there() -> None:
    """Let no look for garbage go through what is there by now, in a process that began lean.

    What is imported stays until the end; to go through all of it takes a twentieth of a run.
    """
    if gc.get_threshold()[0] == _OBJECTS:
        gc.freeze()


def make_methods_late() -> None:
    """Let methods of data classes be made of their text when they are first called.

    Python makes up to five of each class, of which there are hundreds, in most of the time it takes
    to import them. Where it makes all of a class at once, as from 3.13 on, all stays as it is.
    """
    make = vars(dataclasses).get("_create_fn")
    if make is None or hasattr(make, "at_once"):
        return

    def make_late(name: str, *text: Any, **scope: Any) -> Callable[..., Any]:
        return _late(name, make, *text, **scope) if name in _SELDOM else make(name, *text, **scope)

    make_late.at_once = make  # type: ignore[attr-defined]
    dataclasses._create_fn = make_late  # type: ignore[attr-defined]


def _late(name: str, make: Callable[..., Any], *text: Any, **scope: Any) -> Callable[..., Any]:
    """Return a method that is made at its first call."""
    made: list[Callable[..., Any]] = []

    def method(self: Any, *given: Any) -> Any:
        if not made:
            made.append(make(name, *text, **scope))
        return made[0](self, *given)

    method.__name__ = name
    return method


def leave_arrow_out() -> None:
    """Let pandas find no Arrow in this process, for tables that are no files of Arrow's.

    pandas imports it, where it is installed, and keeps texts in it: a tenth of a run. Tables of a
    process that has it cannot be handed to one that has not.
    """
    # Once pandas is there it may know of Arrow already.
    if not sys.modules.keys() & {"pandas", "pyarrow"}:
        sys.modules["pyarrow"] = None  # type: ignore[assignment]


def is_arrow_left_out() -> bool:
    """Tell whether this process finds no Arrow."""
    return sys.modules.get("pyarrow", sys) is None


def let_dask_be_found() -> None:
    """Let Dask be imported again, as it can be where nobody has begun lean."""
    if "dask" in sys.modules and sys.modules["dask"] is None:
        del sys.modules["dask"]


def end_at_once(code: int) -> None:
    """End this process once all is said, and take nothing of it apart: a fifth of a short command.

    Returns where something cannot be said, so that Python ends the process as it does by itself,
    and tells why.
    """
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return
    # What others want done at the end, such as files removed and processes ended.
    atexit._run_exitfuncs()
    os._exit(code)
