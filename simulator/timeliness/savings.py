"""What the response would be shorter by, if a stage of it took no time.

A stage is not what its removal saves: a command that is on board at once then waits for the same
access. So each stage is set to nothing and the response computed again, over the same requests:
those that are answered as things are. Seconds throughout.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np

from simulator.arrays import FloatArray
from simulator.timeliness.sawtooth import block_sums, response_to_requests, system_response


@dataclass(frozen=True)
class ResponseSavings:
    """What would be saved of the response, seconds times weight, summed over answered requests.

    `command_s`: every command on board at once; `delivery_s`: every picture at headquarters once
    taken; `both_s`: both, which no ground network can surpass. Sums add over targets.
    """

    command_s: float
    delivery_s: float
    both_s: float
    weight_s: float

    def __add__(self, other: ResponseSavings) -> ResponseSavings:
        return ResponseSavings(*map(sum, zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, eq=False)
class Answers:
    """A target's pictures (P,): last request that each can be commanded by, begin and end, arrival.

    `latest_s` is -inf where no command comes in time, `delivered_s` inf for one not delivered.
    """

    latest_s: FloatArray
    begin_s: FloatArray
    taken_s: FloatArray
    delivered_s: FloatArray


def response_savings(
    answers: Answers, span_s: float, requests_s: FloatArray | None = None
) -> ResponseSavings:
    """Return what each stage would save of the response to one target's requests.

    Requests at instants (R,), None: at every instant of the span; each of R weighs span / R.
    """
    usable = (answers.latest_s >= 0) & np.isfinite(answers.delivered_s)
    if not usable.any():
        return ResponseSavings(0.0, 0.0, 0.0, 0.0)
    last_s = min(float(answers.latest_s[usable].max()), span_s)

    def total_s(latest_s: FloatArray, delivered_s: FloatArray) -> FloatArray:
        """Return the sum of the response to those requests, and their weight: (2,)."""
        if requests_s is None:
            tooth = system_response(latest_s, delivered_s, span_s)
            return block_sums(tooth, 0.0, np.array([0.0, last_s]), rises=False)[:, 0]
        answered_s = requests_s[requests_s <= last_s]
        tooth = response_to_requests(answered_s, latest_s, delivered_s, span_s)
        weight_s = span_s / len(requests_s) if len(requests_s) else 0.0
        return weight_s * np.array([tooth.low_s.sum(), len(tooth.low_s)])

    whole_s, weight_s = total_s(answers.latest_s, answers.delivered_s)
    command_s, _ = total_s(answers.begin_s, answers.delivered_s)
    delivery_s, _ = total_s(answers.latest_s, answers.taken_s)
    both_s, _ = total_s(answers.begin_s, answers.taken_s)
    return ResponseSavings(
        float(whole_s - command_s),
        float(whole_s - delivery_s),
        float(whole_s - both_s),
        float(weight_s),
    )
