"""Every instant in a step of a track at which a condition changes sign, found by proof.

Units: metres, seconds. |f''| <= m over a step gives two parabolas above f, and a step is dismissed
only where their lower envelope stays below zero; otherwise it is split and searched again (branch
and bound; Ratz and Csendes 1995 describe the method). A window is missed only if it is shorter
than `SHORTEST_S` and tangent to the limit. Edges are roots by Newton's method in a bracket.
"""

from __future__ import annotations

from simulator.access.conditions import (
    condition_at,
)
from simulator.compiled import compiled
from simulator.orbits import SHORTEST_S, Floats, Pair, by_component

ROOT_BOUND_S = 1e-4  # proved; edges found err by far less
STACK = 512


@compiled(inline=True)
def envelope(fa: float, da: float, fb: float, db: float, w: float, m: float) -> Pair:
    """Return (place, height) where the two parabolas above f meet, f of one sign at both ends.

    f <= fa + da t + m t^2 / 2 and f <= fb - db (w - t) + m (w - t)^2 / 2.
    """
    slope = da - db + m * w
    met = slope > 0.0
    t = (fb - db * w + 0.5 * m * w * w - fa) / slope
    t = t if t > 0.0 else 0.0
    t = t if t < w else w
    height = fa + da * t + 0.5 * m * t * t
    higher = fa if fa > fb else fb
    return t if met else 0.5 * w, height if met else higher


@compiled
def _root(
    kind: int,
    limit: float,
    c: Floats,
    h: float,
    s: Floats,
    m: float,
    a: float,
    fa: float,
    da: float,
    b: float,
    fb: float,
    db: float,
) -> Pair:
    """Return (root, f' there) of f in [a, b], fa and fb of unlike sign: guarded Newton.

    The first guess is the root of the cubic through both ends' values and slopes; its bend also
    corrects the last step (Halley), which the bound on f'' does not rely on.
    """
    w = b - a
    inv = 1.0 / w
    c2 = (3.0 * (fb - fa) * inv - 2.0 * da - db) * inv
    c3 = (2.0 * (fa - fb) * inv + da + db) * inv * inv
    x = w * fa / (fa - fb)
    for _ in range(2):
        g = fa + x * (da + x * (c2 + x * c3))
        dg = da + x * (2.0 * c2 + 3.0 * x * c3)
        if dg == 0.0:
            break
        x = min(w, max(0.0, x - g / dg))
    lo = a
    hi = b
    rising = fb > fa
    tau = a + x
    df = 0.0
    for _ in range(80):
        f, df, _rho = condition_at(kind, limit, by_component(c), h, tau, s)
        if (f >= 0.0) == rising:
            hi = tau
        else:
            lo = tau
        new = 0.5 * (lo + hi)
        if df != 0.0:
            step = -f / df
            if lo <= tau + step <= hi:
                new = tau + step
                # Newton's error after this step is at most m step^2 / (2 |f'|).
                if m * step * step < 2.0 * ROOT_BOUND_S * abs(df):
                    bend = 2.0 * c2 + 6.0 * c3 * (tau - a)
                    new = min(hi, max(lo, new - 0.5 * bend / df * step * step))
                    df += bend * step
                    tau = new
                    break
        tau = new
        if hi - lo < 1e-9:
            break
    return tau, df


@compiled(inline=True)
def push(
    stack: Floats, top: int, a: float, fa: float, da: float, b: float, fb: float, db: float
) -> int:
    stack[top, 0] = a
    stack[top, 1] = fa
    stack[top, 2] = da
    stack[top, 3] = b
    stack[top, 4] = fb
    stack[top, 5] = db
    return top + 1


@compiled
def search(
    kind: int,
    limit: float,
    c: Floats,
    h: float,
    s: Floats,
    m: float,
    a: float,
    fa: float,
    da: float,
    b: float,
    fb: float,
    db: float,
    stack: Floats,
    roots: Floats,
) -> int:
    """Fill roots (rows of time, sign) with all sign changes of f in [a, b]; return how many.

    sign is +1 where f becomes true, -1 where it ceases. Rows come in order of time.
    """
    count = 0
    top = push(stack, 0, a, fa, da, b, fb, db)
    while top > 0 and count + 4 < roots.shape[0]:
        top -= 1
        a, fa, da = stack[top, 0], stack[top, 1], stack[top, 2]
        b, fb, db = stack[top, 3], stack[top, 4], stack[top, 5]
        w = b - a
        if (fa >= 0.0) != (fb >= 0.0):
            r, dr = _root(kind, limit, c, h, s, m, a, fa, da, b, fb, db)
            g = 1.0 if fb >= 0.0 else -1.0
            roots[count, 0] = r
            roots[count, 1] = g
            count += 1
            # |f| grows from the root at its slope: no other root within twice this distance.
            clear = max(max(0.0, g * dr) / m, SHORTEST_S)
            if r + clear < b:
                _t, height = envelope(0.0, -g * dr, -g * fb, -g * db, b - r, m)
                if height >= 0.0:
                    f, df, _rho = condition_at(kind, limit, by_component(c), h, r + clear, s)
                    if (f >= 0.0) != (g > 0.0):
                        roots[count, 0] = r + clear
                        roots[count, 1] = -g
                        count += 1
                    top = push(stack, top, r + clear, f, df, b, fb, db)
            if r - clear > a:
                _t, height = envelope(g * fa, g * da, 0.0, g * dr, r - a, m)
                if height >= 0.0:
                    f, df, _rho = condition_at(kind, limit, by_component(c), h, r - clear, s)
                    if (f >= 0.0) == (g > 0.0):
                        roots[count, 0] = r - clear
                        roots[count, 1] = -g
                        count += 1
                    top = push(stack, top, a, fa, da, r - clear, f, df)
            continue
        g = -1.0 if fa >= 0.0 else 1.0
        t, height = envelope(g * fa, g * da, g * fb, g * db, w, m)
        if height < 0.0 or w < SHORTEST_S:
            continue
        if g * da > 0.0 and g * db < 0.0:
            t = w * da / (da - db)
        t = min(0.9 * w, max(0.1 * w, t))
        f, df, _rho = condition_at(kind, limit, by_component(c), h, a + t, s)
        top = push(stack, top, a + t, f, df, b, fb, db)
        top = push(stack, top, a, fa, da, a + t, f, df)
    for i in range(1, count):
        j = i
        while j > 0 and roots[j - 1, 0] > roots[j, 0]:
            roots[j - 1, 0], roots[j, 0] = roots[j, 0], roots[j - 1, 0]
            roots[j - 1, 1], roots[j, 1] = roots[j, 1], roots[j - 1, 1]
            j -= 1
    return count
