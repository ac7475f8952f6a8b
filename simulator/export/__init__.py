"""Results in the forms that other programs read.

- `formats`: `FORMATS`, every format with what it is for and which choices it takes.
- `choices`: `Choices`, which part of the results is written, at which step.
- `exporting`: `export`, results into a file or a folder of a format, whole or not at all;
  `check_export`, what of a request can be refused before the work; `usual_place`.

Each format is a module of its own, which writes one file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.export.choices import Choices
    from simulator.export.exporting import check_export, export, usual_place
    from simulator.export.formats import FORMATS, Format, format_of
else:
    __getattr__ = door(
        __name__,
        {
            "choices": "Choices",
            "exporting": "check_export export usual_place",
            "formats": "FORMATS Format format_of",
        },
    )

__all__ = [
    "FORMATS",
    "Choices",
    "Format",
    "check_export",
    "export",
    "format_of",
    "usual_place",
]
