"""The stages of a study on arrays: flights, accesses, contacts, networks, regions.

Each stage depends on a part of the scenario alone, and says so by its key: with a store, a stage
whose part has not changed is not run again. Seconds since the span's start throughout.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from simulator import access, coverage, intervals, orbits, sensors, sun, timeliness
from simulator.access import View
from simulator.contacts import Contacts, Link, find_contacts
from simulator.delivery import DELIVERED, LOST, Deliveries, Pictures, Plan, deliver
from simulator.ephemeris import Outage, Track, track
from simulator.errors import InputError
from simulator.geometry import look_angles, off_nadir_deg
from simulator.orbits import Elements
from simulator.scenario import Network, Region, Satellite, Scenario, Sensor, Station
from simulator.store import Store, Value, kept, key_of
from simulator.timescale import DAY_S, FloatArray, Span, elapsed_s

HOUR_S = 3_600.0
_TRACK_BYTES = 1_000_000_000
# Beyond this a table of events is no table a reader can use, and hours of work.
MOST_EVENTS = 30_000_000
_EVENTS_A_DAY = 8.0
_SENSOR_VIEW = (
    "min_off_nadir_deg",
    "max_off_nadir_deg",
    "min_elevation_deg",
    "min_sun_elevation_deg",
    "satellite_lighting",
    "max_gsd_m",
    "gsd_m",
    "reference_altitude_km",
)
_STATION_GEOMETRY = (
    "latitude_deg",
    "longitude_deg",
    "height_m",
    "min_elevation_deg",
    "horizon_mask_deg",
)
_RELAY_GEOMETRY = ("longitude_deg", "grazing_height_km", "max_gimbal_deg")


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
    """A resolved scenario with what all its stages share, each made when first asked for."""

    def __init__(self, scenario: Scenario, store: Store | None = None) -> None:
        self.scenario = scenario
        self.store = store
        self.span = span_of(scenario)
        self.flights = tuple(Flight(e, table) for e, table in orbits.from_scenario(scenario))
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

    @cached_property
    def tracks(self) -> Tracks:
        return Tracks([flight.elements for flight in self.flights], self.span)

    @cached_property
    def sun(self) -> Track:
        return sun.sun_track(self.span)

    @cached_property
    def lit(self) -> tuple[FloatArray | None, ...]:
        """Times at which each satellite has the light its sensor needs; None: always."""
        return tuple(
            _lit(flight.table.sensor, path, self.sun, self.span)
            for flight, path in zip(self.flights, self.tracks, strict=True)
        )

    @cached_property
    def orbit_key(self) -> list[Any]:
        """What tracks depend on: the span and every orbit."""
        span = self.scenario.span
        return [
            [span.start, self.span.duration_s, span.ut1_minus_utc_s],
            [
                table.orbit.model_dump(mode="json", exclude={"note"})
                for table in self.scenario.satellites
            ],
        ]

    @cached_property
    def view_key(self) -> list[Any]:
        """What looks depend on besides orbits and places."""
        return [
            [getattr(table.sensor, name) for name in _SENSOR_VIEW]
            for table in self.scenario.satellites
        ]


def span_of(scenario: Scenario) -> Span:
    """Return the span of a scenario."""
    table = scenario.span
    if table.end is not None:
        return Span(table.start, elapsed_s(table.start, table.end), table.ut1_minus_utc_s)
    return Span(table.start, (table.days or 0.0) * DAY_S, table.ut1_minus_utc_s)


def view_of(sensor: Sensor) -> View:
    """Return the conditions a sensor puts on a look."""
    sample = None
    if sensor.max_gsd_m is not None:
        sample = sensor.gsd_m / (sensor.reference_altitude_km * 1e3 * sensor.max_gsd_m)
    return View(
        min_elevation_deg=sensor.min_elevation_deg,
        max_off_nadir_deg=sensor.max_off_nadir_deg,
        min_off_nadir_deg=sensor.min_off_nadir_deg,
        min_sun_elevation_deg=sensor.min_sun_elevation_deg,
        ground_sample_per_m=sample,
    )


def _lit(sensor: Sensor, path: Track, sun_path: Track, span: Span) -> FloatArray | None:
    if sensor.satellite_lighting == "any" or len(path.time_s) < 2:
        return None
    umbra = sensor.satellite_lighting == "not-umbra"
    dark = sun.shadow_windows(path, sun_path, span.duration_s, umbra=umbra)
    return intervals.complement(dark, 0.0, span.duration_s)


@dataclass(frozen=True, eq=False)
class Accesses:
    """Accesses of all satellites to all targets, in order of start; columns (A,) by name.

    Columns: satellite and target (numbers in the scenario's order), start_s, end_s, cut_start,
    cut_end, best_s, and the look at best_s. `outages` holds one entry a satellite.
    """

    key: str
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
    targets = study.scenario.targets
    places = [(t.latitude_deg, t.longitude_deg, t.height_m) for t in targets]
    key = key_of("accesses", [study.orbit_key, study.view_key, places])
    value = kept(study.store, key)
    if value is None:
        value = _find_accesses(study, np.array(places, dtype=np.float64).reshape(-1, 3))
        if study.store is not None:
            study.store.put(key, value)
    outages = tuple(
        None if np.isnan(t) else Outage(float(t), int(code), str(meaning))
        for t, code, meaning in zip(
            value["outage_s"], value["outage_code"], value["outage_meaning"], strict=True
        )
    )
    return Accesses(key, value, outages)


def _find_accesses(study: Study, coordinates: FloatArray) -> Value:
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
        "niirs": sensors.niirs_giqe5(
            sensors.gsd_along_m(**scale), elevation_deg=angles.elevation_deg
        ),
        "sun_elevation_deg": sun.sun_elevation_deg(study.sun, places.normal[found.site], at_s),
    }


@dataclass(frozen=True, eq=False)
class PictureList:
    """One picture an access, taken at its best look, in order of time; all (P,)."""

    satellite: NDArray[np.int64]
    target: NDArray[np.int64]
    taken_s: FloatArray
    size_bits: FloatArray

    def __len__(self) -> int:
        return len(self.taken_s)


def pictures(study: Study, found: Accesses) -> PictureList:
    """Return the pictures of all accesses, the same for every network."""
    columns = found.columns
    order = np.lexsort((columns["target"], columns["satellite"], columns["best_s"]))
    satellite = columns["satellite"][order]
    size = np.array([flight.table.sensor.picture_bits for flight in study.flights])
    return PictureList(
        satellite, columns["target"][order], columns["best_s"][order], size[satellite]
    )


@dataclass(frozen=True, eq=False)
class AllContacts:
    """Contacts with every station and relay of every network, each place searched once.

    `of_link` gives the contacts of a link, wherever it belongs.
    """

    by_place: dict[tuple[Any, ...], Contacts]

    def of_link(self, link: Link) -> Contacts:
        return self.by_place[_place(link)]


def _place(link: Link) -> tuple[Any, ...]:
    """Return what the contacts with a link depend on besides the orbits."""
    names = _STATION_GEOMETRY if isinstance(link, Station) else _RELAY_GEOMETRY
    return (type(link).__name__, *(getattr(link, name) for name in names))


def contacts(study: Study) -> AllContacts:
    """Return the contacts with all stations and relays; a place is searched once, however named."""
    links = {_place(m): m for network in study.scenario.networks for m in members(network)}
    keys = {
        place: key_of("contacts", [study.orbit_key, _place(link)]) for place, link in links.items()
    }
    found = {place: kept(study.store, key) for place, key in keys.items()}
    missing = [place for place, value in found.items() if value is None]
    if missing:
        fresh = find_contacts(
            study.tracks, [links[place] for place in missing], end_s=study.span.duration_s
        )
        for number, place in enumerate(missing):
            mine = fresh.chosen(fresh.link == number)
            found[place] = {name: getattr(mine, name) for name in Contacts.__dataclass_fields__}
            if study.store is not None:
                study.store.put(keys[place], found[place] or {})
    return AllContacts({place: Contacts(**(value or {})) for place, value in found.items()})


def members(network: Network) -> tuple[Link, ...]:
    """Return the stations and relays of a network."""
    return (*network.stations, *network.relays)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one network makes of the pictures.

    `rows` holds its contacts with `link` counting in `links`; rate_bps, delay_s, acquisition_s
    and the roles are of each contact (C,).
    """

    network: Network
    links: tuple[Link, ...]
    rows: Contacts
    rate_bps: FloatArray
    delivered: Deliveries
    figures: dict[str, float]


def outcome(study: Study, network: Network, everything: AllContacts, taken: PictureList) -> Outcome:
    """Return the deliveries and figures of one network."""
    links = members(network)
    rows, rate_bps = _rows(study, links, everything)
    delivered = _deliver(study, links, rows, rate_bps, taken)
    numbers = {
        **_contact_figures(study, rows),
        **_capacity_figures(study, links, rows, rate_bps, delivered),
        **_delivery_figures(delivered, taken),
        **_timeliness_figures(study, links, rows, delivered, taken),
    }
    return Outcome(network, links, rows, rate_bps, delivered, numbers)


def network_figures(
    study: Study, network: Network, everything: AllContacts, found: Accesses, taken: PictureList
) -> dict[str, float]:
    """Return the figures of one network, from the store where nothing they depend on changed."""
    key = key_of(
        "delivery",
        [
            found.key,
            study.orbit_key,
            [m.model_dump(mode="json", exclude={"note", "name"}) for m in members(network)],
            [
                [s.downlink_rate_mbps, s.recorder_gbit, s.sensor.picture_bits]
                for s in study.scenario.satellites
            ],
        ],
    )
    value = kept(study.store, key)
    if value is None:
        numbers = outcome(study, network, everything, taken).figures
        value = {name: np.array(number) for name, number in numbers.items()}
        if study.store is not None:
            study.store.put(key, value)
    return {name: number.item() for name, number in value.items()}


def _rows(
    study: Study, links: Sequence[Link], everything: AllContacts
) -> tuple[Contacts, FloatArray]:
    """Return the contacts of a network in order of start, and the rate of each."""
    parts = []
    for number, link in enumerate(links):
        mine = everything.of_link(link)
        parts.append(Contacts(**{**vars(mine), "link": np.full(len(mine), number, np.int32)}))
    names = Contacts.__dataclass_fields__
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    order = np.lexsort((joined["link"], joined["satellite"], joined["start_s"]))
    rows = Contacts(**{name: column[order] for name, column in joined.items()})
    own = np.array([f.table.downlink_rate_mbps for f in study.flights])[rows.satellite]
    ceiling = np.array([link.max_rate_mbps or np.inf for link in links], dtype=float)[rows.link]
    return rows, np.minimum(own, ceiling) * 1e6


def of_links(links: Sequence[Link], rows: Contacts, values: Sequence[Any]) -> NDArray[Any]:
    """Return for each contact the value of its link."""
    return np.array(values)[rows.link] if len(links) else np.empty(0)


def has_role(links: Sequence[Link], rows: Contacts, role: str) -> NDArray[np.bool_]:
    """Return for each contact whether its link has a role."""
    return np.asarray(of_links(links, rows, [role in link.roles for link in links]), dtype=bool)


def _acquired(links: Sequence[Link], rows: Contacts) -> FloatArray:
    """Return for each contact the instant from which it carries anything."""
    wait = of_links(links, rows, [float(link.acquisition_s) for link in links])
    # A contact under way when the span begins has been acquired already.
    return np.asarray(np.minimum(rows.start_s + np.where(rows.cut[:, 0], 0.0, wait), rows.end_s))


def _deliver(
    study: Study,
    links: Sequence[Link],
    rows: Contacts,
    rate_bps: FloatArray,
    taken: PictureList,
) -> Deliveries:
    down = has_role(links, rows, "downlink")
    plan = Plan(
        satellite=rows.satellite[down].astype(np.int64),
        link=rows.link[down].astype(np.int64),
        start_s=_acquired(links, rows)[down],
        end_s=rows.end_s[down],
        rate_bps=rate_bps[down],
        delay_s=np.asarray(
            of_links(links, rows, [float(link.forwarding_delay_s) for link in links]), dtype=float
        )[down],
    )
    recorder = [
        np.inf if f.table.recorder_gbit is None else f.table.recorder_gbit * 1e9
        for f in study.flights
    ]
    return deliver(
        plan,
        Pictures(taken.satellite, taken.taken_s, taken.size_bits),
        recorder_bits=np.array(recorder),
        span_s=study.span.duration_s,
    )


def _contact_figures(study: Study, rows: Contacts) -> dict[str, float]:
    span = study.span
    by_satellite = [
        intervals.union(np.stack([rows.start_s[mine], rows.end_s[mine]], axis=1))
        for mine in (rows.satellite == number for number in range(len(study.flights)))
    ]
    any_contact = intervals.union(*by_satellite)
    silence = intervals.complement(any_contact, 0.0, span.duration_s)
    longest = float((silence[:, 1] - silence[:, 0]).max()) if len(silence) else 0.0
    minutes = sum(intervals.total_s(w) for w in by_satellite) / 60.0
    return {
        "contacts_per_day": sum(len(w) for w in by_satellite) / span.days,
        "station_contacts_per_day": len(rows) / span.days,
        "contact_minutes_per_day": minutes / span.days,
        "longest_silence_h": longest / HOUR_S,
        "next_contact_mean_h": hours(
            timeliness.wait_for_window(any_contact, span.duration_s).mean_s
        ),
    }


def _capacity_figures(
    study: Study,
    links: Sequence[Link],
    rows: Contacts,
    rate_bps: FloatArray,
    delivered: Deliveries,
) -> dict[str, float]:
    """Return what the downlinks could carry, one beam a satellite at its best rate, and did."""
    down, begin_s = has_role(links, rows, "downlink"), _acquired(links, rows)
    offered_bits = 0.0
    for number in range(len(study.flights)):
        mine = down & (rows.satellite == number)
        rates = np.unique(rate_bps[mine])
        for rate, gain in zip(rates, np.diff(rates, prepend=0.0), strict=True):
            fast = mine & (rate_bps >= rate)
            windows = np.stack([begin_s[fast], rows.end_s[fast]], axis=1)
            offered_bits += float(gain) * intervals.total_s(intervals.union(windows))
    return {
        "offered_gbit_per_day": offered_bits / 1e9 / study.span.days,
        "used_gbit_per_day": float(delivered.used_bits.sum()) / 1e9 / study.span.days,
    }


def hours(value_s: float | None) -> float:
    """Return seconds as hours, None as NaN."""
    return np.nan if value_s is None else value_s / HOUR_S


def _delivery_figures(delivered: Deliveries, taken: PictureList) -> dict[str, float]:
    home = delivered.status == DELIVERED
    lost = int((delivered.status == LOST).sum())
    latency = timeliness.latency_statistics(taken.taken_s, delivered.delivered_s)
    return {
        "pictures_taken": len(taken),
        "pictures_delivered": int(home.sum()),
        "pictures_lost": lost,
        "pictures_waiting": len(taken) - int(home.sum()) - lost,
        "latency_median_h": hours(latency.median_s),
        "latency_mean_h": hours(latency.mean_s),
        "latency_p90_h": hours(latency.p90_s),
        "latency_p99_h": hours(latency.p99_s),
        "latency_max_h": hours(latency.max_s),
        **{
            f"home_within_{limit_h:g}h_share": np.nan if share is None else share
            for limit_h, share in latency.share_within
        },
    }


def _timeliness_figures(
    study: Study,
    links: Sequence[Link],
    rows: Contacts,
    delivered: Deliveries,
    taken: PictureList,
) -> dict[str, float]:
    """Return response time and age of information, all targets pooled with equal weight."""
    span_s = study.span.duration_s
    up = has_role(links, rows, "command")
    begin = _acquired(links, rows)
    latest_s = np.full(len(taken), -np.inf)
    for number in range(len(study.flights)):
        mine = up & (rows.satellite == number)
        commands = intervals.union(np.stack([begin[mine], rows.end_s[mine]], axis=1))
        own = taken.satellite == number
        if own.any():
            latest_s[own] = timeliness.latest_command_s(taken.taken_s[own], commands, 0.0)
    ages, responses = [], []
    for number in range(len(study.scenario.targets)):
        mine = taken.target == number
        home_s = delivered.delivered_s[mine]
        ages.append(timeliness.age_of_information(taken.taken_s[mine], home_s, span_s))
        responses.append(timeliness.system_response(latest_s[mine], home_s, span_s))
    age, response = timeliness.pooled(ages), timeliness.pooled(responses)

    def share(value: float | None) -> float:
        return np.nan if value is None else value

    return {
        "response_mean_h": hours(response.mean_s),
        "response_median_h": hours(response.percentile_s(50)),
        "response_p90_h": hours(response.percentile_s(90)),
        "response_max_h": hours(response.max_s),
        "response_unknown_share": share(response.undefined_share),
        "age_mean_h": hours(age.mean_s),
        "age_p90_h": hours(age.percentile_s(90)),
        "age_max_h": hours(age.max_s),
        "age_unknown_share": share(age.undefined_share),
    }


@dataclass(frozen=True, eq=False)
class RegionFigures:
    """The cells of a region and their figures, in the order of `cells.sites()`."""

    cells: coverage.Grid
    figures: coverage.CellFigures


def region(study: Study, table: Region) -> RegionFigures:
    """Return the figures of a region's cells."""
    cells = coverage.grid(table.outlines_deg, resolution_km=table.resolution_km)
    rule = study.scenario.figures.revisit_rule
    key = key_of(
        "regions",
        [study.orbit_key, study.view_key, table.outlines_deg, table.resolution_km, rule],
    )
    value = kept(study.store, key)
    if value is None:
        watches = [
            coverage.Watch(flight.elements, view_of(flight.table.sensor), light)
            for flight, light in zip(study.flights, study.lit, strict=True)
        ]
        found = coverage.survey(watches, cells.sites(), study.span, sun=study.sun, rule=rule)
        value = {name: getattr(found, name) for name in coverage.CellFigures.__dataclass_fields__}
        if study.store is not None:
            study.store.put(key, value)
    return RegionFigures(cells, coverage.CellFigures(**value))
