"""The bundled layers of the world map under Cartopy's own calls."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Any, NoReturn

import cartopy
from cartopy.io import shapereader

from simulator.basemap.layers import FOLDER, missing

_CONFIG_KEY = ("shapefiles", "natural_earth")


class _BundledOnly(shapereader.NEShpDownloader):  # type: ignore[misc]
    """Cartopy's source of Natural Earth with the download replaced by a refusal."""

    def acquire_resource(self, target_path: object, format_dict: dict[str, Any]) -> NoReturn:
        raise missing(format_dict["name"], format_dict["resolution"])


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


def _restore(sources: dict[Any, Any], before: object) -> None:
    if before is None:
        sources.pop(_CONFIG_KEY, None)
    else:
        sources[_CONFIG_KEY] = before
