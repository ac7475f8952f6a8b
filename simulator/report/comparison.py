"""Finished runs side by side: the targets, regions and networks that they have in common."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator import glossary
from simulator.report import texttable
from simulator.report.listing import NAME_WIDTH, shown
from simulator.text import ABSENT, days_words, folded, minute_utc, ratio

if TYPE_CHECKING:
    import pandas as pd

    from simulator.results import Results

Runs = Mapping[str, "Results"]

_WIDTH = 80
# How those figures of a target become one of the targets: their mean, or the one that is worst.
_OF_TARGETS = {
    "accesses_per_day": "mean",
    "revisit_mean_h": "mean",
    "revisit_max_h": "max",
    "wait_mean_h": "mean",
    "best_gsd_m": "min",
    "best_niirs": "max",
}
_OF_REGIONS = (
    "seen_fraction",
    "seen_half_h",
    "accesses_per_day",
    "revisit_mean_h",
    "revisit_max_h",
    "wait_mean_h",
)
_OF_REGIONS_BY_NETWORK = ("cell_age_mean_h", "cell_response_mean_h")
_REDUCED = {"mean": "mean", "max": "greatest", "min": "least"}


@dataclass(frozen=True)
class ComparedFigure:
    """A figure of what all runs have, or of a network that two have, with its value in each run.

    `of` is "targets", "region", "network", or "region by network", whose `name` is both names with
    a colon between. A value is NaN in a run that has no such network, or nothing to make it of.
    """

    of: str
    name: str
    figure: str
    values: tuple[float, ...]


def compared_figures(runs: Runs) -> list[ComparedFigure]:
    """Return the figures of runs side by side, each with a value a run."""
    return [*_of_targets(runs), *_of_regions(runs), *_of_networks(runs)]


def _of_targets(runs: Runs) -> Iterator[ComparedFigure]:
    """Yield figures over the targets that every run has, for others would compare unlike places."""
    names = shared_targets(runs)
    tables = [each.targets[each.targets["target"].isin(names)] for each in runs.values()]
    for figure, how in _OF_TARGETS.items() if names else ():
        values = tuple(float(getattr(table[figure], how)()) for table in tables)
        yield ComparedFigure("targets", _REDUCED[how], figure, values)


def shared_targets(runs: Runs) -> list[str]:
    """Return the names of the targets that every run has, in the order of the first."""
    first, *others = (each.targets["target"].tolist() for each in runs.values())
    return [name for name in first if all(name in other for other in others)]


def shared_regions(runs: Runs) -> list[str]:
    """Return the names of the regions that every run has, in the order of the first."""
    first, *others = (_column(each.regions, "region") for each in runs.values())
    return [name for name in first if all(name in other for other in others)]


def _column(table: pd.DataFrame, name: str) -> list[str]:
    return table[name].tolist() if name in table else []


def _of_regions(runs: Runs) -> Iterator[ComparedFigure]:
    """Yield the figures of every region that all runs have, then by network, where all have it."""
    for region in shared_regions(runs):
        rows = [each.regions[each.regions["region"] == region] for each in runs.values()]
        yield from _figures_of("region", region, _OF_REGIONS, rows)
        tables = [_by_network(each, region) for each in runs.values()]
        first, *others = (_column(table, "network") for table in tables)
        for network in first:
            if all(network in other for other in others):
                rows = [table[table["network"] == network] for table in tables]
                name = f"{region}: {network}"
                yield from _figures_of("region by network", name, _OF_REGIONS_BY_NETWORK, rows)


def _by_network(run: Results, region: str) -> pd.DataFrame:
    table = run.region_networks
    return table[table["region"] == region] if "region" in table else table


def _figures_of(
    of: str, name: str, figures: Sequence[str], rows: Sequence[pd.DataFrame]
) -> Iterator[ComparedFigure]:
    """Yield figures of the one row that each run has of something, where any has a number."""
    for figure in figures:
        values = tuple(
            float(row[figure].iloc[0]) if len(row) and figure in row else math.nan for row in rows
        )
        if not all(map(math.isnan, values)):
            yield ComparedFigure(of, name, figure, values)


def _of_networks(runs: Runs) -> Iterator[ComparedFigure]:
    """Yield the figures of every network that two runs or more have, of all if none is shared."""
    names = [name for each in runs.values() for name in each.networks["network"]]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            rows = [each.networks[each.networks["network"] == name] for each in runs.values()]
            labelled = [term.name for term in glossary.terms_over("network") if term.label]
            yield from _figures_of("network", name, labelled, rows)


def comparison_text(runs: Runs) -> str:
    """Return runs side by side as text: what each is, then a column a run, lines of 80 columns."""
    parts = ["\n".join(_run_lines(runs)), _unlike_text(runs)]
    groups: dict[tuple[str, str], list[ComparedFigure]] = {}
    for each in compared_figures(runs):
        groups.setdefault((each.of, "" if each.of == "targets" else each.name), []).append(each)
    parts += [_table(runs, of, name, rows) for (of, name), rows in groups.items()]
    if not groups:
        parts.append(
            "They have no target, region or network in common: there is nothing to compare."
        )
    else:
        first = next(iter(runs))
        parts.append(_paragraph(f"Beside each figure: its ratio to that of {first}."))
    return "\n\n".join(part for part in parts if part) + "\n"


def _paragraph(text: str, rest: str = "") -> str:
    return texttable.paragraph(text, rest=rest, columns=_WIDTH)


def _run_lines(runs: Runs) -> Iterator[str]:
    for name, each in runs.items():
        yield _paragraph(
            f"{name}: {each.title}; {minute_utc(each.start)} UTC, {days_words(each.days)}, "
            f"{len(each.satellites)} satellite{'' if len(each.satellites) == 1 else 's'}",
            rest="  ",
        )


def _unlike_text(runs: Runs) -> str:
    """Return what the runs differ in besides what they are to show; empty where in nothing."""
    words = []
    if len({(each.start, each.days) for each in runs.values()}) > 1:
        words.append("they are of different spans")
    counts = {len(each.targets) for each in runs.values()}
    shared = len(shared_targets(runs))
    if counts != {shared}:
        common = f"only {shared}" if shared else "none"
        words.append(
            f"{common} of their targets are in all of them, and figures of networks are over the "
            "targets of each"
        )
    return _paragraph(f"Mind that {' and that '.join(words)}.") if words else ""


def _table(runs: Runs, of: str, name: str, rows: Sequence[ComparedFigure]) -> str:
    if of == "network":
        title = f"Network {name}"
        # Parts of a mean say nothing without the others; they are in the JSON and the CSV.
        kept = [each for each in rows if _is_whole(each.figure)]
        lines = [(_label(each.figure), *_cells(each)) for each in kept]
    elif of != "targets":
        title = f"Region {name}"
        lines = [(_target_label(each.figure), *_cells(each)) for each in rows]
    else:
        count = len(shared_targets(runs))
        title = f"Over the {count} target{'' if count == 1 else 's'} that all runs have"
        lines = [(_target_label(each.figure), *_cells(each)) for each in rows]
    headings = ("", *(folded(run, NAME_WIDTH) for run in runs))
    return "\n\n".join([title, *texttable.blocks(headings, lines, texts=1, columns=_WIDTH)])


def _is_whole(figure: str) -> bool:
    term = glossary.term(figure)
    return term is not None and (bool(term.better) or term.kind == "count")


def _label(figure: str) -> str:
    term = glossary.term(figure)
    return term.full_label if term else figure


def _target_label(figure: str) -> str:
    term, unit = glossary.term(figure), glossary.unit_words(figure)
    # Times are written with their unit.
    beside = "" if unit in ("", "hours") else f", {unit}"
    return f"{term.words if term else figure}{beside}"


def _cells(each: ComparedFigure) -> Iterator[str]:
    write, term = shown(each.figure), glossary.term(each.figure)
    base = each.values[0]
    for number, value in enumerate(each.values):
        if math.isnan(value):
            yield ABSENT
            continue
        is_compared = number > 0 and term is not None and term.compared
        yield f"{write(value)} {ratio(value, base) if is_compared else '':<6}".rstrip()


def comparison_facts(runs: Runs) -> dict[str, Any]:
    """Return runs side by side as plain values, for JSON."""
    return {
        "runs": [
            {"run": name, "title": each.title, "question": each.question, "start": each.start}
            | {"days": each.days, "satellites": len(each.satellites)}
            for name, each in runs.items()
        ],
        "targets": shared_targets(runs),
        "regions": shared_regions(runs),
        "figures": [
            {"of": each.of, "name": each.name, "figure": each.figure}
            | {"values": dict(zip(runs, each.values, strict=True))}
            for each in compared_figures(runs)
        ],
    }


def comparison_csv(runs: Runs) -> str:
    """Return runs side by side as CSV: a line a figure, a column a run."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["of", "name", "figure", *runs])
    for each in compared_figures(runs):
        cells = ["" if math.isnan(value) else repr(value) for value in each.values]
        writer.writerow([each.of, each.name, each.figure, *cells])
    return out.getvalue()
