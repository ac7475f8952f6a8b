"""What a reader should know of a satellite flown by several element sets, and of its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

import numpy as np

from simulator.earth import Span
from simulator.orbits.elements import Elements
from simulator.orbits.propagation import teme_positions, usable

_MOST_SHOWN = 5


def jumps_km(elements: Elements, span: Span) -> list[tuple[float, float]]:
    """Return (instant, s; how far the path jumps, km) of each change of elements within a span.

    NaN where one of both sets has no position.
    """
    jumps = []
    pieces = elements.pieces(span)
    for (before, _, at_s), (after, _, _) in pairwise(pieces):
        at = np.array([at_s])
        (code0, place0), (code1, place1) = (
            teme_positions(flown, span, at) for flown in (before, after)
        )
        known = usable(code0, place0)[0] and usable(code1, place1)[0]
        apart_m = float(np.linalg.norm(place1 - place0)) if known else np.nan
        jumps.append((at_s, apart_m / 1e3))
    return jumps


def notes(elements: Elements, span: Span) -> Iterator[str]:
    """Yield what to say of the element sets flown, where more than one was given."""
    if elements.sets == 1:
        return
    if not elements.changes:
        yield (
            f"of {elements.sets} element sets that of {_minute(elements.epoch)} is flown "
            "throughout, the nearest in time"
        )
        return
    jumps = [(at_s, km) for at_s, km in jumps_km(elements, span) if np.isfinite(km)]
    shown = [f"{apart_km:.1f} km at {span.iso(at_s)}" for at_s, apart_km in jumps[:_MOST_SHOWN]]
    unshown_km = [apart_km for _, apart_km in jumps[_MOST_SHOWN:]]
    if unshown_km:
        shown.append(f"and {len(unshown_km)} more of up to {max(unshown_km):.1f} km")
    where = f"; where they change the path jumps by {', '.join(shown)}" if shown else ""
    yield (
        f"{len(elements.changes) + 1} of {elements.sets} element sets are flown in turn, each from "
        f"the middle between two epochs to the next{where}"
    )


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%MZ}"
