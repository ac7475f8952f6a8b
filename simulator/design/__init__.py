"""Which orbits, and how many satellites, would do what is wished.

`wishes` says what is wished and where to look, `patterns` which satellites are tried together,
`skies` finds their accesses, `searches` the fewest that do, `proofs` flies them in a full run and
`designed` puts the answer together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.design.designed import Designed, design
    from simulator.design.wishes import PATTERNS, Wish, range_of
else:
    __getattr__ = door(
        __name__,
        {
            "designed": "Designed design",
            "wishes": "PATTERNS Wish range_of",
        },
    )

__all__ = [
    "PATTERNS",
    "Designed",
    "Wish",
    "design",
    "range_of",
]
