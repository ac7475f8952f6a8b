"""What a launch gives: which plane at which hour, and what a rocket brings to it.

`clocks` reads hours of a day, `planes` asks a launch of the catalogue over the hours of its
lift-off (`hour_figures` has the figures of one hour), with a notified window as a distribution.
`payloads` has what a rocket lifts to a height, `carriers` the options: rockets, how many satellites
of which real class they carry to a wanted orbit, and what those see; `stages` follows several
satellites of one launch while they spread over their plane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.launches.carriers import (
        CLASSES,
        OPTION_FIGURES,
        LaunchOptions,
        launch_options,
    )
    from simulator.launches.clocks import ClockRange, clock_range
    from simulator.launches.hour_figures import HOUR_FIGURES
    from simulator.launches.payloads import Payload, payload_to
    from simulator.launches.planes import LaunchHours, launch_hours, scenario_of_launch
    from simulator.launches.stages import SpreadStages, spread_stages
else:
    __getattr__ = door(
        __name__,
        {
            "carriers": "CLASSES OPTION_FIGURES LaunchOptions launch_options",
            "clocks": "ClockRange clock_range",
            "hour_figures": "HOUR_FIGURES",
            "payloads": "Payload payload_to",
            "planes": "LaunchHours launch_hours scenario_of_launch",
            "stages": "SpreadStages spread_stages",
        },
    )

__all__ = [
    "CLASSES",
    "HOUR_FIGURES",
    "OPTION_FIGURES",
    "ClockRange",
    "LaunchHours",
    "LaunchOptions",
    "Payload",
    "SpreadStages",
    "clock_range",
    "launch_hours",
    "launch_options",
    "payload_to",
    "scenario_of_launch",
    "spread_stages",
]
