"""What people call things: the catalogue's names in place of ids, and figures as they are read."""

from __future__ import annotations

from typing import Any

from simulator import glossary, report
from simulator.results import Labels as Labels
from simulator.results import Results
from simulator.results import labels_of as labels_of
from simulator.text import ABSENT


def network_names(results: Results) -> list[str]:
    """Return the networks of a run, the baseline first, the others as the run lists them."""
    named = list(dict.fromkeys(results.networks["network"]))
    return sorted(named, key=lambda name: name != results.baseline)


def heading(name: str) -> str:
    """Return what a figure is called at the head of a table or in a list of choices."""
    term = glossary.term(name)
    if term is None:
        return glossary.stem(name)
    words = term.words or (term.full_label if term.label else term.meaning)
    # A meaning says first what it is, and then how it is taken.
    words = words.partition(";")[0]
    return words[:1].upper() + words[1:]


def unit_words(name: str) -> str:
    """Return the unit of a figure, empty where its number says it, as 2.1 d does."""
    return "" if glossary.unit(name) == "h" else glossary.unit_words(name)


def value_text(name: str, value: float) -> str:
    """Return a figure's number as it is read, with its unit where the number does not say it."""
    text, unit = report.shown(name)(float(value)), unit_words(name)
    return f"{text} {unit}" if unit and text != ABSENT else text


def interval_text(name: str, low: Any, high: Any) -> str:
    """Return an interval as it is read, empty where there is none."""
    write = report.shown(name)
    # NaN is unlike itself; a table without the column has None.
    if low is None or high is None or low != low or high != high:
        return ""
    first, last = write(float(low)), write(float(high))
    return f"{first} to {last}" if first != last else ""
