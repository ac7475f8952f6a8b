"""The map of where one more station would help."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from simulator import maps
from simulator.results import Answered

LATITUDE, LONGITUDE = np.linspace(30.0, 48.0, 10), np.linspace(112.0, 136.0, 13)
STATIONS = pd.DataFrame([{"station": "pgscc", "latitude_deg": 39.0, "longitude_deg": 125.7}])
BEST = pd.DataFrame(
    [
        {"country": "Russia", "latitude_deg": 48.0, "longitude_deg": 134.0, "gain": 0.5},
        {"country": "", "latitude_deg": 40.0, "longitude_deg": 120.0, "gain": 0.25},
    ]
)


def grid(figure, gains):
    shape = (len(LATITUDE), len(LONGITUDE))
    return xr.Dataset(
        {
            "cell_area_km2": (("lat", "lon"), np.ones(shape)),
            "in_region": (("lat", "lon"), np.ones(shape, dtype=bool)),
            f"gain_{figure}": (("lat", "lon"), np.broadcast_to(gains, shape).copy()),
        },
        coords={"lat": LATITUDE, "lon": LONGITUDE},
    )


def drawn(figure="latency_mean_h", gains=None, best=BEST, **options):
    gains = np.linspace(0.0, 0.5, len(LONGITUDE)) if gains is None else gains
    return maps.draw_siting(
        grid(figure, gains),
        figure,
        best.rename(columns={"gain": figure}),
        STATIONS,
        region="Korea",
        baseline="dprk",
        with_baseline=1.18,
        title="Small",
        foot="SGP4",
        **options,
    )


def words(drawing):
    texts = [text.get_text() for text in drawing.texts]
    for axes in drawing.axes:
        texts += [text.get_text() for text in axes.texts]
    texts += [text.get_text() for legend in drawing.legends for text in legend.get_texts()]
    return " ".join(" ".join(texts).replace("\xa0", " ").split())


def test_the_heading_says_where_the_most_is_gained_and_the_map_names_the_best_places():
    text = words(drawn())
    assert "One more station in Russia takes up to 30 min off the mean time from picture" in text
    assert "1.18 h with dprk alone" in text
    assert "Russia: 30 min" in text
    assert "at sea: 15 min" in text
    assert "station of dprk" in text
    # One column of cells has no gain.
    assert "no gain" in text
    assert "takes up to" not in words(drawn(choice=maps.Choice(titled=False)))


def test_gains_are_read_in_the_unit_that_suits():
    labels = [axes.get_xlabel() for axes in drawn().axes]
    assert "gain, minutes" in labels
    more = drawn("offered_gbit_per_day", np.linspace(1.0, 9.0, len(LONGITUDE)))
    assert "gain, Gbit/day" in [axes.get_xlabel() for axes in more.axes]
    assert "Could be sent: one more station in Russia adds up to 0.500 Gbit/day" in words(more)
    share = drawn("delivered_within_1h_share")
    assert "gain, per cent of all pictures" in [axes.get_xlabel() for axes in share.axes]
    assert "Russia: 50.0 %" in words(share)


def test_cells_have_the_colours_of_their_gains():
    (painted,) = [
        mesh for axes in drawn().axes for mesh in axes.collections if mesh.get_array() is not None
        and np.size(mesh.get_array()) == len(LATITUDE) * len(LONGITUDE)
    ]  # fmt: skip
    values = np.ma.filled(np.ma.asarray(painted.get_array()), np.nan).reshape(
        len(LATITUDE), len(LONGITUDE)
    )
    # In minutes, and without a colour where nothing is gained.
    assert values[0, 1:] == pytest.approx(30.0 * np.arange(1, len(LONGITUDE)) / 12)
    assert np.isnan(values[:, 0]).all()


def test_losses_have_other_colours_and_none_at_all_is_said():
    loss = drawn(gains=np.linspace(-0.5, 0.5, len(LONGITUDE)))
    assert loss is not None
    nothing = drawn(gains=0.0, best=BEST.head(0))
    assert "one more station gains nothing anywhere here" in words(nothing)
    assert "One more station here adds nothing to the mean time" in words(nothing)


def test_an_answer_has_a_map_for_each_figure_asked_for_that_gains():
    gains = np.linspace(0.0, 0.5, len(LONGITUDE))
    latitude, longitude = (part.ravel() for part in np.meshgrid(LATITUDE, LONGITUDE, indexing="ij"))
    cells = {
        "latitude_deg": latitude,
        "longitude_deg": longitude,
        "country": np.where(latitude > 40.0, "Russia", ""),
        "latency_mean_h": np.tile(gains, len(LATITUDE)),
        "age_mean_h": 0.0,
    }
    figures = ["latency_mean_h", "age_mean_h"]
    own = pd.DataFrame({"figure": figures, "value": [1.18, 50.0]})
    station = 'name = "pgscc", latitude_deg = 39.0, longitude_deg = 125.7'
    answered = Answered(
        command="siting",
        asked={"region": "Korea", "baseline": "dprk", "figures": figures},
        text="",
        scenario_toml=f'[[networks]]\nname = "dprk"\nstations = [{{{station}}}]\n',
        title="Small",
        question="",
        start=datetime(2023, 12, 1, tzinfo=UTC),
        days=3.0,
        source_line="SGP4",
        provenance={},
        tables={"baseline_figures": own, "cells": pd.DataFrame(cells)},
        grids={"Korea": grid("latency_mean_h", gains)},
    )
    assert list(maps.answer_drawings(answered)) == ["latency_mean_h"]
    text = words(maps.answer_drawing(answered, "latency_mean_h"))
    assert "Russia: 30 min" in text
    assert "at sea: 30 min" in text
    assert "station of dprk" in text
