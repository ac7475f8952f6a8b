"""Every drawing there is data for, made of results, by several processes at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from simulator.maps.silence import silent
from simulator.results import Results, as_kept
from simulator.workers import Threads, Workers


@dataclass(frozen=True)
class DrawingFile:
    """A drawing: its name, and the name of its file with what it holds."""

    name: str
    file_name: str
    png: bytes


@dataclass(frozen=True)
class _Planned:
    """A drawing to be made, of which region if it is of one, into which file."""

    name: str
    region: str | None
    file_name: str


def draw_all(
    results: Results, *, workers: Workers | None = None, shares: int = 1, titles: bool = True
) -> Iterator[DrawingFile]:
    """Make every drawing that says something, one for each region where it is of a region.

    They show the numbers that the results folder holds, as drawings made from it do. `workers` are
    processes, which may begin at once, and each of which takes one of the `shares`; threads would
    mix up figures, which share matplotlib's settings. Without `titles` none has a heading.
    """
    workers = workers or Threads(1)
    made = workers.map(partial(_share, results, shares, titles), range(shares))
    return (drawn for share in made for drawn in share)


def save_all(
    drawn: Iterable[DrawingFile],
    into: Path,
    *,
    remarks: Sequence[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> None:
    """Write drawings into a folder, with remarks on others; `progress` is given each name."""
    progress("figures")
    if remarks:
        (into / "README.txt").write_text("\n".join(remarks) + "\n", encoding="utf-8")
    for drawing in drawn:
        progress(f"figure {drawing.name}")
        (into / drawing.file_name).write_bytes(drawing.png)


def _share(results: Results, shares: int, titles: bool, number: int) -> list[DrawingFile]:
    """Make one share of the drawings."""
    from simulator.maps.page import encode
    from simulator.maps.register import drawing

    shown = as_kept(results)
    return [
        DrawingFile(
            planned.name,
            planned.file_name,
            encode(drawing(shown, planned.name, region=planned.region, title=titles), "png"),
        )
        for planned in shared_out(shown, shares)[number]
    ]


def shared_out(results: Results, shares: int) -> list[list[_Planned]]:
    """Return the drawings of a run in shares of about the same work."""
    from simulator.maps.register import WORK

    parts: list[list[_Planned]] = [[] for _ in range(shares)]
    work = [0.0] * shares
    for planned in sorted(_planned(results), key=lambda p: -WORK.get(p.name, 1.0)):
        least = work.index(min(work))
        parts[least].append(planned)
        work[least] += WORK.get(planned.name, 1.0)
    return parts


def _planned(results: Results) -> list[_Planned]:
    """Return the drawings that there is data for."""
    from simulator.maps.register import available, regions

    left_out = {(drawing.name, drawing.region) for drawing in silent(results)}
    planned = []
    for name in available(results):
        shown = regions(results, name)
        if not shown or len(results.grids) == 1:
            region = next(iter(results.grids)) if shown else None
            if (name, region) not in left_out:
                planned.append(_Planned(name, None, f"{name}.png"))
            continue
        planned += [
            _Planned(name, region, f"{name}-{number}.png")
            for number, region in enumerate(results.grids, 1)
            if region in shown and (name, region) not in left_out
        ]
    return planned
