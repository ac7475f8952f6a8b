"""What the links of a network really offer: contacts granted, within opening hours, at a rate.

Contacts say when a satellite is in view. A host may keep some of them for others, a station may be
shut, and a rate may follow the distance. Seconds since the span's start throughout.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike

from simulator import intervals, ragged
from simulator.access import Windows, closest_looks, satellite_positions, within
from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.earth import Span, geodetic_to_ecef, look_angles, sites
from simulator.network.contacts import Contacts, Link, in_order_of_start, relay_position_m
from simulator.network.drawn_numbers import sequence_key, uniform
from simulator.network.linkbudget import LinkBudget, achievable_rate_bps
from simulator.orbits import Track
from simulator.scenario import Satellite, Station, Transmitter
from simulator.units import DAY_S, HOUR_S

# From 500 km, seen above 5 degrees, pieces of 30 s promise 89 % of a budget's bits, of 10 s 96 %.
PIECE_S = 30.0


def granted(
    contacts: Contacts, links: Sequence[Link], satellites: Sequence[str], *, seed: int
) -> BoolArray:
    """Return for each contact (C,) whether its host grants it, by the link's `availability`.

    A contact is granted if its number, uniform on [0, 1), is below the availability: a higher one
    only adds contacts. The number depends on the seed, the names of link and satellite, and the
    place of the contact among theirs in order of start, so it is the same in every network. Give
    whole contacts: opening hours would change the places.
    """
    share = np.array([link.availability for link in links], dtype=np.float64)[contacts.link]
    result = np.asarray(share >= 1.0)
    rows = np.flatnonzero(~result)
    if not len(rows):
        return result
    # A contact granted for sure needs no number.
    pair = contacts.satellite[rows].astype(np.int64) * len(links) + contacts.link[rows]
    order = np.lexsort((contacts.start_s[rows], pair))
    pairs, first, which = np.unique(pair[order], return_index=True, return_inverse=True)
    keys = [
        sequence_key("granted", seed, links[p % len(links)].name, satellites[p // len(links)])
        for p in pairs
    ]
    number = uniform(np.array(keys, np.uint64)[which], np.arange(len(rows)) - first[which])
    # The number of a contact is that at its place among its pair's, in order of start.
    result[rows[order]] = number < share[rows[order]]
    return result


def within_openings(
    contacts: Contacts, links: Sequence[Link], span: Span, tracks: Sequence[Track]
) -> Contacts:
    """Return the contacts cut to when links work: daily `hours_utc`, `from_utc` and `until_utc`.

    A contact over a closing hour may become two, side by side in the order given. An edge that
    a closing cuts is not `cut`: the span did not cut it, and the link is acquired anew. A piece
    without the culmination of its contact has its own; `tracks` are asked for that alone.
    """
    openings = {
        number: opening
        for number, link in enumerate(links)
        if (opening := _opening_s(link, span)) is not None
    }
    if not openings:
        return contacts
    rows = Windows(
        np.arange(len(contacts), dtype=np.int32), contacts.start_s, contacts.end_s, contacts.cut
    )
    untouched, parts = np.ones(len(contacts), dtype=np.bool_), []
    for number, open_s in openings.items():
        of_link = contacts.link == number
        untouched &= ~of_link
        parts.append(within(rows.kept(of_link), open_s))
    parts.append(rows.kept(untouched))
    owner = np.concatenate([part.site for part in parts])
    start_s = np.concatenate([part.start_s for part in parts])
    end_s = np.concatenate([part.end_s for part in parts])
    order = np.lexsort((start_s, owner))
    # What closings leave of a contact may be too short for its station.
    least_s = np.array([link.min_contact_s for link in links])[contacts.link[owner[order]]]
    order = order[end_s[order] - start_s[order] >= least_s]
    owner = owner[order]
    pieces = Contacts(
        contacts.satellite[owner],
        contacts.link[owner],
        start_s[order],
        end_s[order],
        np.concatenate([part.cut for part in parts])[order],
        contacts.culmination_s[owner],
        contacts.max_elevation_deg[owner],
    )
    return _with_own_culminations(pieces, links, tracks)


def _opening_s(link: Link, span: Span) -> FloatArray | None:
    """Return when a link works: sorted disjoint windows (N, 2) over the span; None: always."""
    if link.hours_utc is None and link.from_utc is None and link.until_utc is None:
        return None
    begin_s = -np.inf if link.from_utc is None else span.seconds(link.from_utc)
    end_s = np.inf if link.until_utc is None else span.seconds(link.until_utc)
    # Beyond the span there is nothing to cut, and infinities would be in the way of sums.
    dates_s: FloatArray = np.array([[begin_s, end_s]]).clip(-DAY_S, span.duration_s + DAY_S)
    dates_s = dates_s[dates_s[:, 0] < dates_s[:, 1]]
    if link.hours_utc is None:
        return dates_s
    return intervals.intersect(_open_windows(link.hours_utc, _midnights_s(span)), dates_s)


def _midnights_s(span: Span) -> FloatArray:
    """Return midnights, UTC, from a day before the span to a day after it and more."""
    first = span.start.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    days = math.ceil(span.days) + 4
    return np.array([span.seconds(first + timedelta(days=day)) for day in range(days)])


def _open_windows(hours_utc: Sequence[tuple[float, float]], midnights_s: FloatArray) -> FloatArray:
    """Return when daily hours are open between midnights: sorted disjoint windows (N, 2).

    Hours that end before they begin run over midnight. 24 is the next midnight, so that a leap
    second before it counts as open.
    """
    day = np.arange(len(midnights_s) - 2)

    def instant_s(hour: float, day: IntArray) -> FloatArray:
        return midnights_s[day + 1] if hour == 24.0 else midnights_s[day] + hour * HOUR_S

    return intervals.union(
        *(
            np.column_stack([instant_s(opens, day), instant_s(closes, day + (closes < opens))])
            for opens, closes in hours_utc
        )
    )


def _with_own_culminations(
    pieces: Contacts, links: Sequence[Link], tracks: Sequence[Track]
) -> Contacts:
    """Return pieces of contacts with culminations that lie inside each; relays have none."""
    at_s, elevation = pieces.culmination_s.copy(), pieces.max_elevation_deg.copy()
    # A cut contact may have lost its culmination; NaN, of relays, is never lost.
    lost = (at_s < pieces.start_s) | (at_s > pieces.end_s)
    for number in np.unique(pieces.satellite[lost]):
        rows = np.flatnonzero(lost & (pieces.satellite == number))
        stations = [links[n] for n in pieces.link[rows]]
        latitude, longitude, height = np.array(
            [
                (s.latitude_deg, s.longitude_deg, s.height_m)
                for s in stations
                if isinstance(s, Station)
            ]
        ).T
        windows = Windows(
            np.arange(len(rows), dtype=np.int32),
            pieces.start_s[rows],
            pieces.end_s[rows],
            pieces.cut[rows],
        )
        places = sites(latitude, longitude, height)
        at_s[rows] = closest_looks(tracks[number], places, windows, by_elevation=True)
        elevation[rows] = look_angles(
            satellite_positions(tracks[number], at_s[rows]),
            latitude_deg=latitude,
            longitude_deg=longitude,
            height_m=height,
        ).elevation_deg
    return Contacts(**{**vars(pieces), "culmination_s": at_s, "max_elevation_deg": elevation})


def carrying_from_s(contacts: Contacts, acquisition_s: ArrayLike) -> FloatArray:
    """Return for each contact the instant from which it carries anything; one wait a link (L,)."""
    wait = np.asarray(acquisition_s, dtype=np.float64)[contacts.link]
    # A contact under way when the span begins has been acquired already.
    wait = np.where(contacts.cut[:, 0], 0.0, wait)
    return np.asarray(np.minimum(contacts.start_s + wait, contacts.end_s))


@dataclass(frozen=True, eq=False)
class RatedRows:
    """What contacts carry, piece by piece, in order of start; all (R,).

    `contact` is the row of the contacts given; pieces of one contact do not overlap. The rate is
    positive and holds for the whole piece.
    """

    contact: IntArray
    satellite: IntArray
    link: IntArray
    start_s: FloatArray
    end_s: FloatArray
    rate_bps: FloatArray

    def __len__(self) -> int:
        return len(self.contact)

    def chosen(self, rows: BoolArray | IntArray) -> RatedRows:
        """Return chosen rows, by truth values (R,) or by numbers, in the order of these."""
        return RatedRows(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def rated_rows(
    contacts: Contacts,
    links: Sequence[Link],
    satellites: Sequence[Satellite],
    tracks: Sequence[Track],
    *,
    acquisition_s: ArrayLike,
    piece_s: float = PIECE_S,
) -> RatedRows:
    """Return what contacts carry once `acquisition_s` (L,) has gone by, and at what rate.

    A satellite's `downlink_rate_mbps` is received by every link, a transmitter by those that
    receive its band; the best counts, up to the link's `max_rate_mbps`. Where a transmitter has a
    link budget the contact is cut into equal pieces of at most `piece_s`, each at the rate of its
    farther end: the range falls, then rises, so no piece promises more than the budget. (Seen
    from high orbits and by relays the range may also be greatest inside a piece: 30 s then
    promise up to 1e-4 too much.) Neighbours of equal rate are one row; what carries nothing is
    left out.

    Raises ValueError where a link budget lacks the receiver's numbers, save for a link that has
    not the role downlink: over that it carries nothing.
    """
    fixed = at_fixed_rates(contacts, links, satellites, acquisition_s=acquisition_s)
    if fixed is not None:
        return fixed[0].at(fixed[1])
    begin_s, ends = carrying_from_s(contacts, acquisition_s), _ends(links)
    nothing = np.empty(0, np.int64)
    parts = [RatedRows(nothing, nothing, nothing, *(np.empty(0) for _ in range(3)))]
    for number in np.flatnonzero(np.bincount(contacts.satellite)).tolist():
        rows = np.flatnonzero((contacts.satellite == number) & (begin_s < contacts.end_s))
        used = np.flatnonzero(np.bincount(contacts.link[rows], minlength=len(links)))
        offers = _offers(satellites[number], links, used)
        parts.append(_of_satellite(contacts, rows, begin_s, ends, offers, tracks, piece_s))
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in RatedRows.__dataclass_fields__
    }
    order = in_order_of_start(columns["start_s"], columns["satellite"], columns["link"])
    return RatedRows(**{name: column[order] for name, column in columns.items()})


@dataclass(frozen=True, eq=False)
class Carrying:
    """The contacts that carry anything, at whatever rate, in order of start; all (R,).

    `contact` is the row of the contacts that they are of.
    """

    contact: IntArray
    satellite: IntArray
    link: IntArray
    start_s: FloatArray
    end_s: FloatArray
    _parts: dict[bytes, Carrying] = field(init=False, default_factory=dict, repr=False)
    _open_s: dict[int, FloatArray] = field(init=False, default_factory=dict, repr=False)

    def over(self, links: BoolArray) -> Carrying:
        """Return those over some of the links (L,), found once for each set of links."""
        key = links.tobytes()
        if key not in self._parts:
            rows = links[self.link]
            self._parts[key] = Carrying(
                self.contact[rows],
                self.satellite[rows],
                self.link[rows],
                self.start_s[rows],
                self.end_s[rows],
            )
        return self._parts[key]

    def open_s(self, satellite: int) -> FloatArray:
        """Return the merged times (N, 2) in which a satellite has any of them, found once."""
        if satellite not in self._open_s:
            own = self.satellite == satellite
            windows_s = np.stack([self.start_s[own], self.end_s[own]], axis=1)
            self._open_s[satellite] = intervals.union(windows_s)
        return self._open_s[satellite]

    def at(self, rates_bps: FloatArray) -> RatedRows:
        """Return what they carry at a rate (S, L) for each satellite and link, none of them 0."""
        rate_bps = rates_bps[self.satellite, self.link]
        return RatedRows(
            self.contact, self.satellite, self.link, self.start_s, self.end_s, rate_bps
        )


class _Acquired(NamedTuple):
    """The contacts that carry anything once acquired, and over which links each satellite's are."""

    carrying: Carrying
    links: dict[int, IntArray]


# Many rates may be asked for of the same contacts, one after the other.
_ACQUIRED: WeakKeyDictionary[Contacts, dict[bytes, _Acquired]] = WeakKeyDictionary()


def _acquired(contacts: Contacts, acquisition_s: FloatArray) -> _Acquired:
    """Return what contacts carry after an acquisition (L,), found once while they are there."""
    found, key = _ACQUIRED.setdefault(contacts, {}), acquisition_s.tobytes()
    if key not in found:
        begin_s = carrying_from_s(contacts, acquisition_s)
        rows = np.flatnonzero(begin_s < contacts.end_s)
        rows = rows[np.argsort(contacts.satellite[rows], kind="stable")]
        rows = rows[in_order_of_start(begin_s[rows], contacts.satellite[rows], contacts.link[rows])]
        satellite = contacts.satellite[rows].astype(np.int64)
        link = contacts.link[rows].astype(np.int64)
        found[key] = _Acquired(
            Carrying(rows, satellite, link, begin_s[rows], contacts.end_s[rows]),
            {n: np.unique(link[satellite == n]) for n in np.unique(satellite).tolist()},
        )
    return found[key]


def at_fixed_rates(
    contacts: Contacts,
    links: Sequence[Link],
    satellites: Sequence[Satellite],
    *,
    acquisition_s: ArrayLike,
) -> tuple[Carrying, FloatArray] | None:
    """Return what contacts carry, and the rate (S, L) of each satellite over each link.

    None where a rate follows the range, or where one of the contacts carries nothing. What does
    not depend on rates is found once while the contacts are there.
    """
    carrying, used = _acquired(contacts, np.asarray(acquisition_s, dtype=np.float64))
    rates_bps, most_bps = np.zeros((len(satellites), len(links))), _ends(links).max_rate_bps
    for number, of_links in used.items():
        offers = _offers(satellites[number], links, of_links)
        rates_bps[number] = np.minimum(offers.fixed_bps, most_bps)
        if offers.vary[of_links].any() or not (rates_bps[number, of_links] > 0.0).all():
            return None
    return carrying, rates_bps


@dataclass(frozen=True, eq=False)
class _Ends:
    """The links, and the greatest rate (L,) of each."""

    links: Sequence[Link]
    max_rate_bps: FloatArray

    def places_m(self) -> FloatArray:
        """Return the Earth-fixed place (L, 3) of each link."""
        return np.array([_place_m(link) for link in self.links]).reshape(-1, 3)


def _ends(links: Sequence[Link]) -> _Ends:
    most_mbps = [link.max_rate_mbps or np.inf for link in links]
    return _Ends(links, np.array(most_mbps, dtype=np.float64) * 1e6)


@dataclass(frozen=True, eq=False)
class _Budget:
    """A transmitter with what receives it at each link (L,), NaN where nothing does."""

    transmitter: Transmitter
    gain_dbi: FloatArray
    noise_temperature_k: FloatArray

    def rate_bps(self, link: IntArray, range_km: FloatArray) -> FloatArray:
        """Return the rate over links (N,) at ranges (N,), 0 where the band is not received."""
        own = self.transmitter
        numbers: dict[str, Any] = {
            "power_w": own.power_w,
            "transmit_gain_dbi": own.antenna_gain_dbi,
            "frequency_ghz": own.frequency_ghz,
            "required_eb_n0_db": own.required_eb_n0_db,
        }
        budget = LinkBudget(
            range_km=range_km,
            receive_gain_dbi=self.gain_dbi[link],
            noise_temperature_k=self.noise_temperature_k[link],
            losses_db=own.losses_db,
            margin_db=own.margin_db,
            **numbers,
        )
        achievable = achievable_rate_bps(budget)
        # NaN where nothing receives the band.
        return np.nan_to_num(np.minimum(achievable, own.rate_mbps * 1e6), nan=0.0)


@dataclass(frozen=True, eq=False)
class _Offers:
    """What a satellite sends to each link: the best fixed rate (L,), and link budgets."""

    fixed_bps: FloatArray
    budgets: list[_Budget]

    @property
    def vary(self) -> BoolArray:
        """Return for each link (L,) whether its rate may follow the range."""
        received = np.zeros(len(self.fixed_bps), np.bool_)
        for budget in self.budgets:
            received |= np.isfinite(budget.gain_dbi)
        return received


def _offers(table: Satellite, links: Sequence[Link], used: IntArray) -> _Offers:
    """Return what a satellite sends to the links numbered `used`; to others nothing."""
    fixed_bps, budgets = np.zeros(len(links)), []
    if table.downlink_rate_mbps is not None:
        fixed_bps[used] = table.downlink_rate_mbps * 1e6
    for own in table.transmitters:
        gain, noise = np.full(len(links), np.nan), np.full(len(links), np.nan)
        for n in used.tolist():
            link, receiver = links[n], links[n].receiver(own.band)
            if not link.receives(own.band):
                continue
            if not own.has_budget:
                fixed_bps[n] = max(fixed_bps[n], own.rate_mbps * 1e6)
            elif receiver is not None and receiver.has_budget:
                gain[n], noise[n] = receiver.antenna_gain_dbi, receiver.noise_temperature_k
            elif "downlink" in link.roles:
                raise ValueError(
                    f"{link.name} gives no antenna_gain_dbi and noise_temperature_k in band "
                    f"{own.band}, for the link budget of satellite {table.name}"
                )
        if own.has_budget:
            budgets.append(_Budget(own, gain, noise))
    return _Offers(fixed_bps, budgets)


def _place_m(link: Link) -> FloatArray:
    if isinstance(link, Station):
        return geodetic_to_ecef(link.latitude_deg, link.longitude_deg, link.height_m)
    return relay_position_m(link.longitude_deg)


def _of_satellite(
    contacts: Contacts,
    rows: IntArray,
    begin_s: FloatArray,
    ends: _Ends,
    offers: _Offers,
    tracks: Sequence[Track],
    piece_s: float,
) -> RatedRows:
    """Return what contacts `rows`, all of one satellite, carry."""
    link = contacts.link[rows].astype(np.int64)
    if not offers.vary[link].any():
        return _at_fixed_rates(contacts, rows, begin_s, ends, offers)
    begin, end = begin_s[rows], contacts.end_s[rows]
    count = np.where(offers.vary[link], np.ceil((end - begin) / piece_s), 1.0).astype(np.int64)
    edge_s, opens = _edges(begin, end, count)
    owner = np.repeat(np.arange(len(rows)), count)
    rate = offers.fixed_bps[link[owner]]
    path = tracks[int(contacts.satellite[rows[0]])]
    line_m = satellite_positions(path, edge_s) - ends.places_m()[np.repeat(link, count + 1)]
    range_km = np.linalg.norm(line_m, axis=1) / 1e3
    # An edge between two pieces is the end of one and the begin of the next.
    farther_km = np.maximum(range_km[opens], range_km[opens + 1])
    for budget in offers.budgets:
        rate = np.maximum(rate, budget.rate_bps(link[owner], farther_km))
    rate = np.minimum(rate, ends.max_rate_bps[link[owner]])
    first, last = _runs(owner, rate)
    contact = rows[owner[first]]
    return RatedRows(
        contact,
        contacts.satellite[contact].astype(np.int64),
        contacts.link[contact].astype(np.int64),
        edge_s[opens[first]],
        edge_s[opens[last] + 1],
        rate[first],
    )


def _at_fixed_rates(
    contacts: Contacts, rows: IntArray, begin_s: FloatArray, ends: _Ends, offers: _Offers
) -> RatedRows:
    """Return what contacts `rows`, all of one satellite, carry where no rate follows the range."""
    of_links = np.minimum(offers.fixed_bps, ends.max_rate_bps)
    rows = rows[of_links[contacts.link[rows]] > 0.0]
    link = contacts.link[rows].astype(np.int64)
    satellite = contacts.satellite[rows].astype(np.int64)
    return RatedRows(rows, satellite, link, begin_s[rows], contacts.end_s[rows], of_links[link])


def _runs(owner: IntArray, rate: FloatArray) -> tuple[IntArray, IntArray]:
    """Return first and last piece of each run of one owner and one rate, not 0."""
    changes = (owner[1:] != owner[:-1]) | (rate[1:] != rate[:-1])
    edge = np.ones(min(len(owner), 1), dtype=np.bool_)
    first = np.flatnonzero(np.concatenate([edge, changes]))
    last = np.flatnonzero(np.concatenate([changes, edge]))
    carries = rate[first] > 0.0
    return first[carries], last[carries]


def _edges(begin_s: FloatArray, end_s: FloatArray, count: IntArray) -> tuple[FloatArray, IntArray]:
    """Return the edges of `count` equal pieces of windows, and each piece's first edge.

    Edges (sum of count + 1,) run from window to window, first edges are numbers among them (P,).
    """
    windows, step = ragged.ranges(0, count + 1)
    share = step / count[windows]
    edge_s = begin_s[windows] + share * (end_s - begin_s)[windows]
    is_last = step == count[windows]
    return np.where(is_last, end_s[windows], edge_s), np.flatnonzero(~is_last)
