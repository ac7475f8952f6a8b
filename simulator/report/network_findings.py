"""What limits each network, and how old the newest picture of each target is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.report import texttable
from simulator.report.listing import (
    MOST_NETWORKS,
    MOST_TARGETS,
    NAME_WIDTH,
    Listing,
    Row,
    definition_lines,
    name_cell,
    once,
    records,
    scenario_tables,
)
from simulator.report.sentences import percent
from simulator.text import ABSENT, duration, folded

if TYPE_CHECKING:
    from simulator.results import Results

# The least share that does not read 0.0 %.
_LEAST_SHARE = 0.0005
_LIMITS = "What limits them: shares of the mean response, its delivery split as the mean latency is"
# Stages of the mean latency, as a share of the delivery part of the response.
_STAGES = {
    "no contact open": ("latency_contact_h",),
    "rate and antennas": ("latency_queue_h", "latency_sending_h"),
    "forwarding": ("latency_forwarding_h",),
}


def limits_text(results: Results) -> str:
    """Return what limits each network, a paragraph each; empty where nothing is asked for."""
    lines = [texttable.paragraph(line, first="  ", rest="    ") for line in limits(results)]
    return "\n".join([_LIMITS, *lines]) if lines else ""


def limits(results: Results) -> list[str]:
    """Return a sentence a network: which stages its mean response is made of, longest first."""
    if "response_collection_h" not in results.networks or not len(results.targets):
        return []
    comes_by = f"accesses ({_comes_by(results)})"
    return [_limit(row, comes_by) for row in records(results.networks)]


def _comes_by(results: Results) -> str:
    """Return what an access takes, with the light that the sensors need, if any."""
    lights = set()
    for satellite in scenario_tables(results).get("satellites", []):
        sensor = satellite.get("sensor", {})
        by_day = sensor.get("min_sun_elevation_deg", -90.0) > -90.0
        by_night = sensor.get("max_sun_elevation_deg", 90.0) < 90.0
        lights.add({(1, 0): "light", (0, 1): "dark", (1, 1): "light"}.get((by_day, by_night), ""))
    subject = "the satellite" if len(results.satellites) == 1 else "a satellite"
    needed = sorted(lights - {""}, reverse=True)
    if not needed:
        return f"{subject} comes by"
    # Some satellites may need no light at all: then it is not needed for every access.
    needs = "it needs" if "" not in lights else "it may need"
    return f"{subject} comes by in the {' or '.join(needed)} {needs}"


def _limit(row: Row, comes_by: str) -> str:
    name, whole = row["network"], float(row["response_mean_h"])
    lost = int(row["pictures_lost"])
    losses = f"; {lost:,} of {int(row['pictures_taken']):,} pictures lost" if lost else ""
    if whole != whole:
        return f"{name}: no request is answered{losses}"
    shares = _shares(row, comes_by)
    words = ", ".join(f"{label} {percent(part)}" for label, part in shares.items())
    return f"{name}: a request waits {duration(whole)} for its picture: {words}{losses}"


def stage_shares(results: Results, row: Row) -> dict[str, float]:
    """Return the stages of a network's mean response by name, the longest first, as shares of it.

    Empty where nothing is asked for, or no request is answered.
    """
    if "response_collection_h" not in row or not row["response_mean_h"] > 0.0:
        return {}
    stage = f"until {_comes_by(results)}"
    return _shares(row, stage) if len(results.targets) else {}


def _shares(row: Row, comes_by: str) -> dict[str, float]:
    whole = float(row["response_mean_h"])
    stages = {
        comes_by: row["response_collection_h"],
        "commanding": row["response_command_h"],
        **_delivery_stages(row),
    }
    ordered = sorted(stages.items(), key=lambda stage: -stage[1])
    # What would read 0.0 % limits nothing.
    return {label: value / whole for label, value in ordered if value / whole >= _LEAST_SHARE}


def _delivery_stages(row: Row) -> dict[str, float]:
    """Return the stages of the response's delivery, in the proportions of the mean latency."""
    latency, delivery = float(row["latency_mean_h"]), float(row["response_delivery_h"])
    # Not above 0 holds for NaN too: nothing was delivered, and there are no proportions.
    if not latency > 0.0:
        return {}
    return {
        label: delivery * sum(float(row[column]) for column in columns) / latency
        for label, columns in _STAGES.items()
    }


def age_listing(results: Results) -> Iterator[Listing]:
    """Yield the age of the newest picture by target and network, while they are few."""
    networks = results.networks["network"].tolist() if len(results.networks) else []
    # A line a target and a column a network: beyond this nobody reads it off.
    few = len(networks) <= MOST_NETWORKS and len(results.targets) <= MOST_TARGETS
    if not len(results.ages) or not few:
        return
    table = results.ages.set_index(["target", "network"])
    body = []
    for target in results.targets["target"]:
        cells = [_age_words(table.loc[(target, name)]) for name in networks]
        body.append((name_cell(target), *once(cells)))
    yield Listing(
        "Age of the newest picture by target: mean (greatest)",
        ("Target", *(folded(name, NAME_WIDTH) for name in networks)),
        1,
        body,
        tuple(definition_lines(results, ["age"])),
    )


def _age_words(row: Row) -> str:
    mean, greatest = (duration(float(row[f"age_{n}_h"])) for n in ("mean", "max"))
    return mean if mean == ABSENT else f"{mean} ({greatest})"
