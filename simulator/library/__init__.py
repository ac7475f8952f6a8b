"""The front door for who uses the package as a library: plain values in, tables and grids out.

- `looks`: `passes`, `accesses` and `pictures` of places.
- `covered`: `coverage` of regions and points.
- `links`: `contacts` with stations; `sent`: `deliver`, pictures through contacts to headquarters.
- `tracked`: `ephemeris`, where satellites are.
- `kinds`: what all of them take: `OrbitLike`, `PlacesLike`, `TimeLike` and so on.
- `asked`: `InputWarning`, what to be wary of in an answer.

Nothing is computed here: `flown`, `located`, `outlined`, `instants` and `columns` read what is
given into the tables of a scenario, of which `asked` makes a study; figures are those of a run, to
the bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.library.asked import InputWarning
    from simulator.library.covered import coverage
    from simulator.library.kinds import (
        ColumnsLike,
        Conditions,
        OrbitLike,
        OrbitsLike,
        PassConditions,
        PlaceLike,
        PlacesLike,
        RegionLike,
        SensorLike,
        StationsLike,
        TimeLike,
        TimesLike,
    )
    from simulator.library.links import contacts
    from simulator.library.looks import accesses, passes, pictures
    from simulator.library.sent import deliver
    from simulator.library.tracked import ephemeris
else:
    __getattr__ = door(
        __name__,
        {
            "asked": "InputWarning",
            "covered": "coverage",
            "kinds": "ColumnsLike Conditions OrbitLike OrbitsLike PassConditions PlaceLike "
            "PlacesLike RegionLike SensorLike StationsLike TimeLike TimesLike",
            "links": "contacts",
            "looks": "accesses passes pictures",
            "sent": "deliver",
            "tracked": "ephemeris",
        },
    )

__all__ = [
    "ColumnsLike",
    "Conditions",
    "InputWarning",
    "OrbitLike",
    "OrbitsLike",
    "PassConditions",
    "PlaceLike",
    "PlacesLike",
    "RegionLike",
    "SensorLike",
    "StationsLike",
    "TimeLike",
    "TimesLike",
    "accesses",
    "contacts",
    "coverage",
    "deliver",
    "ephemeris",
    "passes",
    "pictures",
]
