"""What became of a folder put to the proof, in words and as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from simulator.errors import printable_line
from simulator.verification.folders import MOST_TOLD, PROVENANCE, FolderProof

# What `differing` allows, for people.
TOLERANCE = (
    "texts, flags and whole numbers equal; numbers within one of their last digit kept and a "
    "millionth of themselves; times within a millisecond"
)


def proof_text(proof: FolderProof) -> str:
    """Return a proof as lines: files, versions, what was found again, where it differs."""
    lines = [f"{proof.folder}", *_file_lines(proof), *_version_lines(proof), *_run_lines(proof)]
    lines += [f"  {line}" for line in _difference_lines(proof)]
    lines.append(_verdict(proof))
    return "\n".join(map(printable_line, lines))


def _file_lines(proof: FolderProof) -> Iterator[str]:
    faults = proof.files.faults
    kept = len(proof.files.digests) - sum(fault != "added" for fault in faults.values())
    yield f"Files: {kept} of {len(proof.files.digests)} are as their SHA-256 in the folder says."
    for name, fault in faults.items():
        yield f"  {name}: {fault}"


def _version_lines(proof: FolderProof) -> Iterator[str]:
    if PROVENANCE in proof.files.faults:
        yield f"Versions: not known, for {PROVENANCE} is {proof.files.faults[PROVENANCE]}."
        return
    if not proof.versions:
        yield "Versions: the same as then, and the same platform and program."
        return
    yield "Versions that differ:"
    for name, then, now in proof.versions:
        yield f"  {name}: {then or 'not known'} then, {now} now"


def _run_lines(proof: FolderProof) -> Iterator[str]:
    if proof.not_run:
        yield f"Not run again: {proof.not_run}."
        return
    yield f"Run again: {_count(proof.same_bytes)} came out the same to the byte."
    if proof.within:
        yield f"Within the tolerance ({TOLERANCE}): {', '.join(proof.within)}."


def _count(names: Sequence[str]) -> str:
    counts = Counter(name.rpartition(".")[2] for name in names)
    tables, grids = counts["csv"], counts["nc"]
    words = [f"{tables} {'table' if tables == 1 else 'tables'}"]
    words += [f"{grids} {'grid' if grids == 1 else 'grids'}"] if grids else []
    return " and ".join(words)


def _difference_lines(proof: FolderProof) -> Iterator[str]:
    told: Counter[str] = Counter()
    for each in proof.differences:
        told[each.file] += 1
        row = f", row {each.row}" if each.row is not None else ""
        place = f" ({each.place})" if each.place else ""
        column = f", {each.column}" if each.column else ""
        yield f"{each.file}{row}{place}{column}: {each.kept} kept, {each.again} again"
        if told[each.file] == MOST_TOLD:
            yield f"{each.file}: the first {MOST_TOLD} are told"


def _verdict(proof: FolderProof) -> str:
    if proof.is_same and proof.files.kind == "answer":
        return "Same: every file is as it was written."
    if proof.is_same:
        return "Same."
    if proof.within and not proof.differences and not proof.files.faults and not proof.versions:
        return "Not the same: versions and platform are those of then, but bytes differ."
    return "Not the same."


def proof_facts(proof: FolderProof) -> dict[str, Any]:
    """Return a proof as plain values, as JSON has them."""
    return {
        "folder": str(proof.folder),
        "same": proof.is_same,
        "files": len(proof.files.digests),
        "faults": dict(proof.files.faults),
        "versions": [change._asdict() for change in proof.versions],
        "not_run": proof.not_run,
        "same_bytes": list(proof.same_bytes),
        "within_tolerance": list(proof.within),
        "tolerance": TOLERANCE,
        "differences": proof_table(proof).to_dict(orient="records"),
    }


def proof_table(proof: FolderProof) -> pd.DataFrame:
    """Return a row a fault of a file, then one a difference: file, row, place, column, values."""
    columns = ["file", "row", "place", "column", "kept", "again"]
    rows = [[name, "", "", "", fault, ""] for name, fault in proof.files.faults.items()]
    rows += [
        [each.file, str(each.row or ""), each.place, each.column, each.kept, each.again]
        for each in proof.differences
    ]
    return pd.DataFrame(rows, columns=columns)
