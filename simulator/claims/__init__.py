"""Published statements, as data: what would have to be true, computed, and a verdict on each.

`checks` has what a statement can be checked by, made of `check_tables`; `statements` reads them
from the catalogue or a file, `verdicts` says what becomes of one. By kind: `timed_passes` and
`pass_counts` of passes, `one_orbit` of several instants together, `homing` of pictures on their
way, `element_histories` of heights and planes, `resolving` of cameras, `fleet_revisits` of several
satellites; what is needed for a statement to hold is searched for (`bounds`). `checking` puts them
together; `flown_scenario` is the scenario that an answer kept in a folder has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.claims.checking import CheckedClaim, CheckedClaims, check_claims
    from simulator.claims.checks import CHECKS
    from simulator.claims.flown_scenario import scenario_of_claims
    from simulator.claims.statements import Claim, catalogue_claims, claims_in, read_claims
    from simulator.claims.verdicts import VERDICTS, Finding, Quantity
else:
    __getattr__ = door(
        __name__,
        {
            "checking": "CheckedClaim CheckedClaims check_claims",
            "checks": "CHECKS",
            "flown_scenario": "scenario_of_claims",
            "statements": "Claim catalogue_claims claims_in read_claims",
            "verdicts": "VERDICTS Finding Quantity",
        },
    )

__all__ = [
    "CHECKS",
    "VERDICTS",
    "CheckedClaim",
    "CheckedClaims",
    "Claim",
    "Finding",
    "Quantity",
    "catalogue_claims",
    "check_claims",
    "claims_in",
    "read_claims",
    "scenario_of_claims",
]
