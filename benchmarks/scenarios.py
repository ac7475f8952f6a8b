"""The scenario that benchmarks of regions share: satellites of a Walker pattern over one region."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.scenario import Scenario, loads

_TEXT = """
schema_version = 1
title = "A region under a Walker pattern"
[span]
start = 2024-06-01T00:00:00Z
days = {days}
[[satellites]]
name = "s"
downlink_rate_mbps = 1.0
sensor = {{kind = "radar", gsd_m = 1.0, reference_altitude_km = 500.0, swath_km = 10.0, \
max_off_nadir_deg = {max_off_nadir_deg}}}
[satellites.orbit]
kind = "walker-delta"
altitude_km = 500.0
inclination_deg = 97.4
total = {satellites}
planes = {planes}
phasing = 0
[[regions]]
name = "r"
{region}
resolution_km = {resolution_km}
"""
_NETWORK = """
[[networks]]
name = "n{number}"
stations = ["pgscc"]
"""


@dataclass(frozen=True, kw_only=True)
class Regional:
    """What is varied: the region as TOML keys, its cells' size, the satellites, the networks."""

    region: str
    resolution_km: float
    days: float
    satellites: int
    planes: int = 1
    max_off_nadir_deg: float = 45.0
    networks: int = 0

    def scenario(self) -> Scenario:
        """Return the scenario, checked."""
        text = _TEXT.format(**vars(self))
        text += "".join(_NETWORK.format(number=number) for number in range(self.networks))
        return loads(text, origin="benchmark", folder=Path())
