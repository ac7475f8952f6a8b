"""Names that figures had in earlier versions, and what they are called now."""

from __future__ import annotations

import re
from collections.abc import Iterable

from simulator.errors import nearest_hint

# Times of cells, of which grids had seconds where tables have hours.
_ONCE_IN_SECONDS = (
    "cell_age_max",
    "cell_age_mean",
    "cell_age_unknown",
    "cell_response_collection",
    "cell_response_command",
    "cell_response_delivery",
    "cell_response_max",
    "cell_response_mean",
    "cell_response_unknown",
    "covered",
    "first_access",
    "revisit_max",
    "revisit_mean",
    "revisit_min",
    "revisit_std",
    "time_average_gap",
    "wait_max",
    "wait_mean",
)
# Whoever asks has not found the name: `response_mean_h` is still that of a network.
_RENAMED = {
    **{f"{name}_s": f"{name}_h" for name in _ONCE_IN_SECONDS},
    "access_mean_s": "access_mean_min",
    "access_max_s": "access_max_min",
    "response_mean_h": "wait_mean_h",
    "response_max_h": "wait_max_h",
    "response_mean_low_h": "wait_mean_low_h",
    "response_mean_high_h": "wait_mean_high_h",
    "response_mean_s": "wait_mean_h",
    "response_max_s": "wait_max_h",
    "target_response_mean_h": "wait_mean_h",
    "region_response_mean_h": "region_wait_mean_h",
    "system_response_mean_s": "cell_response_mean_h",
    "system_response_max_s": "cell_response_max_h",
    "system_response_unknown_s": "cell_response_unknown_h",
    "system_response_command_s": "cell_response_command_h",
    "system_response_collection_s": "cell_response_collection_h",
    "system_response_delivery_s": "cell_response_delivery_h",
    "age_mean_s": "cell_age_mean_h",
    "age_max_s": "cell_age_max_h",
    "age_unknown_s": "cell_age_unknown_h",
}
_RENAMED_PATTERNS = (
    (r"response_gap_p(\d.*)", r"wait_gap_p\1"),
    (r"response_p(\d.*)", r"wait_p\1"),
    (r"home_within_(\d.*)", r"delivered_within_\1"),
    (r"revisit_p(\d[\d_]*)_s", r"revisit_p\1_h"),
    (r"seen_by_(\d+)_s", r"seen_by_\1_h"),
)


def renamed(name: str) -> str:
    """Return what a name of an earlier version is called now, empty for none of those."""
    if name in _RENAMED:
        return _RENAMED[name]
    for old, new in _RENAMED_PATTERNS:
        if match := re.fullmatch(old, name):
            return match.expand(new)
    return ""


def name_hint(name: str, allowed: Iterable[str]) -> str:
    """Return what to say of a name that is not allowed: its new name, or the nearest one."""
    names = list(allowed)
    new = renamed(name)
    return f"; it is called {new} now" if new in names else nearest_hint(name, names)
