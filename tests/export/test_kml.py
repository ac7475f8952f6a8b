"""KML and KMZ of a run: by the schema of the OGC, and as a reader of KML finds them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import fastkml
import numpy as np
import pytest
from fastkml import validator
from lxml import etree

from simulator.earth import geodetic_to_ecef, look_angles
from simulator.errors import InputError
from simulator.export import Choices, export, format_of
from simulator.results import Results

GX = "{http://www.google.com/kml/ext/2.2}"
KML = "{http://www.opengis.net/kml/2.2}"


def written(results: Results, place: Path, choices: Choices | None = None) -> Path:
    return export(results, format_of(None, place), place, choices or Choices(), force=True)


@pytest.fixture(scope="module")
def place(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(results, tmp_path_factory.mktemp("kml") / "day.kml", Choices(hours=6.0))


@pytest.fixture(scope="module")
def folders(place: Path) -> dict[str, Any]:
    (document,) = fastkml.KML.parse(place).features
    return {str(folder.name): folder for folder in document.features}


def marks(folder: Any) -> Iterator[Any]:
    for item in folder.features:
        if hasattr(item, "features"):
            yield from marks(item)
        else:
            yield item


def told(mark: Any) -> dict[str, str]:
    return {str(data.name): str(data.value) for data in mark.extended_data.elements}


def test_the_file_keeps_to_the_schema(place: Path) -> None:
    schema = Path(validator.__file__).parent / "schema" / "kml22gx.xsd"
    checked = etree.XMLSchema(etree.parse(schema))
    assert checked.validate(etree.parse(place)), checked.error_log


def test_strips_and_targets_that_move_keep_to_the_schema(at_sea: Results, tmp_path: Path) -> None:
    place = written(at_sea, tmp_path / "x.kml", Choices(hours=4.0))
    schema = Path(validator.__file__).parent / "schema" / "kml22gx.xsd"
    assert etree.XMLSchema(etree.parse(schema)).validate(etree.parse(place))
    (document,) = fastkml.KML.parse(place).features
    found = {str(folder.name): folder for folder in document.features}
    assert {m.name.split(", ")[0] for m in marks(found["Strips imaged"])} == {"M"}
    assert "ship <east>" in [mark.name for mark in marks(found["Targets"])]


def test_every_style_that_is_used_is_there(place: Path) -> None:
    tree = etree.parse(place)
    known = {style.get("id") for style in tree.iter(f"{KML}Style")}
    used = {str(link.text)[1:] for link in tree.iter(f"{KML}styleUrl")}
    assert used <= known and len(used) > 6


def test_folders_hold_what_the_run_has(folders: dict[str, Any], results: Results) -> None:
    assert list(folders) == [
        "Targets",
        "Stations and relays",
        "Contact circles",
        "Ground tracks",
        "Fields of regard (tick to show)",
        "Cells: revisit mean, hours",
        "Accesses: lines of sight at the best look",
        "Satellites",
    ]
    osan = next(mark for mark in marks(folders["Targets"]) if mark.name == "Osan Air Base")
    assert osan.geometry.coords == ((127.03, 37.09),)
    assert float(told(osan)["revisit_mean_h"]) == results.targets["revisit_mean_h"][0]
    relay = next(m for m in marks(folders["Stations and relays"]) if told(m)["kind"] == "relay")
    assert relay.geometry.coords[0][1:] == (0.0, 35_786_000.0)
    assert all(
        mark.visibility is False for mark in marks(folders["Fields of regard (tick to show)"])
    )


def test_names_come_through_whole(place: Path, folders: dict[str, Any]) -> None:
    assert [mark.name for mark in marks(folders["Satellites"])] == ["Malligyong-1", "Second & last"]
    assert b"Second &amp; last" in place.read_bytes()


def test_satellites_move_as_they_fly(place: Path, results: Results) -> None:
    tracks = list(etree.parse(place).iter(f"{GX}Track"))
    assert len(tracks) == 2
    for track, name in zip(tracks, results.satellites["satellite"], strict=True):
        whens = [when.text for when in track.iter(f"{KML}when")]
        places = np.array([str(c.text).split() for c in track.iter(f"{GX}coord")], dtype=float)
        rows = results.tracks[results.tracks["satellite"] == name].iloc[:361]
        assert len(whens) == len(places) == 361
        assert whens[0] == "2023-11-24T00:00:00.000Z" and whens[-1] == "2023-11-24T06:00:00.000Z"
        apart = geodetic_to_ecef(places[:, 1], places[:, 0], places[:, 2]) - geodetic_to_ecef(
            rows["latitude_deg"], rows["longitude_deg"], rows["altitude_km"] * 1e3
        )
        assert np.abs(apart).max() < 3.0


def test_what_happens_has_its_time(folders: dict[str, Any], results: Results) -> None:
    accesses = list(marks(folders["Accesses: lines of sight at the best look"]))
    assert len(accesses) == len(results.accesses)
    for mark, row in zip(accesses, results.accesses.itertuples(), strict=True):
        assert abs(mark.times.begin.dt - row.start_utc) < timedelta(milliseconds=1)
        assert abs(mark.times.end.dt - row.end_utc) < timedelta(milliseconds=1)
        # The line of sight is as long, and as high, as the table says.
        (x0, y0, z0), (x1, y1, z1) = mark.geometry.coords
        looked = look_angles(geodetic_to_ecef(y1, x1, z1), latitude_deg=y0, longitude_deg=x0)
        assert float(looked.slant_range_km) == pytest.approx(row.slant_range_km, abs=0.1)
        assert (
            float(looked.elevation_deg) == pytest.approx(row.elevation_deg, abs=0.02) and z0 == 0.0
        )
    tracks = list(marks(folders["Ground tracks"]))
    assert all(mark.times.begin.dt < mark.times.end.dt for mark in tracks)


def test_cells_lie_in_folders_of_their_class(folders: dict[str, Any], results: Results) -> None:
    count = 0
    for region in folders["Cells: revisit mean, hours"].features:
        for group in region.features:
            values = [float(told(mark)["revisit_mean_h"]) for mark in group.features]
            # In a day there are two kinds of cells: seen once, and never.
            assert values == pytest.approx([float(group.name.split()[0])] * len(values), abs=0.02)
            assert group.name.endswith(f" h ({len(values)} cells)")
            count += len(group.features)
    assert count == sum(int(grid["in_region"].sum()) for grid in results.grids.values())


def test_a_figure_by_network_has_a_folder_for_each(results: Results, tmp_path: Path) -> None:
    choices = Choices(
        figure="cell_age_mean_h", region="korea", tables=("cell_networks",), networks=("dprk",)
    )
    (document,) = fastkml.KML.parse(written(results, tmp_path / "x.kml", choices)).features
    (cells,) = document.features
    assert [folder.name for folder in cells.features] == ["korea, DPRK alone"]


def test_the_edge_of_a_circle_has_no_seam(folders: dict[str, Any]) -> None:
    for mark in marks(folders["Contact circles"]):
        parts = mark.geometry.geoms if "Multi" in mark.geometry.geom_type else [mark.geometry]
        for line in parts:
            assert line.geom_type == "LineString"
            x = np.array(line.coords)[:, 0]
            assert not (np.abs(x[1:-1]) > 179.9999).any()


def test_a_packed_file_holds_the_same_in_the_same_bytes(results: Results, tmp_path: Path) -> None:
    choices = Choices(hours=1.0)
    for name in ("a.kml", "a.kmz", "b.kmz"):
        written(results, tmp_path / name, choices)
    assert (tmp_path / "a.kmz").read_bytes() == (tmp_path / "b.kmz").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.kmz") as file:
        assert file.namelist() == ["doc.kml"]
        assert file.read("doc.kml") == (tmp_path / "a.kml").read_bytes()


def test_cells_by_network_need_a_figure_by_network(results: Results, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="name one by network"):
        written(results, tmp_path / "x.kml", Choices(tables=("cell_networks",)))
    assert not list(tmp_path.iterdir())


def test_a_viewer_has_nothing_to_fetch(place: Path) -> None:
    text = place.read_text(encoding="utf-8")
    assert "href" not in text and "IconStyle" in text
