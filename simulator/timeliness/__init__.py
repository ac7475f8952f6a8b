"""Timeliness: how late pictures are delivered, and how old the newest one is.

Behind the door: `sawtooth`, ages, responses and waits over all instants and their statistics;
`stages`, latency and response cut into what they wait for; `savings`, what a stage that took no
time would save of the response; `cells`, ages and responses of every
cell of a region, with `cell_responses` for those of requests; `actionable`, the chance that what
shows itself for a while is seen and the picture at hand before it is gone.
"""

from simulator.timeliness.actionable import caught_chance, caught_share
from simulator.timeliness.cell_responses import Commands
from simulator.timeliness.cells import (
    CellTimes,
    CellTimesGatherer,
    Service,
    cell_pictures,
    cell_times,
)
from simulator.timeliness.savings import (
    Answers,
    ResponseSavings,
    response_savings,
    response_savings_of_groups,
)
from simulator.timeliness.sawtooth import (
    Sawtooth,
    age_of_information,
    ages_of_information,
    block_sums,
    latency_statistics,
    latest_command_s,
    pooled,
    response_to_requests,
    system_response,
    system_responses,
    wait_for_window,
)
from simulator.timeliness.stages import (
    CommandWait,
    Delays,
    ResponseDelays,
    latency_delays,
    response_delays,
    response_delays_of_groups,
)

__all__ = [
    "Answers",
    "CellTimes",
    "CellTimesGatherer",
    "CommandWait",
    "Commands",
    "Delays",
    "ResponseDelays",
    "ResponseSavings",
    "Sawtooth",
    "Service",
    "age_of_information",
    "ages_of_information",
    "block_sums",
    "caught_chance",
    "caught_share",
    "cell_pictures",
    "cell_times",
    "latency_delays",
    "latency_statistics",
    "latest_command_s",
    "pooled",
    "response_delays",
    "response_delays_of_groups",
    "response_savings",
    "response_savings_of_groups",
    "response_to_requests",
    "system_response",
    "system_responses",
    "wait_for_window",
]
