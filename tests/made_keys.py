"""A scenario with every key that a study can read, and another value for each of them."""

import copy
import functools
import itertools
import json
import math
import operator
import tomllib
import types
import typing
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
import shapefile
import tomli_w

from simulator.errors import InputError
from simulator.scenario import (
    CrosslinkTable,
    Host,
    KeplerianOrbit,
    LaunchOrbit,
    Network,
    PlaneSpreadOrbit,
    Relay,
    Satellite,
    Scenario,
    ScenarioTable,
    Sensor,
    SpanTable,
    Station,
    Step,
    SunSynchronousOrbit,
    SweepTable,
    TleOrbit,
    WalkerOrbit,
    loads,
    to_toml,
)
from simulator.scenario.networks import Headquarters
from simulator.scenario.thresholds import Threshold
from tests.made_cloud_keys import OF_CLOUDS, clouds_file
from tests.made_decay_keys import ACTIVITY, DECAYING, OF_DECAY
from tests.made_designed_keys import DESIGNED, DESIGNED_ORBITS
from tests.made_drawn_keys import OF_UNKNOWNS
from tests.made_element_sets import OF_OMM, OMM
from tests.made_ephemeris_keys import OF_EPHEMERIDES, TABULATED
from tests.made_moving_keys import GPX, MOVING, OF_MOVING
from tests.made_place_keys import OF_PLACES, RING

TEXT = """
schema_version = 1
title = "small"
baseline = "north"
seed = 3
cameras = ["ref_3m", "ref_1m"]
[span]
start = 2023-11-22T00:00:00Z
days = 2.0
[clouds]
sunshine_share = 0.7
persistence_h = 12.0
[counting]
access_percents = [5.0]
access_between_min = [1.0, 3.0]
gap_between_h = [1.0, 13.0]
pair_gap_min = [1.0, 2000.0]
niirs_levels = [3.0]
stays_h = [3.0, 12.0]
[uncertainty]
draws = 0
resamples = 4
block_days = 1
[requests]
kind = "poisson"
per_day = 6.0
[sweep]
vary = {seed = [1, 2]}
[[unknowns]]
name = "rate"
values = {"satellites.M.slew_rate_deg_s" = {normal = [1.0, 0.1], least = 0.5, most = 2.0}}
[[steps]]
name = "settled"
date = "2023"
source = "a paper"
network = "north"
set = {"satellites.0.settling_s" = 20.0}
[[satellites]]
name = "M"
recorder_gbit = 0.9
max_pictures_per_orbit = 3
max_imaging_min_per_orbit = 1.2
max_downlink_min_per_orbit = 9.0
slew_rate_deg_s = 0.3
settling_s = 15.0
image_while_downlinking = false
[satellites.sensor]
kind = "optical"
gsd_m = 3.0
reference_altitude_km = 500.0
swath_km = 150.0
max_off_nadir_deg = 58.0
min_sun_elevation_deg = -80.0
min_niirs = 0.7
min_elevation_deg = 12.0
max_gsd_m = 20.0
collection_s = 20.0
picture_length_km = 20.0
[[satellites.transmitters]]
band = "X"
rate_mbps = 9.0
power_w = 1.0
antenna_gain_dbi = 2.0
frequency_ghz = 8.0
required_eb_n0_db = 4.0
[[satellites.transmitters]]
band = "S"
rate_mbps = 2.0
[satellites.orbit]
ORBIT
[[satellites]]
name = "N"
downlink_rate_mbps = 1.0
[satellites.sensor]
kind = "radar"
gsd_m = 5.0
reference_altitude_km = 500.0
swath_km = 300.0
min_off_nadir_deg = 15.0
max_off_nadir_deg = 50.0
side = "right"
picture_mbit = 900.0
[satellites.orbit]
kind = "keplerian"
altitude_km = 520.0
inclination_deg = 97.4
raan_deg = 50.0
[[targets]]
name = "A"
latitude_deg = 38.0
longitude_deg = 130.0
needs = {niirs = 3.0, radar_resolution_m = 4.0}
sunshine = "seoul"
[[targets]]
name = "B"
latitude_deg = 37.5
longitude_deg = 129.0
height_m = 100.0
priority = 2
clear = 0.3
requests = {kind = "every", every_h = 5.0}
[[targets]]
name = "C"
latitude_deg = 35.0
longitude_deg = 134.0
requests = {kind = "always"}
[[targets]]
name = "D"
latitude_deg = 36.0
longitude_deg = 133.0
priority = 3
requests = {kind = "poisson", per_day = 9.0}
[[targets]]
name = "E"
latitude_deg = 35.5
longitude_deg = 133.5
MOVING
[[regions]]
name = "box"
bounds_deg = {west = 126.0, south = 34.0, east = 131.0, north = 41.0}
resolution_km = 200.0
clear = 0.4
thresholds = [{figure = "accesses_per_day", relation = "at least", value = 1.0}]
[[regions]]
name = "strip"
bounds_deg = {west = 124.0, south = 34.0, east = 132.0, north = 41.0}
resolution_km = 200.0
look = "swath"
[[networks]]
name = "north"
[[networks.stations]]
name = "P"
latitude_deg = 39.0
longitude_deg = 125.7
availability = 0.7
antennas = 1
acquisition_s = 20.0
forwarding_delay_s = 5.0
horizon_mask_deg = [[0.0, 8.0], [180.0, 5.0]]
hours_utc = [[0.0, 22.0]]
[[networks.stations.receivers]]
band = "X"
antenna_gain_dbi = 31.0
noise_temperature_k = 150.0
[[networks.stations.receivers]]
band = "S"
antenna_gain_dbi = 31.0
noise_temperature_k = 150.0
[[networks]]
name = "far"
[[networks.stations]]
name = "U"
latitude_deg = 43.8
longitude_deg = 132.0
max_rate_mbps = 1.5
availability = 0.8
[[networks.stations.receivers]]
band = "X"
antenna_gain_dbi = 25.0
noise_temperature_k = 150.0
[[networks.relays]]
name = "R"
longitude_deg = 95.0
acquisition_s = 30.0
forwarding_delay_s = 9.0
max_rate_mbps = 0.5
roles = ["downlink"]
availability = 0.5
max_gimbal_deg = 8.6
max_users = 1
receivers = [{band = "X", antenna_gain_dbi = 41.0, noise_temperature_k = 150.0}]
[networks.headquarters]
name = "H"
latitude_deg = 39.0
longitude_deg = 125.0
[networks.crosslinks]
rate_mbps = 3.0
max_range_km = 4000.0
max_pointing_deg = 40.0
acquisition_s = 10.0
terminals = 1
[networks.host]
members = ["U"]
delay_h = 1.0
dropped_targets = ["D"]
dropped_share = 0.3
first_use_share = 0.2
""".replace("MOVING\n", MOVING)

_LINES = (
    "1 58400U 23179A   23326.00000000  .00010000  00000-0  45000-3 0  999",
    "2 58400  97.4200  20.0000 0010000  90.0000 270.0000 15.20000000    1",
)


def summed(line):
    """Return a line of an element set with its checksum, as the format defines it."""
    return line + str(sum(1 if c == "-" else int(c) if c.isdigit() else 0 for c in line) % 10)


ORBITS = {
    "launch": 'kind = "launch"\nlaunch = "malligyong1_nov23"\nargument_of_perigee_deg = 20.0',
    "altitude": 'kind = "keplerian"\naltitude_km = 500.0\ninclination_deg = 97.4\nraan_deg = 20.0',
    "perigee": 'kind = "keplerian"\nperigee_km = 490.0\napogee_km = 510.0\ninclination_deg = 97.4',
    "sun": 'kind = "sun-synchronous"\naltitude_km = 500.0\nltan_h = 10.5',
    "walker": 'kind = "walker-delta"\ntotal = 4\nplanes = 2\nphasing = 1\naltitude_km = 500.0\n'
    "inclination_deg = 97.4",
    "spread": 'kind = "plane-spread"\nlaunch = "malligyong1_nov23"\ntotal = 3\ndrift_km = 5.0\n'
    "argument_of_perigee_deg = 20.0",
    **DESIGNED_ORBITS,
    "tle": f'kind = "tle"\nlines = ["{summed(_LINES[0])}", "{summed(_LINES[1])}"]',
    "omm": OMM,
    "decay": DECAYING,
    "ephemeris": TABULATED,
}

# Keys whose other value must fit other keys: what to change in the table that holds them. Where a
# key is new and nothing here or in `values` suits it, its test says so.
OTHERWISE = {
    (SpanTable, "end"): {"days": None, "end": datetime(2023, 11, 25, tzinfo=UTC)},
    (Scenario, "baseline"): {"baseline": "far"},
    (Scenario, "sweep"): {"sweep": None},
    (Satellite, "downlink_rate_mbps"): {"transmitters": None, "downlink_rate_mbps": 7.0},
    (Satellite, "collection"): {
        "collection": "real-time",
        "recorder_gbit": None,
        "image_while_downlinking": True,
    },
    (Sensor, "kind"): {"kind": "radar", "min_niirs": None},
    (Sensor, "picture_mbit"): {
        "picture_mbit": 9_000.0,
        **dict.fromkeys(("picture_length_km", "bits_per_pixel", "compression", "bands")),
    },
    (Sensor, "catalog"): {"catalog": "malligyong_press"},
    **OF_PLACES,
    (Threshold, "figure"): {"figure": "wait_mean_h"},
    (Station, "catalog"): {"catalog": "pgscc"},
    (Relay, "catalog"): {"catalog": "luch5a"},
    (Network, "catalog"): {"catalog": "dprk"},
    (Host, "members"): {"members": ["U", "R"]},
    (Host, "dropped_targets"): {"dropped_targets": ["A", "B", "C"]},
    (Network, "host"): {"host": None},
    (Network, "stations"): {"host": None, "stations": []},
    (Headquarters, "catalog"): {"catalog": "pgscc"},
    (Relay, "receivers"): {
        "receivers": [{"band": b, "antenna_gain_dbi": 40, "noise_temperature_k": 90} for b in "XS"]
    },
    (SweepTable, "sample"): {"mode": "sample", "sample": 2},
    (Step, "add"): {"add": {"targets": [{"name": "Z", "latitude_deg": 1.0, "longitude_deg": 1.0}]}},
    (Scenario, "draw"): {"draw": 0, "uncertainty": {"draws": 2}},
    **OF_UNKNOWNS,
    **OF_CLOUDS,
    **OF_MOVING,
    (CrosslinkTable, "max_pointing_deg"): {"max_pointing_deg": 20.0},
    (KeplerianOrbit, "eccentricity"): {"eccentricity": 0.01},
    (KeplerianOrbit, "altitude_km"): {"altitude_km": 520.0},
    (SunSynchronousOrbit, "ltdn_h"): {"ltan_h": None, "ltdn_h": 9.0},
    (SunSynchronousOrbit, "eccentricity"): {"eccentricity": 0.01},
    **DESIGNED,
    (WalkerOrbit, "total"): {"total": 2},
    (WalkerOrbit, "planes"): {"planes": 4},
    (LaunchOrbit, "launch"): {"launch": "malligyong1_aug23"},
    (PlaneSpreadOrbit, "launch"): {"launch": "malligyong1_aug23"},
    (PlaneSpreadOrbit, "drift_days"): {"drift_km": None, "drift_days": 40.0},
    (TleOrbit, "lines"): {
        "lines": [summed(_LINES[0]), summed(_LINES[1].replace("97.42", "98.42"))]
    },
    (TleOrbit, "catalog"): {"lines": None, "catalog": "malligyong1_2024_07_05"},
    (TleOrbit, "file"): {"lines": None, "file": "sets.tle", "satellite": 58400},
    (TleOrbit, "satellite"): {"lines": None, "file": "sets.tle", "satellite": 58400},
    **OF_OMM,
    **OF_DECAY,
    **OF_EPHEMERIDES,
}


@cache
def base(orbit):
    return loads(TEXT.replace("ORBIT", ORBITS[orbit]), origin=orbit, folder=Path("."))


@cache
def written(orbit):
    """Return the document of a scenario as written, to be copied before it is changed."""
    return tomllib.loads(to_toml(base(orbit)))


def tables_in(annotation):
    """Yield the tables that an annotation names, and those inside them."""
    if isinstance(annotation, type) and issubclass(annotation, ScenarioTable):
        yield annotation
        for field in annotation.model_fields.values():
            yield from tables_in(field.annotation)
    for part in typing.get_args(annotation):
        yield from tables_in(part)


def places(table, where=()):
    """Yield (where, table) of a table and of all inside it."""
    yield where, table
    for name, value in table:
        inside = {(name,): value}
        if isinstance(value, tuple):
            inside = {(name, n): item for n, item in enumerate(value)}
        if isinstance(value, dict):
            inside = {(name, key): item for key, item in value.items()}
        for inner, item in inside.items():
            if isinstance(item, ScenarioTable):
                yield from places(item, (*where, *inner))


@cache
def homes():
    """Return where each kind of table stands: (orbit, where) of each that there is."""
    places_by_kind = {}
    for orbit in ORBITS:
        for where, table in places(base(orbit)):
            places_by_kind.setdefault(type(table), []).append((orbit, where))
    return places_by_kind


def bounds(metadata):
    low, high = -math.inf, math.inf
    for item in metadata:
        low = max(low, getattr(item, "ge", low), getattr(item, "gt", low))
        high = min(high, getattr(item, "le", high), getattr(item, "lt", high))
        for inner in getattr(item, "metadata", ()):
            low, high = max(low, bounds([inner])[0]), min(high, bounds([inner])[1])
    return low, high


def values(annotation, value, metadata=()):
    """Yield other values that a key of a kind may take, likely ones first."""
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        yield from values(parts[0], value, (*metadata, *parts[1:]))
    elif origin is typing.Literal:
        yield from (part for part in parts if part != value)
    elif origin in (types.UnionType, typing.Union):
        for part in parts:
            yield from values(part, value, metadata) if part is not type(None) else ()
        yield from [None] if value is not None else []
    elif origin is tuple:
        yield from tuples(parts, list(value or ()), metadata)
    elif annotation is bool:
        yield not value
    elif annotation in (int, float):
        low, high = bounds(metadata)
        known = float(value) if isinstance(value, int | float) else None
        near = [] if known is None else [known * 0.4, known * 2.5, known + 1.0, known - 1.0]
        inside = [low + 1.0, 0.5 * (low + high), high, low, high - 1.0, 1.0]
        yield from (
            annotation(v)
            for v in (*near, *inside)
            if math.isfinite(v) and low <= v <= high and annotation(v) != value
        )
    elif annotation is str:
        yield f"{value or ''}x"
    elif annotation is datetime:
        yield (value or datetime(2023, 11, 22, tzinfo=UTC)) + timedelta(hours=3)


def tuples(parts, value, metadata):
    """Yield other tuples: one item less, or the last (or a first) one changed."""
    if len(parts) == 2 and parts[1] is ...:
        if len(value) > 1:
            yield value[:-1]
        last = value[-1] if value else None
        yield from ([*value[:-1], item] for item in values(parts[0], last))
        return
    for n, part in enumerate(parts):
        held = value[n] if value else None
        for item in values(part, held):
            filled = value or [next(values(p, None)) for p in parts]
            yield [*filled[:n], item, *filled[n + 1 :]]


def changes(kind, name, held):
    """Yield changes to the document of a table that give one of its keys another value."""
    if (kind, name) in OTHERWISE:
        yield OTHERWISE[kind, name]
        return
    if name == "time_zone":
        yield {name: "Asia/Taipei"}
    if name == "bstar":  # 1 is no satellite's drag, and days of computing
        yield {name: 2e-4}
    field = kind.model_fields[name]
    if not isinstance(field.annotation, type) or not issubclass(field.annotation, ScenarioTable):
        for value in itertools.islice(values(field.annotation, held, field.metadata), 40):
            yield {name: value}
    # A table is changed by its own keys; here it goes, if it may.
    yield {name: None}


def with_files(folder):
    """Return a folder, now with the files that some keys name."""
    (folder / "sets.tle").write_text("".join(f"{summed(line)}\n" for line in _LINES))
    elements = {
        "OBJECT_NAME": "X",
        "EPOCH": "2023-11-22T00:00:00",
        "MEAN_MOTION": 15.3,
        "ECCENTRICITY": 0.001,
        "INCLINATION": 97.42,
        "RA_OF_ASC_NODE": 20.0,
        "ARG_OF_PERICENTER": 90.0,
        "MEAN_ANOMALY": 270.0,
        "NORAD_CAT_ID": 58400,
        "BSTAR": 0.0,
    }
    (folder / "one.json").write_text(json.dumps([elements]))
    (folder / "activity.csv").write_text(ACTIVITY)
    clouds_file(folder / "clouds.nc")
    (folder / "one.gpx").write_text(GPX)
    ring = [*RING, RING[0]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"name": "a"}, "geometry": polygon}
    collection = {"type": "FeatureCollection", "features": [feature]}
    (folder / "one.geojson").write_text(json.dumps(collection))
    with shapefile.Writer(str(folder / "one.shp"), shapeType=shapefile.POLYGON) as writer:
        writer.field("name", "C")
        writer.poly([ring[::-1]])
        writer.record("a")
    (folder / "one.prj").write_text("GEOGCS[...]")
    return folder


def changed(kind, name, folder):
    """Return a scenario, and the same with one key of one table changed and what it calls for."""
    problems = []
    for orbit, where in homes()[kind]:
        before, whole = base(orbit), written(orbit)
        held = functools.reduce(operator.getitem, where, whole).get(name)
        for change in changes(kind, name, held):
            document = copy.deepcopy(whole)
            table = functools.reduce(operator.getitem, where, document)
            for key, value in change.items():
                table.pop(key, None)
                if value is not None:
                    table[key] = value
            try:
                scenario = loads(tomli_w.dumps(document), origin="changed", folder=folder)
            except InputError as error:
                problems += error.problems
                continue
            if scenario != before:
                return before, scenario
    pytest.fail(f"no other value of {kind.__name__}.{name}; add one to OTHERWISE: {problems[:5]}")
