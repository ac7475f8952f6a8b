"""Drawings of a made-up run: each draws, names what it shows, and takes any name and any span."""

from __future__ import annotations

import io
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import PathPatch
from matplotlib.ticker import FixedFormatter

from simulator import maps
from simulator.earth import ellipsoid
from simulator.errors import InputError
from simulator.maps import cellmaps, frames, page, sheet
from simulator.maps.projections import Conic, Polar, StraightParallels
from simulator.text import width
from tests.made_run import (
    FIJI,
    KOREA,
    NETWORKS,
    RUN,
    MadeRun,
    cells_of,
    drawn,
    emptied,
    laid_out,
    made_run,
    maps_of,
    written,
)
from tests.reference.sphere import field_of_regard_km


@pytest.mark.parametrize("name", maps.DRAWINGS)
def test_each_figure_draws_offline_and_the_same_bytes_twice(name: str, tmp_path: Path) -> None:
    first = maps.draw(RUN, name, tmp_path / "first.png", dpi=60).read_bytes()
    assert first == page.encode(drawn(name), "png", dpi=60)
    pixels = imread(io.BytesIO(first))
    assert pixels.shape[1] == 480
    assert np.std(pixels[..., :3]) > 0.08
    # One number for each colour: rows are sorted a hundred times slower.
    assert len(np.unique(np.rint(255.0 * pixels[..., :3]) @ [1.0, 256.0, 65_536.0])) > 50


@pytest.mark.parametrize("name", maps.DRAWINGS)
def test_a_run_without_any_access_says_so_in_each_figure(name: str) -> None:
    build, _ = maps.DRAWINGS[name]
    words = {
        "ground-track": "first 24 hours",
        "coverage": "no cell of the region was seen",
        "revisit-mean": "never seen (100 % of area)",
        "revisit-max": "no cell was seen",
        "revisit-clear": "no cell was seen",
        # Never seen in this run; in the draws the wait is of a span without an access.
        "wait-median": "in the median draw",
        "wait-range": "moves the wait",
        "age": "no picture is at headquarters",
        "age-difference": "no cell to compare",
        "response": "no request is answered",
        "response-difference": "no cell to compare",
        "timeline": "no access and no contact",
        "latency": "no picture was taken",
        "networks": "nothing delivered",
        "strips": "no strip was imaged",
        "actionable": "nothing is acted on",
    }
    assert words[name] in written(laid_out(build(emptied(RUN), maps.Choice())))


@pytest.mark.parametrize("name", maps.DRAWINGS)
def test_each_figure_names_its_run_its_span_and_its_sources(name: str) -> None:
    text = written(drawn(name))
    assert RUN.title in text
    assert "2023-08-23 18:30 to 2023-08-27 18:30 UTC (4 days). SGP4, WGS84;" in text


def test_a_users_own_matplotlib_settings_change_nothing(tmp_path: Path) -> None:
    plain = maps.draw(RUN, "networks", tmp_path / "plain.png", dpi=60).read_bytes()
    with matplotlib.rc_context({"font.size": 20.0, "axes.facecolor": "red"}):
        before = dict(matplotlib.rcParams)
        styled = maps.draw(RUN, "networks", tmp_path / "styled.png", dpi=60).read_bytes()
        assert dict(matplotlib.rcParams) == before
    assert styled == plain


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_vector_formats_repeat_byte_for_byte_too(suffix: str, tmp_path: Path) -> None:
    first = maps.draw(RUN, "latency", tmp_path / f"a.{suffix}").read_bytes()
    assert first == maps.draw(RUN, "latency", tmp_path / f"b.{suffix}").read_bytes()


def test_a_misspelt_figure_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"'revisit-men' is not a figure; did you mean 'revisit-mean'\?"
    ):
        maps.draw(RUN, "revisit-men", tmp_path / "x.png")


def test_an_unknown_region_day_or_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'korean_peninsula'"):
        maps.draw(RUN, "coverage", tmp_path / "x.png", region="korea_peninsula")
    with pytest.raises(InputError, match="'latency' is of the whole run; leave the region out"):
        maps.draw(RUN, "latency", tmp_path / "x.png", region="korean_peninsula")
    with pytest.raises(InputError, match="no grid; add a"):
        maps.draw(replace(RUN, grids={}), "coverage", tmp_path / "x.png")
    with pytest.raises(InputError, match="outside the run, 2023-08-23 to 2023-08-27"):
        maps.draw(RUN, "timeline", tmp_path / "x.png", day=date(2023, 8, 28))
    with pytest.raises(InputError, match=r"not '\.gif'"):
        maps.draw(RUN, "latency", tmp_path / "x.gif")
    assert list(tmp_path.iterdir()) == []


def test_only_figures_with_data_are_available() -> None:
    assert maps.available(RUN) == list(maps.DRAWINGS)
    assert "latency" not in maps.available(emptied(RUN))
    without_grids = maps.available(replace(RUN, grids={}))
    assert without_grids == ["ground-track", "timeline", "latency", "networks", "actionable"]


def test_cells_never_seen_are_named_with_their_share_of_the_area() -> None:
    cells = RUN.grids["korean_peninsula"]
    inside = cells["cell_area_km2"].where(cells["in_region"], 0.0)
    share = float(inside.where(cells["accesses"] == 0, 0.0).sum() / inside.sum())
    for name in ("coverage", "revisit-mean", "revisit-max"):
        text = written(drawn(name))
        assert f"never seen ({100.0 * share:.0f} % of area)" in text
        assert "Military Demarcation Line (DMZ)" in text


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (KOREA, Conic),
        ((112.0, -44.0, 154.0, -10.0), Conic),
        ((95.0, -10.0, 140.0, 10.0), StraightParallels),
        ((-10.0, 30.0, 60.0, 50.0), StraightParallels),
        ((-180.0, 70.0, 180.0, 90.0), Polar),
        ((-180.0, -90.0, 180.0, -65.0), Polar),
    ],
)
def test_the_projection_follows_the_region(
    bounds: tuple[float, float, float, float], expected: type
) -> None:
    assert type(frames.suiting(bounds)) is expected


def test_a_region_over_the_antimeridian_is_drawn_in_one_piece() -> None:
    run = made_run(bounds=FIJI, step_deg=1.0)
    axes = laid_out(cellmaps.revisit_mean(run, maps.Choice())).axes[0]
    west, east = axes.get_xlim()
    # 20 degrees wide and a little margin; torn at the antimeridian it would be 360.
    assert 20.0 < east - west < 23.0
    assert -west == pytest.approx(east, abs=0.6)
    edges = cells_of(axes).get_coordinates()
    assert np.allclose(np.diff(edges[..., 0], axis=1), 1.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unusual",
    [
        {"bounds": (-180.0, 72.0, 180.0, 90.0), "step_deg": 2.0},
        {"bounds": (-180.0, -90.0, 180.0, 90.0), "step_deg": 6.0},
        {"bounds": (8.0, 74.0, 35.0, 82.0)},
        {"satellites": 5},
        {"satellites": 24},
        {"inclination_deg": 90.0, "min_off_nadir_deg": 15.0},
    ],
    ids=["arctic", "globe", "svalbard", "five", "many", "polar radar"],
)
def test_unusual_runs_draw_without_a_warning(unusual: dict[str, Any], tmp_path: Path) -> None:
    run = made_run(**unusual)
    for name in ("ground-track", "coverage", "timeline"):
        assert maps.draw(run, name, tmp_path / f"{name}.png", dpi=60).stat().st_size > 10_000


def test_figures_leave_pyplot_alone_and_wait_for_no_cartopy() -> None:
    code = (
        "import sys, simulator.maps.register;"
        "assert not {'matplotlib.pyplot', 'cartopy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def renamed(run: MadeRun, change: Callable[[str], str]) -> MadeRun:
    """The same run with other names for everything that a user can name."""
    named = ("satellite", "network", "station", "target", "region")
    tables = {}
    for field in fields(run):
        table = getattr(run, field.name)
        if isinstance(table, pd.DataFrame):
            columns = {n: table[n].map(change) for n in named if n in table}
            tables[field.name] = table.assign(**columns)
    grids = {
        change(name): grid.assign_coords(network=[change(n) for n in NETWORKS])
        for name, grid in run.grids.items()
    }
    title, baseline = change(run.title), change(run.baseline)
    return replace(run, title=title, baseline=baseline, grids=grids, **tables)


ODD_NAMES = {
    "broken formula, letters the font lacks": lambda name: f"$\\frac{{만리경 שלום عربى {name}$$",
    "whole formula": lambda name: f"${name}^2$",
    "long": lambda name: (name + "x" * 80)[:80],
}


# Every figure has names of one kind, and the exhaustive tests give it those of all kinds.
ODD_FIGURES = [
    pytest.param(odd, name, marks=() if (first + place) % len(ODD_NAMES) == 0 else pytest.mark.slow)
    for first, odd in enumerate(ODD_NAMES)
    for place, name in enumerate(maps.DRAWINGS)
]


@pytest.mark.parametrize(("odd", "name"), ODD_FIGURES)
def test_any_name_is_text_in_every_figure_and_warns_of_nothing(
    odd: str, name: str, tmp_path: Path
) -> None:
    run = renamed(RUN, ODD_NAMES[odd])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = maps.drawing(run, name)
        path = page.save(figure, tmp_path / "x.png", dpi=40)
    assert path.stat().st_size > 5_000
    assert run.title[:18] in written(figure)


def test_a_name_too_long_for_its_place_ends_in_an_ellipsis() -> None:
    assert page.wrapped("x" * 80, 20) == "x" * 20 + "\n" + "x" * 20 + "\n…"
    assert page.wrapped("dprk+russia+relay", 13) == "dprk+russia+\nrelay"
    # A wide letter takes the room of two.
    assert page.wrapped("만" * 12, 10) == "만" * 5 + "\n" + "만" * 5 + "\n만만"


def test_lines_of_the_foot_are_as_wide_as_the_page_whatever_the_letters() -> None:
    for word in ("satellite", "위성"):
        drawing = page.blank("heading", "title", f"{word} " * 60, body_in=2.0)
        lines = drawing.texts[-1].get_text().split("\n")
        assert 90 < max(map(width, lines)) <= 138
        assert sum(line.split().count(word) for line in lines) == 60


AT_ONCE, THREE = replace(RUN, days=0.02), made_run(satellites=3)


@pytest.mark.parametrize("name", maps.DRAWINGS)
def test_axes_of_every_figure_hold_their_data_and_have_three_ticks(name: str) -> None:
    figures = [drawn(name)]
    # A figure of maps alone has no other axes, of whatever run.
    if len(maps_of(figures[0])) < len(figures[0].axes):
        figures += [maps.drawing(run, name) for run in (AT_ONCE, THREE)]
    for figure in figures:
        for axes in figure.axes:
            if axes in maps_of(figure):
                continue
            for which, line_data in (("x", "get_xdata"), ("y", "get_ydata")):
                low, high = sorted(getattr(axes, f"get_{which}lim")())
                ticks = getattr(axes, f"get_{which}ticks")()
                scaled = getattr(axes, f"{which}axis").get_major_formatter()
                inside = [t for t in ticks if low - 1e-9 <= t <= high + 1e-9]
                if len(ticks) and not isinstance(scaled, FixedFormatter):
                    assert len(inside) >= 3, (which, axes.get_title("left"))
                for line in axes.lines:
                    if line.get_transform() != axes.transData:
                        continue
                    data = np.asarray(getattr(line, line_data)(), dtype=float)
                    known = data[np.isfinite(data)]
                    assert ((known >= low - 1e-9) & (known <= high + 1e-9)).all()


def eccentric(run: MadeRun, low_km: float, high_km: float) -> MadeRun:
    """The run with a first satellite whose height swings, as along an ellipse."""
    first = run.satellites["satellite"].iloc[0]
    tracks = run.tracks.copy()
    of_first = tracks["satellite"] == first
    swing = 0.5 - 0.5 * np.cos(2.0 * np.pi * tracks.loc[of_first, "time_s"] / (94.6 * 60.0))
    tracks.loc[of_first, "altitude_km"] = low_km + (high_km - low_km) * swing
    return replace(run, tracks=tracks)


def test_the_field_of_regard_and_the_contact_circles_follow_the_height_flown() -> None:
    run = eccentric(made_run(satellites=2), 219.0, 6_978.0)
    text = written(maps.drawing(run, "ground-track"))
    low, high = (
        np.minimum(
            ellipsoid.central_angle_at_off_nadir_deg(30.0, altitude_km=height),
            ellipsoid.central_angle_at_elevation_deg(5.0, altitude_km=height),
        )
        * 111.195
        for height in (219.0, 6_978.0)
    )
    assert low == pytest.approx(127.7, abs=1.0)
    assert f"up to {low:,.0f} km (at 219 km height) or {high:,.0f} km (at 6,978 km)" in text
    # The second satellite flies at 500 km throughout.
    of_second = field_of_regard_km(30.0, altitude_km=500.0) / 2.0
    assert f"Malligyong-2: can be pointed up to {of_second:.0f} km from its track" in text
    assert "contact circles for heights flown, 219 (dashed) and 6,978 km" in text
    assert "contact circles for 500 km" in written(drawn("ground-track"))


def test_the_hours_shown_are_no_more_than_the_run_has() -> None:
    assert "first 6 hours" in written(maps.drawing(replace(RUN, days=0.25), "ground-track"))


def demarcation_lines(figure: Figure) -> int:
    colour = matplotlib.colors.to_rgba(sheet.DMZ_COLOUR)
    patches = figure.findobj(lambda artist: isinstance(artist, PathPatch))
    return sum(patch.get_edgecolor() == colour for patch in patches)  # type: ignore[attr-defined]


def test_the_world_map_is_centred_where_the_run_says_and_korea_is_drawn_apart_only_there() -> None:
    stations = RUN.stations.assign(longitude_deg=RUN.stations["longitude_deg"] - 200.0)
    targets = RUN.targets.assign(longitude_deg=-77.0)
    away = replace(RUN, map_centre_deg=-77.0, stations=stations, targets=targets)
    figure = maps.drawing(away, "ground-track")
    [axes] = maps_of(figure)
    [middle] = [text for text in axes.texts if text.get_text() == "60°W"]
    # Seventeen of the 360 degrees east of the middle, on the line that is the pole.
    assert middle.get_position()[0] == pytest.approx(17.0 * 0.8487 * 0.5322)
    assert demarcation_lines(figure) == 0
    assert demarcation_lines(drawn("ground-track")) == 1
    world = made_run(bounds=(-180.0, -90.0, 180.0, 90.0), step_deg=10.0)
    figure = maps.drawing(world, "coverage")
    assert demarcation_lines(figure) == 0
    assert "Demarcation" not in written(figure)


def test_without_a_network_no_figure_speaks_of_contacts() -> None:
    alone = replace(
        RUN,
        baseline="",
        stations=RUN.stations.iloc[:0],
        networks=RUN.networks.iloc[:0],
        contacts=RUN.contacts.iloc[:0],
        deliveries=RUN.deliveries.iloc[:0],
    )
    for name in ("ground-track", "timeline"):
        text = written(laid_out(maps.drawing(alone, name)))
        assert "contact" not in text and "deliver" not in text
    nothing = replace(alone, accesses=RUN.accesses.iloc[:0], pictures=RUN.pictures.iloc[:0])
    assert "no access in this time" in written(maps.drawing(nothing, "timeline"))


def test_each_track_has_its_start_marked_and_arrows_along_it() -> None:
    figure = laid_out(maps.drawing(made_run(satellites=2), "ground-track"))
    [axes] = maps_of(figure)
    starts = [line for line in axes.lines if line.get_marker() == "o" and line.get_zorder() == 9]
    assert len(starts) == 2
    arrows = [text for text in axes.texts if getattr(text, "arrow_patch", None) is not None]
    assert len(arrows) >= 2 * 10
    assert "start of a track; arrows show its direction" in written(figure)


def test_a_relay_of_the_catalogue_is_called_by_its_name() -> None:
    entry = {"kind": "relays", "id": "Luch-5A", "name": "Fifth Beam"}
    run = replace(RUN, provenance={"catalogue": [entry]})
    assert "Fifth Beam" in written(maps.drawing(run, "ground-track"))
    assert "Luch-5A" in written(drawn("ground-track"))
