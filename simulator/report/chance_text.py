"""How sure figures are: their spread over draws of the unknown, their sampling error by days."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator import glossary
from simulator.report.listing import (
    MOST_NETWORKS,
    MOST_TARGETS,
    NAME_WIDTH,
    Listing,
    Row,
    always_in_contact,
    definition_lines,
    drawn,
    name_cell,
    often_words,
    records,
    share_of_draws,
    shown,
)
from simulator.text import ABSENT, folded, ratio

if TYPE_CHECKING:
    from simulator.results import Results

# Figures whose ratios are reported with their spread.
_SPREAD = (
    "contact_minutes_per_day",
    "longest_silence_h",
    "latency_mean_h",
    "latency_p90_h",
    "response_mean_h",
    "age_mean_h",
)
# Figures of places that are reported with their sampling error.
_OF_PLACES = ("accesses_per_day", "revisit_mean_h", "wait_mean_h")
_SAMPLED_FIGURES = 7


def spread_listing(results: Results) -> Iterator[Listing]:
    """Yield the figures of the baseline and the ratios of the others, each with its range."""
    if not len(results.spread) or not len(results.networks):
        return
    table = results.spread.set_index(["network", "figure"])
    names = results.networks["network"].tolist()
    # A baseline that is no network of the table has no row to compare with.
    base = results.baseline if results.baseline in names else names[0]
    compared = [name for name in names if name != base]
    body: list[tuple[str, ...]] = []
    for figure in _SPREAD:
        if all((name, figure) in table.index for name in names):
            own = _range(table.loc[(base, figure)], "", shown(figure))
            others = [_range(table.loc[(name, figure)], "ratio_", _times) for name in compared]
            body.append((_label(figure), own, *others))
    draws = int(results.spread["draws"].max())
    ratios = ", and the ratio to it of the others" if compared else ""
    yield Listing(
        f"Spread over {draws} draws of {drawn(results)}: {base}{ratios}. Median "
        f"(range of {share_of_draws(results)} of the draws)",
        ("Figure", *(folded(name, NAME_WIDTH) for name in [base, *compared])),
        1,
        body,
        tuple(definition_lines(results, ["spread"])),
    )


def _label(figure: str) -> str:
    term = glossary.term(figure)
    return term.full_label if term else figure


def _range(row: Any, kind: str, write: Callable[[float], str]) -> str:
    middle, low, high = (write(float(row[f"{kind}{n}"])) for n in ("median", "low", "high"))
    if not (middle and low and high) or ABSENT in (middle, low, high):
        return ABSENT
    # A range that reads as its value says nothing.
    return middle if middle == low == high else f"{middle} ({low} to {high})"


def _times(value: float) -> str:
    return ratio(value, 1.0)


def sampling_listings(results: Results) -> Iterator[Listing]:
    """Yield the sampling errors of networks and of places, the definition below the last."""
    listings = [*_of_networks(results), *_of_places(results)]
    # The definition holds for all of them, and is read once.
    yield from listings[:-1]
    for last in listings[-1:]:
        yield replace(last, notes=tuple(definition_lines(results, ["sampling error"])))


def _by_chance(results: Results) -> str:
    part = share_of_draws(results)
    return f"interval of {part} of bootstrap resamples of the span's days, in blocks"


def _of_networks(results: Results) -> Iterator[Listing]:
    """Yield where figures of networks may lie by chance, the span being what it is."""
    body: list[tuple[str, ...]] = []
    of_base: set[tuple[str, ...]] = set()
    one_contact = always_in_contact(results)
    for row in records(results.sampling):
        write = shown(row["figure"])
        # A contact without end is none that could be counted.
        endless = row["figure"] == "contacts_per_day" and row["network"] in one_contact
        # NaN, unlike itself, marks a span too short to be resampled.
        if row["low"] != row["low"] or endless:
            continue
        compared = row["network"] != results.baseline and row["ratio_low"] == row["ratio_low"]
        ratios = [ratio(row[name], 1.0) for name in ("ratio_of_span", "ratio_low", "ratio_high")]
        whole, low, high = (word or "x0.0" for word in ratios)
        value = write(row["of_span"])
        cells = (
            _label(row["figure"]),
            value,
            _unless_alike(value, write(row["low"]), write(row["high"])),
            whole if compared else "",
            _unless_alike(whole, low, high) if compared else "",
        )
        if row["network"] == results.baseline:
            of_base.add(cells[:3])
        # What reads as the baseline's own stands there.
        elif cells[:3] in of_base:
            continue
        body.append((name_cell(row["network"]), *cells))
    # Several lines a network: beyond so many the table would bury the others.
    if body and len(body) <= _SAMPLED_FIGURES * MOST_NETWORKS:
        headings = ("Network", "Figure", "value", "by chance", "ratio", "by chance")
        title = f"Sampling error of networks: {_by_chance(results)}"
        if len(results.networks) > 1:
            title += f"; what reads as with {results.baseline} stands there alone"
        yield Listing(title, headings, 2, body)


def _unless_alike(value: str, low: str, high: str) -> str:
    """Return a range, empty where it reads as its value."""
    return "" if value == low == high else f"{low} to {high}"


def _of_places(results: Results) -> Iterator[Listing]:
    """Yield where means of regions and targets may lie by chance."""
    body = [*_rows_of_regions(results)]
    if len(results.targets) <= MOST_TARGETS:
        body += _rows_of_targets(results)
    if body:
        headings = ("Place", *map(_label, _OF_PLACES))
        yield Listing(f"Sampling error of places: {_by_chance(results)}", headings, 1, body)


def _rows_of_regions(results: Results) -> Iterator[tuple[str, ...]]:
    if not len(results.coverage):
        return
    whole = results.coverage[results.coverage["latitude_band"] == "all"]
    for region, rows in whole.set_index("figure").groupby("region", sort=False):
        ends = [
            tuple(rows.loc[figure, ["mean", "low", "high"]].to_numpy(float).tolist())
            for figure in _OF_PLACES
        ]
        if ends[0][1] == ends[0][1]:
            yield _row_of_place(str(region), ends)


def _rows_of_targets(results: Results) -> Iterator[tuple[str, ...]]:
    for row in records(results.targets):
        resampled = row.get("revisit_mean_low_h", float("nan"))
        # An access without end has no gaps, and so nothing to resample.
        unbroken = often_words(0.0, row["access_minutes_per_day"]) == "unbroken"
        if resampled == resampled and not unbroken:
            yield _row_of_place(row["target"], [_with_ends(row, name) for name in _OF_PLACES])


def _with_ends(row: Row, name: str) -> tuple[float, ...]:
    """Return a figure of a target with the ends of its interval, each a column of its own."""
    # Names of the ends have `low` and `high` before the unit: revisit_mean_low_h.
    stem = name.removesuffix("_per_day").removesuffix("_h")
    unit = name.removeprefix(stem)
    return row[name], row[f"{stem}_low{unit}"], row[f"{stem}_high{unit}"]


def _row_of_place(name: str, ends: Sequence[tuple[float, ...]]) -> tuple[str, ...]:
    cells = []
    for figure, (value, low, high) in zip(_OF_PLACES, ends, strict=True):
        write = shown(figure)
        known = value == value
        ranged = _unless_alike(write(value), write(low), write(high))
        cells.append(f"{write(value)} ({ranged})" if known and ranged else write(value))
    return (name_cell(name), *cells)
