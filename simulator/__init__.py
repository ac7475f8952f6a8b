"""Orbital reconnaissance coverage and delivery.

    from simulator import load, run, write
    results = run(load("scenarios/malligyong-1.toml"))
    results.networks          # one row a network: contacts, pictures, latency, response, age
    write(results, "out")      # tables, grids, provenance

Without a scenario, of plain values such as a Satrec, a data frame or a polygon:

    import simulator
    simulator.accesses("kms4_2023_04_01", {"Osan": (37.09, 127.03)}, days=7, daylight=True)

The public names, each from the module in brackets:

    load, loads, Scenario     a scenario file, validated                     [scenario]
    run                       scenario -> Results                            [study]
    Results, read, write      tables as data frames, grids as datasets       [results]
    draw, available           figures of results                             [maps]
    passes, accesses, pictures, coverage, contacts, deliver, ephemeris
                              the same without a scenario, of plain values   [library]
    catalog                   launches, stations, targets with their sources [catalog]
    maps, report, sweep       rooms: figures, texts, many points of a scenario
    InputError                what is wrong with an input, for its author    [errors]

Everything is imported on first use, so that `import simulator` costs nothing.
"""

from __future__ import annotations

import importlib

from simulator.version import __version__ as __version__

# Checkers of types take the name for true; importing it would cost a tenth of the start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from simulator import catalog as catalog
    from simulator import library as library
    from simulator import maps as maps
    from simulator import report as report
    from simulator import sweep as sweep
    from simulator.errors import InputError as InputError
    from simulator.library import InputWarning as InputWarning
    from simulator.library import accesses as accesses
    from simulator.library import contacts as contacts
    from simulator.library import coverage as coverage
    from simulator.library import deliver as deliver
    from simulator.library import ephemeris as ephemeris
    from simulator.library import passes as passes
    from simulator.library import pictures as pictures
    from simulator.maps import available as available
    from simulator.maps import draw as draw
    from simulator.results import Results as Results
    from simulator.results import read as read
    from simulator.results import write as write
    from simulator.scenario import Scenario as Scenario
    from simulator.scenario import load as load
    from simulator.scenario import loads as loads
    from simulator.study import run as run

_HOMES = {
    "load": "scenario",
    "loads": "scenario",
    "Scenario": "scenario",
    "run": "study",
    "Results": "results",
    "read": "results",
    "write": "results",
    "draw": "maps",
    "available": "maps",
    "InputError": "errors",
    "InputWarning": "library",
    "accesses": "library",
    "contacts": "library",
    "coverage": "library",
    "deliver": "library",
    "ephemeris": "library",
    "passes": "library",
    "pictures": "library",
}
_ROOMS = ("catalog", "library", "maps", "report", "sweep")
__all__ = [
    "InputError",
    "InputWarning",
    "Results",
    "Scenario",
    "accesses",
    "available",
    "catalog",
    "contacts",
    "coverage",
    "deliver",
    "draw",
    "ephemeris",
    "library",
    "load",
    "loads",
    "maps",
    "passes",
    "pictures",
    "read",
    "report",
    "run",
    "sweep",
    "write",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return importlib.import_module(f"simulator.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(f"simulator.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'simulator' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
