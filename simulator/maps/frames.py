"""What part of the Earth a map shows, in which projection, and how large it stands on the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from simulator.errors import InputError, nearest_hint
from simulator.maps import globe
from simulator.maps.page import Choice
from simulator.maps.projections import (
    EQUAL_EARTH,
    MERCATOR,
    PLATE_CARREE,
    ROBINSON,
    Conic,
    Polar,
    Projection,
)

# West, south, east, north in degrees; west and east may be counted from a map's centre.
Bounds = tuple[float, float, float, float]

_STRAIGHT: dict[str, Projection] = {
    "equal-earth": EQUAL_EARTH,
    "mercator": MERCATOR,
    "plate-carree": PLATE_CARREE,
    "robinson": ROBINSON,
}
PROJECTIONS = ("conic", "equal-earth", "mercator", "plate-carree", "polar", "robinson")
# An inch of a map that has more degrees than this shows nothing of the finer coast.
_COARSE_DEG_AN_INCH = 14.0
# On maps smaller than this the coast is seen to be drawn from few points.
_FINEST_DEG = 5.0
_COARSE_COAST = (
    "The coast, Natural Earth's at 1:50 million, is a few kilometres off on a map so small, and "
    "lacks islands; no finer one is packaged."
)
_LEAST_EXTENT_DEG = 0.1


@dataclass(frozen=True)
class Frame:
    """What a map shows, in map units, and how large it stands on the page, in inches."""

    projection: Projection
    centre_deg: float
    bounds_deg: Bounds
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    width_in: float
    height_in: float

    def window(self) -> BaseGeometry:
        """Return the box of longitudes, counted from the centre, and latitudes that is shown."""
        return _window(self)

    @property
    def scale(self) -> str:
        """Return the scale of the base map: the finer one takes seconds to draw of the world."""
        degrees_an_inch = (self.x_limits[1] - self.x_limits[0]) / self.width_in
        return "110m" if degrees_an_inch > _COARSE_DEG_AN_INCH else "50m"

    @property
    def coast_remark(self) -> str:
        """Return what to say of the coast, where the map shows less than it can."""
        west, south, east, north = self.bounds_deg
        wide_deg = float((east - west) * np.cos(np.radians(0.5 * (south + north))))
        return _COARSE_COAST if max(wide_deg, north - south) < _FINEST_DEG else ""


# Asked for several times by each map, and maps of one region have one frame.
@lru_cache(maxsize=32)
def _window(frame: Frame) -> BaseGeometry:
    x, y = np.meshgrid(np.linspace(*frame.x_limits, 41), np.linspace(*frame.y_limits, 41))
    longitude, latitude = frame.projection.unproject(x, y)
    known = np.isfinite(longitude)
    longitude, latitude = longitude[known], latitude[known]
    # The samples miss a pole or an edge by up to one step of theirs.
    margin = 3.0
    west, east = longitude.min() - margin, longitude.max() + margin
    if east - west > 180.0:
        west, east = -180.0, 180.0
    box = shapely.box(west, latitude.min() - margin, east, latitude.max() + margin)
    return shapely.intersection(globe.WORLD, box)


def frame_of(
    bounds_deg: Bounds,
    centre_deg: float,
    projection: Projection,
    *,
    most_wide_in: float,
    most_high_in: float,
) -> Frame:
    """Return the largest frame of a part of the Earth's own shape that fits a place on the page.

    Longitudes of the bounds are counted from the centre.
    """
    west, south, east, north = bounds_deg
    grid = np.meshgrid(np.linspace(west, east, 61), np.linspace(south, north, 61))
    x, y = projection.project(*grid)
    # Edges bow on a conic map: the limits are those of a grid of points, not of the corners.
    margin = 0.04 * max(np.ptp(x), np.ptp(y))
    x_limits, y_limits = (
        _widened(values, margin, most)
        for values, most in zip((x, y), projection.limits, strict=True)
    )
    aspect = (y_limits[1] - y_limits[0]) / (x_limits[1] - x_limits[0])
    width = min(most_wide_in, most_high_in / aspect)
    return Frame(projection, centre_deg, bounds_deg, x_limits, y_limits, width, width * aspect)


def _widened(values: np.ndarray, margin: float, most: tuple[float, float]) -> tuple[float, float]:
    return max(float(values.min()) - margin, most[0]), min(float(values.max()) + margin, most[1])


def suiting(bounds_deg: Bounds) -> Projection:
    """Return a projection that shows a part of the Earth undistorted.

    Conic between the tropics and the polar circles, stereographic about the nearer pole beyond
    them, plain longitude and latitude for what is equatorial or wide.
    """
    west, south, east, north = bounds_deg
    middle, height = (south + north) / 2.0, north - south
    if abs(middle) > 66.0:
        return Polar(float(np.copysign(1.0, middle)))
    if abs(middle) > 20.0 and east - west < 60.0 and height < 50.0:
        return _conic(bounds_deg)
    return PLATE_CARREE


def _conic(bounds_deg: Bounds) -> Projection:
    _, south, _, north = bounds_deg
    middle, height = (south + north) / 2.0, north - south
    if abs(middle) < 5.0 or min(abs(south), abs(north)) > 85.0:
        raise InputError("projection: 'conic' shows no part of the Earth about the equator or pole")
    # A sixth of the height inside its edges keeps the scale nearly true in all of a region
    # (Snyder, 1987, Map Projections, chapter 15, after Deetz and Adams).
    return Conic(middle, (south + height / 6.0, north - height / 6.0))


def projection_of(choice: Choice, bounds_deg: Bounds) -> Projection:
    """Return the projection chosen, or else what suits; raises InputError for an unknown name."""
    name = choice.projection
    if name is None:
        return suiting(bounds_deg)
    if name == "conic":
        return _conic(bounds_deg)
    if name == "polar":
        return Polar(float(np.copysign(1.0, bounds_deg[1] + bounds_deg[3])))
    return _straight(name)


def _straight(name: str) -> Projection:
    if name not in _STRAIGHT:
        raise InputError(
            f"projection: '{name}' is none; there are {', '.join(PROJECTIONS)}"
            f"{nearest_hint(name, PROJECTIONS)}"
        )
    return _STRAIGHT[name]


def projection_of_the_globe(choice: Choice) -> Projection:
    """Return the projection chosen for the whole Earth, or else Robinson's."""
    name = choice.projection or "robinson"
    if name in ("conic", "polar"):
        raise InputError(f"projection: '{name}' shows a part of the Earth; give its extent too")
    return _straight(name)


def turned_extent(choice: Choice) -> tuple[float, Bounds] | None:
    """Return the middle longitude of the extent chosen, and its bounds counted from there.

    None where none is chosen. Raises InputError for one that is no part of the Earth.
    """
    if choice.extent_deg is None:
        return None
    west, south, east, north = choice.extent_deg
    if not (south >= -90.0 and north <= 90.0 and north - south >= _LEAST_EXTENT_DEG):
        raise InputError(
            f"extent: latitudes go from south to north, -90 to 90, not {south:g} to {north:g}"
        )
    if not all(-360.0 <= edge <= 360.0 for edge in (west, east)):
        raise InputError(f"extent: longitudes are -180 to 180, not {west:g} and {east:g}")
    wide = 360.0 if east - west >= 360.0 else (east - west) % 360.0
    if wide < _LEAST_EXTENT_DEG:
        raise InputError(f"extent: from {west:g} to {east:g} is no width; give west, then east")
    centre = (west + wide / 2.0 + 180.0) % 360.0 - 180.0
    return centre, (-wide / 2.0, south, wide / 2.0, north)
