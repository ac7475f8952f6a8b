"""Windows: when sites are seen, by site, then start. Seconds since the span's start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator import ragged
from simulator.arrays import BoolArray, FloatArray, Int32Array, IntArray

# Edges of neighbouring sectors are one root found twice, not to the last bit.
_TOUCHING_S = 1e-6


@dataclass(frozen=True, eq=False)
class Windows:
    """Half-open windows [start_s, end_s) of many sites, sorted by site then start.

    All (W,); `cut` (W, 2) tells which windows the search's own start and end cut off.
    """

    site: Int32Array
    start_s: FloatArray
    end_s: FloatArray
    cut: BoolArray

    def __len__(self) -> int:
        return len(self.site)

    @property
    def duration_s(self) -> FloatArray:
        return self.end_s - self.start_s

    def of(self, site: int) -> FloatArray:
        """Return the windows (N, 2) of one site."""
        low, high = np.searchsorted(self.site, [site, site + 1])
        return np.stack([self.start_s[low:high], self.end_s[low:high]], axis=1)

    def kept(self, chosen: BoolArray | IntArray) -> Windows:
        """Return those chosen, by a mask or in the order of their numbers."""
        return Windows(
            self.site[chosen], self.start_s[chosen], self.end_s[chosen], self.cut[chosen]
        )


def no_windows() -> Windows:
    empty = np.empty(0)
    return Windows(np.empty(0, np.int32), empty, empty.copy(), np.empty((0, 2), np.bool_))


def longer(windows: Windows, least_s: float) -> Windows:
    """Return the windows that last at least so long."""
    return windows.kept(windows.duration_s >= least_s) if least_s > 0.0 else windows


def within(windows: Windows, allowed: FloatArray, *, cuts: bool = False) -> Windows:
    """Cut windows to sorted disjoint intervals `allowed` (N, 2).

    `cuts` marks what the intervals cut as cut by the search's ends.
    """
    if not len(windows):
        return windows
    if not len(allowed):
        return no_windows()
    first = np.searchsorted(allowed[:, 1], windows.start_s, side="right")
    last = np.searchsorted(allowed[:, 0], windows.end_s, side="left")
    owner, place = ragged.ranges(first, last - first)
    piece = allowed[place]
    start = np.maximum(windows.start_s[owner], piece[:, 0])
    end = np.minimum(windows.end_s[owner], piece[:, 1])
    at_start = start == windows.start_s[owner]
    at_end = end == windows.end_s[owner]
    cut = np.stack(
        [
            np.where(at_start, windows.cut[owner, 0], cuts),
            np.where(at_end, windows.cut[owner, 1], cuts),
        ],
        axis=1,
    )
    keep = end > start
    return Windows(windows.site[owner][keep], start[keep], end[keep], cut[keep])


def joined(parts: Sequence[Windows]) -> Windows:
    """Return all windows of several results, those of one site that touch made one."""
    site = np.concatenate([p.site for p in parts])
    start = np.concatenate([p.start_s for p in parts])
    end = np.concatenate([p.end_s for p in parts])
    cut = np.concatenate([p.cut for p in parts])
    order = np.lexsort((start, site))
    follows = site[order[1:]] == site[order[:-1]]
    if not np.any(follows & (start[order[1:]] <= end[order[:-1]] + _TOUCHING_S)):
        return Windows(site[order].astype(np.int32), start[order], end[order], cut[order])
    out: list[tuple[int, float, float, bool, bool]] = []
    for i in order:
        row = (int(site[i]), float(start[i]), float(end[i]), bool(cut[i, 0]), bool(cut[i, 1]))
        if out and out[-1][0] == row[0] and row[1] <= out[-1][2] + _TOUCHING_S:
            old = out[-1]
            later = row if row[2] > old[2] else old
            out[-1] = (old[0], old[1], later[2], old[3], later[4])
        else:
            out.append(row)
    if not out:
        return no_windows()
    table = np.array([r[:3] for r in out])
    return Windows(
        table[:, 0].astype(np.int32),
        # Contiguous: compiled code has one version for such arrays, not one more for strided ones.
        table[:, 1].copy(),
        table[:, 2].copy(),
        np.array([r[3:] for r in out], dtype=np.bool_),
    )
