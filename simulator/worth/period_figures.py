"""The figures of a network over a part of the span, such as before or after a host withdraws.

Seconds since the span's start. Instants, requests and pictures of the period count; what they wait
for may come after it.
"""

from __future__ import annotations

import numpy as np

from simulator import intervals
from simulator.arrays import FloatArray
from simulator.delivery import DELIVERED
from simulator.study import NetworkOutcome, PictureList, Study, latest_commands_s
from simulator.timeliness import block_sums, latency_statistics, response_to_requests
from simulator.units import DAY_S, HOUR_S

PERIOD_FIGURES = (
    "latency_mean_h",
    "latency_p90_h",
    "latency_max_h",
    "delivered_within_1h_share",
    "next_command_mean_h",
    "response_mean_h",
    "age_mean_h",
    "longest_silence_h",
    "offered_gbit_per_day",
)


def period_figures(
    study: Study,
    outcome: NetworkOutcome,
    pictures: PictureList,
    begin_s: float,
    end_s: float,
) -> FloatArray:
    """Return PERIOD_FIGURES (F,) of a network from `begin_s` to `end_s`; NaN for what has no value.

    Latencies are of the pictures taken in the period and delivered by the span's end, the share
    within an hour of all taken in it.
    """
    inside = (pictures.taken_s >= begin_s) & (pictures.taken_s < end_s)
    latency = latency_statistics(pictures.taken_s[inside], outcome.deliveries.delivered_s[inside])
    shares = dict(latency.share_within)
    values_s = (latency.mean_s, latency.p90_s, latency.max_s)
    window_s = np.array([begin_s, end_s])
    response_s = _response_s(study, outcome, pictures, window_s)
    ages = [block_sums(age, age.undefined_s, window_s, rises=True) for age in outcome.ages]
    satellites = range(len(study.flights))
    commands_s = intervals.union(*(outcome.offer.commands_s(number) for number in satellites))
    contacts_s = intervals.union(*outcome.offer.in_contact_s(len(study.flights)))
    return np.array(
        [
            *(np.nan if value is None else value / HOUR_S for value in values_s),
            np.nan if shares[1.0] is None else shares[1.0],
            wait_in_s(commands_s, begin_s, end_s) / HOUR_S,
            response_s / HOUR_S,
            _mean(np.sum(ages, axis=0)) / HOUR_S if ages else np.nan,
            _longest_s(contacts_s, begin_s, end_s) / HOUR_S,
            _gbit_per_day(study, outcome, begin_s, end_s),
        ]
    )


def mean_ages_s(outcome: NetworkOutcome, pictures: PictureList, at_s: FloatArray) -> FloatArray:
    """Return the age of the newest picture at headquarters at instants (N,), the mean over targets.

    A target none of whose pictures has arrived is left out; NaN where that is all of them.
    """
    ages_s = np.full((len(outcome.ages), len(at_s)), np.nan)
    arrived = outcome.deliveries.status == DELIVERED
    for target, row in enumerate(ages_s):
        own = np.flatnonzero((pictures.target == target) & arrived)
        own = own[np.argsort(outcome.deliveries.delivered_s[own], kind="stable")]
        newest_s = np.maximum.accumulate(pictures.taken_s[own])
        place = np.searchsorted(outcome.deliveries.delivered_s[own], at_s, side="right") - 1
        known = place >= 0
        row[known] = at_s[known] - newest_s[place[known]]
    count = np.isfinite(ages_s).sum(axis=0)
    total_s = np.nansum(ages_s, axis=0)
    return np.where(count > 0, total_s / np.maximum(count, 1), np.nan)


def mean_ages_of_blocks_s(outcome: NetworkOutcome, edges_s: FloatArray) -> FloatArray:
    """Return the mean age (B,) over the blocks between edges (B + 1,), all targets alike.

    Instants before a target's first delivery are left out; NaN for a block of nothing else.
    """
    sums = np.zeros((2, len(edges_s) - 1))
    for age in outcome.ages:
        sums += block_sums(age, age.undefined_s, edges_s, rises=True)
    return np.where(sums[1] > 0.0, sums[0] / np.maximum(sums[1], 1e-9), np.nan)


def wait_in_s(windows_s: FloatArray, begin_s: float, end_s: float) -> float:
    """Return the mean wait from the instants of a period to the next of sorted windows (N, 2).

    Instants after the last window have none and are left out; NaN where that is all of them.
    """
    last_s = min(float(windows_s[-1, 1]), end_s) if len(windows_s) else begin_s
    if last_s <= begin_s:
        return np.nan
    gaps_s = intervals.complement(windows_s, begin_s, max(float(windows_s[-1, 1]), end_s))
    # A gap is waited through from where it begins in the period to where it ends, within or after.
    from_s, to_s = gaps_s[:, 0], np.minimum(gaps_s[:, 1], last_s)
    from_s, to_s, over_s = (column[to_s > from_s] for column in (from_s, to_s, gaps_s[:, 1]))
    total_s = ((over_s - from_s) ** 2 - (over_s - to_s) ** 2).sum() / 2.0
    return float(total_s / (last_s - begin_s))


def _mean(sums: FloatArray) -> float:
    return float(sums[0, 0] / sums[1, 0]) if sums[1, 0] > 0.0 else np.nan


def _response_s(
    study: Study, outcome: NetworkOutcome, pictures: PictureList, window_s: FloatArray
) -> float:
    """Return the mean response to the requests of a period, all targets alike, NaN for none."""
    latest_s = latest_commands_s(study, outcome.offer, pictures)
    length_s, sums = float(window_s[1] - window_s[0]), np.zeros((2, 1))
    for target, asked_s in enumerate(study.requests):
        if asked_s is None:
            sums += block_sums(outcome.responses[target], 0.0, window_s, rises=False)
            continue
        rows = pictures.target == target
        asked_s = asked_s[(asked_s >= window_s[0]) & (asked_s < window_s[1])]
        tooth = response_to_requests(
            asked_s, latest_s[rows], outcome.deliveries.delivered_s[rows], length_s
        )
        sums[:, 0] += (tooth.low_s * tooth.length_s).sum(), tooth.length_s.sum()
    return _mean(sums)


def _longest_s(contacts_s: FloatArray, begin_s: float, end_s: float) -> float:
    silent_s = intervals.complement(contacts_s, begin_s, end_s)
    return float((silent_s[:, 1] - silent_s[:, 0]).max()) if len(silent_s) else 0.0


def _gbit_per_day(study: Study, outcome: NetworkOutcome, begin_s: float, end_s: float) -> float:
    bits = sum(
        outcome.offer.sendable_bits(number, begin_s, end_s) for number in range(len(study.flights))
    )
    return bits / 1e9 / ((end_s - begin_s) / DAY_S)
