"""The words of a ladder: where it leads, what first matters, what its order hides."""

import numpy as np
import pandas as pd
import pytest

from simulator import report
from simulator.worth import Ladder


def ladder(values, shapley, *, figure="latency_mean_h", matters=(), draws=0, error=0.0, needs=""):
    """Return a ladder of one figure, from its values at each rung and the Shapley values."""
    steps = ["before any step", *(f"step {number}" for number in range(1, len(values)))]
    changes = [np.nan, *np.diff(values)]
    rows = [
        {
            "figure": figure,
            "rung": rung,
            "step": step,
            "value": values[rung],
            "value_low": values[rung] - 0.1 if draws else np.nan,
            "value_high": values[rung] + 0.1 if draws else np.nan,
            "change": changes[rung],
            "change_low": changes[rung] - 0.1 if draws else np.nan,
            "change_high": changes[rung] + 0.1 if draws else np.nan,
            "matters": rung in matters,
            "shapley": [np.nan, *shapley][rung],
            "error": error if rung else np.nan,
            "is_exact": not error or not rung,
        }
        for rung, step in enumerate(steps)
    ]
    sizes = np.abs(np.diff(values))
    one = {
        "figure": figure,
        "first": values[0],
        "last": values[-1],
        "change": values[-1] - values[0],
        "change_low": np.nan,
        "change_high": np.nan,
        "first_step": steps[min(matters)] if matters else "",
        "greatest_change": steps[int(np.argmax(sizes)) + 1] if sizes.any() else "",
        "greatest_shapley": steps[1],
    }
    told = {"date": "", "confidence": "assumed", "source": "", "note": ""}
    rungs = [
        {"rung": rung, "step": step, "network": "home", **told, "needs": needs if rung == 2 else ""}
        for rung, step in enumerate(steps)
    ]
    frames = map(pd.DataFrame, (rungs, rows, [one]))
    return Ladder(draws, "the orbit's phase", 0.9, *frames)


def words(found, **options):
    return " ".join(report.ladder_text(found, **options).split())


def test_it_says_where_it_leads_and_which_step_matters_first():
    text = words(ladder([3.0, 3.0, 1.0], [0.0, -2.0], matters=(2,)))
    assert text.startswith(
        "The 2 steps together take the mean time from picture to headquarters from 3.00 h to "
        "1.00 h (most by step 2: -2.00 h). The first step that matters is step 2 for mean latency."
    )
    assert "The order hides" not in text
    assert "every set of steps was tried" in text


def test_it_says_what_the_order_hides():
    text = words(ladder([3.0, 1.0, 1.0], [-1.0, -1.0], matters=(1,), needs="step 1"))
    assert (
        "The order hides that step 1 changes mean latency by -1.00 h on average over all orders of "
        "the steps, where it changes it by -2.00 h in its place." in text
    )
    assert "step 2 is without effect before step 1." in text


def test_ranges_are_shown_with_draws_and_errors_where_orders_are_sampled():
    found = ladder([3.0, 1.0], [-2.0], matters=(1,), draws=20, error=0.25)
    text = words(found)
    assert "The one step takes the mean time" in text
    assert "-2.10 h to -1.90 h" in text and "90 % of 20 draws" in text
    assert "orders are sampled, the standard errors are in --full" in text
    full = report.ladder_text(found, full=True)
    assert "error" in full and "15 min" in full


def test_steps_that_change_nothing_are_said_to_change_nothing():
    assert words(ladder([3.0, 3.0], [0.0])).startswith("The one step changes none of the figures.")
    text = words(ladder([3.0, 3.0, 3.0], [0.0, 0.0]))
    assert text.startswith("The 2 steps together change none of the figures.")
    text = words(ladder([3.0, 2.9], [-0.1]))
    assert "No step changes any figure beyond chance." in text


@pytest.mark.parametrize(
    ("values", "heading"),
    [
        (
            [3.0, 1.0],
            "mean time from picture to headquarters: 3.00 h before any step, 1.00 h after all, "
            "most changed by step 1",
        ),
        ([3.0, 3.0], "No step changes any figure"),
    ],
)
def test_a_heading_is_of_the_figure_that_leads(values, heading):
    found = ladder(values, np.diff(values))
    assert report.ladder_headline(found.figures) == heading
