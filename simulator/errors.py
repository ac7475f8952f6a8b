"""Faults in what a user gave, worded for that user."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any

# What a terminal would obey or be confused by: control characters, marks that turn the direction
# of writing, separators of lines and paragraphs, halves of surrogate pairs.
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_UNSHOWN_IN_LINE = re.compile(f"{_UNSHOWN.pattern}|[\t\n]")


def printable(text: str) -> str:
    """Return a text of lines and tabs, anything else that a terminal would obey escaped.

    An escape is `\\u001b`, the form of JSON, so that JSON stays what it is.
    """
    return _UNSHOWN.sub(_escaped, text)


def printable_line(text: str) -> str:
    """Return a text on one line: line breaks and tabs are escaped too."""
    return _UNSHOWN_IN_LINE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


class InputError(ValueError):
    """One or more faults in the input, each a complete sentence for the user.

    `problems` holds one line a fault: file or field, value, what is allowed. Whatever a line
    quotes, it is one line without control characters.
    """

    def __init__(self, problems: str | Sequence[str]) -> None:
        lines = (problems,) if isinstance(problems, str) else problems
        self.problems = tuple(map(printable_line, lines))
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        # As pickled between processes: several problems stay several.
        return type(self), (self.problems,)


def nearest_hint(name: str, allowed: Iterable[str], *, likeness: float = 0.5) -> str:
    """Return `; did you mean 'x'?` for the closest allowed name, or the list of a few names.

    Names less alike than `likeness`, 0 to 1, are not taken for the one that was meant.
    """
    names = sorted(allowed)
    close = difflib.get_close_matches(
        name.lower(), [n.lower() for n in names], n=1, cutoff=likeness
    )
    if close:
        match = next(n for n in names if n.lower() == close[0])
        return f"; did you mean '{match}'?"
    if not names:
        return "; none is defined"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"; allowed: {shown}"
