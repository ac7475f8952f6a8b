import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import numpy as np
import pytest
from sgp4.api import WGS72, Satrec
from skyfield.api import EarthSatellite, load
from skyfield.framelib import itrs

from simulator.earth.ellipsoid import ecef_to_geodetic
from simulator.earth.time import Span, gmst_rad
from simulator.orbits import builders, tracks
from simulator.orbits import elements as orbits
from simulator.orbits.polynomials import positions
from simulator.orbits.propagation import rounding_m
from simulator.orbits.tracks import JUMP_S, Track, teme_positions, track
from simulator.units import DAY_S
from tests.made_orbits import EPOCH, kepler


def low(**changes):
    return builders.sun_synchronous("leo", EPOCH, altitude_km=500.0, ltan_h=10.5, **changes)


ORBITS = {
    "low": low(),
    "drag": low(bstar=3e-4),
    "eccentric": kepler(300.0, 3_000.0),
    "molniya": kepler(600.0, 39_700.0),
    "transfer": kepler(250.0, 35_786.0, 27.0),
    "geostationary": kepler(35_780.0, 35_790.0, 0.1),
    "equatorial": kepler(700.0, 700.0, 0.0),
    "polar": kepler(250.0, 260.0, 90.0),
}


def rotated(elements, span, t_s):
    _, teme = teme_positions(elements, span, t_s)
    angle = gmst_rad(span, t_s)
    x, y, z = teme.T
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([cos * x + sin * y, cos * y - sin * x, z], axis=1)


def verification_satellites():
    """Yield the record and the published TEME states of the SGP4 verification set."""
    # Vallado, Crawford, Hujsak, Kelso 2006, AIAA 2006-6753; shipped with the sgp4 package.
    lines = (files("sgp4") / "SGP4-VER.TLE").read_text().splitlines()
    published: dict[str, list[list[float]]] = {}
    current = ""
    for line in (files("sgp4") / "tcppver.out").read_text().splitlines():
        fields = line.split()
        if len(fields) == 2 and fields[1] == "xx":
            current = fields[0]
        elif fields:
            published.setdefault(current, []).append([float(f) for f in fields[:4]])
    pairs = [line[:69] for line in lines if line[:2] in ("1 ", "2 ")]
    for first, second in zip(pairs[::2], pairs[1::2], strict=True):
        number = str(int(first[2:7]))
        yield number, Satrec.twoline2rv(first, second, WGS72), published[number]


def test_sgp4_verification_cases_are_reproduced():
    compared = 0
    for number, record, states in verification_satellites():
        days = record.jdsatepoch - 2_440_587.5 + record.jdsatepochF
        epoch = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days)
        elements = orbits.Elements(number, record, epoch, "verification")
        minutes, *_ = np.array(states).T
        span = Span(epoch, 10.0, 0.0)
        codes, position = teme_positions(elements, span, minutes * 60.0)
        good = codes == 0
        expected = np.array(states)[:, 1:4] * 1e3
        # The epoch as a datetime is whole microseconds: 8 km/s times that is under a centimetre.
        assert (np.abs(position[good] - expected[good]) < 0.02).all(), number
        compared += int(good.sum())
    assert compared > 600


@pytest.mark.parametrize("name", ORBITS)
def test_interpolation_follows_sgp4_to_millimetres(name):
    elements = ORBITS[name]
    span = Span(EPOCH, 3 * DAY_S)
    path = track(elements, span)
    t_s = np.random.default_rng(7).uniform(0.0, span.duration_s, 4_000)
    computed = positions(path.time_s, path.state, t_s)[:, :3]
    # At geostationary height the day's change of UT1, which the steps' slopes leave out, shows.
    assert np.abs(computed - rotated(elements, span, t_s)).max() < 5e-3


@pytest.mark.parametrize("altitude_km", [35_786.0, 50_000.0, 100_000.0, 300_000.0])
def test_the_turning_earth_sets_the_steps_of_tall_orbits(altitude_km):
    elements, span = kepler(altitude_km, altitude_km, 30.0), Span(EPOCH, 3 * DAY_S)
    t_s = np.random.default_rng(5).uniform(0.0, span.duration_s, 5_000)
    path = track(elements, span)
    computed = positions(path.time_s, path.state, t_s)[:, :3]
    # Rounding alone leaves a centimetre at 300,000 km.
    assert np.abs(computed - rotated(elements, span, t_s)).max() < 2e-3 + 1e-7 * altitude_km


def test_interpolated_normal_is_the_ellipsoids():
    from tests.reference.brute import nadir

    span = Span(EPOCH, DAY_S)
    path = track(ORBITS["eccentric"], span)
    t_s = np.random.default_rng(8).uniform(0.0, span.duration_s, 1_000)
    states = positions(path.time_s, path.state, t_s)
    assert np.abs(states[:, 3:] + nadir(states[:, :3])).max() < 1e-9


def test_earth_fixed_positions_agree_with_skyfield():
    span = Span(EPOCH, 3 * DAY_S)
    elements = ORBITS["low"]
    path = track(elements, span)
    ts = load.timescale(builtin=True)
    t_s = np.linspace(0.0, 3 * DAY_S, 97)
    # Minutes past midnight as UTC keep all digits in Skyfield's two-part time.
    t = ts.utc(2023, 11, 21, 0, 0, t_s)
    theirs = EarthSatellite.from_satrec(elements.satellite, ts).at(t).frame_xyz(itrs).m.T
    assert np.abs(positions(path.time_s, path.state, t_s)[:, :3] - theirs).max() < 0.02


def test_velocity_and_acceleration_are_derivatives_of_the_position():
    span = Span(EPOCH, DAY_S)
    path = track(ORBITS["eccentric"], span)
    at = path.time_s[10:2_000:37]
    rows = path.state[10:2_000:37]
    h = 0.5
    before, middle, after = (
        rotated(ORBITS["eccentric"], span, at + shift) for shift in (-h, 0.0, h)
    )
    assert np.abs((after - before) / (2 * h) - rows[:, 3:6]).max() < 1e-2
    assert np.abs((after - 2 * middle + before) / h**2 - rows[:, 6:9]).max() < 1e-3


def test_neighbouring_stretches_meet_exactly():
    span = Span(EPOCH, 2 * DAY_S)
    whole = track(ORBITS["low"], span)
    late = track(ORBITS["low"], span, start_s=DAY_S)
    shared = np.isin(whole.time_s, late.time_s)
    assert shared.sum() == len(late.time_s)
    assert np.array_equal(whole.state[shared][:-1, :3], late.state[:-1, :3])
    assert np.array_equal(whole.state[shared][:-1, 9:12], late.state[:-1, 9:12])


@pytest.mark.parametrize("name", ["low", "eccentric", "molniya"])
def test_steps_do_not_grow_in_number_with_the_age_of_the_elements(name):
    elements = ORBITS[name]
    counts = []
    for days in (0, 2_800, 10_000, 30_000):
        span = Span(EPOCH + timedelta(days=days), DAY_S)
        path = track(elements, span)
        counts.append(len(path.time_s))
        # In order of time: SGP4 integrates deep orbits anew from their epoch for each step back.
        t_s = np.sort(np.random.default_rng(3).uniform(0.0, span.duration_s, 2_000))
        apart = np.abs(
            positions(path.time_s, path.state, t_s)[:, :3] - rotated(elements, span, t_s)
        )
        # SGP4's own rounding is all that grows, some times larger between the longest steps.
        assert apart.max() < 5e-3 + 10.0 * rounding_m(elements, span)
    assert max(counts) < 1.5 * counts[0]


def test_elements_before_the_span_and_after_it_round_alike():
    elements = ORBITS["low"]
    for days in (-9_000, 9_000):
        path = track(elements, Span(EPOCH + timedelta(days=days), DAY_S))
        assert len(path.time_s) < 1_500


DECAYING = kepler(140.0, 150.0, bstar=1e-2)


def without_reentry(elements):
    return replace(elements, reentry_height_km=0.0)


def test_sgp4_errors_end_the_track_at_their_instant_and_say_so():
    # KMS-4 three months before it came down, flown on without new elements.
    elements = without_reentry(DECAYING)
    path = track(elements, Span(EPOCH, 10 * DAY_S))
    assert path.outage is not None
    assert path.outage.code in (1, 6) or "radius" in path.outage.meaning
    assert math.isclose(path.end_s, path.outage.time_s, abs_tol=1e-2)
    assert np.isfinite(path.state).all()
    codes, place = teme_positions(
        elements, Span(EPOCH, DAY_S), np.array([path.end_s - 0.1, path.end_s + 0.1])
    )
    assert codes[0] == 0
    assert codes[1] != 0 or np.linalg.norm(place[1]) < 6.378e6


@pytest.mark.parametrize("height_km", [100.0, 120.0])
def test_reentry_ends_the_track_at_the_instant_it_is_that_low(height_km):
    elements, span = replace(DECAYING, reentry_height_km=height_km), Span(EPOCH, 10 * DAY_S)
    path = track(elements, span)
    assert path.outage.code == 0
    assert f"{height_km:g} km over the ellipsoid" in path.outage.cause
    assert path.end_s == pytest.approx(path.outage.time_s, abs=1e-6)
    t_s = np.append(np.arange(0.0, path.end_s, 0.5), path.end_s)
    heights = ecef_to_geodetic(teme_positions(elements, span, t_s)[1])[2]
    assert heights[-1] == pytest.approx(height_km * 1e3, abs=1e-2)
    assert (heights[:-1] > height_km * 1e3).all()
    assert (
        np.abs(positions(path.time_s, path.state, t_s)[:, :3] - rotated(elements, span, t_s)).max()
        < 5e-3
    )


def test_a_stretch_after_reentry_is_empty_although_sgp4_flies_on():
    # Its perigee is below the limit, its apogee far above: in between it rises again.
    elements, span = replace(kepler(150.0, 5_000.0), reentry_height_km=175.0), Span(EPOCH, DAY_S)
    whole = track(elements, span)
    assert 0.0 <= whole.outage.time_s < 8_000.0
    late = track(elements, span, start_s=DAY_S / 2, end_s=DAY_S)
    assert late.outage == whole.outage
    assert len(late.time_s) == 1


def test_an_orbit_already_down_has_an_empty_track():
    for elements in (DECAYING, without_reentry(DECAYING)):
        path = track(elements, Span(EPOCH + timedelta(days=200), DAY_S))
        assert isinstance(path, Track)
        assert path.outage is not None
        assert len(path.time_s) == 1


def in_two(at_s, after):
    """Return one satellite flown by the elements of "low", from at_s on by others."""
    return replace(ORBITS["low"], changes=((EPOCH + timedelta(seconds=at_s), after),), sets=2)


@pytest.mark.parametrize("at_s", [40_000.0, 43_200.123, 5_677.5])
def test_each_side_of_a_change_of_elements_follows_its_own(at_s):
    after = builders.sun_synchronous("leo", EPOCH, altitude_km=500.0, ltan_h=10.6)
    elements, span = in_two(at_s, after), Span(EPOCH, DAY_S)
    path = track(elements, span)
    assert (np.diff(path.time_s) > 0.0).all()
    edges = [0.0, at_s - 1e-3, at_s - 1e-9, at_s + 2 * JUMP_S, at_s + 1e-3, DAY_S]
    t_s = np.sort(np.append(np.random.default_rng(2).uniform(0.0, DAY_S, 3_000), edges))
    computed = positions(path.time_s, path.state, t_s)[:, :3]
    for side, inside in ((ORBITS["low"], t_s <= at_s), (after, t_s >= at_s + JUMP_S)):
        assert np.abs(computed[inside] - rotated(side, span, t_s[inside])).max() < 5e-3
    late = track(elements, span, start_s=at_s, end_s=DAY_S)
    assert late.time_s[0] == pytest.approx(at_s, abs=1e-6)
    assert np.abs(late.state[0, :3] - rotated(after, span, late.time_s[:1])).max() < 5e-3


def test_a_leap_second_shifts_no_position():
    before = datetime(2016, 12, 31, tzinfo=UTC)
    elements = builders.sun_synchronous("leo", before, altitude_km=500.0, ltan_h=10.5)
    a = teme_positions(elements, Span(before, 2 * DAY_S), np.array([DAY_S + 101.0]))[1]
    b = teme_positions(elements, Span(datetime(2017, 1, 1, tzinfo=UTC), DAY_S), np.array([100.0]))[
        1
    ]
    assert np.abs(a - b).max() < 1e-3


@pytest.mark.parametrize("name", ["low", "molniya"])
def test_a_track_made_a_block_at_a_time_is_the_same_to_the_last_bit(name, monkeypatch):
    span = Span(EPOCH, 2 * DAY_S)
    whole = track(ORBITS[name], span)
    monkeypatch.setattr(tracks, "SEGMENTS_AT_ONCE", 3)
    blocks = track(ORBITS[name], span)
    assert np.array_equal(whole.time_s, blocks.time_s)
    assert np.array_equal(whole.state, blocks.state)
