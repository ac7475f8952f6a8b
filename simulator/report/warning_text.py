"""Warnings as a reader wants them: those of one kind on one line, with a count."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.report.sentences import listed

_NAME = re.compile(r"'[^']*'")
_NUMBER = re.compile(r"\d[\d.,:TZ-]*")


def warning_lines(warnings: Sequence[str]) -> list[str]:
    """Return a line a kind of warning: the first of it, and whose the others are.

    Of one kind are those that differ in quoted names and in numbers alone. They keep their order.
    """
    kinds: dict[str, list[str]] = {}
    for warning in warnings:
        kinds.setdefault(_NUMBER.sub("0", _NAME.sub("''", warning)), []).append(warning)
    return [_line(alike) for alike in kinds.values()]


def _line(alike: Sequence[str]) -> str:
    first, others = alike[0], alike[1:]
    if not others:
        return first
    # A kind without a name says the same each time but for its numbers.
    names = [found[0] for warning in others if (found := _NAME.search(warning))]
    whose = f": {listed(names)}" if names else ""
    return f"{first} (and {len(others)} more{whose})"
