"""Stays in the open: against dense sampling, closed forms and a simulated target."""

import math
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import intervals
from simulator.access.search import View, find_accesses
from simulator.access.watch import Watch
from simulator.earth.time import Span
from simulator.orbits import builders
from simulator.orbits.tracks import track
from simulator.revisit import batches, site_figures
from simulator.revisit.stays import imaged_share, relocating, target_stays
from simulator.workers import Threads
from tests.made_surveys import plane_grid, stays, stays_of

EPOCH = datetime(2023, 11, 21, 3, 30, tzinfo=UTC)
T = 100_000.0
STAYS = np.array([0.0, 600.0, 3_600.0, 20_000.0, 99_000.0])


def in_pairs(edges):
    """Return edges as windows, each from one edge to the next."""
    ends = sorted(map(float, edges))
    return list(zip(ends[::2], ends[1::2], strict=False))


def covers():
    return st.lists(st.integers(0, int(T)), max_size=12, unique=True).map(in_pairs)


def waits(windows_s, instants):
    """Time from each instant to the next access; beyond the span's end if there is none."""
    out = np.full(len(instants), 2.0 * T)
    for start, end in windows_s:
        before = instants < end
        out[before] = np.minimum(out[before], np.maximum(start - instants[before], 0.0))
    return out


@settings(max_examples=60, deadline=None)
@given(covers(), st.integers(0, 86_399))
def test_stays_are_those_of_a_sample_each_second(windows_s, clock_s):
    stays = target_stays(windows_s, T, STAYS, clock_s=float(clock_s))
    for d, stay in enumerate(STAYS):
        # Edges and stays are whole seconds: the middle of each second stands for all of it.
        instants = np.arange(0.5, T - stay)
        wait = waits(windows_s, instants)
        hit = wait < stay if stay else wait == 0.0
        assert stays.imaged_share[0, d] == pytest.approx(hit.mean(), abs=1e-12)
        assert stays.open_mean_s[0, d] == pytest.approx(np.minimum(wait, stay).mean(), abs=1e-3)
        hour = ((instants + clock_s) // 3_600.0).astype(int) % 24
        for h in range(24):
            hits = hit[hour == h]
            value = stays.hour_share[d, h]
            assert math.isnan(value) if not len(hits) else value == pytest.approx(hits.mean())


@settings(max_examples=60, deadline=None)
@given(covers(), st.integers(0, 86_399))
def test_the_safe_window_is_the_longest_rest_of_a_gap_in_its_hour(windows_s, clock_s):
    stays = target_stays(windows_s, T, [0.0], clock_s=float(clock_s))
    instants = np.arange(0.0, T)
    unseen_s = np.minimum(waits(windows_s, instants), T - instants)
    inside = np.zeros(len(instants), dtype=bool)
    for start, end in windows_s:
        inside |= (instants >= start) & (instants < end)
    unseen_s[inside] = 0.0
    hour = ((instants + clock_s) // 3_600.0).astype(int) % 24
    assert stays.safe_s[0].tolist() == [unseen_s[hour == h].max(initial=0.0) for h in range(24)]
    gaps = intervals.complement(intervals.union(windows_s), 0.0, T)
    assert stays.longest_unseen_s[0] == np.diff(gaps).max(initial=0.0)


@given(covers())
def test_the_vectorised_form_agrees_and_never_falls(windows_s):
    stay_s = np.linspace(0.0, T - 1.0, 200)
    share = imaged_share(windows_s, T, stay_s)
    expected = target_stays(windows_s, T, stay_s).imaged_share[0]
    assert np.allclose(share, expected, atol=1e-9)
    # A longer stay is imaged at least as often at the same instants; the instants change at the
    # end, by which the share may fall by their part of the rest.
    assert (np.diff(share) >= -np.diff(stay_s) / (T - stay_s[1:]) - 1e-9).all()


def test_a_stay_as_long_as_the_span_has_no_share():
    assert np.isnan(imaged_share([(0, 10)], 100.0, [100.0, 200.0])).all()
    stays = target_stays([(0, 10)], 100.0, [100.0])
    assert np.isnan(stays.imaged_share).all() and np.isnan(stays.mean_open_s).all()


def test_periodic_gaps_image_a_share_linear_in_the_stay():
    # Accesses of 100 s every 1 000 s: 100/1000 at a glimpse, all from 900 s on.
    rows = [(n * 1_000.0, n * 1_000.0 + 100.0) for n in range(1_000)]
    share = imaged_share(rows, 1e6, [0.0, 450.0, 900.0])
    # The last gap ends the span: of 1 000 gaps each leaves 450 s in which nothing is imaged.
    assert share == pytest.approx([0.1, 1.0 - 450_000.0 / (1e6 - 450.0), 1.0])


def test_a_relocating_target_is_imaged_as_soon_as_a_simulated_one():
    rng = np.random.default_rng(5)
    rows = [(a, a + 300.0) for a in np.sort(rng.uniform(0.0, T - 300.0, 12))]
    stay, on_road = 7_200.0, 1_800.0
    stays = target_stays(rows, T, [stay])
    result = relocating(stays.mean_share[0], stays.mean_open_s[0], stay_s=stay, moving_s=on_road)
    number = 200_000
    wait = waits(rows, rng.uniform(0.0, T - stay, number))
    hit = wait < stay
    # The stays of one target follow each other until the first that is imaged.
    spent = np.where(hit, wait, stay + on_road)
    ends = np.flatnonzero(hit)
    times = np.diff(np.concatenate([[0.0], np.cumsum(spent)[ends]]))
    assert result.time_to_image_s == pytest.approx(times.mean(), rel=0.02)
    stays_a_day = 86_400.0 / (stay + on_road)
    assert result.day_share == pytest.approx(1.0 - (1.0 - hit.mean()) ** stays_a_day, rel=0.01)


def test_a_day_of_stays_of_a_tenth_on_paper():
    # Three stays of 6 h with 2 h between them make a day. Until the tenth that is imaged the mean
    # number of stays is ten: nine moves, and ten times the open time of one.
    result = relocating(0.1, 3_000.0, stay_s=21_600.0, moving_s=7_200.0)
    assert result.day_share == pytest.approx(1.0 - 0.9**3)
    assert result.time_to_image_s == pytest.approx(10.0 * 3_000.0 + 9.0 * 7_200.0)


def test_a_target_never_imaged_has_no_time_to_it():
    result = relocating(0.0, 3_600.0, stay_s=3_600.0)
    assert result.time_to_image_s is None and result.day_share == 0.0
    with pytest.raises(ValueError, match="stay_s is 0"):
        relocating(0.5, 0.0, stay_s=0.0)


ORBIT = builders.sun_synchronous("a", EPOCH, altitude_km=500.0, ltan_h=10.5)
SPAN = Span(EPOCH, 3.0 * 86_400.0)
VIEW = View(max_off_nadir_deg=50.0)
GRID = plane_grid([[(120.0, 30.0), (140.0, 30.0), (140.0, 45.0), (120.0, 45.0)]],
                     resolution_km=150.0)  # fmt: skip


def surveyed(view=VIEW, **more):
    watch = Watch(ORBIT, view)
    return stays([watch], GRID.sites(), SPAN, [1_800.0, 43_200.0],
                        weights_km2=GRID.weights_km2, **more)  # fmt: skip


def test_batches_threads_and_cells_agree(monkeypatch):
    places = GRID.sites()
    windows = find_accesses(track(ORBIT, SPAN), places, VIEW, start_s=0.0, end_s=SPAN.duration_s)
    whole = stays_of([windows], places, SPAN, [1_800.0, 43_200.0], weights_km2=GRID.weights_km2)
    monkeypatch.setattr(batches, "_WINDOWS_A_BATCH", 100)
    serial, many = surveyed(workers=Threads(1)), surveyed(workers=Threads(3))
    for field in whole.__dataclass_fields__:
        assert np.array_equal(getattr(serial, field), getattr(many, field), equal_nan=True)
        assert np.allclose(getattr(serial, field), getattr(whole, field), atol=1e-6), field
    for site in (0, 50):
        share = imaged_share(windows.of(site), SPAN.duration_s, [1_800.0, 43_200.0])
        assert serial.imaged_share[site] == pytest.approx(share)
    hours = site_figures.local_day_s(places, SPAN)
    of_site = target_stays(windows.of(7), SPAN.duration_s, [1_800.0], clock_s=hours[7])
    assert np.array_equal(of_site.safe_s[0], whole.safe_s[7])


def test_the_shares_of_an_area_are_those_of_its_cells_by_their_area():
    places, stay_s = GRID.sites(), [1_800.0, 43_200.0]
    windows = find_accesses(track(ORBIT, SPAN), places, VIEW, start_s=0.0, end_s=SPAN.duration_s)
    # Unlike areas, so that a plain mean is another number.
    weights = np.linspace(1.0, 9.0, len(places)) ** 2
    whole = stays_of([windows], places, SPAN, stay_s, weights_km2=weights)
    clocks_s = site_figures.local_day_s(places, SPAN)
    cells = [
        target_stays(windows.of(n), SPAN.duration_s, stay_s, clock_s=clocks_s[n])
        for n in range(len(places))
    ]
    share = weights / weights.sum()
    for name in ("mean_share", "mean_open_s", "hour_share"):
        parts = np.array([getattr(cell, name) for cell in cells])
        expected = np.tensordot(share, parts, axes=1)
        assert np.allclose(getattr(whole, name), expected), name
        assert not np.allclose(expected, parts.mean(axis=0), rtol=1e-4), name


def test_a_sun_synchronous_satellite_leaves_the_same_local_hours_unseen():
    # Crossings within two hours of 10:30 and 22:30 local image no stay of half an hour elsewhere.
    share = surveyed().hour_share[0]
    assert (share[[*range(8), *range(13, 20)]] == 0.0).all()
    assert (share[[10, 22]] > 0.05).all()


def test_a_level_of_interpretability_only_takes_away():
    bound = site_figures.tilted_sample_per_m(4.0, gsd_nadir_m=0.8, reference_altitude_km=500.0)
    every, sharp = surveyed(), surveyed(View(max_off_nadir_deg=50.0, tilted_sample_per_m=bound))
    assert (sharp.imaged_share <= every.imaged_share + 1e-12).all()
    assert (sharp.mean_share < every.mean_share).all()
    assert (sharp.safe_s >= every.safe_s - 1e-6).all()


def test_a_stay_below_zero_is_refused():
    with pytest.raises(ValueError, match="stay_s is -1"):
        imaged_share([], 100.0, [-1.0])
