"""Deliveries, and what members are worth, of plans small enough to be worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from simulator.arrays import BoolArray, FloatArray
from simulator.delivery import Deliveries, Pictures, Plan, deliver
from simulator.verification.checks import Check, number_check
from simulator.worth import shapley_by_all_sets

_BY_HAND = "worked out by hand"
_SPAN_S = 200.0
# Begin, end, s, rate, bit/s, and delay, s, of a contact; instant, s, and size, bits, of a picture.
_Contact = tuple[float, float, float, float]
_Picture = tuple[float, float]


def _delivered(
    contacts: Sequence[_Contact], pictures: Sequence[_Picture], *, recorder_bits: float = math.inf
) -> Deliveries:
    columns = np.array(contacts, dtype=np.float64).reshape(-1, 4).T
    count = len(contacts)
    plan = Plan(np.zeros(count, dtype=np.int64), np.arange(count), *columns)
    taken_s, size_bits = np.array(pictures, dtype=np.float64).T
    queue = Pictures(np.zeros(len(pictures), dtype=np.int64), taken_s, size_bits)
    return deliver(plan, queue, recorder_bits=np.array([recorder_bits]), span_s=_SPAN_S)


def delivery_checks() -> Iterator[Check]:
    """Yield when pictures are at headquarters through plans of one and two contacts."""
    # 30 bits of the first go in [20, 50), the rest in [100, 115), 7 s from home; the second finds
    # the recorder too full; the third follows the first in [115, 130).
    both = _delivered(
        [(20.0, 50.0, 1.0, 5.0), (100.0, 130.0, 2.0, 7.0)],
        [(0.0, 60.0), (10.0, 50.0), (40.0, 30.0)],
        recorder_bits=100.0,
    )
    home_s = both.delivered_s
    yield _seconds("a picture of two contacts, through a recorder of 100 bits", home_s[0], 122.0)
    yield _seconds("the picture that waits behind it", home_s[2], 137.0)
    yield number_check(
        "pictures lost for want of room",
        float(np.isinf(home_s).sum()),
        1.0,
        allowed=0.0,
        unit="",
        source=_BY_HAND,
    )
    # Four bits a second, ten seconds late, in [0, 5); then one bit a second without delay.
    turns = _delivered([(0.0, 20.0, 4.0, 10.0), (0.0, 20.0, 1.0, 0.0)], [(0.0, 30.0)])
    yield _seconds("a fast far and a slow near contact in turn", turns.delivered_s[0], 15.0)
    # The later picture is home through the near contact before the first is through the far one.
    passing = _delivered([(0.0, 10.0, 1.0, 40.0), (20.0, 25.0, 1.0, 0.0)], [(0.0, 5.0), (0.0, 5.0)])
    yield _seconds("the first of two by the later contact", passing.delivered_s[0], 25.0)
    yield _seconds("the second by what the first left", passing.delivered_s[1], 45.0)


def _seconds(name: str, ours: float, reference: float) -> Check:
    return number_check(name, float(ours), reference, allowed=1e-6, unit="s", source=_BY_HAND)


def worth_checks() -> Iterator[Check]:
    """Yield the Shapley values of three stations that carry one picture of ten bits."""
    contacts = [(100.0, 120.0, 1.0, 0.0), (40.0, 60.0, 1.0, 0.0), (40.0, 60.0, 1.0, 0.0)]

    def saved_s(sets: BoolArray) -> FloatArray:
        """Return what each set saves of the 200 s of the span."""
        home_s = [
            _delivered([contacts[n] for n in np.flatnonzero(chosen)], [(0.0, 10.0)]).delivered_s[0]
            for chosen in sets
        ]
        return np.array([[_SPAN_S - min(at_s, _SPAN_S)] for at_s in home_s])

    values_s = np.ravel(shapley_by_all_sets(saved_s, len(contacts)))
    # Home at 110 s by the first, at 50 s by either of the others: all three share the first 90 s,
    # the latter two the 60 s beyond.
    for name, ours, reference in zip(
        ("the late station", "the first of two early ones", "the second of them"),
        values_s.tolist(),
        (90.0 / 3.0, 90.0 / 3.0 + 60.0 / 2.0, 90.0 / 3.0 + 60.0 / 2.0),
        strict=True,
    ):
        yield number_check(
            f"what {name} saves",
            ours,
            reference,
            allowed=1e-6,
            unit="s",
            source="Shapley value by hand, as in the airport game (Littlechild and Owen 1973)",
        )
