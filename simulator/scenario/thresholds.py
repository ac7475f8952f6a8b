"""Conditions on a figure of a region's cells, to ask what share of the area meets them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.scenario.table import ScenarioTable

CoverageFigure = Literal[
    "accesses_per_day",
    "accesses_day_min",
    "accesses_day_max",
    "access_minutes_per_day",
    "access_minutes_day_min",
    "access_minutes_day_max",
    "access_minutes_day_std",
    "access_mean_min",
    "access_min_min",
    "access_max_min",
    "access_std_min",
    "gaps",
    "revisit_mean_h",
    "revisit_min_h",
    "revisit_max_h",
    "revisit_std_h",
    "time_average_gap_h",
    "response_mean_h",
    "response_max_h",
    "age_of_data_mean_h",
    "age_of_data_max_h",
    "satellites_at_once_mean",
    "satellites_at_once_min",
    "satellites_at_once_max",
    "satellites_seen",
    "pairs",
]


class Threshold(ScenarioTable):
    """A figure of a cell, and what it must be at least, at most, or otherwise beside a value."""

    figure: CoverageFigure = Field(description="Figure of a cell, as the table of coverage has it.")
    relation: Literal["at least", "at most", "greater", "less", "equal"] = Field(
        description="What the figure must be beside the value."
    )
    value: float = Field(description="The value, in the unit of the figure's name.")
