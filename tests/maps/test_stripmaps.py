"""The map of strips shows the strips of the days it names, whole and in their places."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch

from simulator import maps
from simulator.errors import InputError
from simulator.maps import stripmaps
from tests.made_run import FIJI, RUN, laid_out, made_run, written


def strip_patches(figure):
    legend = figure.legends[0].get_patches()
    colours = {to_hex(patch.get_facecolor()) for patch in legend}
    axes = figure.axes[0]
    patches = [patch for patch in axes.patches if isinstance(patch, PathPatch)]
    return [patch for patch in patches if to_hex(patch.get_facecolor()) in colours]


def test_each_strip_of_the_days_named_is_drawn_once():
    figure = laid_out(stripmaps.strips(RUN, maps.Choice()))
    assert len(strip_patches(figure)) == 8
    assert "8 strips imaged in 4 days" in written(figure)
    assert "day 1: 23 Aug 2023" in written(figure)


def test_one_day_shows_its_own_strips_alone():
    figure = laid_out(stripmaps.strips(RUN, maps.Choice(day=date(2023, 8, 24))))
    assert len(strip_patches(figure)) == 2
    assert "2 strips imaged in 1 day" in written(figure)


def test_a_day_outside_the_run_is_refused():
    with pytest.raises(InputError, match="2024-01-01 lies outside the run"):
        stripmaps.strips(RUN, maps.Choice(day=date(2024, 1, 1)))


def test_a_strip_over_the_antimeridian_stays_whole():
    run = made_run(bounds=FIJI, step_deg=1.0)
    jumping = (run.strip_edges[["left_longitude_deg", "right_longitude_deg"]] + 180.0) % 360 - 180
    figure = laid_out(stripmaps.strips(run, maps.Choice()))
    turned = replace(run, strip_edges=run.strip_edges.assign(**jumping))
    again = laid_out(stripmaps.strips(turned, maps.Choice()))
    for strip, repeat in zip(strip_patches(figure), strip_patches(again), strict=True):
        ours, theirs = (np.ptp(p.get_path().vertices[:, 0]) for p in (strip, repeat))
        assert ours == pytest.approx(theirs, rel=1e-6)
        assert ours < 5.0


def test_a_strip_whose_edge_leaves_the_earth_is_cut_there():
    edges = RUN.strip_edges.copy()
    edges.loc[edges["strip"].eq(0) & edges.index.isin([4]), "left_latitude_deg"] = np.nan
    figure = laid_out(stripmaps.strips(replace(RUN, strip_edges=edges), maps.Choice()))
    assert len(strip_patches(figure)) == 9


def test_only_regions_with_strips_are_offered():
    assert maps.regions(RUN, "strips") == ["korean_peninsula"]
    assert maps.regions(RUN, "coverage") == ["korean_peninsula"]
    assert maps.regions(RUN, "timeline") == []
    none = replace(RUN, strip_edges=RUN.strip_edges.iloc[:0])
    assert "strips" not in maps.available(none)
