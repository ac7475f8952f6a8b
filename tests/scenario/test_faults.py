"""Faults of a scenario: all at once, each with file, key, value and what is allowed."""

from __future__ import annotations

import re
import tracemalloc

import pytest

from tests.made_scenarios import GOOD, ORIGIN, TLE, loads, problems

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
        ("span.days='3'", "span.days", ["'3' is not a number above 0", "; remove the quotes"]),
        ("span.days=2,5", "span.days", ["'2,5' is not a number above 0", "; write a point: 2.5"]),
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
            ["10 keeps the orbit below the insertion", "allowed 16.63 to 163.37"],
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
        ("counting.stays_h=[]", "counting.stays_h", ["a list of 0; allowed 1 at least"]),
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
    faults = problems(
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
    assert len(faults) == 9  # the two satellites' names differ: one is a constellation
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
        assert any(f": {path}: " in line for line in faults), path


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
    faults = problems(text=GOOD.replace('catalog = "korean_peninsula"', twice))
    assert "has catalog and polygon_deg; give exactly one" in faults[0]
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
