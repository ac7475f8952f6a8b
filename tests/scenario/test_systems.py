import json

import pyproj
import pytest

from simulator.errors import InputError
from simulator.scenario import systems

NTF = 'DATUM["NTF",SPHEROID["Clarke 1880 (IGN)",6378249.2,293.4660212936265]]'
DEGREE = 'UNIT["Degree",0.0174532925199433]'
GRAD = 'UNIT["Grad",0.01570796326794897]'
WGS84 = 'DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]'


def greenwich(text):
    """Return what a position (1, 2) of a system is, in degrees from Greenwich."""
    return systems.projection_file(text).place(1.0, 2.0)


@pytest.mark.parametrize("unit", [DEGREE, 'UNIT["degree",0.01745329251994330]', ""])
def test_degrees_from_greenwich_are_kept_to_the_last_digit(unit):
    text = f'GEOGCS["GCS_WGS_1984",{WGS84},PRIMEM["Greenwich",0.0]{"," if unit else ""}{unit}]'
    assert greenwich(text) == (1.0, 2.0)
    assert systems.projection_file(text) == systems.System()
    assert systems.projection_file(" \n") == systems.System()


@pytest.mark.parametrize(
    "meridian",
    [
        'PRIMEM["Paris",2.337229166666667]',  # ESRI and GDAL: degrees
        'PRIMEM["Paris",2.33722917,AUTHORITY["EPSG","8903"]]',
        'PRIMEM["Paris",2.5969213]',  # OGC 01-009: the unit of the system
        'PRIMEM["Paris",2.5969213,ANGLEUNIT["grad",0.0157079632679489]]',  # ISO 19162
        'PRIMEM["Paris",2.33722917,ANGLEUNIT["degree",0.0174532925199433]]',
    ],
)
def test_meridian_and_unit_are_taken_account_of(meridian):
    longitude, latitude = greenwich(f'GEOGCS["NTF (Paris)",{NTF},{meridian},{GRAD}]')
    assert longitude == pytest.approx(2.337229167 + 0.9, abs=1e-8)
    assert latitude == pytest.approx(1.8, abs=1e-12)


@pytest.mark.parametrize("version", ["WKT1_GDAL", "WKT1_ESRI", "WKT2_2015", "WKT2_2019"])
@pytest.mark.parametrize("code", [4326, 4807, 4813, 4818, 4166, 4737, 4979])
def test_systems_are_read_as_proj_reads_them(version, code):
    crs = pyproj.CRS.from_epsg(code)
    if version.startswith("WKT1") and code == 4979:
        crs = crs.to_2d()
    meridian = crs.prime_meridian
    factor = crs.axis_info[0].unit_conversion_factor * 57.29577951308232
    system = systems.projection_file(crs.to_wkt(version, pretty=True))
    assert system.unit_deg == pytest.approx(factor, rel=1e-9)
    degrees = meridian.longitude * meridian.unit_conversion_factor * 57.29577951308232
    assert system.meridian_deg == pytest.approx(degrees, abs=1e-7)


@pytest.mark.parametrize("version", ["WKT1_GDAL", "WKT1_ESRI", "WKT2_2015", "WKT2_2019"])
@pytest.mark.parametrize("code", [32652, 3857, 5179, 4978])
def test_other_systems_are_refused_by_name(version, code):
    if version == "WKT1_ESRI" and code == 4978:
        return  # ESRI has no text for it
    crs = pyproj.CRS.from_epsg(code)
    text = crs.to_wkt(version)
    with pytest.raises(InputError) as caught:
        systems.projection_file(text)
    assert repr(crs.name) in str(caught.value) or version == "WKT1_ESRI"
    assert "give longitudes and latitudes" in str(caught.value)


def test_the_horizontal_part_of_a_compound_system_counts():
    crs = pyproj.CRS.from_user_input("EPSG:4326+5773")
    for version in ("WKT1_GDAL", "WKT2_2019"):
        assert systems.projection_file(crs.to_wkt(version)) == systems.System()
    with pytest.raises(InputError, match="is projected"):
        systems.projection_file(pyproj.CRS.from_user_input("EPSG:32652+5773").to_wkt())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'GEOGCS["x",PRIMEM["Nowhere",5.0],{GRAD}]', r"'Nowhere' \(5\) in the unit 'Grad'"),
        (f'GEOGCS["x",PRIMEM["Paris",9.0],{DEGREE}]', r"prime meridian 'Paris' \(9\)"),
        (f'GEOGCS["x",PRIMEM["Far",999.0],{DEGREE}]', "prime meridian 'Far'"),
        ('GEOGCS["x",UNIT["sexagesimal DMS",1]]', "in the unit 'sexagesimal DMS'"),
        ('GEOGCS["x",UNIT["furlong"]]', "in the unit 'furlong'"),
        ('GEOGCS["x",UNIT["degree",1e999]]', "in the unit 'degree'"),
        (f'GEOGCS["x",{DEGREE},AXIS["Lon",WEST],AXIS["Lat",NORTH]]', "to the west"),
        ('GEOGCS["x",UNIT["degree",0.0174', "no whole well-known text"),
        ("Projection GEOGRAPHIC", "not geographic"),
        ('{"type": "GeographicCRS"}', "no whole well-known text"),
        ("A[" * 50, "nested deeper than 32"),
        ("]]]", "no whole well-known text"),
        ('LOCAL_CS["a\x1b[2J"]', r"LOCAL_CS 'a\\x1b\[2J'"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(text, words):
    with pytest.raises(InputError, match=words):
        systems.projection_file(text)


def test_another_ellipsoid_is_noted():
    system = systems.projection_file(f'GEOGCS["NTF",{NTF},PRIMEM["Greenwich",0],{DEGREE}]')
    assert system.notes == ("its datum 'NTF' is taken for WGS84, which is up to about 1 km off",)
    for code in (4326, 4258, 4269, 4737):  # GRS80 is WGS84 to a tenth of a millimetre
        assert systems.projection_file(pyproj.CRS.from_epsg(code).to_wkt("WKT1_ESRI")).notes == ()


@pytest.mark.parametrize(
    "name",
    [
        "OGC:CRS84",
        "urn:ogc:def:crs:OGC::CRS84",
        "epsg:4326",
        "EPSG:4979",
        "WGS 84",
        "WGS84",
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "http://www.opengis.net/def/crs/EPSG/0/4326",
    ],
)
def test_names_of_wgs84_are_known(name):
    systems.check_geojson_system({"crs": {"type": "name", "properties": {"name": name}}})


@pytest.mark.parametrize("crs", ["EPSG:14326", {"properties": {}}, 3, [], {"type": "EPSG"}, ""])
def test_other_names_are_refused(crs):
    with pytest.raises(InputError, match="in another system") as caught:
        systems.check_geojson_system({"crs": crs})
    assert len(str(caught.value)) < 200
    json.dumps(str(caught.value))
