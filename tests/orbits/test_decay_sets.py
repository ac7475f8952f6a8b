"""A decaying orbit as it is flown: a history of element sets made by the model."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from simulator.earth import Span
from simulator.errors import InputError
from simulator.orbits import decay_sets, from_scenario, histories
from simulator.orbits.activity import days_of
from simulator.orbits.drag import ballistic_m2_kg, sgp4_axis_rate
from simulator.orbits.elements import KeplerElements, between, from_tle, in_turn, keplerian
from simulator.orbits.propagation import ending
from simulator.scenario import DecayTable
from tests import made

# Malligyong-1 on 7 June 2024 and a month later (public repositories, in the catalogue).
JUNE_2024 = (
    "1 58400U 23179A   24159.97159215  .00006581  00000+0  30025-3 0  9991",
    "2 58400  97.4051  46.9797 0001572 158.6830 201.4471 15.20948569 30329",
)
JULY_2024 = (
    "1 58400U 23179A   24189.90245992  .00005957  00000-0  26900-3 0  9999",
    "2 58400  97.4012  76.4000 0003640 108.4471 251.7161 15.21338773 34872",
)
# Its drag by the height lost in that month.
FITTED = 0.00966


def malligyong():
    return from_tle("Malligyong-1", JUNE_2024)


def falling(perigee_km=310.0, apogee_km=330.0):
    shape = KeplerElements(perigee_km, apogee_km, 97.4, 40.0)
    return keplerian("falling", datetime(2023, 1, 1, tzinfo=UTC), shape)


def mean_km(elements):
    return 0.5 * (elements.perigee_km + elements.apogee_km)


def test_it_lost_forty_metres_a_day_in_june_2024_by_sets_by_model_and_by_sgp4():
    first, last = malligyong(), from_tle("Malligyong-1", JULY_2024)
    days = (last.epoch - first.epoch) / timedelta(days=1)
    assert (mean_km(first) - mean_km(last)) / days == pytest.approx(0.0393, abs=2e-4)
    # Its own B*, of which the model is given no more than the height lost at the first epoch.
    assert sgp4_axis_rate(first) == pytest.approx(-0.0400, abs=2e-4)
    assert ballistic_m2_kg(DecayTable(), first) == pytest.approx(FITTED, rel=0.07)
    _, course = decay_sets.decaying(first, DecayTable(ballistic_m2_kg=FITTED), last.epoch, 100.0)
    assert course.elements[-1, 0, 0] == pytest.approx(last.semi_major_axis_km, abs=0.02)


def test_kept_between_495_and_503_km_its_node_goes_from_ten_to_twenty_to_ten():
    first = malligyong()
    table = DecayTable(ballistic_m2_kg=FITTED, raise_below_km=495.0, raise_to_km=503.0)
    flown, course = decay_sets.decaying(
        first, table, datetime(2026, 4, 10, 6, 34, tzinfo=UTC), 100.0
    )
    last = flown.changes[-1][1]
    assert first.ltan_h == pytest.approx(10.0, abs=0.01)
    # The sets have 97.311 degrees and 9:40.5; the model gives 97.314 and 9:42.
    assert last.inclination_deg == pytest.approx(97.311, abs=0.006)
    local_h = last.ltan_h_at(datetime(2026, 4, 10, 6, 34, tzinfo=UTC))
    assert local_h == pytest.approx(9.675, abs=0.05)
    heights_km = course.elements[:, 0, 0] - 6_378.135
    assert heights_km.min() == pytest.approx(495.0, abs=0.02)
    assert heights_km.max() == pytest.approx(503.0, abs=0.02)
    # Raised where it has come down to the floor, at the same instant.
    for number, _ in course.raises:
        assert course.days[number] == course.days[number - 1]
        assert heights_km[number] - heights_km[number - 1] == pytest.approx(8.0, abs=0.02)
    assert len(course.raises) == 3


def test_inclination_is_kept_and_raises_end_where_that_is_said():
    table = DecayTable(
        ballistic_m2_kg=0.02,
        raise_below_km=499.0,
        raise_until=datetime(2024, 9, 1, tzinfo=UTC),
        keeps_inclination=True,
    )
    _, course = decay_sets.decaying(malligyong(), table, datetime(2025, 6, 1, tzinfo=UTC), 100.0)
    assert np.ptp(course.elements[:, 2]) == 0.0
    raised = [course.days[number] for number, _ in course.raises]
    assert raised and max(raised) < days_of(datetime(2024, 9, 1, tzinfo=UTC))
    assert course.elements[-1, 0, 0] - 6_378.135 < 490.0


def test_sets_follow_the_model_and_each_goes_on_where_the_last_ends():
    table = DecayTable(ballistic_m2_kg=0.02)
    start, end = datetime(2023, 1, 1, tzinfo=UTC), datetime(2023, 5, 1, tzinfo=UTC)
    flown, course = decay_sets.decaying(falling(430.0, 450.0), table, end, 100.0)
    pieces = [flown, *(later for _, later in flown.changes)]
    for piece in pieces:
        number = int(np.abs(course.days - days_of(piece.epoch)).argmin())
        assert course.days[number] == pytest.approx(days_of(piece.epoch), abs=1e-8)
        assert piece.semi_major_axis_km == pytest.approx(course.elements[number, 0, 0], abs=1e-6)
        assert sgp4_axis_rate(piece) == pytest.approx(course.axis_rates[number, 0], rel=1e-4)
    span = Span(start, (end - start).total_seconds())
    for jump in histories.jumps(flown, span):
        # Along the flight nothing jumps; otherwise two sets meet to a few hundred metres.
        assert abs(jump.along_km) < 1e-3
        assert abs(jump.radial_km) < 0.3 and abs(jump.cross_km) < 0.3
    middles = [a.epoch + (b.epoch - a.epoch) / 2 for a, b in pairwise(pieces)]
    for (at, _), middle in zip(flown.changes, middles, strict=True):
        assert abs((at - middle).total_seconds()) < 1e-3


def test_it_comes_down_where_the_model_says():
    table = DecayTable(ballistic_m2_kg=0.02)
    start, end = datetime(2023, 1, 1, tzinfo=UTC), datetime(2023, 6, 1, tzinfo=UTC)
    flown, course = decay_sets.decaying(falling(), table, end, 100.0)
    span = Span(start, (end - start).total_seconds())
    found = (
        ending(p, span, max(a, 0.0), min(b, span.duration_s)) for p, a, b in flown.pieces(span)
    )
    outage = next(each for each in found if each is not None)
    ended_s = span.seconds(decay_sets.instant_of(course.ended_days[0]))
    assert outage.time_s == pytest.approx(ended_s, abs=0.4 * 86_400.0)
    assert ended_s > 20.0 * 86_400.0


def test_a_span_years_after_the_epoch_is_flown_as_a_part_of_the_whole_history():
    orbit = {
        "kind": "keplerian",
        "altitude_km": 500.0,
        "inclination_deg": 97.4,
        "epoch": datetime(2023, 11, 22, tzinfo=UTC),
        "decay": {"ballistic_m2_kg": 0.01},
    }

    def over(start, days):
        text = made.text(start=start, days=days, satellite={"orbit": orbit})
        ((flown, _),) = from_scenario(made.scenario(text).resolve())
        return flown

    part, whole = over("2025-11-22", 30.0), over("2023-11-22", 761.0)
    assert part.decays and 3 <= len(part.changes) + 1 <= 5
    at = datetime(2025, 12, 1, tzinfo=UTC)
    now = between(part, at, at + timedelta(hours=1))
    then = between(whole, at, at + timedelta(hours=1))
    assert mean_km(now) == pytest.approx(mean_km(then), abs=1e-9)
    assert now.mean_anomaly_deg == pytest.approx(then.mean_anomaly_deg, abs=1e-6)
    [said] = histories.notes(part, Span(part.epoch, 30 * 86_400.0))
    assert said.startswith("its decay is modelled: mean height 456.0 km")


def test_what_decay_cannot_go_on_from_is_refused():
    end = datetime(2024, 9, 1, tzinfo=UTC)
    with pytest.raises(InputError, match="give mass_kg and area_m2, or ballistic_m2_kg"):
        decay_sets.decaying(falling(), DecayTable(), end, 100.0)
    sets = [malligyong(), from_tle("Malligyong-1", JULY_2024)]
    several = in_turn(sets, datetime(2024, 6, 8, tzinfo=UTC), end)
    with pytest.raises(InputError, match="goes on from one element set, and there are 2"):
        decay_sets.decaying(several, DecayTable(), end, 100.0)
    with pytest.raises(InputError, match="is not above raise_below_km = 510; give raise_to_km"):
        decay_sets.decaying(malligyong(), DecayTable(raise_below_km=510.0), end, 100.0)


def test_drag_is_that_of_mass_and_area():
    table = DecayTable(mass_kg=200.0, area_m2=1.5, drag_coefficient=2.0)
    assert ballistic_m2_kg(table, malligyong()) == pytest.approx(0.015)
    assert ballistic_m2_kg(DecayTable(ballistic_m2_kg=0.3), malligyong()) == 0.3
