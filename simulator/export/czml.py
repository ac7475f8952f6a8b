"""A run for Cesium: CZML with satellites, fields of view, lines of sight and places.

A CZML file is a list of packets, an object each (AnalyticalGraphicsInc, CZML Guide). Positions are
Earth-fixed, because every viewer has that frame without data of the Earth's rotation.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from simulator import intervals, orbits
from simulator.arrays import FloatArray
from simulator.export import cell_layers, place_layers
from simulator.export.choices import Choices
from simulator.export.czml_properties import (
    availability,
    colour,
    interval,
    label,
    polygon,
    reference,
    sampled,
    shown,
    sight_line,
)
from simulator.export.czml_views import cone
from simulator.export.geojson import plain_rows
from simulator.export.headings import heading
from simulator.export.layers import LayerSource
from simulator.export.states import ChosenSpan, earth_fixed
from simulator.results import Results
from simulator.units import MINUTE_S

Packet = dict[str, Any]
RELAY_HEIGHT_M = 35_786_000.0
_TARGET, _STATION, _RELAY = (240, 228, 66), (0, 114, 178), (255, 255, 255)
# Okabe and Ito's colours, told apart by all.
_COLOURS = ((0, 158, 115), (204, 121, 167), (230, 159, 0), (86, 180, 233), (213, 94, 0))
# So many seconds of the run pass in one before the screen.
_MULTIPLIER = 60.0
# A path behind a satellite without a period, as one of an ephemeris may be.
_TRAIL_MIN = 95.0


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write the chosen stretch, a packet a line; a day from the start if none is chosen."""
    source = LayerSource(results, choices)
    packets = [
        _document(source),
        *_targets(source),
        *_stations(source),
        *_satellites(source),
        *_strips(source),
        *_accesses(source),
        *_contacts(source),
    ]
    lines = [
        json.dumps(packet, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        for packet in packets
    ]
    place.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8", newline="\n")


def _document(source: LayerSource) -> Packet:
    stretch, told = source.flown.stretch, heading(source.results)
    words = [told.pop("title"), *(f"{name}: {text}" for name, text in told.items())]
    return {
        "id": "document",
        "name": source.results.title,
        "version": "1.0",
        "description": "".join(f"<p>{html.escape(line)}</p>" for line in words),
        "clock": {
            "interval": _whole(stretch),
            "currentTime": stretch.span.iso(stretch.start_s),
            "multiplier": _MULTIPLIER,
            "range": "LOOP_STOP",
            "step": "SYSTEM_CLOCK_MULTIPLIER",
        },
    }


def _whole(stretch: ChosenSpan) -> str:
    return interval(stretch, stretch.start_s, stretch.end_s)


def _described(row: Mapping[str, Any]) -> str:
    cells = (
        f"<tr><td>{html.escape(name)}</td><td>{html.escape(str(value))}</td></tr>"
        for name, value in row.items()
        if value not in (None, "")
    )
    return f"<table>{''.join(cells)}</table>"


def _place(kind: str, row: Mapping[str, Any], position: Packet, paint: tuple[int, ...]) -> Packet:
    return {
        "id": f"{kind}/{row[kind]}",
        "name": str(row["name"]),
        "description": _described(row),
        "position": position,
        "point": {"pixelSize": 7, "color": colour(paint), "outlineWidth": 1},
        "label": label(str(row["name"])),
    }


def _targets(source: LayerSource) -> Iterator[Packet]:
    table, _ = place_layers.targets(source)
    ways = dict(iter(source.results.ways.groupby("target", sort=False)))
    for row in plain_rows(table):
        position: Packet = {"cartographicDegrees": [row["longitude_deg"], row["latitude_deg"], 0.0]}
        if row["target"] in ways:
            position = _moving(source.flown.stretch, ways[row["target"]])
        yield _place("target", row, position, _TARGET)


def _moving(stretch: ChosenSpan, way: pd.DataFrame) -> Packet:
    """Return where a target is between the points of its way; before and after, at its ends."""
    times_s = way["time_s"].to_numpy(float) - stretch.start_s
    places = way[["longitude_deg", "latitude_deg"]].to_numpy(float)
    rows = np.column_stack([times_s, places, np.zeros(len(way))])
    return {
        "epoch": stretch.span.iso(stretch.start_s),
        "cartographicDegrees": np.round(rows, 7).ravel().tolist(),
        "interpolationAlgorithm": "LINEAR",
        "forwardExtrapolationType": "HOLD",
        "backwardExtrapolationType": "HOLD",
    }


def _stations(source: LayerSource) -> Iterator[Packet]:
    table, _ = place_layers.stations(source)
    # A station that differs between networks is one place all the same.
    for row in plain_rows(table.drop_duplicates("station")):
        is_relay = row["kind"] == "relay"
        height = RELAY_HEIGHT_M if is_relay else 0.0
        position = {"cartographicDegrees": [row["longitude_deg"], row["latitude_deg"], height]}
        yield _place("station", row, position, _RELAY if is_relay else _STATION)


def _satellites(source: LayerSource) -> Iterator[Packet]:
    stretch = source.flown.stretch
    rows = {str(row["satellite"]): row for row in plain_rows(source.results.satellites)}
    for name, path, runs in source.runs():
        row, paint = rows[name], _paint(source, name)
        yield {
            "id": f"satellite/{name}",
            "name": name,
            "availability": availability(stretch, runs),
            "description": _described(row),
            "position": sampled(stretch, runs, [_positions_m(path, at_s) for at_s in runs]),
            "point": {"pixelSize": 9, "color": colour(paint), "outlineWidth": 1},
            "label": label(name),
            "path": {
                "leadTime": 0,
                "trailTime": float(row["period_min"] or _TRAIL_MIN) * MINUTE_S,
                "width": 1.5,
                "resolution": 30,
                "material": {"solidColor": {"color": colour(paint)}},
            },
        }
        yield cone(stretch, name, row, path, runs, paint)


def _positions_m(path: orbits.Track, at_s: FloatArray) -> FloatArray:
    return earth_fixed(path, at_s)[0] * 1e3


def _paint(source: LayerSource, satellite: str) -> tuple[int, ...]:
    names = list(source.results.satellites["satellite"])
    return _COLOURS[names.index(satellite) % len(_COLOURS)]


def _strips(source: LayerSource) -> Iterator[Packet]:
    """Yield the strips imaged, each on the ground from its start on."""
    table, shapes = cell_layers.strips(source)
    stretch = source.flown.stretch
    for row, shape in zip(plain_rows(table), shapes, strict=True):
        for number, part in enumerate(shapely.get_parts(shape), start=1):
            name = f"{row['region']}/{row['satellite']}/{row['strip']}"
            yield {
                "id": f"strip/{name}/{number}",
                "name": f"{row['satellite']}, strip {row['strip']}",
                "availability": interval(stretch, float(row["start_s"]), stretch.end_s),
                "description": _described(row),
                "polygon": polygon(part, _paint(source, str(row["satellite"]))),
            }


def _accesses(source: LayerSource) -> Iterator[Packet]:
    """Yield a line of sight for each satellite and target, shown during their accesses."""
    table = source.within(source.results.accesses, "start_s", "end_s")
    for (satellite, target), rows in table.groupby(["satellite", "target"], sort=True):
        yield _line(source, ("access", str(satellite)), ("target", str(target)), rows, 3.0)


def _contacts(source: LayerSource) -> Iterator[Packet]:
    """Yield a line for each satellite and station, shown while any network has them in contact."""
    table = source.within(source.results.contacts, "start_s", "end_s")
    table = table[table["network"].isin(source.networks)]
    for (satellite, station), rows in table.groupby(["satellite", "station"], sort=True):
        yield _line(source, ("contact", str(satellite)), ("station", str(station)), rows, 1.0)


def _line(
    source: LayerSource, of: tuple[str, str], to: tuple[str, str], rows: pd.DataFrame, width: float
) -> Packet:
    (what, satellite), (kind, place) = of, to
    stretch = source.flown.stretch
    windows = intervals.union(rows[["start_s", "end_s"]].to_numpy(float))
    call = source.labels.target if kind == "target" else source.labels.station
    told: dict[str, Any] = {f"{what}s": len(windows)}
    if "network" in rows:
        told["networks"] = "; ".join(dict.fromkeys(rows["network"]))
    ends = [reference(f"satellite/{satellite}"), reference(f"{kind}/{place}")]
    return {
        "id": f"{what}/{satellite}/{place}",
        "name": f"{what}: {satellite} and {call(place)}",
        "availability": _whole(stretch),
        "description": _described(told),
        "polyline": sight_line(
            ends,
            shown(stretch, windows),
            _paint(source, satellite) if width > 1.0 else _STATION,
            width,
        ),
    }
