"""Hosts of networks beside the rest of a scenario: whose members are theirs, whom they drop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.errors import nearest_hint
from simulator.scenario.assignments import path_parts
from simulator.scenario.hosts import Host
from simulator.scenario.networks import Network
from simulator.scenario.unknowns import Unknown
from simulator.scenario.words import Where, shown

_EVERY = "*"


def with_hosts(
    networks: Sequence[Network], baseline: str | None, unknowns: Sequence[Unknown] = ()
) -> Iterator[Network]:
    """Yield networks of which each host has its members named: those that the baseline has not.

    One whose host's habits are drawn has a host, so far without habits.
    """
    drawn = _hosted(unknowns)
    own = {
        member.name
        for network in networks
        if network.name == baseline
        for member in (*network.stations, *network.relays)
    }
    for number, network in enumerate(networks):
        host = network.host
        if host is None and drawn & {_EVERY, network.name, str(number)}:
            host = Host()
        if host is None or host.members is not None:
            yield network
            continue
        names = (member.name for member in (*network.stations, *network.relays))
        foreign = tuple(name for name in names if name not in own)
        yield network.model_copy(update={"host": host.model_copy(update={"members": foreign})})


def _hosted(unknowns: Sequence[Unknown]) -> set[str]:
    """Return the networks, by what leads to them in a path, of whose hosts something is drawn."""
    paths = (path_parts(path) for unknown in unknowns for path in unknown.values)
    return {
        parts[1] for parts in paths if len(parts) > 2 and parts[::2][:2] == ["networks", "host"]
    }


def dropped_faults(
    targets: Sequence[str], networks: Sequence[Network]
) -> Iterator[tuple[Where, str]]:
    """Yield a fault for each target that a host drops and the scenario does not have."""
    for number, network in enumerate(networks):
        for place, name in enumerate(network.host.dropped_targets if network.host else ()):
            if name not in targets:
                yield (
                    (number, "host", "dropped_targets", place),
                    f"{shown(name)} is no target of this scenario{nearest_hint(name, targets)}",
                )
