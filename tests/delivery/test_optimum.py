"""The exact method: never worse with more, never beaten by the planner, and by how much better."""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.delivery import DELIVERED, Antennas, Pictures, Plan, deliver
from simulator.delivery.optimum import best
from simulator.errors import InputError

INF = float("inf")
SPAN_S = 24


def plan_of(rows):
    table = np.array(rows, dtype=float).reshape(-1, 6)
    return Plan(table[:, 0].astype(int), table[:, 1].astype(int), *table[:, 2:].T)


def pictures_of(rows):
    table = np.array(rows, dtype=float).reshape(-1, 3)
    return Pictures(table[:, 0].astype(int), table[:, 1], table[:, 2])


def antennas_of(count):
    return Antennas(np.full(3, float(count)), np.zeros(3))


def exact(rows, queue, room=INF, count=1):
    return best(
        plan_of(rows),
        pictures_of(queue),
        recorder_bits=[room, room],
        span_s=SPAN_S,
        step_s=1.0,
        antennas=antennas_of(count),
    )


def planned(rows, queue, room=INF, count=1):
    deliveries = deliver(
        plan_of(rows),
        pictures_of(queue),
        recorder_bits=[room, room],
        span_s=SPAN_S,
        antennas=antennas_of(count),
    )
    delivered = deliveries.status == DELIVERED
    # The exact method counts whole steps.
    return int((~delivered).sum()), float(np.ceil(deliveries.delivered_s[delivered] - 1e-6).sum())


def score(schedule):
    return schedule.undelivered_weight, schedule.arrivals_s


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
def test_a_contact_more_never_worsens_the_best_schedule(rows, queue, room, extra):
    assert score(exact([*rows, extra], queue, room)) <= score(exact(rows, queue, room))


@CALM
@given(contacts, queues, rooms)
def test_rate_room_and_antennas_never_worsen_the_best_schedule(rows, queue, room):
    before = score(exact(rows, queue, room))
    faster = [(*row[:4], 2 * row[4], row[5]) for row in rows]
    assert score(exact(faster, queue, room)) <= before
    assert score(exact(rows, queue, room + 4)) <= before
    assert score(exact(rows, queue, room, count=2)) <= before


@CALM
@given(contacts, queues, rooms)
def test_the_planner_never_beats_the_best_schedule(rows, queue, room):
    assert score(exact(rows, queue, room)) <= planned(rows, queue, room)


def test_best_where_the_planner_delays_the_second_picture():
    # One antenna at link 0, [0, 10), for both satellites; satellite 0 has link 1 besides, 2 s
    # away. The planner gives link 0 to satellite 0's 4 bits first: delivered at 4 and 8. Best:
    # satellite 1 sends first, delivered at 4; satellite 0 sends 3 bits over link 1 in [0, 3),
    # arriving at 5, and its last over link 0 in [4, 5): delivered at 5.
    rows = [(0, 0, 0, 10, 1, 0), (1, 0, 0, 10, 1, 0), (0, 1, 0, 10, 1, 2)]
    queue = [(0, 0, 4), (1, 0, 4)]
    assert planned(rows, queue) == (0, 12.0)
    assert score(exact(rows, queue)) == (0, 9.0)


@pytest.mark.parametrize("step_s", [0.25, 3.0])
def test_steps_of_another_length_give_the_same_schedule_in_their_measure(step_s):
    # The case before this, its seconds made longer or shorter.
    rows = [(0, 0, 0, 10, 1, 0), (1, 0, 0, 10, 1, 0), (0, 1, 0, 10, 1, 2)]
    slower = [
        (s, link, a * step_s, b * step_s, r / step_s, d * step_s) for s, link, a, b, r, d in rows
    ]
    schedule = best(
        plan_of(slower),
        pictures_of([(0, 0, 4), (1, 0, 4)]),
        recorder_bits=[INF, INF],
        span_s=SPAN_S * step_s,
        step_s=step_s,
        antennas=antennas_of(1),
    )
    assert schedule.delivered_s == pytest.approx([5 * step_s, 4 * step_s])
    assert schedule.arrivals_s == pytest.approx(9 * step_s)


# What `deliver` may worsen by more, and the best schedule does not. Satellites are 0 and 1.


def both(rows, queue, room=INF, counts=(1, 1, 1), span_s=40, priority=None):
    """Return the planner's arrivals and the score of the best schedule."""
    pictures = pictures_of(queue)
    if priority is not None:
        pictures = Pictures(
            pictures.satellite, pictures.taken_s, pictures.size_bits, np.array(priority)
        )
    options = {
        "recorder_bits": [room, room],
        "span_s": span_s,
        "antennas": Antennas(np.array(counts, dtype=float), np.zeros(3)),
    }
    deliveries = deliver(plan_of(rows), pictures, **options)
    ideal = best(plan_of(rows), pictures, step_s=1.0, **options)
    return deliveries.delivered_s.tolist(), score(ideal)


def test_slow_contact_of_less_delay_delays_a_picture_of_the_planner():
    # 5 bits, then 100 on satellite 0. The third contact delivers the first at 10 instead of 55,
    # and holds the beam for all of the fast contact. Best: the first in [50, 55) either way.
    rows = [(0, 0, 0, 10, 10, 100), (0, 1, 50, 60, 1, 0)]
    queue = [(0, 0, 5), (0, 0, 100)]
    delivered_s, before = both(rows, queue, span_s=120)
    assert delivered_s == [55.0, 109.5]
    delivered_s, after = both([*rows, (0, 2, 0, 10, 0.5, 0)], queue, span_s=120)
    assert delivered_s == [10.0, INF]
    assert before == after == (0, 165.0)


def test_more_room_loses_a_picture_of_the_planner():
    # Room 10: 8 bits at 0, so 4 at 10 are lost; all is sent by 19, and 9 bits at 20 fit. Room 12:
    # the 4 fit, are still there at 20, and 4 + 9 > 12.
    rows, queue = [(0, 0, 11, 19, 1, 0), (0, 0, 30, 50, 1, 0)], [(0, 0, 8), (0, 10, 4), (0, 20, 9)]
    delivered_s, before = both(rows, queue, room=10, span_s=60)
    assert delivered_s == [19.0, INF, 39.0] and before == (1, 54.0)
    delivered_s, after = both(rows, queue, room=12, span_s=60)
    assert delivered_s == [19.0, 34.0, INF]
    # Best: without the 8 bits 15 + 39; with room 12 without the 9 bits 15 + 34.
    assert after == (1, 49.0)


def test_an_antenna_more_delays_a_picture_of_the_planner():
    # One antenna a link. Satellite 0 sends 10 bits over link 0 in [0, 10); satellite 1 has link 0
    # then too, at half a bit/s, link 1 at 10 bit/s but 20 s away, and link 2 in [22, 32). Its 5
    # bits go over link 1 at once and are delivered at 20.5, its 40 in [0.5, 4.5) at 24.5. A second
    # antenna delivers the 5 bits over link 0 at 10, and the beam is held for all of link 1.
    rows = [(0, 0, 0, 10, 1, 0), (1, 0, 0, 10, 0.5, 0), (1, 1, 0, 10, 10, 20), (1, 2, 22, 32, 1, 0)]
    queue = [(0, 0, 10), (1, 0, 5), (1, 0, 40)]
    delivered_s, before = both(rows, queue)
    assert delivered_s[0] == 10.0 and max(delivered_s) < 25.0
    delivered_s, after = both(rows, queue, counts=(2, 1, 1))
    assert delivered_s == [10.0, 10.0, INF]
    assert before[0] == after[0] == 0 and after <= before


def test_a_faster_rate_delays_a_picture_of_the_planner():
    # Satellite 0 sends 10 bits over link 0, of equal contacts the first; satellite 1 has link 1
    # alone. At 2 bit/s on link 1 satellite 0 turns there, and 5 s are left for 10 bits.
    rows = [(0, 0, 0, 10, 1, 0), (0, 1, 0, 10, 1, 0), (1, 1, 0, 10, 1, 0)]
    queue = [(0, 0, 10), (1, 0, 10)]
    assert both(rows, queue) == ([10.0, 10.0], (0, 20.0))
    rows[1] = (0, 1, 0, 10, 2, 0)
    assert both(rows, queue) == ([5.0, INF], (0, 20.0))


def test_a_picture_of_priority_that_could_wait_turns_away_one_that_cannot():
    # Satellite 0 may send in [0, 4) or [10, 14), satellite 1 only in [0, 4); one antenna.
    rows = [(0, 0, 0, 4, 1, 0), (0, 0, 10, 14, 1, 0), (1, 0, 0, 4, 1, 0)]
    queue = [(0, 0, 4), (1, 0, 4)]
    assert both(rows, queue, priority=[2, 1]) == ([4.0, INF], (0, 18.0))
    assert both(rows, queue, priority=[1, 2]) == ([14.0, 4.0], (0, 18.0))


def test_bits_sent_make_room_but_once():
    # Room 6. The 2 bits at 0 are gone by 5; of 6 bits at 5 and 2 at 6 one must be lost.
    rows = [(0, 0, 0, 5, 1, 0), (0, 0, 10, 24, 1, 0)]
    schedule = exact(rows, [(0, 0, 2), (0, 5, 6), (0, 6, 2)], room=6)
    assert score(schedule) == (1, 2.0 + 12.0)


def test_arrivals_are_the_best_however_much_the_pictures_weigh():
    random = np.random.default_rng(1)
    for _ in range(8):
        rows, queue = drawn(random, 4)
        pictures, heavy = pictures_of(queue), np.full(4, 100)
        weighed = Pictures(pictures.satellite, pictures.taken_s, pictures.size_bits, heavy)
        options = {"recorder_bits": [INF, INF], "span_s": SPAN_S, "step_s": 1.0}
        light, heavy = (best(plan_of(rows), variant, **options) for variant in (pictures, weighed))
        assert (
            heavy.undelivered_weight == 100 * light.undelivered_weight
            and heavy.arrivals_s == light.arrivals_s
        )


def test_priorities_below_one_are_refused_and_no_pictures_and_no_room_are_not():
    plan, pictures = plan_of([(0, 0, 0, 4, 1, 0)]), pictures_of([(0, 0, 4)])
    options = {"span_s": SPAN_S, "step_s": 1.0}
    none = Pictures(pictures.satellite, pictures.taken_s, pictures.size_bits, np.array([0]))
    with pytest.raises(ValueError, match="priority"):
        best(plan, none, recorder_bits=[INF], **options)
    assert best(plan, pictures, recorder_bits=[0.0], **options).delivered_s.tolist() == [INF]
    assert score(best(plan, pictures_of([]), recorder_bits=[INF], **options)) == (0, 0)


def every_schedule(rows, queue, room, span):
    """Return the least score over all whole seconds of sending at 1 bit/s, one link an antenna."""
    scores = []
    for admitted in itertools.product([False, True], repeat=len(queue)):
        # what is left of each picture and when its last bit so far is delivered; all that can be
        states = {tuple((size, 0) for _, _, size in queue)}
        for t in range(span):
            states = {
                state
                for state in states
                if all(
                    room
                    >= sum(
                        unsent
                        for (sat, when, _), (unsent, _), yes in zip(
                            queue, state, admitted, strict=True
                        )
                        if yes and sat == satellite and when <= t
                    )
                    for satellite in (0, 1)
                )
            }
            jobs = [
                (p, row)
                for p, (satellite, when, _) in enumerate(queue)
                for row in rows
                if admitted[p] and when <= t and row[0] == satellite and row[2] <= t < row[3]
            ]
            sets = [(), *((job,) for job in jobs)] + [
                (a, b)
                for a, b in itertools.combinations(jobs, 2)
                if a[1][0] != b[1][0] and a[1][1] != b[1][1]
            ]
            after = set()
            for state, chosen in itertools.product(states, sets):
                new = list(state)
                for p, row in chosen:
                    new[p] = (new[p][0] - 1, max(new[p][1], t + 1 + row[5]))
                if all(unsent >= 0 for unsent, _ in new):
                    after.add(tuple(new))
            states = after
        for state in states:
            arrivals = [due for unsent, due in state if unsent == 0 and due <= span]
            scores.append((len(queue) - len(arrivals), sum(arrivals)))
    return min(scores)


@settings(CALM, max_examples=25)
@given(st.integers(0, 10**6))
def test_best_schedule_is_the_best_of_all_that_can_be_written_down(seed):
    random, span = np.random.default_rng(seed), 9
    rows = []
    for _ in range(3):
        start = int(random.integers(0, 6))
        end = min(start + int(random.integers(1, 4)), span)
        rows.append((*random.integers(0, 2, 2).tolist(), start, end, 1, int(random.integers(0, 3))))
    queue = [(*random.integers(0, [2, 5]).tolist(), int(random.integers(1, 4))) for _ in range(3)]
    room = int(random.integers(2, 6))
    schedule = best(
        plan_of(rows),
        pictures_of(queue),
        recorder_bits=[room, room],
        span_s=span,
        step_s=1.0,
        antennas=antennas_of(1),
    )
    assert score(schedule) == every_schedule(rows, queue, room, span)


def test_room_is_kept_for_the_pictures_that_matter_most():
    # Room for 6 bits, a contact from 10 on: a picture of 6 at 0 and one of 4 at 1 don't fit both.
    plan, pictures = plan_of([(0, 0, 10, 24, 1, 0)]), pictures_of([(0, 0, 6), (0, 1, 4)])
    even = best(plan, pictures, recorder_bits=[6], span_s=SPAN_S, step_s=1.0)
    assert even.delivered_s.tolist() == [INF, 14.0]  # one lost either way; the smaller is sooner
    first = Pictures(pictures.satellite, pictures.taken_s, pictures.size_bits, np.array([2, 1]))
    schedule = best(plan, first, recorder_bits=[6], span_s=SPAN_S, step_s=1.0)
    assert schedule.delivered_s.tolist() == [16.0, INF]


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


def drawn(random, pictures=3):
    rows = []
    for _ in range(random.integers(2, 5)):
        start = int(random.integers(0, 18))
        end = min(start + int(random.integers(2, 9)), SPAN_S)
        ends = random.integers(0, 2, 2)
        rows.append((*ends, start, end, random.integers(1, 3), random.integers(0, 4)))
    queue = [(*random.integers(0, [2, 14]), 2 * random.integers(1, 4)) for _ in range(pictures)]
    return rows, queue


@pytest.mark.slow
def test_the_planner_stays_near_the_best_schedule():
    random = np.random.default_rng(5)
    lost = late = 0.0
    excess = []
    for _ in range(150):
        rows, queue = drawn(random)
        ideal, plan = exact(rows, queue, 8), planned(rows, queue, 8)
        lost += plan[0] > ideal.undelivered_weight
        if plan[0] == ideal.undelivered_weight and ideal.arrivals_s:
            late += plan[1] > ideal.arrivals_s
            excess.append(plan[1] / ideal.arrivals_s - 1.0)
    # Measured: one picture fewer delivered in 11 of 150 plans; where as many are delivered,
    # the sum of arrivals is 1.3 % later on average and 27 % at worst.
    assert lost <= 0.1 * 150
    assert np.mean(excess) < 0.02 and np.max(excess) < 0.3
