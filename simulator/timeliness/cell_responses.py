"""How long a request for a picture of each cell waits for its answer at headquarters.

The definitions of `sawtooth.system_response` and of `stages.response_delays`, for many cells at
once: a request at t is answered by the picture delivered first of those that can still be
commanded. A picture answers requests only if none with a later last command is delivered before
it; it then answers all those since the last command of the picture before it that does. So from
the last command back one pass over the pictures of a cell finds every piece of its response,
exactly. Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator import intervals
from simulator.arrays import FloatArray, Int32Array, IntArray
from simulator.compiled import compiled
from simulator.revisit import first_at_least
from simulator.timeliness.sawtooth import latest_command_s
from simulator.timeliness.stages import CommandWait

# Integral of the response and its maximum, time without an answer, integrals of its stages: until
# the command is on board, and from the picture to headquarters.
INTEGRAL, MOST, UNANSWERED, COMMAND, DELIVERY = range(5)


class Commands:
    """When each satellite can be commanded, and what waiting for that comes to."""

    def __init__(self, windows_s: Sequence[FloatArray]) -> None:
        """Take the windows (K, 2) of each satellite, in any order, overlapping or not."""
        self._windows_s = [intervals.union(windows) for windows in windows_s]
        # The integral of the wait up to the end of each window, so that one over any time is the
        # difference of two.
        waits = [CommandWait(windows) for windows in self._windows_s]
        rows = np.concatenate([np.empty((0, 2)), *self._windows_s])
        self.first = np.cumsum([0, *map(len, self._windows_s)]).astype(np.int64)
        self.start_s = np.ascontiguousarray(rows[:, 0])
        self.end_s = np.ascontiguousarray(rows[:, 1])
        self.waited = np.concatenate(
            [
                np.empty(0),
                *(w.until(rows[:, 1]) for w, rows in zip(waits, self._windows_s, strict=True)),
            ]
        )

    def latest_s(self, satellite: int, begin_s: FloatArray) -> FloatArray:
        """Return the last request (N,) that a collection from `begin_s` can answer, -inf: none."""
        return latest_command_s(begin_s, self._windows_s[satellite], 0.0)


def responses(
    commands: Commands,
    cells: int,
    span_s: float,
    *,
    offsets: IntArray,
    site: Int32Array,
    taken_s: FloatArray,
    latest_s: FloatArray,
    delivered_s: FloatArray,
) -> FloatArray:
    """Return sums (P, 5) over requests at every instant of the span, columns as numbered above.

    Pictures are (W,): satellite i has rows offsets[i]..offsets[i + 1], by site, then by instant.
    `latest_s` is -inf where no request can command them, `delivered_s` inf for those that are not
    delivered.
    """
    sums = np.zeros((cells, 5))
    sums[:, UNANSWERED] = span_s
    _add_responses(
        sums,
        span_s,
        offsets,
        site,
        taken_s,
        latest_s,
        delivered_s,
        commands.first,
        commands.start_s,
        commands.end_s,
        commands.waited,
    )
    return sums


@compiled
def _add_responses(
    sums: FloatArray,
    span_s: float,
    offsets: IntArray,
    site: Int32Array,
    taken_s: FloatArray,
    latest_s: FloatArray,
    delivered_s: FloatArray,
    first: IntArray,
    start_s: FloatArray,
    end_s: FloatArray,
    waited_s2: FloatArray,
) -> None:
    """Add the pictures of one network to sums (P, 5), those of the last command first."""
    satellites = offsets.shape[0] - 1
    cursor = offsets[1:].copy()
    for s in range(sums.shape[0] - 1, -1, -1):
        # `answer` is the picture that answers requests up to `until_s`, of satellite `owner`.
        answer, owner, until_s = -1, -1, 0.0
        while True:
            row, by = -1, -1
            for i in range(satellites):
                # The last command of a satellite's pictures never comes before that of an earlier.
                k = cursor[i] - 1
                if k >= offsets[i] and site[k] == s and (row < 0 or latest_s[k] > latest_s[row]):
                    row, by = k, i
            if row < 0:
                break
            cursor[by] -= 1
            # No request of the span can command it, or it never comes.
            if latest_s[row] <= 0.0 or delivered_s[row] == np.inf:
                continue
            last = min(latest_s[row], span_s)
            if answer < 0:
                sums[s, UNANSWERED] = span_s - last
            elif delivered_s[row] > delivered_s[answer]:
                # Whoever can command this one can command a later one that is delivered sooner.
                continue
            elif last < until_s:
                # Requests after this one's last command wait for the answer so far.
                _add(sums[s], last, until_s, delivered_s[answer], taken_s[answer])
                sums[s, COMMAND] += _waiting(
                    last, until_s, first[owner], first[owner + 1], start_s, end_s, waited_s2
                )
            answer, owner, until_s = row, by, last
        if answer >= 0:
            _add(sums[s], 0.0, until_s, delivered_s[answer], taken_s[answer])
            sums[s, COMMAND] += _waiting(
                0.0, until_s, first[owner], first[owner + 1], start_s, end_s, waited_s2
            )


@compiled
def _add(
    sums: FloatArray, since_s: float, until_s: float, delivered_s: float, taken_s: float
) -> None:
    """Add what requests from `since` to `until` wait for a picture."""
    # The wait falls by a second a second, so its mean is that of a request at the middle.
    sums[INTEGRAL] += (until_s - since_s) * (delivered_s - 0.5 * (since_s + until_s))
    sums[MOST] = max(sums[MOST], delivered_s - since_s)
    sums[DELIVERY] += (until_s - since_s) * (delivered_s - taken_s)


@compiled
def _waiting(
    since_s: float,
    until_s: float,
    first: int,
    last: int,
    start_s: FloatArray,
    end_s: FloatArray,
    waited_s2: FloatArray,
) -> float:
    """Return the integral of the wait for a command window of rows first..last."""
    total = 0.0
    # Up to an instant: the integral up to the end of the next window, less the triangle of what is
    # still to wait at the instant.
    for instant, sign in ((since_s, -1.0), (until_s, 1.0)):
        k = min(first_at_least(end_s, first, last, instant), last - 1)
        wait = max(start_s[k] - instant, 0.0)
        total += sign * (waited_s2[k] - 0.5 * wait * wait)
    return total
