"""Batches of windows: the best look of each window, however the search was cut."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from simulator.access.search import View, closest_looks
from simulator.access.watch import Watch
from simulator.access.windows import Windows
from simulator.earth.site_index import sites
from simulator.earth.time import Span
from simulator.orbits import builders
from simulator.orbits.tracks import track
from simulator.revisit import batches
from simulator.units import DAY_S
from tests.made_surveys import plane_grid

EPOCH = datetime(2023, 11, 21, 3, 30, tzinfo=UTC)
SPAN = Span(EPOCH, 3.0 * DAY_S)
T = SPAN.duration_s
ORBITS = [
    builders.sun_synchronous(name, EPOCH, altitude_km=500.0, ltan_h=ltan)
    for name, ltan in (("a", 10.5), ("b", 13.0))
]
WATCHES = [Watch(orbit, View(max_off_nadir_deg=45.0)) for orbit in ORBITS]
GRID = plane_grid(
    [[(124.0, 33.0), (131.0, 33.0), (131.0, 43.0), (124.0, 43.0)]], resolution_km=40.0
)


def test_best_looks_are_those_of_the_whole_track():
    places = GRID.sites()
    whole = list(batches.stream(WATCHES, places, SPAN, lambda b: b))
    # Windows are cut between stretches so short, and joined again.
    cut = list(batches.stream(WATCHES, places, SPAN, lambda b: b, stretch_days=0.02))
    for batch, again in zip(whole, cut, strict=True):
        ordered = batch.ordered
        site = np.repeat(batch.sites, np.diff(ordered.first)).astype(np.int32)
        for satellite, orbit in enumerate(ORBITS):
            own = ordered.satellite == satellite
            start_s, end_s = ordered.start_s[own], ordered.end_s[own]
            looked = Windows(site[own], start_s, end_s, np.zeros((len(start_s), 2), dtype=bool))
            expected = closest_looks(track(orbit, SPAN), places, looked, by_elevation=False)
            assert np.allclose(batch.best_s[own], expected, rtol=0.0, atol=1e-6)
        assert np.allclose(again.best_s, batch.best_s, rtol=0.0, atol=1e-5)


def test_windows_given_have_no_known_best_look():
    one = np.zeros(1)
    given = batches.site_batch(
        one.astype(np.int64), one.astype(np.int64), one, one + 9.0, sites=1, span_s=T
    )
    with pytest.raises(ValueError, match="best look"):
        given.best_s  # noqa: B018


def test_batches_are_of_places_close_together(monkeypatch):
    monkeypatch.setattr(batches, "_WINDOWS_A_BATCH", 200)
    globe = plane_grid(
        [[(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0)]], resolution_km=300.0
    ).sites()
    unit = globe.position_m / np.linalg.norm(globe.position_m, axis=1)[:, None]
    parts = list(batches.stream(WATCHES, globe, SPAN, lambda b: b.sites))
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(len(globe)))
    # A cap of the area of a batch, and what a rectangle three times as long as wide sticks out.
    for part in parts:
        middle = unit[part].mean(axis=0)
        cosine = (unit[part] @ (middle / np.linalg.norm(middle))).min()
        cap_rad = np.arccos(1.0 - 2.0 * len(part) / len(globe))
        assert np.arccos(cosine) < 2.2 * cap_rad + np.radians(3.0)


def test_no_places_and_no_satellites_are_no_windows():
    assert not list(batches.stream(WATCHES, sites([], []), SPAN, lambda b: b))
    (alone,) = batches.stream([], sites([38.0], [127.0]), SPAN, lambda b: b)
    assert not len(alone.ordered.start_s) and not len(alone.best_s)


@pytest.mark.parametrize("stretch_days", [400.0, 0.02])
def test_finer_looks_are_those_of_a_search_for_them(stretch_days):
    places = GRID.sites()
    # Looks straight down from 900, 600 or 700 km, or as fine; None lets no look count.
    for bounds in ([1.0 / 9.0e5, 1.0 / 6.0e5], [1.0 / 7.0e5, None]):
        cut = batches.stream(
            WATCHES, places, SPAN, lambda b, b_=bounds: b.finer(b_), stretch_days=stretch_days
        )
        searched = [
            replace(watch, view=replace(watch.view, tilted_sample_per_m=bound))
            for watch, bound in zip(WATCHES, bounds, strict=True)
            if bound
        ]
        (found,), (expected,) = cut, batches.stream(searched, places, SPAN, lambda b: b)
        assert np.array_equal(found.ordered.first, expected.ordered.first)
        assert np.array_equal(found.ordered.satellite, expected.ordered.satellite)
        for name in ("start_s", "end_s"):
            values = getattr(found.ordered, name), getattr(expected.ordered, name)
            assert np.allclose(*values, rtol=0.0, atol=1e-6)
        assert np.allclose(found.best_s, expected.best_s, rtol=0.0, atol=1e-5)
        assert len(found.ordered.start_s) > 0


def test_a_bound_that_a_view_has_already_leaves_windows_as_they_are():
    bound = 1.0 / 7.0e5
    view = View(max_off_nadir_deg=45.0, tilted_sample_per_m=bound)
    (batch,) = batches.stream([Watch(ORBITS[0], view)], GRID.sites(), SPAN, lambda b: b)
    assert np.array_equal(batch.finer([0.5 * bound]).ordered.start_s, batch.ordered.start_s)
