"""Names that figures had in earlier versions, and what they are called now."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.errors import nearest_hint

# Whoever asks has not found the name: `response_mean_h` is still that of a network.
_RENAMED = {
    "response_mean_h": "wait_mean_h",
    "response_max_h": "wait_max_h",
    "response_mean_low_h": "wait_mean_low_h",
    "response_mean_high_h": "wait_mean_high_h",
    "response_mean_s": "wait_mean_s",
    "response_max_s": "wait_max_s",
    "target_response_mean_h": "wait_mean_h",
    "region_response_mean_h": "region_wait_mean_h",
    "system_response_mean_s": "cell_response_mean_s",
    "system_response_max_s": "cell_response_max_s",
    "system_response_unknown_s": "cell_response_unknown_s",
    "system_response_command_s": "cell_response_command_s",
    "system_response_collection_s": "cell_response_collection_s",
    "system_response_delivery_s": "cell_response_delivery_s",
    "age_mean_s": "cell_age_mean_s",
    "age_max_s": "cell_age_max_s",
    "age_unknown_s": "cell_age_unknown_s",
}
_RENAMED_STARTS = {
    "response_gap_p": "wait_gap_p",
    "response_p": "wait_p",
    "home_within_": "delivered_within_",
}


def renamed(name: str) -> str:
    """Return what a name of an earlier version is called now, empty for none of those."""
    if name in _RENAMED:
        return _RENAMED[name]
    for old, new in _RENAMED_STARTS.items():
        if name.startswith(old) and name[len(old) : len(old) + 1].isdigit():
            return new + name.removeprefix(old)
    return ""


def name_hint(name: str, allowed: Iterable[str]) -> str:
    """Return what to say of a name that is not allowed: its new name, or the nearest one."""
    names = list(allowed)
    new = renamed(name)
    return f"; it is called {new} now" if new in names else nearest_hint(name, names)
