"""Delivery: a case on paper, two independent simulators, conservation, what more contacts do."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.delivery import DELIVERED, LOST, WAITING, Pictures, Plan, Transmitters, deliver

INF = float("inf")
SPAN_S = 60
COLUMNS = ("start_s", "end_s", "rate_bps", "delay_s")

# a contact is (start_s, end_s, rate_bps, delay_s), a picture (taken_s, size_bits)
contact = st.tuples(
    st.integers(0, SPAN_S - 1), st.integers(1, 20), st.integers(1, 4), st.integers(0, 30)
).map(lambda c: (c[0], min(c[0] + c[1], SPAN_S), c[2], c[3]))
contacts = st.lists(contact, max_size=6)
picture = st.tuples(st.integers(0, SPAN_S), st.integers(1, 30))
queues = st.lists(picture, max_size=5).map(sorted)
capacities = st.sampled_from([INF, 20, 35, 60])


def plan_of(rows, satellite=0):
    table = np.array(rows, dtype=float).reshape(-1, 4)
    return Plan(
        satellite=np.full(len(rows), satellite),
        link=np.arange(len(rows)) + 100,
        start_s=table[:, 0],
        end_s=table[:, 1],
        rate_bps=table[:, 2],
        delay_s=table[:, 3],
    )


def pictures_of(rows):
    table = np.array(rows, dtype=float).reshape(-1, 2)
    return Pictures(np.zeros(len(rows), dtype=int), table[:, 0], table[:, 1])


def run(contact_rows, picture_rows, capacity=INF, span_s=SPAN_S):
    return deliver(
        plan_of(contact_rows), pictures_of(picture_rows), recorder_bits=[capacity], span_s=span_s
    )


def test_three_pictures_two_contacts_one_recorder_on_paper():
    # Recorder 100 bits. Contact 100: [20, 50) at 1 bit/s, 5 s to headquarters;
    # contact 101: [100, 130) at 2 bit/s, 7 s.
    # Picture 0, 60 bits at 0 s: 30 bits in [20, 50), the other 30 in [100, 115): delivered at 122.
    # Picture 1, 50 bits at 10 s: 60 on board, 60 + 50 > 100: lost.
    # Picture 2, 30 bits at 40 s: 60 - 20 = 40 on board, stored; [115, 130): delivered at 137.
    result = run([(20, 50, 1, 5), (100, 130, 2, 7)], [(0, 60), (10, 50), (40, 30)], 100, 200)
    assert result.status.tolist() == [DELIVERED, LOST, DELIVERED]
    assert result.sent_s.tolist() == [115, INF, 130]
    assert result.delivered_s.tolist() == [122, INF, 137]
    assert result.link.tolist() == [101, -1, 101]
    assert result.used_bits.tolist() == [30, 60]
    assert result.bookings.picture.tolist() == [0, 0, 2]
    assert result.bookings.contact.tolist() == [0, 1, 1]
    assert result.bookings.start_s.tolist() == [20, 100, 115]
    assert result.bookings.end_s.tolist() == [50, 115, 130]


def test_picture_larger_than_the_recorder_is_lost_and_one_as_large_is_not():
    assert run([(0, 60, 1, 0)], [(0, 11), (0, 10)], 10).status.tolist() == [LOST, DELIVERED]


def test_picture_the_plan_cannot_carry_waits_and_holds_the_beam():
    result = run([(0, 10, 1, 0), (20, 30, 1, 0)], [(0, 15), (5, 8), (6, 2)])
    assert result.status.tolist() == [DELIVERED, WAITING, WAITING]
    assert result.sent_s[1] == INF and result.link[1] == -1
    assert result.used_bits.tolist() == [10, 10]  # 5 bits of picture 1 go, none of picture 2


def test_arrival_after_the_span_is_not_a_delivery():
    result = run([(50, 60, 1, 5)], [(0, 5), (0, 4)])
    assert result.status.tolist() == [DELIVERED, WAITING]
    assert result.delivered_s.tolist() == [60, INF]
    assert result.sent_s.tolist() == [55, 59]
    assert result.link.tolist() == [100, 100]


def test_nothing_is_sent_after_the_span():
    result = run([(50, 90, 1, 0)], [(0, 20)])
    assert result.status.tolist() == [WAITING] and result.used_bits.tolist() == [10]


def test_pictures_that_fill_a_contact_exactly_do_not_spill_into_the_next():
    # 300 pictures of 0.7 s at 3e7 bit/s in 210 s, three weeks into the span
    start_s = 2_000_000.1
    rows = [(start_s, start_s + 210, 3e7, 0.3), (start_s + 1000, start_s + 2000, 3e7, 0.3)]
    result = run(rows, [(0, 2.1e7)] * 300, 300 * 2.1e7, 3e6)
    assert (result.status == DELIVERED).all()
    assert result.used_bits[1] == 0
    assert result.delivered_s[-1] == pytest.approx(start_s + 210.3, abs=1e-6)


def test_a_picture_as_large_as_a_contact_is_home_by_its_end_whatever_rounding_makes_of_it():
    random = np.random.default_rng(3)
    for start_s, length_s in zip(
        random.uniform(1e6, 1e7, 30), random.uniform(1.0, 700.0, 30), strict=True
    ):
        rows = [(start_s, start_s + length_s, 1e8, 0.0), (start_s + 1e4, start_s + 2e4, 1e8, 0.0)]
        result = run(rows, [(0, length_s * 1e8)], span_s=2e7)
        assert result.delivered_s[0] == pytest.approx(start_s + length_s, abs=2e-6)
        # A thousandth of a second more goes by the next contact.
        result = run(rows, [(0, (length_s + 1e-3) * 1e8)], span_s=2e7)
        assert result.delivered_s[0] == pytest.approx(start_s + 1e4 + 1e-3, abs=2e-6)


def test_parts_of_a_second_count_as_such_against_the_limit_of_an_orbit():
    # Two seconds a revolution: half a second in each of two contacts, one in the third.
    plan = plan_of([(0, 0.5, 1, 0), (10, 10.5, 1, 0), (20, 30, 1, 0)])
    limited = Transmitters(np.array([False]), np.array([2.0]), (np.array([50.0]),))

    def sent_s(*sizes):
        pictures = pictures_of([(0, size) for size in sizes])
        options = {"recorder_bits": [INF], "span_s": SPAN_S, "transmitters": limited}
        return deliver(plan, pictures, **options).sent_s.tolist()

    assert sent_s(2.0) == [21.0]
    assert sent_s(2.1) == [INF]
    assert sent_s(0.25, 1.0, 0.75) == [0.25, 20.25, 21.0]


def test_of_contacts_of_one_link_and_rate_that_of_less_delay_carries_in_real_time():
    rows = plan_of([(0, 50, 1, 9), (0, 50, 1, 2), (0, 50, 1, 4)])
    plan = Plan(rows.satellite, np.zeros(3, int), *(getattr(rows, n) for n in COLUMNS))
    transmitters = Transmitters(np.array([True]), np.array([INF]), (np.empty(0),))
    options = {"recorder_bits": [0.0], "span_s": SPAN_S, "transmitters": transmitters}
    result = deliver(plan, pictures_of([(0, 30)]), **options)
    assert result.delivered_s.tolist() == [32]
    assert result.used_bits.tolist() == [0, 30, 0]


@pytest.mark.parametrize("seconds", [1 / 3, 9.1234567, 10.0])
def test_a_picture_in_real_time_at_a_real_rate_is_not_lost_to_rounding(seconds):
    # 100 Mbit/s, three weeks into the span: an instant is known to 0.2 ns, 0.02 bits.
    start_s, rate_bps = 2_000_000.1, 1e8
    plan = plan_of([(start_s, start_s + 10.0, rate_bps, 0.3)])
    transmitters = Transmitters(np.array([True]), np.array([INF]), (np.empty(0),))

    def delivered_s(size_bits, taken_s):
        pictures = pictures_of([(taken_s, size_bits)])
        options = {"recorder_bits": [0.0], "span_s": 3e6, "transmitters": transmitters}
        return deliver(plan, pictures, **options).delivered_s[0]

    for begin_s in start_s + np.linspace(0.0, 10.0 - seconds, 20):
        assert delivered_s(seconds * rate_bps, begin_s) == pytest.approx(begin_s + seconds + 0.3)
    # A thousandth of a second that the contact lacks is none of rounding.
    assert delivered_s(10.001 * rate_bps, start_s) == INF


def test_link_is_where_the_bit_that_arrives_last_was_sent():
    # 10 bits fit contact 101 alone until 60 s; the 11th arrives by 100, sent before, at 101 s
    result = run([(0, 10, 1, 100), (50, 60, 1, 0)], [(0, 11)], span_s=200)
    assert result.delivered_s.tolist() == [101]
    assert result.sent_s.tolist() == [60]
    assert result.link.tolist() == [100]


def test_later_picture_fills_the_beam_time_an_earlier_one_passed_over():
    result = run([(0, 10, 1, 40), (20, 25, 1, 0)], [(0, 5), (0, 5)])
    assert result.delivered_s.tolist() == [25, 45]
    assert result.link.tolist() == [101, 100]


def test_one_picture_takes_fast_and_near_contacts_open_at_once_in_turn():
    # At 4 bit/s arrivals are 10 s late, at 1 bit/s none: by A the bits are
    # 4 (A - 10) + min(10, ...) = 4 x 5 + 10 at A = 15: fast in [0, 5), near in [5, 15).
    result = run([(0, 20, 4, 10), (0, 20, 1, 0)], [(0, 30)])
    assert result.delivered_s.tolist() == [15]
    assert result.used_bits.tolist() == [20, 10]


def test_pictures_taken_at_once_are_served_by_index_whatever_the_order_of_rows():
    result = run([(0, 60, 1, 0)], [(8, 3), (2, 4), (2, 5)])
    assert result.delivered_s.tolist() == [14, 6, 11]


def test_satellites_do_not_share_beams_or_recorders():
    plan = Plan(
        np.array([1, 0]),
        np.array([7, 7]),
        np.array([0.0, 5.0]),
        np.array([30.0, 35.0]),
        np.array([1.0, 2.0]),
        np.zeros(2),
    )
    pictures = Pictures(np.array([0, 1, 0]), np.zeros(3), np.array([10.0, 10.0, 4.0]))
    result = deliver(plan, pictures, recorder_bits=[10, INF], span_s=60)
    assert result.delivered_s.tolist() == [10, 10, INF]
    assert result.status.tolist() == [DELIVERED, DELIVERED, LOST]


def test_no_contacts_and_no_pictures_take_the_same_path():
    assert run([], [(0, 5)]).status.tolist() == [WAITING]
    empty = run([(0, 5, 1, 0), (3, 3, 1, 0), (4, 9, 0, 0)], [])
    assert len(empty.status) == 0 and empty.used_bits.tolist() == [0, 0, 0]


def naive_by_seconds(contact_rows, picture_rows, capacity):
    """Serve one queue in steps of 1 s at the highest open rate; delays must be equal.

    Returns for each picture None if lost, else the second at whose end it is sent, or inf.
    """
    sent_s = [INF] * len(picture_rows)
    queue = []
    for second in range(SPAN_S):
        for index, (taken_s, size) in enumerate(picture_rows):
            if taken_s == second:
                if sum(unsent for _, unsent in queue) + size > capacity:
                    sent_s[index] = None
                else:
                    queue.append([index, size])
        bits = max([r for s, e, r, _ in contact_rows if s <= second < e], default=0)
        while bits and queue:
            sent = min(bits, queue[0][1])
            bits -= sent
            queue[0][1] -= sent
            if queue[0][1] == 0:
                sent_s[queue.pop(0)[0]] = second + 1
    return sent_s


@given(contacts, queues, capacities, st.integers(0, 30))
def test_equal_delays_agree_with_a_simulator_of_one_second_steps(rows, queue, capacity, delay):
    rows = [(start, end, rate, delay) for start, end, rate, _ in rows]
    queue = [(taken_s, size) for taken_s, size in queue if taken_s < SPAN_S]
    result = run(rows, queue, capacity)
    for index, sent_s in enumerate(naive_by_seconds(rows, queue, capacity)):
        if sent_s is None:
            assert result.status[index] == LOST
        elif sent_s + delay > SPAN_S:
            assert result.status[index] == WAITING
        else:
            assert result.status[index] == DELIVERED
            assert sent_s - 1 < result.delivered_s[index] - delay + 1e-9 <= sent_s + 2e-9


class Exact:
    """Earliest arrival in fractions, by the definition: no stretches, no ramps."""

    def __init__(self, rows):
        self.rows = rows
        self.free = [(Fraction(0), Fraction(SPAN_S))]

    def pieces(self, taken_s, arrival):
        """Return (start, end, row) of free beam time, on the fastest row delivering by arrival."""
        cuts = {Fraction(edge) for row in self.rows for edge in row[:2]}
        cuts |= {arrival - row[3] for row in self.rows}
        pieces = []
        for begin, end in self.free:
            begin = max(begin, Fraction(taken_s))
            edges = sorted({begin, end} | {cut for cut in cuts if begin < cut < end})
            for x, y in itertools.pairwise(edges):
                fit = [
                    (-rate, delay, index)
                    for index, (s, e, rate, delay) in enumerate(self.rows)
                    if s <= x and y <= e and y + delay <= arrival
                ]
                if begin < end and fit:
                    pieces.append((x, y, min(fit)[2]))
        return pieces

    def bits(self, taken_s, arrival):
        return sum((y - x) * self.rows[row][2] for x, y, row in self.pieces(taken_s, arrival))

    def earliest(self, taken_s, size):
        edges = {Fraction(taken_s), *(edge for gap in self.free for edge in gap)}
        edges |= {Fraction(edge) for row in self.rows for edge in row[:2]}
        kinks = sorted({edge + row[3] for edge in edges for row in self.rows})
        if not kinks or self.bits(taken_s, kinks[-1]) < size:
            return None
        low, high = -1, len(kinks) - 1
        while high - low > 1:
            middle = (low + high) // 2
            if self.bits(taken_s, kinks[middle]) < size:
                low = middle
            else:
                high = middle
        before, after = self.bits(taken_s, kinks[low]), self.bits(taken_s, kinks[high])
        return kinks[low] + (size - before) * (kinks[high] - kinks[low]) / (after - before)

    def book(self, taken_s, size):
        arrival = self.earliest(taken_s, size)
        pieces = self.pieces(taken_s, Fraction(10**6) if arrival is None else arrival)
        for x, y, _ in pieces:
            self.free = [
                part
                for begin, end in self.free
                for part in ((begin, min(end, x)), (max(begin, y), end))
                if part[0] < part[1]
            ]
        return arrival, pieces


def exact_deliveries(rows, queue, capacity):
    """Return per picture (status, arrival), and the bits of each contact."""
    beam, stored, used, outcome = Exact(rows), [], [Fraction(0)] * len(rows), []
    for taken_s, size in queue:
        held = sum(
            bits - sum((min(y, taken_s) - x) * rows[row][2] for x, y, row in pieces if x < taken_s)
            for bits, pieces in stored
        )
        if held + size > capacity:
            outcome.append((LOST, None))
            continue
        arrival, pieces = beam.book(taken_s, size)
        stored.append((size, pieces))
        for x, y, row in pieces:
            used[row] += (y - x) * rows[row][2]
        delivered = arrival is not None and arrival <= SPAN_S
        outcome.append((DELIVERED if delivered else WAITING, arrival))
    return outcome, used


@given(contacts, queues, capacities)
@settings(deadline=None)
@example(rows=[], queue=[(60, 21)], capacity=20)
@example(rows=[], queue=[(0, 12), (60, 12)], capacity=20)
def test_any_delays_agree_with_the_definition_in_fractions(rows, queue, capacity):
    result = run(rows, queue, capacity)
    outcome, used = exact_deliveries(rows, queue, capacity)
    assert result.status.tolist() == [status for status, _ in outcome]
    for index, (status, arrival) in enumerate(outcome):
        if status == DELIVERED:
            assert result.delivered_s[index] == pytest.approx(float(arrival), abs=1e-6)
    assert result.used_bits == pytest.approx([float(bits) for bits in used], abs=1e-4)


@given(contacts, queues, capacities)
def test_bits_are_conserved_and_nothing_leaves_before_it_is_taken(rows, queue, capacity):
    result = run(rows, queue, capacity)
    plan, pictures, booked = plan_of(rows), pictures_of(queue), result.bookings
    assert (result.used_bits <= plan.rate_bps * (plan.end_s - plan.start_s) + 1e-6).all()
    assert (booked.start_s >= pictures.taken_s[booked.picture]).all()
    assert (booked.start_s >= plan.start_s[booked.contact]).all()
    assert (booked.end_s <= plan.end_s[booked.contact] + 1e-9).all()
    order = np.argsort(booked.start_s)
    assert (booked.start_s[order][1:] >= booked.end_s[order][:-1] - 1e-9).all()
    bits = (booked.end_s - booked.start_s) * plan.rate_bps[booked.contact]
    arrival_s = booked.end_s + plan.delay_s[booked.contact]
    for index in range(len(queue)):
        of_picture = booked.picture == index
        if np.isfinite(result.sent_s[index]):
            assert bits[of_picture].sum() == pytest.approx(pictures.size_bits[index], abs=1e-4)
            assert result.sent_s[index] == booked.end_s[of_picture].max()
        if result.status[index] == DELIVERED:
            assert result.delivered_s[index] == pytest.approx(arrival_s[of_picture].max())
            assert result.delivered_s[index] > pictures.taken_s[index]
            assert result.link[index] in plan.link[booked.contact[of_picture]]
        if result.status[index] == LOST:
            assert not of_picture.any()


def assert_no_picture_is_later(rows, extra, queue):
    fewer, more = run(rows, queue), run([*rows, extra], queue)
    assert (more.delivered_s <= fewer.delivered_s + 1e-6).all()


@given(contacts, contact, queues)
def test_contact_more_never_delays_a_picture_where_delays_are_equal(rows, extra, queue):
    rows = [(*row[:3], 7) for row in rows]
    assert_no_picture_is_later(rows, (*extra[:3], 7), queue)


@given(contacts, contact, queues)
def test_contact_more_of_the_longest_delay_never_delays_a_picture(rows, extra, queue):
    assert_no_picture_is_later(rows, (*extra[:3], 30), queue)


@given(contacts, contact, picture)
def test_contact_more_never_delays_a_picture_alone(rows, extra, alone):
    assert_no_picture_is_later(rows, extra, [alone])


def test_slow_contact_of_less_delay_can_delay_the_next_picture():
    # Without the third contact picture 0 goes over contact 101 and leaves the fast one to
    # picture 1 (9.5 s of it, beside 5 bits over 101). With it, picture 0 arrives sooner on
    # the slow link and holds the beam for all of contact 100.
    rows = [(0, 10, 10, 100), (50, 60, 1, 0)]
    queue = [(0, 5), (0, 100)]
    assert run(rows, queue, span_s=200).delivered_s.tolist() == [55, 109.5]
    more = run([*rows, (0, 10, 0.5, 0)], queue, span_s=200)
    assert more.delivered_s.tolist() == [10, INF]


def test_contact_more_can_lose_another_picture_when_the_recorder_is_small():
    # Recorder 10 bits. At 10 s picture 0 holds 8: picture 1 (4 bits) is lost; [11, 19) empties
    # the recorder and picture 2 (9 bits) fits. With [5, 7) picture 0 holds 6 at 10 s, picture 1
    # fits, 2 of its bits are on board at 20 s, and 2 + 9 > 10.
    queue = [(0, 8), (10, 4), (20, 9)]
    rows = [(11, 19, 1, 0), (30, 50, 1, 0)]
    assert run(rows, queue, 10).status.tolist() == [DELIVERED, LOST, DELIVERED]
    more = run([(5, 7, 1, 0), *rows], queue, 10)
    assert more.status.tolist() == [DELIVERED, DELIVERED, LOST]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"delay_s": np.array([-1.0])}, "delay_s"),
        ({"link": np.array([1, 2])}, "lengths"),
        ({"satellite": np.array([1])}, r"not in 0\.\.0"),
    ],
)
def test_plans_the_kernel_does_not_define_are_refused(change, message):
    columns = {**vars(plan_of([(0, 10, 1e6, 0)])), **change}
    with pytest.raises(ValueError, match=message):
        deliver(Plan(**columns), pictures_of([(0, 5)]), recorder_bits=[INF], span_s=60)


def test_pictures_without_size_or_below_the_resolution_are_refused():
    for rate, size in [(1, 0), (0, 0), (0, -1), (1e9, 10)]:
        with pytest.raises(ValueError, match="size_bits"):
            run([(0, 10, rate, 0)], [(0, size)])
    with pytest.raises(ValueError, match="taken_s"):
        run([], [(float("nan"), 1)])
