from __future__ import annotations

import json
import re
import tomllib
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import catalog, scenario
from simulator.errors import InputError
from simulator.scenario import overrides as scenario_overrides
from simulator.scenario import tle

ORIGIN = "scenarios/korea.toml"

GOOD = """
# How soon does a picture get home?
schema_version = 1
title = "Malligyong-1 over Korea"
question = "How soon?"
targets = ["osan", "kadena", {name = "만리경", latitude_deg = 1, longitude_deg = 200.0}]
networks = ["dprk", "dprk+russia+relay", "mine"]
baseline = "dprk"

[span]
start = 2023-08-24T09:00:00+09:00
days = 30

[[satellites]]
name = "Malligyong-1"
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
orbit = {kind = "launch", launch = "malligyong1_nov23"}

[[satellites]]
name = "W"
downlink_rate_mbps = 60
recorder_gbit = 16.0
[satellites.orbit]
kind = "walker-delta"
total = 6
planes = 3
phasing = 1
altitude_km = 500.0
inclination_deg = 97.4
[satellites.sensor]
kind = "radar"
gsd_m = 3.0
reference_altitude_km = 500.0
swath_km = 24.0
max_off_nadir_deg = 45.0
min_off_nadir_deg = 15

[[regions]]
name = "peninsula"
catalog = "korean_peninsula"
resolution_km = 50

[[regions]]
name = "box"
bounds_deg = {west = 170.0, south = -10.0, east = -170.0, north = 10}
resolution_km = 50
""".replace(
    '"mine"]',
    '{name = "mine", stations = ["pgscc", {name = "A", latitude_deg = 60, longitude_deg = 30,'
    " horizon_mask_deg = [[0, 5], [90, 10.5]]}]}]",
)

TLE = (
    "1 58400U 23179A   24187.60036081  .00006278  00000-0  28357-3 0  9996",
    "2 58400  97.4021  74.1373 0003594 112.3801 247.7815 15.21311148 34529",
)
OMM = {
    "OBJECT_NAME": "MALLIGYONG-1",
    "NORAD_CAT_ID": 58400,
    "EPOCH": "2024-07-05T14:24:31.173984",
    "MEAN_MOTION": 15.21311148,
    "ECCENTRICITY": 0.0003594,
    "INCLINATION": 97.4021,
    "RA_OF_ASC_NODE": 74.1373,
    "ARG_OF_PERICENTER": 112.3801,
    "MEAN_ANOMALY": 247.7815,
    "BSTAR": 0.00028357,
}


def loads(text: str = GOOD, *overrides: str, folder: Path = Path("scenarios")) -> Any:
    return scenario.loads(text, origin=ORIGIN, folder=folder, overrides=overrides)


def problems(
    *overrides: str, text: str = GOOD, folder: Path = Path("scenarios")
) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        loads(text, *overrides, folder=folder)
    return caught.value.problems


def orbit(table: str, *, folder: Path = Path("scenarios")) -> Any:
    """Return the orbit a TOML inline table makes in an otherwise good scenario."""
    return loads(GOOD, f"satellites.0.orbit={table}", folder=folder).satellites[0].orbit


# What a good file gives.


def test_a_good_file_gives_typed_values() -> None:
    study = loads()
    assert study.span.start == datetime(2023, 8, 24, tzinfo=UTC)
    assert study.span.days == 30.0
    first, second = study.satellites
    assert first.recorder_gbit is None
    assert second.recorder_gbit == 16.0
    assert isinstance(first.orbit, scenario.LaunchOrbit)
    assert isinstance(second.orbit, scenario.WalkerOrbit)
    assert second.names == ("W-1", "W-2", "W-3", "W-4", "W-5", "W-6")
    assert [target.name for target in study.targets] == ["osan", "kadena", "만리경"]
    assert study.targets[2].longitude_deg == -160.0
    assert study.networks[2].stations[1].horizon_mask_deg == ((0.0, 5.0), (90.0, 10.5))
    assert study.networks[2].stations[1].horizon_mask_kind == "steps"
    assert study.counting.revisit_rule == "stk"


def test_a_scenario_is_frozen_and_hashable() -> None:
    study = loads()
    with pytest.raises(ValueError, match="frozen"):
        study.title = "other"
    assert hash(study) == hash(loads())


def test_a_catalogue_name_gives_the_entrys_values() -> None:
    study = loads()
    entry = catalog.get("launches", "malligyong1_nov23").values
    launched = study.satellites[0].orbit
    assert launched.perigee_km == entry["perigee_km"]
    assert launched.liftoff == entry["liftoff"]
    assert (
        study.satellites[0].sensor.gsd_m
        == catalog.get("sensors", "malligyong_press").values["gsd_m"]
    )
    assert study.networks[0].stations[0].latitude_deg == 39.0425


def test_a_table_may_start_from_a_catalogue_entry() -> None:
    study = loads(GOOD.replace('"malligyong_press"', '{catalog="malligyong_press", gsd_m=1.0}'))
    sensor = study.satellites[0].sensor
    assert (sensor.gsd_m, sensor.swath_km) == (1.0, 24.0)
    launched = orbit('{kind="launch", launch="malligyong1_nov23", perigee_km=400}')
    assert (launched.perigee_km, launched.apogee_km) == (400.0, 512.0)


def test_a_network_may_set_its_members_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = catalog.get("networks", "dprk")
    changed = {**entry.values, "overrides": {"pgscc": {"roles": ("command",)}}}
    fake = type(entry)("networks", "dprk", entry.name, changed, {}, "")
    real = catalog.get
    monkeypatch.setattr(
        catalog, "get", lambda kind, name: fake if name == "dprk" else real(kind, name)
    )
    stations = loads().networks[0].stations
    assert [station.roles for station in stations] == [("command",), ("command", "downlink")]


def test_the_sun_matters_to_optical_sensors_only() -> None:
    first, second = loads().satellites
    assert first.sensor.min_sun_elevation_deg == 10.0
    assert second.sensor.min_sun_elevation_deg is None


def test_picture_size_is_pixels_times_depth_over_compression() -> None:
    # 24 km x 24 km at 3 m: 8000 x 8000 pixels, 10 bits each, compressed 4 times: 160 Mbit.
    assert loads().satellites[1].sensor.picture_bits == 160e6
    long = loads(GOOD, "satellites.1.sensor.picture_length_km=240", "satellites.1.sensor.bands=2")
    assert long.satellites[1].sensor.picture_bits == 3200e6
    given_directly = loads(GOOD, "satellites.1.sensor.picture_mbit=7.5")
    assert given_directly.satellites[1].sensor.picture_bits == 7.5e6
    from_entry = loads(GOOD, "satellites.0.sensor.picture_mbit=7.5")
    assert from_entry.satellites[0].sensor.picture_bits == 7.5e6


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ('{kind="keplerian", altitude_km=500, inclination_deg=0}', scenario.KeplerianOrbit),
        ('{kind="keplerian", altitude_km=500, inclination_deg=180}', scenario.KeplerianOrbit),
        (
            '{kind="keplerian", perigee_km=300, apogee_km=36000, inclination_deg=63.4}',
            scenario.KeplerianOrbit,
        ),
        ('{kind="sun-synchronous", altitude_km=500, ltan_h=10.5}', scenario.SunSynchronousOrbit),
        ('{kind="sun-synchronous", altitude_km=500, ltdn_h=0}', scenario.SunSynchronousOrbit),
        (
            '{kind="walker-star", total=4, planes=2, phasing=0, altitude_km=500,'
            " inclination_deg=90}",
            scenario.WalkerOrbit,
        ),
        (f'{{kind="tle", lines={list(TLE)}}}', scenario.TleOrbit),
        ('{kind="tle", catalog="kms3_2_2017_03_13"}', scenario.TleOrbit),
    ],
)
def test_every_kind_of_orbit_loads(table: str, kind: type) -> None:
    assert isinstance(orbit(table), kind)


def test_angles_are_brought_into_one_turn() -> None:
    made = orbit('{kind="keplerian", altitude_km=500, inclination_deg=97, raan_deg=-90.0}')
    assert made.raan_deg == 270.0
    tiny = orbit('{kind="keplerian", altitude_km=500, inclination_deg=97, raan_deg=-1e-20}')
    assert tiny.raan_deg == 0.0


def test_carriage_returns_in_lines_are_accepted() -> None:
    lines = json.dumps([line + "\r" for line in TLE])
    assert orbit(f'{{kind="tle", lines={lines}}}').lines == TLE


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("stations", scenario.Station),
        ("relays", scenario.Relay),
        ("targets", scenario.Target),
        ("networks", scenario.Network),
    ],
)
def test_every_catalogue_entry_makes_a_table(kind: str, table: type[scenario.Station]) -> None:
    for entry_id, entry in catalog.entries(kind).items():
        if entry.values.get("roles") != ():  # listed for the record, serves nobody
            assert table.model_validate({"catalog": entry_id}).name == entry_id


def test_every_catalogue_sensor_launch_and_set_makes_a_table_if_it_has_the_figures() -> None:
    for entry_id, entry in catalog.entries("sensors").items():
        needed = {"gsd_m", "reference_altitude_km", "swath_km", "max_off_nadir_deg"}
        if needed <= entry.values.keys():
            assert scenario.Sensor.model_validate({"catalog": entry_id}).picture_bits > 0
    for entry_id, entry in catalog.entries("launches").items():
        if "perigee_km" in entry.values:
            scenario.LaunchOrbit.model_validate({"kind": "launch", "launch": entry_id})
    for entry_id in catalog.entries("elements"):
        scenario.TleOrbit.model_validate({"kind": "tle", "catalog": entry_id})


def test_every_catalogue_region_has_a_sound_outline() -> None:
    for entry_id in catalog.entries("regions"):
        rings = scenario.Region(name="x", catalog=entry_id, resolution_km=50.0).outlines_deg
        plain = scenario.Region(name="x", polygons_deg=rings, resolution_km=50.0)
        assert plain.outlines_deg == rings


def test_a_box_may_cross_the_antimeridian() -> None:
    box = loads().regions[1]
    assert box.bounds_deg.width_deg == 20.0
    assert box.outlines_deg == (((170.0, -10.0), (190.0, -10.0), (190.0, 10.0), (170.0, 10.0)),)


def test_a_box_may_start_east_of_180_degrees() -> None:
    study = loads(GOOD, "regions.1.bounds_deg={west=300, south=0, east=-170, north=1}")
    assert study.regions[1].bounds_deg.width_deg == 250.0


def test_the_whole_earth_is_a_box() -> None:
    study = loads(GOOD, "regions.1.bounds_deg={west=-180, south=-90, east=180, north=90}")
    assert study.regions[1].bounds_deg.width_deg == 360.0


# Faults.

KEPLER = 'satellites.0.orbit={kind="keplerian", inclination_deg=97, '


@pytest.mark.parametrize(
    ("override", "path", "words"),
    [
        ("schema_version=2", "schema_version", ["2 is above 1", "allowed 1"]),
        ("schema_version=true", "schema_version", ["true is not"]),
        ("title=3", "title", ["3 is not text"]),
        ("title=''", "title", ["'' is 0 characters long", "1 to 200"]),
        ("span=3", "span", ["3 is not a table"]),
        ("span.days=0", "span.days", ["0 is not above 0", "up to 3660"]),
        ("span.days=1e-300", "span.days", ["under a second", "one second to 3660 days"]),
        ("span.days=3661", "span.days", ["3661 is above 3660", "up to 3660"]),
        ("span.days=259200", "span.days", ["looks like seconds"]),
        ("span.days=nan", "span.days", ["nan is not a finite number"]),
        ("span.days=-inf", "span.days", ["-inf is not a finite number"]),
        ("span.days='three'", "span.days", ["'three' is not a number"]),
        ("span.days=true", "span.days", ["true is not a number"]),
        (
            "span.end=2023-08-24T00:00:00Z",
            "span.end",
            ["2023-08-24T00:00:00Z is not after start = 2023-08-24T00:00:00Z"],
        ),
        ("span.end=2043-08-24T00:00:00Z", "span.end", ["7305 days", "up to 3660"]),
        ("span.end=2023-09-24T00:00:00", "span.end", ["no offset", "2023-09-24T00:00:00Z"]),
        ("span.end=2023-09-24", "span.end", ["with an offset", "2023-09-24T00:00:00Z"]),
        ("span.start=12:00:00", "span.start", ["12:00:00 is not a time with an offset"]),
        ("span.start='2016-12-31T23:59:60Z'", "span.start", ["leap second"]),
        ("span.start='soon'", "span.start", ["'soon' is not a time such as"]),
        ("span.start=0001-01-01T00:00:00+14:00", "span.start", ["year 1", "1957 to 2100"]),
        ("span.ut1_minus_utc_s=100", "span.ut1_minus_utc_s", ["above 60", "-60 to 60"]),
        ("satellites=[]", "satellites", ["make 0 satellites", "1 to 5000"]),
        ("satellites=3", "satellites", ["3 is not a list"]),
        ("satellites.0.name=' a'", "satellites.0.name", ["' a' has blanks around it"]),
        ('satellites.0.name="a\\nb"', "satellites.0.name", ["U+000A", "printable"]),
        ('satellites.0.name="a\\u0000"', "satellites.0.name", ["U+0000", "printable"]),
        (f"satellites.0.name={'a' * 81}", "satellites.0.name", ["81 characters", "1 to 80"]),
        ("satellites.0.nam=1", "satellites.0.nam", ["unknown key", "'name'"]),
        ("satellites.0.downlink_rate_mbps=0", "satellites.0.downlink_rate_mbps", ["0 is below"]),
        (
            "satellites.0.downlink_rate_mbps=2000000",
            "satellites.0.downlink_rate_mbps",
            ["above 100000", "looks like bit/s"],
        ),
        ("satellites.0.recorder_gbit=-1", "satellites.0.recorder_gbit", ["below 0"]),
        (
            "satellites.0.sensor=malligyong",
            "satellites.0.sensor",
            ["'malligyong'", "did you mean 'malligyong_press'"],
        ),
        (
            "satellites.0.sensor=malligyong_salvaged",
            "satellites.0.sensor.gsd_m",
            ["is missing", "'malligyong_salvaged' has no figure"],
        ),
        ("satellites.1.sensor.kind=infrared", "satellites.1.sensor.kind", ["'optical' or 'radar'"]),
        (
            "satellites.1.sensor.min_off_nadir_deg=45",
            "satellites.1.sensor.max_off_nadir_deg",
            ["45 is not above min_off_nadir_deg = 45"],
        ),
        (
            "satellites.1.sensor.max_off_nadir_deg=91",
            "satellites.1.sensor.max_off_nadir_deg",
            ["91 is above 90"],
        ),
        (
            "satellites.1.sensor.min_elevation_deg=-6",
            "satellites.1.sensor.min_elevation_deg",
            ["-6 is below -5", "-5 to 90"],
        ),
        (
            "satellites.1.sensor={kind='radar', gsd_m=3, reference_altitude_km=500, swath_km=24,"
            " max_off_nadir_deg=45, picture_mbit=3, bands=2}",
            "satellites.1.sensor.picture_mbit",
            ["beside bands"],
        ),
        (
            "satellites.1.sensor.max_sun_elevation_deg=-91",
            "satellites.1.sensor.max_sun_elevation_deg",
            ["-91 is below -90"],
        ),
        (
            "satellites.1.sensor={kind='radar', gsd_m=3, reference_altitude_km=500, swath_km=24,"
            " max_off_nadir_deg=45, min_sun_elevation_deg=5, max_sun_elevation_deg=5}",
            "satellites.1.sensor.max_sun_elevation_deg",
            ["5 is not above min_sun_elevation_deg = 5"],
        ),
        (
            "satellites.1.sensor.min_access_s=-1",
            "satellites.1.sensor.min_access_s",
            ["-1 is below 0"],
        ),
        (
            "satellites.1.sensor.min_niirs=4",
            "satellites.1.sensor.min_niirs",
            ["radar", "no NIIRS", "max_gsd_m"],
        ),
        ("satellites.0.orbit=3", "satellites.0.orbit", ["3 is not a table with a kind"]),
        (
            'satellites.0.orbit={kind="launch"}',
            "satellites.0.orbit.launch",
            ["is missing; text is required"],
        ),
        ("satellites.0.orbit={}", "satellites.0.orbit.kind", ["missing", "'sun-synchronous'"]),
        (
            "satellites.0.orbit.kind=keplarian",
            "satellites.0.orbit.kind",
            ["'keplarian'", "did you mean 'keplerian'"],
        ),
        (
            "satellites.0.orbit.launch=kms9",
            "satellites.0.orbit.launch",
            ["'kms9'", "did you mean"],
        ),
        (
            "satellites.0.orbit.launch=malligyong11_may24",
            "satellites.0.orbit.perigee_km",
            ["is missing", "give one here"],
        ),
        (
            "satellites.0.orbit.apogee_km=400",
            "satellites.0.orbit.apogee_km",
            ["400 is below perigee_km = 493"],
        ),
        (
            "satellites.0.orbit.inclination_deg=10",
            "satellites.0.orbit.inclination_deg",
            ["10 keeps the orbit below the insertion", "allowed 18 to 162"],
        ),
        (
            "satellites.0.orbit.direction=north",
            "satellites.0.orbit.direction",
            ["'ascending' or 'descending'"],
        ),
        (KEPLER + "altitude_km=50}", "satellites.0.orbit.altitude_km", ["50 is below 100"]),
        (
            KEPLER + "altitude_km=500000}",
            "satellites.0.orbit.altitude_km",
            ["above 100000", "looks like metres"],
        ),
        (
            KEPLER + "altitud_km=500}",
            "satellites.0.orbit.altitud_km",
            ["unknown key", "did you mean 'altitude_km'"],
        ),
        (
            KEPLER + "ltan_h=10.5, altitude_km=500}",
            "satellites.0.orbit.ltan_h",
            ["unknown key"],
        ),
        (KEPLER + "raan_deg=400, altitude_km=500}", "satellites.0.orbit.raan_deg", ["-360 to 360"]),
        (KEPLER + "perigee_km=500}", "satellites.0.orbit", ["both perigee_km and apogee_km"]),
        (
            KEPLER + "perigee_km=500, apogee_km=400}",
            "satellites.0.orbit.apogee_km",
            ["400 is below perigee_km = 500"],
        ),
        (
            KEPLER + "altitude_km=500, eccentricity=0.1}",
            "satellites.0.orbit.eccentricity",
            ["0.1 puts the perigee at -188 km", "0 to 0.058"],
        ),
        (
            KEPLER + "altitude_km=500, eccentricity=1}",
            "satellites.0.orbit.eccentricity",
            ["1 is not below 1"],
        ),
        (
            'satellites.0.orbit={kind="keplerian", inclination_deg=190, altitude_km=500}',
            "satellites.0.orbit.inclination_deg",
            ["190 is above 180", "0 to 180"],
        ),
        (
            'satellites.0.orbit={kind="sun-synchronous", altitude_km=500}',
            "satellites.0.orbit",
            ["exactly one of ltan_h and ltdn_h"],
        ),
        (
            'satellites.0.orbit={kind="sun-synchronous", altitude_km=6500, ltan_h=24}',
            "satellites.0.orbit.ltan_h",
            ["24 is not below 24", "0 to below 24"],
        ),
        ("satellites.1.orbit.planes=4", "satellites.1.orbit.planes", ["4 does not divide", "1, 2"]),
        ("satellites.1.orbit.phasing=3", "satellites.1.orbit.phasing", ["allowed 0 to 2"]),
        ("satellites.1.orbit.total=6.0", "satellites.1.orbit.total", ["6.0 is not a whole number"]),
        ("satellites.1.orbit.total=1001", "satellites.1.orbit.total", ["above 1000"]),
        ('satellites.0.orbit={kind="tle"}', "satellites.0.orbit", ["one of file and lines"]),
        (
            f'satellites.0.orbit={{kind="tle", file="a", lines={list(TLE)}}}',
            "satellites.0.orbit",
            ["one of file and lines"],
        ),
        (
            f'satellites.0.orbit={{kind="tle", lines={[TLE[0][:-1] + "7", TLE[1]]}}}',
            "satellites.0.orbit.lines",
            ["checksum 7", "should be 6"],
        ),
        (
            'satellites.0.orbit={kind="tle", file="no.tle"}',
            "satellites.0.orbit.file",
            ["no.tle: cannot be read"],
        ),
        (
            'satellites.0.orbit={kind="tle", catalog="kms5"}',
            "satellites.0.orbit.catalog",
            ["'kms5' is not among the elements"],
        ),
        ("targets.0=osann", "targets.0", ["'osann'", "did you mean 'osan'"]),
        ("targets.0=7", "targets.0", ["7 is not a table"]),
        (
            'targets.2={name="q", latitude_deg=127.0, longitude_deg=37.0}',
            "targets.2.latitude_deg",
            ["127.0 is above 90", "-90 to 90"],
        ),
        (
            'targets.2={name="q", latitude_deg=127.0, longitude_deg=37.0}',
            "targets.2.longitude_deg",
            ["look swapped"],
        ),
        ("targets.2.longitude_deg=540", "targets.2.longitude_deg", ["540 is above 360"]),
        ("targets.2.longitude_deg=nan", "targets.2.longitude_deg", ["not a finite number"]),
        ("targets.2.height_m=20000", "targets.2.height_m", ["-500 to 9000"]),
        ("regions.0.resolution_km=0.5", "regions.0.resolution_km", ["below 1", "1 to 1000"]),
        ("regions.0.catalog=korea", "regions.0.catalog", ["'korea'", "korean_peninsula"]),
        ("regions.0.polygon_deg=[]", "regions.0.polygon_deg", ["0 different vertices"]),
        ("regions.0.polygons_deg=[]", "regions.0.polygons_deg", ["is empty"]),
        (
            "regions.0.polygons_deg=[[[0,0],[1,0],[1,1]],[[0,0],[1,1]]]",
            "regions.0.polygons_deg.1",
            ["2 different vertices"],
        ),
        (
            "regions.0.polygon_deg=[[0,0],[2,2],[2,0],[0,2]]",
            "regions.0.polygon_deg",
            ["crosses or touches itself at [1, 1]"],
        ),
        (
            "regions.0.polygon_deg=[[37,127],[38,127],[38,128]]",
            "regions.0.polygon_deg",
            ["[longitude, latitude]", "look swapped"],
        ),
        ("regions.0.polygon_deg=[[0,0],[2,'x'],[2,0]]", "regions.0.polygon_deg.1.1", ["'x'"]),
        ("regions.0.polygon_deg=[[0,0],[2],[2,0]]", "regions.0.polygon_deg.1.1", ["missing"]),
        ("regions.0.polygon_deg=[[0,0],[400,1],[2,0]]", "regions.0.polygon_deg.1.0", ["to 360"]),
        ("regions.1.bounds_deg.north=-20", "regions.1.bounds_deg.north", ["not above south = -10"]),
        ("regions.1.bounds_deg.east=170", "regions.1.bounds_deg.east", ["up to 360 degrees wide"]),
        (
            "regions.1.bounds_deg={west=180, south=0, east=-180, north=1}",
            "regions.1.bounds_deg.east",
            ["up to 360 degrees wide"],
        ),
        ("networks.0=drpk", "networks.0", ["'drpk'", "did you mean 'dprk"]),
        ("networks.mine.stations=[]", "networks.2.relays", ["role downlink"]),
        ("networks.mine.stations.A.roles=[]", "networks.2.stations.1.roles", ["command, downlink"]),
        (
            "networks.mine.stations.A.roles=['comand']",
            "networks.2.stations.1.roles.0",
            ["'comand'", "did you mean 'command'"],
        ),
        (
            "networks.mine.stations.A.min_elevation_deg=91",
            "networks.2.stations.1.min_elevation_deg",
            ["91 is above 90", "-5 to 90"],
        ),
        (
            "networks.mine.stations.A.horizon_mask_deg=[[90, 1], [0, 2]]",
            "networks.2.stations.1.horizon_mask_deg",
            ["out of order"],
        ),
        (
            "networks.mine.stations.A.horizon_mask_deg=[[361, 1]]",
            "networks.2.stations.1.horizon_mask_deg.0.0",
            ["361 is above 360"],
        ),
        (
            "networks.mine.stations.A.horizon_mask_deg=[[0, 1], [90, 2], [360, 3]]",
            "networks.2.stations.1.horizon_mask_deg",
            ["3 at azimuth 360 and 1 at 0", "the same elevation"],
        ),
        (
            "networks.mine.stations.A.horizon_mask_kind=strait",
            "networks.2.stations.1.horizon_mask_kind",
            ["'strait'", "did you mean 'straight'"],
        ),
        (
            "networks.0={name='m', stations=[{name='B', latitude_deg=1, longitude_deg=2,"
            " horizon_mask_kind='straight'}]}",
            "networks.0.stations.0.horizon_mask_kind",
            ["without horizon_mask_deg"],
        ),
        (
            "networks.mine.stations.A.min_culmination_deg=91",
            "networks.2.stations.1.min_culmination_deg",
            ["91 is above 90"],
        ),
        (
            "networks.mine.stations.A.min_contact_s=-1",
            "networks.2.stations.1.min_contact_s",
            ["-1 is below 0"],
        ),
        ("networks.mine.stations.A.max_rate_mbps=0", "networks.2.stations.1.max_rate_mbps", ["0"]),
        ("baseline=drpk", "baseline", ["'drpk'", "did you mean 'dprk'"]),
        ("counting.revisit_rule=stc", "counting.revisit_rule", ["'tatc'", "did you mean 'stk'"]),
        ("countin.revisit_rule=stk", "countin", ["unknown key", "did you mean 'counting'"]),
    ],
)
def test_a_fault_names_file_key_value_and_what_is_allowed(
    override: str, path: str, words: list[str]
) -> None:
    lines = [line for line in problems(override) if f"{path}: " in line]
    assert any(line.startswith(ORIGIN) for line in lines), problems(override)
    assert any(all(word in line for word in words) for line in lines), lines


def test_the_wording_of_a_fault_in_the_file_itself() -> None:
    faulty = GOOD.replace("altitude_km = 500.0\ninc", "altitude_km = 50\ninc")
    assert problems(text=faulty) == (
        "scenarios/korea.toml: satellites.1.orbit.altitude_km: 50 is below 100; "
        "allowed 100 to 100000",
    )


def test_a_fault_from_an_override_says_so() -> None:
    [line] = problems("satellites.W.orbit.altitude_km=50")
    assert line.startswith("scenarios/korea.toml with --set: satellites.1.orbit.altitude_km: 50")


def test_all_faults_are_reported_at_once() -> None:
    found = problems(
        "span.days=-1",
        "satellites.0.nam='x'",
        "satellites.1.name=Malligyong-1",
        "satellites.1.orbit.planes=4",
        "satellites.1.sensor.gsd_m=0",
        "targets.0=osann",
        "targets.2.latitude_deg=91",
        "regions.0.resolution_km=0",
        "networks.2.stations.1.latitude_deg='north'",
        "baselin=dprk",
    )
    assert len(found) == 9  # the two satellites' names differ: one is a constellation
    for path in (
        "span.days",
        "satellites.0.nam",
        "satellites.1.orbit.planes",
        "satellites.1.sensor.gsd_m",
        "targets.0",
        "targets.2.latitude_deg",
        "regions.0.resolution_km",
        "networks.2.stations.1.latitude_deg",
        "baselin",
    ):
        assert any(f": {path}: " in line for line in found), path


@pytest.mark.parametrize(
    ("override", "first", "second"),
    [
        ("satellites.0.name=W-3", "satellites.0", "satellites.1"),
        ("targets.2.name=osan", "targets.0", "targets.2"),
        ("targets=['osan', 'osan']", "targets.0", "targets.1"),
        ("regions.1.name=peninsula", "regions.0", "regions.1"),
        ("networks.2.name=dprk", "networks.0", "networks.2"),
        ("networks.2.stations.1.name=pgscc", "stations.0", "stations.1"),
        ("networks.2.relays=[{name='A', longitude_deg=3}]", "stations.1", "relays.0"),
    ],
)
def test_duplicate_names_are_refused_naming_both(override: str, first: str, second: str) -> None:
    [line] = problems(override)
    assert f"{second}: " in line
    assert f"is already the name of {first}" in line


def test_duplicate_names_are_found_beside_other_faults() -> None:
    assert len(problems("targets.2={name='osan', latitude_deg=99, longitude_deg=1}")) == 3


def test_something_must_be_looked_at() -> None:
    assert any("nothing to look at" in line for line in problems("targets=[]", "regions=[]"))
    assert loads(GOOD, "targets=[]").targets == ()
    assert loads(GOOD, "regions=[]").regions == ()


def test_days_and_end_exclude_each_other() -> None:
    both = GOOD.replace("days = 30", "days = 30\nend = 2023-09-24T00:00:00Z")
    assert "exactly one of days and end" in problems(text=both)[0]
    assert "exactly one of days and end" in problems(text=GOOD.replace("days = 30", ""))[0]


def test_a_region_has_exactly_one_outline() -> None:
    twice = 'catalog = "korean_peninsula"\npolygon_deg = [[0, 0], [1, 0], [1, 1]]'
    found = problems(text=GOOD.replace('catalog = "korean_peninsula"', twice))
    assert "has catalog and polygon_deg; give exactly one" in found[0]
    none = problems(text=GOOD.replace('catalog = "korean_peninsula"', ""))
    assert "has none; give exactly one" in none[0]


def test_an_absurd_grid_is_refused_before_it_is_made_with_a_lawful_resolution() -> None:
    world = "regions.1.bounds_deg={west=-180, south=-90, east=180, north=90}"
    tracemalloc.start()
    [line] = problems(world, "regions.1.resolution_km=1")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Not a byte for each of its cells.
    assert peak < 1e8
    assert "regions.1.resolution_km: 1 makes a grid of about 8e+08 cells" in line
    [least] = re.findall(r"which is (\d+) km here", line)
    assert loads(GOOD, world, f"regions.1.resolution_km={least}")


# Files that are not a scenario at all.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = 1\nb = \n", f"{ORIGIN}:2: is not TOML"),
        ("a = 1\na = 2\n", f"{ORIGIN}:2: is not TOML: Cannot overwrite a value"),
        ("a = [1, 2", f"{ORIGIN}:1: is not TOML: Unclosed array"),
        ("a = " + "9" * 5000, "is not TOML: Exceeds the limit"),
        ("a = " + "[" * 3000, "nested deeper than 16 levels"),
        (".".join("a" * 100_000) + " = 1", "nested deeper than 16 levels"),
        (".".join(["'a'"] * 100_000) + " = 1", "nested deeper than 16 levels"),
        (".".join("a" * 40) + " = 1", "nested deeper than 16 levels"),
        ("a = " + "{b = " * 20 + "1" + "}" * 20, "nested deeper than 16 levels"),
        ("a = 0x" + "f" * 5000, "beyond 64 bits"),
        ('"a\\u0000b" = 1', "holds control characters"),
        ('"" = 1', "is blank"),
        ("#" * (1 << 23) + "#", "larger than the 8 MiB allowed"),
        ("", "schema_version: is missing"),
    ],
)
def test_text_that_is_no_scenario_is_refused_cleanly(text: str, words: str) -> None:
    assert any(words in line for line in problems(text=text))


def test_hostile_sizes_are_refused_in_few_words() -> None:
    many_keys = "\n".join(f"k{n} = 1" for n in range(80_000))
    assert len(problems(text=many_keys)) < 110
    many_networks = "networks = [" + '"dprk+russia",' * 60_000 + "]"
    assert len(problems(text=many_networks)) < 110
    long_key = "k" * 1_000_000 + " = 1"
    assert max(len(line) for line in problems(text=long_key)) < 2_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file"),
        (b"title = '\xff'", "study.toml:1: byte 0xff is not UTF-8"),
        (b"#" * ((1 << 23) + 1), "larger than the 8 MiB allowed"),
        (b"a\x00", "study.toml:1: is not TOML"),
    ],
)
def test_files_that_cannot_be_read_are_refused_cleanly(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "study.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        scenario.load(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        scenario.load(tmp_path)


def test_a_file_with_a_byte_order_mark_loads(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert scenario.load(path) == loads()


# Element sets in files.


def test_a_set_is_read_from_a_file_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "a.tle").write_text("\r\n".join(["MALLIGYONG-1", *TLE, "OTHER", *TLE]))
    text = GOOD.replace(
        '{kind = "launch", launch = "malligyong1_nov23"}',
        '{kind = "tle", file = "a.tle", satellite = "Other"}',
    )
    path = tmp_path / "study.toml"
    path.write_text(text)
    read = scenario.load(path).satellites[0].orbit
    assert isinstance(read, scenario.TleOrbit)
    assert read.lines == TLE
    assert (read.file, read.satellite, read.note) == (None, None, "read from a.tle")


def test_a_message_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([OMM]))
    read = orbit('{kind="omm", file="a.json"}', folder=tmp_path)
    [elements] = read.elements
    assert elements.mean_motion_rev_per_day == 15.21311148
    assert elements.epoch == datetime(2024, 7, 5, 14, 24, 31, 173984, tzinfo=UTC)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('{kind="tle", file="a.tle", satellite="Y"}', "a.tle: holds no satellite 'Y'"),
        (
            '{kind="tle", file="two.tle"}',
            "two.tle: holds 2 element sets of 2 satellites",
        ),
        ('{kind="tle", file="bad.tle"}', "bad.tle: line 2 ends in checksum 0"),
        ('{kind="tle", file="a\\u0000"}', "is not a file name"),
        ('{kind="tle", file=3}', "3 is not text"),
        ('{kind="omm", file="steep.json"}', "steep.json: INCLINATION 190.0 is above 180"),
        ('{kind="omm", file="poor.json"}', "poor.json: EPOCH is missing"),
        ('{kind="omm", file="deep.json"}', "deep.json: ECCENTRICITY perigee at"),
        ('{kind="omm", file="a.tle"}', "a.tle: is no OMM"),
    ],
)
def test_damaged_files_of_elements_are_refused(tmp_path: Path, table: str, words: str) -> None:
    (tmp_path / "a.tle").write_text("\n".join(["X", *TLE]))
    other = [line[:2] + "00001" + line[7:68] for line in TLE]
    other = [line + str(tle.checksum(line)) for line in other]
    (tmp_path / "two.tle").write_text("\n".join(["X", *TLE, "Y", *other]))
    (tmp_path / "bad.tle").write_text("\n".join([TLE[0], TLE[1][:-1] + "0"]))
    (tmp_path / "steep.json").write_text(json.dumps([{**OMM, "INCLINATION": 190}]))
    (tmp_path / "poor.json").write_text(json.dumps([{**OMM, "EPOCH": None}]))
    (tmp_path / "deep.json").write_text(json.dumps([{**OMM, "ECCENTRICITY": 0.3}]))
    found = problems(f"satellites.0.orbit={table}", folder=tmp_path)
    assert any("satellites.0.orbit.file" in line and words in line for line in found), found


# Overrides.


def test_overrides_reach_keys_items_and_names() -> None:
    study = loads(
        GOOD,
        "span.days=3",
        "satellites.W.orbit.altitude_km=550",
        "satellites.0.downlink_rate_mbps=60",
        "networks.mine.stations.A.min_elevation_deg=10",
        "title=Another",
        "counting.revisit_rule=tatc",
        "targets.1.height_m = 12",
    )
    assert study.span.days == 3.0
    assert study.satellites[1].orbit.altitude_km == 550.0
    assert study.satellites[0].downlink_rate_mbps == 60.0
    assert study.networks[2].stations[1].min_elevation_deg == 10.0
    assert study.title == "Another"
    assert study.counting.revisit_rule == "tatc"
    assert (study.targets[1].name, study.targets[1].height_m) == ("kadena", 12.0)


def test_an_override_inside_a_catalogue_name_keeps_the_rest_of_the_entry() -> None:
    study = loads(
        GOOD,
        "satellites.Malligyong-1.sensor.gsd_m=1",
        "satellites.0.orbit.perigee_km=400",
        "networks.dprk.stations.pgscc.min_elevation_deg=10",
    )
    sensor = study.satellites[0].sensor
    assert (sensor.gsd_m, sensor.swath_km) == (1.0, 24.0)
    assert study.satellites[0].orbit.perigee_km == 400.0
    assert [s.min_elevation_deg for s in study.networks[0].stations] == [10.0, 5.0]
    assert scenario.catalog_used(study) == scenario.catalog_used(loads())


def test_an_override_replaces_the_other_way_to_say_it() -> None:
    assert loads(GOOD, "span.end=2023-09-01T00:00:00Z").span.days is None
    sun = 'satellites.0.orbit={kind="sun-synchronous", altitude_km=500, ltan_h=10}'
    moved = loads(GOOD, sun, "satellites.0.orbit.ltdn_h=9").satellites[0].orbit
    assert (moved.ltan_h, moved.ltdn_h) == (None, 9.0)
    outlined = loads(GOOD, "regions.0.polygon_deg=[[0, 0], [1, 0], [1, 1]]").regions[0]
    assert outlined.catalog is None


def test_a_name_with_a_dot_is_quoted() -> None:
    study = loads(GOOD, "satellites.0.name='Sat 1.5'", "satellites.'Sat 1.5'.note=x")
    assert study.satellites[0].note == "x"


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("satellites.X.name=1", "satellites has no item 'X'; allowed: Malligyong-1, W"),
        ("satellites.Maligyong-1.note=1", "did you mean 'Malligyong-1'?"),
        ("satellites.9.name=1", "satellites has 2 items"),
        ("title.x=1", "title is 'Malligyong-1 over Korea', not a table or list"),
        ("span.days", "is not path=value"),
        ("=3", "is not path=value"),
        ("", "is not path=value"),
        ("a..b=3", "is not path=value"),
    ],
)
def test_an_override_that_leads_nowhere_is_refused(override: str, words: str) -> None:
    [line] = problems(override)
    assert line.startswith(f"--set {override}: ")
    assert words in line


def test_a_value_is_one_toml_value_or_text() -> None:
    assert loads(GOOD, "question=a = b").question == "a = b"
    assert loads(GOOD, "question=1\nb=2").question == "1\nb=2"
    assert loads(GOOD, "question='quoted'").question == "quoted"


# Resolved scenarios.


def test_a_resolved_scenario_loads_back_equal() -> None:
    resolved = loads().resolve()
    text = scenario.to_toml(resolved)
    assert loads(text) == resolved
    assert scenario.to_toml(loads(text)) == text
    assert resolved.resolve() == resolved


def test_an_unresolved_scenario_loads_back_equal_too() -> None:
    study = loads()
    assert loads(scenario.to_toml(study)) == study


@pytest.mark.parametrize(
    "table",
    [
        '{kind="keplerian", altitude_km=500, inclination_deg=97, raan_deg=-1e-20}',
        '{kind="keplerian", perigee_km=400, apogee_km=500, inclination_deg=97}',
        '{kind="sun-synchronous", altitude_km=500, ltdn_h=22.5, note="two\\nlines"}',
        '{kind="tle", catalog="kms3_2_2017_03_13"}',
        '{kind="omm", file="a.json"}',
    ],
)
def test_every_kind_of_orbit_survives_the_way_through_a_file(tmp_path: Path, table: str) -> None:
    (tmp_path / "a.json").write_text(json.dumps([OMM]))
    resolved = loads(GOOD, f"satellites.0.orbit={table}", folder=tmp_path).resolve()
    assert loads(scenario.to_toml(resolved), folder=Path("elsewhere")) == resolved


def test_a_resolved_scenario_leaves_nothing_to_catalogue_or_default() -> None:
    resolved = loads().resolve()
    table = tomllib.loads(scenario.to_toml(resolved))
    assert table["baseline"] == "dprk"
    assert table["satellites"][1]["orbit"]["epoch"] == resolved.span.start
    assert table["satellites"][0]["orbit"]["launch"] == "malligyong1_nov23"
    assert "catalog" not in json.dumps(resolved.model_dump(mode="json", exclude_none=True)).replace(
        "catalogue", ""
    )
    assert resolved.satellites[0].sensor.note == "from catalogue entry sensors/malligyong_press"
    assert resolved.networks[0].name == "dprk"


def test_the_first_network_is_the_baseline_by_default() -> None:
    assert loads(GOOD.replace('baseline = "dprk"', "")).resolve().baseline == "dprk"


def test_a_resolved_scenario_is_plain_toml() -> None:
    text = scenario.to_toml(loads().resolve())
    assert "start = 2023-08-24T00:00:00Z" in text
    assert "[129.21, 37.43],\n" in text


def test_catalogue_entries_used_include_networks_members() -> None:
    used = scenario.catalog_used(loads())
    assert used == tuple(sorted(set(used)))
    for entry in (
        ("launches", "malligyong1_nov23"),
        ("networks", "dprk"),
        ("networks", "dprk+russia+relay"),
        ("regions", "korean_peninsula"),
        ("relays", "luch5a"),
        ("sensors", "malligyong_press"),
        ("stations", "khabarovsk"),
        ("stations", "pgscc"),
        ("targets", "kadena"),
        ("targets", "osan"),
    ):
        assert entry in used
        assert catalog.get(*entry)


# The schema.


def test_every_property_of_the_schema_is_described() -> None:
    schema = scenario.json_schema()
    bare = [
        key
        for table in (schema, *schema["$defs"].values())
        for key, inner in table.get("properties", {}).items()
        if not inner.get("description")
    ]
    assert bare == []
    assert json.dumps(schema)


def test_keys_are_dotted_and_described() -> None:
    keys = scenario.keys()
    assert all(keys.values())
    assert {
        "span.days",
        "satellites.orbit.altitude_km",
        "satellites.sensor.gsd_m",
        "networks.stations.horizon_mask_deg",
        "regions.bounds_deg.west",
        "counting.revisit_rule",
    } <= keys.keys()


def test_keys_that_replace_each_other_exist() -> None:
    described = scenario.keys()
    names = {key.rpartition(".")[2] for key in described}
    rivals = scenario_overrides._REPLACES
    assert names >= {*rivals, *(name for others in rivals.values() for name in others)}


def test_keys_a_catalogue_entry_can_give_are_not_required() -> None:
    tables = scenario.json_schema()["$defs"]
    assert tables["LaunchOrbit"]["required"] == ["kind", "launch"]
    assert tables["Sensor"]["required"] == []
    assert "altitude_km" in tables["WalkerOrbit"]["required"]


# Whatever happens to a document, the answer is a scenario or an InputError.

_WORDS = (
    "span satellites targets regions networks orbit sensor stations relays 0 1 2 kind name "
    "altitude_km catalog launch lines file planes roles polygon_deg bounds_deg west start end "
    "resolution_km days total elements dprk W baseline horizon_mask_deg x note"
)
_PARTS = st.sampled_from(_WORDS.split())
_VALUES = st.one_of(
    st.integers().map(str),
    st.floats().map(str),
    st.text(max_size=8),
    st.text(max_size=8).map(json.dumps),
    st.sampled_from(["[]", "{}", "true", "[[]]", "[{}]", "2023-08-24T00:00:00Z", "00:00:00"]),
    st.sampled_from(["tle", "omm", "keplerian", "walker-star", "osan", "dprk", "1e400", "."]),
    st.lists(st.tuples(st.integers(-200, 400), st.integers(-100, 100)), max_size=6).map(
        lambda points: json.dumps(points)
    ),
)
_FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@_FUZZ
@given(st.lists(st.tuples(st.lists(_PARTS, min_size=1, max_size=5), _VALUES), max_size=4))
def test_any_override_loads_or_is_refused(changes: list[tuple[list[str], str]]) -> None:
    try:
        study = loads(GOOD, *(f"{'.'.join(path)}={value}" for path, value in changes))
    except InputError as error:
        assert all(error.problems)
    else:
        assert loads(scenario.to_toml(study.resolve())) == study.resolve()


@_FUZZ
@given(
    st.integers(0, len(GOOD)),
    st.integers(0, 12),
    st.one_of(st.text(max_size=6), st.sampled_from(list('=[]{}"\n,.0-9e')), st.just(GOOD[:200])),
)
def test_any_damage_to_the_text_loads_or_is_refused(place: int, length: int, text: str) -> None:
    damaged = GOOD[:place] + text + GOOD[place + length :]
    try:
        loads(damaged)
    except InputError as error:
        assert all(error.problems)
