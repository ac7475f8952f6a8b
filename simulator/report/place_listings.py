"""Tables of places: targets, levels of interpretability, chances of stays in the open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from simulator import glossary
from simulator.report.listing import (
    MOST_TARGETS,
    Listing,
    ListingColumn,
    Row,
    column,
    columns_for,
    definition_lines,
    name_cell,
    often_words,
    records,
)
from simulator.text import ABSENT, number, share

if TYPE_CHECKING:
    from simulator.results import Results

TARGET_TERMS = ("access", "revisit", "wait for access", "best look")
_COUNTRY_WIDTH = 12
_TARGET_FIGURES = ("accesses", "accesses_per_day", "access_minutes_per_day")
_LEVEL_FIGURES = (
    "revisit_mean_h",
    "revisit_max_h",
    "wait_mean_h",
    "accesses_clear_per_day",
    "revisit_mean_clear_h",
)
_LEVEL_RULE = (
    "at least: only looks of that NIIRS or better count; of a region accesses, mean revisit and "
    "wait are means over its area, the longest revisit is that of its worst cell"
)


def target_listing(results: Results) -> Iterator[Listing]:
    """Yield the table of targets, if there are any."""
    if not len(results.targets):
        return
    names = columns_for(_TARGET_FIGURES, glossary.terms_over("target"), results.targets)
    columns = [_target_column(name) for name in names]
    body = [
        (
            name_cell(row["target"]),
            name_cell(row["country"] or ABSENT, _COUNTRY_WIDTH),
            *(column.cell(row) for column in columns),
        )
        for row in records(results.targets)
    ]
    headings = ("Target", "in", *(column.heading for column in columns))
    yield Listing("", headings, 2, body, tuple(definition_lines(results, TARGET_TERMS)))


def _target_column(name: str) -> ListingColumn:
    if name != "accesses_per_day":
        return column(name)
    return ListingColumn(
        "per\nday", lambda row: often_words(row[name], row["access_minutes_per_day"])
    )


def level_listing(results: Results) -> Iterator[Listing]:
    """Yield how often regions, and targets while they are few, are seen at each level."""
    if not len(results.levels):
        return
    table = results.levels
    if len(results.targets) > MOST_TARGETS:
        # A row a target and level would be hundreds of lines; regions stay few.
        table = table[table["kind"] == "region"]
    columns = [column(name) for name in _LEVEL_FIGURES if name in table]
    body: list[tuple[str, ...]] = []
    for _, rows in table.groupby(["place", "kind"]):
        cells = [_level_cells(row, columns) for row in records(rows)]
        names = [name_cell(rows["place"].iloc[0]), *([""] * (len(cells) - 1))]
        body += [(name, *of_level) for name, of_level in zip(names, cells, strict=True)]
    headings = (
        "Place",
        "NIIRS\nat least",
        "ever\nseen",
        column("accesses_per_day").heading,
        *(each.heading for each in columns),
    )
    notes = (_LEVEL_RULE, *definition_lines(results, ["best look"]))
    yield Listing("Seen at a level of interpretability or better", headings, 1, body, notes)


def _level_cells(row: Row, columns: Sequence[ListingColumn]) -> tuple[str, ...]:
    """Return the cells of a place at a level; where no look reaches it, there is no figure."""
    level = max(f"{row['niirs_level']:.1f}", f"{row['niirs_level']:g}", key=len)
    seen = float(row["seen_fraction"])
    if not seen > 0.0:
        return (level, "never", *([""] * (1 + len(columns))))
    # A target is one place: no share of it can be unseen.
    ever = share(seen) if row["kind"] == "region" else "yes"
    often = number(float(row["accesses_per_day"]))
    return (level, ever, often, *(each.cell(row) for each in columns))


def stay_listing(results: Results) -> Iterator[Listing]:
    """Yield the chance that a stay is seen: regions, and the best and worst target."""
    table = results.stays
    if not len(table):
        return
    targets = table[table["kind"] == "target"]
    names = list(dict.fromkeys(table[table["kind"] == "region"]["place"]))
    regions = len(names)
    if len(targets):
        mean = targets.groupby("place")["seen_share"].mean()
        # One name where there is one target, which is both best and worst.
        names += list(dict.fromkeys([str(mean.idxmax()), str(mean.idxmin())]))
    stays = sorted(table["stay_h"].unique())
    # A target may have the name of a region: one line of the two is shown.
    chances = table.drop_duplicates(["place", "stay_h"]).set_index(["place", "stay_h"])
    body = [
        (
            name_cell(name),
            *(
                share(float(chances.loc[(name, stay), "seen_share"]))
                if (name, stay) in chances.index
                else ABSENT
                for stay in stays
            ),
        )
        for name in names
    ]
    yield Listing(
        f"Chance that what stays in the open for so long could be looked at: "
        f"{_places_words(regions, targets['place'].nunique())}",
        ("Place", *(f"{number(stay)} h" for stay in stays)),
        1,
        body,
        tuple(definition_lines(results, ["stays"])),
    )


def _places_words(regions: int, targets: int) -> str:
    """Return whose lines a table has, from how many regions and targets it reports."""
    parts = ["regions" if regions > 1 else "the region"] if regions else []
    if targets == 1:
        parts.append("the target")
    elif targets > 1:
        parts.append("the most watched and the least watched target")
    return ", ".join(parts)
