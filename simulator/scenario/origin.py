"""What a scenario was read from, kept for those who change the document and not the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, eq=False)
class Origin:
    """The document of a scenario, overrides applied, and the folder by which it names files.

    `fields` are the scenario's values as they were read. There is no document of one that was made
    in Python. Two scenarios are not unlike for what they were read from: all origins are equal.
    """

    document: Mapping[str, Any] | None = None
    folder: Path = Path()
    fields: Mapping[str, Any] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin)

    def __hash__(self) -> int:
        return 0
