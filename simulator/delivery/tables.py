"""What goes into delivery and what comes out, as tables of numbers; seconds and bits."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.delivery.beam import RESOLUTION_S

DELIVERED, WAITING, LOST = 0, 1, 2


@dataclass(frozen=True)
class Plan:
    """Downlink contacts, one row each, arrays of shape (C,).

    `link` identifies the station or relay. `start_s` is the first instant at which bits
    flow (acquisition taken off); `delay_s` is from sending a bit to its being at
    headquarters. Rows of no duration or no rate carry nothing.
    """

    satellite: IntArray
    link: IntArray
    start_s: FloatArray
    end_s: FloatArray
    rate_bps: FloatArray
    delay_s: FloatArray

    def chosen(self, rows: BoolArray | IntArray) -> Plan:
        """Return chosen contacts, by truth values (C,) or by numbers, in the order of these."""
        return Plan(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Pictures:
    """Pictures, one row each, arrays of shape (P,); `taken_s` is the end of collection.

    `priority`: the higher is served first; None: all alike.
    """

    satellite: IntArray
    taken_s: FloatArray
    size_bits: FloatArray
    priority: IntArray | None = None


@dataclass(frozen=True)
class Antennas:
    """How many satellites each link serves at once, by link number, shape (L,); inf: any number.

    A satellite that begins to send over a link after another has an antenna of it from
    `acquisition_s` earlier.
    """

    count: FloatArray
    acquisition_s: FloatArray


@dataclass(frozen=True)
class Transmitters:
    """What bounds sending, by satellite, arrays of shape (S,).

    `real_time`: no recorder, a picture is sent as it is taken or lost. In each revolution, from
    one of `revolutions_s` to the next, at most `seconds_a_revolution` are sent; inf: no limit.
    """

    real_time: Any
    seconds_a_revolution: FloatArray
    revolutions_s: tuple[FloatArray, ...]


@dataclass(frozen=True)
class Crosslinks:
    """Windows in which a satellite can send to another, directed rows, arrays of shape (X,).

    `terminals`: with how many others a satellite talks at once, sending and receiving alike.
    """

    source: IntArray
    destination: IntArray
    start_s: FloatArray
    end_s: FloatArray
    rate_bps: FloatArray
    terminals: float = float("inf")


@dataclass(frozen=True)
class Bookings:
    """Transmissions, one row each, shape (B,): `picture` over row `contact` of the plan.

    Of a transfer between satellites `contact` is the row of the crosslinks.
    """

    picture: IntArray
    contact: IntArray
    start_s: FloatArray
    end_s: FloatArray


@dataclass(frozen=True)
class Deliveries:
    """What became of each picture, arrays of shape (P,), and of each contact, shape (C,).

    `status`: DELIVERED; WAITING, some bit not at headquarters by the span's end; LOST, found
    the recorder full, or in real time no contact to be sent in. `sent_s`: the last bit leaves
    the last satellite, inf if it does not within the span. `delivered_s`: the last bit is at
    headquarters, inf unless DELIVERED. `link`: where the bit that arrives last was sent, -1 if
    the picture was not sent whole. `hops`: how many crosslinks it took.
    """

    status: IntArray
    sent_s: FloatArray
    delivered_s: FloatArray
    link: IntArray
    hops: IntArray
    used_bits: FloatArray
    bookings: Bookings
    transfers: Bookings


def check(
    plan: Plan,
    pictures: Pictures,
    satellites: int,
    antennas: Antennas | None,
    transmitters: Transmitters | None,
    crosslinks: Crosslinks | None,
) -> None:
    """Raise ValueError for what the planning does not define."""
    for table in (plan, pictures):
        _equal_lengths(table)
        _numbered(table.satellite, satellites, "satellite", "no recorder is given")
    if antennas is not None:
        _equal_lengths(antennas)
        _numbered(plan.link, len(antennas.count), "link", "no antennas are given")
    if crosslinks is not None:
        _equal_lengths(crosslinks)
        for name in ("source", "destination"):
            _numbered(getattr(crosslinks, name), satellites, name, "no recorder is given")
    if transmitters is not None and len(transmitters.revolutions_s) != satellites:
        raise ValueError(f"{len(transmitters.revolutions_s)} transmitters, {satellites} satellites")
    if np.any(plan.delay_s < 0) or not np.all(np.isfinite(plan.delay_s)):
        raise ValueError("a delay_s is negative or not finite")
    if np.isnan(pictures.taken_s).any():
        raise ValueError("a taken_s is not a number")
    fastest_bps = float(np.max(plan.rate_bps, initial=0.0))
    if crosslinks is not None:
        fastest_bps = float(np.max(crosslinks.rate_bps, initial=fastest_bps))
    least_bits = RESOLUTION_S * fastest_bps
    if not np.all((pictures.size_bits > 0) & (pictures.size_bits >= least_bits)):
        raise ValueError(f"a size_bits is not positive or below {least_bits}, {RESOLUTION_S} s")


def _equal_lengths(table: Any) -> None:
    values = {field.name: getattr(table, field.name) for field in fields(table)}
    columns = {name: len(value) for name, value in values.items() if np.ndim(value) == 1}
    if len(set(columns.values())) > 1:
        raise ValueError(f"the columns have lengths {columns}; they must be equal")


def _numbered(numbers: IntArray, count: int, name: str, lacking: str) -> None:
    if len(numbers) and not 0 <= numbers.min() <= numbers.max() < count:
        raise ValueError(f"a {name} is not in 0..{count - 1}: {lacking}")
