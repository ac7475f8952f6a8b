"""What every number means: one row a figure, from which all that shows or keeps figures draws.

Tables and grids take units, decimals and meanings from it, sweeps and thresholds the figures there
are, reports and drawings the words. A new figure is its computation, its row and its test.

- `term`, `of_variable`, `terms_over`, `figures_of`, `full_label`: look a figure up.
- `swept_term`, `swept_meaning`, `swept_words`: the same for the variables of a sweep.
- `unit`, `unit_words`, `cf_unit`, `decimals`, `in_seconds`, `stem`: what a name ends in.
- `variable_name`: what the variable of a grid is called for a column.
- `DRAWN_FIGURES`, `drawn_names`: which figures of cells are told over draws, and how.
- `definitions`: what figures rest on, a sentence or two each.
- `renamed`, `name_hint`: names of earlier versions, and the nearest valid ones.
- `GLOSSARY`, `Term`, `Gridded`: the rows themselves.
"""

from simulator.glossary.definitions import definitions
from simulator.glossary.drawn_cell_terms import DRAWN_FIGURES, drawn_names
from simulator.glossary.input_terms import KEY_WORDS
from simulator.glossary.lookup import (
    GLOSSARY,
    SWEPT,
    Glossary,
    column_meaning,
    figures_of,
    full_label,
    of_variable,
    swept_meaning,
    swept_term,
    swept_words,
    term,
    terms_over,
)
from simulator.glossary.renamed import name_hint, renamed
from simulator.glossary.terms import (
    Gridded,
    Kind,
    Term,
    cf_unit,
    decimals,
    in_seconds,
    stem,
    unit,
    unit_words,
    variable_name,
)

__all__ = [
    "DRAWN_FIGURES",
    "GLOSSARY",
    "KEY_WORDS",
    "SWEPT",
    "Glossary",
    "Gridded",
    "Kind",
    "Term",
    "cf_unit",
    "column_meaning",
    "decimals",
    "definitions",
    "drawn_names",
    "figures_of",
    "full_label",
    "in_seconds",
    "name_hint",
    "of_variable",
    "renamed",
    "stem",
    "swept_meaning",
    "swept_term",
    "swept_words",
    "term",
    "terms_over",
    "unit",
    "unit_words",
    "variable_name",
]
