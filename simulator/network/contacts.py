"""Contacts: when a satellite and a ground station, or a relay satellite, can talk.

The result is the contact plan: one row a contact, whatever the link. Links are found once for all
stations and relays of all networks; a network picks its own. Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulator.access import (
    View,
    Windows,
    closest_looks,
    elevated,
    find_accesses,
    joined,
    line_of_sight,
    longer,
    masked,
    no_windows,
    satellite_positions,
)
from simulator.arrays import AnyIntArray, BoolArray, FloatArray, Int32Array, IntArray
from simulator.earth import Sites, known_sites, look_angles, sites
from simulator.orbits import Track
from simulator.scenario import Relay, Station

GEOSTATIONARY_RADIUS_M = 42_164_170.0  # Soop 1994, Handbook of Geostationary Orbits, section 1.2

Link = Station | Relay


@dataclass(frozen=True, eq=False)
class Contacts:
    """Contacts of many satellites and links, sorted by satellite, link and start; all (C,).

    `link` counts in the order given, stations and relays alike. `culmination_s` is the instant of
    greatest elevation, `max_elevation_deg` that elevation; both NaN for relays.
    """

    satellite: Int32Array
    link: Int32Array
    start_s: FloatArray
    end_s: FloatArray
    cut: BoolArray
    culmination_s: FloatArray
    max_elevation_deg: FloatArray

    def __len__(self) -> int:
        return len(self.link)

    def chosen(self, rows: BoolArray | IntArray) -> Contacts:
        """Return chosen contacts, by truth values (C,) or by numbers, in the order of these."""
        return Contacts(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


class _Search(NamedTuple):
    """Between which instants contacts are searched, and by how many threads."""

    start_s: float
    end_s: float
    threads: int | None


def in_order_of_start(start_s: FloatArray, satellite: AnyIntArray, link: AnyIntArray) -> IntArray:
    """Return the order (R,) of rows by start, of those that start together by satellite and link.

    Few do: all else is in order by one key.
    """
    order = np.argsort(start_s, kind="stable")
    ordered_s = start_s[order]
    ties = ordered_s[1:] == ordered_s[:-1]
    if ties.any():
        places = np.flatnonzero(np.append(ties, False) | np.append(False, ties))
        rows = order[places]
        order[places] = rows[np.lexsort((link[rows], satellite[rows], start_s[rows]))]
    return order


def find_contacts(
    tracks: Sequence[Track],
    links: Sequence[Link],
    *,
    start_s: float = 0.0,
    end_s: float,
    with_culminations: bool = True,
    threads: int | None = None,
) -> Contacts:
    """Return every contact of every satellite with every link in [start_s, end_s).

    Without culminations, which no figure is made of, instants and elevations are all NaN. The
    result does not depend on `threads` (default: one a core).
    """
    search = _Search(start_s, end_s, threads)
    parts = [
        _of_satellite(index, track, links, search, with_culminations)
        for index, track in enumerate(tracks)
    ]
    return Contacts(
        *(np.concatenate([getattr(p, f) for p in parts]) for f in Contacts.__dataclass_fields__)
    )


def _of_satellite(
    index: int,
    track: Track,
    links: Sequence[Link],
    search: _Search,
    with_culminations: bool,
) -> Contacts:
    windows = joined(
        [
            no_windows(),
            *(
                _renumbered(_station_windows(track, links, mask, search), numbers)
                for mask, numbers in _by_mask(links).items()
            ),
            *_relay_windows(track, links, search),
        ]
    )
    culmination, elevation = np.full((2, len(windows)), np.nan)
    if with_culminations:
        culmination, elevation = _culminations(track, links, windows)
    return Contacts(
        np.full(len(windows), index, np.int32),
        windows.site,
        windows.start_s,
        windows.end_s,
        windows.cut,
        culmination,
        elevation,
    )


def _renumbered(windows: Windows, numbers: IntArray) -> Windows:
    return Windows(
        numbers[windows.site].astype(np.int32), windows.start_s, windows.end_s, windows.cut
    )


def _by_mask(links: Sequence[Link]) -> dict[float, IntArray]:
    """Return the numbers of the stations that share a least elevation: one search each."""
    groups: dict[float, list[int]] = {}
    for number, link in enumerate(links):
        if isinstance(link, Station):
            groups.setdefault(link.min_elevation_deg, []).append(number)
    return {mask: np.array(numbers) for mask, numbers in groups.items()}


def _station_windows(
    track: Track, links: Sequence[Link], mask_deg: float, search: _Search
) -> Windows:
    stations = [
        link for link in links if isinstance(link, Station) and link.min_elevation_deg == mask_deg
    ]
    places = known_sites(
        np.array([(s.latitude_deg, s.longitude_deg, s.height_m) for s in stations], np.float64)
    )
    view = View(min_elevation_deg=mask_deg)
    windows = find_accesses(
        track, places, view, start_s=search.start_s, end_s=search.end_s, threads=search.threads
    )
    windows = culminating(track, places, windows, [s.min_culmination_deg for s in stations])
    for number, station in enumerate(stations):
        if station.horizon_mask_deg:
            windows = masked(
                track,
                places,
                windows,
                site=number,
                mask_deg=station.horizon_mask_deg,
                straight=station.horizon_mask_kind == "straight",
            )
    least_s = np.array([s.min_contact_s for s in stations])
    return windows.kept(windows.duration_s >= least_s[windows.site])


def culminating(
    track: Track, places: Sites, windows: Windows, least_deg: Sequence[float | None]
) -> Windows:
    """Return the passes that reach the least culmination of their station, None for any.

    The search is asked whether they do, so that a pass that just reaches it is no matter of chance.
    """
    chosen = np.ones(len(windows), dtype=np.bool_)
    for number, least in enumerate(least_deg):
        if least is None:
            continue
        rows = np.flatnonzero(windows.site == number)
        high = elevated(
            track, places, windows.kept(windows.site == number), min_elevation_deg=least
        )
        reached = np.searchsorted(windows.start_s[rows], high.start_s, side="right") - 1
        # A window above the least culmination lies in one pass, which then reaches it.
        chosen[rows] = False
        chosen[rows[reached]] = True
    return windows.kept(chosen)


def relay_position_m(longitude_deg: float) -> FloatArray:
    """Return the Earth-fixed place (3,) of a geostationary relay, held at the equator."""
    angle = np.radians(longitude_deg)
    return GEOSTATIONARY_RADIUS_M * np.array([np.cos(angle), np.sin(angle), 0.0])


def _relay_windows(track: Track, links: Sequence[Link], search: _Search) -> Iterator[Windows]:
    """Yield the windows of relays, those of alike ones together.

    What is found out about the satellite's path is then found once for all of them.
    """
    groups: dict[tuple[float, float | None, float], list[tuple[int, float]]] = {}
    for number, link in enumerate(links):
        if isinstance(link, Relay):
            key = (link.grazing_height_km, link.max_gimbal_deg, link.min_contact_s)
            groups.setdefault(key, []).append((number, link.longitude_deg))
    for (height_km, gimbal_deg, least_s), relays in groups.items():
        windows = line_of_sight(
            track,
            np.array([relay_position_m(longitude_deg) for _, longitude_deg in relays]),
            grazing_height_m=height_km * 1e3,
            max_gimbal_deg=gimbal_deg,
            start_s=search.start_s,
            end_s=search.end_s,
        )
        numbers = np.array([number for number, _ in relays])
        yield _renumbered(longer(windows, least_s), numbers)


def _culminations(
    track: Track, links: Sequence[Link], windows: Windows
) -> tuple[FloatArray, FloatArray]:
    instant, elevation = np.full(len(windows), np.nan), np.full(len(windows), np.nan)
    is_station = np.array([isinstance(link, Station) for link in links], dtype=bool)
    if not len(windows) or not is_station.any():
        return instant, elevation
    # Relays get a stand-in place: their rows are not asked for.
    coordinates = np.array(
        [
            (link.latitude_deg, link.longitude_deg, link.height_m)
            if isinstance(link, Station)
            else (0.0, 0.0, 0.0)
            for link in links
        ]
    )
    places = sites(*coordinates.T)
    rows = is_station[windows.site]
    passes = windows.kept(rows)
    at_s = closest_looks(track, places, passes, by_elevation=True)
    latitude, longitude, height = coordinates[passes.site].T
    look = look_angles(
        satellite_positions(track, at_s),
        latitude_deg=latitude,
        longitude_deg=longitude,
        height_m=height,
    )
    instant[rows], elevation[rows] = at_s, look.elevation_deg
    return instant, elevation
