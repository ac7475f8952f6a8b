"""Orbits by what they are to do: as SGP4 flies them, and as published missions flew."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skyfield.api import EarthSatellite, load, wgs84

from simulator.earth import Span
from simulator.errors import InputError
from simulator.orbits.designs import ascending_nodes, mean_height_km
from simulator.orbits.polynomials import positions
from simulator.orbits.propagation import teme_states
from simulator.orbits.tracks import track
from simulator.units import DAY_S
from tests.made_orbits import satellites_of


def repeating(revolutions, cycle_days, **more):
    cycle = {"revolutions": revolutions, "cycle_days": cycle_days, "ltdn_h": 10.0}
    (elements,) = satellites_of(kind="repeat-ground-track", **cycle, **more)
    return elements


def ground_km(elements, at_s):
    """Return the points below a satellite (N, 3) on a sphere, km."""
    path = track(elements, Span(elements.epoch, float(at_s[-1]) + 1.0))
    place = positions(path.time_s, path.state, at_s)[:, :3]
    return 6371.0 * place / np.linalg.norm(place, axis=1)[:, None]


@pytest.mark.parametrize(
    ("revolutions", "cycle_days", "plane"),
    [
        (233, 16, {"ltdn_h": 10.2}),
        (385, 27, {"ltdn_h": 10.0}),
        (15, 1, {"ltan_h": 13.5}),
        (31, 2, {"inclination_deg": 45.0, "raan_deg": 30.0}),
        (13, 2, {"inclination_deg": 110.0}),
    ],
)
def test_a_repeating_track_closes_within_a_kilometre(revolutions, cycle_days, plane):
    cycle = {"revolutions": revolutions, "cycle_days": cycle_days}
    (elements,) = satellites_of(kind="repeat-ground-track", **cycle, **plane)
    nodes_s, _, longitude_deg = ascending_nodes(elements, cycle_days * 1.02 + 0.5)
    cycle_s = nodes_s[revolutions] - nodes_s[0]
    # Points of a whole revolution, and of the same a cycle later.
    at_s = nodes_s[0] + np.linspace(0.0, 6_000.0, 60)
    apart = ground_km(elements, np.concatenate([at_s, at_s + cycle_s]))
    assert np.linalg.norm(apart[60:] - apart[:60], axis=1).max() < 0.1
    # No sooner: after fewer revolutions it runs elsewhere.
    apart_deg = (longitude_deg[1:revolutions] - longitude_deg[0] + 180.0) % 360.0 - 180.0
    assert np.abs(apart_deg).min() > 0.9 * 360.0 / revolutions


@pytest.mark.parametrize("longitude_deg", [127.0, -170.0, 0.0])
@pytest.mark.parametrize(("revolutions", "cycle_days"), [(15, 1), (29, 2)])
def test_a_track_has_a_node_where_it_is_wished(revolutions, cycle_days, longitude_deg):
    elements = repeating(revolutions, cycle_days, track_longitude_deg=longitude_deg)
    _, _, flown_deg = ascending_nodes(elements, cycle_days + 0.1)
    apart = (flown_deg - longitude_deg + 180.0) % 360.0 - 180.0
    assert np.abs(apart).min() < 1e-3


@given(height_km=st.floats(300.0, 1_500.0), ltan_h=st.floats(0.0, 23.99), day=st.integers(0, 364))
@settings(max_examples=15, deadline=None)
def test_a_wish_for_height_and_local_time_is_met_as_flown(height_km, ltan_h, day):
    epoch = datetime(2023, 1, 1, tzinfo=UTC) + timedelta(days=day, hours=5)
    (elements,) = satellites_of(
        kind="sun-synchronous", height_km=height_km, ltan_h=ltan_h, epoch=epoch
    )
    # By another implementation of the frames and the ellipsoid.
    satellite = EarthSatellite.from_satrec(elements.satellite, load.timescale(builtin=True))
    times = load.timescale(builtin=True).from_datetimes(
        [epoch + timedelta(minutes=m) for m in range(0, 1440, 3)]
    )
    flown = wgs84.height_of(satellite.at(times)).km
    assert math.isclose(np.mean(flown), height_km, abs_tol=1.0)
    # Local mean time is universal time and a 15th of the longitude.
    nodes_s, _, _ = ascending_nodes(elements, 1.0)
    crossings = [epoch + timedelta(seconds=float(at_s)) for at_s in nodes_s]
    below = wgs84.geographic_position_of(satellite.at(times.ts.from_datetimes(crossings)))
    assert np.abs(below.latitude.degrees).max() < 0.01
    for at, longitude_deg in zip(crossings, below.longitude.degrees, strict=True):
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        local_h = (at - midnight) / timedelta(hours=1) + longitude_deg / 15.0
        late_h = (local_h - ltan_h + 12.0) % 24.0 - 12.0
        assert abs(late_h) * 3600.0 < 30.0


def test_mean_elements_alone_miss_a_wish_for_a_height():
    (elements,) = satellites_of(kind="sun-synchronous", altitude_km=500.0, ltan_h=10.5)
    assert mean_height_km(elements) > 510.0


def test_a_height_is_met_with_the_drag_of_the_first_day():
    (elements,) = satellites_of(kind="sun-synchronous", height_km=300.0, ltan_h=10.5, bstar=1e-3)
    assert math.isclose(mean_height_km(elements), 300.0, abs_tol=0.01)


def test_a_height_at_which_nothing_stays_up_for_a_day_is_refused():
    with pytest.raises(InputError, match="first day"):
        satellites_of(kind="sun-synchronous", height_km=110.0, ltan_h=10.5, bstar=0.01)


def shape(elements, days):
    """Return eccentricity and argument of perigee as flown, mean of a day after so many days.

    The short-period terms go by the mean over a day of the eccentricity vector; 64 points a turn.
    """
    at_s = days * DAY_S + np.arange(0.0, DAY_S, 60.0)
    _, position_m, velocity = teme_states(elements, Span(elements.epoch, 200 * DAY_S), at_s)
    mu, radius = 3.986008e14, np.linalg.norm(position_m, axis=1)
    momentum = np.cross(position_m, velocity)
    vector = np.cross(velocity, momentum) / mu - position_m / radius[:, None]
    node = np.cross([0.0, 0.0, 1.0], momentum)
    node /= np.linalg.norm(node, axis=1)[:, None]
    up = np.cross(momentum, node)
    up /= np.linalg.norm(up, axis=1)[:, None]
    along, across = np.mean(np.sum(vector * node, axis=1)), np.mean(np.sum(vector * up, axis=1))
    return float(np.hypot(along, across)), float(np.degrees(np.arctan2(across, along))) % 360.0


@pytest.mark.parametrize(
    ("altitude_km", "plane"), [(500.0, {"ltdn_h": 10.5}), (790.0, {"inclination_deg": 108.0})]
)
def test_a_nearly_circular_frozen_orbit_keeps_its_shape_for_months(altitude_km, plane):
    (elements,) = satellites_of(kind="frozen", altitude_km=altitude_km, **plane)
    # Cook 1966 (Planetary and Space Science 14): e = -J3 / (2 J2) (R / a) sin i, with WGS72's J.
    theory = 2.53881e-6 / (2 * 1.082616e-3) * 6378.135 / (6378.135 + altitude_km)
    theory *= math.sin(elements.satellite.inclo)
    for days in (0.0, 60.0, 180.0):
        eccentricity, perigee_deg = shape(elements, days)
        assert math.isclose(eccentricity, theory, rel_tol=0.02)
        assert math.isclose(perigee_deg, 90.0, abs_tol=1.5)


def test_a_published_frozen_orbit():
    # ERS-1 and Landsat fly 0.00116 with perigee at 90 degrees, SPOT 0.00114, Seasat planned 0.0008
    # to 0.0010 (J3 alone gives 0.00102 to 0.00104; the rest is of J5 and higher, which SGP4 has
    # not).
    (spot,) = satellites_of(kind="frozen", height_km=834.0, ltdn_h=10.5)
    eccentricity, perigee_deg = shape(spot, 0.0)
    assert math.isclose(eccentricity, 1.14e-3, rel_tol=0.12)
    assert math.isclose(perigee_deg, 90.0, abs_tol=1.0)
    assert math.isclose(mean_height_km(spot), 834.0, abs_tol=0.01)


def test_an_orbit_that_is_not_frozen_turns():
    (elements,) = satellites_of(
        kind="keplerian", altitude_km=500.0, eccentricity=0.002, inclination_deg=97.4
    )
    turned = abs(shape(elements, 60.0)[1] - shape(elements, 0.0)[1])
    assert turned > 20.0


@pytest.mark.parametrize(("side", "perigee_deg"), [("north", 90.0), ("south", 270.0)])
def test_an_eccentric_frozen_orbit_is_critically_inclined(side, perigee_deg):
    (elements,) = satellites_of(
        kind="frozen", altitude_km=4_000.0, eccentricity=0.3, perigee_over=side
    )
    # The root of 5 cos^2 i = 1 is 63.4349 deg; J4 and J2^2 move it by hundredths.
    assert math.isclose(elements.inclination_deg, 63.435, abs_tol=0.06)
    for days in (0.0, 180.0):
        assert math.isclose(shape(elements, days)[0], 0.3, abs_tol=0.002)
        assert math.isclose(shape(elements, days)[1], perigee_deg, abs_tol=0.3)


def test_satellites_of_one_plane_are_where_they_are_wished():
    evenly = satellites_of(kind="in-plane", total=4, altitude_km=500.0, ltdn_h=10.5)
    assert [e.name for e in evenly] == ["s-1", "s-2", "s-3", "s-4"]
    assert np.allclose([e.mean_anomaly_deg for e in evenly], [0.0, 90.0, 180.0, 270.0])
    assert len({(e.raan_deg, e.inclination_deg, e.period_min) for e in evenly}) == 1
    given_ = satellites_of(
        kind="in-plane",
        angles_deg=[0.0, 12.0, -30.0],
        height_km=500.0,
        inclination_deg=60.0,
        raan_deg=20.0,
        mean_anomaly_deg=5.0,
    )
    assert np.allclose([e.mean_anomaly_deg for e in given_], [5.0, 17.0, 335.0])
    assert math.isclose(mean_height_km(given_[0]), 500.0, abs_tol=1e-3)
    cycle = satellites_of(kind="in-plane", total=2, revolutions=15, cycle_days=1, ltdn_h=10.0)
    assert cycle[0].period_min == repeating(15, 1).period_min
