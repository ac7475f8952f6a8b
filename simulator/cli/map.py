"""`simulator map`: a drawing of a finished run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.options import refuse_existing
from simulator.cli.printing import print_text

if TYPE_CHECKING:
    from simulator.results import Results

EXAMPLE = "map results/malligyong-1 --figure revisit-mean"

Folder = Annotated[Path, typer.Argument(metavar="RESULTS", help="Folder of a finished run.")]
FigureName = Annotated[
    str, typer.Option(metavar="NAME", help="Which figure; 'list' names those there are.")
]
RegionName = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Region of the figure. [default: the first]"),
]
Day = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="Day, UTC, of the timeline or of the strips. [default: the first with pictures]",
    ),
]
Dpi = Annotated[int, typer.Option(min=20, max=1200, help="Dots an inch of a .png, 8 inches wide.")]
Width = Annotated[
    int | None,
    typer.Option(min=160, max=9600, help="Width of a .png, pixels, to the nearest 8; sets --dpi."),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="File to draw: .png, .svg or .pdf. [default: FIGURE.png]"),
]
Force = Annotated[bool, typer.Option("--force", help="Replace the file.")]


def command(
    folder: Folder,
    figure: FigureName = "ground-track",
    region: RegionName = None,
    day: Day = None,
    dpi: Dpi = 150,
    width: Width = None,
    out: Out = None,
    force: Force = False,
) -> None:
    """Draw a figure of a finished run."""
    from simulator import maps, results

    if figure == "list":
        _list(results.read(folder))
        return
    file = out or Path(f"{figure}.png")
    refuse_existing(file, force=force)
    # Before the results are read and drawn, which takes far longer.
    results.check_file(file)
    date = None if day is None else day.date()
    dpi = dpi if width is None else round(width / maps.WIDTH_IN)
    maps.draw(results.read(folder), figure, file, region=region, day=date, dpi=dpi)
    print_text(str(file))


def _list(finished: Results) -> None:
    """Print the name and the meaning of every drawing that can be made of a run."""
    from simulator import maps

    names = maps.available(finished)
    width = max(map(len, names), default=0)
    for name in names:
        print_text(f"{name:<{width}}  {maps.DRAWINGS[name][1]}")
