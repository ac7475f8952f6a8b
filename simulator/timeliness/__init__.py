"""Timeliness: how late pictures come, and how old the newest one is."""

from simulator.timeliness.cell_responses import Commands
from simulator.timeliness.cells import CellTimes, Service, cell_times
from simulator.timeliness.sawtooth import (
    Sawtooth,
    age_of_information,
    block_sums,
    latency_statistics,
    latest_command_s,
    pooled,
    response_to_requests,
    system_response,
    wait_for_window,
)
from simulator.timeliness.stages import (
    CommandWait,
    Delays,
    ResponseDelays,
    latency_delays,
    response_delays,
)

__all__ = [
    "CellTimes",
    "CommandWait",
    "Commands",
    "Delays",
    "ResponseDelays",
    "Sawtooth",
    "Service",
    "age_of_information",
    "block_sums",
    "cell_times",
    "latency_delays",
    "latency_statistics",
    "latest_command_s",
    "pooled",
    "response_delays",
    "response_to_requests",
    "system_response",
    "wait_for_window",
]
