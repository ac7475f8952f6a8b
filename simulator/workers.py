"""Who does a work on many items: threads of this process, or anything else that keeps the order.

Results come one after another in the order of the items, so that whoever sums them up gets the
same bits whatever did the work.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Workers(Protocol):
    """Does a work on items; what leaves this process must be able to be pickled."""

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """Yield what the work makes of each item, in order; raises what the work raises."""
        ...


@dataclass(frozen=True)
class Threads:
    """Threads of this process, `count` of them (default: one a core), no more than there are items.

    One alone is the caller's own thread, so that small work pays for no pool.
    """

    count: int | None = None

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """Yield the results in order; no more are held than there are threads."""
        threads = min(self.count or os.cpu_count() or 1, len(items))
        if threads <= 1:
            yield from map(work, items)
            return
        pool = ThreadPoolExecutor(threads)
        queue = iter(items)
        try:
            waiting: deque[Future[Result]] = deque(
                pool.submit(work, item) for item in islice(queue, threads)
            )
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(pool.submit(work, item) for item in islice(queue, 1))
                yield result
        finally:
            # An interrupt waits for the items under way alone.
            pool.shutdown(cancel_futures=True)


class Later:
    """Workers that begin when they are told to, or the first result is asked for, not at once."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._held: list[Callable[[], object]] = []

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """Yield the results in order."""
        begun = cache(partial(self._workers.map, work, items))
        self._held.append(begun)
        return (result for results in (begun,) for result in results())

    def begin(self) -> None:
        """Let the workers begin with all that they were given."""
        while self._held:
            self._held.pop()()
