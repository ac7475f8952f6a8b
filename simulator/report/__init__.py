"""What people read: results, a scenario as it resolves, the catalogue, overpasses, as plain text.

Pure functions that return text, or plain values for JSON; lines are of up to 100 columns.
"""

from simulator.report.answer import answer
from simulator.report.catalogue_search import search, search_text
from simulator.report.catalogue_text import (
    entries,
    entries_text,
    entry,
    entry_text,
    kinds,
    kinds_text,
)
from simulator.report.explain_text import explain_text, figures_markdown
from simulator.report.keys_text import keys_markdown
from simulator.report.network_table import networks_text
from simulator.report.overpasses_text import overpasses_csv, overpasses_text
from simulator.report.results_text import report_text
from simulator.report.scenario_text import scenario_facts, scenario_text
from simulator.report.texttable import json_text

__all__ = [
    "answer",
    "entries",
    "entries_text",
    "entry",
    "entry_text",
    "explain_text",
    "figures_markdown",
    "json_text",
    "keys_markdown",
    "kinds",
    "kinds_text",
    "networks_text",
    "overpasses_csv",
    "overpasses_text",
    "report_text",
    "scenario_facts",
    "scenario_text",
    "search",
    "search_text",
]
