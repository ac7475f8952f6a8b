"""Studies: one scenario from file to results."""

from simulator.study.case import Study, span_of
from simulator.study.overpasses import look_up, orbit_of
from simulator.study.region_stages import region, region_findings, watches
from simulator.study.runs import Figures, figures, run
from simulator.study.store import FolderStore, MemoryStore, Store, Value

__all__ = [
    "Figures",
    "FolderStore",
    "MemoryStore",
    "Store",
    "Study",
    "Value",
    "figures",
    "look_up",
    "orbit_of",
    "region",
    "region_findings",
    "run",
    "span_of",
    "watches",
]
