"""The drawing of a ladder: a panel a figure, a mark a rung, whatever numbers there are."""

import numpy as np
import pandas as pd
import pytest

from simulator import maps


def frame(figures, values, *, wide=0.0):
    """Return the rows of figures with the same values at each rung."""
    rows = [
        {
            "figure": figure,
            "rung": rung,
            "step": f"step {rung}",
            "value": value,
            "value_low": value * (1.0 - wide) if wide else np.nan,
            "value_high": value * (1.0 + wide) if wide else np.nan,
            "matters": rung == 2,
        }
        for figure in figures
        for rung, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


def marks(axes):
    """Return the values and rungs that are marked, those that matter and those that do not."""
    return [(line.get_xdata(), line.get_ydata()) for line in axes.lines if line.get_marker() == "o"]


def test_each_figure_has_a_panel_with_a_mark_for_each_rung():
    names = ["latency_mean_h", "age_mean_h", "best_gsd_m", "accesses_per_day"]
    drawing = maps.draw_ladder(frame(names, [4.0, 3.0, 1.0], wide=0.1), heading="What it adds")
    assert len(drawing.axes) == 4
    for axes in drawing.axes:
        (full_x, full_y), (hollow_x, hollow_y) = marks(axes)
        assert (list(full_x), list(full_y)) == ([1.0], [2])
        assert (list(hollow_x), list(hollow_y)) == ([4.0, 3.0], [0, 1])
    assert drawing.texts[0].get_text() == "What it adds"
    # Steps are named at the first of each row of panels.
    named = [len(axes.get_yticklabels()) == 3 for axes in drawing.axes]
    assert named == [True, False, False, True]


def test_values_far_apart_get_a_logarithmic_axis_and_others_begin_at_nothing():
    drawing = maps.draw_ladder(frame(["latency_mean_h"], [10.0, 5.0, 0.01]))
    assert drawing.axes[0].get_xscale() == "log"
    drawing = maps.draw_ladder(frame(["latency_mean_h"], [10.0, 5.0, 2.0]))
    assert drawing.axes[0].get_xscale() == "linear"
    assert drawing.axes[0].get_xlim()[0] == 0.0


@pytest.mark.parametrize("values", [[np.nan, np.nan, 2.0], [np.nan] * 3, [0.0, 0.0, 0.0]])
def test_a_rung_without_the_figure_says_so(values):
    drawing = maps.draw_ladder(frame(["latency_mean_h"], values))
    said = [text.get_text() for text in drawing.axes[0].texts]
    assert said.count("none") == int(np.isnan(values).sum())
    assert len(said) == 3


def test_the_same_ladder_is_drawn_with_the_same_bytes(tmp_path):
    made = frame(["latency_mean_h"], [4.0, 3.0, 1.0], wide=0.2)
    files = [maps.save(maps.draw_ladder(made), tmp_path / f"{n}.png") for n in range(2)]
    assert files[0].read_bytes() == files[1].read_bytes()
