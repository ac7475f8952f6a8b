"""The stages of a study that find events: accesses, pictures, contacts, crosslinks.

Each stage is given a part of the scenario alone, and its key is made of that part: with a store, a
stage whose part has not changed is not run again. Seconds since the span's start throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, cast

import numpy as np

from simulator import intervals
from simulator.access import (
    CrosslinkWindows,
    LinkLimits,
    find_crosslinks,
    satellite_positions,
)
from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.earth import look_angles
from simulator.imaging import (
    Limits,
    Opportunities,
    good_enough,
    task,
)
from simulator.network import Contacts, Link, find_contacts
from simulator.orbits import Outage
from simulator.scenario import (
    CrosslinkTable,
    Network,
    Same,
    Satellite,
)
from simulator.study import keys
from simulator.study.case import Study, key_in, members, place_of_link
from simulator.study.store import Value, kept, put
from simulator.study.target_windows import look_columns, target_windows, window_columns
from simulator.units import MINUTE_S

# How many sets of networks are remembered with their places.
_REMEMBERED = 50


@dataclass(frozen=True, eq=False)
class Accesses:
    """Accesses of all satellites to all targets, in order of start; columns (A,) by name.

    Columns: satellite and target (numbers in the scenario's order), start_s, end_s, cut_start,
    cut_end, best_s, and the look at best_s. `outages` holds one entry a satellite.
    """

    columns: Value
    outages: tuple[Outage | None, ...]

    def __len__(self) -> int:
        return len(self.columns["start_s"])


LOOK_COLUMNS = (
    "off_nadir_deg",
    "incidence_deg",
    "elevation_deg",
    "slant_range_km",
    "gsd_m",
    "niirs",
    "sun_elevation_deg",
)


def accesses(study: Study, *, with_looks: bool = True) -> Accesses:
    """Return every access of every satellite to every target, with its look.

    Without looks, which no figure of a network is made of, their columns are left out, unless a
    store is to keep them.
    """
    with_looks = with_looks or study.store is not None
    value = study.kept("accesses", lambda: _find_accesses(study.part("accesses"), with_looks))
    outages = tuple(
        None if np.isnan(t) else Outage(float(t), int(code), str(meaning))
        for t, code, meaning in zip(
            value["outage_s"], value["outage_code"], value["outage_meaning"], strict=True
        )
    )
    return Accesses(value, outages)


def _find_accesses(study: Study, with_looks: bool) -> Value:
    parts = [_accesses_of(study, number, with_looks) for number in range(len(study.flights))]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    # Pictures are numbered in this order: ties in start must not depend on the search.
    order = np.lexsort((columns["target"], columns["satellite"], columns["start_s"]))
    columns = {name: column[order] for name, column in columns.items()}
    # Tracks run on to the end of a revolution: what happens there is beyond the study.
    outages = [
        path.outage if path.outage and path.outage.time_s < study.span.duration_s else None
        for path in study.tracks
    ]
    columns["outage_s"] = np.array([np.nan if o is None else o.time_s for o in outages])
    columns["outage_code"] = np.array([0 if o is None else o.code for o in outages])
    # Texts and codes are kept too: a stored result must say why a track ends.
    columns["outage_meaning"] = np.array(["" if o is None else o.meaning for o in outages])
    return columns


def _accesses_of(study: Study, number: int, with_looks: bool) -> dict[str, Any]:
    windows, best_s = target_windows(study, number)
    columns: dict[str, Any] = {
        "satellite": np.full(len(windows), number),
        "target": windows.site.astype(np.int64),
        **window_columns(windows, best_s),
    }
    if not with_looks:
        return columns
    return {
        **columns,
        **look_columns(
            study.tracks[number],
            study.whereabouts,
            windows,
            best_s,
            sun=study.sun,
            sensor=study.flights[number].table.sensor,
        ),
    }


@dataclass(frozen=True, eq=False)
class PictureList:
    """The pictures taken, in order of time; all (P,).

    `access` is the row of the access, collection lasts from `begin_s` to `taken_s`; `good_enough`
    tells whether the look meets what the target needs.
    """

    access: IntArray
    satellite: IntArray
    target: IntArray
    begin_s: FloatArray
    taken_s: FloatArray
    size_bits: FloatArray
    good_enough: BoolArray

    def __len__(self) -> int:
        return len(self.taken_s)

    @classmethod
    def joined(cls, parts: Sequence[PictureList], satellites: Sequence[int]) -> PictureList:
        """Return the pictures of several groups of so many satellites each, numbered on.

        In order of time; `access` counts in the accesses of each group.
        """
        first = np.cumsum([0, *satellites])
        columns = {
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in cls.__dataclass_fields__
        }
        columns["satellite"] = np.concatenate(
            [part.satellite + add for part, add in zip(parts, first[:-1], strict=True)]
        )
        middle_s = 0.5 * (columns["begin_s"] + columns["taken_s"])
        order = np.lexsort((columns["target"], columns["satellite"], middle_s))
        return cls(**{name: column[order] for name, column in columns.items()})

    def of_satellites(self, numbers: Sequence[int]) -> PictureList:
        """Return the pictures of some satellites, which are numbered anew in this order."""
        number = np.full(max(int(self.satellite.max(initial=-1)), *numbers) + 1, -1)
        number[list(numbers)] = np.arange(len(numbers))
        rows = number[self.satellite] >= 0
        part = {name: getattr(self, name)[rows] for name in self.__dataclass_fields__}
        return PictureList(**part | {"satellite": number[part["satellite"]]})

    def collecting_s(self, satellite: int) -> FloatArray:
        """Return the merged times (N, 2) that a satellite spends on collecting pictures."""
        rows = self.satellite == satellite
        return intervals.union(np.stack([self.begin_s[rows], self.taken_s[rows]], axis=1))


def pictures(study: Study, accesses: Accesses) -> PictureList:
    """Return the pictures taken of all accesses, the same for every network."""
    value = study.kept("pictures", lambda: _take_pictures(study.part("pictures"), accesses))
    # Of the whole study: the size of a picture is no part of the key of tasking.
    tables = [flight.table for flight in study.flights]
    row, at_s = value["access"], value["at_s"]
    satellite = accesses.columns["satellite"][row]
    # Collection is centred on the instant chosen.
    half_s = np.array([0.5 * table.sensor.collection_s for table in tables])[satellite]
    size_bits = np.array([table.sensor.picture_bits for table in tables])[satellite]
    target = accesses.columns["target"][row]
    good = _good_enough(study, satellite, target, at_s)
    return PictureList(row, satellite, target, at_s - half_s, at_s + half_s, size_bits, good)


def _good_enough(
    study: Study, satellite: IntArray, target: IntArray, at_s: FloatArray
) -> BoolArray:
    """Return which looks (P,) at targets meet what these need; all where nothing is asked for."""
    targets, good = study.scenario.targets, np.ones(len(at_s), dtype=np.bool_)
    asking = np.array([table.needs is not None for table in targets], dtype=np.bool_)
    for number, flight in enumerate(study.flights):
        looks = np.flatnonzero((satellite == number) & asking[target])
        if not len(looks):
            continue
        latitude, longitude, height = study.whereabouts.geodetic(target[looks], at_s[looks]).T
        angles = look_angles(
            satellite_positions(study.tracks[number], at_s[looks]),
            latitude_deg=latitude,
            longitude_deg=longitude,
            height_m=height,
        )
        for place in np.unique(target[looks]).tolist():
            own = target[looks] == place
            good[looks[own]] = good_enough(
                flight.table.sensor,
                targets[place].needs,
                slant_range_km=angles.slant_range_km[own],
                elevation_deg=angles.elevation_deg[own],
            )
    return good


def _take_pictures(study: Study, accesses: Accesses) -> Value:
    columns, targets = accesses.columns, study.scenario.targets
    names = ("satellite", "target", "start_s", "end_s", "best_s")
    tasks = task(
        Opportunities(**{name: columns[name] for name in names}),
        [_limits(flight.table) for flight in study.flights],
        np.array([target.priority for target in targets], dtype=np.int64),
        study.tracks,
        study.whereabouts.places,
        study.whereabouts.movements,
    )
    return {"access": tasks.opportunity, "at_s": tasks.at_s}


def _limits(table: Satellite) -> Limits:
    minutes = table.max_imaging_min_per_orbit
    return Limits(
        slew_rate_deg_s=table.slew_rate_deg_s,
        settling_s=table.settling_s,
        collection_s=table.sensor.collection_s,
        pictures_per_orbit=table.max_pictures_per_orbit,
        imaging_s_per_orbit=None if minutes is None else MINUTE_S * minutes,
    )


@dataclass(frozen=True, eq=False)
class AllContacts:
    """Contacts with every station and relay of every network, each place searched once."""

    by_place: Mapping[Hashable, Value]

    def of_links(self, links: Sequence[Link]) -> Contacts:
        """Return the contacts of some links, wherever they belong, `link` counting in these."""
        # Links of one place may differ in name and rate, so each has its own number here.
        parts = [self.by_place[place_of_link(link)] for link in links]
        columns: dict[str, Any] = {
            name: np.concatenate([part[name] for part in parts])
            for name in Contacts.__dataclass_fields__
        }
        lengths = [len(part["link"]) for part in parts]
        columns["link"] = np.repeat(np.arange(len(links), dtype=np.int32), lengths)
        return Contacts(**columns)


def contacts(study: Study, *, for_tables: bool = True) -> AllContacts:
    """Return the contacts with all stations and relays; a place is searched once, however named.

    Those that are not for tables have no culminations, unless a store is to keep them.
    """
    networks = tuple(map(Same, study.scenario.networks))
    links = _links_by_place(networks)
    stored = {} if study.store is None else _keys_of_places(networks, study.digest("contacts"))
    values = {place: kept(study.store, stored[place]) if stored else None for place in links}
    missing = [place for place, value in values.items() if value is None]
    if missing:
        searched = find_contacts(
            study.tracks,
            [keys.narrowed("contacts", links[place]) for place in missing],
            end_s=study.span.duration_s,
            with_culminations=for_tables or study.store is not None,
            threads=study.threads,
        )
        by_link = searched.chosen(np.argsort(searched.link, kind="stable"))
        ends = np.searchsorted(by_link.link, np.arange(len(missing)), side="right")
        for number, place in enumerate(missing):
            rows = slice(ends[number - 1] if number else 0, ends[number])
            values[place] = {name: column[rows] for name, column in vars(by_link).items()}
            # Place by place, so that another network with some of them finds those.
            if stored:
                put(study.store, stored[place], values[place] or {})
    return AllContacts({place: value or {} for place, value in values.items()})


# Studies have most networks in common, and the orbits over them.
@lru_cache(maxsize=_REMEMBERED)
def _keys_of_places(networks: tuple[Same, ...], scenario: str) -> Mapping[Hashable, str]:
    """Return the key of the contacts with each place, from the digest of a scenario."""
    links = _links_by_place(networks).items()
    return {place: key_in("contacts", scenario, link) for place, link in links}


@lru_cache(maxsize=_REMEMBERED)
def _links_by_place(networks: tuple[Same, ...]) -> Mapping[Hashable, Link]:
    """Return the stations and relays of networks: those that differ by name alone are one place."""
    return {
        place_of_link(link): link
        for network in networks
        for link in members(cast(Network, network.table))
    }


def crosslinks(study: Study, table: CrosslinkTable) -> CrosslinkWindows:
    """Return when the satellites can talk to each other."""

    def search() -> Value:
        narrowed = keys.narrowed("crosslinks", table)
        limits = LinkLimits(
            narrowed.max_range_km, narrowed.grazing_height_km, narrowed.max_pointing_deg
        )
        windows = find_crosslinks(study.tracks, limits, end_s=study.span.duration_s)
        return {name: getattr(windows, name) for name in CrosslinkWindows.__dataclass_fields__}

    return CrosslinkWindows(**study.kept("crosslinks", search, table))


class Events(NamedTuple):
    """What happens on orbit whatever the network: accesses, pictures, contacts with all links."""

    accesses: Accesses
    pictures: PictureList
    contacts: AllContacts


def find_events(
    study: Study,
    progress: Callable[[str], None] = lambda _: None,
    *,
    for_tables: bool = True,
    with_looks: bool = True,
) -> Events:
    """Return the events of a study; `progress` is given the name of each stage as it begins.

    `for_tables` as `contacts` has it, `with_looks` as `accesses` does.
    """
    progress("accesses")
    target_accesses = accesses(study, with_looks=with_looks)
    collected = pictures(study, target_accesses)
    progress("contacts")
    return Events(target_accesses, collected, contacts(study, for_tables=for_tables))
