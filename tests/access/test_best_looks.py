"""The best look of an access is the finest picture of it, wherever in the pass that is."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.access.search import View, closest_looks, find_accesses, satellite_positions
from simulator.earth.ellipsoid import look_angles
from simulator.earth.site_index import sites
from simulator.earth.time import Span
from simulator.imaging import quality
from simulator.orbits import builders
from simulator.orbits.tracks import track
from simulator.report import report_text
from simulator.study.case import Study
from simulator.study.events import accesses
from simulator.study.runs import run
from tests import made
from tests.made_orbits import EPOCH, kepler
from tests.reference import brute

SPAN = Span(EPOCH, 86_400.0)
LATITUDE = np.array([39.04, 0.0, 65.0, -45.0, 89.9])
LONGITUDE = np.array([125.71, 179.99, -180.0, 10.0, 45.0])
PLACES = sites(LATITUDE, LONGITUDE)


ORBITS = {
    "circular": builders.sun_synchronous("leo", EPOCH, altitude_km=500.0, ltan_h=10.5),
    "eccentric": kepler(300.0, 3_000.0, argument_of_perigee_deg=250.0),
    "molniya": kepler(600.0, 39_700.0, argument_of_perigee_deg=250.0),
    "geostationary": kepler(35_780.0, 35_790.0, 5.0, argument_of_perigee_deg=250.0),
}
TRACKS = {name: track(orbit, SPAN) for name, orbit in ORBITS.items()}


def samples_m(name, site, t_s):
    """Ground sample of looks at instants by the sensor's own rule; inf for those without."""
    where = brute.earth_fixed(ORBITS[name], SPAN, t_s)
    place = brute.site(LATITUDE[site], LONGITUDE[site])
    elevation = brute.elevation_deg(where, place)
    gsd_m = quality.gsd_m(
        gsd_nadir_m=3.0,
        reference_altitude_km=500.0,
        slant_range_km=np.linalg.norm(where - place[0], axis=1) / 1e3,
        incidence_deg=90.0 - elevation,
    )
    assert np.array_equal(np.isnan(gsd_m), elevation <= 0.0)
    return np.where(np.isnan(gsd_m), math.inf, gsd_m)


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(list(ORBITS)),
    st.floats(-5.0, 40.0),
    st.one_of(st.none(), st.floats(5.0, 90.0)),
)
def test_the_best_look_has_the_finest_sample_of_a_dense_scan(name, elevation_deg, cone_deg):
    view = View(min_elevation_deg=elevation_deg, max_off_nadir_deg=cone_deg)
    windows = find_accesses(TRACKS[name], PLACES, view, start_s=0.0, end_s=SPAN.duration_s)
    best_s = closest_looks(TRACKS[name], PLACES, windows, by_elevation=False)
    assert ((best_s >= windows.start_s) & (best_s <= windows.end_s)).all()
    for number in range(len(windows)):
        dense_s = np.linspace(windows.start_s[number], windows.end_s[number], 4_001)
        finest_m = samples_m(name, windows.site[number], dense_s).min()
        best_m = samples_m(name, windows.site[number], best_s[number : number + 1])[0]
        if math.isinf(finest_m):
            continue
        assert best_m <= finest_m * (1.0 + 1e-9)


def test_in_a_circular_orbit_it_is_the_highest_look_and_in_an_eccentric_one_not():
    apart_s = {}
    for name in ("circular", "eccentric"):
        view = View(min_elevation_deg=-2.0)
        windows = find_accesses(TRACKS[name], PLACES, view, start_s=0.0, end_s=SPAN.duration_s)
        whole = windows.kept(~windows.cut.any(axis=1))
        best, highest = (
            closest_looks(TRACKS[name], PLACES, whole, by_elevation=high) for high in (False, True)
        )
        apart_s[name] = np.abs(best - highest)
    # The Earth is flat and turns, which tells on the lowest passes.
    assert np.median(apart_s["circular"]) < 0.2 and apart_s["circular"].max() < 1.0
    assert apart_s["eccentric"].max() > 1.0


def test_a_look_at_the_horizon_or_below_has_no_sample_and_no_niirs():
    at = {"gsd_nadir_m": 3.0, "reference_altitude_km": 500.0, "slant_range_km": 2_500.0}
    assert np.isnan(quality.gsd_m(**at, incidence_deg=np.array([90.0, 90.5, 180.0]))).all()
    assert np.isfinite(quality.gsd_m(**at, incidence_deg=89.9))
    assert np.isnan(quality.niirs_giqe5(3.0, elevation_deg=np.array([0.0, -1e-9, -4.0]))).all()
    assert np.isfinite(quality.niirs_giqe5(3.0, elevation_deg=0.1))


TEXT = made.text(
    days=6.0,
    targets=[
        {"name": "T", "latitude_deg": 37.0, "longitude_deg": 127.0},
        {"name": "U", "latitude_deg": 13.6, "longitude_deg": 144.9},
    ],
    networks=[{"name": "n", "stations": ["pgscc"]}],
    satellite={
        "sensor": {
            "kind": "optical",
            "gsd_m": 3.0,
            "reference_altitude_km": 500.0,
            "swath_km": 20.0,
            "max_off_nadir_deg": 90.0,
            "min_elevation_deg": 0.0,
            "min_sun_elevation_deg": -90.0,
        }
    },
)


def scenario_of(tmp_path, *overrides):
    return made.scenario(TEXT, *overrides, folder=tmp_path)


@pytest.mark.parametrize("least_deg", [0.0, -4.0])
def test_a_grazing_pass_hides_no_sample_of_a_target(tmp_path, least_deg):
    results = run(scenario_of(tmp_path, f"satellites.0.sensor.min_elevation_deg={least_deg}"))
    looks = results.accesses
    assert (looks["elevation_deg"] <= 10.0).any()
    known = looks["elevation_deg"] > 0.0
    assert looks["gsd_m"].notna().equals(known) and looks["niirs"].notna().equals(known)
    for row in results.targets.to_dict(orient="records"):
        of_target = looks[looks["target"] == row["target"]]
        assert 3.0 < row["best_gsd_m"] < 4.0
        assert row["best_gsd_m"] == of_target["gsd_m"].min()
        assert row["best_niirs"] == of_target["niirs"].max()
    # Pictures are taken at the top of a pass and not at its edges.
    taken_s = results.pictures["taken_s"].to_numpy()
    assert np.array_equal(np.sort(looks["best_s"].to_numpy()), taken_s)
    edges = np.stack([looks["start_s"], looks["end_s"]], axis=1)
    inside = np.abs(looks["best_s"].to_numpy()[:, None] - edges).min(axis=1) > 1.0
    assert inside[~looks[["cut_start", "cut_end"]].any(axis=1).to_numpy()].all()


def test_looks_of_a_radar_have_no_niirs_and_the_report_says_why(tmp_path):
    override = (
        "satellites.0.sensor={kind='radar', gsd_m=3, reference_altitude_km=500, swath_km=20,"
        " max_off_nadir_deg=45}"
    )
    results = run(scenario_of(tmp_path, override, "counting.niirs_levels=[1]"))
    assert len(results.accesses) and results.accesses["niirs"].isna().all()
    assert results.accesses["gsd_m"].notna().all()
    assert results.targets["best_niirs"].isna().all()
    assert not len(results.levels)
    words = " ".join(report_text(results).split())
    assert "a radar's looks have no NIIRS" in words
    optical = run(scenario_of(tmp_path, "counting.niirs_levels=[1]"))
    assert len(optical.levels) and "radar" not in report_text(optical)


def test_at_a_level_of_interpretability_only_optical_looks_count(tmp_path):
    radar = TEXT.partition("[[satellites]]")[2].replace('"M"', '"R"').replace("optical", "radar")
    both = made.scenario(f"{TEXT}[[satellites]]{radar}\n[counting]\nniirs_levels = [1]\n")
    alone = scenario_of(tmp_path, "counting.niirs_levels=[1]")
    levels = [run(scenario).levels for scenario in (both, alone)]
    assert levels[0]["accesses_per_day"].tolist() == levels[1]["accesses_per_day"].tolist()
    looks = accesses(Study(both.resolve())).columns
    assert np.array_equal(np.isnan(looks["niirs"]), looks["satellite"] == 1)


def test_positions_of_best_looks_are_those_of_the_highest_pass(tmp_path):
    # A pass over a place: the look straight down is the finest of all.
    path = TRACKS["circular"]
    under = satellite_positions(path, np.array([20_000.0]))[0]
    latitude = np.degrees(np.arctan2(under[2] / (1.0 - brute.E2), np.hypot(*under[:2])))
    place = sites(latitude, np.degrees(np.arctan2(under[1], under[0])))
    windows = find_accesses(path, place, View(), start_s=19_000.0, end_s=21_000.0)
    at_s = closest_looks(path, place, windows, by_elevation=False)
    look = look_angles(
        satellite_positions(path, at_s),
        latitude_deg=latitude,
        longitude_deg=np.degrees(np.arctan2(under[1], under[0])),
        height_m=0.0,
    )
    assert np.abs(at_s - 20_000.0).min() < 1.0 and look.elevation_deg.max() > 89.0
