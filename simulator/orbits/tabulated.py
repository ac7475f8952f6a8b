"""An orbit that is a table of states: where its polynomials have the satellite, and when.

Beside the table stand SGP4 mean elements of its first state, which say what kind of orbit it is and
fly nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import FloatArray
from simulator.earth import Span
from simulator.errors import InputError
from simulator.orbits.elements import Elements
from simulator.orbits.frames import to_teme
from simulator.orbits.interpolation import interpolated
from simulator.scenario import StateSegment
from simulator.units import MINUTE_S

NO_STATE = 9
ORIGIN = "orbit ephemeris message"
# Segments that meet this closely have nothing between them.
MEETING_S = 1e-3
EPHEMERIS_ENDS = "end of the ephemeris"
_NEAR_S = 1e-6


@dataclass(frozen=True)
class TabulatedElements(Elements):
    """A satellite that flies by a table of states; its elements are those of the first of them.

    `ahead_s` moves it along its path, in inertial axes, to where it would be so much later.
    """

    segments: tuple[StateSegment, ...] = ()
    ahead_s: float = 0.0

    is_tabulated: ClassVar[bool] = True

    def segment_times_s(self, span: Span) -> FloatArray:
        """Return for which times (S, 2) each segment is good, seconds of the span."""
        ends = [
            (at_s + segment.usable_s[0], at_s + segment.usable_s[1])
            for segment in self.segments
            for at_s in (span.seconds(segment.epoch) - self.ahead_s,)
        ]
        return np.array(ends).reshape(-1, 2)

    def breaks_s(self, span: Span) -> list[float]:
        """Return the instants at which one segment follows another."""
        return [float(begin_s) for begin_s in self.segment_times_s(span)[1:, 0]]

    def by_segment(self) -> Iterator[TabulatedElements]:
        """Yield the satellite as each of its segments alone has it, in order."""
        for segment in self.segments:
            yield replace(self, segments=(segment,))

    def teme(self, span: Span, t_s: FloatArray) -> tuple[NDArray[np.uint8], FloatArray, FloatArray]:
        """Return codes (N,), `NO_STATE` where there is none, places and velocities (N, 3)."""
        codes = np.full(len(t_s), NO_STATE, dtype=np.uint8)
        place, velocity = np.zeros((len(t_s), 3)), np.zeros((len(t_s), 3))
        for segment, (begin_s, end_s) in zip(
            self.segments, self.segment_times_s(span).tolist(), strict=True
        ):
            own = np.flatnonzero((t_s >= begin_s - _NEAR_S) & (t_s <= end_s + _NEAR_S))
            if not len(own):
                continue
            at_s = t_s[own] + self.ahead_s
            state = interpolated(segment, at_s - span.seconds(segment.epoch))
            place[own], velocity[own] = to_teme(segment.frame, span, at_s, *state)
            codes[own] = 0
        return codes, place, velocity

    @property
    def rounding_m(self) -> float:
        """How far the numbers of the table are rounded, metres."""
        return max(segment.rounding_m for segment in self.segments)

    def advanced(self, phase_deg: float, node_deg: float) -> TabulatedElements:
        """Return the satellite further along its path by a share of its revolution.

        Raises InputError for another plane.
        """
        if node_deg:
            raise InputError(
                f"satellite '{self.name}': an ephemeris has the plane it has; planes beside it "
                "need an orbit of elements"
            )
        ahead_s = phase_deg / 360.0 * MINUTE_S * self.period_min
        return replace(self, ahead_s=self.ahead_s + ahead_s)

    def facts(self) -> dict[str, Any]:
        """Return the elements of the first state as plain values, and for what times there are."""
        return {
            **super().facts(),
            "ephemeris": [
                {"from": segment.begin, "until": segment.end, "states": len(segment.time_s)}
                for segment in self.segments
            ],
        }

    def tle(self) -> tuple[str, str]:
        """Raise InputError: a table of states has no two lines."""
        raise InputError(f"satellite '{self.name}' flies by an ephemeris, which has no two lines")


def check_overlap(
    name: str, segments: Sequence[StateSegment], start: datetime | None, end: datetime | None
) -> None:
    """Raise InputError where an ephemeris has nothing of a span from start to end."""
    first, last = segments[0].begin, segments[-1].end
    if start is None:
        return
    end = start + timedelta(seconds=1.0) if end is None else end
    if any(segment.begin < end and segment.end > start for segment in segments):
        return
    raise InputError(
        f"satellite '{name}': its ephemeris is from {first:%Y-%m-%dT%H:%M:%SZ} to "
        f"{last:%Y-%m-%dT%H:%M:%SZ}, and has nothing of the span from {start:%Y-%m-%dT%H:%M:%SZ} "
        f"to {end:%Y-%m-%dT%H:%M:%SZ}"
    )


def gaps_between(flown_s: Sequence[tuple[float, float]]) -> FloatArray | None:
    """Return the gaps (G, 2) of a span before and between sorted times flown; None for none.

    A gap before the first begins at minus infinity: the start of the span is in it.
    """
    ends = [-np.inf, *(end_s for _, end_s in flown_s[:-1])]
    begins = [begin_s for begin_s, _ in flown_s]
    gaps = [
        (end_s, begin_s)
        for end_s, begin_s in zip(ends, begins, strict=True)
        if begin_s > 0.0 and begin_s - end_s > MEETING_S
    ]
    return np.array(gaps) if gaps else None
