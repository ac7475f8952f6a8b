"""Lists of places from CSV, GeoJSON and data frames; what is wrong is said by line and column."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator.errors import InputError
from simulator.scenario import Station, Target, loads, places_of, starter

PLACES = "name,lat,Longitude,country,priority\nPohang,36.02,129.34,KR,2\n\nUlsan,35.5,129.4,,\n"


def scenario(folder: Path, *overrides):
    return loads(starter("launch", name="x"), origin="x.toml", folder=folder, overrides=overrides)


def written(folder: Path, text, name="places.csv"):
    (folder / name).write_text(text if isinstance(text, str) else json.dumps(text), "utf-8")
    return f'targets=["{name}", "busan"]'


def point(name, *position, **properties):
    geometry = {"type": "Point", "coordinates": position}
    return {"type": "Feature", "properties": {"name": name, **properties}, "geometry": geometry}


def collection(*features):
    return {"type": "FeatureCollection", "features": features}


def test_a_file_of_places_stands_for_the_places_in_it(tmp_path):
    targets = scenario(tmp_path, written(tmp_path, PLACES)).targets
    assert [(t.name, t.latitude_deg, t.longitude_deg, t.country, t.priority) for t in targets] == [
        ("Pohang", 36.02, 129.34, "KR", 2),
        ("Ulsan", 35.5, 129.4, None, 1),
        ("busan", 35.105, 129.105, "KR", 1),
    ]
    assert targets[1].note == "From places.csv, line 4."


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_and_a_byte_order_mark_are_read(separator, tmp_path):
    text = "\ufeff" + PLACES.replace(",", separator)
    assert scenario(tmp_path, written(tmp_path, text)).targets[0].name == "Pohang"


def test_quoted_names_may_hold_the_separator_and_line_breaks_count(tmp_path):
    text = 'name,lat,lon,note\n"Pohang, port",36,129,"two\nlines"\nx,91,129,\n'
    with pytest.raises(InputError, match=r"places\.csv: line 4: latitude_deg: 91\.0 is above 90"):
        scenario(tmp_path, written(tmp_path, text))
    good = scenario(tmp_path, written(tmp_path, text.replace("91", "9")))
    assert good.targets[0].name == "Pohang, port"


def test_points_of_geojson_are_places_and_their_other_properties_are_passed_over(tmp_path):
    document = collection(point("Pohang", 129.34, 36.02, 5.0, country="KR", population=5))
    target = scenario(tmp_path, written(tmp_path, document, "places.geojson")).targets[0]
    assert (target.latitude_deg, target.longitude_deg, target.country) == (36.02, 129.34, "KR")


def test_stations_of_a_network_come_from_files_too(tmp_path):
    rows = ("name,lat,lon,min_elevation_deg,roles", "dish,62,129.7,10,downlink")
    text = "\n".join([*rows, "b,1,2,,command;downlink"])
    (tmp_path / "dishes.csv").write_text(text)
    one = 'networks=[{name="n", headquarters="pgscc", stations=["dishes.csv", "pgscc"]}]'
    stations = scenario(tmp_path, one).networks[0].stations
    assert [(s.name, s.min_elevation_deg, s.roles) for s in stations[:2]] == [
        ("dish", 10.0, ("downlink",)),
        ("b", 5.0, ("command", "downlink")),
    ]


def test_places_of_a_file_are_overridden_by_name_as_others_are(tmp_path):
    (tmp_path / "places.csv").write_text(PLACES)
    text = starter("launch", name="x").replace('"busan",', '"places.csv",')
    text = text.replace('{ name = "Pohang"', '{ name = "Pohang two"')
    found = loads(text, origin="x", folder=tmp_path, overrides=["targets.Ulsan.priority=7"])
    assert [t.priority for t in found.targets] == [2, 7, 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,lat\nx,1\n", "places.csv: column longitude_deg (or lon) is missing"),
        ("name,lat,lon,prioritty\nx,1,2,3\n", "'prioritty' is unknown; did you mean 'priority'"),
        (
            "name,lat,lon,color\nx,1,2,red\n",
            "'color' is unknown; leave it out; allowed: clear, country, height_m, latitude",
        ),
        ("name,lat,latitude,lon\nx,1,1,2\n", "column latitude_deg is there twice"),
        ("name,lat,lon\nx,1\n", "places.csv: line 2: has 2 columns; the heading has 3"),
        ("name,lat,lon\nx,1,2\ny,north,2\n", "line 3: latitude_deg: 'north' is not a number"),
        (f"name,lat,lon\nx,1,{'9' * 200_000}\n", "line 2: field larger than field limit"),
        ('name;lat;lon\nx;"35,1";2\n', "line 2: latitude_deg: '35,1' is not a number from -90 to"),
        ("name,lat,lon\n,1,2\n", "line 2: name: is missing"),
        ("name,lat,lon\n", "places.csv: has 0 places"),
        ("", "places.csv: is empty; the first line names the columns: name, latitude_deg"),
        ("Taipei,25,121\n", "places.csv: 'taipei, 25, 121' is no heading; the first line names"),
        ("name,lat,lon\nbusan,1,2\n", "busan"),
    ],
)
def test_a_faulty_table_is_answered_with_the_line_and_the_column(text, words, tmp_path):
    with pytest.raises(InputError) as fault:
        scenario(tmp_path, written(tmp_path, text))
    assert words in str(fault.value)
    assert "x.toml with --set: targets" in str(fault.value) or "x.toml: targets" in str(fault.value)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{", "is not JSON"),
        ([], "is no FeatureCollection of points"),
        (collection({"type": "Feature", "geometry": None}), "feature 0: holds no geometry"),
        (
            collection(point("a", 1.0, 2.0), {"geometry": {"type": "Polygon", "coordinates": []}}),
            "feature 1: holds Polygon; allowed is Point",
        ),
        (collection(point("a", "x", 2.0)), "feature 0: longitude_deg: 'x' is not a number"),
        (collection(point(None, 1.0, 2.0)), "feature 0: name: is missing"),
        (collection(point("a", 10**400, 2.0)), "feature 0: longitude_deg: inf is not a finite"),
        (
            json.dumps(collection(point("a", 1.0, 2.0, height_m=0))).replace(
                ": 0", f": {'9' * 5_000}"
            ),
            "feature 0: height_m: inf is not a finite",
        ),
    ],
)
def test_faulty_geojson_is_answered_with_the_feature(document, words, tmp_path):
    with pytest.raises(InputError) as fault:
        scenario(tmp_path, written(tmp_path, document, "places.geojson"))
    assert words in str(fault.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"targets\.0: .*gone\.csv: cannot be read"):
        scenario(tmp_path, 'targets=["gone.csv"]')


def test_a_table_of_another_kind_is_answered_with_the_kinds_that_are_read(tmp_path):
    with pytest.raises(InputError, match=r"places\.xlsx: .* \.csv, \.tsv, \.geojson or \.json"):
        scenario(tmp_path, 'targets=["places.xlsx"]')


def test_a_data_frame_gives_places():
    frame = pd.DataFrame(
        {"name": ["a", "b"], "lat": [1, 2.5], "lon": np.float32([3, 4]), "priority": [1, 2]}
    )
    first, second = places_of(frame, Target)
    assert (first.latitude_deg, second.longitude_deg, second.priority) == (1.0, 4.0, 2)
    assert places_of(frame[["name", "lat", "lon"]], Station)[1].latitude_deg == 2.5
    with pytest.raises(InputError, match="row 1: longitude_deg: 400"):
        places_of(frame.assign(lon=[3.0, 400.0]), Target)
    with pytest.raises(InputError, match="column name is missing"):
        places_of(frame[["lat", "lon"]], Target)
