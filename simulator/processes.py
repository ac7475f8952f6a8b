"""Processes of this machine that do work for this one, started before there is any.

They are never forked from this process: a fork would copy its threads' locks as they stand. Each
is spawned, and imports what it needs while this process is still at other work. On Linux several
are copies of one that has no threads and has imported that already (multiprocessing's fork server),
so that they import it once.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import forkserver

from simulator.leanstart import begin_lean, is_arrow_left_out, keep_what_is_there
from simulator.workers import Item, Result

# Whether processes can be copies of one that has imported what they need.
COPIES = sys.platform == "linux"


class ProcessPool:
    """Processes that do work on items, in the order of the items; a context that ends them.

    Where none can be started, or one is killed, this process does the work itself.
    """

    def __init__(self, count: int, *, modules: Sequence[str]) -> None:
        """Start `count` processes, each of which imports modules, in their order.

        They have Arrow where this process has it, for they are handed its tables.
        """
        modules = [*(["simulator.arrowless"] if is_arrow_left_out() else []), *modules]
        self.count = count
        self._others = set(multiprocessing.active_children())
        self._pool: ProcessPoolExecutor | None = None
        method = "forkserver" if count > 1 and COPIES else "spawn"
        try:
            self._pool = ProcessPoolExecutor(
                count,
                mp_context=multiprocessing.get_context(method),
                initializer=begin_process,
                initargs=tuple(modules),
            )
            if method == "forkserver":
                begin_server(modules)
                return
            with deaf_to_interrupts():
                # An executor starts its processes with the first work it is given.
                for _ in range(count):
                    self._pool.submit(os.getpid)
        except (OSError, BrokenProcessPool):
            self._give_up()

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """Begin the work at once, and yield what it makes of each item, in order.

        Raises what the work raises, when its turn comes.
        """
        handed: Future[list[Future[Result]]] = Future()
        if self._pool is None:
            handed.set_result([])
        else:
            # Work can be handed on once processes have imported; this thread waits for nothing.
            hand = partial(_hand_on, self._pool, work, items, handed)
            threading.Thread(target=hand, daemon=True).start()
        return self._results(work, items, handed)

    def _results(
        self,
        work: Callable[[Item], Result],
        items: Sequence[Item],
        handed: Future[list[Future[Result]]],
    ) -> Iterator[Result]:
        try:
            futures = handed.result()
        except (OSError, BrokenProcessPool):
            self._give_up()
        for number, item in enumerate(items):
            try:
                if self._pool is None:
                    yield work(item)
                else:
                    yield futures[number].result()
            except BrokenProcessPool:
                self._give_up()
                yield work(item)

    def begin(self, work: Callable[[Item], Result], item: Item) -> None:
        """Let a process do work whose result nobody waits for; where none can, nobody does."""
        try:
            if self._pool is not None:
                with deaf_to_interrupts():
                    self._pool.submit(work, item)
        except (OSError, BrokenProcessPool):
            self._give_up()

    def __enter__(self) -> ProcessPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._give_up()
        elif self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def _give_up(self) -> None:
        if self._pool is None:
            return
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None
        for child in set(multiprocessing.active_children()) - self._others:
            child.kill()
            child.join(timeout=1.0)


def _hand_on(
    pool: ProcessPoolExecutor,
    work: Callable[[Item], Result],
    items: Sequence[Item],
    handed: Future[list[Future[Result]]],
) -> None:
    """Give work on each item to processes, and say what will have its results, or what failed."""
    try:
        with deaf_to_interrupts():
            handed.set_result([pool.submit(work, item) for item in items])
    except Exception as fault:  # whatever it is, it is told where the results are asked for
        handed.set_exception(fault)


def begin_server(modules: Sequence[str]) -> None:
    """Let the process of which others are to be copies begin to import modules, in their order.

    Copies are made in no time, but not before it has done importing; this waits for nothing. Raises
    OSError where there can be no such process.
    """
    multiprocessing.set_forkserver_preload(["simulator.leanserver", *modules])
    with deaf_to_interrupts():
        forkserver.ensure_running()


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Hold interrupts back, so that a process started meanwhile never hears them, as we shall."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin_process(*modules: str) -> None:
    """Make a process leave interrupts to its parent, and end when its parent does.

    Warnings of libraries are left to the parent too, which says each once. Modules named are
    imported.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    begin_lean()
    parent = multiprocessing.parent_process()

    def end_with_parent() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    for module in modules:
        importlib.import_module(module)
    keep_what_is_there()
