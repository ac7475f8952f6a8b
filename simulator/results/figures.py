"""What the figures of a region's cells mean that stand as rows in the table of coverage."""

from __future__ import annotations

import re
from types import MappingProxyType

_MEANINGS: MappingProxyType[str, str] = MappingProxyType(
    {
        "accesses_per_day": "accesses over the days of the span, those of satellites not merged",
        "access_minutes_per_day": "minutes in access of one satellite or more",
        "access_mean_min": "mean length of an access",
        "access_max_min": "longest access",
        "gaps": "times without access, both ends of the span included",
        "revisit_mean_h": "mean of the gaps that the rule counts",
        "revisit_min_h": "shortest of them",
        "revisit_max_h": "longest of them",
        "revisit_std_h": "their standard deviation",
        "time_average_gap_h": "sum of the squared gaps over the span",
        "response_mean_h": "mean wait from a random instant to the next access; 0 in one",
        "response_max_h": "longest such wait",
        "age_of_data_mean_h": "mean time since the last access ended; 0 in one",
        "age_of_data_max_h": "longest such time",
        "satellites_at_once_mean": "time mean of the number of satellites that have access",
        "satellites_at_once_max": "most satellites that have access at once",
        "pairs": "pairs of accesses in a row with a gap between the bounds of figures.pair_gap_min",
    }
)
_NUMBERED = (
    (r"revisit_time_p(.+)_h", "gaps up to this length and the accesses fill {} % of the time"),
    (r"revisit_p(.+)_h", "{} % of the gaps that the rule counts are no longer"),
    (r"response_p(.+)_h", "{} % of the time the wait for the next access is no longer"),
    (r"age_of_data_p(.+)_h", "{} % of the time the last access ended no longer ago"),
    (r"seen_by_(.+)_percent", "percent of the time in access of {} satellites or more"),
)


def figure_meaning(name: str) -> str:
    """Return what a figure of a cell is, empty for none that is known."""
    for pattern, meaning in _NUMBERED:
        if found := re.fullmatch(pattern, name):
            return meaning.format(found[1])
    return _MEANINGS.get(name, "")
