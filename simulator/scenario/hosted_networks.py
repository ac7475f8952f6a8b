"""Hosts of networks beside the rest of a scenario: whose members are theirs, whom they drop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.errors import nearest_hint
from simulator.scenario.networks import Network
from simulator.scenario.words import Where, shown


def with_hosts(networks: Sequence[Network], baseline: str | None) -> Iterator[Network]:
    """Yield networks of which each host has its members named: those that the baseline has not."""
    own = {
        member.name
        for network in networks
        if network.name == baseline
        for member in (*network.stations, *network.relays)
    }
    for network in networks:
        if network.host is None or network.host.members is not None:
            yield network
            continue
        names = (member.name for member in (*network.stations, *network.relays))
        foreign = tuple(name for name in names if name not in own)
        host = network.host.model_copy(update={"members": foreign})
        yield network.model_copy(update={"host": host})


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
