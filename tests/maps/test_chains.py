"""The drawing of the chain to a picture that is acted on in time."""

from dataclasses import replace

import pandas as pd
import pytest

from simulator import maps
from tests.made_run import NETWORKS, RUN, drawn, written


def bars(figure):
    return figure.axes[1].patches


def test_a_bar_stands_for_every_link_and_every_network():
    figure = drawn("actionable")
    assert len(bars(figure)) == 4 + len(NETWORKS)
    for words in ("could be looked at", "imaged", "good enough", "free of clouds", "for 12 h"):
        assert words in written(figure)


def test_bars_are_the_means_of_the_targets_at_the_usual_stay():
    own = RUN.actionable[RUN.actionable["stay_h"] == 12.0]
    widths = [bar.get_width() for bar in bars(drawn("actionable"))]
    assert widths[0] == pytest.approx(own["looked_at_share"].mean())
    for width, network in zip(widths[4:], NETWORKS, strict=True):
        mean = own.loc[own["network"] == network, "actionable_share"].mean()
        assert width == pytest.approx(mean)


def test_a_stay_that_not_all_targets_have_is_not_drawn():
    table = RUN.actionable
    alone = table[(table["target"] == "T0") & (table["stay_h"] == 3.0)].assign(stay_h=5.0)
    build, _ = maps.DRAWINGS["actionable"]
    figure = build(replace(RUN, actionable=pd.concat([table, alone])), maps.Choice())
    for line in figure.axes[0].lines:
        assert line.get_xdata().tolist() == [1.0, 3.0, 12.0, 24.0, 72.0]


def test_links_that_take_nothing_away_have_no_bar():
    table = RUN.actionable.assign(
        good_enough_share=RUN.actionable["imaged_share"],
        cloud_free_share=RUN.actionable["imaged_share"],
    )
    build, _ = maps.DRAWINGS["actionable"]
    figure = build(replace(RUN, actionable=table), maps.Choice())
    assert len(bars(figure)) == 2 + len(NETWORKS)
    assert "good enough" not in written(figure)


def test_a_run_without_such_a_table_has_no_such_drawing():
    assert "actionable" in maps.available(RUN)
    assert "actionable" not in maps.available(replace(RUN, actionable=RUN.actionable.iloc[:0]))


def test_where_there_is_no_such_table_the_drawing_says_so():
    build, _ = maps.DRAWINGS["actionable"]
    figure = build(replace(RUN, actionable=RUN.actionable.iloc[:0]), maps.Choice())
    assert "no target" in written(figure)
