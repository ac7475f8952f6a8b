from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario import outlines

SQUARE = ((10.0, 0.0), (20.0, 0.0), (20.0, 10.0), (10.0, 10.0))


def test_a_closing_vertex_is_dropped() -> None:
    assert outlines.continuous((*SQUARE, SQUARE[0])) == SQUARE


def test_longitudes_run_on_over_the_antimeridian() -> None:
    across = ((170.0, 0.0), (-170.0, 0.0), (-170.0, 10.0), (170.0, 10.0))
    as_360 = ((170.0, 0.0), (190.0, 0.0), (190.0, 10.0), (170.0, 10.0))
    assert outlines.continuous(across) == outlines.continuous(as_360) == as_360


def test_an_outline_round_a_pole_is_closed_over_it() -> None:
    ring = outlines.continuous(((0.0, 70.0), (120.0, 70.0), (-120.0, 70.0)))
    assert ring[-2:] == ((360.0, 90.0), (0.0, 90.0))
    south = outlines.continuous(((0.0, -70.0), (-120.0, -70.0), (120.0, -70.0)))
    assert south[-2:] == ((-360.0, -90.0), (0.0, -90.0))
    assert outlines.outline_faults(((0.0, 70.0), (120.0, 70.0), (-120.0, 70.0))) == []


def test_a_band_all_round_is_taken_as_written() -> None:
    band = ((-180.0, 60.0), (180.0, 60.0), (180.0, 80.0), (-180.0, 80.0))
    assert outlines.continuous(band) == band


@pytest.mark.parametrize(
    ("vertices", "words"),
    [
        ((), "0 different vertices"),
        (((0.0, 0.0), (1.0, 1.0)), "2 different vertices"),
        (((0.0, 0.0), (1.0, 1.0), (0.0, 0.0), (1.0, 1.0)), "2 different vertices"),
        (((0.0, 0.0), (1.0, 1.0), (2.0, 2.0)), "no area"),
        (((0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)), "itself at [1, 1]"),
        (((37.0, 127.0), (38.0, 127.0), (38.0, 128.0)), "look swapped"),
        (((137.0, 27.0), (138.0, 91.0), (138.0, 28.0)), "vertex 1 [138, 91] has latitude 91"),
    ],
)
def test_outlines_of_nothing_are_refused(vertices: tuple[outlines.Vertex, ...], words: str) -> None:
    [fault] = outlines.outline_faults(vertices)
    assert words in fault


def test_direction_and_closure_do_not_matter() -> None:
    for ring in (SQUARE, SQUARE[::-1], (*SQUARE, SQUARE[0])):
        assert outlines.outline_faults(ring) == []


def test_grid_cells_follow_area() -> None:
    # 10 by 10 degrees at the equator, 111.195 km a degree: 1112 x 1112 km.
    assert outlines.grid_cells(SQUARE, 10.0) == pytest.approx(111.195**2)
    assert outlines.grid_cells(SQUARE, 1_000.0) == pytest.approx(1.11195**2)


def test_outlines_on_both_sides_of_the_antimeridian_lie_side_by_side() -> None:
    east_of_it = ((-180.0, 0.0), (-170.0, 0.0), (-175.0, 10.0))
    west_of_it = ((170.0, 0.0), (180.0, 0.0), (175.0, 10.0))
    assert outlines.side_by_side([west_of_it, east_of_it]) == (
        west_of_it,
        ((180.0, 0.0), (190.0, 0.0), (185.0, 10.0)),
    )
    assert outlines.side_by_side([]) == ()


@given(
    west=st.floats(-180, 180),
    width=st.floats(1, 170),
    south=st.floats(-80, 70),
    height=st.floats(1, 10),
)
def test_a_shift_by_a_whole_turn_changes_nothing(
    west: float, width: float, south: float, height: float
) -> None:
    east = west + width
    north = south + height
    plain = ((west, south), (east, south), (east, north), (west, north))
    wrapped = tuple(((lon + 180.0) % 360.0 - 180.0, lat) for lon, lat in plain)
    run = outlines.continuous(wrapped)
    steps = [round(b[0] - a[0], 9) for a, b in pairwise(run)]
    assert steps == pytest.approx([width, 0.0, -width], abs=1e-6)
    assert outlines.outline_faults(wrapped) == []
