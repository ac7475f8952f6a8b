"""The scenario file: read, overridden, validated, resolved, written.

A scenario is TOML. `load` reads a file and `loads` a text, every fault reported at once, one line
each: file, key, value, what is allowed; `to_toml` writes it, `keys` and `json_schema` describe it.

Behind the door, in the order of reading: `textfiles` (bytes to TOML), `assignments`, `overrides`
and `renamed` (the document before it is validated), `validation`, `models` and the tables it is
made of (`satellites`, `orbits`, `placed_orbits`, `designed_orbits`, `streets`, `elements`,
`ephemeris_orbits`, `places`, `needs`, `clouds`, `ways`, `waypoints`, `openings`, `networks`,
`hosts`, `links`, `requests`, `thresholds`, `sweeps`, `steps`, `cameras`), `table`, `units` and
`words` (what all tables share, and how faults are worded), `writing`. `origin` and `rungs` take the
steps of a ladder. Files of others: `tle`, `omm`, `ephemeris_messages`,
`ephemeris_times`, `statehistories`, `wayfiles`,
`geofiles`, `shapefiles`, `cloudgrids`, `systems`, `outlines`. What is asked of a whole scenario:
`localities` and `memory_budget`.
"""

from simulator.scenario import orbits
from simulator.scenario.assignments import assignment, path_parts, toml_text, toml_value
from simulator.scenario.cameras import Camera
from simulator.scenario.cloudgrids import CloudGrid
from simulator.scenario.clouds import MONTHS, Clouds
from simulator.scenario.decay import DecayTable
from simulator.scenario.designed_orbits import (
    FrozenOrbit,
    InPlaneOrbit,
    RepeatOrbit,
    StreetsOrbit,
)
from simulator.scenario.drawing import Drawing
from simulator.scenario.elements import MeanElements, OmmOrbit, TleOrbit
from simulator.scenario.elementsets import MU_WGS72_KM3_S2, RADIUS_WGS72_KM
from simulator.scenario.ephemeris_messages import is_ephemeris
from simulator.scenario.ephemeris_orbits import EphemerisOrbit
from simulator.scenario.hosts import Host
from simulator.scenario.links import Band, CrosslinkTable, Receiver, Transmitter
from simulator.scenario.loading import MAX_FILE_BYTES, Variants, catalog_used, load, loads
from simulator.scenario.localities import Locality, locality
from simulator.scenario.memory_budget import Budget, budget, refuse_beyond_memory
from simulator.scenario.models import (
    MAX_SPAN_DAYS,
    SCHEMA_VERSION,
    Counting,
    Scenario,
    SpanTable,
    Uncertainty,
)
from simulator.scenario.needs import Need
from simulator.scenario.networks import Headquarters, Network, Relay, Station
from simulator.scenario.omm import is_message
from simulator.scenario.openings import WEEKDAYS, HoursOpen, ListedOpen, Opening, RandomOpen
from simulator.scenario.orbitfiles import ephemerides_in, orbits_in, orbits_in_text
from simulator.scenario.orbits import (
    KeplerianOrbit,
    LaunchOrbit,
    Orbit,
    PlaneSpreadOrbit,
    SunSynchronousOrbit,
    WalkerOrbit,
)
from simulator.scenario.placefiles import places_in, places_of
from simulator.scenario.places import Bounds, Look, Region, Target, edges_words
from simulator.scenario.requests import (
    AlwaysRequests,
    EveryRequests,
    PoissonRequests,
    Requests,
)
from simulator.scenario.rungs import Rung, Rungs
from simulator.scenario.satellites import Satellite, Sensor
from simulator.scenario.schema import Key, json_schema, keys
from simulator.scenario.starters import STARTERS, starter
from simulator.scenario.statehistories import StateSegment
from simulator.scenario.steps import Step
from simulator.scenario.streets import Streets
from simulator.scenario.sweeps import SweepTable
from simulator.scenario.table import REMEMBERED, CatalogTable, Same, ScenarioTable
from simulator.scenario.textfiles import MIB, is_beyond_64_bits, parse_toml, read_text
from simulator.scenario.thresholds import Threshold
from simulator.scenario.units import Instant, TimeZone
from simulator.scenario.unknowns import Unknown
from simulator.scenario.waypoints import Waypoint
from simulator.scenario.ways import Way
from simulator.scenario.words import Where, cut, fault
from simulator.scenario.writing import to_toml

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_SPAN_DAYS",
    "MIB",
    "MONTHS",
    "MU_WGS72_KM3_S2",
    "RADIUS_WGS72_KM",
    "REMEMBERED",
    "SCHEMA_VERSION",
    "STARTERS",
    "WEEKDAYS",
    "AlwaysRequests",
    "Band",
    "Bounds",
    "Budget",
    "Camera",
    "CatalogTable",
    "CloudGrid",
    "Clouds",
    "Counting",
    "CrosslinkTable",
    "DecayTable",
    "Drawing",
    "EphemerisOrbit",
    "EveryRequests",
    "FrozenOrbit",
    "Headquarters",
    "Host",
    "HoursOpen",
    "InPlaneOrbit",
    "Instant",
    "KeplerianOrbit",
    "Key",
    "LaunchOrbit",
    "ListedOpen",
    "Locality",
    "Look",
    "MeanElements",
    "Need",
    "Network",
    "OmmOrbit",
    "Opening",
    "Orbit",
    "PlaneSpreadOrbit",
    "PoissonRequests",
    "RandomOpen",
    "Receiver",
    "Region",
    "Relay",
    "RepeatOrbit",
    "Requests",
    "Rung",
    "Rungs",
    "Same",
    "Satellite",
    "Scenario",
    "ScenarioTable",
    "Sensor",
    "SpanTable",
    "StateSegment",
    "Station",
    "Step",
    "Streets",
    "StreetsOrbit",
    "SunSynchronousOrbit",
    "SweepTable",
    "Target",
    "Threshold",
    "TimeZone",
    "TleOrbit",
    "Transmitter",
    "Uncertainty",
    "Unknown",
    "Variants",
    "WalkerOrbit",
    "Way",
    "Waypoint",
    "Where",
    "assignment",
    "budget",
    "catalog_used",
    "cut",
    "edges_words",
    "ephemerides_in",
    "fault",
    "is_beyond_64_bits",
    "is_ephemeris",
    "is_message",
    "json_schema",
    "keys",
    "load",
    "loads",
    "locality",
    "orbits",
    "orbits_in",
    "orbits_in_text",
    "parse_toml",
    "path_parts",
    "places_in",
    "places_of",
    "read_text",
    "refuse_beyond_memory",
    "starter",
    "to_toml",
    "toml_text",
    "toml_value",
]
