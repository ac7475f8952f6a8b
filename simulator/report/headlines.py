"""What a drawing of networks finds, in a heading: the same rules as for the answer's sentences."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING

from simulator.report.differences import NAN, Difference, baseline_row, differences, grouped
from simulator.report.network_answer import LEAST_PERCENT, MOST_PERCENT, between, change
from simulator.text import duration

if TYPE_CHECKING:
    from simulator.results import Results

# Longer headings say less of each network.
_MOST_LETTERS = 150


def network_headline(
    results: Results,
    figure: str,
    lead: str,
    *,
    never: str,
    after: str = "",
    call: Callable[[str], str] = str,
    words: Callable[[float], str] = duration,
) -> str:
    """Return a figure of the baseline and of the networks that differ from it, by their names.

    `lead` comes before the values, which `words` writes, hours if not said otherwise, and `after`
    follows the first; `never` stands where the baseline has none. A difference within its range by
    chance is none.
    """
    base = baseline_row(results)
    groups = differences(results, figure)
    value = float(base.get(figure, NAN))
    return _headline((lead, after, never), str(base["network"]), value, groups, call, words)


def values_headline(
    values: Mapping[str, float],
    lead: str,
    *,
    never: str,
    after: str = "",
    call: Callable[[str], str] = str,
    words: Callable[[float], str] = duration,
) -> str:
    """Return the same of values by network, the baseline's first; those that read alike are one."""
    (name, base), *others = values.items()
    groups = grouped(Difference((n,), v, v, base, NAN, NAN) for n, v in others)
    return _headline((lead, after, never), name, base, groups, call, words)


def others_words(names: Sequence[str], count: int, call: Callable[[str], str] = str) -> str:
    """Return some of so many other networks: the one by its name, several counted."""
    if len(names) == 1:
        return call(names[0])
    return f"{'the' if len(names) == count else 'each of'} {len(names)} other networks"


def _headline(
    said: tuple[str, str, str],
    base_name: str,
    base: float,
    groups: Sequence[Difference],
    call: Callable[[str], str],
    words: Callable[[float], str],
) -> str:
    lead, after, never = said
    count = sum(len(each.networks) for each in groups)
    differing = [each for each in groups if not each.is_none]
    first = never if math.isnan(base) else f"{lead} {words(base)}{after}"
    if not differing:
        alike = ", the same with every network" if count else f" with {call(base_name)}"
        if any(each.is_sure and each.low != each.base for each in groups):
            alike = ", no network differs beyond chance"
        return first + alike

    def written(groups: Sequence[Difference]) -> str:
        parts = [
            f"{_value(each, words, never)} with {others_words(each.networks, count, call)}"
            for each in groups
        ]
        # Names have commas of their own.
        return "; ".join([f"{first} with {call(base_name)}", *parts])

    whole = written(differing)
    if len(whole) <= _MOST_LETTERS:
        return whole
    present = [each for each in differing if not each.is_absent]
    return written([reduce(Difference.joined, present)] if present else differing[:1])


def _value(difference: Difference, words: Callable[[float], str], never: str) -> str:
    """Return what networks make of a figure: in percent where the values read much alike."""
    if difference.is_absent:
        return never
    least, most = difference.ratios()
    if least >= LEAST_PERCENT and most <= MOST_PERCENT:
        return f"{change(least, most)} {'more' if most > 1.0 else 'less'}"
    return between(words(difference.low), words(difference.high))
