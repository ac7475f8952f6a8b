"""What shows how far a run or a sweep is, on stderr."""

from __future__ import annotations

import sys
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
