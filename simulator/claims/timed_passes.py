"""Whether a satellite passes a place when it was said to, and could have pictured it then."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from simulator import catalog
from simulator.access import satellite_positions
from simulator.claims.check_tables import OrbitCheck
from simulator.claims.checks import PassCheck, PicturedCheck
from simulator.claims.verdicts import CONFIRMED, NEEDS, POSSIBLE, REFUTED, Finding, Quantity
from simulator.earth import Span, off_nadir_deg, sites
from simulator.orbits import track
from simulator.scenario import Sensor
from simulator.study import look_up, orbit_of, place_of, validated
from simulator.units import DAY_S, HOUR_S

# Half of how far around an instant a pass is looked for: less than half a revolution.
_AROUND = timedelta(minutes=45)
_EDGES = {"begin": "rise_s", "instant": "culmination_s", "end": "set_s"}
_WORDS = {"begin": "begins", "instant": "is closest", "end": "ends"}


class Passing(NamedTuple):
    """The pass nearest to an instant: how late its edge is, and the look at closest approach."""

    late_s: float
    off_nadir_deg: float
    sun_deg: float


def passing(
    check: OrbitCheck,
    place: str,
    said: datetime,
    *,
    own: bool = False,
    edge: str = "instant",
    elevation_deg: float = 0.0,
) -> Passing | None:
    """Return the pass whose edge is nearest to what was said, None if there is none near.

    `own` flies the orbit without the check's changes.
    """
    begin = said - _AROUND
    found = look_up(
        check.orbit,
        place,
        start=begin.isoformat(),
        days=2.0 * _AROUND / timedelta(days=1),
        min_elevation_deg=elevation_deg,
        changes=None if own else check.changes,
    ).columns
    # What the search itself cuts off neither begins nor ends, nor is it closest, there.
    whole = ~np.logical_or(found["cut_start"], found["cut_end"])
    late_s = np.asarray(found[_EDGES[edge]], dtype=np.float64) - _AROUND.total_seconds()
    if not whole.any():
        return None
    row = int(np.argmin(np.where(whole, np.abs(late_s), np.inf)))
    columns = (late_s, found["off_nadir_deg"], found["sun_elevation_deg"])
    return Passing(*(float(column[row]) for column in columns))


def beyond_s(late_s: float, said_to_s: float) -> float:
    """Return how far an instant is from what was said, whose last digits may have been cut off."""
    return late_s - min(max(late_s, 0.0), said_to_s)


def sensor_of(identifier: str) -> Sensor:
    """Return a sensor of the catalogue; raises InputError for one that cannot be flown."""
    return validated(Sensor, {"catalog": identifier}, f"sensor '{identifier}': ")


def seconds(value_s: float) -> str:
    """Return how late something is, in words."""
    side = "after" if value_s > 0.0 else "before"
    return "to the second" if round(abs(value_s)) == 0 else f"{abs(value_s):.0f} s {side}"


def seconds_between(least_s: float, most_s: float) -> str:
    """Return from how late to how late something is, in words."""
    if round(least_s) < 0 < round(most_s):
        return f"{seconds(least_s)} to {seconds(most_s)}"
    low, high = sorted((abs(least_s), abs(most_s)))
    return f"{low:.0f} to {high:.0f} s {'after' if round(most_s) > 0 else 'before'}"


def check_pass(check: PassCheck) -> Finding:
    """Return whether the satellite passes a place at the instants said."""
    quantities, far_s, words = [], list[float](), list[str]()
    for edge, said in _said(check):
        near = passing(check, check.place, said, edge=edge, elevation_deg=check.elevation_deg)
        late_s = math.nan if near is None else near.late_s
        beyond = beyond_s(late_s, check.said_to_s)
        far_s.append(math.inf if near is None else abs(beyond))
        name = f"{edge}, {said:%Y-%m-%d %H:%M:%S} UTC: late by"
        own_s = _own_late_s(check, said, edge)
        quantities.append(_ends(name, late_s, own_s, "s"))
        own = "" if math.isnan(own_s) else f" ({seconds(own_s)} by the orbit unchanged)"
        words.append(
            f"no pass near {said:%H:%M:%S}"
            if near is None
            else f"the pass {_WORDS[edge]} {seconds(late_s)} {said:%d %b %H:%M:%S} UTC{own}"
        )
    verdict = CONFIRMED if max(far_s) <= check.within_s else REFUTED
    allowed = f"allowed {check.within_s:g} s"
    if check.said_to_s:
        allowed += f", of what was said to {check.said_to_s:g} s"
    return Finding(verdict, f"{_first(words)}; {allowed}", tuple(quantities))


def _first(words: Sequence[str]) -> str:
    text = "; ".join(words)
    return text[0].upper() + text[1:]


def _said(check: PassCheck) -> Iterator[tuple[str, datetime]]:
    for edge in _EDGES:
        yield from ((edge, said) for said in getattr(check, edge) or ())


def _own_late_s(check: PassCheck, said: datetime, edge: str) -> float:
    if not check.changes:
        return math.nan
    level = check.elevation_deg
    near = passing(check, check.place, said, own=True, edge=edge, elevation_deg=level)
    return math.nan if near is None else near.late_s


def _ends(name: str, value: float, other: float, unit: str) -> Quantity:
    """Return a number that another orbit gives another value of."""
    if math.isnan(other):
        return Quantity(name, value, unit)
    return Quantity(name, value, unit, min(value, other), max(value, other))


class _Pictured(NamedTuple):
    place: str
    late_s: float
    off_deg: float
    own_off_deg: float
    at_said_deg: float
    sun_deg: float


def check_pictured(check: PicturedCheck) -> Finding:
    """Return whether places could be pictured when it was said."""
    sensor, looks = sensor_of(check.sensor), list[_Pictured]()
    for place in check.places:
        look = _pictured(check, place)
        if look is None:
            return Finding(REFUTED, f"No pass of {place_of(place).name} near what was said")
        looks.append(look)
    quantities = tuple(each for look in looks for each in _numbers(check, look))
    far = max(looks, key=lambda look: abs(look.late_s))
    if abs(far.late_s) > check.within_s:
        sentence = (
            f"Closest to {place_of(far.place).name} {seconds(far.late_s)} what was said; allowed "
            f"{check.within_s:g} s"
        )
        return Finding(REFUTED, sentence, quantities)
    return _judged(check, sensor, looks, quantities)


def _judged(
    check: PicturedCheck,
    sensor: Sensor,
    looks: Sequence[_Pictured],
    quantities: tuple[Quantity, ...],
) -> Finding:
    regard_deg = max(look.off_deg for look in looks)
    ends = [end for look in looks for end in (look.off_deg, look.own_off_deg) if end == end]
    sun_deg, far_s = min(look.sun_deg for look in looks), max(abs(look.late_s) for look in looks)
    least = sensor.min_sun_elevation_deg
    allowed = 90.0 if sensor.max_off_nadir_deg is None else sensor.max_off_nadir_deg
    faults = []
    if regard_deg > allowed:
        faults.append(f"a field of regard of {regard_deg:.1f} degrees (assumed {allowed:g})")
    if least is not None and sun_deg < least:
        faults.append(f"a camera that sees by a sun of {sun_deg:.1f} degrees (assumed {least:g})")
    own = ""
    if len(ends) > len(looks):
        own = f" ({max(look.own_off_deg for look in looks):.1f} by the orbit unchanged)"
    numbers = (
        Quantity("field of regard needed", regard_deg, "deg", min(ends), max(ends)),
        Quantity("sun, least", sun_deg, "deg"),
    )
    if faults:
        return Finding(NEEDS, f"Needs {' and '.join(faults)}", (*numbers, *quantities))
    when = "when it was said" if far_s < 0.5 else f"within {far_s:.0f} s of what was said"
    sentence = (
        f"Closest {when}, the sun {sun_deg:.0f} degrees high; needs a field of regard of "
        f"{regard_deg:.1f} degrees{own}, assumed {allowed:g}"
    )
    return Finding(POSSIBLE, sentence, (*numbers, *quantities))


def _pictured(check: PicturedCheck, place: str) -> _Pictured | None:
    """Return a place at closest approach; how late that is beside what was said, 0 within it."""
    begin = check.begin or check.instant
    end = check.end or check.instant
    assert begin is not None and end is not None
    middle = begin + 0.5 * (end - begin)
    near = passing(check, place, middle)
    own = passing(check, place, middle, own=True) if check.changes else None
    if near is None:
        return None
    half_s = 0.5 * (end - begin).total_seconds()
    late_s = near.late_s - min(max(near.late_s, -half_s), half_s)
    at_said_deg = math.nan if check.begin else _off_nadir_deg(check, place, begin)
    return _Pictured(
        place,
        beyond_s(late_s, check.said_to_s),
        near.off_nadir_deg,
        math.nan if own is None else own.off_nadir_deg,
        at_said_deg,
        near.sun_deg,
    )


def _numbers(check: PicturedCheck, look: _Pictured) -> Iterator[Quantity]:
    name = place_of(look.place).name
    yield Quantity(f"{name}: closest late by", look.late_s, "s")
    yield _ends(f"{name}: off nadir, closest", look.off_deg, look.own_off_deg, "deg")
    if not math.isnan(look.at_said_deg):
        yield Quantity(f"{name}: off nadir, at the instant", look.at_said_deg, "deg")
    yield Quantity(f"{name}: sun", look.sun_deg, "deg")


def _off_nadir_deg(check: PicturedCheck, place: str, said: datetime) -> float:
    """Return how far from nadir a place is at an instant."""
    elements = orbit_of(check.orbit, start=said, changes=check.changes)
    path = track(elements, Span(said - timedelta(hours=1), 2.0 * HOUR_S))
    target = place_of(place)
    at = satellite_positions(path, np.array([HOUR_S]))
    where = sites(*target.place_deg, target.height_m).position_m
    return float(off_nadir_deg(at, where)[0])


def days_after(epoch: datetime, instant: datetime) -> float:
    """Return how many days an instant is after an epoch."""
    return (instant - epoch).total_seconds() / DAY_S


def called(identifier: str, kind: str) -> str:
    """Return the name of an entry of the catalogue."""
    entry: Any = catalog.get(kind, identifier)
    return str(entry.short or entry.name)
