"""The figures of sets of members where pictures share the network: queues, antennas, recorders."""

from __future__ import annotations

import numpy as np

from simulator.arrays import BoolArray, FloatArray
from simulator.network import deliver_pictures
from simulator.study import queued_pictures
from simulator.worth.times import Offers


def loaded_arrivals_s(offers: Offers, sets: BoolArray) -> FloatArray:
    """Return when pictures arrive that share the links of sets (N, M), (N, P); inf: they do not."""
    queued = queued_pictures(offers.study, offers.pictures)
    out = np.empty((len(sets), len(offers.pictures)))
    for row, chosen in enumerate(sets):
        out[row] = deliver_pictures(offers.study.fleet, offers.of(chosen), queued).delivered_s
    return out
