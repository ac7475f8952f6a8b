"""A folder of results put to the proof: its digests, its versions, and the same run once more."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from simulator import results, scenario, study
from simulator.errors import InputError
from simulator.results import KeptFiles, Results
from simulator.verification.differing import Discrepancy, grid_differences, table_differences

# Of each file so many differences are told.
MOST_TOLD = 5
_SCENARIO, PROVENANCE = "scenario.toml", "provenance.json"
# Files of the program itself, between two versions; of their digest so many digits are told.
_PROGRAM, _SHORT = "files of simulator", 12


class VersionChange(NamedTuple):
    """A package whose version, then and now, is another; "" where it is not known."""

    package: str
    then: str
    now: str


@dataclass(frozen=True)
class FolderProof:
    """What became of a folder put to the proof.

    `versions` are those that changed, the platform and the program's own files among them.
    `same_bytes` are the tables and grids found again to the byte, `within` those found again within
    the stated tolerance, and `differences` the first of each other file. `not_run` says why nothing
    was run again, "" where it was.
    """

    folder: Path
    files: KeptFiles
    versions: tuple[VersionChange, ...]
    not_run: str
    same_bytes: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    differences: tuple[Discrepancy, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether the folder is as written, and comes out again as it must.

        To the byte where versions and platform are the same, else within the tolerance.
        """
        exact = bool(self.versions) or not self.within
        asked_for = not self.not_run or self.files.kind == "answer"
        return asked_for and exact and not self.files.faults and not self.differences


def prove_folder(
    folder: Path | str, *, progress: Callable[[str], None] = lambda _: None
) -> FolderProof:
    """Check the digests of a folder, run its scenario again, and compare every table and grid.

    Inputs come from the folder alone: the scenario as resolved. An answer of another command has
    its digests checked and is not asked again. Raises InputError for a folder that is none, of
    another form, or whose summary or scenario cannot be read.
    """
    folder = Path(folder)
    progress("digests")
    files = results.kept_files(folder)
    known = PROVENANCE not in files.faults
    changed = tuple(_changes(_provenance(folder))) if known else ()
    lost = [name for name in (_SCENARIO, PROVENANCE) if name in files.faults]
    if lost:
        reason = f"{lost[0]} is {files.faults[lost[0]]}, and with it what was run"
        return FolderProof(folder, files, changed, reason)
    if files.kind == "answer":
        reason = "an answer is not asked again; its scenario is in the folder"
        return FolderProof(folder, files, changed, reason)
    toml = _text(folder / _SCENARIO)
    told = scenario.loads(toml, origin=str(folder / _SCENARIO), folder=folder)
    again = study.run(told, progress=progress)
    progress("comparison")
    return _compared(folder, files, changed, again)


def _compared(
    folder: Path, files: KeptFiles, changed: tuple[VersionChange, ...], again: Results
) -> FolderProof:
    same: list[str] = []
    within: list[str] = []
    found: list[Discrepancy] = []
    with tempfile.TemporaryDirectory() as place:
        written = Path(place) / "again"
        results.write(again, written)
        now = results.kept_files(written).digests
        names = [name for name in {**files.digests, **now} if _is_data(name)]
        for name in names:
            if name not in now or name not in files.digests:
                there = ("there" if name in each else "absent" for each in (files.digests, now))
                found.append(Discrepancy(name, None, "", "", *there))
            elif files.faults.get(name) == "missing":
                continue
            elif now[name] == files.digests[name] and name not in files.faults:
                same.append(name)
            else:
                told = list(islice(_differences(name, folder, written), MOST_TOLD))
                found += told
                within += [] if told else [name]
    return FolderProof(folder, files, changed, "", tuple(same), tuple(within), tuple(found))


def _is_data(name: str) -> bool:
    return name.endswith((".csv", ".nc")) or name == _SCENARIO


def _differences(name: str, folder: Path, written: Path) -> Iterator[Discrepancy]:
    kept, again = (folder / name).read_bytes(), (written / name).read_bytes()
    if name.endswith(".csv"):
        yield from table_differences(name, kept, again)
    elif name.endswith(".nc"):
        yield from _grid(name, kept, again)
    elif kept != again:
        lines = zip(kept.decode().splitlines(), again.decode().splitlines(), strict=False)
        row, (old, new) = next(
            ((n, pair) for n, pair in enumerate(lines, 1) if pair[0] != pair[1]), (0, ("", ""))
        )
        yield Discrepancy(name, row or None, "", "", old or "shorter or longer", new)


def _grid(name: str, kept: bytes, again: bytes) -> Iterator[Discrepancy]:
    try:
        old = results.grid_of(kept)
    except (ValueError, MemoryError):
        yield Discrepancy(name, None, "", "", "bytes that are no grid", "a grid")
        return
    yield from grid_differences(name, old, results.grid_of(again))


def _changes(provenance: Mapping[str, Any]) -> Iterator[VersionChange]:
    """Yield what is another version than then; raises InputError for what is no provenance."""
    then = provenance.get("packages")
    if not isinstance(then, dict) or not all(isinstance(each, str) for each in then.values()):
        raise InputError(f"{PROVENANCE}: packages holds no versions")
    now = study.versions() | {
        "platform": study.platform_text(),
        _PROGRAM: study.program_sha256()[:_SHORT],
    }
    before = then | {
        "platform": str(provenance.get("platform", "")),
        _PROGRAM: str(provenance.get("program_sha256", ""))[:_SHORT],
    }
    for name, version in now.items():
        if before.get(name, "") != version:
            yield VersionChange(name, before.get(name, ""), version)


def _provenance(folder: Path) -> dict[str, Any]:
    try:
        value = results.decode((folder / PROVENANCE).read_bytes())
    except (OSError, ValueError) as fault:
        raise InputError(f"{folder / PROVENANCE}: cannot be read: {fault}") from None
    if not isinstance(value, dict):
        raise InputError(f"{folder / PROVENANCE}: is no table of keys")
    return value


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as fault:
        raise InputError(f"{path}: cannot be read: {fault}") from None
