"""Mean elements as orbit mean-elements messages in JSON, as catalogues give them out."""

from __future__ import annotations

import json
from pathlib import Path

from simulator.export.choices import Choices
from simulator.export.mean_elements import ORIGINATOR, mean_sets, written
from simulator.results import Results


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write an object a set in one list; they are dated by the start of the span."""
    head = {
        "CCSDS_OMM_VERS": "2.0",
        "CREATION_DATE": written(results.start),
        "ORIGINATOR": ORIGINATOR,
    }
    messages = [
        {**head, "COMMENT": each.comment, **each.fields} for each in mean_sets(results, choices)
    ]
    text = json.dumps(messages, indent=1, ensure_ascii=False, allow_nan=False)
    place.write_text(text + "\n", encoding="utf-8", newline="\n")
