"""Every drawing there is data for, from a results folder into files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from simulator.results import Results, read
from simulator.workers import Threads, Workers


@dataclass(frozen=True)
class DrawingFile:
    """A drawing, of which region if it is of one, and the file it goes into."""

    drawing: str
    region: str | None
    file: Path


def draw_all(
    results_folder: Path,
    into: Path,
    *,
    workers: Workers | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Make every drawing there is data for, a file for each region where it is of a region.

    They are drawn from the folder, as later by name, so that both are the same. `workers` are
    processes (without them one drawing follows another here); threads would mix up figures, which
    share matplotlib's settings. `progress` is given the name of each.
    """
    workers = workers or Threads(1)
    files = next(iter(workers.map(partial(_planned, into=into), [results_folder])))
    drawn = workers.map(partial(_drawn, results_folder), files)
    for file in files:
        progress(f"figure {file.drawing}")
        next(drawn)


def _planned(results_folder: Path, *, into: Path) -> list[DrawingFile]:
    """Return the files that a results folder has drawings for."""
    from simulator.maps.register import available, regions

    run = _read(results_folder)
    files = []
    for name in available(run):
        shown = regions(run, name)
        if not shown or len(run.grids) == 1:
            files.append(DrawingFile(name, None, into / f"{name}.png"))
            continue
        files += [
            DrawingFile(name, region, into / f"{name}-{number}.png")
            for number, region in enumerate(run.grids, 1)
            if region in shown
        ]
    return files


def _drawn(results_folder: Path, file: DrawingFile) -> Path:
    from simulator.maps.register import draw

    return draw(_read(results_folder), file.drawing, file.file, region=file.region)


def _read(results_folder: Path) -> Results:
    summary = (results_folder / "summary.json").read_bytes()
    return _read_once(results_folder, hashlib.sha256(summary).hexdigest())


# A process makes several drawings of one folder. Its summary holds the digests of its other files:
# where it is the same, they are.
@lru_cache(maxsize=1)
def _read_once(results_folder: Path, _: str) -> Results:
    return read(results_folder)
