"""What the response would be shorter by, if a stage of it took no time.

A stage is not what its removal saves: a command that is on board at once then waits for the same
access. So each stage is set to nothing and the response computed again, over the same requests:
those that are answered as things are. Of a delivery, each part is taken away from every picture by
itself, the other parts staying what they are. Seconds throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

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
    answers: Answers,
    span_s: float,
    requests_s: FloatArray | None = None,
    *,
    target: IntArray | None = None,
) -> ResponseSavings:
    """Return what each stage would save of the response to requests, of all targets together.

    Requests at instants (R,), of one target, each weighing span / R; None: at every instant of the
    span, of the `target` (P,) of each picture, by number, where there are several.
    """
    usable = (answers.latest_s >= 0) & np.isfinite(answers.delivered_s)
    if not usable.any():
        return NOTHING_SAVED
    of = np.zeros(len(usable), np.int64) if target is None or requests_s is not None else target
    last_s = np.zeros(int(of.max()) + 1)
    np.maximum.at(last_s, of[usable], np.minimum(answers.latest_s[usable], span_s))
    make = _Always if requests_s is None else partial(_AtInstants, requests_s, span_s)
    # Requests are served in one order as things are, in another where every command is on board.
    asked, at_once = (
        make(latest_s, of, last_s) for latest_s in (answers.latest_s, answers.begin_s)
    )
    whole_s, weight_s = asked.total_s(answers.delivered_s)

    def saved_s(served: _Always | _AtInstants, delivered_s: FloatArray) -> float:
        return whole_s - served.total_s(delivered_s)[0]

    def without_s(part_s: FloatArray) -> float:
        """Return what is saved where every picture is there earlier by a part of its delivery."""
        # What is not delivered has no parts, and stays so.
        known_s = np.where(np.isfinite(answers.delivered_s), part_s, 0.0)
        return saved_s(asked, answers.delivered_s - known_s)

    delays = answers.delays
    return ResponseSavings(
        command_s=saved_s(at_once, answers.delivered_s),
        delivery_s=saved_s(asked, answers.taken_s),
        both_s=saved_s(at_once, answers.taken_s),
        contact_s=without_s(delays.contact_s),
        queue_s=without_s(delays.queue_s),
        sending_s=without_s(delays.sending_s),
        forwarding_s=without_s(delays.forwarding_s),
        weight_s=weight_s,
    )


class _Always:
    """Requests at every instant until the last (T,) of each target that is answered.

    Those after one picture's last command and up to the next one's lie in a piece of their own.
    """

    def __init__(self, latest_s: FloatArray, target: IntArray, last_s: FloatArray) -> None:
        self._order = np.lexsort((latest_s, target))
        self._target = target[self._order]
        until_s = np.clip(latest_s[self._order], 0.0, last_s[self._target])
        follows = np.append(False, self._target[1:] == self._target[:-1])[: len(until_s)]
        since_s = np.where(follows, np.append(0.0, until_s)[:-1], 0.0)
        self._length_s, self._middle_s = until_s - since_s, 0.5 * (since_s + until_s)

    def total_s(self, delivered_s: FloatArray) -> tuple[float, float]:
        """Return the sum of the response to the requests, and their weight."""
        arrival_s = delivered_s[self._order]
        answered_s = arrival_s[ragged.least_from(arrival_s, self._target)]
        asked = self._length_s > 0.0
        length_s = self._length_s[asked]
        # The mean response of a piece is that of the request in its middle.
        return (
            float(np.sum((answered_s[asked] - self._middle_s[asked]) * length_s)),
            float(np.sum(length_s)),
        )


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
        self._weight_s = span_s / len(requests_s) if len(requests_s) else 0.0
        self._requests_s = requests_s[requests_s <= last_s[0]]
        self._latest_s, self._span_s = latest_s, span_s

    def total_s(self, delivered_s: FloatArray) -> tuple[float, float]:
        """Return the sum of the response to the requests, and their weight."""
        tooth = response_to_requests(self._requests_s, self._latest_s, delivered_s, self._span_s)
        return self._weight_s * float(tooth.low_s.sum()), self._weight_s * len(tooth.low_s)
