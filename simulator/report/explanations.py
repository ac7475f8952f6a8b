"""What a name means, for whoever meets it: a column, a figure, a variable or a scenario key."""

from __future__ import annotations

from collections.abc import Iterator

from simulator import glossary
from simulator.errors import InputError
from simulator.glossary import SWEPT, Term
from simulator.report.texttable import paragraph
from simulator.scenario import Key, keys

# Rules of counting are the scenario's: the definitions are shown with the default.
_DEFAULT_RULE = "stk"
_ABOUT = """\
The glossary of the program as `simulator explain` prints it; `simulator explain NAME` says more of
one. Grids hold times in seconds, under names that end in `_s`."""
_TABLE_HEAD = ("| name | unit | meaning | over | better |", "| --- | --- | --- | --- | --- |")
_KINDS_OF_FIGURES = {
    "Ground networks": {"network"},
    "Targets, cells and regions": {"target", "cell", "region", "cell in grid", "grid"}
    | {"cell where asked", "cell by percent", "cell by number of satellites"},
    "Cells and regions by network": {"cell by network", "region by network"},
}
_TABLE_OF = {
    "networks": "network",
    "targets": "target",
    "regions": "region",
    "ages": "target by network",
}


def explain_text(name: str) -> str:
    """Return what a name means, as plain text; raises InputError for a name that nothing has.

    A name may be that of a column, of a figure, of a variable of a grid or a sweep, of a longer
    definition, or a scenario key.
    """
    parts = [*_of_term(name), *_of_definition(name), *_of_key(name)]
    if not parts:
        # What the name is called now is known; the nearest one would be a guess.
        new = glossary.renamed(name)
        hint = f"; it is called {new} now" if new else glossary.name_hint(name, _names())
        raise InputError(f"'{name}' is no figure, column or key{hint}")
    return "\n\n".join(parts)


def figures_markdown() -> str:
    """Return all figures of networks and places as tables in Markdown, a table a kind of thing."""
    parts = ["# Figures", _ABOUT]
    for heading, kinds in _KINDS_OF_FIGURES.items():
        terms = [
            term
            for term in glossary.GLOSSARY.terms
            if kinds & set(term.over) and (term.is_figure or term.grid)
        ]
        parts.append("\n".join([f"## {heading}\n", *_TABLE_HEAD, *map(_markdown_row, terms)]))
    return "\n\n".join(parts) + "\n"


def _markdown_row(term: Term) -> str:
    over = ", ".join(place for place in term.over if not place.endswith("in grid"))
    name = term.name.replace("{}", "N")
    meaning = term.meaning.replace("{}", "N")
    return f"| `{name}` | {term.unit} | {meaning} | {over or 'cell'} | {term.better} |"


def _names() -> set[str]:
    """Return all names that could be meant."""
    variables = {term.grid.name for term in glossary.GLOSSARY.terms if term.grid}
    terms = {term.name for term in glossary.GLOSSARY.terms}
    return {*terms, *variables, *glossary.definitions(_DEFAULT_RULE), *keys()}


def _of_term(name: str) -> Iterator[str]:
    term = glossary.term(name) or glossary.of_variable(name) or glossary.swept_term(name)[0]
    if term is None:
        return
    unit = glossary.unit(name) if term.kind in ("number", "instant") else ""
    lines = [f"{name} [{unit}]" if unit else name]
    lines += [paragraph(line, first="  ", rest="    ") for line in _term_lines(name, term)]
    yield "\n".join(lines)


def _term_lines(name: str, term: Term) -> Iterator[str]:
    yield glossary.swept_meaning(name) or term.meaning
    over = [place for place in term.over if not place.endswith("in grid")]
    yield f"taken over: {', '.join(over or term.over)}"
    if term.better:
        yield f"better: {term.better}"
    if term.rule:
        counted = {"gaps": "the gaps that counting.revisit_rule counts", "all gaps": "all gaps"}
        yield f"made of: {counted[term.rule]}"
    if term.definition:
        yield f"{term.definition}: {glossary.definitions(_DEFAULT_RULE)[term.definition]}"
    if places := list(_places(term)):
        yield f"stands in: {', '.join(places)}"
    if new := glossary.renamed(name):
        yield f"of places it is called {new}; results of earlier versions had both under this name"


def _places(term: Term) -> Iterator[str]:
    """Yield the files in which a term stands."""
    # Imported here: the results bring pandas and xarray, for which the other texts need not wait.
    from simulator.results import TABLES

    for table, layout in TABLES.items():
        if term.name in layout.columns or _TABLE_OF.get(table) in term.over:
            yield f"tables/{table}.csv"
    if any(over.startswith("cell") and "network" not in over for over in term.over):
        yield "tables/coverage.csv"
    if term.grid:
        yield f"grids as {term.grid.name}"
    if term.is_figure and set(SWEPT) & set(term.over):
        yield "sweeps"


def _of_definition(name: str) -> Iterator[str]:
    if text := glossary.definitions(_DEFAULT_RULE).get(name):
        yield f"{name}\n{paragraph(text, first='  ', rest='  ')}"


def _of_key(name: str) -> Iterator[str]:
    """Yield what scenario keys of a name mean; a name may be the end of several."""
    for path, key in keys().items():
        if path == name or path.endswith(f".{name}"):
            unit = glossary.unit(path)
            head = f"{path} [{unit}] (scenario key)" if unit else f"{path} (scenario key)"
            yield "\n".join(
                [head, *(paragraph(line, first="  ", rest="    ") for line in _key_lines(key))]
            )


def _key_lines(key: Key) -> Iterator[str]:
    yield key.meaning
    yield f"type: {key.type}"
    if key.required:
        yield "required"
    elif key.default:
        yield f"default: {key.default}"
    if key.allowed:
        yield f"allowed: {key.allowed}"
    yield f"example: {key.path.rpartition('.')[2]} = {key.example}"
