"""SGP4 mean elements whose own state at their epoch is a given one.

What a state tells of an orbit in the terms of this program: heights, inclination, node, period.
Equinoctial elements of SGP4's state are brought to those of the state given by as much as they
differ, again and again: SGP4's short-period terms, a thousandth of the orbit, hardly change
(Vallado and Crawford 2008, AIAA 2008-6770, fit in the same variables).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from simulator.arrays import FloatArray
from simulator.earth import Span
from simulator.errors import InputError
from simulator.orbits.elements import RADIUS_WGS72_KM, Elements, KeplerElements, keplerian
from simulator.orbits.frames import to_teme
from simulator.orbits.interpolation import interpolated
from simulator.orbits.propagation import sgp4_states
from simulator.orbits.tabulated import ORIGIN, TabulatedElements
from simulator.scenario import MU_WGS72_KM3_S2, StateSegment

_MOST_TURNS = 60
# Of places and velocities.
_NEAR = (1e-2, 1e-5)
_NEAR_ENOUGH_M = 1.0


def matched(
    name: str, epoch: datetime, place_m: FloatArray, velocity_m_s: FloatArray, *, origin: str
) -> Elements:
    """Return drag-free elements that SGP4 brings to a TEME state (3,) each at the epoch.

    Raises InputError where there are none, as for a way that leaves the Earth.
    """
    wanted = _equinoctial(place_m, velocity_m_s)
    mean, span = wanted.copy(), Span(epoch, 1.0, 0.0)
    if np.isfinite(wanted).all():
        for turn in range(_MOST_TURNS):
            try:
                elements = _flown(name, epoch, mean, origin)
            except InputError:
                break
            codes, place, velocity = sgp4_states(elements, span, np.zeros(1))
            if codes[0]:
                break
            apart = [
                float(np.linalg.norm(own - given))
                for own, given in ((place[0], place_m), (velocity[0], velocity_m_s))
            ]
            enough = turn == _MOST_TURNS - 1 and apart[0] < _NEAR_ENOUGH_M
            if enough or (apart[0] < _NEAR[0] and apart[1] < _NEAR[1]):
                return replace(elements, hypothetical=False)
            difference = wanted - _equinoctial(place[0], velocity[0])
            difference[5] = (difference[5] + np.pi) % (2.0 * np.pi) - np.pi
            mean = mean + difference
    raise InputError(
        f"satellite '{name}': its state at {epoch:%Y-%m-%dT%H:%M:%SZ} is of no orbit about the "
        "Earth that SGP4 could fly"
    )


def _equinoctial(place_m: FloatArray, velocity_m_s: FloatArray) -> FloatArray:
    """Return semi-major axis, km, eccentricity and node vectors, mean longitude; NaN for none.

    (a, h, k, p, q, lambda) of Broucke and Cefola 1972, Celestial Mechanics 5.
    """
    r, v, mu = place_m / 1e3, velocity_m_s / 1e3, MU_WGS72_KM3_S2
    distance = np.linalg.norm(r)
    axis = 1.0 / (2.0 / distance - v @ v / mu)
    momentum = np.cross(r, v)
    w = momentum / np.linalg.norm(momentum)
    if axis <= 0.0 or w[2] <= -1.0 + 1e-9:
        return np.full(6, np.nan)
    p, q = w[0] / (1.0 + w[2]), -w[1] / (1.0 + w[2])
    scale = 1.0 + p * p + q * q
    f = np.array([1.0 - p * p + q * q, 2.0 * p * q, -2.0 * p]) / scale
    g = np.array([2.0 * p * q, 1.0 + p * p - q * q, 2.0 * q]) / scale
    shape = np.cross(v, momentum) / mu - r / distance
    k, h = shape @ f, shape @ g
    if h * h + k * k >= 1.0:
        return np.full(6, np.nan)
    x, y = r @ f / axis, r @ g / axis
    root = np.sqrt(1.0 - h * h - k * k)
    beta = 1.0 / (1.0 + root)
    cosine = k + ((1.0 - k * k * beta) * x - h * k * beta * y) / root
    sine = h + ((1.0 - h * h * beta) * y - h * k * beta * x) / root
    eccentric = np.arctan2(sine, cosine)
    longitude = eccentric + h * np.cos(eccentric) - k * np.sin(eccentric)
    return np.array([axis, h, k, p, q, longitude])


def _flown(name: str, epoch: datetime, mean: FloatArray, origin: str) -> Elements:
    axis, h, k, p, q, longitude = mean.tolist()
    eccentricity = float(np.hypot(h, k))
    if not 0.0 <= eccentricity < 1.0:
        raise InputError("no ellipse")
    node, perigee = np.arctan2(p, q), np.arctan2(h, k)
    orbit = KeplerElements(
        axis * (1.0 - eccentricity) - RADIUS_WGS72_KM,
        axis * (1.0 + eccentricity) - RADIUS_WGS72_KM,
        float(np.degrees(2.0 * np.arctan(np.hypot(p, q)))),
        float(np.degrees(node)),
        float(np.degrees(perigee - node)),
        float(np.degrees(longitude - perigee)),
    )
    return keplerian(name, epoch, orbit, origin=origin)


def tabulated(name: str, segments: Sequence[StateSegment]) -> TabulatedElements:
    """Return a satellite that flies by segments of states, in order of time.

    Raises InputError where its first state is of no orbit about the Earth.
    """
    first = segments[0]
    span = Span(first.epoch, 1.0)
    at_s = np.array([first.usable_s[0]])
    place, velocity = to_teme(first.frame, span, at_s, *interpolated(first, at_s))
    elements = matched(name, first.begin, place[0], velocity[0], origin=ORIGIN)
    return TabulatedElements(
        name,
        elements.satellite,
        elements.epoch,
        ORIGIN,
        hypothetical=False,
        segments=tuple(segments),
    )
