"""Scenarios to start from: commented, valid as they are, one for each way to begin.

The texts are files in the folder `starter_files` beside this module: a head that all share, and a
satellite of each kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources

import tomli_w

from simulator.errors import InputError, nearest_hint, printable_line

STARTERS: Mapping[str, str] = {
    "launch": "the orbit of a launch of the catalogue",
    "sun-synchronous": "an orbit that passes at the same local time each day",
    "keplerian": "any orbit by its elements",
    "walker": "several satellites in several planes",
    "tle": "a satellite that flew, by its published elements",
    "radar": "a radar instead of a camera",
    "region": "an area instead of single places",
}
_MAX_NAME = 80
_START = "2023-11-22T00:00:00Z"
# An element set is good for some weeks: its scenario begins when it was made.
_STARTS = {"tle": "2024-06-06T12:00:00Z"}


def starter(kind: str, *, name: str) -> str:
    """Return a scenario to start from, as TOML with comments.

    `name` is the file's name without its ending, and the scenario's title. Raises InputError for a
    kind that there is not, and for a name that cannot be a title.
    """
    if kind not in STARTERS:
        raise InputError(f"'{kind}' is nothing to start from{nearest_hint(kind, STARTERS)}")
    if not name or len(name) > _MAX_NAME or printable_line(name) != name:
        raise InputError(f"'{name}' is no name: 1 to {_MAX_NAME} letters that can be printed")
    title = tomli_w.dumps({"title": name}).removeprefix("title = ").strip()
    head = _text("head").replace('"@TITLE@"', title).replace("@FILE@", f"{name}.toml")
    return head.replace("@START@", _STARTS.get(kind, _START)) + _text(kind)


def _text(part: str) -> str:
    folder = resources.files("simulator.scenario").joinpath("starter_files")
    return folder.joinpath(f"{part}.toml").read_text(encoding="utf-8")
