"""What is rarely or never seen, in one sentence: of targets and of regions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from simulator.report.listing import Row, often_words, records
from simulator.report.names import target_names
from simulator.report.sentences import listed, percent
from simulator.results import labels_of
from simulator.text import days_words, duration, number

if TYPE_CHECKING:
    from simulator.results import Results

_MOST_REGIONS = 3
_TIMES = {1: "once", 2: "twice"}
# What is left of an area below this share is the rounding of its cells.
_ALL_SEEN = 0.9995


def target_clause(results: Results) -> str:
    """Return which targets are never seen and which the least often; empty without targets."""
    return "; ".join(_targets(results))


def _targets(results: Results) -> Iterator[str]:
    called = target_names(results)
    rows = [{**row, "target": called[row["target"]]} for row in records(results.targets)]
    if not rows:
        return
    never = [str(row["target"]) for row in rows if row["accesses"] == 0]
    seen = [row for row in rows if row["accesses"] > 0]
    if not seen:
        one = f"the target {never[0]} could never be looked at"
        yield "no target could ever be looked at" if len(rows) > 1 else one
        return
    if never:
        yield f"of the targets, {listed(never)} could never be looked at"
    broken = [row for row in seen if not _is_unbroken(row)]
    if not broken:
        yield _always_words(seen, every=not never)
        return
    yield _least_words(results, broken, every=not never) + _under_clouds(broken)


def _is_unbroken(row: Row) -> bool:
    return often_words(0.0, float(row["access_minutes_per_day"])) == "unbroken"


def _always_words(seen: Sequence[Row], *, every: bool) -> str:
    if len(seen) == 1:
        return f"the target {seen[0]['target']} is always in view"
    return f"{'every' if every else 'every other'} target is always in view"


def _least_words(results: Results, broken: Sequence[Row], *, every: bool) -> str:
    fewest = min(int(row["accesses"]) for row in broken)
    names = [str(row["target"]) for row in broken if row["accesses"] == fewest]
    longest = duration(max(float(row["revisit_max_h"]) for row in broken))
    often = f"{_TIMES.get(fewest, f'{fewest:,} times')} in {days_words(results.days)}"
    whole = f"{'every' if every else 'every other'} target could be looked at"
    if len(broken) == 1:
        return f"the target {names[0]} could be looked at {often}; the longest gap is {longest}"
    if len(names) == len(broken):
        return f"{whole} {often}; the longest gap is {longest}"
    return f"{whole}, the least often {listed(names)}, {often}; the longest gap is {longest}"


def _under_clouds(rows: Sequence[Row]) -> str:
    """Return how often the target of the most clouds is seen under a clear sky; empty without."""
    if "accesses_clear_per_day" not in rows[0]:
        return ""
    least = min(rows, key=lambda row: float(row["accesses_clear_per_day"]))
    whole = duration(float(least["revisit_mean_clear_h"]))
    name = f"{least['target']}, " if len(rows) > 1 else ""
    never = percent(float(least["unseen_clear_share"]))
    return f" (cloud-free: {name}every {whole} on average, with a chance of {never} never)"


def region_clause(results: Results) -> str:
    """Return how much of each region is seen, how soon and how often; empty without regions."""
    call = labels_of(results).region
    rows = [{**row, "region": call(row["region"])} for row in records(results.regions)]
    whole = [row for row in rows if row["seen_fraction"] >= _ALL_SEEN]
    parts = []
    if whole:
        parts.append(f"all of {listed([_soon_and_often(row) for row in whole])} could be looked at")
    missed = [_missed_words(row) for row in rows if row["seen_fraction"] < _ALL_SEEN]
    return "; ".join([*parts, *missed[:_MOST_REGIONS], *_more(len(missed) - _MOST_REGIONS)])


def region_headline(results: Results, region: str, called: str) -> str:
    """Return how soon a region of a run is seen, or how much of it never is; empty if unknown."""
    row = next((row for row in records(results.regions) if row["region"] == region), None)
    if row is None:
        return ""
    if row["seen_fraction"] < _ALL_SEEN:
        return _missed_words({**row, "region": called})
    half_h, most_h = (float(row.get(name, "nan")) for name in ("seen_half_h", "seen_90_percent_h"))
    if half_h != half_h or most_h != most_h:
        return f"all of {called} could be looked at"
    soon = f"half of {called} could be looked at within {duration(half_h)}"
    return f"{soon}, 90 % within {duration(most_h)}"


def _soon_and_often(row: Row) -> str:
    half_h, often = float(row.get("seen_half_h", "nan")), number(float(row["accesses_per_day"]))
    soon = f"half of it within {duration(half_h)}, " if half_h == half_h else ""
    return f"{row['region']} ({soon}a place {often} times a day)"


def _missed_words(row: Row) -> str:
    seen = float(row["seen_fraction"])
    if not seen > 0.0:
        return f"nothing of {row['region']} could ever be looked at"
    return f"{percent(1.0 - seen)} of {row['region']} could never be looked at"


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"of {count} region{'' if count == 1 else 's'} more a part could never be looked at"
