"""What colours targets and cells: figures by network, and the classes of their values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from simulator import glossary
from simulator.arrays import FloatArray
from simulator.page import cells, places
from simulator.page.labels import heading, network_names
from simulator.page.packed import packed
from simulator.results import Results

_MOST_CLASSES = 7
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
# Units of time, longest first, in hours, and from how much on each reads best.
_UNITS_H = (("days", 24.0, 60.0), ("hours", 1.0, 2.0), ("minutes", 1.0 / 60.0, 0.05))
_SECONDS_H = ("seconds", 1.0 / 3_600.0)


@dataclass
class _Values:
    """One figure: values of targets and of cells by network, None for all networks alike."""

    name: str
    targets: dict[str | None, list[float]] = field(default_factory=dict)
    cells: dict[str | None, dict[str, FloatArray]] = field(default_factory=dict)

    def numbers(self) -> FloatArray:
        parts = [np.asarray(values, dtype=float) for values in self.targets.values()]
        parts += [array for regions in self.cells.values() for array in regions.values()]
        every = np.concatenate([np.empty(0), *parts])
        return np.asarray(every[np.isfinite(every)])


def colourings(results: Results) -> list[dict[str, Any]]:
    """Return the figures that can colour the map, as the page's script reads them."""
    return [made for each in _gathered(results) for made in _coloured(results, each)]


def _gathered(results: Results) -> list[_Values]:
    found: dict[str, _Values] = {}
    if results.grids:
        for name in cells.figure_names(results):
            for network, by_region in cells.values(results, name):
                key = cells.of_targets(name) or name
                found.setdefault(key, _Values(name)).cells[network] = by_region
    for name, network, numbers in places.colourable(results):
        found.setdefault(name, _Values(name)).targets[network] = numbers
    return list(found.values())


def _coloured(results: Results, figure: _Values) -> Iterator[dict[str, Any]]:
    numbers = figure.numbers()
    if not len(numbers):
        return
    unit, size = _unit(figure.name, numbers)
    low, high = float(numbers.min()) / size, float(numbers.max()) / size
    step = max((high - low) / 65_534.0, 1e-9)
    edges = class_edges(numbers / size)
    term = glossary.term(figure.name)
    by_network = [n for n in network_names(results) if n in figure.targets or n in figure.cells]
    keys: Sequence[str | None] = by_network or [None]
    yield {
        "id": figure.name,
        "name": heading(figure.name),
        "meaning": term.meaning if term else "",
        "unit": unit,
        "hours": size if glossary.unit(figure.name) == "h" else 0,
        "edges": edges,
        "classes": classes(edges, low, less_is_better=bool(term and term.better == "less")),
        "low": low,
        "step": step,
        "byNetwork": bool(by_network),
        "targets": [_of_targets(figure.targets.get(key), size) for key in keys],
        "cells": [_of_cells(figure.cells.get(key), size, low, step) for key in keys],
    }


def _of_targets(numbers: list[float] | None, size: float) -> list[float | None] | None:
    if numbers is None:
        return None
    return [round(n / size, 6) if math.isfinite(n) else None for n in numbers]


def _of_cells(
    regions: dict[str, FloatArray] | None, size: float, low: float, step: float
) -> dict[str, str]:
    return {name: packed(array / size, low, step) for name, array in (regions or {}).items()}


def _unit(name: str, numbers: FloatArray) -> tuple[str, float]:
    """Return the unit in which to read values, and its size in that of the figure's name."""
    if glossary.unit(name) != "h":
        return glossary.unit_words(name), 1.0
    most = float(np.quantile(numbers, 0.98))
    found = next(((unit, size) for unit, size, least in _UNITS_H if most >= least), _SECONDS_H)
    return found


def class_edges(numbers: FloatArray) -> list[float]:
    """Return rising round edges of at most seven classes; the first and the last are open.

    They divide what lies between the second and the 98th percentile, so that a few odd values do
    not leave all others in one class.
    """
    low, high = (float(q) for q in np.quantile(numbers, [0.02, 0.98]))
    if not high - low > 1e-9 * max(abs(high), 1.0):
        return []
    for power in range(math.floor(math.log10(high - low)) - 1, 20):
        for factor in _STEPS:
            step = factor * 10.0**power
            first, last = math.floor(low / step) + 1, math.ceil(high / step) - 1
            if 0 <= last - first + 1 <= _MOST_CLASSES - 1:
                return [round(n * step, 10) for n in range(first, last + 1)]
    return []


def classes(edges: Sequence[float], lowest: float, *, less_is_better: bool) -> list[list[str]]:
    """Return shade and words of each class between edges; the last shade is the best."""
    words = [f"{short(low)} to {short(high)}" for low, high in pairwise(edges)]
    words = [short(lowest)] if not edges else [f"below {short(edges[0])}", *words]
    words += [f"{short(edges[-1])} or more"] if edges else []
    places = [round((_MOST_CLASSES - 1) * n / max(len(edges), 1)) for n in range(len(words))]
    shades = [_MOST_CLASSES - 1 - n for n in places] if less_is_better else places
    return [[f"shade{shade}", text] for shade, text in zip(shades, words, strict=True)]


def short(number: float) -> str:
    """Return a number with three digits that count."""
    return f"{number:,.0f}" if abs(number) >= 1_000.0 else f"{float(f'{number:.3g}'):g}"
