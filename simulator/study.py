"""One study from scenario to results: `run` reads as the table of contents.

Every network sees the same orbits, accesses and pictures, so a difference between two networks is
the network alone. `figures` gives the numbers alone, for sweeps. Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from simulator import (
    access,
    histories,
    orbits,
    outcomes,
    regional,
    sampling,
    sensors,
    stages,
    surveys,
)
from simulator.ages import CellTimes
from simulator.delivery import DELIVERED, LOST
from simulator.ephemeris import track
from simulator.geometry import (
    EARTH_MEAN_RADIUS_KM,
    FloatArray,
    contact_radius_km,
    ecef_to_geodetic,
    reach_deg,
)
from simulator.outcomes import Outcome
from simulator.provenance import provenance
from simulator.resampling import Intervals
from simulator.results import Results
from simulator.revisit import gap_statistics
from simulator.scenario import OmmOrbit, Satellite, Scenario, Station, TleOrbit, to_toml
from simulator.spread import network_figures, spread
from simulator.stages import HOUR_S, Accesses, Flight, PictureList, Study, hours, members
from simulator.store import Store
from simulator.timescale import DAY_S, earth_rotation_known_until
from simulator.workers import Workers

STALE_ELEMENTS_DAYS = 30.0
_TRACK_STEP_S = 60.0

Progress = Callable[[str], None]


def _quiet(_: str) -> None:
    return None


def run(
    scenario: Scenario,
    *,
    progress: Progress = _quiet,
    store: Store | None = None,
    workers: Workers | None = None,
) -> Results:
    """Return the results of a scenario. `progress` is told the name of each stage as it begins.

    With a `store`, stages that depend on nothing changed since are taken from it. `workers`
    (default: threads, one a core) search the regions; the results do not depend on them. Raises
    InputError for an orbit that can't be flown.
    """
    progress("orbits")
    study = Study(scenario.resolve(), store, workers=workers)
    resolved, span = study.scenario, study.span
    progress("accesses")
    accesses = stages.accesses(study)
    taken = stages.pictures(study, accesses)
    progress("contacts")
    contacts = stages.contacts(study)
    progress("delivery")
    found = [outcomes.outcome(study, network, contacts, taken) for network in resolved.networks]
    progress("regions")
    looked = {table.name: surveys.region_findings(study, table) for table in resolved.regions}
    regions = {name: one.figures for name, one in looked.items()}
    progress("ages")
    times = _cell_times(study, found, regions)
    if resolved.uncertainty.draws:
        progress("spread")
    drawn = spread(resolved)
    progress("tables")
    chance = surveys.target_sampling(study, accesses)
    stays, by_hour = _stay_tables(study, accesses, looked, chance)
    rules, names = resolved.figures, _satellite_names(study)
    half_angles_deg = [surveys.held_strip(f.table).half_angle_deg for f in study.flights]
    imaged = {
        table.name: surveys.daily_shares(study, regions[table.name].cells)
        for table in resolved.regions
        if table.strips
    }
    tracks = _tracks(study)
    grids = {name: _grid(seen, study, times.get(name, {})) for name, seen in regions.items()}
    return Results(
        scenario_toml=to_toml(resolved),
        title=resolved.title,
        question=resolved.question,
        start=span.start,
        days=span.days,
        baseline=resolved.baseline or "",
        source_line=_source_line(study.flights),
        satellites=pd.DataFrame(
            [
                _satellite_row(flight, outage, _heights_km(tracks, flight.name))
                for flight, outage in zip(study.flights, accesses.outages, strict=True)
            ]
        ),
        stations=_stations(study, _heights_km(tracks)),
        tracks=tracks,
        accesses=_access_table(study, accesses),
        contacts=_joined([_contact_table(study, o) for o in found]),
        crosslinks=_joined([_crosslink_table(study, o) for o in found]),
        pictures=_picture_table(study, taken),
        deliveries=_joined([_delivery_table(study, o, taken) for o in found]),
        ages=_joined([_age_table(study, o, taken) for o in found]),
        spread=drawn,
        sampling=sampling.networks_table(study, found, taken),
        networks=_network_table(resolved, [o.figures for o in found]),
        targets=_targets(study, accesses, chance),
        regions=pd.DataFrame(_region_rows(study, regions)),
        strips=_joined(
            [regional.strips_table(name, names, found) for name, found in imaged.items()]
        ),
        strip_edges=_joined(
            [
                regional.strip_edges_table(name, names, study.tracks, half_angles_deg, found)
                for name, found in imaged.items()
            ]
        ),
        coverage=_joined(
            [
                regional.coverage_table(name, one.figures, one.sampling, rules)
                for name, one in looked.items()
            ]
        ),
        coverage_intervals=_joined(
            [regional.intervals_table(name, seen) for name, seen in regions.items()]
        ),
        thresholds=_joined(
            [
                regional.thresholds_table(table.name, regions[table.name], table.thresholds)
                for table in resolved.regions
            ]
        ),
        region_networks=_joined(
            [
                regional.networks_table(
                    name,
                    seen.cells.weights_km2,
                    times.get(name, {}),
                    baseline=resolved.baseline,
                    span_s=span.duration_s,
                )
                for name, seen in regions.items()
            ]
        ),
        stays=stays,
        levels=_levels(study, regions),
        hours=by_hour,
        grids=grids,
        provenance=provenance(scenario, resolved, span),
        warnings=_warnings(study, accesses),
    )


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of a study without its tables of events.

    `networks` and `targets` as in Results; `regions` has a row a region: region, cells, area_km2,
    seen_fraction, accesses_per_day, revisit_mean_h, revisit_max_h, means weighed by area over the
    cells that have the figure.
    """

    networks: pd.DataFrame
    targets: pd.DataFrame
    regions: pd.DataFrame
    warnings: tuple[str, ...]


def figures(scenario: Scenario, *, store: Store | None = None) -> Figures:
    """Return the figures of a scenario alone; raises as `run` does."""
    study = Study(scenario.resolve(), store)
    accesses = stages.accesses(study)
    rows = network_figures(study, accesses)
    regions = {table.name: surveys.region(study, table) for table in study.scenario.regions}
    return Figures(
        networks=_network_table(study.scenario, rows),
        targets=_targets(study, accesses, surveys.target_sampling(study, accesses)),
        regions=pd.DataFrame(_region_rows(study, regions)),
        warnings=tuple(_warnings(study, accesses)),
    )


def _region_rows(
    study: Study, regions: Mapping[str, surveys.RegionFigures]
) -> list[dict[str, Any]]:
    return [
        regional.region_row(table, regions[table.name], study.span.duration_s)
        for table in study.scenario.regions
    ]


def _cell_times(
    study: Study, found: Sequence[Outcome], regions: Mapping[str, surveys.RegionFigures]
) -> dict[str, dict[str, CellTimes]]:
    """Return ages and responses of the cells of each region by network; none without both."""
    if not (found and regions):
        return {}
    services = {one.network.name: outcomes.service(study, one.offer) for one in found}
    return {
        table.name: outcomes.cell_times(study, regions[table.name].cells, services, table.look)
        for table in study.scenario.regions
    }


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables) if tables else pd.DataFrame()


def _names(values: Sequence[str], numbers: Any) -> Any:
    return np.array(values, dtype=object)[numbers]


def _satellite_names(study: Study) -> list[str]:
    return [flight.name for flight in study.flights]


def _target_names(study: Study) -> list[str]:
    return [target.name for target in study.scenario.targets]


def _access_table(study: Study, accesses: Accesses) -> pd.DataFrame:
    columns = accesses.columns
    if not len(accesses):
        return pd.DataFrame()
    names = ("cut_start", "cut_end", "best_s", *stages.LOOK_COLUMNS)
    return pd.DataFrame(
        {
            "satellite": _names(_satellite_names(study), columns["satellite"]),
            "target": _names(_target_names(study), columns["target"]),
            "start_s": columns["start_s"],
            "end_s": columns["end_s"],
            "duration_s": columns["end_s"] - columns["start_s"],
            **{name: columns[name] for name in names},
        }
    )


def _picture_table(study: Study, taken: PictureList) -> pd.DataFrame:
    if not len(taken):
        return pd.DataFrame()
    return pd.DataFrame(
        {
            "picture": np.arange(len(taken)),
            "satellite": _names(_satellite_names(study), taken.satellite),
            "target": _names(_target_names(study), taken.target),
            "taken_s": taken.taken_s,
            "size_bits": taken.size_bits,
        }
    )


def _contact_table(study: Study, outcome: Outcome) -> pd.DataFrame:
    given, rows = outcome.offer, outcome.offer.contacts

    def of_links(name: str) -> Any:
        return given.of_links([float(getattr(link, name)) for link in given.links])

    return pd.DataFrame(
        {
            "network": outcome.network.name,
            "satellite": _names(_satellite_names(study), rows.satellite),
            "station": _names([link.name for link in given.links], rows.link),
            "start_s": rows.start_s,
            "end_s": rows.end_s,
            "duration_s": rows.end_s - rows.start_s,
            "cut_start": rows.cut[:, 0],
            "cut_end": rows.cut[:, 1],
            "culmination_s": rows.culmination_s,
            "max_elevation_deg": rows.max_elevation_deg,
            "rate_bps": given.rate_bps,
            "delay_s": of_links("forwarding_delay_s"),
            "acquisition_s": of_links("acquisition_s"),
            "command": given.has_role("command"),
            "downlink": given.has_role("downlink"),
        }
    )


def _crosslink_table(study: Study, outcome: Outcome) -> pd.DataFrame:
    across, names = outcome.offer.across, _satellite_names(study)
    if across is None or not len(across.source):
        return pd.DataFrame()
    # Both ways are in the plan: the table has each window once.
    once = across.source < across.destination
    return pd.DataFrame(
        {
            "network": outcome.network.name,
            "satellite": _names(names, across.source[once]),
            "other": _names(names, across.destination[once]),
            "start_s": across.start_s[once],
            "end_s": across.end_s[once],
            "duration_s": (across.end_s - across.start_s)[once],
            "rate_bps": across.rate_bps[once],
        }
    )


def _delivery_table(study: Study, outcome: Outcome, taken: PictureList) -> pd.DataFrame:
    delivered, links = outcome.delivered, outcome.offer.links
    if not len(taken):
        return pd.DataFrame()
    home = delivered.status == DELIVERED
    status = np.where(home, "delivered", np.where(delivered.status == LOST, "lost", "waiting"))
    via = np.array([links[i].name if i >= 0 else "" for i in delivered.link], dtype=object)
    table = _picture_table(study, taken).drop(columns="size_bits")
    table.insert(0, "network", outcome.network.name)
    table["sent_s"] = np.where(np.isfinite(delivered.sent_s), delivered.sent_s, np.nan)
    table["delivered_s"] = np.where(home, delivered.delivered_s, np.nan)
    table["latency_s"] = np.where(home, delivered.delivered_s - taken.taken_s, np.nan)
    table["via"] = np.where(home, via, "")
    table["status"] = status
    table["contact_wait_s"] = outcome.delays.contact_s
    table["queue_wait_s"] = outcome.delays.queue_s
    table["sending_s"] = outcome.delays.sending_s
    table["forwarding_wait_s"] = outcome.delays.forwarding_s
    table["hops"] = delivered.hops
    return table


def _age_table(study: Study, outcome: Outcome, taken: PictureList) -> pd.DataFrame:
    rows = outcomes.target_ages(study, outcome.delivered, taken)
    table = pd.DataFrame(rows)
    table.insert(0, "network", outcome.network.name)
    return table


def _network_table(scenario: Scenario, rows: Sequence[dict[str, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "network": network.name,
                "stations": len(network.stations),
                "relays": len(network.relays),
                **numbers,
            }
            for network, numbers in zip(scenario.networks, rows, strict=True)
        ]
    )


def _targets(study: Study, accesses: Accesses, chance: Sequence[Intervals | None]) -> pd.DataFrame:
    columns, span = accesses.columns, study.span
    windows = np.stack([columns["start_s"], columns["end_s"]], axis=1)
    rows = []
    for number, target in enumerate(study.scenario.targets):
        mine = columns["target"] == number
        gaps = gap_statistics(
            windows[mine], span.duration_s, rule=study.scenario.figures.revisit_rule
        )
        rows.append(
            {
                "target": target.name,
                "country": target.country or "",
                "latitude_deg": target.latitude_deg,
                "longitude_deg": target.longitude_deg,
                "accesses": gaps.accesses,
                "accesses_per_day": gaps.accesses / span.days,
                "revisit_mean_h": hours(gaps.mean_s),
                "revisit_max_h": hours(gaps.max_s),
                "response_mean_h": gaps.mean_response_s / HOUR_S,
                **regional.sampling_columns(chance[number]),
                "access_minutes_per_day": gaps.covered_s / 60.0 / span.days,
                # Looks without a value, as from under the horizon, hide none that has one.
                "best_gsd_m": np.fmin.reduce(columns["gsd_m"][mine], initial=np.nan),
                "best_niirs": np.fmax.reduce(columns["niirs"][mine], initial=np.nan),
            }
        )
    return pd.DataFrame(rows)


def _grid(found: surveys.RegionFigures, study: Study, times: Mapping[str, CellTimes]) -> xr.Dataset:
    cells, span_s = found.cells, study.span.duration_s
    space = cells.dims
    kept = regional.cell_variables(found.figures, study.scenario.figures.percents)
    by_network = {
        name: (
            ("network", *space),
            np.stack([cells.spread(getattr(one, name)) for one in times.values()]),
        )
        for name in CellTimes.__dataclass_fields__
        if times
    }
    in_time = regional.time_variables(found, span_s)
    return xr.Dataset(
        {
            **cells.variables(),
            **{name: (space, cells.spread(values)) for name, values in kept.items()},
            **by_network,
            **{name: value for name, value in in_time.items() if not name.endswith("_s")},
        },
        coords={
            **cells.coordinates(),
            **{name: value for name, value in in_time.items() if name.endswith("_s")},
            **({"network": list(times)} if times else {}),
        },
    )


def _stay_tables(
    study: Study,
    accesses: Accesses,
    regions: Mapping[str, surveys.RegionFindings],
    chance: Sequence[Intervals | None],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of stays and of hours, of targets and regions."""
    stays: list[pd.DataFrame] = []
    hours_of: list[pd.DataFrame] = []
    for number, target in enumerate(study.scenario.targets):
        found, local_hours = surveys.target_stays(study, accesses, number)
        stays.append(regional.stays_table(target.name, "target", found, chance[number]))
        hours_of.append(regional.hours_table(target.name, "target", found, local_hours, np.ones(1)))
    for table in study.scenario.regions:
        seen = regions[table.name]
        stays.append(regional.stays_table(table.name, "region", seen.stays, seen.sampling))
        hours_of.append(
            regional.hours_table(
                table.name,
                "region",
                seen.stays,
                seen.figures.figures.local_hours.astype(np.float64),
                seen.figures.cells.weights_km2,
            )
        )
    return _joined(stays), _joined(hours_of)


def _levels(study: Study, regions: Mapping[str, surveys.RegionFigures]) -> pd.DataFrame:
    """Return how often targets and regions are seen at each level of interpretability asked for."""
    targets = study.scenario.targets
    columns = np.array([(t.latitude_deg, t.longitude_deg, t.height_m) for t in targets])
    rows = []
    asked = study.scenario.figures.niirs_levels if surveys.has_levels(study) else ()
    for niirs in asked:
        for table in study.scenario.regions:
            cells = regions[table.name].cells
            figures = surveys.level_figures(study, cells.sites(), niirs, table.look)
            rows.append(regional.level_row(table.name, "region", niirs, figures, cells.weights_km2))
        if targets:
            figures = surveys.level_figures(study, access.sites(*columns.T), niirs)
            rows += [
                regional.level_row(target.name, "target", niirs, figures.of(number), np.ones(1))
                for number, target in enumerate(targets)
            ]
    return pd.DataFrame(rows)


def _heights_km(tracks: pd.DataFrame, satellite: str | None = None) -> FloatArray:
    """Return the least and the greatest height (2,) of one satellite, or of any; NaN for none."""
    if not len(tracks):
        return np.full(2, np.nan)
    heights = tracks["altitude_km"]
    if satellite is not None:
        heights = heights[tracks["satellite"] == satellite]
    return np.array([heights.min(), heights.max()], dtype=np.float64)


def _satellite_row(flight: Flight, outage: Any, heights_km: FloatArray) -> dict[str, Any]:
    """Return a satellite's line; `heights_km` are the least and the greatest it flies at."""
    elements, sensor = flight.elements, flight.table.sensor
    _, reach = reach_deg(
        altitude_km=heights_km,
        min_off_nadir_deg=sensor.min_off_nadir_deg,
        max_off_nadir_deg=sensor.max_off_nadir_deg,
        min_elevation_deg=sensor.min_elevation_deg,
    )
    reach_km = np.radians(reach) * EARTH_MEAN_RADIUS_KM
    gsd_m = sensors.gsd_along_m(
        gsd_nadir_m=sensor.gsd_m,
        reference_altitude_km=sensor.reference_altitude_km,
        slant_range_km=heights_km,
    )
    return {
        "satellite": flight.name,
        "orbit": elements.origin,
        "hypothetical": elements.hypothetical,
        "epoch_utc": elements.epoch.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "altitude_km": 0.5 * (elements.perigee_km + elements.apogee_km),
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
        "field_of_regard_min_km": float(reach_km[0]),
        "field_of_regard_max_km": float(reach_km[1]),
        "nadir_gsd_min_m": float(gsd_m[0]),
        "nadir_gsd_max_m": float(gsd_m[1]),
        "picture_mbit": sensor.picture_bits / 1e6,
        "downlink_rate_mbps": _greatest_rate_mbps(flight.table),
        "decayed_s": np.nan if outage is None else outage.time_s,
    }


def _greatest_rate_mbps(table: Satellite) -> float:
    if table.downlink_rate_mbps is not None:
        return table.downlink_rate_mbps
    return max(transmitter.rate_mbps for transmitter in table.transmitters)


def _stations(study: Study, heights_km: FloatArray) -> pd.DataFrame:
    """Return a row a member; `heights_km` are the least and greatest of any satellite."""
    rows = []
    for network in study.scenario.networks:
        for link in members(network):
            on_ground = isinstance(link, Station)
            row: dict[str, Any] = {
                "network": network.name,
                "station": link.name,
                "kind": "station" if on_ground else "relay",
                "roles": ", ".join(link.roles),
                "latitude_deg": 0.0,
                "longitude_deg": link.longitude_deg,
                "min_elevation_deg": np.nan,
                "contact_radius_min_km": np.nan,
                "contact_radius_max_km": np.nan,
                "acquisition_s": link.acquisition_s,
                "forwarding_delay_s": link.forwarding_delay_s,
            }
            if isinstance(link, Station):
                row["latitude_deg"] = link.latitude_deg
                row["min_elevation_deg"] = link.min_elevation_deg
                row["contact_radius_min_km"], row["contact_radius_max_km"] = contact_radius_km(
                    altitude_km=heights_km, min_elevation_deg=link.min_elevation_deg
                ).tolist()
            rows.append(row)
    return pd.DataFrame(rows)


def _tracks(study: Study) -> pd.DataFrame:
    parts = []
    for flight in study.flights:
        path = track(flight.elements, study.span, end_s=min(DAY_S, study.span.duration_s))
        if len(path.time_s) < 2:
            continue
        end_s = min(DAY_S, study.span.duration_s, path.end_s)
        t_s = np.arange(0.0, end_s, _TRACK_STEP_S)
        latitude, longitude, height = ecef_to_geodetic(access.satellite_positions(path, t_s))
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
    sets = sum(isinstance(f.table.orbit, TleOrbit | OmmOrbit) for f in flights)
    noun = "orbit" if len(flights) == 1 else "orbits"
    origin = "element sets" if sets == len(flights) else "public figures"
    orbit = f"{noun} from {origin}"
    if assumed == len(flights):
        orbit = f"hypothetical {orbit}"
    elif assumed:
        orbit = f"{assumed} of {len(flights)} orbits hypothetical"
    return f"SGP4 (WGS72), WGS84; {orbit}; map: Natural Earth"


def _warnings(study: Study, accesses: Accesses) -> list[str]:
    out, span = [], study.span
    for flight, outage in zip(study.flights, accesses.outages, strict=True):
        if outage is not None:
            share = 1.0 - outage.time_s / span.duration_s
            out.append(
                f"satellite '{flight.name}': {outage.cause} at {span.iso(outage.time_s)}; "
                f"no ephemeris for the last {share:.1%} of the span"
            )
        out += [f"satellite '{flight.name}': {n}" for n in histories.notes(flight.elements, span)]
        age = orbits.element_age_days(flight.elements, span)
        if age > STALE_ELEMENTS_DAYS and isinstance(flight.table.orbit, TleOrbit | OmmOrbit):
            out.append(
                f"satellite '{flight.name}': elements are up to {age:.0f} days from the instants "
                "computed; SGP4's error grows by a kilometre and more a day"
            )
    known = earth_rotation_known_until()
    if study.scenario.span.ut1_minus_utc_s is None and span.utc(span.duration_s) > known:
        out.append(
            f"the table of Earth rotation ends on {known:%Y-%m-%d}; UT1 is extrapolated beyond, "
            "0.46 km at the equator for a second it is off; span.ut1_minus_utc_s fixes it"
        )
    seen = set(accesses.columns["target"].tolist())
    for number, target in enumerate(study.scenario.targets):
        if number not in seen:
            out.append(f"target '{target.name}' is never seen; its revisit is the span's length")
    return out
