"""A run for Google Earth: KML with folders, styles and times.

What moves, and what happens, has a time, so that the slider of the program plays it.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
import shapely

from simulator import maps
from simulator.errors import InputError
from simulator.export import cell_layers, kml_elements
from simulator.export.choices import Choices
from simulator.export.geojson import plain_rows
from simulator.export.headings import heading
from simulator.export.kml_cells import cell_folder
from simulator.export.layers import Layer, LayerSource, layers_of
from simulator.export.track_layers import ground
from simulator.results import Results

_USUAL = (
    "targets",
    "stations",
    "contact_circles",
    "tracks",
    "fields_of_regard",
    "strips",
    "cells",
    "accesses",
    "positions",
)
_NAMES = {
    "targets": "Targets",
    "stations": "Stations and relays",
    "contact_circles": "Contact circles",
    "tracks": "Ground tracks",
    "fields_of_regard": "Fields of regard (tick to show)",
    "strips": "Strips imaged",
    "accesses": "Accesses: lines of sight at the best look",
    "contacts": "Contacts",
    "positions": "Satellites",
}
_SEAMS = maps.globe.WORLD.boundary.buffer(1e-6)
# What would hide the rest until it is asked for.
_HIDDEN = ("fields_of_regard",)
_USUAL_FIGURE = "revisit_mean_h"
RELAY_HEIGHT_M = 35_786_000.0
# Okabe and Ito's colours, told apart by all.
_COLOURS = ((0, 158, 115), (204, 121, 167), (230, 159, 0), (86, 180, 233), (0, 114, 178))


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write the chosen layers, a folder each; all but contacts if none is chosen.

    Cells are coloured by one figure, `revisit_mean_h` unless another is chosen. Raises InputError
    for what the results do not have.
    """
    place.write_bytes(kml_text(results, choices))


def kml_text(results: Results, choices: Choices) -> bytes:
    """Return the text of the file that `write_file` writes."""
    source = LayerSource(results, _with_figure(results, choices))
    told = heading(results)
    document = kml_elements.feature(
        "Document", results.title, is_open=True, description=_described(source, told)
    )
    folders: list[Element] = []
    styles = list(_styles(source))
    for layer in layers_of(results, source.choices, _USUAL):
        if layer.name in ("cells", "cell_networks"):
            more, folder = cell_folder(layer, source)
            styles += more
        elif layer.name == "positions":
            folder = _satellites(source)
        else:
            folder = _folder(layer, source)
        folders.append(folder)
    document.extend(styles)
    document.extend(folders)
    return kml_elements.serialised(document)


def _with_figure(results: Results, choices: Choices) -> Choices:
    """Return the choices with a figure, where there are cells to colour."""
    if choices.figure is not None or not results.grids:
        return choices
    regions = cell_layers.regions_of(results, choices)
    if any(_USUAL_FIGURE in grid for grid in regions.values()):
        if "cell_networks" in choices.tables:
            raise InputError("figure: name one by network for cell_networks, as cell_age_mean_h")
        return replace(choices, figure=_USUAL_FIGURE)
    return choices


def _described(source: LayerSource, told: dict[str, str]) -> str:
    stretch = source.flown.stretch
    hours = (stretch.end_s - stretch.start_s) / 3600.0
    words = [
        told.get("question", ""),
        f"Shown: {hours:g} hours from {stretch.span.iso(stretch.start_s)}, every "
        f"{source.step_s:g} s, of a run of {told['span']}; "
        "export with --from and --hours for others.",
        "All times are UTC. Tick a folder to show it, and use the time slider to play it.",
        told.get("caution", ""),
        f"Sources: {told.get('source', '')}",
    ]
    return "".join(f"<p>{html.escape(line)}</p>" for line in words if line)


def _styles(source: LayerSource) -> Iterator[Element]:
    yield kml_elements.style("targets", line="ff42e4f0", marked=True)
    yield kml_elements.style("stations", line="ffb27200", marked=True)
    yield kml_elements.style("relays", line="ffffffff", marked=True)
    yield kml_elements.style("contact_circles", line="ffb27200", width=1.5)
    yield kml_elements.style("contacts", line="ffb27200", marked=True)
    for number in range(len(_COLOURS)):
        shares = [part / 255.0 for part in _COLOURS[number]]
        line = kml_elements.colour(shares, 1.0)
        pale = kml_elements.colour(shares, 0.25)
        yield kml_elements.style(f"tracks-{number}", line=line, width=1.5)
        yield kml_elements.style(f"accesses-{number}", line=line, width=3.0)
        yield kml_elements.style(f"fields_of_regard-{number}", fill=pale)
        yield kml_elements.style(
            f"strips-{number}", line=line, fill=kml_elements.colour(shares, 0.5)
        )
        yield kml_elements.style(f"positions-{number}", line=line, width=2.0, marked=True)


def _style_of(layer: str, satellite: str | None, source: LayerSource, kind: str) -> str:
    if satellite is not None and layer != "contacts":
        names = list(source.results.satellites["satellite"])
        return f"{layer}-{names.index(satellite) % len(_COLOURS)}"
    return "relays" if layer == "stations" and kind == "relay" else layer


def _folder(layer: Layer, source: LayerSource) -> Element:
    shown = layer.name not in _HIDDEN
    folder = kml_elements.feature(
        "Folder", _NAMES[layer.name], shown=shown, description=html.escape(layer.what)
    )
    for row, shape in zip(plain_rows(layer.table), layer.shapes, strict=True):
        kind = str(row.get("kind", ""))
        mark = kml_elements.placemark(
            _name_of(layer.name, row),
            _style_of(layer.name, row.get("satellite"), source, kind),
            row,
            begin=str(row.get("start_utc") or ""),
            end=str(row.get("end_utc") or ""),
            shown=shown,
        )
        mark.append(_shape_of(layer.name, row, shape, source))
        folder.append(mark)
    return folder


def _name_of(layer: str, row: dict[str, object]) -> str:
    place = row.get("name")
    if layer in ("tracks", "fields_of_regard"):
        return f"{row['satellite']}, revolution {row['revolution']}"
    if layer == "strips":
        return f"{row['satellite']}, strip {row['strip']}"
    return f"{place}, {row['satellite']}" if "satellite" in row else str(place)


def _shape_of(
    layer: str, row: dict[str, object], shape: shapely.Geometry, source: LayerSource
) -> Element:
    if layer == "accesses":
        path = source.flown.tracks[str(row["satellite"])]
        at_s = float(str(row["best_s"]))
        if path.time_s[0] <= at_s <= path.end_s:
            latitude, longitude, height = (float(v[0]) for v in ground(path, np.array([at_s])))
            (place,) = shapely.get_coordinates(shape)
            ends = [[*place, 0.0], [longitude, latitude, height * 1e3]]
            return kml_elements.sight_line(np.array(ends))
    if layer == "contact_circles":
        # Their edge alone: where a shape is cut there is none.
        edge = shapely.difference(shapely.boundary(shape), _SEAMS)
        return kml_elements.geometry(shapely.line_merge(edge))
    if row.get("kind") == "relay":
        (place,) = shapely.get_coordinates(shape)
        made = Element("Point")
        kml_elements.text(made, "altitudeMode", "absolute")
        above = np.array([[*place, RELAY_HEIGHT_M]])
        kml_elements.text(made, "coordinates", kml_elements.coordinates(above))
        return made
    return kml_elements.geometry(shape)


def _satellites(source: LayerSource) -> Element:
    """Return the satellites as bodies that move."""
    folder = kml_elements.feature("Folder", _NAMES["positions"], is_open=True)
    span = source.flown.stretch.span
    figures = {str(row["satellite"]): row for row in plain_rows(source.results.satellites)}
    for name, path, runs in source.runs():
        tracks = []
        for at_s in runs:
            latitude, longitude, height = ground(path, at_s)
            points = np.column_stack([longitude, latitude, height * 1e3])
            tracks.append(kml_elements.gx_track(span.isos(at_s), points))
        mark = kml_elements.placemark(name, _style_of("positions", name, source, ""), figures[name])
        mark.append(kml_elements.gx_tracks(tracks))
        folder.append(mark)
    return folder
