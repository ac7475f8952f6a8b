"""The contact plan that was chosen of a run."""

from __future__ import annotations

from simulator.errors import InputError
from simulator.export.choices import Choices
from simulator.plans import ContactPlan, contact_plan
from simulator.results import Results


def chosen_plan(results: Results, choices: Choices) -> ContactPlan:
    """Return the contact plan of the one network that was chosen, or that there is."""
    if len(choices.networks) > 1:
        raise InputError(f"network: a contact plan is of one; {len(choices.networks)} are named")
    return contact_plan(results, next(iter(choices.networks), None))
