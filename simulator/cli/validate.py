"""`simulator validate`: a scenario checked and resolved, with nothing run."""

from __future__ import annotations

from simulator.cli.options import AsJson, Overrides, ScenarioFile
from simulator.cli.printing import print_text, say

EXAMPLE = "validate scenarios/malligyong-1.toml"


def command(scenario: ScenarioFile, overrides: Overrides = None, as_json: AsJson = False) -> None:
    """Check a scenario and show what it holds.

    Prints the satellites with their elements, the targets, the regions and the networks, with
    nothing left to the catalogue or to a default.
    """
    from simulator import report
    from simulator.orbits import from_scenario
    from simulator.scenario import load
    from simulator.study import span_of

    resolved = load(scenario, overrides=overrides or ()).resolve()
    facts = report.scenario_facts(resolved, from_scenario(resolved), span_of(resolved))
    print_text(report.json_text(facts) if as_json else report.scenario_text(facts))
    say(f"{scenario}: valid")
