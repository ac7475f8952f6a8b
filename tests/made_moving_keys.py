"""Targets that move and that hide for the tests of every key, and other values of their keys."""

from datetime import UTC, datetime

from simulator.scenario import HoursOpen, ListedOpen, Target, Way, Waypoint

MOVING = """[[targets]]
name = "F"
clear = 0.5
[targets.track]
start = 2023-11-22T02:00:00Z
speed_m_s = 30.0
beyond = "stays"
[[targets.track.waypoints]]
latitude_deg = 35.0
longitude_deg = 130.0
stay_h = 2.0
[[targets.track.waypoints]]
latitude_deg = 37.0
longitude_deg = 134.0
height_m = 10.0
[[targets.track.waypoints]]
latitude_deg = 38.0
longitude_deg = 131.0
[[targets]]
name = "G"
clear = 0.5
[[targets.track.waypoints]]
latitude_deg = 38.0
longitude_deg = 120.0
at = 2023-11-22T00:00:00Z
[[targets.track.waypoints]]
latitude_deg = 39.0
longitude_deg = 127.0
at = 2023-11-23T12:00:00Z
[[targets]]
name = "I"
latitude_deg = 37.0
longitude_deg = 127.0
opening = {kind = "random", shown_h = 3.0, hidden_h = 4.0}
[[targets]]
name = "J"
latitude_deg = 37.0
longitude_deg = 128.0
[targets.opening]
kind = "hours"
hours = [[1.0, 9.0], [22.0, 3.0]]
weekdays = ["wed", "thu"]
[[targets]]
name = "K"
latitude_deg = 36.0
longitude_deg = 128.0
[targets.opening]
kind = "listed"
intervals = [[2023-11-22T00:00:00Z, 2023-11-23T03:00:00Z]]
"""
GPX = """<gpx version="1.1"><trk><trkseg>
<trkpt lat="35" lon="130"><time>2023-11-22T01:00:00Z</time></trkpt>
<trkpt lat="36" lon="129"><time>2023-11-23T13:00:00Z</time></trkpt>
</trkseg></trk></gpx>
"""
_NOWHERE = {"latitude_deg": None, "longitude_deg": None}

OF_MOVING = {
    (Target, "latitude_deg"): {"latitude_deg": 37.7},
    (Target, "longitude_deg"): {"longitude_deg": 128.8},
    (Target, "track"): {**_NOWHERE, "track": "one.gpx"},
    (Target, "opening"): {"opening": {"kind": "hours", "hours": [[20.0, 9.0]]}},
    (Way, "start"): {"start": datetime(2023, 11, 22, 9, tzinfo=UTC)},
    (Way, "speed_m_s"): {"speed_m_s": 12.0},
    (Way, "waypoints"): {"waypoints": None, "start": None, "speed_m_s": None, "file": "one.gpx"},
    (Way, "file"): {"waypoints": None, "start": None, "speed_m_s": None, "file": "one.gpx"},
    (Waypoint, "at"): {"at": datetime(2023, 11, 22, 7, tzinfo=UTC)},
    (Waypoint, "latitude_deg"): {"latitude_deg": 34.0},
    (Waypoint, "longitude_deg"): {"longitude_deg": 132.0},
    (HoursOpen, "hours"): {"hours": [[0.0, 24.0]]},
    (ListedOpen, "intervals"): {
        "intervals": [[datetime(2023, 11, 23, tzinfo=UTC), datetime(2023, 11, 25, tzinfo=UTC)]]
    },
}
