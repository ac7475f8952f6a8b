"""An orbit given as a table of states over time, an orbit ephemeris message in a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from simulator.errors import InputError
from simulator.scenario.elements import OrbitTable
from simulator.scenario.ephemeris_messages import MAX_EPHEMERIS_BYTES, chosen_of, read_ephemeris
from simulator.scenario.statehistories import StateSegment
from simulator.scenario.table import faults_at
from simulator.scenario.textfiles import read_bytes
from simulator.scenario.words import Where, fault


class EphemerisOrbit(OrbitTable):
    """Where a satellite is by a table of states, interpolated; beyond it, it is nowhere."""

    kind: Literal["ephemeris"] = Field(
        description="States over time: an orbit ephemeris message (CCSDS OEM)."
    )
    satellite: str | None = Field(
        default=None,
        description="Name or OBJECT_ID of the satellite to take; needed if the file has several.",
    )
    file: str = Field(
        description="File of the message (CCSDS OEM, KVN or XML), relative to the scenario's "
        "folder. It is interpolated as it says itself, else by Lagrange polynomials of degree 11; "
        "between its segments, before and after them the satellite is not there and sees nothing."
    )
    file_sha256: str | None = Field(
        default=None,
        pattern="^[0-9a-f]{64}$",
        description="Digest of that file, which a results folder notes; another file is refused.",
    )

    @property
    def decay(self) -> None:
        """Nothing: its drag is in its states."""

    @classmethod
    def filled(cls, raw: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Return the table with the whole path of its file, and the digest of that."""
        filled, file = super().filled(raw, info), raw.get("file")
        if not isinstance(file, str):
            return filled
        path = ((info.context or {}).get("folder", Path()) / file).resolve()
        table = {"note": f"read from {file}", **filled, "file": str(path)}
        if raw.get("file_sha256") is None:
            try:
                table["file_sha256"] = digest_of_file(path)
            except InputError:
                return table  # said by the check of the key
        return table

    @field_validator("file")
    @classmethod
    def _readable(cls, file: str, info: ValidationInfo) -> str:
        try:
            read = read_ephemeris(Path(file), digest_of_file(Path(file)))
            if "satellite" in info.data:
                chosen_of(read, info.data["satellite"])
        except InputError as error:
            whole: Where = ()
            raise faults_at([(whole, problem) for problem in error.problems], file) from None
        return file

    @field_validator("file_sha256")
    @classmethod
    def _of_the_file(cls, noted: str | None, info: ValidationInfo) -> str | None:
        file = info.data.get("file")
        if noted is not None and file is not None and digest_of_file(Path(file)) != noted:
            raise fault(f"{file} is another file than when this was noted")
        return noted

    def segments(self) -> tuple[StateSegment, ...]:
        """Return the segments of the satellite, in order of time. Raises InputError."""
        path = Path(self.file)
        return chosen_of(read_ephemeris(path, digest_of_file(path)), self.satellite)


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file of states; InputError where it cannot be read."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return _digest(path, 0, -1)
    return _digest(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=16)
def _digest(path: Path, _changed_ns: int, _size: int) -> str:
    return hashlib.sha256(read_bytes(path, limit_bytes=MAX_EPHEMERIS_BYTES)).hexdigest()
