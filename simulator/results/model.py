"""The results of a study as a value: its tables, its grids, and where every number comes from."""

from __future__ import annotations

import html
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.earth import Span
from simulator.errors import InputError, nearest_hint
from simulator.results import tables
from simulator.results.columns import TABLES
from simulator.text import minute_utc
from simulator.units import DAY_S

if TYPE_CHECKING:
    import xarray as xr

_BRIEF = (
    "network",
    "contacts_per_day",
    "longest_silence_h",
    "latency_median_h",
    "response_mean_h",
    "age_mean_h",
)


@dataclass(frozen=True, repr=False, eq=False)
class Results:
    """What a study found: tables, grids by region, and where every number comes from.

    `scenario_toml` is the scenario as resolved, `source_line` the line printed below figures.
    Tables are those of `columns.TABLES`, brought to their fixed types on the way in:
    absent numbers are NaN, absent text "". An instant `x_s`, in seconds after the start, has its
    datetime beside it, `x_utc`. `provenance` holds what JSON can, with `definitions`
    among it. Raises ValueError for a table without its columns or with an infinite number, and
    for a naive start.
    """

    scenario_toml: str
    title: str
    question: str
    start: datetime
    days: float
    baseline: str
    source_line: str
    satellites: pd.DataFrame
    stations: pd.DataFrame
    tracks: pd.DataFrame
    accesses: pd.DataFrame
    contacts: pd.DataFrame
    pictures: pd.DataFrame
    deliveries: pd.DataFrame
    networks: pd.DataFrame
    targets: pd.DataFrame
    grids: MutableMapping[str, xr.Dataset]
    provenance: dict[str, Any]
    warnings: list[str]
    crosslinks: pd.DataFrame = field(default_factory=pd.DataFrame)
    regions: pd.DataFrame = field(default_factory=pd.DataFrame)
    coverage: pd.DataFrame = field(default_factory=pd.DataFrame)
    coverage_intervals: pd.DataFrame = field(default_factory=pd.DataFrame)
    strips: pd.DataFrame = field(default_factory=pd.DataFrame)
    strip_edges: pd.DataFrame = field(default_factory=pd.DataFrame)
    thresholds: pd.DataFrame = field(default_factory=pd.DataFrame)
    levels: pd.DataFrame = field(default_factory=pd.DataFrame)
    region_networks: pd.DataFrame = field(default_factory=pd.DataFrame)
    stays: pd.DataFrame = field(default_factory=pd.DataFrame)
    hours: pd.DataFrame = field(default_factory=pd.DataFrame)
    actionable: pd.DataFrame = field(default_factory=pd.DataFrame)
    ages: pd.DataFrame = field(default_factory=pd.DataFrame)
    spread: pd.DataFrame = field(default_factory=pd.DataFrame)
    target_spread: pd.DataFrame = field(default_factory=pd.DataFrame)
    unknowns: pd.DataFrame = field(default_factory=pd.DataFrame)
    sampling: pd.DataFrame = field(default_factory=pd.DataFrame)
    element_sets: pd.DataFrame = field(default_factory=pd.DataFrame)
    ways: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __post_init__(self) -> None:
        if self.start.tzinfo is None:
            raise ValueError("start needs an offset")
        # The class is frozen, and this is the one place where its values are brought in form.
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        span = Span(self.start, self.days * DAY_S)
        for name in TABLES:
            object.__setattr__(self, name, tables.framed(name, getattr(self, name), span))

    def __getitem__(self, name: str) -> pd.DataFrame | xr.Dataset:
        """Return a table by its name, or the grid of a region by the region's.

        Raises InputError, which names the nearest, for a name that neither has.
        """
        if name in TABLES:
            table: pd.DataFrame = getattr(self, name)
            return table
        if name in self.grids:
            return self.grids[name]
        known = (*TABLES, *self.grids)
        raise InputError(f"'{name}' is no table and no region{nearest_hint(name, known)}")

    def _ipython_key_completions_(self) -> list[str]:
        # What a notebook offers after results[" and the tab key.
        return [*TABLES, *self.grids]

    @property
    def time_zone(self) -> str:
        """The zone of the clock shown beside UTC."""
        return str(self.provenance.get("time_zone", "UTC"))

    @property
    def time_zone_from(self) -> str:
        """What that zone is taken from, as "headquarters" or "longitude of targets"."""
        return str(self.provenance.get("time_zone_from", ""))

    @property
    def map_centre_deg(self) -> float:
        """The longitude in the middle of the map of ground tracks, degrees east."""
        return float(self.provenance.get("map_centre_deg", 0.0))

    def __repr__(self) -> str:
        brief = self.networks[list(_BRIEF)]
        text = brief.to_string(index=False, na_rep="-", float_format="{:.2f}".format)
        return f"{self._heading()}\n{text if len(brief) else 'no network'}"

    def _repr_html_(self) -> str:
        brief = self.networks[list(_BRIEF)]
        body = brief.to_html(index=False, na_rep="-", float_format="{:.2f}".format, border=0)
        return f"<p>{html.escape(self._heading())}</p>\n{body}"

    def _heading(self) -> str:
        counts = f"satellites: {len(self.satellites)}, targets: {len(self.targets)}"
        return f"{self.title}: {minute_utc(self.start)} UTC + {self.days:g} days, {counts}"
