"""Distributions by network, and how much of each region has been seen with time.

Latency is that of the pictures delivered; response and age are over all instants, rebuilt from the
tables by the same exact sawtooths that gave the figures of the networks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulator import timeliness
from simulator.arrays import FloatArray
from simulator.page.labels import Labels, network_names
from simulator.results import Results
from simulator.timeliness import Sawtooth
from simulator.units import DAY_S, HOUR_S, MINUTE_S

WIDTH, HEIGHT = 460, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 14.0, 12.0, 36.0
_POINTS = 160
# How far a mean rebuilt from rounded tables may lie from the one in the table of networks.
_ALIKE_H = 2e-3
_MARKS_S = (
    *((n, f"{n} s") for n in (1, 2, 5, 10, 30)),
    *((n * MINUTE_S, f"{n} min") for n in (1, 2, 5, 10, 30)),
    *((n * HOUR_S, f"{n} h") for n in (1, 2, 4, 8)),
    *((n * DAY_S, f"{n} d") for n in (1, 2, 4, 8, 16, 32, 64, 128)),
)
_MOST_MARKS = 7
_UNITS = (("days", DAY_S), ("hours", HOUR_S), ("minutes", MINUTE_S), ("seconds", 1.0))
_STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Curve:
    """A line of a chart: its name, colour by the number of its network, and data of its path."""

    name: str
    colour: int
    path: str


@dataclass(frozen=True)
class Chart:
    """A chart of shares against time: marks on its axis are places and words."""

    title: str
    axis: str
    about: str
    curves: list[Curve]
    marks: list[tuple[float, str]]
    shares: list[tuple[float, str]]


@dataclass(frozen=True)
class _Axis:
    """Places along the axis of seconds, straight or by logarithm."""

    low_s: float
    high_s: float
    by_logarithm: bool = False

    def x(self, seconds: FloatArray) -> FloatArray:
        if self.by_logarithm:
            part = np.log(np.maximum(seconds, self.low_s) / self.low_s)
            part = part / math.log(self.high_s / self.low_s)
        else:
            part = (seconds - self.low_s) / (self.high_s - self.low_s)
        return np.asarray(_LEFT + part * (WIDTH - _LEFT - _RIGHT))


def charts(results: Results, labels: Labels) -> list[Chart]:
    """Return the charts that a run has data for."""
    made = [_latency(results, labels), *_over_instants(results, labels), _coverage(results, labels)]
    return [chart for chart in made if chart is not None]


def _y(share: FloatArray) -> FloatArray:
    return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)


def _path(axis: _Axis, seconds: FloatArray, share: FloatArray) -> str:
    x, y = axis.x(seconds).round(1).tolist(), _y(share).round(1).tolist()
    return "M" + "L".join(f"{a:g} {b:g}" for a, b in zip(x, y, strict=True))


def _shares() -> list[tuple[float, str]]:
    return [(float(_y(np.array(part))), f"{part:.0%}") for part in (0.0, 0.25, 0.5, 0.75, 1.0)]


def _latency(results: Results, labels: Labels) -> Chart | None:
    taken = len(results.pictures)
    waits = {name: _latencies_s(results, name) for name in network_names(results)}
    every = np.concatenate([np.empty(0), *waits.values()])
    if not taken or not len(every):
        return None
    low_s = max(float(every.min()) * 0.8, 1.0)
    axis = _Axis(low_s, max(float(every.max()) * 1.05, 2.0 * low_s), by_logarithm=True)
    curves = [
        Curve(labels.network(name), number, _steps(axis, wait, taken))
        for number, (name, wait) in enumerate(waits.items())
    ]
    marks = [(s, words) for s, words in _MARKS_S if axis.low_s <= s <= axis.high_s]
    marks = marks[:: math.ceil(len(marks) / _MOST_MARKS)] if marks else []
    places = axis.x(np.array([s for s, _ in marks])).tolist()
    return Chart(
        "Picture to headquarters",
        "time from picture to headquarters (logarithmic)",
        "Share of the pictures taken that are at headquarters within a time.",
        curves,
        [(x, words) for x, (_, words) in zip(places, marks, strict=True)],
        _shares(),
    )


def _latencies_s(results: Results, network: str) -> FloatArray:
    rows = results.deliveries
    rows = rows[(rows["network"] == network) & (rows["status"] == "delivered")]
    return np.sort(rows["latency_s"].to_numpy(dtype=float))


def _steps(axis: _Axis, wait_s: FloatArray, taken: int) -> str:
    """Return the share delivered as steps; of thousands of pictures as a line through some."""
    count = len(wait_s)
    if count > _POINTS:
        kept = np.unique(np.linspace(0, count - 1, _POINTS).round().astype(int))
        times, shares = wait_s[kept], (kept + 1.0) / taken
    else:
        times = np.repeat(wait_s, 2)
        shares = np.repeat(np.arange(count + 1.0), 2)[1:-1] / taken
    end = shares[-1] if count else 0.0
    return _path(
        axis,
        np.concatenate([[axis.low_s], times, [axis.high_s]]),
        np.concatenate([[0.0], shares, [end]]),
    )


def _over_instants(results: Results, labels: Labels) -> Iterator[Chart | None]:
    names = network_names(results)
    rebuilt = {name: (ages(results, name), responses(results, name)) for name in names}
    yield _of_teeth(
        "Request to picture at headquarters",
        "time from a request to its picture at headquarters",
        "Share of requests at random instants that are answered within a time; those answered "
        "beyond the span are left out.",
        {name: teeth[1] for name, teeth in rebuilt.items() if teeth[1] is not None},
        results,
        labels,
    )
    yield _of_teeth(
        "Age of the newest picture",
        "age of the newest picture at headquarters",
        "Share of the time in which the newest picture of a target is at most so old; the time "
        "before the first one is left out.",
        {name: teeth[0] for name, teeth in rebuilt.items() if teeth[0] is not None},
        results,
        labels,
    )


def _of_teeth(
    title: str,
    axis_words: str,
    about: str,
    teeth: dict[str, Sawtooth],
    results: Results,
    labels: Labels,
) -> Chart | None:
    if not teeth:
        return None
    end_s = max(tooth.max_s or 0.0 for tooth in teeth.values())
    axis = _Axis(0.0, max(end_s, 1.0))
    times = np.linspace(0.0, axis.high_s, _POINTS)
    number = {name: n for n, name in enumerate(network_names(results))}
    curves = [
        Curve(labels.network(name), number[name], _path(axis, times, _within(tooth, times)))
        for name, tooth in teeth.items()
    ]
    unit, marks = _plain_marks(axis)
    return Chart(title, f"{axis_words}, {unit}", about, curves, marks, _shares())


def _within(tooth: Sawtooth, times_s: FloatArray) -> FloatArray:
    return np.array([tooth.share_within(t) or 0.0 for t in times_s.tolist()])


def _plain_marks(axis: _Axis) -> tuple[str, list[tuple[float, str]]]:
    """Return the unit that reads best and marks at round numbers of it."""
    unit, size = next(((u, s) for u, s in _UNITS if axis.high_s >= 2.0 * s), _UNITS[-1])
    last = axis.high_s / size
    power = 10.0 ** math.floor(math.log10(last / 6.0))
    step = next(f * power for f in _STEPS if last / (f * power) <= 6.0)
    numbers = np.arange(0.0, last + 1e-9, step)
    places = axis.x(numbers * size).tolist()
    return unit, [(x, f"{n:g}") for x, n in zip(places, numbers.tolist(), strict=True)]


def ages(results: Results, network: str) -> Sawtooth | None:
    """Return the age of the newest picture of all targets over the span, None for none.

    Rebuilt from the tables; None, too, where it would not agree with the figure of the network.
    """
    span_s = results.days * DAY_S
    teeth = [
        timeliness.age_of_information(taken_s, delivered_s, span_s)
        for taken_s, delivered_s, _ in _by_target(results, network)
    ]
    return _agreeing(results, network, "age_mean_h", teeth)


def responses(results: Results, network: str) -> Sawtooth | None:
    """Return the response to requests at any instant for all targets, None as for `ages`."""
    span_s = results.days * DAY_S
    teeth = [
        timeliness.system_response(latest_s, delivered_s, span_s)
        for _, delivered_s, latest_s in _by_target(results, network)
    ]
    return _agreeing(results, network, "response_mean_h", teeth)


def _agreeing(
    results: Results, network: str, figure: str, teeth: Sequence[Sawtooth]
) -> Sawtooth | None:
    pooled = timeliness.pooled(teeth)
    told = float(results.networks.set_index("network")[figure].get(network, math.nan))
    # Requests of the scenario's own instants, for one, are not those at any instant.
    if pooled.mean_s is None or not abs(pooled.mean_s / HOUR_S - told) <= _ALIKE_H:
        return None
    return pooled


def _by_target(
    results: Results, network: str
) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Yield a target's pictures: taken, delivered (inf: never), latest command (-inf: none)."""
    rows = results.deliveries[results.deliveries["network"] == network]
    taken_s = rows["taken_s"].to_numpy(dtype=float)
    delivered_s = rows["delivered_s"].fillna(np.inf).to_numpy(dtype=float)
    latest_s = _latest_commands_s(results, network, rows, taken_s)
    for target in results.targets["target"]:
        chosen = (rows["target"] == target).to_numpy()
        yield taken_s[chosen], delivered_s[chosen], latest_s[chosen]


def _latest_commands_s(
    results: Results, network: str, rows: pd.DataFrame, taken_s: FloatArray
) -> FloatArray:
    table = results.contacts
    table = table[(table["network"] == network) & table["command"].astype(bool)]
    wait_s = table["acquisition_s"].to_numpy(dtype=float) if "acquisition_s" in table else 0.0
    begin_s = table["start_s"] + np.where(table["cut_start"].astype(bool), 0.0, wait_s)
    latest_s = np.full(len(rows), -np.inf)
    for satellite in rows["satellite"].unique():
        of_satellite = table["satellite"] == satellite
        windows = np.column_stack([begin_s[of_satellite], table["end_s"][of_satellite]])
        chosen = (rows["satellite"] == satellite).to_numpy()
        latest_s[chosen] = timeliness.latest_command_s(taken_s[chosen], windows, 0.0)
    return latest_s


def _coverage(results: Results, labels: Labels) -> Chart | None:
    curves = []
    axis = _Axis(0.0, results.days * DAY_S)
    for number, (name, grid) in enumerate(results.grids.items()):
        share = grid["accumulated_fraction"].to_numpy().astype(float)
        times_s = _seconds(grid["time_s"].to_numpy(), results)
        kept = np.unique(np.linspace(0, len(share) - 1, _POINTS).round().astype(int))
        curves.append(Curve(labels.region(name), number, _path(axis, times_s[kept], share[kept])))
    if not curves:
        return None
    unit, marks = _plain_marks(axis)
    return Chart(
        "Area seen at least once",
        f"time since the start, {unit}",
        "Share of the area of each region that has been in access at least once.",
        curves,
        marks,
        _shares(),
    )


def _seconds(times: np.ndarray[Any, Any], results: Results) -> FloatArray:
    """Return seconds after the start, of a grid's numbers or of its instants."""
    if np.issubdtype(times.dtype, np.datetime64):
        start = np.datetime64(results.start.replace(tzinfo=None), "ns")
        return np.asarray((times - start) / np.timedelta64(1, "s"), dtype=np.float64)
    return times.astype(np.float64)
