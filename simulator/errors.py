"""Faults in what a user gave, worded for that user."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class InputError(ValueError):
    """One or more faults in the input, each a complete sentence for the user.

    `problems` holds one line a fault: file or field, value, what is allowed.
    """

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


def nearest_hint(name: str, allowed: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the closest allowed name, or the list of a few names."""
    names = sorted(allowed)
    close = difflib.get_close_matches(name.lower(), [n.lower() for n in names], n=1, cutoff=0.5)
    if close:
        match = next(n for n in names if n.lower() == close[0])
        return f"; did you mean '{match}'?"
    if not names:
        return "; none is defined"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"; allowed: {shown}"
