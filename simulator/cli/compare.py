"""`simulator compare`: finished runs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.options import AsCsv, AsJson, refuse_csv_and_json
from simulator.cli.printing import print_text

EXAMPLE = "compare results/malligyong-1 results/vostochny"

Folders = Annotated[
    list[Path], typer.Argument(metavar="RESULTS...", help="Folders of two finished runs or more.")
]


def command(folders: Folders, as_csv: AsCsv = False, as_json: AsJson = False) -> None:
    """Put finished runs side by side.

    Compares how often and how well they see the targets and regions that all have, and what the
    networks of the same name make of it; ratios are to the first run.
    """
    refuse_csv_and_json(as_csv, as_json)
    if len(folders) < 2:
        raise typer.BadParameter("name two results folders or more")
    from simulator import report, results

    names = _names(folders)
    runs = {name: results.read(folder) for name, folder in zip(names, folders, strict=True)}
    if as_csv:
        print_text(report.comparison_csv(runs))
    elif as_json:
        print_text(report.json_text(report.comparison_facts(runs)))
    else:
        print_text(report.comparison_text(runs))


def _names(folders: Sequence[Path]) -> list[str]:
    """Return what each run is called: its folder's name, its whole path where names are shared."""
    names = [folder.resolve().name for folder in folders]
    if len(set(names)) < len(names):
        names = [str(folder) for folder in folders]
    if len(set(names)) < len(names):
        raise typer.BadParameter("the same results folder is named twice")
    return names
