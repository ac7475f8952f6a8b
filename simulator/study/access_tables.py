"""The tables of accesses, pictures and targets; columns as `results` defines them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simulator.arrays import FloatArray
from simulator.revisit import gap_statistics
from simulator.study.case import Study, hours
from simulator.study.clear_looks import clear_gap_figures, clear_longest_h
from simulator.study.columns import Columns
from simulator.study.events import LOOK_COLUMNS, Accesses, PictureList
from simulator.study.sampling import target_interval_columns
from simulator.study.store import Value
from simulator.uncertainty import BootstrapIntervals
from simulator.units import HOUR_S, MINUTE_S


def named(names: Sequence[str], numbers: Any) -> Any:
    """Return the names (N,) of numbers (N,)."""
    return np.array(names, dtype=object)[numbers]


def _target_names(study: Study) -> list[str]:
    return [target.name for target in study.scenario.targets]


def access_table(study: Study, accesses: Accesses) -> pd.DataFrame:
    """Return a row an access, with the look at its best instant."""
    columns = accesses.columns
    if not len(accesses):
        return pd.DataFrame()
    return pd.DataFrame(
        {
            "satellite": named(study.fleet.names, columns["satellite"]),
            "target": named(_target_names(study), columns["target"]),
            "start_s": columns["start_s"],
            "end_s": columns["end_s"],
            "duration_s": columns["end_s"] - columns["start_s"],
            **{name: columns[name] for name in ("cut_start", "cut_end", "best_s", *LOOK_COLUMNS)},
            **_moving_places(study, columns),
        }
    )


def _places(study: Study) -> dict[str, Any]:
    """Return latitude and longitude of targets, and which of them move, if any does."""
    where, targets = study.whereabouts, study.scenario.targets
    if not where.movements:
        return {
            "latitude_deg": [target.latitude_deg for target in targets],
            "longitude_deg": [target.longitude_deg for target in targets],
        }
    numbers = np.arange(len(targets))
    latitude, longitude, _ = where.geodetic(numbers, where.begin_s).T
    moves = np.isin(numbers, list(where.movements))
    return {"latitude_deg": latitude, "longitude_deg": longitude, "moves": moves}


def _moving_places(study: Study, columns: Value) -> dict[str, FloatArray]:
    """Return where targets are at their best looks, if any of them moves."""
    if not study.whereabouts.movements:
        return {}
    latitude, longitude, _ = study.whereabouts.geodetic(columns["target"], columns["best_s"]).T
    return {"latitude_deg": latitude, "longitude_deg": longitude}


def way_table(study: Study) -> pd.DataFrame:
    """Return the way of each target that moves, point by point, a degree apart at the most."""
    names, parts = _target_names(study), []
    for number, moved in study.whereabouts.movements.items():
        time_s, latitude, longitude = moved.drawn_deg()
        parts.append(
            pd.DataFrame(
                {
                    "target": names[number],
                    "time_s": time_s,
                    "latitude_deg": latitude,
                    "longitude_deg": longitude,
                }
            )
        )
    return pd.concat(parts) if parts else pd.DataFrame()


def picture_table(study: Study, pictures: PictureList) -> pd.DataFrame:
    """Return a row a picture."""
    if not len(pictures):
        return pd.DataFrame()
    return pd.DataFrame(
        {
            "picture": np.arange(len(pictures)),
            "satellite": named(study.fleet.names, pictures.satellite),
            "target": named(_target_names(study), pictures.target),
            "taken_s": pictures.taken_s,
            "size_bits": pictures.size_bits,
        }
    )


def target_columns(
    study: Study,
    accesses: Accesses,
    sampling: Callable[[], Sequence[BootstrapIntervals | None]],
) -> Columns:
    """Return the columns of targets: how often each is seen, with sampling errors, and how well.

    `sampling` is asked for each target's intervals where they are not kept.
    """
    targets = study.scenario.targets
    if not targets:
        return {}
    figures = study.kept(
        "targets", lambda: _target_figures(study.part("targets"), accesses, sampling())
    )
    return {
        "target": [target.name for target in targets],
        "country": [target.country or "" for target in targets],
        **_places(study),
        **figures,
    }


def _target_figures(
    study: Study, accesses: Accesses, sampling: Sequence[BootstrapIntervals | None]
) -> Value:
    """Return the figures of all targets (T,) by name."""
    columns = accesses.columns
    rows: list[dict[str, float]] = []
    for number in range(len(study.scenario.targets)):
        own = columns["target"] == number
        seen = _seen(study, accesses, number)
        minutes = seen.pop("access_minutes_per_day")
        rows.append(
            {
                **seen,
                **target_interval_columns(sampling[number]),
                "access_minutes_per_day": minutes,
                # Looks without a value, as from under the horizon, hide none that has one.
                "best_gsd_m": np.fmin.reduce(columns["gsd_m"][own], initial=np.nan),
                "best_niirs": np.fmax.reduce(columns["niirs"][own], initial=np.nan),
            }
        )
    return {
        **{name: np.array([row[name] for row in rows]) for name in rows[0]},
        **clear_gap_figures(study, accesses),
        **clear_longest_h(study, accesses),
    }


def gap_figures(study: Study, accesses: Accesses) -> dict[str, FloatArray]:
    """Return how often and how long each target (T,) is seen, by figure."""
    rows = [_seen(study, accesses, number) for number in range(len(study.scenario.targets))]
    return {
        **{name: np.array([row[name] for row in rows], float) for name in (rows or [{}])[0]},
        **clear_gap_figures(study, accesses),
    }


def _seen(study: Study, accesses: Accesses, number: int) -> dict[str, float]:
    columns, span = accesses.columns, study.span
    own = columns["target"] == number
    windows = np.stack([columns["start_s"][own], columns["end_s"][own]], axis=1)
    gaps = gap_statistics(windows, span.duration_s, rule=study.scenario.counting.revisit_rule)
    return {
        "accesses": gaps.accesses,
        "accesses_per_day": gaps.accesses / span.days,
        "revisit_mean_h": hours(gaps.mean_s),
        "revisit_max_h": hours(gaps.max_s),
        "wait_mean_h": gaps.mean_wait_s / HOUR_S,
        "access_minutes_per_day": gaps.covered_s / MINUTE_S / span.days,
    }
