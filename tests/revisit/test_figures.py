"""Figures of merit against plain NumPy, closed forms and worked examples."""

import math
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import intervals
from simulator.access import watch
from simulator.access.search import View, find_accesses
from simulator.access.windows import Windows
from simulator.earth.ellipsoid import central_angle_at_off_nadir_deg
from simulator.earth.site_index import sites
from simulator.earth.time import Span
from simulator.orbits import builders
from simulator.orbits.tracks import track
from simulator.revisit import batches, site_figures, surveys
from simulator.revisit.gap_kernel import GapPercentile
from simulator.revisit.gaps import gap_statistics, nearest_rank
from simulator.units import DAY_S
from simulator.workers import Threads
from tests.made_surveys import plane_grid, survey_of
from tests.reference.sphere import cap_area_share

EPOCH = datetime(2023, 11, 21, 3, 30, tzinfo=UTC)
SPAN = Span(EPOCH, 3.0 * DAY_S)
T = SPAN.duration_s
PLACE = sites(39.0, 125.7)
ORBITS = [
    builders.sun_synchronous(name, EPOCH, altitude_km=500.0, ltan_h=ltan)
    for name, ltan in (("a", 10.5), ("b", 13.0))
]
PERCENTS = (0.0, 7.0, 50.0, 90.0, 100.0)


def windows(rows):
    table = np.array(sorted(rows), dtype=float).reshape(-1, 3)
    return Windows(
        table[:, 0].astype(np.int32),
        table[:, 1],
        table[:, 2],
        np.zeros((len(table), 2), dtype=bool),
    )


def one_site(*satellites, span=SPAN, **options):
    accesses = [windows([(0, a, b) for a, b in rows]) for rows in satellites]
    return survey_of(accesses, PLACE, span, options=site_figures.FigureOptions(**options)).sites


# Rows of one satellite: disjoint, whole seconds, so that sums are exact and edges may coincide.
def in_pairs(edges):
    """Return edges as windows, each from one edge to the next."""
    ends = sorted(map(float, edges))
    return list(zip(ends[::2], ends[1::2], strict=False))


def passes():
    return st.lists(st.integers(0, int(T)), max_size=16, unique=True).map(in_pairs)


several = st.lists(passes(), min_size=1, max_size=4)


def depth_pieces(rows):
    """Elementary intervals (start, end) with the rows open on each."""
    edges = sorted({0.0, T, *(x for row in rows for x in row)})
    for low, high in pairwise(edges):
        yield low, high, [(a, b) for a, b in rows if a <= low and high <= b]


def time_percentile(pieces, percent):
    """Least value not exceeded in `percent` % of the time; pieces (length, low, high)."""
    total = sum(length for length, _, _ in pieces)
    if total == 0.0:
        return math.nan

    def share(value):
        return sum(
            length
            * (value >= high if high == low else min(1, max(0, (value - low) / (high - low))))
            for length, low, high in pieces
        )

    need = percent / 100.0 * total
    low, high = 0.0, T
    if share(0.0) >= need:
        return 0.0
    # Of three days to less than a millionth of a microsecond.
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if share(middle) >= need - 1e-9 else (middle, high)
    return high


CLOSE = {"rel": 1e-9, "abs": 1e-5, "nan_ok": True}


def gaps_of(merged):
    """All gaps, those between windows, and those before the first and after the last window."""
    gaps = np.diff(intervals.complement(merged, 0.0, T)).ravel()
    inner = merged[1:, 0] - merged[:-1, 1]
    lead = merged[0, 0] if len(merged) else T
    trail = T - merged[-1, 1] if len(merged) else 0.0
    return gaps, inner, lead, trail


def expected_statistics(satellites, rule):
    """Every figure of a site that is one number, by its name."""
    rows = [row for satellite in satellites for row in satellite]
    merged = intervals.union(rows)
    lengths = np.array([b - a for a, b in rows])
    gaps, inner, lead, trail = gaps_of(merged)
    reference = gap_statistics(rows, T, rule=rule)
    revisit = {name: getattr(reference, f"{name}_s") for name in ("mean", "min", "max", "std")}
    return {
        "covered_s": intervals.total_s(merged),
        "accesses": len(rows),
        "accesses_between": np.sum((lengths >= 1e3) & (lengths <= 2e4)),
        "access_sum_s": lengths.sum(),
        "access_mean_s": lengths.mean() if len(rows) else math.nan,
        "access_min_s": lengths.min(initial=math.inf) if len(rows) else math.nan,
        "access_max_s": lengths.max(initial=0.0) if len(rows) else math.nan,
        "access_std_s": lengths.std() if len(rows) else math.nan,
        "merged_accesses": len(merged),
        "gaps": len(gaps),
        "gaps_between": np.sum((gaps >= 1e3) & (gaps <= 2e4)),
        "leading_gap_s": lead,
        "trailing_gap_s": trail,
        "pairs": np.sum((inner >= 3e3) & (inner <= 4e4)),
        "satellites_seen": sum(len(satellite) > 0 for satellite in satellites),
        "first_access_s": merged[0, 0] if len(merged) else math.nan,
        "time_average_gap_s": np.sum(gaps**2) / T,
        "revisit_samples": reference.samples,
        **{
            f"revisit_{name}_s": math.nan if value is None else value
            for name, value in revisit.items()
        },
    }


def check_depth_and_days(figures, rows):
    """Compare what is counted satellite by satellite and day by day."""
    merged = intervals.union(rows)
    depth = [(b - a, len(open_)) for a, b, open_ in depth_pieces(rows)]
    assert figures.satellites_at_once_max[0] == max(d for _, d in depth)
    assert figures.satellites_at_once_min[0] == min(d for _, d in depth)
    for level in range(3):
        assert figures.fold_s[0, level] == sum(length for length, d in depth if d > level)

    days = site_figures.whole_days_s(SPAN)
    cover = [intervals.total_s(intervals.clip(merged, a, b)) for a, b in pairwise(days)]
    number = [sum(s < b and e > a for s, e in rows) for a, b in pairwise(days)]
    assert figures.covered_day_min_s[0] == min(cover)
    assert figures.covered_day_max_s[0] == max(cover)
    assert figures.covered_day_std_s[0] == pytest.approx(np.std(cover))
    assert figures.accesses_day_min[0] == min(number)
    assert figures.accesses_day_max[0] == max(number)


def waits_and_ages(merged, left_out):
    """Pieces (length, low, high) of the wait for an access and of the age of data, in gaps."""
    _, inner, lead, trail = gaps_of(merged)
    unknown = left_out and not len(merged)
    waits = [*inner, lead, *([] if left_out else [trail])]
    ages = [*inner, trail, *([] if left_out else [lead])]
    return [[(g, 0.0, g) for g in lengths if g and not unknown] for lengths in (waits, ages)]


def check_percentiles(figures, rows, rule, left_out):
    """Compare the percentiles over gaps, over the time and over the accesses in progress."""
    merged = intervals.union(rows)
    gaps, inner, _, _ = gaps_of(merged)
    always = len(merged) > 0 and not len(gaps)
    chosen = [0.0] if always else gaps if rule == "stk" else inner
    covered = [(intervals.total_s(merged), 0.0, 0.0)]
    whole = [(g, g, g) for g in chosen]
    waits, ages = waits_and_ages(merged, left_out)
    cases = {
        "revisit_time_percentile_s": covered + whole,
        "revisit_gap_percentile_s": whole,
        "wait_percentile_s": covered + waits,
        "wait_gap_percentile_s": waits,
        "age_of_data_percentile_s": covered + ages,
        "age_of_data_gap_percentile_s": ages,
    }
    longest = [(b - a, max((y - x for x, y in o), default=0.0)) for a, b, o in depth_pieces(rows)]
    for q, percent in enumerate(PERCENTS):
        rank = nearest_rank(np.sort(chosen), percent)
        assert figures.revisit_percentile_s[0, q] == (
            pytest.approx(math.nan if rank is None else rank, **CLOSE)
        )
        for name, pieces in cases.items():
            value = getattr(figures, name)[0, q]
            least = 0.0 if always else time_percentile(pieces, percent)
            assert value == pytest.approx(least, **CLOSE), name
        enough_s = percent / 100.0 * T
        best = [v for _, v in longest if sum(d for d, w in longest if w >= v) >= enough_s]
        assert figures.access_percentile_s[0, q] == max(best, default=0.0)


def check_waits_and_ages(figures, rows, left_out):
    """Compare the mean and the greatest of the wait and of the age of data."""
    merged = intervals.union(rows)
    covered = [(intervals.total_s(merged), 0.0, 0.0)]
    for name, gaps in zip(("wait", "age_of_data"), waits_and_ages(merged, left_out), strict=True):
        pieces = covered + gaps
        total = sum(length for length, _, _ in pieces)
        mean = sum(length * high / 2.0 for length, _, high in pieces) / total if total else math.nan
        most = max((high for _, _, high in pieces), default=math.nan) if total else math.nan
        assert getattr(figures, f"{name}_mean_s")[0] == pytest.approx(mean, **CLOSE)
        assert getattr(figures, f"{name}_max_s")[0] == pytest.approx(most, **CLOSE)


@settings(max_examples=120, deadline=None)
@given(several, st.sampled_from(["stk", "tatc", "interior"]), st.booleans())
def test_every_figure_is_that_of_plain_numpy(satellites, rule, left_out):
    rows = [row for satellite in satellites for row in satellite]
    figures = one_site(
        *satellites,
        rule=rule,
        open_ends="left out" if left_out else "measured",
        percents=PERCENTS,
        access_percents=PERCENTS,
        folds=3,
        separation_s=(3_000.0, 40_000.0),
        access_between_s=(1_000.0, 20_000.0),
        gap_between_s=(1_000.0, 20_000.0),
    )
    for name, value in expected_statistics(satellites, rule).items():
        assert getattr(figures, name)[0] == pytest.approx(value, **CLOSE), name
    check_depth_and_days(figures, rows)
    check_percentiles(figures, rows, rule, left_out)
    check_waits_and_ages(figures, rows, left_out)


@pytest.mark.parametrize("left_out", [False, True])
@pytest.mark.parametrize("rule", ["stk", "tatc", "interior"])
def test_a_place_always_in_view_has_a_revisit_of_zero_and_none_absent(rule, left_out):
    half = T / 2.0
    open_ends = "left out" if left_out else "measured"
    figures = one_site(
        [(0.0, half + 10.0)], [(half, T)], rule=rule, open_ends=open_ends, percents=PERCENTS
    )
    reference = gap_statistics([(0.0, half + 10.0), (half, T)], T, rule=rule)
    for name in ("mean", "min", "max", "std"):
        assert getattr(figures, f"revisit_{name}_s")[0] == getattr(reference, f"{name}_s") == 0.0
    assert figures.revisit_samples[0] == reference.samples
    assert (figures.gaps[0], figures.wait_mean_s[0], figures.age_of_data_max_s[0]) == (
        0.0,
        0.0,
        0.0,
    )
    for name in (plane.name.lower() for plane in GapPercentile):
        assert (getattr(figures, name) == 0.0).all(), name


def test_time_average_gap_of_the_stk_example():
    # Gaps 5, 10 and 15 s in 100 s give 3.5 s: https://help.agi.com/stk/Content/cov/fom-10.htm
    figures = one_site([(5, 45), (55, 85)], span=Span(EPOCH, 100.0))
    assert figures.time_average_gap_s[0] == 3.5
    assert figures.wait_mean_s[0] == figures.age_of_data_mean_s[0] == 1.75
    assert figures.wait_max_s[0] == 15.0


def test_ninety_percent_of_a_hundred_gaps_is_the_ninetieth():
    starts = np.cumsum(np.arange(1, 101)) + np.arange(100)
    rows = [(float(s), float(s + 1)) for s in starts]
    figures = one_site(
        rows, span=Span(EPOCH, rows[-1][1]), percents=(1, 7, 14, 28, 55, 89.5, 90, 100)
    )
    assert figures.revisit_percentile_s[0].tolist() == [1, 7, 14, 28, 55, 90, 90, 100]


def test_periodic_gaps_have_the_figures_of_one_period():
    # 300 s of every 7 200 s: response waits 0 to 6 900 s evenly, in 6 900 of 7 200 s.
    rows = [(n * 7_200.0, n * 7_200.0 + 300.0) for n in range(36)]
    figures = one_site(rows, percents=(50.0,))
    assert figures.revisit_mean_s[0] == figures.revisit_max_s[0] == 6_900.0
    assert figures.revisit_std_s[0] == 0.0
    assert figures.wait_mean_s[0] == pytest.approx(6_900.0**2 / (2.0 * 7_200.0))
    assert figures.wait_percentile_s[0, 0] == pytest.approx(3_300.0)
    assert figures.wait_gap_percentile_s[0, 0] == pytest.approx(3_450.0)
    assert figures.accesses_day_min[0] == figures.accesses_day_max[0] == 12
    assert figures.covered_day_std_s[0] == 0.0


def test_a_place_never_seen_is_counted_as_such():
    figures = one_site([])
    assert not figures.ever_seen[0]
    assert (figures.revisit_mean_s[0], figures.wait_mean_s[0], figures.gaps[0]) == (T, T / 2.0, 1)
    assert figures.covered_day_max_s[0] == 0.0 and figures.access_sum_s[0] == 0.0
    assert math.isnan(figures.access_mean_s[0]) and math.isnan(figures.first_access_s[0])
    interior = one_site([], rule="interior", open_ends="left out")
    for name in ("revisit_mean_s", "wait_mean_s", "age_of_data_max_s"):
        assert math.isnan(getattr(interior, name)[0])
    assert np.isnan(interior.wait_percentile_s).all()


def test_shares_and_daily_means_are_over_the_whole_span():
    # Three days: one satellite sees the place for half of them, another always.
    figures = one_site([(0.0, T / 2.0)], [(0.0, T / 3.0), (T / 3.0, T)], folds=3)
    assert figures.covered_s.tolist() == [T]
    assert figures.covered_s_per_day.tolist() == [DAY_S]
    assert figures.accesses_per_day.tolist() == [1.0]
    assert figures.satellites_at_once_mean.tolist() == [1.5]
    assert figures.fold_percent.tolist() == [[100.0, 50.0, 0.0]]
    assert figures.ever_seen.tolist() == [True]


def test_the_best_instant_of_a_region_is_the_first_of_the_greatest_share():
    accesses = [windows([(0, 0.0, 7_200.0), (1, 3_600.0, 10_800.0), (1, 50_000.0, 60_000.0)])]
    places = sites([0.0, 0.0], [0.0, 0.0])
    times = survey_of(
        accesses, places, SPAN, weights_km2=np.array([1.0, 3.0]), step_s=3_600.0
    ).times
    assert times.best == (1.0, 3_600.0)
    assert times.seen_share[:4].tolist() == [0.25, 1.0, 0.75, 0.0]
    assert times.partial_s.tolist() == [[0.0, 3_600.0], [7_200.0, 10_800.0], [50_000.0, 60_000.0]]


def test_days_cut_by_the_spans_ends_count_in_no_day_figure():
    # From 03:30, three days hold two whole ones; 1 h on the cut first day, 2 h over a midnight.
    days = site_figures.whole_days_s(SPAN)
    assert len(days) == 3
    first = float(days[0])
    figures = one_site([(100.0, 3_700.0), (first + DAY_S - 3_600.0, first + DAY_S + 3_600.0)])
    assert (figures.covered_day_min_s[0], figures.covered_day_max_s[0]) == (3_600.0, 3_600.0)
    assert (figures.accesses_day_min[0], figures.accesses_day_max[0]) == (1, 1)
    short = one_site([(0.0, 10.0)], span=Span(EPOCH, DAY_S))
    assert math.isnan(short.covered_day_min_s[0]) and math.isnan(short.accesses_day_max[0])


def test_a_day_with_a_leap_second_is_longer():
    days = site_figures.whole_days_s(Span(datetime(2016, 12, 31, tzinfo=UTC), 2.0 * DAY_S + 1.0))
    assert np.diff(days).tolist() == [86_401.0, 86_400.0]


def test_accesses_fall_into_the_local_mean_solar_hour():
    # At 90 E it is 09:30 when the span starts at 03:30.
    place = sites([0.0, 0.0], [90.0, -180.0])
    span = Span(EPOCH, DAY_S)
    accesses = windows([(0, 0.0, 10.0), (0, 1_790.0, 1_830.0), (1, 0.0, 2.0)])
    hours = survey_of([accesses], place, span).sites.local_hours
    assert hours[0, 9] == hours[0, 10] == hours[1, 15] == 1
    assert hours.sum() == 3


def test_bounds_of_lengths_belong_to_what_lies_between_them():
    rows = [(0.0, 60.0), (3_660.0, 3_719.0), (10_919.0, 11_099.0), (18_300.0, 18_481.0)]
    hours = {"gap_between_s": (3_600.0, 7_200.0), "separation_s": (3_600.0, 7_200.0)}
    figures = one_site(rows, access_between_s=(60.0, 180.0), **hours)
    counted = (figures.accesses_between, figures.gaps_between, figures.pairs)
    assert np.array(counted).ravel().tolist() == [2.0, 2.0, 2.0]


def test_unknown_options_are_refused():
    with pytest.raises(ValueError, match="rule is 'mean'"):
        site_figures.FigureOptions(rule="mean")
    with pytest.raises(ValueError, match="open_ends is 'cut'"):
        site_figures.FigureOptions(open_ends="cut")
    with pytest.raises(ValueError, match="a percent is 101"):
        site_figures.FigureOptions(percents=(101.0,))


regions = st.lists(several, min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(regions)
def test_full_none_and_share_over_time_are_those_of_interval_algebra(cells):
    most = max(len(satellites) for satellites in cells)
    accesses = [
        windows([(n, a, b) for n, c in enumerate(cells) if i < len(c) for a, b in c[i]])
        for i in range(most)
    ]
    weights = np.arange(1.0, len(cells) + 1.0)
    places = sites(np.zeros(len(cells)), np.zeros(len(cells)))
    times = survey_of(accesses, places, SPAN, weights_km2=weights, step_s=3_600.0).times
    covers = [intervals.union(*satellites) for satellites in cells]
    any_cell = intervals.union(*covers)
    all_cells = covers[0]
    for cover in covers[1:]:
        all_cells = intervals.intersect(all_cells, cover)
    assert np.array_equal(intervals.union(times.partial_s, times.full_s), any_cell)
    parts = (times.none_s, times.partial_s, times.full_s)
    assert sum(map(intervals.total_s, parts)) == pytest.approx(T)
    assert np.array_equal(intervals.union(*parts), [[0.0, T]])
    assert np.array_equal(times.none_s, intervals.complement(any_cell, 0.0, T))
    assert intervals.total_s(times.full_s) == intervals.total_s(all_cells)
    for t, share in zip(times.time_s, times.seen_share, strict=True):
        in_view = [np.any((c[:, 0] <= t) & (t < c[:, 1])) for c in covers]
        assert share == pytest.approx(weights[in_view].sum() / weights.sum(), abs=1e-12)
        assert (share == 1.0) == all(in_view)
    mean = (
        sum(w * intervals.total_s(c) for w, c in zip(weights, covers, strict=True))
        / weights.sum()
        / T
    )
    assert times.mean_share == pytest.approx(mean)


CONE = View(max_off_nadir_deg=50.0, min_elevation_deg=10.0)
WATCHES = [watch.Watch(orbit, CONE) for orbit in ORBITS]
GRID = plane_grid(
    [[(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0)]], resolution_km=500.0
)


def surveyed(watches=WATCHES, **more):
    return surveys.survey(
        watches,
        GRID.sites(),
        SPAN,
        weights_km2=GRID.weights_km2,
        options=site_figures.FigureOptions(folds=2),
        **more,
    )


def test_batches_and_threads_change_nothing(monkeypatch):
    places = GRID.sites()
    accesses = [find_accesses(track(o, SPAN), places, CONE, start_s=0.0, end_s=T) for o in ORBITS]
    options = site_figures.FigureOptions(folds=2)
    together = survey_of(accesses, places, SPAN, weights_km2=GRID.weights_km2, options=options)
    whole, times = together.sites, together.times
    single = surveyed(workers=Threads(1))
    monkeypatch.setattr(batches, "_WINDOWS_A_BATCH", 2_000)
    many = surveyed(workers=Threads(3))
    for field in whole.__dataclass_fields__:
        expected = getattr(whole, field)
        assert np.array_equal(
            getattr(single.sites, field), getattr(many.sites, field), equal_nan=True
        )
        assert np.allclose(getattr(many.sites, field), expected, equal_nan=True, atol=1e-6), field
    for survey in (single, many):
        assert np.array_equal(survey.times.seen_share, times.seen_share)
        assert np.allclose(survey.times.none_s, times.none_s, atol=1e-6)
        assert survey.times.mean_share == pytest.approx(times.mean_share)


def test_batches_hold_about_as_many_windows_as_they_may(monkeypatch):
    def sizes(windows):
        monkeypatch.setattr(batches, "_WINDOWS_A_BATCH", windows)
        return list(batches.stream(WATCHES, GRID.sites(), SPAN, lambda b: len(b.ordered[1])))

    for windows in (500, 2_000):
        counts = sizes(windows)
        # What a place sees is estimated by its latitude; most batches are near it, none far above.
        assert max(counts) < 2.0 * windows and np.median(counts) > 0.5 * windows
    assert sum(sizes(500)) == sum(sizes(10_000_000))
    assert len(sizes(10_000_000)) <= len(GRID.sites()) / 500


def test_the_figures_of_one_site_are_its_own():
    accesses = [windows([(0, 0.0, 100.0), (1, 50.0, 90.0), (1, 500.0, 700.0), (2, 0.0, 5.0)])]
    figures = survey_of(accesses, sites(np.zeros(3), np.zeros(3)), SPAN).sites
    for site in range(3):
        of_site = figures.of(site)
        assert of_site.accesses.tolist() == [figures.accesses[site]]
        assert of_site.local_hours.tolist() == [figures.local_hours[site].tolist()]
        assert of_site.span_s == T


def test_stretches_of_time_change_nothing():
    def figures(days):
        parts = list(batches.stream(WATCHES, GRID.sites(), SPAN, lambda b: b, stretch_days=days))
        return [(p.sites, *p.ordered) for p in parts]

    for whole, cut in zip(figures(10.0), figures(0.1), strict=True):
        assert all(np.allclose(a, b, atol=1e-6, rtol=0.0) for a, b in zip(whole, cut, strict=True))


def test_one_satellite_more_covers_no_less():
    fewer, more = surveyed(WATCHES[:1]), surveyed()
    assert (more.sites.covered_s >= fewer.sites.covered_s - 1e-6).all()
    assert (more.sites.revisit_max_s <= fewer.sites.revisit_max_s + 1e-6).all()
    assert (more.times.seen_share >= fewer.times.seen_share - 1e-12).all()


def test_mean_share_seen_at_once_is_that_of_the_caps_of_the_track():
    # A near-polar orbit of radius 6 878 km runs 511 km above the ellipsoid on average; the cap is
    # that of Wertz and Larson 1999, section 5.2.
    coverage = surveys.survey(
        [watch.Watch(ORBITS[0], View(max_off_nadir_deg=50.0))],
        GRID.sites(),
        SPAN,
        weights_km2=GRID.weights_km2,
    )
    cap = cap_area_share(central_angle_at_off_nadir_deg(50.0, altitude_km=511.0))
    assert coverage.times.mean_share == pytest.approx(float(cap), rel=0.02)
