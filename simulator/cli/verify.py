"""`simulator verify`: a results folder put to the proof, or the program by its ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.options import AsCsv, AsJson, refuse_csv_and_json
from simulator.cli.printing import print_text
from simulator.cli.progress import stage_shown

if TYPE_CHECKING:
    from simulator.verification import FolderProof, Ledger

EXAMPLE = "verify results/malligyong-1"

Folder = Annotated[
    Path | None,
    typer.Argument(
        metavar="RESULTS",
        help="Folder of a finished run, or of an answer. [default: the ledger]",
        show_default=False,
    ),
]
Stages = Annotated[
    list[str] | None,
    typer.Option(
        "--stage",
        metavar="NAME",
        help="Only this stage of the ledger, such as accesses; may be repeated. [default: all]",
    ),
]
AsMarkdown = Annotated[
    bool, typer.Option("--markdown", help="Print the ledger as docs/validation.md has it.")
]


def command(
    folder: Folder = None,
    stages: Stages = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
    as_markdown: AsMarkdown = False,
) -> None:
    """Put a results folder, or the program itself, to the proof.

    Of a folder, checks the digest of every file, runs its own scenario again and compares every
    table and grid. Without one, holds every stage of a run to references from outside, in a minute
    or two. Ends with 1 where anything is not as it should be.
    """
    refuse_csv_and_json(as_csv, as_json)
    if as_markdown and (as_csv or as_json):
        raise typer.BadParameter("choose one of --csv, --json and --markdown")
    if folder is not None and (stages or as_markdown):
        raise typer.BadParameter("--stage and --markdown are for the ledger, without a folder")
    from simulator import verification

    with stage_shown(quiet=False) as progress:
        if folder is not None:
            proof = verification.prove_folder(folder, progress=progress)
            good, text = proof.is_same, _of_folder(proof, as_csv=as_csv, as_json=as_json)
        else:
            ledger = verification.take_stock(stages or (), progress=progress)
            good = ledger.has_passed
            text = _of_ledger(ledger, as_csv=as_csv, as_json=as_json, as_markdown=as_markdown)
    print_text(text)
    if not good:
        raise typer.Exit(1)


def _of_folder(proof: FolderProof, *, as_csv: bool, as_json: bool) -> str:
    from simulator import report, results, verification

    if as_csv:
        return results.csv_text(verification.proof_table(proof))
    if as_json:
        return report.json_text(verification.proof_facts(proof))
    return verification.proof_text(proof)


def _of_ledger(ledger: Ledger, *, as_csv: bool, as_json: bool, as_markdown: bool) -> str:
    from simulator import report, results, verification

    if as_csv:
        return results.csv_text(verification.ledger_table(ledger))
    if as_json:
        return report.json_text(verification.ledger_facts(ledger))
    if as_markdown:
        return verification.ledger_markdown(ledger)
    return verification.ledger_text(ledger)
