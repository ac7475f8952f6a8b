"""What a launch gives: which plane at which hour, and what a rocket brings to it.

`clocks` reads hours of a day, `planes` asks a launch of the catalogue over the hours of its
lift-off (`hour_figures` has the figures of one hour), with a notified window as a distribution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.launches.clocks import ClockRange, clock_range
    from simulator.launches.hour_figures import HOUR_FIGURES
    from simulator.launches.planes import LaunchHours, launch_hours, scenario_of_launch
else:
    __getattr__ = door(
        __name__,
        {
            "clocks": "ClockRange clock_range",
            "hour_figures": "HOUR_FIGURES",
            "planes": "LaunchHours launch_hours scenario_of_launch",
        },
    )

__all__ = [
    "HOUR_FIGURES",
    "ClockRange",
    "LaunchHours",
    "clock_range",
    "launch_hours",
    "scenario_of_launch",
]
