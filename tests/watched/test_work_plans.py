"""The safest start of work, against every start of a fine grid and a simulation of the margins."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import intervals
from simulator.watched.work_plans import looks_expected, safest_pausing, safest_starts

SPAN_S = 1_000.0

looks = st.lists(
    st.tuples(st.integers(0, 980), st.integers(1, 120), st.integers(0, 40)), max_size=8
)


def arrays(drawn):
    rows = np.array([(a, a + length) for a, length, _ in drawn], dtype=float).reshape(-1, 2)
    return rows, np.array([margin for *_, margin in drawn], dtype=float)


def brute(rows, margin_s, start_s, work_s):
    """Return expected looks and seconds in view of each start, look by look."""
    looks = np.zeros(len(start_s))
    for (low, high), margin in zip(rows, margin_s, strict=True):
        # Later by d, uniform within the margin: it is at the work for d in an open interval.
        first, last = start_s - high, start_s + work_s - low
        if margin == 0.0:
            looks += (first < 0.0) & (last > 0.0)
        else:
            late_s = np.minimum(last, margin) - np.maximum(first, -margin)
            looks += np.maximum(0.0, late_s) / (2.0 * margin)
    seen_s = np.zeros(len(start_s))
    for low, high in intervals.union(rows):
        inside = np.minimum(high, start_s + work_s) - np.maximum(low, start_s)
        seen_s += np.maximum(0.0, inside)
    return looks, seen_s


@settings(max_examples=150, deadline=None)
@given(looks, st.integers(10, 600))
def test_no_start_of_a_fine_grid_is_safer(drawn, work_s):
    rows, margin_s = arrays(drawn)
    best = safest_starts(rows, margin_s, work_s, begin_s=0.0, end_s=SPAN_S)[0]
    [number], [seen_s] = brute(rows, margin_s, np.array([best.start_s]), work_s)
    assert best.looks_expected == pytest.approx(number, abs=1e-9)
    assert best.seen_s == pytest.approx(seen_s, abs=1e-6)
    # All edges are whole seconds, so that halves of them miss no bend.
    starts = np.arange(0.0, SPAN_S - work_s + 0.25, 0.5)
    others, others_seen_s = brute(rows, margin_s, starts, work_s)
    assert (others >= number - 1e-9).all()
    as_few = others <= number + 1e-9
    assert (others_seen_s[as_few] >= seen_s - 1e-6).all()
    as_good = as_few & (others_seen_s <= seen_s + 1e-6)
    assert (starts[as_good] >= best.start_s - 1e-6).all()


def test_the_next_best_shares_no_time_with_the_best():
    rows, margin_s = np.array([[400.0, 450.0]]), np.array([10.0])
    first, second = safest_starts(rows, margin_s, 300.0, begin_s=0.0, end_s=SPAN_S)
    assert (first.start_s, first.looks_expected, first.room_s) == (0.0, 0.0, 90.0)
    assert (second.start_s, second.looks_expected) == (460.0, 0.0)


def test_work_that_ends_as_a_look_begins_is_not_seen():
    rows, margin_s = np.array([[300.0, 310.0]]), np.zeros(1)
    (only,) = safest_starts(rows, margin_s, 300.0, begin_s=0.0, end_s=400.0)
    assert (only.start_s, only.looks_expected, only.room_s) == (0.0, 0.0, 0.0)


def test_expected_looks_are_those_of_many_draws_of_early_and_late():
    rng = np.random.default_rng(3)
    rows, margin_s = np.array([[100.0, 130.0], [180.0, 190.0]]), np.array([60.0, 15.0])
    starts = np.array([60.0, 120.0, 165.0])
    late = rng.uniform(-1.0, 1.0, (200_000, 2)) * margin_s
    for start, told in zip(starts, looks_expected(rows, margin_s, starts, 40.0), strict=True):
        met = (rows[:, 0] + late < start + 40.0) & (rows[:, 1] + late > start)
        assert told == pytest.approx(met.sum(axis=1).mean(), abs=0.01)


def naive_pausing(quiet, start, work_s):
    """Return pauses and end of work that goes on in every quiet second from the start."""
    done = np.cumsum(quiet[start:])
    if done[-1] < work_s:
        return None
    seconds = int(np.argmax(done == work_s)) + 1
    at_work = quiet[start : start + seconds]
    return int((at_work[:-1] & ~at_work[1:]).sum()), start + seconds


@settings(max_examples=60, deadline=None)
@given(looks, st.integers(10, 500))
def test_no_other_start_pauses_less_or_is_done_sooner(drawn, work_s):
    rows, margin_s = arrays(drawn)
    seen = intervals.union(np.stack([rows[:, 0] - margin_s, rows[:, 1] + margin_s], axis=1))
    found = safest_pausing(rows, margin_s, float(work_s), begin_s=0.0, end_s=SPAN_S)
    quiet = np.ones(int(SPAN_S), dtype=bool)
    for low, high in seen:
        quiet[int(max(low, 0)) : int(max(high, 0))] = False
    starts = np.flatnonzero(quiet[: int(SPAN_S) - work_s + 1])
    tried = [(start, naive_pausing(quiet, start, work_s)) for start in starts]
    keys = [(p[0], p[1] - start, start) for start, p in tried if p is not None]
    if not keys:
        assert not found
        return
    best = found[0]
    assert (best.pauses, best.end_s - best.start_s, best.start_s) == pytest.approx(min(keys))


def test_work_that_never_fits_has_no_start():
    whole = np.array([[0.0, SPAN_S]])
    assert not safest_pausing(whole, np.zeros(1), 10.0, begin_s=0.0, end_s=SPAN_S)
    assert not safest_starts(whole, np.zeros(1), 2 * SPAN_S, begin_s=0.0, end_s=SPAN_S)
