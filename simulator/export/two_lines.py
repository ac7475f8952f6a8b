"""Mean elements as two lines with a name before them, every set of every satellite.

Catalogue numbers from 100000 on are written by Alpha-5, as 00000 beyond what that can write. The
columns hold angles to 0.0001 degrees, which moves a satellite by up to about a kilometre; messages
(omm) hold all there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from simulator.export.choices import Choices
from simulator.export.mean_elements import MeanSet, mean_sets
from simulator.results import Results

_NAME_LENGTH = 24
_GREATEST_NUMBER = 339_999


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write three lines a set, those of a satellite in order of time."""
    lines = [
        line
        for each in mean_sets(results, choices)
        for line in (each.name[:_NAME_LENGTH], *_lines(each))
    ]
    place.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _lines(each: MeanSet) -> Iterator[str]:
    """Yield the two lines of a set with the catalogue number it is given out with."""
    from sgp4.alpha5 import to_alpha5

    number = int(each.fields["NORAD_CAT_ID"])
    label = to_alpha5(number if number <= _GREATEST_NUMBER else 0)
    for line in each.elements.tle():
        body = f"{line[:2]}{label}{line[7:68]}"
        total = sum(int(c) if c.isdigit() else c == "-" for c in body)
        yield f"{body}{total % 10}"
