"""Names beside points of a map, none over another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import patheffects

from simulator.arrays import FloatArray
from simulator.maps import page
from simulator.maps.sheet import Sheet
from simulator.text import width

# A white edge, so that letters are read on anything.
HALO = [patheffects.withStroke(linewidth=1.8, foreground="white")]
_SIZE_PT = 7.0
# About what a letter and a line of this size take, and how far a name is from its point.
_LETTER_IN, _LINE_IN, _GAP_IN = 0.056, 0.115, 0.06
_MOST_LETTERS = 26


@dataclass(frozen=True)
class Named:
    """A point in degrees, and the name beside it; with none it is only kept clear of names."""

    longitude_deg: float
    latitude_deg: float
    name: str
    colour: str = page.BLACK


def name_points(sheet: Sheet, points: Sequence[Named]) -> None:
    """Write names beside points where there is room, those first that come first."""
    if not points:
        return
    x, y = sheet.place([p.longitude_deg for p in points], [p.latitude_deg for p in points])
    inch = sheet.inch
    (west, east), (south, north) = sheet.axes.get_xlim(), sheet.axes.get_ylim()
    at = np.column_stack([x - west, y - south]) / inch
    page_in = np.array([east - west, north - south]) / inch
    taken: list[FloatArray] = []
    for number, point in enumerate(points):
        if not point.name:
            continue
        words = page.wrapped(point.name, _MOST_LETTERS, lines=2)
        found = _box(at[number], words, np.delete(at, number, axis=0), taken, page_in)
        if found is None:
            continue
        box, align = found
        taken.append(box)
        middle = box.reshape(2, 2).mean(axis=0)
        left = {"left": box[0], "right": box[2], "center": middle[0]}[align]
        style: dict[str, Any] = {"fontsize": _SIZE_PT, "color": point.colour, "linespacing": 1.05}
        sheet.axes.text(
            west + left * inch,
            south + middle[1] * inch,
            words,
            ha=align,
            va="center",
            path_effects=HALO,
            zorder=12,
            **style,
        )


def _box(
    at: FloatArray, words: str, others: FloatArray, taken: Sequence[FloatArray], page_in: FloatArray
) -> tuple[FloatArray, str] | None:
    """Return the place of a name that hides fewest points, and how it is aligned; None without."""
    lines = words.split("\n")
    wide, high = _LETTER_IN * max(map(width, lines)), _LINE_IN * len(lines)
    x, y = at
    candidates = [
        (np.array([x + _GAP_IN, y - high / 2, x + _GAP_IN + wide, y + high / 2]), "left"),
        (np.array([x - _GAP_IN - wide, y - high / 2, x - _GAP_IN, y + high / 2]), "right"),
        (np.array([x - wide / 2, y - _GAP_IN - high, x + wide / 2, y - _GAP_IN]), "center"),
        (np.array([x - wide / 2, y + _GAP_IN, x + wide / 2, y + _GAP_IN + high]), "center"),
    ]
    free = [
        (_hidden(box, others), number, box, align)
        for number, (box, align) in enumerate(candidates)
        if (box >= 0.0).all()
        and (box[2:] <= page_in).all()
        and not any(_overlap(box, other) for other in taken)
    ]
    if not free:
        return None
    _, _, box, align = min(free, key=lambda each: each[:2])
    return box, align


def _hidden(box: FloatArray, points: FloatArray) -> int:
    return int(((points > box[:2]) & (points < box[2:])).all(axis=1).sum())


def _overlap(box: FloatArray, other: FloatArray) -> bool:
    return bool((box[:2] < other[2:]).all() and (other[:2] < box[2:]).all())
