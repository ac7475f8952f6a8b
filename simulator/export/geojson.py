"""Layers as GeoJSON (RFC 7946): one collection, the layer of a feature among its properties."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from simulator.export.choices import Choices
from simulator.export.headings import heading
from simulator.export.layers import Layer, layers_of, usual_layers
from simulator.export.outlines import DECIMALS
from simulator.results import Results


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write the chosen layers, a feature a line, after what the run says of itself.

    Instants are text in UTC, absent values null. RFC 7946, 6.1, allows the members that
    GeoJSON has no meaning for: title, source, caution and the like.
    """
    head = {"type": "FeatureCollection", **heading(results)}
    lines = [
        _text(feature)
        for layer in layers_of(results, choices, usual_layers())
        for feature in _features(layer)
    ]
    body = ",\n".join(lines)
    place.write_text(
        f'{_text(head)[:-1]},"features":[\n{body}\n]}}\n', encoding="utf-8", newline="\n"
    )


def _features(layer: Layer) -> Iterator[dict[str, Any]]:
    for shape, row in zip(layer.shapes, plain_rows(layer.table), strict=True):
        yield {
            "type": "Feature",
            "geometry": _rounded(shapely.geometry.mapping(shape)),
            "properties": {"layer": layer.name, **row},
        }


def plain_rows(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table as JSON holds them: instants as text, absent values None."""
    columns: dict[str, list[Any]] = {}
    for name in table.columns:
        values = table[name]
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            values = values.dt.strftime("%Y-%m-%dT%H:%M:%S.%f").str[:-3] + "Z"
        columns[str(name)] = values.astype(object).where(values.notna(), None).tolist()
    for row in zip(*columns.values(), strict=True):
        yield dict(zip(columns, row, strict=True))


def _rounded(value: Any) -> Any:
    """Return a geometry whose numbers have no more decimals than are told."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_rounded(item) for item in value]
    return round(value, DECIMALS) if isinstance(value, float) else value


def _text(value: Any) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
