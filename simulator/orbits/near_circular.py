"""SGP4 of low, nearly circular orbits at many instants, compiled.

What the package `sgp4` computes with its own constants of an orbit (Hoots and Roehrich 1980,
Spacetrack Report No. 3; Vallado et al. 2006, AIAA 2006-6753), many instants in one loop without a
branch, which compiles to vector instructions and takes a twentieth of the time. It agrees with the
package to the rounding of both and the 1e-12 to which that solves Kepler's equation. Where an orbit
or an instant is none of its kind (long periods, which the Moon and the Sun disturb; eccentricities
above `MOST_ECCENTRIC`; all that the package reports as an error) it says so, for the package to
compute it. Units: radians, minutes, Earth radii; metres out.
"""

from __future__ import annotations

import math
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np
from sgp4.propagation import sgp4init

from simulator.arrays import FloatArray
from simulator.compiled import compiled
from simulator.orbits.circle import FARTHEST, circle, small
from simulator.orbits.polynomials import Booleans, Floats

# Three steps of Newton's method solve Kepler's equation to the last digit up to here.
MOST_ECCENTRIC = 0.1
_LEAST_ECCENTRIC = 1e-6  # SGP4 takes no less
_NAMES = (
    *("mo", "mdot", "argpo", "argpdot", "nodeo", "nodedot", "nodecf", "cc1", "cc4", "cc5", "bstar"),
    *("t2cof", "t3cof", "t4cof", "t5cof", "omgcof", "xmcof", "eta", "delmo", "sinmao"),
    *("d2", "d3", "d4", "ecco", "inclo", "no_unkozai", "xke", "j2", "aycof", "xlcof"),
    *("con41", "x1mth2", "x7thm1", "radiusearthkm"),
)


@lru_cache(maxsize=1_024)
def _of_record(gravity: tuple[float, ...], mode: str, record: tuple[float, ...]) -> FloatArray:
    made = SimpleNamespace()
    # Without a number, which is a label, and at any epoch: neither touches a low orbit.
    sgp4init(gravity, mode, 0, 0.0, *record, made)
    if made.method != "n" or made.init != "n" or not made.ecco < MOST_ECCENTRIC:
        return np.empty(0)
    if made.isimp:
        # So low, SGP4 leaves these terms out, which without their factors are zero.
        made.omgcof = made.xmcof = made.cc5 = 0.0
    return np.array([getattr(made, name) for name in _NAMES])


def constants(satellite: Any) -> FloatArray:
    """Return the constants of SGP4 (C,) of a satellite record, none where it is of another kind.

    By the package's own initialisation, from the record's elements and gravity.
    """
    s = satellite
    if s.method != "n" or not s.ecco < MOST_ECCENTRIC:
        return np.empty(0)
    gravity = (s.tumin, s.mu, s.radiusearthkm, s.xke, s.j2, s.j3, s.j4, s.j3oj2)
    rates = (s.bstar, s.ndot, s.nddot)
    orbit = (s.ecco, s.argpo, s.inclo, s.mo, s.no_kozai, s.nodeo)
    return _of_record(gravity, s.operationmode, (*rates, *orbit))


# Over 60 lines: one formula, in the order and with the names of the published code.
@compiled
def teme_rows(k: Floats, since_s: Floats, out: Floats, known: Booleans) -> None:
    """Fill out (3, N) with TEME positions, metres, at seconds (N,) since the epoch.

    k are `constants`; known (N,) becomes false where the orbit is none of this kind, or none at
    all: what out then holds is nothing. A row for each axis, for a vector loop writes in a row.
    """
    mo, mdot, argpo, argpdot = k[0], k[1], k[2], k[3]
    nodeo, nodedot, nodecf = k[4], k[5], k[6]
    cc1, cc4, cc5, bstar = k[7], k[8], k[9], k[10]
    t2cof, t3cof, t4cof, t5cof = k[11], k[12], k[13], k[14]
    omgcof, xmcof, eta, delmo, sinmao = k[15], k[16], k[17], k[18], k[19]
    d2, d3, d4 = k[20], k[21], k[22]
    ecco, inclo, motion, xke, j2 = k[23], k[24], k[25], k[26], k[27]
    aycof, xlcof, con41, x1mth2, x7thm1 = k[28], k[29], k[30], k[31], k[32]
    radius_m = 1e3 * k[33]
    size = (xke / motion) ** (2.0 / 3.0)
    cosip, sinip = math.cos(inclo), math.sin(inclo)
    for i in range(since_s.shape[0]):
        # Secular gravity and drag.
        t = since_s[i] / 60.0
        t2 = t * t
        xmdf = mo + mdot * t
        around = 1.0 + eta * circle(xmdf)[0]
        temp = omgcof * t + xmcof * (around * around * around - delmo)
        mm = xmdf + temp
        argpm = argpo + argpdot * t - temp
        node = nodeo + nodedot * t + nodecf * t2
        tempa = 1.0 - cc1 * t - t2 * (d2 + t * (d3 + t * d4))
        tempe = bstar * cc4 * t + bstar * cc5 * (circle(mm)[1] - sinmao)
        templ = t2 * (t2cof + t * (t3cof + t * (t4cof + t * t5cof)))
        am = size * tempa * tempa
        em = ecco - tempe
        good = (em >= -1e-3) & (em <= MOST_ECCENTRIC)
        em = em if em > _LEAST_ECCENTRIC else _LEAST_ECCENTRIC
        # Long periods.
        cosarg, sinarg = circle(argpm)
        temp = 1.0 / (am * (1.0 - em * em))
        axnl = em * cosarg
        aynl = em * sinarg + temp * aycof
        # Kepler's equation, for the way from u: three steps, the last without new functions.
        u = mm + motion * templ + argpm + temp * xlcof * axnl
        good &= (abs(u) < FARTHEST) & (abs(mm) < FARTHEST)
        cosu, sinu = circle(u)
        cose, sine, way = cosu, sinu, 0.0
        for _ in range(2):
            way += (axnl * sine - aynl * cose - way) / (1.0 - cose * axnl - sine * aynl)
            c, s = small(way)
            cose, sine = cosu * c - sinu * s, sinu * c + cosu * s
        step = (axnl * sine - aynl * cose - way) / (1.0 - cose * axnl - sine * aynl)
        cose, sine = cose - step * sine, sine + step * cose
        # Short periods.
        ecose = axnl * cose + aynl * sine
        esine = axnl * sine - aynl * cose
        el2 = axnl * axnl + aynl * aynl
        pl = am * (1.0 - el2)
        rl = am * (1.0 - ecose)
        betal = math.sqrt(1.0 - el2)
        temp = esine / (1.0 + betal)
        ratio = am / rl
        sinu = ratio * (sine - aynl - axnl * temp)
        cosu = ratio * (cose - axnl + aynl * temp)
        sin2u = 2.0 * cosu * sinu
        cos2u = 1.0 - 2.0 * sinu * sinu
        temp = 1.0 / pl
        temp1 = 0.5 * j2 * temp
        temp2 = temp1 * temp
        mrt = rl * (1.0 - 1.5 * temp2 * betal * con41) + 0.5 * temp1 * x1mth2 * cos2u
        c, s = small(-0.25 * temp2 * x7thm1 * sin2u)
        cossu, sinsu = cosu * c - sinu * s, sinu * c + cosu * s
        cnod, snod = circle(node + 1.5 * temp2 * cosip * sin2u)
        c, s = small(1.5 * temp2 * cosip * sinip * cos2u)
        cosi, sini = cosip * c - sinip * s, sinip * c + cosip * s
        r = mrt * radius_m
        out[0, i] = r * (cnod * cossu - snod * cosi * sinsu)
        out[1, i] = r * (snod * cossu + cnod * cosi * sinsu)
        out[2, i] = r * (sini * sinsu)
        # Small corrections are small angles, and sizes those of an orbit.
        known[i] = good & (pl > 0.9) & (tempa > 0.0) & (tempa < 2.0) & (mrt >= 1.0)
