"""Figures of sweeps, drawn from made-up tables whose answers are known."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from simulator import maps
from simulator.errors import InputError
from simulator.maps import sweeps
from simulator.maps.sweeps import Subject
from simulator.uncertainty import spread

ALTITUDE, ANGLE = "satellites.0.orbit.altitude_km", "satellites.0.sensor.max_off_nadir_deg"
TOTAL, PLANES = "satellites.0.orbit.total", "satellites.0.orbit.planes"
NETWORKS = {"dprk": 1.0, "dprk+russia": 0.6, "dprk+russia+relay": 0.55}
TARGETS = {"osan": 0.9, "kadena": 1.1}


@dataclass(frozen=True)
class MadeSweep:
    title: str
    table: pd.DataFrame
    array: xr.Dataset
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def sweep_of(axes: dict[str, list[object]], *, title: str = "Made up") -> MadeSweep:
    """A sweep over a grid: age falls with every number varied, revisit with all but the first."""
    rows = []
    for point, values in enumerate(product(*axes.values())):
        numbers = [float(v) if isinstance(v, (int, float)) else 1.0 for v in values]
        age = 200.0 / np.prod(np.array(numbers) / [float(_first(v)) for v in axes.values()])
        row = {"point": point, **dict(zip(axes, values, strict=True)), "status": "done"}
        row |= {"error": ""}
        row |= {f"age_mean_h[{name}]": age * share for name, share in NETWORKS.items()}
        row |= {f"response_mean_h[{name}]": 2.0 * age * s for name, s in NETWORKS.items()}
        row |= {f"wait_mean_h[{name}]": 0.5 * age * s for name, s in TARGETS.items()}
        row |= {f"shared_h[{name}]": age * s for name, s in (NETWORKS | TARGETS).items()}
        row |= {f"revisit_mean_h[{name}]": 0.4 * age * s for name, s in TARGETS.items()}
        rows.append(row)
    array = xr.Dataset(coords={"network": list(NETWORKS), "target": list(TARGETS)})
    return MadeSweep(title, pd.DataFrame(rows), array)


def _first(values: list[object]) -> object:
    return values[0] if isinstance(values[0], (int, float)) else 1.0


LADDER = sweep_of({ALTITUDE: [400.0, 450.0, 500.0, 550.0, 600.0]})
GRID = sweep_of({ALTITUDE: [400.0, 450.0, 500.0, 550.0, 600.0], ANGLE: [15.0, 25.0, 35.0, 45.0]})
FLEET = sweep_of({TOTAL: [1, 2, 4, 6, 8], PLANES: [1, 2, 3]})
DEEP = sweep_of(
    {ALTITUDE: [400.0, 500.0, 600.0], ANGLE: [15.0, 30.0, 45.0], TOTAL: [1, 2, 3, 4, 6, 8]}
)
RATES = sweep_of({"networks": ["one", "two"], "satellites.0.downlink_rate_mbps": [1.0, 2.0, 4.0]})


FIGURES = {
    "line-networks": lambda: sweeps.line(LADDER, "age_mean_h", x="altitude_km"),
    "line-band": lambda: sweeps.line(GRID, "revisit_mean_h", x="altitude_km"),
    "line-by": lambda: sweeps.line(
        GRID, "age_mean_h", x="altitude_km", by="max_off_nadir_deg", subject=Subject(network="dprk")
    ),
    "line-names": lambda: sweeps.line(
        RATES, "age_mean_h", x="networks", subject=Subject(network="dprk")
    ),
    "heat-map": lambda: sweeps.heat_map(
        GRID, "revisit_mean_h", x="altitude_km", y="max_off_nadir_deg"
    ),
    "multiples-cells": lambda: sweeps.small_multiples(
        DEEP, "revisit_mean_h", x="altitude_km", y="max_off_nadir_deg", panel="total"
    ),
    "multiples-lines": lambda: sweeps.small_multiples(
        DEEP, "age_mean_h", x="total", panel="network", by="max_off_nadir_deg"
    ),
    "multiples-networks": lambda: sweeps.small_multiples(
        GRID, "age_mean_h", x="altitude_km", panel="max_off_nadir_deg"
    ),
    "trade-off": lambda: sweeps.trade_off(FLEET, "total", "age_mean_h", label="planes"),
    "intervals": lambda: sweeps.intervals(
        spread(
            GRID.table,
            ["age_mean_h", "response_mean_h"],
            networks=list(NETWORKS),
            baseline="dprk",
        ),
        sweep=GRID,
    ),
}


def words(figure: Figure) -> str:
    texts = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        texts += [axes.get_xlabel(), axes.get_ylabel(), axes.get_title("left")]
        texts += [text.get_text() for text in axes.texts]
    for legend in figure.legends:
        texts += [text.get_text() for text in legend.get_texts()]
    return "\n".join(texts)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_titled_sourced_and_the_same_bytes_twice(name: str, tmp_path: Path) -> None:
    figure = FIGURES[name]()
    assert "Made up" in words(figure)
    assert "SGP4 (WGS72), WGS84" in words(figure)
    first = sweeps.save(figure, tmp_path / "first.png", dpi=60).read_bytes()
    second = sweeps.save(FIGURES[name](), tmp_path / "second.png", dpi=60).read_bytes()
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()
    assert len(first) > 8_000


def test_a_line_a_network_shows_its_values_in_the_unit_that_reads_best() -> None:
    figure = FIGURES["line-networks"]()
    axes = figure.axes[0]
    assert axes.get_ylabel() == "Mean age of the newest picture, days"
    assert axes.get_xlabel() == "Altitude, km"
    assert np.allclose(axes.lines[0].get_ydata(), 200.0 / 24.0 * 400.0 / np.arange(400, 601, 50))
    assert len({line.get_color() for line in axes.lines}) == len(NETWORKS)
    assert "dprk\n+russia" in words(figure) or "dprk+russia" in words(figure)


def test_what_is_not_drawn_is_averaged_and_said() -> None:
    figure = FIGURES["line-band"]()
    assert "mean over greatest off-nadir angle, 2 targets; band: extremes" in words(figure)
    rows = GRID.table[GRID.table[ALTITUDE] == 400.0]
    mean = rows[["revisit_mean_h[osan]", "revisit_mean_h[kadena]"]].to_numpy().mean()
    assert np.isclose(figure.axes[0].lines[0].get_ydata()[0], mean)


def test_cells_of_a_heat_map_hold_the_means_and_gaps_stay_empty() -> None:
    table = GRID.table.copy()
    table.loc[(table[ALTITUDE] == 500.0) & (table[ANGLE] == 25.0), "status"] = "failed"
    figure = sweeps.heat_map(
        MadeSweep("Made up", table, GRID.array),
        "age_mean_h",
        x=ALTITUDE,
        y=ANGLE,
        subject=Subject(network="dprk"),
    )
    (mesh,) = [c for c in figure.axes[0].collections if isinstance(c, QuadMesh)]
    values = np.ma.asarray(mesh.get_array()).reshape(4, 5)
    assert np.isclose(values[0, 0], 200.0 / 24.0)
    assert values.mask.sum() == 1 and values.mask[1, 2]
    assert "19 runs, 1 more failed" in words(figure)


def test_panels_share_one_scale() -> None:
    lines = FIGURES["multiples-lines"]()
    assert len({axes.get_ylim() for axes in lines.axes}) == 1
    cells = FIGURES["multiples-cells"]()
    meshes = [c for axes in cells.axes[:6] for c in axes.collections if isinstance(c, QuadMesh)]
    assert len(meshes) == 6
    assert len({mesh.get_clim() for mesh in meshes}) == 1


def test_the_front_of_a_trade_off_is_marked() -> None:
    figure = FIGURES["trade-off"]()
    front = figure.axes[0].lines[1]
    # More planes are always better in the made-up sweep: only three planes stay on the front.
    assert list(front.get_xdata()) == [1.0, 2.0, 4.0, 6.0, 8.0]
    assert np.allclose(front.get_ydata(), 200.0 / 24.0 / 3.0 / np.array([1, 2, 4, 6, 8]))
    assert [text.get_text() for text in figure.axes[0].texts] == ["3"] * 5


def test_sweeps_of_the_same_keys_are_drawn_as_one() -> None:
    extra = sweep_of({TOTAL: [12], PLANES: [4]})
    both = sweeps.joined(FLEET, extra)
    assert list(both.table["point"]) == list(range(16))
    axes = sweeps.line(both, "age_mean_h", x="total", subject=Subject(network="dprk")).axes[0]
    assert axes.lines[0].get_xdata()[-1] == 12.0
    with pytest.raises(InputError, match="sweeps of different keys"):
        sweeps.joined(FLEET, LADDER)


def test_wrong_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'age_mean_h'"):
        sweeps.line(GRID, "age_men_h", x="altitude_km")
    with pytest.raises(InputError, match="not among the varied keys"):
        sweeps.line(GRID, "age_mean_h", x="altitude")
    with pytest.raises(InputError, match="network 'dprk\\+rusia' has no age_mean_h"):
        sweeps.line(GRID, "age_mean_h", x="altitude_km", subject=Subject(network="dprk+rusia"))
    with pytest.raises(InputError, match="name one of dprk"):
        sweeps.line(GRID, "age_mean_h", x="altitude_km", by="max_off_nadir_deg")
    twice = sweep_of({"a.planes": [1, 2], "b.planes": [1, 2]})
    with pytest.raises(InputError, match=r"several varied keys: a\.planes, b\.planes"):
        sweeps.line(twice, "age_mean_h", x="planes")


def test_a_name_that_networks_and_targets_share_is_taken_of_the_one_asked_for() -> None:
    of_target = sweeps.line(LADDER, "shared_h", x="altitude_km", subject=Subject(target="osan"))
    assert len(of_target.axes[0].lines) == 1
    assert "target osan" in words(of_target)
    assert len(sweeps.line(LADDER, "shared_h", x="altitude_km").axes[0].lines) == 3


numbers = st.lists(
    st.tuples(st.integers(0, 6).map(float), st.integers(0, 6).map(float)), min_size=1, max_size=12
)


@given(numbers, st.booleans(), st.booleans())
def test_the_front_is_what_brute_force_finds(
    points: list[tuple[float, float]], more_x: bool, more_y: bool
) -> None:
    x, y = np.array(points).T
    a, b = (-x if more_x else x), (-y if more_y else y)
    beaten = [
        any((a <= a[i]) & (b <= b[i]) & ((a < a[i]) | (b < b[i])))  # one beats this one
        for i in range(len(x))
    ]
    front = sweeps.non_dominated(x, y, more_x=more_x, more_y=more_y)
    assert list(front) == [not lost for lost in beaten]


def test_points_with_a_number_missing_are_never_on_the_front() -> None:
    assert list(sweeps.non_dominated([1.0, np.nan, 2.0], [np.nan, 0.0, 1.0])) == [
        False,
        False,
        True,
    ]


def test_titles_names_and_values_are_text_and_warn_of_nothing(tmp_path: Path) -> None:
    odd = "$\\frac{만리경 $$"
    rates = sweep_of({"networks": [odd, "$$"], "satellites.0.downlink_rate_mbps": [1.0, 2.0, 4.0]})
    named = rates.table.rename(columns=lambda name: name.replace("[dprk]", f"[{odd}]"))
    array = xr.Dataset(coords={"network": [odd, *list(NETWORKS)[1:]], "target": list(TARGETS)})
    sweep = MadeSweep(f"{odd} x^2", named, array)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for number, figure in enumerate(
            (
                sweeps.line(sweep, "age_mean_h", x="networks"),
                sweeps.line(sweep, "age_mean_h", x="downlink_rate_mbps", title="$$"),
                sweeps.heat_map(sweep, "age_mean_h", x="downlink_rate_mbps", y="networks"),
                sweeps.small_multiples(
                    sweep, "age_mean_h", x="downlink_rate_mbps", panel="network"
                ),
                sweeps.trade_off(sweep, "age_mean_h", "response_mean_h", label="networks"),
            )
        ):
            path = sweeps.save(figure, tmp_path / f"{number}.svg", dpi=40)
            assert path.stat().st_size > 5_000
            assert odd in words(figure)


def test_one_key_gives_lines_and_two_give_colours_for_each_network() -> None:
    lines = maps.draw_sweep(sweep_of({ALTITUDE: [400.0, 500.0, 600.0]}), "age_mean_h")
    assert len(lines.axes) == 1 and len(lines.axes[0].lines) == 3
    both = sweep_of({ALTITUDE: [400.0, 500.0], ANGLE: [20.0, 30.0, 40.0]})
    panels = maps.draw_sweep(both, "age_mean_h")
    # A panel a network, and the bar.
    assert len(panels.axes) == 4
    alone = maps.draw_sweep(both, "age_mean_h", network="dprk")
    assert len(alone.axes) == 2
    assert alone.axes[0].get_xlabel().startswith("Altitude")


def test_a_key_that_is_named_is_along_the_figure() -> None:
    both = sweep_of({ALTITUDE: [400.0, 500.0], ANGLE: [20.0, 30.0, 40.0]})
    figure = maps.draw_sweep(both, "age_mean_h", x="max_off_nadir_deg")
    assert len(figure.axes) == 1
    assert "off-nadir" in figure.axes[0].get_xlabel()
    turned = maps.draw_sweep(both, "age_mean_h", y="altitude_km", network="dprk")
    assert "off-nadir" in turned.axes[0].get_xlabel()
    with pytest.raises(InputError, match="is along the figure already"):
        maps.draw_sweep(both, "age_mean_h", x="altitude_km", y="altitude_km")


def test_figures_without_a_number_are_neither_named_nor_drawn() -> None:
    sweep = sweep_of({ALTITUDE: [400.0, 500.0]})
    assert "age_mean_h" in maps.sweep_figures(sweep)
    assert maps.default_figure(sweep) in maps.sweep_figures(sweep)
    columns = [name for name in sweep.table if name.startswith("age_mean_h[")]
    sweep.table[columns] = float("nan")
    assert "age_mean_h" not in maps.sweep_figures(sweep)
    with pytest.raises(InputError, match="'age_mean_h' has no number at any point"):
        maps.draw_sweep(sweep, "age_mean_h")


def test_a_sweep_without_a_heading_is_lower() -> None:
    sweep = sweep_of({ALTITUDE: [400.0, 500.0]})
    plain = maps.draw_sweep(sweep, "age_mean_h")
    assert maps.draw_sweep(sweep, "age_mean_h", titled=False).get_figheight() < (
        plain.get_figheight() - 0.4
    )


CALLED = {
    "network": {
        "dprk": "DPRK alone",
        "dprk+russia": "DPRK and all of Russia",
        "dprk+russia+relay": "all and the relays",
    },
    "target": {"osan": "Osan Air Base"},
}


def heading(figure: Figure) -> str:
    return " ".join(figure.texts[0].get_text().split())


def test_networks_and_targets_are_called_by_their_names() -> None:
    named = replace(LADDER, names=CALLED)
    figure = sweeps.line(named, "age_mean_h", x="altitude_km")
    [legend] = figure.legends
    labels = [" ".join(text.get_text().split()) for text in legend.get_texts()]
    assert labels == list(CALLED["network"].values())
    alone = sweeps.line(named, "wait_mean_h", x="altitude_km", subject=Subject(target="osan"))
    assert "target Osan Air Base" in words(alone)
    # What a user is to type stays the id.
    with pytest.raises(InputError, match=r"name one of dprk, dprk\+russia"):
        sweeps.line(replace(GRID, names=CALLED), "age_mean_h", x=ALTITUDE, by="max_off_nadir_deg")
    twins = {"network": dict.fromkeys(NETWORKS, "the same")}
    [legend] = sweeps.line(replace(LADDER, names=twins), "age_mean_h", x=ALTITUDE).legends
    assert len({text.get_text() for text in legend.get_texts()}) == 3


def test_the_heading_of_lines_says_how_far_they_go_and_where_it_is_best() -> None:
    # 200 h at 400 km, two thirds of that at 600 km; with relays 0.55 of it.
    assert heading(sweeps.line(replace(LADDER, names=CALLED), "age_mean_h", x=ALTITUDE)) == (
        "Mean age of the newest picture falls from 8.3 d at altitude 400 km to 5.6 d at 600 km, "
        "with DPRK alone; 3.1 d there, with all and the relays"
    )
    alone = Subject(network="dprk")
    table = LADDER.table.copy()
    table["age_mean_h[dprk]"] = [5.0, 3.0, 2.0, 3.0, 4.0]
    bent = replace(LADDER, table=table)
    assert heading(sweeps.line(bent, "age_mean_h", x=ALTITUDE, subject=alone)) == (
        "Mean age of the newest picture is 2.00 h (altitude 500 km) to 5.00 h (altitude 400 km)"
    )
    table["age_mean_h[dprk]"] = [5.0, 5.0, 5.01, 5.0, 5.0]
    assert heading(sweeps.line(bent, "age_mean_h", x=ALTITUDE, subject=alone)) == (
        "Mean age of the newest picture is 5.00 h whatever the altitude"
    )
    by_count = sweep_of({TOTAL: [1, 2, 4]})
    assert "at 1 satellite to 2.1 d at 4 satellites" in heading(
        sweeps.line(by_count, "age_mean_h", x=TOTAL, subject=alone)
    )
    assert heading(sweeps.line(LADDER, "age_mean_h", x=ALTITUDE, title="Mine")) == "Mine"


def test_the_heading_of_colours_says_between_what_they_lie_and_where() -> None:
    figure = sweeps.heat_map(GRID, "age_mean_h", x=ALTITUDE, y=ANGLE, subject=Subject("dprk"))
    assert heading(figure) == (
        "Mean age of the newest picture is 1.9 d (600 km, 45 degrees) to 8.3 d (400 km, 15 degrees)"
    )
    panels = sweeps.small_multiples(
        replace(GRID, names=CALLED), "age_mean_h", x=ALTITUDE, y=ANGLE, panel="network"
    )
    assert "degrees, all and the relays) to 8.3 d" in heading(panels)
    # Nothing is found where nothing has a number.
    table = GRID.table.assign(**{f"age_mean_h[{name}]": float("nan") for name in NETWORKS})
    empty = sweeps.heat_map(replace(GRID, table=table), "age_mean_h", x=ALTITUDE, y=ANGLE)
    assert heading(empty).startswith("Mean age of the newest picture by altitude and")


def test_the_heading_of_a_front_says_where_it_begins_and_ends() -> None:
    figure = FIGURES["trade-off"]()
    assert heading(figure) == (
        "Mean age of the newest picture: at best 2.8 d at 1 satellite, 8.33 h at 8 satellites, "
        "with dprk"
    )


def test_the_axis_of_intervals_ends_with_the_greatest_of_them() -> None:
    figure = FIGURES["intervals"]()
    for axes in figure.axes:
        ends = [line.get_xdata()[-1] for line in axes.lines]
        assert axes.get_xlim() == (0.0, max(ends))
    assert heading(figure).startswith("Mean age of the newest picture is ")
    assert ", " in heading(figure) and heading(figure).endswith("with dprk+russia+relay")


def test_the_heading_of_panels_of_lines_says_between_what_all_of_them_lie() -> None:
    assert heading(FIGURES["multiples-networks"]()).replace("+ ", "+") == (
        "Mean age of the newest picture is 1.0 d (600 km, dprk+russia+relay, 45 degrees) to "
        "8.3 d (400 km, dprk, 15 degrees)"
    )


def test_a_heading_names_no_key_that_makes_no_difference() -> None:
    table = GRID.table.copy()
    for name in NETWORKS:
        table[f"age_mean_h[{name}]"] = 10.0 - table[ANGLE] / 10.0
    alike = replace(GRID, table=table, names=CALLED)
    panels = sweeps.small_multiples(alike, "age_mean_h", x=ALTITUDE, y=ANGLE, panel="network")
    assert heading(panels) == (
        "Mean age of the newest picture is 5.50 h (45 degrees) to 8.50 h (15 degrees)"
    )
    assert heading(sweeps.line(alike, "age_mean_h", x="max_off_nadir_deg")) == (
        "Mean age of the newest picture falls from 8.50 h at greatest off-nadir angle 15 degrees "
        "to 5.50 h at 45 degrees, whatever the network"
    )


def test_the_bar_of_colours_stands_beside_the_last_panel() -> None:
    for count in (1, 2, 3):
        grid = sweep_of({ALTITUDE: [400.0, 500.0], ANGLE: [15.0, 45.0], TOTAL: [1, 2, 4][:count]})
        figure = sweeps.small_multiples(grid, "revisit_mean_h", x=ALTITUDE, y=ANGLE, panel="total")
        *panels, bar = (axes.get_position() for axes in figure.axes)
        assert 0.0 < bar.x0 - max(panel.x1 for panel in panels) < 0.06
