"""Years: how an orbit ages, how long it lasts, and what is seen of it by season.

Behind the door: `orbit_years`, the answer as tables; `months`, what is seen month by month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.years.ageing import OrbitYears, orbit_years
    from simulator.years.of_orbit import scenario_of_orbit, with_decay
else:
    __getattr__ = door(
        __name__,
        {
            "ageing": "OrbitYears orbit_years",
            "of_orbit": "scenario_of_orbit with_decay",
        },
    )

__all__ = ["OrbitYears", "orbit_years", "scenario_of_orbit", "with_decay"]
