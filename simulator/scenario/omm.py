"""Orbit mean-elements messages (OMM, CCSDS 502.0-B-3) in JSON, XML, CSV and KVN."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from simulator.errors import InputError
from simulator.scenario import elementsets

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
_OPTIONAL = ("BSTAR", "MEAN_MOTION_DOT", "MEAN_MOTION_DDOT")
_FIXED: Mapping[str, Sequence[str]] = {
    "CENTER_NAME": ("EARTH",),
    "REF_FRAME": ("TEME",),
    "TIME_SYSTEM": ("UTC",),
    "MEAN_ELEMENT_THEORY": ("SGP4", "SGP/SGP4", "SGP"),
}


def read_sets(text: str) -> tuple[elementsets.ElementSet, ...]:
    """Return every set of an OMM file (CCSDS 502.0-B-3) in JSON, XML, CSV or KVN.

    The form is told from the text itself. Raises InputError if it is none of the four.
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
    sets = (
        elementsets.ElementSet(r.get("OBJECT_NAME", ""), r.get("NORAD_CAT_ID", ""), fields=r)
        for r in records
    )
    return tuple(s for s in sets if s.fields)


def _json_records(text: str) -> list[dict[str, str]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON: {error}") from None
    records = document if isinstance(document, list) else [document]
    if not all(isinstance(record, dict) for record in records):
        raise InputError("holds JSON that is neither an object nor a list of objects")
    return [{k: str(v).strip() for k, v in r.items() if v is not None} for r in records]


def _xml_records(text: str) -> list[dict[str, str]]:
    from xml.etree import ElementTree

    from sgp4 import omm

    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InputError("holds an XML document type, which an OMM has no use for")
    try:
        found: list[dict[str, str | None]] = list(omm.parse_xml(io.BytesIO(text.encode())))
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise InputError(f"is not XML: {error}") from None
    except (AttributeError, TypeError):  # what sgp4 raises when a section is absent
        raise InputError(
            "is XML without an OMM's metadata, meanElements and tleParameters"
        ) from None
    return [{k: (v or "").strip() for k, v in fields.items()} for fields in found]


def _csv_records(text: str) -> list[dict[str, str]]:
    from sgp4 import omm

    try:
        rows: list[dict[object, object]] = list(omm.parse_csv(io.StringIO(text)))
    except csv.Error as error:
        raise InputError(f"is not CSV: {error}") from None
    if rows and "MEAN_MOTION" not in rows[0]:
        raise InputError("is no OMM in JSON, XML, CSV or KVN form: there is no MEAN_MOTION in it")
    return [
        {k.strip(): v.strip() for k, v in row.items() if isinstance(k, str) and isinstance(v, str)}
        for row in rows
    ]


def _kvn_records(text: str) -> list[dict[str, str]]:
    records: list[dict[str, str]] = []
    for line in text.splitlines():
        key, equals, value = (part.strip() for part in line.partition("="))
        if not equals or key.startswith("COMMENT"):
            continue
        if not records or key == "CCSDS_OMM_VERS" or key in records[-1]:
            records.append({})
        records[-1][key] = re.sub(r"\s*\[[^\]]*\]$", "", value)
    return [record for record in records if record.keys() - {"CCSDS_OMM_VERS"}]


def mean_elements(fields: Mapping[str, str]) -> dict[str, object]:
    """Return an OMM's fields under our names, as numbers and an aware epoch.

    Ranges are left to the caller. Raises InputError naming every field missing or unreadable.
    """
    faults: list[str] = []
    for key, allowed in _FIXED.items():
        if fields.get(key, allowed[0]).upper() not in allowed:
            faults.append(f"{key} is {fields[key]!r}; only {' or '.join(allowed)} is understood")
    elements: dict[str, object] = {"name": fields.get("OBJECT_NAME", "")}
    for key, ours in NUMBERS.items():
        text = fields.get(key, "")
        if not text and key not in _OPTIONAL:
            faults.append(f"{key} is missing")
        elif text:
            try:
                elements[ours] = float(text)
            except ValueError:
                faults.append(f"{key} is {text!r}; a number is expected")
    elements["epoch"] = _epoch(fields.get("EPOCH", ""), faults)
    number = fields.get("NORAD_CAT_ID", "")
    if re.fullmatch(r"\d{1,9}", number, re.ASCII):
        elements["catalogue_number"] = int(number)
    elif number:
        faults.append(f"NORAD_CAT_ID is {number!r}; a whole number up to 999999999 is expected")
    if faults:
        raise InputError(faults)
    return {key: value for key, value in elements.items() if value != ""}


def _epoch(text: str, faults: list[str]) -> datetime | None:
    if not text:
        faults.append("EPOCH is missing")
        return None
    ordinal = re.fullmatch(r"(\d{4})-(\d{3})(T.*)?", text, re.ASCII)
    try:
        if ordinal:
            day = datetime.strptime(f"{ordinal[1]} {ordinal[2]}", "%Y %j")
            text = day.date().isoformat() + (ordinal[3] or "")
        epoch = datetime.fromisoformat(text)
    except ValueError:
        faults.append(f"EPOCH is {text!r}; a UTC time such as 2024-06-01T12:00:00.000 is expected")
        return None
    # An OMM's times carry no offset: TIME_SYSTEM, checked above, says they are UTC.
    return epoch if epoch.tzinfo else epoch.replace(tzinfo=UTC)
