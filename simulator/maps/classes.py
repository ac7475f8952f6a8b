"""Classes of colour: the bounds between them, and the bar that says what they mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, Colormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simulator.maps import page
from simulator.units import DAY_S, HOUR_S, MINUTE_S

_BAR_IN = (3.6, 0.14)
# Evenly spaced classes serve as long as none holds more than this, or few hold next to nothing.
_MOST_IN_ONE, _NEXT_TO_NOTHING = 0.5, 0.01
# As many as have room for a written bound each.
_MOST_UNEVEN = 6
_LEAST_CLASSES = 3
_FAR_APART = 3.0
_NOTHING = 1e-12
# Values nearer to each other than this part of all there are read as one.
_ONE_VALUE = 0.02
# Times of which the greatest is below so many hours are read in a unit, others in days.
_UNITS = ((2.0, "minutes", MINUTE_S / HOUR_S), (96.0, "hours", 1.0))
_DAYS = ("days", DAY_S / HOUR_S)


@dataclass(frozen=True, eq=False)
class ColourScale:
    """Colours of values, and what they mean; `even` where all classes are as wide.

    `values` are those of the classes, where each has one alone.
    """

    norm: BoundaryNorm
    colours: Colormap
    even: bool = True
    values: np.ndarray | None = None

    @property
    def bounds(self) -> np.ndarray:
        """Return the bounds between classes, rising."""
        return np.asarray(self.norm.boundaries)


def colour_scale(values: np.ndarray, colours: str, most_steps: int) -> ColourScale | None:
    """Return classes of values with round bounds, none without any value.

    They are as wide as each other, or, where most of them would be empty, hold about as many values
    as each other.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    low, high = float(known.min()), float(known.max())
    palette = matplotlib.colormaps[colours]
    if high - low <= 1e-3 * high:
        # One value everywhere: a scale around it, or the ticks would differ by rounding only.
        low, high = 0.5 * low, 1.5 * high if high > 0.0 else 1.0
        return ColourScale(BoundaryNorm(round_steps(low, high, most_steps), palette.N), palette)
    few = _few_values(known)
    if few is not None:
        bounds = np.concatenate([few[:1] - 1.0, 0.5 * (few[1:] + few[:-1]), few[-1:] + 1.0])
        return ColourScale(BoundaryNorm(bounds, palette.N), palette, even=False, values=few)
    even = round_steps(low, high, most_steps)
    uneven = None
    if _ill_used(known, even):
        uneven = _by_count(known, _MOST_UNEVEN)
        if uneven is None:
            uneven = _with_tails(known, _MOST_UNEVEN)
    bounds = even if uneven is None else uneven
    return ColourScale(BoundaryNorm(bounds, palette.N), palette, even=uneven is None)


def _few_values(known: np.ndarray) -> np.ndarray | None:
    """Return the values there are, if they are few and nothing lies between them; else None."""
    ordered = np.unique(known)
    # Beside the distance to the next the values of a class are as one.
    apart = np.flatnonzero(np.diff(ordered) > _ONE_VALUE * (ordered[-1] - ordered[0]))
    if len(apart) >= _MOST_UNEVEN or not len(apart):
        return None
    groups = np.split(ordered, apart + 1)
    if any(np.ptp(group) > 0.02 * (ordered[-1] - ordered[0]) for group in groups):
        return None
    return np.array([0.5 * (group[0] + group[-1]) for group in groups])


def gain_scale(values: Sequence[np.ndarray], most_steps: int) -> ColourScale | None:
    """Return classes of differences: the same shades on both sides of zero, a bound itself."""
    # Zero is always on the scale: it is what gains and losses are measured from.
    known = np.concatenate([np.zeros(1), *(v[np.isfinite(v)] for v in values)])
    if len(known) == 1:
        return None
    low, high = float(known.min()), float(known.max())
    # No step could be told from the next on so narrow a scale.
    if high - low < 1e-3:
        low, high = -1.0, 1.0
    bounds, even = round_steps(low, high, most_steps), True
    sizes = np.abs(known[1:])
    # Shades by rank would make much of differences of about the same size.
    far_apart = bool(sizes.max() > _FAR_APART * np.median(sizes))
    uneven = None
    if far_apart and _ill_used(known[1:], bounds):
        uneven = _gains_by_count(known[1:])
    if uneven is None:
        middles = 0.5 * (bounds[1:] + bounds[:-1]) / np.abs(bounds).max()
    else:
        bounds, even = uneven, False
        ranks = np.arange(len(bounds)) - np.flatnonzero(bounds == 0.0)[0]
        middles = 0.5 * (ranks[1:] + ranks[:-1]) / np.abs(ranks).max()
    # Next to zero a shade already, or the map beneath would seem to show through.
    shades = 0.5 + 0.5 * np.sign(middles) * (0.1 + 0.9 * np.abs(middles))
    colours = ListedColormap(matplotlib.colormaps["RdBu"](shades))
    return ColourScale(BoundaryNorm(bounds, colours.N), colours, even)


def unit_of_times(values_h: Sequence[np.ndarray]) -> tuple[str, float]:
    """Return the unit in which to read times, and the hours it has."""
    greatest = max((float(np.nanmax(np.abs(v), initial=0.0)) for v in values_h), default=0.0)
    # Of nothing at all the hours are read.
    if greatest == 0.0:
        return "hours", 1.0
    return next(((unit, h) for most, unit, h in _UNITS if greatest <= most), _DAYS)


def _ill_used(known: np.ndarray, bounds: np.ndarray) -> bool:
    """Return whether most of a bar's classes would be empty, or one hold nearly everything."""
    shares = np.histogram(known, bounds)[0] / len(known)
    used = int((shares >= _NEXT_TO_NOTHING).sum())
    return bool(shares.max() > _MOST_IN_ONE or 2 * used <= len(shares))


def _by_count(known: np.ndarray, most: int) -> np.ndarray | None:
    """Return round bounds between which about as many values lie, None where they are too few."""
    marks = np.quantile(known, np.linspace(0.0, 1.0, most + 1))
    inner = {_rounded(float(mark)) for mark in marks[1:-1]}
    low, high = _rounded(float(marks[0]), np.floor), _rounded(float(marks[-1]), np.ceil)
    bounds = np.array(sorted({low, high} | {mark for mark in inner if low < mark < high}))
    return bounds if len(bounds) > _LEAST_CLASSES else None


def _gains_by_count(known: np.ndarray) -> np.ndarray | None:
    """Return such bounds on either side of zero, zero among them."""
    parts = [np.zeros(1)]
    for sign in (-1.0, 1.0):
        side = sign * known[sign * known > 0.0]
        if len(side):
            most = max(2, round(_MOST_UNEVEN * len(side) / len(known)))
            bounds = _by_count(side, most)
            # Few different values by far the most: then by size.
            bounds = _by_size(side, most) if bounds is None else bounds
            if bounds is None:
                return None
            # A side begins at zero.
            parts.append(sign * bounds[1:])
    bounds = np.unique([_rounded(float(b), _outwards) for b in np.concatenate(parts)])
    return bounds if len(bounds) > _LEAST_CLASSES else None


def _with_tails(known: np.ndarray, most: int) -> np.ndarray | None:
    """Return classes as wide as each other for most values, and one for what few lie beyond."""
    low, high = (float(mark) for mark in np.quantile(known, (0.02, 0.98)))
    if high - low <= 1e-3 * high:
        return None
    inner = round_steps(low, high, most - 2)
    ends = _rounded(float(known.min()), np.floor), _rounded(float(known.max()), np.ceil)
    tails = [end for end in ends if not inner[0] <= end <= inner[-1]]
    bounds = np.unique([*inner, *tails])
    return bounds if tails and len(bounds) > _LEAST_CLASSES else None


def _by_size(side: np.ndarray, most: int) -> np.ndarray | None:
    """Return bounds from zero to the greatest of values, each so many times the one before.

    None where the greatest is not so much greater than the least.
    """
    high = float(side.max())
    low = max(float(np.quantile(side, 0.05)), 1e-6 * high)
    if high < _NOTHING or high < _FAR_APART * low:
        return None
    steps = min(most, max(1, round(np.log2(high / low))))
    # The lowest just above most values, so that they are one class.
    marks = np.geomspace(1.2 * low, high, steps) if steps > 1 else np.array([high])
    return np.concatenate([[0.0], [_rounded(float(m), np.ceil) for m in marks]])


def _outwards(value: float) -> float:
    return float(np.copysign(np.ceil(round(abs(value), 6)), value))


def _rounded(value: float, to_whole: Callable[[float], float] = np.round) -> float:
    """Return a value in two significant digits, one of next to nothing as nothing."""
    if abs(value) < _NOTHING:
        return 0.0
    unit = 10.0 ** (np.floor(np.log10(abs(value))) - 1.0)
    return float(f"{to_whole(value / unit) * unit:.12g}")


def round_steps(low: float, high: float, most_steps: int) -> np.ndarray:
    """Return evenly spaced round numbers from below one value to above another."""
    locator = MaxNLocator(most_steps, steps=[1, 2, 2.5, 5, 10])
    return np.asarray(locator.tick_values(low, high))


def draw_bar(
    drawing: Figure,
    scale: ColourScale,
    left_in: float,
    bottom_in: float,
    label: str,
    *,
    write: Callable[[float], str] = "{:g}".format,
    most_wide_in: float = _BAR_IN[0],
) -> None:
    """Draw the bar that says what colours mean; `write` writes the bounds of uneven classes."""
    axes = page.place(drawing, left_in, bottom_in, min(most_wide_in, _BAR_IN[0]), _BAR_IN[1])
    painted = ScalarMappable(scale.norm, scale.colours)
    bar = drawing.colorbar(painted, cax=axes, orientation="horizontal", label=label)
    if scale.values is not None:
        middles = 0.5 * (scale.bounds[1:] + scale.bounds[:-1])
        bar.set_ticks(middles.tolist(), labels=[write(float(value)) for value in scale.values])
        axes.minorticks_off()
    elif not scale.even:
        bar.set_ticks(scale.bounds.tolist(), labels=[write(float(bound)) for bound in scale.bounds])
        axes.minorticks_off()
        axes.tick_params(labelsize=7.5)
