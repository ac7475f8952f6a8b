"""How likely something that stays in the open is seen, at targets and in regions, and when not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from simulator import revisit
from simulator.arrays import FloatArray
from simulator.earth import sites
from simulator.revisit import Stays, local_day_s, relocating
from simulator.study.case import Study, hours
from simulator.study.counting import stay_lengths_s
from simulator.study.events import Accesses
from simulator.study.regions import RegionFindings
from simulator.uncertainty import BootstrapIntervals
from simulator.units import HOUR_S


class PlaceStays(NamedTuple):
    """How stays fare at a target, or in a region of P cells (`weights`, areas or ones).

    `local_hours` (P, 24) counts accesses by the local mean solar hour of their middle; None for a
    target that moves, which has no one clock.
    """

    name: str
    kind: str
    stays: Stays
    sampling: BootstrapIntervals | None
    local_hours: FloatArray | None
    weights: FloatArray


def place_stays(
    study: Study,
    accesses: Accesses,
    regions: Mapping[str, RegionFindings],
    sampling: Sequence[BootstrapIntervals | None],
) -> list[PlaceStays]:
    """Return how stays fare at every target, then in every region; `sampling` is of targets."""
    places = []
    for number, target in enumerate(study.scenario.targets):
        stays, local_hours = target_stays(study, accesses, number)
        places.append(
            PlaceStays(target.name, "target", stays, sampling[number], local_hours, np.ones(1))
        )
    for name, region in regions.items():
        local_hours = region.figures.figures.local_hours.astype(np.float64)
        weights = region.figures.cells.weights_km2
        places.append(
            PlaceStays(name, "region", region.stays, region.sampling, local_hours, weights)
        )
    return places


def target_stays(study: Study, accesses: Accesses, target: int) -> tuple[Stays, FloatArray | None]:
    """Return how stays at a target fare, and its accesses (1, 24) by local mean solar hour.

    Of one that moves a stay goes along with it, and hours are those of no clock.
    """
    own = accesses.columns["target"] == target
    start_s, end_s = accesses.columns["start_s"][own], accesses.columns["end_s"][own]
    table = study.scenario.targets[target]
    clock_s = 0.0
    if table.track is None:
        place = sites(*table.place_deg, table.height_m)
        clock_s = float(local_day_s(place, study.span)[0])
    stays = revisit.target_stays(
        np.stack([start_s, end_s], axis=1),
        study.span.duration_s,
        stay_lengths_s(study),
        clock_s=clock_s,
    )
    if table.track is not None:
        return stays, None
    # An access counts in the hour of its middle.
    hour = ((0.5 * (start_s + end_s) + clock_s) // HOUR_S).astype(np.int64) % 24
    return stays, np.bincount(hour, minlength=24).astype(np.float64)[None]


def stay_table(place: PlaceStays) -> pd.DataFrame:
    """Return how likely something that stays in the open is seen, by the length of its stay.

    Also if it moves on, unseen and at once, whenever its stay is over.
    """
    rows, stays = [], place.stays
    for number, stay_s in enumerate(stays.stay_s.tolist()):
        share, open_s = float(stays.mean_share[number]), float(stays.mean_open_s[number])
        if np.isnan(share):
            continue
        moving = relocating(share, open_s, stay_s=stay_s)
        rows.append(
            {
                "place": place.name,
                "kind": place.kind,
                "stay_h": stay_s / HOUR_S,
                "seen_share": share,
                **_seen_ends(share, place.sampling, number),
                "open_mean_h": open_s / HOUR_S,
                "moving_time_to_access_h": hours(moving.time_to_image_s),
                "moving_day_share": moving.day_share,
            }
        )
    return pd.DataFrame(rows)


def _seen_ends(share: float, sampling: BootstrapIntervals | None, number: int) -> dict[str, float]:
    """Return where the chance of a stay lies over resampled spans; NaN without any."""
    if sampling is None:
        return {"seen_low_share": np.nan, "seen_high_share": np.nan}
    # Of some cells only in a large region: the distances of its ends are laid on the share of all.
    value, low, high = (
        float(part["imaged_share"][0, number])
        for part in (sampling.value, sampling.low, sampling.high)
    )
    return {
        "seen_low_share": max(share + low - value, 0.0),
        "seen_high_share": min(share + high - value, 1.0),
    }


def hour_table(place: PlaceStays) -> pd.DataFrame:
    """Return a place by local mean solar hour: its accesses, its safe window, what is seen.

    The safe window is the longest unseen stretch that begins in the hour, its mean over the area
    and its least. Nothing of a target that moves.
    """
    if place.local_hours is None:
        return pd.DataFrame()
    by_hour = place.weights @ place.local_hours
    total = float(by_hour.sum())
    safe_h = place.stays.safe_s / HOUR_S
    table = pd.DataFrame(
        {
            "place": place.name,
            "kind": place.kind,
            "local_hour": np.arange(24),
            "accesses_share": by_hour / total if total > 0.0 else np.full(24, np.nan),
            "safe_mean_h": np.average(safe_h, axis=0, weights=place.weights),
            "safe_min_h": safe_h.min(axis=0),
        }
    )
    for number, stay_s in enumerate(place.stays.stay_s.tolist()):
        table[f"seen_in_{stay_s / HOUR_S:g}_h_share"] = place.stays.hour_share[number]
    return table
