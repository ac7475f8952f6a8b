"""The stages of a study that look at regions depend on what they say they do."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from simulator.access import strips
from simulator.earth.cells import cells_of
from simulator.earth.site_index import sites
from simulator.imaging import strip_plans
from simulator.revisit import survey
from simulator.study import case, events, levels, regions
from simulator.study.case import Study
from simulator.study.counting import counting_options
from simulator.study.runs import run
from simulator.study.strips import daily_shares
from tests import made

SCENARIO = made.text(
    """
[[regions]]
name = "box"
bounds_deg = {west = 124.0, south = 33.0, east = 131.0, north = 43.0}
resolution_km = 120.0
""",
    start="2023-11-24",
    targets=None,
    networks=None,
    satellite={
        "sensor": {
            "catalog": "ref_1m",
            "max_off_nadir_deg": 45.0,
            "min_sun_elevation_deg": -90.0,
        },
        "orbit": {"kind": "sun-synchronous", "altitude_km": 500.0, "ltdn_h": 10.5},
    },
)

FINE = {
    "regions__0__look": '"swath"',
    "regions__0__resolution_km": "15.0",
    "satellites__0__sensor__swath_km": "120.0",
}


def study(**changes):
    overrides = [f"{path.replace('__', '.')}={value}" for path, value in changes.items()]
    loaded = made.scenario(SCENARIO, *overrides)
    return Study(loaded.resolve())


@pytest.fixture(scope="module")
def plain():
    study_case = study()
    return study_case, regions.region_figures(study_case, study_case.scenario.regions[0])


def at_level(study_case, niirs):
    """Return the figures of the first region at a level, found by a search of their own."""
    (table, *_) = study_case.scenario.regions
    places = regions.region_figures(study_case, table).cells.sites()
    watched = [
        replace(watch, view=replace(watch.view, tilted_sample_per_m=max(own, bound)))
        for watch, bound in zip(
            case.watches(study_case, table.look),
            levels.level_bounds(study_case, niirs),
            strict=True,
        )
        if bound is not None
        for own in [watch.view.tilted_sample_per_m or 0.0]
    ]
    options = counting_options(study_case)
    found = survey(watched, places, study_case.span, options=options, sun=study_case.sun)
    return found.sites


def levels_of(**changes):
    """Return a study with changes, and the figures of its first region by level."""
    study_case = study(**changes)
    return study_case, regions.region_findings(study_case, study_case.scenario.regions[0]).levels


RADAR = """
[[satellites]]
name = "radar"
downlink_rate_mbps = 1.0
orbit = {kind = "sun-synchronous", altitude_km = 500.0, ltdn_h = 18.0}
sensor = "ref_kondor_fka"
"""


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"satellites__0__sensor__min_sun_elevation_deg": "10.0"},
        {"satellites__0__sensor__satellite_lighting": '"sunlit"'},
        {"satellites__0__sensor__min_access_s": "40.0"},
        {"satellites__0__sensor__min_niirs": "4.2"},
        FINE,
    ],
)
def test_levels_narrow_the_windows_of_a_region_to_those_that_a_search_would_find(changes):
    study_case, found = levels_of(counting__niirs_levels="[1.0, 4.0, 4.5]", **changes)
    assert list(found) == [1.0, 4.0, 4.5]
    for niirs, figures in found.items():
        expected = at_level(study_case, niirs)
        np.testing.assert_array_equal(figures.accesses, expected.accesses)
        np.testing.assert_allclose(figures.covered_s, expected.covered_s, rtol=0.0, atol=1e-4)
        for name in ("revisit_max_s", "wait_mean_s", "first_access_s"):
            values = getattr(figures, name), getattr(expected, name)
            np.testing.assert_allclose(*values, rtol=0.0, atol=1e-5)


def test_no_look_of_a_radar_is_at_a_level():
    both = made.scenario(SCENARIO + RADAR, "counting.niirs_levels=[1.0, 4.0]")
    study_case = Study(both.resolve())
    (table,) = study_case.scenario.regions
    (low, high) = regions.region_findings(study_case, table).levels.values()
    _, alone = levels_of(counting__niirs_levels="[1.0, 4.0]")
    every = regions.region_figures(study_case, table).figures
    assert (every.satellites_seen == 2.0).any() and (low.satellites_seen <= 1.0).all()
    for found, expected in zip((low, high), alone.values(), strict=True):
        np.testing.assert_array_equal(found.covered_s, expected.covered_s)


def test_a_level_below_the_sensors_own_changes_nothing():
    study_case, found = levels_of(
        counting__niirs_levels="[1.0]", satellites__0__sensor__min_niirs="4.5"
    )
    region = regions.region_figures(study_case, study_case.scenario.regions[0])
    np.testing.assert_array_equal(found[1.0].covered_s, region.figures.covered_s)


def test_a_higher_level_is_never_seen_longer():
    _, found = levels_of(counting__niirs_levels="[1.0, 4.0, 4.5, 9.0]")
    for low, high in pairwise(found.values()):
        assert (high.covered_s <= low.covered_s + 1e-9).all()
        assert (high.revisit_max_s >= low.revisit_max_s - 1e-9).all()
    assert found[1.0].covered_s.sum() > found[4.5].covered_s.sum() > 0.0
    assert not found[9.0].ever_seen.any()


@pytest.mark.parametrize("least_s", [0.0, 60.0])
def test_levels_of_targets_are_those_of_a_search_for_such_looks(least_s):
    text = made.text(
        satellite={"sensor": {"catalog": "ref_1m", "min_access_s": least_s}},
        counting={"niirs_levels": [3.0, 4.0]},
        days=4.0,
    )
    study_case = Study(made.scenario(text).resolve())
    found = levels.target_levels(study_case, events.accesses(study_case))
    targets = study_case.scenario.targets
    coordinates = [(t.latitude_deg, t.longitude_deg, t.height_m) for t in targets]
    (watch,) = case.watches(study_case)
    figures_at = {niirs: figures for niirs, (figures, _) in found.items()}
    for niirs, figures in figures_at.items():
        (bound,) = levels.level_bounds(study_case, niirs)
        finer = replace(watch, view=replace(watch.view, tilted_sample_per_m=bound))
        places = sites(*np.array(coordinates).T)
        expected = survey([finer], places, study_case.span, sun=study_case.sun).sites
        np.testing.assert_array_equal(figures.accesses, expected.accesses)
        np.testing.assert_allclose(figures.covered_s, expected.covered_s, rtol=0.0, atol=1e-5)
    assert 0.0 < figures_at[4.0].covered_s.sum() < figures_at[3.0].covered_s.sum()


@pytest.mark.parametrize("rule", ["stk", "tatc", "interior"])
def test_a_level_never_seen_has_no_gap_but_by_the_rule_that_counts_ends(rule):
    changes = {"counting.niirs_levels": "[9.0]", "counting.revisit_rule": rule, "span.days": "1.0"}
    overrides = [f"{path}={value}" for path, value in changes.items()]
    results = run(made.scenario(SCENARIO, *overrides))
    (row,) = results.levels.to_dict(orient="records")
    assert (row["seen_fraction"], row["accesses_per_day"]) == (0.0, 0.0)
    assert row["revisit_max_h"] == pytest.approx(24.0 if rule == "stk" else np.nan, nan_ok=True)


def test_a_held_strip_counts_the_crossings_within_it():
    study_case = study(**FINE, satellites__0__held_roll_deg="-20.0")
    region = regions.region_figures(study_case, study_case.scenario.regions[0])
    strip = case.held_strip(study_case.scenario.satellites[0])
    assert strip.roll_deg == -20.0
    crossed = strips.crossings(
        study_case.tracks[0],
        region.cells.sites(),
        max_roll_deg=89.0,
        start_s=0.0,
        end_s=2.0 * 86_400.0,
    )
    within = np.abs(crossed.roll_deg + 20.0) <= strip.half_angle_deg
    expected = np.bincount(crossed.site[within], minlength=len(region.cells))
    assert expected.sum() > 0
    np.testing.assert_array_equal(region.figures.accesses, expected)
    assert not region.figures.covered_s.any()
    assert region.times.none_s.tolist() == [[0.0, 2.0 * 86_400.0]]


def test_what_a_held_strip_sees_lies_in_the_field_of_regard():
    wide = study(regions__0__resolution_km="15.0")
    regard = regions.region_figures(wide, wide.scenario.regions[0])
    for roll_deg in (-40.0, 0.0, 30.0):
        study_case = study(**FINE, satellites__0__held_roll_deg=str(roll_deg))
        swath = regions.region_figures(study_case, study_case.scenario.regions[0]).figures
        assert (swath.accesses <= regard.figures.accesses).all()
        assert (swath.revisit_max_s >= regard.figures.revisit_max_s).all()


def test_the_light_holds_for_strips_too():
    dark = study(**FINE, satellites__0__sensor__min_sun_elevation_deg="89.0")
    assert not regions.region_figures(dark, dark.scenario.regions[0]).figures.accesses.any()


@pytest.mark.parametrize(
    ("changes", "roll_deg"),
    [
        ({}, 0.0),
        ({"held_roll_deg": "12.0"}, 12.0),
        ({"sensor__min_off_nadir_deg": "25.0"}, 35.0),
        ({"sensor__min_off_nadir_deg": "25.0", "sensor__side": "left"}, -35.0),
        ({"sensor__side": "right"}, 22.5),
    ],
)
def test_a_strip_lies_in_the_middle_of_what_the_sensor_reaches(changes, roll_deg):
    study_case = study(**{f"satellites__0__{key}": value for key, value in changes.items()})
    assert study_case.scenario.satellites[0].strip_roll_deg == roll_deg


@pytest.mark.parametrize(
    ("south", "north", "edges"),
    [(33.0, 43.0, [30, 35, 40, 45]), (1.0, 69.0, [*range(0, 80, 10)]), (36.0, 39.0, [])],
)
def test_bands_of_latitude_are_five_or_ten_degrees_high(south, north, edges):
    box = f"{{west = 124.0, south = {south}, east = 131.0, north = {north}}}"
    study_case = study(regions__0__bounds_deg=box, regions__0__resolution_km="100.0")
    (table,) = study_case.scenario.regions
    cells = cells_of(table.surface, kind="lat-lon", resolution_km=100.0)
    bands = regions.bands(cells)
    assert bands.pop("all").all()
    assert list(bands) == [f"{a} to {b}" for a, b in pairwise(edges)]
    for name, chosen in bands.items():
        low, high = map(float, name.split(" to "))
        inside = (cells.latitude_deg >= low) & (cells.latitude_deg < high)
        assert inside.any() and np.array_equal(chosen, inside)


def test_a_day_of_strips_is_of_the_rolls_and_the_time_that_the_satellite_has():
    limits = {
        "satellites__0__sensor__min_off_nadir_deg": "10.0",
        "satellites__0__sensor__side": '"right"',
        "satellites__0__sensor__swath_km": "30.0",
        "satellites__0__max_imaging_min_per_orbit": "2.0",
        "satellites__0__slew_rate_deg_s": "0.5",
        "satellites__0__settling_s": "20.0",
    }
    study_case = study(**limits, regions__0__resolution_km="30.0")
    (table,) = study_case.scenario.regions
    cells = cells_of(table.surface, kind="lat-lon", resolution_km=30.0)
    (share,) = daily_shares(study_case, cells)
    crossed = strips.crossings(
        study_case.tracks[0], cells.sites(), max_roll_deg=45.0, start_s=0.0, end_s=2.0 * 86_400.0
    )
    agility = strip_plans.Agility(
        half_angle_deg=case.held_strip(study_case.scenario.satellites[0]).half_angle_deg,
        max_roll_deg=45.0,
        period_s=60.0 * study_case.flights[0].elements.period_min,
        duty_s=120.0,
        slew_rate_deg_s=0.5,
        settling_s=20.0,
    )
    # The point below runs 40,030 km a revolution.
    cell_s = cells.size_km / 40_030.2 * agility.period_s
    right = crossed.kept(crossed.roll_deg >= 10.0)
    expected = strip_plans.daily_share(
        right, cells.weights_km2, 2.0 * 86_400.0, agility, cell_s=cell_s
    )
    assert 0.0 < expected.mean < 1.0
    shares = np.concatenate([share.imaged, share.reachable])
    assert shares == pytest.approx(np.concatenate([expected.imaged, expected.reachable]), rel=1e-6)
    for limit in limits:
        if "slew" in limit or "settling" in limit:
            # A strip of two minutes leaves no time for another one.
            continue
        free = study(
            **{key: value for key, value in limits.items() if key != limit},
            regions__0__resolution_km="30.0",
        )
        (share,) = daily_shares(free, cells)
        assert not np.allclose(shares, np.concatenate([share.imaged, share.reachable])), limit
