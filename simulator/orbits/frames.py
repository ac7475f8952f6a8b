"""Frames of states: fixed to the Earth, of date and of the year 2000, to TEME and from it.

TEME turns into the Earth-fixed frame by GMST (IAU 1982) on UT1, as everywhere here; celestial
frames turn into it by precession, nutation and apparent sidereal time of IAU 2006/2000A (ERFA).
Polar motion is left out, about 10 m, and so are the offsets of the celestial pole, under 0.02 m in
low orbit. Metres, seconds, radians.
"""

from __future__ import annotations

from typing import Literal, get_args

import erfa
import numpy as np

from simulator.arrays import FloatArray
from simulator.earth import EARTH_RATE_RAD_S, Span, gmst_rad

Frame = Literal["earth-fixed", "teme", "gcrf", "eme2000", "tod"]
FRAMES: tuple[Frame, ...] = get_args(Frame)


def to_teme(
    frame: str, span: Span, t_s: FloatArray, place: FloatArray, velocity: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return places and velocities (N, 3) of a frame in TEME, at instants (N,) of a span."""
    if frame == "teme":
        return place, velocity
    if frame == "earth-fixed":
        velocity = velocity + _carried(place)
        turn = _about_pole(-gmst_rad(span, t_s))
        return _turned(turn, place), _turned(turn, velocity)
    turn = celestial_to_teme(frame, span, t_s)
    return _turned(turn, place), _turned(turn, velocity)


def from_earth_fixed(
    frame: str, span: Span, t_s: FloatArray, place: FloatArray, velocity: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return places and velocities (N, 3) of the Earth-fixed frame in another, at instants (N,)."""
    if frame == "earth-fixed":
        return place, velocity
    velocity = velocity + _carried(place)
    turn = _about_pole(-gmst_rad(span, t_s))
    if frame != "teme":
        turn = np.swapaxes(celestial_to_teme(frame, span, t_s), 1, 2) @ turn
    return _turned(turn, place), _turned(turn, velocity)


def celestial_to_teme(frame: str, span: Span, t_s: FloatArray) -> FloatArray:
    """Return the matrices (N, 3, 3) that turn a celestial frame into TEME.

    Its own slow turn, 8e-12 rad/s, is left out of velocities: 0.05 mm/s in low orbit.
    """
    day, tt = span.tt_jd(t_s)
    ut1_day, ut1 = span.ut1_jd(t_s)
    to_equator = erfa.pnm06a(day, tt)
    # With the matrix at hand, for gst06a would work out the nutation a second time.
    equation = erfa.gst06(ut1_day, ut1, day, tt, to_equator) - gmst_rad(span, t_s)
    of_date = _about_pole(equation)
    if frame == "tod":
        return of_date
    turn = of_date @ to_equator
    if frame == "eme2000":
        bias, _, _ = erfa.bp06(2_451_545.0, 0.0)
        turn = turn @ bias.T
    return np.asarray(turn)


def _about_pole(angle: FloatArray) -> FloatArray:
    """Return matrices (N, 3, 3) that turn axes about the third by angles (N,)."""
    cos, sin, zero = np.cos(angle), np.sin(angle), np.zeros_like(angle)
    rows = ((cos, sin, zero), (-sin, cos, zero), (zero, zero, zero + 1.0))
    return np.asarray(np.moveaxis(np.array(rows), 2, 0))


def _turned(turn: FloatArray, vector: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("nij,nj->ni", turn, vector))


def _carried(place: FloatArray) -> FloatArray:
    """Return the velocities (N, 3) with which the Earth's turning carries Earth-fixed places."""
    x, y, _ = place.T
    return EARTH_RATE_RAD_S * np.stack([-y, x, np.zeros_like(x)], axis=1)
