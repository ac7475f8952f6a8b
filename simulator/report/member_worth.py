"""What members of a network are worth, as text: the smallest sets first, then member by member."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simulator import glossary
from simulator.report.listing import ranged, shown
from simulator.report.texttable import blocks, paragraph
from simulator.text import ABSENT

if TYPE_CHECKING:
    import pandas as pd

    from simulator.worth import Worth

Row = Mapping[Any, Any]

_WIDTH = 80
_MOST_MEMBERS, _MOST_SETS = 6, 6
_LOADS = {
    "idle": "each picture with the network to itself",
    "loaded": "pictures sharing the network",
}
# A gain below so much of the figure is none.
_NOTHING = 1e-6


def worth_text(worth: Worth, *, full: bool = False) -> str:
    """Return what the members of a network add to its baseline; `full` names every member."""
    parts = [_head(worth), _overview(worth)]
    for row in worth.figures.to_dict(orient="records"):
        if _gains(row):
            parts.append(_of_figure(worth, row, full=full))
    return "\n\n".join([*parts, _rule(worth)])


def _head(worth: Worth) -> str:
    members = _counted(worth.members["member"].nunique(), "member")
    text = f"What each of the {members} of {worth.network} beyond {worth.baseline} is worth."
    if worth.draws:
        text += f" Ranges hold {_percent(worth.interval)} of {worth.draws} draws of {worth.drawn}."
    return paragraph(text, columns=_WIDTH)


def _percent(part: float) -> str:
    return ABSENT if math.isnan(part) else f"{100.0 * part:.0f} %"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _gains(row: Row) -> bool:
    """Whether the whole network is any better than the baseline."""
    size = max(abs(row["baseline"]), abs(row["whole"]))
    return bool(row["gain"] > _NOTHING * size)


def _overview(worth: Worth) -> str:
    """Return a line a figure: with the baseline, with all, and what is enough for nearly all."""
    heads = [
        "Figure",
        f"with\n{worth.baseline}",
        "with all",
        f"enough for\n{_percent(worth.reach)}",
    ]
    body = []
    for row in worth.figures.to_dict(orient="records"):
        text = shown(row["figure"])
        label = f"{glossary.full_label(row['figure'])}{' *' if row['load'] == 'loaded' else ''}"
        body.append([label, text(row["baseline"]), text(row["whole"]), _enough(worth, row)])
    table = "\n\n".join(blocks(heads, body, texts=1, columns=_WIDTH))
    if (worth.figures["load"] == "loaded").any():
        note = f"* {_LOADS['loaded']}; without the mark, {_LOADS['idle']}."
        table += f"\n{paragraph(note, columns=_WIDTH)}"
    return table


def _of(table: pd.DataFrame, row: Row) -> pd.DataFrame:
    if not len(table):
        return table
    is_of = (table["figure"] == row["figure"]) & (table["load"] == row["load"])
    rows: pd.DataFrame = table.loc[is_of]
    return rows


def _enough(worth: Worth, row: Row) -> str:
    sets = _of(worth.sets, row)
    if not _gains(row) or not len(sets):
        return "no gain" if math.isfinite(row["baseline"]) else ABSENT
    size = int(sets["size"].iloc[0])
    first = str(sets["members"].iloc[0])
    return first if size == 1 else f"{size} members"


def _of_figure(worth: Worth, row: Row, *, full: bool) -> str:
    """Return the smallest sets and the members' values in one figure."""
    text = shown(row["figure"])
    name = glossary.full_label(row["figure"])
    head = f"{name}, {_LOADS[row['load']]}: {text(row['baseline'])} with {worth.baseline}, "
    head += f"{text(row['whole'])} with all; gain {ranged(row, 'gain', text)}"
    sentences = f"{head[0].upper()}{head[1:]}. {' '.join(_set_sentences(worth, row))} "
    sentences += " ".join(_loss_sentences(worth, row, text))
    return f"{paragraph(sentences, columns=_WIDTH)}\n\n{_members(worth, row, text, full=full)}"


def _set_sentences(worth: Worth, row: Row) -> Iterator[str]:
    sets = _of(worth.sets, row).to_dict(orient="records")
    if not sets:
        return
    best, size = sets[0], int(sets[0]["size"])
    if not best["is_proven"]:
        yield (
            f"{_counted(size, 'member')} bring {_percent(best['share'])} of it: {best['members']}; "
            f"no set of fewer than {int(best['least_size'])} does."
        )
        return
    verb = "brings" if size == 1 else "together bring"
    yield (
        f"{best['members']} {'alone ' if size == 1 else ''}{verb} {_percent(best['share'])} of it"
        f"{_in_draws(best)}."
    )
    others = [each["members"] for each in sets[1:_MOST_SETS]]
    if others:
        left = int(best["alike"]) - 1 - len(others)
        more = f" and {left} more" if left > 0 else ""
        joint = "; ".join(others) if size > 1 else ", ".join(others)
        yield f"As good within a per cent: {joint}{more}."


def _loss_sentences(worth: Worth, row: Row, text: Callable[[float], str]) -> Iterator[str]:
    """Yield how many members can be lost for nothing, and what the first costly loss costs."""
    losses = _of(worth.losses, row).to_dict(orient="records")
    free = [each for each in losses if not each["cost"] > 0.0]
    costly = [each for each in losses if each["cost"] > 0.0]
    proven = [int(each["lost"]) for each in free if each["is_proven"]]
    if proven:
        whom = "any one member" if proven[-1] == 1 else f"any {proven[-1]} members"
        yield f"The loss of {whom} costs nothing."
    if free and not free[-1]["is_proven"]:
        yield f"No loss of up to {int(free[-1]['lost'])} that costs anything was found."
    if costly:
        first = costly[0]
        at_worst = "" if first["is_proven"] else " at least"
        yield f"The worst to lose, {first['members']}, {_cost_verb(first)}{at_worst} " + (
            f"{text(first['cost'])}."
        )


def _cost_verb(loss: Row) -> str:
    return "costs" if loss["lost"] == 1 else "cost"


def _in_draws(row: Row) -> str:
    part = row["reaching_draws_share"]
    return "" if math.isnan(part) or part == 1.0 else f" (enough in {_percent(part)} of the draws)"


def _members(worth: Worth, row: Row, text: Callable[[float], str], *, full: bool) -> str:
    table = _of(worth.members, row)
    # Who ranks first by what one can do alone, as who stands in for another shares its value.
    rows = table.sort_values(["alone", "shapley"], ascending=False, kind="stable")
    kept = rows if full else rows.head(_MOST_MEMBERS)
    heads = ["Member", "alone", "if lost", "Shapley\nvalue", "error"]
    drawn = worth.draws > 0
    if drawn:
        heads[2:2] = ["alone,\nover draws"]
        heads.append("first")
    body = []
    for each in kept.to_dict(orient="records"):
        cells = [each["member"], text(each["alone"]), text(each["loss"]), text(each["shapley"])]
        cells.append("exact" if each["is_exact"] else text(each["error"]))
        if drawn:
            cells[2:2] = [f"{text(each['alone_low'])} to {text(each['alone_high'])}"]
            cells.append(_percent(each["first_share"]))
        body.append(cells)
    out = "\n\n".join(blocks(heads, body, texts=1, columns=_WIDTH))
    left = len(rows) - len(kept)
    return out + (f"\n... and {_counted(left, 'member')} more: --full names all" if left else "")


def _rule(worth: Worth) -> str:
    return paragraph(
        f"alone: what {worth.baseline} gains by this member; if lost: what the whole network loses "
        "without it. Shapley value: the mean of what it adds over all orders in which members may "
        "join, so that the values add up to the whole gain; members that stand in for each other "
        "share it. Where it is not exact it is sampled, with the standard error beside it. first: "
        "share of draws in which its Shapley value is the greatest. Figures are of pictures, "
        f"requests and instants that {worth.baseline} serves too.",
        columns=_WIDTH,
    )
