"""Orbit ephemeris messages (OEM, CCSDS 502.0-B-3) in KVN and XML, as states in segments.

What a message says twice or not at all, and what is understood of it in two ways, is a fault.
Covariances and accelerations are passed over: neither is needed to say where a satellite is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from simulator.errors import InputError, nearest_hint
from simulator.scenario.statehistories import (
    KEYS,
    MAX_FAULTS,
    Field,
    StateRow,
    StateSegment,
    in_order,
    segment_of,
)
from simulator.scenario.textfiles import MIB, read_text
from simulator.scenario.words import shown

MAX_EPHEMERIS_BYTES = 128 * MIB
_VERSIONS = ("1.0", "2.0", "3.0")
_HEADER = frozenset(
    {"CCSDS_OEM_VERS", "CREATION_DATE", "ORIGINATOR", "MESSAGE_ID", "CLASSIFICATION"}
)
_STATE_TAGS = ("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT")
_UNITS = {**dict.fromkeys(_STATE_TAGS[:3], "km"), **dict.fromkeys(_STATE_TAGS[3:], "km/s")}
_KEY = re.compile(r"([A-Z][A-Z0-9_]*)\s*=\s*(.*)", re.ASCII)


@dataclass
class _Draft:
    """A segment as it is read: where it begins, its metadata, its states."""

    at: str
    fields: dict[str, Field] = field(default_factory=dict)
    rows: list[StateRow] = field(default_factory=list)


def is_ephemeris(text: str) -> bool:
    """Return whether a text begins as an OEM in KVN or XML does."""
    start = text.lstrip("\ufeff \t\r\n")
    return start.startswith("CCSDS_OEM_VERS") or bool(re.search(r"<(\w+:)?oem\b", start[:4_096]))


@lru_cache(maxsize=8)
def read_ephemeris(path: Path, _sha256: str) -> dict[str, tuple[StateSegment, ...]]:
    """Return the segments of each satellite of a message file, by name, in order of time.

    Segments of one OBJECT_ID, or name where that is UNKNOWN, are of one satellite, called as in the
    last of them. Raises InputError naming file, line and field.
    """
    text = read_text(path, limit_bytes=MAX_EPHEMERIS_BYTES)
    try:
        return segments_of(text)
    except InputError as error:
        raise InputError([f"{path}: {problem}" for problem in error.problems]) from None


def segments_of(text: str) -> dict[str, tuple[StateSegment, ...]]:
    """Return the segments of each satellite of a message's text, as `read_ephemeris`."""
    drafts = _xml_drafts(text) if text.lstrip().startswith("<") else _kvn_drafts(text)
    if not drafts:
        raise InputError("holds no segment of states")
    segments, faults = list[StateSegment](), list[str]()
    for draft in drafts:
        try:
            segments.append(segment_of(draft.fields, draft.rows, draft.at))
        except InputError as error:
            faults += error.problems
    if faults:
        raise InputError(faults[:MAX_FAULTS])
    by_id: dict[str, list[StateSegment]] = {}
    for segment in segments:
        unknown = segment.object_id.upper() == "UNKNOWN"
        identity = segment.object_name if unknown else segment.object_id
        by_id.setdefault(identity, []).append(segment)
    names = [own[-1].object_name for own in by_id.values()]
    found = {}
    for (identifier, own), name in zip(by_id.items(), names, strict=True):
        faults += [f"{name}: {problem}" for problem in in_order(own)]
        found[f"{name} ({identifier})" if names.count(name) > 1 else name] = tuple(own)
    if faults:
        raise InputError(faults[:MAX_FAULTS])
    return found


def chosen_of(
    satellites: dict[str, tuple[StateSegment, ...]], satellite: str | None
) -> tuple[StateSegment, ...]:
    """Return the segments of a satellite by name or OBJECT_ID, or of the only one there is.

    Raises InputError.
    """
    if satellite is None:
        if len(satellites) > 1:
            raise InputError(
                f"holds {len(satellites)} satellites; choose one by satellite = "
                f"{', '.join(map(shown, list(satellites)[:5]))}"
            )
        return next(iter(satellites.values()))
    for name, segments in satellites.items():
        known = {name.casefold(), segments[-1].object_name.casefold(), segments[-1].object_id}
        if satellite.casefold() in known or satellite in known:
            return segments
    raise InputError(f"holds no satellite {shown(satellite)}{nearest_hint(satellite, satellites)}")


def _kvn_drafts(text: str) -> list[_Draft]:
    """Return the segments of a KVN text; raises InputError where its blocks do not follow."""
    drafts: list[_Draft] = []
    faults: list[str] = []
    block, opened, header = "header", "", dict[str, Field]()
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if not line or line.startswith("COMMENT") or len(faults) >= MAX_FAULTS:
            continue
        where = f"line {number}"
        if line == "META_START":
            if block in ("metadata", "covariance"):
                faults.append(f"{where}: META_START inside the {block} of {opened}")
            block, opened = "metadata", where
            drafts.append(_Draft(where))
        elif line == "META_STOP":
            if block != "metadata":
                faults.append(f"{where}: META_STOP without META_START")
            elif drafts:
                block = "data"
        elif line == "COVARIANCE_START" and block == "data":
            block, opened = "covariance", where
        elif line == "COVARIANCE_STOP" and block == "covariance":
            block = "data"
        elif block == "data":
            parts = line.split()
            if len(parts) not in (7, 10):
                faults.append(
                    f"{where}: {len(parts)} values; EPOCH and {', '.join(_STATE_TAGS)} are "
                    "expected, with or without three accelerations"
                )
            drafts[-1].rows.append(StateRow(where, parts[0], parts[1:7]))
        elif block != "covariance":
            known = _HEADER if block == "header" else KEYS
            into = header if block == "header" else drafts[-1].fields
            _note(line, where, known, into, faults)
    if block in ("metadata", "covariance"):
        stop = "META_STOP" if block == "metadata" else "COVARIANCE_STOP"
        faults.append(f"{opened}: {stop} is missing")
    _check_version(header.get("CCSDS_OEM_VERS"), faults)
    if faults:
        raise InputError(faults[:MAX_FAULTS])
    return drafts


def _note(
    line: str, where: str, known: frozenset[str], into: dict[str, Field], faults: list[str]
) -> None:
    """Note a line `KEY = value` among the fields of its block."""
    match = _KEY.fullmatch(line)
    if match is None:
        faults.append(f"{where}: {shown(line)} is no field of the form KEY = value")
        return
    key, value = match[1], match[2].strip()
    if key not in known:
        faults.append(f"{where}: {key} is no field of an OEM here{nearest_hint(key, known)}")
    elif key in into:
        faults.append(f"{where}: {key} stands in {into[key].where} already")
    elif not value:
        faults.append(f"{where}: {key} has no value")
    else:
        into[key] = Field(where, value)


def _check_version(version: Field | None, faults: list[str]) -> None:
    if version is None:
        faults.append("line 1: CCSDS_OEM_VERS is missing; no orbit ephemeris message")
    elif version.text not in _VERSIONS:
        faults.append(
            f"{version.where}: CCSDS_OEM_VERS is {shown(version.text)}; allowed "
            f"{', '.join(_VERSIONS)}"
        )


def _xml_drafts(text: str) -> list[_Draft]:
    """Return the segments of an XML text (CCSDS 505.0-B-3)."""
    from xml.etree import ElementTree

    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InputError("holds an XML document type, which an OEM has no use for")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise InputError(f"is not XML: {error}") from None
    message = next((element for element in root.iter() if _tag(element) == "oem"), None)
    if message is None:
        raise InputError("is XML without an oem")
    faults: list[str] = []
    version = message.get("version")
    _check_version(None if version is None else Field("oem", version), faults)
    drafts = []
    segments = [element for element in message.iter() if _tag(element) == "segment"]
    for number, segment in enumerate(segments, 1):
        drafts.append(_xml_draft(segment, f"segment {number}", faults))
    if faults:
        raise InputError(faults[:MAX_FAULTS])
    return drafts


def _xml_draft(segment: Any, at: str, faults: list[str]) -> _Draft:
    draft, states = _Draft(at), 0
    for element in segment.iter():
        if _tag(element) == "metadata":
            for item in element:
                key = _tag(item)
                if key == "COMMENT":
                    continue
                text = "" if item.text is None else item.text.strip()
                _note(f"{key} = {text}", at, KEYS, draft.fields, faults)
        elif _tag(element) == "stateVector":
            states += 1
            draft.rows.append(_xml_row(element, f"{at}, state {states}", faults))
    return draft


def _xml_row(element: Any, where: str, faults: list[str]) -> StateRow:
    values = {_tag(item): item for item in element}
    numbers: Sequence[str] = [_text(values.get(key)) for key in _STATE_TAGS]
    for key in ("EPOCH", *_STATE_TAGS):
        if key not in values and len(faults) < MAX_FAULTS:
            faults.append(f"{where}: {key} is missing")
        unit = values[key].get("units", "") if key in values else ""
        if unit and unit != _UNITS.get(key):
            faults.append(f"{where}: {key} is in {shown(unit)}; {_UNITS.get(key)} is expected")
    return StateRow(where, _text(values.get("EPOCH")), numbers)


def _text(element: Any) -> str:
    return "" if element is None or element.text is None else str(element.text).strip()


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
