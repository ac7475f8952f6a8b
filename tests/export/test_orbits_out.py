"""Orbits in messages and tables, read by other packages, and flown by Skyfield beside them."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import ccsds_ndm
import numpy as np
import pandas as pd
import pytest
from sgp4 import omm
from sgp4.api import WGS72, Satrec
from skyfield.api import EarthSatellite, load, wgs84
from skyfield.framelib import ICRS_to_J2000, itrs
from skyfield.sgp4lib import TEME

from simulator import Results, run
from simulator.arrays import FloatArray
from simulator.errors import InputError
from simulator.export import Choices, export, format_of
from simulator.scenario import ephemerides_in, loads, orbits_in
from simulator.study import Flight, Study
from tests import made

TS = load.timescale(builtin=True)
DAY = TS.utc(2023, 11, 24, 0, 0, 60.0 * np.arange(1_441))


def _flights(results: Results) -> tuple[Flight, ...]:
    return Study(loads(results.scenario_toml, origin="test", folder=Path())).flights


def _skyfield(results: Results, number: int = 0) -> EarthSatellite:
    return EarthSatellite.from_satrec(_flights(results)[number].elements.satellite, TS)


def _written(results: Results, name: str, place: Path, **choices: object) -> Path:
    return export(results, format_of(name, None), place, Choices(**choices))  # type: ignore[arg-type]


def _km(body: EarthSatellite, frame: str) -> tuple[FloatArray, FloatArray]:
    at = body.at(DAY)
    if frame == "GCRF":
        return at.position.km.T, at.velocity.km_per_s.T
    if frame == "EME2000":
        return (ICRS_to_J2000 @ at.position.km).T, (ICRS_to_J2000 @ at.velocity.km_per_s).T
    place, velocity = at.frame_xyz_and_velocity({"ITRF": itrs, "TEME": TEME}[frame])
    return place.km.T, velocity.km_per_s.T


@pytest.mark.parametrize("frame", ["EME2000", "GCRF", "ITRF", "TEME"])
def test_states_in_each_frame_are_those_of_skyfield(
    frame: str, results: Results, tmp_path: Path
) -> None:
    chosen = {} if frame == "EME2000" else {"frame": frame}
    place = _written(results, "oem", tmp_path / "s.oem", satellites=("Malligyong-1",), **chosen)
    message = ccsds_ndm.Oem.from_file(str(place))
    (segment,) = message.segments
    assert segment.metadata.object_name == "Malligyong-1"
    assert segment.metadata.ref_frame == ("ITRF2000" if frame == "ITRF" else frame)
    table = segment.data.state_vector_numpy
    assert table.shape == (1_441, 6)
    truth, moving = _km(_skyfield(results), frame)
    assert np.abs(table[:, :3] - truth).max() < 1e-4
    # SGP4's own velocities are not quite the rates of its places; these are.
    assert np.abs(table[:, 3:] - moving).max() < 1e-4


def test_states_of_several_satellites_stand_in_a_folder(results: Results, tmp_path: Path) -> None:
    folder = _written(results, "oem", tmp_path / "states", step_s=600.0, hours=2.0)
    assert sorted(p.name for p in folder.iterdir()) == ["malligyong-1.oem", "second-last.oem"]
    again = _written(results, "oem", tmp_path / "again", step_s=600.0, hours=2.0)
    assert made.contents(folder) == made.contents(again)
    text = (folder / "second-last.oem").read_text()
    assert (
        "COMMENT hypothetical; sun-synchronous" in text and "STOP_TIME = 2023-11-24T02:00" in text
    )
    with pytest.raises(InputError, match="frame: 'GCRS' is not known; did you mean 'GCRF'"):
        _written(results, "oem", tmp_path / "x", frame="GCRS")


def test_a_run_of_the_states_written_finds_the_same_windows(
    results: Results, tmp_path: Path
) -> None:
    place = _written(results, "oem", tmp_path / "s.oem", satellites=("Malligyong-1",))
    ((name, orbit),) = ephemerides_in(place)
    assert name == "Malligyong-1"
    text = made.text(
        start="2023-11-24",
        days=1.0,
        targets=["osan", "kadena", "andersen"],
        satellite={"orbit": {"kind": "ephemeris", "file": orbit.file}},
        networks=["dprk"],
    )
    again, whole = run(made.scenario(text)), results
    for table in ("accesses", "contacts"):
        before = getattr(whole, table)
        before = before[before["satellite"] == "Malligyong-1"]
        if table == "contacts":
            before = before[before["network"] == "dprk"]
        after = getattr(again, table)
        for column in ("start_s", "end_s"):
            # Tables are kept to the millisecond.
            assert after[column].to_numpy() == pytest.approx(before[column].to_numpy(), abs=2e-3)
    assert again.provenance["ephemerides"][0]["file"] == "s.oem"
    with pytest.raises(InputError, match="no mean elements; the format oem writes its states"):
        _written(again, "omm", tmp_path / "x.omm")


def test_gaps_of_an_ephemeris_are_gaps_of_what_is_written(results: Results, tmp_path: Path) -> None:
    whole = _written(results, "oem", tmp_path / "s.oem", satellites=("Malligyong-1",))
    head, meta, states = re.split(r"(?<=\n)(?=META_START)|(?<=META_STOP\n)", whole.read_text())
    lines = states.splitlines(keepends=True)
    parts = []
    for rows in (lines[60:500], lines[600:1_000]):
        first, last = rows[0].split()[0], rows[-1].split()[0]
        times = re.sub(r"(?<=START_TIME = ).*", first, meta)
        parts.append(re.sub(r"(?<=STOP_TIME = ).*", last, times) + "".join(rows))
    file = tmp_path / "gap.oem"
    file.write_text(head + "".join(parts))
    orbit = {"kind": "ephemeris", "file": str(file)}
    text = made.text(start="2023-11-24", days=1.0, satellite={"orbit": orbit})
    found = run(made.scenario(text))
    again = ccsds_ndm.Oem.from_file(str(_written(found, "oem", tmp_path / "again.oem")))
    ends = [(s.metadata.start_time, s.metadata.stop_time) for s in again.segments]
    assert ends == [
        ("2023-11-24T01:00:00.000000", "2023-11-24T08:19:00.000000"),
        ("2023-11-24T10:00:00.000000", "2023-11-24T16:39:00.000000"),
    ]
    # A track has no row at its very end.
    assert len(found.tracks) == 440 + 399
    table = pd.read_csv(_written(found, "ephemeris", tmp_path / "e.csv"))
    assert len(table) == 440 + 400
    assert found.satellites["decayed_s"][0] == pytest.approx(59_940.0, abs=1e-3)


def test_messages_of_elements_give_the_same_flight(results: Results, tmp_path: Path) -> None:
    flights = _flights(results)
    listed = json.loads(_written(results, "omm-json", tmp_path / "a.json").read_text())
    marked = ElementTree.parse(_written(results, "omm-xml", tmp_path / "a.xml"))
    by_xml = list(omm.parse_xml(StringIO(ElementTree.tostring(marked.getroot(), "unicode"))))
    assert len(listed) == len(by_xml) == len(flights) == 2
    for fields, tagged, flight in zip(listed, by_xml, flights, strict=True):
        own = flight.elements.satellite
        _, truth, _ = own.sgp4(own.jdsatepoch, own.jdsatepochF + 1.3)
        for read in (fields, tagged):
            satellite = Satrec()
            # Its reader of messages takes WGS72, as here.
            omm.initialize(satellite, {key: str(value) for key, value in read.items()})
            _, place, _ = satellite.sgp4(own.jdsatepoch, own.jdsatepochF + 1.3)
            assert np.abs(np.array(place) - truth).max() < 1e-3, read["OBJECT_NAME"]
    kvn = _written(results, "omm", tmp_path / "a.omm")
    first, second = (
        f"CCSDS_OMM_VERS{part}" for part in kvn.read_text().split("CCSDS_OMM_VERS")[1:]
    )
    for text, flight in ((first, flights[0]), (second, flights[1])):
        data = ccsds_ndm.Omm.from_str(text).segment.data
        assert data.mean_elements.inclination == pytest.approx(flight.elements.inclination_deg)
        assert data.tle_parameters.norad_cat_id in (80_001, 80_002)
    names = [name for name, _ in orbits_in(kvn, messages=True)]
    assert names == [flight.name for flight in flights]


def test_two_lines_are_sound_and_near(results: Results, tmp_path: Path) -> None:
    flights = _flights(results)
    place = _written(results, "tle", tmp_path / "a.tle")
    lines = place.read_text().splitlines()
    assert len(orbits_in(place, messages=False)) == 2
    for number, flight in enumerate(flights):
        name, one, two = lines[3 * number : 3 * number + 3]
        assert name == flight.name[:24] and (one[2:7], two[2:7]) == (f"8000{number + 1}",) * 2
        satellite, own = Satrec.twoline2rv(one, two, WGS72), flight.elements.satellite
        _, place_km, _ = satellite.sgp4(own.jdsatepoch, own.jdsatepochF + 1.0)
        _, truth, _ = own.sgp4(own.jdsatepoch, own.jdsatepochF + 1.0)
        assert np.linalg.norm(np.array(place_km) - truth) < 2.0


def test_every_set_of_a_history_is_written_with_its_own_number(tmp_path: Path) -> None:
    lines = _history(tmp_path)
    orbit = {"kind": "tle", "file": str(lines)}
    found = run(made.scenario(made.text(start="2023-11-22", days=2.0, satellite={"orbit": orbit})))
    written = _written(found, "tle", tmp_path / "out.tle").read_text().splitlines()
    assert written[1::3] == lines.read_text().splitlines()[::2]
    assert written[1][2:7] == "E8493"
    listed = json.loads(_written(found, "omm-json", tmp_path / "a.json").read_text())
    assert [each["NORAD_CAT_ID"] for each in listed] == [148_493, 148_493]
    assert listed[0]["OBJECT_ID"] == "2023-179A"
    assert "flown from 2023-11-22T12:00:00Z" in listed[1]["COMMENT"]
    states = ccsds_ndm.Oem.from_file(str(_written(found, "oem", tmp_path / "out.oem")))
    assert [s.metadata.stop_time[:19] for s in states.segments] == [
        "2023-11-22T12:00:00",
        "2023-11-24T00:00:00",
    ]


def _history(folder: Path) -> Path:
    """Write two sets of a satellite with a number beyond five digits."""
    lines = []
    for day in ("23326.00000000", "23327.00000000"):
        one = f"1 E8493U 23179A   {day}  .00010000  00000-0  45000-3 0  999"
        two = "2 E8493  97.4200  20.0000 0010000  90.0000 270.0000 15.20000000    1"
        for line in (one, two):
            total = sum(int(c) if c.isdigit() else c == "-" for c in line)
            lines.append(f"{line}{total % 10}")
    (folder / "sets.tle").write_text("\n".join(lines) + "\n")
    return folder / "sets.tle"


def test_a_table_of_states_agrees_with_skyfield(results: Results, tmp_path: Path) -> None:
    file = _written(results, "ephemeris", tmp_path / "e.csv", satellites=("Malligyong-1",))
    table = pd.read_csv(file)
    assert len(table) == 1_441 and table["time_utc"].iloc[-1] == "2023-11-25T00:00:00.000Z"
    body = _skyfield(results)
    at = body.at(DAY)
    for axes, truth in (("itrf", at.frame_xyz(itrs).km), ("gcrs", at.position.km)):
        place = table[[f"{axis}_{axes}_km" for axis in "xyz"]].to_numpy()
        assert np.abs(place - truth.T).max() < 1e-4
    below = wgs84.geographic_position_of(at)
    assert np.abs(table["latitude_deg"] - below.latitude.degrees).max() < 1e-6
    assert np.abs(table["altitude_km"] - below.elevation.km).max() < 1e-4
    step = table[[f"{axis}_gcrs_km" for axis in "xyz"]].diff().iloc[1:].to_numpy() / 60.0
    rate = table[[f"v{axis}_gcrs_km_s" for axis in "xyz"]].rolling(2).mean().iloc[1:].to_numpy()
    assert np.abs(step - rate).max() < 5e-3
    assert set(table["light"]) <= {"sunlit", "penumbra", "umbra"}
    assert 0.3 < (table["light"] == "umbra").mean() < 0.4
    parquet = _written(results, "ephemeris", tmp_path / "e.parquet", satellites=("Malligyong-1",))
    read = pd.read_parquet(parquet)
    assert str(read["time_utc"].dt.tz) == "UTC" and len(read) == len(table)
    assert np.array_equal(read["x_itrf_km"], table["x_itrf_km"])


def test_a_table_of_geometry_agrees_with_skyfield(results: Results, tmp_path: Path) -> None:
    table = pd.read_csv(_written(results, "geometry", tmp_path / "g.csv", step_s=30.0))
    accesses = table[table["kind"] == "access"]
    assert accesses["window"].nunique() == len(results.accesses)
    for number, row in results.accesses.iterrows():
        own = accesses[accesses["window"] == number]
        assert own["time_s"].iloc[0] == row["start_s"] and own["time_s"].iloc[-1] == row["end_s"]
        least = own["off_nadir_deg"].min()
        assert least >= row["off_nadir_deg"] - 1.0 and own["elevation_deg"].min() > 5.0
    own = table[(table["satellite"] == "Malligyong-1") & (table["place"] == "pgscc")]
    networks = loads(results.scenario_toml, origin="test", folder=Path()).resolve().networks
    where = next(link for link in networks[0].stations if link.name == "pgscc")
    station = wgs84.latlon(where.latitude_deg, where.longitude_deg, where.height_m)
    at = TS.utc(2023, 11, 24, 0, 0, own["time_s"].to_numpy())
    elevation, azimuth, distance = (_skyfield(results) - station).at(at).altaz()
    assert np.abs(own["elevation_deg"] - elevation.degrees).max() < 1e-3
    assert np.abs(own["azimuth_deg"] - azimuth.degrees).max() < 1e-2
    assert np.abs(own["slant_range_km"] - distance.km).max() < 0.02
    none = table[(table["kind"] == "contact") & (table["place"].str.contains("luch"))]
    assert not len(none)


def test_a_step_longer_than_a_window_leaves_both_its_ends(results: Results, tmp_path: Path) -> None:
    chosen = {"satellites": ("Malligyong-1",), "networks": ("dprk",), "step_s": 1e9}
    table = pd.read_csv(_written(results, "geometry", tmp_path / "g.csv", **chosen))
    own = results.contacts.query("satellite == 'Malligyong-1' and network == 'dprk'")
    found = table[table["kind"] == "contact"].groupby("window")["time_s"].agg(list)
    assert found.tolist() == own[["start_s", "end_s"]].to_numpy().tolist()


def test_what_has_no_row_is_refused(results: Results, tmp_path: Path) -> None:
    begin = results.start.replace(hour=6)
    with pytest.raises(InputError, match="nothing to write"):
        _written(results, "geometry", tmp_path / "g.csv", start=begin, hours=0.001)
    assert not list(tmp_path.iterdir())
