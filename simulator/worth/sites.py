"""Where one more station would help the most: its worth at every cell of a region.

Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator import glossary, intervals
from simulator.arrays import FloatArray, Int32Array, IntArray
from simulator.basemap import country_names
from simulator.delivery import Plan
from simulator.earth import Cells, cells_of
from simulator.errors import InputError, nearest_hint
from simulator.network import Offer, deliver_pictures, find_contacts, offer
from simulator.scenario import Network, Region, Scenario, Station
from simulator.study import (
    Events,
    Study,
    find_events,
    latest_commands_s,
    offer_of,
    queued_pictures,
)
from simulator.workers import Threads, Workers
from simulator.worth import contact_times, exact
from simulator.worth.picture_figures import Served
from simulator.worth.times import baseline_of, refuse_habits
from simulator.worth.valuing import FIGURES, GAIN_SIGN

if TYPE_CHECKING:
    import xarray as xr

# Contacts of so many cells are held at once.
_LOT = 1_000


@dataclass(frozen=True, eq=False)
class Siting:
    """What one station more would add to a baseline, cell by cell.

    `cells` has a row a cell: `latitude_deg`, `longitude_deg`, `country` (empty at sea), and a
    column a figure: what the baseline gains, positive where better; pictures share the network.
    `baseline_figures` are those of the baseline alone, `places` the cells as they lie.
    """

    region: str
    baseline: str
    station: Station
    baseline_figures: dict[str, float]
    cells: pd.DataFrame
    places: Cells

    def grid(self) -> xr.Dataset:
        """Return the gains on the cells of the region, as the grids of its runs have them.

        Variables are `gain_` and the figure, in the figure's unit; NaN outside the region.
        """
        import xarray as xr

        gains = {}
        for name in FIGURES:
            term, unit = glossary.term(name), glossary.cf_unit(name)
            what = glossary.stem(name) if term is None else term.meaning
            told = {
                "long_name": f"gain of one more station here, positive where better: {what}",
                "units": unit,
            }
            # A loss of nothing is written as no gain.
            values = self.places.spread(self.cells[name].to_numpy(dtype=np.float64) + 0.0)
            gains[f"gain_{name}"] = (self.places.dims, values, told)
        return xr.Dataset({**self.places.variables(), **gains}, coords=self.places.coordinates())

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked, as JSON can hold it."""
        station = self.station.model_dump(mode="json", exclude_none=True)
        return {"region": self.region, "baseline": self.baseline, "station": station}

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        own = pd.DataFrame(list(self.baseline_figures.items()), columns=["figure", "value"])
        return {"baseline_figures": own, "cells": self.cells}


def siting(
    scenario: Scenario,
    region: str,
    *,
    baseline: str | None = None,
    like: Station | None = None,
    workers: Workers | None = None,
) -> Siting:
    """Return what one station more would add to a baseline at each cell of a region.

    `region` is one of the scenario's by name, `baseline` the scenario's unless named. The station
    is `like` another, whose place and name do not matter: by default it sees above 5 degrees,
    commands, receives whatever is sent, and forwards at once. Raises InputError for names that are
    not there and a region without cells.
    """
    scenario = scenario.resolve()
    table, network = _region(scenario, region), baseline_of(scenario, baseline)
    refuse_habits(network)
    cells = cells_of(table.surface, kind=table.cells, resolution_km=table.resolution_km)
    if not len(cells):
        raise InputError(f"region '{region}' holds no cell centre; make resolution_km smaller")
    station = like or Station(name="new station", latitude_deg=0.0, longitude_deg=0.0)
    study = Study(scenario.model_copy(update={"networks": (network,), "regions": ()}))
    events = find_events(study, for_tables=False)
    base = _Base.of(study, events, network)
    lots = [range(n, min(n + _LOT, len(cells))) for n in range(0, len(cells), _LOT)]

    def figures(lot: range) -> FloatArray:
        return np.array(list(_figures_of(base, station, cells, lot)))

    values = np.concatenate(list((workers or Threads()).map(figures, lots)))
    alone = base.figures()
    gains = GAIN_SIGN * (values - alone)
    frame = pd.DataFrame(
        {
            "latitude_deg": cells.latitude_deg,
            "longitude_deg": cells.longitude_deg,
            "country": country_names(cells.longitude_deg, cells.latitude_deg),
        }
        | dict(zip(FIGURES, gains.T, strict=True))
    )
    numbers = dict(zip(FIGURES, alone.tolist(), strict=True))
    return Siting(region, network.name, station, numbers, frame, cells)


def _region(scenario: Scenario, name: str) -> Region:
    found = {table.name: table for table in scenario.regions}
    if name not in found:
        raise InputError(
            f"'{name}' is no region of the scenario; it has {', '.join(found) or 'none'}"
            f"{nearest_hint(name, found)}"
        )
    return found[name]


@dataclass(frozen=True, eq=False)
class _Base:
    """The baseline alone: what it offers, what it makes of the pictures, when it commands."""

    study: Study
    events: Events
    offered: Offer
    served: Served
    commands_s: FloatArray
    contacts_s: FloatArray

    @classmethod
    def of(cls, study: Study, events: Events, network: Network) -> _Base:
        offered = offer_of(study, network, events.contacts, events.pictures)
        pictures = events.pictures
        delivered_s = deliver_pictures(
            study.fleet, offered, queued_pictures(study, pictures)
        ).delivered_s
        served = Served(
            study.span.duration_s,
            pictures.target,
            pictures.taken_s,
            delivered_s,
            latest_commands_s(study, offered, pictures),
            study.requests,
        )
        return cls(study, events, offered, served, *_windows_s(study, offered))

    def figures(self) -> FloatArray:
        """Return the figures (F,) of the baseline alone."""
        silent = np.empty((0, 2))
        return self.with_station(self.offered, (silent, silent), self.served.latest_s)

    def with_station(
        self, offered: Offer, own_s: tuple[FloatArray, FloatArray], latest_s: FloatArray
    ) -> FloatArray:
        """Return the figures (F,) with one station more.

        `offered` is what both offer, `own_s` the windows (N, 2) in which the station commands and
        is in contact, `latest_s` (P,) the last command of each picture through either.
        """
        study, span_s = self.study, self.study.span.duration_s
        queued = queued_pictures(study, self.events.pictures)
        arrival_s = deliver_pictures(study.fleet, offered, queued).delivered_s
        pictured = self.served.values(arrival_s[None], latest_s[None])[0]
        both = np.ones((1, 1), dtype=np.bool_)
        wait_h, command = exact.command_game([self.commands_s, own_s[0]], span_s)
        silence = contact_times.silence([self.contacts_s, own_s[1]], span_s)
        gbit = sum(offered.sendable_bits(n) for n in range(len(study.fleet))) / 1e9
        return np.array(
            [
                *pictured,
                wait_h - command(both)[0],
                silence.longest_h(both)[0],
                gbit / study.span.days,
            ]
        )


def _windows_s(study: Study, offered: Offer) -> tuple[FloatArray, FloatArray]:
    """Return the merged times (N, 2) in which any satellite is commanded, and in contact."""
    satellites = range(len(study.fleet))
    commands_s = intervals.union(*(offered.commands_s(number) for number in satellites))
    return commands_s, intervals.union(*offered.in_contact_s(len(study.fleet)))


def _figures_of(base: _Base, station: Station, cells: Cells, lot: range) -> Iterator[FloatArray]:
    """Yield the figures (F,) of the baseline with a station at each cell of a lot."""
    study, fleet = base.study, base.study.fleet
    stations = [
        station.model_copy(
            update={
                "latitude_deg": float(cells.latitude_deg[number]),
                "longitude_deg": float(cells.longitude_deg[number]),
            }
        )
        for number in lot
    ]
    found = find_contacts(
        fleet.tracks, stations, end_s=study.span.duration_s, with_culminations=False
    )
    collecting_s = {
        number: base.events.pictures.collecting_s(number)
        for number, table in enumerate(fleet.tables)
        if not table.image_while_downlinking
    }
    offered = offer(fleet, stations, found, seed=study.scenario.seed, collecting_s=collecting_s)
    plan_rows = _by_link(offered.plan.link, len(stations))
    contact_rows = _by_link(offered.contacts.link, len(stations))
    for number in range(len(stations)):
        own = replace(
            offered,
            contacts=offered.contacts.chosen(contact_rows[number]),
            plan=offered.plan.chosen(plan_rows[number]),
            sending=None,
        )
        latest_s = np.maximum(
            base.served.latest_s, latest_commands_s(study, own, base.events.pictures)
        )
        yield base.with_station(
            _together(base.offered, own, stations[number]), _windows_s(study, own), latest_s
        )


def _by_link(link: IntArray | Int32Array, count: int) -> list[IntArray]:
    """Return the rows of each link, in their order."""
    order = np.argsort(link, kind="stable")
    return np.split(order, np.searchsorted(link[order], np.arange(1, count)))


def _together(base: Offer, own: Offer, station: Station) -> Offer:
    """Return the offer of a baseline and of one station more, whose link is the last."""
    last = len(base.links)
    added = replace(own.plan, link=np.full(len(own.plan.link), last))
    joined = Plan(
        **{
            name: np.concatenate([getattr(base.plan, name), getattr(added, name)])
            for name in added.__dataclass_fields__
        }
    )
    plan = joined.chosen(np.argsort(joined.start_s, kind="stable"))
    return replace(base, links=(*base.links, station), plan=plan, sending=None)


def best_places(found: Siting, figure: str, count: int = 10) -> pd.DataFrame:
    """Return the cells of the greatest gain in a figure, one a country, the best first."""
    rows = found.cells[found.cells[figure] > 0.0]
    best = rows.sort_values(figure, ascending=False, kind="stable")
    return best.drop_duplicates("country").head(count)
