"""How orbits decay: rates by other ways, and three real satellites over years."""

from datetime import UTC, datetime

import numpy as np
import pytest

from simulator.earth import Span, ecef_to_geodetic
from simulator.orbits import averaged, decay
from simulator.orbits.activity import Activity, activity_of, days_of
from simulator.orbits.averaged import MeanState
from simulator.orbits.density import density_kg_m3
from simulator.orbits.drag import mean_state
from simulator.orbits.elements import KeplerElements, keplerian, mean_sun_right_ascension_h
from simulator.orbits.propagation import teme_positions, teme_states
from tests.reference import decay as naive

START = datetime(2020, 1, 1, tzinfo=UTC)
STEADY = Activity("steady", 0, np.array([150.0]), np.array([12.0]))


def orbit(perigee_km, apogee_km, inclination_deg=97.4, argument_deg=0.0, node_deg=40.0):
    shape = KeplerElements(perigee_km, apogee_km, inclination_deg, node_deg, argument_deg)
    return keplerian("orbit", START, shape)


@pytest.mark.parametrize(
    "shape", [(500, 500, 97.4, 0), (465, 502, 97.5, 30), (300, 1500, 51.6, 70), (200, 220, 10, 0)]
)
def test_the_plane_turns_and_heights_are_as_by_sgp4(shape):
    elements = orbit(*shape)
    node, perigee = averaged.turning_rates(mean_state(elements))
    assert node[0] / 1440.0 == pytest.approx(elements.satellite.nodedot, rel=1e-12)
    assert perigee[0] / 1440.0 == pytest.approx(elements.satellite.argpdot, rel=1e-12)
    span = Span(START, 60.0 * elements.period_min)
    _, place_m = teme_positions(elements, span, np.linspace(0.0, span.duration_s, 2_000))
    truth_km = ecef_to_geodetic(place_m)[2] / 1e3
    heights_km, _ = averaged.heights_km(mean_state(elements))
    by_time = 1.0 - elements.eccentricity * np.cos((np.arange(24) + 0.5) * np.pi / 12.0)
    assert (heights_km[0] * by_time).mean() == pytest.approx(truth_km.mean(), abs=0.2)
    assert heights_km.min() == pytest.approx(truth_km.min(), abs=0.3 + 0.01 * np.ptp(truth_km))


@pytest.mark.parametrize("shape", [(420, 450, 97.4, 30), (350, 600, 51.6, 200), (300, 300, 20, 0)])
def test_height_is_lost_as_in_space_step_by_step(shape):
    elements, ballistic = orbit(*shape), 0.05
    span = Span(START, 86_400.0)
    _, place_m, velocity = teme_states(elements, span, np.zeros(1))
    period_s, step_s = 60.0 * elements.period_min, 40.0
    revolutions = 4

    # The same orbit with its drag and with none.
    drags = np.array([ballistic, 0.0])

    def forces(r, v):
        return naive.acceleration(r, v, drags, 150.0, 12.0)

    seconds = (revolutions + 1) * period_s
    begins = (np.tile(each, (2, 1)) for each in (place_m, velocity))
    path = naive.flown(*begins, seconds, step_s, forces)
    count = round(period_s / step_s)
    first, last = (naive.mean_axis_km(*(p[part] for p in path))
                   for part in (slice(count), slice(-count, None)))  # fmt: skip
    lost_km = first - last
    # What the integration itself loses without any air, and by not whole revolutions, goes out.
    lost = lost_km[0] - lost_km[1]
    rate, _, _ = averaged.drag_rates(
        mean_state(elements), np.array([ballistic]), np.array([150.0]), np.array([12.0])
    )
    assert lost == pytest.approx(-rate[0] * revolutions * period_s / 86_400.0, rel=0.03)


def test_a_circular_orbit_lasts_as_long_as_king_hele_says():
    # The lifetime of a circular orbit is the sum of da / (density B F sqrt(mu a)) from its end up
    # (King-Hele 1987, section 4.8); over the equator height is the same all the way round.
    state, ballistic = mean_state(orbit(400, 400, 0.0)), 0.02
    course = decay.decayed(
        state,
        0.0,
        1e5,
        ballistic_m2_kg=np.array([ballistic]),
        activities=[STEADY],
        end_km=150.0,
        seasons=False,
    )
    axis_km = np.linspace(6_378.135 + 150.0, 6_378.135 + 400.0, 20_001)
    ring = MeanState(axis_km, *(np.zeros_like(axis_km) for _ in range(4)))
    height_km = averaged.heights_km(ring)[0].mean(axis=1)
    wind = (1.0 - 7.292115e-5 / np.sqrt(398_600.8 / axis_km**3)) ** 2
    [density] = density_kg_m3(height_km[None], np.array([150.0]), np.array([12.0]))
    rate_km_s = 1e3 * density * ballistic * wind * np.sqrt(398_600.8 * axis_km)
    days = np.trapezoid(1.0 / rate_km_s, axis_km) / 86_400.0
    assert course.ended_days[0] == pytest.approx(days, rel=0.005)


def test_the_sun_turns_the_plane_as_its_pull_does_point_by_point():
    state = MeanState(*(np.array([v]) for v in (6_880.0, 0.0, np.radians(97.4), 1.0, 0.0)))
    tide = 1.0 + 0.30 * (6_378.135 / 6_880.0) ** 5
    for days in (7_000.0, 7_091.0, 7_200.5):
        way, distance_km = averaged.sun_direction(days)
        expected = naive.inclination_rate_by_gravity(
            6.88e6, np.radians(97.4), 1.0, np.array(way) * distance_km * 1e3, 1.32712440018e20
        )
        rate = averaged.solar_inclination_rate(state, days)[0]
        assert rate == pytest.approx(expected * 86_400.0 * tide, rel=2e-3)


def test_over_a_year_a_plane_that_keeps_its_local_time_drifts_by_the_closed_form():
    # Of a node that keeps 30 degrees behind the mean Sun: 3/4 n'^2 / n sin i cos^4(obliquity / 2)
    # sin 2(node less Sun), the tide's share apart.
    days = np.arange(7_305.0, 7_305.0 + 365.25, 1.0)
    inclination, axis_km = np.radians(97.4), 6_880.0
    rates = []
    for day in days:
        sun_rad = np.radians(280.460 + 0.9856474 * (day - 0.5))
        angles = (inclination, sun_rad - np.radians(30.0), 0.0)
        state = MeanState(*(np.array([v]) for v in (axis_km, 0.0, *angles)))
        rates.append(averaged.solar_inclination_rate(state, float(day))[0])
    motion = np.sqrt(398_600.8 / axis_km**3)
    sun_motion = 2.0 * np.pi / (365.256 * 86_400.0)
    closed = 0.75 * sun_motion**2 / motion * np.sin(inclination) * 86_400.0
    closed *= np.cos(np.radians(23.44 / 2.0)) ** 4 * np.sin(np.radians(-60.0))
    tide = 1.0 + 0.30 * (6_378.135 / axis_km) ** 5
    assert np.mean(rates) == pytest.approx(closed * tide, rel=0.01)
    assert np.degrees(np.mean(rates)) * 365.25 == pytest.approx(-0.046, abs=0.001)


def test_cases_are_stepped_together_as_each_alone():
    state, until = mean_state(orbit(380, 400)), 7_305.0 + 600.0
    cases = [(0.005, STEADY), (0.02, STEADY), (0.02, activity_of("low"))]
    together = decay.decayed(
        state, 7_305.0, until, activities=[a for _, a in cases],
        ballistic_m2_kg=np.array([b for b, _ in cases]),
    )  # fmt: skip
    for number, (ballistic, activity) in enumerate(cases):
        alone = decay.decayed(
            state, 7_305.0, until, ballistic_m2_kg=np.array([ballistic]), activities=[activity]
        )
        ended = alone.ended_days[0]
        assert together.ended_days[number] == pytest.approx(ended, abs=0.3, nan_ok=True)
        if np.isnan(ended):
            last = together.elements[-1, :, number]
            assert last == pytest.approx(alone.elements[-1, :, 0], rel=1e-3, abs=2e-6)


# Element sets of public repositories (thkruz/keeptrack.space, LuxAter/astri.bak, alanyu108/
# satellite_backend): instant, mean height over 6,378.135 km, inclination, local time of the node.
KMS_4 = [
    ("2017-03-14T04:16:35", 475.4, 97.4707, 21.249),
    ("2018-08-20T12:20:45", 469.0, 97.4043, 21.853),
    ("2020-01-13T03:04:20", 464.5, 97.3418, 22.232),
    ("2021-09-17T06:55:32", 455.9, 97.2770, 22.453),
    ("2022-08-16T04:38:28", 432.4, 97.2403, 22.583),
    ("2023-04-01T05:11:16", 366.6, 97.2077, 22.891),
]  # fmt: skip
KMS_3_2 = [
    ("2017-03-13T22:45:23", 490.7, 97.2301, 18.82),
    ("2018-08-20T02:52:54", 485.0, 97.2107, 18.128),
    ("2021-07-21T22:39:25", 474.6, 97.2452, 17.004),
    ("2022-10-24T10:30:28", 443.2, 97.2771, 16.951),
    ("2023-03-31T17:27:52", 402.2, 97.2833, 17.149),
]  # fmt: skip
SETS = {
    "kms4": (KMS_4, (458.1, 492.8, 97.4707, 0.1, 130.7462), "2023-06-30", 0.01941),
    "kms3_2": (KMS_3_2, (461.9, 519.5, 97.2301, 152.1, 94.0427), "2023-09-17", 0.02253),
}


def at(text):
    return datetime.fromisoformat(f"{text}T00:00:00+00:00" if len(text) == 10 else f"{text}+00:00")


def course_of(name, ballistic, days=9_000.0):
    history, shape, _, _ = SETS[name]
    elements = keplerian(name, at(history[0][0]), KeplerElements(*shape[:3], shape[4], shape[3]))
    begin = days_of(elements.epoch)
    return decay.decayed(
        mean_state(elements), begin, begin + days,
        ballistic_m2_kg=np.atleast_1d(ballistic),
        activities=[activity_of("observed")] * np.size(ballistic),
    )  # fmt: skip


def elements_at(course, days, case=0):
    known = np.isfinite(course.elements[:, 0, case])
    return [np.interp(days, course.days[known], course.elements[known, n, case]) for n in range(5)]


@pytest.mark.parametrize("name", SETS)
def test_with_its_drag_fitted_a_satellite_comes_down_when_it_did(name):
    history, _, ended, ballistic = SETS[name]
    course = course_of(name, ballistic)
    assert abs(course.ended_days[0] - days_of(at(ended))) < 4.0
    for text, height_km, inclination_deg, ltan_h in history[1:]:
        axis_km, _, inclination, node, _ = elements_at(course, days_of(at(text)))
        # Along the way: up to 9 km lower in the last year than it was, of the 110 that it fell.
        assert axis_km - 6_378.135 == pytest.approx(height_km, abs=9.0)
        assert np.degrees(inclination) == pytest.approx(inclination_deg, abs=0.012)
        local_h = np.degrees(node) / 15.0 - mean_sun_right_ascension_h(at(text)) + 12.0
        assert (local_h - ltan_h + 12.0) % 24.0 - 12.0 == pytest.approx(0.0, abs=10.0 / 60.0)


@pytest.mark.parametrize(("name", "late_days"), [("kms4", 108), ("kms3_2", 141)])
def test_fitted_to_the_first_seventeen_months_it_says_the_end_to_a_tenth(name, late_days):
    history, _, ended, _ = SETS[name]
    tried = np.linspace(0.014, 0.022, 5)
    early = course_of(name, tried, days=600.0)
    days = days_of(at(history[1][0]))
    heights_km = [elements_at(early, days, case)[0] - 6_378.135 for case in range(5)]
    # Heights fall as drag rises.
    fitted = np.interp(-history[1][1], -np.array(heights_km), tried)
    course, end = course_of(name, fitted), days_of(at(ended))
    # Of a quiet Sun, in which the model has too much air, too little drag: the end comes late.
    assert course.ended_days[0] - end == pytest.approx(late_days, abs=25.0)
    assert course.ended_days[0] - end < 0.1 * (end - course.days[0])


def test_drag_guessed_from_the_other_satellite_is_far_off():
    # By Malligyong-1's coefficient KMS-4 lasts a year and a half too long.
    course = course_of("kms4", [0.0097])
    assert course.ended_days[0] - days_of(at("2023-06-30")) > 500.0
