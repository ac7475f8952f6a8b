"""The ledger: every stage of a run against references from outside, in two minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

from simulator.errors import InputError, nearest_hint
from simulator.verification.checks import Check


class _Stage(NamedTuple):
    """What a stage is about, and where its checks are: a module of this room and a function."""

    title: str
    module: str
    function: str


# In the order of a run. Modules are imported when their stage is asked for.
STAGES = MappingProxyType(
    {
        "sgp4": _Stage("Positions by SGP4", "orbit_checks", "vector_checks"),
        "frames": _Stage("Time, frames and the ellipsoid", "orbit_checks", "frame_checks"),
        "sun": _Stage("The Sun", "sun_checks", "sun_checks"),
        "shadow": _Stage("The shadow of the Earth", "sun_checks", "shadow_checks"),
        "accesses": _Stage("Accesses and contacts", "access_checks", "access_checks"),
        "recorded": _Stage(
            "The same windows on every platform and Python", "access_checks", "recorded_checks"
        ),
        "gaps": _Stage("Statistics of gaps", "figure_checks", "gap_checks"),
        "closed-forms": _Stage(
            "Geometry and ages in closed form", "figure_checks", "closed_form_checks"
        ),
        "clouds": _Stage("Looks under clouds", "figure_checks", "cloud_checks"),
        "missions": _Stage("Orbits of real missions", "mission_checks", "mission_checks"),
        "deliveries": _Stage("Deliveries of pictures", "network_checks", "delivery_checks"),
        "worth": _Stage("What stations are worth", "network_checks", "worth_checks"),
        "coverage": _Stage("Coverage beside TAT-C", "peer_checks", "coverage_checks"),
    }
)


@dataclass(frozen=True)
class StageChecks:
    """The checks of one stage, by its name and title."""

    stage: str
    title: str
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Ledger:
    """All stages that were asked for, in the order of a run."""

    stages: tuple[StageChecks, ...]

    @property
    def checks(self) -> tuple[Check, ...]:
        return tuple(check for stage in self.stages for check in stage.checks)

    @property
    def has_passed(self) -> bool:
        """Whether every check has."""
        return all(check.has_passed for check in self.checks)


def take_stock(
    stages: Sequence[str] = (), *, progress: Callable[[str], None] = lambda _: None
) -> Ledger:
    """Return the ledger of some stages, without any of all.

    Raises InputError, which names the nearest, for a stage that there is not.
    """
    for name in stages:
        if name not in STAGES:
            hint = nearest_hint(name, STAGES)
            if not hint.startswith("; did"):
                hint = f"; allowed: {', '.join(STAGES)}"
            raise InputError(f"'{name}' is no stage of the ledger{hint}")
    found = []
    for name, stage in STAGES.items():
        if not stages or name in stages:
            progress(stage.title)
            found.append(StageChecks(name, stage.title, tuple(_checks(stage))))
    return Ledger(tuple(found))


def _checks(stage: _Stage) -> Iterable[Check]:
    module = import_module(f"{__package__}.{stage.module}")
    checks: Iterable[Check] = getattr(module, stage.function)()
    return checks
