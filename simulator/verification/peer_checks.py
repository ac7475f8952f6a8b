"""Coverage against TAT-C: its own windows and means on the same elements, places and cone.

`coverage_peers.json` is written by `python -m benchmarks.agreement --write`, which installs the
packages it names in an environment of their own, and says which versions found what.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from typing import Any

import numpy as np

from simulator.access import View, Watch, find_accesses
from simulator.arrays import FloatArray
from simulator.earth import Sites, Span, sites
from simulator.orbits import Elements, from_tle, track
from simulator.revisit import FigureOptions, SiteFigures, survey
from simulator.units import DAY_S
from simulator.verification.checks import Check, windows_check, worst_check

PEERS = "coverage_peers.json"
# TAT-C ends a root when its bracket is below a millisecond.
_EDGE_S, _MEAN_S = 1e-3, 1e-4


def coverage_checks() -> Iterator[Check]:
    """Yield windows and means of four satellites over places of the globe, a week."""
    golden = json.loads(resources.files(__package__).joinpath(PEERS).read_text("utf-8"))["tatc"]
    work = golden["work"]
    source = f"{golden['program']}, recorded ({PEERS})"
    span = Span(datetime.fromisoformat(work["start_utc"]), work["days"] * DAY_S)
    places = sites(*np.array(work["points"]).T)
    view = View(max_off_nadir_deg=work["constraint"]["max_off_nadir_deg"])
    fleet = [from_tle("peer", tuple(lines)) for lines in work["tles"]]
    yield _windows(golden, fleet, places, span, view, source)
    figures = _figures(fleet, places, span, view)
    table = np.array(golden["points"], dtype=np.float64)
    # Where there are no accesses TAT-C has no mean of them.
    accesses = figures.merged_accesses
    rows: list[tuple[str, FloatArray, float, str]] = [
        ("accesses of all satellites together", accesses - table[:, 1], 0.0, "accesses"),
        ("mean length of them", figures.covered_s / accesses - table[:, 2], _MEAN_S, "s"),
        ("mean revisit by the rule tatc", figures.revisit_mean_s - table[:, 3], _MEAN_S, "s"),
    ]
    for name, apart, allowed, unit in rows:
        yield worst_check(name, apart, of="places", allowed=allowed, unit=unit, source=source)


def _windows(
    golden: dict[str, Any],
    fleet: list[Elements],
    places: Sites,
    span: Span,
    view: View,
    source: str,
) -> Check:
    theirs = np.array(sorted(golden["windows"]), dtype=np.float64)
    ours_s, theirs_s = [], []
    for number, elements in enumerate(fleet):
        found = find_accesses(
            track(elements, span), places, view, start_s=0.0, end_s=span.duration_s
        )
        own = theirs[theirs[:, 0] == number]
        for site in range(len(places)):
            ours_s.append(found.of(site))
            theirs_s.append(own[own[:, 1] == site][:, 2:4])
    name = f"{len(fleet)} satellites over {len(places)} places, {span.days:g} days"
    return windows_check(name, ours_s, theirs_s, allowed_s=_EDGE_S, source=source)


def _figures(fleet: list[Elements], places: Sites, span: Span, view: View) -> SiteFigures:
    watches = [Watch(elements, view) for elements in fleet]
    return survey(watches, places, span, options=FigureOptions(rule="tatc")).sites
