"""A run for Google Earth in one small file: the KML of `kml`, packed."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from simulator.export.choices import Choices
from simulator.export.kml import kml_text
from simulator.results import Results

# The earliest a ZIP file can say: the same results give the same bytes.
_TIME = (1980, 1, 1, 0, 0, 0)


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write the KML of the chosen layers as `doc.kml` in a ZIP file."""
    member = ZipInfo("doc.kml", _TIME)
    member.compress_type = ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    member.create_system = 3
    with ZipFile(place, "w") as file:
        file.writestr(member, kml_text(results, choices))
