"""A process that ends with its command, begun and ended without what it has no use for."""

from __future__ import annotations

import atexit
import gc
import os
import sys

# Objects more than there were at the last look for garbage, before there is another: more than a
# short command ever makes, and some ten megabytes.
_OBJECTS = 300_000


def begin_lean() -> None:
    """Let Python seldom look for garbage, and find no Dask until someone asks for a cluster.

    xarray imports Dask, where it is installed, at the first table it makes, to see whether that is
    one of Dask's: a second of a run. No table of this program is.
    """
    gc.set_threshold(_OBJECTS)
    # Once xarray is there it may know of Dask already.
    if not sys.modules.keys() & {"dask", "xarray"}:
        # None in this place is how Python is told that a module cannot be imported.
        sys.modules["dask"] = None  # type: ignore[assignment]


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
