"""Contact plans: what a network offers in the words of other programs, and their plans sent over.

- `model`: `ContactPlan`, nodes (`Node`) and the contacts between them (`PlanContacts`).
- `of_runs`: `contact_plan`, the plan of a network of a run.
- `ion`, `hdtn`, `ours`: `ion_text`, `hdtn_bytes`, `plan_bytes`, a plan as a file of ION, of HDTN,
  and as a JSON file that loses nothing; each reads its own back.
- `reading`: `read_plan`, any of the three by what it holds; `PlanRoles`, which nodes are what.
- `picture_lists`: `PlanPictures`, pictures to be sent; `read_pictures`, of a CSV file or a run.
- `sending`: `send`, when the pictures are at headquarters; `Sent`.

Behind these stand `rounding`, `legend`, `jsonfields` and `ground`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.plans.hdtn import hdtn_bytes
    from simulator.plans.ion import ion_text
    from simulator.plans.model import ContactPlan, Node, PlanContacts
    from simulator.plans.of_runs import contact_plan
    from simulator.plans.ours import plan_bytes
    from simulator.plans.picture_lists import PlanPictures, read_pictures
    from simulator.plans.reading import PlanRoles, read_plan
    from simulator.plans.sending import Sent, send
else:
    __getattr__ = door(
        __name__,
        {
            "hdtn": "hdtn_bytes",
            "ion": "ion_text",
            "model": "ContactPlan Node PlanContacts",
            "of_runs": "contact_plan",
            "ours": "plan_bytes",
            "picture_lists": "PlanPictures read_pictures",
            "reading": "PlanRoles read_plan",
            "sending": "Sent send",
        },
    )

__all__ = [
    "ContactPlan",
    "Node",
    "PlanContacts",
    "PlanPictures",
    "PlanRoles",
    "Sent",
    "contact_plan",
    "hdtn_bytes",
    "ion_text",
    "plan_bytes",
    "read_pictures",
    "read_plan",
    "send",
]
