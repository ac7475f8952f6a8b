"""`python -m benchmarks.agreement`: does the coverage stage find what TAT-C and brahe find?

Two works: for TAT-C four satellites over 72 points, 7 days, windows and its own means; for brahe
four satellites over 189 points, 3 days, with a step of 5 s. A peer runs in its own environment,
ours here. `--write` keeps what the peers found as golden data for the tests.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sgp4.api import WGS84, Satrec

from benchmarks.cases import Peer, element_set
from benchmarks.environment import DEFAULT_FOLDER, peer_python
from benchmarks.matching import Score, compare
from benchmarks.reference import exact_windows
from benchmarks.runner import Runner
from benchmarks.works import (
    START_UTC,
    SUN_SYNCHRONOUS_TLE,
    Constraint,
    Model,
    Window,
    Work,
    grid_points,
    model_from_json,
    spread_points,
)
from simulator.access import View, Windows, find_accesses
from simulator.earth import Sites, Span, sites
from simulator.orbits import Track, from_tle, track
from simulator.revisit import FigureOptions, SurveyGatherer, site_batch

Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]

TIMEOUT_S = 1800.0
BRAHE_STEP_S = 5.0
REGION: Box = (120.0, 32.0, 140.0, 42.0)
GLOBE: Box = (-180.0, -90.0, 180.0, 90.0)
BOXES = (GLOBE, REGION)
# TAT-C gives instants in nanoseconds, brahe as floating-point seconds refined to a millisecond.
DIGITS = {"tatc": 9, "brahe": 6}


def tatc_work() -> Work:
    """Return four satellites, two of which see the same places at once, over globe and region."""
    west_deg, south_deg, _, _ = REGION
    region = grid_points(south_deg=south_deg, west_deg=west_deg, step_deg=2.5, rows=4, columns=8)
    return Work(
        name="tatc",
        tles=(
            SUN_SYNCHRONOUS_TLE,
            element_set(
                number=1, altitude_km=500.0, inclination_deg=97.4, raan_deg=203.0, anomaly_deg=88.0
            ),
            element_set(
                number=2, altitude_km=620.0, inclination_deg=51.6, raan_deg=40.0, anomaly_deg=10.0
            ),
            element_set(
                number=3,
                altitude_km=1000.0,
                inclination_deg=63.4,
                raan_deg=130.0,
                anomaly_deg=250.0,
                eccentricity=0.05,
            ),
        ),
        start_utc=START_UTC.isoformat(),
        days=7.0,
        points=(*spread_points(40), *region),
        constraint=Constraint(max_off_nadir_deg=45.0),
        wanted="statistics",
    )


def brahe_work() -> Work:
    """Return four satellites over nine parallels of 21 points."""
    flown = ((500.0, 97.4, 20.0), (550.0, 70.0, 110.0), (450.0, 98.2, 200.0), (600.0, 60.0, 290.0))
    return Work(
        name="brahe",
        tles=tuple(
            element_set(
                number=n,
                altitude_km=altitude_km,
                inclination_deg=inclination_deg,
                raan_deg=raan_deg,
                anomaly_deg=77.0 * n,
            )
            for n, (altitude_km, inclination_deg, raan_deg) in enumerate(flown)
        ),
        start_utc=START_UTC.isoformat(),
        days=3.0,
        points=tuple(
            (latitude_deg, -180.0 + 360.0 / 21.0 * (i + 0.5), 0.0)
            for latitude_deg in (-76.0, -57.0, -38.0, -19.0, 0.0, 19.0, 38.0, 57.0, 76.0)
            for i in range(21)
        ),
        constraint=Constraint(max_off_nadir_deg=30.0),
    )


@dataclass(frozen=True, kw_only=True)
class PeerAnswer:
    """The answer of a peer: windows, and TAT-C's own means of points and of boxes."""

    work: Work
    program: str
    settings: str
    model: Model
    windows: list[Window]
    points: list[list[Any]]
    cells: list[list[Any]]


def ask_tatc(python: Path) -> PeerAnswer:
    """Return what TAT-C finds; its edges are refined to 1 ms and given in nanoseconds."""
    return _ask(
        python,
        tatc_work(),
        Peer(name="TAT-C", module="tatc", variant=json.dumps(BOXES)),
        "collect_observations, aggregate_observations, reduce_observations, grid_observations; "
        "field of regard 90 deg",
    )


def ask_brahe(python: Path) -> PeerAnswer:
    """Return what brahe finds with a small step; its edges are refined to 1 ms."""
    return _ask(
        python,
        brahe_work(),
        Peer(name="brahe", module="brahe", variant=str(BRAHE_STEP_S)),
        f"location_accesses, OffNadirConstraint and ElevationConstraint; step {BRAHE_STEP_S:g} s, "
        "tolerance 1 ms",
    )


def _ask(python: Path, work: Work, peer: Peer, settings: str) -> PeerAnswer:
    answer = Runner(peer=peer, python=python, timeout_s=TIMEOUT_S).answer(work)
    return PeerAnswer(
        work=work,
        program=f"{peer.name} {answer['version']}",
        settings=settings,
        model=model_from_json(answer["model"]),
        windows=sorted((int(s), int(p), float(a), float(b)) for s, p, a, b in answer["windows"]),
        points=answer.get("points", []),
        cells=answer.get("cells", []),
    )


def as_json(answer: PeerAnswer) -> dict[str, Any]:
    """Return golden data as plain values: work, program, settings, windows and means."""
    work = asdict(answer.work)
    del work["wanted"], work["ut1_minus_utc_s"]
    digits = DIGITS[answer.work.name]
    return {
        "program": answer.program,
        "settings": answer.settings,
        "model": {"gravity": answer.model.gravity, "nadir": answer.model.nadir},
        "work": work,
        "windows": [[s, p, round(a, digits), round(b, digits)] for s, p, a, b in answer.windows],
        "points": answer.points,
        "boxes": [list(bounds) for bounds in BOXES] if answer.cells else [],
        "cells": answer.cells,
    }


def own_windows(
    work: Work,
    *,
    gravity: str = "wgs72",
    nadir: str = "geodetic",
    ut1_minus_utc_s: float | None = None,
) -> list[Windows]:
    """Return our windows, one of each satellite; with another's conventions where asked to.

    UT1 is Skyfield's where none is fixed.
    """
    span = Span(work.start, work.duration_s, ut1_minus_utc_s)
    places = places_of(work)
    view = View(max_off_nadir_deg=work.constraint.max_off_nadir_deg)
    accesses = []
    for number, lines in enumerate(work.tles):
        elements = from_tle(str(number), lines)
        if gravity == "wgs84":
            elements = replace(elements, satellite=Satrec.twoline2rv(*lines, WGS84))
        path = track(elements, span)
        if nadir == "geocentric":
            path = geocentric(path)
        accesses.append(find_accesses(path, places, view, start_s=0.0, end_s=span.duration_s))
    return accesses


def places_of(work: Work) -> Sites:
    """Return the work's points."""
    return sites(*np.array(work.points).T)


def geocentric(path: Track) -> Track:
    """Return the path with the direction away from the Earth's centre for the ellipsoid's normal.

    u = x / r, and its derivatives by the product rule.
    """
    x, v, a = path.state[:, :3], path.state[:, 3:6], path.state[:, 6:9]
    r = np.linalg.norm(x, axis=1)[:, None]
    u = x / r
    climb = np.sum(u * v, axis=1)[:, None]
    turn = (v - climb * u) / r
    bend = np.sum(turn * v + u * a, axis=1)[:, None]
    curve = (a - bend * u - 2.0 * climb * turn) / r
    return replace(path, state=np.concatenate([x, v, a, u, turn, curve], axis=1))


def as_rows(accesses: Sequence[Windows]) -> list[Window]:
    """Return windows as the benchmark has them."""
    return [
        (number, int(p), float(a), float(b))
        for number, windows in enumerate(accesses)
        for p, a, b in zip(windows.site, windows.start_s, windows.end_s, strict=True)
    ]


def as_windows(rows: Iterable[Window], satellites: int) -> list[Windows]:
    """Return rows (satellite, point, start, end) as our windows, one of each satellite."""
    table = np.array(sorted(rows), dtype=np.float64).reshape(-1, 4)
    parts = (table[table[:, 0] == number] for number in range(satellites))
    return [
        Windows(
            part[:, 1].astype(np.int32), part[:, 2], part[:, 3], np.zeros((len(part), 2), np.bool_)
        )
        for part in parts
    ]


@dataclass(frozen=True)
class TatcMeans:
    """A region's means as TAT-C forms those of a cell; None over nothing.

    `samples` counts merged accesses. `access_mean_s` is arithmetic, weighed by samples;
    `revisit_mean_s` harmonic, over the places that have a revisit, weighed likewise.
    """

    samples: int
    access_mean_s: float | None
    revisit_mean_s: float | None


def tatc_means(merged_accesses: Floats, covered_s: Floats, revisit_mean_s: Floats) -> TatcMeans:
    """Return TAT-C's means over places from their figures by the rule `tatc`."""
    samples = float(merged_accesses.sum())
    revisited = revisit_mean_s > 0.0
    weight = merged_accesses[revisited]
    return TatcMeans(
        samples=int(samples),
        # The mean merged access of a place times its samples is the time it is covered.
        access_mean_s=float(covered_s.sum()) / samples if samples > 0.0 else None,
        revisit_mean_s=(
            float(weight.sum() / (weight / revisit_mean_s[revisited]).sum())
            if revisited.any()
            else None
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Means:
    """Means by TAT-C's rule: of each point (P,), NaN where undefined, and of boxes."""

    samples: Floats
    access_s: Floats
    revisit_s: Floats
    boxes: list[TatcMeans]


def means(work: Work, accesses: Sequence[Windows]) -> Means:
    """Return our reduction, by TAT-C's rule, of windows from wherever."""
    span = Span(work.start, work.duration_s)
    places = places_of(work)
    batch = site_batch(
        np.concatenate([part.site for part in accesses]).astype(np.int64),
        np.repeat(np.arange(len(accesses)), [len(part) for part in accesses]),
        np.concatenate([part.start_s for part in accesses]),
        np.concatenate([part.end_s for part in accesses]),
        sites=len(places),
        span_s=span.duration_s,
    )
    gathered = SurveyGatherer(places, span, len(accesses), options=FigureOptions(rule="tatc"))
    gathered.take(gathered.reduce(batch))
    figures = gathered.result().sites
    latitude, longitude, _ = np.array(work.points).T
    samples, covered_s = figures.merged_accesses, figures.covered_s
    boxes = []
    for west, south, east, north in BOXES:
        inside = (west < longitude) & (longitude < east) & (south < latitude) & (latitude < north)
        boxes.append(tatc_means(samples[inside], covered_s[inside], figures.revisit_mean_s[inside]))
    sampled = samples > 0.0
    access_s = np.divide(covered_s, samples, out=np.full(len(samples), np.nan), where=sampled)
    return Means(samples=samples, access_s=access_s, revisit_s=figures.revisit_mean_s, boxes=boxes)


def peer_means(answer: PeerAnswer) -> Means:
    """Return the means that TAT-C itself formed."""
    table = np.full((len(answer.work.points), 3), np.nan)
    table[:, 0] = 0.0
    for point, *row in answer.points:
        table[int(point)] = [np.nan if value is None else value for value in row]
    boxes = [TatcMeans(int(n), access_s, revisit_s) for n, access_s, revisit_s in answer.cells]
    return Means(samples=table[:, 0], access_s=table[:, 1], revisit_s=table[:, 2], boxes=boxes)


def tatc_report(answer: PeerAnswer) -> str:
    """Return the comparison with TAT-C as text."""
    work, own = answer.work, own_windows(answer.work)
    theirs, ours = peer_means(answer), means(work, own)
    fed = means(work, as_windows(answer.windows, len(work.tles)))
    exact = exact_windows(work, answer.model)
    lines = [
        f"## {answer.program}: {_about(work)}",
        _windows_table(answer, {"ours": as_rows(own)}, exact),
        "",
        f"| TAT-C's rule | {answer.program} | ours of its windows | ours |",
        "| --- | ---: | ---: | ---: |",
    ]
    columns = (theirs, fed, ours)
    figures = {
        "samples": [f"{int(m.samples.sum())}" for m in columns],
        "mean access of a point, s": [f"{np.nanmean(m.access_s):.9f}" for m in columns],
        "mean revisit of a point, s": [f"{np.nanmean(m.revisit_s):.9f}" for m in columns],
    }
    for number, name in enumerate(("globe", "region")):
        figures[f"{name}, access, s"] = [_digits(m.boxes[number].access_mean_s) for m in columns]
        figures[f"{name}, revisit, s"] = [_digits(m.boxes[number].revisit_mean_s) for m in columns]
    for label, which in (("access", "access_s"), ("revisit", "revisit_s")):
        worst = [np.nanmax(np.abs(getattr(m, which) - getattr(theirs, which))) for m in (fed, ours)]
        figures[f"worst difference of a point's {label}, s"] = [
            "", *(f"{value:.1e}" for value in worst)
        ]  # fmt: skip
    lines += [f"| {name} | {' | '.join(values)} |" for name, values in figures.items()]
    return "\n".join(lines)


def brahe_report(answer: PeerAnswer) -> str:
    """Return the comparison with brahe as text, under its model and under ours."""
    work = answer.work
    runs = {
        "ours, its gravity and nadir": {"gravity": "wgs84", "nadir": "geocentric"},
        "ours, its gravity": {"gravity": "wgs84"},
        "ours, its nadir": {"nadir": "geocentric"},
        "ours": {},
    }
    exact = exact_windows(work, answer.model)
    rows = {
        name: as_rows(own_windows(work, ut1_minus_utc_s=0.0, **conventions))
        for name, conventions in runs.items()
    }
    return f"## {answer.program}: {_about(work)}\n{_windows_table(answer, rows, exact)}"


def _about(work: Work) -> str:
    return (
        f"{len(work.points)} points, {len(work.tles)} satellites, {work.days:g} days, "
        f"half cone {work.constraint.max_off_nadir_deg:g}°"
    )


def _windows_table(answer: PeerAnswer, own: dict[str, list[Window]], exact: list[Window]) -> str:
    duration_s = answer.work.duration_s
    lines = [
        "| windows of | windows | matched | missed | invented | worst edge, s | access, s "
        "| worst edge to the reference of its model, s |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, rows in ({answer.program: answer.windows} | own).items():
        score = compare(answer.windows, rows, duration_s=duration_s)
        truth = compare(exact, rows, duration_s=duration_s)
        lines.append(
            f"| {name} | {len(rows)} | {score.matched} | {score.missed + score.cut_missed} "
            f"| {score.invented} | {_worst(score)} | {sum(b - a for _, _, a, b in rows):.3f} "
            f"| {_worst(truth)} |"
        )
    return "\n".join(lines)


def _worst(score: Score) -> str:
    return "" if score.edge_error_max_s is None else f"{score.edge_error_max_s:.1e}"


def _digits(value: float | None) -> str:
    return "" if value is None else f"{value:.9f}"


def arguments() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agreement", description=__doc__)
    parser.add_argument("--write", type=Path, help="keep what the peers found in this JSON file")
    parser.add_argument("--environment", type=Path, default=DEFAULT_FOLDER, help="peers' folder")
    return parser.parse_args()


def main() -> int:
    """Run both comparisons, print them, and keep the peers' answers if asked to."""
    options = arguments()
    python = peer_python(options.environment)
    tatc = ask_tatc(python)
    print(f"{tatc_report(tatc)}\n", flush=True)
    brahe = ask_brahe(python)
    print(brahe_report(brahe))
    if options.write:
        golden = {"tatc": as_json(tatc), "brahe": as_json(brahe)}
        options.write.write_text(json.dumps(golden, separators=(",", ":")) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
