"""Age maps drawn from made-up cells: their scales, their words, and when there are any."""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text

from simulator import maps
from simulator.earth import cells, surfaces
from simulator.errors import InputError
from simulator.maps import Choice, networkmaps
from tests.made_run import cells_of, maps_of

NAMES = ["dprk+russia", "dprk", "dprk+russia+relay"]
KOREA = (124.0, 33.0, 131.0, 43.0)
FIJI = (170.0, -25.0, 190.0, -10.0)


@dataclass(frozen=True)
class MadeRun:
    grids: dict[str, xr.Dataset]
    baseline: str = "dprk"
    title: str = "A made-up satellite"
    question: str = "How old is the newest picture?"
    start: datetime = datetime(2023, 8, 23, 18, 30, tzinfo=UTC)
    days: float = 4.0
    source_line: str = "SGP4, WGS84; orbits hypothetical"
    tracks: pd.DataFrame = field(default_factory=pd.DataFrame)
    satellites: pd.DataFrame = field(default_factory=pd.DataFrame)
    stations: pd.DataFrame = field(default_factory=pd.DataFrame)
    targets: pd.DataFrame = field(default_factory=pd.DataFrame)
    networks: pd.DataFrame = field(default_factory=pd.DataFrame)
    accesses: pd.DataFrame = field(default_factory=pd.DataFrame)
    contacts: pd.DataFrame = field(default_factory=pd.DataFrame)
    pictures: pd.DataFrame = field(default_factory=pd.DataFrame)
    deliveries: pd.DataFrame = field(default_factory=pd.DataFrame)
    strip_edges: pd.DataFrame = field(default_factory=pd.DataFrame)
    actionable: pd.DataFrame = field(default_factory=pd.DataFrame)
    provenance: dict[str, Any] = field(default_factory=dict)


def grid(
    ages_h: dict[str, Any], bounds: tuple[float, float, float, float] = KOREA, step: float = 1.0
) -> xr.Dataset:
    """A box of cells; ages broadcast to its rows and columns, the south corner is never seen."""
    west, south, east, north = bounds
    latitude = np.arange(south + step / 2, north, step)
    longitude = np.arange(west + step / 2, east, step)
    shape = (len(latitude), len(longitude))
    accesses = np.ones(shape, dtype=int)
    accesses[0, 0] = 0
    ages = np.array([np.broadcast_to(np.asarray(a), shape) for a in ages_h.values()])
    plane = ("lat", "lon")
    return xr.Dataset(
        {
            "cell_area_km2": (plane, np.full(shape, 1e4 * step**2)),
            "in_region": (plane, np.ones(shape, dtype=bool)),
            "accesses": (plane, accesses),
            "cell_age_mean_h": (("network", *plane), np.where(accesses > 0, ages, np.nan)),
            "cell_response_mean_h": (
                ("network", *plane),
                np.where(accesses > 0, 2.0 * ages, np.nan),
            ),
        },
        coords={
            "lat": latitude,
            "lon": (longitude + 180.0) % 360.0 - 180.0,
            "network": list(ages_h),
        },
    )


def run(ages_h: dict[str, Any], **options: Any) -> MadeRun:
    return MadeRun({"korean_peninsula": grid(ages_h, **options)})


ROWS = np.arange(10.0)[:, None]
RUN = run({NAMES[0]: 8.0 + ROWS, NAMES[1]: 20.0 + ROWS, NAMES[2]: 5.0 + ROWS})


def written(figure: Figure) -> str:
    figure.draw_without_rendering()  # type: ignore[no-untyped-call]
    return "\n".join(text.get_text() for text in figure.findobj(Text))


def painted(figure: Figure) -> list[Any]:
    """Return the cells of every panel."""
    return [cells_of(axes) for axes in maps_of(figure)]


@pytest.mark.parametrize("name", ["age", "age-difference"])
@pytest.mark.parametrize("count", [1, 3])
def test_it_draws_the_same_bytes_twice_for_any_number_of_networks(
    name: str, count: int, tmp_path: Path
) -> None:
    names = ["dprk", *(n for n in NAMES if n != "dprk")][:count]
    results = run({n: 5.0 * number + ROWS for number, n in enumerate(names)})
    first = maps.draw(results, name, tmp_path / "first.png", dpi=50).read_bytes()
    assert first == maps.draw(results, name, tmp_path / "second.png", dpi=50).read_bytes()
    assert imread(io.BytesIO(first)).shape[1] == 400


def test_the_baseline_comes_first_and_all_panels_share_one_scale() -> None:
    figure = networkmaps.age(RUN, Choice())
    panels = painted(figure)
    assert len(panels) == 3
    assert len({id(panel.norm) for panel in panels}) == 1
    assert panels[0].norm.vmin <= 5.0 and panels[0].norm.vmax >= 29.0
    titles = [axes.get_title(loc="left") for axes in figure.axes][:3]
    assert [title.split("\n")[0] for title in titles] == ["dprk", NAMES[0], NAMES[2]]
    # Rows of 7 cells, the first with 6: the mean row is (6 x 0 + 7 x 45) / 69 = 4.57.
    assert titles[0].endswith("mean 1.0 d, none for 1 %")
    assert titles[1].endswith("mean 12.6 h, none for 1 %")
    assert "mean age, hours" in written(figure)
    assert "no picture at headquarters" in written(figure)


def test_responses_are_drawn_as_ages_are_in_their_own_words() -> None:
    figure = networkmaps.response(RUN, Choice())
    assert painted(figure)[0].norm.vmax >= 58.0
    text = written(figure)
    assert "mean response, hours" in text and "no request answered" in text
    assert "Mean time from request to picture at headquarters" in text
    text = written(networkmaps.response_difference(RUN, Choice()))
    assert "1.0 d sooner" in text and "1.2 d sooner" in text
    assert "sooner than with dprk, hours" in text
    assert "headquarters: with dprk minus with the other network" in text


def test_long_ages_are_read_in_days() -> None:
    figure = networkmaps.age(run({"dprk": 240.0, "other": 24.0}), Choice())
    text = written(figure)
    # Two values are a class each.
    assert "mean age\n" in text and "1.0 d\n" in text
    assert "10.0 d, none for 1 %" in text
    rising = networkmaps.age(run({"dprk": 240.0 + 9.0 * ROWS}), Choice())
    assert "mean age, days" in written(rising)


def test_a_difference_is_positive_where_the_other_network_is_fresher() -> None:
    results = run({"dprk": 20.0 + ROWS, "near": 15.0 + ROWS, "far": 20.5 + ROWS})
    figure = networkmaps.age_difference(results, Choice())
    near, far = painted(figure)
    assert np.ma.compressed(near.get_array()) == pytest.approx(5.0)
    assert np.ma.compressed(far.get_array()) == pytest.approx(-0.5)
    assert near.norm is far.norm
    assert 0.0 in near.norm.boundaries
    text = written(figure)
    assert "5.00 h younger" in text and "30 min older" in text
    assert "younger than with dprk; below 0: older, hours" in text
    assert "headquarters: with dprk minus with the other network" in text


def test_shades_of_a_difference_say_its_sign_and_its_size() -> None:
    results = run({"dprk": 20.0 + ROWS, "near": 10.0 + ROWS, "far": 24.0 + ROWS})
    near, far = painted(networkmaps.age_difference(results, Choice()))
    red, _, blue, _ = near.cmap(near.norm(10.0))
    assert blue > red
    red_far, _, blue_far, _ = far.cmap(far.norm(-4.0))
    assert red_far > blue_far
    # Less than half the size, so paler.
    assert blue_far > red


def test_equal_networks_differ_by_nothing() -> None:
    results = run({"dprk": 20.0 + ROWS, "same": 20.0 + ROWS})
    text = written(networkmaps.age_difference(results, Choice()))
    assert "headquarters is as old with same as with dprk" in text.replace("\n", " ")
    assert "no difference in any cell" in text
    assert "mean age, hours" in written(networkmaps.age(run({"dprk": 0.0}), Choice()))


def test_a_cell_never_delivered_is_grey_in_its_own_panel_alone() -> None:
    half = np.where(ROWS < 5, np.nan, 10.0)
    figure = networkmaps.age(run({"dprk": half, "other": 9.0}), Choice())
    text = written(figure)
    assert "10.0 h, none for 50 %" in text and "9.00 h, none for 1 %" in text
    assert "no picture at headquarters with one of the two" in written(
        networkmaps.age_difference(run({"dprk": half, "other": 9.0}), Choice())
    )


def test_nothing_delivered_and_nothing_to_compare_are_said() -> None:
    never = run({"dprk": np.nan, "other": np.nan})
    assert "no picture is at headquarters" in written(networkmaps.age(never, Choice()))
    assert "no cell to compare" in written(networkmaps.age_difference(never, Choice()))
    alone = networkmaps.age_difference(run({"dprk": 9.0}), Choice())
    assert "no other network to compare with" in written(alone)


def test_a_region_over_the_antimeridian_is_drawn_in_one_piece() -> None:
    figure = networkmaps.age(run({"dprk": 9.0, "other": 7.0}, bounds=FIJI), Choice())
    for panel in painted(figure):
        west, east = panel.axes.get_xlim()
        # 20 degrees wide and a little margin; torn at the antimeridian it would be 360.
        assert 20.0 < east - west < 23.0
        assert np.allclose(np.diff(panel.get_coordinates()[..., 0], axis=1), 1.0)


@pytest.mark.parametrize("bounds", [KOREA, (-180.0, -60.0, 180.0, 80.0)], ids=["high", "wide"])
@pytest.mark.parametrize("count", [2, 4])
def test_panels_stay_on_the_page_and_beside_each_other(
    bounds: tuple[float, float, float, float], count: int
) -> None:
    names = {f"n{number}": 9.0 for number in range(count)}
    figure = networkmaps.age(
        run(names, bounds=bounds, step=1.0 if bounds == KOREA else 20.0), Choice()
    )
    boxes = [axes.get_position() for axes in maps_of(figure)]
    assert len(boxes) == count
    assert all(0 < b.x0 < b.x1 < 1 and 0 < b.y0 < b.y1 < 1 for b in boxes)
    assert not any(
        panel.overlaps(neighbour) for panel, neighbour in itertools.combinations(boxes, 2)
    )
    assert figure.get_figheight() < 11.0


def test_cells_of_equal_area_are_drawn_too() -> None:
    corners = [(124.0, 33.0), (131.0, 33.0), (131.0, 43.0), (124.0, 43.0)]
    healpix = cells.healpix_cells(surfaces.plane_surface([corners]), resolution_km=150.0)
    ages = np.array([np.full(len(healpix), 9.0), np.full(len(healpix), 7.0)])
    places = xr.Dataset(
        {
            "cell_area_km2": ("cell", healpix.area_km2),
            "accesses": ("cell", np.ones(len(healpix), dtype=int)),
            "cell_age_mean_h": (("network", "cell"), ages),
        },
        coords={
            "healpix_index": ("cell", healpix.pixel, {"nside": healpix.nside}),
            "lat": ("cell", healpix.latitude_deg),
            "lon": ("cell", healpix.longitude_deg),
            "network": ["dprk", "other"],
        },
    )
    first, second = painted(networkmaps.age(MadeRun({"box": places}), Choice()))
    assert np.asarray(first.get_array()).tolist() == [9.0] * len(healpix)
    assert np.asarray(second.get_array()).tolist() == [7.0] * len(healpix)


def test_they_are_there_only_for_grids_with_ages() -> None:
    every = {"age", "age-difference", "response", "response-difference"}
    assert every <= set(maps.available(RUN))
    plain = MadeRun({"a": RUN.grids["korean_peninsula"].drop_dims("network")})
    assert not every & set(maps.available(plain))
    assert not every & set(maps.available(MadeRun({})))
    assert "age-difference" not in maps.available(run({"dprk": 9.0}))
    with pytest.raises(InputError, match="'a' has no age by network"):
        networkmaps.age(plain, Choice())
    with pytest.raises(InputError, match="'a' has no response by network"):
        networkmaps.response(plain, Choice())
    with pytest.raises(InputError, match="did you mean 'korean_peninsula'"):
        networkmaps.age(RUN, Choice(region="korean_peninsla"))
