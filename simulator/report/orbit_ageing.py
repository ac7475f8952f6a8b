"""How an orbit ages, as text: lifetime with its spread, raises, the node, and what is seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator.report.texttable import blocks, paragraph
from simulator.text import ABSENT, clock, number

if TYPE_CHECKING:
    from simulator.years import OrbitYears

Row = Mapping[Any, Any]

_WIDTH = 80
# More are read in the table of seasons.
_MOST_SEASONS = 24
_HEADS = (
    "mean\nheight, km",
    "inclination,\ndeg",
    "node\nat",
    "raises",
    "accesses\na day",
    "of these\nby daylight",
)
_DRAGS = ("less", "as given", "more")


def decay_headline(lifetimes: pd.DataFrame, asked: Mapping[str, Any]) -> str:
    """Return when an orbit ends, and between when it may, in a sentence."""
    own = lifetimes[lifetimes["in_range"]].iloc[0]
    ranged = lifetimes[lifetimes["in_range"]]
    name = asked["satellite"]
    begins = f"No longer raised, {name} would" if asked["is_kept"] else str(name)
    if np.isnan(own["lifetime_years"]):
        return f"{begins}{'' if asked['is_kept'] else ' would'} be up after a hundred years"
    comes = "come down" if asked["is_kept"] else "comes down"
    ends = [text[:4] for text in ranged["ends_utc"]]
    low = min(text for text in ends if text)
    high = "later than a century" if "" in ends else max(ends)
    range_words = f", {low} to {high} by activity and drag" if low != high else ""
    return f"{begins} {comes} in {own['ends_utc'][:4]}{range_words}"


def node_words(years: pd.DataFrame, heights: pd.DataFrame) -> str:
    """Return from which to which local time the node goes, in a sentence."""
    first, last = heights.iloc[0], heights.iloc[-1]
    begin, end = clock(first["ltan_h"]), clock(last["ltan_h"])
    if begin == end:
        return f"Its ascending node stays at {begin} local mean time"
    return (
        f"Its ascending node goes from {begin} to {end} local mean time by {last['at_utc'][:7]}, "
        f"its inclination from {first['inclination_deg']:.2f} to {last['inclination_deg']:.2f} "
        "degrees"
    )


def decay_text(found: OrbitYears) -> str:
    """Return how an orbit ages, by year and by season."""
    parts = [paragraph(" ".join(_sentences(found)), columns=_WIDTH)]
    parts.append(_table("Year", found.years, "year"))
    if len(found.seasons) <= _MOST_SEASONS:
        parts.append(_table("Season", found.seasons, "season"))
    parts.append(_lives(found))
    return "\n\n".join([*parts, paragraph(" ".join(_rules(found)), columns=_WIDTH)])


def _sentences(found: OrbitYears) -> Iterator[str]:
    first, last = found.heights.iloc[0], found.heights.iloc[-1]
    begins = f"mean height {first['altitude_km']:.0f} km on {found.begin:%Y-%m-%d}"
    day = last["at_utc"][:10]
    if found.is_kept and len(found.raises):
        count = len(found.raises)
        times = "once" if count == 1 else f"{count} times"
        low, high = found.raises["from_km"].min(), found.raises["to_km"].max()
        then = f"is raised {times} by {day}, from {low:.0f} to {high:.0f} km"
    elif found.has_ended:
        then = f"has come down by {day}"
    else:
        then = f"is at {last['altitude_km']:.0f} km on {day}"
    yield f"{found.satellite}, {begins}, {then}."
    yield f"{decay_headline(found.lifetimes, found.asked)}."
    yield f"{node_words(found.years, found.heights)}."
    seen = found.seasons["target_daylight_accesses_per_day"]
    if seen.notna().any():
        key = "target_daylight_accesses_per_day"
        rows = sorted(found.seasons.to_dict(orient="records"), key=lambda row: float(row[key]))
        least, most = rows[0], rows[-1]
        yield (
            f"A target could be looked at by daylight {number(most[key])} times a day in the best "
            f"season ({most['season']}) and {number(least[key])} in the worst ({least['season']})."
        )


def _table(head: str, table: pd.DataFrame, name: str) -> str:
    body = [_row(row, name) for row in table.to_dict(orient="records")]
    return "\n".join(blocks([head, *_HEADS], body, texts=1, columns=_WIDTH))


def _row(row: Row, name: str) -> Sequence[str]:
    counts = ("target_accesses_per_day", "target_daylight_accesses_per_day")
    return (
        str(row[name]),
        f"{row['altitude_km']:.1f}",
        f"{row['inclination_deg']:.3f}",
        clock(row["ltan_h"]),
        str(row["raises"]),
        *(number(row[key]) for key in counts),
    )


def _lives(found: OrbitYears) -> str:
    table = found.lifetimes
    drags = [drag for drag in _DRAGS if (table["drag"] == drag).any()]
    heads = ["Comes down, with\nsolar activity", *(f"drag\n{drag}" for drag in drags)]
    body = []
    for activity, rows in table.groupby("activity", sort=False):
        by_drag = {row["drag"]: row for row in rows.to_dict(orient="records")}
        cells = [_end(by_drag.get(drag)) for drag in drags]
        body.append((_activity_words(str(activity)), *cells))
    return "\n".join(blocks(heads, body, texts=1, columns=_WIDTH))


def _activity_words(name: str) -> str:
    if name.startswith("cycle_"):
        return f"observed, then as in cycle {name.removeprefix('cycle_')}"
    if name in ("low", "mean", "high"):
        return f"{name} for ever"
    return "observed, then predicted" if name == "observed" else "as given"


def _end(row: Row | None) -> str:
    if row is None:
        return ABSENT
    if not row["ends_utc"]:
        return "later"
    return f"{row['ends_utc'][:4]} ({row['lifetime_years']:.1f} y)"


def _rules(found: OrbitYears) -> Iterator[str]:
    if len(found.seasons) > _MOST_SEASONS:
        yield "Seasons: --csv, or the folder of --out."
    yield (
        f"Drag is {found.ballistic_m2_kg:.4f} m2/kg (drag coefficient times area over mass), less "
        f"and more by {100.0 * found.spread:.0f} %: a drag that was not fitted to heights gives no "
        "date."
    )
    yield (
        "Heights are semi-major axis less 6378.135 km; accesses are of this satellite alone, means "
        "over targets and days, by daylight where the Sun is as high as the sensor needs it."
    )
