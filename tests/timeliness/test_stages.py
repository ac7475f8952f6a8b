"""Delays: a case on paper, stages that add up, agreement with the response they split."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.delivery import DELIVERED, Crosslinks, Pictures, Plan, deliver
from simulator.timeliness.sawtooth import (
    latest_command_s,
    response_to_requests,
    system_response,
)
from simulator.timeliness.stages import (
    CommandWait,
    latency_delays,
    response_delays,
    response_delays_of_groups,
)

INF = float("inf")


def plan_of(*rows):
    table = np.array(rows, dtype=float).reshape(-1, 6)
    return Plan(table[:, 0].astype(int), table[:, 1].astype(int), *table[:, 2:].T)


def pictures_of(*rows):
    table = np.array(rows, dtype=float).reshape(-1, 3)
    return Pictures(table[:, 0].astype(int), table[:, 1], table[:, 2])


def test_stages_of_two_pictures_on_paper():
    # Contact [10, 40) at 1 bit/s, 5 s to headquarters. Picture 0, 20 bits at 0 s: 10 s without
    # contact, sent in [10, 30). Picture 1, 10 bits at 4 s: 6 s without contact, 20 s behind the
    # first, sent in [30, 40). Both 5 s forwarded.
    plan, pictures = plan_of((0, 0, 10, 40, 1, 5)), pictures_of((0, 0, 20), (0, 4, 10))
    stages = latency_delays(
        plan, pictures, deliver(plan, pictures, recorder_bits=[INF], span_s=100)
    )
    assert stages.contact_s.tolist() == [10, 6]
    assert stages.queue_s.tolist() == [0, 20]
    assert stages.sending_s.tolist() == [20, 10]
    assert stages.forwarding_s.tolist() == [5, 5]


def test_stages_of_a_picture_passed_on_to_another_satellite():
    # 10 bits at 0 s on satellite 0, which never meets the ground. Crosslink in [5, 20) at 1 bit/s:
    # 5 s of waiting, sent in [5, 15); satellite 1 meets the ground in [18, 40) at 2 bit/s: 3 s of
    # waiting, sent in [18, 23).
    plan, pictures = plan_of((1, 0, 18, 40, 2, 0)), pictures_of((0, 0, 10))
    across = Crosslinks(*np.array([[0], [1]]), *np.array([[5.0], [20.0], [1.0]]))
    delivered = deliver(plan, pictures, recorder_bits=[INF, INF], span_s=100, crosslinks=across)
    assert delivered.delivered_s.tolist() == [23] and delivered.hops.tolist() == [1]
    stages = latency_delays(plan, pictures, delivered, across)
    assert stages.contact_s.tolist() == [8]
    assert stages.queue_s.tolist() == [0]
    assert stages.sending_s.tolist() == [15]


def test_stages_of_two_pictures_passed_on_in_parts():
    # Crosslink in [5, 10) and [12, 40), satellite 1 meets the ground in [50, 99), all at 1 bit/s.
    # Picture 0, 8 bits: over in [5, 10) and [12, 15), down in [50, 58): 7 and 35 s of waiting.
    # Picture 1, 4 bits: over in [15, 19), behind the first for 8 s, and again down in [58, 62).
    plan, pictures = plan_of((1, 0, 50, 99, 1, 0)), pictures_of((0, 0, 8), (0, 0, 4))
    across = Crosslinks(
        np.zeros(2, int), np.ones(2, int), np.array([5.0, 12.0]), np.array([10.0, 40.0]), np.ones(2)
    )
    delivered = deliver(plan, pictures, recorder_bits=[INF, INF], span_s=100, crosslinks=across)
    assert delivered.delivered_s.tolist() == [58, 62]
    stages = latency_delays(plan, pictures, delivered, across)
    assert stages.contact_s.tolist() == [42, 38]
    assert stages.queue_s.tolist() == [0, 16]
    assert stages.sending_s.tolist() == [16, 8]


def test_stages_of_the_response_on_paper():
    # Commands in [10, 20) and [50, 60), a picture at 30 s, delivered at 45: requests up to 20 s
    # wait (10 s squared) / 2 for the command, 15 s each for the delivery, 45 s less their own
    # instant in all. A second target: a picture at 55 s, delivered at 56, for requests up to 55 s.
    waits = [CommandWait([(10, 20), (50, 60)])]
    first = response_delays(
        np.array([20.0]), pictures_of((0, 30, 1)), np.array([45.0]), waits, 100.0
    )
    stages = (first.command_s, first.collection_s, first.delivery_s, first.weight_s)
    assert stages == (50.0, 350.0, 300.0, 20.0)
    second = response_delays(
        np.array([55.0]), pictures_of((0, 55, 1)), np.array([56.0]), waits, 100.0
    )
    stages = (second.command_s, second.collection_s, second.delivery_s, second.weight_s)
    assert stages == (50.0 + 450.0, 56.0 * 55.0 - 55.0**2 / 2.0 - 500.0 - 55.0, 55.0, 55.0)
    both = first + second
    stages = (both.command_s, both.collection_s, both.delivery_s, both.weight_s)
    assert stages == (550.0, 350.0 + 1_012.5, 355.0, 75.0)
    groups = response_delays_of_groups(
        np.array([20.0, 55.0]),
        pictures_of((0, 30, 1), (0, 55, 1)),
        np.array([45.0, 56.0]),
        waits,
        100.0,
        target=np.array([0, 2]),
        first=(0, 1, 2, 3),
    )
    assert (groups[0], groups[1].weight_s, groups[2]) == (first, 0.0, second)


window = st.tuples(st.integers(0, 90), st.integers(1, 25))
row = st.tuples(
    st.integers(0, 1), st.integers(0, 2), window, st.integers(1, 4), st.integers(0, 20)
).map(lambda r: (r[0], r[1], r[2][0], r[2][0] + r[2][1], r[3], r[4]))
picture = st.tuples(st.integers(0, 1), st.integers(0, 90), st.integers(1, 30))
crossing = st.tuples(st.integers(0, 1), window, st.integers(1, 4))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(row, max_size=8),
    st.lists(picture, min_size=1, max_size=6),
    st.lists(crossing, max_size=4),
)
def test_stages_add_up_to_the_latency_and_none_is_negative(rows, looks, crossings):
    plan, pictures = plan_of(*rows), pictures_of(*looks)
    across = Crosslinks(
        np.array([c[0] for c in crossings], dtype=int),
        np.array([1 - c[0] for c in crossings], dtype=int),
        *np.array([(c[1][0], sum(c[1]), c[2]) for c in crossings], float).reshape(-1, 3).T,
    )
    delivered = deliver(plan, pictures, recorder_bits=[INF, INF], span_s=100, crosslinks=across)
    stages = latency_delays(plan, pictures, delivered, across)
    parts = np.stack([stages.contact_s, stages.queue_s, stages.sending_s, stages.forwarding_s])
    arrived = delivered.status == DELIVERED
    assert parts[:, arrived].sum(axis=0) == pytest.approx(
        (delivered.delivered_s - pictures.taken_s)[arrived], abs=1e-6
    )
    assert (parts[:3, arrived] >= -1e-6).all()
    assert np.isnan(parts[:, ~arrived]).all()


def response_case(draw_windows, looks, delays):
    latest, waits = np.full(len(looks), -INF), []
    pictures = Pictures(
        np.array([t[0] for t in looks]), np.array([float(t[1]) for t in looks]), np.ones(len(looks))
    )
    delivered_s = pictures.taken_s + np.array(delays[: len(looks)], dtype=float)
    for satellite in (0, 1):
        rows = np.array([(w[0], sum(w)) for s, w in draw_windows if s == satellite], float).reshape(
            -1, 2
        )
        waits.append(CommandWait(rows))
        of_satellite = pictures.satellite == satellite
        latest[of_satellite] = latest_command_s(pictures.taken_s[of_satellite], rows, 0.0)
    return latest, pictures, delivered_s, waits


cases = (
    st.lists(st.tuples(st.integers(0, 1), window), max_size=6),
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 99)), min_size=1, max_size=6),
    st.lists(st.integers(0, 30), min_size=6, max_size=6),
)


@settings(max_examples=150, deadline=None)
@given(*cases)
def test_stages_of_the_response_add_up_to_its_mean(windows, looks, delays):
    latest, pictures, delivered_s, waits = response_case(windows, looks, delays)
    whole = system_response(latest, delivered_s, 100.0)
    parts = response_delays(latest, pictures, delivered_s, waits, 100.0)
    assert parts.weight_s == pytest.approx(whole.defined_s, abs=1e-6)
    total = parts.command_s + parts.collection_s + parts.delivery_s
    assert total == pytest.approx((whole.mean_s or 0.0) * whole.defined_s, abs=1e-6)
    assert min(parts.command_s, parts.collection_s, parts.delivery_s) >= -1e-6


@settings(max_examples=80, deadline=None)
@given(*cases)
def test_requests_at_many_single_instants_come_to_the_mean_over_all(windows, looks, delays):
    latest, pictures, delivered_s, waits = response_case(windows, looks, delays)
    requests = np.arange(2000) * 0.05 + 0.025
    parts = response_delays(latest, pictures, delivered_s, waits, 100.0)
    sampled_parts = response_delays(latest, pictures, delivered_s, waits, 100.0, requests)
    sampled = response_to_requests(requests, latest, delivered_s, 100.0)
    assert sampled_parts.weight_s == pytest.approx(sampled.defined_s)
    assert sampled_parts.command_s == pytest.approx(parts.command_s, abs=20)
    assert sampled_parts.collection_s == pytest.approx(parts.collection_s, abs=20)
    assert sampled_parts.delivery_s == pytest.approx(parts.delivery_s, abs=10)


def test_single_requests_get_the_earliest_picture_they_can_still_command():
    # Commands until 30 and 80 s, deliveries at 50 and 90 s: requests at 10 and 60 s wait 40 and
    # 30 s, the one at 85 s finds no answer.
    responses = response_to_requests(
        np.array([10.0, 60.0, 85.0]), np.array([30.0, 80.0]), np.array([50.0, 90.0]), 90.0
    )
    assert sorted(responses.high_s.tolist()) == [30, 40]
    assert responses.undefined_share == pytest.approx(1 / 3)


def test_a_request_at_the_first_instant_has_its_stages():
    waits = [CommandWait(np.array([[0.0, 50.0]]))]
    pictures = pictures_of((0, 5, 20))
    for asked_s, weight_s in ((np.array([0.0, 1.0]), 45.0), (None, 0.0)):
        stages = response_delays(
            np.array([0.0]), pictures, np.array([9.0]), waits, 90.0, requests_s=asked_s
        )
        assert stages.weight_s == weight_s
        assert (stages.command_s, stages.delivery_s) == (0.0, 4 * weight_s)
        assert stages.collection_s == 5 * weight_s
