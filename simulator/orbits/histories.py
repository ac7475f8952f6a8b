"""What a reader should know of a satellite flown by several element sets, or by states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np

from simulator.arrays import FloatArray
from simulator.earth import Span
from simulator.orbits.elements import Elements
from simulator.orbits.propagation import teme_states, usable
from simulator.orbits.tabulated import TabulatedElements, gaps_between

_MOST_SHOWN = 5


@dataclass(frozen=True)
class Jump:
    """How the path jumps where the element set changes, km, in the frame of the set before.

    Along the flight, across its plane to the side of the angular momentum, and outwards; NaN
    where one of both sets has no position.
    """

    at_s: float
    along_km: float
    cross_km: float
    radial_km: float

    @property
    def apart_km(self) -> float:
        return float(np.linalg.norm([self.along_km, self.cross_km, self.radial_km]))

    @property
    def words(self) -> str:
        """The jump as people read it: how far, and which way."""
        ways = (("along", self.along_km), ("across", self.cross_km), ("outwards", self.radial_km))
        return f"{self.apart_km:.1f} km ({', '.join(f'{way} {km:.1f}' for way, km in ways)})"


def jumps(elements: Elements, span: Span) -> list[Jump]:
    """Return how the path jumps at each change of elements within a span."""
    found = []
    for (before, _, at_s), (after, _, _) in pairwise(elements.pieces(span)):
        at = np.array([at_s])
        (code0, place0, velocity), (code1, place1, _) = (
            teme_states(flown, span, at) for flown in (before, after)
        )
        known = usable(code0, place0)[0] and usable(code1, place1)[0]
        ways = _ways(place0[0], velocity[0]) if known else np.full((3, 3), np.nan)
        along, cross, radial = ways @ (place1[0] - place0[0]) / 1e3
        found.append(Jump(at_s, float(along), float(cross), float(radial)))
    return found


def _ways(place: FloatArray, velocity: FloatArray) -> FloatArray:
    """Return unit vectors (3, 3) along the flight, across the plane and outwards.

    Outwards is away from the Earth's centre, along completes the three: in a near-circular orbit
    that of the velocity.
    """
    outwards = place / np.linalg.norm(place)
    across = np.cross(place, velocity)
    across /= np.linalg.norm(across)
    return np.stack([np.cross(across, outwards), across, outwards])


def notes(elements: Elements, span: Span) -> Iterator[str]:
    """Yield what to say of the element sets flown, where there is more than one, or of gaps."""
    if isinstance(elements, TabulatedElements):
        yield from _ephemeris_notes(elements, span)
        return
    if elements.decays:
        yield _decay_note(elements, span)
        return
    if elements.sets == 1:
        return
    if not elements.changes:
        yield (
            f"of {elements.sets} element sets that of {_minute(elements.epoch)} is flown "
            "throughout, the nearest in time"
        )
        return
    found = [jump for jump in jumps(elements, span) if np.isfinite(jump.apart_km)]
    shown = [f"{jump.words} at {span.iso(jump.at_s)}" for jump in found[:_MOST_SHOWN]]
    unshown_km = [jump.apart_km for jump in found[_MOST_SHOWN:]]
    if unshown_km:
        shown.append(f"and {len(unshown_km)} more of up to {max(unshown_km):.1f} km")
    where = f"; where they change the path jumps by {', '.join(shown)}" if shown else ""
    yield (
        f"{len(elements.changes) + 1} of {elements.sets} element sets are flown in turn, each from "
        f"the middle between two epochs to the next{where}"
    )


def _decay_note(elements: Elements, span: Span) -> str:
    """Return what to say of an orbit whose decay is modelled."""
    last = elements.changes[-1][1] if elements.changes else elements
    heights = [0.5 * (each.perigee_km + each.apogee_km) for each in (elements, last)]
    apart = [jump.apart_km for jump in jumps(elements, span) if np.isfinite(jump.apart_km)]
    most = f", the path jumping by up to {max(apart):.1f} km between them" if apart else ""
    count = len(elements.changes) + 1
    return (
        f"its decay is modelled: mean height {heights[0]:.1f} km at first and {heights[1]:.1f} at "
        f"last, flown by {count} element set{'' if count == 1 else 's'}{most}"
    )


def _ephemeris_notes(elements: TabulatedElements, span: Span) -> Iterator[str]:
    """Yield what to say of the gaps of an ephemeris within a span; of its end tracks tell."""
    times_s = [(low, high) for low, high in elements.segment_times_s(span).tolist() if high > 0.0]
    gaps = gaps_between(times_s)
    if gaps is None:
        return
    inside = np.clip(gaps, 0.0, span.duration_s)
    inside = inside[inside[:, 1] > inside[:, 0]]
    if not len(inside):
        return
    shown = [f"{span.iso(begin)} to {span.iso(end)}" for begin, end in inside[:_MOST_SHOWN]]
    more = f" and {len(inside) - _MOST_SHOWN} more" if len(inside) > _MOST_SHOWN else ""
    share = float(np.diff(inside).sum()) / span.duration_s
    yield (
        f"its ephemeris has no states from {', '.join(shown)}{more}, {share:.1%} of the span; it "
        "sees and sends nothing then, and waits for it go on"
    )


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%MZ}"
