"""Made-up results of one satellite and two networks, with odd names and a grid."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from simulator import results
from simulator.results.columns import TABLES

START = datetime(2023, 8, 24, tzinfo=UTC)
ABSENT = float("nan")


def network(name: str, latency_h: float) -> dict[str, Any]:
    figures = {column: 1.0 for column in TABLES["networks"].columns}
    return figures | {
        "network": name,
        "stations": 1,
        "relays": 0,
        "pictures_taken": 3,
        "pictures_delivered": 2,
        "pictures_lost": 0,
        "pictures_waiting": 1,
        "contacts_per_day": 4.25,
        "latency_median_h": latency_h,
        "age_max_h": ABSENT,
    }


def grid() -> xr.Dataset:
    random = np.random.default_rng(1)
    revisit = random.random((4, 3)) * 24.0
    revisit[0, 0] = np.nan
    plane = ("lat", "lon")
    return xr.Dataset(
        {
            "cell_area_km2": (plane, np.full((4, 3), 2_500.0)),
            "in_region": (plane, random.random((4, 3)) > 0.2),
            "accesses": (plane, random.integers(0, 9, (4, 3))),
            "revisit_mean_h": (plane, revisit),
            "first_access_h": (plane, revisit),
            "accumulated_fraction": (("time",), np.array([0.0, 0.5, 1.0])),
        },
        coords={
            "lat": [36.0, 37.0, 38.0, 39.0],
            "lon": [125.0, 126.0, 127.0],
            "time_s": ("time", [0.0, 43_200.0, 86_400.0]),
        },
    )


def event_rows() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return the row of an access, of a contact and of the place that is seen."""
    window = {"start_s": 5_231.48291, "end_s": 5_502.1, "duration_s": 270.61709}
    edges = {"cut_start": False, "cut_end": False}
    access = {"satellite": "만리경-1", "target": "=cmd|' /C calc'!A0", **window, **edges}
    access |= {"best_s": 5_300.0, "off_nadir_deg": 12.5, "incidence_deg": 13.6}
    access |= {"elevation_deg": 76.4, "slant_range_km": 512.0, "gsd_m": 3.1}
    access |= {"niirs": 2.5, "sun_elevation_deg": 41.0}
    contact = {
        "network": "dprk",
        "satellite": "만리경-1",
        "station": "Pyongyang",
        **window,
        **edges,
    }
    contact |= {"culmination_s": 5_400.0, "max_elevation_deg": 44.0, "rate_bps": 2e6}
    contact |= {"delay_s": 0.0, "command": True, "downlink": True}
    place = {"target": "=cmd|' /C calc'!A0", "country": "", "latitude_deg": 37.09}
    place |= {"longitude_deg": 127.03, "accesses": 1, "accesses_per_day": 1.0}
    place |= {"revisit_mean_h": 11.9, "revisit_max_h": 20.0, "wait_mean_h": 8.0}
    place |= {"access_minutes_per_day": 4.5, "best_gsd_m": 3.1, "best_niirs": 2.5}
    return access, contact, place


def example(**changes: Any) -> results.Results:
    access, contact, place = event_rows()
    picture = {"picture": 0, "satellite": "만리경-1", "target": place["target"], "taken_s": 5_300.0}
    sent = {"network": "dprk", **picture, "sent_s": 5_300.0, "delivered_s": 5_620.0}
    sent |= {"latency_s": 320.0, "via": "Pyongyang", "status": "delivered"}
    waiting = sent | {"network": "none", "sent_s": ABSENT, "delivered_s": ABSENT}
    waiting |= {"latency_s": ABSENT, "via": None, "status": "waiting"}
    values: dict[str, Any] = {
        "scenario_toml": 'schema_version = 1\ntitle = "빠른"\n',
        "title": "One satellite <b>&</b> two networks",
        "question": "How soon?",
        "start": START,
        "days": 1.0,
        "baseline": "dprk",
        "source_line": "simulator 0.1.0",
        "satellites": pd.DataFrame(
            [{"satellite": "만리경-1", "altitude_km": 502.5, "hypothetical": True, "code": 7}]
        ),
        "stations": pd.DataFrame([{"network": "dprk", "station": "Pyongyang", "kind": "station"}]),
        "tracks": pd.DataFrame(
            {
                "satellite": "만리경-1",
                "time_s": [0.0, 60.0],
                "latitude_deg": [-0.000001, 3.8],
                "longitude_deg": [179.9, -179.1],
                "altitude_km": [500.0, 500.1],
            }
        ),
        "accesses": pd.DataFrame([access]),
        "contacts": pd.DataFrame([contact]),
        "pictures": pd.DataFrame([picture | {"size_bits": 160e6}]),
        "deliveries": pd.DataFrame([sent, waiting]),
        "networks": pd.DataFrame([network("dprk", 4.0), network("dprk+russia", 1.0)]),
        "targets": pd.DataFrame([place]),
        "grids": {"korea": grid()},
        "provenance": {
            "versions": {"simulator": "0.1.0"},
            "ut1_minus_utc_s": -0.01,
            "definitions": {"revisit": "stk"},
            "absent": ABSENT,
        },
        "warnings": ["an orbit is hypothetical"],
    }
    return results.Results(**(values | changes))
