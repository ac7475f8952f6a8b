"""Accesses against a naive dense scan, and against those that were recorded once."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from simulator.access import View, Windows, closest_looks, find_accesses
from simulator.arrays import FloatArray
from simulator.earth import Sites, Span, sites, utc_jd
from simulator.orbits import Elements, KeplerElements, keplerian, track
from simulator.units import DAY_S
from simulator.verification.checks import Check, windows_check
from simulator.verification.naive import Scene, in_view, windows_where

RECORDED = "recorded_windows.csv"
_NAIVE = "dense scan of the package sgp4 in ERFA's frames, edges bisected (naive.py)"
# What interpolation of the orbit and the search itself may err by: a microsecond each.
_EDGE_S = 2e-6
# A pass that grazes its mask turns slowly there: a millimetre is longer.
_GRAZING_S = 5e-4
_GRAZES_DEG = 1e-4
_SAME_S = 1e-6


@dataclass(frozen=True, eq=False)
class _Case:
    name: str
    elements: Elements
    span: Span
    places: list[tuple[float, float, float]]
    min_elevation_deg: float
    max_off_nadir_deg: float | None

    @property
    def scene(self) -> Scene:
        return Scene(self.elements.satellite, utc_jd(self.span.start))

    @property
    def sites(self) -> Sites:
        return sites(*np.array(self.places).T)

    def found(self, **view: float) -> Windows:
        seen = View(
            min_elevation_deg=view.get("min_elevation_deg", self.min_elevation_deg),
            max_off_nadir_deg=self.max_off_nadir_deg,
        )
        path = track(self.elements, self.span)
        return find_accesses(path, self.sites, seen, start_s=0.0, end_s=self.span.duration_s)

    def by_place(self) -> list[FloatArray]:
        found = self.found()
        return [found.of(number) for number in range(len(self.places))]

    def scanned(self) -> list[FloatArray]:
        limits: dict[str, Any] = {
            "min_elevation_deg": self.min_elevation_deg,
            "max_off_nadir_deg": self.max_off_nadir_deg,
        }
        scene, end_s = self.scene, self.span.duration_s
        return [windows_where(in_view(scene, place, **limits), 0.0, end_s) for place in self.places]


@cache
def _cases() -> tuple[_Case, ...]:
    text = resources.files(__package__).joinpath("accesses.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return tuple(_case(data, row) for row in data["cases"])


def _case(data: dict[str, Any], row: dict[str, Any]) -> _Case:
    start: datetime = data["epoch"]
    elements = keplerian(row["orbit"], start, KeplerElements(**data["orbits"][row["orbit"]]))
    case = _Case(
        row["name"],
        elements,
        # UT1 is taken as UTC on both sides: what is held together here is the search.
        Span(start, data["days"] * DAY_S, 0.0),
        [(place[0], place[1], place[2]) for place in data["places"][row["places"]]],
        row.get("min_elevation_deg", 0.0),
        row.get("max_off_nadir_deg"),
    )
    return _cut(case) if row.get("cut") else case


def _cut(case: _Case) -> _Case:
    """Return a case whose span begins and ends in the midst of windows of its first place."""
    windows_s = case.found().of(0)
    low_s, high_s = np.round(windows_s[[0, -1]].mean(axis=1), 3)
    start = case.span.start + timedelta(seconds=float(low_s))
    span = Span(start, float(high_s - low_s), 0.0)
    return _Case(
        case.name,
        case.elements,
        span,
        case.places,
        case.min_elevation_deg,
        case.max_off_nadir_deg,
    )


def access_checks() -> Iterator[Check]:
    """Yield windows of every kind of orbit and place against the naive scan."""
    for case in _cases():
        yield windows_check(
            case.name, case.by_place(), case.scanned(), allowed_s=_EDGE_S, source=_NAIVE
        )
    yield _grazing(_cases()[0])


def _grazing(case: _Case) -> Check:
    """Return the check of passes whose mask lies a hair below their greatest elevation."""
    scene, found = case.scene, case.found()
    peaks_s = closest_looks(track(case.elements, case.span), case.sites, found, by_elevation=True)
    ours, scanned = [], []
    for site, peak_s in list(zip(found.site.tolist(), peaks_s.tolist(), strict=True))[::4]:
        place = case.places[site]
        near_s = peak_s + np.linspace(-5.0, 5.0, 20_001)
        mask_deg = float(scene.elevation_deg(near_s, place).max()) - _GRAZES_DEG
        windows_s = case.found(min_elevation_deg=mask_deg).of(site)
        ours.append(windows_s[np.abs(windows_s.mean(axis=1) - peak_s) < 60.0])
        holds = in_view(scene, place, min_elevation_deg=mask_deg)
        scanned.append(windows_where(holds, peak_s - 60.0, peak_s + 60.0, step_s=1e-2))
    name = f"passes that rise {_GRAZES_DEG} degrees over their mask"
    return windows_check(name, ours, scanned, allowed_s=_GRAZING_S, source=_NAIVE)


def recorded_checks() -> Iterator[Check]:
    """Yield the same windows against those that were recorded, within a microsecond."""
    text = resources.files(__package__).joinpath(RECORDED).read_text("utf-8")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    for number, case in enumerate(_cases()):
        kept = [
            np.array([row[2:] for row in rows if row[:2] == [str(number), str(place)]], np.float64)
            for place in range(len(case.places))
        ]
        source = "recorded with Python 3.11 on Linux, x86_64 (recorded_windows.csv)"
        yield windows_check(case.name, case.by_place(), kept, allowed_s=_SAME_S, source=source)


def windows_csv() -> str:
    """Return all windows of the cases as the table that `recorded_checks` reads.

    `python -c "from simulator.verification import windows_csv; print(windows_csv(), end='')"`
    writes it anew, where a change is meant to move windows.
    """
    lines = ["case,place,start_s,end_s"]
    for number, case in enumerate(_cases()):
        for place, windows_s in enumerate(case.by_place()):
            lines += [f"{number},{place},{low:.9f},{high:.9f}" for low, high in windows_s.tolist()]
    return "\n".join(lines) + "\n"
