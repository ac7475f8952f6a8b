"""What shows how far a run or a sweep is, on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simulator.cli.printing import say
from simulator.errors import printable_line
from simulator.text import duration
from simulator.units import HOUR_S

if TYPE_CHECKING:
    from simulator.sweep import Estimate, Progress, Watcher


@contextmanager
def stage_shown(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Give a function that shows the stage under way: on a terminal only, else nowhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield lambda stage: status.update(printable_line(stage))


@contextmanager
def stages_timed(progress: Callable[[str], None], wanted: bool) -> Iterator[Callable[[str], None]]:
    """Give a function that hands stages on, and say at the end how long each of them took.

    A stage lasts until the next begins; those of one first word, such as figures, count as one.
    """
    if not wanted:
        yield progress
        return
    begun_s: list[tuple[str, float]] = []

    def timed(stage: str) -> None:
        begun_s.append((stage.partition(" ")[0], time.perf_counter()))
        progress(stage)

    yield timed
    ends_s = [begin_s for _, begin_s in begun_s[1:]] + [time.perf_counter()]
    total_s: dict[str, float] = {}
    for (stage, begin_s), end_s in zip(begun_s, ends_s, strict=True):
        total_s[stage] = total_s.get(stage, 0.0) + end_s - begin_s
    for stage, seconds in total_s.items():
        say(f"{stage:<12}{seconds:8.2f} s")


@contextmanager
def sweep_shown(quiet: bool) -> Iterator[Watcher | None]:
    """Give what shows a sweep: a bar on a terminal, else a line every tenth of the points."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _status_watcher() as watcher:
            yield watcher
    else:
        yield _line_watcher()


def _line_watcher() -> Watcher:
    # The base class is imported in the function: its module imports numpy.
    from simulator.sweep import Watcher

    class Lines(Watcher):
        tenths = 0

        def estimated(self, estimate: Estimate) -> None:
            say(_estimate_line(estimate))

        def progressed(self, progress: Progress) -> None:
            tenths = 10 * progress.done // progress.points
            if tenths > self.tenths:
                self.tenths = tenths
                say(_progress_line(progress))

    return Lines()


@contextmanager
def _status_watcher() -> Iterator[Watcher]:
    from rich.console import Console

    from simulator.sweep import Watcher

    console = Console(stderr=True)
    with console.status("starting") as status:

        class Status(Watcher):
            def estimated(self, estimate: Estimate) -> None:
                console.print(_estimate_line(estimate), highlight=False)

            def progressed(self, progress: Progress) -> None:
                status.update(_progress_line(progress))

        yield Status()


def _estimate_line(estimate: Estimate) -> str:
    kept = f", {estimate.taken_over:,} taken over" if estimate.taken_over else ""
    return (
        f"{estimate.points:,} runs{kept}; about {duration(estimate.seconds / HOUR_S)} on "
        f"{estimate.workers} at a time, {estimate.size_bytes / 1e6:,.1f} MB"
    )


def _progress_line(progress: Progress) -> str:
    failed = f", {progress.failed:,} failed" if progress.failed else ""
    return (
        f"{progress.done:,} of {progress.points:,} ({progress.done / progress.points:.0%}){failed}"
        f", {progress.rate_per_s:.3g} a second, {duration(progress.left_s / HOUR_S)} left"
    )
