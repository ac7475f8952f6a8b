"""What part of the Earth a map shows, in which projection, with or without a heading."""

import numpy as np
import pytest

from simulator import maps
from simulator.errors import InputError
from simulator.maps import frames, sheet
from simulator.maps.projections import Conic, Polar
from tests.made_run import RUN, drawn, laid_out, maps_of, written

TAIWAN = (118.0, 20.0, 124.0, 27.0)


def shown(name, **options):
    figure = maps.drawing(RUN, name, **options)
    return figure, maps_of(figure)[0]


MAPS = ["ground-track", "coverage", "age", "strips"]
# Each map in the projection that suits and in two others, so that each projection has maps of
# different kinds; the exhaustive tests draw all in all.
IN_PROJECTIONS = [
    pytest.param(projection, name, marks=() if number % 3 == place % 3 else pytest.mark.slow)
    for number, projection in enumerate(maps.PROJECTIONS)
    for place, name in enumerate(MAPS)
]


@pytest.mark.parametrize(
    ("projection", "name"), [*((None, name) for name in MAPS), *IN_PROJECTIONS]
)
def test_the_extent_lies_in_the_middle_of_every_map_in_every_projection(name, projection):
    figure, axes = shown(name, extent_deg=(120.0, 30.0, 134.0, 44.0), projection=projection)
    laid_out(figure)
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    assert west + east == pytest.approx(0.0, abs=1e-6)
    assert 8.0 < east - west < 20.0 and 8.0 < north - south < 24.0
    box = axes.get_position()
    assert box.x0 > 0.0 and box.x1 < 1.0 and box.y0 > 0.0 and box.y1 < 1.0
    # A map is as wide to high as what it shows.
    high_in, wide_in = box.height * figure.get_figheight(), box.width * figure.get_figwidth()
    assert high_in / wide_in == pytest.approx((north - south) / (east - west), rel=1e-3)


def test_no_line_between_the_koreas_is_drawn_where_korea_is_not_shown():
    figure, _ = shown("coverage", extent_deg=TAIWAN)
    assert "Demarcation" not in written(figure)
    assert "Demarcation" in written(drawn("coverage"))


def test_an_extent_may_cross_the_antimeridian():
    centre, bounds = frames.turned_extent(maps.Choice(extent_deg=(170.0, -30.0, -170.0, -10.0)))
    assert abs(centre) == 180.0 and bounds == (-10.0, -30.0, 10.0, -10.0)
    centre, bounds = frames.turned_extent(maps.Choice(extent_deg=(-180.0, -60.0, 180.0, 60.0)))
    assert centre == 0.0 and bounds == (-180.0, -60.0, 180.0, 60.0)


@pytest.mark.parametrize(
    ("extent", "said"),
    [
        ((118.0, 27.0, 124.0, 20.0), "latitudes go from south to north, -90 to 90, not 27 to 20"),
        ((118.0, 20.0, 124.0, 97.0), "latitudes go from south to north"),
        ((118.0, 20.0, 118.0, 27.0), "from 118 to 118 is no width"),
        ((118.0, 20.0, 1240.0, 27.0), "longitudes are -180 to 180, not 118 and 1240"),
        ((float("nan"), 20.0, 124.0, 27.0), "longitudes are -180 to 180"),
    ],
)
def test_an_extent_that_is_no_part_of_the_earth_is_refused(extent, said):
    with pytest.raises(InputError, match=said):
        maps.drawing(RUN, "coverage", extent_deg=extent)


def test_projections_are_named_and_refused_where_they_cannot_be():
    with pytest.raises(InputError, match=r"'mercater' is none.*did you mean 'mercator'\?"):
        maps.drawing(RUN, "ground-track", projection="mercater")
    with pytest.raises(InputError, match="'polar' shows a part of the Earth; give its extent too"):
        maps.drawing(RUN, "ground-track", projection="polar")
    with pytest.raises(InputError, match="'latency' is no map; leave the projection out"):
        maps.drawing(RUN, "latency", projection="robinson")
    with pytest.raises(InputError, match="'timeline' is no map; leave the extent out"):
        maps.drawing(RUN, "timeline", extent_deg=TAIWAN)
    with pytest.raises(InputError, match="'conic' shows no part of the Earth about the equator"):
        maps.drawing(RUN, "coverage", projection="conic", extent_deg=(100.0, -9.0, 110.0, 9.0))
    north = maps.Choice(projection="polar")
    assert frames.projection_of(north, (-180.0, 40.0, 180.0, 90.0)) == Polar(1.0)
    assert isinstance(
        frames.projection_of(maps.Choice(projection="conic"), (-3.0, 40.0, 3.0, 44.0)), Conic
    )


def test_the_coast_is_coarse_on_a_map_of_the_world_alone():
    def scale(wide_deg):
        bounds = (-wide_deg / 2.0, 10.0, wide_deg / 2.0, 20.0)
        projection = frames.suiting(bounds)
        return frames.frame_of(bounds, 0.0, projection, most_wide_in=7.0, most_high_in=5.0).scale

    assert [scale(w) for w in (4.0, 40.0, 340.0)] == ["50m", "50m", "110m"]


@pytest.mark.parametrize("name", maps.DRAWINGS)
def test_without_a_title_a_drawing_is_the_same_but_for_its_heading(name):
    plain, bare = drawn(name), maps.drawing(RUN, name, title=False)
    heading = plain.texts[0].get_text()
    assert heading and heading in written(plain) and heading not in written(bare)
    assert RUN.title not in written(bare)
    assert bare.get_figheight() < plain.get_figheight() - 0.4
    for axes, same in zip(plain.axes, bare.axes, strict=True):
        inches, others = (
            np.array(a.get_position().bounds) * np.tile([f.get_figwidth(), f.get_figheight()], 2)
            for a, f in ((axes, plain), (same, bare))
        )
        assert inches == pytest.approx(others, abs=1e-6)


def test_a_sheet_shows_what_lies_on_it():
    _, axes = shown("ground-track", extent_deg=TAIWAN)
    part = sheet.Sheet(axes, frames.suiting((-3.0, 20.0, 3.0, 27.0)), 121.0)
    assert part.shows([121.0, 140.0, 121.0], [23.5, 23.5, 50.0]).tolist() == [True, False, False]


@pytest.mark.parametrize("name", ["ground-track", "coverage", "age", "strips"])
def test_a_map_smaller_than_its_coast_is_true_says_so_in_its_foot(name):
    said = "no finer one is packaged"
    small, _ = shown(name, extent_deg=(128.0, 34.5, 130.0, 36.5))
    assert said in " ".join(written(small).split())
    large, _ = shown(name, extent_deg=(126.0, 30.0, 130.0, 36.5))
    assert said not in " ".join(written(large).split())
