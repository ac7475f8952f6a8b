"""Figures of the cells of a region over draws of what nobody knows."""

from __future__ import annotations

from simulator.glossary.terms import Gridded, Term

# (what its variables begin with, what it is, how they end): figures of cells told over draws.
DRAWN_FIGURES = (
    ("wait_mean_h", "drawn_wait", "h", "mean wait from a random instant to the next access"),
    ("revisit_mean_h", "drawn_revisit", "h", "mean gap between accesses"),
    ("accesses_per_day", "drawn_accesses", "per_day", "accesses over the days of the span"),
)
PARTS = (("median", "median"), ("low", "lower end"), ("high", "upper end"))


def drawn_names(stem: str, unit: str) -> tuple[str, ...]:
    """Return the variables of a figure: its median, and both ends of its range."""
    return tuple(f"{stem}_{part}_{unit}" for part, _ in PARTS)


DRAWN_CELL_TERMS = tuple(
    Term(
        name,
        f"{what}, {words} over uncertainty.region_draws draws of what nobody knows",
        ("drawn cell",),
        definition="spread",
        grid=Gridded("area: point span: mean"),
    )
    for _, stem, unit, what in DRAWN_FIGURES
    for name, (_, words) in zip(drawn_names(stem, unit), PARTS, strict=True)
)
