"""What is wished of a design, and where it is looked for."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from simulator import catalog
from simulator.errors import InputError, nearest_hint
from simulator.scenario import Scenario, loads
from simulator.study import place_of

PATTERNS = ("plane", "walker")
SUN_SYNCHRONOUS, FREE = "sun-synchronous", "free"
MOST_SATELLITES = 48
LEAST_KM, MOST_KM = 200.0, 2_000.0
_FIRST_H = 96.0
_RANGE = re.compile(r"(\d+(?:\.\d+)?)(?::(\d+(?:\.\d+)?))?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
# The darkest month of either half of the Earth begins a fortnight before the solstice.
_DARKEST = {True: datetime(2023, 12, 7, tzinfo=UTC), False: datetime(2023, 6, 6, tzinfo=UTC)}


@dataclass(frozen=True)
class Wish:
    """Who is to be seen how often, by what, and among which orbits.

    - `targets`: ids of the catalogue, or `LAT,LON`; each must be seen `every_h` hours, which is the
      longest gap between two accesses, or their mean with `measure` "mean";
    - `sensor` is of the catalogue; `light_deg`, the least elevation of the Sun, and
      `off_nadir_deg`, the greatest off-nadir angle, replace its own;
    - `heights_km` are mean heights over the ellipsoid as flown, every `height_step_km`, beside all
      at which the track repeats after up to `cycle_days`;
    - `inclination` is "sun-synchronous", "free", or least and greatest, degrees;
    - nodes are tried every `node_step_h` hours of local time, in `patterns` of up to `most`
      satellites.

    Raises InputError for what is out of range.
    """

    targets: tuple[str, ...]
    every_h: float
    measure: Literal["max", "mean"] = "max"
    sensor: str = "malligyong_press"
    light_deg: float | None = None
    off_nadir_deg: float | None = None
    heights_km: tuple[float, float] = (450.0, 650.0)
    height_step_km: float = 25.0
    cycle_days: int = 3
    inclination: str | tuple[float, float] = SUN_SYNCHRONOUS
    node_step_h: float = 1.0
    patterns: tuple[str, ...] = PATTERNS
    most: int = 12
    start: datetime | str | None = None
    days: float = 30.0

    def __post_init__(self) -> None:
        if not self.targets:
            raise InputError("see: name at least one place to be seen")
        if len(set(self.targets)) < len(self.targets):
            raise InputError("see: a place is named twice")
        _within("days", self.days, 1.0, 366.0)
        # In less than twice the time wished hardly any gap can be too long.
        _within("every", self.every_h, 0.1, 12.0 * self.days)
        _within("height", self.heights_km[0], LEAST_KM, MOST_KM)
        _within("height", self.heights_km[1], self.heights_km[0], MOST_KM)
        _within("height-step", self.height_step_km, 1.0, MOST_KM)
        _within("node-step", self.node_step_h, 0.1, 12.0)
        _within("cycle", self.cycle_days, 0, 30)
        _within("most", self.most, 1, MOST_SATELLITES)
        for each in self.patterns:
            if each not in PATTERNS:
                raise InputError(
                    f"pattern: '{each}' is none; allowed {', '.join(PATTERNS)}"
                    f"{nearest_hint(each, PATTERNS)}"
                )
        if isinstance(self.inclination, str):
            if self.inclination not in (SUN_SYNCHRONOUS, FREE):
                raise InputError(
                    f"inclination: '{self.inclination}'; allowed {SUN_SYNCHRONOUS}, {FREE}, or "
                    "degrees as 60 or 40:70"
                )
        else:
            _within("inclination", self.inclination[0], 0.0, 180.0)
            _within("inclination", self.inclination[1], self.inclination[0], 180.0)

    @property
    def first_h(self) -> float:
        """The first part of the span, hours, over which what has too long a gap is left out."""
        return max(_FIRST_H, 2.0 * self.every_h)

    @property
    def heights(self) -> tuple[float, ...]:
        """The heights tried, km: every step from the lowest, and the highest."""
        low, high = self.heights_km
        steps = int((high - low) / self.height_step_km + 1e-9)
        even = [low + self.height_step_km * number for number in range(steps + 1)]
        return tuple(even if high - even[-1] < 1e-6 else [*even, high])

    def inclinations(self, latitudes_deg: Sequence[float]) -> tuple[float | None, ...]:
        """Return the inclinations tried for targets at some latitudes; None: Sun-synchronous.

        Free ones are those a multiple of 5 degrees from just below the highest latitude on.
        """
        if self.inclination == SUN_SYNCHRONOUS:
            return (None,)
        if isinstance(self.inclination, str):
            highest = max(abs(latitude) for latitude in latitudes_deg)
            first = max(0, math.floor(highest / 5.0 - 0.2))
            return (None, *(5.0 * number for number in range(first, 19)))
        low, high = self.inclination
        inner = [5.0 * n for n in range(37) if low < 5.0 * n < high]
        return tuple(dict.fromkeys([low, *inner, high]))

    def document(self) -> dict[str, Any]:
        """Return the scenario of the wish as a TOML document, without satellites."""
        places = [_target(text) for text in self.targets]
        start = self._start(places)
        sensor: dict[str, Any] = {"catalog": self.sensor}
        if self.light_deg is not None:
            sensor["min_sun_elevation_deg"] = self.light_deg
        if self.off_nadir_deg is not None:
            sensor["max_off_nadir_deg"] = self.off_nadir_deg
        return {
            "schema_version": 1,
            "title": "Design",
            "targets": places,
            "span": {"start": start, "days": self.days},
            "satellites": [
                {
                    "name": "D",
                    "sensor": self.sensor if len(sensor) == 1 else sensor,
                    "downlink_rate_mbps": 2.0,
                }
            ],
        }

    def scenario(self, orbit: dict[str, Any]) -> Scenario:
        """Return the scenario of the wish with satellites of an orbit; raises InputError."""
        document = self.document()
        document["satellites"][0]["orbit"] = orbit
        return self.loaded(file_text(document))

    @staticmethod
    def loaded(text: str) -> Scenario:
        """Return the scenario of a file's text; faults are told as of a design."""
        return loads(text, origin="design", folder=Path())

    def _start(self, places: Sequence[str | dict[str, Any]]) -> datetime:
        if isinstance(self.start, datetime):
            return self.start
        if self.start is not None:
            return _instant(self.start)
        latitudes_deg = [_latitude_deg(place) for place in places]
        return _DARKEST[sum(latitudes_deg) >= 0.0]


def file_text(document: dict[str, Any]) -> str:
    """Return a document as a scenario file holds it."""
    import tomli_w

    return str(tomli_w.dumps(document)).replace(" 00:00:00+00:00\n", "T00:00:00Z\n")


def range_of(name: str, text: str) -> tuple[float, float]:
    """Return least and greatest of a range such as 450:650, or of one number; or InputError."""
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise InputError(f"{name}: '{text}' is no number or range such as 450:650")
    low = float(match[1])
    high = low if match[2] is None else float(match[2])
    if high < low:
        raise InputError(f"{name}: '{text}' ends below where it begins; write {high:g}:{low:g}")
    return low, high


def _target(text: str) -> str | dict[str, Any]:
    if text in catalog.entries("targets"):
        return text
    place = place_of(text)
    return {
        "name": place.name,
        "latitude_deg": place.latitude_deg,
        "longitude_deg": place.longitude_deg,
    }


def _latitude_deg(place: str | dict[str, Any]) -> float:
    values = catalog.get("targets", place).values if isinstance(place, str) else place
    return float(str(values["latitude_deg"]))


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(f"{text}T00:00:00Z" if _DATE.fullmatch(text) else text)
    except ValueError:
        raise InputError(
            f"start: '{text}' is not a date or a time such as 2023-12-07T00:00:00Z"
        ) from None
    if at.utcoffset() is None:
        raise InputError(f"start: {text} has no offset from UTC; write {text}Z if it is UTC")
    return at.astimezone(UTC)


def _within(name: str, value: float, least: float, most: float) -> None:
    # Put so that NaN, of which every comparison is false, is refused too.
    if not least <= value <= most:
        raise InputError(f"{name}: {value:g} is out of range; allowed {least:g} to {most:g}")
