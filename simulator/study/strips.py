"""What satellites image of regions in a day, strip by strip, each strip at a held roll angle.

The crossings of strips are a search beside that of a region's windows. A place is crossed at a roll
within the sensor's cone while it stands up to the lean of the orbit outside it, on either side, in
windows however short: cones wider by that lean, of which the region's windows are no bound. One
search for both would find the wider cones and cut them to the windows of the region, whose edges
would move in their last digits, and save a seventh of both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from simulator.access import Light, crossings, strip_edges
from simulator.earth import EARTH_MEAN_RADIUS_KM, Cells
from simulator.imaging import Agility, DailyShare, daily_share
from simulator.study.case import Flight, Study, held_strip, view_of
from simulator.study.regions import RegionFigures
from simulator.units import MINUTE_S

# About 75 km along the track: a strip between two such instants is straight on a map.
_EDGE_STEP_S = 10.0


def strip_shares(study: Study, regions: Mapping[str, RegionFigures]) -> dict[str, list[DailyShare]]:
    """Return for each region that asks for strips what each satellite images in a day."""
    return {
        table.name: daily_shares(study, regions[table.name].cells)
        for table in study.scenario.regions
        if table.strips
    }


def daily_shares(study: Study, cells: Cells) -> list[DailyShare]:
    """Return for each satellite the share of a region's area that it images in a day."""
    return [_daily_share(study, number, cells) for number in range(len(study.flights))]


def _daily_share(study: Study, number: int, cells: Cells) -> DailyShare:
    flight, path = study.flights[number], study.tracks[number]
    sensor = flight.table.sensor
    reachable = crossings(
        path,
        cells.sites(),
        max_roll_deg=sensor.max_off_nadir_deg,
        start_s=0.0,
        end_s=min(study.span.duration_s, path.end_s),
        view=view_of(sensor),
        light=Light(study.sun, study.lit[number]),
    )
    # A radar cannot look straight down, and may look to one side only.
    allowed = np.abs(reachable.roll_deg) >= sensor.min_off_nadir_deg
    if sensor.side is not None:
        allowed &= (reachable.roll_deg > 0.0) == (sensor.side == "right")
    agility = _agility(flight)
    # The sub-satellite point crosses a cell in its size over the speed along the ground.
    cell_s = cells.size_km / (2.0 * np.pi * EARTH_MEAN_RADIUS_KM / agility.period_s)
    return daily_share(
        reachable.kept(allowed),
        cells.weights_km2,
        study.span.duration_s,
        agility,
        cell_s=cell_s,
    )


def _agility(flight: Flight) -> Agility:
    table, rate = flight.table, flight.table.slew_rate_deg_s
    minutes = table.max_imaging_min_per_orbit
    return Agility(
        half_angle_deg=held_strip(table).half_angle_deg,
        max_roll_deg=table.sensor.max_off_nadir_deg,
        period_s=MINUTE_S * flight.elements.period_min,
        duty_s=np.inf if minutes is None else MINUTE_S * minutes,
        slew_rate_deg_s=np.inf if rate is None else rate,
        settling_s=table.settling_s,
    )


def strip_table(study: Study, region: str, shares: list[DailyShare]) -> pd.DataFrame:
    """Return the share of a region that each satellite images in a day, and could at most."""
    return pd.DataFrame(
        [
            {
                "region": region,
                "satellite": flight.name,
                "days": len(share.imaged),
                "strips_per_day": len(share.strips) / max(len(share.imaged), 1),
                "imaged_day_share": np.nan if share.mean is None else share.mean,
                "reachable_day_share": float(share.reachable.mean())
                if len(share.reachable)
                else np.nan,
            }
            for flight, share in zip(study.flights, shares, strict=True)
        ]
    )


def strip_edge_table(study: Study, region: str, shares: list[DailyShare]) -> pd.DataFrame:
    """Return the edges of every strip imaged of a region, at instants a few seconds apart."""
    parts = []
    for flight, path, share in zip(study.flights, study.tracks, shares, strict=True):
        half_angle_deg = held_strip(flight.table).half_angle_deg
        for number, strip in enumerate(share.strips):
            steps = 1 + math.ceil((strip.end_s - strip.start_s) / _EDGE_STEP_S)
            time_s = np.linspace(strip.start_s, min(strip.end_s, path.end_s), steps + 1)
            left_deg, right_deg = strip_edges(
                path, time_s, roll_deg=strip.roll_deg, half_angle_deg=half_angle_deg
            )
            columns = {
                "region": region,
                "satellite": flight.name,
                "strip": number,
                "time_s": time_s,
                "roll_deg": strip.roll_deg,
                "left_latitude_deg": left_deg[:, 0],
                "left_longitude_deg": left_deg[:, 1],
                "right_latitude_deg": right_deg[:, 0],
                "right_longitude_deg": right_deg[:, 1],
            }
            parts.append(pd.DataFrame(columns))
    return pd.concat(parts) if parts else pd.DataFrame()
