"""The files of a package: their names, always in the same order, and what is in them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def contents(package: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield name, with "/" between folders, and bytes of each file of a package that ends so.

    Hundreds of them in a third of the time that paths, one by one, take.
    """
    root = f"{package}{os.sep}"
    for name in sorted(_names(root, endings), key=lambda name: name.split("/")):
        with open(root + name, "rb", buffering=0) as file:
            yield name, file.readall()


def _names(folder: str, endings: tuple[str, ...], inside: str = "") -> Iterator[str]:
    """Yield the names of the files in a folder and those in it, but for what Python keeps."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(endings):
                yield inside + entry.name
            elif entry.name != "__pycache__" and entry.is_dir():
                yield from _names(entry.path, endings, f"{inside}{entry.name}/")
