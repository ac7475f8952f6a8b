"""SGP4 on arrays of instants: positions, how far they are rounded, and the instant they end.

A satellite's positions end where SGP4 has none, or where it has come down to its re-entry height:
what SGP4 still gives below is no orbit. Inside this module: metres, seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import BoolArray, FloatArray
from simulator.earth import WGS84_SEMI_MAJOR_AXIS_M, Span, ecef_to_geodetic
from simulator.orbits.elements import Elements
from simulator.orbits.tabulated import NO_STATE, TabulatedElements
from simulator.units import DAY_S, MINUTE_S

LEAST_RADIUS_M = 6.378e6
GREATEST_RADIUS_M = 5.0e8
SGP4_MEANING = {
    1: "mean eccentricity out of range",
    2: "mean motion not positive",
    3: "perturbed eccentricity out of range",
    4: "semilatus rectum negative",
    5: "satellite below the surface",
    6: "satellite decayed",
    NO_STATE: "no state of the ephemeris",
}
# The perigee of the orbit that osculates at any instant of a revolution lies this close to the
# least height of that revolution: Earth's flattening moves it by 15 km, its shape hides 21 km.
_PERIGEE_MARGIN_M = 60_000.0
_SAMPLES_A_REVOLUTION = 128
_MOST_SAMPLES = 200_000
_MU_M3_S2 = 3.986008e14  # WGS72, as SGP4


@dataclass(frozen=True)
class Outage:
    """No position from `time_s` on, and why; `code` is SGP4's own, 0 where it had no complaint."""

    time_s: float
    code: int
    meaning: str

    @property
    def cause(self) -> str:
        """What happened, in words, with SGP4's code where it has one."""
        return f"{self.meaning} (SGP4 error {self.code})" if self.code else self.meaning


def teme_states(
    elements: Elements, span: Span, t_s: FloatArray
) -> tuple[NDArray[np.uint8], FloatArray, FloatArray]:
    """Return SGP4's error codes (N,), TEME positions and velocities (N, 3), m and m/s, at t_s (N,).

    Those of a table of states are interpolated, its code for none is `tabulated.NO_STATE`.
    """
    if isinstance(elements, TabulatedElements):
        return elements.teme(span, t_s)
    return sgp4_states(elements, span, t_s)


def sgp4_states(
    elements: Elements, span: Span, t_s: FloatArray
) -> tuple[NDArray[np.uint8], FloatArray, FloatArray]:
    """Return SGP4's error codes (N,), TEME positions and velocities (N, 3), as `teme_states`.

    Whole days since the epoch go apart from the rest, so that time is rounded once, by SGP4.
    """
    satellite = elements.satellite
    since_s = t_s - span.seconds(elements.epoch)
    days = np.round(since_s / DAY_S)
    codes, position_km, velocity_km_s = satellite.sgp4_array(
        np.ascontiguousarray(satellite.jdsatepoch + days),
        np.ascontiguousarray(satellite.jdsatepochF + (since_s - days * DAY_S) / DAY_S),
    )
    return codes, np.asarray(position_km * 1e3), np.asarray(velocity_km_s * 1e3)


def teme_positions(
    elements: Elements, span: Span, t_s: FloatArray
) -> tuple[NDArray[np.uint8], FloatArray]:
    """Return SGP4's error codes (N,) and TEME positions (N, 3), metres, at t_s (N,).

    Those of low, nearly circular orbits by `near_circular`, the rest as `teme_states`; each of them
    comes of its own instant alone, whatever the others are.
    """
    # Compiled code, for which those that make orbits and fly none need not wait.
    from simulator.orbits import near_circular

    constants = np.empty(0)
    if not elements.is_tabulated:
        constants = near_circular.constants(elements.satellite)
    if not len(constants):
        codes, position_m, _ = teme_states(elements, span, t_s)
        return codes, position_m
    since_s = np.ascontiguousarray(t_s - span.seconds(elements.epoch))
    rows, known = np.empty((3, len(since_s))), np.empty(len(since_s), dtype=np.bool_)
    near_circular.teme_rows(constants, since_s, rows, known)
    codes, position_m = np.zeros(len(since_s), np.uint8), np.ascontiguousarray(rows.T)
    others = np.flatnonzero(~known)
    if len(others):
        codes[others], position_m[others], _ = sgp4_states(elements, span, t_s[others])
    return codes, position_m


def rounding_m(elements: Elements, span: Span) -> float:
    """Return how far rounding may move SGP4's positions within a span, metres.

    SGP4 counts time and angle from the epoch in one number each, so its positions are rounded by
    some units in the last place of the way flown since, at the greatest speed: 0.4 mm each ten
    thousand revolutions of a low orbit. Four units cover what orbits of all shapes show.
    Numbers of a table of states are rounded as they are written; polynomials through them err by as
    much again.
    """
    if isinstance(elements, TabulatedElements):
        return 2.0 * elements.rounding_m
    from_epoch_s = -span.seconds(elements.epoch)
    longest_s = max(abs(from_epoch_s), abs(from_epoch_s + span.duration_s))
    axis_m = elements.semi_major_axis_km * 1e3
    speed_m_s = 2.0 * np.pi * axis_m / (MINUTE_S * elements.period_min)
    fastest = np.sqrt((1.0 + elements.eccentricity) / (1.0 - elements.eccentricity))
    return float(4.0 * np.finfo(float).eps * (axis_m + speed_m_s * fastest * longest_s))


def usable(codes: NDArray[np.uint8], position_m: FloatArray) -> BoolArray:
    """Return where SGP4 has a position (N,) that a satellite can have."""
    radius = np.sqrt(np.einsum("ij,ij->i", position_m, position_m))
    with np.errstate(invalid="ignore"):
        near = (radius >= LEAST_RADIUS_M) & (radius <= GREATEST_RADIUS_M)
    return np.asarray((codes == 0) & near)


def ending(elements: Elements, span: Span, start_s: float, end_s: float) -> Outage | None:
    """Return the first instant in [start_s, end_s] from which the satellite has no position.

    That is where SGP4 fails, or where the height over the ellipsoid is first at the re-entry
    height or below it. Revolutions whose perigee stays clear are passed over, the others sampled
    and each least height found; the instant is then bisected to a microsecond.
    """
    period_s = MINUTE_S * elements.period_min
    count = int(np.ceil((end_s - start_s) / period_s)) + 1
    bounds_s = np.minimum(start_s + period_s * np.arange(count), end_s)
    low = _is_low(elements, span, bounds_s)
    suspect = np.flatnonzero(low[:-1] | low[1:]) if count > 1 else np.zeros(1, dtype=np.int64)
    e = elements.eccentricity
    samples = int(_SAMPLES_A_REVOLUTION * (1.0 + e) / max(1.0 - e, 0.01))
    block = max(1, _MOST_SAMPLES // samples)
    for first in range(0, len(suspect), block):
        # One revolution of the block before is searched again, for a least height on the border.
        chosen = suspect[max(0, first - 1) : first + block]
        begin_s, stop_s = bounds_s[chosen], bounds_s[np.minimum(chosen + 1, count - 1)]
        share = np.arange(samples + 1) / samples
        t_s = np.unique(begin_s[:, None] + (stop_s - begin_s)[:, None] * share)
        bracket_s = _first_end_s(elements, span, t_s, period_s / samples)
        if bracket_s is not None:
            return _outage(elements, span, max(start_s, bracket_s[0]), bracket_s[1])
    return None


def _is_low(elements: Elements, span: Span, t_s: FloatArray) -> BoolArray:
    """Return where the osculating orbit comes near the re-entry height, or there is no position."""
    codes, position, velocity = teme_states(elements, span, t_s)
    with np.errstate(all="ignore"):
        radius = np.linalg.norm(position, axis=1)
        speed2 = np.einsum("ij,ij->i", velocity, velocity)
        radial = np.einsum("ij,ij->i", position, velocity)
        axis = 1.0 / (2.0 / radius - speed2 / _MU_M3_S2)
        # Eccentricity from energy and angular momentum (Vallado 2013, section 2.3).
        momentum2 = radius**2 * speed2 - radial**2
        eccentricity = np.sqrt(np.maximum(1.0 - momentum2 / (_MU_M3_S2 * axis), 0.0))
        height = axis * (1.0 - eccentricity) - WGS84_SEMI_MAJOR_AXIS_M
        clear = height > 1e3 * elements.reentry_height_km + _PERIGEE_MARGIN_M
    return np.asarray(~(usable(codes, position) & clear))


def _heights_m(elements: Elements, span: Span, t_s: FloatArray) -> FloatArray:
    """Return heights (N,) over the ellipsoid, metres; minus infinity where there is no position."""
    codes, position = teme_positions(elements, span, t_s)
    good = usable(codes, position)
    height_m = np.full(t_s.shape, -np.inf)
    # Height does not depend on how the Earth is turned.
    height_m[good] = ecef_to_geodetic(position[good])[2]
    return height_m


def _first_end_s(
    elements: Elements, span: Span, t_s: FloatArray, step_s: float
) -> tuple[float, float] | None:
    """Return a good and a bad instant around the first end among samples step_s apart, or None."""
    floor = 1e3 * elements.reentry_height_km
    height = _heights_m(elements, span, t_s)
    bad = np.flatnonzero(height <= floor)
    first = int(bad[0]) if len(bad) else len(t_s)
    before, middle, after = height[:-2], height[1:-1], height[2:]
    with np.errstate(invalid="ignore"):
        # The parabola through three samples dips by an eighth of its bend at most.
        least = (middle < before) & (middle <= after)
        dips = least & (middle - (before - 2.0 * middle + after) < floor)
    dips |= least & (middle < floor + 1e3)
    # Samples of two revolutions that do not follow each other make no parabola.
    dips &= t_s[2:] - t_s[:-2] < 2.1 * step_s
    for k in np.flatnonzero(dips[: max(0, first - 1)]):
        least_s = _least_s(elements, span, float(t_s[k]), float(t_s[k + 2]))
        if _heights_m(elements, span, np.array([least_s]))[0] <= floor:
            return float(t_s[k]), least_s
    if first == len(t_s):
        return None
    return (float(t_s[first - 1]) if first else -np.inf), float(t_s[first])


def _least_s(elements: Elements, span: Span, low_s: float, high_s: float) -> float:
    """Return the instant of least height in a bracket that holds one, to a millisecond."""
    while high_s - low_s > 1e-3:
        thirds = low_s + (high_s - low_s) / 3.0 * np.array([1.0, 2.0])
        left, right = _heights_m(elements, span, thirds)
        if left < right:
            high_s = float(thirds[1])
        else:
            low_s = float(thirds[0])
    return 0.5 * (low_s + high_s)


def _outage(elements: Elements, span: Span, good_s: float, bad_s: float) -> Outage:
    """Bisect for the instant at which positions end."""
    floor = 1e3 * elements.reentry_height_km
    while bad_s - good_s > 1e-6:
        middle = 0.5 * (good_s + bad_s)
        if _heights_m(elements, span, np.array([middle]))[0] > floor:
            good_s = middle
        else:
            bad_s = middle
    return outage_at(elements, span, bad_s)


def outage_at(elements: Elements, span: Span, at_s: float) -> Outage:
    """Return why a satellite has no position at an instant."""
    codes, position = teme_positions(elements, span, np.array([at_s]))
    code = int(codes[0])
    if usable(codes, position)[0]:
        meaning = f"re-entry, {elements.reentry_height_km:g} km over the ellipsoid"
    else:
        meaning = SGP4_MEANING.get(code, "radius below the Earth's surface or beyond all orbits")
    return Outage(at_s, code, meaning)
