"""The tables of a study, each made of what its stages found; columns as `results` defines them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from simulator.access import satellite_positions
from simulator.arrays import FloatArray
from simulator.coverage import gap_statistics
from simulator.delivery import DELIVERED, LOST
from simulator.earth import (
    EARTH_MEAN_RADIUS_KM,
    contact_radius_km,
    ecef_to_geodetic,
    reach_deg,
    sites,
)
from simulator.imaging import gsd_along_m
from simulator.orbits import track
from simulator.scenario import Satellite, Scenario, Station
from simulator.study import (
    event_stages,
    network_stage,
    region_stages,
    region_tables,
)
from simulator.study.case import Flight, Study, hours, members
from simulator.study.event_stages import Accesses, PictureList
from simulator.study.network_stage import Outcome
from simulator.timeliness import CellTimes
from simulator.uncertainty import BootstrapIntervals
from simulator.units import DAY_S, HOUR_S, MINUTE_S

_TRACK_STEP_S = 60.0


def region_rows(
    study: Study, regions: Mapping[str, region_stages.RegionFigures]
) -> list[dict[str, Any]]:
    return [
        region_tables.region_row(table, regions[table.name], study.span.duration_s)
        for table in study.scenario.regions
    ]


def joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables) if tables else pd.DataFrame()


def _names(values: Sequence[str], numbers: Any) -> Any:
    return np.array(values, dtype=object)[numbers]


def satellite_names(study: Study) -> list[str]:
    return [flight.name for flight in study.flights]


def _target_names(study: Study) -> list[str]:
    return [target.name for target in study.scenario.targets]


def access_table(study: Study, accesses: Accesses) -> pd.DataFrame:
    columns = accesses.columns
    if not len(accesses):
        return pd.DataFrame()
    names = ("cut_start", "cut_end", "best_s", *event_stages.LOOK_COLUMNS)
    return pd.DataFrame(
        {
            "satellite": _names(satellite_names(study), columns["satellite"]),
            "target": _names(_target_names(study), columns["target"]),
            "start_s": columns["start_s"],
            "end_s": columns["end_s"],
            "duration_s": columns["end_s"] - columns["start_s"],
            **{name: columns[name] for name in names},
        }
    )


def picture_table(study: Study, taken: PictureList) -> pd.DataFrame:
    if not len(taken):
        return pd.DataFrame()
    return pd.DataFrame(
        {
            "picture": np.arange(len(taken)),
            "satellite": _names(satellite_names(study), taken.satellite),
            "target": _names(_target_names(study), taken.target),
            "taken_s": taken.taken_s,
            "size_bits": taken.size_bits,
        }
    )


def contact_table(study: Study, outcome: Outcome) -> pd.DataFrame:
    given, rows = outcome.offer, outcome.offer.contacts

    def of_links(name: str) -> Any:
        return given.of_links([float(getattr(link, name)) for link in given.links])

    return pd.DataFrame(
        {
            "network": outcome.network.name,
            "satellite": _names(satellite_names(study), rows.satellite),
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


def crosslink_table(study: Study, outcome: Outcome) -> pd.DataFrame:
    across, names = outcome.offer.across, satellite_names(study)
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


def delivery_table(study: Study, outcome: Outcome, taken: PictureList) -> pd.DataFrame:
    delivered, links = outcome.delivered, outcome.offer.links
    if not len(taken):
        return pd.DataFrame()
    home = delivered.status == DELIVERED
    status = np.where(home, "delivered", np.where(delivered.status == LOST, "lost", "waiting"))
    via = np.array([links[i].name if i >= 0 else "" for i in delivered.link], dtype=object)
    table = picture_table(study, taken).drop(columns="size_bits")
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


def age_table(study: Study, outcome: Outcome, taken: PictureList) -> pd.DataFrame:
    rows = network_stage.target_ages(study, outcome.delivered, taken)
    table = pd.DataFrame(rows)
    table.insert(0, "network", outcome.network.name)
    return table


def network_table(scenario: Scenario, rows: Sequence[dict[str, float]]) -> pd.DataFrame:
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


def target_table(
    study: Study, accesses: Accesses, chance: Sequence[BootstrapIntervals | None]
) -> pd.DataFrame:
    columns, span = accesses.columns, study.span
    windows = np.stack([columns["start_s"], columns["end_s"]], axis=1)
    rows = []
    for number, target in enumerate(study.scenario.targets):
        mine = columns["target"] == number
        gaps = gap_statistics(
            windows[mine], span.duration_s, rule=study.scenario.counting.revisit_rule
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
                "wait_mean_h": gaps.mean_response_s / HOUR_S,
                **region_tables.sampling_columns(chance[number]),
                "access_minutes_per_day": gaps.covered_s / MINUTE_S / span.days,
                # Looks without a value, as from under the horizon, hide none that has one.
                "best_gsd_m": np.fmin.reduce(columns["gsd_m"][mine], initial=np.nan),
                "best_niirs": np.fmax.reduce(columns["niirs"][mine], initial=np.nan),
            }
        )
    return pd.DataFrame(rows)


def grid(
    found: region_stages.RegionFigures, study: Study, times: Mapping[str, CellTimes]
) -> xr.Dataset:
    cells, span_s = found.cells, study.span.duration_s
    space = cells.dims
    kept = region_tables.cell_variables(found.figures, study.scenario.counting.percents)
    by_network = {
        f"cell_{name.removeprefix('system_')}": (
            ("network", *space),
            np.stack([cells.spread(getattr(one, name)) for one in times.values()]),
        )
        for name in CellTimes.__dataclass_fields__
        if times
    }
    in_time = region_tables.time_variables(found, span_s)
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


def stay_tables(
    study: Study,
    accesses: Accesses,
    regions: Mapping[str, region_stages.RegionFindings],
    chance: Sequence[BootstrapIntervals | None],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of stays and of hours, of targets and regions."""
    stays: list[pd.DataFrame] = []
    hours_of: list[pd.DataFrame] = []
    for number, target in enumerate(study.scenario.targets):
        found, local_hours = region_stages.target_stays(study, accesses, number)
        stays.append(region_tables.stays_table(target.name, "target", found, chance[number]))
        hours_of.append(
            region_tables.hours_table(target.name, "target", found, local_hours, np.ones(1))
        )
    for table in study.scenario.regions:
        seen = regions[table.name]
        stays.append(region_tables.stays_table(table.name, "region", seen.stays, seen.sampling))
        hours_of.append(
            region_tables.hours_table(
                table.name,
                "region",
                seen.stays,
                seen.figures.figures.local_hours.astype(np.float64),
                seen.figures.cells.weights_km2,
            )
        )
    return joined(stays), joined(hours_of)


def level_table(study: Study, regions: Mapping[str, region_stages.RegionFigures]) -> pd.DataFrame:
    """Return how often targets and regions are seen at each level of interpretability asked for."""
    targets = study.scenario.targets
    columns = np.array([(t.latitude_deg, t.longitude_deg, t.height_m) for t in targets])
    rows = []
    asked = study.scenario.counting.niirs_levels if region_stages.has_levels(study) else ()
    for niirs in asked:
        for table in study.scenario.regions:
            cells = regions[table.name].cells
            figures = region_stages.level_figures(study, cells.sites(), niirs, table.look)
            rows.append(
                region_tables.level_row(table.name, "region", niirs, figures, cells.weights_km2)
            )
        if targets:
            figures = region_stages.level_figures(study, sites(*columns.T), niirs)
            rows += [
                region_tables.level_row(
                    target.name, "target", niirs, figures.of(number), np.ones(1)
                )
                for number, target in enumerate(targets)
            ]
    return pd.DataFrame(rows)


def height_range_km(tracks: pd.DataFrame, satellite: str | None = None) -> FloatArray:
    """Return the least and the greatest height (2,) of one satellite, or of any; NaN for none."""
    if not len(tracks):
        return np.full(2, np.nan)
    heights = tracks["altitude_km"]
    if satellite is not None:
        heights = heights[tracks["satellite"] == satellite]
    return np.array([heights.min(), heights.max()], dtype=np.float64)


def satellite_row(flight: Flight, outage: Any, heights_km: FloatArray) -> dict[str, Any]:
    """Return a satellite's line; `heights_km` are the least and the greatest it flies at."""
    elements, sensor = flight.elements, flight.table.sensor
    _, reach = reach_deg(
        altitude_km=heights_km,
        min_off_nadir_deg=sensor.min_off_nadir_deg,
        max_off_nadir_deg=sensor.max_off_nadir_deg,
        min_elevation_deg=sensor.min_elevation_deg,
    )
    reach_km = np.radians(reach) * EARTH_MEAN_RADIUS_KM
    gsd_m = gsd_along_m(
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


def station_table(study: Study, heights_km: FloatArray) -> pd.DataFrame:
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


def track_table(study: Study) -> pd.DataFrame:
    parts = []
    for flight in study.flights:
        path = track(flight.elements, study.span, end_s=min(DAY_S, study.span.duration_s))
        if len(path.time_s) < 2:
            continue
        end_s = min(DAY_S, study.span.duration_s, path.end_s)
        t_s = np.arange(0.0, end_s, _TRACK_STEP_S)
        latitude, longitude, height = ecef_to_geodetic(satellite_positions(path, t_s))
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
