"""At which hour a rocket has to lift off for a wanted plane, from where it flies.

Of a rocket that has put a satellite into orbit from the site it is that flight's hour, moved by as
much as the node; of a direct northward flight the hour at which the plane passes over the site.
"""

from __future__ import annotations

import math
from datetime import datetime

from simulator import catalog
from simulator.catalog import Entry
from simulator.study import orbit_of

# From lift-off until the Earth turns no more under the rocket: set so that Meteor-M 2-4, which
# lifted off at 05:43 UTC on 29 February 2024, has the node at 15:09 that is generally given for it.
_ASCENT_H = 7.0 / 60.0
# From these sites rockets to polar orbits fly north and without a turn.
_NORTHWARD = frozenset({"vostochny", "plesetsk", "baikonur"})


def liftoff_utc_h(vehicle: str, site: str, *, inclination_deg: float, ltan_h: float) -> float:
    """Return the hour of lift-off, UTC, that sets the node to a local time; NaN: not known.

    Direct flights by the right spherical triangle of site, node and equator, sin(offset) =
    tan(latitude) / tan(inclination) (Vallado 2013, section 6.4.1).
    """
    flown = _flown(vehicle, site)
    if flown is not None:
        liftoff = flown.values["liftoff"]
        if not isinstance(liftoff, datetime):
            raise TypeError(f"{flown!r}: the lift-off is no instant")
        own_h = liftoff.hour + liftoff.minute / 60.0 + liftoff.second / 3_600.0
        return (own_h + ltan_h - orbit_of(flown.id).ltan_h) % 24.0
    if site not in _NORTHWARD:
        return math.nan
    place = catalog.get("sites", site).values
    latitude, longitude = (float(str(place[f"{axis}_deg"])) for axis in ("latitude", "longitude"))
    sine = math.tan(math.radians(latitude)) / math.tan(math.radians(inclination_deg))
    if abs(sine) > 1.0:
        return math.nan
    # The ascending node lies behind the site by this angle along the equator: east for a retrograde
    # orbit, whose local time there is later.
    behind_h = math.degrees(math.asin(sine)) / 15.0
    return (ltan_h + behind_h - longitude / 15.0 - _ASCENT_H) % 24.0


def _flown(vehicle: str, site: str) -> Entry | None:
    """Return the last launch that put a satellite into orbit with a rocket from a site."""
    launches = [
        entry
        for entry in catalog.entries("launches").values()
        if (entry.values["vehicle"], entry.values["site"]) == (vehicle, site)
        and entry.values["kind"] == "achieved"
    ]
    return launches[-1] if launches else None
