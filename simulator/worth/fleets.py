"""What a network makes of ever more satellites like one, in patterns around it.

Accesses, pictures and what links offer are those of each satellite alone: they are found once at
every place that any pattern has, and a pattern is cut out of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.arrays import FloatArray
from simulator.network import Offer
from simulator.scenario import Network
from simulator.study import (
    Flight,
    PictureList,
    Study,
    find_events,
    offer_of,
    outcome_of_offer,
)
from simulator.worth.patterns import Pattern, Slot
from simulator.worth.tried import Tried, chosen

# Tracks of so many satellites are held at once.
_LOT = 48


def patterns_tried(
    study: Study,
    network: Network,
    like: Flight,
    patterns: Sequence[Pattern],
    most: int,
    figures: Sequence[str],
) -> dict[str, Tried]:
    """Return the figures of a network by pattern, for all numbers of satellites up to `most`.

    The satellites, like one of the study's, are flown in place of the study's own.
    """
    fleets = {p: {count: p.slots(count) for count in p.numbers(most)} for p in patterns}
    slots = {slot for fleet in fleets.values() for placed in fleet.values() for slot in placed}
    sky = _Sky.of(study, network, like, sorted(slots, key=lambda s: (s.node_deg, s.phase_deg)))
    known: dict[tuple[Slot, ...], FloatArray] = {}
    for placed in (each for fleet in fleets.values() for each in fleet.values()):
        if placed not in known:
            known[placed] = chosen(sky.figures(placed), figures)
    return {
        pattern.name: Tried.of({count: known[placed] for count, placed in fleet.items()})
        for pattern, fleet in fleets.items()
    }


@dataclass(frozen=True, eq=False)
class _Sky:
    """A satellite at every place of some patterns, its pictures, and what a network offers it."""

    study: Study
    network: Network
    number_of: dict[Slot, int]
    pictures: PictureList | None
    offered: Offer | None

    @classmethod
    def of(cls, study: Study, network: Network, like: Flight, slots: Sequence[Slot]) -> _Sky:
        scenario = study.scenario.model_copy(
            update={"satellites": (like.table,), "networks": (network,), "regions": ()}
        )
        flights = [slot.flown(like) for slot in slots]
        whole = Study(scenario, sun=study.sun, flights=flights)
        number_of = {slot: number for number, slot in enumerate(slots)}
        if network.crosslinks is not None:
            # Who can pass a picture on to whom is no matter of one satellite.
            return cls(whole, network, number_of, None, None)
        pictures, offers = [], []
        for low in range(0, len(flights), _LOT):
            lot = Study(scenario, sun=study.sun, flights=flights[low : low + _LOT])
            events = find_events(lot, for_tables=False)
            pictures.append(events.pictures)
            offers.append(offer_of(lot, network, events.contacts, events.pictures))
        lengths = [len(flights[low : low + _LOT]) for low in range(0, len(flights), _LOT)]
        return cls(
            whole,
            network,
            number_of,
            PictureList.joined(pictures, lengths),
            Offer.joined(offers, lengths),
        )

    def figures(self, slots: Sequence[Slot]) -> dict[str, float]:
        """Return the figures of the network with satellites at some places alone."""
        numbers = [self.number_of[slot] for slot in slots]
        flights = [self.study.flights[number] for number in numbers]
        study = Study(self.study.scenario, sun=self.study.sun, flights=flights)
        if self.pictures is None or self.offered is None:
            events = find_events(study, for_tables=False)
            pictures = events.pictures
            offered = offer_of(study, self.network, events.contacts, pictures)
        else:
            pictures = self.pictures.of_satellites(numbers)
            offered = self.offered.of_some_satellites(numbers)
        return outcome_of_offer(study, self.network, offered, pictures).figures
