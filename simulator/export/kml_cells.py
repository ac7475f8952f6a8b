"""The cells of regions in KML: a folder a class of one figure, which is its legend too."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

import numpy as np
import pandas as pd

from simulator import glossary, maps
from simulator.export import kml_elements
from simulator.export.geojson import plain_rows

if TYPE_CHECKING:
    from simulator.export.layers import Layer, LayerSource

_MOST_CLASSES = 7
_NONE = "cells-none"
_OPACITY = 0.65


def cell_folder(layer: Layer, source: LayerSource) -> tuple[list[Element], Element]:
    """Return the styles of the classes of a figure, and the folder with all cells in them."""
    figure = source.choices.figure or str(layer.table.columns[-1])
    values = layer.table[figure].to_numpy(dtype=float)
    classes = list(_classes(figure, values))
    styles = [kml_elements.style(_NONE, fill=kml_elements.colour((0.83, 0.83, 0.83), 0.5))]
    styles += [kml_elements.style(name, fill=paint) for name, _, paint, _ in classes]
    term = glossary.of_variable(figure)
    folder = kml_elements.feature(
        "Folder",
        f"Cells: {glossary.stem(figure)}, {glossary.unit_words(figure)}".rstrip(", "),
        is_open=True,
        description=_legend(figure, term.meaning if term else "", classes),
    )
    keys = ["region", "network"] if "network" in layer.table else ["region"]
    shapes = np.array(layer.shapes, dtype=object)
    for key, rows in layer.table.groupby(keys, sort=False):
        name = source.labels.region(str(key[0]))
        if len(keys) > 1:
            name = f"{name}, {source.labels.network(str(key[1]))}"
        part = kml_elements.feature("Folder", name)
        for style, words, _, mine in (*classes, (_NONE, "none", "", ~np.isfinite(values))):
            own = rows[mine[rows.index]]
            if len(own):
                part.append(_class_folder(own, shapes[own.index], figure, style, words))
        folder.append(part)
    return styles, folder


def _class_folder(
    rows: pd.DataFrame, shapes: np.ndarray, figure: str, style: str, words: str
) -> Element:
    count = f"{len(rows)} cell{'' if len(rows) == 1 else 's'}"
    folder = kml_elements.feature("Folder", f"{words} ({count})")
    unit = glossary.unit(figure)
    for row, shape in zip(plain_rows(rows), shapes, strict=True):
        value = row[figure]
        told = "none" if value is None else f"{value:g} {unit}".strip()
        mark = kml_elements.placemark(f"cell {row['cell']}: {told}", style, row)
        mark.append(kml_elements.geometry(shape))
        folder.append(mark)
    return folder


def _classes(figure: str, values: np.ndarray) -> Iterator[tuple[str, str, str, np.ndarray]]:
    """Yield style, words, colour and cells of each class of values, as drawings have them."""
    term = glossary.of_variable(figure)
    # Bright cells are those seen often, and soon.
    palette = "viridis" if term is not None and term.better == "more" else "viridis_r"
    scale = maps.colour_scale(values, palette, _MOST_CLASSES)
    if scale is None:
        return
    known = np.nan_to_num(values, nan=scale.bounds[0])
    place = np.clip(
        np.searchsorted(scale.bounds, known, side="right") - 1, 0, len(scale.bounds) - 2
    )
    for number in range(len(scale.bounds) - 1):
        low, high = (float(bound) for bound in scale.bounds[number : number + 2])
        if scale.values is None:
            words = f"{low:g} to {high:g} {glossary.unit(figure)}".strip()
        else:
            words = f"{float(scale.values[number]):g} {glossary.unit(figure)}".strip()
        red_green_blue = scale.colours(scale.norm(0.5 * (low + high)))
        mine = (place == number) & np.isfinite(values)
        yield (
            f"cells-{number}",
            words,
            kml_elements.colour(red_green_blue, _OPACITY),
            mine,
        )


def _legend(figure: str, meaning: str, classes: list[tuple[str, str, str, np.ndarray]]) -> str:
    rows = "".join(
        f'<tr><td bgcolor="{kml_elements.html_colour(paint)}">&#160;&#160;&#160;</td>'
        f"<td>{html.escape(words)}</td></tr>"
        for _, words, paint, _ in classes
    )
    return (
        f"<p>{html.escape(figure)}: {html.escape(meaning)}</p><table>{rows}"
        '<tr><td bgcolor="#d4d4d4">&#160;</td><td>none</td></tr></table>'
    )
