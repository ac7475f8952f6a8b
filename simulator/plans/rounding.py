"""A plan as programs have it that count in whole seconds and need a rate for everything."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator.arrays import FloatArray
from simulator.plans.model import ContactPlan, PlanContacts

# What a run lets take no time is given a rate all the same: a nominal one.
COMMAND_BPS, GROUND_BPS = 1_000.0, 1e9


def in_whole_seconds(plan: ContactPlan) -> ContactPlan:
    """Return a plan with its instants and delays rounded to whole seconds, and with rates.

    To the nearest, so that what touches still touches; a contact of which nothing is left is out,
    and a note says how many are. Commands have COMMAND_BPS, lines on the ground GROUND_BPS or what
    all satellites together may send, if that is more.
    """
    contacts = plan.contacts
    part_s = 0.0 if plan.start is None else plan.start.microsecond / 1e6
    start_s, end_s = (np.round(at_s + part_s) for at_s in (contacts.start_s, contacts.end_s))
    rounded = PlanContacts(
        contacts.source,
        contacts.destination,
        start_s,
        end_s,
        _rates_bps(plan),
        np.round(contacts.delay_s),
    ).chosen(start_s < end_s)
    gone = len(contacts) - len(rounded)
    notes = [f"Contacts of less than a second, which are left out: {gone}."] if gone else []
    return replace(
        plan,
        contacts=rounded,
        start=None if plan.start is None else plan.start.replace(microsecond=0),
        span_s=float(np.ceil(plan.span_s + part_s)),
        notes=(*plan.notes, *notes),
    )


def _rates_bps(plan: ContactPlan) -> FloatArray:
    contacts = plan.contacts
    up = plan.is_kind(contacts.destination, "satellite")
    down = plan.is_kind(contacts.source, "satellite")
    satellites, number = np.unique(contacts.source[down], return_inverse=True)
    most = np.zeros(len(satellites))
    np.maximum.at(most, number, contacts.rate_bps[down])
    nominal = np.where(up, COMMAND_BPS, max(GROUND_BPS, float(most.sum())))
    return np.where(np.isfinite(contacts.rate_bps), contacts.rate_bps, nominal)


def lines_about(plan: ContactPlan) -> list[str]:
    """Return what a reader of a rounded plan must know, a sentence each."""
    return [
        f"Contact plan of the network {plan.network or 'given'}"
        + (f", of: {plan.title}" if plan.title else ""),
        "Instants and delays are rounded to the nearest whole second.",
        f"Commands have the nominal rate of {COMMAND_BPS:g} bit/s and lines on the ground of "
        f"{GROUND_BPS / 1e9:g} Gbit/s or more: neither is modelled.",
        "Light time is left out; the delay of a line on the ground is that of forwarding.",
        *plan.notes,
    ]
