"""What a stage that took no time would save: on paper, and against every instant one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.timeliness.savings import (
    NOTHING_SAVED,
    Answers,
    response_savings,
    response_savings_of_groups,
)
from simulator.timeliness.stages import Delays

INF = float("inf")


SHARES = (0.5, 0.25, 0.125, 0.125)  # of a delivery: contact, queue, sending, forwarding


def answers_of(*pictures):
    """Return a target's pictures, rows of last request, begin and end of collection, arrival."""
    columns = np.array(pictures, dtype=float).reshape(-1, 4).T
    whole = np.where(np.isfinite(columns[3]), columns[3] - columns[2], np.nan)
    return Answers(*columns, Delays(*(share * whole for share in SHARES)))


def test_savings_of_two_pictures_on_paper():
    # Picture 0 is commanded until 4 s, taken at 10 s, there at 20 s; picture 1 until 25 s, at 30 s.
    # As it is: 20 - t until 4 s, 30 - t until 25 s: 72 + 325.5 s. A command at once: 20 - t until
    # 10 s: 150 + 187.5 s. There once taken: 10 - t until 4 s: 32 + 325.5 s. Both: 50 + 187.5 s.
    saved = response_savings(answers_of((4, 10, 10, 20), (25, 30, 30, 30)), 40.0)
    assert saved.weight_s == 25.0
    assert saved.command_s == pytest.approx(397.5 - 337.5)
    assert saved.delivery_s == pytest.approx(397.5 - 357.5)
    assert saved.both_s == pytest.approx(397.5 - 237.5)


def test_savings_of_the_parts_of_a_delivery_on_paper():
    # A picture commanded until 4 s, taken at 10 s, there at 18 s: 4 s for a contact, 2 s in its
    # turn, 1 s to send and 1 s to forward. Four seconds of requests are spared each of them.
    saved = response_savings(answers_of((4, 10, 10, 18)), 40.0)
    parts = (saved.contact_s, saved.queue_s, saved.sending_s, saved.forwarding_s)
    assert parts == pytest.approx((16.0, 8.0, 4.0, 4.0))
    assert saved.delivery_s == pytest.approx(sum(parts))


def test_a_part_that_is_spared_may_save_less_than_it_is():
    # Taken at 10 s and there at 26 s, 8 s of it for a contact; another taken at 12 s is there at
    # 14 s and answers. Spared the contact, the first is there at 18 s: still later than 13 s.
    saved = response_savings(answers_of((4, 10, 10, 26), (4, 12, 12, 14)), 40.0)
    assert saved.contact_s == pytest.approx(4.0 * 1.0)
    assert saved.delivery_s == pytest.approx(4.0 * (14 - 10))


def test_requests_at_instants_count_those_that_are_answered():
    pictures = answers_of((4, 10, 10, 20), (25, 30, 30, 30))
    saved = response_savings(pictures, 40.0, np.array([2.0, 6.0, 28.0, 35.0]))
    # The requests at 2 s and 6 s are answered at 20 s and 30 s; each of four weighs 10 s.
    assert saved.weight_s == 20.0
    assert saved.command_s == pytest.approx(10.0 * (18 + 24 - 18 - 14))
    assert saved.delivery_s == pytest.approx(10.0 * (18 + 24 - 8 - 24))


def test_a_request_at_the_first_instant_counts_where_it_can_still_be_commanded():
    pictures = answers_of((0, 3, 5, 9))
    saved = response_savings(pictures, 40.0, np.array([0.0, 1.0]))
    assert (saved.weight_s, saved.delivery_s) == (20.0, 20.0 * 4)
    assert response_savings(pictures, 40.0).weight_s == 0.0


def test_what_is_never_answered_saves_nothing():
    for pictures in (answers_of(), answers_of((-INF, 5, 5, 9)), answers_of((3, 5, 5, INF))):
        saved = response_savings(pictures, 40.0)
        assert saved == NOTHING_SAVED


@st.composite
def pictures(draw):
    rows = []
    for _ in range(draw(st.integers(0, 5))):
        begin = draw(st.integers(0, 40))
        latest = draw(st.one_of(st.just(-INF), st.integers(-3, begin)))
        taken = begin + draw(st.integers(0, 3))
        rows.append((latest, begin, taken, draw(st.one_of(st.just(INF), st.integers(taken, 60)))))
    return rows


def naive(rows, request, *, commanded, delivered, share=0.0):
    """The response to a request, from every picture that it could still command."""
    arrivals = [
        (taken if delivered else arrival - share * (arrival - taken) if arrival < INF else INF)
        for latest, begin, taken, arrival in rows
        if (begin if commanded else latest) >= request
    ]
    return min(arrivals, default=INF) - request


@given(pictures())
def test_savings_are_those_of_every_instant_taken_one_by_one(rows):
    # Corners lie at whole seconds, so the middle of each second is its mean.
    asked = [t + 0.5 for t in range(60)]
    answered = [t for t in asked if naive(rows, t, commanded=False, delivered=False) < INF]
    saved = response_savings(answers_of(*rows), 60.0)
    assert saved.weight_s == len(answered)

    def total(commanded, delivered, share=0.0):
        return sum(
            naive(rows, t, commanded=commanded, delivered=delivered, share=share) for t in answered
        )

    whole = total(False, False)
    assert saved.command_s == pytest.approx(whole - total(True, False))
    assert saved.delivery_s == pytest.approx(whole - total(False, True))
    assert saved.both_s == pytest.approx(whole - total(True, True))
    parts = (saved.contact_s, saved.queue_s, saved.sending_s, saved.forwarding_s)
    for part_s, share in zip(parts, SHARES, strict=True):
        assert part_s == pytest.approx(whole - total(False, False, share))
        assert -1e-9 <= part_s <= saved.delivery_s + 1e-9
    assert -1e-9 <= max(saved.command_s, saved.delivery_s) <= saved.both_s + 1e-9


@given(st.lists(pictures(), min_size=1, max_size=5))
def test_groups_of_targets_save_what_their_targets_save_alone(of_targets):
    # The first target is a group of its own, the others are one, and a third group has none.
    every = answers_of(*(row for rows in of_targets for row in rows))
    target = np.repeat(np.arange(len(of_targets)), [len(rows) for rows in of_targets])
    first = (0, 1, len(of_targets), len(of_targets))
    found = response_savings_of_groups(every, 60.0, target=target, first=first)
    alone = [response_savings(answers_of(*rows), 60.0) for rows in of_targets]
    sums = (alone[0], sum(alone[1:], NOTHING_SAVED), NOTHING_SAVED)
    for group, expected in zip(found, sums, strict=True):
        assert vars(group) == pytest.approx(vars(expected), abs=1e-9)
