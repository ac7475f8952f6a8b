"""What the figures of a region's cells mean that stand as rows in the table of coverage."""

from __future__ import annotations

import re
from types import MappingProxyType

_MEANINGS: MappingProxyType[str, str] = MappingProxyType(
    {
        "accesses_per_day": "accesses over the days of the span, those of satellites not merged",
        "accesses_day_min": "fewest accesses that reach into a whole UTC day",
        "accesses_day_max": "most of them",
        "accesses_between": "accesses in the span of a length within figures.access_between_min",
        "access_minutes_per_day": "minutes in access of one satellite or more",
        "access_minutes_day_min": "least of such minutes of a whole UTC day",
        "access_minutes_day_max": "most of them",
        "access_minutes_day_std": "their standard deviation over whole UTC days",
        "access_mean_min": "mean length of an access, those of satellites not merged",
        "access_min_min": "shortest access",
        "access_max_min": "longest access",
        "access_std_min": "standard deviation of the lengths of accesses",
        "gaps_between": "gaps of a length within figures.gap_between_h",
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
        "satellites_at_once_min": "fewest satellites that have access at once",
        "satellites_seen": "how many of the satellites ever have access",
        "satellites_at_once_max": "most satellites that have access at once",
        "pairs": "pairs of accesses in a row with a gap between the bounds of figures.pair_gap_min",
    }
)
_NUMBERED = (
    (r"revisit_time_p(.+)_h", "gaps up to this length and the accesses fill {} % of the time"),
    (r"revisit_gap_p(.+)_h", "gaps up to this length fill {} % of the time without access"),
    (r"revisit_p(.+)_h", "{} % of the gaps that the rule counts are no longer"),
    (r"response_gap_p(.+)_h", "in {} % of the time without access the wait is no longer"),
    (r"response_p(.+)_h", "{} % of the time the wait for the next access is no longer"),
    (r"age_of_data_gap_p(.+)_h", "in {} % of the time without access the last ended no longer ago"),
    (r"age_of_data_p(.+)_h", "{} % of the time the last access ended no longer ago"),
    (r"access_longer_p(.+)_min", "in {} % of the time an access at least so long is open"),
    (r"seen_by_(.+)_percent", "percent of the time in access of {} satellites or more"),
)


def figure_meaning(name: str) -> str:
    """Return what a figure of a cell is, empty for none that is known."""
    for pattern, meaning in _NUMBERED:
        if found := re.fullmatch(pattern, name):
            return meaning.format(found[1])
    return _MEANINGS.get(name, "")
