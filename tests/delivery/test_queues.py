"""Pictures sent in turn, in compiled code, against the planning of one after another."""

from dataclasses import fields

import numpy as np
import pytest

from simulator.delivery import (
    LOST,
    Antennas,
    Bookings,
    Pictures,
    Plan,
    Transmitters,
    deliver,
    most_bits,
)

SPAN_S = 5_000.0


def plan_drawn(random, contacts, satellites=1):
    start_s = np.sort(random.uniform(0.0, SPAN_S, contacts)).round(random.integers(0, 4))
    link = random.integers(0, 6, contacts)
    return Plan(
        satellite=random.integers(0, satellites, contacts),
        link=link,
        start_s=start_s,
        end_s=start_s + random.choice([5.0, 60.0, 300.0], contacts),
        rate_bps=random.choice([0.5, 1.0, 2.0, 3.5], contacts),
        delay_s=np.array([0.0, 1.0, 1.0, 30.0, 200.0, 900.0])[link],
    )


def pictures_drawn(random, count, satellites=1):
    return Pictures(
        random.integers(0, satellites, count),
        random.uniform(0.0, SPAN_S, count).round(random.integers(0, 4)),
        random.uniform(1.0, 300.0, count),
    )


def one_by_one(plan, pictures, recorder_bits):
    """Plan with a limit of sending that is never reached: for that there is no compiled way."""
    count = len(recorder_bits)
    limit = Transmitters(
        np.zeros(count, dtype=bool),
        np.full(count, 1e9),
        tuple(np.empty(0) for _ in range(count)),
    )
    return deliver(plan, pictures, recorder_bits=recorder_bits, span_s=SPAN_S, transmitters=limit)


def same(one, other):
    for field in fields(one):
        ours, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(ours, Bookings):
            same(ours, theirs)
        else:
            np.testing.assert_array_equal(ours, theirs, err_msg=field.name)


@pytest.mark.parametrize("seed", range(30))
def test_pictures_sent_in_turn_are_sent_as_one_after_another(seed):
    random = np.random.default_rng(seed)
    satellites = 1 + seed % 3
    plan = plan_drawn(random, int(random.integers(0, 80)), satellites)
    pictures = pictures_drawn(random, int(random.integers(0, 40)), satellites)
    recorder_bits = random.choice([1_000.0, 3_000.0, np.inf], satellites)
    in_turn = deliver(plan, pictures, recorder_bits=recorder_bits, span_s=SPAN_S)
    same(in_turn, one_by_one(plan, pictures, recorder_bits))


def test_a_long_backlog_is_sent_in_turn_as_one_after_another():
    # More than the contacts carry: pictures wait for contacts far ahead, of many delays at once.
    random = np.random.default_rng(1)
    plan, pictures = plan_drawn(random, 600), pictures_drawn(random, 400)
    in_turn = deliver(plan, pictures, recorder_bits=[np.inf], span_s=SPAN_S)
    assert np.isinf(in_turn.delivered_s).any() and np.isfinite(in_turn.delivered_s).any()
    same(in_turn, one_by_one(plan, pictures, [np.inf]))


@pytest.mark.parametrize(("room_bits", "lost"), [(100.0, 0), (99.0, 1)])
def test_a_picture_is_lost_where_the_recorder_is_full_and_not_where_it_just_fits(room_bits, lost):
    # 60 bits at 0 s, 20 of them sent in [0, 20); 60 more at 20 s make 100 on board.
    plan = Plan(*(np.array([value]) for value in (0, 0, 0.0, 1_000.0, 1.0, 5.0)))
    pictures = Pictures(np.zeros(2, int), np.array([0.0, 20.0]), np.array([60.0, 60.0]))
    out = deliver(plan, pictures, recorder_bits=[room_bits], span_s=SPAN_S)
    assert int((out.status == LOST).sum()) == lost


def test_satellites_with_an_antenna_each_share_none_and_with_one_for_two_they_wait():
    plan = Plan(
        np.array([0, 1]), np.zeros(2, int), np.zeros(2), np.full(2, 100.0), np.ones(2), np.zeros(2)
    )
    pictures = Pictures(np.array([0, 1]), np.zeros(2), np.full(2, 10.0))
    for count, sent_s in ((2.0, [10.0, 10.0]), (1.0, [10.0, 20.0])):
        antennas = Antennas(np.array([count]), np.zeros(1))
        out = deliver(plan, pictures, recorder_bits=[np.inf] * 2, span_s=SPAN_S, antennas=antennas)
        assert out.sent_s.tolist() == sent_s


@pytest.mark.parametrize("rates", [[2.0], [1.0, 3.5], [0.5, 1.0, 2.0, 3.5]])
def test_the_most_bits_are_those_of_the_fastest_contact_open_at_each_instant(rates):
    random = np.random.default_rng(3)
    start_s = random.integers(0, 900, 60).astype(float)
    end_s = start_s + random.integers(1, 80, 60)
    rate_bps = random.choice(rates, 60)
    middles_s = np.arange(0.5, 1_000.0)
    is_open = (start_s <= middles_s[:, None]) & (middles_s[:, None] < end_s)
    expected = np.where(is_open, rate_bps, 0.0).max(axis=1).sum()
    assert most_bits(start_s, end_s, rate_bps) == pytest.approx(expected)
    assert most_bits(*np.empty((3, 0))) == 0.0
