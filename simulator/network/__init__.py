"""Networks: what a ground network offers: contacts, grants, hours, rates."""

from simulator.network.contacts import Contacts, Link, culminating, find_contacts
from simulator.network.offers import Rows, carrying_from_s, granted, rated_rows, within_hours

__all__ = [
    "Contacts",
    "Link",
    "Rows",
    "carrying_from_s",
    "culminating",
    "find_contacts",
    "granted",
    "rated_rows",
    "within_hours",
]
