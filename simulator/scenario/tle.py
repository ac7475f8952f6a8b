"""Two-line element sets: every column checked before anything is believed.

SGP4 libraries read damaged lines without complaint and answer with another orbit.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from simulator.scenario import elementsets

LINE_LENGTH = 69
MAX_FAULTS = 20
_LONGEST_NAME = 40
_YEAR_2000_FROM = 57  # two digits: 57 to 99 are 1957 to 1999
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
    # The commonest slip gets its own words: column by column all would be wrong.
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


def faults_of_sets(sets: Sequence[Sequence[str]]) -> list[str]:
    """Return the faults of the sets of one satellite, at different epochs; none if sound."""
    faults: list[str] = []
    for number, lines in enumerate(sets, 1):
        at = f"set {number}: " if len(sets) > 1 else ""
        faults += [at + fault for fault in faults_of(lines)]
    if not faults:
        numbers = sorted({lines[0][2:7].strip() for lines in sets})
        if len(numbers) > 1:
            return [f"the sets are of satellites {', '.join(numbers[:5])}; keep those of one"]
        # Of two sets of one epoch it cannot be known which one holds from then on.
        epoch, times = Counter(lines[0][18:32] for lines in sets).most_common(1)[0]
        if times > 1:
            return [f"{times} sets are of the epoch {epoch.strip()}; keep one"]
    return faults[:MAX_FAULTS]


def _line_fault(number: int, line: str) -> str:
    # Text copied from a page may hold look-alikes that no reader of columns takes.
    alien = next((i for i, c in enumerate(line) if not " " <= c <= "~"), None)
    if alien is not None:
        kind = "a non-breaking space" if line[alien] == "\xa0" else "not plain text"
        return (
            f"line {number}, column {alien + 1} holds U+{ord(line[alien]):04X}, {kind}; "
            "columns are digits, letters and plain spaces"
        )
    # Layout before checksum: where columns have moved, the sum says nothing.
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
    first, last, _, noun = part
    place = f"column {first}" if first == last else f"columns {first} to {last}"
    held = line[first - 1 : last]
    content = f"holds {held!r}" if first == last else f"hold {held!r}"
    return f"; {place} should hold the {noun}, {content if held else 'the line ends before'}"


def _value_faults(line1: str, line2: str) -> Iterator[str]:
    if fault := elementsets.ephemeris_type_fault(line1[62]):
        yield f"line 1, column 63 says {fault}"
    day, year = float(line1[20:32]), int(line1[18:20])
    days = 365 + calendar.isleap(year + (1900 if year >= _YEAR_2000_FROM else 2000))
    if not 1.0 <= day < days + 1.0:
        yield f"line 1 has epoch day {day:g} of the year {year:02d}; allowed 1 to {days}"
    for first, last, noun, most in _ANGLE_LIMITS:
        if (value := float(line2[first - 1 : last])) > most:
            yield f"line 2 has {noun} {value:g}; allowed 0 to {most:g}"
    # The decimal point is implied, and blanks stand for zeros in old sets.
    eccentricity = float("0." + line2[26:33].replace(" ", "0"))
    if fault := elementsets.mean_motion_fault(float(line2[52:63]), eccentricity):
        yield f"line 2 has {fault}"


def read_sets(text: str) -> tuple[elementsets.ElementSet, ...]:
    """Return every two-line set of a file, named if a name line precedes it; columns unchecked.

    Blank lines and comments (`#`) are passed over. A name may begin with 1 or 2: an element line
    is known by what follows it, or by its length where its partner is missing or out of order.
    """
    lines = [line.strip() for line in text.split("\n")]
    lines = [line for line in lines if line and not line.startswith("#")]
    sets: list[elementsets.ElementSet] = []
    name, index = "", 0
    while index < len(lines):
        pair = tuple(lines[index : index + 2])
        if not _is_pair(pair) and _is_long(pair[0]):
            pair = pair[:1]
        elif not _is_pair(pair):
            name, index = pair[0].removeprefix("0 ").strip(), index + 1
            continue
        number = pair[0][2:7].strip()
        epoch = next((line[18:32] for line in pair if line.startswith("1 ")), "")
        epoch = epoch.replace(" ", "0")
        sets.append(elementsets.ElementSet(name or number, number, epoch, pair))
        name, index = "", index + len(pair)
    return tuple(sets)


def _is_pair(lines: Sequence[str]) -> bool:
    """Return whether two lines are one set: 1 then 2, or plainly 2 then 1."""
    begins = [line[:2] for line in lines]
    # In the wrong order only where both are long: a name may begin with 2.
    return begins == ["1 ", "2 "] or (begins == ["2 ", "1 "] and all(map(_is_long, lines)))


def _is_long(line: str) -> bool:
    return line[:2] in ("1 ", "2 ") and len(line) > _LONGEST_NAME
