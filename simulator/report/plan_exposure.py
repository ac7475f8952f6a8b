"""What a plan at a target risks, as text: a sentence, a table of networks, and what is meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simulator.report.sentences import listed
from simulator.report.texttable import blocks, paragraph
from simulator.text import duration

if TYPE_CHECKING:
    from simulator.watched import Exposure

Row = Mapping[Any, Any]
_WIDTH = 80
_HEADS = (
    "Network",
    "could be\nlooked at",
    "imaged",
    "good\nenough",
    "home\nin time",
    "first home, from\nstart of plan",
)


def exposure_text(found: Exposure) -> str:
    """Return what a plan risks: the chances in a sentence and a table, and what they mean."""
    rows = found.figures.to_dict(orient="records")
    table = "\n".join(blocks(_HEADS, [_line(row) for row in rows], texts=1, columns=_WIDTH))
    lead, rules = (paragraph(" ".join(of(found)), columns=_WIDTH) for of in (_sentences, _rules))
    return "\n\n".join([lead, table, rules])


def _line(row: Row) -> tuple[str, ...]:
    shares = ("looked_chance", "imaged_chance", "good_chance", "home_chance")
    return (
        str(row["network"]),
        *(_share(row[key]) for key in shares),
        duration(row["first_home_h"]),
    )


def _share(part: float) -> str:
    return f"{100.0 * part:.0f} %"


def _sentences(found: Exposure) -> Iterator[str]:
    first = found.figures.iloc[0]
    looked, imaged, good = (_share(first[f"{key}_chance"]) for key in ("looked", "imaged", "good"))
    well = f" and well enough with one of {good}" if good != imaged else ""
    home = [
        f"{_share(row['home_chance'])} with {row['network']}"
        for row in found.figures.to_dict(orient="records")
    ]
    until = f"by {found.useful_h:g} h after it" if found.useful_h else "by its end"
    yield (
        f"{found.target}, {found.plan.words}: in this plan it could be looked at with a chance of "
        f"{looked}, and is imaged with one of {imaged}{well}; the picture is at headquarters "
        f"{until} with one of {listed(home)}."
    )


def _rules(found: Exposure) -> Iterator[str]:
    if found.draws:
        yield (
            f"Chances are shares of {found.draws} draws of {found.unknown}, within "
            f"{100.0 * found.uncertain:.0f} points for so few, nine times in ten."
        )
    else:
        yield "One orbit as given, without draws: each chance is 0 or 100 %."
    yield (
        "Could be looked at: an access is open in the plan. Imaged: a picture is collected within "
        "it. Good enough: its look suffices for what the target needs, as any does where that is "
        "not given. Home in time: such a picture is at headquarters by then. Clouds are not "
        "counted: a camera sees less."
    )
