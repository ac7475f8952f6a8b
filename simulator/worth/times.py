"""When pictures arrive and satellites can be commanded with the baseline and with one member more.

Rows of a table by member are (M + 1, ...): row 0 is the baseline alone, row m + 1 the baseline with
member m. Each picture has the network to itself here. Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator.arrays import BoolArray, FloatArray
from simulator.errors import InputError, nearest_hint
from simulator.network import Offer, single_arrivals
from simulator.scenario import Network, Relay, Scenario, Station
from simulator.study import Events, PictureList, Study, latest_commands_s, members, offer_of

CROSSLINKS = "crosslinks"


@dataclass(frozen=True, eq=False)
class Coalition:
    """A baseline, and what a network has beyond it: the members, by name.

    `whole` is the network of all of it. Where the members include crosslinks they come last.
    """

    baseline: Network
    whole: Network
    names: tuple[str, ...]

    @property
    def has_crosslinks(self) -> bool:
        """Whether crosslinks are a member."""
        return CROSSLINKS in self.names[-1:] and self.baseline.crosslinks is None

    def number_of_links(self) -> int:
        """Return how many members are stations or relays."""
        return len(self.names) - self.has_crosslinks


def baseline_of(scenario: Scenario, name: str | None) -> Network:
    """Return the baseline named, else the scenario's, else its first network.

    Raises InputError where there is none.
    """
    if not scenario.networks:
        raise InputError("the scenario has no network to which a station could be added")
    return named_network(scenario, name or scenario.baseline or scenario.networks[0].name)


def named_network(scenario: Scenario, name: str) -> Network:
    """Return a network of a scenario by its name; raises InputError where there is none."""
    names = [network.name for network in scenario.networks]
    if name not in names:
        raise InputError(
            f"'{name}' is no network of the scenario; it has {', '.join(names)}"
            f"{nearest_hint(name, names)}"
        )
    return scenario.networks[names.index(name)]


def compared_networks(
    scenario: Scenario, network: str | None, baseline: str | None
) -> tuple[Network, Network]:
    """Return the baseline, and the network compared with it: the one with the most members.

    Either may be named. Raises InputError for names that are not there, and for one network alone.
    """
    if len(scenario.networks) < 2:
        raise InputError(
            f"the scenario has {len(scenario.networks)} networks; worth compares one with a "
            "baseline: name two or more in networks"
        )
    first = baseline_of(scenario, baseline)
    if network is not None:
        return first, named_network(scenario, network)
    others = [n for n in scenario.networks if n.name != first.name]
    return first, max(others, key=lambda n: len(members(n)))


def coalition(baseline: Network, network: Network) -> Coalition:
    """Return what a network has beyond a baseline.

    Raises InputError where it has nothing, or a link of the baseline with other keys, or where a
    host takes pictures first or does not pass them on.
    """
    for each in (baseline, network):
        refuse_habits(each)
    own = {link.name: link for link in members(baseline)}
    for link in members(network):
        if link.name in own and own[link.name] != link:
            raise InputError(
                f"'{link.name}' has other keys in network '{network.name}' than in baseline "
                f"'{baseline.name}': give it another name, so that it can be a member"
            )
    # Members forward as late as their host does.
    added = [link for link in members(network) if link.name not in own]
    stations = [link for link in added if isinstance(link, Station)]
    relays = [link for link in added if isinstance(link, Relay)]
    names = [link.name for link in (*stations, *relays)]
    if network.crosslinks is not None and baseline.crosslinks is None:
        if CROSSLINKS in names:
            raise InputError(f"a station of network '{network.name}' is named '{CROSSLINKS}'")
        names.append(CROSSLINKS)
    if not names:
        raise InputError(
            f"network '{network.name}' has nothing beyond baseline '{baseline.name}': its members "
            "are what a network has more than its baseline"
        )
    whole = baseline.model_copy(
        update={
            "name": network.name,
            "stations": (*baseline.stations, *stations),
            "relays": (*baseline.relays, *relays),
            "crosslinks": baseline.crosslinks or network.crosslinks,
        }
    )
    return Coalition(baseline, whole, tuple(names))


def refuse_habits(network: Network) -> None:
    """Raise InputError for a host whose habits are not those of one member alone."""
    host = network.host
    if host and (host.first_use_share or host.dropped_share or host.dropped_targets):
        raise InputError(
            f"network '{network.name}' has a host that takes pictures first or leaves targets out: "
            "that belongs to all of its members together, and none has a value of its own; leave "
            "first_use_share, dropped_share and dropped_targets out"
        )


@dataclass(frozen=True, eq=False)
class Offers:
    """What sets of members offer, cut out of what all of them together do."""

    coalition: Coalition
    study: Study
    pictures: PictureList
    whole: Offer

    def of(self, chosen: BoolArray) -> Offer:
        """Return what the baseline and the members chosen (M,) offer."""
        names = {link.name for link in members(self.coalition.baseline)}
        names |= {name for name, is_in in zip(self.coalition.names, chosen, strict=True) if is_in}
        held = np.array([link.name in names for link in self.whole.links], dtype=np.bool_)
        crossing = not self.coalition.has_crosslinks or bool(chosen[-1])
        part = self.whole.of_some_links(held)
        return part if crossing else replace(part, crosslinks=None)

    def alone(self, *, crosslinks: bool = False) -> list[Offer]:
        """Return what the baseline offers, then what it does with each station and relay more."""
        count, links = len(self.coalition.names), self.coalition.number_of_links()
        sets = np.zeros((links + 1, count), dtype=np.bool_)
        sets[np.arange(1, links + 1), np.arange(links)] = True
        sets[:, links:] = crosslinks
        return [self.of(row) for row in sets]


def offers(study: Study, events: Events, of: Coalition) -> Offers:
    """Return what the sets of members of a coalition offer."""
    whole = offer_of(study, of.whole, events.contacts, events.pictures)
    return Offers(of, study, events.pictures, whole)


def arrivals_s(offers: Offers, single: Sequence[Offer]) -> FloatArray:
    """Return when each picture arrives through each of several offers, (len(single), P)."""
    pictures = offers.pictures
    out = np.empty((len(single), len(pictures)))
    for row, offer in enumerate(single):
        for number, arrival in enumerate(single_arrivals(offers.study.fleet, offer)):
            own = pictures.satellite == number
            out[row, own] = arrival(pictures.taken_s[own])
    return out


def latest_s(offers: Offers, single: Sequence[Offer]) -> FloatArray:
    """Return the last instant at which each picture can be commanded, (len(single), P)."""
    rows = [latest_commands_s(offers.study, offer, offers.pictures) for offer in single]
    return np.array(rows).reshape(len(single), len(offers.pictures))
