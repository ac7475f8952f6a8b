"""Which part of the results is written, and how finely."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from simulator.errors import InputError, nearest_hint
from simulator.results import TABLES, Results


@dataclass(frozen=True)
class Choices:
    """What of a run goes into a file; what is left out is left to the format.

    `start` and `hours` cut the span, `step_s` sets how far apart states are, `frame` names the axes
    of positions, `figure` a figure of cells or of networks.
    """

    satellites: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    region: str | None = None
    figure: str | None = None
    tables: tuple[str, ...] = ()
    start: datetime | None = None
    hours: float | None = None
    step_s: float | None = None
    frame: str | None = None

    def given(self) -> tuple[str, ...]:
        """Return the names of the choices that were made."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name))


def chosen(name: str, wished: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    """Return what was wished of what is known, in its order; all of it if nothing was.

    Raises InputError, with the nearest, for a name that is not known.
    """
    for word in wished:
        if word not in known:
            # A format has tables of its own, or some of those of the results.
            place = "none that this format writes" if name == "table" else "not in these results"
            raise InputError(f"{name}: '{word}' is {place}{nearest_hint(word, known)}")
    return tuple(word for word in known if not wished or word in wished)


def satellites_of(results: Results, choices: Choices) -> tuple[str, ...]:
    """Return the names of the satellites that were chosen, all of them if none was."""
    return chosen("satellite", choices.satellites, tuple(results.satellites["satellite"]))


def networks_of(results: Results, choices: Choices) -> tuple[str, ...]:
    """Return the names of the networks that were chosen, all of them if none was."""
    return chosen("network", choices.networks, tuple(results.networks["network"]))


def tables_of(results: Results, choices: Choices) -> tuple[str, ...]:
    """Return the names of the tables that were chosen, all that have rows if none was."""
    wished = chosen("table", choices.tables, tuple(TABLES))
    return tuple(name for name in wished if choices.tables or len(getattr(results, name)))
