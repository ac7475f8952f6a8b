"""Who may look and at what: satellites named by words, with sensors and margins, and places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from simulator import zones
from simulator.access import View
from simulator.errors import InputError, nearest_hint
from simulator.orbits import Elements
from simulator.scenario import Sensor, Target, places_in
from simulator.study import (
    DAYLIGHT_SUN_ELEVATION_DEG,
    LEAST_ELEVATION_DEG,
    clock_of,
    orbits_of,
    place_of,
    validated,
    view_of,
)
from simulator.watched.margins import Margin, margin_of

MOST_PLACES = 1_000


@dataclass(frozen=True, eq=False)
class Onlooker:
    """A satellite that may look: its orbit, sensor if known, conditions, and how sure it is."""

    elements: Elements
    sensor: Sensor | None
    view: View
    margin: Margin

    @property
    def name(self) -> str:
        return self.elements.name


@dataclass(frozen=True, eq=False)
class Watched:
    """A place that may be looked at: the word it was named by, and its clock."""

    word: str
    target: Target
    time_zone: str


@dataclass(frozen=True)
class LookConditions:
    """What must hold for a look, beside what the sensor asks; None leaves it to the sensor.

    Without a sensor the satellite is to stand `LEAST_ELEVATION_DEG` high at least, whatever the
    light. `any_light` leaves out what the sensor asks of the sun.
    """

    min_elevation_deg: float | None = None
    max_off_nadir_deg: float | None = None
    daylight: bool = False
    any_light: bool = False

    def __post_init__(self) -> None:
        for name, least in (("min_elevation_deg", -5.0), ("max_off_nadir_deg", 0.0)):
            value = getattr(self, name)
            if value is not None and not least <= value <= 90.0:
                raise InputError(f"{name}: {value:g} is out of range; allowed {least:g} to 90")
        if self.daylight and self.any_light:
            raise InputError("daylight and any light are asked for at once; choose one")

    def view(self, sensor: Sensor | None) -> View:
        """Return the conditions of looks with a sensor, or without."""
        view = View(min_elevation_deg=LEAST_ELEVATION_DEG) if sensor is None else view_of(sensor)
        if self.min_elevation_deg is not None:
            view = replace(view, min_elevation_deg=self.min_elevation_deg)
        if self.max_off_nadir_deg is not None:
            view = replace(view, max_off_nadir_deg=self.max_off_nadir_deg)
        if self.any_light:
            view = replace(view, min_sun_elevation_deg=None, max_sun_elevation_deg=None)
        if self.daylight:
            view = replace(view, min_sun_elevation_deg=DAYLIGHT_SUN_ELEVATION_DEG)
        return view


def first_start(words: Sequence[str]) -> datetime:
    """Return the newest epoch of orbits, from which to look where no start is given.

    Raises InputError.
    """
    return max(elements.epoch for word in words for elements, _ in orbits_of(word))


def watchers(
    words: Sequence[str],
    *,
    start: datetime,
    days: float,
    sensors: Sequence[str] = (),
    margin: Margin | None = None,
    conditions: LookConditions | None = None,
) -> tuple[Onlooker, ...]:
    """Return every satellite of orbits named as in `orbits_of`.

    `sensors` are ids of the catalogue: one for all, or NAME=ID for the satellite of a name or of a
    word. `margin` replaces that by age. Raises InputError.
    """
    asked = conditions or LookConditions()
    flown = [(word, *one) for word in words for one in orbits_of(word, start=start, days=days)]
    names = [elements.name for _, elements, _ in flown]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"satellite '{twice[0]}' is named twice; name each once")
    for_all, by_name = _sensors(sensors, {*words, *names})
    found = []
    for word, elements, kind in flown:
        sensor = by_name.get(elements.name, by_name.get(word, for_all))
        own = margin or margin_of(elements, kind)
        found.append(Onlooker(elements, sensor, asked.view(sensor), own))
    return tuple(found)


def _sensors(
    sensors: Sequence[str], names: set[str]
) -> tuple[Sensor | None, dict[str, Sensor | None]]:
    """Return the sensor of all satellites, and those of some by name or word."""
    for_all: Sensor | None = None
    by_name: dict[str, Sensor | None] = {}
    for text in sensors:
        name, separator, identifier = text.rpartition("=")
        if not separator:
            if for_all is not None:
                raise InputError(
                    f"sensor '{text}': one is given for all already; give NAME=ID for a satellite"
                )
            for_all = _sensor(identifier)
            continue
        if name not in names:
            raise InputError(f"sensor '{text}': no satellite '{name}'{nearest_hint(name, names)}")
        by_name[name] = None if identifier == "none" else _sensor(identifier)
    return for_all, by_name


def _sensor(identifier: str) -> Sensor:
    return validated(Sensor, {"catalog": identifier}, f"sensor '{identifier}': ")


def watched_places(
    words: Sequence[str], *, tracks: Sequence[str] = (), time_zone: str | None = None
) -> tuple[Watched, ...]:
    """Return places named as in `place_of`, or by files of places, each with its clock.

    `tracks` are files of the ways of what moves, each called as its file is. `time_zone` is whose
    clock is told of all; by default each place's own, UTC of what moves. Raises InputError.
    """
    if time_zone is not None:
        zones.zone(time_zone)
    found: list[Watched] = []
    for word in words:
        of_file = places_in(Path(word), Target)
        if of_file is None:
            target = place_of(word)
            found.append(Watched(word, target, time_zone or clock_of(word, target)))
            continue
        found += [Watched(t.name, t, time_zone or _clock(t)) for t in of_file]
    for file in tracks:
        name = Path(file).stem
        moving = validated(Target, {"name": name, "track": file}, f"track '{file}': ")
        found.append(Watched(name, moving, time_zone or "UTC"))
    called = [place.word for place in found]
    twice = sorted({name for name in called if called.count(name) > 1})
    if twice:
        raise InputError(f"place '{twice[0]}' is named twice; name each once")
    if len(found) > MOST_PLACES:
        raise InputError(f"{len(found):,} places; allowed up to {MOST_PLACES:,}")
    return tuple(found)


def _clock(target: Target) -> str:
    """Return the clock of a place of a file: its country's where that is a code, else the sun's."""
    at_deg = target.place_deg
    of_country = zones.of_country(target.country or "", *at_deg)
    return of_country or zones.by_longitude(at_deg[1])
