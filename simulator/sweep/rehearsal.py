"""What the server that worker processes are copied from imports: the program, after a rehearsal.

A small scenario is studied as points are, so that their machine code is loaded, their tables are
built and the catalogue is read when copies are made. Where that machine code is yet to be compiled
there is no rehearsal: points compile it, in processes that can be interrupted.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from pathlib import Path

from simulator import study
from simulator.numbastart import begin_without_linear_algebra
from simulator.scenario import Scenario, loads
from simulator.sweep.points import content_key
from simulator.sweep.worker import figures

_SMALL = """
schema_version = 1
title = "rehearsal"
targets = ["osan", "andersen"]
networks = ["dprk", "dprk+russia+relay"]
[clouds]
clear = "sunshine"
[span]
start = 2023-11-22T00:00:00Z
days = 12.0
[[satellites]]
name = "camera"
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
recorder_gbit = 16.0
orbit = { kind = "launch", launch = "malligyong1_nov23" }
"""


def small() -> Scenario:
    """Return the scenario that is rehearsed."""
    return loads(_SMALL, origin="rehearsal", folder=Path())


def rehearse() -> None:
    """Study a small scenario, for what stays of it in this process."""
    begin_without_linear_algebra()
    if not study.late_code_is_kept():
        _ = study.figures
        return
    # Faults and warnings are told where they are of a point.
    with suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scenario = small()
        content_key(scenario)
        figures(scenario, study.MemoryStore())


rehearse()
