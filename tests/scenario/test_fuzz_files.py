"""Fuzzers of what a user writes: scenarios, overrides, keys that vary, outlines, tables of places.

Each input is a valid one that is changed in values and structure, some of it in bytes; the number
of the input is its seed. It is read, or refused in lines without control characters: nothing else
is raised, a minute of processor time is not used up, memory does not grow beyond a bound. The slow
tests read a million in some minutes.
"""

import io
import json
import math
import struct
import tomllib
import tracemalloc

import pytest
import shapefile
import tomli_w

from simulator import scenario
from simulator.earth import surfaces
from simulator.scenario import geofiles, systems
from simulator.sweep import axis
from tests.made_damage import ODD_TEXTS, ODD_TIMES, Bounded, changed, checked, damaged, seeded

SCENARIO = """
schema_version = 1
title = "t"
question = "How often?\\nHow late?"
networks = ["dprk+russia", {name = "n", crosslinks = {rate_mbps = 10.0}, stations = [{name = "g", \
latitude_deg = 39.0, longitude_deg = 125.0, horizon_mask_deg = [[0.0, 5.0], [90.0, 10.0]], \
hours_utc = [[20.0, 4.0]]}], relays = [{name = "relay", longitude_deg = 80.0}]}]
targets = ["osan", {name = "a", latitude_deg = 30.0, longitude_deg = 200.0, priority = 2}]
baseline = "n"
seed = 3
[span]
start = 2023-08-24T00:00:00Z
days = 1.5
[counting]
percents = [50.0, 90.0]
pair_gap_min = [1.0, 30.0]
[uncertainty]
draws = 2
[[satellites]]
name = "s"
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
recorder_gbit = 16.0
orbit = {kind = "launch", launch = "malligyong1_nov23"}
[[satellites]]
name = "w"
sensor = {catalog = "malligyong_press", max_off_nadir_deg = 40.0}
transmitters = [{band = "X", rate_mbps = 20.0}]
orbit = {kind = "walker-delta", altitude_km = 500.0, inclination_deg = 97.4, total = 4, \
planes = 2, phasing = 1}
[[satellites]]
name = "k"
sensor = "malligyong_press"
downlink_rate_mbps = 1
orbit = {kind = "sun-synchronous", altitude_km = 500.0, ltan_h = 10.5}
[[regions]]
name = "r"
resolution_km = 50
polygon_deg = [[126.0, 34.0], [130.0, 34.5], [130.5, 38.0], [125.5, 38.5]]
holes_deg = [[[127.0, 35.5], [129.0, 35.5], [129.0, 37.0]]]
thresholds = [{figure = "revisit_max_h", relation = "at most", value = 24.0}]
[[regions]]
name = "b"
resolution_km = 200.0
bounds_deg = {west = 110, south = 20, east = 150, north = 50}
[sweep]
mode = "grid"
[sweep.vary]
"satellites.0.downlink_rate_mbps" = [1, 2]
"span.days" = "1:3:3"
"""


def fuzz_scenarios(numbers, folder):
    base = tomllib.loads(SCENARIO)
    with Bounded() as bounded:
        for number in numbers:
            rng = seeded("scenario", number)
            if number % 5:
                text = tomli_w.dumps(changed(rng, base, times=ODD_TIMES))
            else:
                text = damaged(rng, SCENARIO.encode()).decode("utf-8", errors="surrogateescape")
            study = bounded(lambda text=text: scenario.loads(text, origin="x", folder=folder))
            if study is not None:
                written = scenario.to_toml(study.resolve())
                again = scenario.loads(written, origin="y", folder=folder)
                assert scenario.to_toml(again) == written


PATHS = (
    *("span.days", "targets.osan.priority", "satellites.0.sensor.max_off_nadir_deg", "networks.0"),
    *("networks.n.stations.g.roles", "regions.r.polygon_deg", "regions.0.catalog", "seed", "a.b.c"),
    *(
        "satellites.w.orbit.planes",
        "counting.percents.1",
        "uncertainty",
        "targets.0",
        "regions.9.x",
    ),
    *("satellites.1.transmitters.X.rate_mbps", "sweep.vary", "span.start", "'a.b'.c", "."),
)
VALUES = (
    *("1", "-1", "1e999", "nan", "inf", "[]", "{}", "true", "'x'", "x", "9" * 400, "9" * 5_000, ""),
    *(
        "2016-12-31T23:59:60Z",
        "[[0,0],[1,1],[2,0]]",
        "[" * 200,
        "{a = " * 30,
        "dprk",
        "1:2:3",
        "\x1b",
    ),
    *(
        "0x" + "f" * 5_000,
        "a\nb = 2",
        "'''",
        "1 # x",
        "north-east-asia",
        "[1, [2, {a = 1}]]",
        "\u202e",
    ),
)


def odd_path(rng):
    path = rng.choice(PATHS)
    for _ in range(rng.randrange(3)):
        parts = path.split(".")
        parts[rng.randrange(len(parts))] = rng.choice(
            (*ODD_TEXTS, "0", "9" * 400, "9" * 5_000, "-1", "osan", "name", "²", "٣" * 5_000)
        )
        path = ".".join(parts)
    return path


def fuzz_overrides(numbers, folder):
    with Bounded() as bounded:
        for number in numbers:
            rng = seeded("override", number)
            overrides = [
                f"{odd_path(rng)}{rng.choice('====: ')}{rng.choice(VALUES)}"
                for _ in range(rng.choice((1, 1, 2, 3)))
            ]
            bounded(
                lambda overrides=overrides: scenario.loads(
                    SCENARIO, origin="x", folder=folder, overrides=overrides
                )
            )


def odd_number(rng):
    digits = rng.choice(
        ("1", "0", "12", "9" * 30, "9" * 400, "9" * 5_000, "1_000", "1__0", ".5", "5.")
    )
    return rng.choice(("", "", "-", "+")) + digits + rng.choice(("", "", "", "e3", "e999", "e-9"))


def fuzz_axes(numbers, folder):
    with Bounded() as bounded:
        for number in numbers:
            rng = seeded("axis", number)
            kind = rng.randrange(4)
            if kind < 2:
                values = ":".join(odd_number(rng) for _ in range(rng.choice((2, 3, 3, 4))))
            else:
                values = ",".join(rng.choice(VALUES) for _ in range(rng.randrange(1, 5)))
            text = f"{odd_path(rng)}{rng.choice('====: ')}{values}"
            parsed = bounded(lambda text=text: axis(text))
            if parsed is not None:
                assert parsed.is_range or parsed.values
                assert parsed.is_range or len(parsed.coordinate()) == len(parsed.values)
                if parsed.is_range:
                    assert parsed.low <= parsed.at(0.5) <= parsed.high


LAND = [[126.0, 34.0], [130.0, 34.5, 12.0], [130.5, 38.0], [125.5, 38.5], [126.0, 34.0]]
LAKE = [[127.0, 35.5], [129.0, 35.5], [129.0, 37.0], [127.0, 37.2], [127.0, 35.5]]
POLYGON = {"type": "Polygon", "coordinates": [LAND, LAKE]}
DOCUMENTS = (
    POLYGON,
    {
        "type": "MultiPolygon",
        "coordinates": [[LAND], [LAKE]],
        "crs": {"properties": {"name": "CRS84"}},
    },
    {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"name": "a", "n": 7}, "geometry": POLYGON},
            {"type": "Feature", "properties": None, "geometry": None},
            {
                "type": "Feature",
                "properties": {"name": "서울"},
                "geometry": {
                    "type": "GeometryCollection",
                    "geometries": [POLYGON, {"type": "Point", "coordinates": [1, 2]}],
                },
            },
        ],
    },
)


def sound(rings, straight):
    """Return rings that were read, their area measured: a finite number."""
    area = surfaces.surface(rings.outlines, rings.holes, straight=straight).area_km2
    assert math.isfinite(area)
    return rings


def fuzz_geojson(numbers, folder):
    path = folder / "a.geojson"
    with Bounded() as bounded:
        for number in numbers:
            rng = seeded("geojson", number)
            base = rng.choice(DOCUMENTS)
            if number % 5:
                raw = json.dumps(changed(rng, base), ensure_ascii=rng.random() < 0.5)
                path.write_bytes(raw.encode(errors="surrogatepass"))
            else:
                path.write_bytes(damaged(rng, json.dumps(base).encode()))
            feature = rng.choice((None, None, "a", 7, "서울", "\x1b"))
            straight = rng.random() < 0.3
            bounded(
                lambda feature=feature, straight=straight: sound(
                    geofiles.read_geojson(path, feature, straight=straight), straight
                )
            )


def shapes(kind):
    """Return the parts of a small shapefile: two polygons with a hole, a shape of nothing."""
    parts = {name: io.BytesIO() for name in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, shapeType=kind) as writer:
        writer.field("NAME", "C", size=20)
        writer.field("N", "N", size=8)
        for name in ("a", "서울"):
            writer.record(name, 7)
            rings = [[[*p[:2], 0.0, 0.0][: 2 if kind == 5 else 4] for p in r] for r in (LAND, LAKE)]
            (writer.poly if kind == 5 else writer.polyz)([rings[0][::-1], rings[1]])
        writer.record("none", 0)
        writer.null()
    return {name: part.getvalue() for name, part in parts.items()}


PRJ = (
    'GEOGCS["NTF",DATUM["D",SPHEROID["C",6378249.2,293.466]],PRIMEM["Paris",2.337229166666667],'
    'UNIT["Grad",0.01570796326794897]]'
)
CLAIMS = (0, 1, -1, 2, 5, 15, 31, 1_000, 10**6, 2**31 - 1, -(2**31))
DOUBLES = (0.0, math.nan, math.inf, -math.inf, 1e300, -1e300, 1e-300, 181.0, -91.0, 360.0)


def claimed(rng, raw):
    """Return bytes with whole numbers and floats in them replaced by extreme ones."""
    raw = bytearray(raw)
    for _ in range(rng.choice((1, 1, 2, 4))):
        place = 4 * rng.randrange(max(1, len(raw) // 4 - 2))
        if rng.random() < 0.7:
            struct.pack_into(rng.choice(("<i", ">i")), raw, place, rng.choice(CLAIMS))
        else:
            struct.pack_into("<d", raw, place, rng.choice(DOUBLES))
    return bytes(raw)


def fuzz_shapefiles(numbers, folder):
    bases = [shapes(5), shapes(15)]
    with Bounded() as bounded:
        for number in numbers:
            rng = seeded("shapefile", number)
            parts = dict(rng.choice(bases))
            for name in rng.choice((("shp",), ("shp",), ("dbf",), ("shp", "dbf"))):
                parts[name] = rng.choice((claimed, claimed, damaged))(rng, parts[name])
            prj = damaged(rng, PRJ.encode()) if rng.random() < 0.2 else PRJ.encode()
            cpg = rng.choice(("UTF-8", "949", "", "x" * 2_000, "idna", "\x1b", "rot13", "cp0"))
            (folder / "a.prj").write_bytes(prj)
            (folder / "a.cpg").write_bytes(cpg.encode())
            for name, raw in parts.items():
                (folder / f"a.{name}").write_bytes(raw)
            feature = rng.choice((None, None, "a", 7, "서울", "\x1b"))
            bounded(
                lambda feature=feature: sound(
                    geofiles.read_shapefile(folder / "a.shp", feature), False
                )
            )


def fuzz_projections(numbers, folder):
    tokens = [
        *PRJ.replace("[", " [ ").replace("]", " ] ").replace(",", " , ").split(),
        "AXIS",
        "WEST",
    ]
    with Bounded() as bounded:
        for number in numbers:
            rng = seeded("projection", number)
            words = PRJ.replace("[", " [ ").replace("]", " ] ").replace(",", " , ").split()
            for _ in range(rng.choice((1, 2, 4))):
                words[rng.randrange(len(words))] = rng.choice(
                    (*tokens, "1e999", "[" * 40, "\x1b", '"')
                )
            text = "".join(words)
            system = bounded(lambda text=text: systems.projection_file(text))
            if system is not None:
                assert 0.0 < system.unit_deg < 100.0
                assert abs(system.meridian_deg) <= 180.0


TABLE = (
    "name,lat,lon,height_m,note\r\nPohang,36.02,129.34,12.5,\r\n"
    '"Ulsan, ""port""",35.5,229.4,,"two\nlines"\r\n\r\n서울,37.57,126.98,1e1,x\r\n'
)
POINTS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": name, "height_m": 3, "population": [1]},
            "geometry": {"type": "Point", "coordinates": [127.0, 36.5 + number, 5.0]},
        }
        for number, name in enumerate(("a", "서울"))
    ],
}
PLACES = """
schema_version = 1
title = "t"
span = {start = 2023-08-24T00:00:00Z, days = 1.0}
targets = ["%s", "osan"]
networks = [{name = "n", stations = ["pgscc", "%s"]}]
[[satellites]]
name = "s"
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
orbit = {kind = "sun-synchronous", altitude_km = 500.0, ltan_h = 10.5}
"""
CELLS = (
    *("", " ", "1e999", "nan", "-inf", "9" * 5_000, "1_0", "٣", "½", "91", "0x10", "true", "1;2"),
    *(
        '"',
        '""',
        '"a',
        "a\nb",
        ",",
        ";",
        "\t",
        "\x00",
        "\x1b[2J",
        "\u202e",
        "\ufeff",
        "x" * 200_000,
    ),
    *("name", "LAT", "Longitude", "priority", "roles", "catalog", "antennas", "KR", "-", "=1+1"),
)


def odd_table(rng):
    """Return a table of places with some of its cells, rows or separators changed."""
    rows = [line.split(",") for line in TABLE.split("\r\n")]
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        row = rng.choice(rows)
        at = rng.randrange(len(row))
        action = rng.randrange(6)
        if action < 3:
            row[at] = rng.choice(CELLS)
        elif action == 3:
            row.insert(at, rng.choice(CELLS))
        elif action == 4 and len(row) > 1:
            del row[at]
        else:
            rows.insert(rng.randrange(len(rows) + 1), list(rng.choice(rows)))
    separator = rng.choice((",", ",", ",", ";", "\t"))
    text = rng.choice(("\r\n", "\n", "\r")).join(separator.join(row) for row in rows)
    return text.encode(rng.choice((*("utf-8",) * 20, "utf-8-sig", "utf-16", "euc-kr")), "replace")


def fuzz_places(numbers, folder):
    with Bounded() as bounded:
        for number in numbers:
            rng = seeded("places", number)
            kind = rng.choice(("csv", "csv", "csv", "tsv", "geojson"))
            if kind == "geojson":
                raw = json.dumps(changed(rng, POINTS)).encode(errors="surrogatepass")
            else:
                raw = odd_table(rng) if number % 5 else damaged(rng, TABLE.encode())
            file = folder / f"a.{kind}"
            file.write_bytes(raw)
            names = rng.choice(((file.name, "sohae_gs"), ("kadena", file.name), (file.name,) * 2))
            study = bounded(
                lambda names=names: scenario.loads(PLACES % names, origin="x", folder=folder)
            )
            if study is not None:
                written = scenario.to_toml(study.resolve())
                again = scenario.loads(written, origin="y", folder=folder)
                assert scenario.to_toml(again) == written


# How many inputs by default, and how many where slow tests run: there in parts of some ten seconds
# each, so that processes share them evenly.
FUZZERS = {
    fuzz_scenarios: (150, 20_000, 5),
    fuzz_overrides: (300, 20_000, 2),
    fuzz_axes: (1_000, 400_000, 5),
    fuzz_geojson: (400, 120_000, 6),
    fuzz_shapefiles: (250, 40_000, 5),
    fuzz_projections: (1_000, 400_000, 2),
    fuzz_places: (250, 40_000, 4),
}


def parts_of_many():
    """Yield each fuzzer with the numbers of its inputs in each part, as parameters of a test."""
    for fuzz, (_, many, parts) in FUZZERS.items():
        size = many // parts
        for part in range(parts):
            numbers = range(part * size, (part + 1) * size)
            yield pytest.param(fuzz, numbers, id=f"{fuzz.__name__}-{part}")


@pytest.mark.parametrize("fuzz", FUZZERS, ids=lambda fuzz: fuzz.__name__)
def test_what_is_written_oddly_is_read_or_refused_in_lines(fuzz, tmp_path):
    fuzz(range(FUZZERS[fuzz][0]), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("fuzz", "numbers"), [*parts_of_many()])
def test_a_million_are_read_or_refused_in_lines(fuzz, numbers, tmp_path):
    assert sum(len(part.values[1]) for part in parts_of_many()) >= 1_000_000
    fuzz(numbers, tmp_path)


# Sizes are looked at before memory is taken.


def peak_bytes(read):
    tracemalloc.start()
    try:
        checked(read, refusals=[])
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("place", [100, 104, 108, 144, 148])
def test_a_shapefile_that_claims_billions_takes_no_memory(place, tmp_path):
    parts = shapes(5)
    raw = bytearray(parts["shp"])
    order = ">i" if place < 108 else "<i"
    struct.pack_into(order, raw, place, 2**31 - 1)
    (tmp_path / "a.shp").write_bytes(raw)
    assert peak_bytes(lambda: geofiles.read_shapefile(tmp_path / "a.shp")) < 2e7


def test_a_table_that_claims_billions_takes_no_memory(tmp_path):
    parts = shapes(5)
    raw = bytearray(parts["dbf"])
    struct.pack_into("<L", raw, 4, 2**32 - 1)
    (tmp_path / "a.shp").write_bytes(parts["shp"])
    for length in (None, 0xFFFF):
        if length is not None:
            struct.pack_into("<H", raw, 10, length)
        (tmp_path / "a.dbf").write_bytes(raw)
        assert peak_bytes(lambda: geofiles.read_shapefile(tmp_path / "a.shp", "a")) < 2e7


@pytest.mark.parametrize(
    "text", ["[" * 1_000_000, '{"a":' * 100_000, "[0," * 1_000_000, "9" * 1_000_000]
)
def test_deep_or_long_json_takes_little_more_than_its_text(text, tmp_path):
    (tmp_path / "a.geojson").write_text(text)
    assert peak_bytes(lambda: geofiles.read_geojson(tmp_path / "a.geojson")) < 1e8


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 1_000_000, "a = " + "{a = " * 200_000, "a.b = 1\n" * 20, "a = " + "9" * 10**6],
)
def test_deep_or_long_toml_takes_little_more_than_its_text(text, tmp_path):
    assert peak_bytes(lambda: scenario.loads(text, origin="x", folder=tmp_path)) < 2e8
