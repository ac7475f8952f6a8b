"""The catalogue as a reader sees it: its kinds, the entries of one, one entry with its sources.

Each comes as plain values, for JSON, and as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from simulator import catalog
from simulator.report import texttable
from simulator.report.texttable import aligned, paragraph, shortened
from simulator.text import ABSENT

KIND_MEANINGS: Mapping[str, str] = {
    "launches": "launches of satellites, each with the orbit it reached or aimed for",
    "sites": "launch sites",
    "corridors": "directions a rocket may take from a site, and the inclination each gives",
    "vehicles": "rockets",
    "payloads": "what rockets can lift, or have lifted, by orbit",
    "stations": "ground stations",
    "networks": "sets of stations and relays that serve one headquarters",
    "relays": "geostationary relay satellites",
    "targets": "places to look at",
    "regions": "areas to study on a grid",
    "sensors": "cameras and radars",
    "elements": "element sets of satellites that flew",
    "activity": "how active the Sun was or may be, which air at satellites' heights follows",
    "interpretability": "what resolution suffices for what",
    "criteria": "what can be told from a picture at each level of the rating scales",
    "needs": "how good a look must be to detect, classify or identify an object",
    "sunshine": "how long the sun shines by month, of which clouds are reckoned",
    "claims": "what press and officials said, and what it asks of a simulation",
}
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "launches": ("liftoff", "kind", "perigee_km", "apogee_km", "inclination_deg"),
    "sites": ("latitude_deg", "longitude_deg"),
    "corridors": ("site", "launch_azimuth_deg", "inclination_deg"),
    "vehicles": ("site", "liftoff_mass_t", "payload_sso_kg_low", "payload_sso_kg_high"),
    "payloads": ("vehicle", "basis", "altitude_km", "payload_kg_low", "payload_kg_high"),
    "stations": ("latitude_deg", "longitude_deg", "min_elevation_deg", "roles"),
    "networks": ("stations", "relays", "crosslinks"),
    "relays": ("longitude_deg", "max_rate_mbps", "roles"),
    "targets": ("latitude_deg", "longitude_deg", "country", "kind"),
    "regions": (),
    "sensors": ("kind", "gsd_m", "swath_km", "max_off_nadir_deg"),
    "elements": ("norad", "epoch"),
    "activity": ("f107", "ap"),
    "interpretability": (),
    "criteria": ("scale", "level", "task"),
    "needs": ("niirs", "radar_resolution_m", "pixel_gsd_m"),
    "sunshine": ("latitude_deg", "longitude_deg", "period", "stands_for"),
    "claims": (),
}
_UNITS: Mapping[str, str] = {
    "km": "km",
    "m": "m",
    "deg": "deg",
    "h": "h",
    "min": "min",
    "s": "s",
    "kg": "kg",
    "t": "t",
    "mbps": "Mbit/s",
    "mhz": "MHz",
    "gbit": "Gbit",
    "gb": "GB",
    "pixels": "pixels",
}


def unit(field: str) -> str:
    """Return the unit that the name of a catalogue's field ends in, empty if in none."""
    return _UNITS.get(field.removesuffix("_low").removesuffix("_high").rpartition("_")[2], "")


def kinds() -> list[dict[str, Any]]:
    """Return the kinds of catalogue entry, with how many there are and what they are."""
    return [
        {"kind": kind, "entries": len(catalog.entries(kind)), "meaning": KIND_MEANINGS[kind]}
        for kind in catalog.KINDS
    ]


def kinds_text() -> str:
    """Return the kinds of catalogue entry as a table."""
    rows = [(row["kind"], str(row["entries"]), row["meaning"]) for row in kinds()]
    return aligned([("kind", "entries", ""), *rows], right=(1,))


def entries(kind: str) -> list[dict[str, Any]]:
    """Return the entries of a kind with all their values. Raises InputError for no such kind."""
    return [
        {"id": entry.id, "name": entry.name, **entry.values}
        for entry in catalog.entries(kind).values()
    ]


def entries_text(kind: str) -> str:
    """Return the entries of a kind as a table of what tells them apart.

    Raises InputError for no such kind.
    """
    listed = list(catalog.entries(kind).values())
    fields = _COLUMNS[kind]
    # A name above its unit keeps columns of numbers narrow.
    upper = ["", "", *(_words(field) if unit(field) else "" for field in fields)]
    lower = ["id", "name", *(unit(field) or _words(field) for field in fields)]
    rows = [[e.id, e.name, *(_listed(f, e.values.get(f)) for f in fields)] for e in listed]
    besides_names = [
        column for n, column in enumerate(zip(upper, lower, *rows, strict=True)) if n != 1
    ]
    # The name is the one column that can be cut: it gets what the others leave.
    room = texttable.LINE_WIDTH - sum(2 + max(map(texttable.width, c)) for c in besides_names)
    rows = [[row[0], shortened(row[1], max(room, 16)), *row[2:]] for row in rows]
    numeric = [
        column
        for column, field in enumerate(fields, 2)
        if any(isinstance(e.values.get(field), float) for e in listed)
    ]
    heading = [upper, lower] if any(upper) else [lower]
    return aligned([*heading, *rows], right=numeric)


def _words(field: str) -> str:
    """Return a field's name in words, its unit left out."""
    bound = next((end for end in ("_low", "_high") if field.endswith(end)), "")
    words = field.removesuffix(bound).rpartition("_")[0] + bound if unit(field) else field
    return words.replace("_", " ").replace("inclination", "incl.")


def _listed(field: str, value: Any) -> str:
    """Return a value as a table of many shows it."""
    if field in ("stations", "relays") and isinstance(value, tuple):
        return str(len(value))
    if field == "crosslinks" and isinstance(value, Mapping):
        return f"{value['rate_mbps']:g} Mbit/s"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return shortened(_shown(value), 22)


def _shown(value: Any) -> str:
    """Return a catalogue's value as text."""
    if value is None:
        return ABSENT
    if isinstance(value, datetime):
        parts = "milliseconds" if value.microsecond else "seconds"
        return value.isoformat(timespec=parts).replace("+00:00", "Z")
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else f"{value:,.0f}"
    if isinstance(value, Mapping):
        return ", ".join(
            f"{_words(key)} {_shown(inner)} {unit(key)}".rstrip() for key, inner in value.items()
        )
    if isinstance(value, tuple):
        inner = ", ".join(map(_shown, value))
        if not value:
            return "none"
        if isinstance(value[0], Mapping):
            return "; ".join(map(_shown, value))
        return f"[{inner}]" if isinstance(value[0], float | tuple) else inner
    return str(value)


def entry(kind: str, identifier: str) -> dict[str, Any]:
    """Return one entry: every value with its unit, confidence, note and sources.

    Raises InputError for no such kind or entry.
    """
    known = catalog.get(kind, identifier)
    return {
        "kind": kind,
        "id": known.id,
        "name": known.name,
        "short": known.short,
        "note": known.note,
        "formerly": list(known.formerly),
        "values": {
            field: {
                "value": value,
                "unit": unit(field),
                "confidence": known.provenance[field].confidence,
                "note": known.provenance[field].note,
                "sources": [source.id for source in known.provenance[field].sources],
            }
            for field, value in known.values.items()
        },
        "sources": {
            source.id: {
                "title": source.title,
                "publisher": source.publisher,
                "date": source.date,
                "read": source.read,
                "address": source.address,
            }
            for origin in known.provenance.values()
            for source in origin.sources
        },
    }


def entry_text(facts: Mapping[str, Any]) -> str:
    """Return one entry as text: its values, then the sources they cite."""
    lines = [paragraph(f"{facts['kind']} / {facts['id']}: {facts['name']}", rest="  ")]
    if facts["note"]:
        lines.append(paragraph(facts["note"]))
    if facts["short"]:
        lines.append(paragraph(f"Where room is narrow: {facts['short']}."))
    if facts["formerly"]:
        lines.append(paragraph(f"Formerly {', '.join(facts['formerly'])}."))
    lines.append("")
    for field, row in facts["values"].items():
        lines += _value_lines(field, row)
    if facts["sources"]:
        lines += ["", "Sources"]
    for identifier, source in facts["sources"].items():
        dated = source["date"] or (source["read"] and f"read {source['read']}")
        said = ", ".join(filter(None, (source["title"], source["publisher"], dated)))
        lines.append(paragraph(f"[{identifier}] {said}", first="  ", rest="      "))
        lines.append(f"      {source['address']}")
    return "\n".join(lines)


def _value_lines(field: str, row: Mapping[str, Any]) -> Iterator[str]:
    value = f"{_shown(row['value'])} {row['unit']}".strip()
    origin = " ".join([row["confidence"], *(f"[{source}]" for source in row["sources"])])
    head = f"  {field:<26}"
    # Where all fits on a line it stays on one, so that entries can be compared by eye.
    if len(head) + len(value) + 2 + len(origin) <= texttable.LINE_WIDTH:
        yield f"{head}{value:<24}  {origin}".rstrip()
    else:
        yield paragraph(value, first=head, rest=" " * len(head))
        yield f"{' ' * len(head)}{'':<24}  {origin}"
    if row["note"]:
        yield paragraph(row["note"], first=" " * 6, rest=" " * 6)
