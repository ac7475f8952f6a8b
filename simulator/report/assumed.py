"""What is assumed that matters most, in one sentence: clouds before all, for optical sensors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simulator.report.listing import scenario_tables
from simulator.report.sentences import listed

if TYPE_CHECKING:
    from simulator.results import Results

_MOST_ASSUMPTIONS = 3
_UNSURE = frozenset({"assumed", "estimated"})


def assumed_clause(results: Results) -> str:
    """Return what is assumed that matters most; empty where nothing is known to be."""
    found = list(assumptions(results))[:_MOST_ASSUMPTIONS]
    return f"assumed above all: {listed(found)}" if found else ""


def assumptions(results: Results) -> Iterator[str]:
    """Yield what is assumed, what matters most first."""
    if len(results.satellites) and sees_by_light(results):
        counted = scenario_tables(results).get("clouds") is not None
        chance = "how often the sky is clear, and for how long it stays so"
        yield chance if counted else "a clear sky at every look (clouds are left out)"
    yield from _orbits(results)
    parts = [*_stations(results)], [*_sensors(results)]
    # Where networks are compared, what they are made of matters more than what all see with.
    yield from (each for part in parts for each in part)


def sees_by_light(results: Results) -> bool:
    """Return whether any satellite has an optical sensor, which clouds blind."""
    satellites = scenario_tables(results).get("satellites", [])
    return any(each.get("sensor", {}).get("kind") == "optical" for each in satellites)


def _orbits(results: Results) -> Iterator[str]:
    table = results.satellites
    if "hypothetical" not in table:
        return
    count, hypothetical = len(table), int(table["hypothetical"].sum())
    if hypothetical and count == 1:
        yield "a hypothetical orbit"
    elif hypothetical:
        of_all = "" if hypothetical == count else f" of {count}"
        yield f"{hypothetical}{of_all} orbits that are hypothetical"


def _stations(results: Results) -> Iterator[str]:
    known = {entry["id"]: entry for entry in _entries(results, "networks")}
    # A network of the scenario may have another name than its entry: then nothing is said of it.
    named = [name for name in results.networks["network"] if name in known]
    unsure = [name for name in named if _grade(known[name], "stations") in _UNSURE]
    if unsure:
        served = "the satellite" if len(results.satellites) == 1 else "the satellites"
        yield f"that all stations of {listed(unsure)} serve {served}"


def _sensors(results: Results) -> Iterator[str]:
    entries = list(_entries(results, "sensors"))
    if any(_grade(entry, "max_off_nadir_deg") in _UNSURE for entry in entries):
        yield "how far its sensor turns from nadir"


def _entries(results: Results, kind: str) -> Iterator[Mapping[str, Any]]:
    catalogue = results.provenance.get("catalogue", [])
    yield from (entry for entry in catalogue if entry.get("kind") == kind)


def _grade(entry: Mapping[str, Any], field: str) -> str:
    return str(entry.get("provenance", {}).get(field, {}).get("confidence", ""))
