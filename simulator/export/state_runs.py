"""Where a satellite is at a step, in runs within which its path is smooth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simulator.arrays import FloatArray
from simulator.errors import InputError
from simulator.export.states import ChosenSpan
from simulator.orbits import Elements, Track

# States behind a change of elements: the path has jumped by then.
_AFTER_CHANGE_S = 2e-5
_LEAST_RUN_S = 1e-3
_MICRO = 1e-6
# So many instants of a run, at most: a year every second is 31,557,600.
_MOST = 40_000_000


def runs(
    stretch: ChosenSpan, elements: Elements, path: Track, step_s: float
) -> Iterator[FloatArray]:
    """Yield the instants (N,) of each run of a satellite, whole microseconds, its end the last.

    A run ends where the element set changes, where an ephemeris has a gap or a segment ends, and
    where the satellite does. Runs of no length are left out.
    """
    if len(path.time_s) < 2:
        return
    begin_s = max(stretch.start_s, float(path.time_s[0]))
    end_s = min(stretch.end_s, path.end_s)
    flown = np.array([[begin_s, end_s]]) if path.flown_s is None else path.flown_s
    changes_s = elements.breaks_s(stretch.span)
    for low_s, high_s in np.clip(flown, begin_s, end_s).tolist():
        inner = [at_s for at_s in changes_s if low_s < at_s < high_s]
        starts = [low_s, *(at_s + _AFTER_CHANGE_S for at_s in inner)]
        for first_s, last_s in zip(starts, [*inner, high_s], strict=True):
            if last_s - first_s > _LEAST_RUN_S:
                yield _instants_s(first_s, last_s, stretch.start_s, step_s)


def _instants_s(first_s: float, last_s: float, origin_s: float, step_s: float) -> FloatArray:
    """Return both ends of a run, and between them the steps from an origin on."""
    first_s = np.ceil(round(first_s / _MICRO, 3)) * _MICRO
    last_s = np.floor(round(last_s / _MICRO, 3)) * _MICRO
    inner_s = steps_between(first_s, last_s, origin_s, step_s)
    return np.concatenate([[first_s], np.round(inner_s, 6), [last_s]])


def steps_between(first_s: float, last_s: float, origin_s: float, step_s: float) -> FloatArray:
    """Return the steps from an origin on that lie between two instants, both left out.

    No step is much shorter than the others. Raises InputError for more than any reader takes.
    """
    begin = np.floor((first_s - origin_s) / step_s + 1e-3) + 1.0
    end = np.ceil((last_s - origin_s) / step_s - 1e-3)
    if end - begin > _MOST:
        raise InputError(
            f"step_s: {step_s:g} gives {end - begin:,.0f} instants of one satellite, at most "
            f"{_MOST:,} are written; take a longer step, or fewer hours"
        )
    return origin_s + np.arange(begin, end) * step_s
