"""The glossary as a whole: every term by its name, in a column or a grid, and by what it is of.

Others ask these functions when they need a term, and keep no list of their own.
"""

from __future__ import annotations

from functools import cached_property

from simulator.glossary.actionable_terms import ACTIONABLE_TERMS
from simulator.glossary.camera_terms import CAMERA_TERMS
from simulator.glossary.cell_network_terms import CELL_NETWORK_TERMS
from simulator.glossary.clear_terms import CLEAR_TERMS
from simulator.glossary.design_terms import DESIGN_TERMS
from simulator.glossary.drawn_cell_terms import DRAWN_CELL_TERMS
from simulator.glossary.event_terms import EVENT_TERMS
from simulator.glossary.input_terms import INPUT_TERMS
from simulator.glossary.launch_terms import LAUNCH_TERMS
from simulator.glossary.network_terms import NETWORK_TERMS
from simulator.glossary.place_terms import PLACE_TERMS
from simulator.glossary.satellite_terms import AGEING_TERMS, ELEMENT_SET_TERMS, SATELLITE_TERMS
from simulator.glossary.terms import Term, stem
from simulator.glossary.watched_terms import WATCHED_TERMS

SWEPT = ("network", "target", "region")


class Glossary:
    """Terms in order; raises ValueError where two have one name."""

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self.terms = terms
        names = [term.name for term in terms]
        twice = [name for n, name in enumerate(names) if name in names[:n]]
        if twice:
            raise ValueError(f"the glossary has '{twice[0]}' twice")

    @cached_property
    def _by_name(self) -> dict[str, Term]:
        return {term.name: term for term in self.terms}

    @cached_property
    def _numbered(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if "{}" in term.name)

    def term(self, name: str) -> Term | None:
        """Return the term of a column, a figure or the like; None for no such name."""
        if name in self._by_name:
            return self._by_name[name]
        return next(filter(None, (term.matched(name) for term in self._numbered)), None)

    def of_variable(self, name: str) -> Term | None:
        """Return the term of a variable of a grid; None for no such name."""
        known = self._by_name.get(name)
        if known is not None:
            return known if known.grid else None
        return next(filter(None, (term.matched_variable(name) for term in self._numbered)), None)


GLOSSARY = Glossary(
    (
        *NETWORK_TERMS,
        *ACTIONABLE_TERMS,
        *PLACE_TERMS,
        *CLEAR_TERMS,
        *SATELLITE_TERMS,
        *ELEMENT_SET_TERMS,
        *AGEING_TERMS,
        *CELL_NETWORK_TERMS,
        *DRAWN_CELL_TERMS,
        *EVENT_TERMS,
        *INPUT_TERMS,
        *LAUNCH_TERMS,
        *DESIGN_TERMS,
        *WATCHED_TERMS,
        *CAMERA_TERMS,
    )
)


def term(name: str) -> Term | None:
    """Return the term of a column, a figure or the like; None for no such name."""
    return GLOSSARY.term(name)


def full_label(name: str) -> str:
    """Return the label of a figure's line that stands in no block, a name's stem if it is none."""
    known = term(name)
    return stem(name) if known is None else known.full_label


def of_variable(name: str) -> Term | None:
    """Return the term of a variable of a grid; None for no such name."""
    return GLOSSARY.of_variable(name)


def terms_over(over: str) -> tuple[Term, ...]:
    """Return the terms that are taken over something, as "network" or "cell", in order."""
    return tuple(term for term in GLOSSARY.terms if over in term.over)


def figures_of(over: str) -> tuple[str, ...]:
    """Return the names of the figures of a network, a target, a region or a cell."""
    return tuple(term.name for term in terms_over(over) if term.is_figure)


def column_meaning(term: Term) -> str:
    """Return what a column is; figures of cells by network stand in tables for their region."""
    over_area = term.reduced and "region by network" in term.over
    return f"{term.meaning}; mean over the area" if over_area else term.meaning


def swept_term(variable: str) -> tuple[Term | None, str]:
    """Return the term of a variable of a sweep, and "region" where the name says it is of one."""
    name = variable.removeprefix("region_")
    known = term(variable) or term(name)
    return known, "region" if known and known.name != variable else ""


def swept_meaning(variable: str) -> str:
    """Return what a variable of a sweep is, empty for no such name."""
    known, over = swept_term(variable)
    if known is None:
        return ""
    how = {"mean": "; area-weighted mean of the cells", "greatest": "; greatest of the cells"}
    return known.meaning + (how.get(known.reduced, "") if over else "")


def swept_words(variable: str) -> str:
    """Return what a legend calls a variable of a sweep, empty for what has no such words."""
    known, over = swept_term(variable)
    if known is None or not known.words:
        return ""
    return f"{known.words} of a cell" if over and "cell" in known.over else known.words
