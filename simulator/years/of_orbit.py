"""A scenario of an orbit named in one word, and a scenario whose orbit is made to decay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simulator.errors import InputError
from simulator.scenario import DecayTable, EphemerisOrbit, Scenario
from simulator.study import orbit_table

_SENSOR = "malligyong_press"
_TARGETS = ("seoul",)
_OF_DRAG = ("ballistic_m2_kg", "mass_kg", "area_m2")


def scenario_of_orbit(
    orbit: str,
    *,
    start: datetime | None = None,
    satellite: str | None = None,
    targets: Sequence[str] = (),
) -> Scenario:
    """Return a scenario of an orbit named as for a table of overpasses, with targets to see.

    Targets are entries of the catalogue, Seoul unless given; the sensor is the one assumed for
    Malligyong-1. An orbit without an epoch of its own needs a start. Raises InputError.
    """
    name, table = orbit_table(orbit, start, satellite)
    if table["kind"] == "ephemeris":
        raise InputError(
            f"orbit '{orbit}' is an ephemeris, which says nothing of its drag; years need an orbit "
            "of elements: an element set, a launch, sso:ALTITUDE_KM:LTAN_H"
        )
    document = {
        "schema_version": 1,
        "title": f"{name} over the years",
        "question": "How does its orbit age, and what is seen of it?",
        "span": {
            "start": start or datetime.fromisoformat("2000-01-01T00:00:00+00:00"),
            "days": 1.0,
        },
        "satellites": (
            {"name": name, "sensor": _SENSOR, "downlink_rate_mbps": 2.0, "orbit": table},
        ),
        "targets": tuple(targets or _TARGETS),
        "networks": ("dprk",),
    }
    try:
        return Scenario.model_validate(document, context={"folder": Path()})
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise InputError([f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in faults]) from None


def with_decay(
    scenario: Scenario,
    keys: Mapping[str, Any],
    satellite: str | None = None,
    *,
    always: bool = False,
) -> Scenario:
    """Return a scenario in which keys of `decay` of a satellite's orbit have other values.

    Without a table of its own it gets one; a drag that is given replaces the one that was. Keys
    whose value is None stay as they are. With `always` it has a table in any case. Raises
    InputError.
    """
    given = {key: value for key, value in keys.items() if value is not None}
    number = number_of(scenario, satellite)
    table = scenario.satellites[number]
    own = table.orbit.decay
    if given and isinstance(table.orbit, EphemerisOrbit):
        raise InputError(
            f"satellite '{table.name}' flies by an ephemeris, which says nothing of its drag; "
            "years need an orbit of elements"
        )
    if not given and (own is not None or not always):
        return scenario
    held = own.model_dump(exclude_none=True, exclude_unset=True) if own is not None else {}
    if given.keys() & set(_OF_DRAG):
        held = {key: value for key, value in held.items() if key not in _OF_DRAG}
    if "activity" in given:
        held = {k: v for k, v in held.items() if k not in ("f107", "ap", "first_month")}
    try:
        decay = DecayTable.model_validate({**held, **given})
    except ValidationError as error:
        raise InputError(
            [
                f"satellite '{table.name}': decay{''.join(f'.{part}' for part in fault['loc'])}: "
                f"{fault['msg']}"
                for fault in error.errors(include_url=False)
            ]
        ) from None
    changed = table.model_copy(update={"orbit": table.orbit.model_copy(update={"decay": decay})})
    satellites = list(scenario.satellites)
    satellites[number] = changed
    return scenario.model_copy(update={"satellites": tuple(satellites)})


def number_of(scenario: Scenario, satellite: str | None) -> int:
    """Return which satellite is meant: by name, else the first that decays, else the first."""
    names = [table.name for table in scenario.satellites]
    if satellite is not None:
        if satellite not in names:
            raise InputError(f"satellite '{satellite}' is not there; there are {', '.join(names)}")
        return names.index(satellite)
    decaying = (n for n, t in enumerate(scenario.satellites) if t.orbit.decay is not None)
    return next(decaying, 0)
