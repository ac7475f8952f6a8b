"""The drawing of what equals a network."""

import math
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from simulator import maps
from simulator.results import Answered

FIGURE = "latency_mean_h"


def rows(means, values, first=1.0):
    return [
        {
            "means": means,
            "number": first + n,
            "figure": FIGURE,
            "value": value,
            "low": value - 0.05,
            "high": value + 0.05,
        }
        for n, value in enumerate(values)
    ]


POINTS = pd.DataFrame(
    [
        *rows("satellites in 1 plane", [1.2, 1.1, 1.0]),
        *rows("satellites in 2 planes", [0.9, 0.4, 0.3], first=2.0),
        *rows("relays", [1.2, 0.1], first=0.0),
        *rows("Mbit/s", [1.2, 0.6, 0.4], first=2.0),
        {"means": "Mbit/s", "number": 1e5, "figure": FIGURE, "value": 0.01, "low": 0, "high": 0},
    ]
)
NETWORKS = pd.DataFrame(
    [
        {"figure": FIGURE, "baseline": 1.2, "baseline_low": 1.0, "baseline_high": 1.3}
        | {"network": 0.5, "network_low": 0.45, "network_high": 0.55}
    ]
)


def smallest(one=math.nan, two=3.0, relays=1.0, rate=4.0):
    means = ("satellites in 1 plane", "satellites in 2 planes", "relays", "Mbit/s")
    numbers = (one, two, relays, rate)
    return pd.DataFrame(
        [{"figure": FIGURE, "means": m, "number": n} for m, n in zip(means, numbers, strict=True)]
    )


def drawn(points=POINTS, found=None, networks=NETWORKS, **options):
    return maps.draw_exchange(
        points,
        smallest() if found is None else found,
        networks,
        FIGURE,
        network="helped",
        baseline="home",
        title="Small",
        foot="SGP4",
        **options,
    )


def heading(drawing):
    return drawing.texts[0].get_text().replace("\n", " ").replace("\xa0", " ")


def test_the_heading_has_the_smallest_number_of_each_means():
    assert heading(drawn()).endswith("3 satellites, 1 relay or 4.00 Mbit/s equal helped")
    one = smallest(two=math.nan, rate=math.nan)
    assert heading(drawn(found=one)).endswith("headquarters: 1 relay equals helped")
    none = smallest(two=math.nan, rate=math.nan, relays=math.nan)
    assert heading(drawn(found=none)).endswith("nothing tried equals helped")


def test_lines_are_the_values_tried_and_the_networks_lines_across():
    drawing = drawn()
    assert [axes.get_xlabel() for axes in drawing.axes] == [
        "satellites", "relays added", "Mbit/s of each link",
    ]  # fmt: skip
    first = drawing.axes[0]
    lines = [line.get_ydata() for line in first.lines]
    # Below two hours axes are in minutes.
    assert [list(map(float, line)) for line in lines[:2]] == [[72.0, 72.0], [30.0, 30.0]]
    assert lines[2] == pytest.approx([72.0, 66.0, 60.0])
    assert lines[3] == pytest.approx([54.0, 24.0, 18.0])
    # The smallest that is enough is ringed, and its number stands beside it.
    assert [text.get_text() for text in first.texts] == ["3"]
    assert [float(lines[4][0])] == pytest.approx([24.0])


def test_a_rate_without_limit_has_no_line_that_leads_to_it():
    axes = drawn().axes[2]
    ends = [np.max(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) > 2]
    assert ends == [4.0]
    assert axes.get_xlim()[1] < 1_000.0


def test_an_answer_has_a_drawing_for_each_figure_that_gains():
    same = NETWORKS.assign(figure="age_mean_h", network=1.2)
    figures = pd.concat([NETWORKS, same], ignore_index=True)
    answered = Answered(
        command="exchange",
        asked={
            "network": "helped",
            "baseline": "home",
            "draws": 20,
            "drawn": "the orbit's phase",
            "interval": 0.9,
        },
        text="",
        scenario_toml="",
        title="Small",
        question="",
        start=datetime(2023, 12, 1, tzinfo=UTC),
        days=3.0,
        source_line="SGP4 (WGS72)",
        provenance={},
        tables={
            "figures": figures.assign(gain=figures["baseline"] - figures["network"]),
            "rates": smallest(),
            "points": POINTS,
        },
    )
    assert list(maps.answer_drawings(answered)) == [FIGURE]
    drawing = maps.answer_drawing(answered, FIGURE)
    assert heading(drawing) == heading(drawn())
    assert drawing.texts[-1].get_text() == (
        "Ranges hold 90 % of 20 draws. 2023-12-01 00:00 to 2023-12-04 00:00 UTC (3 days). "
        "SGP4 (WGS72)"
    )


def test_without_draws_there_is_no_band():
    plain = POINTS.assign(low=math.nan, high=math.nan)
    ends = NETWORKS.assign(**{c: math.nan for c in NETWORKS if c.endswith(("_low", "_high"))})
    note = drawn(plain, networks=ends).texts[1].get_text()
    assert "range" not in note
    assert "range" in drawn().texts[1].get_text()
    assert drawn(titled=False).texts[0].get_text() == "SGP4"
