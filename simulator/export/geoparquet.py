"""One layer as GeoParquet 1.1: a data frame with shapes, for pandas, DuckDB and QGIS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import shapely

from simulator.errors import InputError
from simulator.export.choices import Choices
from simulator.export.headings import heading
from simulator.export.layers import LAYERS, Layer, layers_of
from simulator.results import Results


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write one layer, that of cells if none is named; shapes are WKB, longitude first.

    The metadata `geo` names no reference system, which by the specification is OGC:CRS84:
    longitude and latitude on WGS84. Raises InputError for several layers.
    """
    if len(choices.tables) > 1:
        raise InputError(f"table: a file holds one layer; name one of {', '.join(LAYERS)}")
    (layer,) = layers_of(results, choices, ("cells",))
    table = pyarrow.Table.from_pandas(layer.table, preserve_index=False)
    shapes = pyarrow.array(shapely.to_wkb(list(layer.shapes)).tolist(), type=pyarrow.binary())
    metadata = {"geo": json.dumps(_described(layer)), "layer": layer.name, **heading(results)}
    table = table.append_column("geometry", shapes).replace_schema_metadata(metadata)
    pyarrow.parquet.write_table(table, place)


def _described(layer: Layer) -> dict[str, Any]:
    """Return the metadata that GeoParquet 1.1 asks for."""
    bounds = shapely.total_bounds(list(layer.shapes)).tolist()
    column = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in layer.shapes}),
        "orientation": "counterclockwise",
        "edges": "planar",
        "bbox": bounds,
    }
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
