"""Two-line element sets: every column checked before anything is believed.

SGP4 libraries read damaged lines without complaint and answer with another orbit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from simulator.scenario import elementsets

LINE_LENGTH = 69
# A slice of fixed width is matched, so ` *\d+` means digits padded on the left.
_NUMBER = r" *\d+|[A-HJ-NP-Z]\d{4}"
_POWER = r"[ +-] *\d+[ +-]\d"
_ANGLE = r" *\d+\.\d{4}"
# (first column, last column, pattern, what stands there), columns counted from 1.
_LAYOUTS: Mapping[int, Sequence[tuple[int, int, str, str]]] = {
    1: (
        (1, 2, r"1 ", "line number"),
        (3, 7, _NUMBER, "catalogue number"),
        (8, 9, r"[UCS ] ", "classification"),
        (10, 18, r"[ \dA-Z]{8} ", "international designator"),
        (19, 20, r"\d\d", "epoch year"),
        (21, 33, r" *\d+\.\d{8} ", "epoch day"),
        (34, 44, r"[ +-][ 0]?\.\d+ ", "mean motion's first derivative"),
        (45, 53, _POWER + " ", "mean motion's second derivative"),
        (54, 62, _POWER + " ", "drag term"),
        (63, 64, r"[ \d] ", "ephemeris type"),
        (65, 68, r" *\d+", "element set number"),
        (69, 69, r"\d", "checksum"),
    ),
    2: (
        (1, 2, r"2 ", "line number"),
        (3, 8, rf"(?:{_NUMBER}) ", "catalogue number"),
        (9, 17, _ANGLE + " ", "inclination"),
        (18, 26, _ANGLE + " ", "right ascension of the node"),
        (27, 34, r" *\d+ ", "eccentricity"),
        (35, 43, _ANGLE + " ", "argument of perigee"),
        (44, 52, _ANGLE + " ", "mean anomaly"),
        (53, 63, r" *\d+\.\d{8}", "mean motion"),
        (64, 68, r" *\d+", "revolution number"),
        (69, 69, r"\d", "checksum"),
    ),
}
_ANGLE_LIMITS: Sequence[tuple[int, int, str, float]] = (
    (9, 16, "inclination", 180.0),
    (18, 25, "right ascension of the node", 360.0),
    (35, 42, "argument of perigee", 360.0),
    (44, 51, "mean anomaly", 360.0),
)


def checksum(line: str) -> int:
    """Return the checksum of columns 1 to 68: digits as they are, each minus sign as 1."""
    return sum(int(c) if c in "0123456789" else c == "-" for c in line[: LINE_LENGTH - 1]) % 10


def faults_of(lines: Sequence[str]) -> list[str]:
    """Return the faults of a two-line element set, none if it can be trusted.

    Layout, checksums and the agreement of both lines are checked, then the values themselves.
    """
    if len(lines) != 2:
        return [f"an element set has two lines, here are {len(lines)}"]
    if lines[0].startswith("2 ") and lines[1].startswith("1 "):
        return ["the two lines are in the wrong order; line 1 comes first"]
    faults = [fault for n in (1, 2) if (fault := _line_fault(n, lines[n - 1]))]
    if faults:
        return faults
    if lines[0][2:7] != lines[1][2:7]:
        faults.append(
            f"line 1 is of catalogue number {lines[0][2:7].strip()}, "
            f"line 2 of {lines[1][2:7].strip()}; both must be of one satellite"
        )
    return faults + list(_value_faults(*lines))


def _line_fault(number: int, line: str) -> str:
    alien = next((i for i, c in enumerate(line) if not " " <= c <= "~"), None)
    if alien is not None:
        kind = "a non-breaking space" if line[alien] == "\xa0" else "not plain text"
        return (
            f"line {number}, column {alien + 1} holds U+{ord(line[alien]):04X}, {kind}; "
            "columns are digits, letters and plain spaces"
        )
    misfit = next((part for part in _LAYOUTS[number] if not _fits(line, part)), None)
    if len(line) != LINE_LENGTH:
        fault = f"line {number} has {len(line)} characters, not {LINE_LENGTH}"
        return fault + (_picture(line, misfit) if misfit else "")
    if misfit:
        return f"line {number} is not laid out as an element set{_picture(line, misfit)}"
    expected = checksum(line)
    if int(line[-1]) != expected:
        return (
            f"line {number} ends in checksum {line[-1]}, its columns add up to {expected}; "
            "a character is wrong, or the last digit should be " + str(expected)
        )
    return ""


def _fits(line: str, part: tuple[int, int, str, str]) -> bool:
    first, last, pattern, _ = part
    return re.fullmatch(pattern, line[first - 1 : last], re.ASCII) is not None


def _picture(line: str, part: tuple[int, int, str, str]) -> str:
    first, last, _, what = part
    marks = " " * (first - 1) + "^" * (last - first + 1)
    place = f"column {first}" if first == last else f"columns {first} to {last}"
    return f"; {place} should hold the {what}\n    {line[:80]}\n    {marks}"


def _value_faults(line1: str, line2: str) -> Iterator[str]:
    day = float(line1[20:32])
    if not 1.0 <= day < 367.0:
        yield f"line 1 has epoch day {day:g}; allowed 1 to 366"
    for first, last, what, most in _ANGLE_LIMITS:
        if (value := float(line2[first - 1 : last])) > most:
            yield f"line 2 has {what} {value:g}; allowed 0 to {most:g}"
    eccentricity = float("0." + line2[26:33].replace(" ", "0"))
    if fault := elementsets.mean_motion_fault(float(line2[52:63]), eccentricity):
        yield f"line 2 has {fault}"


def read_sets(text: str) -> tuple[elementsets.ElementSet, ...]:
    """Return every two-line set of a file, named if a name line precedes it; columns unchecked."""
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    sets: list[elementsets.ElementSet] = []
    name, index = "", 0
    while index < len(lines):
        pair = tuple(lines[index : index + 2])
        if {line[:2] for line in pair} == {"1 ", "2 "}:
            numbers = [line[2:7].strip() for line in pair]
            sets.append(elementsets.ElementSet(name or numbers[0], numbers[0], pair))
            name, index = "", index + 2
        else:
            name, index = lines[index].removeprefix("0 ").strip(), index + 1
    return tuple(sets)
