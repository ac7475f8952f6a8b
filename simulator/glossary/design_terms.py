"""Figures of designs: what a search for orbits says of each, beside the figures of its targets."""

from __future__ import annotations

from simulator.glossary.terms import Kind, Term

_DESIGN = ("design",)


def _figure(name: str, meaning: str, words: str, kind: Kind = "number") -> Term:
    return Term(name, meaning, _DESIGN, kind=kind, words=words, swept=False)


DESIGN_TERMS = (
    _figure(
        "least_sun_deg",
        "elevation of the sun at the targets, the least at any access of a candidate",
        "least sun at any look",
    ),
    _figure(
        "fewest",
        "fewest satellites that see every target as often as wished, of a height, an inclination "
        "and a kind of pattern",
        "fewest satellites that do",
        "count",
    ),
    _figure(
        "nearest_h",
        "shortest revisit that was found and is still longer than wished, of a height, an "
        "inclination and a kind of pattern",
        "shortest revisit that is too long",
    ),
)
