"""Networks: what a ground network offers: contacts, grants, hours, rates, and what it delivers.

`contacts` finds when satellites and links see each other, `offers` what is granted of it and at
which rate, `linkbudget` the rate of a link; `contact_plans` makes a network's contact plan of all
that, `picture_delivery` sends pictures through it, and `hosting` keeps from the guest what its host
does not give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.network.contact_plans import (
        Fleet,
        Offer,
        commands_s,
        crosslink_plan,
        granted_contacts,
        in_contact_s,
        offer,
        offer_of_granted,
    )
    from simulator.network.contacts import Contacts, Link, culminating, find_contacts
    from simulator.network.hosting import (
        HostsRevolutions,
        deliver_hosted,
        dropped_targets,
        hosts_revolutions,
    )
    from simulator.network.picture_delivery import (
        antennas_of,
        deliver_pictures,
        recorders_bits,
        single_arrivals,
        transmitters_of,
    )
else:
    __getattr__ = door(
        __name__,
        {
            "contact_plans": "Fleet Offer commands_s crosslink_plan granted_contacts in_contact_s "
            "offer offer_of_granted",
            "contacts": "Contacts Link culminating find_contacts",
            "hosting": "HostsRevolutions deliver_hosted dropped_targets hosts_revolutions",
            "picture_delivery": "antennas_of deliver_pictures recorders_bits single_arrivals "
            "transmitters_of",
        },
    )

__all__ = [
    "Contacts",
    "Fleet",
    "HostsRevolutions",
    "Link",
    "Offer",
    "antennas_of",
    "commands_s",
    "crosslink_plan",
    "culminating",
    "deliver_hosted",
    "deliver_pictures",
    "dropped_targets",
    "find_contacts",
    "granted_contacts",
    "hosts_revolutions",
    "in_contact_s",
    "offer",
    "offer_of_granted",
    "recorders_bits",
    "single_arrivals",
    "transmitters_of",
]
