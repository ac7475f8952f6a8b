import contextlib
import json
import struct
from datetime import UTC, datetime

import numpy as np
import pytest
import shapefile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import basemap, scenario
from simulator.earth import surfaces
from simulator.errors import InputError
from simulator.scenario import geofiles, outlines
from tests import made

SCENARIO = made.text(
    """
[[regions]]
name = "r"
resolution_km = 50
""",
    start="2023-08-24",
    days=1.0,
    targets=None,
    networks=None,
    satellite={"name": "s"},
)
LAND = [[126.0, 34.0], [130.0, 34.5], [130.5, 38.0], [125.5, 38.5], [126.0, 34.0]]
LAKE = [[127.0, 35.5], [129.0, 35.5], [129.0, 37.0], [127.0, 37.2], [127.0, 35.5]]
ISLAND = [[127.8, 36.0], [128.2, 36.0], [128.0, 36.5], [127.8, 36.0]]
MULTI = {"type": "MultiPolygon", "coordinates": [[LAND, LAKE], [ISLAND]]}


def loads(keys, folder):
    return scenario.loads(SCENARIO + keys, origin="x.toml", folder=folder)


def region(keys, folder):
    return loads(keys, folder).regions[0]


def problems(keys, folder):
    with pytest.raises(InputError) as caught:
        loads(keys, folder)
    return caught.value.problems


def geojson(folder, document, name="a.geojson"):
    (folder / name).write_text(json.dumps(document), encoding="utf-8")
    return f'geojson = "{name}"'


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def nested(geometry, depth):
    for _ in range(depth):
        geometry = {"type": "GeometryCollection", "geometries": [geometry]}
    return geometry


TWO = collection(
    feature(polygon(LAND), name="Land", code=7, size=1.5), feature(polygon(ISLAND), name="Sŏm")
)


@pytest.mark.parametrize(
    "document",
    [MULTI, feature(MULTI, name="x"), collection(feature(MULTI)), collection(feature(MULTI, n=1))],
    ids=["geometry", "feature", "collection", "no properties"],
)
def test_a_geojson_file_gives_outlines_and_holes(document, tmp_path):
    resolved = region(geojson(tmp_path, document), tmp_path)
    assert resolved.geojson is None
    assert [len(ring) for ring in resolved.polygons_deg] == [4, 3]
    assert [len(ring) for ring in resolved.holes_deg] == [4]
    assert resolved.note == "read from a.geojson"
    inside = resolved.surface.contains([34.8, 36.0, 36.2], [128.0, 127.3, 128.0])
    assert inside.tolist() == [True, False, True]


@pytest.mark.parametrize("named", ['"Land"', '"land"', "7", '"7"', '"1.5"'])
def test_a_feature_is_chosen_by_any_of_its_properties(named, tmp_path):
    resolved = region(geojson(tmp_path, TWO) + f"\nfeature = {named}", tmp_path)
    assert [len(ring) for ring in resolved.polygons_deg] == [4]
    assert resolved.feature is None
    assert len(region(geojson(tmp_path, TWO), tmp_path).polygons_deg) == 2


def test_a_system_that_is_wgs84_by_another_name_is_read(tmp_path):
    for name in ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"):
        crs = {"type": "name", "properties": {"name": name}}
        assert region(geojson(tmp_path, {**MULTI, "crs": crs}), tmp_path).holes_deg
    assert region(geojson(tmp_path, {**MULTI, "crs": None}), tmp_path).holes_deg


SQUARE = [[128, 35], [130, 35], [130, 37], [128, 37], [128, 35]]
POINT = {"type": "Point", "coordinates": [129, 36]}


def test_what_is_no_polygon_is_passed_over_with_a_note(tmp_path):
    mixed = collection(
        feature(polygon(SQUARE), name="area"),
        feature(POINT, name="label"),
        feature(nested({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, 1)),
        feature(None),
        feature(POINT),
    )
    keys = geojson(tmp_path, mixed)
    resolved = region(keys, tmp_path)
    assert resolved.surface.bounds_deg == (128.0, 35.0, 130.0, 37.0)
    passed_over = "passed over as no polygon: 2 Points, 1 LineString, 1 feature without geometry"
    assert resolved.note == f"read from a.geojson; {passed_over}"
    own = region(keys + '\nnote = "mine"', tmp_path)
    assert own.note == f"mine (read from a.geojson; {passed_over})"
    assert region(keys + '\nfeature = "area"', tmp_path).note == "read from a.geojson"
    [line] = problems(keys + '\nfeature = "label"', tmp_path)
    assert "holds Point as feature 'label'; allowed Polygon and MultiPolygon" in line


def test_polygons_inside_collections_of_geometries_are_read(tmp_path):
    both = {"type": "GeometryCollection", "geometries": [POINT, MULTI, polygon(SQUARE)]}
    resolved = region(geojson(tmp_path, feature(nested(both, 3))), tmp_path)
    assert len(resolved.polygons_deg) == 3
    assert len(resolved.holes_deg) == 1


def test_positions_may_have_heights(tmp_path):
    high = [[x, y, 100.0] for x, y in LAND]
    assert region(geojson(tmp_path, polygon(high)), tmp_path).polygons_deg == (
        region(geojson(tmp_path, polygon(LAND)), tmp_path).polygons_deg
    )


def test_longitudes_beyond_180_are_the_same_places(tmp_path):
    ring = [[-190, 10], [-175, 12], [-176, 20], [-189, 21]]
    surface = region(geojson(tmp_path, polygon(ring)), tmp_path).surface
    assert surface.bounds_deg == (170.0, 10.0, 185.0, 21.0)
    moved = [[x + 360, y] for x, y in ring]
    for keys in (geojson(tmp_path, polygon(moved)), f"polygon_deg = {moved}"):
        assert region(keys, tmp_path).surface.area_km2 == pytest.approx(surface.area_km2)
    wide = [[-200, 10], [-60, 12], [20, 30]]
    again = [[160, 10], [300, 12], [20, 30]]
    assert region(f"polygon_deg = {wide}", tmp_path).surface.area_km2 == pytest.approx(
        region(f"polygon_deg = {again}", tmp_path).surface.area_km2
    )
    written = region(f"polygon_deg = {ring}", tmp_path)
    assert written.surface.bounds_deg == surface.bounds_deg
    box = region("bounds_deg = {west = -190, south = 0, east = -175, north = 5}", tmp_path)
    assert box.surface.bounds_deg == (170.0, 0.0, 185.0, 5.0)


def test_edges_are_great_circles_unless_said_to_be_straight(tmp_path):
    # Areas by geodesics: of the great circles, and of edges cut into 20,000 pieces each.
    ring = [[-123, 49], [-95, 49], [-97, 60], [-120, 60], [-123, 49]]
    for keys in (geojson(tmp_path, polygon(ring)), f"polygon_deg = {ring}"):
        curved = region(keys, tmp_path)
        straight = region(keys + '\nedges = "straight"', tmp_path)
        assert curved.surface.area_km2 == pytest.approx(1_964_666.0, rel=2e-4)
        assert straight.surface.area_km2 == pytest.approx(2_028_467.304, rel=1e-9)
        assert curved.edges_text == "great circles"
        assert straight.edges_text == "straight in longitude and latitude"
        text = scenario.to_toml(loads(keys + '\nedges = "straight"', tmp_path).resolve())
        assert scenario.loads(text, origin="y", folder=tmp_path).regions == (straight,)
    assert (
        "'rhumb' is not 'great-circle' or 'straight'"
        in (problems('globe = true\nedges = "rhumb"', tmp_path)[0])
    )


def test_a_straight_edge_that_goes_the_short_way_is_noted(tmp_path):
    across = geojson(tmp_path, polygon([[170, 10], [-175, 12], [-176, 20], [171, 21]]))
    straight = region(across + '\nedges = "straight"', tmp_path)
    assert "; edges wider than 180 degrees go the short way, over the antimeridian" in straight.note
    assert straight.surface.bounds_deg == (170.0, 10.0, 185.0, 21.0)
    assert "short way" not in region(across, tmp_path).note
    cap = geojson(tmp_path, polygon([[-180, 70], [180, 70], [180, 90], [-180, 90]]))
    assert region(cap + '\nedges = "straight"', tmp_path).note == "read from a.geojson"


def test_an_outline_is_checked_by_the_edges_it_has(tmp_path):
    # Straight, the dent at 51 N crosses the northern edge; the great circle bows above it.
    ring = [[110, 20], [150, 20.5], [150, 50], [130, 51], [125, 49], [110, 50]]
    dented = [*ring[:3], [130, 50], [125, 49], [110, 50]]
    assert region(f"polygon_deg = {ring}", tmp_path).surface.area_km2 > 0
    assert region(f'polygon_deg = {dented}\nedges = "straight"', tmp_path).surface.area_km2 > 0
    opposite = [[0, 10], [180, -10], [90, 60]]
    assert region(f'polygon_deg = {opposite}\nedges = "straight"', tmp_path).surface.area_km2 > 0


def test_the_area_of_outlines_that_overlap_is_absent(tmp_path):
    land, overlap = [list(LAND), [[128, 36], [140, 36], [140, 37]]]
    assert region(f"polygons_deg = [{land}, {overlap}]", tmp_path).area_km2 is None
    assert region(geojson(tmp_path, polygon(LAND, overlap)), tmp_path).area_km2 is None
    whole = region(geojson(tmp_path, MULTI), tmp_path)
    assert whole.area_km2 == whole.surface.area_km2


WGS84 = 'GEOGCS["WGS 84",PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'


def written_shapefile(folder, *, projection=WGS84):
    with shapefile.Writer(str(folder / "a.shp"), shapeType=shapefile.POLYGON) as writer:
        writer.field("NAME", "C", size=20)
        writer.record("land")
        writer.poly([LAND[::-1], LAKE])  # outlines clockwise, holes not: the format's own rule
        writer.record("island")
        writer.poly([ISLAND[::-1]])
        writer.record("nothing")
        writer.null()
    if projection:
        (folder / "a.prj").write_text(projection)
    return 'shapefile = "a.shp"'


@pytest.mark.parametrize("attributes", [True, False])
def test_a_shapefile_gives_the_same(attributes, tmp_path):
    keys = written_shapefile(tmp_path)
    if not attributes:
        (tmp_path / "a.dbf").unlink()
    from_shapefile = region(keys, tmp_path)
    from_geojson = region(geojson(tmp_path, MULTI), tmp_path)
    assert from_shapefile.surface.area_km2 == pytest.approx(from_geojson.surface.area_km2, rel=1e-9)
    assert len(from_shapefile.holes_deg) == 1


def test_a_record_of_a_shapefile_is_chosen_by_its_attributes(tmp_path):
    keys = written_shapefile(tmp_path)
    assert len(region(keys + '\nfeature = "island"', tmp_path).polygons_deg) == 1
    [line] = problems(keys + '\nfeature = "iland"', tmp_path)
    assert line.startswith("x.toml: regions.0.shapefile: a.shp: holds no feature 'iland'")
    assert "did you mean 'island'?" in line


def test_what_is_read_needs_the_file_no_longer(tmp_path):
    study = loads(geojson(tmp_path, MULTI) + '\ncells = "healpix"', tmp_path).resolve()
    text = scenario.to_toml(study)
    (tmp_path / "a.geojson").unlink()
    again = scenario.loads(text, origin="y", folder=tmp_path)
    assert again == study
    assert again.regions[0].cells == "healpix"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([1, 2], "JSON that is no object"),
        ({"type": "Point", "coordinates": [1, 2]}, "holds Point; allowed Polygon and MultiPolygon"),
        ({"type": "Topology"}, "holds Topology; allowed"),
        ({"type": "FeatureCollection"}, "without a list of features"),
        (collection(), "holds no polygon"),
        (collection(feature(None)), "holds no polygon"),
        (collection(3), "holds no geometry"),
        (polygon([[0, 0], [1, 1]]), "ring 1 has 2 different vertices"),
        (polygon([[0, 0], [2, 2], [2, 0], [0, 2]]), "ring 1 crosses or touches itself at [1, 1]"),
        (polygon(LAND, [[0, 0], [1, 0]]), "ring 2 has 2 different"),
        (polygon([[0, 0], ["a", 1], [1, 1]]), "holds a list of 2, which is no position"),
        (polygon([[0, 0], [True, 1], [1, 1]]), "which is no position"),
        (polygon([[0, 0], [1], [1, 1]]), "which is no position"),
        (polygon([[0, 0], [10**400, 1], [1, 1]]), "holds position [inf, 1]"),
        (polygon([[0, 0], [float("nan"), 1], [1, 1]]), "allowed longitudes are -360 to 360"),
        (polygon([[0, 0], [500000.0, 1], [1, 1]]), "allowed longitudes are -360 to 360"),
        (polygon([[37, 127], [38, 127], [38, 128]]), "they look swapped"),
        (polygon([[10, 20], [-170, -20], [40, 60]]), "to the opposite place [-170, -20]"),
        ({"type": "Polygon", "coordinates": 3}, "whose coordinates are no rings"),
        ({"type": "Polygon", "coordinates": [3]}, "a ring that is no list"),
        ({"type": "MultiPolygon", "coordinates": [LAND[0]]}, "a ring that is no list"),
        ({**MULTI, "crs": {"properties": {"name": "EPSG:3857"}}}, "in another system"),
        (feature({**MULTI, "crs": {"properties": {"name": "EPSG:43261"}}}), "'EPSG:43261'"),
        ({**MULTI, "crs": {"type": "EPSG", "properties": {"code": 5179}}}, "its crs: 'EPSG:5179'"),
        ({**MULTI, "crs": {"type": "link", "properties": {"href": "x.wkt"}}}, "its crs: 'x.wkt'"),
        ({"type": "GeometryCollection"}, "whose geometries are no list"),
        (nested({"type": "Point"}, 40), "whose geometries are no list"),
        (nested({"type": "Point"}, 2), "holds Point; allowed Polygon and MultiPolygon"),
        ({"type": "Poly\x1bgon"}, "holds Poly\\x1bgon; allowed"),
        (polygon([[x / 100, x % 2] for x in range(20_001)]), "20,001 vertices; allowed 20,000"),
    ],
)
def test_a_damaged_geojson_file_is_refused(document, words, tmp_path):
    [line] = problems(geojson(tmp_path, document), tmp_path)
    assert line.startswith("x.toml: regions.0.geojson: a.geojson: ")
    assert words in line


def test_files_that_cannot_be_read_are_refused(tmp_path):
    assert "cannot be read: No such file" in problems('geojson = "no.geojson"', tmp_path)[0]
    assert ".shp cannot be read: No such file" in problems('shapefile = "no.shp"', tmp_path)[0]
    (tmp_path / "a.geojson").write_text("{")
    assert "is not JSON" in problems('geojson = "a.geojson"', tmp_path)[0]
    (tmp_path / "a.geojson").write_text("[" * 100_000)
    assert "is not JSON" in problems('geojson = "a.geojson"', tmp_path)[0]
    (tmp_path / "a.shp").write_bytes(b"not a shapefile")
    assert "a.shp: is no sound shapefile" in problems('shapefile = "a.shp"', tmp_path)[0]
    keys = written_shapefile(tmp_path, projection='PROJCS["WGS 84 / UTM zone 52N",GEOGCS["x"]]')
    assert "is projected ('WGS 84 / UTM zone 52N')" in problems(keys, tmp_path)[0]


def test_a_file_larger_than_allowed_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(geofiles, "MAX_FILE_BYTES", 100)
    keys = geojson(tmp_path, MULTI)
    assert "is larger than" in problems(keys, tmp_path)[0]
    assert "is larger than" in problems(written_shapefile(tmp_path), tmp_path)[0]


@settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    changes=st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), min_size=1, max_size=6)
)
def test_a_damaged_shapefile_is_read_or_refused(changes, tmp_path):
    written_shapefile(tmp_path)
    for suffix in (".shp", ".dbf"):
        raw = bytearray((tmp_path / f"a{suffix}").read_bytes())
        for place, value in changes:
            raw[place % len(raw)] = value
        (tmp_path / f"a{suffix}").write_bytes(raw)
    with contextlib.suppress(InputError):
        geofiles.read_shapefile(tmp_path / "a.shp")


def test_a_cut_shapefile_is_read_or_refused(tmp_path):
    written_shapefile(tmp_path)
    raw = (tmp_path / "a.shp").read_bytes()
    for length in range(0, len(raw), 7):
        (tmp_path / "a.shp").write_bytes(raw[:length])
        with contextlib.suppress(InputError):
            geofiles.read_shapefile(tmp_path / "a.shp")


def test_a_country_is_found_by_its_names_and_letters(tmp_path):
    for name in ("North Korea", "north korea", "Dem. Rep. Korea", "PRK"):
        resolved = region(f'country = "{name}"', tmp_path)
        assert resolved.surface.contains(39.02, 125.75)
    assert len(geofiles.country("South Africa").holes) == 1  # Lesotho
    assert geofiles.country("cote d'ivoire") == geofiles.country("Ivory Coast")
    [line] = problems('country = "Nort Korea"', tmp_path)
    assert line.startswith("x.toml: regions.0.country: 'Nort Korea' is no country")
    assert "did you mean 'North Korea'?" in line
    assert "is no country" in problems('country = "-99"', tmp_path)[0]


def test_a_resolved_country_has_its_outlines_written_out(tmp_path):
    study = loads('country = "South Africa"', tmp_path)
    assert study.regions[0].polygons_deg is None
    resolved = study.resolve()
    [country] = resolved.regions
    assert country.country is None
    assert country.note == "country South Africa, from Natural Earth"
    assert country.surface.area_km2 == study.regions[0].surface.area_km2
    assert resolved.resolve() == resolved
    assert scenario.loads(scenario.to_toml(resolved), origin="y", folder=tmp_path) == resolved


def test_the_resolved_scenario_of_the_largest_country_loads(tmp_path):
    study = loads('country = "Canada"', tmp_path).resolve()
    text = scenario.to_toml(study)
    assert len(text) < scenario.MAX_FILE_BYTES
    assert scenario.loads(text, origin="y", folder=tmp_path) == study


def test_every_country_has_sound_rings_and_its_own_name():
    path = basemap.layer_path("admin_0_countries", basemap.COUNTRIES_SCALE)
    with shapefile.Reader(str(path)) as reader:
        names = [record["NAME"] for record in reader.records()]
    assert len(set(names)) == len(names) == 242
    for name in names[::7]:
        country = geofiles.country(name)
        faults = [
            fault
            for ring in (*country.outlines, *country.holes)
            for fault in outlines.outline_faults(ring)
        ]
        assert faults == []


def test_a_band_and_the_globe_keep_their_parallels(tmp_path):
    band = region("latitude_band_deg = [-30, 60]", tmp_path)
    assert band.surface.bounds_deg == (-180.0, -30.0, 180.0, 60.0)
    assert band.outlines_deg == (((-180.0, -30.0), (180.0, -30.0), (180.0, 60.0), (-180.0, 60.0)),)
    globe = region("globe = true", tmp_path)
    assert globe.surface.area_km2 == pytest.approx(surfaces.EARTH_AREA_KM2)
    box = region("bounds_deg = {west = 170, south = -10, east = 50, north = 10}", tmp_path)
    assert box.surface.bounds_deg == (170.0, -10.0, 410.0, 10.0)
    same = region("polygon_deg = [[110, 20], [150, 20], [150, 50], [110, 50]]", tmp_path)
    assert not same.surface.contains(50.5, 130.0)
    for resolved in (band, globe, box):
        assert resolved.resolved(datetime(2023, 8, 24, tzinfo=UTC)) == resolved


def test_holes_are_taken_out_of_any_region(tmp_path):
    lake = f"\nholes_deg = [{LAKE}]"
    for keys in (
        "globe = true",
        'catalog = "north-east-asia"',
        'country = "South Korea"',
        geojson(tmp_path, polygon(LAND)),
        f"polygon_deg = {LAND}",
    ):
        plain, holed = region(keys, tmp_path), region(keys + lake, tmp_path)
        assert plain.surface.contains(36.2, 128.0)
        assert not holed.surface.contains(36.2, 128.0)
        start = datetime(2023, 8, 24, tzinfo=UTC)
        assert holed.resolved(start).holes_deg
        assert holed.resolved(start).surface.area_km2 == holed.surface.area_km2
    assert region(geojson(tmp_path, MULTI) + lake, tmp_path).holes_deg[1][0] == (127.0, 35.5)


def test_a_catalogue_region_resolves_as_before():
    catalogued = scenario.Region(name="x", catalog="north-east-asia", resolution_km=50.0)
    assert catalogued.cells == "lat-lon"
    resolved = catalogued.resolved(datetime(2023, 8, 24, tzinfo=UTC))
    assert resolved.catalog is None
    assert resolved.polygons_deg is not None
    assert resolved.holes_deg is None
    assert resolved.surface.bounds_deg == (110.0, 20.0, 150.0, 50.0)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("", "has none; give exactly one of catalog, bounds_deg"),
        ('country = "Japan"\nglobe = true', "has globe and country; give exactly one"),
        ("globe = false", "false is not"),
        ("latitude_band_deg = [30, 30]", "north not above its south"),
        ("latitude_band_deg = [-91, 30]", "below -90"),
        ('country = "Japan"\nfeature = "x"', "chooses from a file, and there is none"),
        ('globe = true\ncells = "h3"', "'h3' is not 'lat-lon' or 'healpix'"),
        ("globe = true\nholes_deg = [[[0, 0], [1, 1]]]", "2 different vertices"),
        ("globe = true\nholes_deg = []", "is empty"),
        ("polygon_deg = [[0, 10], [180, -10], [90, 60]]", "to the opposite place"),
    ],
)
def test_regions_that_make_no_sense_are_refused(keys, words, tmp_path):
    assert words in problems(keys, tmp_path)[0]


def test_an_outline_is_judged_by_its_great_circles():
    # On the plane the dent at 51 N crosses the northern edge; on the globe the edge bows above it.
    outline = [(110.0, 20.0), (150.0, 20.5), (150.0, 50.0), (110.0, 50.0)]
    assert outlines.outline_faults(outline) == []
    dent = [*outline[:3], (130.0, 51.0), (125.0, 49.0), outline[3]]
    assert outlines.outline_faults(dent) == []
    surface = surfaces.surface([outline])
    assert surface.contains(51.0, 130.0)
    assert np.isclose(surface.bounds_deg[3], 51.75, atol=0.05)


def test_the_antimeridian_written_in_two_ways_is_one_line():
    ring = ((170.0, 0.0), (180.0, 10.0), (-180.0, 20.0), (170.0, 30.0))
    assert outlines.continuous(ring)[2] == (180.0, 20.0)
    assert outlines.outline_faults(ring) == []
    plain = surfaces.surface([[(170.0, 0.0), (180.0, 10.0), (180.0, 20.0), (170.0, 30.0)]])
    assert surfaces.surface([ring]).area_km2 == plain.area_km2


def test_the_shapefile_header_of_the_countries_is_the_publishers():
    raw = basemap.layer_path("admin_0_countries", "50m").read_bytes()
    assert struct.unpack(">i", raw[:4])[0] == 9994
    assert len(raw) == 1_613_020
