"""A launch of several satellites as they spread over their plane, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.listing import records, shown
from simulator.report.texttable import blocks, paragraph
from simulator.text import duration, share

if TYPE_CHECKING:
    import pandas as pd

    from simulator.launches import SpreadStages

_WIDTH = 88
_HEADS = ("accesses\na day", "revisit\nmean", "picture\nhome", "request\nanswered", "age,\nnewest")
_FIGURES = ("accesses_per_day", "revisit_mean_h", "latency_mean_h", "response_mean_h", "age_mean_h")


def stages_text(found: SpreadStages) -> str:
    """Return what satellites of one launch see while they spread, and after."""
    greatest = found.places["drift_height_km"].abs().max()
    head = (
        f"{len(found.places)} satellites of one launch are at their places after {found.days:.1f} "
        f"days, the farthest {greatest:.1f} km lower or higher on its way. "
        f"{stages_headline(found.stages)}."
    )
    places = [
        (row["satellite"], *(f"{row[key]:+.{n}f}" for key, n in _PLACE_KEYS))
        for row in records(found.places)
    ]
    heads = ("Satellite", "Place,\ndegrees", "Height on\nthe way, km", "Node in the\nend, degrees")
    rows: list[tuple[str, ...]] = []
    before = None
    for row in records(found.stages):
        begin, done = str(row["begin_utc"])[:10], share(row["done_share"])
        if rows and row["stage"] == before:
            begin, done = "", ""
        before = row["stage"]
        cells = (shown(name)(row[name]) for name in _FIGURES)
        rows.append((begin, done, str(row["network"]), *cells))
    rule = (
        f"Each stage is of {found.days / found.parts:.1f} days; the share is of the way to the "
        "places, at the stage's middle; the last stage begins when all are there."
    )
    return "\n\n".join(
        [
            paragraph(head, columns=_WIDTH),
            "\n".join(blocks(heads, places, texts=1, columns=_WIDTH)),
            "\n".join(blocks(("From", "Apart", "Network", *_HEADS), rows, texts=3, columns=_WIDTH)),
            paragraph(rule, columns=_WIDTH),
        ]
    )


_PLACE_KEYS = (("place_deg", 1), ("drift_height_km", 2), ("node_deg", 3))


def stages_headline(stages: pd.DataFrame) -> str:
    """Return in one sentence what the spread does for the wait, with the first network."""
    own = stages[stages["network"] == stages["network"].iloc[0]]
    first, last = records(own.iloc[[0, -1]])
    ends = [duration(row["response_mean_h"]) for row in (first, last)]
    return (
        f"A request is answered after {ends[0]} on average at first and {ends[1]} in the end, with "
        f"{first['network']}"
    )
