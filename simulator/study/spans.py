"""The span of a scenario, for whoever needs no more of a study than that."""

from __future__ import annotations

from simulator.earth import Span, elapsed_s
from simulator.scenario import Scenario, SpanTable
from simulator.units import DAY_S


def span_of(scenario: Scenario) -> Span:
    """Return the span of a scenario."""
    return span_of_table(scenario.span)


def span_of_table(table: SpanTable) -> Span:
    """Return a span as a scenario's table has it."""
    # By the clock of UTC: leap seconds between start and end count.
    if table.end is not None:
        return Span(table.start, elapsed_s(table.start, table.end), table.ut1_minus_utc_s)
    return Span(table.start, (table.days or 0.0) * DAY_S, table.ut1_minus_utc_s)
