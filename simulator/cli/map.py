"""`simulator map`: a drawing of a finished run, of a sweep, or of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.options import refuse_existing
from simulator.cli.printing import print_text
from simulator.errors import InputError

if TYPE_CHECKING:
    from simulator.results import Results
    from simulator.sweep import Sweep

EXAMPLE = "map results/malligyong-1 --figure revisit-mean"
_FORMATS = ("png", "svg", "pdf")

Folder = Annotated[
    Path,
    typer.Argument(metavar="RESULTS", help="Folder of a run, a sweep, or an answer kept by --out."),
]
FigureName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Which figure; 'list' names those there are. Of a sweep: a figure of networks, "
        "targets or regions. [default: ground-track]",
    ),
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
Extent = Annotated[
    str | None,
    typer.Option(
        metavar="W,S,E,N",
        help="Part of the Earth that a map shows, degrees. [default: what is drawn]",
    ),
]
ProjectionName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Of a map: conic, equal-earth, mercator, plate-carree, polar or robinson. "
        "[default: what suits]",
    ),
]
Along = Annotated[
    str | None,
    typer.Option(
        "--x",
        metavar="KEY",
        help="Of a sweep: the varied key along the figure. [default: the first]",
    ),
]
Up = Annotated[
    str | None,
    typer.Option(
        "--y",
        metavar="KEY",
        help="Of a sweep: the key up a map of colours. [default: the second of two]",
    ),
]
Network = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Of a sweep: this network alone. [default: all]"),
]
NoTitle = Annotated[
    bool, typer.Option("--no-title", help="Leave out the heading, as journals want it.")
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="KIND", help="png, svg or pdf. [default: by --out, else png]"),
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
    figure: FigureName = None,
    region: RegionName = None,
    day: Day = None,
    extent: Extent = None,
    projection: ProjectionName = None,
    x: Along = None,
    y: Up = None,
    network: Network = None,
    no_title: NoTitle = False,
    kind: Format = None,
    dpi: Dpi = 150,
    width: Width = None,
    out: Out = None,
    force: Force = False,
) -> None:
    """Draw a figure of a run, of a sweep against what was varied, or of an answer."""
    from simulator import maps, results

    dpi = dpi if width is None else round(width / maps.WIDTH_IN)
    to = _To(out, kind, dpi, titled=not no_title, force=force)
    of_runs: dict[str, object] = {"day": day, "extent": extent, "projection": projection}
    of_sweeps: dict[str, object] = {"x": x, "y": y, "network": network}
    if (folder / _JOURNAL).is_file():
        _refuse(of_runs, of="a run", folder_of="a sweep")
        _of_sweep(folder, figure, to, x=x, y=y, network=network, region=region)
    elif results.is_answer(folder):
        _refuse(of_sweeps, of="a sweep", folder_of="an answer")
        _refuse({"region": region, **of_runs}, of="a run", folder_of="an answer")
        _of_answer(folder, figure, to)
    else:
        # A folder that is none of these is answered when it is read.
        if (folder / _SUMMARY).is_file():
            _refuse(of_sweeps, of="a sweep", folder_of="a run")
        _of_run(folder, figure, to, region=region, day=day, extent=extent, projection=projection)


@dataclass(frozen=True)
class _To:
    """Into which file a figure is drawn, and how."""

    out: Path | None
    kind: str | None
    dpi: int
    titled: bool
    force: bool

    def file(self, figure: str) -> Path:
        """Return the file of a figure; raises InputError for one that cannot be written."""
        return _file(self.out, self.kind, figure, force=self.force)


def _of_sweep(
    folder: Path,
    figure: str | None,
    to: _To,
    *,
    x: str | None,
    y: str | None,
    network: str | None,
    region: str | None,
) -> None:
    from simulator import maps
    from simulator.sweep import read_sweep

    sweep = read_sweep(folder)
    if figure == "list":
        _list_sweep(sweep)
        return
    figure = figure or maps.default_figure(sweep)
    file = to.file(figure)
    drawn = maps.draw_sweep(
        sweep, figure, x=x, y=y, network=network, region=region, titled=to.titled
    )
    print_text(str(maps.save(drawn, file, dpi=to.dpi)))


def _of_answer(folder: Path, figure: str | None, to: _To) -> None:
    from simulator import maps, results

    kept = results.read_answer(folder)
    names = list(maps.answer_drawings(kept))
    if figure == "list":
        print_text("\n".join(names))
        return
    if figure is None and not names:
        raise InputError(f"{folder}: the answer has nothing to draw")
    figure = figure or names[0]
    file = to.file(figure)
    drawn = maps.answer_drawing(kept, figure, title=to.titled)
    print_text(str(maps.save(drawn, file, dpi=to.dpi)))


def _of_run(
    folder: Path,
    figure: str | None,
    to: _To,
    *,
    region: str | None,
    day: datetime | None,
    extent: str | None,
    projection: str | None,
) -> None:
    from simulator import maps, results

    if figure == "list":
        _list(results.read(folder))
        return
    figure = figure or "ground-track"
    file = to.file(figure)
    bounds_deg = None if extent is None else _extent(extent)
    maps.draw(
        results.read(folder),
        figure,
        file,
        region=region,
        day=None if day is None else day.date(),
        dpi=to.dpi,
        title=to.titled,
        projection=projection,
        extent_deg=bounds_deg,
    )
    print_text(str(file))


# What tells the folder of a sweep from that of a run.
_JOURNAL, _SUMMARY = "points.jsonl", "summary.json"


def _refuse(options: dict[str, object], *, of: str, folder_of: str) -> None:
    """Raise InputError for an option that is of another kind of folder."""
    for name, value in options.items():
        if value is not None:
            raise InputError(f"--{name}: is for figures of {of}; this is the folder of {folder_of}")


def _file(out: Path | None, kind: str | None, figure: str, *, force: bool) -> Path:
    """Return the file to draw into, by its own suffix or by the format asked for.

    It is tried out before the results are read and drawn, which takes far longer.
    """
    from simulator import results

    kind = None if kind is None else kind.lower().removeprefix(".")
    if kind is not None and kind not in _FORMATS:
        raise InputError(f"--format: a figure is written as {', '.join(_FORMATS)}, not '{kind}'")
    file = out or Path(f"{figure}.{kind or 'png'}")
    if kind is not None and out is not None and file.suffix.lower() != f".{kind}":
        raise InputError(f"--format: '{kind}' and --out {out} are not of one kind")
    refuse_existing(file, force=force)
    results.check_file(file)
    return file


def _extent(words: str) -> tuple[float, float, float, float]:
    """Return west, south, east and north as they are written."""
    try:
        west, south, east, north = (float(part) for part in words.replace(",", " ").split())
    except ValueError:
        raise InputError(
            f"--extent: '{words}' is not west,south,east,north in degrees, as 118,20,124,27"
        ) from None
    return west, south, east, north


def _list_sweep(sweep: Sweep) -> None:
    """Print what a sweep varied, and the figures that can be drawn of it."""
    from simulator import maps

    names = maps.sweep_figures(sweep)
    width = max(map(len, names), default=0)
    print_text("varied: " + ", ".join(maps.varied_keys(sweep)))
    for name, words in names.items():
        print_text(f"{name:<{width}}  {words}")


def _list(finished: Results) -> None:
    """Print the name and the meaning of every drawing that can be made of a run."""
    from simulator import maps

    names = maps.available(finished)
    width = max(map(len, names), default=0)
    for name in names:
        print_text(f"{name:<{width}}  {maps.DRAWINGS[name][1]}")
