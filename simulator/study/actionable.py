"""Pictures that can be acted on: from what shows itself to somebody who knows of it in time.

The chain is followed link by link: could it be looked at, is it imaged, well enough, without cloud,
is the picture at headquarters and acted on before it is gone. Each chance is of all links up to its
own, so that their fall shows where the chain breaks. Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simulator import revisit
from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.clouds import Looks
from simulator.study.case import Study
from simulator.study.events import Accesses, PictureList
from simulator.study.picture_looks import pictures_as_looks
from simulator.study.pictures_home import PicturesHome
from simulator.timeliness import caught_share
from simulator.units import HOUR_S


def actionable_figures(study: Study, home: PicturesHome) -> list[dict[str, float]]:
    """Return for each network the chance that what stays at a target is acted on in time.

    It is the mean of all targets; NaN without targets, and for a stay not shorter than the span.
    """
    targets = len(study.scenario.targets)
    if not targets:
        return [{"actionable_share": np.nan}] * len(home)
    rows, looks = pictures_as_looks(study, home.pictures)
    chance = caught_share(
        _useful(looks, home.pictures.good_enough[rows]).repeated(len(home)),
        home.delivered_s[:, rows].ravel() + _processing_s(study),
        np.tile(stays_s(study), len(home)),
        study.span.duration_s,
    )
    return [{"actionable_share": float(chance[each].mean())} for each in home.targets_of_each]


def stays_s(study: Study) -> FloatArray:
    """Return how long what is looked for stays in the open at each target (T,), seconds."""
    usual_h = study.scenario.counting.stay_h
    own_h = [target.stay_h for target in study.scenario.targets]
    return np.array([usual_h if h is None else h for h in own_h], dtype=np.float64) * HOUR_S


def actionable_table(
    study: Study, accesses: Accesses, pictures: PictureList, delivered: Mapping[str, FloatArray]
) -> pd.DataFrame:
    """Return a row a network, length of stay and target: the chance of each link of the chain.

    `delivered` has the instants of delivery (P,) by network. The stays are each target's own, and
    for all of them those of `counting`; one not shorter than the span is left out.
    """
    if not study.scenario.targets or not delivered:
        return pd.DataFrame()
    own_s, counting = stays_s(study), study.scenario.counting
    shared_h = (counting.stay_h, *counting.stays_h)
    tried = [own_s, *(np.full(len(own_s), h * HOUR_S) for h in shared_h)]
    taken = _taken(study, pictures)
    shared = [_shared_links(study, accesses, taken, stay_s) for stay_s in tried]
    parts = [
        {
            **links,
            "network": [network] * len(own_s),
            **_network_links(study, taken, delivered_s, stay_s),
        }
        for network, delivered_s in delivered.items()
        for stay_s, links in zip(tried, shared, strict=True)
    ]
    # One frame of all: two dozen put together take some thirty times as long.
    table = pd.DataFrame(
        {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    )
    # A target's own stay may be among those of all.
    table = table.drop_duplicates(["network", "target", "stay_h"])
    return table.dropna(subset="imaged_share")


class _Taken(NamedTuple):
    """The rows of pictures (P,) by target and instant, when each was taken, and three looks of it.

    `always` shows its target whatever the sky, `good` does where it is good enough for the target,
    and `useful` where that and the sky is clear.
    """

    rows: IntArray
    at_s: FloatArray
    always: Looks
    good: Looks
    useful: Looks


def _taken(study: Study, pictures: PictureList) -> _Taken:
    rows, looks = pictures_as_looks(study, pictures)
    good = pictures.good_enough[rows]
    always = replace(looks, level=np.full(len(looks), looks.shares.shape[1]))
    at_s = pictures.taken_s[rows]
    return _Taken(rows, at_s, always, _useful(always, good), _useful(looks, good))


def _shared_links(
    study: Study, accesses: Accesses, taken: _Taken, stay_s: FloatArray
) -> dict[str, Any]:
    """Return the links (T,) that are the same for all networks, and which targets they are of."""
    span_s = study.span.duration_s
    return {
        "target": [target.name for target in study.scenario.targets],
        "stay_h": stay_s / HOUR_S,
        "looked_at_share": _looked_at(study, accesses, stay_s),
        "imaged_share": caught_share(taken.always, taken.at_s, stay_s, span_s),
        "good_enough_share": caught_share(taken.good, taken.at_s, stay_s, span_s),
        "cloud_free_share": caught_share(taken.useful, taken.at_s, stay_s, span_s),
    }


def _network_links(
    study: Study, taken: _Taken, delivered_s: FloatArray, stay_s: FloatArray
) -> dict[str, FloatArray]:
    """Return the links (T,) of one network."""
    span_s, home_s = study.span.duration_s, delivered_s[taken.rows]
    acted_on_s = home_s + _processing_s(study)
    return {
        "home_in_time_share": caught_share(taken.useful, home_s, stay_s, span_s),
        "actionable_share": caught_share(taken.useful, acted_on_s, stay_s, span_s),
    }


def _processing_s(study: Study) -> float:
    return study.scenario.counting.processing_h * HOUR_S


def _looked_at(study: Study, accesses: Accesses, stay_s: FloatArray) -> FloatArray:
    """Return the chance (T,) that an access is open during a stay at each target."""
    columns = accesses.columns
    shares = []
    for number, length_s in enumerate(stay_s):
        own = columns["target"] == number
        windows_s = np.stack([columns["start_s"][own], columns["end_s"][own]], axis=1)
        shares.append(revisit.imaged_share(windows_s, study.span.duration_s, length_s))
    return np.array(shares, dtype=np.float64).reshape(len(stay_s))


def _useful(looks: Looks, good: BoolArray) -> Looks:
    """Return looks of which those not good enough never show their place."""
    return replace(looks, level=np.where(good, looks.level, 0))
