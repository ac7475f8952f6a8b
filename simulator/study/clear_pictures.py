"""What clouds leave of the pictures at headquarters: how many show something, how late, how old.

A picture under cloud is taken, sent and delivered like any other; it only shows nothing. Expected
values over all skies (`simulator.clouds`), targets pooled with equal weight.
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.clouds import (
    Looks,
    SkyPieces,
    clear_ages,
    clear_answers,
    clear_responses,
    mean_s,
    means_s,
    percentile_s,
    pooled_pieces,
)
from simulator.study.case import Study
from simulator.study.events import PictureList
from simulator.study.picture_looks import pictures_as_looks
from simulator.study.pictures_home import PicturesHome
from simulator.units import DAY_S, HOUR_S


def clear_network_figures(study: Study, home: PicturesHome) -> list[dict[str, float]]:
    """Return the figures of each network that count only what shows its target.

    None without clouds.
    """
    if study.scenario.clouds is None or not study.scenario.targets:
        return [{}] * len(home)
    rows, looks = pictures_as_looks(study, home.pictures)
    span_s, delivered_s = study.span.duration_s, home.delivered_s[:, rows]
    every = looks.repeated(len(home))
    ages = clear_ages(every, delivered_s.ravel(), span_s)
    group = np.repeat(home.group, home.targets)
    latest_s = home.latest_s[:, rows].ravel()
    responses = _responses(study, every, latest_s, delivered_s.ravel(), group)
    return [
        _clear_figures(
            float(looks.chance[np.isfinite(delivered_s[number])].sum()),
            age,
            response,
            span_s,
        )
        for number, (age, response) in enumerate(
            zip(ages.parted(home.targets), responses.parted(home.targets), strict=True)
        )
    ]


def _clear_figures(
    home: float, age: SkyPieces, response: SkyPieces, span_s: float
) -> dict[str, float]:
    """Return the figures of one network, of whose pictures at home so many show their target."""
    whole_s = span_s * len(age.undefined_s)
    return {
        "pictures_clear_per_day": home / (span_s / DAY_S),
        "response_mean_clear_h": mean_s(response) / HOUR_S,
        "response_p90_clear_h": percentile_s(response, 90.0) / HOUR_S,
        "response_unknown_clear_share": float(response.undefined_s.sum()) / whole_s,
        "age_mean_clear_h": mean_s(age) / HOUR_S,
        "age_p90_clear_h": percentile_s(age, 90.0) / HOUR_S,
        "age_unknown_clear_share": float(age.undefined_s.sum()) / whole_s,
    }


def clear_target_ages(
    study: Study, pictures: PictureList, delivered_s: FloatArray
) -> dict[str, FloatArray]:
    """Return the figures of each target (T,) in one network; none without clouds."""
    if study.scenario.clouds is None or not study.scenario.targets:
        return {}
    rows, looks = pictures_as_looks(study, pictures)
    span_s, delivered_s = study.span.duration_s, delivered_s[rows]
    chance = np.where(np.isfinite(delivered_s), looks.chance, 0.0)
    age = clear_ages(looks, delivered_s, span_s)
    return {
        "pictures_clear_per_day": np.bincount(looks.place, chance, len(looks.shares))
        / (span_s / DAY_S),
        "age_mean_clear_h": means_s(age) / HOUR_S,
        "age_unknown_clear_share": age.undefined_s / span_s,
    }


def _responses(
    study: Study, looks: Looks, latest_s: FloatArray, delivered_s: FloatArray, group: IntArray
) -> SkyPieces:
    """Return the responses of all targets, each to its requests, as often as looks repeat them.

    `group` (P,) is the number of the group of networks that each place is of.
    """
    span_s, targets = study.span.duration_s, len(study.requests)
    always = np.array([asked_s is None for asked_s in study.requests], dtype=np.bool_)
    found = clear_responses(looks, latest_s, delivered_s, span_s, group=group)
    if always.all():
        return found
    times = len(looks.shares) // targets
    asked = [np.empty(0) if asked_s is None else asked_s for asked_s in study.requests] * times
    number = np.repeat(np.arange(len(asked)), [len(each) for each in asked])
    requests = (number, np.concatenate(asked))
    answers = clear_answers(looks, requests, latest_s, delivered_s, span_s, group=group)
    of_all = np.tile(always, times)
    return pooled_pieces([_only(found, of_all), _only(answers, ~of_all)])


def _only(pieces: SkyPieces, places: BoolArray) -> SkyPieces:
    """Return the pieces of some of the places alone."""
    own = places[pieces.place]
    return SkyPieces(
        pieces.place[own],
        pieces.length_s[own],
        pieces.low_s[own],
        pieces.high_s[own],
        pieces.chance[own],
        np.where(places, pieces.undefined_s, 0.0),
    )
