"""An answer beyond a run's: what members are worth."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd

from simulator.results import Answered


def row(member: str, alone: float, shapley: float) -> dict[str, Any]:
    return {
        "figure": "latency_mean_h",
        "load": "loaded",
        "member": member,
        "alone": alone,
        "alone_low": alone - 0.1,
        "alone_high": alone + 0.1,
        "shapley": shapley,
        "shapley_low": shapley - 0.1,
        "shapley_high": shapley + 0.1,
    }


def answered(*, gain: float = 1.0, text: str = "One dish brings it all.") -> Answered:
    figures = [
        {"figure": "latency_mean_h", "load": "loaded", "gain": gain},
        {"figure": "age_mean_h", "load": "idle", "gain": 0.0},
    ]
    members = [row("yakutsk", 1.0, 0.6), row("ussuriysk", 0.62, 0.3), row("kaliningrad", 0.5, 0.1)]
    return Answered(
        command="worth",
        asked={
            "network": "helped",
            "baseline": "home",
            "draws": 20,
            "drawn": "the orbit's phase",
            "interval": 0.9,
        },
        text=text,
        scenario_toml="",
        title="Small",
        question="",
        start=datetime(2023, 12, 1, tzinfo=UTC),
        days=3.0,
        source_line="SGP4 (WGS72)",
        provenance={},
        tables={"figures": pd.DataFrame(figures), "members": pd.DataFrame(members)},
    )
