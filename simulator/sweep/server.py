"""The processes of this machine that points run in, begun while a sweep is still being planned.

On Linux they are copies of one that has no threads, has imported the program and has studied a
small scenario (multiprocessing's fork server): what a process takes to begin is then taken once.
Elsewhere each is spawned.
"""

from __future__ import annotations

import multiprocessing
from contextlib import suppress
from multiprocessing.context import BaseContext

from simulator.processes import COPIES, begin_server


def begin_processes() -> None:
    """Let the processes that points will run in begin to import the program; waits for nothing."""
    if not COPIES:
        return
    # Where there can be no server, whoever asks it for a process is told.
    with suppress(OSError):
        begin_server(["simulator.sweep.rehearsal"])


def context() -> BaseContext:
    """Return how processes that points run in are made."""
    return multiprocessing.get_context("forkserver" if COPIES else "spawn")
