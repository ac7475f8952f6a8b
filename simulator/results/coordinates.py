"""What those variables of a grid are that are no figures: places, times, the ellipsoid.

Nothing here needs the libraries of grids, so that who only explains a name need not wait for them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

GRID_MAPPING = "crs"
SPAN = "span"
PLACES: MappingProxyType[str, dict[str, Any]] = MappingProxyType(
    {
        "lat": {
            "standard_name": "latitude",
            "long_name": "geodetic latitude of the cell centre",
            "units": "degrees_north",
            "axis": "Y",
            "coverage_content_type": "coordinate",
        },
        "lon": {
            "standard_name": "longitude",
            "long_name": "longitude of the cell centre",
            "units": "degrees_east",
            "axis": "X",
            "coverage_content_type": "coordinate",
        },
    }
)
TIMES: MappingProxyType[str, str] = MappingProxyType(
    {
        "time_s": "time of the sample, in SI seconds after the start of the span",
        "instant_s": "instant looked at, in SI seconds after the start of the span",
        SPAN: "middle of the span, in SI seconds after its start; it ends twice as late",
    }
)

# What those variables are that a grid has beside its figures.
COORDINATES: MappingProxyType[str, str] = MappingProxyType(
    {
        **{name: told["long_name"] for name, told in PLACES.items()},
        **TIMES,
        GRID_MAPPING: "the ellipsoid, WGS84, of latitudes and longitudes; no value of its own",
    }
)
