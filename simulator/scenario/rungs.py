"""The rungs of a ladder: what the steps of a scenario make of it, one on top of another.

Steps change the document that a scenario was read from, as overrides do, so that a rung is what a
file with its keys written out by hand would be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.errors import InputError, nearest_hint
from simulator.scenario.assignments import path_parts
from simulator.scenario.models import Scenario
from simulator.scenario.origin import Origin
from simulator.scenario.steps import Change, NotApplied, Step, apply_step
from simulator.scenario.textfiles import parse_toml
from simulator.scenario.validation import Faults, Problem, validated
from simulator.scenario.words import Where, shown
from simulator.scenario.writing import to_toml

# What belongs to the whole and to no rung; the network of the baseline may go with a step.
_OF_THE_WHOLE: Mapping[str, Any] = {"steps": (), "sweep": None, "baseline": None}


@dataclass(frozen=True, eq=False)
class Rung:
    """A scenario after some of its steps, and the network that is looked at there.

    `network` is None in a scenario without networks. `idle` are the steps, by number, that were
    without effect, because what they change was not there, or would not have been valid.
    """

    scenario: Scenario
    network: str | None
    idle: tuple[int, ...]


class Rungs:
    """The rungs of a scenario's ladder, with any of its steps taken.

    Keys that were changed in Python after the scenario was read hold in every rung. Raises
    InputError for a scenario without steps, and where a step sets a key that was changed so.
    """

    def __init__(self, scenario: Scenario) -> None:
        if not scenario.steps:
            raise InputError(
                "the scenario has no steps: a ladder needs [[steps]], each with a name and the "
                "keys that it sets"
            )
        self.steps = scenario.steps
        self._origin = _origin(scenario)
        self._changed = _changed(scenario, self._origin)
        self._states: dict[tuple[int, ...], _State] = {(): _first(scenario, self._origin)}

    def after(self, chosen: Sequence[int]) -> Rung:
        """Return the rung after the steps of these numbers, taken in their order."""
        taken: tuple[int, ...] = ()
        idle: tuple[int, ...] = ()
        for number in sorted(chosen):
            after = (*taken, number)
            if self._is_taken(after):
                taken = after
            else:
                idle = (*idle, number)
        state = self._states[taken]
        return Rung(state.scenario, state.network, idle)

    def _is_taken(self, after: tuple[int, ...]) -> bool:
        """Whether the last of these steps can be taken after the others, all of which can."""
        if after not in self._states:
            before, step = self._states[after[:-1]], self.steps[after[-1]]
            try:
                state = _next(before, step, self._origin.folder)
            except (NotApplied, _StepFaults):
                return False
            held = state.scenario.model_copy(update=self._changed)
            self._states[after] = _State(state.document, held, state.network)
        return True


def check_steps(scenario: Scenario) -> None:
    """Raise Faults for steps of a scenario, just read, that cannot be taken in their order."""
    origin, problems = _origin(scenario), list[Problem]()
    state = _first(scenario, origin)
    for number, step in enumerate(scenario.steps):
        own: list[Problem] = []
        try:
            state = _next(state, step, origin.folder)
        except NotApplied as fault:
            own = [(fault.key, fault.message)]
            # Later, what is not there may be what a faulty step would have made.
            own = [] if problems else own
        except _StepFaults as faults:
            own = [each for each in faults.problems if each[0] or not problems]
        at = ("steps", number)
        problems += [((*at, *key), f"step {shown(step.name)}: {text}") for key, text in own]
    if problems:
        raise Faults(problems)


@dataclass(frozen=True, eq=False)
class _State:
    """A document on its way up, the scenario that it is, and the network looked at."""

    document: Mapping[str, Any]
    scenario: Scenario
    network: str | None


class _StepFaults(Exception):
    """What a step makes of a scenario that is not valid, by its keys, none where it is none's."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def _origin(scenario: Scenario) -> Origin:
    if scenario.origin.document is not None:
        return scenario.origin
    # Made in Python, or resolved: the document is its tables as they stand.
    document = parse_toml(to_toml(scenario), origin="scenario")
    return Origin(document, Path(), dict(vars(scenario)))


def _changed(scenario: Scenario, origin: Origin) -> dict[str, Any]:
    """Return the values changed in Python since reading; raises InputError where a step is lost."""
    changed = {
        key: value
        for key, value in vars(scenario).items()
        if key not in _OF_THE_WHOLE and value != origin.fields[key]
    }
    for step in scenario.steps:
        for path in (*step.set, *step.add):
            if (key := path_parts(path)[0]) in changed:
                raise InputError(
                    f"step {shown(step.name)} changes '{path}', but {key} was changed in Python "
                    "after the scenario was read: write it to a file (to_toml) and load that"
                )
    return changed


def _first(scenario: Scenario, origin: Origin) -> _State:
    own = {key: v for key, v in (origin.document or {}).items() if key not in _OF_THE_WHOLE}
    first = scenario.networks[0].name if scenario.networks else None
    held = scenario.model_copy(update=_OF_THE_WHOLE)
    return _State(own, held, scenario.baseline or first)


def _next(before: _State, step: Step, folder: Path) -> _State:
    """Return the state after a step; raises NotApplied and _StepFaults."""
    document = deepcopy(dict(before.document))
    changes = apply_step(document, step)
    try:
        scenario = validated(document, folder)
    except Faults as faults:
        raise _StepFaults(list(_blamed(faults.problems, changes))) from None
    return _State(document, scenario, _network(before.network, step, scenario))


def _blamed(problems: Sequence[Problem], changes: Sequence[Change]) -> Iterator[Problem]:
    """Yield faults of a document at the keys of a step that made them."""
    for where, message in problems:
        # A fault above or below the place of a change may be of its making.
        found = [
            change for change in changes if change.place[: len(where)] == where[: len(change.place)]
        ]
        place: Where = found[0].place if found else ()
        inner = ".".join(map(str, where[len(place) :] if found else where))
        yield (found[0].key if found else ()), ": ".join(filter(None, (inner, message)))


def _network(before: str | None, step: Step, scenario: Scenario) -> str | None:
    """Return the network that is looked at after a step; raises NotApplied where there is none."""
    names = [network.name for network in scenario.networks]
    if step.network is not None and step.network not in names:
        hint = nearest_hint(step.network, names)
        raise NotApplied(("network",), f"{shown(step.network)} is no network then{hint}")
    if step.network is not None:
        return step.network
    last = names[-1] if names else None
    return last if "networks" in step.set or before not in names else before
