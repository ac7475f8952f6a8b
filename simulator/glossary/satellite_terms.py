"""Figures of satellites: what each alone sees of the targets."""

from __future__ import annotations

from simulator.glossary.terms import Term

_SET = ("element set",)
SATELLITE_TERMS = (
    Term(
        "targets_seen",
        "targets that the satellite ever sees",
        ("satellite",),
        kind="count",
        better="more",
        heading="targets\nseen",
        definition="access",
    ),
    Term(
        "target_accesses_per_day",
        "accesses of a target over the days of the span, by this satellite alone; mean over the "
        "targets",
        ("satellite",),
        better="more",
        heading="accesses\nper day",
        definition="access",
    ),
    Term(
        "target_revisit_mean_h",
        "mean of the gaps between the accesses of a target by this satellite alone; mean over the "
        "targets",
        ("satellite",),
        better="less",
        heading="revisit\nmean",
        rule="gaps",
        definition="revisit",
    ),
    Term(
        "target_revisit_max_h",
        "longest gap between the accesses of any target by this satellite alone",
        ("satellite",),
        better="less",
        heading="revisit\nlongest",
        rule="gaps",
        definition="revisit",
    ),
    Term(
        "target_wait_mean_h",
        "mean wait from a random instant to the next access of a target by this satellite alone; "
        "mean over the targets",
        ("satellite",),
        better="less",
        heading="mean wait\nfor access",
        definition="wait for access",
    ),
)
_SEASON = ("season",)
# Of an orbit that ages, by year and by season.
AGEING_TERMS = (
    Term(
        "target_daylight_accesses_per_day",
        "accesses of a target a day by this satellite alone at which the Sun is as high there as "
        "the sensor needs it; mean over the targets",
        _SEASON,
        better="more",
        swept=False,
    ),
    Term(
        "lifetime_years", "time from the orbit's epoch to its re-entry", ("lifetime",), swept=False
    ),
    Term("raises", "how often the satellite raises its orbit", _SEASON, kind="count", swept=False),
    Term("ballistic_m2_kg", "drag coefficient times area over mass", ("lifetime",), swept=False),
    Term(
        "altitude_low_km",
        "least mean height over past solar cycles and less and more drag",
        _SET,
        swept=False,
    ),
    Term(
        "altitude_high_km",
        "greatest mean height over past solar cycles and less and more drag",
        _SET,
        swept=False,
    ),
)

# Where a satellite is flown by several element sets, one after another.
ELEMENT_SET_TERMS = (
    Term("from_s", "instant from which the set is flown", _SET, kind="instant"),
    Term("bstar", "SGP4's drag term B*, 1/Earth radii", _SET, swept=False),
    Term(
        "jump_along_km",
        "how far the path jumps ahead along the flight where the set before ends",
        _SET,
        swept=False,
    ),
    Term(
        "jump_cross_km",
        "how far it jumps across the plane of the orbit, to the side of the angular momentum",
        _SET,
        swept=False,
    ),
    Term("jump_radial_km", "how far it jumps outwards", _SET, swept=False),
)
