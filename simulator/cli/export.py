"""`simulator export`: a finished run in a form that other programs read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.options import instant_of
from simulator.cli.printing import print_text
from simulator.errors import InputError

# The option by which each choice is made.
_OPTIONS = {
    "satellite": "--satellite",
    "satellites": "--satellite",
    "network": "--network",
    "networks": "--network",
    "region": "--region",
    "figure": "--figure",
    "table": "--table",
    "tables": "--table",
    "start": "--from",
    "hours": "--hours",
    "step_s": "--step",
    "frame": "--frame",
}
EXAMPLE = "export results/malligyong-1 --format csv"

Folder = Annotated[Path, typer.Argument(metavar="RESULTS", help="Folder of a finished run.")]
FormatName = Annotated[
    str | None,
    typer.Option(
        "--format", metavar="NAME", help="Which; 'list' names them all. [default: by --out]"
    ),
]
Satellites = Annotated[
    list[str] | None,
    typer.Option("--satellite", metavar="NAME", help="This one alone; may be repeated."),
]
Networks = Annotated[
    list[str] | None,
    typer.Option("--network", metavar="NAME", help="This one alone; may be repeated."),
]
Region = Annotated[
    str | None, typer.Option(metavar="NAME", help="Region of the cells. [default: all, or first]")
]
FigureName = Annotated[
    str | None, typer.Option(metavar="NAME", help="Figure of cells. [default: of the format]")
]
Tables = Annotated[
    list[str] | None,
    typer.Option("--table", metavar="NAME", help="Table or layer; may be repeated."),
]
Start = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="TIME",
        help="Begin here: a time with its offset, or a date, from midnight UTC on. [default: the "
        "span's]",
    ),
]
Hours = Annotated[
    float | None,
    typer.Option(metavar="H", help="For so many hours. [default: the span's, or less]"),
]
Step = Annotated[float | None, typer.Option("--step", metavar="S", help="A state every S seconds.")]
FrameName = Annotated[
    str | None, typer.Option("--frame", metavar="NAME", help="Axes of positions, as ITRF or GCRF.")
]
Out = Annotated[
    Path | None, typer.Option(metavar="FILE", help="File to write. [default: RESULTS.SUFFIX]")
]
Force = Annotated[bool, typer.Option("--force", help="Replace the file.")]


def command(
    folder: Folder,
    format_name: FormatName = None,
    satellites: Satellites = None,
    networks: Networks = None,
    region: Region = None,
    figure: FigureName = None,
    tables: Tables = None,
    start: Start = None,
    hours: Hours = None,
    step_s: Step = None,
    frame: FrameName = None,
    out: Out = None,
    force: Force = False,
) -> None:
    """Write a finished run in a form that other programs read; --format list names them."""
    from simulator import results
    from simulator.export import Choices, check_export, export, format_of, usual_place

    if format_name == "list":
        print_text(_listing())
        return
    form = format_of(format_name, out)
    place = out or usual_place(folder, form)
    choices = Choices(
        satellites=tuple(satellites or ()),
        networks=tuple(networks or ()),
        region=region,
        figure=figure,
        tables=tuple(tables or ()),
        start=instant_of("--from", start),
        hours=hours,
        step_s=step_s,
        frame=frame,
    )
    with _named_by_options():
        check_export(form, place, choices, force=force)
        written = export(results.read(folder), form, place, choices, force=force)
    print_text(str(written))


@contextmanager
def _named_by_options() -> Iterator[None]:
    """Have faults of a choice name the option by which it was made."""
    try:
        yield
    except InputError as fault:
        raise InputError([_by_option(problem) for problem in fault.problems]) from fault


def _by_option(problem: str) -> str:
    name, colon, rest = problem.partition(": ")
    if not colon or name not in _OPTIONS:
        return problem
    said, takes, listed = rest.rpartition("it takes ")
    if takes:
        rest = said + takes + ", ".join(_OPTIONS.get(word, word) for word in listed.split(", "))
    return f"{_OPTIONS[name]}: {rest}"


def _listing() -> str:
    from simulator.export import FORMATS

    width = max(map(len, FORMATS))
    lines = [
        f"{row.name:<{width}}  {row.what}" + (f" (extra {row.extra})" if row.extra else "")
        for row in FORMATS.values()
    ]
    return "\n".join(lines)
