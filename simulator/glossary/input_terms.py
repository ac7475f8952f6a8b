"""What a row of a table is of, and what a scenario fixes: names, orbits, sensors, stations."""

from __future__ import annotations

from simulator.glossary.terms import Term

_SATELLITE = ("satellite",)


def _text(name: str, meaning: str, *over: str) -> Term:
    return Term(name, meaning, over or ("row",), kind="text")


def _input(name: str, meaning: str, *over: str) -> Term:
    return Term(name, meaning, over, swept=False)


_NAMES = (
    _text("satellite", "name of the satellite"),
    _text("other", "name of the satellite at the other end"),
    _text("figure", "name of the figure, which ends in its unit"),
    _text("region", "name of the region"),
    _text(
        "look",
        "what counts as an access: field-of-regard, could be pointed at; swath, swept over by the "
        "strip imaged with the roll held, at an instant",
    ),
    _text("latitude_band", "degrees from to, the lower edge included; all: the whole region"),
    _text("cover", "none: no cell is in access; partial: some are; full: all are"),
    _text("relation", "what the figure must be beside the value"),
    _text("rule", "rule of the gaps, where the figure is made of them"),
    _text("place", "name of the target or region"),
    _text("target", "name of the target"),
    Term(
        "moves",
        "whether the target moves; its place is then where its way begins",
        ("row",),
        kind="flag",
    ),
    _text("station", "name of the station or relay"),
    _text("network", "name of the ground network"),
    _text("country", "country of the target"),
    _text("kind", "station or relay; target or region"),
    _text("sensor", "name of the sensor", "satellite"),
    _text("orbit", "how the orbit was given", "satellite"),
    _text("roles", "what the station may do: command, downlink", "station"),
    _text("note", "the scenario's own remark", "satellite", "station"),
    Term("epoch_utc", "instant of the elements", ("satellite", "element set"), kind="datetime"),
)
_PLACES = (
    _input(
        "latitude_deg",
        "geodetic latitude, WGS84, north positive",
        "target",
        "station",
        "track",
    ),
    _input("longitude_deg", "longitude, WGS84, east positive", "target", "station", "track"),
    _input("height_m", "height above the WGS84 ellipsoid", "target", "station"),
)
_SATELLITES = (
    Term(
        "hypothetical",
        "the orbit was aimed for or assumed, not observed",
        _SATELLITE,
        kind="flag",
    ),
    _input(
        "altitude_km",
        "height above the ellipsoid; of an orbit, the middle of perigee and apogee",
        "satellite",
        "track",
        "element set",
    ),
    _input("perigee_km", "mean height of perigee over 6378.135 km", "satellite", "element set"),
    _input("apogee_km", "mean height of apogee over 6378.135 km", "satellite", "element set"),
    _input("inclination_deg", "mean inclination", "satellite", "element set"),
    _input("raan_deg", "right ascension of the ascending node, TEME", "satellite", "element set"),
    _input("argument_of_perigee_deg", "mean argument of perigee", "satellite", "element set"),
    _input("mean_anomaly_deg", "mean anomaly at the epoch", "satellite", "element set"),
    _input("period_min", "period of the mean motion", "satellite"),
    _input(
        "ltan_h",
        "local mean solar time of the ascending node at the epoch",
        "satellite",
        "element set",
    ),
    _input("min_off_nadir_deg", "least off-nadir angle the sensor can be pointed at", "satellite"),
    _input(
        "max_off_nadir_deg",
        "greatest off-nadir angle the sensor can be pointed at",
        "satellite",
    ),
    _input(
        "field_of_regard_min_km",
        "greatest distance from the ground track at which a place can be looked at, from the "
        "lowest point of the first day's track",
        "satellite",
    ),
    _input(
        "field_of_regard_max_km",
        (
            "greatest distance from the ground track at which a place can be looked at, from "
            "the highest point of the first day's track"
        ),
        "satellite",
    ),
    _input(
        "nadir_gsd_min_m",
        "ground sample distance straight down from the lowest point of the first day's track",
        "satellite",
    ),
    _input(
        "nadir_gsd_max_m",
        "ground sample distance straight down from the highest point of the first day's track",
        "satellite",
    ),
    _input("picture_mbit", "size of a picture as sent", "satellite"),
    _input("downlink_rate_mbps", "greatest rate at which it sends", "satellite"),
    Term(
        "decayed_s",
        "instant from which the orbit is decayed, or its ephemeris over, and nothing is computed",
        _SATELLITE,
        kind="instant",
    ),
)
_STATIONS = (
    _input("forwarding_delay_s", "from reception to headquarters", "station"),
    _input(
        "min_elevation_deg",
        "least elevation at which a satellite is in contact or access",
        "satellite",
        "station",
    ),
    _input(
        "contact_radius_min_km",
        "distance from the station within which a satellite is in contact, for the least height of "
        "any satellite in the first day; masks by azimuth left out",
        "station",
    ),
    _input(
        "contact_radius_max_km",
        (
            "distance from the station within which a satellite is in contact, for the "
            "greatest height of any satellite in the first day; masks by azimuth left out"
        ),
        "station",
    ),
    _input("max_rate_mbps", "highest rate the station or relay receives", "station"),
)
INPUT_TERMS = (*_NAMES, *_PLACES, *_SATELLITES, *_STATIONS)
# Words of legends and axes for the scenario's keys that a sweep often varies.
KEY_WORDS = {
    "total": "satellites",
    "planes": "orbital planes",
    "ltan_h": "local time of the ascending node",
    "ltdn_h": "local time of the descending node",
    "max_off_nadir_deg": "greatest off-nadir angle",
    "altitude_km": "altitude",
    "downlink_rate_mbps": "downlink rate",
    "antennas": "satellites a station serves at once",
    "max_users": "satellites a relay serves at once",
    "availability": "share of contacts granted",
    "per_day": "requests a day",
    "every_h": "time between requests",
    "max_pictures_per_orbit": "most pictures",
    "max_imaging_min_per_orbit": "most time imaging",
    "max_downlink_min_per_orbit": "most time sending",
    "required_eb_n0_db": "required Eb/N0",
}
