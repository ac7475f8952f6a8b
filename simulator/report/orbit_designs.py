"""Which orbits would do what is wished, as text: the best, the candidates, what was searched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.report.listing import count, records, tenths
from simulator.report.texttable import blocks, paragraph
from simulator.text import days_words, duration

if TYPE_CHECKING:
    from simulator.design import Designed

_WIDTH = 80
_DAYS_FROM_H = 96.0
_HEADS = ("Pattern", "Node", "Satel-\nlites", "Height,\nkm", "Incl.,\ndegrees")


def design_text(found: Designed) -> str:
    """Return which orbits would do what is wished, cheapest first."""
    parts = [paragraph(" ".join(_first(found)), columns=_WIDTH)]
    if len(found.candidates):
        parts.append(_table(found.candidates, found.wish.measure))
    parts.append(paragraph(" ".join(_rules(found)), columns=_WIDTH))
    best = "of the first" if len(found.candidates) else "of what came nearest"
    parts.append(f"The scenario {best}, for `simulator run`:")
    parts.append(found.toml.rstrip())
    return "\n\n".join(parts)


def design_headline(candidates: pd.DataFrame, asked: dict[str, Any]) -> str:
    """Return in a sentence what the cheapest candidate is, or that there is none."""
    who, often = places_words(asked["places"]), _often(asked)
    if not len(candidates):
        return f"No pattern of up to {asked['most']} satellites sees {who} {often}"
    best = records(candidates)[0]
    total, planes = int(best["satellites"]), int(best["planes"])
    several = f"{total} satellites in {'one plane' if planes == 1 else f'{planes} planes'}"
    satellites = (
        f"One satellite at {best['height_km']:.0f} km sees"
        if total == 1
        else (f"{several} at {best['height_km']:.0f} km see")
    )
    return f"{satellites} {who} {often}"


def places_words(places: list[str]) -> str:
    """Return the places of a wish in words, no more than three by name."""
    if len(places) > 3:
        return f"{len(places)} places"
    return places[0] if len(places) == 1 else f"{', '.join(places[:-1])} and {places[-1]}"


def _often(asked: dict[str, Any]) -> str:
    hours = asked["every_h"]
    often = f"every {duration(hours) if hours >= _DAYS_FROM_H or hours < 1.0 else f'{hours:g} h'}"
    return f"{often} on average" if asked["revisit"] == "mean" else f"at least {often}"


def _first(found: Designed) -> Iterator[str]:
    asked = found.asked
    yield f"{design_headline(found.candidates, asked)}."
    if len(found.candidates):
        best = records(found.candidates)[0]
        if best["cycle"]:
            yield f"Its track repeats: {best['cycle']}."
        yield (
            f"A full run over {days_words(found.days)} proves it: the longest gap is "
            f"{_time(best['revisit_max_h'])}, the mean revisit {_time(best['revisit_mean_h'])}."
        )
        return
    tried = found.searched[found.searched["nearest_h"].notna()]
    if len(tried):
        near = records(tried.sort_values("nearest_h", kind="stable"))[0]
        if near["nearest_is_bound"] and near["nearest_h"] >= found.wish.first_h:
            what = "it" if len(found.places) == 1 else "every place"
            yield f"None of the patterns sees {what} even once in the first days."
            return
        more = "more than " if near["nearest_is_bound"] else ""
        total = int(near["nearest_satellites"])
        yield (
            f"Nearest comes {near['pattern']} of {total} at {near['height_km']:.0f} km, with "
            f"{more}{_time(near['nearest_h'])}."
        )


def _table(candidates: pd.DataFrame, measure: str) -> str:
    heads = (*_HEADS, "Longest\ngap" if measure == "max" else "Mean\nrevisit", "Sun,\ndegrees")
    body = [
        (
            _pattern(row),
            row["node"],
            count(row["satellites"]),
            f"{row['height_km']:.1f}",
            f"{row['inclination_deg']:.2f}",
            _time(row[f"revisit_{measure}_h"]),
            tenths(row["least_sun_deg"]),
        )
        for row in records(candidates)
    ]
    return "\n".join(blocks(heads, body, texts=2, columns=_WIDTH))


def _time(hours: float) -> str:
    """Return a gap in hours to a hundredth, so that it can be held beside what was wished."""
    return f"{hours:.2f} h" if hours < _DAYS_FROM_H else duration(hours)


def _pattern(row: dict[Any, Any]) -> str:
    if row["cycle"]:
        return f"track {row['cycle']}"
    if row["planes"] > 1:
        return f"{row['pattern']} {row['satellites']}/{row['planes']}/{row['phasing']}"
    return str(row["pattern"])


def _rules(found: Designed) -> Iterator[str]:
    asked, wish = found.asked, found.wish
    light = (
        "whatever the light"
        if found.light_deg is None or found.light_deg <= -90.0
        else f"with the sun {found.light_deg:g} degrees high or more"
    )
    yield (
        f"Seen is what lies within {found.off_nadir_deg:g} degrees of nadir {light} (sensor "
        f"{wish.sensor}), from {found.start_utc[:10]} on. Cheapest is fewest satellites, then "
        "fewest planes, then the shortest revisit to a tenth of an hour, then a track that "
        "repeats, then the highest sun."
    )
    searched = found.searched
    low, high = wish.heights_km
    heights = (
        f"a mean height of {low:g} km as flown"
        if low == high
        else f"mean heights of {low:g} to {high:g} km as flown, by {wish.height_step_km:g} km"
    )
    planes = {
        "sun-synchronous": "Sun-synchronous planes",
        "free": "Sun-synchronous planes and free inclinations",
    }.get(str(asked["inclination"]), "inclinations as asked")
    repeats = ""
    if wish.cycle_days and "plane" in wish.patterns:
        repeats = (
            f", and every height at which a track repeats within {days_words(wish.cycle_days)}"
        )
    yield (
        f"Searched: {heights}{repeats}; "
        f"{planes}, their nodes every {wish.node_step_h:g} h; "
        f"{_patterns_words(wish.patterns)} of up to {wish.most}."
    )
    tried, out = int(searched["tried"].sum()), int(searched["left_out"].sum())
    if out:
        yield f"Of {tried:,} patterns tried {out:,} had too long a gap already in the first days."
    else:
        yield f"{tried:,} patterns were tried."
    seen = "The sun given is the lowest at any look."
    if len(found.candidates):
        yield seen
    if found.unproven:
        yield f"{found.unproven} more did in the search but not in a full run."


def _patterns_words(patterns: tuple[str, ...]) -> str:
    words = {"plane": "satellites evenly in one plane", "walker": "Walker patterns"}
    named = [words[each] for each in patterns]
    if len(named) == 2:
        return f"{named[0]}, and {named[1]} with fewer,"
    return named[0]
