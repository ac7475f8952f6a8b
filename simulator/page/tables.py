"""Networks side by side: every figure with its ratio to the baseline and its intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from simulator import glossary, report, text
from simulator.page.labels import Labels, interval_text, network_names
from simulator.results import Results
from simulator.units import MINUTES_PER_DAY

# What the first screen shows.
FIRST = (
    "contact_minutes_per_day",
    "longest_silence_h",
    "latency_median_h",
    "latency_mean_h",
    "latency_max_h",
    "response_mean_h",
    "age_mean_h",
    "pictures_clear_per_day",
    "response_mean_clear_h",
    "age_mean_clear_h",
    "pictures_lost",
)
# A figure in contact for so few minutes short of all day is so all day long.
_ROUNDING_MIN = 1e-3


@dataclass(frozen=True)
class Cell:
    """A figure of one network: its number, its ratio to the baseline, its two intervals."""

    value: str
    ratio: str = ""
    by_days: str = ""
    by_draws: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a table: a figure, what it means, a cell a network; a section has no cells."""

    label: str
    meaning: str = ""
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table with a column a network: its name and its id."""

    columns: list[str]
    ids: list[str]
    lines: list[Line]


@dataclass(frozen=True)
class Networks:
    """The figures of a run's networks with their intervals, looked up by figure and network."""

    results: Results
    names: list[str]
    figures: dict[str, dict[str, float]]
    by_days: dict[tuple[str, str], str]
    by_draws: dict[tuple[str, str], str]

    def cell(self, figure: str, network: str, base: float) -> Cell:
        """Return a figure of a network; `base` is what it is compared with, NaN for nothing."""
        value = self.value(figure, network)
        if figure == "contacts_per_day" and self._always_in_contact(network):
            return Cell("unbroken")
        term = glossary.term(figure)
        times = text.ratio(value, base) if term and term.compared else ""
        return Cell(
            report.shown(figure)(value),
            # The same figure twice needs no word.
            "" if times == "x1.00" else times,
            self.by_days.get((figure, network), ""),
            self.by_draws.get((figure, network), ""),
        )

    def value(self, figure: str, network: str) -> float:
        """Return a figure of a network, NaN where it has none."""
        return self.figures.get(figure, {}).get(network, math.nan)

    def _always_in_contact(self, network: str) -> bool:
        minutes = MINUTES_PER_DAY * len(self.results.satellites)
        return 0.0 < minutes <= self.value("contact_minutes_per_day", network) + _ROUNDING_MIN


def networks_of(results: Results) -> Networks:
    """Return the figures of a run's networks."""
    table = results.networks.drop_duplicates("network").set_index("network")
    numbers = table.select_dtypes("number").astype(float)
    return Networks(
        results,
        network_names(results),
        {}
        if not len(table)
        else {str(n): dict(zip(numbers.index, numbers[n].tolist(), strict=True)) for n in numbers},
        _intervals(results.sampling),
        _intervals(results.spread),
    )


def _intervals(table: pd.DataFrame) -> dict[tuple[str, str], str]:
    if not len(table):
        return {}
    rows = table[["figure", "network", "low", "high"]].itertuples(index=False, name=None)
    return {
        (figure, network): interval_text(figure, low, high) for figure, network, low, high in rows
    }


def first_table(results: Results, labels: Labels) -> Table:
    """Return the few figures of the first screen."""
    networks = networks_of(results)
    lines = [
        _line(networks, name, first_label(name)) for name in FIRST if worth_a_line(name, [networks])
    ]
    return Table([labels.network(name) for name in networks.names], networks.names, lines)


def worth_a_line(figure: str, runs: Sequence[Networks]) -> bool:
    """Return whether any network of some runs has the figure; no lost picture is no news."""
    values = [value for run in runs for value in run.figures.get(figure, {}).values()]
    known = [value for value in values if value == value]
    return any(known) if figure == "pictures_lost" else bool(known)


def full_table(results: Results, labels: Labels) -> Table:
    """Return every figure of the networks that the glossary has a label for, by sections."""
    networks = networks_of(results)
    names = [labels.network(name) for name in networks.names]
    return Table(names, networks.names, list(_all_lines(networks)))


def _all_lines(networks: Networks) -> Iterator[Line]:
    section = ""
    for term in glossary.terms_over("network"):
        if not term.label or term.name not in networks.figures:
            continue
        if term.section != section:
            section = term.section
            yield Line(section)
        yield _line(networks, term.name, term.label)


def _line(networks: Networks, name: str, label: str) -> Line:
    term = glossary.term(name)
    base = networks.value(name, networks.names[0])
    cells = (
        networks.cell(name, network, base if number else math.nan)
        for number, network in enumerate(networks.names)
    )
    return Line(label[:1].upper() + label[1:], term.meaning if term else "", tuple(cells))


def first_label(name: str) -> str:
    """Return what a figure is called outside the section it stands in."""
    term = glossary.term(name)
    if term is None:
        return glossary.stem(name)
    if term.subject or not term.section:
        return term.full_label
    return term.words or f"{term.section}, {term.label}"
