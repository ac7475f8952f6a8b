"""The layers of the world map that ship with the package, and their shapes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from simulator.arrays import FloatArray
from simulator.basemap import shapefile
from simulator.errors import InputError, nearest_hint

FOLDER = Path(__file__).parent
SCALES = ("110m", "50m")
LAYERS = {
    "coastline": "physical",
    "land": "physical",
    "admin_0_boundary_lines_land": "cultural",
    "admin_0_countries": "cultural",
}
THE_GLOBE = (-180.0, -90.0, 180.0, 90.0)
COUNTRIES_SCALE = "50m"

# Natural Earth gives the inter-Korean line the class it gives other lines of control, so its
# place tells it apart: longitude 126 to 129 degrees, latitude 37.5 to 39 degrees.
_DMZ_BOX = box(126.0, 37.5, 129.0, 39.0)


def layer_path(layer: str, scale: str) -> Path:
    """Return the shapefile of one bundled layer; raises InputError if it is not bundled."""
    if layer not in LAYERS or scale not in _scales(layer):
        raise missing(layer, scale)
    return FOLDER / "shapefiles" / "natural_earth" / LAYERS[layer] / f"ne_{scale}_{layer}.shp"


def _scales(layer: str) -> tuple[str, ...]:
    return (COUNTRIES_SCALE,) if layer == "admin_0_countries" else SCALES


@lru_cache
def shapes(
    layer: str, scale: str, *, within: tuple[float, float, float, float] = THE_GLOBE
) -> tuple[BaseGeometry, ...]:
    """Return the lines or surfaces of a layer, longitude and latitude in degrees.

    `within` is a box, west, south, east and north, whose longitudes may run past 180 degrees: what
    lies beside it is left out.
    """
    path = layer_path(layer, scale)
    try:
        return tuple(shapefile.read(path, within))
    except FileNotFoundError:
        raise InputError(
            f"{path.name}: missing from the installed package; install it again"
        ) from None


@lru_cache
def borders(scale: str) -> tuple[BaseGeometry, ...]:
    """Return the lines between countries, the inter-Korean line left out, in degrees."""
    return tuple(line for line, _ in _boundaries(scale) if not _DMZ_BOX.contains(line))


@lru_cache
def dmz(scale: str) -> tuple[BaseGeometry, ...]:
    """Return the inter-Korean Military Demarcation Line, longitude and latitude in degrees."""
    return tuple(
        line
        for line, feature in _boundaries(scale)
        if feature.startswith("Line of control") and _DMZ_BOX.contains(line)
    )


def _boundaries(scale: str) -> list[tuple[BaseGeometry, str]]:
    layer = "admin_0_boundary_lines_land"
    return list(zip(shapes(layer, scale), shapefile.classes(layer_path(layer, scale)), strict=True))


def country_names(longitude_deg: FloatArray, latitude_deg: FloatArray) -> list[str]:
    """Return the country in which each place (N,) lies by Natural Earth 1:50m, "" at sea."""
    path = layer_path("admin_0_countries", COUNTRIES_SCALE)
    names = shapefile.field(path, "NAME_EN")
    tree = shapely.STRtree(shapes("admin_0_countries", COUNTRIES_SCALE))
    place, country = tree.query(shapely.points(longitude_deg, latitude_deg), predicate="within")
    found = [""] * len(longitude_deg)
    for number, name in zip(place.tolist(), country.tolist(), strict=True):
        found[number] = names[name]
    return found


def missing(layer: str, scale: str) -> InputError:
    """Return the fault of a layer that is not bundled."""
    if layer in LAYERS:
        return InputError(
            f"base map: Natural Earth ne_{scale}_{layer} is not in the package; "
            f"bundled scales: {', '.join(_scales(layer))}"
        )
    return InputError(
        f"base map: layer '{layer}' is not in the package{nearest_hint(layer, LAYERS)}"
    )
