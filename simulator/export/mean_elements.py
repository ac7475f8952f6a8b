"""The SGP4 mean elements of a run's satellites, set by set, as orbit mean-elements messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from simulator.errors import InputError
from simulator.export.choices import Choices
from simulator.export.states import ChosenFlights
from simulator.orbits import Elements
from simulator.results import Results
from simulator.scenario import OmmOrbit, TleOrbit
from simulator.study import Flight
from simulator.units import MINUTES_PER_DAY
from simulator.version import __version__

ORIGINATOR = f"SIMULATOR {__version__}"
# Numbers of those who watch the sky for what is not in the catalogue: no other object has them.
FIRST_NUMBER = 80_001
METADATA = (
    "OBJECT_NAME",
    "OBJECT_ID",
    "CENTER_NAME",
    "REF_FRAME",
    "TIME_SYSTEM",
    "MEAN_ELEMENT_THEORY",
)
ELEMENTS = (
    "EPOCH",
    "MEAN_MOTION",
    "ECCENTRICITY",
    "INCLINATION",
    "RA_OF_ASC_NODE",
    "ARG_OF_PERICENTER",
    "MEAN_ANOMALY",
)
TLE_RELATED = (
    "EPHEMERIS_TYPE",
    "CLASSIFICATION_TYPE",
    "NORAD_CAT_ID",
    "ELEMENT_SET_NO",
    "REV_AT_EPOCH",
    "BSTAR",
    "MEAN_MOTION_DOT",
    "MEAN_MOTION_DDOT",
)


@dataclass(frozen=True)
class MeanSet:
    """One element set of a satellite: its name, what a reader should know, and its fields."""

    elements: Elements
    name: str
    comment: str
    fields: dict[str, str | int | float]


def mean_sets(results: Results, choices: Choices) -> Iterator[MeanSet]:
    """Yield every element set of the satellites that were chosen, in order of time each.

    Satellites that fly by an ephemeris have none: they are left out, unless none is left. Raises
    InputError.
    """
    flights = ChosenFlights(results, choices).flights
    tabulated = [flight.name for flight in flights if flight.elements.is_tabulated]
    if tabulated and (choices.satellites or len(tabulated) == len(flights)):
        raise InputError(
            f"satellite '{tabulated[0]}' flies by an ephemeris, which has no mean elements; the "
            "format oem writes its states"
        )
    flown = [flight for flight in flights if flight.name not in tabulated]
    for number, flight in enumerate(flown, start=FIRST_NUMBER):
        yield from _of_flight(flight, number)


def _of_flight(flight: Flight, unnumbered: int) -> Iterator[MeanSet]:
    number = _number(flight) or unnumbered
    doubt = "hypothetical; " if flight.elements.hypothetical else ""
    later = [f"flown from {at:%Y-%m-%dT%H:%M:%SZ}" for at, _ in flight.elements.changes]
    pieces = [flight.elements, *(elements for _, elements in flight.elements.changes)]
    for elements, when in zip(pieces, ["", *later], strict=True):
        comment = f"{doubt}{flight.elements.origin}{'; ' if when else ''}{when}"
        yield MeanSet(elements, flight.name, comment, _fields(flight.name, elements, number))


def _fields(name: str, elements: Elements, number: int) -> dict[str, str | int | float]:
    record = elements.satellite
    per_day = MINUTES_PER_DAY / (2.0 * np.pi)
    degrees = {
        key: float(np.degrees(value))
        for key, value in (
            ("INCLINATION", record.inclo),
            ("RA_OF_ASC_NODE", record.nodeo),
            ("ARG_OF_PERICENTER", record.argpo),
            ("MEAN_ANOMALY", record.mo),
        )
    }
    return {
        "OBJECT_NAME": name,
        "OBJECT_ID": designator(elements),
        "CENTER_NAME": "EARTH",
        "REF_FRAME": "TEME",
        "TIME_SYSTEM": "UTC",
        "MEAN_ELEMENT_THEORY": "SGP4",
        "EPOCH": written(elements.epoch),
        "MEAN_MOTION": float(record.no_kozai) * per_day,
        "ECCENTRICITY": float(record.ecco),
        **degrees,
        "EPHEMERIS_TYPE": 0,
        "CLASSIFICATION_TYPE": str(record.classification or "U"),
        "NORAD_CAT_ID": number,
        "ELEMENT_SET_NO": int(record.elnum),
        "REV_AT_EPOCH": int(record.revnum),
        "BSTAR": float(record.bstar),
        # As a TLE has them: half the first derivative, a sixth of the second.
        "MEAN_MOTION_DOT": float(record.ndot) * per_day * MINUTES_PER_DAY,
        "MEAN_MOTION_DDOT": float(record.nddot) * per_day * MINUTES_PER_DAY**2,
    }


def written(instant: datetime) -> str:
    """Return a UTC instant as messages have it, to the microsecond."""
    return f"{instant:%Y-%m-%dT%H:%M:%S.%f}"


def designator(elements: Elements) -> str:
    """Return the international designator, as 2023-179A of 23179A; UNKNOWN where there is none."""
    plain = str(elements.satellite.intldesg).strip()
    if len(plain) < 6 or not plain[:5].isdigit():
        return "UNKNOWN"
    century = 19 if int(plain[:2]) >= 57 else 20
    return f"{century}{plain[:2]}-{plain[2:]}"


def _number(flight: Flight) -> int:
    """Return the catalogue number, 0 where there is none: what is designed has none."""
    orbit = flight.table.orbit
    # SGP4 keeps none beyond five characters, a message does.
    if isinstance(orbit, OmmOrbit) and orbit.elements:
        return orbit.elements[-1].catalogue_number or 0
    return int(flight.elements.satellite.satnum) if isinstance(orbit, TleOrbit) else 0
