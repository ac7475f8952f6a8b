"""The same pictures as several networks, of one study or many, bring them home, in one go.

Targets and satellites are numbered on from one network to the next: what is asked of all targets of
one network is then asked of those of all, with the same numbers, in a third of the steps where
there are three. Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.delivery import Pictures
from simulator.study.case import Study, hours, share_or_nan
from simulator.study.events import PictureList
from simulator.timeliness import (
    Answers,
    CommandWait,
    Delays,
    ResponseDelays,
    ResponseSavings,
    Sawtooth,
    ages_of_information,
    pooled,
    response_delays,
    response_delays_of_groups,
    response_savings,
    response_savings_of_groups,
    response_to_requests,
    system_responses,
)
from simulator.units import HOUR_S


@dataclass(frozen=True, eq=False)
class PicturesHome:
    """Pictures (P,) and what each of some networks (N,) makes of them.

    `group` (N,) is the number of the group that each network is of: figures do not depend, to the
    last bit, on those of another group.
    `latest_s` (N, P) are the last instants at which each can be commanded, -inf: never;
    `delivered_s` (N, P) those at which it is at headquarters, inf: never. `delays` are the parts of
    its latency, and `commands_s` the merged times (M, 2) in which each satellite can be commanded,
    by network.
    """

    pictures: PictureList
    targets: int
    group: IntArray
    latest_s: FloatArray
    delivered_s: FloatArray
    delays: Sequence[Delays]
    commands_s: Sequence[Sequence[FloatArray]]

    def __len__(self) -> int:
        return len(self.latest_s)

    @property
    def targets_of_each(self) -> list[slice]:
        """The numbers of each network's targets."""
        return [slice(n * self.targets, (n + 1) * self.targets) for n in range(len(self))]

    def numbered_on(self, number: IntArray, count: int) -> IntArray:
        """Return numbers (M,), of so many, for one network behind the other (N M,)."""
        return np.asarray((number + count * np.arange(len(self))[:, None]).ravel())


class Timeliness(NamedTuple):
    """Ages and responses of one network, target by target, and the stages of all responses."""

    ages: tuple[Sawtooth, ...]
    responses: tuple[Sawtooth, ...]
    stages: ResponseDelays


def timeliness(study: Study, home: PicturesHome) -> list[Timeliness]:
    """Return ages and responses of each network."""
    pictures, span_s, every = home.pictures, study.span.duration_s, len(home) * home.targets
    target = home.numbered_on(pictures.target, home.targets)
    taken_s, delivered_s = np.tile(pictures.taken_s, len(home)), home.delivered_s.ravel()
    ages = ages_of_information(target, taken_s, delivered_s, span_s, targets=every)
    responses = list(
        system_responses(target, home.latest_s.ravel(), delivered_s, span_s, targets=every)
    )
    for number, asked_s in enumerate(study.requests):
        if asked_s is not None:
            rows = pictures.target == number
            for network, each in enumerate(home.targets_of_each):
                responses[each.start + number] = response_to_requests(
                    asked_s, home.latest_s[network, rows], home.delivered_s[network, rows], span_s
                )
    return [
        Timeliness(ages[each], tuple(responses[each]), stages)
        for each, stages in zip(home.targets_of_each, _stages(study, home), strict=True)
    ]


def _asked_always(study: Study, pictures: PictureList) -> BoolArray:
    """Return which pictures (P,) are of targets that are asked for at every instant."""
    always = np.array([asked_s is None for asked_s in study.requests], dtype=np.bool_)
    return np.asarray(always[pictures.target])


def _asked_at_instants(
    study: Study, pictures: PictureList
) -> Iterator[tuple[BoolArray, FloatArray]]:
    """Yield the pictures (P,) of each target that is asked for at instants (R,), and these."""
    for number, asked_s in enumerate(study.requests):
        if asked_s is not None:
            yield pictures.target == number, asked_s


def _edges(home: PicturesHome) -> list[int]:
    """Return the numbers at which the targets of each network begin and the last ones end."""
    return [number * home.targets for number in range(len(home) + 1)]


def _stages(study: Study, home: PicturesHome) -> list[ResponseDelays]:
    """Return the stages of the responses of each network, of all its targets."""
    pictures, span_s = home.pictures, study.span.duration_s
    waits = [[CommandWait(windows_s) for windows_s in each] for each in home.commands_s]
    always = _asked_always(study, pictures)
    found = response_delays_of_groups(
        home.latest_s[:, always].ravel(),
        _queued(pictures, always, home.numbered_on(pictures.satellite[always], len(study.flights))),
        home.delivered_s[:, always].ravel(),
        [wait for each in waits for wait in each],
        span_s,
        target=home.numbered_on(pictures.target[always], home.targets),
        first=_edges(home),
    )
    for rows, asked_s in _asked_at_instants(study, pictures):
        for number in range(len(home)):
            found[number] += response_delays(
                home.latest_s[number, rows],
                _queued(pictures, rows, pictures.satellite[rows]),
                home.delivered_s[number, rows],
                waits[number],
                span_s,
                asked_s,
            )
    return found


def _queued(pictures: PictureList, rows: BoolArray, satellite: IntArray) -> Pictures:
    """Return the pictures of some rows (P,), as often as `satellite` has theirs."""
    times = len(satellite) // max(int(rows.sum()), 1)
    # Without priorities: what is delivered is settled, only the delays are asked for.
    return Pictures(
        satellite, np.tile(pictures.taken_s[rows], times), np.tile(pictures.size_bits[rows], times)
    )


def timeliness_figures(found: Timeliness) -> dict[str, float]:
    """Return response time and age of information, all targets pooled with equal weight."""
    age, response, stages = pooled(found.ages), pooled(found.responses), found.stages
    # Stages are integrals over request instants: their weight is the time with an answer.
    weight_h = stages.weight_s * HOUR_S if stages.weight_s > 0.0 else np.nan
    return {
        "response_mean_h": hours(response.mean_s),
        "response_median_h": hours(response.percentile_s(50)),
        "response_p90_h": hours(response.percentile_s(90)),
        "response_p99_h": hours(response.percentile_s(99)),
        "response_max_h": hours(response.max_s),
        "response_unknown_share": share_or_nan(response.undefined_share),
        "response_command_h": stages.command_s / weight_h,
        "response_collection_h": stages.collection_s / weight_h,
        "response_delivery_h": stages.delivery_s / weight_h,
        "age_mean_h": hours(age.mean_s),
        "age_p90_h": hours(age.percentile_s(90)),
        "age_max_h": hours(age.max_s),
        "age_unknown_share": share_or_nan(age.undefined_share),
    }


def saving_figures(study: Study, home: PicturesHome) -> list[dict[str, float]]:
    """Return for each network what stages that took no time would save of the mean response."""
    pictures, span_s = home.pictures, study.span.duration_s
    always, every = _asked_always(study, pictures), range(len(home))
    saved = response_savings_of_groups(
        _answers(home, always, every),
        span_s,
        target=home.numbered_on(pictures.target[always], home.targets),
        first=_edges(home),
    )
    for rows, asked_s in _asked_at_instants(study, pictures):
        for number in every:
            saved[number] += response_savings(_answers(home, rows, [number]), span_s, asked_s)
    return [_saving_figures(each) for each in saved]


def _answers(home: PicturesHome, rows: BoolArray, networks: Sequence[int]) -> Answers:
    """Return the pictures of some rows (P,) as some of the networks answer with them."""
    pictures, times = home.pictures, len(networks)
    parts = zip(*(home.delays[number].of(rows).parts_s for number in networks), strict=True)
    return Answers(
        home.latest_s[networks][:, rows].ravel(),
        np.tile(pictures.begin_s[rows], times),
        np.tile(pictures.taken_s[rows], times),
        home.delivered_s[networks][:, rows].ravel(),
        Delays(*(np.concatenate(part) for part in parts)),
    )


def _saving_figures(saved: ResponseSavings) -> dict[str, float]:
    weight_h = saved.weight_s * HOUR_S if saved.weight_s > 0.0 else np.nan
    return {
        "response_saved_command_h": saved.command_s / weight_h,
        "response_saved_contact_h": saved.contact_s / weight_h,
        "response_saved_queue_h": saved.queue_s / weight_h,
        "response_saved_sending_h": saved.sending_s / weight_h,
        "response_saved_forwarding_h": saved.forwarding_s / weight_h,
        "response_saved_delivery_h": saved.delivery_s / weight_h,
        "response_saved_both_h": saved.both_s / weight_h,
    }
