"""Angles and range at a step through each access and each contact with a station, in a table.

Elevation, azimuth (from north through east) and range are of the satellite seen from the place,
off-nadir is at the satellite, incidence at the ellipsoid below the place's height, the sun's
elevation at the place without refraction. Beginning and end of every window are there; relays,
which have no horizon, are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulator.arrays import FloatArray
from simulator.earth import ellipsoid_normal, geodetic_to_ecef, look_angles, off_nadir_deg
from simulator.export.choices import Choices, networks_of
from simulator.export.row_files import write_blocks
from simulator.export.state_runs import steps_between
from simulator.export.states import ChosenFlights
from simulator.orbits import Track, states, sun_elevation_deg
from simulator.results import Results
from simulator.study import members

STEP_S = 10.0


@dataclass(frozen=True)
class _Window:
    """A time in which a satellite sees a place: an access, or a contact with a station."""

    kind: str
    number: int
    satellite: str
    place: str
    start_s: float
    end_s: float


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write a row an instant of each window; raises InputError where there is none."""
    flown = ChosenFlights(results, choices)
    windows = [*_accesses(results), *_contacts(results, networks_of(results, choices))]
    write_blocks(_blocks(flown, windows, choices.step_s or STEP_S), place)


def _accesses(results: Results) -> Iterator[_Window]:
    columns = zip(*_columns_of(results.accesses, "target"), strict=True)
    for number, (satellite, place, start_s, end_s) in enumerate(columns):
        yield _Window("access", number, satellite, place, start_s, end_s)


def _contacts(results: Results, networks: tuple[str, ...]) -> Iterator[_Window]:
    """Yield the contacts of networks, one that several networks have once."""
    contacts = results.contacts
    if not len(contacts):
        return
    kinds = results.stations.drop_duplicates("station").set_index("station")["kind"]
    kept = contacts["network"].isin(networks) & (contacts["station"].map(kinds) == "station")
    whole = contacts[kept].drop_duplicates(["satellite", "station", "start_s", "end_s"])
    columns = zip(*_columns_of(whole, "station"), strict=True)
    for number, (satellite, place, start_s, end_s) in enumerate(columns):
        yield _Window("contact", number, satellite, place, start_s, end_s)


def _columns_of(table: pd.DataFrame, place: str) -> list[list[Any]]:
    if not len(table):
        return [[], [], [], []]
    return [table[name].tolist() for name in ("satellite", place, "start_s", "end_s")]


def _blocks(
    flown: ChosenFlights, windows: list[_Window], step_s: float
) -> Iterator[dict[str, Any]]:
    stretch = flown.stretch
    stations = {
        link.name: link for network in flown.case.scenario.networks for link in members(network)
    }
    targets = {target.name: n for n, target in enumerate(flown.case.scenario.targets)}
    by_satellite: dict[str, list[_Window]] = {}
    for window in windows:
        by_satellite.setdefault(window.satellite, []).append(window)
    for flight in flown.flights:
        path = flown.track_of(flight)
        for window in by_satellite.get(flight.name, ()):
            start_s = max(window.start_s, stretch.start_s)
            end_s = min(window.end_s, stretch.end_s)
            if end_s <= start_s:
                continue
            at_s = np.concatenate(
                [[start_s], steps_between(start_s, end_s, start_s, step_s), [end_s]]
            )
            if window.kind == "access":
                number = np.full(len(at_s), targets[window.place])
                geodetic = flown.case.whereabouts.geodetic(number, at_s)
            else:
                link = stations[window.place]
                coordinates = [getattr(link, key) for key in _COORDINATES]
                geodetic = np.tile(coordinates, (len(at_s), 1))
            yield {
                "kind": window.kind,
                "satellite": window.satellite,
                "place": window.place,
                "window": window.number,
                **_columns(flown, path, at_s, geodetic),
            }


_COORDINATES = ("latitude_deg", "longitude_deg", "height_m")


def _columns(
    flown: ChosenFlights, path: Track, at_s: FloatArray, geodetic: FloatArray
) -> dict[str, Any]:
    latitude, longitude, height = geodetic.T
    satellite_m = states(path, at_s)[:, :3]
    place_m = geodetic_to_ecef(latitude, longitude, height)
    angles = look_angles(
        satellite_m, latitude_deg=latitude, longitude_deg=longitude, height_m=height
    )
    normal = ellipsoid_normal(latitude, longitude)
    return {
        "time_utc": flown.stretch.span.datetimes(at_s),
        "time_s": at_s,
        "elevation_deg": angles.elevation_deg,
        "azimuth_deg": angles.azimuth_deg,
        "slant_range_km": angles.slant_range_km,
        "off_nadir_deg": off_nadir_deg(satellite_m, place_m),
        "incidence_deg": 90.0 - angles.elevation_deg,
        "sun_elevation_deg": sun_elevation_deg(flown.case.sun, place_m, normal, at_s),
    }
