"""The view of the one who is watched: when who could look, what is quiet, and when to work.

`watchers` names satellites and places, `margins` says how early or late a satellite may be by the
age of its elements, `overhead_looks` finds looks, `work_plans` the safest start of a piece of work,
and `overheads` puts them together. `exposures` says of a plan (`time_plans`) what it risks, over
the draws of a scenario.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.watched.exposures import Exposure, exposure
    from simulator.watched.margins import Margin, margin_given
    from simulator.watched.overheads import Overhead, Work, overhead
    from simulator.watched.time_plans import TimePlan, plan_in, plan_of
    from simulator.watched.watchers import LookConditions
else:
    __getattr__ = door(
        __name__,
        {
            "exposures": "Exposure exposure",
            "margins": "Margin margin_given",
            "overheads": "Overhead Work overhead",
            "time_plans": "TimePlan plan_in plan_of",
            "watchers": "LookConditions",
        },
    )

__all__ = [
    "Exposure",
    "LookConditions",
    "Margin",
    "Overhead",
    "TimePlan",
    "Work",
    "exposure",
    "margin_given",
    "overhead",
    "plan_in",
    "plan_of",
]
