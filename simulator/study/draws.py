"""Draws of what nobody outside knows of a scenario: where on their orbits satellites are.

A draw moves all satellites along their orbits by one angle and takes the next seed, so that
requests and the contacts that hosts grant differ too.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.orbits import sun_track
from simulator.scenario import Scenario
from simulator.study.case import Study
from simulator.study.spans import span_of
from simulator.study.store import Store


def drawn_studies(scenario: Scenario, store: Store | None = None) -> Callable[[int], Study]:
    """Return what makes the study of a draw from its number, below `uncertainty.draws`.

    With a `store`, stages that studies have in common are found once.
    """
    draws = scenario.uncertainty.draws
    # Evenly spread phases, all turned by one random angle, leave less to chance than free ones.
    offset = float(np.random.default_rng(scenario.seed).random())
    phases_deg = 360.0 * (np.arange(draws) + offset) / max(draws, 1)
    # The Sun is where it is, whatever the phase: all draws share its track.
    sun = sun_track(span_of(scenario))

    def study(number: int) -> Study:
        drawn = scenario.model_copy(update={"seed": scenario.seed + number})
        return Study(drawn, store, phase_deg=float(phases_deg[number]), sun=sun)

    return study
