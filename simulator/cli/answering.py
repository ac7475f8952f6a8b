"""What the commands that answer beyond a run have in common: an answer is printed, and kept."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from simulator.cli.options import AsCsv, AsJson, refuse_csv_and_json, refuse_existing
from simulator.cli.printing import print_text, say
from simulator.errors import InputError

if TYPE_CHECKING:
    from simulator.results import Answered

AnswerFolder = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FOLDER",
        help="Also keep the answer in this folder: text, tables, grids and figures.",
    ),
]
Replace = Annotated[bool, typer.Option("--force", help="Replace an answer kept there.")]
NetworkName = Annotated[
    str | None,
    typer.Option(
        "--network", metavar="NAME", help="Whose members. [default: the one with the most]"
    ),
]
Figures = Annotated[
    list[str] | None,
    typer.Option("--figure", metavar="NAME", help="A figure; may be repeated. [default: all]"),
]
FewDraws = Annotated[
    int,
    typer.Option(
        "--draws",
        metavar="N",
        min=0,
        max=10_000,
        help="Of the scenario's draws, so many at the most: each takes as long as many of a run.",
    ),
]


class Given(NamedTuple):
    """What a command answers, and which of its tables `--csv` prints."""

    answer: Answered
    table: str


def answers(command: Callable[..., Given]) -> Callable[..., None]:
    """Return the command of a function that answers: it prints the answer, and may keep it.

    Its options are the function's own and, after them, `--csv`, `--json`, `--out` and `--force`.
    """

    def whole(
        *,
        as_csv: AsCsv = False,
        as_json: AsJson = False,
        out: AnswerFolder = None,
        force: Replace = False,
        **own: Any,
    ) -> None:
        _refuse_early(as_csv=as_csv, as_json=as_json, out=out, force=force)
        given = command(**own)
        _give(*given, as_csv=as_csv, as_json=as_json, out=out, force=force)

    # Typer reads options off a signature and its annotations, and help off the text.
    options = [
        *inspect.signature(command, eval_str=True).parameters.values(),
        *inspect.signature(whole, eval_str=True).parameters.values(),
    ]
    options = [option for option in options if option.kind is not option.VAR_KEYWORD]
    update_wrapper(whole, command)
    vars(whole)["__signature__"] = inspect.Signature(options)
    whole.__annotations__ = {option.name: option.annotation for option in options}
    return whole


def _refuse_early(*, as_csv: bool, as_json: bool, out: Path | None, force: bool) -> None:
    """Refuse at once what would be refused after the work.

    Two forms of print, and a folder that cannot be written: raises BadParameter and InputError.
    """
    refuse_csv_and_json(as_csv, as_json)
    if out is None:
        if force:
            raise InputError("--force: stands without --out, the folder that it replaces")
        return
    refuse_existing(out, force=force)
    from simulator.results import check_answer_folder

    check_answer_folder(out, force=force)


def _give(
    answer: Answered,
    table: str,
    *,
    as_csv: bool,
    as_json: bool,
    out: Path | None,
    force: bool,
) -> None:
    """Print an answer: its text, or `table` of its tables as CSV, or all of it as JSON.

    With `out` it is kept there, with its figures.
    """
    from simulator.report import json_text
    from simulator.results import csv_text

    if as_csv:
        print_text(csv_text(answer.tables[table]))
    elif as_json:
        tables = {name: t.to_dict(orient="records") for name, t in answer.tables.items()}
        print_text(json_text({**answer.asked, **tables}))
    else:
        print_text(answer.text)
    if out is not None:
        _keep(answer, out, force=force)


def _keep(answer: Answered, out: Path, *, force: bool) -> None:
    from simulator.maps import draw_answer
    from simulator.results import write_answer

    write_answer(answer, out, force=force, drawings=lambda folder: draw_answer(answer, folder))
    say(f"written: {out}")
