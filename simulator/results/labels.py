"""What people call the places and networks of a run: the catalogue's names in place of ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.results.model import Results


@dataclass(frozen=True)
class Labels:
    """Names by kind ("stations", "targets", ...) and id; an id without one stands for itself."""

    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    short_names: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def station(self, name: str) -> str:
        """Return the name of a station or a relay."""
        return self.names.get(("stations", name)) or self.names.get(("relays", name)) or name

    def target(self, name: str) -> str:
        """Return the name of a target."""
        return self.names.get(("targets", name), name)

    def network(self, name: str) -> str:
        """Return the name of a network."""
        return self.names.get(("networks", name), name)

    def short_network(self, name: str) -> str:
        """Return the short name of a network, for where room is narrow; its name without one."""
        return self.short_names.get(("networks", name)) or self.network(name)

    def region(self, name: str) -> str:
        """Return the name of a region."""
        return self.names.get(("regions", name), name)


def labels_of(results: Results) -> Labels:
    """Return the names of a run's places and networks, from the entries it used."""
    entries = results.provenance.get("catalogue", [])
    names, short_names = (
        {
            (str(entry["kind"]), str(entry["id"])): str(entry[key])
            for entry in entries
            if entry.get(key)
        }
        for key in ("name", "short")
    )
    return Labels(names, short_names)
