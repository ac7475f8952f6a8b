"""The compiled reductions of `surveys`: windows of many sites to figures of each.

Windows of one site stand together, sorted by start: rows first[s]..first[s + 1] of `begin`,
`finish` and `owner` (the satellite). *Merged* windows are laid out alike, overlapping and touching
ones made one. Seconds since the span's start.
"""

from __future__ import annotations

import math

import numpy as np

from simulator.compiled import compiled
from simulator.orbits import Booleans, Floats, Integers

Ordered = tuple[Integers, Floats, Floats, Integers]
Merged = tuple[Integers, Floats, Floats]

# Columns of the table that `figures` fills, in this order.
COLUMNS = (
    "covered_s",
    "covered_day_min_s",
    "covered_day_max_s",
    "covered_day_std_s",
    "accesses",
    "accesses_day_min",
    "accesses_day_max",
    "accesses_between",
    "access_sum_s",
    "access_mean_s",
    "access_min_s",
    "access_max_s",
    "access_std_s",
    "merged_accesses",
    "gaps",
    "gaps_between",
    "leading_gap_s",
    "trailing_gap_s",
    "revisit_samples",
    "revisit_mean_s",
    "revisit_min_s",
    "revisit_max_s",
    "revisit_std_s",
    "time_average_gap_s",
    "response_mean_s",
    "response_max_s",
    "age_mean_s",
    "age_max_s",
    "separated_pairs",
    "assets",
    "assets_most",
    "assets_least",
    "first_access_s",
)
# Planes of the percentiles that `figures` fills, in this order.
PERCENTILES = (
    "revisit_percentile_s",
    "revisit_time_percentile_s",
    "revisit_gap_percentile_s",
    "response_percentile_s",
    "response_gap_percentile_s",
    "age_percentile_s",
    "age_gap_percentile_s",
)


@compiled
def _merge_runs(
    bounds: Integers,
    runs: int,
    begin: Floats,
    finish: Floats,
    owner: Integers,
    spare: Floats,
    spare_owner: Integers,
) -> None:
    """Sort rows bounds[0]..bounds[runs] by start, given that each run of them is sorted."""
    base = bounds[0]
    while runs > 1:
        kept = 0
        for j in range(0, runs, 2):
            lo = bounds[j]
            mid = bounds[j + 1]
            hi = bounds[min(j + 2, runs)]
            a = lo
            b = mid
            for w in range(lo, hi):
                if b >= hi or (a < mid and begin[a] <= begin[b]):
                    k = a
                    a += 1
                else:
                    k = b
                    b += 1
                spare[w - base, 0] = begin[k]
                spare[w - base, 1] = finish[k]
                spare_owner[w - base] = owner[k]
            bounds[kept] = lo
            kept += 1
        end = bounds[runs]
        bounds[kept] = end
        runs = kept
        for w in range(base, end):
            begin[w] = spare[w - base, 0]
            finish[w] = spare[w - base, 1]
            owner[w] = spare_owner[w - base]


@compiled
def ordered(
    count: int, offsets: Integers, site: Integers, begin: Floats, finish: Floats, goes_on: Booleans
) -> Ordered:
    """Return the windows of all satellites by site and start: first (P + 1,), begin, finish, owner.

    Satellite i has rows offsets[i]..offsets[i + 1], sorted by site; those of a site in order of
    time. goes_on (W,) marks a window that goes on from the same satellite's one before.
    """
    satellites = offsets.shape[0] - 1
    first = np.zeros(count + 1, dtype=np.int64)
    begin_out = np.empty(site.shape[0])
    finish_out = np.empty(site.shape[0])
    owner_out = np.empty(site.shape[0], dtype=np.int32)
    cursor = offsets[:-1].copy()
    bounds = np.zeros(satellites + 1, dtype=np.int64)
    spare = np.empty((256, 2))
    spare_owner = np.empty(256, dtype=np.int32)
    w = 0
    for s in range(count):
        runs = 0
        bounds[0] = w
        for i in range(satellites):
            k = cursor[i]
            mark = w
            while k < offsets[i + 1] and site[k] == s:
                if goes_on[k] and w > mark:
                    finish_out[w - 1] = finish[k]
                else:
                    begin_out[w] = begin[k]
                    finish_out[w] = finish[k]
                    owner_out[w] = i
                    w += 1
                k += 1
            cursor[i] = k
            if w > mark:
                runs += 1
                bounds[runs] = w
        if runs > 1:
            if w - first[s] > spare.shape[0]:
                spare = np.empty((2 * (w - first[s]), 2))
                spare_owner = np.empty(2 * (w - first[s]), dtype=np.int32)
            _merge_runs(bounds, runs, begin_out, finish_out, owner_out, spare, spare_owner)
        first[s + 1] = w
    return first, begin_out[:w], finish_out[:w], owner_out[:w]


@compiled
def merged(first: Integers, begin: Floats, finish: Floats) -> Merged:
    """Return first (P + 1,), begin and finish of the merged windows of each site."""
    count = first.shape[0] - 1
    first_out = np.zeros(count + 1, dtype=np.int64)
    begin_out = np.empty(begin.shape[0])
    finish_out = np.empty(begin.shape[0])
    w = 0
    for s in range(count):
        mark = w
        for k in range(first[s], first[s + 1]):
            if w > mark and begin[k] <= finish_out[w - 1]:
                finish_out[w - 1] = max(finish_out[w - 1], finish[k])
            else:
                begin_out[w] = begin[k]
                finish_out[w] = finish[k]
                w += 1
        first_out[s + 1] = w
    return first_out, begin_out[:w], finish_out[:w]


@compiled
def presence(merged: Merged, weight: Integers, step_s: float, out: Integers) -> None:
    """Add to out (N + 1,) the change of the weight in access at each instant of a regular grid.

    Instant i is i step_s; summed up, out is the weight of the sites in access at each.
    """
    first, begin, finish = merged
    last = out.shape[0] - 1
    for s in range(first.shape[0] - 1):
        for k in range(first[s], first[s + 1]):
            i = min(last, math.ceil(begin[k] / step_s))
            j = min(last, math.ceil(finish[k] / step_s))
            out[i] += weight[s]
            out[j] -= weight[s]


@compiled
def seen_by_any(merged: Merged) -> Floats:
    """Return the intervals (N, 2) in which at least one site is in access, in order.

    Sites come one after another: what they have in common is long there, and mostly extended.
    """
    first, begin, finish = merged
    room = 64
    pieces = np.empty((room, 2))
    spare = np.empty((room, 2))
    count = 0
    for s in range(first.shape[0] - 1):
        lo, hi = first[s], first[s + 1]
        if count + hi - lo > room:
            room = 2 * (count + hi - lo)
            wider = np.empty((room, 2))
            wider[:count] = pieces[:count]
            pieces = wider
            spare = np.empty((room, 2))
        if not _extended(pieces, count, begin[lo:hi], finish[lo:hi]):
            count = _mixed(pieces, count, begin[lo:hi], finish[lo:hi], spare)
            pieces, spare = spare, pieces
    return pieces[:count].copy()


@compiled
def _extended(pieces: Floats, count: int, begin: Floats, finish: Floats) -> bool:
    """Extend pieces by windows while none lies outside them or joins two; False at one that does.

    What is extended until then is no less right.
    """
    j = 0
    for k in range(begin.shape[0]):
        if finish[k] <= begin[k]:
            continue
        while j < count and pieces[j, 1] < begin[k]:
            j += 1
        if j == count or pieces[j, 0] > finish[k]:
            return False
        if j + 1 < count and pieces[j + 1, 0] <= finish[k]:
            return False
        pieces[j, 0] = min(pieces[j, 0], begin[k])
        pieces[j, 1] = max(pieces[j, 1], finish[k])
    return True


@compiled
def _mixed(pieces: Floats, count: int, begin: Floats, finish: Floats, out: Floats) -> int:
    """Fill out with the union of pieces and windows, each in order; return how many there are."""
    i = 0
    k = 0
    w = 0
    while i < count or k < begin.shape[0]:
        if k == begin.shape[0] or (i < count and pieces[i, 0] <= begin[k]):
            low, high = pieces[i, 0], pieces[i, 1]
            i += 1
        else:
            low, high = begin[k], finish[k]
            k += 1
            if high <= low:
                continue
        if w > 0 and low <= out[w - 1, 1]:
            out[w - 1, 1] = max(out[w - 1, 1], high)
        else:
            out[w, 0] = low
            out[w, 1] = high
            w += 1
    return w


@compiled
def seen_by_all(merged: Merged, span_s: float) -> Floats:
    """Return the intervals (N, 2) in which every site is in access, in order."""
    first, begin, finish = merged
    pieces = np.array([[0.0, span_s]])
    for s in range(first.shape[0] - 1):
        count = pieces.shape[0]
        if count == 0:
            break
        k, hi = first[s], first[s + 1]
        found = np.empty((count + hi - k, 2))
        i = 0
        w = 0
        while i < count and k < hi:
            low = max(pieces[i, 0], begin[k])
            high = min(pieces[i, 1], finish[k])
            if high > low:
                found[w, 0] = low
                found[w, 1] = high
                w += 1
            if pieces[i, 1] < finish[k]:
                i += 1
            else:
                k += 1
        pieces = found[:w]
    return pieces


@compiled(inline=True)
def _spread(values: Floats, n: int) -> tuple[float, float, float, float]:
    """Return (sum, least, greatest, population standard deviation) of the first n values."""
    total = 0.0
    least = np.inf
    most = -np.inf
    for i in range(n):
        total += values[i]
        least = min(least, values[i])
        most = max(most, values[i])
    mean = total / n
    square = 0.0
    for i in range(n):
        square += (values[i] - mean) ** 2
    return total, least, most, math.sqrt(square / n)


@compiled
def _nearest_rank(sorted_: Floats, n: int, percents: Floats, out: Floats) -> None:
    for q in range(percents.shape[0]):
        rank = max(1, math.ceil(percents[q] * n / 100.0))
        out[q] = sorted_[rank - 1] if n > 0 else np.nan


@compiled
def _summed(sorted_: Floats, n: int, upto: Floats) -> None:
    """Fill upto (n + 1,) with the sums of the first 0..n values."""
    upto[0] = 0.0
    for i in range(n):
        upto[i + 1] = upto[i] + sorted_[i]


@compiled
def _below(
    sorted_: Floats, upto: Floats, n: int, covered_s: float, percents: Floats, out: Floats
) -> None:
    """Fill out with the least R for which cover and whole gaps up to R fill each percentage."""
    total = covered_s + upto[n]
    for q in range(percents.shape[0]):
        need = percents[q] / 100.0 * total - covered_s
        if total <= 0.0:
            out[q] = np.nan
        elif need <= 0.0 or n == 0:
            out[q] = 0.0
        else:
            out[q] = sorted_[min(np.searchsorted(upto[1 : n + 1], need), n - 1)]


@compiled
def _waited(
    sorted_: Floats, upto: Floats, n: int, covered_s: float, percents: Floats, out: Floats
) -> None:
    """Fill out with the least R for which cover and the last R of each gap fill each percentage."""
    total = covered_s + upto[n]
    for q in range(percents.shape[0]):
        need = percents[q] / 100.0 * total - covered_s
        if total <= 0.0:
            out[q] = np.nan
            continue
        out[q] = 0.0
        if need <= 0.0 or n == 0:
            continue
        # The first gap up to which whole gaps and as much of each longer one fill the need.
        low = 0
        high = n - 1
        while low < high:
            i = (low + high) // 2
            if upto[i] + sorted_[i] * (n - i) >= need:
                high = i
            else:
                low = i + 1
        out[q] = min((need - upto[low]) / (n - low), sorted_[n - 1])


@compiled(inline=True)
def _inserted(sorted_: Floats, n: int, value: float) -> int:
    """Put one value into n sorted ones; return how many there are then. None for a value of 0."""
    if value <= 0.0:
        return n
    i = n
    while i > 0 and sorted_[i - 1] > value:
        sorted_[i] = sorted_[i - 1]
        i -= 1
    sorted_[i] = value
    return n + 1


@compiled
def _accesses(begin: Floats, finish: Floats, between: Floats, work: Floats, row: Floats) -> None:
    n = begin.shape[0]
    row[4] = n
    if n == 0:
        row[8] = 0.0
        return
    within = 0
    for k in range(n):
        work[k] = finish[k] - begin[k]
        within += 1 if between[0] <= work[k] <= between[1] else 0
    total, least, most, std = _spread(work, n)
    row[7] = within
    row[8] = total
    row[9] = total / n
    row[10] = least
    row[11] = most
    row[12] = std


@compiled
def _days(
    begin: Floats,
    finish: Floats,
    merged_begin: Floats,
    merged_finish: Floats,
    edges: Floats,
    covered: Floats,
    number: Floats,
    row: Floats,
) -> None:
    """Set the columns of whole days: cover, and accesses that reach into each day."""
    days = edges.shape[0] - 1
    if days < 1:
        return
    covered[:days] = 0.0
    number[:days] = 0.0
    day = 0
    for k in range(merged_begin.shape[0]):
        while day < days and edges[day + 1] <= merged_begin[k]:
            day += 1
        d = day
        while d < days and edges[d] < merged_finish[k]:
            low = max(merged_begin[k], edges[d])
            covered[d] += max(0.0, min(merged_finish[k], edges[d + 1]) - low)
            d += 1
    day = 0
    for k in range(begin.shape[0]):
        while day < days and edges[day + 1] <= begin[k]:
            day += 1
        d = day
        while d < days and edges[d] < finish[k]:
            number[d] += 1.0
            d += 1
    _total, row[1], row[2], row[3] = _spread(covered, days)
    _total, row[5], row[6], _std = _spread(number, days)


@compiled
def _together(
    begin: Floats,
    finish: Floats,
    owner: Integers,
    site: int,
    span_s: float,
    percents: Floats,
    stamp: Integers,
    stack: Floats,
    pieces: Floats,
    folds: Floats,
    out: Floats,
    row: Floats,
) -> None:
    """Set the columns of assets at once, and the percentiles (Q,) of the length of the access now.

    folds (F,) is the time seen by at least 1..F satellites. The length of the access now is that of
    the longest of those open.
    """
    depth = 0
    at = 0.0
    least = np.inf
    most = 0.0
    unique = 0
    used = 0
    n = begin.shape[0]
    k = 0
    while True:
        start = begin[k] if k < n else span_s
        while depth > 0 and stack[depth - 1, 0] <= start:
            until = stack[depth - 1, 0]
            used = _piece(stack, depth, until - at, folds, percents.shape[0], pieces, used)
            if until > at:
                least = min(least, depth)
                most = max(most, depth)
            at = until
            depth -= 1
        if start > at:
            used = _piece(stack, depth, start - at, folds, percents.shape[0], pieces, used)
            least = min(least, depth)
            most = max(most, depth)
            at = start
        if k == n:
            break
        place = depth
        while place > 0 and stack[place - 1, 0] < finish[k]:
            stack[place, 0] = stack[place - 1, 0]
            stack[place, 1] = stack[place - 1, 1]
            place -= 1
        stack[place, 0] = finish[k]
        stack[place, 1] = finish[k] - begin[k]
        depth += 1
        most = max(most, depth)
        if stamp[owner[k]] != site:
            stamp[owner[k]] = site
            unique += 1
        k += 1
    row[29] = unique
    row[30] = most
    row[31] = least
    if percents.shape[0] > 0:
        _above(pieces, used, span_s, percents, out)


@compiled(inline=True)
def _piece(
    stack: Floats, depth: int, length: float, folds: Floats, wanted: int, pieces: Floats, used: int
) -> int:
    """Add a time seen by `depth` satellites; return the number of pieces then used."""
    for level in range(min(depth, folds.shape[0])):
        folds[level] += length
    if wanted == 0 or depth == 0 or length <= 0.0:
        return used
    longest = 0.0
    for i in range(depth):
        longest = max(longest, stack[i, 1])
    pieces[used, 0] = longest
    pieces[used, 1] = length
    return used + 1


@compiled
def _above(pieces: Floats, n: int, span_s: float, percents: Floats, out: Floats) -> None:
    """Fill out with the greatest length that the access now has for each percentage of the span."""
    order = np.argsort(pieces[:n, 0])
    for q in range(percents.shape[0]):
        need = percents[q] / 100.0 * span_s
        have = 0.0
        out[q] = 0.0
        # A sum of pieces that fill the span may fall short of it by rounding.
        for i in range(n - 1, -1, -1):
            have += pieces[order[i], 1]
            if have >= need * (1.0 - 1e-13):
                out[q] = pieces[order[i], 0]
                break


@compiled
def _gaps(
    begin: Floats,
    finish: Floats,
    span_s: float,
    interior: bool,
    left_out: bool,
    percents: Floats,
    separation: Floats,
    between: Floats,
    work: Floats,
    out: Floats,
    row: Floats,
) -> None:
    """Set the columns of cover and gaps, and the percentiles (7, Q), from merged windows.

    work (N + 2,): the gaps between accesses stand first, those at the ends behind them.
    """
    n = begin.shape[0]
    covered = 0.0
    squares = 0.0
    pairs = 0
    for k in range(n):
        covered += finish[k] - begin[k]
        if k > 0:
            gap = begin[k] - finish[k - 1]
            work[k - 1] = gap
            squares += gap * gap
            pairs += 1 if separation[0] <= gap <= separation[1] else 0
    inner = max(0, n - 1)
    lead = begin[0] if n > 0 else span_s
    trail = span_s - finish[n - 1] if n > 0 else 0.0
    m = inner
    for gap in (lead, trail):
        if gap > 0.0:
            work[m] = gap
            m += 1
    counted = inner if interior else m
    within = 0
    longest = 0.0
    for i in range(m):
        within += 1 if between[0] <= work[i] <= between[1] else 0
        longest = max(longest, work[i])
    row[0] = covered
    row[13] = n
    row[14] = m
    row[15] = within
    row[16] = lead
    row[17] = trail
    row[18] = n if interior and row[18] > 0.0 else counted
    if m == 0 and n > 0:
        # Always in access: what is never a gap is 0 under every rule, and not unknown.
        row[19:23] = 0.0
    row[28] = pairs
    row[32] = begin[0] if n > 0 else np.nan
    if counted > 0:
        total, row[20], row[21], row[22] = _spread(work, counted)
        row[19] = total / counted
    row[23] = (squares + lead * lead + trail * trail) / span_s
    if left_out:
        _open_ended(work, inner, squares, lead, span_s - trail, n, row, 24)
        _open_ended(work, inner, squares, trail, span_s - lead, n, row, 26)
    else:
        for column in (24, 26):
            row[column] = row[23] / 2.0
            row[column + 1] = longest
    if percents.shape[0] > 0:
        _gap_percentiles(work, inner, lead, trail, n, covered, interior, left_out, percents, out)


@compiled
def _open_ended(
    work: Floats,
    inner: int,
    squares: float,
    end: float,
    known_s: float,
    n: int,
    row: Floats,
    column: int,
) -> None:
    """Set mean and maximum of a wait over the time on which it is known."""
    if n == 0:
        row[column] = np.nan
        row[column + 1] = np.nan
        return
    longest = end
    for i in range(inner):
        longest = max(longest, work[i])
    row[column] = (squares + end * end) / (2.0 * known_s)
    row[column + 1] = longest


@compiled
def _gap_percentiles(
    work: Floats,
    inner: int,
    lead: float,
    trail: float,
    n: int,
    covered: float,
    interior: bool,
    left_out: bool,
    percents: Floats,
    out: Floats,
) -> None:
    if n > 0 and inner == 0 and lead <= 0.0 and trail <= 0.0:
        out[:] = 0.0
        return
    work[:inner].sort()
    m = inner
    upto = np.empty(inner + 3)
    if interior:
        _summed(work, m, upto)
        _revisit_percentiles(work, upto, m, covered, percents, out)
    if left_out and n == 0:
        out[3:] = np.nan
        m = _inserted(work, m, lead)
    elif left_out:
        # The wait is unknown after the last access, the age before the first; without any, both.
        spare = work[: inner + 1].copy()
        k = _inserted(spare, inner, trail)
        _summed(spare, k, upto)
        _waited(spare, upto, k, covered, percents, out[5])
        _waited(spare, upto, k, 0.0, percents, out[6])
        m = _inserted(work, m, lead)
        _summed(work, m, upto)
        _waited(work, upto, m, covered, percents, out[3])
        _waited(work, upto, m, 0.0, percents, out[4])
        m = _inserted(work, m, trail)
    else:
        m = _inserted(work, m, lead)
        m = _inserted(work, m, trail)
        _summed(work, m, upto)
        _waited(work, upto, m, covered, percents, out[3])
        _waited(work, upto, m, 0.0, percents, out[4])
        out[5] = out[3]
        out[6] = out[4]
    if not interior:
        _summed(work, m, upto)
        _revisit_percentiles(work, upto, m, covered, percents, out)


@compiled(inline=True)
def _revisit_percentiles(
    work: Floats, upto: Floats, m: int, covered: float, percents: Floats, out: Floats
) -> None:
    _nearest_rank(work, m, percents, out[0])
    _below(work, upto, m, covered, percents, out[1])
    _below(work, upto, m, 0.0, percents, out[2])


@compiled
def figures(
    ordered: Ordered,
    merged: Merged,
    span_s: float,
    satellites: int,
    rule: int,
    left_out: bool,
    clock_s: Floats,
    day_edges_s: Floats,
    percents: Floats,
    access_percents: Floats,
    separation_s: Floats,
    access_between_s: Floats,
    gap_between_s: Floats,
    table: Floats,
    percentiles: Floats,
    access_percentiles: Floats,
    folds: Floats,
    hours: Integers,
) -> None:
    """Fill the figures of each site: table (P, columns), percentiles (P, 7, Q) and the like.

    rule is 0 for `stk`, 1 for `interior`, 2 for `tatc`; clock_s (P,) the seconds of the local day
    at the span's start; folds (P, F) and hours (P, 24) come zeroed.
    """
    first, begin, finish, owner = ordered
    m_first, m_begin, m_finish = merged
    count = first.shape[0] - 1
    room = 2
    for s in range(count):
        room = max(room, first[s + 1] - first[s])
    work = np.empty(room + 2)
    stack = np.empty((room + 1, 2))
    pieces = np.empty((2 * room + 2, 2))
    stamp = np.full(max(satellites, 1), -1, dtype=np.int64)
    covered = np.empty(max(day_edges_s.shape[0], 1))
    number = np.empty(max(day_edges_s.shape[0], 1))
    for s in range(count):
        row = table[s]
        row[:] = np.nan
        row[7] = 0.0
        # Tells the gaps' row to count accesses as samples.
        row[18] = 1.0 if rule == 2 else 0.0
        lo, hi = first[s], first[s + 1]
        m_lo, m_hi = m_first[s], m_first[s + 1]
        b, e, o = begin[lo:hi], finish[lo:hi], owner[lo:hi]
        mb, me = m_begin[m_lo:m_hi], m_finish[m_lo:m_hi]
        _accesses(b, e, access_between_s, work, row)
        _days(b, e, mb, me, day_edges_s, covered, number, row)
        _together(
            b, e, o, s, span_s, access_percents, stamp, stack, pieces,
            folds[s], access_percentiles[s], row,
        )  # fmt: skip
        _gaps(
            mb, me, span_s, rule > 0, left_out, percents, separation_s, gap_between_s,
            work, percentiles[s], row,
        )  # fmt: skip
        for k in range(hi - lo):
            hour = (0.5 * (b[k] + e[k]) + clock_s[s]) / 3600.0
            hours[s, math.floor(hour) % 24] += 1
