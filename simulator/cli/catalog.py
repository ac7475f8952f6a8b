"""`simulator catalog`: the catalogue's kinds, the entries of a kind, one entry, or a search."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.cli.options import AsJson
from simulator.cli.printing import print_text
from simulator.errors import InputError

EXAMPLE = "catalog launches malligyong1_nov23"

Kind = Annotated[
    str | None,
    typer.Argument(metavar="KIND", help="A kind, such as launches or stations; or: search."),
]
Name = Annotated[
    str | None, typer.Argument(metavar="NAME", help="An entry's id; words to search for.")
]
_SEARCH = "search"


def command(kind: Kind = None, name: Name = None, as_json: AsJson = False) -> None:
    """Show the catalogue and its sources.

    Lists the kinds of entry, the entries of a kind, or one entry: every value with its unit,
    confidence and source. With search, lists what has some words in its id, name, note or values,
    and the places near.
    """
    from simulator import report

    if kind == _SEARCH:
        if name is None:
            raise InputError("catalog search needs words to search for, such as pyongyang")
        print_text(report.json_text(report.search(name)) if as_json else report.search_text(name))
        return
    if kind is None:
        print_text(report.json_text(report.kinds()) if as_json else report.kinds_text())
    elif name is None:
        text = report.json_text(report.entries(kind)) if as_json else report.entries_text(kind)
        print_text(text)
    else:
        entry = report.entry(kind, name)
        print_text(report.json_text(entry) if as_json else report.entry_text(entry))
