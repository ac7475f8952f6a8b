"""How well reported windows agree with the exact ones."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.works import Window

# An edge this near to the span's end is an edge of the span, not of the access.
CUT_S = 1e-3


@dataclass(frozen=True, kw_only=True)
class Score:
    """The comparison of one engine with the reference.

    `missed` and `invented` count windows that overlap none of the other side's; windows cut by
    the span's ends are counted apart in `cut_missed` when missed, for some packages do not
    report what began before the search. Edge errors are over matched edges inside the span,
    None when there is none.
    """

    exact: int
    reported: int
    matched: int
    missed: int
    cut_missed: int
    invented: int
    longest_missed_s: float
    longest_invented_s: float
    edge_error_median_s: float | None
    edge_error_max_s: float | None


def compare(exact: Sequence[Window], reported: Sequence[Window], *, duration_s: float) -> Score:
    """Match each exact window with the reported window it overlaps most, and count what is left."""
    errors: list[float] = []
    missed: list[Window] = []
    invented: list[Window] = []
    exact_by_pair, reported_by_pair = _by_pair(exact), _by_pair(reported)
    for pair in exact_by_pair.keys() | reported_by_pair.keys():
        ours, theirs = exact_by_pair[pair], reported_by_pair[pair]
        matches = _matches(ours, theirs)
        missed += [w for i, w in enumerate(ours) if i not in matches]
        invented += [w for j, w in enumerate(theirs) if j not in matches.values()]
        for i, j in matches.items():
            errors += _edge_errors(ours[i], theirs[j], duration_s)
    whole_missed = [w for w in missed if not _is_cut(w, duration_s)]
    return Score(
        exact=len(exact),
        reported=len(reported),
        matched=len(exact) - len(missed),
        missed=len(whole_missed),
        cut_missed=len(missed) - len(whole_missed),
        invented=len(invented),
        longest_missed_s=_longest_s(whole_missed),
        longest_invented_s=_longest_s(invented),
        edge_error_median_s=float(np.median(errors)) if errors else None,
        edge_error_max_s=max(errors) if errors else None,
    )


def _by_pair(windows: Iterable[Window]) -> defaultdict[tuple[int, int], list[Window]]:
    by_pair: defaultdict[tuple[int, int], list[Window]] = defaultdict(list)
    for window in sorted(windows):
        by_pair[window[0], window[1]].append(window)
    return by_pair


def _matches(ours: list[Window], theirs: list[Window]) -> dict[int, int]:
    """Return one-to-one matches by index, the longest overlaps first."""
    overlaps: list[tuple[float, int, int]] = []
    first = 0
    for i, (_, _, start_s, end_s) in enumerate(ours):
        while first < len(theirs) and theirs[first][3] < start_s:
            first += 1
        for j in range(first, len(theirs)):
            if theirs[j][2] > end_s:
                break
            overlaps.append((min(end_s, theirs[j][3]) - max(start_s, theirs[j][2]), i, j))
    matches: dict[int, int] = {}
    matched: set[int] = set()
    for _, i, j in sorted(overlaps, key=lambda overlap: -overlap[0]):
        if i not in matches and j not in matched:
            matches[i] = j
            matched.add(j)
    return matches


def _edge_errors(ours: Window, theirs: Window, duration_s: float) -> list[float]:
    pairs = ((ours[2], theirs[2]), (ours[3], theirs[3]))
    return [abs(a - b) for a, b in pairs if CUT_S < a < duration_s - CUT_S and math.isfinite(b)]


def _is_cut(window: Window, duration_s: float) -> bool:
    return window[2] <= CUT_S or window[3] >= duration_s - CUT_S


def _longest_s(windows: Iterable[Window]) -> float:
    return max((end_s - start_s for _, _, start_s, end_s in windows), default=0.0)
