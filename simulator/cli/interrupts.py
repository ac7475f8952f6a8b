"""Interrupts and the order to end: both are exceptions that clean up, each with its exit code."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

INTERRUPTED = 130
TERMINATED = 143


class Terminated(KeyboardInterrupt):
    """The system asks the process to end: cleaned up after as an interrupt is."""

    @staticmethod
    def raised(number: int, frame: object) -> None:
        raise Terminated


@contextmanager
def termination_raised() -> Iterator[None]:
    """Raise `Terminated` in the main thread at SIGTERM; in another thread change nothing."""
    # Python lets only the main thread set what a signal does.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, Terminated.raised)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def raise_interrupts() -> None:
    """Let an interrupt be an exception from here on, where it has ended the process so far."""
    if getattr(signal.getsignal(signal.SIGINT), "__name__", "") == "_end_at_once":
        # `simulator.__main__` set it while the imports ran and there was nothing to clean up.
        signal.signal(signal.SIGINT, signal.default_int_handler)


def exit_code(interrupt: KeyboardInterrupt) -> int:
    """Return the exit code of an interrupt or of an order to end."""
    return TERMINATED if isinstance(interrupt, Terminated) else INTERRUPTED
