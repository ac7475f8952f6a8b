"""What a network offers to a fleet: its contacts as granted, and the contact plan they make.

A contact plan has a row for every interval in which a satellite can send over a link at one rate.
Contacts are cut by what hosts grant and by opening hours, then by acquisition, and by the times in
which a satellite that cannot do both is collecting pictures. Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator import intervals, ragged
from simulator.access import CrosslinkWindows
from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.delivery import Crosslinks, Plan, most_bits
from simulator.earth import Span
from simulator.network.contacts import Contacts, Link, in_order_of_start
from simulator.network.offers import (
    Carrying,
    RatedRows,
    at_fixed_rates,
    carrying_from_s,
    granted,
    rated_rows,
    within_openings,
)
from simulator.orbits import Track
from simulator.scenario import CrosslinkTable, Satellite

_OfSatellites = TypeVar("_OfSatellites", Contacts, RatedRows, Plan)


@dataclass(frozen=True, eq=False)
class Fleet:
    """Satellites over a span, all in one order: names, scenario tables, tracks.

    Satellites of one orbit table share the table and differ by name.
    """

    names: Sequence[str]
    tables: Sequence[Satellite]
    tracks: Sequence[Track]
    span: Span

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, eq=False)
class Offer:
    """What a network offers: its links, their contacts as granted, and what those carry.

    `contacts.link` and `rows.link` count in `links`; `rows` has every rate of every contact,
    `plan` those for pictures, `crosslinks` the links between satellites. `sending` are the contacts
    of the plan, where each has one rate and others may share them.
    """

    links: tuple[Link, ...]
    contacts: Contacts
    rows: RatedRows
    plan: Plan
    crosslinks: Crosslinks | None
    sending: Carrying | None = None
    _commands_s: dict[int, FloatArray] = field(init=False, default_factory=dict, repr=False)

    def of_links(self, values: Sequence[Any]) -> NDArray[Any]:
        """Return for each contact the value of its link."""
        return np.array(values)[self.contacts.link] if len(self.links) else np.empty(0)

    def has_role(self, role: str) -> BoolArray:
        """Return for each contact whether its link has a role."""
        return np.asarray(self.of_links([role in link.roles for link in self.links]), dtype=bool)

    def of_some_links(self, held: BoolArray) -> Offer:
        """Return what is offered by the links (L,) held alone; links keep their numbers."""
        kept = held[self.contacts.link]
        place = np.cumsum(kept) - 1
        rows = self.rows.chosen(held[self.rows.link])
        return replace(
            self,
            contacts=self.contacts.chosen(kept),
            rows=replace(rows, contact=place[rows.contact]),
            plan=self.plan.chosen(held[self.plan.link]),
            sending=None,
        )

    @classmethod
    def joined(cls, parts: Sequence[Offer], satellites: Sequence[int]) -> Offer:
        """Return what the same links offer several groups of so many satellites, numbered on.

        Raises ValueError with crosslinks, which would join the groups too.
        """
        if any(part.crosslinks is not None for part in parts):
            raise ValueError("what satellites offer each other is not that of some of them")
        first = np.cumsum([0, *satellites])[:-1].tolist()
        before = np.cumsum([0, *(len(part.contacts) for part in parts)])[:-1].tolist()

        def together(tables: Sequence[_OfSatellites]) -> tuple[_OfSatellites, IntArray]:
            numbered = [
                replace(table, satellite=table.satellite + np.asarray(add, table.satellite.dtype))
                for table, add in zip(tables, first, strict=True)
            ]
            columns = {
                name: np.concatenate([getattr(table, name) for table in numbered])
                for name in tables[0].__dataclass_fields__
            }
            order = in_order_of_start(columns["start_s"], columns["satellite"], columns["link"])
            return type(tables[0])(**columns).chosen(order), order

        contacts, order = together([part.contacts for part in parts])
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        rows, _ = together(
            [
                replace(part.rows, contact=part.rows.contact + add)
                for part, add in zip(parts, before, strict=True)
            ]
        )
        plan, _ = together([part.plan for part in parts])
        return cls(parts[0].links, contacts, replace(rows, contact=place[rows.contact]), plan, None)

    def of_some_satellites(self, numbers: Sequence[int]) -> Offer:
        """Return what is offered to satellites alone, which are numbered anew in this order.

        Raises ValueError with crosslinks, which are no matter of single satellites.
        """
        if self.crosslinks is not None:
            raise ValueError("what satellites offer each other is not that of some of them")
        largest = max(int(self.contacts.satellite.max(initial=-1)), *numbers)
        number = np.full(largest + 1, -1)
        number[list(numbers)] = np.arange(len(numbers))

        def renumbered(table: _OfSatellites) -> _OfSatellites:
            part = table.chosen(number[table.satellite] >= 0)
            own = number[part.satellite].astype(part.satellite.dtype)
            return replace(part, satellite=own)

        kept = np.cumsum(number[self.contacts.satellite] >= 0) - 1
        rows = renumbered(self.rows)
        return replace(
            self,
            contacts=renumbered(self.contacts),
            rows=replace(rows, contact=kept[rows.contact]),
            plan=renumbered(self.plan),
            sending=None,
        )

    @property
    def rate_bps(self) -> FloatArray:
        """The best rate in each contact (C,), 0 where it carries nothing."""
        best = np.zeros(len(self.contacts))
        np.maximum.at(best, self.rows.contact, self.rows.rate_bps)
        return best

    def in_contact_s(self, satellites: int) -> list[FloatArray]:
        """Return the merged times in contact (N, 2) of each satellite."""
        return in_contact_s(self.contacts, satellites)

    @property
    def carrying_from_s(self) -> FloatArray:
        """The instant from which each contact (C,) carries anything, once it is acquired."""
        return carrying_from_s(self.contacts, acquisitions_s(self.links))

    def commands_s(self, satellite: int) -> FloatArray:
        """Return the merged times (N, 2) in which a satellite can be commanded."""
        if satellite not in self._commands_s:
            self._commands_s[satellite] = commands_s(self.links, self.contacts, satellite)
        return self._commands_s[satellite]

    def sending_s(self, satellite: int) -> FloatArray:
        """Return the merged times (N, 2) in which a satellite can send to links."""
        if self.sending is not None:
            return self.sending.open_s(satellite)
        own = (self.plan.satellite == satellite) & (self.plan.rate_bps > 0.0)
        return intervals.union(np.stack([self.plan.start_s[own], self.plan.end_s[own]], axis=1))

    def sendable_bits(
        self, satellite: int, begin_s: float = -np.inf, end_s: float = np.inf
    ) -> float:
        """Return the bits a satellite can send if the fastest open link is used at each instant.

        Between `begin_s` and `end_s` alone where they are given.
        """
        plan, rows = self.plan, self.plan.satellite == satellite
        if begin_s == -np.inf and end_s == np.inf and self.sending is not None:
            rates_bps = plan.rate_bps[rows]
            if len(rates_bps) and rates_bps.min() == rates_bps.max():
                return float(rates_bps[0] * intervals.total_s(self.sending_s(satellite)))
        start_s, stop_s = (
            plan.start_s[rows].clip(begin_s, end_s),
            plan.end_s[rows].clip(begin_s, end_s),
        )
        opens = stop_s > start_s
        return most_bits(start_s[opens], stop_s[opens], plan.rate_bps[rows][opens])


def in_contact_s(contacts: Contacts, satellites: int) -> list[FloatArray]:
    """Return the merged times in contact (N, 2) of each satellite."""
    windows_s = np.stack([contacts.start_s, contacts.end_s], axis=1)
    return [
        intervals.union(windows_s[contacts.satellite == number]) for number in range(satellites)
    ]


def commands_s(links: Sequence[Link], contacts: Contacts, satellite: int) -> FloatArray:
    """Return the merged times (N, 2) in which a satellite can be commanded by links."""
    commanding = np.array(["command" in link.roles for link in links], dtype=np.bool_)
    rows = commanding[contacts.link] & (contacts.satellite == satellite)
    begin_s = carrying_from_s(contacts, acquisitions_s(links))[rows]
    return intervals.union(np.stack([begin_s, contacts.end_s[rows]], axis=1))


def acquisitions_s(links: Sequence[Link]) -> FloatArray:
    """Return how long each link (L,) takes to be acquired."""
    return np.array([link.acquisition_s for link in links], dtype=np.float64)


def offer(
    fleet: Fleet,
    links: Sequence[Link],
    contacts: Contacts,
    *,
    seed: int,
    collecting_s: Mapping[int, FloatArray],
    crosslinks: Crosslinks | None = None,
) -> Offer:
    """Return what links offer to a fleet.

    `contacts` are all in which a link, counted in `links`, is in view; hosts grant some by `seed`.
    `collecting_s` has the merged times (N, 2) that satellites, by number, spend on pictures and
    cannot send in.
    """
    held = granted_contacts(fleet, links, contacts, seed=seed)
    return offer_of_granted(fleet, links, held, collecting_s=collecting_s, crosslinks=crosslinks)


def offer_of_granted(
    fleet: Fleet,
    links: Sequence[Link],
    held: Contacts,
    *,
    collecting_s: Mapping[int, FloatArray],
    crosslinks: Crosslinks | None = None,
) -> Offer:
    """Return what links offer to a fleet in the contacts that hosts grant, in order of start."""
    acquisition_s = acquisitions_s(links)
    fixed = at_fixed_rates(held, links, fleet.tables, acquisition_s=acquisition_s)
    if fixed is None:
        sending = None
        rows = rated_rows(held, links, fleet.tables, fleet.tracks, acquisition_s=acquisition_s)
        plan = _downlink_plan(links, rows.chosen(_is_downlink(links)[rows.link]))
    else:
        sending, rows = fixed[0].over(_is_downlink(links)), fixed[0].at(fixed[1])
        plan = _downlink_plan(links, sending.at(fixed[1]))
    for satellite, busy_s in collecting_s.items():
        plan, sending = _without(plan, satellite, busy_s), None
    return Offer(tuple(links), held, rows, plan, crosslinks, sending)


def granted_contacts(
    fleet: Fleet, links: Sequence[Link], contacts: Contacts, *, seed: int
) -> Contacts:
    """Return the contacts that hosts grant, within opening hours, in order of start."""
    # Grants first: the number drawn for a contact depends on its place among whole contacts.
    allowed = granted(contacts, links, fleet.names, seed=seed)
    held = contacts if allowed.all() else contacts.chosen(allowed)
    cut = within_openings(held, links, fleet.span, fleet.tracks)
    return cut.chosen(in_order_of_start(cut.start_s, cut.satellite, cut.link))


def _is_downlink(links: Sequence[Link]) -> BoolArray:
    """Return which links (L,) pictures come down over."""
    return np.array(["downlink" in link.roles for link in links], dtype=np.bool_)


def _downlink_plan(links: Sequence[Link], rows: RatedRows) -> Plan:
    delay_s = np.array([link.forwarding_delay_s for link in links], dtype=np.float64)
    return Plan(
        satellite=rows.satellite,
        link=rows.link,
        start_s=rows.start_s,
        end_s=rows.end_s,
        rate_bps=rows.rate_bps,
        delay_s=delay_s[rows.link],
    )


def _without(plan: Plan, satellite: int, busy_s: FloatArray) -> Plan:
    """Return a plan without the merged times `busy_s` (N, 2) of a satellite, in order of start."""
    free_s = intervals.complement(busy_s, -np.inf, np.inf)
    own = np.flatnonzero(plan.satellite == satellite)
    first = np.searchsorted(free_s[:, 1], plan.start_s[own], side="right")
    last = np.searchsorted(free_s[:, 0], plan.end_s[own], side="left")
    # A row of the plan becomes one for each free time that it meets.
    piece, meets = ragged.ranges(first, last - first)
    row = own[piece]
    keep = np.concatenate([np.flatnonzero(plan.satellite != satellite), row])
    start_s, end_s = plan.start_s[keep], plan.end_s[keep]
    untouched = len(keep) - len(row)
    start_s[untouched:] = np.maximum(start_s[untouched:], free_s[meets, 0])
    end_s[untouched:] = np.minimum(end_s[untouched:], free_s[meets, 1])
    order = np.argsort(start_s, kind="stable")
    keep = keep[order]
    return Plan(
        plan.satellite[keep],
        plan.link[keep],
        start_s[order],
        end_s[order],
        plan.rate_bps[keep],
        plan.delay_s[keep],
    )


def crosslink_plan(windows: CrosslinkWindows, table: CrosslinkTable) -> Crosslinks:
    """Return the links between satellites, both ways, without the time of their acquisition."""
    # A link under way when the span begins has been acquired already.
    begin_s = windows.start_s + np.where(windows.cut[:, 0], 0.0, table.acquisition_s)
    open_ = begin_s < windows.end_s
    first, second = windows.first[open_].astype(np.int64), windows.second[open_].astype(np.int64)
    return Crosslinks(
        source=np.concatenate([first, second]),
        destination=np.concatenate([second, first]),
        start_s=np.tile(begin_s[open_], 2),
        end_s=np.tile(windows.end_s[open_], 2),
        rate_bps=np.full(2 * int(open_.sum()), table.rate_mbps * 1e6),
        terminals=float("inf") if table.terminals is None else float(table.terminals),
    )
