"""Contact plans in the form of ION, as its manual page ionrc(5) has it.

`a contact +start +stop from to rate` is one way, in bytes a second, and contacts of a pair do not
overlap; `a range +start +stop from to seconds` says how far apart two nodes are, and holds both
ways if the first number is the lower and no range is given for the other way. `@ time` is what
`+seconds` count from. Our files say in comments what a node is: `# node 101 satellite NAME`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from simulator.errors import InputError
from simulator.plans.legend import Legend, told_node
from simulator.plans.model import MOST_NODE, ContactPlan, PlanContacts
from simulator.plans.rounding import in_whole_seconds, lines_about

_ABSOLUTE = re.compile(r"\d{4}/\d\d/\d\d-\d\d:\d\d:\d\d")
_RELATIVE = re.compile(r"\+[0-9]{1,10}")
_NODE = re.compile(r"# node ([0-9]{1,15}) (\S+) (.+)")
_WHOLE = re.compile(r"[0-9]{1,16}")
_SPAN = re.compile(r"# span ([0-9]{1,10}) s")
_BITS = 8.0


def ion_text(plan: ContactPlan) -> str:
    """Return a plan as commands of ION, seconds counting from its start.

    Rates are in whole bytes a second, at least 1.
    """
    rounded = in_whole_seconds(plan)
    lines = [f"# {line}" for line in lines_about(rounded)]
    lines += [
        "# Rates are in bytes a second. To begin when the file is loaded, take out the line @.",
        f"# span {rounded.span_s:.0f} s",
    ]
    lines += [
        f"# node {node.number} {node.kind} {node.name}"
        for node in sorted(rounded.nodes.values(), key=lambda node: node.number)
    ]
    if rounded.start is not None:
        lines.append(f"@ {rounded.start:%Y/%m/%d-%H:%M:%S}")
    lines += _ranges(rounded)
    rows = rounded.contacts
    for source, destination, start, end, rate in zip(
        rows.source.tolist(),
        rows.destination.tolist(),
        rows.start_s.tolist(),
        rows.end_s.tolist(),
        rows.rate_bps.tolist(),
        strict=True,
    ):
        size = max(1, round(rate / _BITS))
        lines.append(f"a contact +{start:.0f} +{end:.0f} {source} {destination} {size}")
    return "\n".join(lines) + "\n"


def _ranges(plan: ContactPlan) -> Iterator[str]:
    """Yield a range for each way of each pair that has contacts; one for both where they agree."""
    rows = plan.contacts
    delays: dict[tuple[int, int], float] = {}
    for source, destination, delay in zip(
        rows.source.tolist(), rows.destination.tolist(), rows.delay_s.tolist(), strict=True
    ):
        pair = (source, destination)
        delays[pair] = max(delay, delays.get(pair, 0.0))
    for (source, destination), delay in sorted(delays.items()):
        other = delays.get((destination, source), delay)
        both = delay == other
        if both and source > destination and (destination, source) in delays:
            continue
        first, second = (
            (min(source, destination), max(source, destination)) if both else (source, destination)
        )
        yield f"a range +0 +{max(plan.span_s, 1.0):.0f} {first} {second} {delay:.0f}"


class _Line(NamedTuple):
    number: int
    start: float
    end: float
    source: int
    destination: int
    value: float


@dataclass
class _Told:
    """What the lines of a file have told so far."""

    origin: str
    start: datetime | None
    reference: datetime | None
    contacts: list[_Line] = field(default_factory=list)
    ranges: list[_Line] = field(default_factory=list)
    legend: Legend = field(default_factory=dict)
    span_s: float = 0.0
    unsure: int = 0

    def fault(self, line: int, words: str) -> InputError:
        return InputError(f"{self.origin}:{line}: {words}")


def read_ion(text: str, *, origin: str, start: datetime | None) -> ContactPlan:
    """Return the plan of commands of ION; `start` is when they are loaded, None: they say it.

    Other commands than contacts and ranges are passed over. Raises InputError with the line for a
    command that cannot be read, a change or deletion, and a contact without a range.
    """
    told = _Told(origin, start, start)
    for number, line in enumerate(text.splitlines(), start=1):
        _take(told, number, line.strip())
    ranges = _by_way(told.ranges)
    rows = [row for contact in told.contacts for row in _with_delays(told, ranges, contact)]
    notes = []
    if told.unsure:
        notes.append(f"Contacts of a confidence below 1, which are taken to come: {told.unsure}.")
    contacts = PlanContacts.of(rows)
    return ContactPlan(
        nodes=dict(told.legend),
        contacts=contacts,
        start=told.start,
        span_s=max(told.span_s, float(contacts.end_s.max(initial=0.0))),
        notes=tuple(notes),
    )


def _take(told: _Told, number: int, line: str) -> None:
    if line.startswith("#"):
        _take_comment(told, number, line)
        return
    words = line.split()
    if len(words) > 1 and words[0] == "@":
        told.reference = _instant(told, number, "time", words[1])
        if told.start is None and (told.contacts or told.ranges):
            raise told.fault(number, "comes after lines that count from when the file is loaded")
        told.start = told.start or told.reference
    elif words[:1] in (["c"], ["d"]) and words[1:2] in (["contact"], ["range"]):
        raise told.fault(
            number, f"'{words[0]} {words[1]}' changes the plan; give it as it is to be"
        )
    elif words[:2] == ["a", "contact"]:
        _take_contact(told, number, words[2:])
    elif words[:2] == ["a", "range"]:
        told.ranges.append(_line(told, number, words[2:], "distance"))


def _take_comment(told: _Told, number: int, line: str) -> None:
    if span := _SPAN.fullmatch(line):
        told.span_s = float(span[1])
    if found := _NODE.fullmatch(line):
        node = told_node(f"{told.origin}:{number}", int(found[1]), found[2], found[3])
        told.legend[node.number] = node


def _take_contact(told: _Told, number: int, words: list[str]) -> None:
    # A registration, and a contact that may be discovered, are no opportunities to send.
    if words[:1] == ["-1"] or words[1:2] == ["0"]:
        return
    row = _line(told, number, words[:5], "rate")
    if row.value <= 0.0:
        raise told.fault(number, f"rate: '{words[4]}' must be above 0 bytes a second")
    if len(words) > 5:
        confidence = _number(told, number, "confidence", words[5])
        told.unsure += confidence < 1.0
    told.contacts.append(row._replace(value=row.value * _BITS))


def _line(told: _Told, number: int, words: list[str], value: str) -> _Line:
    """Return the numbers of a contact or a range: times, nodes, and a value by its name."""
    if len(words) < 5:
        raise told.fault(number, f"needs start, stop, two nodes and {value}; it has {len(words)}")
    start = _seconds(told, number, "start", words[0])
    end = _seconds(told, number, "stop", words[1])
    if end <= start:
        raise told.fault(number, f"stop: '{words[1]}' is not after the start '{words[0]}'")
    source, destination = (
        _node(told, number, "from", words[2]),
        _node(told, number, "to", words[3]),
    )
    if source == destination:
        raise told.fault(number, f"to: '{words[3]}' is the node itself")
    return _Line(number, start, end, source, destination, _number(told, number, value, words[4]))


def _seconds(told: _Told, number: int, key: str, word: str) -> float:
    """Return an instant in seconds since the start of the plan."""
    if _RELATIVE.fullmatch(word):
        since = 0.0
        if told.reference is not None and told.start is not None:
            since = (told.reference - told.start).total_seconds()
        elif told.start is not None:
            raise told.fault(
                number, f"{key}: '{word}' counts from when the file is loaded; say when (start)"
            )
        return since + float(word[1:])
    instant = _instant(told, number, key, word)
    if told.start is None:
        if told.contacts or told.ranges:
            raise told.fault(
                number,
                f"{key}: '{word}' is a date where lines before it count seconds from when "
                "the file is loaded; say when (start)",
            )
        told.start = instant
    return (instant - told.start).total_seconds()


def _instant(told: _Told, number: int, key: str, word: str) -> datetime:
    if _RELATIVE.fullmatch(word):
        if told.reference is None:
            raise told.fault(number, f"{key}: '{word}' counts from no time; say when (start)")
        try:
            return told.reference + timedelta(seconds=float(word[1:]))
        except OverflowError:
            raise told.fault(number, f"{key}: '{word}' is beyond all dates") from None
    try:
        if not _ABSOLUTE.fullmatch(word):
            raise ValueError
        return datetime.strptime(word, "%Y/%m/%d-%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        raise told.fault(
            number, f"{key}: '{word}' is no time; write +seconds or yyyy/mm/dd-hh:mm:ss"
        ) from None


def _node(told: _Told, number: int, key: str, word: str) -> int:
    if not _WHOLE.fullmatch(word) or not 0 < int(word) < MOST_NODE:
        raise told.fault(number, f"{key}: '{word}' is no number of a node; it is whole and above 0")
    return int(word)


def _number(told: _Told, number: int, key: str, word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = -1.0
    if not 0.0 <= value < float("inf"):
        raise told.fault(number, f"{key}: '{word}' is not a number of 0 or more")
    return value


def _with_delays(
    told: _Told, ranges: Mapping[tuple[int, int], list[_Line]], contact: _Line
) -> Iterator[tuple[float, float, float, float, float, float]]:
    """Yield a contact in pieces of one range each."""
    at = contact.start
    way = contact.source, contact.destination
    # A range whose first node has the lower number holds both ways, unless the other has its own.
    implied = ranges.get(way[::-1], []) if way[0] > way[1] else []
    for row in ranges.get(way, implied):
        if at >= contact.end or row.start > at:
            break
        until = min(row.end, contact.end)
        if until > at:
            yield (contact.source, contact.destination, at, until, contact.value, row.value)
            at = until
    if at < contact.end:
        raise told.fault(
            contact.number,
            f"no range covers this contact of {contact.source} and {contact.destination} from "
            f"{at:g} to {contact.end:g} s after the start",
        )


def _by_way(ranges: Sequence[_Line]) -> dict[tuple[int, int], list[_Line]]:
    """Return the ranges from one node to another, in order of start."""
    found = defaultdict(list)
    for row in sorted(ranges, key=lambda row: row.start):
        found[row.source, row.destination].append(row)
    return dict(found)
