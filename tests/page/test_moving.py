"""A target that moves, on the page and on a map: its way, and its mark where it is."""

from datetime import UTC, datetime

import numpy as np
import pytest

from simulator.maps import draw
from simulator.page import write_page
from simulator.page.projection import World
from simulator.units import DAY_S
from tests import made
from tests.made_browser import Browser

WAY = [
    {"latitude_deg": 35.0, "longitude_deg": 139.8, "at": datetime(2023, 11, 22, 6, tzinfo=UTC)},
    {"latitude_deg": 30.0, "longitude_deg": 131.0, "at": datetime(2023, 11, 23, 6, tzinfo=UTC)},
    {"latitude_deg": 33.2, "longitude_deg": 127.0, "at": datetime(2023, 11, 24, 6, tzinfo=UTC)},
]
TOML = made.text(
    title="A ship",
    question="Where?",
    days=3.0,
    targets=["osan", {"name": "ship", "track": WAY}],
)
MARK = "document.querySelectorAll('.mark.target')[1]"


def at_minute(shown: Browser, day: int, minute: int) -> None:
    shown.choose("select.day", str(day))
    shown.value(
        "(() => { const s = document.querySelector('[data-part=\"time\"]'); "
        f"s.value = {minute}; s.dispatchEvent(new Event('input')); }})()"
    )


def test_a_target_that_moves_is_drawn_where_it_is_and_not_where_it_is_gone(desk, tmp_path):
    run = made.finished(TOML)
    desk.open(write_page([run], tmp_path / "page.html"))
    world = World(run.map_centre_deg)
    way = run.ways
    for day, minute in ((0, 700), (1, 60), (1, 900), (2, 300)):
        at_minute(desk, day, minute)
        t_s = day * DAY_S + minute * 60.0
        place = [np.interp(t_s, way["time_s"], way[f"{k}itude_deg"]) for k in ("long", "lat")]
        ((east, south),) = world.places([place[0]], [place[1]])
        dot = f"{MARK}.querySelector('.dot')"
        x, y = desk.value(f"[{dot}.getAttribute('cx'), {dot}.getAttribute('cy')].map(Number)")
        assert (x, y) == pytest.approx((east, south), abs=60.0)
        assert desk.value(f"getComputedStyle({MARK}).display") != "none"
    for day, minute in ((0, 300), (2, 400)):
        at_minute(desk, day, minute)
        assert desk.value(f"getComputedStyle({MARK}).display") == "none"
    assert desk.value("document.querySelectorAll('path.way').length") == 1
    note = "A dashed line is the way of a target that moves."
    assert note in desk.value("document.body.textContent")


def test_the_map_of_tracks_has_its_way_and_says_so(tmp_path):
    file = draw(made.finished(TOML), "ground-track", tmp_path / "map.svg")
    assert "way of a target that moves" in file.read_text()
