"""The one small scenario that tests start from, as text, as a model, and as a finished run."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import tomli_w

from simulator.results import Results
from simulator.scenario import Scenario, loads
from simulator.study import run

# Two days of one camera over two targets, heard by two networks; a run of it takes a second.
SMALL = """
schema_version = 1
title = "small"
targets = ["osan", "andersen"]
networks = ["dprk", "dprk+russia"]

[span]
start = 2023-11-22T00:00:00Z
days = 2.0

[[satellites]]
name = "M"
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
orbit = {kind = "launch", launch = "malligyong1_nov23"}
"""

# Values of its satellite that make it six, one behind the other, which look farther to the side.
SIX_IN_A_PLANE = {
    "sensor": {"catalog": "malligyong_press", "max_off_nadir_deg": 45.0},
    "orbit": {
        "kind": "walker-star",
        "total": 6,
        "planes": 1,
        "phasing": 0,
        "altitude_km": 500.0,
        "inclination_deg": 97.41,
        "raan_deg": 225.0,
    },
}

# A region for it, of some twenty cells.
BOX = """
[[regions]]
name = "box"
bounds_deg = {west = 120, south = 30, east = 130, north = 40}
resolution_km = 200
"""


def text(
    more: str = "",
    *,
    start: str = "2023-11-22",
    days: float = 2.0,
    satellite: dict[str, Any] | None = None,
    **values: Any,
) -> str:
    """Return the small scenario as TOML with values in place of its own, and tables at its end.

    The span begins at a date (UTC), `satellite` holds values of the satellite, all others are
    keys of the file itself. None leaves a key out.
    """
    document = tomllib.loads(SMALL)
    document["span"] = {"start": datetime.fromisoformat(start).replace(tzinfo=UTC), "days": days}
    document["satellites"][0] |= satellite or {}
    document |= values
    return tomli_w.dumps(_without_none(document)) + more


def _without_none(table: Any) -> Any:
    """Return a document without the keys whose value is None, at any depth."""
    if isinstance(table, list):
        return [_without_none(item) for item in table]
    if not isinstance(table, dict):
        return table
    return {key: _without_none(value) for key, value in table.items() if value is not None}


def scenario(toml: str, *overrides: str, folder: Path = Path()) -> Scenario:
    """Return a text's scenario with overrides (`path=value`); files it names are in the folder."""
    return loads(toml, origin="test", folder=folder, overrides=overrides)


@cache
def finished(toml: str = SMALL + BOX, *overrides: str) -> Results:
    """Return the results of a text's scenario, run once a session; not to be changed."""
    return run(scenario(toml, *overrides))


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file of a folder by its path inside."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}
