"""The coverage stage against what TAT-C and brahe found on the same work, kept as golden data.

`simulator/verification/coverage_peers.json` was written by `python -m benchmarks.agreement --write`
and says which versions found it, with which settings. Both packages refine edges to a millisecond.
"""

import json
from dataclasses import replace
from datetime import datetime
from importlib import resources

import numpy as np
import pytest
from sgp4.api import WGS84, Satrec

from simulator.access import watch
from simulator.access.search import View, find_accesses
from simulator.access.windows import Windows
from simulator.earth.site_index import sites
from simulator.earth.time import Span
from simulator.orbits import elements as orbits
from simulator.orbits.tracks import track
from simulator.revisit import site_figures, surveys
from simulator.units import DAY_S
from tests.made_surveys import survey_of, tatc_means

DATA = resources.files("simulator.verification") / "coverage_peers.json"
GOLDEN = json.loads(DATA.read_text(encoding="utf-8"))
TATC, BRAHE = GOLDEN["tatc"], GOLDEN["brahe"]
EDGE_S = 1e-3
# TAT-C makes nanoseconds of a mean by rounding its seconds and then cutting off.
LAST_DIGIT_S = 2e-9


def span_of(golden, ut1_minus_utc_s=None):
    start = datetime.fromisoformat(golden["work"]["start_utc"])
    return Span(start, golden["work"]["days"] * DAY_S, ut1_minus_utc_s)


def places_of(golden):
    return sites(*np.array(golden["work"]["points"]).T)


def geocentric(path):
    """The path with the direction from the Earth's centre in place of the ellipsoid's normal."""
    x, v, a = path.state[:, :3], path.state[:, 3:6], path.state[:, 6:9]
    r = np.linalg.norm(x, axis=1)[:, None]
    u = x / r
    climb = np.sum(u * v, axis=1)[:, None]
    turn = (v - climb * u) / r
    curve = (a - np.sum(turn * v + u * a, axis=1)[:, None] * u - 2.0 * climb * turn) / r
    return replace(path, state=np.concatenate([x, v, a, u, turn, curve], axis=1))


def searched(golden, *, ut1_minus_utc_s=None, wgs84=False, from_centre=False):
    span = span_of(golden, ut1_minus_utc_s)
    view = View(max_off_nadir_deg=golden["work"]["constraint"]["max_off_nadir_deg"])
    windows = []
    for lines in golden["work"]["tles"]:
        elements = orbits.from_tle("golden", tuple(lines))
        if wgs84:
            elements = replace(elements, satellite=Satrec.twoline2rv(*lines, WGS84))
        path = track(elements, span)
        path = geocentric(path) if from_centre else path
        windows.append(
            find_accesses(path, places_of(golden), view, start_s=0.0, end_s=span.duration_s)
        )
    return windows


def of_peer(golden):
    rows = np.array(sorted(golden["windows"]), dtype=float)
    return [
        Windows(part[:, 1].astype(np.int32), part[:, 2], part[:, 3], np.zeros((len(part), 2), bool))
        for part in (rows[rows[:, 0] == n] for n in range(len(golden["work"]["tles"])))
    ]


def edge_differences_s(ours, theirs):
    """Differences of starts and ends; the windows must be the same ones, in the same order."""
    differences = []
    for own, peer in zip(ours, theirs, strict=True):
        assert np.array_equal(own.site, peer.site)
        # Windows of one place that are nearer to each other than to their likes can't be.
        assert (np.maximum(own.start_s, peer.start_s) < np.minimum(own.end_s, peer.end_s)).all()
        differences += [own.start_s - peer.start_s, own.end_s - peer.end_s]
    return np.concatenate(differences)


@pytest.fixture(scope="module")
def tatc_windows():
    return searched(TATC)


def tatc_figures(windows):
    options = site_figures.FigureOptions(rule="tatc")
    return survey_of(windows, places_of(TATC), span_of(TATC), options=options).sites


def tatc_own():
    """Samples, mean access and mean revisit of each point as TAT-C reduced its windows itself."""
    table = np.array(TATC["points"], dtype=float)
    assert table[:, 0].tolist() == list(range(len(TATC["work"]["points"])))
    return table[:, 1:].T


def region_means(figures):
    latitude, longitude, _ = np.array(TATC["work"]["points"]).T
    for west, south, east, north in TATC["boxes"]:
        inside = (west < longitude) & (longitude < east) & (south < latitude) & (latitude < north)
        yield tatc_means(
            figures.merged_accesses[inside],
            figures.covered_s[inside],
            figures.revisit_mean_s[inside],
        )


def test_golden_data_says_what_made_it():
    assert TATC["program"] == "TAT-C 3.6.0" and BRAHE["program"] == "brahe 1.8.0"
    assert "step 5 s" in BRAHE["settings"]
    # Some accesses of two satellites overlap: the reductions have something to merge.
    assert sum(n for _, n, _, _ in TATC["points"]) < len(TATC["windows"])


def test_windows_are_those_of_tatc(tatc_windows):
    differences_s = edge_differences_s(tatc_windows, of_peer(TATC))
    assert len(differences_s) == 2 * len(TATC["windows"])
    assert np.abs(differences_s).max() < EDGE_S
    assert np.median(np.abs(differences_s)) < 2e-6


def test_windows_of_tatc_have_its_own_means_to_the_last_digit():
    figures = tatc_figures(of_peer(TATC))
    samples, access_s, revisit_s = tatc_own()
    assert np.array_equal(figures.merged_accesses, samples)
    assert np.array_equal(figures.revisit_samples, samples)
    assert np.abs(figures.covered_s / samples - access_s).max() <= LAST_DIGIT_S
    assert np.abs(figures.revisit_mean_s - revisit_s).max() <= LAST_DIGIT_S


def test_regions_of_tatc_have_its_own_means_to_the_last_digit():
    figures = tatc_figures(of_peer(TATC))
    for means, (samples, access_s, revisit_s) in zip(
        region_means(figures), TATC["cells"], strict=True
    ):
        assert means.samples == samples
        assert means.access_mean_s == pytest.approx(access_s, abs=LAST_DIGIT_S, rel=0.0)
        assert means.revisit_mean_s == pytest.approx(revisit_s, abs=LAST_DIGIT_S, rel=0.0)


def test_means_by_the_rule_of_tatc_are_as_near_to_its_own_as_its_edges_are(tatc_windows):
    figures = tatc_figures(tatc_windows)
    samples, access_s, revisit_s = tatc_own()
    assert np.array_equal(figures.merged_accesses, samples)
    assert np.abs(figures.covered_s / samples - access_s).max() < 1e-4
    assert np.abs(figures.revisit_mean_s - revisit_s).max() < 1e-4
    for means, (count, mean_access_s, mean_revisit_s) in zip(
        region_means(figures), TATC["cells"], strict=True
    ):
        assert means.samples == count
        assert means.access_mean_s == pytest.approx(mean_access_s, abs=2e-5, rel=0.0)
        assert means.revisit_mean_s == pytest.approx(mean_revisit_s, abs=2e-5, rel=0.0)


def test_streamed_figures_have_the_means_of_tatc_too():
    view = View(max_off_nadir_deg=TATC["work"]["constraint"]["max_off_nadir_deg"])
    watches = [
        watch.Watch(orbits.from_tle("golden", tuple(lines)), view) for lines in TATC["work"]["tles"]
    ]
    _, _, revisit_s = tatc_own()
    options = site_figures.FigureOptions(rule="tatc")
    figures = surveys.survey(watches, places_of(TATC), span_of(TATC), options=options).sites
    assert np.abs(figures.revisit_mean_s - revisit_s).max() < 1e-4


def total_s(windows):
    return sum(float(of_satellite.duration_s.sum()) for of_satellite in windows)


def test_windows_are_those_of_brahe_under_its_gravity_and_nadir():
    assert BRAHE["model"] == {"gravity": "wgs84", "nadir": "geocentric"}
    theirs = of_peer(BRAHE)
    ours = searched(BRAHE, ut1_minus_utc_s=0.0, wgs84=True, from_centre=True)
    differences_s = edge_differences_s(ours, theirs)
    assert len(differences_s) == 2 * len(BRAHE["windows"])
    assert np.abs(differences_s).max() < EDGE_S
    assert abs(total_s(ours) - total_s(theirs)) < len(BRAHE["windows"]) * EDGE_S


def test_gravity_constants_move_edges_of_brahe_by_a_tenth_of_a_second():
    theirs = of_peer(BRAHE)
    ours = searched(BRAHE, ut1_minus_utc_s=0.0, from_centre=True)
    assert 0.05 < np.abs(edge_differences_s(ours, theirs)).max() < 0.1


def test_the_geodetic_nadir_moves_edges_by_seconds_and_changes_only_short_windows():
    ours = searched(BRAHE, ut1_minus_utc_s=0.0)
    lone, moved = [], 0.0
    for own, peer in zip(ours, of_peer(BRAHE), strict=True):
        for site in range(len(BRAHE["work"]["points"])):
            a, b = own.of(site), peer.of(site)
            meets = (a[:, None, 0] < b[None, :, 1]) & (b[None, :, 0] < a[:, None, 1])
            assert (meets.sum(axis=0) <= 1).all() and (meets.sum(axis=1) <= 1).all()
            lone += [*np.diff(a[~meets.any(axis=1)]), *np.diff(b[~meets.any(axis=0)])]
            own_row, peer_row = np.nonzero(meets)
            moved = max(moved, np.abs(a[own_row] - b[peer_row]).max(initial=0.0))
    assert sum(map(len, ours)) == len(BRAHE["windows"]) - 2
    assert len(lone) == 4 and max(lone) < 15.0
    assert 1.0 < moved < 4.0
    assert total_s(ours) == pytest.approx(total_s(of_peer(BRAHE)), rel=2e-3)
