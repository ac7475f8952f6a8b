"""What the response would be shorter by, if a stage of it took no time.

A stage is not what its removal saves: a command that is on board at once then waits for the same
access. So each stage is set to nothing and the response computed again, over the same requests:
those that are answered as things are. Of a delivery, each part is taken away from every picture by
itself, the other parts staying what they are. Seconds throughout.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np

from simulator.arrays import FloatArray
from simulator.timeliness.sawtooth import block_sums, response_to_requests, system_response
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
        return ResponseSavings(*map(sum, zip(astuple(self), astuple(other), strict=True)))


NOTHING_SAVED = ResponseSavings(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Answers:
    """A target's pictures (P,): last request that each can be commanded by, begin and end, arrival.

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
    """Return what each stage would save of the response to one target's requests.

    Requests at instants (R,), None: at every instant of the span; each of R weighs span / R.
    """
    usable = (answers.latest_s >= 0) & np.isfinite(answers.delivered_s)
    if not usable.any():
        return NOTHING_SAVED
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

    def saved_s(latest_s: FloatArray, delivered_s: FloatArray) -> float:
        return float(whole_s - total_s(latest_s, delivered_s)[0])

    def without_s(part_s: FloatArray) -> float:
        """Return what is saved where every picture is there earlier by a part of its delivery."""
        # What is not delivered has no parts, and stays so.
        known_s = np.where(np.isfinite(answers.delivered_s), part_s, 0.0)
        return saved_s(answers.latest_s, answers.delivered_s - known_s)

    whole_s, weight_s = total_s(answers.latest_s, answers.delivered_s)
    delays = answers.delays
    return ResponseSavings(
        command_s=saved_s(answers.begin_s, answers.delivered_s),
        delivery_s=saved_s(answers.latest_s, answers.taken_s),
        both_s=saved_s(answers.begin_s, answers.taken_s),
        contact_s=without_s(delays.contact_s),
        queue_s=without_s(delays.queue_s),
        sending_s=without_s(delays.sending_s),
        forwarding_s=without_s(delays.forwarding_s),
        weight_s=float(weight_s),
    )
