"""What the response would be shorter by, if a stage of it took no time.

A stage is not what its removal saves: a command that is on board at once then waits for the same
access. So each stage is set to nothing and the response computed again, over the same requests:
those that are answered as things are. Of a delivery, each part is taken away from every picture by
itself, the other parts staying what they are. Seconds throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from simulator import ragged
from simulator.arrays import FloatArray, IntArray
from simulator.timeliness.sawtooth import response_to_requests
from simulator.timeliness.stages import Delays


@dataclass(frozen=True)
class ResponseSavings:
    """What would be saved of the response, seconds times weight, summed over answered requests.

    `command_s`: every command on board at once; `delivery_s`: every picture at headquarters once
    taken; `both_s`: both, which no ground network can surpass. Of the delivery alone `contact_s`:
    a contact open whenever one is waited for; `queue_s`: each picture sent at once in it;
    `sending_s`: sent in no time; `forwarding_s`: forwarded in no time. Sums add over targets.
    """

    command_s: float
    delivery_s: float
    both_s: float
    contact_s: float
    queue_s: float
    sending_s: float
    forwarding_s: float
    weight_s: float

    def __add__(self, other: ResponseSavings) -> ResponseSavings:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return ResponseSavings(*map(sum, pairs))


NOTHING_SAVED = ResponseSavings(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Answers:
    """Pictures (P,) of targets: last request that each can be commanded by, begin and end, arrival.

    `latest_s` is -inf where no command comes in time, `delivered_s` inf for one not delivered.
    `delays` are the parts of the time from `taken_s` to `delivered_s`.
    """

    latest_s: FloatArray
    begin_s: FloatArray
    taken_s: FloatArray
    delivered_s: FloatArray
    delays: Delays


def response_savings(
    answers: Answers, span_s: float, requests_s: FloatArray | None = None
) -> ResponseSavings:
    """Return what each stage would save of the response of one target to requests.

    Requests at instants (R,), each weighing span / R; None: at every instant of the span.
    """
    target = np.zeros(len(answers.latest_s), np.int64)
    if requests_s is None:
        return response_savings_of_groups(answers, span_s, target=target, first=(0, 1))[0]
    make = partial(_AtInstants, requests_s, span_s)
    return _savings(answers, span_s, target, 1, make)[0]


def response_savings_of_groups(
    answers: Answers, span_s: float, *, target: IntArray, first: Sequence[int]
) -> list[ResponseSavings]:
    """Return what each stage would save of the responses of groups of targets.

    Requests are at every instant of the span. `target` (P,) is the number of each picture's; group
    g are those from `first[g]` to `first[g + 1]`.
    """
    return _savings(answers, span_s, target, len(first) - 1, partial(_Always, first))


def _savings(
    answers: Answers,
    span_s: float,
    target: IntArray,
    groups: int,
    make: Callable[[FloatArray, IntArray, FloatArray], _Always | _AtInstants],
) -> list[ResponseSavings]:
    """Return what each stage would save of the responses of each group of targets."""
    usable = (answers.latest_s >= 0) & np.isfinite(answers.delivered_s)
    if not usable.any():
        return [NOTHING_SAVED] * groups
    last_s = np.zeros(int(target.max()) + 1)
    np.maximum.at(last_s, target[usable], np.minimum(answers.latest_s[usable], span_s))
    # Requests are served in one order as things are, in another where every command is on board.
    asked, at_once = (
        make(latest_s, target, last_s) for latest_s in (answers.latest_s, answers.begin_s)
    )
    whole_s = asked.total_s(answers.delivered_s)

    def without_s(part_s: FloatArray) -> FloatArray:
        """Return what is left where every picture is there earlier by a part of its delivery."""
        # What is not delivered has no parts, and stays so.
        known_s = np.where(np.isfinite(answers.delivered_s), part_s, 0.0)
        return asked.total_s(answers.delivered_s - known_s)

    left_s = (
        at_once.total_s(answers.delivered_s),
        asked.total_s(answers.taken_s),
        at_once.total_s(answers.taken_s),
        *(without_s(part_s) for part_s in answers.delays.parts_s),
    )
    saved_s = np.stack([*(whole_s - total_s for total_s in left_s), asked.weight_s])
    return [ResponseSavings(*group) for group in saved_s.T.tolist()]


class _Always:
    """Requests at every instant until the last (T,) of each target that is answered.

    Those after one picture's last command and up to the next one's lie in a piece of their own.
    """

    def __init__(
        self, first: Sequence[int], latest_s: FloatArray, target: IntArray, last_s: FloatArray
    ) -> None:
        self._order = np.lexsort((latest_s, target))
        self._target = target[self._order]
        until_s = np.clip(latest_s[self._order], 0.0, last_s[self._target])
        follows = np.append(False, self._target[1:] == self._target[:-1])[: len(until_s)]
        since_s = np.where(follows, np.append(0.0, until_s)[:-1], 0.0)
        self._asked = np.flatnonzero(until_s > since_s)
        since_s, until_s = since_s[self._asked], until_s[self._asked]
        self._length_s, self._middle_s = until_s - since_s, 0.5 * (since_s + until_s)
        edges = np.searchsorted(self._target[self._asked], first).tolist()
        self._groups = [slice(begin, end) for begin, end in pairwise(edges)]

    @property
    def weight_s(self) -> FloatArray:
        """Return the weight (G,) of the requests to each group."""
        return self._sums(self._length_s)

    def total_s(self, delivered_s: FloatArray) -> FloatArray:
        """Return the sum (G,) of the response to the requests to each group."""
        arrival_s = delivered_s[self._order]
        answered_s = arrival_s[ragged.least_from(arrival_s, self._target)[self._asked]]
        # The mean response of a piece is that of the request in its middle.
        return self._sums((answered_s - self._middle_s) * self._length_s)

    def _sums(self, values: FloatArray) -> FloatArray:
        return np.array([np.sum(values[group]) for group in self._groups])


class _AtInstants:
    """Requests at instants (R,) to one target, up to its last (1,) that is answered."""

    def __init__(
        self,
        requests_s: FloatArray,
        span_s: float,
        latest_s: FloatArray,
        _target: IntArray,
        last_s: FloatArray,
    ) -> None:
        self._a_request_s = span_s / len(requests_s) if len(requests_s) else 0.0
        self._requests_s = requests_s[requests_s <= last_s[0]]
        self._latest_s, self._span_s = latest_s, span_s

    @property
    def weight_s(self) -> FloatArray:
        """Return the weight (1,) of the requests."""
        return np.array([self._a_request_s * len(self._requests_s)])

    def total_s(self, delivered_s: FloatArray) -> FloatArray:
        """Return the sum (1,) of the response to the requests."""
        tooth = response_to_requests(self._requests_s, self._latest_s, delivered_s, self._span_s)
        return np.array([self._a_request_s * tooth.low_s.sum()])
