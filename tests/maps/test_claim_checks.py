"""Drawings of published statements: what they say and where their marks stand."""

import math

import numpy as np
import pandas as pd
import pytest

from simulator import maps

DAYS = [0.5, 3.0, 4.0, 7.0]


def residuals(checks=1):
    rows = [
        {
            "claim": "one",
            "check": check,
            "of": f"pictured_place_{number}",
            "after_days": day,
            "late_s": 10.0 + 6.0 * day,
            "own_late_s": 6.0 * day,
        }
        for check in range(checks)
        for number, day in enumerate(DAYS[check:])
    ]
    return pd.DataFrame(rows)


def number(claim, quantity, value, low=math.nan):
    row = {"claim": claim, "check": 0, "kind": "home-before", "quantity": quantity}
    return {**row, "value": value, "low": low, "high": value, "unit": "Mbit/s"}


def numbers():
    rows = []
    for claim, rate, low in (("rome", 0.04, 0.02), ("strip", 12.0, 8.0), ("guam", math.nan, 3.0)):
        rows += [
            number(claim, "home after, at 2 Mbit/s", 1.0),
            number(claim, "rate needed, dprk", rate, low),
            number(claim, "rate needed, dprk+russia", 0.01),
        ]
    return pd.DataFrame(rows)


def heading(drawing):
    return drawing.texts[0].get_text().replace("\n", " ").replace("\xa0", " ")


def test_residuals_stand_at_their_days_with_fits_through_them():
    drawing = maps.draw_residuals(residuals(checks=2))
    assert heading(drawing) == (
        "4 instants are within 52 s of one orbit, whose passes come 6.0 s a day later"
    )
    lines = {line.get_label(): line for line in drawing.axes[0].lines}
    assert lines["orbit as checked"].get_xdata() == pytest.approx(DAYS)
    assert lines["orbit as checked"].get_ydata() == pytest.approx([13.0, 28.0, 34.0, 52.0])
    assert lines["orbit as in the catalogue"].get_ydata() == pytest.approx([3.0, 18.0, 24.0, 42.0])
    at, fit = lines["linear fit: height"].get_data()
    assert fit == pytest.approx(10.0 + 6.0 * np.asarray(at))
    assert "place 0" in [text.get_text() for text in drawing.axes[0].texts]


def test_rates_are_those_of_the_first_network_and_the_horizon_stands_for_none():
    drawing = maps.draw_rates(numbers())
    assert heading(drawing) == (
        "1 of 3 pictures could be home in time at the rate assumed, but not strip and guam"
    )
    texts = [text.get_text() for text in drawing.axes[0].texts]
    assert texts == ["0.0400", "12.0", "3.00, horizon only"]
    names = [label.get_text() for label in drawing.axes[0].get_yticklabels()]
    assert names == ["rome", "strip", "guam"]
