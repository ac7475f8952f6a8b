"""What chance over a finite span leaves of a study's figures: a bootstrap over its days.

Figures are computed again for resampled spans, each made of blocks of this span's days drawn with
replacement; places and networks all get the same blocks, so a ratio to the baseline is that of one
resample. A contact counts in the block of its middle, its time is cut at the edges; a picture
counts where it is taken, however late it is delivered; age and response are cut at the edges, a
request at an instant counts there. This is the chance of the days flown; `simulator.study.spread`
has that of the orbit's phase. Longest, greatest and last have no interval: no resample holds a
longer one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from simulator import uncertainty
from simulator.arrays import FloatArray
from simulator.revisit import site_batch
from simulator.study.case import Study
from simulator.study.counting import counting_options, stay_lengths_s
from simulator.study.events import Accesses, PictureList
from simulator.study.networks import NetworkOutcome
from simulator.study.store import Value
from simulator.timeliness import block_sums
from simulator.uncertainty import (
    BlockResamples,
    BootstrapIntervals,
    Resampling,
    bootstrap_interval,
    bootstrap_intervals,
    day_edges_s,
    resampled_percentiles,
)
from simulator.units import DAY_S, HOUR_S, MINUTE_S

_LATENCY_PERCENTS = {"latency_median_h": 50.0, "latency_p90_h": 90.0}
# Targets resampled at once: what is held grows with them.
_TARGETS_AT_ONCE = 64
# Columns of the ends of a target's intervals, the figure each is of, and its divisor.
_TARGET_COLUMNS = {
    "accesses_{}_per_day": ("accesses_per_day", 1.0),
    "access_{}_minutes_per_day": ("covered_s_per_day", MINUTE_S),
    "revisit_mean_{}_h": ("revisit_mean_s", HOUR_S),
    "wait_mean_{}_h": ("wait_mean_s", HOUR_S),
}


def block_resamples(study: Study) -> BlockResamples | None:
    """Return the resamples of a span's days; None where none are asked for, or of too few days."""
    rules, edges_s = study.scenario.uncertainty, day_edges_s(study.span.duration_s)
    # Under two blocks every resample would be nearly the span itself.
    if not rules.resamples or len(edges_s) - 1 < 2 * rules.block_days:
        return None
    return uncertainty.block_resamples(
        edges_s, seed=study.scenario.seed, number=rules.resamples, block_days=rules.block_days
    )


def as_value(intervals: BootstrapIntervals) -> Value:
    """Return intervals as a store keeps them."""
    return {
        f"{end} {figure}": values
        for end, by_figure in vars(intervals).items()
        for figure, values in by_figure.items()
    }


def intervals_from(value: Value) -> BootstrapIntervals:
    """Return intervals out of what `as_value` made of them."""
    return BootstrapIntervals(
        *(
            {name.removeprefix(end): item for name, item in value.items() if name.startswith(end)}
            for end in ("value ", "low ", "high ")
        )
    )


def target_sampling(study: Study, accesses: Accesses) -> list[BootstrapIntervals | None]:
    """Return the intervals of each target's figures; None where the span is too short."""
    targets, resamples = len(study.scenario.targets), block_resamples(study)
    if resamples is None or not targets:
        return [None] * targets

    def resampled() -> Value:
        part = study.part("chances")
        # In chunks, for the resamples of all targets at once may not fit in memory.
        chunks = [
            as_value(
                _target_intervals(
                    part, accesses, resamples, range(first, min(first + _TARGETS_AT_ONCE, targets))
                )
            )
            for first in range(0, targets, _TARGETS_AT_ONCE)
        ]
        return {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}

    value = study.kept("chances", resampled)
    return [
        intervals_from({name: values[number : number + 1] for name, values in value.items()})
        for number in range(targets)
    ]


def _target_intervals(
    study: Study, accesses: Accesses, resamples: BlockResamples, targets: range
) -> BootstrapIntervals:
    """Return the intervals of some targets' figures, a row (T, ...) a target."""
    target, columns = accesses.columns["target"], accesses.columns
    own = (target >= targets.start) & (target < targets.stop)
    batch = site_batch(
        target[own] - targets.start,
        columns["satellite"][own],
        columns["start_s"][own],
        columns["end_s"][own],
        sites=len(targets),
        span_s=study.span.duration_s,
    )
    # Every target is a group of its own.
    resample = Resampling(
        resamples,
        counting_options(study),
        stay_lengths_s(study),
        np.ones(len(targets)),
        np.arange(len(targets)),
        len(targets),
    )
    grouped = bootstrap_intervals(
        resample.figures(resample(batch)), study.scenario.uncertainty.share
    )
    # The first row is of all groups together.
    return BootstrapIntervals(
        *({name: rows[1:] for name, rows in end.items()} for end in vars(grouped).values())
    )


def target_interval_columns(intervals: BootstrapIntervals | None) -> dict[str, float]:
    """Return where the figures of a target lie over resampled spans; NaN without any."""
    columns = {}
    for label, (figure, divisor) in _TARGET_COLUMNS.items():
        for end in ("low", "high"):
            columns[label.format(end)] = (
                np.nan if intervals is None else float(getattr(intervals, end)[figure][0]) / divisor
            )
    return columns


def network_sampling_table(
    study: Study, outcomes: Sequence[NetworkOutcome], pictures: PictureList
) -> pd.DataFrame:
    """Return the interval of each figure of each network, and of its ratio to the baseline's.

    Columns as in `results.columns`; empty where the span is too short to be resampled.
    """
    resamples = block_resamples(study)
    if resamples is None or not outcomes:
        return pd.DataFrame()
    share = study.scenario.uncertainty.share
    figures_of = {
        outcome.network.name: resampled_figures(study, outcome, pictures, resamples)
        for outcome in outcomes
    }
    base = figures_of[study.scenario.baseline or outcomes[0].network.name]
    return pd.DataFrame(
        [
            {"network": name, "figure": figure, **_row(values, base[figure], share)}
            for name, figures in figures_of.items()
            for figure, values in figures.items()
        ]
    )


def _row(values: FloatArray, base: FloatArray, share: float) -> dict[str, float]:
    low, high = bootstrap_interval(values, share)
    # Resample by resample: both networks see the same days, so most of chance cancels.
    ratios = _ratio(values, base)
    ratio_low, ratio_high = bootstrap_interval(ratios, share)
    return {
        "of_span": float(values[0]),
        "low": low,
        "high": high,
        "ratio_of_span": float(ratios[0]),
        "ratio_low": ratio_low,
        "ratio_high": ratio_high,
    }


def resampled_figures(
    study: Study, outcome: NetworkOutcome, pictures: PictureList, resamples: BlockResamples
) -> Mapping[str, FloatArray]:
    """Return figures of one network (1 + N,): of the span, then of each resample."""
    # How often each resample holds each day; figures are sums over days, each so often.
    times = resamples.counts[:-1]
    days = resamples.length_s / DAY_S
    contacts = outcome.offer.in_contact_s(len(study.flights))
    middle_s = np.concatenate([windows_s.mean(axis=1) for windows_s in contacts])
    cover_s = np.sum([resamples.cover_s(windows_s) for windows_s in contacts], axis=0)
    latency_s = outcome.deliveries.delivered_s - pictures.taken_s
    delivered = np.isfinite(latency_s)
    taken_s, latency_s = pictures.taken_s[delivered], latency_s[delivered]
    figures = {
        "contacts_per_day": resamples.by_day(middle_s) @ times / days,
        "contact_minutes_per_day": cover_s @ times / MINUTE_S / days,
        "latency_mean_h": _ratio(
            resamples.by_day(taken_s, latency_s) @ times, resamples.by_day(taken_s) @ times * HOUR_S
        ),
    }
    rows = resampled_percentiles(resamples, taken_s, latency_s, list(_LATENCY_PERCENTS.values()))
    figures |= {name: row / HOUR_S for name, row in zip(_LATENCY_PERCENTS, rows, strict=True)}
    sums = {
        "response": _response_sums(study, outcome, resamples),
        "age": _age_sums(outcome, resamples),
    }
    for name, by_block in sums.items():
        total_s, defined_s = by_block @ times
        figures[f"{name}_mean_h"] = _ratio(total_s, defined_s * HOUR_S)
    return figures


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Return a ratio, NaN over nothing."""
    out = np.full(above.shape, np.nan)
    np.divide(above, below, out=out, where=below > 0.0)
    return out


def _age_sums(outcome: NetworkOutcome, resamples: BlockResamples) -> FloatArray:
    """Return the integral of the age of all targets and the time it is defined, by block (2, B)."""
    sums = np.zeros((2, len(resamples.edges_s) - 1))
    for age in outcome.ages:
        sums += block_sums(age, age.undefined_s, resamples.edges_s, rises=True)
    return sums


def _response_sums(study: Study, outcome: NetworkOutcome, resamples: BlockResamples) -> FloatArray:
    """Return the integral of the response and the time it is defined, by block (2, B)."""
    sums = np.zeros((2, len(resamples.edges_s) - 1))
    for response, asked_s in zip(outcome.responses, study.requests, strict=True):
        if asked_s is None:
            sums += block_sums(response, 0.0, resamples.edges_s, rises=False)
            continue
        # Requests come in order, and those without an answer last.
        answered_s = asked_s[: len(response.length_s)]
        sums[0] += resamples.by_day(answered_s, response.length_s * response.low_s)
        sums[1] += resamples.by_day(answered_s, response.length_s)
    return sums
