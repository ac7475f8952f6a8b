"""Launch options as text: what each rocket lifts, how many satellites that is, what they see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.report.listing import records, shown
from simulator.report.texttable import blocks, paragraph
from simulator.text import ABSENT, clock, days_words

if TYPE_CHECKING:
    import pandas as pd

    from simulator.launches import LaunchOptions

_WIDTH = 100
_BY_NETWORK = (
    ("latency_mean_h", "Picture home"),
    ("response_mean_h", "Request answered"),
    ("age_mean_h", "Age, newest"),
)


def options_text(found: LaunchOptions) -> str:
    """Return what rockets bring to the wanted orbit."""
    parts = [
        paragraph(" ".join(_sentences(found)), columns=_WIDTH),
        _rockets(found),
        _corridors(found),
        _carried(found),
    ]
    if len(found.figures):
        parts.append(_figures(found))
    return "\n\n".join([*parts, paragraph(" ".join(_rules(found)), columns=_WIDTH)])


def options_headline(rockets: pd.DataFrame, carried: pd.DataFrame) -> str:
    """Return in one sentence what the weakest and the strongest rocket carry."""
    known = rockets[rockets["payload_low_kg"].notna()].drop_duplicates("vehicle")
    if known.empty:
        return "Of no rocket is it known what it lifts to this orbit"
    known = known.sort_values("payload_low_kg", kind="stable")
    ends = records(known.iloc[[0, -1]]) if len(known) > 1 else records(known)
    said = [f"{row['name']} lifts {_payload(row)} kg ({row['confidence']})" for row in ends]
    return ", ".join(said)


def _payload(row: dict[Any, Any]) -> str:
    low, high = row["payload_low_kg"], row["payload_high_kg"]
    if low != low:
        return ABSENT
    if high != high:
        return f"{low:,.0f} or more"
    return f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"


def _sentences(found: LaunchOptions) -> Iterator[str]:
    yield (
        f"Wanted: {found.altitude_km:.0f} km, inclination {found.inclination_deg:.2f} degrees, "
        f"ascending node at {clock(found.ltan_h)} local time. "
        f"{options_headline(found.rockets, found.carried)}."
    )


def _rockets(found: LaunchOptions) -> str:
    heads = (
        "Rocket",
        "Site",
        "Grade",
        "From",
        "Payload,\nkg",
        "Lift-off,\nUTC",
        "Azimuth north,\nsouth, deg",
    )
    body = [
        (
            f"{row['name']}{' (retired)' if row['retired'] else ''}",
            row["site"] or ABSENT,
            row["confidence"] or ABSENT,
            row["how"] or "not known",
            _payload(row),
            _hour(row["liftoff_utc_h"]),
            _azimuths(row),
        )
        for row in records(found.rockets)
    ]
    return "\n".join(blocks(heads, body, texts=4, columns=_WIDTH))


def _hour(hour: float) -> str:
    return ABSENT if hour != hour else clock(hour)


def _azimuths(row: dict[Any, Any]) -> str:
    north, south = row["azimuth_north_deg"], row["azimuth_south_deg"]
    return ABSENT if north != north else f"{north:.1f}, {south:.1f}"


def _corridors(found: LaunchOptions) -> str:
    lines = ["Corridors:"]
    for row in records(found.rockets.drop_duplicates("site")):
        where = row["site"] or "no site"
        reached = f", known to reach {row['inclinations']} degrees" if row["inclinations"] else ""
        lines.append(
            paragraph(f"{where}{reached}. {row['reason']}", columns=_WIDTH, first="  ", rest="    ")
        )
    return "\n".join(lines)


def _carried(found: LaunchOptions) -> str:
    rockets = list(dict.fromkeys(found.carried["vehicle"]))
    heads = (
        "Satellites of a class, by mass alone",
        "Mass, kg",
        *(r.replace("_", "\n") for r in rockets),
    )
    body = []
    for name, rows in found.carried.groupby("class", sort=False):
        by_rocket = {row["vehicle"]: row for row in records(rows)}
        mass = f"{by_rocket[rockets[0]]['mass_kg']:,.0f}"
        body.append((str(name), mass, *(_number(by_rocket[rocket]) for rocket in rockets)))
    return "\n".join(blocks(heads, body, texts=1, columns=_WIDTH))


def _number(row: dict[Any, Any]) -> str:
    low, high = row["number"], row["number_high"]
    if low != low:
        return ABSENT
    if high != high:
        return f"{low:.0f} or more"
    return f"{low:.0f}" if low == high else f"{low:.0f} to {high:.0f}"


def _figures(found: LaunchOptions) -> str:
    heads = ["Class", "Number", "Network", "Best\nGSD, m", "Accesses\na day", "Revisit\nmean"]
    heads += [words.replace(" ", "\n", 1) for _, words in _BY_NETWORK]
    body, before = [], None
    for row in records(found.figures):
        first = (row["class"], row["number"]) != before
        before = (row["class"], row["number"])
        mark = "" if row["link_of"] == "class" else " *"
        once = (
            (f"{row['class']}{mark}", f"{row['number']}") if first else ("", ""),
            tuple(
                shown(name)(row[name]) if first else ""
                for name in ("best_gsd_m", "accesses_per_day", "revisit_mean_h")
            ),
        )
        cells = (shown(name)(row[name]) for name, _ in _BY_NETWORK)
        body.append((*once[0], str(row["network"]), *once[1], *cells))
    return "\n".join(blocks(heads, body, texts=3, columns=_WIDTH))


def _satellites(count: int) -> str:
    return f"{count} satellite{'' if count == 1 else 's'}"


def _rules(found: LaunchOptions) -> Iterator[str]:
    yield (
        "Between two points of what a rocket can lift the payload is linear in height; what it has "
        "lifted is a floor for lower orbits; heights within 20 km are alike. Mass alone counts: "
        "adapters, fairing and the rest aboard are left out. The hour of lift-off sets the node: "
        "as on the rocket's last flight to orbit, or of a direct flight north, to some minutes."
    )
    yield (
        f"Figures are of runs over {days_words(found.days)} and {found.targets} places with up to "
        f"{_satellites(found.most)} of the class, evenly spread over the plane (orbit kind "
        "plane-spread has the time that takes), otherwise as the scenario's first; means over "
        "places."
    )
    if len(found.figures) and np.any(found.figures["link_of"] == "scenario"):
        yield "* rate and recorder of the scenario, for want of the class's own."
