"""Parts of sentences: names in a row, percentages, a clause made a sentence."""

from __future__ import annotations

from collections.abc import Sequence

_MOST_NAMES = 3


def listed(names: Sequence[str], most: int = _MOST_NAMES) -> str:
    """Return names in a row, "a, b and c", those beyond the most counted."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def percent(part: float) -> str:
    """Return a share of one as a whole percentage, with a decimal below one percent."""
    return f"{100.0 * part:.0f} %" if part >= 0.0095 else f"{100.0 * part:.1f} %"


def percent_range(parts: Sequence[float]) -> str:
    """Return the least and the greatest of shares as percentages, "4 to 5 %", one if they agree."""
    low, high = percent(min(parts)), percent(max(parts))
    return low if low == high else f"{low.removesuffix(' %')} to {high}"


def sentence(clause: str) -> str:
    """Return a clause with a capital and a stop."""
    return f"{clause[:1].upper()}{clause[1:]}."
