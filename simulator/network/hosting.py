"""What a host does with its guest's satellites and pictures.

It uses the satellites first: in some revolutions all pictures are its own. And it does not pass on
pictures of some targets that come through its members; the guest, who is not told, has sent them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.delivery import LOST, Bookings, Deliveries, Pictures
from simulator.network.contact_plans import Fleet, Offer
from simulator.network.drawn_numbers import sequence_key, uniform
from simulator.network.picture_delivery import deliver_pictures
from simulator.orbits import revolutions_s
from simulator.scenario import Host


@dataclass(frozen=True, eq=False)
class HostsRevolutions:
    """The revolutions of a satellite in which its host takes the pictures.

    `starts_s` (N,) are the northward crossings of the equator; `is_hosts` (N + 1,) counts from the
    revolution before the first.
    """

    starts_s: FloatArray
    is_hosts: BoolArray

    def at(self, taken_s: FloatArray) -> BoolArray:
        """Return for instants (N,) whether the host takes the pictures then."""
        return self.is_hosts[np.searchsorted(self.starts_s, taken_s, side="right")]


def hosts_revolutions(host: Host, fleet: Fleet, seed: int, satellite: int) -> HostsRevolutions:
    """Return the revolutions in which the host takes the pictures of a satellite.

    A revolution, from one northward crossing of the equator to the next, is the host's if its
    number, uniform on [0, 1), is below `first_use_share`; numbers depend on the seed, the
    satellite's name and the place of the revolution in the span.
    """
    if host.first_use_share <= 0.0:
        return HostsRevolutions(np.empty(0), np.zeros(1, dtype=np.bool_))
    starts_s = revolutions_s(fleet.tracks[satellite], fleet.span.duration_s)
    key = np.array([sequence_key("first use", seed, fleet.names[satellite])], np.uint64)
    number = uniform(key, np.arange(len(starts_s) + 1))
    return HostsRevolutions(starts_s, np.asarray(number < host.first_use_share))


def dropped_targets(host: Host, seed: int, names: Sequence[str]) -> BoolArray:
    """Return for targets (T,) whether the host does not pass their pictures on.

    Those named, and of the others those whose number, uniform on [0, 1), is below `dropped_share`;
    numbers depend on the seed and the target's name: a higher share only adds targets.
    """
    named = np.array([name in host.dropped_targets for name in names], dtype=np.bool_)
    if host.dropped_share <= 0.0:
        return named
    keys = np.array([sequence_key("dropped", seed, name) for name in names], np.uint64)
    number = uniform(keys, np.zeros(len(names), dtype=np.int64))
    return np.asarray((number < host.dropped_share) | named)


def deliver_hosted(
    fleet: Fleet, offer: Offer, pictures: Pictures, host: Host, *, used: BoolArray, left: BoolArray
) -> Deliveries:
    """Return how a network with a host delivers pictures that share its links.

    `used` (P,): the host's own, which are lost to the guest and take no room on board; `left` (P,):
    not passed on where the last of them comes through a member of the host.
    """
    if not used.any() and not left.any():
        return deliver_pictures(fleet, offer, pictures)
    own = np.flatnonzero(~used)
    mine = Pictures(
        pictures.satellite[own],
        pictures.taken_s[own],
        pictures.size_bits[own],
        None if pictures.priority is None else pictures.priority[own],
    )
    found = _spread(deliver_pictures(fleet, offer, mine), own, len(used))
    is_hosts = np.array([link.name in (host.members or ()) for link in offer.links], dtype=np.bool_)
    stopped = left & (found.link >= 0)
    stopped[stopped] = is_hosts[found.link[stopped]]
    return replace(
        found,
        status=np.where(stopped, LOST, found.status),
        delivered_s=np.where(stopped, np.inf, found.delivered_s),
    )


def _spread(found: Deliveries, rows: IntArray, count: int) -> Deliveries:
    """Return deliveries of pictures `rows` among those of all, the others lost and never sent."""

    def whole(values: IntArray, other: int) -> IntArray:
        every = np.full(count, other, dtype=np.int64)
        every[rows] = values
        return every

    def instants(values_s: FloatArray) -> FloatArray:
        every_s = np.full(count, np.inf)
        every_s[rows] = values_s
        return every_s

    def booked(bookings: Bookings) -> Bookings:
        return replace(bookings, picture=rows[bookings.picture])

    return replace(
        found,
        status=whole(found.status, LOST),
        sent_s=instants(found.sent_s),
        delivered_s=instants(found.delivered_s),
        link=whole(found.link, -1),
        hops=whole(found.hops, 0),
        bookings=booked(found.bookings),
        transfers=booked(found.transfers),
    )
