"""The drawings of answers beyond a run's, by the command that asked; made from `Answered` alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from matplotlib.figure import Figure

from simulator.errors import InputError, nearest_hint
from simulator.maps import (
    ageing_curves,
    camera_ladders,
    claim_checks,
    design_heights,
    exchanges,
    ladders,
    launch_carriers,
    launch_planes,
    launch_stages,
    member_values,
    page,
    sitingmaps,
    unknown_bars,
    withdrawal_curves,
)
from simulator.results import Answered

# What a drawing is called, and what makes it, with a heading or without.
Drawings = Mapping[str, Callable[[bool], Figure]]

# Each gives the drawings that an answer has something to show for.
_OF_COMMAND: Mapping[str, Callable[[Answered], Drawings]] = {
    "cameras": camera_ladders.drawings,
    "claims": claim_checks.drawings,
    "design": design_heights.drawings,
    "decay": ageing_curves.drawings,
    "exchange": exchanges.drawings,
    "ladder": ladders.drawings,
    "launch": launch_planes.drawings,
    "options": launch_carriers.drawings,
    "spread": launch_stages.drawings,
    "siting": sitingmaps.drawings,
    "unknowns": unknown_bars.drawings,
    "withdrawal": withdrawal_curves.drawings,
    "worth": member_values.drawings,
}


def answer_drawings(answered: Answered) -> Drawings:
    """Return the drawings that an answer has something to show for, by name."""
    return _OF_COMMAND[answered.command](answered) if answered.command in _OF_COMMAND else {}


def answer_drawing(answered: Answered, name: str, *, title: bool = True) -> Figure:
    """Return one drawing of an answer; raises InputError for a name that it has not."""
    drawings = answer_drawings(answered)
    if name not in drawings:
        raise InputError(
            f"figure: '{name}' is none of this answer; it has {', '.join(drawings) or 'none'}"
            f"{nearest_hint(name, drawings)}"
        )
    with page.styled():
        return drawings[name](title)


def draw_answer(answered: Answered, folder: Path) -> None:
    """Draw all figures of an answer into a folder; the same answer gives the same bytes."""
    for name in answer_drawings(answered):
        page.save(answer_drawing(answered, name), folder / f"{name}.png")
