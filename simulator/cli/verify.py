"""`simulator verify`: a results folder put to the proof."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.options import AsCsv, AsJson, refuse_csv_and_json
from simulator.cli.printing import print_text
from simulator.cli.progress import stage_shown

if TYPE_CHECKING:
    from simulator.verification import FolderProof

EXAMPLE = "verify results/malligyong-1"

Folder = Annotated[
    Path, typer.Argument(metavar="RESULTS", help="Folder of a finished run, or of an answer.")
]


def command(folder: Folder, as_csv: AsCsv = False, as_json: AsJson = False) -> None:
    """Put a results folder to the proof.

    Checks the digest of every file, runs the folder's own scenario again and compares every table
    and grid; ends with 1 where anything is not the same.
    """
    refuse_csv_and_json(as_csv, as_json)
    from simulator import verification

    with stage_shown(quiet=False) as progress:
        proof = verification.prove_folder(folder, progress=progress)
    print_text(_told(proof, as_csv=as_csv, as_json=as_json))
    if not proof.is_same:
        raise typer.Exit(1)


def _told(proof: FolderProof, *, as_csv: bool, as_json: bool) -> str:
    from simulator import report, results, verification

    if as_csv:
        return results.csv_text(verification.proof_table(proof))
    if as_json:
        return report.json_text(verification.proof_facts(proof))
    return verification.proof_text(proof)
