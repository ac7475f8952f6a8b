"""Figures of launches: what an hour of lift-off gives, beside the figures of its targets."""

from __future__ import annotations

from simulator.glossary.terms import Term

_LAUNCH = ("launch",)


def _figure(name: str, meaning: str, words: str) -> Term:
    return Term(name, meaning, _LAUNCH, words=words, swept=False)


LAUNCH_TERMS = (
    _figure(
        "looks_per_day",
        "accesses a day of a target whatever the light; mean over the targets",
        "accesses whatever the light",
    ),
    _figure(
        "lit_share",
        "share of looks, accesses whatever the light, at which the target has the light that the "
        "sensor needs",
        "looks in light",
    ),
    _figure(
        "sun_northbound_deg",
        "elevation of the sun at the targets, median over the looks from a satellite that flies "
        "northward",
        "sun at northbound looks",
    ),
    _figure(
        "sun_southbound_deg",
        "elevation of the sun at the targets, median over the looks from a satellite that flies "
        "southward",
        "sun at southbound looks",
    ),
)
