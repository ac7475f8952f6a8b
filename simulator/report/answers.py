"""The answer to a scenario's question in a few sentences, made from the figures by rules.

In this order: what is acted on in time, what several satellites see together and alone, what the
networks differ in and how sure that is, what limits them, what is rarely or never seen, what is
assumed that matters most. No rule knows a scenario.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.report.actionable_chain import asked_clause
from simulator.report.assumed import assumed_clause
from simulator.report.deciding_text import deciding_clause
from simulator.report.limits import limits_clause
from simulator.report.network_answer import network_clauses
from simulator.report.satellites_answer import satellites_clause
from simulator.report.seen import region_clause, target_clause
from simulator.report.sentences import sentence

if TYPE_CHECKING:
    from simulator.results import Results

MOST_SENTENCES = 5
_NETWORKS, _PLACES = 2, 5


def answer(results: Results) -> list[str]:
    """Return the answer to a scenario's question, at most five sentences, each with its stop.

    One more says what is acted on in time, where the scenario asks for it, and one which unknowns
    decide, where any are drawn. A difference within its range by chance
    is called no difference.
    """
    deciding, in_time = deciding_clause(results), asked_clause(results)
    parts = [
        [in_time],
        [satellites_clause(results)],
        network_clauses(results),
        [deciding],
        [limits_clause(results)],
        [target_clause(results), region_clause(results)],
        [assumed_clause(results)],
    ]
    parts = [[clause for clause in part if clause] for part in parts]
    # What there is no room for as a sentence of its own is joined to its like, places first.
    for place in (_PLACES, _NETWORKS):
        if sum(map(len, parts)) > MOST_SENTENCES + bool(deciding) + bool(in_time) and parts[place]:
            parts[place] = ["; ".join(parts[place])]
    return [sentence(clause) for part in parts for clause in part]
