"""Where the satellites of a run are, flown again from the scenario that the results carry.

The tables of a run keep the first day of the ground tracks alone, a minute a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from simulator import orbits, study
from simulator.arrays import FloatArray
from simulator.earth import Span
from simulator.errors import InputError
from simulator.export.choices import Choices, satellites_of
from simulator.orbits import Track
from simulator.results import Results
from simulator.scenario import loads
from simulator.units import HOUR_S


@dataclass(frozen=True)
class ChosenSpan:
    """The part [start_s, end_s] of a run's span that is written, seconds after the span's start."""

    span: Span
    start_s: float
    end_s: float


class ChosenFlights:
    """The satellites that were chosen of a run, over the stretch that was chosen.

    Raises InputError for a start outside the span and for names that the results do not have.
    """

    def __init__(
        self, results: Results, choices: Choices, *, usual_hours: float | None = None
    ) -> None:
        self.names = satellites_of(results, choices)
        self._results = results
        self._scenario = loads(results.scenario_toml, origin="scenario.toml", folder=Path())
        self.stretch = stretch_of(study.span_of(self._scenario), choices, usual_hours)

    @cached_property
    def case(self) -> study.Study:
        """The case of the run, of all its satellites."""
        return study.Study(self._scenario)

    @cached_property
    def flights(self) -> tuple[study.Flight, ...]:
        """The satellites that were chosen, in the order of the run."""
        return tuple(flight for flight in self.case.flights if flight.name in self.names)

    def track_of(self, flight: study.Flight) -> Track:
        """Return the track of a satellite over the stretch."""
        stretch = self.stretch
        return orbits.track(
            flight.elements, stretch.span, start_s=stretch.start_s, end_s=stretch.end_s
        )

    @cached_property
    def tracks(self) -> dict[str, Track]:
        """The track of each satellite over the stretch, in the order of the run."""
        return {flight.name: self.track_of(flight) for flight in self.flights}


def stretch_of(span: Span, choices: Choices, usual_hours: float | None = None) -> ChosenSpan:
    """Return the stretch that was chosen: all that is left of the span, or its usual hours.

    Raises InputError for a start outside the span.
    """
    start_s = 0.0 if choices.start is None else span.seconds(choices.start)
    if not 0.0 <= start_s < span.duration_s:
        first, last = span.iso(0.0), span.iso(span.duration_s)
        raise InputError(f"start: {span.iso(start_s)} lies outside the run, {first} to {last}")
    hours = choices.hours if choices.hours is not None else usual_hours
    end_s = span.duration_s if hours is None else start_s + hours * HOUR_S
    return ChosenSpan(span, start_s, min(end_s, span.duration_s))


def earth_fixed(path: Track, at_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return positions, km, and velocities, km/s, both (N, 3), at instants (N,) within a track.

    Earth-fixed axes (ITRF, without polar motion); velocities are relative to them.
    """
    state = orbits.states(path, at_s)
    return state[:, 0:3] / 1e3, state[:, 3:6] / 1e3
