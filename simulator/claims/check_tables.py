"""What checks of all kinds have in common: kinds of value, orbits, places, and faults of these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from simulator import catalog
from simulator.errors import InputError
from simulator.orbits import Elements
from simulator.scenario import Instant, ScenarioTable, Where, fault
from simulator.study import orbit_of, place_of

MOST_DAYS = 400.0
_FORMULAS = ("sso:", "kepler:")
_ANY_EPOCH = datetime(2023, 11, 21, tzinfo=UTC)


def _known(check: Callable[[str], Any]) -> Callable[[str], str]:
    """Return a validator that words a name's fault as the one who looks it up does."""

    def named(text: str) -> str:
        try:
            check(text)
        except InputError as error:
            raise fault(error.problems[0]) from None
        return text

    return named


def orbit_at_its_epoch(text: str, changes: Mapping[str, float] | None = None) -> Elements:
    """Return the elements of an orbit, those of a formula at any epoch; raises InputError.

    Whether a formula is one, and the size of its orbit, do not depend on the epoch.
    """
    start = _ANY_EPOCH if text.startswith(_FORMULAS) else None
    return orbit_of(text, start=start, changes=changes)


def _entry(kind: str) -> Callable[[str], str]:
    return _known(lambda text: catalog.get(kind, text))


def _day(value: Any) -> Any:
    """Return a day, of which TOML knows dates and JSON texts."""
    if isinstance(value, datetime) or not isinstance(value, str | date):
        raise fault(f"{value} is not a day such as 2023-11-24")
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise fault(f"{value!r} is not a day such as 2023-11-24") from None


def _several(value: Any) -> Any:
    return value if isinstance(value, tuple) else (value,)


Orbit = Annotated[str, AfterValidator(_known(orbit_at_its_epoch))]
Place = Annotated[str, AfterValidator(_known(place_of))]
SensorId = Annotated[str, AfterValidator(_entry("sensors"))]
NetworkId = Annotated[str, AfterValidator(_entry("networks"))]
ElementsId = Annotated[str, AfterValidator(_entry("elements"))]
NeedId = Annotated[str, AfterValidator(_entry("needs"))]
Day = Annotated[date, BeforeValidator(_day)]
Instants = Annotated[
    tuple[Instant, ...], BeforeValidator(_several), Field(min_length=1, max_length=100)
]
Seconds = Annotated[float, Field(ge=0.0, le=86_400.0)]
Days = Annotated[float, Field(gt=0.0, le=MOST_DAYS)]
Degrees = Annotated[float, Field(ge=-5.0, le=90.0)]
Hours = Annotated[float, Field(gt=0.0, le=8_760.0)]
Mbps = Annotated[float, Field(ge=1e-4, le=1e4)]
Metres = Annotated[float, Field(gt=0.0, le=1_000.0)]
Km = Annotated[float, Field(ge=0.0, le=50_000.0)]

ORBIT = "Orbit, named as `simulator passes` names one."
CHANGES = (
    "Keys of the orbit set otherwise for this check, as `{ insertion_latitude_deg = 18.0 }`; the "
    "orbit without them is told apart."
)
WITHIN = "How far, seconds, the computed instant may be from what was said."
SAID_TO = "To how many seconds instants were said: 60 if seconds were cut off."
PLACE = "Place: a target, station or site of the catalogue, or LAT,LON."
STATION = "The same of a station: used where no target is given."


class OrbitCheck(ScenarioTable):
    """What all checks by one orbit have in common."""

    orbit: Orbit = Field(description=ORBIT)
    changes: dict[str, float] = Field(default_factory=dict, description=CHANGES)

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        """Yield what the orbit says of its changes."""
        changes, orbit = raw.get("changes"), raw.get("orbit")
        if not isinstance(changes, Mapping) or not changes or not isinstance(orbit, str):
            return
        try:
            orbit_at_its_epoch(orbit)
        except InputError:
            return  # said of the orbit itself
        try:
            orbit_at_its_epoch(orbit, {str(key): value for key, value in changes.items()})
        except InputError as error:
            for problem in error.problems:
                yield ("changes",), problem.removeprefix(f"orbit '{orbit}': ")


class PlacedCheck(OrbitCheck):
    """What all checks by passes over one place have in common."""

    target: Place | None = Field(default=None, description=PLACE)
    station: Place | None = Field(default=None, description=STATION)

    @property
    def place(self) -> str:
        """The place, whichever key names it."""
        return self.target or self.station or ""

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        yield from super().raw_faults(raw)
        if raw.get("target") is None and raw.get("station") is None:
            yield ("target",), "is missing: give target or station"


def order_faults(raw: Mapping[str, Any], first: str, last: str) -> Iterator[tuple[Where, str]]:
    begin, end = (aware(raw.get(key)) for key in (first, last))
    if begin is not None and end is not None and end <= begin:
        yield (last,), f"{end:%Y-%m-%dT%H:%M:%SZ} is not after {first}, {begin:%Y-%m-%dT%H:%M:%SZ}"


def aware(value: Any) -> datetime | None:
    """Return an instant in UTC as it was given, None for what is none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    aware = isinstance(value, datetime) and value.tzinfo is not None
    return value.astimezone(UTC) if aware else None
