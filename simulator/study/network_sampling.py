"""What chance over a finite span leaves of a network's figures: its days put together anew.

Every network is drawn of the same blocks of days, so a ratio to the baseline is that of one draw. A
contact counts in the block of its middle, its time is cut at the edges; a picture counts where it
is taken, however late it is home; age and response are cut at the edges, a request at an instant
counts there. This is the luck of the days flown; `simulator.study.spread` has that of the orbit's
phase. Longest, greatest and last have no interval: no draw holds a longer one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from simulator.arrays import FloatArray
from simulator.study import network_stage
from simulator.study.case import Study
from simulator.study.event_stages import PictureList
from simulator.study.network_stage import Outcome
from simulator.study.region_stages import draws
from simulator.timeliness import block_sums
from simulator.uncertainty import BlockResamples, bootstrap_interval, resampled_percentiles
from simulator.units import DAY_S, HOUR_S, MINUTE_S

_LATENCY_PERCENTS = {"latency_median_h": 50.0, "latency_p90_h": 90.0}


def networks_table(study: Study, found: Sequence[Outcome], taken: PictureList) -> pd.DataFrame:
    """Return the interval of each figure of each network, and of its ratio to the baseline's.

    Columns as in `results.columns`; empty where the span is too short to be resampled.
    """
    drawn = draws(study)
    if drawn is None or not found:
        return pd.DataFrame()
    share = study.scenario.uncertainty.share
    figures = {one.network.name: drawn_figures(study, one, taken, drawn) for one in found}
    base = figures[study.scenario.baseline or found[0].network.name]
    return pd.DataFrame(
        [
            {"network": name, "figure": figure, **_row(values, base[figure], share)}
            for name, mine in figures.items()
            for figure, values in mine.items()
        ]
    )


def _row(values: FloatArray, base: FloatArray, share: float) -> dict[str, float]:
    low, high = bootstrap_interval(values, share)
    ratios = _over(values, base)
    ratio_low, ratio_high = bootstrap_interval(ratios, share)
    return {
        "of_span": float(values[0]),
        "low": low,
        "high": high,
        "ratio_of_span": float(ratios[0]),
        "ratio_low": ratio_low,
        "ratio_high": ratio_high,
    }


def drawn_figures(
    study: Study, found: Outcome, taken: PictureList, drawn: BlockResamples
) -> Mapping[str, FloatArray]:
    """Return figures of one network (1 + N,): of the span, then of each draw."""
    times = drawn.counts[:-1]
    days = drawn.length_s / DAY_S
    contacts = network_stage.contacts_by_satellite(study, found.offer.contacts)
    middle_s = np.concatenate([windows_s.mean(axis=1) for windows_s in contacts])
    cover_s = np.sum([drawn.cover_s(windows_s) for windows_s in contacts], axis=0)
    latency_s = found.delivered.delivered_s - taken.taken_s
    home = np.isfinite(latency_s)
    taken_s, latency_s = taken.taken_s[home], latency_s[home]
    told = {
        "contacts_per_day": drawn.by_day(middle_s) @ times / days,
        "contact_minutes_per_day": cover_s @ times / MINUTE_S / days,
        "latency_mean_h": _over(
            drawn.by_day(taken_s, latency_s) @ times, drawn.by_day(taken_s) @ times * HOUR_S
        ),
    }
    rows = resampled_percentiles(drawn, taken_s, latency_s, list(_LATENCY_PERCENTS.values()))
    told |= {name: row / HOUR_S for name, row in zip(_LATENCY_PERCENTS, rows, strict=True)}
    for name, sums in (("response", _responses(study, found, drawn)), ("age", _ages(found, drawn))):
        total_s, defined_s = sums @ times
        told[f"{name}_mean_h"] = _over(total_s, defined_s * HOUR_S)
    return told


def _over(above: FloatArray, below: FloatArray) -> FloatArray:
    """Return a ratio, NaN over nothing."""
    out = np.full(above.shape, np.nan)
    np.divide(above, below, out=out, where=below > 0.0)
    return out


def _ages(found: Outcome, drawn: BlockResamples) -> FloatArray:
    """Return the integral of the age of all targets and the time it is defined, by block (2, B)."""
    sums = np.zeros((2, len(drawn.edges_s) - 1))
    for age in found.ages:
        sums += block_sums(age, age.undefined_s, drawn.edges_s, rises=True)
    return sums


def _responses(study: Study, found: Outcome, drawn: BlockResamples) -> FloatArray:
    """Return the same of the response."""
    sums = np.zeros((2, len(drawn.edges_s) - 1))
    for response, asked_s in zip(found.responses, study.requests, strict=True):
        if asked_s is None:
            sums += block_sums(response, 0.0, drawn.edges_s, rises=False)
            continue
        # Requests come in order, and those without an answer last.
        answered_s = asked_s[: len(response.length_s)]
        sums[0] += drawn.by_day(answered_s, response.length_s * response.low_s)
        sums[1] += drawn.by_day(answered_s, response.length_s)
    return sums
