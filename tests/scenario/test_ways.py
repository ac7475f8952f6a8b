"""Ways of targets that move: inline, from GPX, CSV and GeoJSON; faults by file, row and field."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from simulator.earth import Span
from simulator.errors import InputError
from simulator.scenario import loads, starter, to_toml

SPAN = Span(datetime(2023, 11, 22, tzinfo=UTC), 864_000.0)
TIMES = ["2023-11-22T00:00:00Z", "2023-11-22T12:00:00+00:00", "2023-11-24T09:00:00+09:00"]
PLACES = [(35.2, 139.7), (34.0, 138.0), (32.5, 178.5)]


def target(way, *more, folder=Path(".")):
    text = ", ".join((f"track = {way}", *more))
    overrides = [f'targets = [{{ name = "ship", {text} }}]']
    scenario = loads(
        starter("launch", name="x"), origin="x.toml", folder=folder, overrides=overrides
    )
    return scenario.targets[0]


def point(n=0, **keys):
    latitude, longitude = PLACES[n]
    values = {"latitude_deg": latitude, "longitude_deg": longitude, **keys}
    return "{ " + ", ".join(f"{key} = {value}" for key, value in values.items()) + " }"


def inline(*points):
    return f"[{', '.join(points)}]"


def gpx(points, kind="trk"):
    tag = f"{kind}pt" if kind == "trk" else "rtept"
    inner = "".join(
        f'<{tag} lat="{lat}" lon="{lon}">{f"<time>{at}</time>" if at else ""}</{tag}>'
        for at, (lat, lon) in points
    )
    body = f"<trkseg>{inner}</trkseg>" if kind == "trk" else inner
    return (
        '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<{kind}><name>x</name>{body}</{kind}></gpx>"
    )


def csv(points, heading="time,lat,lon,sog"):
    return heading + "\n" + "".join(f"{at},{lat},{lon},9\n" for at, (lat, lon) in points)


def line(times=TIMES, key="times", **more):
    geometry = {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in PLACES]}
    properties = {} if times is None else {key: times}
    return json.dumps({"type": "Feature", "properties": properties, "geometry": geometry, **more})


def marks():
    features = [
        {
            "type": "Feature",
            "properties": {"time": at, "speed": 3},
            "geometry": {"type": "Point", "coordinates": [lon, lat, 5.0]},
        }
        for at, (lat, lon) in zip(TIMES, PLACES, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


POINTS = list(zip(TIMES, PLACES, strict=True))
FILES = {
    "ship.gpx": gpx(POINTS),
    "ship.csv": csv(POINTS),
    "ship.geojson": line(),
    "timed.json": line(key="coordTimes"),
    "marks.geojson": marks(),
}


def written(folder, name, text):
    (folder / name).write_text(text, "utf-8")
    return f'"{name}"'


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_the_same_way_as_waypoints_inline(name, tmp_path):
    own = target(inline(*(point(n, at=TIMES[n]) for n in range(3)))).track.in_span(SPAN)
    read = target(written(tmp_path, name, FILES[name]), folder=tmp_path)
    moved = read.track.in_span(SPAN, height_m=read.height_m)
    assert moved.time_s.tolist() == own.time_s.tolist() == [0.0, 43_200.0, 172_800.0]
    assert np.array_equal(moved.normal, own.normal)
    assert read.latitude_deg is None and read.track.note == f"Waypoints from {name}."


def test_a_way_read_from_a_file_is_written_out_and_loads_back(tmp_path):
    way = written(tmp_path, "ship.gpx", FILES["ship.gpx"])
    overrides = [f'targets = [{{ name = "ship", track = {way} }}]']
    text = starter("launch", name="x")
    scenario = loads(text, origin="x", folder=tmp_path, overrides=overrides)
    again = loads(to_toml(scenario), origin="again", folder=Path("/nowhere"))
    assert again == scenario
    assert "at = 2023-11-22T00:00:00Z" in to_toml(scenario)


def test_a_start_and_a_speed_give_times_by_the_way_on_the_ellipsoid():
    quarter = "{ latitude_deg = 0.0, longitude_deg = 0.0, stay_h = 1.0 }"
    pole = "{ latitude_deg = 90.0, longitude_deg = 0.0 }"
    table = (
        "{ start = 2023-11-22T00:00:00Z, speed_m_s = 100.0, "
        f"waypoints = [{quarter}, {pole}, {quarter}] }}"
    )
    moved = target(table).track.in_span(SPAN)
    leg_s = 10_001_965.7293 / 100.0
    expected = [0.0, 3_600.0, 3_600.0 + leg_s, 3_600.0 + 2 * leg_s, 7_200.0 + 2 * leg_s]
    assert moved.time_s == pytest.approx(expected, abs=1e-3)


def test_a_file_without_times_takes_a_start_and_a_speed(tmp_path):
    file = written(tmp_path, "route.gpx", gpx([("", place) for place in PLACES], kind="rte"))
    table = f"{{ file = {file}, start = 2023-11-22T06:00:00Z, speed_m_s = 9.0 }}"
    moved = target(table, folder=tmp_path).track.in_span(SPAN)
    assert moved.begin_s == 21_600.0 and len(moved) == 2
    with pytest.raises(InputError, match=r"route\.gpx: has no time; give every waypoint its time"):
        target(file, folder=tmp_path)


def test_two_waypoints_at_one_place_are_a_stay():
    way = inline(point(0, at=TIMES[0]), point(0, at=TIMES[1]), point(1, at=TIMES[2]))
    moved = target(way).track.in_span(SPAN)
    assert moved.angle_rad[0] == 0.0 and moved.angle_rad[1] > 0.0


def test_where_it_stays_at_its_ends_it_is_there_all_the_span():
    points = ", ".join((point(0, at=TIMES[1]), point(1, at=TIMES[2])))
    way = target(f'{{ beyond = "stays", waypoints = [{points}] }}')
    moved = way.track.in_span(SPAN)
    assert (moved.begin_s, moved.end_s) == (0.0, SPAN.duration_s)


TWO = (point(0, at=TIMES[0]), point(1, at=TIMES[1]))
INLINE_FAULTS = {
    "waypoints.1.at: 2023-11-22T00:00:00Z is not after the one before": inline(
        TWO[0], point(1, at=TIMES[0])
    ),
    "waypoints.1: is .* km from the waypoint before and 60 s after it, .* m/s; allowed up to 1,000":
        inline(TWO[0], point(1, at="2023-11-22T00:01:00Z")),
    "waypoints.1.at: has no time; give every waypoint its time": inline(TWO[0], point(1)),
    "waypoints: has no time; give every waypoint its time, or none of them and start and speed_m_s":
        inline(point(0), point(1)),
    "waypoints.0.at: 2023-11-22T00:00:00 has no offset from UTC": inline(
        point(0, at="2023-11-22T00:00:00"), TWO[1]
    ),
    "waypoints: has 1; a way has two waypoints or more": inline(TWO[0]),
    "waypoints.0.latitude_deg: 95.0 is above 90": inline(
        "{ latitude_deg = 95.0, longitude_deg = 1.0, at = 2023-11-22T00:00:00Z }", TWO[1]
    ),
    "waypoints.1: is the antipode of the waypoint before": inline(
        "{ latitude_deg = 10.0, longitude_deg = 20.0, at = 2023-11-22T00:00:00Z }",
        "{ latitude_deg = -10.0, longitude_deg = -160.0, at = 2023-12-22T00:00:00Z }",
    ),
    "waypoints: has times, and start or speed_m_s beside them":
        f"{{ speed_m_s = 3.0, waypoints = {inline(*TWO)} }}",
    "waypoints.1: is where the waypoint before is; to stay there give that one stay_h":
        f"{{ start = {TIMES[0]}, speed_m_s = 3.0, waypoints = {inline(point(0), point(0))} }}",
    "waypoints.0.stay_h: goes with speed_m_s; with times give the place twice":
        inline(point(0, at=TIMES[0], stay_h=3.0), TWO[1]),
    "track: has none; give one of waypoints and file": "{ beyond = 'stays' }",
    "track: 3 is not a table": "3",
    "speed_m_s: 4000.0 is above 1000": f"{{ speed_m_s = 4000.0, waypoints = {inline(*TWO)} }}",
}  # fmt: skip


@pytest.mark.parametrize("said", INLINE_FAULTS)
def test_what_is_wrong_with_a_way_is_said_with_its_waypoint_and_key(said):
    with pytest.raises(InputError, match=rf"targets\.0\.track\.?{said}|targets\.0\.{said}"):
        target(INLINE_FAULTS[said])


def moved_to(n, value):
    return [(value if i == n else at, place) for i, (at, place) in enumerate(POINTS)]


FILE_FAULTS = {
    "a.csv: line 3: time: 2023-11-22T12:00:00 has no offset from UTC": csv(
        moved_to(1, "2023-11-22T12:00:00")
    ),
    "a.csv: line 4: time: 2023-11-22T01:00:00Z is not after the one before": csv(
        moved_to(2, "2023-11-22T01:00:00Z")
    ),
    "a.csv: line 3: time: 'noon' is not a time such as": csv(moved_to(1, "noon")),
    "a.csv: column latitude is missing": csv(POINTS, "time,x,lon,sog"),
    "a.csv: column at is there twice, as time and utc": csv(POINTS, "time,lat,lon,utc"),
    "a.csv: line 2: latitude_deg: 'north' is not a number": csv([(TIMES[0], ("north", 1))] * 2),
    "a.csv: has 0 points; allowed 2 to 10,000": "time,lat,lon\n",
    "a.csv: line 2: has 2 columns; the heading has 3": "time,lat,lon\n1,2\n",
    "a.csv: line 4: is .* m/s; allowed up to 1,000": csv(moved_to(2, "2023-11-22T12:00:01Z")),
    "a.gpx: trkpt 2: time: .* has no offset from UTC": gpx(moved_to(1, "2023-11-22T12:00:00")),
    "a.gpx: is not XML": "<gpx><trk>",
    "a.gpx: holds an XML document type": '<!DOCTYPE x [<!ENTITY a "b">]><gpx/>',
    "a.gpx: holds 0 tracks and routes": "<gpx><wpt lat='1' lon='2'/></gpx>",
    "a.gpx: has 0 points": "<gpx><trk/></gpx>",
    "a.geojson: has 2 times for 3 positions": line(TIMES[:2]),
    "a.geojson: has no time; give every waypoint": line(None),
    "a.geojson: holds Polygon; allowed is one LineString": json.dumps(
        {"type": "Polygon", "coordinates": []}
    ),
    "a.geojson: is not JSON": "{",
    "a.geojson: position 1: is no position": json.dumps(
        {"type": "LineString", "coordinates": [[1.0, 2.0], 3]}
    ),
    "a.txt: a file of a track ends in .gpx": "x",
}


@pytest.mark.parametrize("said", FILE_FAULTS)
def test_what_is_wrong_with_a_file_is_said_with_its_row_and_field(said, tmp_path):
    name = said.partition(":")[0]
    with pytest.raises(InputError, match=rf"targets\.0\.track\.file: {said}"):
        target(written(tmp_path, name, FILE_FAULTS[said]), folder=tmp_path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"no\.gpx: cannot be read"):
        target('"no.gpx"', folder=tmp_path)


@pytest.mark.parametrize("key", ["latitude_deg = 3.0", 'catalog = "busan"'])
def test_what_moves_has_no_place(key):
    with pytest.raises(InputError, match="is of a place that stands still; leave it out, or track"):
        target(inline(*TWO), key)


def test_what_stands_still_has_one():
    overrides = ['targets = [{ name = "x", longitude_deg = 3.0 }]']
    with pytest.raises(InputError, match="latitude_deg: is missing; a number from -90 to 90"):
        loads(starter("launch", name="x"), origin="x", folder=Path("."), overrides=overrides)
    with pytest.raises(InputError, match="target 'ship' moves"):
        target(inline(*TWO)).place_deg  # noqa: B018


def test_a_track_among_places_is_told_where_it_goes(tmp_path):
    written(tmp_path, "ship.gpx", FILES["ship.gpx"])
    with pytest.raises(InputError, match="a way of one target is its track"):
        loads(
            starter("launch", name="x"), origin="x", folder=tmp_path,
            overrides=['targets = ["ship.gpx"]'],
        )  # fmt: skip
