"""Shares against time: latency, response and age by network, and what has been seen of regions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simulator.arrays import FloatArray
from simulator.page.labels import Labels
from simulator.page.shares import Shares
from simulator.results import Results
from simulator.timeliness import Sawtooth
from simulator.units import DAY_S, HOUR_S, MINUTE_S

WIDTH, HEIGHT = 460, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 50.0, 14.0, 12.0, 36.0
_POINTS = 160
_MARKS_S = (
    *((n, f"{n} s") for n in (1, 2, 5, 10, 30)),
    *((n * MINUTE_S, f"{n} min") for n in (1, 2, 5, 10, 30)),
    *((n * HOUR_S, f"{n} h") for n in (1, 2, 4, 8)),
    *((n * DAY_S, f"{n} d") for n in (1, 2, 4, 8, 16, 32, 64, 128)),
)
_MOST_MARKS = 7
_UNITS = (("days", DAY_S), ("hours", HOUR_S), ("minutes", MINUTE_S), ("seconds", 1.0))
_STEPS = (1.0, 2.0, 5.0, 10.0)
# More curves than these in one chart cannot be told apart.
_MOST_CURVES = 8


@dataclass(frozen=True)
class Curve:
    """A line of a chart: its name, numbers of colour, dashes and width, and data of its path.

    `run` is the title of its run where a chart has several.
    """

    name: str
    colour: int
    dashes: int
    width: int
    path: str = ""
    run: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart of shares against time: marks on its axis are places and words."""

    title: str
    axis: str
    about: str
    curves: list[Curve]
    marks: list[tuple[float, str]]
    shares: list[tuple[float, str]]


@dataclass(frozen=True, eq=False)
class _Line:
    """What a curve is drawn from, and how."""

    curve: Curve
    shares: Shares


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


def charts(shares: Sequence[Shares], results: Results, labels: Labels) -> list[Chart]:
    """Return the charts that a run has data for, with a curve a network."""
    lines = [
        _Line(Curve(each.network, number, 0, number), each) for number, each in enumerate(shares)
    ]
    made = [*_by_network(lines), _coverage(results, labels)]
    return [chart for chart in made if chart is not None]


Runs = Sequence[tuple[str, Sequence[Shares]]]


def compared_charts(runs: Runs) -> list[Chart]:
    """Return the charts of several runs (title, shares) together: colour by run, dashes by network.

    Of each run as many networks as leave the curves apart, the first ones; at least one.
    """
    return [chart for chart in _by_network(_lines_of(runs)) if chart is not None]


def compared_keys(runs: Runs) -> list[tuple[str, list[Curve]]]:
    """Return the curves in the charts of several runs, by run (title), each with its network."""
    lines = _lines_of(runs)
    return [
        (title, [line.curve for line in lines if line.curve.colour == run])
        for run, (title, _) in enumerate(runs[:_MOST_CURVES])
    ]


def _lines_of(runs: Runs) -> list[_Line]:
    most = max(_MOST_CURVES // max(len(runs), 1), 1)
    shown = [
        (run, title, number, shares)
        for run, (title, networks) in enumerate(runs[:_MOST_CURVES])
        for number, shares in enumerate(networks[:most])
    ]
    return [
        _Line(Curve(shares.network, run, number, place, run=title), shares)
        for place, (run, title, number, shares) in enumerate(shown)
    ]


def _by_network(lines: Sequence[_Line]) -> Iterator[Chart | None]:
    yield _latency(lines)
    yield _of_teeth(
        "Request to picture at headquarters",
        "time from a request to its picture at headquarters",
        "Share of requests at random instants that are answered within a time; those answered "
        "beyond the span are left out.",
        [(line, line.shares.response) for line in lines],
    )
    yield _of_teeth(
        "Age of the newest picture",
        "age of the newest picture at headquarters",
        "Share of the time in which the newest picture of a target is at most so old; the time "
        "before the first one is left out.",
        [(line, line.shares.age) for line in lines],
    )


def _y(share: FloatArray) -> FloatArray:
    return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)


def _path(axis: _Axis, seconds: FloatArray, share: FloatArray) -> str:
    x, y = axis.x(seconds).round(1).tolist(), _y(share).round(1).tolist()
    return "M" + "L".join(f"{a:g} {b:g}" for a, b in zip(x, y, strict=True))


def _shares() -> list[tuple[float, str]]:
    return [
        (float(_y(np.array(part))), f"{100.0 * part:g} %") for part in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]


def _latency(lines: Sequence[_Line]) -> Chart | None:
    every = np.concatenate([np.empty(0), *(line.shares.latency_s for line in lines)])
    if not len(every):
        return None
    low_s = max(float(every.min()) * 0.8, 1.0)
    axis = _Axis(low_s, max(float(every.max()) * 1.05, 2.0 * low_s), by_logarithm=True)
    curves = [
        replace(line.curve, path=_steps(axis, line.shares.latency_s, line.shares.taken))
        for line in lines
        if line.shares.taken
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


def _of_teeth(
    title: str, axis_words: str, about: str, teeth: Sequence[tuple[_Line, Sawtooth | None]]
) -> Chart | None:
    known = [(line, tooth) for line, tooth in teeth if tooth is not None]
    if not known:
        return None
    end_s = max(tooth.max_s or 0.0 for _, tooth in known)
    axis = _Axis(0.0, max(end_s, 1.0))
    times = np.linspace(0.0, axis.high_s, _POINTS)
    curves = [
        replace(line.curve, path=_path(axis, times, _within(tooth, times))) for line, tooth in known
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


def _coverage(results: Results, labels: Labels) -> Chart | None:
    curves = []
    axis = _Axis(0.0, results.days * DAY_S)
    for number, (name, grid) in enumerate(results.grids.items()):
        share = grid["accumulated_fraction"].to_numpy().astype(float)
        times_s = _seconds(grid["time_s"].to_numpy(), results)
        kept = np.unique(np.linspace(0, len(share) - 1, _POINTS).round().astype(int))
        curves.append(
            Curve(labels.region(name), number, 0, number, _path(axis, times_s[kept], share[kept]))
        )
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
