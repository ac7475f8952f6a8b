"""The accesses of all satellites of circular orbits of one height and inclination, from one track.

SGP4's gravity field is symmetric about the axis: a satellite with its node turned and itself ahead
on its orbit flies the Earth-fixed track of the first, turned and moved in time. So it sees a place
when the first sees a place at another longitude; the light is that of the place itself. An access
is kept if the light suits at either of its ends, which at most lengthens it. Degrees, seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from simulator.access import View, find_accesses
from simulator.arrays import BoolArray, FloatArray
from simulator.design.patterns import Slot
from simulator.design.wishes import Wish
from simulator.earth import EARTH_RATE_RAD_S, sites
from simulator.orbits import (
    Track,
    from_scenario,
    mean_height_km,
    sun_elevation_deg,
    sun_track,
    track,
)
from simulator.scenario import Scenario
from simulator.study import span_of, view_of
from simulator.units import MINUTE_S

# Of the reference; a node at noon follows the mean Sun.
REFERENCE_LTAN_H = 12.0
# What has been found of so many satellites is kept while a height is tried.
Windows = tuple[FloatArray, ...]


class Places:
    """The targets of a wish and the light there over its span."""

    def __init__(self, scenario: Scenario) -> None:
        self.span = span_of(scenario)
        self.names = tuple(target.name for target in scenario.targets)
        self.latitude_deg, self.longitude_deg, self.height_m = np.array(
            [(*t.place_deg, t.height_m) for t in scenario.targets]
        ).T
        self.sites = sites(self.latitude_deg, self.longitude_deg, self.height_m)
        self.view = view_of(scenario.satellites[0].sensor)

    @cached_property
    def sun(self) -> Track:
        """The track of the Sun over the span."""
        return sun_track(self.span)

    @property
    def view_by_day_and_night(self) -> View:
        """What the sensor asks for besides light."""
        return replace(
            self.view, min_sun_elevation_deg=None, max_sun_elevation_deg=None, min_duration_s=0.0
        )

    def lit(self, target: int, windows_s: FloatArray) -> BoolArray:
        """Return which windows (N, 2) of a target have the light at one of their ends (N,)."""
        least, most = self.view.min_sun_elevation_deg, self.view.max_sun_elevation_deg
        if least is None and most is None:
            return np.ones(len(windows_s), dtype=np.bool_)
        sun = self._sun_deg(target, windows_s)
        good = np.ones(len(windows_s), dtype=np.bool_)
        if least is not None:
            good &= sun.max(axis=1) >= least
        if most is not None:
            good &= sun.min(axis=1) <= most
        return good

    def least_sun_deg(self, target: int, windows_s: FloatArray) -> float:
        """Return the least height of the Sun at a target within windows (N, 2); 90 of none."""
        return float(self._sun_deg(target, windows_s).max(axis=1).min(initial=90.0))

    def _sun_deg(self, target: int, windows_s: FloatArray) -> FloatArray:
        """Return the height of the Sun (N, 2) at both ends of windows."""
        place = np.broadcast_to(self.sites.position_m[target], (windows_s.size, 3))
        normal = np.broadcast_to(self.sites.normal[target], (windows_s.size, 3))
        return sun_elevation_deg(self.sun, place, normal, windows_s.ravel()).reshape(-1, 2)


class Sky:
    """Satellites of one height and inclination, wherever their nodes and themselves are.

    `size` are the keys of an orbit that give its height, `inclination_deg` None if Sun-synchronous.
    """

    def __init__(
        self, wish: Wish, places: Places, size: dict[str, Any], inclination_deg: float | None
    ) -> None:
        self.places, self.size, self.inclination_deg = places, size, inclination_deg
        plane: dict[str, Any] = (
            {"ltan_h": REFERENCE_LTAN_H}
            if inclination_deg is None
            else {"inclination_deg": inclination_deg, "raan_deg": 0.0}
        )
        scenario = wish.scenario({"kind": "in-plane", "total": 1, **size, **plane})
        ((self.elements, _),) = from_scenario(scenario.resolve())
        self._found: dict[tuple[float, Slot], Windows] = {}

    @cached_property
    def height_km(self) -> float:
        """Mean height over the ellipsoid as flown, km."""
        return mean_height_km(self.elements)

    @property
    def repeats(self) -> bool:
        """Whether the track closes after a cycle."""
        return "revolutions" in self.size

    @property
    def _rate_rad_s(self) -> float:
        """How fast the satellite goes round, from node to node."""
        satellite = self.elements.satellite
        return float(satellite.mdot + satellite.argpdot) / MINUTE_S

    @property
    def drift_rad_s(self) -> float:
        """How fast the Earth turns under the plane."""
        return EARTH_RATE_RAD_S - float(self.elements.satellite.nodedot) / MINUTE_S

    @cached_property
    def _track(self) -> Track:
        # One revolution more: a satellite ahead flies what the first flies later.
        end_s = self.places.span.duration_s + 2.1 * np.pi / self._rate_rad_s
        return track(self.elements, self.places.span, end_s=end_s)

    def windows(self, slots: Sequence[Slot], until_s: float) -> list[Windows]:
        """Return the accesses up to an instant of satellites at slots, (N, 2) of each target."""
        keys = [(until_s, _normal(slot)) for slot in slots]
        missing = list(dict.fromkeys(key for key in keys if key not in self._found))
        if missing:
            made = self._search([slot for _, slot in missing], until_s)
            self._found.update(zip(missing, made, strict=True))
        return [self._found[key] for key in keys]

    def _search(self, slots: Sequence[Slot], until_s: float) -> list[Windows]:
        places, targets = self.places, len(self.places.names)
        node_deg, phase_deg = np.array(slots).T
        ahead_s = np.radians(phase_deg) / self._rate_rad_s
        turned_deg = node_deg + np.degrees(self.drift_rad_s * ahead_s)
        # Every target as each satellite sees it, slot by slot.
        longitude_deg = (places.longitude_deg - turned_deg[:, None] + 180.0) % 360.0 - 180.0
        seen = find_accesses(
            self._track,
            sites(
                np.tile(places.latitude_deg, len(slots)),
                longitude_deg.ravel(),
                np.tile(places.height_m, len(slots)),
            ),
            places.view_by_day_and_night,
            start_s=0.0,
            end_s=until_s + float(ahead_s.max()),
        )
        own = ahead_s[seen.site // targets]
        windows_s = np.stack([seen.start_s - own, seen.end_s - own], axis=1)
        inside = (windows_s[:, 1] > 0.0) & (windows_s[:, 0] < until_s)
        site, windows_s = seen.site[inside], np.clip(windows_s[inside], 0.0, until_s)
        lit = np.empty(len(site), dtype=np.bool_)
        for target in range(targets):
            of_target = site % targets == target
            lit[of_target] = places.lit(target, windows_s[of_target])
        ends = np.cumsum(np.bincount(site[lit], minlength=len(slots) * targets))
        parts = np.split(windows_s[lit], ends[:-1])
        return [tuple(parts[n * targets : (n + 1) * targets]) for n in range(len(slots))]


def _normal(slot: Slot) -> Slot:
    return round(slot[0] % 360.0, 9) % 360.0, round(slot[1] % 360.0, 9) % 360.0
