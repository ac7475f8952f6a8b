"""Layers as a GeoPackage: one file, a table a layer, for QGIS and other geographic programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas
import pyogrio

from simulator.export.choices import Choices
from simulator.export.headings import heading
from simulator.export.layers import LAYERS, layers_of
from simulator.results import Results

_CRS = "EPSG:4326"
_DATE = "OGR_CURRENT_DATE"
_SUFFIX = ".gpkg"


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write the chosen layers, all if none is chosen; instants are fields of date and time.

    A GeoPackage holds when it was last changed: here the start of the run's span, so that the same
    results give the same bytes.
    """
    with _dated(f"{results.start:%Y-%m-%dT%H:%M:%S.000Z}"), _ending_so(place) as file:
        for number, layer in enumerate(layers_of(results, choices, tuple(LAYERS))):
            frame = geopandas.GeoDataFrame(layer.table, geometry=list(layer.shapes), crs=_CRS)
            pyogrio.write_dataframe(
                frame,
                file,
                layer=layer.name,
                driver="GPKG",
                append=number > 0,
                promote_to_multi=layer.shapes[0].geom_type != "Point",
                layer_options={"DESCRIPTION": layer.what},
                dataset_metadata=heading(results) if number == 0 else None,
            )


@contextmanager
def _ending_so(place: Path) -> Iterator[Path]:
    """Give a file whose name ends as the writer wants it, and put it in place."""
    file = place if place.suffix.lower() == _SUFFIX else place.with_name(place.name + _SUFFIX)
    try:
        yield file
        file.replace(place)
    finally:
        if file != place:
            file.unlink(missing_ok=True)


@contextmanager
def _dated(instant: str) -> Iterator[None]:
    """Have the writer take an instant for the present one."""
    before = pyogrio.get_gdal_config_option(_DATE)
    pyogrio.set_gdal_config_options({_DATE: instant})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_DATE: before})
