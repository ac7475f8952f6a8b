"""The files of a folder against the digests that its summary keeps of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from simulator.errors import InputError
from simulator.results.answers import is_answer, read_answer_summary
from simulator.results.reading import read_known_summary
from simulator.results.summary import ANSWER, SUMMARY

# Without digests: drawings and the page are made to be looked at, none is read back.
_DRAWN = ("figures", "report.html")

Fault = Literal["changed", "missing", "added"]


@dataclass(frozen=True)
class KeptFiles:
    """What a folder says of its files: SHA-256 of each, and those that are not as they were.

    `kind` is "run" for results, "answer" for what `--out` of other commands keeps; `faults` has a
    file's path inside the folder, sorted, and what is wrong with it.
    """

    kind: Literal["run", "answer"]
    digests: Mapping[str, str]
    faults: Mapping[str, Fault]


def kept_files(folder: Path | str) -> KeptFiles:
    """Return which files of a folder of results, or of an answer, are not as they were written.

    Raises InputError for a folder that is neither, of another version of the form, or whose summary
    was itself changed, so that none of its digests can be believed.
    """
    folder = Path(folder)
    kind: Literal["run", "answer"] = "answer" if is_answer(folder) else "run"
    summary = read_answer_summary(folder) if kind == "answer" else read_known_summary(folder)
    whole = ANSWER if kind == "answer" else SUMMARY
    digests = _digests(folder / whole, summary.get("files"))
    found = _found(folder)
    faults: dict[str, Fault] = {}
    for name, digest in digests.items():
        if name not in found:
            faults[name] = "missing"
        elif _digest(folder / name) != digest:
            faults[name] = "changed"
    faults |= dict.fromkeys(found - {*digests, whole}, "added")
    return KeptFiles(kind, digests, dict(sorted(faults.items())))


def _digests(summary: Path, files: Any) -> dict[str, str]:
    """Return the digests, none of a place outside the folder."""
    if not isinstance(files, dict):
        raise InputError(f"{summary}: files holds no digests")
    for name, digest in files.items():
        if not isinstance(digest, str) or {"", ".", ".."} & set(name.replace("\\", "/").split("/")):
            raise InputError(f"{summary}: files: {name[:80]!r} is no file of the folder")
    return files


def _found(folder: Path) -> set[str]:
    """Return the paths of all files inside a folder but drawings."""
    inside = (path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir())
    return {path.as_posix() for path in inside if path.parts[0] not in _DRAWN}


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:
        raise InputError(f"{path}: cannot be read: {fault.strerror}") from None
