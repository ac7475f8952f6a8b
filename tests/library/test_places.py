"""The same places given in every way are the same, to the bit; a wrong one is named by its row."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from skyfield.api import wgs84

import simulator
from simulator.errors import InputError
from simulator.library.located import targets_of
from simulator.library.outlined import region_of

KMS4 = "kms4_2023_04_01"


class Frame:
    """What a GeoDataFrame is to who knows it by what it has; `to_crs` is as geopandas' own."""

    def __init__(self, shapes, crs="EPSG:4326", index=None, **columns):
        self.geometry, self.crs = list(shapes), crs
        self.index = range(len(self.geometry)) if index is None else index
        self._columns = pd.DataFrame(columns)
        self.columns = [*self._columns.columns, "geometry"]

    def __getitem__(self, name):
        return self._columns[name]

    def to_crs(self, crs):
        assert crs == "EPSG:4326"
        if self.crs == crs:
            return self
        from pyproj import Transformer

        turn = Transformer.from_crs(self.crs, crs, always_xy=True).transform
        shapes = [
            shapely.transform(shape, lambda xy: np.column_stack(turn(*xy.T)))
            for shape in self.geometry
        ]
        columns = {name: self._columns[name] for name in self._columns}
        return Frame(shapes, crs, self.index, **columns)


spots = st.lists(
    st.tuples(
        st.floats(-90.0, 90.0), st.floats(-180.0, 179.0), st.sampled_from([0.0, 120.0, -5.5])
    ),
    min_size=1,
    max_size=6,
)


def ways(at):
    array = np.array(at)
    frame = pd.DataFrame(array, columns=["lat", "lon", "height_m"])
    points = [shapely.Point(lon, lat, height) for lat, lon, height in at]
    yield array
    yield list(at)
    yield [list(spot) for spot in at]
    yield [array[row] for row in range(len(at))]
    yield {str(row): spot for row, spot in enumerate(at)}
    yield {str(row): dict(zip(("lat", "lon", "height_m"), spot, strict=True))
           for row, spot in enumerate(at)}  # fmt: skip
    yield frame
    yield frame.rename(columns={"lat": "latitude_deg", "lon": "Longitude"})
    yield {name: array[:, column] for column, name in enumerate(frame.columns)}
    yield points
    yield Frame(points)
    yield [simulator.scenario.Target.model_validate(
        {"name": str(row), "latitude_deg": lat, "longitude_deg": lon, "height_m": height}
    ) for row, (lat, lon, height) in enumerate(at)]  # fmt: skip


def told(places):
    return [(p.name, p.latitude_deg, p.longitude_deg, p.height_m) for p in targets_of(places)]


@settings(max_examples=40)
@given(at=spots)
def test_the_same_places_in_every_way_are_the_same_to_the_bit(at):

    expected = [(str(row), *spot) for row, spot in enumerate(at)]
    for places in ways(at):
        assert told(places) == expected
    sky = [wgs84.latlon(lat, lon, elevation_m=height) for lat, lon, height in at]
    for ours, theirs in zip(told(sky), expected, strict=True):
        # Skyfield keeps radians and astronomical units: the last digit may turn.
        assert ours[1:] == pytest.approx(theirs[1:], abs=1e-6)


def test_one_place_alone_is_one():
    for place in (
        (37.09, 127.03), [37.09, 127.03], np.array([37.09, 127.03]), "37.09,127.03",
        shapely.Point(127.03, 37.09), {"lat": 37.09, "lon": 127.03}, wgs84.latlon(37.09, 127.03),
        "osan",
    ):  # fmt: skip
        ((_, latitude, longitude, height),) = told(place)
        assert (latitude, longitude, height) == pytest.approx((37.09, 127.03, 0.0), abs=1e-9)


def test_names_of_the_catalogue_are_those_of_a_scenario():
    assert [place.name for place in targets_of(["osan", "pgscc", "vostochny"])] == [
        "osan", "pgscc", "vostochny",
    ]  # fmt: skip
    assert targets_of("osan")[0].catalog == "osan"


def test_points_of_another_system_are_turned_into_degrees_and_keep_their_names():
    from pyproj import Transformer

    x, y = Transformer.from_crs("EPSG:4326", "EPSG:32652", always_xy=True).transform(127.03, 37.09)
    frame = Frame([shapely.Point(x, y)], "EPSG:32652", name=["Osan"], priority=[3], people=[1e5])
    (place,) = targets_of(frame)
    assert (place.name, place.priority) == ("Osan", 3)
    assert (place.latitude_deg, place.longitude_deg) == pytest.approx((37.09, 127.03), abs=1e-9)


def test_a_file_of_places_is_read(tmp_path):
    (tmp_path / "places.csv").write_text("name,lat,lon\nA,37,127\nB,26,128\n")
    assert [row[0] for row in told(tmp_path / "places.csv")] == ["A", "B"]
    assert told(str(tmp_path / "places.csv")) == told(tmp_path / "places.csv")


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (np.array([[0, 0], [0, 0], [0, 0], [95.0, 0]]), "places: row 3: latitude_deg: 95.0 is abo"),
        (np.array([[0, np.nan]]), "places: row 0: longitude_deg: nan"),
        (np.zeros((2, 4)), "places: an array (2, 4) of float64; allowed (N, 2) or (N, 3)"),
        (np.empty((0, 2)), "places: is empty"),
        ([(1.0, 2.0), (3.0,)], "places: row 1: a tuple is no place"),
        ([(1.0, 2.0), None], "places: row 1: a NoneType is no place"),
        ({"A": (1.0, 2.0), "B": (95.0, 2.0)}, "places: 'B': latitude_deg: 95.0 is above 90"),
        (["osan", "osaan"], "places: row 1: place 'osaan' is no target"),
        (["osan", "osan"], "places: two are called 'osan'"),
        (pd.DataFrame({"lat": [1.0, 95.0], "lon": [2.0, 3.0]}), "places: row 1: latitude_deg: 95"),
        (pd.DataFrame({"lat": [1.0]}), "places: column longitude_deg (or lon) is missing"),
        (pd.DataFrame({"lat": [1.0], "lon": [1.0], "hight_m": [3.0]}), "did you mean 'height_m'?"),
        (shapely.box(0, 0, 1, 1), "places: holds a Polygon; a place is a Point"),
        (Frame([shapely.Point(0, 0), None]), "places: row 1: holds nothing"),
        (Frame([shapely.Point(0, 0)], crs=None), "places: the frame has no crs"),
        (5.0, "places: a float is no place"),
        ({"lat": [1, 2], "lon": [1]}, "places: All arrays must be of the same length"),
        ("none.csv", "places: none.csv: cannot be read"),
    ],
)
def test_a_wrong_place_is_named_by_argument_and_row(places, said):
    with pytest.raises(InputError) as fault:
        simulator.accesses(KMS4, places)
    assert said in str(fault.value), str(fault.value)


BOX = (126.0, 34.0, 130.0, 38.0)


def regions():
    yield BOX
    yield list(BOX)
    yield {"bounds_deg": dict(zip(("west", "south", "east", "north"), BOX, strict=True))}
    yield shapely.box(*BOX)
    yield Frame([shapely.box(*BOX)])
    yield Frame([shapely.box(126, 34, 130, 36), shapely.box(126, 36, 130, 38)])
    yield region_of(BOX, 200.0, "lat-lon")


def test_the_same_region_in_every_way_has_the_same_grid_to_the_bit():
    expected = simulator.coverage(KMS4, BOX, resolution_km=200, days=1.0)
    for region in regions():
        found = simulator.coverage(KMS4, region, resolution_km=200, days=1.0)
        assert found.equals(expected), region


def test_a_hole_is_no_part_of_a_region():
    outer = shapely.box(126, 34, 130, 38)
    holed = outer.difference(shapely.box(127.5, 35.5, 128.5, 36.5))
    cells = {
        name: simulator.coverage(KMS4, shape, resolution_km=50, days=0.5)["in_region"].sum()
        for name, shape in (("whole", outer), ("holed", holed))
    }
    assert 0 < cells["holed"] < cells["whole"]


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("korea", "region: 'korea' is no region of the catalogue, and no file; allowed: dprk"),
        ((1.0, 2.0, 3.0), "region: a tuple is no region; allowed"),
        ((126.0, 38.0, 130.0, 34.0), "region: bounds_deg.north: 34 is not above south = 38"),
        ((126.0, 34.0, 130.0, "x"), "region: bounds_deg.north: 'x' is not a number"),
        (shapely.Point(1, 2), "region: row 0: holds Point; allowed are Polygon and MultiPolygon"),
        (Frame([shapely.box(*BOX)], crs=None), "region: the frame has no crs"),
        (shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "crosses or touches itself"),
    ],
)
def test_a_wrong_region_is_named(region, said):
    with pytest.raises(InputError) as fault:
        simulator.coverage(KMS4, region)
    assert said in str(fault.value), str(fault.value)


def test_conditions_are_those_of_a_sensor_and_named_so():
    for conditions, said in (
        ({"max_off_nadir_deg": 95.0}, "max_off_nadir_deg: 95.0 is above 90"),
        ({"max_offnadir_deg": 30.0}, "did you mean 'max_off_nadir_deg'?"),
        ({"daylight": True, "min_sun_elevation_deg": 5.0}, "daylight: stands beside min_sun"),
        ({"sensor": "malligyong"}, "sensor: catalog: "),
        ({"sensor": 5}, "sensor: a int is no sensor"),
        ({"min_off_nadir_deg": 40.0, "max_off_nadir_deg": 30.0}, "30 is not above min_off_nadir_d"),
    ):
        with pytest.raises(InputError) as fault:
            simulator.accesses(KMS4, "osan", **conditions)
        assert said in str(fault.value), str(fault.value)
    for conditions, said in (
        ({"min_off_nadir_deg": 3.0}, "min_off_nadir_deg: is no condition here; did you mean 'm"),
        ({"max_off_nadir_deg": "wide"}, "max_off_nadir_deg: 'wide' is not a number"),
    ):
        with pytest.raises(InputError) as fault:
            simulator.passes(KMS4, "osan", **conditions)
        assert said in str(fault.value), str(fault.value)
    with pytest.raises(InputError, match=r"seed: 1.5 is not a whole number"):
        simulator.contacts(KMS4, "dprk", seed=1.5)
    with pytest.raises(InputError, match="give exactly one of region and points"):
        simulator.coverage(KMS4)
    with pytest.raises(InputError, match="place: holds 2; a table of passes is of one"):
        simulator.passes(KMS4, ["osan", "kadena"])
