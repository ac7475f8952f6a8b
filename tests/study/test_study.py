import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import intervals
from simulator.earth.ellipsoid import (
    central_angle_at_elevation_deg,
    central_angle_at_off_nadir_deg,
    contact_radius_km,
)
from simulator.errors import InputError
from simulator.study.runs import run
from tests import made

TARGETS = ["osan", "kadena", "andersen"]
NETWORKS = ["dprk", "dprk+russia", "dprk+russia+relay"]
SMALL = made.text(days=4.0, targets=TARGETS, networks=NETWORKS)


def study(text=SMALL, *overrides):
    return run(made.scenario(text, *overrides))


@pytest.fixture(scope="module")
def small():
    return study()


def test_accesses_and_gaps_of_every_target_fill_the_span(small):
    for target in small.targets["target"]:
        own_rows = small.accesses[small.accesses["target"] == target]
        covered = intervals.union(own_rows[["start_s", "end_s"]].to_numpy())
        gaps = intervals.complement(covered, 0.0, 4 * 86_400.0)
        total = intervals.total_s(covered) + intervals.total_s(gaps)
        assert math.isclose(total, 4 * 86_400.0, abs_tol=1e-6)


def test_every_look_satisfies_the_sensor(small):
    looks = small.accesses
    assert len(looks)
    assert (looks["off_nadir_deg"] <= 30.0 + 1e-6).all()
    assert (looks["sun_elevation_deg"] >= 10.0 - 1e-6).all()
    assert np.allclose(looks["incidence_deg"] + looks["elevation_deg"], 90.0)
    inside = (looks["best_s"] >= looks["start_s"]) & (looks["best_s"] <= looks["end_s"])
    assert inside.all()


def test_a_look_at_nadir_has_the_nadir_sample(small):
    # 3 m from 500 km: at off-nadir angle 0 from h km, 3 h / 500.
    best = small.accesses.sort_values("off_nadir_deg").iloc[0]
    assert best["gsd_m"] >= 3.0 * best["slant_range_km"] / 500.0
    assert best["gsd_m"] < 3.6


def test_networks_share_pictures_and_differ_in_contacts(small):
    counts = small.networks["pictures_taken"]
    assert counts.nunique() == 1
    assert counts.iloc[0] == len(small.accesses) == len(small.pictures)
    minutes = small.networks["contact_minutes_per_day"]
    assert minutes.is_monotonic_increasing


def test_a_larger_network_never_delivers_later(small):
    wide = small.deliveries.pivot(index="picture", columns="network", values="delivered_s")
    wide = wide.fillna(np.inf)
    # One satellite whose pictures hardly queue: the order holds for each picture.
    assert (wide["dprk+russia"] <= wide["dprk"] + 1e-6).all()
    assert (wide["dprk+russia+relay"] <= wide["dprk+russia"] + 1e-6).all()


def test_nothing_arrives_before_it_was_taken_and_sent(small):
    delivered = small.deliveries[small.deliveries["status"] == "delivered"]
    assert (delivered["sent_s"] > delivered["taken_s"]).all()
    assert (delivered["delivered_s"] >= delivered["sent_s"]).all()


def test_a_picture_taken_in_contact_with_pyongyang_arrives_when_it_is_sent():
    # One target beside the station: the picture is taken in contact, 160 Mbit at 2 Mbit/s take
    # 80 s, forwarding takes none.
    station = {"name": "P", "latitude_deg": 39.0425, "longitude_deg": 125.71}
    results = study(
        made.text(
            days=4.0,
            targets=[{"name": "T", "latitude_deg": 39.0, "longitude_deg": 125.7}],
            networks=[{"name": "one", "stations": [station]}],
        )
    )
    deliveries = results.deliveries
    assert len(deliveries) > 0
    assert np.allclose(deliveries["latency_s"], 80.0, atol=1e-3)


def test_a_network_of_one_station_far_away_delivers_later(small):
    station = {"name": "S", "latitude_deg": -69.4, "longitude_deg": 76.4}
    far = study(
        made.text(days=4.0, targets=TARGETS, networks=[{"name": "far", "stations": [station]}])
    )
    late = far.networks["latency_mean_h"].iloc[0]
    assert late > small.networks["latency_mean_h"].iloc[0]


def test_a_span_beyond_the_table_of_earth_rotation_is_said():
    later = "span.start=2031-01-01T00:00:00Z"
    orbit = 'satellites.0.orbit={kind="keplerian", altitude_km=500, inclination_deg=97.4}'
    warned = study(SMALL, later, orbit).warnings
    assert any("Earth rotation ends on 20" in line for line in warned)
    fixed = study(SMALL, later, orbit, "span.ut1_minus_utc_s=0.0").warnings
    assert not any("Earth rotation" in line for line in fixed)


def test_a_network_that_never_sees_the_satellite_says_so():
    orbit = 'kind = "launch"\nlaunch = "malligyong1_nov23"'
    low = 'kind = "keplerian"\naltitude_km = 500.0\ninclination_deg = 5.0'
    results = study(SMALL.replace(orbit, low))
    assert (results.networks["contact_minutes_per_day"] <= 1440.0).all()
    assert results.networks["offered_gbit_per_day"].iloc[0] == 0.0
    assert results.networks["longest_silence_h"].iloc[0] == 96.0
    assert results.networks["next_contact_mean_h"].isna().iloc[0]


def test_capacity_is_the_rate_times_the_time_in_contact():
    row = study(SMALL, "networks.0.stations.0.acquisition_s=0").networks.iloc[0]
    most = row["contact_minutes_per_day"] * 60.0 * 2e6 / 1e9
    assert 0.9 * most < row["offered_gbit_per_day"] <= most + 1e-9
    assert math.isclose(row["used_gbit_per_day"] * 4, row["pictures_delivered"] * 0.16, rel_tol=0.1)


def test_a_small_recorder_loses_pictures_and_counts_them():
    results = study(SMALL, "satellites.0.recorder_gbit=0.2", "satellites.0.downlink_rate_mbps=0.05")
    row = results.networks.iloc[0]
    total = row[["pictures_delivered", "pictures_lost", "pictures_waiting"]].sum()
    assert total == row["pictures_taken"]
    assert row["pictures_lost"] > 0


def test_no_target_in_sight_is_said_not_hidden():
    pole = {"name": "pole", "latitude_deg": 90.0, "longitude_deg": 0.0}
    results = study(made.text(days=4.0, targets=[pole], networks=NETWORKS))
    assert any("could never be looked at" in line for line in results.warnings)
    assert results.targets["revisit_max_h"].iloc[0] == 96.0
    assert np.isnan(results.targets["best_gsd_m"].iloc[0])
    assert np.isnan(results.networks["latency_mean_h"].iloc[0])


def test_decay_is_said_with_satellite_instant_and_share():
    text = SMALL.replace(
        'kind = "launch"\nlaunch = "malligyong1_nov23"',
        'kind = "keplerian"\naltitude_km = 200.0\ninclination_deg = 97.0\nbstar = 0.01',
    )
    results = study(text)
    (line,) = [w for w in results.warnings if "ephemeris" in w]
    assert "'M'" in line
    assert "2023-11-2" in line
    assert results.satellites["decayed_s"].iloc[0] < 4 * 86_400.0
    assert len(results.contacts) > 10
    for table in (results.contacts, results.accesses):
        assert (table["end_s"] <= results.satellites["decayed_s"].iloc[0]).all()


@given(east_deg=st.floats(-180.0, 180.0))
@settings(max_examples=5, deadline=None)
def test_turning_everything_in_longitude_changes_no_geometry(east_deg):
    def at(shift):
        target_deg = (307 + shift) % 360 - 180
        station = {"name": "S", "latitude_deg": 39.0, "longitude_deg": (305.7 + shift) % 360 - 180}
        text = made.text(
            targets=[{"name": "T", "latitude_deg": 37.0, "longitude_deg": target_deg}],
            networks=[{"name": "n", "stations": [station]}],
            satellite={
                "sensor": {
                    "kind": "radar",
                    "gsd_m": 3.0,
                    "reference_altitude_km": 500.0,
                    "swath_km": 20.0,
                    "max_off_nadir_deg": 45.0,
                },
                "orbit": {
                    "kind": "keplerian",
                    "altitude_km": 500.0,
                    "inclination_deg": 97.4,
                    "raan_deg": (100.0 + shift) % 360,
                },
            },
        )
        return study(text)

    results, turned = at(0.0), at(east_deg)
    assert np.allclose(results.accesses["start_s"], turned.accesses["start_s"], atol=1e-4)
    assert np.allclose(results.contacts["end_s"], turned.contacts["end_s"], atol=1e-4)
    assert math.isclose(
        results.networks["age_mean_h"].iloc[0], turned.networks["age_mean_h"].iloc[0], abs_tol=1e-6
    )


def test_an_orbit_out_of_reach_of_its_insertion_is_refused():
    with pytest.raises(InputError, match="inclination_deg"):
        study(SMALL, "satellites.0.orbit.inclination_deg=10.0")


def test_a_study_too_large_to_keep_is_refused_at_once():
    orbit = 'kind = "launch"\nlaunch = "malligyong1_nov23"'
    walker = (
        'kind = "walker-delta"\ntotal = 500\nplanes = 10\nphasing = 1\n'
        "altitude_km = 500.0\ninclination_deg = 60.0"
    )
    with pytest.raises(InputError, match="accesses and contacts"):
        study(SMALL.replace(orbit, walker), "span.days=3000.0")


def test_provenance_holds_every_entry_used_with_its_sources(small):
    entries = {(e["kind"], e["id"]): e for e in small.provenance["catalogue"]}
    launch = entries["launches", "malligyong1_nov23"]
    assert launch["provenance"]["liftoff"]["confidence"] == "published"
    assert launch["provenance"]["liftoff"]["sources"][0]["address"]
    assert ("stations", "pgscc") in entries
    assert small.provenance["packages"]["sgp4"]
    assert abs(small.provenance["ut1_minus_utc_s"]) < 0.9


def test_what_a_satellite_reaches_is_told_from_its_lowest_and_its_highest_point():
    orbit = '{kind="keplerian", perigee_km=219, apogee_km=6978, inclination_deg=40.6}'
    results = study(SMALL, f"satellites.0.orbit={orbit}", "span.days=1")
    row = results.satellites.iloc[0]
    height = {end: getattr(results.tracks["altitude_km"], end)() for end in ("min", "max")}
    # The orbit's own heights over 6378.135 km; those over the ellipsoid are up to 21 km more.
    assert height["min"] >= 214.0 and height["max"] == pytest.approx(6_978.0, abs=30.0)
    sensor = made.scenario(SMALL).satellites[0].sensor
    for end in ("min", "max"):
        reach_deg = min(
            central_angle_at_off_nadir_deg(sensor.max_off_nadir_deg, altitude_km=height[end]),
            central_angle_at_elevation_deg(sensor.min_elevation_deg, altitude_km=height[end]),
        )
        assert row[f"field_of_regard_{end}_km"] == pytest.approx(111.195 * reach_deg, rel=1e-4)
        scale = height[end] / sensor.reference_altitude_km
        assert row[f"nadir_gsd_{end}_m"] == pytest.approx(sensor.gsd_m * scale, rel=1e-4)
        radius_km = results.stations[f"contact_radius_{end}_km"].dropna()
        expected = contact_radius_km(altitude_km=height[end], min_elevation_deg=5.0)
        assert radius_km.to_numpy() == pytest.approx(float(expected), rel=1e-4)
