"""The stages of a study on arrays: flights, accesses, contacts, networks, regions.

Each stage is given a part of the scenario alone, and its key is made of that part: with a store, a
stage whose part has not changed is not run again. Seconds since the span's start throughout.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from simulator import (
    access,
    budget,
    intervals,
    keys,
    merit,
    orbits,
    sensors,
    sun,
)
from simulator.access import View
from simulator.contacts import Contacts, Link, find_contacts
from simulator.crosslinks import CrosslinkWindows, LinkLimits, find_crosslinks
from simulator.ephemeris import Outage, Track, track
from simulator.errors import InputError
from simulator.geometry import look_angles, off_nadir_deg
from simulator.orbits import Elements
from simulator.scenario import (
    Crosslinks,
    EveryRequests,
    Network,
    PoissonRequests,
    Requests,
    Satellite,
    Scenario,
    Sensor,
    Target,
)
from simulator.scenario.table import Table
from simulator.store import Store, Value, kept, key_of
from simulator.tasking import Limits, Opportunities, task
from simulator.timescale import DAY_S, FloatArray, Span, elapsed_s
from simulator.workers import Threads, Workers

HOUR_S = 3_600.0
_TRACK_BYTES = 1_000_000_000
# Beyond this a table of events is no table a reader can use, and hours of work.
MOST_EVENTS = 30_000_000
_EVENTS_A_DAY = 8.0


@dataclass(frozen=True, eq=False)
class Flight:
    """One satellite on its way: elements and the table that describes it."""

    elements: Elements
    table: Satellite

    @property
    def name(self) -> str:
        return self.elements.name


class Tracks(Sequence[Track]):
    """The tracks of all satellites, made when asked for and kept while they fit in memory."""

    def __init__(self, elements: Sequence[Elements], span: Span) -> None:
        self._elements = elements
        self._span = span
        self._kept: OrderedDict[int, Track] = OrderedDict()

    def __len__(self) -> int:
        return len(self._elements)

    @overload
    def __getitem__(self, number: int) -> Track: ...

    @overload
    def __getitem__(self, number: slice) -> tuple[Track, ...]: ...

    def __getitem__(self, number: int | slice) -> Track | tuple[Track, ...]:
        if isinstance(number, slice):
            return tuple(self[n] for n in range(*number.indices(len(self))))
        if not 0 <= number < len(self):
            raise IndexError(number)
        if number not in self._kept:
            self._kept[number] = track(self._elements[number], self._span)
            while len(self._kept) > 1 and sum(t.state.nbytes for t in self._kept.values()) > (
                _TRACK_BYTES
            ):
                self._kept.popitem(last=False)
        return self._kept[number]


class Study:
    """A resolved scenario with what all its stages share, each made when first asked for.

    `phase_deg` moves all satellites along their orbits, for draws of the phase nobody knows.
    `workers` search regions.
    """

    def __init__(
        self,
        scenario: Scenario,
        store: Store | None = None,
        *,
        phase_deg: float = 0.0,
        workers: Workers | None = None,
    ) -> None:
        self.scenario = scenario
        self.store = store
        self.workers = workers or Threads()
        self.span = span_of(scenario)
        self._phase_deg = phase_deg
        self._whole = self
        self._parts: dict[keys.Stage, Study] = {}
        self.flights = tuple(
            Flight(orbits.advanced(e, phase_deg) if phase_deg else e, table)
            for e, table in orbits.from_scenario(scenario)
        )
        self._refuse_the_absurd()

    def _refuse_the_absurd(self) -> None:
        """Raise InputError for a study whose events could not be kept, before any work."""
        places = {_place(m) for network in self.scenario.networks for m in members(network)}
        pairs = len(self.flights) * (len(self.scenario.targets) + len(places))
        events = pairs * self.span.days * _EVENTS_A_DAY
        if events > MOST_EVENTS:
            raise InputError(
                f"about {events:,.0f} accesses and contacts ({len(self.flights)} satellites, "
                f"{len(self.scenario.targets)} targets, {len(places)} stations and relays, "
                f"{self.span.days:g} days); allowed {MOST_EVENTS:,}: study many places as a "
                "region, or a shorter span"
            )
        budget.refuse_beyond_memory(self.scenario)

    def part(self, stage: keys.Stage) -> Study:
        """Return the study as a stage is given it: without the keys its result does not depend on.

        Orbits, the sun and the light are those of the whole, found once.
        """
        whole = self._whole
        if stage not in whole._parts:
            part = copy(whole)
            for own in ("requests", "_digest"):
                part.__dict__.pop(own, None)
            part.scenario = keys.given(stage, whole.scenario)
            tables = zip(whole.scenario.satellites, part.scenario.satellites, strict=True)
            narrow = {id(table): given for table, given in tables}
            part.flights = tuple(Flight(f.elements, narrow[id(f.table)]) for f in whole.flights)
            whole._parts[stage] = part
        return whole._parts[stage]

    def key(self, stage: keys.Stage, *tables: Table) -> str:
        """Return the key of a stage's result, from all that the stage is given of these tables.

        The scenario is among them already, and the phase.
        """
        part = self.part(stage)
        digests = [keys.digest(stage, table) for table in tables]
        return key_of(keys.kind_of(stage), [stage, part._digest, self._phase_deg, *digests])

    @cached_property
    def _digest(self) -> str:
        return keys.digest_of(self.scenario)

    @cached_property
    def tracks(self) -> Tracks:
        if self._whole is not self:
            return self._whole.tracks
        return Tracks([flight.elements for flight in self.flights], self.span)

    @cached_property
    def sun(self) -> Track:
        return sun.sun_track(self.span) if self._whole is self else self._whole.sun

    @cached_property
    def lit(self) -> tuple[FloatArray | None, ...]:
        """Times at which each satellite has the light its sensor needs; None: always."""
        if self._whole is not self:
            return self._whole.lit
        return tuple(
            _lit(flight.table.sensor, path, self.sun, self.span)
            for flight, path in zip(self.flights, self.tracks, strict=True)
        )

    @cached_property
    def requests(self) -> tuple[FloatArray | None, ...]:
        """Instants at which each target is asked for; None: at every instant."""
        return tuple(
            request_instants(
                target.requests or self.scenario.requests,
                self.span.duration_s,
                seed=self.scenario.seed,
                target=target.name,
            )
            for target in self.scenario.targets
        )


def hours(value_s: float | None) -> float:
    """Return seconds as hours, None as NaN."""
    return np.nan if value_s is None else value_s / HOUR_S


def span_of(scenario: Scenario) -> Span:
    """Return the span of a scenario."""
    table = scenario.span
    if table.end is not None:
        return Span(table.start, elapsed_s(table.start, table.end), table.ut1_minus_utc_s)
    return Span(table.start, (table.days or 0.0) * DAY_S, table.ut1_minus_utc_s)


def view_of(sensor: Sensor) -> View:
    """Return the conditions a sensor puts on a look."""
    sample = tilted = None
    if sensor.max_gsd_m is not None:
        sample = sensor.gsd_m / (sensor.reference_altitude_km * 1e3 * sensor.max_gsd_m)
    if sensor.min_niirs is not None:
        tilted = merit.tilted_sample_per_m(
            sensor.min_niirs,
            gsd_nadir_m=sensor.gsd_m,
            reference_altitude_km=sensor.reference_altitude_km,
        )
    return View(
        min_elevation_deg=sensor.min_elevation_deg,
        max_off_nadir_deg=sensor.max_off_nadir_deg,
        min_off_nadir_deg=sensor.min_off_nadir_deg,
        min_sun_elevation_deg=sensor.min_sun_elevation_deg,
        max_sun_elevation_deg=sensor.max_sun_elevation_deg,
        ground_sample_per_m=sample,
        tilted_sample_per_m=tilted,
        side=sensor.side,
        min_duration_s=sensor.min_access_s,
    )


def _lit(sensor: Sensor, path: Track, sun_path: Track, span: Span) -> FloatArray | None:
    if sensor.satellite_lighting == "any" or len(path.time_s) < 2:
        return None
    umbra = sensor.satellite_lighting == "not-umbra"
    dark = sun.shadow_windows(path, sun_path, span.duration_s, umbra=umbra)
    return intervals.complement(dark, 0.0, span.duration_s)


def request_instants(
    requests: Requests, span_s: float, *, seed: int, target: str
) -> FloatArray | None:
    """Return the instants (R,) at which a target is asked for; None: at every instant.

    Poisson requests depend on the seed and the target's name alone.
    """
    if isinstance(requests, EveryRequests):
        return np.arange(requests.first_h * HOUR_S, span_s, requests.every_h * HOUR_S)
    if isinstance(requests, PoissonRequests):
        digest = hashlib.sha256(json.dumps(["requests", seed, target]).encode()).digest()
        draw = np.random.default_rng(int.from_bytes(digest[:16], "big"))
        count = draw.poisson(requests.per_day * span_s / DAY_S)
        return np.sort(draw.uniform(0.0, span_s, count))
    return None


@dataclass(frozen=True, eq=False)
class Accesses:
    """Accesses of all satellites to all targets, in order of start; columns (A,) by name.

    Columns: satellite and target (numbers in the scenario's order), start_s, end_s, cut_start,
    cut_end, best_s, and the look at best_s. `outages` holds one entry a satellite.
    """

    columns: Value
    outages: tuple[Outage | None, ...]

    def __len__(self) -> int:
        return len(self.columns["start_s"])


LOOK_COLUMNS = (
    "off_nadir_deg",
    "incidence_deg",
    "elevation_deg",
    "slant_range_km",
    "gsd_m",
    "niirs",
    "sun_elevation_deg",
)


def accesses(study: Study) -> Accesses:
    """Return every access of every satellite to every target, with its look."""
    key = study.key("accesses")
    value = kept(study.store, key)
    if value is None:
        value = _find_accesses(study.part("accesses"))
        if study.store is not None:
            study.store.put(key, value)
    outages = tuple(
        None if np.isnan(t) else Outage(float(t), int(code), str(meaning))
        for t, code, meaning in zip(
            value["outage_s"], value["outage_code"], value["outage_meaning"], strict=True
        )
    )
    return Accesses(value, outages)


def _coordinates(targets: Sequence[Target]) -> FloatArray:
    """Return latitude, longitude and height of targets (T, 3)."""
    places = [(t.latitude_deg, t.longitude_deg, t.height_m) for t in targets]
    return np.array(places, dtype=np.float64).reshape(-1, 3)


def _find_accesses(study: Study) -> Value:
    coordinates = _coordinates(study.scenario.targets)
    parts = [_accesses_of(study, number, coordinates) for number in range(len(study.flights))]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((columns["target"], columns["satellite"], columns["start_s"]))
    columns = {name: column[order] for name, column in columns.items()}
    # Tracks run on to the end of a revolution: what happens there is beyond the study.
    outages = [
        path.outage if path.outage and path.outage.time_s < study.span.duration_s else None
        for path in study.tracks
    ]
    columns["outage_s"] = np.array([np.nan if o is None else o.time_s for o in outages])
    columns["outage_code"] = np.array([0 if o is None else o.code for o in outages])
    columns["outage_meaning"] = np.array(["" if o is None else o.meaning for o in outages])
    return columns


def _accesses_of(study: Study, number: int, coordinates: FloatArray) -> dict[str, Any]:
    flight, path = study.flights[number], study.tracks[number]
    places = access.sites(*coordinates.T)
    found = access.find_accesses(
        path,
        places,
        view_of(flight.table.sensor),
        start_s=0.0,
        end_s=study.span.duration_s,
        sun=study.sun,
        allowed=study.lit[number],
    )
    at_s = access.closest_looks(path, places, found, by_elevation=False)
    place_m = access.satellite_positions(path, at_s)
    latitude, longitude, height = coordinates[found.site].T
    angles = look_angles(place_m, latitude_deg=latitude, longitude_deg=longitude, height_m=height)
    sensor = flight.table.sensor
    incidence = 90.0 - angles.elevation_deg
    scale: dict[str, Any] = {
        "gsd_nadir_m": sensor.gsd_m,
        "reference_altitude_km": sensor.reference_altitude_km,
        "slant_range_km": angles.slant_range_km,
    }
    return {
        "satellite": np.full(len(found), number),
        "target": found.site.astype(np.int64),
        "start_s": found.start_s,
        "end_s": found.end_s,
        "cut_start": found.cut[:, 0],
        "cut_end": found.cut[:, 1],
        "best_s": at_s,
        "off_nadir_deg": off_nadir_deg(place_m, places.position_m[found.site]),
        "incidence_deg": incidence,
        "elevation_deg": angles.elevation_deg,
        "slant_range_km": angles.slant_range_km,
        "gsd_m": sensors.gsd_m(**scale, incidence_deg=incidence),
        "niirs": _niirs(sensor, sensors.gsd_along_m(**scale), angles.elevation_deg),
        "sun_elevation_deg": sun.sun_elevation_deg(
            study.sun, places.position_m[found.site], places.normal[found.site], at_s
        ),
    }


def _niirs(sensor: Sensor, image_gsd_m: FloatArray, elevation_deg: FloatArray) -> FloatArray:
    """Return the NIIRS (N,) of looks; NaN for a radar's, of which GIQE-5 says nothing."""
    if sensor.kind != "optical":
        return np.full(image_gsd_m.shape, np.nan)
    return sensors.niirs_giqe5(image_gsd_m, elevation_deg=elevation_deg)


@dataclass(frozen=True, eq=False)
class PictureList:
    """The pictures taken, in order of time; all (P,).

    `access` is the row of the access, collection lasts from `begin_s` to `taken_s`.
    """

    access: NDArray[np.int64]
    satellite: NDArray[np.int64]
    target: NDArray[np.int64]
    begin_s: FloatArray
    taken_s: FloatArray
    size_bits: FloatArray

    def __len__(self) -> int:
        return len(self.taken_s)


def pictures(study: Study, found: Accesses) -> PictureList:
    """Return the pictures taken of all accesses, the same for every network."""
    key = study.key("pictures")
    value = kept(study.store, key)
    if value is None:
        value = _take_pictures(study.part("pictures"), found)
        if study.store is not None:
            study.store.put(key, value)
    tables = [flight.table for flight in study.flights]
    row, at_s = value["access"], value["at_s"]
    satellite = found.columns["satellite"][row]
    half_s = np.array([0.5 * table.sensor.collection_s for table in tables])[satellite]
    size_bits = np.array([table.sensor.picture_bits for table in tables])[satellite]
    target = found.columns["target"][row]
    return PictureList(row, satellite, target, at_s - half_s, at_s + half_s, size_bits)


def _take_pictures(study: Study, found: Accesses) -> Value:
    columns, targets = found.columns, study.scenario.targets
    names = ("satellite", "target", "start_s", "end_s", "best_s")
    tasks = task(
        Opportunities(**{name: columns[name] for name in names}),
        [_limits(flight.table) for flight in study.flights],
        np.array([target.priority for target in targets], dtype=np.int64),
        study.tracks,
        access.sites(*_coordinates(targets).T),
    )
    return {"access": tasks.opportunity, "at_s": tasks.at_s}


def _limits(table: Satellite) -> Limits:
    minutes = table.max_imaging_min_per_orbit
    return Limits(
        slew_rate_deg_s=table.slew_rate_deg_s,
        settling_s=table.settling_s,
        collection_s=table.sensor.collection_s,
        pictures_per_orbit=table.max_pictures_per_orbit,
        imaging_s_per_orbit=None if minutes is None else 60.0 * minutes,
    )


@dataclass(frozen=True, eq=False)
class AllContacts:
    """Contacts with every station and relay of every network, each place searched once.

    `of_link` gives the contacts of a link, wherever it belongs.
    """

    by_place: dict[str, Contacts]

    def of_link(self, link: Link) -> Contacts:
        return self.by_place[_place(link)]


def _place(link: Link) -> str:
    """Return what stands for all that contacts with a link depend on besides the orbits."""
    return keys.digest("contacts", link)


def contacts(study: Study) -> AllContacts:
    """Return the contacts with all stations and relays; a place is searched once, however named."""
    links = {
        _place(m): keys.given("contacts", m)
        for network in study.scenario.networks
        for m in members(network)
    }
    stored = {place: study.key("contacts", link) for place, link in links.items()}
    found = {place: kept(study.store, key) for place, key in stored.items()}
    missing = [place for place, value in found.items() if value is None]
    if missing:
        fresh = find_contacts(
            study.tracks, [links[place] for place in missing], end_s=study.span.duration_s
        )
        for number, place in enumerate(missing):
            mine = fresh.chosen(fresh.link == number)
            found[place] = {name: getattr(mine, name) for name in Contacts.__dataclass_fields__}
            if study.store is not None:
                study.store.put(stored[place], found[place] or {})
    return AllContacts({place: Contacts(**(value or {})) for place, value in found.items()})


def members(network: Network) -> tuple[Link, ...]:
    """Return the stations and relays of a network."""
    return (*network.stations, *network.relays)


def crosslinks(study: Study, table: Crosslinks) -> CrosslinkWindows:
    """Return when the satellites can talk to each other."""
    key = study.key("crosslinks", table)
    value = kept(study.store, key)
    if value is None:
        given = keys.given("crosslinks", table)
        limits = LinkLimits(given.max_range_km, given.grazing_height_km, given.max_pointing_deg)
        found = find_crosslinks(study.tracks, limits, end_s=study.span.duration_s)
        value = {name: getattr(found, name) for name in CrosslinkWindows.__dataclass_fields__}
        if study.store is not None:
            study.store.put(key, value)
    return CrosslinkWindows(**value)
