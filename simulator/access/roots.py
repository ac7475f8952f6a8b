"""Every instant in a step at which a condition changes sign, found by proof.

Units: metres, seconds. A bound on f'' over a step gives two parabolas above f, and a step is
dismissed only where their lower envelope stays below zero; otherwise it is split and searched again
(branch and bound; Ratz and Csendes 1995 describe the method). A bend is (up, down), the bounds of
-down <= f'' <= up: where f is below zero the first alone counts, above zero the second. A window is
missed only if it is shorter than `SHORTEST_S` and tangent to the limit. Edges are roots by Newton's
method in a bracket.

The one search of the package: of the conditions on a body and a site (`conditions`), and of those
on two satellites (`pair_conditions`). An *end* of a piece of a step is its instant, f and f' there.
"""

from __future__ import annotations

import math

from simulator.access.conditions import condition_at
from simulator.access.pair_conditions import FIRST_OF_PAIRS, pair_condition_at
from simulator.compiled import compiled
from simulator.orbits import SHORTEST_S, Floats, Pair, Triple, by_component

# Proved of a root by the bound on f'', before Halley's correction, which leaves less than a
# microsecond of it even from 220 km up, where angles turn fastest. A link's conditions are of
# higher degree, and their bounds coarser: a tight proof costs no more there.
ROOT_BOUND_S = 3e-6
PAIR_ROOT_BOUND_S = 1e-10
# Pieces shrink to nine tenths of the one they are split from, or less, until they are as short as
# `SHORTEST_S`: of a step of hours fewer than 250 wait at once.
STACK = 512


@compiled
def evaluate(kind: int, limit: float, c: Floats, h: float, s: Floats, tau: float) -> Triple:
    """Return (f, f', distance) at tau seconds into a step, the distance only for a site.

    c (36,) holds the quintics, h is the length of the step; s is the site (position, vector), or
    for two satellites what `pair_condition_at` needs.
    """
    if kind >= FIRST_OF_PAIRS:
        f, df = pair_condition_at(kind, limit, c, s, tau)
        return f, df, 0.0
    return condition_at(kind, limit, by_component(c), h, tau, s)


@compiled(inline=True)
def envelope(fa: float, da: float, fb: float, db: float, w: float, m: float) -> Pair:
    """Return (place, height) where the two parabolas above f meet, f of one sign at both ends.

    f'' <= m, so f <= fa + da t + m t^2 / 2 and f <= fb - db (w - t) + m (w - t)^2 / 2, by Taylor's
    theorem from either end of a piece w long. Both grow like m t^2 / 2, so they meet once; where
    they do not meet within the piece, the higher end is the highest point. Without branches, for
    vector loops.
    """
    slope = da - db + m * w
    met = slope > 0.0
    t = (fb - db * w + 0.5 * m * w * w - fa) / slope
    t = t if t > 0.0 else 0.0
    t = t if t < w else w
    height = fa + da * t + 0.5 * m * t * t
    higher = fa if fa > fb else fb
    return t if met else 0.5 * w, height if met else higher


@compiled(inline=True)
def stays(sign: float, left: Triple, right: Triple, bend: Pair) -> bool:
    """Return whether `sign` * f, below zero at both ends of a piece, is proved to stay there.

    As `envelope` has it, but times the square of the slope: without a division.
    """
    fa, da, fb, db = sign * left[1], sign * left[2], sign * right[1], sign * right[2]
    w = right[0] - left[0]
    m = bend[0] if sign > 0.0 else bend[1]
    slope = da - db + m * w
    t = min(w * slope, max(0.0, fb - db * w + 0.5 * m * w * w - fa))
    height = slope * (fa * slope + da * t) + 0.5 * m * t * t
    return (height if slope > 0.0 else max(fa, fb)) < 0.0


@compiled(inline=True)
def keeps_sign(left: Triple, right: Triple, m: float) -> bool:
    """Return whether f, of one sign at both ends of a piece, is proved to keep it.

    A condition that is true may touch zero, where it is true still.
    """
    sign = -1.0 if left[1] >= 0.0 else 1.0
    width = right[0] - left[0]
    height = envelope(sign * left[1], sign * left[2], sign * right[1], sign * right[2], width, m)[1]
    return height <= 0.0 if sign < 0.0 else height < 0.0


@compiled(inline=True)
def cubic_guess(left: Triple, right: Triple) -> Triple:
    """Return where the cubic through f and f' at both ends is zero, from the left end.

    Two Newton steps from the root of the parabola through both ends that has f' of the left one:
    that root lies in the bracket and is passed in the right direction, even where an end lies
    beyond a turning point. Then the cubic's coefficients c2 and c3, whose bend 2 c2 + 6 c3 t stands
    in for f'' in Halley's correction.
    """
    fa, da = left[1], left[2]
    fb, db = right[1], right[2]
    width = right[0] - left[0]
    inv = 1.0 / width
    c2 = (3.0 * (fb - fa) * inv - 2.0 * da - db) * inv
    c3 = (2.0 * (fa - fb) * inv + da + db) * inv * inv
    bent = ((fb - fa) * inv - da) * inv
    passed = math.sqrt(max(0.0, da * da - 4.0 * bent * fa))
    passed = passed if fb >= 0.0 else -passed
    # Of the two ways to write that root the one without a difference of like numbers.
    onwards = da * passed > 0.0
    x = (-2.0 * fa if onwards else passed - da) / (da + passed if onwards else 2.0 * bent)
    x = min(width, max(0.0, x))
    for _ in range(2):
        cubic = fa + x * (da + x * (c2 + x * c3))
        slope = da + x * (2.0 * c2 + 3.0 * x * c3)
        better = min(width, max(0.0, x - cubic / slope))
        x = better if slope != 0.0 else x
    return x, c2, c3


@compiled
def _root(
    kind: int,
    limit: float,
    c: Floats,
    h: float,
    s: Floats,
    bend: Pair,
    left: Triple,
    right: Triple,
) -> Pair:
    """Return (root, f' there) of f between two ends of unlike sign: guarded Newton.

    The first guess is the cubic's; its bend also corrects the last step (Halley), which the bound
    on f'' does not rely on.
    """
    x, c2, c3 = cubic_guess(left, right)
    lo = left[0]
    hi = right[0]
    rising = right[1] > left[1]
    m = max(bend[0], bend[1])
    bound_s = ROOT_BOUND_S if kind < FIRST_OF_PAIRS else PAIR_ROOT_BOUND_S
    tau = lo + x
    df = 0.0
    for _ in range(80):
        f, df, _rho = evaluate(kind, limit, c, h, s, tau)
        if (f >= 0.0) == rising:
            hi = tau
        else:
            lo = tau
        # Halving is what is left where Newton's step would leave the bracket.
        new = 0.5 * (lo + hi)
        if df != 0.0:
            step = -f / df
            if lo <= tau + step <= hi:
                new = tau + step
                # Newton's error after this step is at most m step^2 / (2 |f'|).
                if m * step * step < 2.0 * bound_s * abs(df):
                    turn = 2.0 * c2 + 6.0 * c3 * (tau - left[0])
                    new = min(hi, max(lo, new - 0.5 * turn / df * step * step))
                    return new, df + turn * step
        tau = new
        if hi - lo < 1e-9:
            break
    return tau, df


@compiled(inline=True)
def _push(stack: Floats, top: int, left: Triple, right: Triple) -> int:
    """Put the piece between two ends on the stack; return how many wait there."""
    stack[top, 0], stack[top, 1], stack[top, 2] = left
    stack[top, 3], stack[top, 4], stack[top, 5] = right
    return top + 1


@compiled(inline=True)
def _add(roots: Floats, count: int, t: float, sign: float) -> int:
    roots[count, 0] = t
    roots[count, 1] = sign
    return count + 1


@compiled
def search(
    kind: int,
    limit: float,
    c: Floats,
    h: float,
    s: Floats,
    bend: Pair,
    start: Triple,
    end: Triple,
    stack: Floats,
    roots: Floats,
) -> int:
    """Fill roots (rows of time, sign) with all sign changes of f between two ends; return how many.

    kind to s are those of `evaluate`, bend bounds f'' between the ends. sign is +1 where f becomes
    true, -1 where it ceases. Rows come in order of time.
    """
    count = 0
    top = _push(stack, 0, start, end)
    while top > 0 and count + 4 < roots.shape[0]:
        top -= 1
        left = (stack[top, 0], stack[top, 1], stack[top, 2])
        right = (stack[top, 3], stack[top, 4], stack[top, 5])
        if (left[1] >= 0.0) != (right[1] >= 0.0):
            g = 1.0 if right[1] >= 0.0 else -1.0
            r, dr = _root(kind, limit, c, h, s, bend, left, right)
            root = (r, 0.0, dr)
            count = _add(roots, count, r, g)
            # |f| grows from the root at its slope: no other root within twice this distance. What
            # lies beyond it on either side has ends of one sign again, but for a root that is
            # nearer than `SHORTEST_S`, which counts as at that distance.
            slope = max(0.0, g * dr)
            after = max(slope / (bend[1] if g > 0.0 else bend[0]), SHORTEST_S)
            before = max(slope / (bend[0] if g > 0.0 else bend[1]), SHORTEST_S)
            if r + after < right[0] and not stays(-g, root, right, bend):
                f, df, _rho = evaluate(kind, limit, c, h, s, r + after)
                if (f >= 0.0) != (g > 0.0):
                    count = _add(roots, count, r + after, -g)
                top = _push(stack, top, (r + after, f, df), right)
            if r - before > left[0] and not stays(g, left, root, bend):
                f, df, _rho = evaluate(kind, limit, c, h, s, r - before)
                if (f >= 0.0) == (g > 0.0):
                    count = _add(roots, count, r - before, -g)
                top = _push(stack, top, left, (r - before, f, df))
            continue
        g = -1.0 if left[1] >= 0.0 else 1.0
        w = right[0] - left[0]
        m = bend[0] if g > 0.0 else bend[1]
        t, height = envelope(g * left[1], g * left[2], g * right[1], g * right[2], w, m)
        # A condition that is true may touch zero, where it is true still: of two satellites in one
        # place some are zero throughout, and would be split without end.
        settled = height <= 0.0 if g < 0.0 else height < 0.0
        if settled or w < SHORTEST_S:
            continue
        # A hump between the ends has its top near here: one look shows whether it is a window.
        if g * left[2] > 0.0 and g * right[2] < 0.0:
            t = w * left[2] / (left[2] - right[2])
        t = left[0] + min(0.9 * w, max(0.1 * w, t))
        f, df, _rho = evaluate(kind, limit, c, h, s, t)
        top = _push(stack, top, (t, f, df), right)
        top = _push(stack, top, left, (t, f, df))
    in_order(roots, count)
    return count


@compiled(inline=True)
def in_order(roots: Floats, count: int) -> None:
    """Sort the first rows by time, by insertion: there are few, mostly in order."""
    for i in range(1, count):
        j = i
        while j > 0 and roots[j - 1, 0] > roots[j, 0]:
            roots[j - 1, 0], roots[j, 0] = roots[j, 0], roots[j - 1, 0]
            roots[j - 1, 1], roots[j, 1] = roots[j, 1], roots[j - 1, 1]
            j -= 1
