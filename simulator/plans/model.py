"""A contact plan: numbered nodes, and when one can send to another, at which rate, how far off.

Seconds since the start of the plan, bits, and bits a second. Times between contacts of a pair are
silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Literal, get_args

import numpy as np

from simulator.arrays import BoolArray, FloatArray, IntArray

# Numbers of nodes are exact below, instants within a century.
MOST_NODE, MOST_SECONDS = 2**53, 3.2e9
Kind = Literal["satellite", "station", "relay", "headquarters"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Node:
    """One end of contacts.

    Of a station or relay: how many satellites it serves at once, and how long acquiring one takes,
    which contacts leave out already. Of a satellite: its recorder, whether it has none
    (`real_time`), and how long it may send in each revolution, from one of `revolutions_s` to the
    next. What is absent or infinite is no limit.
    """

    number: int
    kind: Kind
    name: str
    antennas: float = float("inf")
    acquisition_s: float = 0.0
    recorder_bits: float = float("inf")
    real_time: bool = False
    seconds_a_revolution: float = float("inf")
    revolutions_s: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class PlanContacts:
    """When one node can send to another, arrays of shape (C,).

    `delay_s` is from sending a bit to its arrival; a rate of inf is one that binds nothing.
    """

    source: IntArray
    destination: IntArray
    start_s: FloatArray
    end_s: FloatArray
    rate_bps: FloatArray
    delay_s: FloatArray

    def __len__(self) -> int:
        return len(self.source)

    def chosen(self, rows: BoolArray | IntArray) -> PlanContacts:
        """Return chosen contacts, by truth values (C,) or by numbers, in the order of these."""
        return PlanContacts(*(getattr(self, item.name)[rows] for item in fields(self)))

    @classmethod
    def of(cls, rows: list[tuple[float, float, float, float, float, float]]) -> PlanContacts:
        """Return contacts of rows in the order of the fields."""
        table = np.array(rows, dtype=np.float64).reshape(-1, 6).T
        return cls(table[0].astype(np.int64), table[1].astype(np.int64), *table[2:])


@dataclass(frozen=True, eq=False)
class ContactPlan:
    """Nodes by their number, and the contacts between them.

    `start` is the aware instant from which seconds count, None where the plan does not say;
    `span_s` is how long it lasts. `terminals`: with how many others a satellite talks at once over
    links between satellites. `notes` are sentences on what the plan does not say or was left out.
    """

    nodes: Mapping[int, Node]
    contacts: PlanContacts
    start: datetime | None
    span_s: float
    title: str = ""
    network: str = ""
    terminals: float = float("inf")
    notes: tuple[str, ...] = field(default=())

    def of_kind(self, *kinds: Kind) -> list[int]:
        """Return the numbers of the nodes of some kinds, in order."""
        return sorted(n for n, node in self.nodes.items() if node.kind in kinds)

    def is_kind(self, numbers: IntArray, *kinds: Kind) -> BoolArray:
        """Return which of nodes (N,) are of some kinds."""
        return np.isin(numbers, self.of_kind(*kinds))
