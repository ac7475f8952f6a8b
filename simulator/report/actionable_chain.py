"""How far the way to a picture that can be acted on is open, as text: link by link, by network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator import glossary
from simulator.report.listing import Listing, definition_lines, name_cell, scenario_tables
from simulator.report.sentences import listed, percent, percent_range
from simulator.results import labels_of
from simulator.text import ABSENT, share

if TYPE_CHECKING:
    import pandas as pd

    from simulator.results import Results

_SHARED = ("looked_at_share", "imaged_share", "good_enough_share", "cloud_free_share")
_OWN = ("home_in_time_share", "actionable_share")
# Chances that read the same to a percent are one.
_ALIKE = 0.005


def chain_links(results: Results) -> tuple[str, ...]:
    """Return the links that are the same for all networks, without those that change nothing."""
    table = results.actionable
    kept = list(_SHARED[:2])
    for name in _SHARED[2:]:
        if ((table[kept[-1]] - table[name]) > _ALIKE).any():
            kept.append(name)
    return tuple(kept)


def actionable_listing(results: Results) -> Iterator[Listing]:
    """Yield the chance of every link, a line each, by the length of the stay; mean of targets."""
    table = of_all_targets(results.actionable)
    if not len(table):
        return
    stays = sorted(table["stay_h"].unique())
    first = table[table["network"] == table["network"].iloc[0]]
    body = [(_words(name), *_by_stay(first, name, stays)) for name in chain_links(results)]
    call = labels_of(results).network
    for network in dict.fromkeys(table["network"]):
        own = table[table["network"] == network]
        body += [
            (f"{_words(name)}: {name_cell(call(network))}", *_by_stay(own, name, stays))
            for name in (_OWN if _processing_h(results) > 0.0 else _OWN[1:])
        ]
    yield Listing(
        "Chance that what stays in the open for so long is caught in time, mean of targets: each "
        "line with all above it",
        ("Such a picture is", *(f"{stay:g} h" for stay in stays)),
        1,
        body,
        tuple(definition_lines(results, ["actionable"])),
    )


def of_all_targets(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of stays that every target has: a mean over some would be of other places."""
    if not len(table):
        return table
    targets = table.groupby("stay_h")["target"].transform("nunique")
    return table[targets == table["target"].nunique()]


def actionable_clause(results: Results) -> str:
    """Return how far the way to a picture that is acted on in time is open, link by link.

    Empty where it is not known.
    """
    own, stay_h = at_usual_stay(results), usual_stay_h(results)
    if not len(own):
        return ""
    links = [f"{_chance(own[name].mean())} {_CLAUSE[name]}" for name in chain_links(results)]
    return (
        f"of what stays in the open at a target for {stay_h:g} h, {listed(links, 4)}, and "
        f"{_by_network(results, own)} acted on before it is gone"
    )


def asked_clause(results: Results) -> str:
    """Return the same where the scenario asks for it: by what targets need, a stay, time to act."""
    targets = scenario_tables(results).get("targets", [])
    asked = any({"needs", "stay_h"} & target.keys() for target in targets)
    return actionable_clause(results) if asked or _processing_h(results) > 0.0 else ""


def actionable_headline(results: Results) -> str:
    """Return the heading of a drawing of the chain."""
    own, stay_h = at_usual_stay(results), usual_stay_h(results)
    if not len(own):
        return "What stays in the open for a while, and is acted on in time"
    chances = own.groupby("network", sort=False)["actionable_share"].mean()
    part = percent_range(chances.tolist())
    if not chances.min() > 0.0:
        part = f"at most {percent(chances.max())}" if chances.max() > 0.0 else "nothing"
    return f"Of what stays in the open for {stay_h:g} h, {part} is acted on before it is gone"


def usual_stay_h(results: Results) -> float:
    """Return the stay that all targets have, where they have one, else the usual one, hours."""
    tables = scenario_tables(results)
    usual_h = float(tables.get("counting", {}).get("stay_h", 12.0))
    stays = {float(target.get("stay_h", usual_h)) for target in tables.get("targets", [])}
    return stays.pop() if len(stays) == 1 else usual_h


def at_usual_stay(results: Results) -> pd.DataFrame:
    """Return the rows of the chain for that stay; none where there is no chain."""
    table = results.actionable
    return table[table["stay_h"] == usual_stay_h(results)] if len(table) else table


_CLAUSE = {
    "looked_at_share": "could be looked at",
    "imaged_share": "is imaged",
    "good_enough_share": "is imaged well enough",
    "cloud_free_share": "is imaged without cloud",
}


def _by_network(results: Results, rows: pd.DataFrame) -> str:
    """Return the chances by network, those that read the same together."""
    call, groups = labels_of(results).network, dict[str, list[str]]()
    for network, chance in rows.groupby("network", sort=False)["actionable_share"].mean().items():
        groups.setdefault(_chance(chance), []).append(call(str(network)))
    if len(groups) == 1:
        [(words, names)] = groups.items()
        return f"{words} is" if len(names) == 1 else f"{words}, whatever the network, is"
    parts = [f"{words} with {listed(names)}" for words, names in groups.items()]
    return f"{listed(parts, 4)} is"


def _chance(part: float) -> str:
    return percent(float(part)) if part > 0.0 else "none"


def _processing_h(results: Results) -> float:
    return float(scenario_tables(results).get("counting", {}).get("processing_h", 0.0))


def _words(name: str) -> str:
    term = glossary.term(name)
    return (term.label or term.words) if term else name


def _by_stay(rows: pd.DataFrame, name: str, stays: list[float]) -> list[str]:
    mean = rows.groupby("stay_h")[name].mean()
    return [share(float(mean[stay])) if stay in mean.index else ABSENT for stay in stays]
