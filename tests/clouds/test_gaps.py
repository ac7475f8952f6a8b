"""Gaps under clouds: against skies drawn one by one, and against gaps without clouds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.clouds import clear_figures, longest_gap_s, looks_under
from simulator.revisit import gap_statistics
from tests.made_skies import mean_and_error, skies

SPAN_S = 1_000.0


def one_place(start_s, clear, persistence_s, **kinds):
    start_s = np.asarray(start_s, float)
    place = np.zeros(len(start_s), np.int64)
    clear = np.broadcast_to(np.asarray(clear, float), start_s.shape)
    return looks_under(place, start_s, clear, persistence_s=persistence_s, places=1, **kinds)


def crossing_windows(rng, number):
    start_s = np.sort(rng.uniform(0.0, 0.95 * SPAN_S, number))
    return start_s, np.minimum(start_s + rng.exponential(30.0, number), SPAN_S)


def gaps_of(windows):
    """Return the lengths of the gaps that windows leave in the span, by a plain loop."""
    gaps, upto = [], 0.0
    for start_s, end_s in sorted(windows):
        if start_s > upto:
            gaps.append(start_s - upto)
        upto = max(upto, end_s)
    if upto < SPAN_S:
        gaps.append(SPAN_S - upto)
    return gaps


@pytest.mark.parametrize("persistence_s", [0.0, 40.0, 400.0])
def test_figures_are_those_of_many_skies_drawn_one_by_one(persistence_s):
    rng = np.random.default_rng(3)
    start_s, end_s = crossing_windows(rng, 14)
    clear = np.where(start_s < 500.0, 0.3, 0.65)
    weatherproof = np.zeros(14, np.bool_)
    weatherproof[6] = True
    useful = np.ones(14, np.bool_)
    useful[[2, 9]] = False
    looks = one_place(start_s, clear, persistence_s, weatherproof=weatherproof, useful=useful)
    figures = clear_figures(looks, end_s, SPAN_S)
    counted, number, total, squares, longest, never = [], [], [], [], [], []
    for levels in skies(1, start_s.tolist(), persistence_s, 20_000):
        seen = [n for n in range(14) if useful[n] and (weatherproof[n] or levels[n] < clear[n])]
        gaps = gaps_of([(start_s[n], end_s[n]) for n in seen])
        counted.append(len(seen))
        number.append(len(gaps))
        total.append(sum(gaps))
        squares.append(sum(gap * gap for gap in gaps) / (2.0 * SPAN_S))
        longest.append(max(gaps))
        never.append(not seen)
    for value, drawn in [
        (figures.accesses[0], counted),
        (figures.wait_mean_s[0], squares),
        (figures.unseen[0], never),
        # Of a ratio of two means: what the sum exceeds the number times the mean by is nothing.
        (0.0, np.array(total) - figures.revisit_mean_s[0] * np.array(number)),
    ]:
        mean, error = mean_and_error(drawn)
        assert value == pytest.approx(mean, abs=max(4.5 * error, 1e-9))
    for share in (0.25, 0.5, 0.9):
        gap_s = longest_gap_s(looks, end_s, SPAN_S, share)[0]
        at_most = np.mean([each <= gap_s + 1e-6 for each in longest])
        below = np.mean([each <= gap_s - 1e-6 for each in longest])
        assert at_most >= share - 0.015
        assert below <= share + 0.015


@pytest.mark.parametrize("seed", range(6))
def test_under_a_clear_sky_gaps_are_those_of_the_windows(seed):
    start_s, end_s = crossing_windows(np.random.default_rng(seed), 9)
    figures = clear_figures(one_place(start_s, 1.0, 50.0), end_s, SPAN_S)
    known = gap_statistics(np.stack([start_s, end_s], axis=1), SPAN_S)
    assert figures.accesses[0] == pytest.approx(9.0)
    assert figures.revisit_mean_s[0] == pytest.approx(known.mean_s, rel=1e-9)
    assert figures.wait_mean_s[0] == pytest.approx(known.mean_wait_s, rel=1e-9)
    assert figures.unseen[0] == pytest.approx(0.0, abs=1e-12)
    longest_s = longest_gap_s(one_place(start_s, 1.0, 50.0), end_s, SPAN_S, 0.5)[0]
    assert longest_s == pytest.approx(known.max_s, rel=1e-9)


def test_under_a_closed_sky_the_span_is_the_only_gap():
    looks = one_place([100.0, 400.0], 0.0, 50.0)
    figures = clear_figures(looks, np.array([110.0, 410.0]), SPAN_S)
    assert figures.accesses[0] == 0.0
    assert figures.revisit_mean_s[0] == SPAN_S
    assert figures.wait_mean_s[0] == SPAN_S / 2
    assert figures.unseen[0] == pytest.approx(1.0)
    assert longest_gap_s(looks, np.array([110.0, 410.0]), SPAN_S, 0.5)[0] == SPAN_S


def test_evenly_spaced_independent_looks_thin_geometrically():
    # Looks of no length every second, each clear with chance p: gaps are geometric, mean 1 / p.
    start_s = np.arange(0.5, 4000.0)
    looks = one_place(start_s, 0.25, 0.0)
    figures = clear_figures(looks, start_s, 4000.0)
    assert figures.accesses[0] == pytest.approx(1000.0)
    assert figures.revisit_mean_s[0] == pytest.approx(4000.0 / 1001.0, rel=1e-8)
    # The mean wait of a geometric gap g of one-second steps: E[g^2] / (2 E[g]).
    assert figures.wait_mean_s[0] == pytest.approx((2.0 - 0.25) / 0.25**2 / 2.0 * 0.25, rel=2e-3)


def test_a_long_spell_of_weather_makes_gaps_longer():
    start_s = np.arange(5.0, SPAN_S, 10.0)
    waits = [
        clear_figures(one_place(start_s, 0.5, held_s), start_s + 1.0, SPAN_S).wait_mean_s[0]
        for held_s in (0.0, 10.0, 100.0, 1_000.0)
    ]
    assert waits == sorted(waits)


def test_places_are_found_alike_alone_and_together():
    rng = np.random.default_rng(8)
    windows = [crossing_windows(rng, number) for number in (5, 0, 1, 7)]
    place = np.repeat(np.arange(4), [len(start) for start, _ in windows])
    start_s = np.concatenate([start for start, _ in windows])
    end_s = np.concatenate([end for _, end in windows])
    clear = np.where(place == 0, 0.2, 0.7)
    together = looks_under(place, start_s, clear, persistence_s=60.0, places=4)
    figures = clear_figures(together, end_s, SPAN_S)
    longest_s = longest_gap_s(together, end_s, SPAN_S, 0.5)
    for number, (start, end) in enumerate(windows):
        alone = one_place(start, 0.2 if number == 0 else 0.7, 60.0)
        single = clear_figures(alone, end, SPAN_S)
        for name in ("accesses", "revisit_mean_s", "wait_mean_s", "unseen"):
            expected = getattr(single, name)[0]
            assert getattr(figures, name)[number] == pytest.approx(expected, rel=1e-9)
        assert longest_s[number] == longest_gap_s(alone, end, SPAN_S, 0.5)[0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0.0, 990.0), st.floats(0.0, 200.0), st.sampled_from([0.0, 0.2, 0.6, 1.0])
        ),
        max_size=9,
    ),
    st.sampled_from([0.0, 30.0, 1e5]),
)
def test_gaps_and_what_is_covered_are_the_span(rows, persistence_s):
    rows = sorted(rows)
    start_s = np.array([row[0] for row in rows])
    end_s = np.minimum(start_s + [row[1] for row in rows], SPAN_S)
    looks = one_place(start_s, [row[2] for row in rows] or 0.5, persistence_s)
    figures = clear_figures(looks, end_s, SPAN_S)
    assert 0.0 <= figures.unseen[0] <= 1.0 + 1e-9
    assert figures.accesses[0] == pytest.approx(sum(row[2] for row in rows))
    assert figures.wait_mean_s[0] <= SPAN_S / 2 * (1.0 + 1e-9)
    longest_s = [longest_gap_s(looks, end_s, SPAN_S, share)[0] for share in (0.1, 0.5, 0.9)]
    assert longest_s == sorted(longest_s)
