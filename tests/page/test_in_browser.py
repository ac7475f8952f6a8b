"""The page in a real browser: what a reader sees, clicks, prints, and what never leaves it."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator import orbits, report, study
from simulator.access import satellite_positions
from simulator.earth import Span, ecef_to_geodetic, sites
from simulator.page import cells, looks, write_page
from simulator.page.projection import World
from simulator.results import Results
from simulator.scenario import loads
from simulator.units import DAY_S
from tests import made
from tests.made_browser import Browser

CRAFT = "document.querySelector('.craft')"


def place_of_satellite(run: Results, time_s: float) -> tuple[float, float]:
    """Return longitude and latitude where the engine has the satellite."""
    ((elements, _),) = orbits.from_scenario(loads(run.scenario_toml, origin="test", folder=Path()))
    track = orbits.track(elements, Span(run.start, run.days * DAY_S))
    latitude, longitude, _ = ecef_to_geodetic(satellite_positions(track, np.array([time_s])))
    return float(longitude[0]), float(latitude[0])


def set_time(shown: Browser, minute: int) -> None:
    """Move the slider to a minute as a user of the keyboard does, from near it."""
    shown.value(
        "(() => { const s = document.querySelector('[data-part=\"time\"]'); "
        f"s.value = {minute - 2}; s.dispatchEvent(new Event('input')); s.focus(); }})()"
    )
    shown.key("ArrowRight", 2)


def test_nothing_leaves_and_nothing_is_said_on_the_console(shown: Browser) -> None:
    for part in ("figure", "network"):
        shown.choose(f'[data-part="{part}"]', "1")
    set_time(shown, 700)
    shown.click('[data-part="closer"]')
    shown.click(".mark.target .touch")
    assert shown.messages == []
    assert [url for url in shown.requests if not url.startswith("file:")] == []


@pytest.mark.parametrize(("day", "minute"), [(0, 2), (0, 61), (1, 733), (2, 1439)])
def test_the_slider_puts_the_satellite_where_the_engine_has_it(
    shown: Browser, run: Results, day: int, minute: int
) -> None:
    shown.choose("select.day", str(day))
    set_time(shown, minute)
    told = shown.value(f"[{CRAFT}.dataset.lon, {CRAFT}.dataset.lat].map(Number)")
    longitude, latitude = place_of_satellite(run, day * DAY_S + minute * 60.0)
    # A kilometre is 0.009 degrees of latitude.
    assert told[1] == pytest.approx(latitude, abs=0.02)
    off = (told[0] - longitude + 180.0) % 360.0 - 180.0
    assert abs(off) * np.cos(np.radians(latitude)) < 0.02
    slider = "document.querySelector('[data-part=\"time\"]')"
    words = shown.value(f"{slider}.getAttribute('aria-valuetext')")
    assert words.startswith(f"{minute // 60:02d}:{minute % 60:02d} UTC")


def test_the_script_projects_as_the_page_is_drawn(shown: Browser, run: Results) -> None:
    set_time(shown, 333)
    lon, lat, x, y = shown.value(
        f"[{CRAFT}.dataset.lon, {CRAFT}.dataset.lat, {CRAFT}.getAttribute('cx'), "
        f"{CRAFT}.getAttribute('cy')].map(Number)"
    )
    ((east, south),) = World(run.map_centre_deg).places([lon], [lat])
    assert (x, y) == pytest.approx((east, south), abs=2.0)


def test_a_contact_is_told_while_it_lasts(shown: Browser, run: Results) -> None:
    contact = run.contacts[run.contacts["network"] == run.baseline].iloc[0]
    middle_s = 0.5 * (contact["start_s"] + contact["end_s"])
    shown.choose("select.day", str(int(middle_s // DAY_S)))
    status = "document.querySelector('[data-part=\"status\"]').textContent"
    set_time(shown, round(middle_s % DAY_S / 60.0))
    assert shown.value(status).startswith("In contact: ")
    hearing = shown.value("document.querySelectorAll('.station.hearing').length")
    circles = shown.value("document.querySelector('[data-part=\"hearing\"]').getAttribute('d')")
    assert circles.count("M") == hearing >= 1
    set_time(shown, round((contact["end_s"] + 600.0) % DAY_S / 60.0))
    assert shown.value(status).startswith("No contact.")


def told_pairs(shown: Browser) -> dict[str, str]:
    return dict(
        shown.value(
            "[...document.querySelectorAll('.told dt')].map((dt) => "
            "[dt.textContent, dt.nextElementSibling.textContent])"
        )
    )


@pytest.mark.parametrize("way", ["mouse", "keyboard", "table"])
def test_a_target_chosen_shows_the_numbers_of_the_tables(
    shown: Browser, run: Results, way: str
) -> None:
    if way == "mouse":
        shown.click('.mark.target[data-number="1"] .touch')
    elif way == "keyboard":
        shown.value("document.querySelector('.mark.target').focus()")
        shown.key("ArrowRight")
        shown.key("Enter")
    else:
        shown.click('button.choose[data-number="1"]')
    row = run.targets.iloc[1]
    assert shown.value("document.querySelector('.told h4').textContent") == "Kadena Air Base"
    told = told_pairs(shown)
    for figure, label in (
        ("revisit_mean_h", "Mean revisit time"),
        ("wait_mean_h", "Mean wait until the next access"),
        ("best_gsd_m", "Finest ground sample distance"),
    ):
        assert told[label].startswith(report.shown(figure)(row[figure])), figure
    windows = shown.value("document.querySelectorAll('.told .windows li').length")
    assert windows == row["accesses"] > 0


def test_a_window_of_a_target_leads_to_its_time(shown: Browser, run: Results) -> None:
    shown.click('.mark.target[data-number="0"] .touch')
    shown.click(".told .windows button")
    access = run.accesses[run.accesses["target"] == "osan"].iloc[0]
    where = shown.value("document.querySelector('[data-part=\"where\"]').textContent")
    minute = int(access["start_s"] % DAY_S // 60.0)
    assert f"{minute // 60:02d}:{minute % 60:02d} UTC" in where


def test_a_cell_clicked_shows_its_numbers(shown: Browser, run: Results) -> None:
    grid = run.grids["box"]
    box = shown.value(
        "(() => { const b = document.querySelector('[data-part=\"cells\"]')"
        ".getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })()"
    )
    # The middle of the lowest row and first column, whichever way latitudes run.
    shown.click_at(box[0] + 0.06 * box[2], box[1] + 0.93 * box[3])
    title = shown.value("document.querySelector('.told h4').textContent")
    number = int(re.findall(r"Cell (\d+) of box", title)[0]) - 1
    per_day = grid["accesses_per_day"].to_numpy()[grid["in_region"].to_numpy()][number]
    told = told_pairs(shown)["Accesses"].split()[0]
    assert (0.0 if told == "none" else float(told)) == pytest.approx(per_day, rel=5e-3)
    south = float(grid["lat"].min())
    inside = np.argwhere(grid["in_region"].to_numpy())[number]
    assert float(grid["lat"][inside[0]]) == pytest.approx(south)
    where = shown.value("document.querySelector('.told .where').textContent")
    assert where.startswith(f"{south:.2f}° N, {float(grid['lon'][inside[1]]):.2f}° E")


RADAR = {"kind": "radar", "gsd_m": 3.0, "reference_altitude_km": 500.0, "swath_km": 30.0}
CAMERA = {"kind": "optical", "gsd_m": 3.0, "reference_altitude_km": 500.0, "swath_km": 30.0}
PAIR = {"kind": "walker-star", "altitude_km": 600.0, "inclination_deg": 97.4, "total": 2}
PAIR |= {"planes": 2, "phasing": 1, "raan_deg": 166.0}
TILES = made.BOX.replace("200", '200\ncells = "healpix"')


@pytest.mark.parametrize(
    ("satellite", "region"),
    [
        ({"sensor": CAMERA | {"max_off_nadir_deg": 45.0}, "orbit": PAIR}, made.BOX),
        (
            {"sensor": RADAR | {"min_off_nadir_deg": 15, "max_off_nadir_deg": 40, "side": "right"}},
            TILES,
        ),
        (
            {
                "sensor": CAMERA
                | {"max_off_nadir_deg": 50, "max_gsd_m": 5.0, "satellite_lighting": "sunlit"}
            },
            TILES,
        ),
        (
            {"sensor": CAMERA | {"max_off_nadir_deg": 40, "swath_km": 900.0}},
            made.BOX + 'look = "swath"\n',
        ),
    ],
    ids=["two satellites", "radar to the right", "sunlit and sharp", "a held strip"],
)
def test_a_cell_shows_the_windows_of_its_centre_as_the_engine_finds_them(
    desk: Browser, satellite: dict[str, Any], region: str, tmp_path: Path
) -> None:
    run = made.finished(
        made.text(region, start="2023-11-24", days=4.0, targets=[], satellite=satellite)
    )
    desk.open(write_page([run], tmp_path / "report.html"))
    case = study.Study(loads(run.scenario_toml, origin="test", folder=Path()))
    watches = study.watches(case, case.scenario.regions[0].look)
    found = 0
    for longitude, latitude in list(zip(*cells.places_deg(run.grids["box"]), strict=True))[::4]:
        click_on_map(desk, run, longitude, latitude)
        told = desk.value(
            "[...document.querySelectorAll('.told .windows li')].map((li) => "
            "[Number(li.dataset.from), Number(li.dataset.to)])"
        )
        parts = [
            watch.accesses(
                case.tracks[number],
                sites(latitude, longitude),
                start_s=0.0,
                end_s=run.days * DAY_S,
                sun=case.sun,
            )
            for number, watch in enumerate(watches)
        ]
        expected = sorted(w for part in parts for w in zip(part.start_s, part.end_s, strict=True))
        assert np.array(told).shape == np.array(expected).shape
        # What the page itself says of how near they are.
        assert np.abs(np.array(told) - np.array(expected)).max(initial=0.0) < looks.NEAR_S
        found += len(told)
    assert found >= 10
    assert "to about 1 s" in desk.value("document.querySelector('.told .note').textContent")


def click_on_map(shown: Browser, run: Results, longitude_deg: float, latitude_deg: float) -> None:
    """Click where a place lies on the map, with nothing told above it."""
    ((x, y),) = World(run.map_centre_deg).places([longitude_deg], [latitude_deg])
    shown.value("document.querySelector('.told .close')?.click()")
    shown.value("document.querySelector('svg.map').scrollIntoView({block: 'center'})")
    shown.click_at(
        *shown.value(
            "(() => { const p = new DOMPoint("
            f"{x}, {y}).matrixTransform(document.querySelector('svg.map').getScreenCTM()); "
            "return [p.x, p.y]; })()"
        )
    )


def test_a_cell_shows_the_figures_of_the_network_chosen(shown: Browser) -> None:
    shown.value("document.querySelector('svg.map').focus()")
    shown.key("Enter")
    head = "document.querySelector('.told h5').textContent"
    assert shown.value(head) == "With DPRK alone"
    shown.choose('[data-part="network"]', "1")
    assert shown.value(head) == "With DPRK and all of Russia"


def test_the_cell_in_the_middle_is_told_to_whoever_has_no_mouse(shown: Browser) -> None:
    shown.value("document.querySelector('svg.map').focus()")
    shown.key("Enter")
    assert shown.value("document.querySelector('.told h4').textContent").startswith("Cell ")


def test_colours_follow_the_figure_and_the_network(shown: Browser) -> None:
    names = shown.value(
        "[...document.querySelectorAll('[data-part=\"figure\"] option')].map((o) => o.text)"
    )
    legend = "document.querySelector('[data-part=\"legend\"]').textContent"
    before = shown.value(legend)
    for number, name in enumerate(names):
        shown.choose('[data-part="figure"]', str(number))
        assert shown.value(legend).startswith(name)
        assert shown.value(
            "document.querySelectorAll('[data-part=\"cells\"] path').length"
        ) > 0 or ("headquarters" in name)
    assert shown.value(legend) != before
    shown.choose('[data-part="network"]', "1")
    visible = "[...document.querySelectorAll('.reach')].map((r) => r.hasAttribute('hidden'))"
    assert shown.value(visible) == [True, False]


def test_the_map_is_moved_and_zoomed_by_keys_and_buttons(shown: Browser) -> None:
    view = "document.querySelector('svg.map').getAttribute('viewBox').split(' ').map(Number)"
    before = shown.value(view)
    shown.click('[data-part="closer"]')
    closer = shown.value(view)
    assert closer[2] < before[2]
    shown.value("document.querySelector('svg.map').focus()")
    shown.key("ArrowRight")
    assert shown.value(view)[0] > closer[0]
    shown.click('[data-part="world"]')
    assert shown.value(view)[2] == pytest.approx(100_000, rel=0.2)


def test_the_day_chosen_shows_its_events(shown: Browser, run: Results) -> None:
    shown.click('[data-part="after"]')
    day = int(shown.value("document.querySelector('select.day').value"))
    starts = run.accesses["start_s"]
    expected = int(((starts >= day * DAY_S) & (starts < (day + 1) * DAY_S)).sum())
    rows = shown.value(
        "[...document.querySelectorAll('[data-part=\"events\"] tr')]"
        ".map((row) => row.cells[2].textContent)"
    )
    assert rows.count("Access") == expected
    line = shown.value("document.querySelector('[data-part=\"timeline\"]').getAttribute('viewBox')")
    assert line.split()[0] == str(day * 1_440)


def test_a_head_of_the_table_sorts_it(shown: Browser) -> None:
    head = "table.sortable thead th:nth-child(4)"
    shown.click(f"{head} button")
    assert shown.value(f"document.querySelector('{head}').getAttribute('aria-sort')") == "ascending"
    values = shown.value(
        "[...document.querySelectorAll('table.sortable tbody tr')].map((r) => "
        "Number(r.cells[3].dataset.value))"
    )
    assert values == sorted(values)


def test_the_policy_bites(shown: Browser) -> None:
    shown.value(
        "(() => { const s = document.createElement('script'); s.textContent = 'window.evil = 1'; "
        "document.body.append(s); })()"
    )
    assert shown.value("typeof window.evil") == "undefined"
    with pytest.raises(RuntimeError, match="EvalError"):
        shown.value("eval('1')")


def test_nothing_scrolls_sideways_on_a_phone(shown: Browser, page: Path) -> None:
    shown.size(390, 844, phone=True)
    shown.open(page)
    shown.click(".mark.target .touch")
    assert shown.value("document.documentElement.scrollWidth") == 390


def names(shown: Browser) -> list[tuple[str, str]]:
    """Return role and name of everything that can be used or read, as a screen reader has it."""
    nodes: list[dict[str, Any]] = shown.call("Accessibility.getFullAXTree")["nodes"]
    return [
        (node["role"]["value"], str(node.get("name", {}).get("value", "")))
        for node in nodes
        if not node.get("ignored")
    ]


def test_every_control_has_a_name(shown: Browser) -> None:
    found = names(shown)
    used = ("button", "slider", "combobox", "link", "listitem", "image", "figure", "MenuListPopup")
    roles = {role for role, _ in found}
    assert {"button", "slider", "combobox", "link"} <= roles
    unnamed = [role for role, name in found if role in used[:4] and not name.strip()]
    assert unnamed == []
    assert ("button", "Kadena Air Base") in found
    assert [role for role, name in found if role in ("table", "list") and not name.strip()] == []


def test_headings_descend_one_step_at_a_time_and_the_page_has_its_landmarks(
    shown: Browser,
) -> None:
    levels = shown.value(
        "[...document.querySelectorAll('h1, h2, h3, h4')].map((each) => Number(each.tagName[1]))"
    )
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(later - before <= 1 for before, later in pairwise(levels))
    assert {"main", "navigation", "contentinfo"} <= {role for role, _ in names(shown)}


def test_without_its_script_the_page_shows_all_that_lies_still(desk: Browser, page: Path) -> None:
    desk.open(page, scripts=False)
    assert desk.messages == []
    text = desk.value("document.body.innerText")
    assert "How soon?" in text
    assert "Kadena Air Base" in text
    assert "Day before" not in text
    used = "[...document.querySelectorAll('button, select, input, [role=button], [tabindex]')]"
    shown = desk.value(f"{used}.filter((e) => e.offsetParent && !e.matches('.wide, pre')).length")
    assert shown == 0
    desk.call("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.parametrize("region", [made.BOX, TILES], ids=["grid", "healpix"])
def test_without_its_script_cells_and_targets_have_the_colours_that_the_script_gives(
    desk: Browser, region: str, tmp_path: Path
) -> None:
    run = made.finished(made.text(region, start="2023-11-24", days=3.0))
    page = write_page([run], tmp_path / "report.html")
    world = World(run.map_centre_deg)
    middles = world.places(*cells.places_deg(run.grids["box"])).tolist()
    colours = (
        f"{middles}.map(([x, y]) => {{"
        " const p = document.querySelector('svg.map').createSVGPoint(); p.x = x; p.y = y;"
        " const paths = [...document.querySelectorAll('[data-part=\"cells\"] path')];"
        " return paths.filter((c) => c.isPointInFill(p)).map((c) => c.getAttribute('class')); })"
    )
    dots = "[...document.querySelectorAll('.dot')].map((dot) => dot.getAttribute('class'))"
    legend = "document.querySelector('[data-part=\"legend\"]').innerText"
    seen = []
    for scripts in (False, True):
        desk.open(page, scripts=scripts)
        seen.append([desk.value(what) for what in (colours, dots, legend)])
    assert seen[0] == seen[1]
    assert all(len(found) == 1 for found in seen[0][0])
    assert len({found[0] for found in seen[0][0]}) > 2


@pytest.mark.parametrize(
    "more",
    [
        '\n[[regions]]\nname = "tiles"\ncells = "healpix"\nresolution_km = 100\n'
        "bounds_deg = {west = 170, south = 50, east = -170, north = 70}\n",
        '\n[[regions]]\nname = "fine"\nresolution_km = 11\n'
        "bounds_deg = {west = 110, south = 20, east = 140, north = 40}\n",
    ],
    ids=["healpix over the date line", "fifty thousand cells"],
)
def test_cells_of_every_kind_and_number_are_painted(
    desk: Browser, more: str, tmp_path: Path
) -> None:
    run = made.finished(made.SMALL + more, "span.days=1", "targets=[]", 'networks=["dprk"]')
    (grid,) = run.grids.values()
    desk.open(write_page([run], tmp_path / "report.html"))
    drawn = desk.value(
        "[...document.querySelectorAll('[data-part=\"cells\"] path')]"
        ".reduce((n, p) => n + p.getAttribute('d').split('M').length - 1, 0)"
    )
    assert drawn == int(grid["in_region"].sum())
    assert desk.messages == []


def test_strips_are_shown_on_their_day(desk: Browser, tmp_path: Path) -> None:
    box = made.BOX + "strips = true\n"
    run = made.finished(made.text(box, start="2023-11-24", days=2.0))
    desk.open(write_page([run], tmp_path / "report.html"))
    starts = run.strip_edges.groupby(["satellite", "strip"])["time_s"].min()
    for day in (0, 1):
        desk.choose("select.day", str(day))
        shape = desk.value("document.querySelector('[data-part=\"strips\"]').getAttribute('d')")
        assert shape.count("z") == int((starts // DAY_S == day).sum()) > 0


def test_coasts_keep_their_width_however_near(shown: Browser) -> None:
    for part in ("land", "coast"):
        style = f"getComputedStyle(document.querySelector('#run-1-{part}')).vectorEffect"
        assert shown.value(style) == "non-scaling-stroke"


def test_several_satellites_move_each_on_its_own_track(desk: Browser, tmp_path: Path) -> None:
    orbit = {"kind": "walker-star", "altitude_km": 500.0, "inclination_deg": 97.4, "total": 4}
    orbit |= {"planes": 2, "phasing": 1, "raan_deg": 166.0}
    four = made.text(days=1.0, satellite={"orbit": orbit})
    run = made.finished(four)
    desk.open(write_page([run], tmp_path / "report.html"))
    places = desk.value(
        "[...document.querySelectorAll('.craft')].map((c) => c.dataset.lon + c.dataset.lat)"
    )
    assert len(places) == len(set(places)) == 4


def test_runs_compared_are_opened_one_at_a_time(
    desk: Browser, run: Results, tmp_path: Path
) -> None:
    other = made.finished(made.text(title="Another", start="2023-11-24", days=3.0))
    desk.open(write_page([run, other], tmp_path / "report.html"))
    hidden = "[...document.querySelectorAll('section.run')].map((r) => r.hasAttribute('hidden'))"
    assert desk.value(hidden) == [False, True]
    curves = "[...document.querySelectorAll('.compared svg.chart')].map((c) => "
    curves += "c.querySelectorAll('.curve').length)"
    # Each of the two runs has two networks.
    assert desk.value(curves) == [4, 4, 4]
    strokes = (
        "new Set([...document.querySelector('.compared svg.chart').querySelectorAll('.curve')]"
        ".map((c) => getComputedStyle(c).stroke + getComputedStyle(c).strokeDasharray)).size"
    )
    assert desk.value(strokes) == 4
    desk.click("nav.runs button:nth-child(2)")
    assert desk.value(hidden) == [True, False]
    assert desk.value("document.querySelectorAll('#run-2 .craft').length") == 1
    assert desk.messages == []
