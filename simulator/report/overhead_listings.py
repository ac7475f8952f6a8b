"""When places could be looked at, what is quiet and when to work, as text and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from simulator import zones
from simulator.report.sentences import listed
from simulator.report.texttable import aligned, paragraph
from simulator.text import ABSENT, days_words, duration, number, shortened
from simulator.units import HOUR_S, MINUTE_S

Facts = Mapping[str, Any]
OVERHEAD_COLUMNS = (
    *("what", "place", "satellite", "start_local", "start_utc", "end_utc", "duration_s"),
    *("sure", "margin_s", "first_utc", "last_utc", "age_days", "cut_start", "cut_end", "best_utc"),
    *("off_nadir_deg", "incidence_deg", "elevation_deg", "slant_range_km", "gsd_m", "niirs"),
    *("latitude_deg", "longitude_deg"),
    *(
        "sun_elevation_deg",
        "sunlit",
        "looks_expected",
        "seen_s",
        "work_s",
        "pauses",
        "room_s",
        "rank",
    ),
)
_MOST_SATELLITES = 12
_NAME_WIDTH, _PLACE_WIDTH = 24, 12
_LOOK_HEADS = (
    ("begins, UTC", "", *("local", "min", "off-", "elev.", "GSD", "NIIRS", "sun", "lit", "+-")),
    ("", "", *("time", "", "nadir", "deg", "m", "", "deg", "", "s")),
)
_QUIET_HEADS = ("place", "quiet from, UTC", "local", "to, UTC", "local", "lasts")
_WORK_HEADS = (
    ("place", "choice", "begin, UTC", "local", "done, UTC", "looks", "in", "next look"),
    ("", "", "", "", "", "at most", "view", "may come after"),
)
_PAUSING_HEADS = (
    ("place", "choice", "begin, UTC", "local", "done, UTC", "pauses", "takes", "next look"),
    ("", "", "", "", "", "", "", "may come after"),
)


def overhead_text(facts: Facts) -> str:
    """Return when places could be looked at, what is quiet, and when to work, as text."""
    parts = ["\n".join(paragraph(line, rest="       ") for line in _heading(facts))]
    looks = _looks(facts)
    parts += [*_look_table(facts, looks), _quiet_table(facts), _key(looks), *_work_parts(facts)]
    return "\n\n".join(parts) + "\n"


def _heading(facts: Facts) -> Iterator[str]:
    span = facts["span"]
    end = span["start"] + timedelta(days=span["days"])
    satellites = facts["satellites"]
    for one in satellites[:_MOST_SATELLITES]:
        yield f"Orbit: {one['name']}, {_orbit_words(one)}"
    if len(satellites) > _MOST_SATELLITES:
        yield f"       and {len(satellites) - _MOST_SATELLITES} more satellites"
    yield from _grouped("Early or late: ", satellites, _margin_words)
    yield from _grouped("Asked: ", satellites, _asked_words)
    for place in facts["places"]:
        called = (
            place["name"] if place["id"] == place["name"] else f"{place['name']} ({place['id']})"
        )
        yield (
            f"{_where(called, place)}; local time "
            f"{zones.words(place['time_zone'], span['start'], end)}; looks: "
            f"{len(place['looks'])}; quiet {_quiet_words(place)}"
        )
    yield f"Span:  {span['start']:%Y-%m-%d %H:%M:%S} UTC, {days_words(span['days'])}"


def _where(called: str, place: Facts) -> str:
    if place["moves"]:
        return f"Track: {called}, which moves"
    return (
        f"Place: {called}, latitude {place['latitude_deg']:.4f}, longitude "
        f"{place['longitude_deg']:.4f}"
    )


def _orbit_words(one: Facts) -> str:
    margin = one["margin"]
    late = f", {_range(margin['least_s'], margin['most_s'])} s early or late"
    return (
        f"{one['perigee_km']:.0f} x {one['apogee_km']:.0f} km, inclination "
        f"{one['inclination_deg']:.2f} deg, epoch {one['epoch']:%Y-%m-%dT%H:%MZ}"
        f"{late if margin['most_s'] > 0.0 else ''}"
    )


def _grouped(
    lead: str, satellites: Sequence[Facts], words_of: Callable[[Facts], str]
) -> Iterator[str]:
    """Yield what is said of satellites, once for all of whom it is said."""
    groups: dict[str, list[str]] = {}
    for one in satellites:
        groups.setdefault(words_of(one), []).append(one["name"])
    for words, names in groups.items():
        yield lead + (words if len(groups) == 1 else f"{listed(names)}: {words}")


def _margin_words(one: Facts) -> str:
    margin = one["margin"]
    rule = f"{margin['at_epoch_s']:g} s at the epoch and {margin['per_day_s']:g} s a day from it"
    return (
        f"{rule} ({margin['grade']}: {margin['source']})"
        if margin["most_s"]
        else (f"no ({margin['source']})")
    )


def _range(least: float, most: float) -> str:
    low, high = number(least), number(most)
    return low if low == high else f"{low} to {high}"


def _asked_words(one: Facts) -> str:
    sensor, conditions = one["sensor"], one["conditions"]
    words = [f"sensor {sensor}" if sensor else "no sensor given"]
    words.append(f"at least {conditions['min_elevation_deg']:g} deg high")
    if conditions["max_off_nadir_deg"] is not None:
        least = conditions["min_off_nadir_deg"]
        begin = f"{least:g} to " if least else "up to "
        words.append(f"off-nadir {begin}{conditions['max_off_nadir_deg']:g} deg")
    if conditions["min_sun_elevation_deg"] is not None:
        words.append(f"sun at least {conditions['min_sun_elevation_deg']:g} deg high")
    if conditions["max_sun_elevation_deg"] is not None:
        words.append(f"sun at most {conditions['max_sun_elevation_deg']:g} deg high")
    if conditions["min_sun_elevation_deg"] is conditions["max_sun_elevation_deg"]:
        words.append("whatever the light")
    return ", ".join(words)


def _quiet_words(place: Facts) -> str:
    return (
        f"{100.0 * place['quiet_share']:.2f} % of the time, up to "
        f"{duration(place['longest_quiet_h'])}"
    )


def _looks(facts: Facts) -> list[tuple[str, Facts]]:
    """Return (place, look) of all places in order of start."""
    rows = [(place["id"], look) for place in facts["places"] for look in place["looks"]]
    return sorted(rows, key=lambda row: row[1]["start_utc"])


def _look_table(facts: Facts, looks: Sequence[tuple[str, Facts]]) -> Iterator[str]:
    if not looks:
        return
    rows = [*_LOOK_HEADS, *(_look_line(look) for _, look in looks)]
    # Where there is but one, it stands in the heading.
    columns = [
        (head, ["", *(shortened(word, columns) for word in words)])
        for head, columns, words, several in (
            ("place", _PLACE_WIDTH, [place for place, _ in looks], len(facts["places"]) > 1),
            (
                "satellite",
                _NAME_WIDTH,
                [look["satellite"] for _, look in looks],
                len(facts["satellites"]) > 1,
            ),
        )
        if several
    ]
    table = [
        (row[0], *(words[n - 1] if n else head for head, words in columns), *row[2:])
        for n, row in enumerate(rows)
    ]
    yield aligned(table, right=range(2 + len(columns), len(table[0])))


def _look_line(look: Facts) -> tuple[str, ...]:
    return (
        f"{_utc(look['start_utc'])}{'<' if look['cut_start'] else ''}{_doubt(look)}",
        "",
        _clock(look["start_local"], look["start_utc"]),
        f"{look['duration_s'] / MINUTE_S:.1f}{'>' if look['cut_end'] else ''}",
        f"{look['off_nadir_deg']:.1f}",
        f"{look['elevation_deg']:.1f}",
        ABSENT if look["gsd_m"] is None else number(look["gsd_m"]),
        ABSENT if look["niirs"] is None else f"{look['niirs']:.1f}",
        f"{look['sun_elevation_deg']:.0f}",
        "yes" if look["sunlit"] else "no",
        f"{look['margin_s']:.0f}",
    )


def _doubt(look: Facts) -> str:
    return "" if look["sure"] else "?"


def _utc(text: str) -> str:
    # Cut, not parsed: a time inside a leap second has a label no datetime can hold.
    return f"{text[:10]} {text[11:19]}"


def _clock(local: str, utc: str) -> str:
    return f"{local[11:16]}{'*' if local[:10] != utc[:10] else ''}"


def _quiet_table(facts: Facts) -> str:
    several = facts["all_places"]
    groups = [("all", several)] if several else []
    groups += [(place["id"], place) for place in facts["places"]]
    rows = [
        (
            shortened(word, _PLACE_WIDTH),
            _utc(one["start_utc"]),
            _clock(one["start_local"], one["start_utc"]),
            _utc(one["end_utc"]),
            _clock(one["end_local"], one["end_utc"]),
            duration(one["duration_s"] / HOUR_S),
        )
        for word, group in groups
        for one in group["quiet"]
    ]
    return aligned([_QUIET_HEADS, *rows], right=(5,)) if rows else "Never quiet."


def _key(looks: Sequence[tuple[str, Facts]]) -> str:
    words = (
        "A look: the place could be looked at, for all conditions hold; clouds are not counted, "
        "nor whether a picture is taken. Off-nadir, elevation, ground sample, NIIRS, the sun's "
        "elevation at the place and whether the satellite is lit are of the best look; +-: how "
        "early or late it may be. Quiet: no look, however early or late each satellite is."
    )
    # Marks are explained only where one stands in a table.
    if any(not look["sure"] for _, look in looks):
        words += " ?: comes only if the satellite is early or late, or only if it is not."
    if any(look["cut_start"] or look["cut_end"] for _, look in looks):
        words += " < and >: cut by the start or end of the span."
    if any(_clock(look["start_local"], look["start_utc"]).endswith("*") for _, look in looks):
        words += " *: on another day than by UTC."
    return paragraph(words)


def _work_parts(facts: Facts) -> Iterator[str]:
    work = facts["work"]
    if work is None:
        return
    pausing = work["pausing"]
    asked = (
        f"{work['hours']:g} h of {'interruptible' if pausing else 'uninterrupted'} work within "
        f"{days_words(work['within_days'])}"
    )
    rows = [_work_line(start, pausing=pausing) for start in work["starts"]]
    if rows:
        heads = _PAUSING_HEADS if pausing else _WORK_HEADS
        table = aligned([*heads, *rows], right=(1, 5, 6, 7))
        yield paragraph(
            f"The safest start of {asked}, and the next best that shares no time with it:"
        )
        yield table
    for place in work["unfit"]:
        yield paragraph(f"No start for {asked}, {place}: so much time is never quiet.")


def _work_line(start: Facts, *, pausing: bool) -> tuple[str, ...]:
    takes_s = start["work_s"] if pausing else start["seen_s"]
    return (
        shortened(start["place"], _PLACE_WIDTH),
        str(start["rank"]),
        _utc(start["start_utc"]),
        _clock(start["start_local"], start["start_utc"]),
        _utc(start["end_utc"]),
        str(start["pauses"]) if pausing else f"{start['looks_expected']:.2f}",
        duration(takes_s / HOUR_S),
        duration(start["room_s"] / HOUR_S),
    )


def overhead_csv(facts: Facts) -> str:
    """Return looks, quiet times and starts of work as CSV, its header named as the keys of JSON.

    `what` says which a row is: look, quiet or work.
    """
    out = io.StringIO()
    # Plain newlines on every system: the same looks are the same bytes.
    writer = csv.DictWriter(out, fieldnames=OVERHEAD_COLUMNS, lineterminator="\n")
    writer.writeheader()
    rows = [{"what": "look", "place": place, **look} for place, look in _looks(facts)]
    for place in facts["places"]:
        rows += [{"what": "quiet", "place": place["id"], **quiet} for quiet in place["quiet"]]
    if facts["all_places"]:
        rows += [
            {"what": "quiet", "place": "all", **quiet} for quiet in facts["all_places"]["quiet"]
        ]
    rows += [{"what": "work", **start} for start in (facts["work"] or {"starts": ()})["starts"]]
    for row in rows:
        writer.writerow({key: _cell(row[key]) for key in OVERHEAD_COLUMNS if key in row})
    return out.getvalue()


def _cell(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
