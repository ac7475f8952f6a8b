"""Results that prove themselves: a folder put to the proof, and the ledger of checks.

Behind the door: `folders`, a folder's digests, versions and the same run once more, its differences
found by `differing` and told by `proof_wording`; `ledger`, every stage of a run against references
from outside, told by `ledger_wording`. A row of the ledger is a `checks.Check`; modules whose name
ends in `_checks` make them, with the data beside them; `naive` is the brute force for accesses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.verification.access_checks import windows_csv
    from simulator.verification.checks import Check
    from simulator.verification.folders import FolderProof, prove_folder
    from simulator.verification.ledger import STAGES, Ledger, take_stock
    from simulator.verification.ledger_wording import (
        ledger_facts,
        ledger_markdown,
        ledger_table,
        ledger_text,
    )
    from simulator.verification.proof_wording import proof_facts, proof_table, proof_text
else:
    __getattr__ = door(
        __name__,
        {
            "access_checks": "windows_csv",
            "checks": "Check",
            "folders": "FolderProof prove_folder",
            "ledger": "STAGES Ledger take_stock",
            "ledger_wording": "ledger_facts ledger_markdown ledger_table ledger_text",
            "proof_wording": "proof_facts proof_table proof_text",
        },
    )

__all__ = [
    "STAGES",
    "Check",
    "FolderProof",
    "Ledger",
    "ledger_facts",
    "ledger_markdown",
    "ledger_table",
    "ledger_text",
    "proof_facts",
    "proof_table",
    "proof_text",
    "prove_folder",
    "take_stock",
    "windows_csv",
]
