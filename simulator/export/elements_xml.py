"""Mean elements as orbit mean-elements messages in XML (CCSDS 505.0-B-3), in one `ndm`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from simulator.export.choices import Choices
from simulator.export.mean_elements import (
    ELEMENTS,
    METADATA,
    ORIGINATOR,
    TLE_RELATED,
    MeanSet,
    mean_sets,
    written,
)
from simulator.results import Results


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write a message a set; they are dated by the start of the span."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<ndm>"]
    for each in mean_sets(results, choices):
        lines += _message(each, written(results.start))
    lines.append("</ndm>")
    place.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _message(each: MeanSet, created: str) -> Iterator[str]:
    yield '<omm id="CCSDS_OMM_VERS" version="2.0">'
    yield f"<header><COMMENT>{escape(each.comment)}</COMMENT>"
    yield f"<CREATION_DATE>{created}</CREATION_DATE><ORIGINATOR>{ORIGINATOR}</ORIGINATOR></header>"
    yield f"<body><segment><metadata>{_tags(each, METADATA)}</metadata>"
    yield f"<data><meanElements>{_tags(each, ELEMENTS)}</meanElements>"
    yield f"<tleParameters>{_tags(each, TLE_RELATED)}</tleParameters></data></segment></body>"
    yield "</omm>"


def _tags(each: MeanSet, keys: tuple[str, ...]) -> str:
    return "".join(f"<{key}>{escape(str(each.fields[key]))}</{key}>" for key in keys)
