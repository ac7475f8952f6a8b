"""What the figures of a run come to: what limits a network, what is luck, what is fresh where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.report import texttable
from simulator.report.texttable import ABSENT, duration, number, ratio, share

if TYPE_CHECKING:
    from simulator.results import Results

_NAME_WIDTH = 24
_MOST_NETWORKS, _MOST_TARGETS = 4, 40
# Figures whose ratios are told with their spread.
_SPREAD = {
    "contact_minutes_per_day": "contact, minutes per day",
    "longest_silence_h": "longest silence",
    "latency_mean_h": "latency, mean",
    "latency_p90_h": "latency, 90 % within",
    "response_mean_h": "response, mean",
    "age_mean_h": "age, mean",
}
# Stages of the mean latency, as a share of the delivery part of the response.
_STAGES = {
    "no contact open": ("latency_contact_h",),
    "rate and antennas": ("latency_queue_h", "latency_sending_h"),
    "forwarding": ("latency_forwarding_h",),
}


@dataclass(frozen=True)
class Listing:
    """A table of rows: headings of two lines, and how many of its columns are text."""

    title: str
    headings: tuple[str, ...]
    texts: int
    body: list[tuple[str, ...]]


def limits(results: Results) -> list[str]:
    """Return a sentence a network: which stages its mean response is made of, longest first."""
    if "response_collection_h" not in results.networks:
        return []
    return [_limit(row) for row in results.networks.to_dict(orient="records")]


def _limit(row: dict[Any, Any]) -> str:
    name, whole = row["network"], float(row["response_mean_h"])
    lost = int(row["pictures_lost"])
    losses = f"; {lost:,} of {int(row['pictures_taken']):,} pictures lost" if lost else ""
    if whole != whole:
        return f"{name}: no request is answered{losses}"
    parts = {
        "accesses (the satellite comes by, in the light it needs)": row["response_collection_h"],
        "commanding": row["response_command_h"],
        **_delivery_parts(row),
    }
    ordered = sorted(parts.items(), key=lambda part: -part[1])
    told = ", ".join(f"{label} {_percent(value / whole)}" for label, value in ordered)
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
    if len(results.spread):
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
    if "revisit_mean_low_h" in results.targets or "revisit_mean_low_h" in results.regions:
        yield from _sampling(results)


def _spread(results: Results) -> Listing:
    table = results.spread.set_index(["network", "figure"])
    others = [n for n in results.networks["network"] if n != results.baseline]
    body = [
        (label, *(_range(table.loc[(network, figure)]) for network in others))
        for figure, label in _SPREAD.items()
        if all((network, figure) in table.index for network in others)
    ]
    draws = int(results.spread["draws"].max())
    return Listing(
        f"Ratio to {results.baseline} over {draws} draws of the orbit's phase and the seed: "
        "median (range)",
        ("|Figure", *(f"|{texttable.shortened(name, _NAME_WIDTH)}" for name in others)),
        1,
        body,
    )


def _range(row: Any) -> str:
    middle, low, high = (ratio(float(row[f"ratio_{n}"]), 1.0) for n in ("median", "low", "high"))
    return f"{middle} ({low} to {high})" if middle and low and high else ABSENT


def _ages(results: Results, networks: Sequence[str]) -> Listing:
    table = results.ages.set_index(["target", "network"])
    headings = ["|Target"]
    for name in networks:
        headings += [f"{texttable.shortened(name, 18)}|mean", "|greatest"]
    body = []
    for target in results.targets["target"]:
        cells = [texttable.shortened(str(target), _NAME_WIDTH)]
        for name in networks:
            row = table.loc[(target, name)]
            cells += [duration(float(row["age_mean_h"])), duration(float(row["age_max_h"]))]
        body.append(tuple(cells))
    return Listing("Age of the newest picture by target", tuple(headings), 1, body)


def _regions(results: Results) -> Listing:
    body: list[tuple[str, ...]] = [
        (
            texttable.shortened(str(row["region"]), _NAME_WIDTH),
            duration(row["seen_half_h"]),
            duration(row["seen_90_percent_h"]),
            duration(row["seen_99_percent_h"]),
            duration(row["response_mean_h"]),
            share(row["in_access_max_share"]),
            _place(row["worst_latitude_deg"], row["worst_longitude_deg"]),
            share(row["revisit_area_share"]),
        )
        for row in results.regions.to_dict(orient="records")
    ]
    headings = (
        "|Region",
        "half|seen in",
        "90 %|seen in",
        "99 %|seen in",
        "mean wait|for access",
        "most in view|at once",
        "longest gap|at",
        "means are|over",
    )
    return Listing("Regions: how soon, how much", headings, 1, body)


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
    heads = ("|Region", "|Network", "|mean", "|ratio", "|greatest")

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
        (*heads, "|delivered"),
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
        (*heads, "to the|command", "to the|picture", "to|home", "|answered"),
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
    headings = ("|Region", "|Satellite", "strips|per day", "imaged|in a day", "in reach|in a day")
    return Listing("Share of a region that a satellite images strip by strip", headings, 2, body)


def _sampling(results: Results) -> Iterator[Listing]:
    """Yield where means may lie by chance, the span being what it is."""
    places = [("region", results.regions), ("target", results.targets)]
    body: list[tuple[str, ...]] = []
    for name, table in places:
        if "revisit_mean_low_h" not in table or len(table) > _MOST_TARGETS:
            continue
        for row in table.to_dict(orient="records"):
            if row["revisit_mean_low_h"] == row["revisit_mean_low_h"]:
                cells = [texttable.shortened(str(row[name]), _NAME_WIDTH)]
                for figure in ("revisit_mean", "response_mean"):
                    low, high = (row[f"{figure}_{end}_h"] for end in ("low", "high"))
                    cells += [duration(row[f"{figure}_h"]), f"{duration(low)} to {duration(high)}"]
                body.append(tuple(cells))
    if body:
        headings = ("|Place", "revisit|mean", "|by chance", "mean wait|for access", "|by chance")
        yield Listing(
            "Sampling error: where means lie over spans put together anew from blocks of days",
            headings,
            1,
            body,
        )


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
                for figure in ("revisit_mean_h", "revisit_max_h", "response_mean_h")
            ),
        )
        for row in table.sort_values("place", kind="stable").to_dict(orient="records")
    ]
    headings = (
        "|Place",
        "NIIRS|at least",
        "ever|seen",
        "accesses|per day",
        "revisit|mean",
        "revisit|longest",
        "mean wait|for access",
    )
    return Listing("Seen at a level of interpretability or better", headings, 1, body)


def _stays(results: Results) -> Listing:
    """Return the chance that a stay is imaged: regions, and the best and worst target."""
    table = results.stays
    targets = table[table["kind"] == "target"]
    names = list(dict.fromkeys(table[table["kind"] == "region"]["place"]))
    if len(targets):
        mean = targets.groupby("place")["imaged_share"].mean()
        names += list(dict.fromkeys([str(mean.idxmax()), str(mean.idxmin())]))
    stays = sorted(table["stay_h"].unique())
    shares = table.drop_duplicates(["place", "stay_h"]).set_index(["place", "stay_h"])
    body = [
        (
            texttable.shortened(name, _NAME_WIDTH),
            *(
                share(float(shares.loc[(name, stay), "imaged_share"]))
                if (name, stay) in shares.index
                else ABSENT
                for stay in stays
            ),
        )
        for name in names
    ]
    headings = ("|Place", *(f"|{number(stay)} h" for stay in stays))
    return Listing(
        "Chance that something is imaged which stays in the open for (regions; most and least "
        "watched target)",
        headings,
        1,
        body,
    )
