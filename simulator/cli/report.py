"""`simulator report`: one page for a browser, of a finished run or of several compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.options import refuse_existing
from simulator.cli.printing import print_text
from simulator.errors import InputError

EXAMPLE = "report results/malligyong-1 results/vostochny --out both.html"

Folders = Annotated[
    list[Path],
    typer.Argument(
        metavar="RESULTS...",
        help="Folders of finished runs, and of answers to go with them, such as of worth.",
    ),
]
Out = Annotated[Path, typer.Option(metavar="FILE", help="File to write.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the file.")]


def command(folders: Folders, out: Out = Path("report.html"), force: Force = False) -> None:
    """Write one page for a browser: the answer, maps, days, figures and sources.

    Everything is in the one file, which opens without a network. Of several runs it compares the
    figures and the scenarios; answers kept with --out stand below.
    """
    from simulator import page, results

    refuse_existing(out, force=force)
    # Before the results are read and drawn, which takes far longer.
    results.check_file(out)
    runs = [folder for folder in folders if not results.is_answer(folder)]
    if not runs:
        raise InputError(
            f"{folders[0]}: holds an answer; name the results of a run too, of which it is a part"
        )
    answers = [results.read_answer(folder) for folder in folders if folder not in runs]
    page.write_page([results.read(folder) for folder in runs], out, answers=answers)
    print_text(str(out))
