"""The compiled reductions of `day_bootstrap`: windows to figures of each draw of blocks.

Windows are laid out as in `simulator.coverage.kernel`. Draws are `times` (B + 1, N): how often each
takes each of B blocks, column 0 once each, which is the span itself. The last row, once in every
draw, is for what no resampling can change: a place that is never seen. Seconds since the span's
start.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.compiled import compiled
from simulator.coverage import Merged, Ordered
from simulator.orbits import Booleans, Floats, Integers

# Columns of the sums that are linear in blocks, before those of time seen by 1..F satellites.
LINEAR = ("accesses", "access_sum_s", "covered_s", "gaps", "separated_pairs")
# Rows of the figures of each draw, before those of percentiles and stays.
RATIOS = ("access_mean_s", "revisit_mean_s", "revisit_std_s", "time_average_gap_s")
# Percentiles, each a row for each percent, after the ratios.
PERCENTILES = (
    "revisit_percentile_s",
    "revisit_time_percentile_s",
    "revisit_gap_percentile_s",
    "response_percentile_s",
    "response_gap_percentile_s",
)
# Sums over blocks that a site's ratios are made of, before those of stays.
_ACCESSES, _LENGTHS, _COVER, _COUNT, _OFF, _OFF_SQUARES, _SUM, _SQUARES, _ALL, _NUMBER = range(10)
# Not summed but found draw by draw: gaps and cover together.
_TIME = 10
_SUMS = 11
# Draws worked on at once, a fixed number: loops over them run in the processor's wide registers.
_TILE = 128
# Gaps passed at once where no draw meets a need.
_STRIDE = 8


def tiled(times: Floats) -> Floats:
    """Return draws (B + 1, N) in tiles (tiles, B + 1, TILE), those beyond the last of nothing."""
    blocks, draws = times.shape
    out = np.zeros((-(-draws // _TILE), blocks, _TILE))
    for number in range(draws):
        out[number // _TILE, :, number % _TILE] = times[:, number]
    return out


@compiled(inline=True)
def _block(edges: Floats, at: float) -> int:
    block = int(np.searchsorted(edges, at, side="right")) - 1
    last: int = edges.shape[0] - 2
    return min(max(block, 0), last)


@compiled
def _add_cover(low: float, high: float, edges: Floats, scale: float, out: Floats) -> None:
    """Add a time, cut at the edges of the blocks, to out (B + 1,)."""
    block = _block(edges, low)
    while low < high:
        until = high if block == edges.shape[0] - 2 else min(high, edges[block + 1])
        out[block] += scale * (until - low)
        low = until
        block += 1


@compiled
def _add_folds(
    begin: Floats, finish: Floats, edges: Floats, weight: float, ends: Floats, out: Floats
) -> None:
    """Add to out (F, B + 1) the time seen by at least 1..F satellites."""
    n = begin.shape[0]
    # Nearly in order, as the starts are.
    for k in range(n):
        i = k
        while i > 0 and ends[i - 1] > finish[k]:
            ends[i] = ends[i - 1]
            i -= 1
        ends[i] = finish[k]
    i = 0
    j = 0
    at = 0.0
    depth = 0
    while j < n:
        opens = i < n and begin[i] <= ends[j]
        until = begin[i] if opens else ends[j]
        for level in range(min(depth, out.shape[0])):
            _add_cover(at, until, edges, weight, out[level])
        at = until
        if opens:
            i += 1
            depth += 1
        else:
            j += 1
            depth -= 1


@compiled
def _gaps(
    begin: Floats,
    finish: Floats,
    span_s: float,
    edges: Floats,
    work: Floats,
    home: Integers,
    between: Booleans,
) -> int:
    """Fill the gaps of one site in order of time, the block of each middle, and if it has two ends.

    Return how many there are.
    """
    n = begin.shape[0]
    m = 0
    for k in range(n + 1):
        low = finish[k - 1] if k > 0 else 0.0
        high = begin[k] if k < n else span_s
        if high <= low and (k == 0 or k == n):
            continue
        work[m] = high - low
        home[m] = _block(edges, 0.5 * (low + high)) if n > 0 else edges.shape[0] - 1
        between[m] = 0 < k < n
        m += 1
    return m


@compiled
def _sort(values: Floats, home: Integers, marked: Booleans, n: int) -> None:
    """Sort the first n values, and what goes with each (Shell 1959, steps of Knuth 1973)."""
    step = 1
    while step < n // 3:
        step = 3 * step + 1
    while step > 0:
        for k in range(step, n):
            value, block, mark = values[k], home[k], marked[k]
            i = k
            while i >= step and values[i - step] > value:
                values[i] = values[i - step]
                home[i] = home[i - step]
                marked[i] = marked[i - step]
                i -= step
            values[i] = value
            home[i] = block
            marked[i] = mark
        step //= 3


@compiled
def _site_sums(
    gaps: Floats, home: Integers, counted: Booleans, n: int, stay_s: Floats, sums: Floats
) -> float:
    """Add gaps to sums (rows, B + 1) by block; return the mean of those that are counted."""
    total = 0.0
    number = 0
    for i in range(n):
        if counted[i]:
            total += gaps[i]
            number += 1
    mean = total / number if number > 0 else 0.0
    for i in range(n):
        gap = gaps[i]
        b = home[i]
        if counted[i]:
            # Squares about the mean lose no digits to its own square.
            sums[_COUNT, b] += 1.0
            sums[_OFF, b] += gap - mean
            sums[_OFF_SQUARES, b] += (gap - mean) ** 2
            sums[_SUM, b] += gap
        sums[_SQUARES, b] += gap * gap
        sums[_ALL, b] += gap
        sums[_NUMBER, b] += 1.0
        for d in range(stay_s.shape[0]):
            if gap > stay_s[d]:
                sums[_SUMS + d, b] += gap - stay_s[d]
    return mean


@compiled
def _drawn_sums(sums: Floats, times: Floats, out: Floats) -> None:
    """Fill out (rows, tile) with the sums over the blocks of each draw of a tile."""
    for r in range(sums.shape[0]):
        for d in range(_TILE):
            out[r, d] = 0.0
        for b in range(sums.shape[1]):
            x = sums[r, b]
            if x != 0.0:
                for d in range(_TILE):
                    out[r, d] += times[b, d] * x


@compiled
def _needs(drawn: Floats, percents: Floats, need: Floats, found: Floats) -> None:
    """Fill what the percentiles need, and what is found where that is there from the start.

    need (3, 2 Q, tile): of the time, then of the time in gaps, where cover counts from the start.
    """
    quantiles = percents.shape[0]
    for q in range(quantiles):
        # A sum of all may fall short of all by rounding.
        part = percents[q] / 100.0 * (1.0 - 1e-12)
        for d in range(_TILE):
            need[0, q, d] = max(1.0, math.ceil(percents[q] * drawn[_COUNT, d] / 100.0))
            need[1, q, d] = part * (drawn[_COVER, d] + drawn[_SUM, d])
            need[2, q, d] = part * (drawn[_COVER, d] + drawn[_ALL, d])
            found[0, q, d] = 0.0
            found[1, q, d] = 0.0
            found[2, q, d] = need[2, q, d]
            found[3, q, d] = 1.0
            gap = quantiles + q
            need[0, gap, d] = np.inf
            need[1, gap, d] = drawn[_COVER, d] + part * drawn[_SUM, d]
            need[2, gap, d] = drawn[_COVER, d] + part * drawn[_ALL, d]
            found[1, gap, d] = 0.0
            found[2, gap, d] = need[2, gap, d]
            found[3, gap, d] = 1.0


@compiled
def _pass_counted(gap: float, times: Floats, number: Floats, upto: Floats) -> None:
    """Add a gap, as often as drawn, to the number and the time of those passed."""
    for d in range(_TILE):
        number[d] += times[d]
        upto[d] += times[d] * gap


@compiled
def _pass_all(gap: float, times: Floats, waited: Floats, upto: Floats, left: Floats) -> None:
    """Add a gap to the time of those passed, and take it off the number left.

    waited: the time of those passed, and as much of each other as the gap is long.
    """
    for d in range(_TILE):
        filled = upto[d] + gap * left[d]
        waited[d] = filled if times[d] > 0.0 else waited[d]
    for d in range(_TILE):
        upto[d] += times[d] * gap
        left[d] -= times[d]


@compiled
def _meets(before: Floats, after: Floats, need: Floats) -> bool:
    """Return whether any draw of a tile has what it needs after, and not before."""
    met = 0
    for d in range(_TILE):
        met += (before[d] < need[d]) & (after[d] >= need[d])
    return met > 0


@compiled
def _put(value: float, have: Floats, need: Floats, times: Floats, out: Floats) -> None:
    """Put a value where draws that hold it have not yet what they need."""
    for d in range(_TILE):
        out[d] = value if (have[d] < need[d]) & (times[d] > 0.0) else out[d]


@compiled
def _put_row(values: Floats, have: Floats, need: Floats, times: Floats, out: Floats) -> None:
    """Put the values of a row likewise."""
    for d in range(_TILE):
        out[d] = values[d] if (have[d] < need[d]) & (times[d] > 0.0) else out[d]


@compiled
def _percentiles(
    gaps: Floats,
    home: Integers,
    counted: Booleans,
    n: int,
    times: Floats,
    drawn: Floats,
    need: Floats,
    now: Floats,
    before: Floats,
    found: Floats,
) -> None:
    """Fill found (4, 2 Q, tile) with the percentiles of `meritkernel`, each gap so often as drawn.

    0: nearest rank; 1: least R such that cover and gaps up to R fill what is needed; 2 and 3: the
    time filled by shorter gaps, and the number of longer ones, where cover and the last R of each
    gap fill it. The gap at which a need is first met is the last one before which it is not; only
    strides of gaps in which some draw meets it are looked at one by one. now and before (5, tile)
    tell where the walk through sorted gaps stands: number and time, cover first, of the gaps passed
    that are counted, then what `_pass_all` tells of all.
    """
    quantiles = need.shape[1]
    for d in range(_TILE):
        now[0, d] = 0.0
        now[1, d] = drawn[_COVER, d]
        now[2, d] = drawn[_COVER, d]
        now[3, d] = drawn[_COVER, d]
        now[4, d] = drawn[_NUMBER, d]
    met = np.empty((3, quantiles), dtype=np.bool_)
    for first in range(0, n, _STRIDE):
        end = min(first + _STRIDE, n)
        for row in range(5):
            for d in range(_TILE):
                before[row, d] = now[row, d]
        for i in range(first, end):
            if counted[i]:
                _pass_counted(gaps[i], times[home[i]], now[0], now[1])
            _pass_all(gaps[i], times[home[i]], now[2], now[3], now[4])
        some = False
        for kind in range(3):
            for q in range(quantiles):
                met[kind, q] = _meets(before[kind], now[kind], need[kind, q])
                some = some or met[kind, q]
        if not some:
            continue
        for i in range(first, end):
            gap, often = gaps[i], times[home[i]]
            for q in range(quantiles):
                if counted[i] and met[0, q]:
                    _put(gap, before[0], need[0, q], often, found[0, q])
                if counted[i] and met[1, q]:
                    _put(gap, before[1], need[1, q], often, found[1, q])
                if met[2, q]:
                    _put_row(before[3], before[2], need[2, q], often, found[2, q])
                    _put_row(before[4], before[2], need[2, q], often, found[3, q])
            if counted[i]:
                _pass_counted(gap, often, before[0], before[1])
            _pass_all(gap, often, before[2], before[3], before[4])


@compiled
def _add(found: Floats, below: Floats, weight: float, values: Floats, weights: Floats) -> None:
    """Add a figure of one site to values of its group, in draws where what is below it is not 0."""
    for d in range(_TILE):
        w = weight if below[d] > 0.0 else 0.0
        values[d] += w * found[d]
        weights[d] += w


@compiled
def _add_figures(
    mean: float,
    drawn: Floats,
    need: Floats,
    found: Floats,
    length_s: Floats,
    stay_s: Floats,
    span_s: float,
    weight: float,
    room: Floats,
    values: Floats,
    weights: Floats,
) -> None:
    """Add the figures of one site to values and weights (rows, tile) of its group.

    In draws, each `length_s` (tile,) long, that access fills without a gap the revisit is 0.
    """
    quantiles = found.shape[1] // 2
    for d in range(_TILE):
        full = drawn[_COVER, d] >= length_s[d] * (1.0 - 1e-9)
        always = 1.0 if full & (drawn[_NUMBER, d] == 0.0) & (length_s[d] > 0.0) else 0.0
        room[5, d] = drawn[_COUNT, d] + always
        room[6, d] = drawn[_SUM, d] + always
        room[7, d] = drawn[_ALL, d] + always
        room[0, d] = drawn[_LENGTHS, d] / max(drawn[_ACCESSES, d], 1.0)
        one = max(drawn[_COUNT, d], 1.0)
        off = drawn[_OFF, d] / one
        room[1, d] = mean + off if drawn[_COUNT, d] > 0.0 else 0.0
        room[2, d] = math.sqrt(max(drawn[_OFF_SQUARES, d] / one - off * off, 0.0))
        drawn[_TIME, d] = drawn[_ALL, d] + drawn[_COVER, d]
        room[3, d] = drawn[_SQUARES, d] / (drawn[_TIME, d] if drawn[_TIME, d] > 0.0 else 1.0)
        room[4, d] = drawn[_COVER, d] + drawn[_SUM, d]
    _add(room[0], drawn[_ACCESSES], weight, values[0], weights[0])
    _add(room[1], room[5], weight, values[1], weights[1])
    _add(room[2], room[5], weight, values[2], weights[2])
    _add(room[3], drawn[_TIME], weight, values[3], weights[3])
    for q in range(quantiles):
        _add(found[0, q], room[5], weight, values[4 + q], weights[4 + q])
    for q in range(2 * quantiles):
        below, waited = 4 + quantiles + q, 4 + 3 * quantiles + q
        timed = q < quantiles
        known = room[4] if timed else room[6]
        _add(found[1, q], known, weight, values[below], weights[below])
        for d in range(_TILE):
            room[0, d] = max(0.0, (need[2, q, d] - found[2, q, d]) / found[3, q, d])
        known = drawn[_TIME] if timed else room[7]
        _add(room[0], known, weight, values[waited], weights[waited])
    for n in range(stay_s.shape[0]):
        if span_s <= stay_s[n]:
            continue
        row = 4 + 5 * quantiles + n
        for d in range(_TILE):
            free = drawn[_TIME, d] - stay_s[n]
            missed = drawn[_SUMS + n, d] / (free if free > 0.0 else 1.0)
            room[0, d] = min(1.0, max(0.0, 1.0 - missed))
            room[1, d] = free
        _add(room[0], room[1], weight, values[row], weights[row])


@compiled
def resample(
    ordered: Ordered,
    merged: Merged,
    span_s: float,
    edges: Floats,
    times: Floats,
    interior: bool,
    separation_s: Floats,
    percents: Floats,
    stay_s: Floats,
    weight: Floats,
    group: Integers,
    linear: Floats,
    values: Floats,
    weights: Floats,
) -> None:
    """Add sites of weight (P,) in group (P,) to what the draws of each of G groups come to.

    Those of no weight cost nothing.

    times (tiles, B + 1, TILE) as `tiled` gives them. linear (G, columns, B + 1): weighted sums by
    block; values and weights (G, tiles, rows, TILE): weighted figures of each draw, and the weight
    of the sites that have them.
    """
    first, begin, finish, _owner = ordered
    m_first, m_begin, m_finish = merged
    room = 2
    for s in range(first.shape[0] - 1):
        room = max(room, first[s + 1] - first[s])
    blocks = edges.shape[0] - 1
    lengths = np.empty(room + 2)
    home = np.empty(room + 2, dtype=np.int64)
    between = np.empty(room + 2, dtype=np.bool_)
    ends = np.empty(room + 2)
    sums = np.empty((_SUMS + stay_s.shape[0], blocks + 1))
    drawn = np.empty((sums.shape[0], _TILE))
    now = np.empty((5, _TILE))
    before = np.empty((5, _TILE))
    need = np.empty((3, 2 * percents.shape[0], _TILE))
    found = np.empty((4, 2 * percents.shape[0], _TILE))
    work = np.empty((8, _TILE))
    length_s = np.zeros((times.shape[0], _TILE))
    for t in range(times.shape[0]):
        for k in range(blocks):
            for d in range(_TILE):
                length_s[t, d] += times[t, k, d] * (edges[k + 1] - edges[k])
    for s in range(first.shape[0] - 1):
        w = weight[s]
        if w == 0.0:
            continue
        out = linear[group[s]]
        for row in range(sums.shape[0]):
            for k in range(blocks + 1):
                sums[row, k] = 0.0
        b, e = begin[first[s] : first[s + 1]], finish[first[s] : first[s + 1]]
        mb = m_begin[m_first[s] : m_first[s + 1]]
        me = m_finish[m_first[s] : m_first[s + 1]]
        for k in range(b.shape[0]):
            block = _block(edges, 0.5 * (b[k] + e[k]))
            sums[_ACCESSES, block] += 1.0
            sums[_LENGTHS, block] += e[k] - b[k]
        for k in range(mb.shape[0]):
            _add_cover(mb[k], me[k], edges, 1.0, sums[_COVER])
        m = _gaps(mb, me, span_s, edges, lengths, home, between)
        for i in range(m):
            out[3, home[i]] += w
            if between[i] and separation_s[0] <= lengths[i] <= separation_s[1]:
                out[4, home[i]] += w
        for k in range(blocks):
            out[0, k] += w * sums[_ACCESSES, k]
            out[1, k] += w * sums[_LENGTHS, k]
            out[2, k] += w * sums[_COVER, k]
        _add_folds(b, e, edges, w, ends, out[5:])
        for i in range(m):
            between[i] = between[i] or not interior
        _sort(lengths, home, between, m)
        mean = _site_sums(lengths, home, between, m, stay_s, sums)
        for t in range(times.shape[0]):
            _drawn_sums(sums, times[t], drawn)
            _needs(drawn, percents, need, found)
            _percentiles(
                lengths, home, between, m, times[t], drawn, need, now, before, found
            )  # fmt: skip
            _add_figures(
                mean, drawn, need, found, length_s[t], stay_s, span_s, w, work,
                values[group[s], t], weights[group[s], t],
            )  # fmt: skip


@compiled
def ranks(values: Floats, home: Integers, times: Floats, percents: Floats, out: Floats) -> None:
    """Fill out (Q, N) with the nearest-rank percentiles of sorted values (P,) in blocks (P,).

    NaN for a draw that holds none.
    """
    draws = times.shape[1]
    total = np.zeros(draws)
    upto = np.zeros(draws)
    for i in range(values.shape[0]):
        for d in range(draws):
            total[d] += times[home[i], d]
    need = np.empty(out.shape)
    for q in range(percents.shape[0]):
        for d in range(draws):
            need[q, d] = max(1.0, math.ceil(percents[q] * total[d] / 100.0))
            out[q, d] = np.nan
    for i in range(values.shape[0]):
        for q in range(percents.shape[0]):
            for d in range(draws):
                short = (upto[d] < need[q, d]) & (total[d] > 0.0)
                out[q, d] = values[i] if short else out[q, d]
        for d in range(draws):
            upto[d] += times[home[i], d]
