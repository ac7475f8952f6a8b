"""Whether instants of several statements are those of one orbit, and how residuals grow.

An offset that stays is an error along the orbit, as of the point over which the satellite entered
it. One that grows evenly is an error of the period, and so of the height: dP/P = 3/2 da/a. One that
grows by the square is a height that changes, as by drag.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import combinations

import numpy as np

from simulator.arrays import FloatArray
from simulator.claims.checks import OneOrbitCheck
from simulator.claims.statements import Claim
from simulator.claims.timed_passes import days_after, passing, seconds_between
from simulator.claims.verdicts import CONFIRMED, REFUTED, Finding, Quantity, Residual
from simulator.errors import InputError
from simulator.orbits import Elements
from simulator.study import orbit_of
from simulator.units import DAY_S

_DEGREES = (0, 1, 2)
_SHAPES = ("constant", "linear", "quadratic")


def check_one_orbit(check: OneOrbitCheck, claims: Mapping[str, Claim]) -> Finding:
    """Return how the instants of some statements fit one orbit.

    Raises InputError for a statement without place and instant.
    """
    said = [_said(claims, name) for name in check.of]
    elements = orbit_of(check.orbit, start=said[0][1], changes=check.changes)
    rows = []
    for name, instant, place in sorted(said, key=lambda each: each[1]):
        near = passing(check, place, instant)
        if near is None:
            return Finding(REFUTED, f"No pass near {instant:%Y-%m-%d %H:%M:%S} UTC ({name})")
        own = passing(check, place, instant, own=True) if check.changes else None
        own_s = math.nan if own is None else own.late_s
        rows.append((name, instant, near.late_s, own_s, near.off_nadir_deg))
    days = np.array([days_after(elements.epoch, row[1]) for row in rows])
    late_s = np.array([row[2] for row in rows])
    left_s = [late_s - np.polyval(np.polyfit(days, late_s, n), days) for n in _DEGREES]
    residuals = tuple(
        Residual(
            name,
            f"{instant:%Y-%m-%dT%H:%M:%SZ}",
            float(days[n]),
            late,
            own_s,
            off_deg,
            (float(left_s[0][n]), float(left_s[1][n]), float(left_s[2][n])),
        )
        for n, (name, instant, late, own_s, off_deg) in enumerate(rows)
    )
    quantities = (
        *_growth(elements, days, late_s),
        *_predictions(check, days, late_s),
        _height_of_some(check, elements, days, late_s),
    )
    own_lates_s = np.array([row[3] for row in rows])
    return Finding(
        _verdict(check, late_s), _sentence(days, late_s, own_lates_s), quantities, residuals
    )


def _said(claims: Mapping[str, Claim], name: str) -> tuple[str, datetime, str]:
    for check in claims[name].checks if name in claims else ():
        instant = getattr(check, "instant", None)
        instant = instant[0] if isinstance(instant, tuple) else instant
        place = getattr(check, "target", None) or getattr(check, "station", None)
        if instant is not None and place is not None:
            return name, instant, place
    raise InputError(f"one-orbit: of: '{name}' has no check with a place and an instant")


def _verdict(check: OneOrbitCheck, late_s: FloatArray) -> str:
    return CONFIRMED if float(np.abs(late_s).max()) <= check.within_s else REFUTED


def _sentence(days: FloatArray, late_s: FloatArray, own_s: FloatArray) -> str:
    slope = np.polyfit(days, late_s, 1)[0]
    own = ""
    if not np.isnan(own_s).any():
        own = f" ({seconds_between(own_s.min(), own_s.max())} by the orbit unchanged)"
    return (
        f"{len(days)} instants: closest {seconds_between(late_s.min(), late_s.max())} what was "
        f"said{own}, {abs(slope):.1f} s a day {'later' if slope > 0.0 else 'earlier'}"
    )


def _fit(days: FloatArray, late_s: FloatArray, degree: int) -> tuple[FloatArray, FloatArray, float]:
    """Return coefficients (lowest first), their standard deviations, and the root mean square."""
    matrix = np.vander(days, degree + 1, increasing=True)
    found, *_ = np.linalg.lstsq(matrix, late_s, rcond=None)
    left_s = late_s - matrix @ found
    free = max(len(days) - degree - 1, 1)
    variance = float(left_s @ left_s) / free
    spread = np.sqrt(variance * np.diag(np.linalg.inv(matrix.T @ matrix)))
    return found.astype(np.float64), spread.astype(np.float64), float(np.sqrt(np.mean(left_s**2)))


def _growth(elements: Elements, days: FloatArray, late_s: FloatArray) -> list[Quantity]:
    """Return what is left by each shape, and what its coefficients say of the orbit."""
    fits = [_fit(days, late_s, degree) for degree in _DEGREES]
    quantities = [
        Quantity(f"{shape} fit: residual, root mean square", fit[2], "s")
        for shape, fit in zip(_SHAPES, fits, strict=True)
    ]
    (offset, offset_sd, _), (line, line_sd, _), (bend, bend_sd, _) = fits
    km_per_rate = _km_per_rate(elements)
    return [
        *quantities,
        _known("constant fit: late by", offset[0], offset_sd[0], "s"),
        _known("linear fit: growth", line[1], line_sd[1], "s/day"),
        _known(
            "linear fit: correction of the mean height",
            -line[1] * km_per_rate,
            line_sd[1] * km_per_rate,
            "km",
        ),
        _known("quadratic fit: growth at the epoch", bend[1], bend_sd[1], "s/day"),
        _known("quadratic fit: coefficient of the square", bend[2], bend_sd[2], "s/day2"),
        _known(
            "quadratic fit: fall of the mean height",
            2e3 * bend[2] * km_per_rate,
            2e3 * bend_sd[2] * km_per_rate,
            "m/day",
        ),
    ]


def _km_per_rate(elements: Elements) -> float:
    """Return by how many km the axis is too long where passes get later by a second a day.

    The period is then too long by 1/86,400, the axis by 2/3 of that.
    """
    return 2.0 / 3.0 * elements.semi_major_axis_km / DAY_S


def _height_of_some(
    check: OneOrbitCheck, elements: Elements, days: FloatArray, late_s: FloatArray
) -> Quantity:
    """Return the correction of the height by some instants, from first to last, and by any."""
    scale = -_km_per_rate(elements)
    any_km = [
        scale * float(np.polyfit(days[list(chosen)], late_s[list(chosen)], 1)[0])
        for chosen in combinations(range(len(days)), check.fit_on)
    ]
    spread = _from_first_to_last(len(days), check.fit_on)
    own_km = scale * float(np.polyfit(days[spread], late_s[spread], 1)[0])
    name = f"linear fit of {check.fit_on} from first to last: correction of the mean height"
    return Quantity(name, own_km, "km", min(any_km), max(any_km))


def _from_first_to_last(whole: int, count: int) -> list[int]:
    """Return so many numbers below another, evenly from the first to the last."""
    return sorted({round(n * (whole - 1) / (count - 1)) for n in range(count)})


def _known(name: str, value: float, spread: float, unit: str) -> Quantity:
    return Quantity(name, float(value), unit, float(value - spread), float(value + spread))


def _predictions(check: OneOrbitCheck, days: FloatArray, late_s: FloatArray) -> list[Quantity]:
    """Return how far a fit on some instants is from the others."""
    count = check.fit_on
    if count >= len(days):
        raise InputError(f"one-orbit: fit_on: {count}; allowed below the {len(days)} instants")
    spread = _from_first_to_last(len(days), count)
    quantities = []
    for degree in (0, 1):
        shape = _SHAPES[degree]
        quantities.append(
            Quantity(
                f"{shape} fit of the first {count}: others off by up to",
                _off_s(days, late_s, some=range(count), degree=degree),
                "s",
            )
        )
        errors = np.array(
            [
                _off_s(days, late_s, some=chosen, degree=degree)
                for chosen in combinations(range(len(days)), count)
            ]
        )
        quantities.append(
            Quantity(
                f"{shape} fit of {count} from first to last: others off by up to",
                _off_s(days, late_s, some=spread, degree=degree),
                "s",
                float(errors.min()),
                float(errors.max()),
            )
        )
    return quantities


def _off_s(days: FloatArray, late_s: FloatArray, *, some: Sequence[int], degree: int) -> float:
    """Return by how much a fit on some instants misses the others at most."""
    chosen = list(some)
    others = [n for n in range(len(days)) if n not in chosen]
    fit = np.polyfit(days[chosen], late_s[chosen], degree)
    return float(np.abs(late_s[others] - np.polyval(fit, days[others])).max())
