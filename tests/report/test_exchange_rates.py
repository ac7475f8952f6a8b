"""The text of what equals a network."""

import math

import pandas as pd
import pytest

from simulator import report
from simulator.scenario import Relay
from simulator.worth import Exchange, Pattern

LATENCY, AGE = "latency_mean_h", "age_mean_h"


def figure(name, baseline, network, low=math.nan, high=math.nan):
    ends = {"baseline_low": low, "baseline_high": high}
    ends |= {"network_low": network, "network_high": network}
    row = {"figure": name, "baseline": baseline, "network": network}
    return row | ends | {"gain": baseline - network}


def rate(name, means, number=math.nan, value=math.nan, **more):
    row = {"figure": name, "means": means, "reached": not math.isnan(number), "number": number}
    row |= {"number_low": math.nan, "number_high": math.nan, "reached_draws_share": math.nan}
    row |= {"value": value, "larger_too": not math.isnan(number), "most": 24.0}
    row |= {"value_at_most": 1.0, "value_at_most_low": math.nan, "value_at_most_high": math.nan}
    return row | more


def found(figures, rates, draws=0):
    points = [
        {"means": row["means"], "number": n, "figure": row["figure"], "value": 1.0 / n}
        | {"low": math.nan, "high": math.nan}
        for row in rates
        for n in (1.0, 2.0)
    ]
    return Exchange(
        "helped",
        "home",
        "M",
        1,
        Relay(name="luch", longitude_deg=95.0),
        (Pattern(1), Pattern(2)),
        0.01,
        draws,
        "the orbit's phase",
        0.9,
        pd.DataFrame(figures),
        pd.DataFrame(rates),
        pd.DataFrame(points),
    )


def words(answer, **options):
    text = report.exchange_text(answer, **options)
    assert max(map(len, text.splitlines())) <= 80
    return " ".join(text.split())


PLANE = "satellites in 1 plane"


def test_the_answer_tells_the_smallest_numbers_and_what_is_never_reached():
    rates = [
        rate(LATENCY, PLANE),
        rate(LATENCY, "relays", 1.0, 0.2, most=6.0),
        rate(LATENCY, "Mbit/s", 2.89, 0.2, most=1e5),
    ]
    text = words(found([figure(LATENCY, 1.18, 0.25)], rates))
    assert text.startswith(
        "Latency, mean: 1.18 h with home, 15 min with helped. As good with home alone: 1 relay; or "
        "2.89 Mbit/s. Never as good: 24 satellites in 1 plane make it 1.00 h."
    )
    assert "The most tried: 24 satellites in 1 plane and 6 relays." in text
    assert "draws" not in text


def test_of_several_figures_those_never_reached_are_named():
    rates = [rate(LATENCY, PLANE), rate(AGE, PLANE, 2.0, 0.4)]
    text = words(found([figure(LATENCY, 1.18, 0.25), figure(AGE, 1.0, 0.5)], rates))
    assert (
        "No number of satellites up to 24 gives as much as helped in 1 of the 2 figures that it "
        "betters: latency, mean." in text
    )


def test_a_star_tells_that_a_larger_number_is_not_enough():
    one = [figure(AGE, 1.0, 0.5)]
    starred = words(found(one, [rate(AGE, PLANE, 2.0, 0.4, larger_too=False)]))
    assert "2 * 24 min" in starred
    assert "* not with every larger number tried" in starred
    assert "*" not in words(found(one, [rate(AGE, PLANE, 2.0, 0.4)]))


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (2.0, 4.0, "3 (2 to 4)"),
        (2.0, math.nan, "3 (2 to never)"),
        (3.0, 3.0, "plane 3 24 min"),
        (2.0, 2.0, "3 (2 in draws)"),
    ],
)
def test_a_range_is_over_draws_and_may_end_in_never(low, high, shown):
    row = rate(
        AGE, PLANE, 3.0, 0.4, number_low=low, number_high=high, reached_draws_share=0.8,
        value_at_most_low=0.5, value_at_most_high=0.9,
    )  # fmt: skip
    text = words(found([figure(AGE, 1.0, 0.5, 0.9, 1.1)], [row], draws=20))
    assert shown in text
    assert "1.00 h (30 to 54 min)" in text
    assert "Ranges hold 90 % of 20 draws" in text


def test_what_brings_no_gain_has_nothing_to_equal():
    text = words(found([figure(AGE, 1.0, 1.0)], [rate(AGE, PLANE, 1.0, 1.0)]))
    assert text.startswith("helped gives nothing that home has not")
    assert "no gain" in text


def test_in_full_every_number_tried_is_shown():
    rates = [rate(AGE, PLANE, 2.0, 0.5)]
    assert "Satellites in 1 plane age, mean" in words(
        found([figure(AGE, 1.0, 0.5)], rates), full=True
    )
