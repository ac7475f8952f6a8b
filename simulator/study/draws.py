"""Draws of what nobody outside knows of a scenario: its unknowns, and where satellites are.

A draw sets the scenario's unknowns, moves all satellites along their orbits by one angle and takes
the next seed, so that requests and the contacts that hosts grant differ too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from simulator.arrays import FloatArray
from simulator.earth import Span
from simulator.orbits import Track, sun_track
from simulator.scenario import Drawing, Scenario
from simulator.study.case import Study
from simulator.study.spans import span_of
from simulator.study.store import Store
from simulator.uncertainty import latin_hypercube, phase_shares

PHASE = "orbit phase"
_QUARTERS = tuple((f"{90 * n} to {90 * n + 90} deg", 0.25 * n, 0.25 * n + 0.25) for n in range(4))


def drawn_studies(
    scenario: Scenario,
    store: Store | None = None,
    *,
    then: Callable[[Scenario], Scenario] | None = None,
) -> Callable[[int], Study]:
    """Return what makes the study of a draw from its number, below `uncertainty.draws`.

    With a `store`, stages that studies have in common are found once. `scenario` is resolved;
    `then` changes what was drawn of it before it is studied.
    """
    shares, seed = shares_of(scenario), scenario.seed
    study_at = studies_at(scenario, store, then=then)

    def study(number: int) -> Study:
        return study_at(shares[number].tolist(), seed + number)

    return study


def studies_at(
    scenario: Scenario,
    store: Store | None = None,
    *,
    then: Callable[[Scenario], Scenario] | None = None,
) -> Callable[[Sequence[float], int], Study]:
    """Return what makes a study of the shares (U,) of what `unknowns_of` names, and of a seed."""
    drawing = Drawing(scenario)

    def study(shares: Sequence[float], seed: int) -> Study:
        drawn = _drawn_scenario(scenario, drawing, shares, seed)
        drawn = then(drawn) if then else drawn
        # Draws are studied side by side: more threads in each would be in each other's way.
        return Study(drawn, store, threads=1, sun=_sun_over(span_of(drawn)))

    return study


def at_its_draw(scenario: Scenario) -> Scenario:
    """Return a resolved scenario as it is at its own `draw`, with nothing left to be drawn.

    It is itself where it is at none. What was drawn stands in its keys, so that what is kept of it
    can be repeated without the draws.
    """
    if scenario.draw is None:
        return scenario
    shares = shares_of(scenario)[scenario.draw].tolist()
    seed = scenario.seed + scenario.draw
    drawn = _drawn_scenario(scenario, Drawing(scenario), shares, seed)
    return drawn.model_copy(
        update={
            "unknowns": (),
            "draw": None,
            "uncertainty": scenario.uncertainty.model_copy(update={"draws": 0}),
        }
    )


def _drawn_scenario(
    scenario: Scenario, drawing: Drawing, shares: Sequence[float], seed: int
) -> Scenario:
    """Return a scenario with what it draws at shares (U,) in its keys, and a seed."""
    if not scenario.uncertainty.phase:
        return drawing.scenario(shares).model_copy(update={"seed": seed})
    drawn = drawing.scenario(shares[1:])
    phase_deg = (drawn.phase_deg + 360.0 * shares[0]) % 360.0
    return drawn.model_copy(update={"seed": seed, "phase_deg": phase_deg})


class Unknowns(NamedTuple):
    """What a draw draws, the phase first: names, and where each one's effect is told.

    `groups` has for each the parts of its odds: label, from which share, to which.
    """

    names: tuple[str, ...]
    groups: tuple[tuple[tuple[str, float, float], ...], ...]


def unknowns_of(scenario: Scenario) -> Unknowns:
    """Return what a draw of a resolved scenario draws."""
    drawing = Drawing(scenario)
    names = list(drawing.names)
    groups = [drawing.groups(number) for number in range(len(names))]
    if scenario.uncertainty.phase:
        names.insert(0, PHASE)
        groups.insert(0, _QUARTERS)
    return Unknowns(tuple(names), tuple(groups))


def shares_of(scenario: Scenario) -> FloatArray:
    """Return the shares (D, U) at which a scenario's draws draw what `unknowns_of` names."""
    draws, seed = scenario.uncertainty.draws, scenario.seed
    shares = latin_hypercube(draws, len(scenario.unknowns), seed)
    if not scenario.uncertainty.phase:
        return shares
    return np.column_stack([phase_shares(draws, seed), shares])


@lru_cache(maxsize=4)
def _sun_over(span: Span) -> Track:
    # The Sun is where it is, whatever is drawn: studies of one span share its track.
    return sun_track(span)
