"""Stand-ins for the work of a point, importable by worker processes."""

import os
import signal
import threading
import time
from pathlib import Path

from simulator.study.runs import RunFigures


def rate(scenario):
    return scenario.satellites[0].downlink_rate_mbps


def trivial(scenario, store):
    """Give the rate back as a figure."""
    return RunFigures({"networks": {"network": ["dprk"], "age_mean_h": [rate(scenario)]}}, ())


def waits(scenario, store):
    """Give the rate back as figures that had other names in earlier versions."""
    delivered = {"network": ["dprk"], "delivered_within_3h_share": [rate(scenario)]}
    awaited = {"target": ["osan"], "wait_mean_h": [rate(scenario)]}
    return RunFigures({"networks": delivered, "targets": awaited}, ())


def slow(scenario, store):
    """Take a while."""
    time.sleep(0.1)
    return trivial(scenario, store)


def fails_at_three(scenario, store):
    """Fail at one point."""
    if rate(scenario) == 3.0:
        raise ZeroDivisionError("three")
    return trivial(scenario, store)


def dies_at_three(scenario, store):
    """Kill the worker at one point, each time."""
    if rate(scenario) == 3.0:
        os.kill(os.getpid(), signal.SIGKILL)
    return trivial(scenario, store)


def dies_once(scenario, store):
    """Kill the worker at one point, the first time; the scenario's note names a mark to leave."""
    mark = Path(scenario.note)
    if rate(scenario) == 3.0 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return trivial(scenario, store)


def never_ends(scenario, store):
    """Leave a thread that keeps the worker from ending."""
    threading.Thread(target=threading.Event().wait).start()
    return trivial(scenario, store)


def dies(item):
    """Kill the worker."""
    os.kill(os.getpid(), signal.SIGKILL)
