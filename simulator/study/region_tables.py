"""What the cells of a region come to: means by area, shares, the worst place, times of day.

Cells count by their centres and weigh by their areas; a cell without a value of a figure is told,
never dropped in silence. Seconds since the span's start inside, hours in the tables.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simulator import coverage, glossary, intervals
from simulator.access import accumulated_fraction, strip_edges
from simulator.arrays import FloatArray
from simulator.coverage import (
    SiteFigures,
    Stays,
    area_mean,
    extreme,
    relocating,
    satisfied,
    time_to_share_s,
)
from simulator.earth import area_error, outline_error
from simulator.imaging import DailyShare
from simulator.orbits import Track
from simulator.scenario import Counting, Region, Threshold
from simulator.study.case import hours
from simulator.study.region_stages import RegionFigures, bands
from simulator.timeliness import CellTimes
from simulator.uncertainty import BootstrapIntervals
from simulator.units import HOUR_S, MINUTE_S

_SHARES = (0.5, 0.9, 0.99)
_EDGE_STEP_S = 10.0
# Figures of cells that are told by region and by latitude, and their divisor.
_TOLD = {
    "accesses_per_day": ("accesses_per_day", 1.0),
    "accesses_day_min": ("accesses_day_min", 1.0),
    "accesses_day_max": ("accesses_day_max", 1.0),
    "access_minutes_per_day": ("covered_s_per_day", MINUTE_S),
    "access_minutes_day_min": ("covered_day_min_s", MINUTE_S),
    "access_minutes_day_max": ("covered_day_max_s", MINUTE_S),
    "access_minutes_day_std": ("covered_day_std_s", MINUTE_S),
    "access_mean_min": ("access_mean_s", MINUTE_S),
    "access_min_min": ("access_min_s", MINUTE_S),
    "access_max_min": ("access_max_s", MINUTE_S),
    "access_std_min": ("access_std_s", MINUTE_S),
    "gaps": ("gaps", 1.0),
    "revisit_mean_h": ("revisit_mean_s", HOUR_S),
    "revisit_min_h": ("revisit_min_s", HOUR_S),
    "revisit_max_h": ("revisit_max_s", HOUR_S),
    "revisit_std_h": ("revisit_std_s", HOUR_S),
    "time_average_gap_h": ("time_average_gap_s", HOUR_S),
    "wait_mean_h": ("response_mean_s", HOUR_S),
    "wait_max_h": ("response_max_s", HOUR_S),
    "age_of_data_mean_h": ("age_mean_s", HOUR_S),
    "age_of_data_max_h": ("age_max_s", HOUR_S),
    "satellites_at_once_mean": ("assets_mean", 1.0),
    "satellites_at_once_min": ("assets_least", 1.0),
    "satellites_at_once_max": ("assets_most", 1.0),
    "satellites_seen": ("assets", 1.0),
    "pairs": ("separated_pairs", 1.0),
}
_TIMES_H = {
    "cell_age_mean_h": "age_mean_s",
    "cell_age_max_h": "age_max_s",
    "cell_response_mean_h": "system_response_mean_s",
    "cell_response_max_h": "system_response_max_s",
    "cell_response_command_h": "system_response_command_s",
    "cell_response_collection_h": "system_response_collection_s",
    "cell_response_delivery_h": "system_response_delivery_s",
}
# Columns of the ends of a target's intervals, the figure each is of, and its divisor.
_SAMPLED = {
    "accesses_{}_per_day": ("accesses_per_day", 1.0),
    "access_{}_minutes_per_day": ("covered_s_per_day", MINUTE_S),
    "revisit_mean_{}_h": ("revisit_mean_s", HOUR_S),
    "wait_mean_{}_h": ("response_mean_s", HOUR_S),
}
_PERCENTILES = {
    "revisit_percentile_h": "revisit_percentile_s",
    "revisit_time_percentile_h": "revisit_time_percentile_s",
    "revisit_gap_percentile_h": "revisit_gap_percentile_s",
    "wait_percentile_h": "response_percentile_s",
    "wait_gap_percentile_h": "response_gap_percentile_s",
    "age_of_data_percentile_h": "age_percentile_s",
    "age_of_data_gap_percentile_h": "age_gap_percentile_s",
}


def region_row(table: Region, found: RegionFigures, span_s: float) -> dict[str, Any]:
    """Return the line of a region: how much is seen, how soon, how often, and where worst."""
    surface = table.surface
    cells, figures, times = found.cells, found.figures, found.times
    weights = cells.weights_km2
    due_h = time_to_share_s(figures.first_access_s, weights, _SHARES) / HOUR_S
    worst = extreme(
        figures.revisit_max_s,
        weights,
        latitude_deg=cells.latitude_deg,
        longitude_deg=cells.longitude_deg,
    )
    best_share, best_s = times.best
    return {
        "region": table.name,
        "look": table.look,
        "cells": len(cells),
        "area_km2": float(weights.sum()),
        "area_error_share": area_error(cells, surface),
        "outline_error_share": outline_error(cells, surface),
        **_how_often(figures, weights),
        "seen_half_h": float(due_h[0]),
        "seen_90_percent_h": float(due_h[1]),
        "seen_99_percent_h": float(due_h[2]),
        # Where no cell has a gap, none is worst.
        "worst_latitude_deg": worst.latitude_deg if worst and worst.value > 0.0 else np.nan,
        "worst_longitude_deg": worst.longitude_deg if worst and worst.value > 0.0 else np.nan,
        "in_access_mean_share": times.mean_share,
        "in_access_max_share": best_share,
        "in_access_max_s": best_s,
        "none_covered_share": intervals.total_s(times.none_s) / span_s,
        "all_covered_share": intervals.total_s(times.full_s) / span_s,
    }


def _how_often(figures: SiteFigures, weights: FloatArray) -> dict[str, float]:
    """Return how much of an area is seen, and how often, each mean over what has the figure."""
    revisit = area_mean(figures.revisit_mean_s, weights)
    longest_s = figures.revisit_max_s[~np.isnan(figures.revisit_max_s)]
    return {
        "seen_fraction": float(weights[figures.ever_seen].sum() / weights.sum()),
        "accesses_per_day": float(np.average(figures.accesses_per_day, weights=weights)),
        "revisit_mean_h": hours(revisit.mean),
        "revisit_area_share": revisit.area_share,
        "revisit_max_h": hours(float(longest_s.max()) if len(longest_s) else None),
        "wait_mean_h": hours(area_mean(figures.response_mean_s, weights).mean),
    }


def intervals_table(name: str, found: RegionFigures) -> pd.DataFrame:
    """Return when none, a part and all of a region is in access: intervals that fill the span."""
    times = found.times
    cover = {"none": times.none_s, "partial": times.partial_s, "full": times.full_s}
    rows = np.concatenate(list(cover.values()))
    table = pd.DataFrame(
        {
            "region": name,
            "cover": np.repeat(list(cover), [len(found) for found in cover.values()]),
            "start_s": rows[:, 0],
            "end_s": rows[:, 1],
            "duration_s": rows[:, 1] - rows[:, 0],
        }
    )
    return table.sort_values("start_s")


def sampling_columns(found: BootstrapIntervals | None) -> dict[str, float]:
    """Return where the figures of a target lie over resampled spans; NaN without any."""
    told = {}
    for label, (name, divisor) in _SAMPLED.items():
        for end in ("low", "high"):
            value = np.nan if found is None else float(getattr(found, end)[name][0]) / divisor
            told[label.format(end)] = value
    return told


def strips_table(
    region: str, satellites: Sequence[str], shares: Sequence[DailyShare]
) -> pd.DataFrame:
    """Return the share of a region that each satellite images in a day, and could at most."""
    return pd.DataFrame(
        [
            {
                "region": region,
                "satellite": name,
                "days": len(found.imaged),
                "strips_per_day": len(found.strips) / max(len(found.imaged), 1),
                "imaged_day_share": np.nan if found.mean is None else found.mean,
                "reachable_day_share": float(found.reachable.mean())
                if len(found.reachable)
                else np.nan,
            }
            for name, found in zip(satellites, shares, strict=True)
        ]
    )


def strip_edges_table(
    region: str,
    satellites: Sequence[str],
    tracks: Sequence[Track],
    half_angles_deg: Sequence[float],
    shares: Sequence[DailyShare],
) -> pd.DataFrame:
    """Return the edges of every strip imaged of a region, at instants a few seconds apart."""
    parts = []
    flown = zip(satellites, tracks, half_angles_deg, shares, strict=True)
    for name, path, half_angle_deg, found in flown:
        for number, strip in enumerate(found.strips):
            steps = 1 + math.ceil((strip.end_s - strip.start_s) / _EDGE_STEP_S)
            time_s = np.linspace(strip.start_s, min(strip.end_s, path.end_s), steps + 1)
            left, right = strip_edges(
                path, time_s, roll_deg=strip.roll_deg, half_angle_deg=half_angle_deg
            )
            columns = {
                "region": region,
                "satellite": name,
                "strip": number,
                "time_s": time_s,
                "roll_deg": strip.roll_deg,
                "left_latitude_deg": left[:, 0],
                "left_longitude_deg": left[:, 1],
                "right_latitude_deg": right[:, 0],
                "right_longitude_deg": right[:, 1],
            }
            parts.append(pd.DataFrame(columns))
    return pd.concat(parts) if parts else pd.DataFrame()


def coverage_table(
    name: str, found: RegionFigures, sampling: BootstrapIntervals | None, rules: Counting
) -> pd.DataFrame:
    """Return every figure of a region, whole and by bands of latitude: mean, least, greatest.

    A row a band and figure; the revisit rule is printed beside those it decides. The mean has its
    interval over resampled spans where it can have one: not where it is of least or greatest
    values, nor of percentiles that are the longest gap in most cells.
    """
    cells, figures = found.cells, found.figures
    percents, told = rules.percents, _told(figures)
    for label, field in _PERCENTILES.items():
        columns = getattr(figures, field)
        for column, percent in enumerate(percents):
            told[label.replace("percentile", f"p{percent:g}")] = columns[:, column] / HOUR_S
    for column, percent in enumerate(rules.access_percents):
        told[f"access_longer_p{percent:g}_min"] = figures.access_percentile_s[:, column] / MINUTE_S
    if rules.access_between_min is not None:
        told["accesses_between"] = figures.accesses_between
    if rules.gap_between_h is not None:
        told["gaps_between"] = figures.gaps_between
    for fold in range(figures.fold_s.shape[1]):
        told[f"seen_by_{fold + 1}_percent"] = figures.fold_percent[:, fold]
    groups = bands(cells)
    table = coverage.area_table(told, cells.weights_km2, groups).reset_index()
    ends = {} if sampling is None else _ends(sampling, percents, figures.fold_s.shape[1])
    order = {group: number for number, group in enumerate(groups)}
    greatest = {
        (group, figure)
        for group, chosen in groups.items()
        for figure, values in told.items()
        if figure.startswith(("revisit_p", "revisit_time_p", "revisit_gap_p"))
        and _are_greatest(values[chosen], told["revisit_max_h"][chosen], cells.weights_km2[chosen])
    }
    for place, end in ((3, "low"), (4, "high")):
        told_of = [
            np.nan
            if mean != mean or (end, figure) not in ends or (group, figure) in greatest
            else _clipped(figure, mean + ends[end, figure][order[group]])
            for group, figure, mean in table[["group", "figure", "mean"]].itertuples(index=False)
        ]
        table.insert(place, end, told_of)
    table = table.rename(columns={"group": "latitude_band", "cells": "cells_in_band"})
    table.insert(0, "region", name)
    table.insert(3, "rule", [_rule(figure, rules) for figure in table["figure"]])
    return table


def _rule(figure: str, rules: Counting) -> str:
    """Return the rule of the gaps a figure is made of, empty where it is made of none."""
    term = glossary.term(figure)
    if term is None or not term.rule:
        return ""
    return rules.revisit_rule if term.rule == "gaps" else "all gaps, measured to the span's ends"


def _clipped(figure: str, value: float) -> float:
    """Return a value within what the figure can be."""
    return min(max(value, 0.0), 100.0) if figure.endswith("_percent") else max(value, 0.0)


def _are_greatest(values: FloatArray, longest: FloatArray, weights: FloatArray) -> bool:
    """Return whether a figure is the longest gap in most of an area, as a percentile of few is."""
    alike = values >= longest * (1.0 - 1e-9)
    return bool(2.0 * weights[alike].sum() > weights.sum())


def _ends(
    found: BootstrapIntervals, percents: tuple[float, ...], folds: int
) -> dict[tuple[str, str], FloatArray]:
    """Return how far low and high (G,) are from each figure of the table that has them."""
    ends = {}
    for end, reach in (("low", found.low), ("high", found.high)):
        values = {name: reach[name] - found.value[name] for name in reach}
        for label, (field, divisor) in _TOLD.items():
            if field in values:
                ends[end, label] = values[field] / divisor
        for label, field in _PERCENTILES.items():
            for column, percent in enumerate(percents):
                # The least and the greatest have none.
                if 0.0 < percent < 100.0:
                    told = label.replace("percentile", f"p{percent:g}")
                    ends[end, told] = values[field][:, column] / HOUR_S
        for fold in range(folds):
            ends[end, f"seen_by_{fold + 1}_percent"] = values["fold_percent"][:, fold]
    return ends


def _told(figures: SiteFigures) -> dict[str, FloatArray]:
    return {
        label: np.asarray(getattr(figures, field), np.float64) / divisor
        for label, (field, divisor) in _TOLD.items()
    }


def thresholds_table(
    name: str, found: RegionFigures, thresholds: Sequence[Threshold]
) -> pd.DataFrame:
    """Return the share of area that meets each condition, whole and by bands of latitude."""
    told, weights = _told(found.figures), found.cells.weights_km2
    rows = []
    for asked in thresholds:
        for band, chosen in bands(found.cells).items():
            met = satisfied(
                told[asked.figure][chosen],
                weights[chosen],
                relation=asked.relation,
                threshold=asked.value,
            )
            rows.append(
                {
                    "region": name,
                    "latitude_band": band,
                    "figure": asked.figure,
                    "relation": asked.relation,
                    "value": asked.value,
                    "satisfied_share": met.share,
                    "without_share": met.share_without,
                }
            )
    return pd.DataFrame(rows)


def level_row(
    place: str, kind: str, niirs: float, figures: SiteFigures, weights: FloatArray
) -> dict[str, Any]:
    """Return how often a place is seen at a level of interpretability or better."""
    return {"place": place, "kind": kind, "niirs_level": niirs, **_how_often(figures, weights)}


def stays_table(
    place: str, kind: str, found: Stays, sampling: BootstrapIntervals | None
) -> pd.DataFrame:
    """Return how likely something that stays in the open is seen, by the length of its stay.

    Also if it moves on, unseen and at once, whenever its stay is over.
    """
    rows = []
    for number, stay_s in enumerate(found.stay_s.tolist()):
        share, open_s = float(found.mean_share[number]), float(found.mean_open_s[number])
        if np.isnan(share):
            continue
        again = relocating(share, open_s, stay_s=stay_s)
        rows.append(
            {
                "place": place,
                "kind": kind,
                "stay_h": stay_s / HOUR_S,
                "seen_share": share,
                **_seen_ends(share, sampling, number),
                "open_mean_h": open_s / HOUR_S,
                "moving_time_to_access_h": hours(again.time_to_image_s),
                "moving_day_share": again.day_share,
            }
        )
    return pd.DataFrame(rows)


def _seen_ends(share: float, sampling: BootstrapIntervals | None, number: int) -> dict[str, float]:
    """Return where the chance of a stay lies over resampled spans; NaN without any."""
    if sampling is None:
        return {"seen_low_share": np.nan, "seen_high_share": np.nan}
    value, low, high = (
        float(part["imaged_share"][0, number])
        for part in (sampling.value, sampling.low, sampling.high)
    )
    return {
        "seen_low_share": max(share + low - value, 0.0),
        "seen_high_share": min(share + high - value, 1.0),
    }


def hours_table(
    place: str, kind: str, found: Stays, local_hours: FloatArray, weights: FloatArray
) -> pd.DataFrame:
    """Return a place by local mean solar hour: its accesses, its safe window, what is seen.

    `local_hours` (P, 24) counts accesses of cells, `weights` (P,) are their areas. The safe window
    is the longest unseen stretch that begins in the hour, its mean over the area and its least.
    """
    by_hour = weights @ local_hours
    total = float(by_hour.sum())
    safe_h = found.safe_s / HOUR_S
    table = pd.DataFrame(
        {
            "place": place,
            "kind": kind,
            "local_hour": np.arange(24),
            "accesses_share": by_hour / total if total > 0.0 else np.full(24, np.nan),
            "safe_mean_h": np.average(safe_h, axis=0, weights=weights),
            "safe_min_h": safe_h.min(axis=0),
        }
    )
    for number, stay_s in enumerate(found.stay_s.tolist()):
        table[f"seen_in_{stay_s / HOUR_S:g}_h_share"] = found.hour_share[number]
    return table


def networks_table(
    region: str,
    weights: FloatArray,
    times: Mapping[str, CellTimes],
    *,
    baseline: str | None,
    span_s: float,
) -> pd.DataFrame:
    """Return the timeliness of a region's cells with each network, a row a network.

    Means weigh cells by their areas `weights` (P,), over those that have a value. A ratio is that
    of two such means over the cells which have one with this network and with the baseline's.
    """
    base, shares = times.get(baseline or ""), weights / weights.sum()
    rows = []
    for name, found in times.items():
        means = {field: area_mean(getattr(found, field), weights) for field in _TIMES_H.values()}
        rows.append(
            {
                "region": region,
                "network": name,
                **{column: hours(means[field].mean) for column, field in _TIMES_H.items()},
                "cell_age_unknown_share": float(shares @ found.age_unknown_s) / span_s,
                "cell_age_ratio": _ratio(found, base, "age_mean_s", shares),
                "delivered_area_share": means["age_mean_s"].area_share,
                "cell_response_unknown_share": float(shares @ found.system_response_unknown_s)
                / span_s,
                "cell_response_ratio": _ratio(found, base, "system_response_mean_s", shares),
                "answered_area_share": means["system_response_mean_s"].area_share,
            }
        )
    return pd.DataFrame(rows)


def _ratio(found: CellTimes, base: CellTimes | None, field: str, shares: FloatArray) -> float:
    """Return the ratio of area means over the cells that have both values, NaN without any."""
    if base is None:
        return np.nan
    own, other = getattr(found, field), getattr(base, field)
    both = shares * np.isfinite(own + other)
    divisor = float(both @ np.nan_to_num(other))
    return float(both @ np.nan_to_num(own)) / divisor if divisor > 0.0 else np.nan


def cell_variables(figures: SiteFigures, percents: tuple[float, ...]) -> dict[str, FloatArray]:
    """Return the figures (P,) of the cells that a results folder keeps."""
    kept = {
        "accesses": figures.accesses,
        "accesses_per_day": figures.accesses_per_day,
        "covered_s": figures.covered_s,
        "access_mean_s": figures.access_mean_s,
        "access_max_s": figures.access_max_s,
        "gaps": figures.gaps,
        "revisit_mean_s": figures.revisit_mean_s,
        "revisit_min_s": figures.revisit_min_s,
        "revisit_max_s": figures.revisit_max_s,
        "revisit_std_s": figures.revisit_std_s,
        "time_average_gap_s": figures.time_average_gap_s,
        "wait_mean_s": figures.response_mean_s,
        "wait_max_s": figures.response_max_s,
        "first_access_s": figures.first_access_s,
    }
    for column, percent in enumerate(percents):
        kept[f"revisit_p{percent:g}_s".replace(".", "_")] = figures.revisit_percentile_s[:, column]
    for fold in range(1, figures.fold_s.shape[1]):
        kept[f"seen_by_{fold + 1}_s"] = figures.fold_s[:, fold]
    return kept


def time_variables(found: RegionFigures, span_s: float) -> dict[str, tuple[Any, ...]]:
    """Return the accumulated and the momentary share of the area, and their instants."""
    due_s = np.append(np.arange(0.0, span_s, HOUR_S), span_s)
    share = accumulated_fraction(found.figures.first_access_s, found.cells.weights_km2, due_s)
    return {
        "accumulated_fraction": (("time_s",), share),
        "in_access_share": (("instant_s",), found.times.seen_share),
        "time_s": (("time_s",), due_s),
        "instant_s": (("instant_s",), found.times.time_s),
    }
