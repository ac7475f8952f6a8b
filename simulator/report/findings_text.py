"""What the figures of a run come to: what limits a network, what is luck, what is fresh where."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.report import texttable
from simulator.text import ABSENT, NONE, duration, folded, minute_utc, number, ratio, share
from simulator.units import HOUR_S, MINUTES_PER_DAY

if TYPE_CHECKING:
    from simulator.results import Results

_NAME_WIDTH = 24
_MOST_NETWORKS, _MOST_TARGETS = 4, 40
# The least share that does not read 0.0 %.
_LEAST_TOLD = 0.0005
# Figures whose ratios are told with their spread.
_SPREAD: dict[str, tuple[str, Callable[[float], str]]] = {
    "contact_minutes_per_day": ("contact, minutes per day", number),
    "longest_silence_h": ("longest silence", duration),
    "latency_mean_h": ("latency, mean", duration),
    "latency_p90_h": ("latency, 90 % within", duration),
    "response_mean_h": ("response, mean", duration),
    "age_mean_h": ("age, mean", duration),
}
# Stages of the mean latency, as a share of the delivery part of the response.
_STAGES = {
    "no contact open": ("latency_contact_h",),
    "rate and antennas": ("latency_queue_h", "latency_sending_h"),
    "forwarding": ("latency_forwarding_h",),
}
# Figures of networks told with their sampling error.
_RESAMPLED = {
    "contacts_per_day": "contacts per day",
    "contact_minutes_per_day": "minutes per day",
    "latency_mean_h": "latency, mean",
    "latency_median_h": "latency, median",
    "latency_p90_h": "latency, 90 % within",
    "response_mean_h": "response, mean",
    "age_mean_h": "age, mean",
}


@dataclass(frozen=True)
class Listing:
    """A table of rows: headings of lines, how many of its columns are text, and its rules."""

    title: str
    headings: tuple[str, ...]
    texts: int
    body: list[tuple[str, ...]]
    notes: tuple[str, ...] = ()


def limits(results: Results) -> list[str]:
    """Return a sentence a network: which stages its mean response is made of, longest first."""
    if "response_collection_h" not in results.networks or not len(results.targets):
        return []
    comes_by = _access_words(results)
    return [_limit(row, comes_by) for row in results.networks.to_dict(orient="records")]


def unbroken(results: Results) -> set[str]:
    """Return the networks with which every satellite is in contact all the time."""
    always = MINUTES_PER_DAY * len(results.satellites) - 1e-3
    table = results.networks
    return set(table["network"][table["contact_minutes_per_day"] >= max(always, 1e-3)])


def often_words(per_day: float, minutes_per_day: float) -> str:
    """Return how often a day something happens; one without end would pass for hardly any."""
    return "unbroken" if minutes_per_day >= MINUTES_PER_DAY - 1e-3 else number(per_day)


def _access_words(results: Results) -> str:
    """Return what waiting for an access is, with the light that the sensors need, if any."""
    lights = set()
    for satellite in _scenario(results).get("satellites", []):
        sensor = satellite.get("sensor", {})
        by_day = sensor.get("min_sun_elevation_deg", -90.0) > -90.0
        by_night = sensor.get("max_sun_elevation_deg", 90.0) < 90.0
        lights.add({(1, 0): "light", (0, 1): "dark", (1, 1): "light"}.get((by_day, by_night), ""))
    subject = "the satellite" if len(results.satellites) == 1 else "a satellite"
    needed = sorted(lights - {""}, reverse=True)
    if not needed:
        return f"accesses ({subject} comes by)"
    needs = "it needs" if "" not in lights else "it may need"
    return f"accesses ({subject} comes by, in the {' or '.join(needed)} {needs})"


def _limit(row: dict[Any, Any], comes_by: str) -> str:
    name, whole = row["network"], float(row["response_mean_h"])
    lost = int(row["pictures_lost"])
    losses = f"; {lost:,} of {int(row['pictures_taken']):,} pictures lost" if lost else ""
    if whole != whole:
        return f"{name}: no request is answered{losses}"
    parts = {
        comes_by: row["response_collection_h"],
        "commanding": row["response_command_h"],
        **_delivery_parts(row),
    }
    ordered = sorted(parts.items(), key=lambda part: -part[1])
    shares = [(label, value / whole) for label, value in ordered if value / whole >= _LEAST_TOLD]
    told = ", ".join(f"{label} {_percent(part)}" for label, part in shares)
    return f"{name}: a request waits {duration(whole)} for its picture: {told}{losses}"


def _delivery_parts(row: dict[Any, Any]) -> dict[str, float]:
    """Return the stages of the response's delivery, in the proportions of the mean latency."""
    latency, delivery = float(row["latency_mean_h"]), float(row["response_delivery_h"])
    if not latency > 0.0:
        return {}
    return {
        label: delivery * sum(float(row[column]) for column in columns) / latency
        for label, columns in _STAGES.items()
    }


def _percent(part: float) -> str:
    return f"{100.0 * part:.0f} %" if part >= 0.0095 else f"{100.0 * part:.1f} %"


def listings(results: Results) -> Iterator[Listing]:
    """Yield the tables of spread, ages, regions, networks, stays, as far as there are any."""
    if len(results.spread) and len(results.networks):
        yield _spread(results)
    networks = results.networks["network"].tolist() if len(results.networks) else []
    few = len(networks) <= _MOST_NETWORKS and len(results.targets) <= _MOST_TARGETS
    if len(results.ages) and few:
        yield _ages(results, networks)
    if len(results.regions) and "seen_half_h" in results.regions:
        yield _regions(results)
    if len(results.levels):
        yield _levels(results)
    if len(results.region_networks):
        yield from _region_networks(results)
    if len(results.stays):
        yield _stays(results)
    if len(results.strips):
        yield _strips(results)
    sampled = [*_sampling_of_networks(results), *_sampling_of_places(results)]
    yield from sampled[:-1]
    for last in sampled[-1:]:
        yield replace(last, notes=_rules(results, "sampling error"))


def _spread(results: Results) -> Listing:
    """Return the figures of the baseline and the ratios of the others, each with its range."""
    table = results.spread.set_index(["network", "figure"])
    names = results.networks["network"].tolist()
    base = results.baseline if results.baseline in names else names[0]
    others = [name for name in names if name != base]
    body = [
        (
            label,
            _range(table.loc[(base, figure)], "", shown),
            *(_range(table.loc[(other, figure)], "ratio_", _times) for other in others),
        )
        for figure, (label, shown) in _SPREAD.items()
        if all((name, figure) in table.index for name in names)
    ]
    draws = int(results.spread["draws"].max())
    ratios = ", and the ratio to it of the others" if others else ""
    return Listing(
        f"Spread over {draws} draws of the orbit's phase and the seed: {base}{ratios}. Median "
        f"(range of {_drawn_share(results)} of the draws)",
        ("Figure", *(folded(name, _NAME_WIDTH) for name in [base, *others])),
        1,
        body,
        _rules(results, "spread"),
    )


def _range(row: Any, kind: str, shown: Callable[[float], str]) -> str:
    middle, low, high = (shown(float(row[f"{kind}{n}"])) for n in ("median", "low", "high"))
    if not (middle and low and high) or ABSENT in (middle, low, high):
        return ABSENT
    return NONE if middle == low == high == NONE else f"{middle} ({low} to {high})"


def _times(value: float) -> str:
    return ratio(value, 1.0)


def _scenario(results: Results) -> dict[str, Any]:
    """Return the scenario's tables, as resolved."""
    return tomllib.loads(results.scenario_toml)


def _uncertainty(results: Results) -> dict[str, Any]:
    """Return the scenario's table of uncertainty."""
    return dict(_scenario(results).get("uncertainty", {}))


def _by_chance(results: Results) -> str:
    return (
        f"where figures lie in {_drawn_share(results)} of spans put together anew from blocks of "
        "days"
    )


def _drawn_share(results: Results) -> str:
    part = _uncertainty(results).get("share")
    return "most" if part is None else f"{100.0 * part:g} %"


def _rules(results: Results, *terms: str) -> tuple[str, ...]:
    said = results.provenance.get("definitions", {})
    return tuple(f"{term}: {said[term]}" for term in terms if term in said)


def _ages(results: Results, networks: Sequence[str]) -> Listing:
    table = results.ages.set_index(["target", "network"])
    body = []
    for target in results.targets["target"]:
        cells = [texttable.shortened(str(target), _NAME_WIDTH)]
        for name in networks:
            row = table.loc[(target, name)]
            mean, greatest = (duration(float(row[f"age_{n}_h"])) for n in ("mean", "max"))
            cells.append(mean if mean == ABSENT else f"{mean} ({greatest})")
        body.append(tuple(cells))
    return Listing(
        "Age of the newest picture by target: mean (greatest)",
        ("Target", *(folded(name, _NAME_WIDTH) for name in networks)),
        1,
        body,
    )


def _regions(results: Results) -> Listing:
    body: list[tuple[str, ...]] = [
        (
            texttable.shortened(str(row["region"]), _NAME_WIDTH),
            duration(row["seen_half_h"]),
            duration(row["seen_90_percent_h"]),
            duration(row["seen_99_percent_h"]),
            duration(row["wait_mean_h"]),
            share(row["in_access_max_share"]),
            _place(row["worst_latitude_deg"], row["worst_longitude_deg"]),
            share(row["revisit_area_share"]),
        )
        for row in results.regions.to_dict(orient="records")
    ]
    headings = (
        "Region",
        "half\nseen in",
        "90 %\nseen in",
        "99 %\nseen in",
        "mean wait\nfor access",
        "most in view\nat once",
        "longest gap\nat",
        "means are\nover",
    )
    return Listing(
        "Regions: how soon, how much",
        headings,
        1,
        body,
        (*_unseen(results), *_rules(results, "seen in")),
    )


def _unseen(results: Results) -> Iterator[str]:
    """Yield a sentence a region: how long, at the longest, nothing of it is in access."""
    for row in results.regions.to_dict(orient="records"):
        if row.get("look") == "swath":
            yield (
                f"{row['region']}: an access is an instant, at which the strip that a satellite "
                "images with its roll held sweeps over a cell"
            )
            continue
        table = results.coverage_intervals
        mine = table[(table["region"] == row["region"]) & (table["cover"] == "none")]
        if not len(mine):
            continue
        longest = mine.loc[mine["duration_s"].idxmax()]
        start = results.start + timedelta(seconds=float(longest["start_s"]))
        yield (
            f"{row['region']}: nothing of it is in access {share(row['none_covered_share'])} of "
            f"the time, at the longest for {duration(float(longest['duration_s']) / HOUR_S)} "
            f"from {minute_utc(start)} UTC; all of it at once "
            f"{share(row['all_covered_share'])} of the time"
        )


def _region_networks(results: Results) -> Iterator[Listing]:
    """Yield age and response over each region by network, the baseline's own ratio left empty."""
    rows = results.region_networks.to_dict(orient="records")
    names = [
        (
            texttable.shortened(str(row["region"]), 16),
            texttable.shortened(str(row["network"]), 17),
        )
        for row in rows
    ]
    heads = ("Region", "Network", "mean", "ratio", "greatest")

    def told(row: dict[Any, Any], figure: str, *more: str) -> tuple[str, ...]:
        own = row["network"] == results.baseline
        return (
            duration(row[f"cell_{figure}_mean_h"]),
            "" if own else ratio(float(row[f"cell_{figure}_ratio"]), 1.0),
            duration(row[f"cell_{figure}_max_h"]),
            *(duration(row[f"cell_{figure}_{name}_h"]) for name in more),
        )

    area = (
        "each cell's mean and greatest, averaged over the share of the area told last; ratio to "
        f"{results.baseline}"
    )
    yield Listing(
        "Age of the newest picture over regions, every access of every cell giving one that has "
        f"the network to itself; {area}",
        (*heads, "delivered"),
        2,
        [
            (*name, *told(row, "age"), share(row["delivered_area_share"]))
            for name, row in zip(names, rows, strict=True)
        ],
    )
    stages = ("command", "collection", "delivery")
    yield Listing(
        "System response over regions, of the same pictures: from a request at a random instant, "
        f"commanded through the network, to the picture then taken being home; {area}",
        (*heads, "to the\ncommand", "to the\npicture", "home", "answered"),
        2,
        [
            (*name, *told(row, "response", *stages), share(row["answered_area_share"]))
            for name, row in zip(names, rows, strict=True)
        ],
    )


def _place(latitude_deg: float, longitude_deg: float) -> str:
    if latitude_deg != latitude_deg:
        return ABSENT
    north, east = "N" if latitude_deg >= 0 else "S", "E" if longitude_deg >= 0 else "W"
    return f"{abs(latitude_deg):.1f} {north} {abs(longitude_deg):.1f} {east}"


def _strips(results: Results) -> Listing:
    body: list[tuple[str, ...]] = [
        (
            texttable.shortened(str(row["region"]), _NAME_WIDTH),
            texttable.shortened(str(row["satellite"]), _NAME_WIDTH),
            number(row["strips_per_day"]),
            share(row["imaged_day_share"]),
            share(row["reachable_day_share"]),
        )
        for row in results.strips.to_dict(orient="records")
    ]
    headings = ("Region", "Satellite", "strips\nper day", "imaged\nin a day", "in reach\nin a day")
    return Listing(
        "Share of a region that a satellite images strip by strip",
        headings,
        2,
        body,
        _rules(results, "strips"),
    )


def _sampling_of_networks(results: Results) -> Iterator[Listing]:
    """Yield where figures of networks may lie by chance, the span being what it is."""
    body: list[tuple[str, ...]] = []
    one_contact = unbroken(results)
    for row in results.sampling.to_dict(orient="records"):
        shown = duration if row["figure"].endswith("_h") else number
        # A contact without end is none that could be counted.
        endless = row["figure"] == "contacts_per_day" and row["network"] in one_contact
        if row["low"] != row["low"] or endless:
            continue
        compared = row["network"] != results.baseline and row["ratio_low"] == row["ratio_low"]
        ratios = [ratio(row[name], 1.0) for name in ("ratio_of_span", "ratio_low", "ratio_high")]
        whole, low, high = (word or "x0.0" for word in ratios)
        body.append(
            (
                texttable.shortened(str(row["network"]), _NAME_WIDTH),
                _RESAMPLED[row["figure"]],
                shown(row["of_span"]),
                f"{shown(row['low'])} to {shown(row['high'])}",
                whole if compared else "",
                f"{low} to {high}" if compared else "",
            )
        )
    if body and len(body) <= len(_RESAMPLED) * _MOST_NETWORKS:
        headings = ("Network", "Figure", "value", "by chance", "ratio", "by chance")
        yield Listing(
            f"Sampling error of networks: {_by_chance(results)}",
            headings,
            2,
            body,
        )


def _sampling_of_places(results: Results) -> Iterator[Listing]:
    """Yield where means of regions and targets may lie by chance."""
    body = [row for row in _resampled_regions(results) if row]
    if len(results.targets) <= _MOST_TARGETS:
        for row in results.targets.to_dict(orient="records"):
            if often_words(0.0, row["access_minutes_per_day"]) == "unbroken":
                continue
            if row.get("revisit_mean_low_h", float("nan")) == row.get("revisit_mean_low_h"):
                body.append(_resampled_place(row["target"], _ends_of_target(row)))
    if body:
        headings = ("Place", "accesses per day", "revisit, mean", "wait for access, mean")
        title = f"Sampling error of places: {_by_chance(results)}"
        yield Listing(title, headings, 1, body)


def _resampled_regions(results: Results) -> Iterator[tuple[str, ...]]:
    if not len(results.coverage):
        return
    whole = results.coverage[results.coverage["latitude_band"] == "all"]
    for region, rows in whole.set_index("figure").groupby("region", sort=False):
        ends = [
            tuple(rows.loc[figure, ["mean", "low", "high"]].to_numpy(float).tolist())
            for figure in ("accesses_per_day", "revisit_mean_h", "wait_mean_h")
        ]
        if ends[0][1] == ends[0][1]:
            yield _resampled_place(str(region), ends)


def _ends_of_target(row: dict[Any, Any]) -> list[tuple[float, ...]]:
    """Return accesses, revisit and wait of a target, each with its ends."""
    names = ("accesses_{}per_day", "revisit_mean_{}h", "wait_mean_{}h")
    return [tuple(row[name.format(end)] for end in ("", "low_", "high_")) for name in names]


def _resampled_place(name: str, ends: Sequence[tuple[float, ...]]) -> tuple[str, ...]:
    cells = [
        f"{shown(value)} ({shown(low)} to {shown(high)})" if value == value else ABSENT
        for shown, (value, low, high) in zip((number, duration, duration), ends, strict=True)
    ]
    return (texttable.shortened(name, _NAME_WIDTH), *cells)


def _levels(results: Results) -> Listing:
    """Return how often regions, and targets while they are few, are seen at each level."""
    table = results.levels
    if len(results.targets) > _MOST_TARGETS:
        table = table[table["kind"] == "region"]
    body: list[tuple[str, ...]] = [
        (
            texttable.shortened(str(row["place"]), _NAME_WIDTH),
            number(row["niirs_level"]),
            share(row["seen_fraction"]),
            number(row["accesses_per_day"]),
            *(
                duration(row[figure]) if row["seen_fraction"] > 0.0 else "never"
                for figure in ("revisit_mean_h", "revisit_max_h", "wait_mean_h")
            ),
        )
        for row in table.sort_values("place", kind="stable").to_dict(orient="records")
    ]
    headings = (
        "Place",
        "NIIRS\nat least",
        "ever\nseen",
        "accesses\nper day",
        "revisit\nmean",
        "revisit\nlongest",
        "mean wait\nfor access",
    )
    return Listing("Seen at a level of interpretability or better", headings, 1, body)


def _whose(regions: int, targets: int) -> str:
    """Return whose lines a table has, from how many regions and targets it tells."""
    parts = ["regions" if regions > 1 else "the region"] if regions else []
    if targets == 1:
        parts.append("the target")
    elif targets > 1:
        parts.append("the most watched and the least watched target")
    return ", ".join(parts)


def _stays(results: Results) -> Listing:
    """Return the chance that a stay is seen: regions, and the best and worst target."""
    table = results.stays
    targets = table[table["kind"] == "target"]
    names = list(dict.fromkeys(table[table["kind"] == "region"]["place"]))
    regions = len(names)
    if len(targets):
        mean = targets.groupby("place")["seen_share"].mean()
        names += list(dict.fromkeys([str(mean.idxmax()), str(mean.idxmin())]))
    stays = sorted(table["stay_h"].unique())
    shares = table.drop_duplicates(["place", "stay_h"]).set_index(["place", "stay_h"])
    body = [
        (
            texttable.shortened(name, _NAME_WIDTH),
            *(
                share(float(shares.loc[(name, stay), "seen_share"]))
                if (name, stay) in shares.index
                else ABSENT
                for stay in stays
            ),
        )
        for name in names
    ]
    headings = ("Place", *(f"{number(stay)} h" for stay in stays))
    return Listing(
        f"Chance that what stays in the open for so long could be looked at: "
        f"{_whose(regions, targets['place'].nunique())}",
        headings,
        1,
        body,
        _rules(results, "stays"),
    )
