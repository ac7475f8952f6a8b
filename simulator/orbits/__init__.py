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
    from simulator.orbits.crossings import Pieces, sign_changes
    from simulator.orbits.decay import Course
    from simulator.orbits.decay_sets import decaying, instant_of
    from simulator.orbits.density import density_source
    from simulator.orbits.designs import ascending_nodes, mean_height_km
    from simulator.orbits.drag import ballistic_m2_kg
    from simulator.orbits.elements import (
        RADIUS_WGS72_KM,
        Elements,
        KeplerElements,
        advanced,
        between,
        element_age_days,
        from_satrec,
        from_tle,
        keplerian,
        local_time_h,
        mean_motion_rad_s,
    )
    from simulator.orbits.ephemerides import Caps, Ephemeris, ephemeris
    from simulator.orbits.frames import from_earth_fixed
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
        quintic,
        slopes_at,
        step_at,
        values_at,
        velocities,
    )
    from simulator.orbits.reentries import Lifetime, Lifetimes, lifetimes
    from simulator.orbits.spreads import SpreadPlace, SpreadPlan, spread_plan
    from simulator.orbits.sun import (
        shadow_windows,
        sun_elevation_deg,
        sun_positions,
        sun_track,
        sunlit_at,
    )
    from simulator.orbits.sun_synchrony import sun_synchronous_inclination_deg
    from simulator.orbits.tracks import (
        Outage,
        Track,
        revolutions_s,
        states,
        teme_positions,
        track,
    )
else:
    __getattr__ = door(
        __name__,
        {
            "bounds": "SHORTEST_S bounds_within jerk_bound length_bounds node squared_length "
            "step_bounds",
            "builders": "from_scenario",
            "crossings": "Pieces sign_changes",
            "decay": "Course",
            "decay_sets": "decaying instant_of",
            "density": "density_source",
            "designs": "ascending_nodes mean_height_km",
            "drag": "ballistic_m2_kg",
            "elements": "RADIUS_WGS72_KM Elements KeplerElements advanced between "
            "element_age_days from_satrec from_tle keplerian local_time_h mean_motion_rad_s",
            "ephemerides": "Caps Ephemeris ephemeris",
            "frames": "from_earth_fixed",
            "histories": "jumps notes",
            "polynomials": "Booleans Floats Integers Nine Pair Rows Six Triple bends_at "
            "by_component coefficients positions quintic slopes_at step_at values_at "
            "velocities",
            "reentries": "Lifetime Lifetimes lifetimes",
            "spreads": "SpreadPlace SpreadPlan spread_plan",
            "sun": "shadow_windows sun_elevation_deg sun_positions sun_track sunlit_at",
            "sun_synchrony": "sun_synchronous_inclination_deg",
            "tracks": "Outage Track revolutions_s states teme_positions track",
        },
    )

__all__ = [
    "RADIUS_WGS72_KM",
    "SHORTEST_S",
    "Booleans",
    "Caps",
    "Course",
    "Elements",
    "Ephemeris",
    "Floats",
    "Integers",
    "KeplerElements",
    "Lifetime",
    "Lifetimes",
    "Nine",
    "Outage",
    "Pair",
    "Pieces",
    "Rows",
    "Six",
    "SpreadPlace",
    "SpreadPlan",
    "Track",
    "Triple",
    "advanced",
    "ascending_nodes",
    "ballistic_m2_kg",
    "bends_at",
    "between",
    "bounds_within",
    "by_component",
    "coefficients",
    "decaying",
    "density_source",
    "element_age_days",
    "ephemeris",
    "from_earth_fixed",
    "from_satrec",
    "from_scenario",
    "from_tle",
    "instant_of",
    "jerk_bound",
    "jumps",
    "keplerian",
    "length_bounds",
    "lifetimes",
    "local_time_h",
    "mean_height_km",
    "mean_motion_rad_s",
    "node",
    "notes",
    "positions",
    "quintic",
    "revolutions_s",
    "shadow_windows",
    "sign_changes",
    "slopes_at",
    "spread_plan",
    "squared_length",
    "states",
    "step_at",
    "step_bounds",
    "sun_elevation_deg",
    "sun_positions",
    "sun_synchronous_inclination_deg",
    "sun_track",
    "sunlit_at",
    "teme_positions",
    "track",
    "values_at",
    "velocities",
]
