"""Orbit mean-elements messages (OMM, CCSDS 502.0-B-3) in JSON, XML, CSV and KVN."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.errors import InputError
from simulator.scenario import elementsets
from simulator.scenario.textfiles import parse_json
from simulator.scenario.words import shown

# OMM keyword -> our key; the unit is the one the standard fixes.
NUMBERS: Mapping[str, str] = {
    "MEAN_MOTION": "mean_motion_rev_per_day",
    "ECCENTRICITY": "eccentricity",
    "INCLINATION": "inclination_deg",
    "RA_OF_ASC_NODE": "raan_deg",
    "ARG_OF_PERICENTER": "argument_of_perigee_deg",
    "MEAN_ANOMALY": "mean_anomaly_deg",
    "BSTAR": "bstar",
    "MEAN_MOTION_DOT": "mean_motion_dot_rev_per_day2",
    "MEAN_MOTION_DDOT": "mean_motion_ddot_rev_per_day3",
}
_OPTIONAL = ("MEAN_MOTION_DOT", "MEAN_MOTION_DDOT")  # SGP4 does not look at them
_FIXED: Mapping[str, Sequence[str]] = {
    "CENTER_NAME": ("EARTH",),
    "REF_FRAME": ("TEME",),
    "TIME_SYSTEM": ("UTC",),
    "MEAN_ELEMENT_THEORY": ("SGP4", "SGP/SGP4"),
}
# What only other theories have, and why a message with it is not flown.
_FOREIGN: Mapping[str, str] = {
    "BTERM": "a drag term of SGP4-XP",
    "AGOM": "a radiation term of SGP4-XP",
    "SEMI_MAJOR_AXIS": "for theories other than SGP4, whose elements have MEAN_MOTION",
}
_UNITS: Mapping[str, str] = {
    "MEAN_MOTION": "rev/day",
    "INCLINATION": "deg",
    "RA_OF_ASC_NODE": "deg",
    "ARG_OF_PERICENTER": "deg",
    "MEAN_ANOMALY": "deg",
    "BSTAR": "1/er",
    "MEAN_MOTION_DOT": "rev/day**2",
    "MEAN_MOTION_DDOT": "rev/day**3",
}
_KNOWN = frozenset({*NUMBERS, *_FIXED, *_FOREIGN, "OBJECT_NAME", "EPOCH", "NORAD_CAT_ID"}) | {
    "EPHEMERIS_TYPE"
}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d{1,4})?", re.ASCII)
_EPOCH = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2}|\d{4}-\d{3})[T ](?P<minute>\d{2}:\d{2}):(?P<second>\d{2})"
    r"(?:\.(?P<fraction>\d{0,18}))?(?:Z|\+00:00)?",
    re.ASCII,
)
_EXAMPLE = "2024-06-01T12:00:00.000"


class Unreadable(str):
    """What is wrong with a field that holds neither text nor number, or the wrong unit."""


def is_message(text: str) -> bool:
    """Return whether a text begins as an OMM in JSON, XML, CSV or KVN does."""
    start = text.lstrip()
    return start[:1] in ("{", "[", "<") or start.startswith(("CCSDS_OMM_VERS", "OBJECT_NAME"))


def read_sets(text: str) -> tuple[elementsets.ElementSet, ...]:
    """Return every set of an OMM file (CCSDS 502.0-B-3) in JSON, XML, CSV or KVN.

    The form is recognized from the text itself. Raises InputError if it is none of the four.
    """
    start = text.lstrip()[:1]
    if start in ("{", "["):
        records = _json_records(text)
    elif start == "<":
        records = _xml_records(text)
    elif re.match(r"\s*(CCSDS_OMM_VERS|COMMENT\b|[A-Z_]+[ \t]*=)", text):
        records = _kvn_records(text)
    else:
        records = _csv_records(text)
    return tuple(
        elementsets.ElementSet(
            r.get("OBJECT_NAME", ""), r.get("NORAD_CAT_ID", ""), r.get("EPOCH", ""), fields=r
        )
        for r in records
        if r
    )


def _json_records(text: str) -> list[dict[str, str]]:
    document = parse_json(text)
    records = document if isinstance(document, list) else [document]
    if not all(isinstance(record, dict) for record in records):
        raise InputError("holds JSON that is neither an object nor a list of objects")
    return [{k: _plain(v) for k, v in r.items() if k in _KNOWN and v is not None} for r in records]


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    kinds = {bool: "true or false", list: "a list", dict: "an object"}
    if type(value) in kinds:
        return Unreadable(f"{kinds[type(value)]}; text or a number is expected")
    return repr(value)


def _xml_records(text: str) -> list[dict[str, str]]:
    from xml.etree import ElementTree

    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InputError("holds an XML document type, which an OMM has no use for")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise InputError(f"is not XML: {error}") from None
    # Space-Track and CelesTrak write no namespace, the standard's own schema has one.
    messages = [element for element in root.iter() if _tag(element) == "omm"]
    if root.tag and not messages and len(root):
        raise InputError("is XML without an omm, its metadata, meanElements and tleParameters")
    return [_xml_fields(message) for message in messages]


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _xml_fields(message: Any) -> dict[str, str]:
    fields: dict[str, str] = {}
    for element in message.iter():
        key = _tag(element)
        if key not in _KNOWN or key in fields:
            continue
        unit = element.get("units") or element.get("unit") or ""
        group = Unreadable("a group of elements; text or a number is expected")
        text = (element.text or "").strip()
        fields[key] = group if len(element) else _with_unit(key, text, unit)
    return fields


def _with_unit(key: str, value: str, unit: str) -> str:
    """Return a value in the unit that the standard fixes, or what is wrong with the unit."""
    fixed = _UNITS.get(key)
    if fixed is None or unit.strip().lower() in ("", fixed):
        return value
    return Unreadable(f"in the unit {shown(unit.strip())}; {fixed} is expected")


def _csv_records(text: str) -> list[dict[str, str]]:
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise InputError(f"is not CSV: {error}") from None
    if rows and "MEAN_MOTION" not in {str(key).strip() for key in rows[0]}:
        raise InputError("is no OMM in JSON, XML, CSV or KVN form: there is no MEAN_MOTION in it")
    return [
        {k.strip(): v.strip() for k, v in row.items() if isinstance(k, str) and isinstance(v, str)}
        for row in rows
    ]


def _kvn_records(text: str) -> list[dict[str, str]]:
    records: list[dict[str, str]] = []
    for line in text.split("\n"):
        key, equals, value = (part.strip() for part in line.partition("="))
        if not equals or key.startswith("COMMENT"):
            continue
        if not records or key == "CCSDS_OMM_VERS" or key in records[-1]:
            records.append({})
        with_unit = re.fullmatch(r"(.*?)\s*\[([^\]]*)\]", value)
        records[-1][key] = _with_unit(key, with_unit[1], with_unit[2]) if with_unit else value
    return [record for record in records if record.keys() - {"CCSDS_OMM_VERS"}]


def mean_elements(fields: Mapping[str, str]) -> dict[str, object]:
    """Return an OMM's fields under our names, as numbers and an aware epoch.

    Ranges are left to the caller. Raises InputError naming every field missing, unreadable, or of
    a theory, frame, time or centre that is not SGP4's.
    """
    broken = {key for key, value in fields.items() if isinstance(value, Unreadable)}
    faults = [f"{key} is {fields[key]}" for key in sorted(broken)]
    plain = {key: value for key, value in fields.items() if key not in broken}
    faults += _model_faults(plain)
    elements: dict[str, object] = {"name": plain.get("OBJECT_NAME", "")}
    for field, key in NUMBERS.items():
        text = plain.get(field, "")
        if not text and field not in _OPTIONAL and field not in broken:
            faults.append(f"{field} is missing")
        elif text and not _NUMBER.fullmatch(text):
            faults.append(f"{field} is {shown(text)}; a number is expected")
        elif text:
            # Fortran programs write exponents of double precision with a D.
            elements[key] = float(text.lower().replace("d", "e"))
    if "EPOCH" not in broken:
        elements["epoch"] = _epoch(plain.get("EPOCH", ""), faults)
    number = plain.get("NORAD_CAT_ID", "")
    value = elementsets.catalogue_number(number)
    if number and value is None:
        faults.append(
            f"NORAD_CAT_ID is {shown(number)}; a whole number up to 999999999 is expected"
        )
    elif number:
        elements["catalogue_number"] = value
    if faults:
        raise InputError(faults)
    return {key: value for key, value in elements.items() if value != ""}


def _model_faults(plain: Mapping[str, str]) -> Iterator[str]:
    """Yield why the elements are not mean elements of SGP4."""
    for key, allowed in _FIXED.items():
        value = plain.get(key, "")
        if value and value.upper() not in allowed:
            yield f"{key} is {shown(value)}; only {' or '.join(allowed)} is understood"
    for key, why in _FOREIGN.items():
        if plain.get(key):
            yield f"{key} is {why}; only SGP4 is understood"
    code = plain.get("EPHEMERIS_TYPE", "")
    if code and not re.fullmatch(r"\d", code, re.ASCII):
        yield f"EPHEMERIS_TYPE is {shown(code)}; a digit is expected"
    elif code and (fault := elementsets.ephemeris_type_fault(code)):
        yield f"EPHEMERIS_TYPE is {fault}"


def _epoch(text: str, faults: list[str]) -> datetime | None:
    """Return an epoch to the nearest microsecond (CCSDS 301.0-B-4, time codes A and B)."""
    if not text:
        faults.append("EPOCH is missing")
        return None
    epoch_parts = _EPOCH.fullmatch(text)
    try:
        if epoch_parts is None:
            raise ValueError
        day, fraction = epoch_parts["day"], epoch_parts["fraction"] or "0"
        form = "%Y-%j" if len(day) == 8 else "%Y-%m-%d"
        clock = f"{day} {epoch_parts['minute']}:{epoch_parts['second']}"
        # An OMM's times carry no offset: TIME_SYSTEM says they are UTC.
        epoch = datetime.strptime(clock, f"{form} %H:%M:%S").replace(tzinfo=UTC)
        if len(day) == 8 and f"{epoch:%Y-%j}" != day:
            raise ValueError  # day 366 of a year of 365
        return epoch + timedelta(microseconds=round(float(f"0.{fraction}") * 1e6))
    except (ValueError, OverflowError):
        faults.append(f"EPOCH is {shown(text)}; a UTC time such as {_EXAMPLE} is expected")
        return None
