"""How much memory there is, so that work that cannot fit is refused before it is begun."""

from __future__ import annotations

import math
from pathlib import Path

_CGROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes",
    ),
)


def available_bytes() -> float:
    """Return the memory that can still be had, bytes; infinity where the system does not say.

    What the kernel says is available, and what is left of the limits of a control group.
    """
    limits = [math.inf]
    for line in _read("/proc/meminfo").splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            limits.append(float(value.split()[0]) * 1024.0)
    # "max", no number, is no limit.
    for limit, usage in _CGROUPS:
        most, used = _read(limit).strip(), _read(usage).strip()
        if most.isdigit() and used.isdigit():
            limits.append(max(0.0, float(most) - float(used)))
    return min(limits)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""


def size_text(size_bytes: float) -> str:
    """Return a size for a message, in GB or MB."""
    large = size_bytes >= 1e9
    return f"{size_bytes / 1e9:,.1f} GB" if large else f"{size_bytes / 1e6:,.1f} MB"
