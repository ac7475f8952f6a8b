"""What a drawing of a sweep finds, in a heading: how far a figure goes, and where it is best.

A heading never says more than the numbers drawn: it names ends, least and greatest. Where there is
nothing to say, it is empty, and the drawing says what it shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from simulator import glossary, report
from simulator.arrays import BoolArray
from simulator.maps.sweepdata import (
    cells_of,
    number_words,
    positions_of,
    unit_of,
    words_of,
)
from simulator.text import duration

# Longer headings say less.
_MOST_LETTERS = 150
# A figure that goes over less than this part of its greatest hardly changes.
_HARDLY = 0.01


def line_heading(
    figure: str, key: str, groups: Sequence[tuple[Any, pd.DataFrame]], by: str | None
) -> str:
    """Return how a figure goes along a key: of the first line, then the line that ends the best."""
    curves = [(value, _curve(part, key)) for value, part in groups]
    curves = [(value, curve) for value, curve in curves if len(curve) > 1]
    if not curves:
        return ""
    value, curve = curves[0]
    whole = f"{words_of(figure)} {_course(figure, key, curve)}"
    if len(curves) == 1:
        return whole if by is None else f"{whole}, {_of(by, value)}"
    if all(_course(figure, key, each) == _course(figure, key, curve) for _, each in curves):
        return f"{whole}, whatever the {words_of(by or key)}"
    whole = f"{whole}, {_of(by, value)}"
    best = _best(figure, [float(each.iloc[-1]) for _, each in curves])
    if best == 0 or _reads_alike(figure, float(curves[best][1].iloc[-1]), float(curve.iloc[-1])):
        return whole
    end = _value(figure, float(curves[best][1].iloc[-1]))
    more = f"{whole}; {end} there, {_of(by, curves[best][0])}"
    return more if len(more) <= _MOST_LETTERS else whole


def cells_heading(
    figure: str,
    parts: Sequence[tuple[Any, pd.DataFrame]],
    across: str,
    up: str,
    panel: str | None = None,
) -> str:
    """Return between which values a figure lies over two keys, and where; panels by `panel`."""
    found: list[tuple[float, tuple[str, ...]]] = []
    for value, part in parts:
        cells = cells_of(part, across, up)
        for (row, column), number in np.ndenumerate(cells.to_numpy(dtype=np.float64)):
            # The axes say what is varied: here its value, with its unit, is enough.
            places = [
                _place(across, cells.columns[column], again=True),
                _place(up, cells.index[row], again=True),
            ]
            places += [] if panel is None else [_place(panel, value, again=True)]
            found.append((float(number), tuple(places)))
    known = [each for each in found if math.isfinite(each[0])]
    if len(known) < 2:
        return ""
    return f"{words_of(figure)} {_between(figure, known)}"


def front_heading(
    x_figure: str,
    y_figure: str,
    part: pd.DataFrame,
    best: BoolArray,
    of: Any,
) -> str:
    """Return between which points the front of a trade-off runs, and whose front it is."""
    front = part[best].sort_values("x", kind="stable")
    ends = front[["x", "y"]].to_numpy(dtype=np.float64).tolist()
    if not ends or ends[0] == ends[-1]:
        return ""
    first, last = (
        f"{_value(y_figure, y)} at {_place(x_figure, x)}" for x, y in (ends[0], ends[-1])
    )
    whose = f", {_of('of', of)}" if of else ""
    return f"{words_of(y_figure)}: at best {first}, {last}{whose}"


def intervals_heading(
    figure: str, names: Sequence[str], medians: Sequence[float], *, ratio: bool
) -> str:
    """Return the median of a figure with the first network, and with that where it is best."""
    best = _best(figure, medians)
    if ratio:
        times = f"{medians[best]:.2g} times the baseline's"
        return f"{words_of(figure)} is {times} {_of('of', names[best])}"
    first = f"{words_of(figure)} is {_value(figure, medians[0])} {_of('of', names[0])}"
    if _reads_alike(figure, medians[0], medians[best]):
        return first
    return f"{first}, {_value(figure, medians[best])} {_of('of', names[best])}"


def _curve(part: pd.DataFrame, key: str) -> pd.Series[float]:
    """Return the means of a figure by the value of a key, in order, without those that lack it."""
    values = part["value"].to_numpy(dtype=np.float64)
    places, _ = positions_of(part[key])
    names = pd.Series(part[key].to_numpy(), index=places).groupby(level=0).first()
    means = pd.Series(values, index=places).groupby(level=0).mean().dropna()
    return pd.Series(means.to_numpy(), index=names[means.index].to_numpy())


def _course(figure: str, key: str, curve: pd.Series[float]) -> str:
    """Return in words how a figure goes along a key."""
    values = curve.to_numpy(dtype=np.float64)
    low, high = float(values.min()), float(values.max())
    if high - low <= _HARDLY * abs(high) or _reads_alike(figure, low, high):
        return f"is {_value(figure, float(values.mean()))} whatever the {words_of(key)}"
    steps = np.diff(values)
    if isinstance(curve.index[0], str) or not ((steps <= 0.0).all() or (steps >= 0.0).all()):
        known = [(float(v), (_place(key, at),)) for at, v in zip(curve.index, values, strict=True)]
        return _between(figure, known)
    verb = "falls" if values[-1] < values[0] else "rises"
    first, last = curve.index[0], curve.index[-1]
    return (
        f"{verb} from {_value(figure, float(values[0]))} at {_place(key, first)} to "
        f"{_value(figure, float(values[-1]))} at {_place(key, last, again=True)}"
    )


def _between(figure: str, known: Sequence[tuple[float, tuple[str, ...]]]) -> str:
    """Return the least and the greatest of values with the places (by key) where each is."""
    low, high = min(value for value, _ in known), max(value for value, _ in known)
    if _reads_alike(figure, low, high):
        return f"is {_value(figure, low)} everywhere"
    ends = (f"{_value(figure, end)}{_where(figure, known, end)}" for end in (low, high))
    return f"is {' to '.join(ends)}"


def _where(figure: str, known: Sequence[tuple[float, tuple[str, ...]]], end: float) -> str:
    """Return where a value is, in brackets, without the keys that make no difference to it."""
    reached = [places for value, places in known if _reads_alike(figure, value, end)]
    place = next(places for value, places in known if value == end)
    told = [
        word
        for number, word in enumerate(place)
        if {places[number] for _, places in known} != {places[number] for places in reached}
    ]
    return f" ({', '.join(told)})" if told else ""


def _best(figure: str, values: Sequence[float]) -> int:
    """Return which value is best: the greatest of a figure of which more is better, else least."""
    term = glossary.swept_term(figure)[0]
    sign = -1.0 if term is not None and term.better == "more" else 1.0
    return min(range(len(values)), key=lambda n: (math.isnan(values[n]), sign * values[n]))


def _reads_alike(figure: str, one: float, other: float) -> bool:
    return _value(figure, one) == _value(figure, other)


def _value(figure: str, value: float) -> str:
    """Return a value of a figure, or of a key, with its unit."""
    unit = unit_of(figure)
    if unit == "hours":
        return duration(value)
    shown = report.shown(figure)(value)
    return shown if not unit or figure.endswith("_share") else f"{shown} {unit}"


def _place(key: str, value: Any, *, again: bool = False) -> str:
    """Return a value of a key as a place along it; `again` without the words it had before."""
    if key == "of":
        return str(value)
    words, unit, shown = words_of(key), unit_of(key.rpartition(".")[2]), number_words(value)
    if unit:
        return f"{shown} {unit}" if again else f"{words} {shown} {unit}"
    # A count of things: 1 satellite, 8 satellites.
    if words.endswith("s") and not isinstance(value, str):
        return f"{shown} {words.removesuffix('s') if value == 1 else words}"
    return f"{words} {shown}"


def _of(by: str | None, value: Any) -> str:
    """Return whose figure it is, or at which value of a key."""
    return f"with {value if by is None else _place(by, value)}"
