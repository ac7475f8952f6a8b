"""CZML of a run: its packets by a schema, and what a viewer makes of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulator.earth import ecef_to_geodetic
from simulator.export import Choices
from simulator.export.czml_properties import reference
from simulator.export.states import ChosenFlights, earth_fixed
from simulator.results import Results
from tests.made_czml import packets


@pytest.fixture(scope="module")
def day(results: Results, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return packets(results, tmp_path_factory.mktemp("czml") / "day.czml")


def lagrange(samples: np.ndarray, at_s: np.ndarray) -> np.ndarray:
    """Return positions between samples (N, 4) as a viewer does: through the six about each."""
    found = []
    for t in at_s:
        first = int(np.clip(np.searchsorted(samples[:, 0], t) - 3, 0, len(samples) - 6))
        near = samples[first : first + 6]
        gaps = near[:, 0][:, None] - near[:, 0] + np.eye(6)
        part = np.where(np.eye(6, dtype=bool), 1.0, (t - near[:, 0]) / gaps)
        found.append(part.prod(axis=1) @ near[:, 1:])
    return np.array(found)


def test_a_viewer_has_the_satellites_where_they_fly_between_the_samples(
    day: dict[str, Any], results: Results
) -> None:
    for name, path in ChosenFlights(results, Choices()).tracks.items():
        position = day[f"satellite/{name}"]["position"]
        assert (position["referenceFrame"], position["interpolationDegree"]) == ("FIXED", 5)
        assert position["epoch"] == "2023-11-24T00:00:00.000Z"
        samples = np.array(position["cartesian"]).reshape(-1, 4)
        at_s = np.linspace(200.0, 86_200.0, 301)
        truth_m = earth_fixed(path, at_s)[0] * 1e3
        assert np.abs(lagrange(samples, at_s) - truth_m).max() < 0.05


def windows(packet: dict[str, Any], start: pd.Timestamp) -> np.ndarray:
    rows = []
    for part in packet["polyline"]["show"]:
        begin, end = (pd.Timestamp(word) for word in part["interval"].split("/"))
        rows.append([(begin - start).total_seconds(), (end - start).total_seconds()])
    rows_s = np.array(rows)
    # Told without a gap: a viewer shows what is not told.
    assert rows_s[0, 0] == 0.0 and rows_s[-1, 1] == 86_400.0
    assert np.array_equal(rows_s[1:, 0], rows_s[:-1, 1])
    kept: np.ndarray = rows_s[[part["boolean"] for part in packet["polyline"]["show"]]]
    return kept


def test_lines_are_shown_while_there_is_access_or_contact(
    day: dict[str, Any], results: Results
) -> None:
    start = pd.Timestamp(results.start)
    lines = {name: packet for name, packet in day.items() if "polyline" in packet}
    for kind, table_of, place in (
        ("access", results.accesses, "target"),
        ("contact", results.contacts, "station"),
    ):
        own = {name for name in lines if name.startswith(f"{kind}/")}
        pairs = table_of.drop_duplicates(["satellite", place])
        assert len(own) == len(pairs) > 0
        for satellite, where in zip(pairs["satellite"], pairs[place], strict=True):
            packet = lines[f"{kind}/{satellite}/{where}"]
            assert packet["polyline"]["positions"]["references"] == [
                f"satellite/{satellite}#position",
                f"{place}/{where}#position",
            ]
            rows = table_of[(table_of["satellite"] == satellite) & (table_of[place] == where)]
            wanted = rows.drop_duplicates("start_s").sort_values("start_s")
            told = windows(packet, start)
            assert np.allclose(told, wanted[["start_s", "end_s"]], atol=1.1e-3)


def test_a_cone_ends_where_the_reach_of_its_sensor_meets_the_ground(
    day: dict[str, Any], results: Results
) -> None:
    packet = day["satellite/Malligyong-1/field of regard"]
    middle = np.array(packet["position"]["cartesian"]).reshape(-1, 4)[:, 1:]
    length, radius = (
        np.array(packet["cylinder"][key]["number"]).reshape(-1, 2)[:, 1]
        for key in ("length", "bottomRadius")
    )
    satellite = np.array(day["satellite/Malligyong-1"]["position"]["cartesian"]).reshape(-1, 4)
    up = (satellite[:, 1:] - middle) / np.linalg.norm(satellite[:, 1:] - middle, axis=1)[:, None]
    assert np.allclose(np.linalg.norm(satellite[:, 1:] - middle, axis=1), length / 2.0, atol=1.0)
    half_angle = np.degrees(np.arctan2(radius, length))
    widest = results.satellites["max_off_nadir_deg"][0]
    # The half angle of the sensor, on the sphere that reach is told on.
    assert np.abs(half_angle - widest).max() < 0.01
    # The foot's edge lies at the level of the ground, within the Earth's flattening.
    side = np.cross(up, [0.0, 0.0, 1.0])
    side /= np.linalg.norm(side, axis=1)[:, None]
    rim = middle - 0.5 * length[:, None] * up + radius[:, None] * side
    assert np.abs(ecef_to_geodetic(rim)[2]).max() < 650.0


def test_places_and_relays_stand_where_they_are(day: dict[str, Any], results: Results) -> None:
    assert day["target/osan"]["position"] == {"cartographicDegrees": [127.03, 37.09, 0.0]}
    relay = day["station/luch5b"]
    assert relay["position"]["cartographicDegrees"] == [-16.3, 0.0, 35_786_000.0]
    assert relay["name"] == "Luch-5B"
    assert day["satellite/Second & last"]["name"] == "Second & last"
    document = day["document"]
    assert results.provenance["caution"] in document["description"]
    assert document["clock"]["interval"] == "2023-11-24T00:00:00.000Z/2023-11-25T00:00:00.000Z"


def test_a_hash_in_a_name_does_not_end_a_reference() -> None:
    assert reference("satellite/No. #1\\2") == "satellite/No. \\#1\\\\2#position"


def test_a_part_of_a_run_is_written(results: Results, tmp_path: Path) -> None:
    choices = Choices(
        satellites=("Second & last",),
        networks=("dprk",),
        start=results.start + timedelta(hours=1),
        hours=2.0,
        step_s=20.0,
    )
    found = packets(results, tmp_path / "a.czml", choices)
    assert [name for name in found if name.startswith("station/")] == [
        "station/pgscc",
        "station/sohae_gs",
    ]
    satellite = found["satellite/Second & last"]
    assert satellite["availability"] == "2023-11-24T01:00:00.000Z/2023-11-24T03:00:00.000Z"
    samples = np.array(satellite["position"]["cartesian"]).reshape(-1, 4)
    assert samples[0, 0] == 0.0 and samples[-1, 0] == 7_200.0 and len(samples) == 361
    assert not any("Malligyong-1" in name for name in found)
    packets(results, tmp_path / "b.czml", choices)
    assert (tmp_path / "a.czml").read_bytes() == (tmp_path / "b.czml").read_bytes()


def test_a_target_on_its_way_moves_and_strips_appear_as_they_are_imaged(
    at_sea: Results, tmp_path: Path
) -> None:
    found = packets(at_sea, tmp_path / "x.czml")
    way = found["target/ship <east>"]["position"]
    rows = np.array(way["cartographicDegrees"]).reshape(-1, 4)
    assert way["forwardExtrapolationType"] == "HOLD"
    assert np.allclose(rows[:, :3], at_sea.ways[["time_s", "longitude_deg", "latitude_deg"]])
    strips = [packet for name, packet in found.items() if name.startswith("strip/")]
    edges = at_sea.strip_edges[at_sea.strip_edges["time_s"] < 86_400.0]
    imaged = edges.groupby(["satellite", "strip"])["time_utc"].min()
    begins = sorted(packet["availability"].split("/")[0] for packet in strips)
    wanted = sorted(instant.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z" for instant in imaged)
    assert begins == wanted and begins


def test_a_satellite_is_away_in_a_gap(gapped: Results, tmp_path: Path) -> None:
    runs_s = [(3_600.0, 11_940.0), (14_400.0, 19_140.0)]
    found = packets(gapped, tmp_path / "x.czml")
    for name in ("satellite/M", "satellite/M/field of regard"):
        packet = found[name]
        assert packet["availability"] == [
            "2023-11-24T01:00:00.000Z/2023-11-24T03:19:00.000Z",
            "2023-11-24T04:00:00.000Z/2023-11-24T05:19:00.000Z",
        ]
        assert [part["interval"] for part in packet["position"]] == packet["availability"]
        for part, (begin_s, end_s) in zip(packet["position"], runs_s, strict=True):
            times_s = np.array(part["cartesian"]).reshape(-1, 4)[:, 0]
            assert (times_s[0], times_s[-1]) == (begin_s, end_s)
