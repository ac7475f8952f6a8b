"""The exact method: never worse with more, never beaten by the planner, and by how much better."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.delivery import DELIVERED, Antennas, Pictures, Plan, deliver
from simulator.delivery.exact import best
from simulator.errors import InputError

INF = float("inf")
SPAN_S = 24


def plan_of(rows):
    table = np.array(rows, dtype=float).reshape(-1, 6)
    return Plan(table[:, 0].astype(int), table[:, 1].astype(int), *table[:, 2:].T)


def pictures_of(rows):
    table = np.array(rows, dtype=float).reshape(-1, 3)
    return Pictures(table[:, 0].astype(int), table[:, 1], table[:, 2])


def one_each(count):
    return Antennas(np.full(3, float(count)), np.zeros(3))


def exact(rows, taken, room=INF, count=1):
    return best(
        plan_of(rows),
        pictures_of(taken),
        recorder_bits=[room, room],
        span_s=SPAN_S,
        step_s=1.0,
        antennas=one_each(count),
    )


def planned(rows, taken, room=INF, count=1):
    found = deliver(
        plan_of(rows),
        pictures_of(taken),
        recorder_bits=[room, room],
        span_s=SPAN_S,
        antennas=one_each(count),
    )
    home = found.status == DELIVERED
    # The exact method counts whole steps.
    return int((~home).sum()), float(np.ceil(found.delivered_s[home] - 1e-6).sum())


def score(found):
    return found.not_home, found.arrivals_s


# (satellite, link, start, end, rate, delay), rates that divide the sizes
contact = st.tuples(
    st.integers(0, 1),
    st.integers(0, 2),
    st.integers(0, 20),
    st.integers(1, 8),
    st.sampled_from([1, 2]),
    st.integers(0, 4),
).map(lambda c: (c[0], c[1], c[2], min(c[2] + c[3], SPAN_S), c[4], c[5]))
picture = st.tuples(st.integers(0, 1), st.integers(0, 16), st.sampled_from([2, 4, 6]))
contacts = st.lists(contact, min_size=1, max_size=4)
queues = st.lists(picture, min_size=1, max_size=3)
rooms = st.sampled_from([INF, 8, 6])
CALM = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@CALM
@given(contacts, queues, rooms, contact)
def test_a_contact_more_never_worsens_the_best_schedule(rows, taken, room, extra):
    assert score(exact([*rows, extra], taken, room)) <= score(exact(rows, taken, room))


@CALM
@given(contacts, queues, rooms)
def test_rate_room_and_antennas_never_worsen_the_best_schedule(rows, taken, room):
    before = score(exact(rows, taken, room))
    faster = [(*row[:4], 2 * row[4], row[5]) for row in rows]
    assert score(exact(faster, taken, room)) <= before
    assert score(exact(rows, taken, room + 4)) <= before
    assert score(exact(rows, taken, room, count=2)) <= before


@CALM
@given(contacts, queues, rooms)
def test_the_planner_never_beats_the_best_schedule(rows, taken, room):
    assert score(exact(rows, taken, room)) <= planned(rows, taken, room)


def test_best_where_the_planner_delays_the_second_picture():
    # One antenna at link 0, [0, 10), for both satellites; satellite 0 has link 1 besides, 2 s
    # away. The planner gives link 0 to satellite 0's 4 bits first: home at 4 and 8. Best: satellite
    # 1 sends first, home at 4; satellite 0 sends 3 bits over link 1 in [0, 3), there at 5, and its
    # last over link 0 in [4, 5): home at 5.
    rows = [(0, 0, 0, 10, 1, 0), (1, 0, 0, 10, 1, 0), (0, 1, 0, 10, 1, 2)]
    taken = [(0, 0, 4), (1, 0, 4)]
    assert planned(rows, taken) == (0, 12.0)
    assert score(exact(rows, taken)) == (0, 9.0)


def test_an_antenna_more_can_delay_a_picture_of_the_planner_but_not_of_the_best():
    # With one antenna satellite 0 has link 0 from 0 to 4 and satellite 1 takes link 1, delay 1.
    # See `deliver`: what one more changes is who is drawn where; the sum of the best is no worse.
    rows = [(0, 0, 0, 6, 1, 0), (1, 0, 0, 6, 1, 0), (1, 1, 0, 6, 1, 3), (0, 1, 2, 8, 2, 0)]
    taken = [(0, 0, 4), (1, 0, 4), (0, 1, 4)]
    assert score(exact(rows, taken, count=2)) <= score(exact(rows, taken))


def test_room_is_kept_for_the_pictures_that_matter_most():
    # Room for 6 bits, a contact from 10 on: a picture of 6 at 0 and one of 4 at 1 don't fit both.
    plan, pictures = plan_of([(0, 0, 10, 24, 1, 0)]), pictures_of([(0, 0, 6), (0, 1, 4)])
    even = best(plan, pictures, recorder_bits=[6], span_s=SPAN_S, step_s=1.0)
    assert even.delivered_s.tolist() == [INF, 14.0]  # one lost either way; the smaller is sooner
    first = Pictures(pictures.satellite, pictures.taken_s, pictures.size_bits, np.array([2, 1]))
    found = best(plan, first, recorder_bits=[6], span_s=SPAN_S, step_s=1.0)
    assert found.delivered_s.tolist() == [16.0, INF]


def test_a_plan_too_large_for_the_method_is_refused():
    rows = [(0, 0, 0, 5_000, 1, 0)]
    with pytest.raises(InputError, match="variables; allowed 20,000"):
        best(
            plan_of(rows),
            pictures_of([(0, 0, 4)] * 10),
            recorder_bits=[INF],
            span_s=5_000,
            step_s=1.0,
        )


@pytest.mark.slow
def test_the_planner_stays_near_the_best_schedule():
    random = np.random.default_rng(5)
    lost = late = 0.0
    excess = []
    for _ in range(150):
        rows = []
        for _ in range(random.integers(2, 5)):
            start = int(random.integers(0, 18))
            end = min(start + int(random.integers(2, 9)), SPAN_S)
            rows.append(
                (
                    *random.integers(0, 2, 2),
                    start,
                    end,
                    random.integers(1, 3),
                    random.integers(0, 4),
                )
            )
        taken = [(*random.integers(0, [2, 14]), 2 * random.integers(1, 4)) for _ in range(3)]
        ideal, plan = exact(rows, taken, 8), planned(rows, taken, 8)
        lost += plan[0] > ideal.not_home
        if plan[0] == ideal.not_home and ideal.arrivals_s:
            late += plan[1] > ideal.arrivals_s
            excess.append(plan[1] / ideal.arrivals_s - 1.0)
    # Measured: one picture fewer home in 11 of 150 plans; where as many are home, the sum of
    # arrivals is 1.3 % later on average and 27 % at worst.
    assert lost <= 0.1 * 150
    assert np.mean(excess) < 0.02 and np.max(excess) < 0.3
