"""When satellites are in contact with stations, as the stations grant it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simulator import study
from simulator.library.asked import SatelliteSpan, notes_of, question, told
from simulator.library.kinds import OrbitsLike, StationsLike, TimeLike
from simulator.library.located import network_of
from simulator.network import Offer
from simulator.results import framed
from simulator.study import PictureList, Study


def contacts(
    orbits: OrbitsLike,
    stations: StationsLike,
    *,
    start: TimeLike | None = None,
    days: float | None = None,
    end: TimeLike | None = None,
    min_elevation_deg: float | None = None,
    downlink_rate_mbps: float | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Return every contact of every satellite with every station, as the stations grant it.

    Stations are those of a network of the catalogue, such as "dprk+russia", stations and relays of
    it by name, or any places; each has its own least elevation, 5 degrees unless said otherwise,
    or `min_elevation_deg`. `seed` draws the contacts of a station that grants a part of them.

    Columns are those of `tables/contacts.csv` of a run: satellite, station, start_s, start_utc,
    end_s, end_utc, duration_s, cut_start, cut_end, culmination_s, culmination_utc,
    max_elevation_deg, delay_s (from the station to headquarters), acquisition_s, command and
    downlink (whether the station does either); and rate_bps, where `downlink_rate_mbps` is given.

    >>> import simulator
    >>> found = simulator.contacts("kms4_2023_04_01", ["pgscc", "yakutsk"], days=1)
    >>> found.groupby("station")["duration_s"].sum().round(1).to_dict()
    {'pgscc': 1265.4, 'yakutsk': 2345.6}

    Raises InputError, a ValueError, which names the argument.
    """
    asked = question(orbits, start, days, end)
    seen, offered = offered_to(asked, stations, min_elevation_deg, downlink_rate_mbps, seed=seed)
    table = study.contact_table(seen, seen.scenario.networks[0].name, offered)
    frame = framed("contacts", table, seen.span).drop(columns="network")
    if downlink_rate_mbps is None:
        frame = frame.drop(columns="rate_bps")
    return told(frame, seen.span, notes_of(seen))


def offered_to(
    asked: SatelliteSpan,
    stations: StationsLike,
    min_elevation_deg: float | None,
    downlink_rate_mbps: float | None,
    **keys: Any,
) -> tuple[Study, Offer]:
    """Return what stations offer to satellites, and the study of it.

    `keys` are those of a satellite, and the seed. Raises InputError by argument.
    """
    network = network_of(stations, min_elevation_deg)
    if downlink_rate_mbps is not None:
        keys["downlink_rate_mbps"] = downlink_rate_mbps
    seen = asked.study(networks=[network], **keys)
    numbers, instants = np.empty(0, np.int64), np.empty(0)
    none = PictureList(
        numbers, numbers, numbers, instants, instants, instants, np.empty(0, np.bool_)
    )
    return seen, study.offer_of(seen, seen.scenario.networks[0], study.contacts(seen), none)
