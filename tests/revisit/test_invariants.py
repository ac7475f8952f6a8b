"""What must not change coverage, and which way it must change, through the whole pipeline.

Turning the world, splitting a region, refining its cells, adding satellites.
"""

from datetime import UTC, datetime

import numpy as np
import pytest

from simulator import intervals
from simulator.access import watch
from simulator.access.search import View
from simulator.earth import cells, surfaces
from simulator.earth.time import Span
from simulator.orbits import elements
from simulator.revisit import areas, site_figures, surveys
from simulator.units import DAY_S

EPOCH = datetime(2023, 11, 21, tzinfo=UTC)
SPAN = Span(EPOCH, 4.0 * DAY_S, 0.0)
VIEW = View(max_off_nadir_deg=40.0)
REGION = (118.0, 30.0, 138.0, 46.0)
OPTIONS = site_figures.FigureOptions(percents=(50.0, 90.0), folds=3)


def satellites(count=4, *, turn_deg=0.0):
    return [
        watch.Watch(
            elements.keplerian(
                f"s{n}",
                EPOCH,
                elements.KeplerElements(
                    perigee_km=480.0 + 20.0 * n,
                    apogee_km=500.0 + 20.0 * n,
                    inclination_deg=97.4 - 12.0 * n,
                    raan_deg=50.0 * n + turn_deg,
                    mean_anomaly_deg=71.0 * n,
                ),
            ),
            VIEW,
        )
        for n in range(count)
    ]


def box(west, south, east, north):
    return [(west, south), (east, south), (east, north), (west, north)]


def cells_of(*bounds, kind="healpix", resolution_km=60.0):
    surface = surfaces.surface([box(*bounds)])
    return cells.cells_of(surface, kind=kind, resolution_km=resolution_km)


def surveyed(grid, watches, **more):
    return surveys.survey(
        watches, grid.sites(), SPAN, weights_km2=grid.area_km2, options=OPTIONS, **more
    )


def test_a_quarter_turn_of_the_world_changes_no_figure():
    west, south, east, north = REGION
    grid, turned = cells_of(*REGION), cells_of(west - 90.0, south, east - 90.0, north)
    first, second = surveyed(grid, satellites()), surveyed(turned, satellites(turn_deg=-90.0))
    assert np.allclose(grid.longitude_deg - 90.0, turned.longitude_deg, atol=1e-9)
    for name in first.sites.__dataclass_fields__:
        figure, turned_figure = getattr(first.sites, name), getattr(second.sites, name)
        if name == "local_hours":
            # The same instants are six hours earlier there.
            turned_figure = np.roll(turned_figure, 6, axis=1)
        assert np.allclose(figure, turned_figure, rtol=1e-9, atol=1e-4, equal_nan=True), name
    assert np.abs(first.times.seen_share - second.times.seen_share).max() < 1e-12
    assert first.times.mean_share == pytest.approx(second.times.mean_share, rel=1e-9)
    assert np.allclose(first.times.none_s, second.times.none_s, atol=1e-4)


def test_the_parts_of_a_region_add_up_to_it():
    # Cells count by their centres, so two boxes with a common edge share no cell and lose none.
    west, south, east, north = REGION
    whole = cells_of(*REGION)
    parts = [cells_of(west, south, 126.3, north), cells_of(126.3, south, east, north)]
    watches = satellites()
    every, split = surveyed(whole, watches), [surveyed(part, watches) for part in parts]
    pixel = np.concatenate([part.pixel for part in parts])
    order = np.argsort(pixel)
    assert np.array_equal(pixel[order], whole.pixel)
    for name in every.sites.__dataclass_fields__:
        if name != "span_s":
            joined = np.concatenate([getattr(part.sites, name) for part in split])[order]
            expected = getattr(every.sites, name)
            assert np.allclose(joined, expected, rtol=1e-9, atol=1e-5, equal_nan=True), name
    weight = np.array([part.area_km2.sum() for part in parts])
    assert weight.sum() == pytest.approx(whole.area_km2.sum(), rel=1e-12)
    share = np.array([part.times.seen_share for part in split])
    assert np.allclose(weight @ share / weight.sum(), every.times.seen_share, atol=1e-9)
    means = np.array([part.times.mean_share for part in split])
    assert weight @ means / weight.sum() == pytest.approx(every.times.mean_share, rel=1e-9)
    for name in ("none_s", "full_s"):
        western, eastern = (getattr(part.times, name) for part in split)
        both = intervals.intersect(western, eastern)
        assert np.allclose(both, getattr(every.times, name), atol=1e-5)
    covered = [part.sites.covered_s for part in split]
    sums = [
        areas.area_mean(values, part.area_km2) for values, part in zip(covered, parts, strict=True)
    ]
    mean = areas.area_mean(every.sites.covered_s, whole.area_km2).mean
    assert weight @ [part.mean for part in sums] / weight.sum() == pytest.approx(mean, rel=1e-9)


@pytest.mark.parametrize("kind", ["healpix", "lat-lon"])
def test_figures_of_a_region_converge_as_cells_shrink(kind):
    def means(kind, resolution_km):
        grid = cells_of(*REGION, kind=kind, resolution_km=resolution_km)
        figures = surveys.survey(satellites(), grid.sites(), SPAN).sites
        values = (
            figures.covered_s,
            figures.revisit_mean_s,
            figures.revisit_max_s,
            figures.wait_mean_s,
        )
        return np.array([areas.area_mean(value, grid.area_km2).mean for value in values])

    # The finest answer is that of the other kind of cell.
    fine = means("lat-lon" if kind == "healpix" else "healpix", 8.0)
    errors = [np.abs(means(kind, size) / fine - 1.0).max() for size in (320.0, 80.0, 20.0)]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 1e-3


def test_each_satellite_more_covers_more_and_leaves_shorter_gaps():
    grid = cells_of(*REGION)
    before = surveyed(grid, satellites(1))
    for count in (2, 3, 4):
        after = surveyed(grid, satellites(count))
        a, b = before.sites, after.sites
        for name in ("covered_s", "accesses", "access_sum_s", "satellites_seen", "fold_s"):
            assert (getattr(b, name) >= getattr(a, name) - 1e-5).all(), name
        for name in (
            "revisit_max_s",
            "time_average_gap_s",
            "wait_mean_s",
            "wait_max_s",
            "age_of_data_mean_s",
            "wait_percentile_s",
            "revisit_time_percentile_s",
            "leading_gap_s",
            "trailing_gap_s",
        ):
            assert (getattr(b, name) <= getattr(a, name) + 1e-5).all(), name
        accessed = ~np.isnan(a.first_access_s)
        assert (b.first_access_s[accessed] <= a.first_access_s[accessed] + 1e-5).all()
        assert (after.times.seen_share >= before.times.seen_share - 1e-12).all()
        assert intervals.total_s(after.times.none_s) <= intervals.total_s(before.times.none_s)
        assert intervals.total_s(after.times.full_s) >= intervals.total_s(before.times.full_s)
        before = after


def test_each_satellite_more_sees_all_of_a_small_region_longer():
    small = cells_of(126.0, 37.0, 128.0, 39.0)
    full_s = [
        intervals.total_s(surveyed(small, satellites(count)).times.full_s) for count in (1, 2, 4)
    ]
    assert 0.0 < full_s[0] < full_s[1] < full_s[2]
