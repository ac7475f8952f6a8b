"""Mean elements as orbit mean-elements messages in KVN (CCSDS 502.0-B-3, section 4)."""

from __future__ import annotations

from pathlib import Path

from simulator.export.choices import Choices
from simulator.export.mean_elements import (
    ELEMENTS,
    METADATA,
    ORIGINATOR,
    TLE_RELATED,
    mean_sets,
    written,
)
from simulator.results import Results


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write a message a set, one behind another; they are dated by the start of the span."""
    parts = []
    for each in mean_sets(results, choices):
        lines = [
            "CCSDS_OMM_VERS = 2.0",
            f"COMMENT {each.comment}",
            f"CREATION_DATE = {written(results.start)}",
            f"ORIGINATOR = {ORIGINATOR}",
            *(f"{key} = {each.fields[key]}" for key in (*METADATA, *ELEMENTS, *TLE_RELATED)),
        ]
        parts.append("\n".join(lines) + "\n")
    place.write_text("\n".join(parts), encoding="utf-8", newline="\n")
