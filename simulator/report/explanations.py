"""What a name means, for whoever meets it: column, figure, variable, table or scenario key."""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulator import glossary
from simulator.errors import InputError
from simulator.glossary import SWEPT, Term
from simulator.report.texttable import paragraph
from simulator.scenario import Key, keys

# Rules of counting are the scenario's: the definitions are shown with the default.
_DEFAULT_RULE = "stk"
_MOST_NAMED = 8
_ABOUT = """\
The glossary of the program as `simulator explain` prints it; `simulator explain NAME` says more of
one. A figure has one name and one unit in tables, grids, sweeps and the page; instants, and what
belongs to a single event, are in seconds, under names that end in `_s`. A figure with `clear`
before its unit counts only what is under a clear sky ([clouds.md](clouds.md)); the one of that name
without it counts every look as if the sky were always clear."""
_TABLE_HEAD = ("| name | unit | meaning | over | better |", "| --- | --- | --- | --- | --- |")
_KINDS_OF_FIGURES = {
    "Ground networks": {"network"},
    "Targets, cells and regions": {"target", "cell", "region", "cell in grid", "grid"}
    | {"cell where asked", "cell by percent", "cell by number of satellites"}
    | {"cell under clouds"},
    "Cells and regions by network": {"cell by network", "region by network"},
    "Acted on in time": {"target by network by stay"},
    "Launches": {"launch"},
    "Designs": {"design"},
    "Those who are watched": {"look", "watched place", "start of work"}
    | {"plan by network", "plan by network and draw"},
    "Ladders of cameras": {"camera", "camera and task"},
}
# Figures of cells that the table coverage has not.
_NOT_IN_COVERAGE = ("cell in grid", "cell by network")
_TABLE_OF = {
    "satellites": "satellite",
    "stations": "station",
    "networks": "network",
    "targets": "target",
    "regions": "region",
    "ages": "target by network",
}


def explain_text(name: str) -> str:
    """Return what a name means, as plain text; raises InputError for a name that nothing has.

    A name may be that of a column, of a figure, of a variable of a grid or a sweep, of a table, of
    a longer definition, or a scenario key.
    """
    plain = _plain(name)
    parts = [
        *_of_term(plain),
        *_of_twin(plain),
        *_of_coordinate(plain),
        *_of_table(plain),
        *_of_definition(plain),
        *_of_key(plain),
    ]
    if not parts:
        raise InputError(f"'{name}' is no figure, column, table or key{_hint(plain)}")
    return "\n\n".join(parts)


def _plain(name: str) -> str:
    """Return a name without what stands for one of many.

    That is the name in a column of a sweep, figure[dprk], the number in a key, satellites.0.name,
    and the folder and the ending of a table.
    """
    figure, bracket, _ = name.partition("[")
    if bracket and name.endswith("]"):
        name = figure
    name = name.removeprefix("tables/").removesuffix(".csv")
    return ".".join(part for part in name.split(".") if not part.isdigit() or part == name)


def _hint(name: str) -> str:
    """Return what to say of a name that nothing has."""
    # What the name is called now is known; the nearest one would be a guess.
    if new := glossary.renamed(name):
        return f"; it is called {new} now"
    names = sorted(known.replace("{}", "90") for known in _names())
    holding = [known for known in names if name in re.split(r"[_.]", known)]
    holding.sort(key=lambda known: not known.startswith(name))
    if holding:
        more = ", ..." if len(holding) > _MOST_NAMED else ""
        return f"; there are {', '.join(holding[:_MOST_NAMED])}{more}"
    return glossary.name_hint(name, names)


def figures_markdown() -> str:
    """Return all figures of networks and places as tables in Markdown, a table a kind of thing."""
    parts = ["# Figures", _ABOUT]
    for heading, kinds in _KINDS_OF_FIGURES.items():
        terms = [
            term
            for term in glossary.GLOSSARY.terms
            if kinds & set(term.over)
            and (term.is_figure or term.grid or kinds & {"launch", "design", "look", "camera"})
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
    from simulator.results import COORDINATES, TABLES

    terms = {term.name for term in glossary.GLOSSARY.terms}
    return {*terms, *COORDINATES, *TABLES, *glossary.definitions(_DEFAULT_RULE), *keys()}


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
    # What names a row is taken over nothing.
    if term.over != ("row",):
        yield f"taken over: {', '.join(over) or 'cell'}"
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
    if any(over.startswith("cell") and over not in _NOT_IN_COVERAGE for over in term.over):
        yield "tables/coverage.csv"
    if term.grid:
        yield "grids"
    if term.is_figure and set(SWEPT) & set(term.over):
        yield "sweeps"


def _of_twin(name: str) -> Iterator[str]:
    """Yield what the datetime beside an instant is: start_utc beside start_s."""
    instant = f"{name.removesuffix('_utc')}_s"
    term = glossary.term(instant) if name.endswith("_utc") else None
    if term is not None and term.kind == "instant":
        lines = [
            f"{term.meaning}, as a time in UTC",
            f"beside: {instant}, the same in seconds after the start of the span",
        ]
        if places := list(_places(term)):
            lines.append(f"stands in: {', '.join(p for p in places if p.startswith('tables'))}")
        yield "\n".join([name, *(paragraph(line, first="  ", rest="    ") for line in lines)])


def _of_coordinate(name: str) -> Iterator[str]:
    """Yield what a coordinate of a grid is, which is no figure."""
    from simulator.results import COORDINATES

    if name in COORDINATES:
        meaning = paragraph(COORDINATES[name], first="  ", rest="    ")
        yield f"{name}\n{meaning}\n  stands in: grids"


def _of_table(name: str) -> Iterator[str]:
    """Yield what a row of a table is, and which columns are always in it."""
    from simulator.results import TABLES

    if name in TABLES:
        row = paragraph(f"a row is {TABLES[name].row}", first="  ", rest="    ")
        columns = ", ".join(TABLES[name].columns)
        yield (
            f"{name} (table: tables/{name}.csv)\n{row}\n"
            + paragraph(f"columns, among others: {columns}", first="  ", rest="    ")
        )


def _of_definition(name: str) -> Iterator[str]:
    if text := glossary.definitions(_DEFAULT_RULE).get(name):
        yield f"{name} (definition)\n{paragraph(text, first='  ', rest='  ')}"


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
    # Of several tables that have the key, such as those of orbits, each says its own.
    yield from key.meaning.split(" or: ")
    yield f"type: {key.type}"
    if key.required:
        yield "required"
    elif key.default:
        yield f"default: {key.default}"
    if key.allowed:
        yield f"allowed: {key.allowed}"
    yield f"example: {key.path.rpartition('.')[2]} = {key.example}"
