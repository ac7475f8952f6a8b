"""One study from scenario to results: `run` reads as the table of contents.

Every network sees the same orbits, accesses and pictures, so a difference between two networks is
the network alone. Seconds since the span's start throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from simulator import access, coverage, intervals, orbits, sensors, sun, timeliness
from simulator.access import Sites, View, Windows
from simulator.contacts import Contacts, Link, find_contacts
from simulator.delivery import DELIVERED, LOST, Deliveries, Pictures, Plan, deliver
from simulator.ephemeris import Track, track
from simulator.geometry import (
    central_angle_at_elevation_deg,
    central_angle_at_off_nadir_deg,
    contact_radius_km,
    ecef_to_geodetic,
    look_angles,
    off_nadir_deg,
)
from simulator.orbits import Elements
from simulator.provenance import provenance
from simulator.results import Results
from simulator.revisit import gap_statistics
from simulator.scenario import (
    Network,
    OmmOrbit,
    Satellite,
    Scenario,
    Sensor,
    Station,
    TleOrbit,
    to_toml,
)
from simulator.timescale import DAY_S, FloatArray, Span, elapsed_s

HOUR_S = 3_600.0
STALE_ELEMENTS_DAYS = 30.0
_TRACK_STEP_S = 60.0
_SPHERE_KM_PER_DEG = 111.195

Progress = Callable[[str], None]


def _quiet(_: str) -> None:
    return None


@dataclass(frozen=True, eq=False)
class Flight:
    """One satellite on its way: elements, the table that describes it, its track."""

    elements: Elements
    table: Satellite
    track: Track

    @property
    def name(self) -> str:
        return self.elements.name


def run(scenario: Scenario, *, progress: Progress = _quiet) -> Results:
    """Return the results of a scenario. `progress` is told the name of each stage as it begins.

    Raises InputError for an orbit that can't be flown.
    """
    resolved = scenario.resolve()
    span = span_of(resolved)
    progress("orbits")
    flights = fly(resolved, span)
    sun_path = sun.sun_track(span)
    lit = [_lit_windows(flight, sun_path, span) for flight in flights]
    progress("accesses")
    accesses = _accesses(resolved, flights, sun_path, lit, span)
    pictures = _pictures(accesses, flights)
    progress("contacts")
    contacts = _contacts(resolved, flights, span)
    progress("delivery")
    outcomes = [
        _outcome(network, flights, contacts, pictures, resolved, span)
        for network in resolved.networks
    ]
    progress("regions")
    grids = {
        region.name: _grid(
            region.outlines_deg, region.resolution_km, flights, sun_path, lit, span, resolved
        )
        for region in resolved.regions
    }
    days = span.days
    return Results(
        scenario_toml=to_toml(resolved),
        title=resolved.title,
        question=resolved.question,
        start=span.start,
        days=days,
        baseline=resolved.baseline or "",
        source_line=_source_line(flights),
        satellites=pd.DataFrame([_satellite_row(f, span) for f in flights]),
        stations=_stations(resolved, flights),
        tracks=_tracks(flights, span),
        accesses=accesses,
        contacts=pd.concat([o.contacts for o in outcomes]) if outcomes else pd.DataFrame(),
        pictures=pictures,
        deliveries=pd.concat([o.deliveries for o in outcomes]) if outcomes else pd.DataFrame(),
        networks=pd.DataFrame([o.figures for o in outcomes]),
        targets=_targets(resolved, accesses, span),
        grids=grids,
        provenance=provenance(scenario, resolved, span),
        warnings=_warnings(flights, resolved, accesses, grids, span),
    )


def span_of(scenario: Scenario) -> Span:
    """Return the span of a scenario."""
    table = scenario.span
    if table.end is not None:
        return Span(table.start, elapsed_s(table.start, table.end), table.ut1_minus_utc_s)
    return Span(table.start, (table.days or 0.0) * DAY_S, table.ut1_minus_utc_s)


def fly(scenario: Scenario, span: Span) -> tuple[Flight, ...]:
    """Return every satellite of a resolved scenario with its track over the span."""
    return tuple(
        Flight(elements, table, track(elements, span))
        for elements, table in orbits.from_scenario(scenario)
    )


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


def _lit_windows(flight: Flight, sun_path: Track, span: Span) -> FloatArray | None:
    lighting = flight.table.sensor.satellite_lighting
    if lighting == "any" or len(flight.track.time_s) < 2:
        return None
    dark = sun.shadow_windows(
        flight.track, sun_path, span.duration_s, umbra=lighting == "not-umbra"
    )
    return intervals.complement(dark, 0.0, span.duration_s)


def _seen(
    flight: Flight, places: Sites, sun_path: Track, lit: FloatArray | None, span: Span
) -> Windows:
    return access.find_accesses(
        flight.track,
        places,
        view_of(flight.table.sensor),
        start_s=0.0,
        end_s=span.duration_s,
        sun=sun_path,
        allowed=lit,
    )


def _accesses(
    scenario: Scenario,
    flights: Sequence[Flight],
    sun_path: Track,
    lit: Sequence[FloatArray | None],
    span: Span,
) -> pd.DataFrame:
    targets = scenario.targets
    if not targets:
        return pd.DataFrame()
    coordinates = np.array([(t.latitude_deg, t.longitude_deg, t.height_m) for t in targets])
    places = access.sites(*coordinates.T)
    names = np.array([t.name for t in targets], dtype=object)
    parts = []
    for flight, light in zip(flights, lit, strict=True):
        found = _seen(flight, places, sun_path, light, span)
        at_s = access.closest_looks(flight.track, places, found, by_elevation=False)
        look = _look(flight, places, coordinates, found, at_s, sun_path)
        parts.append(
            pd.DataFrame(
                {
                    "satellite": flight.name,
                    "target": names[found.site],
                    "start_s": found.start_s,
                    "end_s": found.end_s,
                    "duration_s": found.duration_s,
                    "cut_start": found.cut[:, 0],
                    "cut_end": found.cut[:, 1],
                    "best_s": at_s,
                    **look,
                }
            )
        )
    table = pd.concat(parts)
    return table.sort_values(["start_s", "satellite", "target"], kind="stable", ignore_index=True)


def _look(
    flight: Flight,
    places: Sites,
    coordinates: FloatArray,
    found: Windows,
    at_s: FloatArray,
    sun_path: Track,
) -> dict[str, FloatArray]:
    """Return the look at each window's best instant: angles, range, sample, interpretability."""
    sensor = flight.table.sensor
    place_m = access.satellite_positions(flight.track, at_s)
    latitude, longitude, height = coordinates[found.site].T
    angles = look_angles(place_m, latitude_deg=latitude, longitude_deg=longitude, height_m=height)
    incidence = 90.0 - angles.elevation_deg
    scale: dict[str, Any] = {
        "gsd_nadir_m": sensor.gsd_m,
        "reference_altitude_km": sensor.reference_altitude_km,
        "slant_range_km": angles.slant_range_km,
    }
    return {
        "off_nadir_deg": off_nadir_deg(place_m, places.position_m[found.site]),
        "incidence_deg": incidence,
        "elevation_deg": angles.elevation_deg,
        "slant_range_km": angles.slant_range_km,
        "gsd_m": sensors.gsd_m(**scale, incidence_deg=incidence),
        "niirs": sensors.niirs_giqe5(
            sensors.gsd_along_m(**scale), elevation_deg=angles.elevation_deg
        ),
        "sun_elevation_deg": sun.sun_elevation_deg(sun_path, places.normal[found.site], at_s),
    }


def _pictures(accesses: pd.DataFrame, flights: Sequence[Flight]) -> pd.DataFrame:
    """Return one picture an access, taken at its best look."""
    if not len(accesses):
        return pd.DataFrame()
    size = {flight.name: flight.table.sensor.picture_bits for flight in flights}
    table = accesses[["satellite", "target", "best_s"]].rename(columns={"best_s": "taken_s"})
    table = table.sort_values(["taken_s", "satellite", "target"], kind="stable", ignore_index=True)
    table.insert(0, "picture", np.arange(len(table)))
    table["size_bits"] = table["satellite"].map(size).astype(float)
    return table


@dataclass(frozen=True, eq=False)
class _AllContacts:
    links: tuple[Link, ...]
    found: Contacts


def _contacts(scenario: Scenario, flights: Sequence[Flight], span: Span) -> _AllContacts:
    """Return the contacts with every station and relay of every network, each searched once."""
    links = tuple(dict.fromkeys(m for network in scenario.networks for m in _members(network)))
    found = find_contacts([f.track for f in flights], links, end_s=span.duration_s)
    return _AllContacts(links, found)


def _members(network: Network) -> tuple[Link, ...]:
    return (*network.stations, *network.relays)


@dataclass(frozen=True, eq=False)
class _Outcome:
    contacts: pd.DataFrame
    deliveries: pd.DataFrame
    figures: dict[str, Any]


def _outcome(
    network: Network,
    flights: Sequence[Flight],
    everything: _AllContacts,
    pictures: pd.DataFrame,
    scenario: Scenario,
    span: Span,
) -> _Outcome:
    members = set(_members(network))
    mine = np.array([link in members for link in everything.links], dtype=bool)
    found = everything.found.chosen(mine[everything.found.link])
    contacts = _contact_table(network, found, everything.links, flights)
    delivered = _deliver(found, everything.links, contacts, pictures, flights, span)
    table = _delivery_table(network, delivered, pictures, everything.links)
    figures = {
        "network": network.name,
        "stations": len(network.stations),
        "relays": len(network.relays),
        **_contact_figures(contacts, flights, span),
        **_delivery_figures(table),
        **_timeliness_figures(contacts, table, scenario, flights, span),
    }
    return _Outcome(contacts, table, figures)


def _contact_table(
    network: Network, found: Contacts, links: Sequence[Link], flights: Sequence[Flight]
) -> pd.DataFrame:
    of_link = [links[i] for i in found.link]
    own_rate = np.array([f.table.downlink_rate_mbps for f in flights])[found.satellite]
    ceiling = np.array([link.max_rate_mbps or np.inf for link in of_link], dtype=float)
    table = pd.DataFrame(
        {
            "network": network.name,
            "satellite": np.array([f.name for f in flights], dtype=object)[found.satellite],
            "station": np.array([link.name for link in of_link], dtype=object),
            "start_s": found.start_s,
            "end_s": found.end_s,
            "duration_s": found.end_s - found.start_s,
            "cut_start": found.cut[:, 0],
            "cut_end": found.cut[:, 1],
            "culmination_s": found.culmination_s,
            "max_elevation_deg": found.max_elevation_deg,
            "rate_bps": np.minimum(own_rate, ceiling) * 1e6,
            "delay_s": np.array([link.forwarding_delay_s for link in of_link], dtype=float),
            "acquisition_s": np.array([link.acquisition_s for link in of_link], dtype=float),
            "command": np.array(["command" in link.roles for link in of_link], dtype=bool),
            "downlink": np.array(["downlink" in link.roles for link in of_link], dtype=bool),
        }
    )
    return table.sort_values(["start_s", "satellite", "station"], kind="stable", ignore_index=True)


def _usable(contacts: pd.DataFrame, role: str) -> pd.DataFrame:
    """Return the contacts of a role from the end of acquisition on."""
    table = contacts[contacts[role]].copy()
    # A contact under way when the span begins has been acquired already.
    wait = np.where(table["cut_start"], 0.0, table["acquisition_s"])
    table["start_s"] = np.minimum(table["start_s"] + wait, table["end_s"])
    return table


def _deliver(
    found: Contacts,
    links: Sequence[Link],
    contacts: pd.DataFrame,
    pictures: pd.DataFrame,
    flights: Sequence[Flight],
    span: Span,
) -> Deliveries:
    number = {flight.name: i for i, flight in enumerate(flights)}
    link_number = {link.name: i for i, link in enumerate(links)}
    down = _usable(contacts, "downlink")
    plan = Plan(
        satellite=np.asarray(down["satellite"].map(number), dtype=np.int64),
        link=np.asarray(down["station"].map(link_number), dtype=np.int64),
        start_s=down["start_s"].to_numpy(),
        end_s=down["end_s"].to_numpy(),
        rate_bps=down["rate_bps"].to_numpy(),
        delay_s=down["delay_s"].to_numpy(),
    )
    taken = Pictures(
        satellite=np.array([number[s] for s in pictures.get("satellite", ())], dtype=np.int64),
        taken_s=np.asarray(pictures.get("taken_s", ()), dtype=float),
        size_bits=np.asarray(pictures.get("size_bits", ()), dtype=float),
    )
    recorder = [
        np.inf if f.table.recorder_gbit is None else f.table.recorder_gbit * 1e9 for f in flights
    ]
    return deliver(plan, taken, recorder_bits=np.array(recorder), span_s=span.duration_s)


def _delivery_table(
    network: Network, delivered: Deliveries, pictures: pd.DataFrame, links: Sequence[Link]
) -> pd.DataFrame:
    if not len(pictures):
        return pd.DataFrame()
    arrived = delivered.status == DELIVERED
    status = np.where(arrived, "delivered", np.where(delivered.status == LOST, "lost", "waiting"))
    via = [links[i].name if i >= 0 else "" for i in delivered.link]
    taken_s = pictures["taken_s"].to_numpy()
    table = pictures[["picture", "satellite", "target", "taken_s"]].copy()
    table.insert(0, "network", network.name)
    table["sent_s"] = np.where(np.isfinite(delivered.sent_s), delivered.sent_s, np.nan)
    table["delivered_s"] = np.where(arrived, delivered.delivered_s, np.nan)
    table["latency_s"] = np.where(arrived, delivered.delivered_s - taken_s, np.nan)
    table["via"] = np.where(arrived, np.array(via, dtype=object), "")
    table["status"] = status
    return table


def _contact_figures(
    contacts: pd.DataFrame, flights: Sequence[Flight], span: Span
) -> dict[str, Any]:
    by_satellite = [
        intervals.union(_rows(contacts[contacts["satellite"] == flight.name])) for flight in flights
    ]
    any_contact = intervals.union(*by_satellite) if by_satellite else np.empty((0, 2))
    silence = intervals.complement(any_contact, 0.0, span.duration_s)
    longest = float((silence[:, 1] - silence[:, 0]).max()) if len(silence) else 0.0
    return {
        "contacts_per_day": sum(len(w) for w in by_satellite) / span.days,
        "station_contacts_per_day": len(contacts) / span.days,
        "contact_minutes_per_day": sum(intervals.total_s(w) for w in by_satellite)
        / 60.0
        / span.days,
        "longest_silence_h": longest / HOUR_S,
    }


def _rows(table: pd.DataFrame) -> FloatArray:
    return table[["start_s", "end_s"]].to_numpy(dtype=np.float64)


def _hours(value_s: float | None) -> float:
    return np.nan if value_s is None else value_s / HOUR_S


def _delivery_figures(table: pd.DataFrame) -> dict[str, Any]:
    status = table.get("status", pd.Series(dtype=object))
    some = table[status == "delivered"] if len(table) else table
    latency = timeliness.latency_statistics(
        np.asarray(some.get("taken_s", ()), dtype=float),
        np.asarray(some.get("delivered_s", ()), dtype=float),
    )
    return {
        "pictures_taken": len(table),
        "pictures_delivered": int((status == "delivered").sum()),
        "pictures_lost": int((status == "lost").sum()),
        "pictures_waiting": int((status == "waiting").sum()),
        "latency_median_h": _hours(latency.median_s),
        "latency_mean_h": _hours(latency.mean_s),
        "latency_p90_h": _hours(latency.p90_s),
        "latency_max_h": _hours(latency.max_s),
    }


def _timeliness_figures(
    contacts: pd.DataFrame,
    table: pd.DataFrame,
    scenario: Scenario,
    flights: Sequence[Flight],
    span: Span,
) -> dict[str, Any]:
    """Return response time and age of information, all targets pooled with equal weight."""
    up = _usable(contacts, "command")
    windows = {f.name: intervals.union(_rows(up[up["satellite"] == f.name])) for f in flights}
    ages, responses = [], []
    for target in scenario.targets:
        mine = table[table["target"] == target.name] if len(table) else table
        taken_s = np.asarray(mine.get("taken_s", ()), dtype=float)
        delivered_s = np.asarray(mine.get("delivered_s", ()), dtype=float)
        delivered_s = np.where(np.isnan(delivered_s), np.inf, delivered_s)
        latest_s = np.full(len(mine), -np.inf)
        for name, commands in windows.items():
            rows = np.asarray(mine.get("satellite", ())) == name
            if rows.any():
                latest_s[rows] = timeliness.latest_command_s(taken_s[rows], commands, 0.0)
        ages.append(timeliness.age_of_information(taken_s, delivered_s, span.duration_s))
        responses.append(timeliness.system_response(latest_s, delivered_s, span.duration_s))
    age, response = timeliness.pooled(ages), timeliness.pooled(responses)
    return {
        "response_mean_h": _hours(response.mean_s),
        "response_median_h": _hours(response.percentile_s(50)),
        "response_p90_h": _hours(response.percentile_s(90)),
        "response_max_h": _hours(response.max_s),
        "response_unknown_share": response.undefined_share,
        "age_mean_h": _hours(age.mean_s),
        "age_p90_h": _hours(age.percentile_s(90)),
        "age_max_h": _hours(age.max_s),
        "age_unknown_share": age.undefined_share,
    }


def _targets(scenario: Scenario, accesses: pd.DataFrame, span: Span) -> pd.DataFrame:
    rows = []
    for target in scenario.targets:
        mine = accesses[accesses["target"] == target.name] if len(accesses) else accesses
        found = _rows(mine) if len(mine) else np.empty((0, 2))
        gaps = gap_statistics(found, span.duration_s, rule=scenario.figures.revisit_rule)
        rows.append(
            {
                "target": target.name,
                "country": target.country or "",
                "latitude_deg": target.latitude_deg,
                "longitude_deg": target.longitude_deg,
                "accesses": gaps.accesses,
                "accesses_per_day": gaps.accesses / span.days,
                "revisit_mean_h": _hours(gaps.mean_s),
                "revisit_max_h": _hours(gaps.max_s),
                "response_mean_h": gaps.mean_response_s / HOUR_S,
                "access_minutes_per_day": gaps.covered_s / 60.0 / span.days,
                "best_gsd_m": mine["gsd_m"].min() if len(mine) else np.nan,
                "best_niirs": mine["niirs"].max() if len(mine) else np.nan,
            }
        )
    return pd.DataFrame(rows)


def _grid(
    outlines_deg: Sequence[Sequence[tuple[float, float]]],
    resolution_km: float,
    flights: Sequence[Flight],
    sun_path: Track,
    lit: Sequence[FloatArray | None],
    span: Span,
    scenario: Scenario,
) -> xr.Dataset:
    cells = coverage.grid(outlines_deg, resolution_km=resolution_km)
    places = cells.sites()
    figures = coverage.survey(
        [
            coverage.Watch(flight.elements, view_of(flight.table.sensor), light)
            for flight, light in zip(flights, lit, strict=True)
        ],
        places,
        span,
        sun=sun_path,
        rule=scenario.figures.revisit_rule,
    )
    time_s = np.append(np.arange(0.0, span.duration_s, HOUR_S), span.duration_s)
    share = coverage.accumulated_fraction(figures.first_access_s, cells.weights_km2, time_s)
    space = ("lat", "lon")
    return xr.Dataset(
        {
            "cell_area_km2": (space, cells.cell_area_km2),
            "in_region": (space, cells.inside),
            "accesses": (space, cells.spread(figures.accesses.astype(float))),
            "accesses_per_day": (space, cells.spread(figures.accesses / span.days)),
            "covered_s": (space, cells.spread(figures.covered_s)),
            "revisit_mean_s": (space, cells.spread(figures.revisit_mean_s)),
            "revisit_max_s": (space, cells.spread(figures.revisit_max_s)),
            "response_mean_s": (space, cells.spread(figures.response_mean_s)),
            "first_access_s": (space, cells.spread(figures.first_access_s)),
            "accumulated_fraction": (("time_s",), share),
        },
        coords={"lat": cells.latitude_deg, "lon": cells.longitude_deg, "time_s": time_s},
    )


def _satellite_row(flight: Flight, span: Span) -> dict[str, Any]:
    elements, sensor = flight.elements, flight.table.sensor
    altitude_km = 0.5 * (elements.perigee_km + elements.apogee_km)
    reach_deg = min(
        float(central_angle_at_off_nadir_deg(sensor.max_off_nadir_deg, altitude_km=altitude_km)),
        float(central_angle_at_elevation_deg(sensor.min_elevation_deg, altitude_km=altitude_km)),
    )
    outage = flight.track.outage
    return {
        "satellite": flight.name,
        "orbit": elements.origin,
        "hypothetical": elements.hypothetical,
        "epoch_utc": elements.epoch.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "altitude_km": altitude_km,
        "perigee_km": elements.perigee_km,
        "apogee_km": elements.apogee_km,
        "inclination_deg": elements.inclination_deg,
        "raan_deg": elements.raan_deg,
        "argument_of_perigee_deg": elements.argument_of_perigee_deg,
        "mean_anomaly_deg": elements.mean_anomaly_deg,
        "period_min": elements.period_min,
        "ltan_h": elements.ltan_h,
        "min_off_nadir_deg": sensor.min_off_nadir_deg,
        "max_off_nadir_deg": sensor.max_off_nadir_deg,
        "min_elevation_deg": sensor.min_elevation_deg,
        "field_of_regard_km": reach_deg * _SPHERE_KM_PER_DEG,
        "nadir_gsd_m": float(
            sensors.gsd_along_m(
                gsd_nadir_m=sensor.gsd_m,
                reference_altitude_km=sensor.reference_altitude_km,
                slant_range_km=altitude_km,
            )
        ),
        "picture_mbit": sensor.picture_bits / 1e6,
        "downlink_rate_mbps": flight.table.downlink_rate_mbps,
        "decayed_s": np.nan
        if outage is None or outage.time_s >= span.duration_s
        else outage.time_s,
    }


def _stations(scenario: Scenario, flights: Sequence[Flight]) -> pd.DataFrame:
    elements = flights[0].elements
    altitude_km = 0.5 * (elements.perigee_km + elements.apogee_km)
    rows = []
    for network in scenario.networks:
        for link in _members(network):
            on_ground = isinstance(link, Station)
            row: dict[str, Any] = {
                "network": network.name,
                "station": link.name,
                "kind": "station" if on_ground else "relay",
                "roles": ", ".join(link.roles),
                "latitude_deg": 0.0,
                "longitude_deg": link.longitude_deg,
                "min_elevation_deg": np.nan,
                "contact_radius_km": np.nan,
                "acquisition_s": link.acquisition_s,
                "forwarding_delay_s": link.forwarding_delay_s,
            }
            if isinstance(link, Station):
                row["latitude_deg"] = link.latitude_deg
                row["min_elevation_deg"] = link.min_elevation_deg
                row["contact_radius_km"] = float(
                    contact_radius_km(
                        altitude_km=altitude_km, min_elevation_deg=link.min_elevation_deg
                    )
                )
            rows.append(row)
    return pd.DataFrame(rows)


def _tracks(flights: Sequence[Flight], span: Span) -> pd.DataFrame:
    parts = []
    for flight in flights:
        end_s = min(DAY_S, span.duration_s, flight.track.end_s)
        if len(flight.track.time_s) < 2:
            continue
        t_s = np.arange(0.0, end_s, _TRACK_STEP_S)
        latitude, longitude, height = ecef_to_geodetic(
            access.satellite_positions(flight.track, t_s)
        )
        parts.append(
            pd.DataFrame(
                {
                    "satellite": flight.name,
                    "time_s": t_s,
                    "latitude_deg": latitude,
                    "longitude_deg": longitude,
                    "altitude_km": height / 1e3,
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _source_line(flights: Sequence[Flight]) -> str:
    assumed = sum(f.elements.hypothetical for f in flights)
    orbit = (
        "hypothetical orbit from public figures"
        if assumed == len(flights)
        else "orbit from published elements"
        if not assumed
        else f"{assumed} of {len(flights)} orbits hypothetical"
    )
    return f"SGP4 (WGS72), WGS84; {orbit}; map: Natural Earth"


def _warnings(
    flights: Sequence[Flight],
    scenario: Scenario,
    accesses: pd.DataFrame,
    grids: dict[str, xr.Dataset],
    span: Span,
) -> list[str]:
    out = []
    for flight in flights:
        outage = flight.track.outage
        if outage is not None and outage.time_s < span.duration_s:
            share = 1.0 - outage.time_s / span.duration_s
            out.append(
                f"satellite '{flight.name}': {outage.meaning} at {span.iso(outage.time_s)} "
                f"(SGP4 error {outage.code}); no ephemeris for the last {share:.1%} of the span"
            )
        age = orbits.element_age_days(flight.elements, span)
        if age > STALE_ELEMENTS_DAYS and isinstance(flight.table.orbit, TleOrbit | OmmOrbit):
            out.append(
                f"satellite '{flight.name}': elements are up to {age:.0f} days from the instants "
                "computed; SGP4's error grows by a kilometre and more a day"
            )
    seen = set(accesses["target"]) if len(accesses) else set()
    for target in scenario.targets:
        if target.name not in seen:
            out.append(f"target '{target.name}' is never seen; its revisit is the span's length")
    for name, grid in grids.items():
        if not bool(grid["in_region"].any()):
            out.append(f"region '{name}' holds no cell centre; make resolution_km smaller")
    return out
