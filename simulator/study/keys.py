"""What each kept stage of a study is given of a scenario, and the digest that its key is made of.

A stage is given tables without the keys that have no effect on its numbers, which `LEFT_OUT` lists
once; the digest is of the same tables. So a stage cannot read what its key does not hold: a key
that is left out is not there to read, and one that is new to a table is in every digest until it
is listed here. Names that seed draws are not without effect.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Literal, TypeVar

from simulator.scenario import (
    REMEMBERED,
    CatalogTable,
    Counting,
    CrosslinkTable,
    EphemerisOrbit,
    Network,
    Region,
    Relay,
    Same,
    Satellite,
    Scenario,
    ScenarioTable,
    Sensor,
    Station,
    Target,
    Uncertainty,
)

Stage = Literal[
    "accesses",
    "pictures",
    "contacts",
    "grants",
    "crosslinks",
    "delivery",
    "regions",
    "regions of strips",
    "stays",
    "stays of strips",
    "sampling",
    "sampling of strips",
    "clear regions",
    "clear regions of strips",
    "chances",
    "targets",
]
# Scenarios, and tables of them, of which digests are remembered by what they hold.
_CONTENTS = 2_000
_Keys = Mapping[type[ScenarioTable], frozenset[str]]
_Narrowed = TypeVar("_Narrowed", bound=ScenarioTable)


def _keys(by_table: Mapping[type[ScenarioTable], str]) -> _Keys:
    return {table: frozenset(names.split()) for table, names in by_table.items()}


def _joined(*parts: _Keys) -> _Keys:
    tables = {table for part in parts for table in part}
    return {t: frozenset().union(*(part.get(t, ()) for part in parts)) for t in tables}


# Words, clocks and maps for the reader; how often a study is repeated; what is asked of figures
# once they are there.
_WORDS = _keys(
    {
        ScenarioTable: "note",
        CatalogTable: "catalog",
        Scenario: "schema_version title question baseline sweep steps cameras unknowns draw "
        "time_zone map_centre_deg",
        Target: "country",
        Region: "name strips thresholds",
        Network: "name headquarters",
        # Its digest is in the key: a file is the same wherever it lies.
        EphemerisOrbit: "file",
        Uncertainty: "draws region_draws phase",
    }
)
# What clouds leave of looks, which are found without them.
_SKY = _keys({Scenario: "clouds", Target: "clear sunshine", Region: "clear"})
# What becomes of looks: on board, on the way, in the figures.
_PICTURES = "swath_km picture_length_km bits_per_pixel compression bands picture_mbit collection_s"
_TURNING = "max_pictures_per_orbit max_imaging_min_per_orbit slew_rate_deg_s settling_s"
_SENDING = (
    "name downlink_rate_mbps transmitters recorder_gbit collection image_while_downlinking "
    "max_downlink_min_per_orbit"
)
_LOOKS = _joined(
    _WORDS,
    _keys({Satellite: f"{_SENDING} {_TURNING} held_roll_deg", Sensor: _PICTURES}),
)
_OF_TARGETS = _joined(
    _LOOKS,
    _keys({Scenario: "regions networks requests", Target: "name priority requests needs stay_h"}),
)
_ORBITS = _joined(
    _LOOKS,
    _keys(
        {
            Scenario: "targets regions networks counting requests seed uncertainty",
            Satellite: "sensor",
        }
    ),
)
_OF_REGIONS = _joined(_LOOKS, _keys({Scenario: "targets regions networks requests"}))
_OF_STRIPS: _Keys = {
    **_OF_REGIONS,
    Satellite: _OF_REGIONS[Satellite] - {"held_roll_deg"},
    Sensor: _OF_REGIONS[Sensor] - {"swath_km"},
}
_NO_DRAWS = _keys({Scenario: "seed uncertainty"})
_IN_TIME = "stay_h processing_h"
_CELL_FIGURES = _joined(_NO_DRAWS, _keys({Counting: f"stays_h niirs_levels {_IN_TIME}"}))
_STAYS = _joined(
    _NO_DRAWS,
    _keys(
        {
            Counting: "revisit_rule percents pair_gap_min access_percents access_between_min "
            f"gap_between_h niirs_levels {_IN_TIME}"
        }
    ),
)
_SAMPLING = _keys({Counting: f"niirs_levels {_IN_TIME}"})
_UNCOUNTED = _joined(_NO_DRAWS, _keys({Scenario: "counting"}))

LEFT_OUT: Mapping[Stage, _Keys] = {
    "accesses": _joined(_OF_TARGETS, _UNCOUNTED, _SKY),
    "pictures": {
        **_joined(_OF_TARGETS, _UNCOUNTED, _SKY),
        Satellite: frozenset(f"{_SENDING} held_roll_deg".split()),
        Sensor: frozenset(_PICTURES.split()) - {"collection_s"},
        Target: _WORDS[Target] | _SKY[Target] | {"name", "requests", "needs", "stay_h"},
    },
    "contacts": _joined(
        _ORBITS,
        _SKY,
        _keys(
            {
                Station: "name roles max_rate_mbps acquisition_s forwarding_delay_s availability "
                "receivers antennas hours_utc from_utc until_utc",
                Relay: "name roles max_rate_mbps acquisition_s forwarding_delay_s availability "
                "receivers max_users hours_utc from_utc until_utc",
            }
        ),
    ),
    "grants": {
        **_joined(
            _ORBITS,
            _SKY,
            _keys(
                {
                    Network: "crosslinks host",
                    Station: "max_rate_mbps forwarding_delay_s receivers antennas",
                    Relay: "max_rate_mbps forwarding_delay_s receivers max_users",
                }
            ),
        ),
        # By the seed and the names of both a contact is granted.
        Scenario: _joined(_ORBITS, _SKY)[Scenario] - {"seed"},
        Satellite: _ORBITS[Satellite] - {"name"},
    },
    "crosslinks": _joined(
        _ORBITS, _SKY, _keys({CrosslinkTable: "rate_mbps acquisition_s terminals"})
    ),
    "delivery": _joined(
        _WORDS,
        _keys(
            {
                Scenario: "regions networks uncertainty",
                Satellite: "held_roll_deg",
                Counting: "revisit_rule percents pair_gap_min access_percents access_between_min "
                "gap_between_h niirs_levels stays_h",
            },
        ),
    ),
    "regions": _joined(_OF_REGIONS, _CELL_FIGURES, _SKY),
    "regions of strips": _joined(_OF_STRIPS, _CELL_FIGURES, _SKY),
    "stays": _joined(_OF_REGIONS, _STAYS, _SKY),
    "stays of strips": _joined(_OF_STRIPS, _STAYS, _SKY),
    "sampling": _joined(_OF_REGIONS, _SAMPLING, _SKY),
    "sampling of strips": _joined(_OF_STRIPS, _SAMPLING, _SKY),
    "clear regions": _joined(_OF_REGIONS, _UNCOUNTED),
    "clear regions of strips": _joined(_OF_STRIPS, _UNCOUNTED),
    "chances": _joined(_OF_TARGETS, _SAMPLING, _SKY),
    "targets": _joined(_OF_TARGETS, _SAMPLING),
}


def narrowed(stage: Stage, table: _Narrowed) -> _Narrowed:
    """Return a table as a stage is given it: without the keys that its digest leaves out.

    To read one of those raises AttributeError, in the table and in all tables inside it.
    """
    narrow = table.model_copy()
    held = vars(narrow)
    # Taken out, not set to None: a stage that reads one fails instead of going on.
    for name in _left_out(stage, type(table)):
        held.pop(name, None)
    for name, value in held.items():
        if isinstance(value, ScenarioTable):
            held[name] = _member(stage, Same(value))
        elif isinstance(value, tuple) and value and isinstance(value[0], ScenarioTable):
            held[name] = tuple(_member(stage, Same(item)) for item in value)
    return narrow


@lru_cache(maxsize=REMEMBERED)
def _member(stage: Stage, same: Same) -> ScenarioTable:
    """Return a table that is a member of others, narrowed; tables do not change.

    Two that are left with the same content become one, so that whatever holds them is alike, too.
    """
    return _one_of_alike(_Content(narrowed(stage, same.table)))


class _Content:
    """A table by what it holds: the very same tables, and else values that are written alike."""

    def __init__(self, table: ScenarioTable) -> None:
        self.table = table
        held = ((name, _form(value)) for name, value in vars(table).items())
        self._key = (type(table), *held)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and self._key == other._key


def _form(value: Any) -> Hashable:
    if isinstance(value, ScenarioTable):
        return Same(value)
    if isinstance(value, tuple) and value and isinstance(value[0], ScenarioTable):
        return tuple(map(Same, value))
    # Not the value itself: 1 is 1.0 and True to Python, but not in a digest.
    return repr(value)


@lru_cache(maxsize=REMEMBERED)
def _one_of_alike(content: _Content) -> ScenarioTable:
    return content.table


@cache
def _left_out(stage: Stage, table: type[ScenarioTable]) -> frozenset[str]:
    by_table = LEFT_OUT[stage]
    # A key may be listed for a base class of the table that has it.
    return frozenset().union(*(by_table.get(kind, ()) for kind in table.__mro__))


def digest(stage: Stage, table: ScenarioTable) -> str:
    """Return the digest of all that a stage is given of a table, its kind included."""
    return _digest_of_member(Same(_member(stage, Same(table))))


def identity(stage: Stage, table: ScenarioTable) -> Hashable:
    """Return what is equal for two tables where their digests are, but faster to make.

    For use within a process: it holds the very values that a stage is given of a table.
    """
    left_out = _left_out(stage, type(table))
    given = (value for name, value in vars(table).items() if name not in left_out)
    return (type(table), *given)


def digest_of(table: ScenarioTable) -> str:
    """Return the digest of a table as it stands, its kind included."""
    return _digest_of_content(_Content(table))


@lru_cache(maxsize=_CONTENTS)
def _digest_of_content(content: _Content) -> str:
    table = content.table
    held = {name: _plain(value) for name, value in vars(table).items()}
    text = json.dumps([type(table).__name__, held], default=datetime.isoformat, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=REMEMBERED)
def _digest_of_member(same: Same) -> str:
    return digest_of(same.table)


def _plain(value: Any) -> Any:
    # A table from which keys are gone is none that the serializer of its model knows.
    if isinstance(value, ScenarioTable):
        return {"digest": _digest_of_member(Same(value))}
    if isinstance(value, tuple) and value and isinstance(value[0], ScenarioTable):
        return [_plain(item) for item in value]
    return value


def kind_of(stage: str) -> str:
    """Return the word that a stage is counted by, whatever the look it is of."""
    return stage.partition(" ")[0]
