"""What a run has on the map, layer by layer: a table whose rows have a shape each.

Columns are those of the tables and grids of the run, with the glossary's names; `name` is what
people call the place. What has a time is written for the stretch that is chosen, a day if none is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import pandas as pd
from shapely.geometry.base import BaseGeometry

from simulator.arrays import FloatArray
from simulator.errors import InputError
from simulator.export import cell_layers, place_layers, track_layers
from simulator.export.choices import Choices, chosen, networks_of
from simulator.export.state_runs import runs
from simulator.export.states import ChosenFlights
from simulator.orbits import Track
from simulator.results import Labels, Results, labels_of

USUAL_HOURS = 24.0
USUAL_STEP_S = 60.0
MOST_PLACES = 2_000_000


@dataclass(frozen=True, eq=False)
class LayerSource:
    """A run with what was chosen of it, as the makers of layers read it."""

    results: Results
    choices: Choices

    @cached_property
    def flown(self) -> ChosenFlights:
        return ChosenFlights(self.results, self.choices, usual_hours=USUAL_HOURS)

    @cached_property
    def labels(self) -> Labels:
        return labels_of(self.results)

    @cached_property
    def networks(self) -> tuple[str, ...]:
        return networks_of(self.results, self.choices)

    @property
    def step_s(self) -> float:
        return self.choices.step_s or USUAL_STEP_S

    def runs(self) -> Iterator[tuple[str, Track, list[FloatArray]]]:
        """Yield satellite, track and, for each run of it without a jump or a gap, instants (N,).

        A satellite that does not fly in the stretch is left out. Raises InputError for a step so
        short that no program would open the file.
        """
        flown = self.flown
        count = len(flown.names) * (flown.stretch.end_s - flown.stretch.start_s) / self.step_s
        if count > MOST_PLACES:
            raise InputError(
                f"step_s: {count:,.0f} places of satellites; allowed {MOST_PLACES:,}: take a "
                "longer step, fewer hours or fewer satellites"
            )
        for flight in flown.flights:
            path = flown.tracks[flight.name]
            parts = list(runs(flown.stretch, flight.elements, path, self.step_s))
            if parts:
                yield flight.name, path, parts

    def within(self, table: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
        """Return the rows of a table that touch the stretch, and are of the satellites chosen."""
        stretch = self.flown.stretch
        kept = (table[end] >= stretch.start_s) & (table[start] < stretch.end_s)
        return table[kept & table["satellite"].isin(self.flown.names)]


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer: a table and the shape (longitude, latitude) of each of its rows."""

    name: str
    what: str
    table: pd.DataFrame
    shapes: tuple[BaseGeometry, ...]


@dataclass(frozen=True)
class LayerKind:
    """How a layer is made, what a row of it is, and whether it is written if none is named."""

    make: Callable[[LayerSource], tuple[pd.DataFrame, list[BaseGeometry]]]
    what: str
    usual: bool = True


LAYERS: MappingProxyType[str, LayerKind] = MappingProxyType(
    {
        "targets": LayerKind(place_layers.targets, "one target, seen by all satellites together"),
        "stations": LayerKind(
            place_layers.stations,
            "one station or relay with the networks that have it; a relay stands where it is "
            "overhead",
        ),
        "contact_circles": LayerKind(
            place_layers.contact_circles,
            "the ground below which satellites are high enough for one station",
        ),
        "tracks": LayerKind(track_layers.tracks, "one revolution of one satellite's ground track"),
        "fields_of_regard": LayerKind(
            track_layers.fields_of_regard,
            "the ground that one satellite's sensor can be pointed at in one revolution, "
            "whatever the light",
        ),
        "strips": LayerKind(
            cell_layers.strips, "one strip that one satellite images of one region, true to scale"
        ),
        "cells": LayerKind(cell_layers.cells, "one cell of one region"),
        "cell_networks": LayerKind(
            cell_layers.cell_networks, "one cell of one region with one network", usual=False
        ),
        "accesses": LayerKind(
            place_layers.accesses, "one access of one satellite to one target", usual=False
        ),
        "contacts": LayerKind(
            place_layers.contacts,
            "one contact of one satellite with one station or relay of one network",
            usual=False,
        ),
        "positions": LayerKind(track_layers.positions, "one satellite at one instant", usual=False),
    }
)


def layers_of(results: Results, choices: Choices, usual: tuple[str, ...]) -> Iterator[Layer]:
    """Yield the layers that were chosen, else the usual ones, that have a row at all.

    Raises InputError for a layer that there is not, one named of which the run has nothing, a
    region, a figure or a satellite that it does not have, and if there is nothing to write.
    """
    source = LayerSource(results, choices)
    names = chosen("table", choices.tables, tuple(LAYERS))
    if not choices.tables:
        names = tuple(name for name in LAYERS if name in usual)
        if choices.figure is not None:
            names = cell_layers.with_figure(results, choices, names)
    empty = True
    for name in names:
        table, shapes = LAYERS[name].make(source)
        kept = [number for number, shape in enumerate(shapes) if not shape.is_empty]
        if kept:
            empty = False
            rows = table.iloc[kept].reset_index(drop=True)
            yield Layer(name, LAYERS[name].what, rows, tuple(shapes[n] for n in kept))
        elif choices.tables:
            raise InputError(f"table: these results have no {name.replace('_', ' ')}")
    if empty:
        absent = " and no ".join(name.replace("_", " ") for name in names)
        raise InputError(f"table: these results have no {absent}; name another layer")


def usual_layers() -> tuple[str, ...]:
    """Return the layers that are written if none is named."""
    return tuple(name for name, kind in LAYERS.items() if kind.usual)
