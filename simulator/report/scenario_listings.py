"""What a scenario resolves to: satellites with their elements, targets, regions, networks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator import zones
from simulator.report import texttable
from simulator.report.condition_text import (
    crosslinks_words,
    host_words,
    limits_words,
    member_words,
    opening_words,
    rates_words,
    requests_words,
    step_words,
    way_words,
)
from simulator.report.texttable import aligned, paragraph, shortened
from simulator.scenario import budget, locality
from simulator.text import ABSENT, clock, days_words, drawn_words, number

if TYPE_CHECKING:
    from simulator.earth import Span
    from simulator.orbits import Elements
    from simulator.scenario import Network, Region, Relay, Satellite, Scenario, Station

SCHEMA_VERSION = 1
_MOST_CHANGES = 5
_ROLE_WORDS: Mapping[tuple[str, ...], str] = {("command", "downlink"): "command and downlink"}
_UT1_FROM = {"table": "from the table", "scenario": "from the scenario"}


def elements_lines(facts: Mapping[str, Any]) -> list[str]:
    """Return lines that say how a satellite flies, its name left out."""
    doubt = ", hypothetical" if facts["hypothetical"] else ""
    return [
        f"{facts['perigee_km']:.0f} x {facts['apogee_km']:.0f} km, inclination "
        f"{facts['inclination_deg']:.2f} deg, ascending node at {clock(facts['ltan_h'])} local "
        f"mean time, period {facts['period_min']:.2f} min",
        f"{facts['origin']}{doubt}; epoch {facts['epoch']:%Y-%m-%dT%H:%M:%SZ}",
    ]


def scenario_facts(
    scenario: Scenario, flown: Iterable[tuple[Elements, Satellite]], span: Span
) -> dict[str, Any]:
    """Return what a resolved scenario holds, as plain values.

    `flown` are its satellites with the tables that describe them, `span` is its stretch of time.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "title": scenario.title,
        "question": scenario.question,
        "seed": scenario.seed,
        "requests": scenario.requests.model_dump(),
        "uncertainty": scenario.uncertainty.model_dump(),
        "unknowns": [unknown.name for unknown in scenario.unknowns],
        "span": {
            "start": span.start,
            "end": span.utc(span.duration_s),
            "days": span.days,
            "ut1_minus_utc_s": round(span.ut1_minus_utc_start_s, 6),
            "ut1_minus_utc_from": span.ut1_minus_utc_from,
        },
        "satellites": [_satellite_facts(elements, table) for elements, table in flown],
        "targets": [target.model_dump(exclude={"catalog", "note"}) for target in scenario.targets],
        "regions": [_region_facts(region) for region in scenario.regions],
        "cells": _cells_facts(scenario),
        "locality": asdict(locality(scenario)),
        "baseline": scenario.baseline,
        "networks": [_network_facts(network) for network in scenario.networks],
        "steps": [step.model_dump(exclude_none=True) for step in scenario.steps],
    }


def _satellite_facts(elements: Elements, table: Satellite) -> dict[str, Any]:
    return {
        **elements.facts(),
        "sensor": {
            **table.sensor.model_dump(exclude={"catalog", "note"}, exclude_none=True),
            "picture_mbit": round(table.sensor.picture_bits / 1e6, 6),
        },
        **table.model_dump(exclude={"name", "sensor", "orbit", "note"}),
    }


def _cells_facts(scenario: Scenario) -> dict[str, Any]:
    needed = budget(scenario)
    return {"about": round(needed.cells), "memory_mb": round(needed.size_bytes / 1e6, 1)}


def _region_facts(region: Region) -> dict[str, Any]:
    west, south, east, north = region.surface.bounds_deg
    area_km2 = region.area_km2
    return {
        "name": region.name,
        "resolution_km": region.resolution_km,
        "look": region.look,
        "outlines": len(region.outlines_deg),
        "edges": region.edges_text,
        "area_km2": None if area_km2 is None else round(area_km2, 3),
        "west_deg": west,
        "south_deg": south,
        "east_deg": east,
        "north_deg": north,
        "note": region.note,
    }


def _network_facts(network: Network) -> dict[str, Any]:
    def members(links: Sequence[Station | Relay]) -> list[dict[str, Any]]:
        return [m.model_dump(exclude={"catalog", "note"}, exclude_none=True) for m in links]

    return {
        "name": network.name,
        "stations": members(network.stations),
        "relays": members(network.relays),
        "crosslinks": network.crosslinks and network.crosslinks.model_dump(exclude_none=True),
        "host": network.host and network.host.model_dump(exclude_none=True),
    }


def scenario_text(facts: Mapping[str, Any]) -> str:
    """Return the facts of a scenario as text."""
    parts = [
        _heading(facts),
        _counted("Satellites", facts["satellites"], _satellites_text),
    ]
    for title, key, words in (
        ("Targets", "targets", _targets_text),
        ("Regions", "regions", _regions_text),
        ("Networks", "networks", _networks_text),
    ):
        if facts[key]:
            parts.append(_counted(title, facts[key], words))
        if facts[key] and key == "regions":
            cells = facts["cells"]
            parts[-1] += (
                f"\n  about {cells['about']:,} cells in all, for which a run takes "
                f"{cells['memory_mb']:,.0f} MB of memory"
            )
    if facts["networks"]:
        parts.append(f"Stations and relays\n{_members_text(facts['networks'])}")
    if steps := facts["steps"]:
        lines = (paragraph(step_words(step), first="  ", rest="    ") for step in steps)
        parts.append("\n".join([f"Steps of its ladder: {len(steps)}", *lines]))
    return "\n\n".join(parts) + "\n"


def _counted(title: str, rows: Sequence[Any], words: Any) -> str:
    return f"{title}: {len(rows)}\n{words(rows)}"


def _heading(facts: Mapping[str, Any]) -> str:
    span = facts["span"]
    # Before 1972 a day of 86,400 s ends a millisecond before a day of UTC does.
    end = span["end"] + timedelta(seconds=0.5)
    lines = [
        facts["title"],
        facts["question"],
        f"{span['start']:%Y-%m-%d %H:%M:%S} to {end:%Y-%m-%d %H:%M:%S} UTC, "
        f"{days_words(span['days'])}; UT1-UTC {round(span['ut1_minus_utc_s'], 4) + 0.0:+.4f} s "
        f"({_UT1_FROM.get(span['ut1_minus_utc_from'], span['ut1_minus_utc_from'])})",
    ]
    clock_and_map = facts["locality"]
    zone = zones.words(clock_and_map["time_zone"], span["start"], span["end"])
    lines.append(
        f"clock beside UTC: {zone} (from {clock_and_map['time_zone_from']}); tracks drawn round "
        f"longitude {clock_and_map['map_centre_deg']:g} (from {clock_and_map['map_centre_from']})"
    )
    if draws := facts["uncertainty"]["draws"]:
        share = 100.0 * facts["uncertainty"]["share"]
        what = drawn_words(phase=facts["uncertainty"]["phase"], unknowns=len(facts["unknowns"]))
        lines.append(f"{draws} draws of {what}, seed {facts['seed']}; {share:g} % shown")
    return "\n".join(paragraph(line, rest="  ") for line in lines if line)


def _satellites_text(rows: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(line for row in rows for line in _satellite_lines(row))


def _satellite_lines(row: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {shortened(row['name'], texttable.LINE_WIDTH - 2)}"
    for line in filter(None, (*elements_lines(row), _sensor_line(row), limits_words(row))):
        yield paragraph(line, first="    ", rest="      ")
    yield from (f"    {line}" for line in row["tle"])
    for part in row.get("ephemeris", ()):
        yield (
            f"    {part['states']:,} states from {part['from']:%Y-%m-%dT%H:%M:%SZ} to "
            f"{part['until']:%Y-%m-%dT%H:%M:%SZ}"
        )
    for change in row["changes"][:_MOST_CHANGES]:
        yield (
            f"    from {change['from']:%Y-%m-%dT%H:%M:%SZ} the set of "
            f"{change['epoch']:%Y-%m-%dT%H:%M:%SZ}:"
        )
        yield from (f"    {line}" for line in change["tle"])
    if (more := len(row["changes"]) - _MOST_CHANGES) > 0:
        yield f"    and {more} more sets"
    yield f"    re-entry at {row['reentry_height_km']:g} km over the ellipsoid"


def _sensor_line(row: Mapping[str, Any]) -> str:
    sensor = row["sensor"]
    least = f"{sensor['min_off_nadir_deg']:g} to " if sensor["min_off_nadir_deg"] else "up to "
    recorder = row["recorder_gbit"]
    kept = "recorder unlimited" if recorder is None else f"recorder {recorder:g} Gbit"
    words = [
        f"sensor: {sensor['kind']}",
        f"{sensor['gsd_m']:g} m at nadir and a swath of {sensor['swath_km']:g} km from "
        f"{sensor['reference_altitude_km']:g} km",
        f"off-nadir {least}{sensor['max_off_nadir_deg']:g} deg",
        f"picture {number(sensor['picture_mbit'])} Mbit",
        f"downlink {rates_words(row)}",
        "sends pictures as taken, none kept" if row["collection"] == "real-time" else kept,
    ]
    bounds = [
        f"{side} {sensor[key]:g}"
        for side, key in (("above", "min_sun_elevation_deg"), ("below", "max_sun_elevation_deg"))
        if key in sensor
    ]
    if bounds:
        words.insert(3, f"sun {' and '.join(bounds)} deg")
    if sensor["min_access_s"]:
        words.insert(3, f"accesses of {sensor['min_access_s']:g} s and more")
    return ", ".join(words)


def _targets_text(rows: Sequence[Mapping[str, Any]]) -> str:
    head = ["name", "in", "latitude, deg", "longitude, deg", "height, m"]
    body = [
        [
            shortened(row["name"], 48),
            row["country"] or ABSENT,
            *(
                ABSENT if row[key] is None else f"{row[key]:.4f}"
                for key in ("latitude_deg", "longitude_deg")
            ),
            f"{row['height_m']:.0f}",
        ]
        for row in rows
    ]
    # A column of the default would only take room.
    if any(row["priority"] != 1 for row in rows):
        head.append("priority")
        body = [[*line, str(row["priority"])] for line, row in zip(body, rows, strict=True)]
    right = range(2, len(head))
    requests = [requests_words(row["requests"]) for row in rows]
    if set(requests) != {"always"}:
        head.append("asked for")
        body = [[*line, words] for line, words in zip(body, requests, strict=True)]
    notes = [paragraph(line, first="  ", rest="    ") for line in _target_notes(rows)]
    return "\n".join([aligned([head, *body], right=right, indent="  "), *notes])


def _target_notes(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield how each target moves that does, and when each shows itself that hides."""
    for row in rows:
        words = [
            *([way_words(row["track"])] if row["track"] else ()),
            *([opening_words(row["opening"])] if row["opening"] else ()),
        ]
        if words:
            yield f"{row['name']}: {'; '.join(words)}"


def _regions_text(rows: Sequence[Mapping[str, Any]]) -> str:
    head = ("name", "south", "north", "west", "east", "area, km2", "cells of, km", "look")
    sides = ("south_deg", "north_deg", "west_deg", "east_deg")
    body = [
        (
            shortened(row["name"], 32),
            *(f"{row[side]:.2f}" for side in sides),
            ABSENT if row["area_km2"] is None else f"{row['area_km2']:,.0f}",
            f"{row['resolution_km']:g}",
            row["look"],
        )
        for row in rows
    ]
    outlines = [outline_words(row["name"], row["edges"], row["note"]) for row in rows]
    return "\n".join(
        [
            aligned([head, *body], right=range(1, 7), indent="  "),
            *(paragraph(line, first="  ", rest="    ") for line in outlines),
        ]
    )


def outline_words(name: str, edges: str, note: str) -> str:
    """Return what the edges of a region's outline are, and its note."""
    return f"{name}: edges are {edges}{f'; {note}' if note else ''}"


def _members_text(networks: Sequence[Mapping[str, Any]]) -> str:
    """Return a table of all stations and relays, each once however many networks share it."""
    head = (
        ("", "latitude", "longitude", "least el.", "acquire", "forward", "max rate", "serves"),
        ("name", "deg", "deg", "deg", "s", "s", "Mbit/s", "at once"),
    )
    members = [m for network in networks for m in (*network["stations"], *network["relays"])]
    # A station of several networks is listed once: a dict keeps the order, a set would not.
    body = dict.fromkeys(map(_member, members))
    notes = dict.fromkeys(filter(None, map(member_words, members)))
    return "\n".join(
        [
            aligned([*head, *body], right=range(1, len(head[0])), indent="  "),
            *(paragraph(note, first="  ", rest="    ") for note in notes),
        ]
    )


def _member(member: Mapping[str, Any]) -> tuple[str, ...]:
    on_ground = "latitude_deg" in member
    at_once = member.get("antennas" if on_ground else "max_users")
    return (
        shortened(member["name"], 28),
        f"{member['latitude_deg']:.2f}" if on_ground else "relay",
        f"{member['longitude_deg']:.2f}",
        f"{member['min_elevation_deg']:g}" if on_ground else ABSENT,
        f"{member['acquisition_s']:g}",
        f"{member['forwarding_delay_s']:g}",
        f"{member['max_rate_mbps']:g}" if "max_rate_mbps" in member else ABSENT,
        ABSENT if at_once is None else str(at_once),
    )


def _networks_text(networks: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(line for network in networks for line in _network_lines(network))


def _network_lines(network: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each set of roles, naming the stations and relays that have it."""
    stations, relays = network["stations"], network["relays"]
    counts = ", ".join(
        f"{len(members)} {noun}{'' if len(members) == 1 else 's'}"
        for noun, members in (("station", stations), ("relay", relays))
    )
    counts = f"{network['name']}: {counts}"
    yield paragraph(counts, first="  ", rest="    ")
    # Most members share their roles: a line a set of roles is shorter than a line a member.
    by_roles: dict[tuple[str, ...], list[str]] = {}
    for member in (*stations, *relays):
        by_roles.setdefault(tuple(sorted(member["roles"])), []).append(member["name"])
    for roles, names in by_roles.items():
        words = _ROLE_WORDS.get(roles, f"{roles[0]} only")
        yield paragraph(f"{words}: {', '.join(names)}", first="    ", rest="      ")
    if network["crosslinks"]:
        yield paragraph(crosslinks_words(network["crosslinks"]), first="    ", rest="      ")
    if network["host"] and (words := host_words(network["host"])):
        yield paragraph(words, first="    ", rest="      ")
