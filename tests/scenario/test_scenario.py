from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import catalog, scenario
from simulator.errors import InputError
from tests.made_scenarios import GOOD, TLE, loads, orbit


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
    study = loads(GOOD, "satellites.1.sensor.picture_mbit=7.5")
    assert study.satellites[1].sensor.picture_bits == 7.5e6
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
    elements = orbit('{kind="keplerian", altitude_km=500, inclination_deg=97, raan_deg=-90.0}')
    assert elements.raan_deg == 270.0
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
_FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


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
