"""Results that prove themselves: a folder put to the proof, and the ledger of checks.

Behind the door: `folders`, a folder's digests, versions and the same run once more, its differences
found by `differing` and told by `proof_wording`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.verification.folders import FolderProof, prove_folder
    from simulator.verification.proof_wording import proof_facts, proof_table, proof_text
else:
    __getattr__ = door(
        __name__,
        {
            "folders": "FolderProof prove_folder",
            "proof_wording": "proof_facts proof_table proof_text",
        },
    )

__all__ = [
    "FolderProof",
    "proof_facts",
    "proof_table",
    "proof_text",
    "prove_folder",
]
