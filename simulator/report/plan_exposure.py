"""What a plan at a target risks, as text: a sentence, a table of networks, and what is meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.report.sentences import listed
from simulator.report.texttable import blocks, paragraph
from simulator.text import duration

if TYPE_CHECKING:
    from simulator.watched import Exposure

Row = Mapping[Any, Any]
_WIDTH = 80
# Name of a column, and its heading; those of clouds are there where clouds are counted.
_COLUMNS = (
    ("looked_chance", "could be\nlooked at"),
    ("imaged_chance", "imaged"),
    ("good_chance", "good\nenough"),
    ("good_clear_chance", "and\ncloud-free"),
    ("home_chance", "home\nin time"),
    ("home_clear_chance", "and\ncloud-free"),
)


def exposure_text(found: Exposure) -> str:
    """Return what a plan risks: the chances in a sentence and a table, and what they mean."""
    rows = found.figures.to_dict(orient="records")
    told = [(name, head) for name, head in _COLUMNS if name in found.figures]
    heads = ["Network", *(head for _, head in told), "first home,\nfrom start"]
    body = [_line(row, [name for name, _ in told]) for row in rows]
    table = "\n".join(blocks(heads, body, texts=1))
    lead, rules = (paragraph(" ".join(of(found)), columns=_WIDTH) for of in (_sentences, _rules))
    return "\n\n".join([lead, table, rules])


def _line(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    chances = (_share(row[name]) for name in names)
    return (str(row["network"]), *chances, duration(row["first_home_h"]))


def _share(part: float) -> str:
    return f"{100.0 * part:.0f} %"


def _sentences(found: Exposure) -> Iterator[str]:
    first = found.figures.iloc[0]
    looked, imaged, good = (_share(first[f"{key}_chance"]) for key in ("looked", "imaged", "good"))
    well = f", well enough with one of {good}" if good != imaged else ""
    home, picture = "home_chance", "the picture"
    if found.counts_clouds:
        home, picture = "home_clear_chance", "one that clouds do not hide"
        well += f", and without clouds between with one of {_share(first['good_clear_chance'])}"
    until = f"by {found.useful_h:g} h after it" if found.useful_h else "by its end"
    networks = [
        f"{_share(row[home])} with {row['network']}"
        for row in found.figures.to_dict(orient="records")
    ]
    yield (
        f"{found.target}, {found.plan.words}: in this plan it could be looked at with a chance of "
        f"{looked}, and is imaged with one of {imaged}{well}; {picture} is at headquarters "
        f"{until} with one of {listed(networks)}."
    )


def _rules(found: Exposure) -> Iterator[str]:
    if found.draws:
        yield (
            f"Chances are shares of {found.draws} draw{'s' * (found.draws > 1)} of "
            f"{found.unknown}, within "
            f"{100.0 * found.uncertain:.0f} points for so few, nine times in ten."
        )
    else:
        but = " but a cloud-free one" if found.counts_clouds else ""
        yield f"One orbit as given, without draws: each chance{but} is 0 or 100 %."
    yield (
        "Could be looked at: an access is open in the plan. Imaged: a picture is collected within "
        "it. Good enough: its look suffices for what the target needs, as any does where that is "
        "not given. Home in time: such a picture is at headquarters by then."
    )
    yield (
        "Cloud-free: the chance that one of these pictures shows the target, exact over skies that "
        f"last as clouds.persistence_h says; a radar's always do.{_unknown_sky(found)}"
        if found.counts_clouds
        else "Clouds are not counted, for the scenario has no table clouds: a camera sees less."
    )


def _unknown_sky(found: Exposure) -> str:
    if found.sky_known:
        return ""
    return f" Nothing is known of the sky over {found.target}, taken as always clear."
