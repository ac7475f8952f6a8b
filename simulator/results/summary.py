"""What marks a folder as one of results: its format, the names of its files and its summary."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import Any

from simulator.errors import InputError
from simulator.results import jsontext

FORMAT = "simulator-results"
SCHEMA_VERSION = 7

SUMMARY = "summary.json"
ANSWER = "answer.json"
SCENARIO = "scenario.toml"
PROVENANCE = "provenance.json"
COLUMNS = "tables/columns.json"

REMEDY = "run the scenario again"
# What files that another program made may end in, each already as its digest says.
FOREIGN = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    csv.Error,
)
_MAX_SUMMARY_BYTES = 256 << 20


def sealed(summary: dict[str, Any]) -> dict[str, Any]:
    """Return a summary with a digest of all else in it."""
    undigested = {name: value for name, value in summary.items() if name != "digest"}
    return undigested | {"digest": hashlib.sha256(jsontext.encode(undigested)).hexdigest()}


def read_summary(folder: Path) -> dict[str, Any]:
    """Return the summary of a folder, whatever it says; InputError for none that can be read."""
    path = folder / SUMMARY
    try:
        if path.stat().st_size > _MAX_SUMMARY_BYTES:
            raise ValueError("it is larger than any summary")
        summary = jsontext.decode(path.read_bytes())
    except FileNotFoundError:
        held = "it holds an answer" if (folder / ANSWER).is_file() else f"{SUMMARY} is missing"
        raise InputError(f"{folder}: is not a results folder: {held}") from None
    except NotADirectoryError:
        raise InputError(f"{folder}: is a file, not a results folder") from None
    except (OSError, ValueError) as fault:
        raise InputError(f"{path}: cannot be read: {fault}; {REMEDY}") from None
    if not isinstance(summary, dict):
        raise InputError(f"{path}: is not the summary of a results folder")
    return summary


def is_results(folder: Path) -> bool:
    """Whether a folder is one of results, of this version or another."""
    try:
        return read_summary(folder).get("format") == FORMAT
    except InputError:
        return False


def brief(fault: BaseException) -> str:
    """Return a fault in few words."""
    text = " ".join(str(fault).split()) or type(fault).__name__
    # The words of a fault may quote a whole file.
    return text if len(text) <= 200 else f"{text[:200]} ..."


def unchanged_bytes(folder: Path, name: str, digest: str, *, whole: str, remedy: str) -> bytes:
    """Return the bytes of a file as it was written; InputError for one missing or changed.

    `whole` is what the folder should be, `remedy` what helps.
    """
    try:
        data = (folder / name).read_bytes()
    except FileNotFoundError:
        raise InputError(f"{folder}: is not a whole {whole}: {name} is missing; {remedy}") from None
    except OSError as fault:
        raise InputError(f"{folder / name}: cannot be read: {fault.strerror}") from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise InputError(
            f"{folder / name}: was changed or cut short after it was written; {remedy}"
        )
    return data
