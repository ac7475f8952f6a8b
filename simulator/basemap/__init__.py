"""The world map that ships with the package: Natural Earth coastline, land, borders, countries."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import cartopy
from cartopy.io import shapereader
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from simulator.errors import InputError, nearest_hint

FOLDER = Path(__file__).parent
SCALES = ("110m", "50m")
LAYERS = {
    "coastline": "physical",
    "land": "physical",
    "admin_0_boundary_lines_land": "cultural",
    "admin_0_countries": "cultural",
}
COUNTRIES_SCALE = "50m"

# Natural Earth gives the inter-Korean line the class it gives other lines of control, so its
# place tells it apart: longitude 126 to 129 degrees, latitude 37.5 to 39 degrees.
_DMZ_BOX = box(126.0, 37.5, 129.0, 39.0)

_CONFIG_KEY = ("shapefiles", "natural_earth")


class _BundledOnly(shapereader.NEShpDownloader):  # type: ignore[misc]
    """Cartopy's source of Natural Earth with the download replaced by a refusal."""

    def acquire_resource(self, target_path: object, format_dict: dict[str, Any]) -> NoReturn:
        raise _missing(format_dict["name"], format_dict["resolution"])


def use_bundled_basemap() -> AbstractContextManager[object]:
    """Make Cartopy's own calls read the bundled layers, and refuse every other layer.

    The change holds from this call on; as a `with` statement it ends with the block. Cartopy reads
    its layers when a figure is drawn, so saving the figure belongs inside the block. A layer that
    is not bundled raises InputError at that moment; nothing is downloaded.
    """
    stock = shapereader.NEShpDownloader.default_downloader()
    in_bundle = stock.pre_downloaded_path_template
    settings, sources = cartopy.config, cartopy.config["downloaders"]
    stack = ExitStack()
    stack.callback(settings.update, pre_existing_data_dir=settings["pre_existing_data_dir"])
    stack.callback(_restore, sources, sources.get(_CONFIG_KEY))
    settings["pre_existing_data_dir"] = FOLDER
    # Both paths lead into the package: a copy in the user's own cache must not change a map.
    sources[_CONFIG_KEY] = _BundledOnly(
        target_path_template=in_bundle, pre_downloaded_path_template=in_bundle
    )
    return stack


def layer_path(layer: str, scale: str) -> Path:
    """Return the shapefile of one bundled layer; raises InputError if it is not bundled."""
    if layer not in LAYERS or scale not in _scales(layer):
        raise _missing(layer, scale)
    return FOLDER / "shapefiles" / "natural_earth" / LAYERS[layer] / f"ne_{scale}_{layer}.shp"


def _scales(layer: str) -> tuple[str, ...]:
    return (COUNTRIES_SCALE,) if layer == "admin_0_countries" else SCALES


@lru_cache
def shapes(layer: str, scale: str) -> tuple[BaseGeometry, ...]:
    """Return the shapes of `coastline` or `land`, longitude and latitude in degrees."""
    return tuple(shape for shape, _ in _read(layer, scale))


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
    return _read("admin_0_boundary_lines_land", scale)


def _read(layer: str, scale: str) -> list[tuple[BaseGeometry, str]]:
    path = layer_path(layer, scale)
    if not path.exists():
        raise InputError(f"{path.name}: missing from the installed package; install it again")
    reader = shapereader.BasicReader(path)
    try:
        return [(r.geometry, r.attributes["FEATURECLA"]) for r in reader.records()]
    finally:
        reader.close()


def _restore(sources: dict[Any, Any], before: object) -> None:
    if before is None:
        sources.pop(_CONFIG_KEY, None)
    else:
        sources[_CONFIG_KEY] = before


def _missing(layer: str, scale: str) -> InputError:
    if layer in LAYERS:
        return InputError(
            f"base map: Natural Earth ne_{scale}_{layer} is not in the package; "
            f"bundled scales: {', '.join(_scales(layer))}"
        )
    return InputError(
        f"base map: layer '{layer}' is not in the package{nearest_hint(layer, LAYERS)}"
    )
