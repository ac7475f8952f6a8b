"""The block bootstrap: against plain Python, by hand, and the truth of Poisson passes."""

import itertools
import math
import pickle
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.access.search import View
from simulator.access.watch import Watch
from simulator.earth.cells import cells_of
from simulator.earth.site_index import sites
from simulator.earth.surfaces import surface
from simulator.earth.time import Span
from simulator.orbits.builders import sun_synchronous
from simulator.revisit import batches, site_figures, surveys
from simulator.revisit.gaps import RULES, nearest_rank
from simulator.revisit.stays import StayGatherer, imaged_share
from simulator.uncertainty import day_bootstrap
from simulator.uncertainty.day_bootstrap import (
    BlockResamples,
    BootstrapGatherer,
    Resampling,
    bootstrap_interval,
    bootstrap_intervals,
)
from simulator.units import DAY_S
from simulator.workers import Threads

SPAN = Span(datetime(2023, 11, 21, 3, 30, tzinfo=UTC), 4.5 * DAY_S)
EDGES = day_bootstrap.day_edges_s(SPAN.duration_s)
STAYS = np.array([0.0, 3_600.0, 86_400.0])
# Parts of a sum of whole seconds that are exact, so that a tie is one in any order of adding.
PERCENTS = (12.5, 50.0, 75.0, 87.5)


def options(rule="stk", folds=2):
    return site_figures.FigureOptions(
        rule=rule, percents=PERCENTS, folds=folds, separation_s=(3_000.0, 60_000.0)
    )


def batch(places, span_s=SPAN.duration_s):
    """Places as lists of satellites, each a list of windows."""
    rows = [
        (site, satellite, a, b)
        for site, satellites in enumerate(places)
        for satellite, windows in enumerate(satellites)
        for a, b in windows
    ]
    table = np.array(rows, dtype=float).reshape(-1, 4)
    return batches.site_batch(
        table[:, 0].astype(int), table[:, 1].astype(int), table[:, 2].copy(), table[:, 3].copy(),
        sites=len(places), span_s=span_s,
    )  # fmt: skip


def reduction(places, drawn, rule="stk", weights=None, groups=None):
    weights = np.ones(len(places)) if weights is None else np.asarray(weights, float)
    groups = np.zeros(len(places), int) if groups is None else np.asarray(groups)
    return Resampling(drawn, options(rule), STAYS, weights, groups, int(groups.max()) + 1)


def drawn_of(places, drawn, span_s=SPAN.duration_s, **more):
    reduce = reduction(places, drawn, **more)
    return reduce.figures(reduce(batch(places, span_s)))


def in_pairs(edges):
    """Return edges as windows, each from one edge to the next."""
    ends = sorted(map(float, edges))
    return list(zip(ends[::2], ends[1::2], strict=False))


def passes():
    return st.lists(st.integers(0, int(SPAN.duration_s)), max_size=24, unique=True).map(in_pairs)


places_of = st.lists(st.lists(passes(), min_size=1, max_size=3), min_size=1, max_size=3)


def some_draws(number=7, block_days=2, **more):
    return day_bootstrap.block_resamples(
        EDGES, seed=11, number=number, block_days=block_days, **more
    )


@settings(max_examples=60, deadline=None)
@given(places_of, st.sampled_from(RULES))
def test_the_span_itself_has_the_figures_of_merit(places, rule):
    weights = np.arange(1.0, len(places) + 1.0)
    drawn = drawn_of(places, some_draws(), rule=rule, weights=weights)
    local = site_figures.local_day_s(sites(*np.zeros((3, len(places)))), SPAN)
    tables = site_figures.batch_tables(
        batch(places), options(rule), local, site_figures.whole_days_s(SPAN), 3
    )  # the reduction that a survey runs in its batches
    figures = site_figures.figures_of(tables, SPAN.duration_s)
    for name, values in drawn.items():
        if name == "imaged_share":
            cell = np.array([
                imaged_share(np.array([w for s in place for w in s]).reshape(-1, 2),
                             SPAN.duration_s, STAYS)
                for place in places
            ])  # fmt: skip
        else:
            cell = np.asarray(getattr(figures, name), float).reshape(len(places), -1)
        for column in range(cell.shape[1]):
            known = ~np.isnan(cell[:, column])
            value = values[0, 0] if values.ndim == 2 else values[0, 0, column]
            if not known.any():
                assert np.isnan(value), name
                continue
            expected = np.average(cell[known, column], weights=weights[known])
            assert value == pytest.approx(expected, rel=1e-9, abs=1e-6), name


def wait_percentiles(gaps, cover, time):
    """Least wait that is not exceeded in each percentage of the time, by halving."""
    need = np.array(PERCENTS) / 100.0 * time - cover
    low, high = np.zeros(len(need)), np.full(len(need), SPAN.duration_s)
    for _ in range(80):
        middle = 0.5 * (low + high)
        enough = np.minimum(gaps, middle[:, None]).sum(axis=1) >= need - 1e-9
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high if time else np.full(len(need), np.nan)


def revisit_time_percentiles(gaps, cover):
    """Least gap such that covered time and gaps up to it make each percentage of the time."""
    time, percentiles = cover + gaps.sum(), []
    for percent in PERCENTS:
        have, value = cover, 0.0
        for gap in gaps:
            if have >= percent / 100.0 * time * (1.0 - 1e-12):
                break
            have, value = have + gap, gap
        percentiles.append(value if time else np.nan)
    return percentiles


def merged_windows(windows):
    merged = []
    for a, b in windows:
        if merged and a <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], b)
        else:
            merged.append([a, b])
    return merged


def plain_figures(place, times, rule):
    """The same figures of one place and draw, from a list with each gap as often as drawn."""
    windows = sorted(w for satellite in place for w in satellite)
    merged = merged_windows(windows)

    def block(instant):
        return min(int(instant // DAY_S), len(EDGES) - 2)

    def often(a, b):
        return int(times[block(0.5 * (a + b))]) if merged else 1

    def cut(a, b):
        return sum(
            times[n] * max(0.0, min(b, EDGES[n + 1]) - max(a, EDGES[n]))
            for n in range(len(EDGES) - 1)
        )

    bounds = [0.0, *(x for row in merged for x in row), SPAN.duration_s]
    gaps, every, pairs = [], [], 0
    for number, (a, b) in enumerate(zip(bounds[::2], bounds[1::2], strict=True)):
        inner = 0 < number < len(merged)
        if b > a:
            every += [b - a] * often(a, b)
            if inner or rule == "stk":
                gaps += [b - a] * often(a, b)
            if inner and 3_000.0 <= b - a <= 60_000.0:
                pairs += often(a, b)
    gaps, every = np.sort(gaps), np.sort(every)
    length = [b - a for a, b in windows for _ in range(often(a, b))]
    cover = sum(cut(a, b) for a, b in merged)
    time = cover + every.sum()
    drawn_s = float(np.diff(EDGES) @ times[:-1])
    scale = SPAN.duration_s / drawn_s
    below = revisit_time_percentiles(gaps, cover)
    if not len(every) and cover >= drawn_s * (1.0 - 1e-9):
        # Nothing drawn but access: a revisit of 0 and not an unknown one.
        gaps = np.zeros(1)
    nothing = [np.nan] * len(PERCENTS)
    stays = [
        1.0 - np.maximum(every - stay, 0.0).sum() / (time - stay) if time > stay else np.nan
        for stay in STAYS
    ]
    return {
        "accesses_per_day": len(length) * scale / 4.5,
        "covered_s_per_day": cover * scale / 4.5,
        "gaps": len(every) * (scale if merged else 1.0),
        "pairs": pairs * scale,
        "satellites_at_once_mean": sum(length) * scale / SPAN.duration_s,
        "access_mean_s": np.mean(length) if length else np.nan,
        "revisit_mean_s": gaps.mean() if len(gaps) else np.nan,
        "revisit_std_s": gaps.std() if len(gaps) else np.nan,
        "time_average_gap_s": (every**2).sum() / time if time else np.nan,
        "wait_mean_s": (every**2).sum() / time / 2.0 if time else np.nan,
        "revisit_percentile_s": [nearest_rank(gaps, p) for p in PERCENTS] if len(gaps) else nothing,
        "revisit_time_percentile_s": below,
        "wait_percentile_s": wait_percentiles(every, cover, time),
        "imaged_share": stays,
    }


@pytest.mark.parametrize("rule", RULES)
def test_a_place_always_in_view_counts_as_zero_in_every_draw(rule):
    always, now_and_then = [[(0.0, SPAN.duration_s)]], [[(0.0, 9e3), (2e5, 2.1e5), (3e5, 3.1e5)]]
    both = drawn_of([always, now_and_then], some_draws(), rule=rule, groups=[0, 1])
    for name in ("revisit_mean_s", "revisit_std_s"):
        assert (both[name][1] == 0.0).all()
        known = ~np.isnan(both[name][2])
        assert known[0]
        assert both[name][0][known] == pytest.approx(both[name][2][known] / 2.0)
    for name in ("revisit_percentile_s", "revisit_time_percentile_s", "revisit_gap_percentile_s"):
        assert (both[name][1] == 0.0).all(), name
    ends = bootstrap_intervals(both, 0.9)
    assert ends.low["revisit_mean_s"][1] == ends.high["revisit_mean_s"][1] == 0.0


@settings(max_examples=60, deadline=None)
@given(places_of, st.sampled_from(RULES))
def test_every_draw_is_that_of_a_plain_list_of_gaps(places, rule):
    drawn = some_draws()
    figures = drawn_of(places, drawn, rule=rule, groups=np.arange(len(places)))
    for number, place in enumerate(places):
        for draw in range(drawn.counts.shape[1]):
            expected = plain_figures(place, drawn.counts[:, draw], rule)
            for name, value in expected.items():
                # A deviation comes out of the difference of squares of hours.
                slack = 0.05 if name == "revisit_std_s" else 2e-5
                assert figures[name][number + 1, draw] == pytest.approx(
                    np.array(value, float), rel=1e-8, abs=slack, nan_ok=True
                ), (name, draw)


def test_gaps_of_5_10_and_15_in_100_by_hand():
    # Blocks of 50: gaps 5 and 10 have their middle in the first, 15 in the second.
    windows = [(0.0, 20.0), (25.0, 30.0), (40.0, 60.0), (75.0, 100.0)]
    times = np.array([[1.0, 2.0, 0.0], [1.0, 0.0, 2.0], [1.0, 1.0, 1.0]])
    drawn = BlockResamples(np.array([0.0, 50.0, 100.0]), times)
    figures = drawn_of([[windows]], drawn, span_s=100.0)
    assert figures["time_average_gap_s"][0].tolist() == [3.5, 2.5, 4.5]
    # Twice the first half: gaps 5, 5, 10, 10 and 70 s of cover.
    assert figures["revisit_mean_s"][0].tolist() == [10.0, 7.5, 15.0]
    assert figures["revisit_percentile_s"][0, :, 1].tolist() == [10.0, 5.0, 15.0]
    assert figures["revisit_std_s"][0] == pytest.approx([math.sqrt(50.0 / 3.0), 2.5, 0.0])
    assert figures["pairs"][0].tolist() == [0.0, 0.0, 0.0]
    assert figures["gaps"][0].tolist() == [3.0, 4.0, 2.0]
    assert figures["imaged_share"][0, :, 0] == pytest.approx([0.7, 0.7, 0.7])


def test_a_place_never_seen_is_so_in_every_draw():
    figures = drawn_of([[[]]], some_draws())
    for name, share in (("revisit_mean_s", 1.0), ("wait_mean_s", 0.5), ("gaps", None)):
        assert set(figures[name][0].tolist()) == {1.0 if share is None else share * SPAN.duration_s}
    assert np.isnan(figures["access_mean_s"]).all()


def poisson(random, rate_per_day, days):
    """Passes of 200 s that begin as a Poisson process does."""
    count = random.poisson(rate_per_day * days)
    starts = np.sort(random.uniform(0.0, days * DAY_S - 200.0, count))
    return [[(a, a + 200.0) for a in starts]]


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    random, days = np.random.default_rng(3), 30
    places = [poisson(random, 6.0, days) for _ in range(150)]
    drawn = day_bootstrap.block_resamples(
        day_bootstrap.day_edges_s(days * DAY_S), seed=7, number=300, block_days=3
    )
    figures = drawn_of(places, drawn, span_s=days * DAY_S, groups=np.arange(len(places)))
    ends = bootstrap_intervals(figures, 0.9)
    for name in (
        "accesses_per_day", "covered_s_per_day", "revisit_mean_s", "revisit_std_s",
        "wait_mean_s", "revisit_percentile_s", "wait_percentile_s", "imaged_share",
    ):  # fmt: skip
        low, high = ends.low[name][1:], ends.high[name][1:]
        truth = figures[name][1:, 0].mean(axis=0)
        held = ((low <= truth) & (truth <= high)).mean(axis=0)
        # The outer percentiles are of few gaps, and a stay of a day is never missed.
        sound = held if held.ndim == 0 else held[:2] if name == "imaged_share" else held[1:3]
        assert np.all(sound > 0.72) and np.all(sound < 0.97), (name, held)


@pytest.mark.parametrize("length", [1, 2, 4, 5])
def test_draws_are_runs_of_blocks_in_a_row(length):
    count = len(EDGES) - 1
    runs = [np.arange(first, first + length) for first in range(count - length + 1)]
    # As many runs as fill the span, the last one cut where it is full.
    whole = [
        np.bincount(np.concatenate(chosen)[:count], minlength=count)
        for chosen in itertools.product(runs, repeat=-(-count // length))
    ]
    lawful = {tuple(times) for times in whole}
    times = some_draws(number=400, block_days=length).counts
    assert (times[:-1, 0] == 1.0).all() and (times[-1] == 1.0).all()
    met = {tuple(column) for column in times[:-1, 1:].T.astype(int)}
    assert met <= lawful
    # Four hundred draws meet most of what can come.
    assert len(met) > 0.7 * len(lawful)


def test_what_is_left_of_a_span_is_a_day_of_its_own_however_short():
    edges_s = day_bootstrap.day_edges_s(2.0 * DAY_S + 0.5)
    draws = day_bootstrap.block_resamples(edges_s, seed=1, number=50, block_days=1)
    assert np.diff(draws.edges_s).tolist() == [DAY_S, DAY_S, 0.5]
    assert draws.length_s[0] == 2.0 * DAY_S + 0.5
    assert {1.0, 2.0} <= set(draws.counts[2, 1:].tolist())


def test_a_draw_is_the_same_among_few_and_among_many():
    random = np.random.default_rng(8)
    places = [poisson(random, 4.0, 4.5) for _ in range(3)]
    many = some_draws(number=201)
    whole = drawn_of(places, many)
    for columns in ([0, 1, 2], [0, 70, 71, 130, 201], [0, *range(64, 193)]):
        few = drawn_of(
            places, BlockResamples(many.edges_s, np.ascontiguousarray(many.counts[:, columns]))
        )
        for name, values in few.items():
            assert values == pytest.approx(whole[name][:, columns], nan_ok=True), name


def test_sums_of_batches_are_those_of_all_sites():
    random = np.random.default_rng(2)
    places = [poisson(random, 5.0, 4.5) for _ in range(4)]
    weights, groups, drawn = [1.0, 2.0, 3.0, 4.0], [0, 1, 0, 1], some_draws()
    reduce = reduction(places, drawn, weights=weights, groups=groups)
    gatherer = BootstrapGatherer(reduce, 0.9)
    every = batch(places)
    for first in (0, 2):
        part = batch(places[first : first + 2])
        gatherer.take(reduce(replace(part, sites=np.arange(first, first + 2))))
    expected = bootstrap_intervals(reduce.figures(reduce(every)), 0.9)
    for end in ("value", "low", "high"):
        for name, values in getattr(expected, end).items():
            assert getattr(gatherer.result(), end)[name] == pytest.approx(values, nan_ok=True), name


def test_a_seed_gives_the_same_draws_and_another_others():
    first, again = some_draws(), some_draws()
    reseeded = day_bootstrap.block_resamples(EDGES, seed=12, number=7, block_days=2)
    assert (first.counts == again.counts).all()
    assert (first.counts != reseeded.counts).any()


def test_days_that_are_all_alike_leave_no_chance():
    windows = [(day * DAY_S + 1_000.0 + 28_800.0 * n, day * DAY_S + 1_300.0 + 28_800.0 * n)
               for day in range(10) for n in range(3)]  # fmt: skip
    drawn = day_bootstrap.block_resamples(
        day_bootstrap.day_edges_s(10 * DAY_S), seed=1, number=40, block_days=2
    )
    figures = drawn_of([[windows]], drawn, span_s=10 * DAY_S, rule="interior")
    for name, value in (("covered_s_per_day", 900.0), ("revisit_mean_s", 28_500.0)):
        assert bootstrap_interval(figures[name][0], 0.9) == pytest.approx((value, value))


def test_an_area_mean_takes_the_same_blocks_everywhere():
    random = np.random.default_rng(2)
    sparse, dense = poisson(random, 4.0, 4.5), poisson(random, 8.0, 4.5)
    alone = drawn_of([sparse], some_draws())
    alike = drawn_of([sparse, sparse], some_draws(), weights=[1.0, 3.0])
    both = drawn_of([sparse, dense], some_draws(), weights=[1.0, 3.0], groups=[0, 1])
    for name in ("revisit_mean_s", "wait_percentile_s", "accesses_per_day"):
        assert alike[name][0] == pytest.approx(alone[name][0])
        assert both[name][0] == pytest.approx(0.25 * both[name][1] + 0.75 * both[name][2])


FLEET = [
    Watch(
        sun_synchronous(f"s{n}", SPAN.start, altitude_km=500.0, ltan_h=10.5 + n),
        View(max_off_nadir_deg=45.0),
        None,
    )
    for n in range(2)
]
CORNERS = [(100.0, 30.0), (150.0, 30.0), (150.0, 50.0), (100.0, 50.0)]
CELLS = cells_of(surface([CORNERS]), kind="healpix", resolution_km=200.0)


def surveyed(places, weights, groups, workers):
    reduce = Resampling(some_draws(), options(), STAYS, weights, groups, 2)
    total = None
    for part in batches.stream(FLEET, places, SPAN, reduce, workers=Threads(workers)):
        total = part if total is None else total + part
    return reduce.figures(total)


def test_neither_threads_nor_the_order_of_cells_change_a_figure():
    groups = (CELLS.latitude_deg > 40.0).astype(int)
    first = surveyed(CELLS.sites(), CELLS.weights_km2, groups, 1)
    threads = surveyed(CELLS.sites(), CELLS.weights_km2, groups, 2)
    order = np.random.default_rng(1).permutation(len(CELLS))
    shuffled = sites(CELLS.latitude_deg[order], CELLS.longitude_deg[order])
    reordered = surveyed(shuffled, CELLS.weights_km2[order], groups[order], 2)
    for name, values in first.items():
        assert np.array_equal(values, threads[name], equal_nan=True)
        assert reordered[name] == pytest.approx(values, rel=1e-7, nan_ok=True), name


def test_a_reduction_can_be_sent_to_another_process():
    places = [poisson(np.random.default_rng(1), 5.0, 4.5)]
    reduce = reduction(places, some_draws())
    again = pickle.loads(pickle.dumps(reduce))
    assert np.array_equal(again(batch(places)).values, reduce(batch(places)).values)
    place = sites(39.0, 125.7)
    for gatherer in (
        surveys.SurveyGatherer(place, SPAN, 1, options=options()),
        StayGatherer(place, SPAN, STAYS),
    ):
        part = pickle.loads(pickle.dumps(gatherer.reduce))(batch(places))
        gatherer.take(pickle.loads(pickle.dumps(part)))
        assert gatherer.result() is not None


def test_the_ends_enclose_the_share_and_their_median_is_the_figure():
    draws = np.arange(21.0) + 5.0
    assert bootstrap_interval(np.append(10.0, draws), 0.9) == pytest.approx((1.0, 19.0))
    # Moved alone it would end at -7: two fifteenths of the draws instead.
    assert bootstrap_interval(np.append(2.0, draws), 0.9) == pytest.approx((0.8, 11.0))
    assert bootstrap_interval(np.append(0.9, draws / 20.0), 0.9, most=1.0) == pytest.approx(
        (0.45, 1.0)
    )
    for nothing in (np.append(np.nan, draws), np.array([1.0, np.nan])):
        assert np.isnan(bootstrap_interval(nothing, 0.9)).all()


def test_intervals_of_many_figures_are_those_of_each_by_itself():
    values = np.random.default_rng(5).exponential(size=(6, 1 + 40, 2))
    values[0, 0, 0] = values[1, 1:, 1] = values[2, 3:9] = values[3, 30, 0] = np.nan
    ends = bootstrap_intervals({"gaps": values}, 0.9)
    for row, column in np.ndindex(6, 2):
        expected = bootstrap_interval(values[row, :, column], 0.9)
        found = ends.low["gaps"][row, column], ends.high["gaps"][row, column]
        assert np.array_equal(found, expected, equal_nan=True)


def test_cover_is_cut_at_the_edges_of_days():
    drawn = some_draws()
    windows = np.array([[10.0, 20.0], [80_000.0, 200_000.0], [388_000.0, 388_800.0]])
    assert drawn.cover_s(windows) == pytest.approx([6_410.0, 86_400.0, 27_200.0, 0.0, 800.0])
    assert drawn.cover_s(windows).sum() == pytest.approx(120_810.0)
    assert drawn.cover_s(np.empty((0, 2))).tolist() == [0.0] * 5


def test_percentiles_of_events_are_those_of_the_events_of_each_draw():
    random = np.random.default_rng(5)
    at_s, values = random.uniform(0.0, SPAN.duration_s, 40), random.random(40)
    drawn = some_draws()
    percentiles = day_bootstrap.resampled_percentiles(drawn, at_s, values, [50.0, 90.0])
    for draw in range(drawn.counts.shape[1]):
        often = drawn.counts[drawn.day_of(at_s), draw].astype(int)
        rows = np.sort(np.repeat(values, often))
        assert percentiles[:, draw].tolist() == [nearest_rank(rows, 50.0), nearest_rank(rows, 90.0)]
    assert np.isnan(day_bootstrap.resampled_percentiles(drawn, at_s[:0], values[:0], [50.0])).all()


def test_impossible_resampling_is_refused():
    for more, message in (
        ({"block_days": 6}, "block_days is 6"),
        ({"block_days": 0}, "block_days is 0"),
    ):
        with pytest.raises(ValueError, match=message):
            some_draws(**more)
    with pytest.raises(ValueError, match="edges_s"):
        day_bootstrap.block_resamples([0.0, 0.0], seed=1, number=1, block_days=1)
    for share in (0.0, 1.0, -0.1):
        with pytest.raises(ValueError, match=f"share is {share}"):
            bootstrap_interval(np.array([1.0, 2.0]), share)


def test_no_end_is_nothing_where_no_draw_came_to_nothing():
    # Mean revisits of a place seen once or twice: the move alone would end below zero.
    draws = np.array([5.0, 5.0, 15.0, 15.0, 15.0])
    low, high = bootstrap_interval(np.append(7.5, draws), 0.9)
    assert (low, high) == pytest.approx((7.5 * 5.0 / 15.0, 7.5))
    # Accesses a day may be none.
    assert bootstrap_interval(np.append(0.07, [0.0, 0.0, 0.1, 0.1, 0.1]), 0.9)[0] == 0.0
