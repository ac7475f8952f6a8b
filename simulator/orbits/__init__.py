"""Orbits: elements, launches and designers; where satellites and the Sun are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.orbits.bounds import (
        SHORTEST_S,
        bounds_within,
        jerk_bound,
        length_bounds,
        node,
        squared_length,
        step_bounds,
    )
    from simulator.orbits.builders import from_scenario
    from simulator.orbits.density import density_source
    from simulator.orbits.designs import mean_height_km
    from simulator.orbits.elements import (
        RADIUS_WGS72_KM,
        Elements,
        advanced,
        element_age_days,
        from_tle,
        mean_motion_rad_s,
    )
    from simulator.orbits.ephemerides import Caps, Ephemeris, ephemeris
    from simulator.orbits.histories import jumps, notes
    from simulator.orbits.polynomials import (
        Booleans,
        Floats,
        Integers,
        Nine,
        Pair,
        Rows,
        Six,
        Triple,
        bends_at,
        by_component,
        coefficients,
        positions,
        slopes_at,
        step_at,
        values_at,
        velocities,
    )
    from simulator.orbits.spreads import SpreadPlace, SpreadPlan, spread_plan
    from simulator.orbits.sun import shadow_windows, sun_elevation_deg, sun_track
    from simulator.orbits.sun_synchrony import sun_synchronous_inclination_deg
    from simulator.orbits.tracks import Outage, Track, revolutions_s, teme_positions, track
else:
    __getattr__ = door(
        __name__,
        {
            "bounds": "SHORTEST_S bounds_within jerk_bound length_bounds node squared_length "
            "step_bounds",
            "builders": "from_scenario",
            "density": "density_source",
            "designs": "mean_height_km",
            "elements": "RADIUS_WGS72_KM Elements advanced element_age_days from_tle "
            "mean_motion_rad_s",
            "ephemerides": "Caps Ephemeris ephemeris",
            "histories": "jumps notes",
            "polynomials": "Booleans Floats Integers Nine Pair Rows Six Triple bends_at "
            "by_component coefficients positions slopes_at step_at values_at velocities",
            "spreads": "SpreadPlace SpreadPlan spread_plan",
            "sun": "shadow_windows sun_elevation_deg sun_track",
            "sun_synchrony": "sun_synchronous_inclination_deg",
            "tracks": "Outage Track revolutions_s teme_positions track",
        },
    )

__all__ = [
    "RADIUS_WGS72_KM",
    "SHORTEST_S",
    "Booleans",
    "Caps",
    "Elements",
    "Ephemeris",
    "Floats",
    "Integers",
    "Nine",
    "Outage",
    "Pair",
    "Rows",
    "Six",
    "SpreadPlace",
    "SpreadPlan",
    "Track",
    "Triple",
    "advanced",
    "bends_at",
    "bounds_within",
    "by_component",
    "coefficients",
    "density_source",
    "element_age_days",
    "ephemeris",
    "from_scenario",
    "from_tle",
    "jerk_bound",
    "jumps",
    "length_bounds",
    "mean_height_km",
    "mean_motion_rad_s",
    "node",
    "notes",
    "positions",
    "revolutions_s",
    "shadow_windows",
    "slopes_at",
    "spread_plan",
    "squared_length",
    "step_at",
    "step_bounds",
    "sun_elevation_deg",
    "sun_synchronous_inclination_deg",
    "sun_track",
    "teme_positions",
    "track",
    "values_at",
    "velocities",
]
