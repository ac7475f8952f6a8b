"""The world map that ships with the package: Natural Earth coastline, land, borders, countries."""

from __future__ import annotations

from contextlib import AbstractContextManager

from simulator.basemap.layers import (
    COUNTRIES_SCALE,
    LAYERS,
    SCALES,
    borders,
    country_names,
    dmz,
    layer_path,
    shapes,
)

__all__ = [
    "COUNTRIES_SCALE",
    "LAYERS",
    "SCALES",
    "borders",
    "country_names",
    "dmz",
    "layer_path",
    "shapes",
    "use_bundled_basemap",
]


def use_bundled_basemap() -> AbstractContextManager[object]:
    """Make Cartopy's own calls read the bundled layers, and refuse every other layer.

    The change holds from this call on; as a `with` statement it ends with the block. Cartopy reads
    its layers when a figure is drawn, so saving the figure belongs inside the block. A layer that
    is not bundled raises InputError at that moment; nothing is downloaded.
    """
    # Only who draws with Cartopy waits for it.
    from simulator.basemap.for_cartopy import use_bundled_basemap

    return use_bundled_basemap()
