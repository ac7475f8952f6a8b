"""What targets are called in a sentence: by the catalogue's names, where those are short."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulator.text import width

if TYPE_CHECKING:
    from simulator.results import Results

_MOST_COLUMNS = 28


def target_names(results: Results) -> Mapping[str, str]:
    """Return the targets of a run by name, each with what a sentence calls it.

    That is what stands before the first comma or bracket of the catalogue's name, for an entry of
    the catalogue; the name of the run itself, where that is too long or another target's too.
    """
    known = {
        str(entry["id"]): str(entry.get("name", ""))
        for entry in results.provenance.get("catalogue", [])
        if entry["kind"] == "targets"
    }
    targets = [str(name) for name in results.targets["target"]]
    called = {name: _short(known.get(name, "")) or name for name in targets}
    times = Counter(called.values())
    return {name: words if times[words] == 1 else name for name, words in called.items()}


def _short(name: str) -> str:
    begin = re.split(r"[,(]", name)[0].strip()
    return begin if width(begin) <= _MOST_COLUMNS else ""
