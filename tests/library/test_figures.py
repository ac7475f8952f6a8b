"""What the library answers is what a run of the same scenario has, to the bit."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import simulator
from simulator.errors import InputError
from simulator.results import TABLES
from tests import made

ORBIT, SENSOR = "malligyong1_nov23", "malligyong_press"
SPAN = {"start": "2023-11-22", "days": 2.0}
PLACES = ["osan", "andersen"]


@pytest.fixture(scope="module")
def run():
    return made.finished(made.SMALL + made.BOX)


def same(found, expected, columns=None):
    shown = expected if columns is None else expected[columns]
    pd.testing.assert_frame_equal(
        found[shown.columns], shown.reset_index(drop=True), check_exact=True
    )


def test_accesses_and_pictures_are_those_of_a_run(run):
    looks = simulator.accesses({"M": ORBIT}, PLACES, sensor=SENSOR, **SPAN)
    same(looks, run["accesses"])
    taken = simulator.pictures({"M": ORBIT}, PLACES, sensor=SENSOR, **SPAN)
    same(taken, run["pictures"])
    assert len(looks) > len(taken) > 0 or len(looks) == len(taken) > 0


def test_conditions_by_name_are_those_of_the_sensor(run):
    sensor = made.scenario(made.SMALL).resolve().satellites[0].sensor
    conditions = {
        "max_off_nadir_deg": sensor.max_off_nadir_deg,
        "min_elevation_deg": sensor.min_elevation_deg,
        "min_sun_elevation_deg": sensor.min_sun_elevation_deg,
    }
    looks = simulator.accesses({"M": ORBIT}, PLACES, **conditions, **SPAN)
    assert "gsd_m" not in looks and "niirs" not in looks
    same(looks, run["accesses"], list(looks.columns))


def test_passes_are_those_of_the_command():
    found = simulator.passes(ORBIT, "osan", max_off_nadir_deg=45.0, daylight=True, **SPAN)
    from simulator.study import look_up

    looked = look_up(ORBIT, "osan", **SPAN, max_off_nadir_deg=45.0, daylight=True)
    same(found, looked.table)


def test_coverage_of_a_region_is_the_grid_of_a_run(run):
    box = {"name": "box", "bounds_deg": {"west": 120, "south": 30, "east": 130, "north": 40}}
    found = simulator.coverage({"M": ORBIT}, box, resolution_km=200, sensor=SENSOR, **SPAN)
    expected = run["box"]
    of_networks = {n for n in expected.data_vars if "network" in expected[n].dims}
    alike = [name for name in expected.data_vars if name not in of_networks]
    assert len(alike) > 15 and of_networks
    assert set(found.data_vars) - {"crs", "span"} == set(alike)
    for name in (*alike, "lat", "lon", "time_s"):
        np.testing.assert_array_equal(found[name].to_numpy(), expected[name].to_numpy())


def test_coverage_of_points_is_that_of_targets(run):
    found = simulator.coverage({"M": ORBIT}, points=PLACES, sensor=SENSOR, **SPAN)
    targets = run["targets"]
    assert list(found["place"].to_numpy()) == list(targets["target"])
    for name in ("accesses", "accesses_per_day", "revisit_mean_h", "revisit_max_h", "wait_mean_h"):
        np.testing.assert_allclose(found[name].to_numpy(), targets[name], rtol=1e-12)


def test_a_dataset_says_what_it_holds_and_can_be_written(tmp_path):
    found = simulator.coverage(ORBIT, points=PLACES, **SPAN)
    assert found["revisit_mean_h"].attrs["units"] == "h"
    assert found["revisit_mean_h"].attrs["long_name"]
    assert found["lat"].attrs["standard_name"] == "latitude"
    assert found.attrs["Conventions"].startswith("CF-1.")
    found.to_netcdf(tmp_path / "points.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "points.nc", engine="h5netcdf") as back:
        np.testing.assert_array_equal(back["accesses"], found["accesses"])


@pytest.mark.parametrize("network", ["dprk", "dprk+russia"])
def test_contacts_and_deliveries_are_those_of_a_run(run, network):
    expected = run["contacts"].query("network == @network").drop(columns="network")
    plan = simulator.contacts({"M": ORBIT}, network, downlink_rate_mbps=2.0, **SPAN)
    same(plan, expected)
    home = run["deliveries"].query("network == @network").drop(columns="network")
    taken = simulator.pictures({"M": ORBIT}, PLACES, sensor=SENSOR, **SPAN)
    assert len(home) and (home["status"] == "delivered").any()
    for found in (
        simulator.deliver(taken, plan),
        simulator.deliver(taken, network, orbits={"M": ORBIT}, downlink_rate_mbps=2.0),
    ):
        same(found, home)


def test_where_satellites_are_is_where_a_run_has_them(run):
    tracks = run["tracks"]
    found = simulator.ephemeris({"M": ORBIT}, tracks["time_utc"])
    assert list(found.columns)[: len(tracks.columns)] == list(tracks.columns)
    # Another span has other nodes: to a millimetre or two.
    for name, close in (("latitude_deg", 2e-8), ("altitude_km", 2e-6)):
        np.testing.assert_allclose(found[name], tracks[name], rtol=0.0, atol=close)


def test_columns_are_those_of_the_tables_and_times_know_that_they_are_utc():
    looks = simulator.accesses(ORBIT, PLACES, **SPAN)
    known = {*TABLES["accesses"].columns}
    twins = {name.removesuffix("_s") + "_utc" for name in known if name.endswith("_s")}
    assert set(looks.columns) <= known | twins
    assert str(looks["start_utc"].dt.tz) == "UTC"
    since = (looks["start_utc"] - pd.Timestamp("2023-11-22", tz="UTC")).dt.total_seconds()
    assert (since - looks["start_s"]).abs().max() < 1e-3
    assert looks.attrs["start"] == "2023-11-22T00:00:00+00:00"


def test_nothing_seen_is_an_empty_table_with_its_columns():
    found = simulator.accesses(ORBIT, PLACES, start="2023-11-22T03:00:00Z", days=0.01)
    assert len(found) == 0
    assert list(found.columns) == list(simulator.accesses(ORBIT, PLACES, **SPAN).columns)
    taken = simulator.pictures(
        ORBIT, PLACES, sensor=SENSOR, start="2023-11-22T03:00:00Z", days=0.01
    )
    plan = simulator.contacts(ORBIT, "dprk", downlink_rate_mbps=2.0, **SPAN)
    assert len(simulator.deliver(taken, plan)) == 0


# Two satellites, one dish: A's picture of 600 Mbit takes a minute at 10 Mbit/s, B's too.
TAKEN = {"satellite": ["A", "B"], "taken_s": [10.0, 20.0], "size_bits": [6e8, 6e8]}
PLAN = {
    "satellite": ["A", "B"], "station": ["P", "P"], "start_s": [100.0, 100.0],
    "end_s": [400.0, 400.0], "rate_bps": [1e7, 1e7], "delay_s": [5.0, 5.0],
}  # fmt: skip


def test_a_plan_by_hand_delivers_by_hand():
    found = simulator.deliver(TAKEN, PLAN)
    assert found["delivered_s"].tolist() == [165.0, 165.0]
    assert found["latency_s"].tolist() == [155.0, 145.0]
    assert not [name for name in found if name.endswith("_utc")]
    shared = simulator.deliver(TAKEN, PLAN, antennas={"P": 1})
    assert shared["delivered_s"].tolist() == [165.0, 225.0]
    early = simulator.deliver({**TAKEN, "priority": [1, 2]}, PLAN, antennas=1)
    assert early["delivered_s"].tolist() == [225.0, 165.0]
    waits = simulator.deliver(TAKEN, {**PLAN, "acquisition_s": [30.0, 30.0]})
    assert waits["delivered_s"].tolist() == [195.0, 195.0]
    begun = simulator.deliver(
        TAKEN, {**PLAN, "acquisition_s": [30.0, 30.0], "cut_start": [True, False]}
    )
    assert begun["delivered_s"].tolist() == [165.0, 195.0]
    small = simulator.deliver(TAKEN, PLAN, recorder_gbit=0.5)
    assert small["status"].tolist() == ["lost", "lost"]
    deaf = simulator.deliver(TAKEN, {**PLAN, "downlink": [True, False]})
    assert deaf["status"].tolist() == ["delivered", "waiting"]


def test_a_plan_in_times_is_the_plan_in_seconds():
    zero = pd.Timestamp("2023-11-22", tz="UTC")

    def timed(table, *names):
        times = {f"{n}_utc": [zero + pd.Timedelta(s, "s") for s in table[f"{n}_s"]] for n in names}
        return {k: v for k, v in table.items() if k.removesuffix("_s") not in names} | times

    found = simulator.deliver(timed(TAKEN, "taken"), timed(PLAN, "start", "end"), start=zero)
    expected = simulator.deliver(TAKEN, PLAN)
    same(found, expected)
    assert found["delivered_utc"][0] == zero + pd.Timedelta(165.0, "s")
    structured = pd.DataFrame(PLAN).to_records(index=False)
    same(simulator.deliver(pd.DataFrame(TAKEN), structured), expected)


def test_tables_of_other_starts_are_brought_together(run):
    taken = simulator.pictures({"M": ORBIT}, PLACES, sensor=SENSOR, **SPAN)
    plan = simulator.contacts(
        {"M": ORBIT}, "dprk", downlink_rate_mbps=2.0, start="2023-11-21", days=3.0
    )
    found = simulator.deliver(taken, plan)
    expected = run["deliveries"].query("network == 'dprk'").reset_index(drop=True)
    assert (found["latency_s"] - expected["latency_s"]).abs().max() < 1e-3
    assert (found["delivered_s"] - expected["delivered_s"] - 86_400.0).abs().max() < 1e-3


@pytest.mark.parametrize(
    ("taken", "plan", "more", "said"),
    [
        ({}, {"rate_bps": [1e7, np.nan]}, {}, "contacts: row 1: rate_bps nan is not a number from"),
        ({}, {"rate_bps": [1e7, -1.0]}, {}, "contacts: row 1: rate_bps -1.0 is not a number from"),
        ({}, {"end_s": [400.0, 50.0]}, {}, "contacts: row 1: ends before it starts"),
        ({"taken_s": [1.0, None]}, {}, {}, "pictures: row 1: taken_s nan is not a finite number"),
        ({"size_bits": [1e8, "much"]}, {}, {}, "pictures: row 1: size_bits much is not a number"),
        ({"size_bits": [1e8, 0.0]}, {}, {}, "pictures, contacts: a size_bits is not positive"),
        ({"satellite": ["A", None]}, {}, {}, "pictures: row 1: satellite"),
        ({}, {}, {"antennas": {"Q": 1}}, "antennas: 'Q' is no station of the contacts"),
        ({}, {}, {"antennas": 0}, "antennas: a station has a whole number of them, 1 or more"),
        ({}, {}, {"antennas": "x"}, "antennas: a station has a whole number of them, 1 or more"),
        ({}, {}, {"recorder_gbit": "x"}, "recorder_gbit: x is not a number from 0 up"),
        ({}, {}, {"recorder_gbit": -1.0}, "recorder_gbit: -1.0 is not a number from 0 up"),
        ({}, {"rate_bps": [1e7]}, {}, "contacts: All arrays must be of the same length"),
    ],
)
def test_a_wrong_cell_is_named_by_table_and_row(taken, plan, more, said):
    with pytest.raises(InputError) as fault:
        simulator.deliver({**TAKEN, **taken}, {**PLAN, **plan}, **more)
    assert said in str(fault.value), str(fault.value)


def test_what_is_missing_to_deliver_is_named():
    lacking = {key: value for key, value in PLAN.items() if key != "rate_bps"}
    for taken, plan, more, said in (
        (TAKEN, lacking, {}, "contacts: column rate_bps is missing"),
        (TAKEN, 5.0, {}, "contacts: a float is no table"),
        (TAKEN, "dprk", {}, "; with orbits they may be stations"),
        (TAKEN, "dprk", {"orbits": {"A": ORBIT}, **SPAN}, "downlink_rate_mbps: is needed"),
        (TAKEN, "dprk", {"orbits": {"A": ORBIT}, "downlink_rate_mbps": 2.0, **SPAN},
         "pictures: row 1: satellite 'B' is none of the orbits; allowed: A"),
        (TAKEN, "dprk", {"orbits": {"A": ORBIT}, "downlink_rate_mbps": -2.0, **SPAN},
         "downlink_rate_mbps: -2.0 is below"),
        (TAKEN, "dpkr", {"orbits": {"A": ORBIT}, "downlink_rate_mbps": 2.0, **SPAN},
         "stations: row 0: 'dpkr' is no network, station or relay of the catalogue"),
    ):  # fmt: skip
        with pytest.raises(InputError) as fault:
            simulator.deliver(taken, plan, **more)
        assert said in str(fault.value), str(fault.value)
