"""Satellites tried together: how far each is from the first, in node and along the orbit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

PLANE, DELTA, STAR = "one plane", "Walker delta", "Walker star"
_NODE_RANGE_DEG = {PLANE: 360.0, DELTA: 360.0, STAR: 180.0}

# How far the node is turned and the satellite is ahead, degrees.
Slot = tuple[float, float]


@dataclass(frozen=True)
class Together:
    """A pattern of so many satellites in so many planes (Walker 1984), one plane among them."""

    kind: str
    total: int
    planes: int = 1
    phasing: int = 0

    @property
    def node_period_deg(self) -> float:
        """How far its node is turned until it is the same pattern, a moment later, degrees."""
        return 360.0 / self.planes if self.kind == DELTA else 360.0

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Where each satellite is, seen from the first; plane by plane."""
        in_plane = self.total // self.planes
        return tuple(
            (
                _NODE_RANGE_DEG[self.kind] * plane / self.planes,
                360.0 * place / in_plane + 360.0 * self.phasing * plane / self.total,
            )
            for plane in range(self.planes)
            for place in range(in_plane)
        )


def evenly(total: int) -> Iterator[Together]:
    """Yield the pattern of so many satellites evenly spaced in one plane."""
    yield Together(PLANE, total)


def walker_patterns(total: int) -> Iterator[Together]:
    """Yield the Walker patterns, deltas and stars, of so many satellites in two planes or more."""
    for planes in range(2, total + 1):
        if total % planes == 0:
            for kind in (DELTA, STAR):
                yield from (Together(kind, total, planes, f) for f in range(planes))
