"""Whose clock and map a scenario goes by: its zone, and the centre of its map of tracks."""

from __future__ import annotations

import cmath
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator import zones

if TYPE_CHECKING:
    from simulator.scenario.models import Scenario
    from simulator.scenario.networks import Network
    from simulator.scenario.places import Region, Target


@dataclass(frozen=True)
class Locality:
    """A zone by name, a longitude -180 to 180 in degrees, and what each is taken from."""

    time_zone: str
    time_zone_from: str
    map_centre_deg: float
    map_centre_from: str


def locality(scenario: Scenario) -> Locality:
    """Return whose clock and map a scenario goes by: as it says, else where its headquarters are.

    Without headquarters the middle of its targets counts, of its regions, or of its stations. A
    zone that nobody names is that in which most targets lie by their countries, if theirs are
    known and it is targets that count; else that of the whole hour nearest to the longitude.
    """
    network = _baseline(scenario)
    place, longitude_deg = next(_places(scenario, network), ("default", 0.0))
    zone, origin = zones.by_longitude(longitude_deg), f"longitude of {place}"
    if place == "default":
        origin = place
    elif place == "targets" and (of_most := _zone_of_most(scenario.targets)):
        zone, origin = of_most, "country of targets"
    if scenario.time_zone is not None:
        zone, origin = scenario.time_zone, "scenario"
    elif network and network.headquarters and network.headquarters.time_zone is not None:
        zone, origin = network.headquarters.time_zone, "headquarters"
    if scenario.map_centre_deg is not None:
        return Locality(zone, origin, scenario.map_centre_deg, "scenario")
    return Locality(zone, origin, float(round(longitude_deg)), place)


def _baseline(scenario: Scenario) -> Network | None:
    named = (n for n in scenario.networks if scenario.baseline in (None, n.name))
    return next(named, None)


def _zone_of_most(targets: Sequence[Target]) -> str | None:
    """Return the zone in which most of the targets lie; None if for most no country is known."""
    found = [
        zones.of_country(target.country or "", *target.place_deg)
        for target in targets
        if target.track is None
    ]
    # Of equally many, it is that of the first.
    (most, _), *_others = Counter(found).most_common() or [(None, 0)]
    return most


def _places(scenario: Scenario, network: Network | None) -> Iterator[tuple[str, float]]:
    """Yield what has a middle, and its longitude, first what counts most."""
    if network is not None and network.headquarters is not None:
        yield "headquarters", network.headquarters.longitude_deg
    longitudes_by_kind_deg = {
        "targets": list(_longitudes_deg(scenario.targets)),
        "regions": [
            0.5 * (west + east)
            for west, east in (ends for region in scenario.regions for ends in _ends_deg(region))
            if east - west < 360.0
        ],
        "stations": [station.longitude_deg for station in network.stations] if network else [],
    }
    for name, longitudes_deg in longitudes_by_kind_deg.items():
        middle_deg = _middle_deg(longitudes_deg)
        if middle_deg is not None:
            yield name, middle_deg


def _longitudes_deg(targets: Sequence[Target]) -> Iterator[float]:
    """Yield the longitude of each target, of one that moves those of its waypoints."""
    for target in targets:
        if target.track is None:
            yield target.place_deg[1]
        else:
            yield from (point.longitude_deg for point in target.track.waypoints or ())


def _ends_deg(region: Region) -> Iterator[tuple[float, float]]:
    """Yield the westernmost and the easternmost longitude of each outline."""
    for outline in region.outlines_deg:
        longitudes = [longitude for longitude, _ in outline]
        yield min(longitudes), max(longitudes)


def _middle_deg(longitudes_deg: Sequence[float]) -> float | None:
    """Return the mean direction of longitudes; None for none, or where they lie all round."""
    if not longitudes_deg:
        return None
    sum_of = sum(cmath.rect(1.0, math.radians(angle)) for angle in longitudes_deg)
    if abs(sum_of) < 0.05 * len(longitudes_deg):
        return None
    return math.degrees(cmath.phase(sum_of))
