"""What the cells of a region come to: means by area, shares, the worst place, timeliness.

Cells count by their centres and weigh by their areas; the share of cells without a value of a
figure is reported, never dropped in silence. Seconds since the span's start inside, hours in the
tables, whose columns are as `results` defines them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simulator import glossary, intervals, revisit
from simulator.arrays import BoolArray, FloatArray
from simulator.earth import area_error, outline_error
from simulator.revisit import SiteFigures, area_mean, extreme, satisfied, time_to_share_s
from simulator.scenario import Counting, Region, Threshold
from simulator.study.case import Study, hours
from simulator.study.cell_figures import area_figures, cell_figures, site_field
from simulator.study.clear_cells import ClearTimes
from simulator.study.clear_looks import ClearLooks
from simulator.study.columns import Columns, columns_of_rows
from simulator.study.regions import RegionFigures, bands
from simulator.timeliness import CellTimes
from simulator.uncertainty import BootstrapIntervals
from simulator.units import HOUR_S, MINUTE_S

_SHARES = (0.5, 0.9, 0.99)
# Percentiles of cells, for each percent asked for, all in hours: column, field of SiteFigures.
_PERCENTILES = {
    f"{figure}_percentile_h": f"{figure}_percentile_s"
    for figure in (
        "revisit",
        "revisit_time",
        "revisit_gap",
        "wait",
        "wait_gap",
        "age_of_data",
        "age_of_data_gap",
    )
}


def region_columns(study: Study, regions: Mapping[str, RegionFigures]) -> Columns:
    """Return the columns of regions: how much is seen, how soon, how often, and where worst."""
    return columns_of_rows(
        [
            _region_row(table, regions[table.name], study.span.duration_s)
            for table in study.scenario.regions
        ]
    )


def _region_row(table: Region, region: RegionFigures, span_s: float) -> dict[str, Any]:
    cells, figures, times = region.cells, region.figures, region.times
    weights = cells.weights_km2
    # From the cells' first accesses: the time by which so much of the area has been seen.
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
        "area_error_share": area_error(cells, table.surface),
        "outline_error_share": outline_error(cells, table.surface),
        **access_figures(figures, weights),
        **clear_area_figures(region.clear, weights),
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


def access_figures(figures: SiteFigures, weights: FloatArray) -> dict[str, float]:
    """Return how much of an area is seen, and how often, each mean over what has the figure."""
    return {
        "seen_fraction": float(weights[figures.ever_seen].sum() / weights.sum()),
        "revisit_area_share": area_mean(figures.revisit_mean_s, weights).area_share,
        **area_figures(figures, weights),
    }


def clear_area_figures(clear: ClearLooks | None, weights: FloatArray) -> dict[str, float]:
    """Return what clouds leave of an area's looks: means over what has a chance; none without."""
    if clear is None:
        return {}
    means = {name: area_mean(values, weights).mean for name, values in clear.columns().items()}
    return {name: np.nan if mean is None else mean for name, mean in means.items()}


def interval_table(name: str, region: RegionFigures) -> pd.DataFrame:
    """Return when none, a part and all of a region is in access: intervals that fill the span."""
    times = region.times
    cover = {"none": times.none_s, "partial": times.partial_s, "full": times.full_s}
    rows = np.concatenate(list(cover.values()))
    table = pd.DataFrame(
        {
            "region": name,
            "cover": np.repeat(list(cover), [len(windows) for windows in cover.values()]),
            "start_s": rows[:, 0],
            "end_s": rows[:, 1],
            "duration_s": rows[:, 1] - rows[:, 0],
        }
    )
    return table.sort_values("start_s")


def coverage_table(
    name: str, region: RegionFigures, sampling: BootstrapIntervals | None, rules: Counting
) -> pd.DataFrame:
    """Return every figure of a region, whole and by bands of latitude: mean, least, greatest.

    A row a band and figure; the revisit rule is printed beside those it decides. The mean has its
    interval over resampled spans where it can have one: not where it is of least or greatest
    values, nor of percentiles that are the longest gap in most cells.
    """
    columns, groups = _coverage_columns(region.figures, rules), bands(region.cells)
    columns |= {} if region.clear is None else region.clear.columns()
    weights = region.cells.weights_km2
    table = revisit.area_table(columns, weights, groups).reset_index()
    folds = region.figures.fold_s.shape[1]
    ends = {} if sampling is None else _distances(sampling, rules.percents, folds)
    without = _greatest_of_few(columns, weights, groups)
    # Sampling has its rows in the order of the bands, the whole region first.
    order = {group: number for number, group in enumerate(groups)}
    for place, end in ((3, "low"), (4, "high")):
        values = [
            np.nan
            if np.isnan(mean) or (end, figure) not in ends or (group, figure) in without
            else _clipped(figure, mean + ends[end, figure][order[group]])
            for group, figure, mean in table[["group", "figure", "mean"]].itertuples(index=False)
        ]
        table.insert(place, end, values)
    table = table.rename(columns={"group": "latitude_band", "cells": "cells_in_band"})
    table.insert(0, "region", name)
    table.insert(3, "rule", [_rule(figure, rules) for figure in table["figure"]])
    return table


def _coverage_columns(figures: SiteFigures, rules: Counting) -> dict[str, FloatArray]:
    """Return every figure (P,) of cells by its name in the table."""
    columns = cell_figures(figures)
    for label, field in _PERCENTILES.items():
        percentiles = getattr(figures, field)
        for number, percent in enumerate(rules.percents):
            columns[_at_percent(label, percent)] = percentiles[:, number] / HOUR_S
    for number, percent in enumerate(rules.access_percents):
        longer_s = figures.access_percentile_s[:, number]
        columns[f"access_longer_p{percent:g}_min"] = longer_s / MINUTE_S
    if rules.access_between_min is not None:
        columns["accesses_between"] = figures.accesses_between
    if rules.gap_between_h is not None:
        columns["gaps_between"] = figures.gaps_between
    for fold in range(figures.fold_s.shape[1]):
        columns[f"seen_by_{fold + 1}_percent"] = figures.fold_percent[:, fold]
    return columns


def _at_percent(label: str, percent: float) -> str:
    return label.replace("percentile", f"p{percent:g}")


def _distances(
    sampling: BootstrapIntervals, percents: tuple[float, ...], folds: int
) -> dict[tuple[str, str], FloatArray]:
    """Return how far low and high (G,) are from each figure of the table that has them.

    Sampling may be of some cells only, so its ends hold for its own values: it is their distance
    that is laid on the figure of all cells.
    """
    ends = {}
    for end, reach in (("low", sampling.low), ("high", sampling.high)):
        values = {name: reach[name] - sampling.value[name] for name in reach}
        for label in glossary.figures_of("cell"):
            field, divisor = site_field(label)
            if field in values:
                ends[end, label] = values[field] / divisor
        for label, field in _PERCENTILES.items():
            for column, percent in enumerate(percents):
                # The least and the greatest have none.
                if 0.0 < percent < 100.0:
                    ends[end, _at_percent(label, percent)] = values[field][:, column] / HOUR_S
        for fold in range(folds):
            ends[end, f"seen_by_{fold + 1}_percent"] = values["fold_percent"][:, fold]
    return ends


def _greatest_of_few(
    columns: Mapping[str, FloatArray], weights: FloatArray, groups: Mapping[str, BoolArray]
) -> set[tuple[str, str]]:
    """Return the groups and figures that are the longest gap in most of the area.

    A percentile of few gaps is, and no resample holds a longer one.
    """
    longest_h = columns["revisit_max_h"]
    percentiles = {
        figure: values >= longest_h * (1.0 - 1e-9)
        for figure, values in columns.items()
        if figure.startswith(("revisit_p", "revisit_time_p", "revisit_gap_p"))
    }
    return {
        (group, figure)
        for group, within in groups.items()
        for figure, alike in percentiles.items()
        if 2.0 * weights[within & alike].sum() > weights[within].sum()
    }


def _clipped(figure: str, value: float) -> float:
    """Return a value within what the figure can be."""
    return min(max(value, 0.0), 100.0) if figure.endswith("_percent") else max(value, 0.0)


def _rule(figure: str, rules: Counting) -> str:
    """Return the rule of the gaps a figure is made of, empty where it is made of none."""
    term = glossary.term(figure)
    if term is None or not term.rule:
        return ""
    return rules.revisit_rule if term.rule == "gaps" else "all gaps, measured to the span's ends"


def threshold_table(
    name: str, region: RegionFigures, thresholds: Sequence[Threshold]
) -> pd.DataFrame:
    """Return the share of area that meets each condition, whole and by bands of latitude."""
    columns, weights = cell_figures(region.figures), region.cells.weights_km2
    rows = []
    for condition in thresholds:
        for band, within in bands(region.cells).items():
            area = satisfied(
                columns[condition.figure][within],
                weights[within],
                relation=condition.relation,
                threshold=condition.value,
            )
            rows.append(
                {
                    "region": name,
                    "latitude_band": band,
                    "figure": condition.figure,
                    "relation": condition.relation,
                    "value": condition.value,
                    "satisfied_share": area.share,
                    "without_share": area.share_without,
                }
            )
    return pd.DataFrame(rows)


def _clear_means(times: ClearTimes, weights: FloatArray, span_s: float) -> dict[str, float]:
    """Return what clouds leave of the timeliness of cells, means over the area that has a value."""
    known = np.isfinite(times.age_unknown_s)
    shares = np.where(known, weights, 0.0) / max(weights[known].sum(), 1e-300)
    unknown = (
        np.where(known, each, 0.0) for each in (times.age_unknown_s, times.response_unknown_s)
    )
    age_s, response_s = (float(shares @ each) for each in unknown)
    return {
        "cell_age_mean_clear_h": hours(area_mean(times.age_mean_s, weights).mean),
        "cell_age_unknown_clear_share": age_s / span_s,
        "cell_response_mean_clear_h": hours(area_mean(times.response_mean_s, weights).mean),
        "cell_response_unknown_clear_share": response_s / span_s,
    }


def region_network_table(
    region: str,
    weights: FloatArray,
    times_of: Mapping[str, CellTimes],
    *,
    baseline: str | None,
    span_s: float,
    clear_of: Mapping[str, ClearTimes],
) -> pd.DataFrame:
    """Return the timeliness of a region's cells with each network, a row a network.

    `clear_of` is what clouds leave of it, by network; empty where they are not counted.
    Means weigh cells by their areas `weights` (P,), over those that have a value. A ratio is that
    of two such means over the cells which have one with this network and with the baseline's.
    """
    base, shares = times_of.get(baseline or ""), weights / weights.sum()
    # A column is a field of CellTimes, in hours and with "cell_" before it.
    fields = {
        term.name: glossary.in_seconds(term.name)[0].removeprefix("cell_")
        for term in glossary.terms_over("region by network")
        if term.reduced and "_clear_" not in term.name
    }
    rows = []
    for name, times in times_of.items():
        means = {
            column: area_mean(getattr(times, field), weights) for column, field in fields.items()
        }
        rows.append(
            {
                "region": region,
                "network": name,
                **{column: hours(mean.mean) for column, mean in means.items()},
                "cell_age_unknown_share": float(shares @ times.age_unknown_s) / span_s,
                "cell_age_ratio": _ratio(times, base, "age_mean_s", shares),
                "delivered_area_share": means["cell_age_mean_h"].area_share,
                "cell_response_unknown_share": float(shares @ times.response_unknown_s) / span_s,
                "cell_response_ratio": _ratio(times, base, "response_mean_s", shares),
                "answered_area_share": means["cell_response_mean_h"].area_share,
                **(_clear_means(clear_of[name], weights, span_s) if name in clear_of else {}),
            }
        )
    return pd.DataFrame(rows)


def _ratio(times: CellTimes, base: CellTimes | None, field: str, shares: FloatArray) -> float:
    """Return the ratio of area means over the cells that have both values, NaN without any."""
    if base is None:
        return np.nan
    values, base_values = getattr(times, field), getattr(base, field)
    # NaN in either leaves the cell out of both means: the ratio is of like with like.
    both = shares * np.isfinite(values + base_values)
    divisor = float(both @ np.nan_to_num(base_values))
    return float(both @ np.nan_to_num(values)) / divisor if divisor > 0.0 else np.nan
