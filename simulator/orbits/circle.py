"""Cosine and sine of an angle without a branch, compiled into vector loops. Units: radians."""

from __future__ import annotations

import math

from simulator.compiled import compiled

# Turns a number of that size to the nearest whole one, for a vector loop: its last digit is 1.
_TO_WHOLE = 6_755_399_441_055_744.0
# A quarter of a turn in two numbers, the first of 33 bits: times a whole number it is exact.
_QUARTER = 1.57079632673412561417
_QUARTER_REST = 6.07710050650619224932e-11
FARTHEST = 1e6  # radians: thirty years of a low orbit


@compiled(inline=True)
def small(x: float) -> tuple[float, float]:
    """Return cosine and sine of an angle within an eighth of a turn, to the last digit.

    By the polynomials of Sun's fdlibm (k_cos.c, k_sin.c).
    """
    z = x * x
    cosine = 1.0 - (
        0.5 * z
        - z * z * (
            4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03
            + z * (2.48015872894767294178e-05 + z * (-2.75573143513906633035e-07
            + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11))))
        )
    )  # fmt: skip
    sine = x + x * z * (
        -1.66666666666666324348e-01 + z * (8.33333333332248946124e-03
        + z * (-1.98412698298579493134e-04 + z * (2.75573137070700676789e-06
        + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10))))
    )  # fmt: skip
    return cosine, sine


@compiled(inline=True)
def circle(x: float) -> tuple[float, float]:
    """Return cosine and sine of an angle of up to `FARTHEST`, without a branch."""
    quarters = (x * (2.0 / math.pi) + _TO_WHOLE) - _TO_WHOLE
    c, s = small((x - quarters * _QUARTER) - quarters * _QUARTER_REST)
    # Of four quarters -2 to 2 are left, both ends of which are the same.
    left = quarters - 4.0 * ((0.25 * quarters + _TO_WHOLE) - _TO_WHOLE)
    odd = abs(left) == 1.0
    cosine, sine = (s if odd else c), (c if odd else s)
    behind = abs(left) == 2.0
    return (
        -cosine if behind | (left == 1.0) else cosine,
        -sine if behind | (left == -1.0) else sine,
    )
