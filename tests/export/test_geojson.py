"""GeoJSON of a run: what it holds, where, and that it is what RFC 7946 asks for."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from simulator.errors import InputError
from simulator.export import Choices, export, format_of
from simulator.results import Results

LAYERS = ["targets", "stations", "contact_circles", "tracks", "fields_of_regard", "cells"]


def written(results: Results, place: Path, choices: Choices | None = None) -> Any:
    export(results, format_of("geojson", None), place, choices or Choices(), force=True)
    return json.loads(place.read_text(encoding="utf-8"))


def of_layer(collection: Any, layer: str) -> list[Any]:
    return [f for f in collection["features"] if f["properties"]["layer"] == layer]


@pytest.fixture(scope="module")
def collection(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return written(results, tmp_path_factory.mktemp("geojson") / "day.geojson")


def test_every_shape_lies_on_the_map_and_turns_the_right_way(collection: Any) -> None:
    assert collection["type"] == "FeatureCollection" and "crs" not in collection
    assert list(dict.fromkeys(f["properties"]["layer"] for f in collection["features"])) == LAYERS
    for feature in collection["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        west, south, east, north = shape.bounds
        assert (
            shape.is_valid and -180.0 <= west <= east <= 180.0 and -90.0 <= south <= north <= 90.0
        )
        for part in shapely.get_parts(shape):
            if part.geom_type == "Polygon":
                assert part.exterior.is_ccw and not any(hole.is_ccw for hole in part.interiors)


def test_the_file_says_what_it_is_made_from(collection: Any, results: Results) -> None:
    assert collection["title"] == results.title and collection["source"] == results.source_line
    assert collection["caution"] == results.provenance["caution"]
    assert collection["span"] == "2023-11-24T00:00:00Z, 1 day"


def test_places_have_all_their_figures(collection: Any, results: Results) -> None:
    osan = of_layer(collection, "targets")[0]
    row = results.targets.iloc[0]
    assert osan["geometry"]["coordinates"] == [row["longitude_deg"], row["latitude_deg"]]
    assert osan["properties"]["name"] == "Osan Air Base"
    assert osan["properties"]["revisit_mean_h"] == row["revisit_mean_h"]
    stations = {f["properties"]["station"]: f for f in of_layer(collection, "stations")}
    assert len(stations) == results.stations["station"].nunique()
    assert stations["pgscc"]["properties"]["networks"] == "dprk; dprk+russia; dprk+russia+relay"
    assert stations["luch5b"]["geometry"]["coordinates"] == [-16.3, 0.0]


def test_cells_have_all_their_figures_on_both_sides_of_the_date_line(
    collection: Any, results: Results
) -> None:
    for region, grid in results.grids.items():
        own = [f for f in of_layer(collection, "cells") if f["properties"]["region"] == region]
        inside = grid["in_region"].to_numpy()
        assert len(own) == inside.sum()
        for name in ("accesses_per_day", "wait_mean_h", "cell_area_km2"):
            told = [f["properties"][name] for f in own]
            assert np.allclose(told, grid[name].to_numpy()[inside], atol=1e-3)
    bounds = [shapely.geometry.shape(f["geometry"]).bounds for f in own]
    assert min(b[0] for b in bounds) < -175.0 and max(b[2] for b in bounds) > 175.0
    assert all(
        b[2] - b[0] < 2.0 or f["geometry"]["type"] == "MultiPolygon"
        for b, f in zip(bounds, own, strict=True)
    )


def test_tracks_are_where_the_satellites_fly_with_times_in_utc(
    collection: Any, results: Results
) -> None:
    tracks = of_layer(collection, "tracks")
    for name in results.satellites["satellite"]:
        own = [f["properties"] for f in tracks if f["properties"]["satellite"] == name]
        assert own[0]["start_utc"] == "2023-11-24T00:00:00.000Z"
        assert own[-1]["end_utc"] == "2023-11-25T00:00:00.000Z"
        # One follows on the other, from node to node.
        assert all(a["end_utc"] == b["start_utc"] for a, b in pairwise(own))
        minutes = [(p["end_s"] - p["start_s"]) / 60.0 for p in own[1:-1]]
        period = results.satellites.set_index("satellite").loc[name, "period_min"]
        assert np.allclose(minutes, period, atol=0.2)
    lines = shapely.union_all([shapely.geometry.shape(f["geometry"]) for f in tracks])
    points = shapely.points(results.tracks[["longitude_deg", "latitude_deg"]].to_numpy()[::17])
    assert shapely.distance(points, lines).max() < 0.05


def test_fields_of_regard_are_as_wide_as_the_tables_say(collection: Any, results: Results) -> None:
    widest = results.satellites.set_index("satellite")["field_of_regard_max_km"]
    for feature in of_layer(collection, "fields_of_regard"):
        told = feature["properties"]
        assert told["reach_max_km"] <= widest[told["satellite"]] + 0.5


@pytest.mark.parametrize(
    ("choices", "layers"),
    [
        (Choices(tables=("accesses",)), ["accesses"]),
        (Choices(figure="cell_age_mean_h", networks=("dprk",)), [*LAYERS[:-1], "cell_networks"]),
        (Choices(tables=("positions",), hours=0.1, step_s=30.0), ["positions"]),
    ],
)
def test_layers_are_chosen_by_name_and_by_figure(
    results: Results, tmp_path: Path, choices: Choices, layers: list[str]
) -> None:
    chosen = written(results, tmp_path / "x.geojson", choices)
    assert list(dict.fromkeys(f["properties"]["layer"] for f in chosen["features"])) == layers
    if choices.figure:
        cells = of_layer(chosen, "cell_networks")
        assert {f["properties"]["network"] for f in cells} == {"dprk"}
        grid = results.grids["korea"]
        told = [f["properties"][choices.figure] for f in cells]
        there = grid[choices.figure].to_numpy()[0][grid["in_region"].to_numpy()]
        assert np.allclose(pd.Series(told[: len(there)], dtype=float), there, equal_nan=True)
    if choices.step_s:
        assert len(chosen["features"]) == 2 * 13


def test_what_happens_later_is_left_out(results: Results, tmp_path: Path) -> None:
    first = results.accesses["start_s"].min()
    choices = Choices(
        satellites=("Malligyong-1",),
        tables=("accesses", "tracks"),
        start=results.start + timedelta(seconds=first - 600.0),
        hours=0.2,
    )
    chosen = written(results, tmp_path / "x.geojson", choices)
    (access,) = of_layer(chosen, "accesses")
    assert access["properties"]["target"] == "kadena"
    assert {f["properties"]["satellite"] for f in chosen["features"]} == {"Malligyong-1"}


@pytest.mark.parametrize(
    ("choices", "fault"),
    [
        (Choices(tables=("cels",)), "did you mean 'cells'"),
        (Choices(region="corea"), "did you mean 'korea'"),
        (Choices(figure="revisit_mean"), "figure: 'revisit_mean' is no figure of these cells"),
        (Choices(tables=("strips",)), "these results have no strips"),
        (Choices(satellites=("Maligyong-1",)), "did you mean 'Malligyong-1'"),
        (Choices(step_s=0.01), r"step_s: 17,280,000 places of satellites; allowed 2,000,000"),
    ],
)
def test_what_the_results_do_not_have_is_refused(
    results: Results, tmp_path: Path, choices: Choices, fault: str
) -> None:
    with pytest.raises(InputError, match=fault):
        written(results, tmp_path / "x.geojson", choices)
    assert not list(tmp_path.iterdir())


def test_the_same_results_give_the_same_bytes(results: Results, tmp_path: Path) -> None:
    for name in ("a", "b"):
        written(results, tmp_path / f"{name}.geojson", Choices(hours=3.0))
    assert (tmp_path / "a.geojson").read_bytes() == (tmp_path / "b.geojson").read_bytes()


def test_strips_lie_between_their_edges_and_an_access_where_its_target_is(
    at_sea: Results, tmp_path: Path
) -> None:
    chosen = written(
        at_sea, tmp_path / "x.geojson", Choices(tables=("strips", "accesses"), hours=48.0)
    )
    edges = at_sea.strip_edges
    strips = of_layer(chosen, "strips")
    assert len(strips) == edges.groupby(["satellite", "strip"]).ngroups > 0
    for feature in strips:
        told = feature["properties"]
        own = edges[(edges["strip"] == told["strip"]) & (edges["satellite"] == told["satellite"])]
        assert (told["start_s"], told["end_s"]) == (own["time_s"].min(), own["time_s"].max())
        shape = shapely.geometry.shape(feature["geometry"])
        middles = [
            own[[f"left_{axis}_deg", f"right_{axis}_deg"]].mean(axis=1).to_numpy()[1:-1]
            for axis in ("longitude", "latitude")
        ]
        assert shapely.contains_xy(shape, *middles).all()
    ship = [f for f in of_layer(chosen, "accesses") if f["properties"]["target"] == "ship <east>"]
    for feature in ship:
        at_s = feature["properties"]["best_s"]
        way = at_sea.ways
        there = [np.interp(at_s, way["time_s"], way[f"{a}_deg"]) for a in ("longitude", "latitude")]
        assert np.allclose(feature["geometry"]["coordinates"], there, atol=1e-6)
    assert ship
