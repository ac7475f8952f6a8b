"""What limits links, satellites and requests, in words; the usual is left unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from simulator.text import clock, minute_utc

Facts = Mapping[str, Any]

_ORBIT_LIMITS = {
    "max_pictures_per_orbit": "{:g} pictures",
    "max_imaging_min_per_orbit": "{:g} min imaging",
    "max_downlink_min_per_orbit": "{:g} min sending",
}


def rates_words(satellite: Facts) -> str:
    """Return at what rates a satellite sends, and in which bands if it matters."""
    if not satellite["transmitters"]:
        return f"{satellite['downlink_rate_mbps']:g} Mbit/s"
    return " and ".join(map(_transmitter_words, satellite["transmitters"]))


def _transmitter_words(end: Facts) -> str:
    if end["power_w"] is None:
        return f"{end['band']} {end['rate_mbps']:g} Mbit/s"
    return (
        f"{end['band']} up to {end['rate_mbps']:g} Mbit/s by link budget "
        f"({end['power_w']:g} W, {end['antenna_gain_dbi']:g} dBi, {end['frequency_ghz']:g} GHz)"
    )


def limits_words(satellite: Facts) -> str:
    """Return what a satellite may do in an orbit and how fast it turns; empty if unlimited."""
    most = [w.format(satellite[k]) for k, w in _ORBIT_LIMITS.items() if satellite[k] is not None]
    parts = [f"at most {', '.join(most)} an orbit"] if most else []
    if satellite["slew_rate_deg_s"] is not None:
        parts.append(f"turns {satellite['slew_rate_deg_s']:g} deg a second")
    if satellite["settling_s"]:
        parts.append(f"settles in {satellite['settling_s']:g} s")
    if not satellite["image_while_downlinking"]:
        parts.append("takes no picture while it sends")
    return f"limits: {', '.join(parts)}" if parts else ""


def crosslinks_words(links: Facts) -> str:
    """Return what the links between the satellites of a network are."""
    parts = [
        f"{links['rate_mbps']:g} Mbit/s",
        f"over {links['grazing_height_km']:g} km height",
    ]
    if "max_range_km" in links:
        parts.append(f"up to {links['max_range_km']:g} km")
    if "max_pointing_deg" in links:
        parts.append(f"within {links['max_pointing_deg']:g} deg of the horizontal")
    if links["acquisition_s"]:
        parts.append(f"acquired in {links['acquisition_s']:g} s")
    if "terminals" in links:
        parts.append(f"{links['terminals']} at once")
    return f"links between satellites: {', '.join(parts)}"


def host_words(host: Facts) -> str:
    """Return what the host of some members does to the guest; empty if nothing."""
    parts = []
    if host["delay_h"]:
        parts.append(f"holds each picture for {host['delay_h']:g} h")
    if host["dropped_targets"]:
        parts.append(f"does not pass on {', '.join(host['dropped_targets'])}")
    if host["dropped_share"]:
        parts.append(f"does not pass on {100.0 * host['dropped_share']:g} % of targets")
    if host["first_use_share"]:
        parts.append(f"takes the pictures of {100.0 * host['first_use_share']:g} % of revolutions")
    who = f"host of {', '.join(host['members'])}" if host.get("members") else "host"
    return f"{who}: {', '.join(parts)}" if parts else ""


def member_words(member: Facts) -> str:
    """Return when and with what a station or relay receives; empty if always and anything."""
    parts = []
    if member.get("min_culmination_deg") is not None:
        parts.append(f"uses passes that reach {member['min_culmination_deg']:g} deg")
    if member["min_contact_s"]:
        parts.append(f"uses contacts of {member['min_contact_s']:g} s and more")
    if member.get("horizon_mask_deg"):
        parts.append(_skyline_words(member["horizon_mask_deg"], member["horizon_mask_kind"]))
    if member.get("hours_utc"):
        parts.append(f"works {' and '.join(_hours_words(member['hours_utc']))} UTC")
    parts += [
        f"works {word} {minute_utc(datetime.fromisoformat(str(member[key])))} UTC"
        for word, key in (("from", "from_utc"), ("until", "until_utc"))
        if member.get(key)
    ]
    if member["availability"] < 1.0:
        parts.append(f"grants {100.0 * member['availability']:g} % of contacts")
    if member["receivers"]:
        parts.append(f"receives {' and '.join(map(_receiver_words, member['receivers']))}")
    return f"{member['name']}: {', '.join(parts)}" if parts else ""


def _skyline_words(mask: Sequence[tuple[float, float]], kind: str) -> str:
    # A mask may have hundreds of points: its range tells more than a list would.
    heights = sorted(height for _, height in mask)
    way = "straight between them" if kind == "straight" else "in steps"
    points = f"{len(mask)} point{'' if len(mask) == 1 else 's'}"
    return f"skyline of {points} from {heights[0]:g} to {heights[-1]:g} deg, {way}"


def _hours_words(hours: Sequence[tuple[float, float]]) -> Iterator[str]:
    for start, end in hours:
        yield f"{clock(start)} to {clock(end, wraps=False)}"


def _receiver_words(end: Facts) -> str:
    # Without a link budget a receiver is known by its band alone.
    if "noise_temperature_k" not in end:
        return str(end["band"])
    return f"{end['band']} ({end['antenna_gain_dbi']:g} dBi, {end['noise_temperature_k']:g} K)"


def requests_words(requests: Facts) -> str:
    """Return when somebody asks for a picture."""
    if requests["kind"] == "every":
        start = f" from {requests['first_h']:g} h on" if requests["first_h"] else ""
        return f"every {requests['every_h']:g} h{start}"
    return f"{requests['per_day']:g} a day" if requests["kind"] == "poisson" else "always"


def step_words(step: Mapping[str, Any]) -> str:
    """Return what a step of a ladder changes, and how sure it is."""
    told = ", ".join(filter(None, [step.get("date"), step["confidence"]]))
    parts = [
        f"{verb} {', '.join(step[table])}"
        for verb, table in (("sets", "set"), ("adds to", "add"))
        if step[table]
    ]
    if step.get("network"):
        parts.append(f"looks at network {step['network']}")
    return f"{step['name']} ({told}): {'; '.join(parts)}"


def way_words(way: Facts) -> str:
    """Return how a target moves, in words."""
    points = way["waypoints"]
    begin, end = (points[n]["at"] for n in (0, -1))
    words = f"moves along {len(points)} waypoints"
    if begin is not None and end is not None:
        words += f", {begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
    elif way["start"] is not None:
        words += f" at {way['speed_m_s']:g} m/s from {way['start']:%Y-%m-%d %H:%M} UTC on"
    ends = "stays at its ends" if way["beyond"] == "stays" else "is not there before and after"
    return "; ".join(filter(None, (words, ends, way["note"])))


def opening_words(opening: Facts) -> str:
    """Return when a target shows itself, in words."""
    if opening["kind"] == "hours":
        days = "daily" if opening["weekdays"] is None else " ".join(opening["weekdays"])
        hours = " and ".join(_hours_words(opening["hours"]))
        return f"in the open {hours} {opening['time_zone']}, {days}"
    if opening["kind"] == "listed":
        count = len(opening["intervals"])
        return f"in the open in {count} listed stretch{'es' if count != 1 else ''} of time"
    return (
        f"in the open for {opening['shown_h']:g} h, then hidden for {opening['hidden_h']:g} h on "
        "average, at random"
    )
