"""How much work a study is, told from its scenario before anything is imported that does it."""

from __future__ import annotations

from simulator.scenario import Scenario
from simulator.study.spans import span_of

# Of days, satellites and draws multiplied: about a second of work, after which processes pay.
_MANY_SATELLITE_DAYS = 600.0


def draws_take_long(scenario: Scenario) -> bool:
    """Tell whether the draws of a scenario take longer than processes take to begin."""
    if scenario.draw is not None:
        return False
    satellites = sum(satellite.orbit.count() for satellite in scenario.satellites)
    days = span_of(scenario).days
    return scenario.uncertainty.draws * satellites * days >= _MANY_SATELLITE_DAYS
