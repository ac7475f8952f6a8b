"""The points of a sweep: laid out, checked one and all, and put in an order that shares work."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from simulator import catalog
from simulator.errors import InputError
from simulator.glossary import SWEPT, figures_of
from simulator.scenario import (
    MIB,
    REMEMBERED,
    Same,
    Scenario,
    ScenarioTable,
    SweepTable,
    Variants,
    catalog_used,
    loads,
    parse_toml,
    path_parts,
    read_text,
    toml_text,
)
from simulator.sweep.axes import Axis, label
from simulator.sweep.designs import Design, Method, Mode, laid_out
from simulator.version import __version__

FORMAT = "simulator-sweep"
FORMAT_VERSION = 2
MAX_POINTS = 1_000_000
MAX_FAULTS = 20
# What people call networks, targets and regions, by kind and id.
Names = dict[str, dict[str, str]]

# Stages that are dear, by the beginning of the keys they depend on; the outermost first.
_DEAR = ("span", "satellites.orbit", "satellites.sensor", "targets", "regions")
_CHEAP = ("counting", "networks", "satellites")
# Rooms and modules that only read or show results: a change of theirs changes no figure of a point.
_NOT_COMPUTING = frozenset({"basemap", "maps", "report", "cli", "__main__.py", "overpasses.py"})


class FigureColumn(NamedTuple):
    """One figure of one network, target or region: a column of the table."""

    kind: str
    figure: str
    name: str

    @property
    def variable(self) -> str:
        """Name of its array; a region's has a prefix, as targets have figures of the same name."""
        return f"region_{self.figure}" if self.kind == "region" else self.figure


def column_labels(columns: Sequence[FigureColumn]) -> list[str]:
    """Return the names of columns in a table, `figure[name]`; no two alike."""
    plain = [f"{column.figure}[{column.name}]" for column in columns]
    many = {text for text, count in Counter(plain).items() if count > 1}
    return [
        f"{column.variable}[{column.name}]" if text in many else text
        for column, text in zip(columns, plain, strict=True)
    ]


@dataclass(frozen=True)
class ScenarioSource:
    """A scenario as text, with the overrides all points share; files it names are in `folder`."""

    text: str
    origin: str
    folder: Path
    overrides: tuple[str, ...] = ()

    def variants(self) -> Variants:
        """Return the scenario read, for further overrides; raises InputError for no TOML."""
        return Variants(self.text, origin=self.origin, folder=self.folder, overrides=self.overrides)


def scenario_of(variants: Variants, overrides: Sequence[str]) -> Scenario:
    """Return the scenario of a point, without its sweep; raises InputError."""
    # A point is the same scenario whatever sweep it is a point of.
    return variants.scenario(overrides).model_copy(update={"sweep": None})


@dataclass(frozen=True)
class SweepPlan:
    """A sweep whose every point has been found valid.

    `values` are those of the varied keys and `keys` the hash of what each point depends on, by
    point; `columns` are the figures of all points, and `names` what the catalogue calls those of
    whom they are.
    """

    source: ScenarioSource
    design: Design
    title: str
    values: tuple[tuple[Any, ...], ...] = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)
    columns: tuple[FigureColumn, ...] = field(repr=False)
    names: Names = field(repr=False, default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    def overrides(self, point: int) -> tuple[str, ...]:
        """Return the overrides that make a point of the scenario."""
        return _overrides(self.design, self.values[point])

    def order(self) -> tuple[int, ...]:
        """Return the points in the order to run them: those that share dear stages together."""
        axes = sorted(range(len(self.design.axes)), key=lambda n: _rank(self.design.paths[n]))
        # Values of any type sort by when they first came up, axis by axis.
        firsts: list[dict[str, int]] = [{} for _ in axes]

        def rank(point: int) -> tuple[int, ...]:
            texts = (toml_text(self.values[point][axis]) for axis in axes)
            return tuple(
                first.setdefault(text, len(first))
                for first, text in zip(firsts, texts, strict=True)
            )

        return tuple(sorted(range(len(self)), key=rank))

    def group(self, point: int) -> tuple[str, ...]:
        """Return what the dear stages of a point depend on, among the varied keys."""
        return tuple(
            toml_text(value)
            for path, value in zip(self.design.paths, self.values[point], strict=True)
            if _rank(path) < len(_DEAR)
        )


def plan(
    scenario: Path | str,
    axes: Sequence[Axis | str] = (),
    *,
    mode: Mode | None = None,
    sample: int | None = None,
    method: Method | None = None,
    seed: int | None = None,
    overrides: Sequence[str] = (),
    force: bool = False,
) -> SweepPlan:
    """Return the plan of a sweep of a scenario file, every point validated.

    Axes are as `--vary` takes them; without any, the file's `[sweep]` table has them. What is None
    is taken from that table too. Raises InputError with the faults of all points, and beyond
    1,000,000 points without `force`.
    """
    path = Path(scenario)
    text = read_text(path, limit_bytes=MIB)
    source = ScenarioSource(text, str(path), path.parent.absolute(), tuple(overrides))
    table = _sweep_table(source, needed=not axes)
    design = laid_out(axes, table, mode=mode, sample=sample, method=method, seed=seed)
    if design.count > MAX_POINTS and not force:
        raise InputError(f"{design.count:,} points; allowed up to {MAX_POINTS:,} without --force")
    return _validated(source, design)


def _sweep_table(source: ScenarioSource, *, needed: bool) -> SweepTable:
    """Return the file's own sweep, which must be there where it is needed."""
    document = parse_toml(source.text, origin=source.origin)
    if "sweep" not in document:
        if needed:
            raise InputError(f"{source.origin}: no key varies; give --vary, or a table [sweep]")
        return SweepTable()
    # The rest of the scenario may be valid only once the varied keys are set.
    try:
        scenario = loads(
            source.text, origin=source.origin, folder=source.folder, overrides=source.overrides
        )
    except InputError as error:
        # Faults of the sweep itself are the ones that no varied key can mend.
        of_the_sweep = [problem for problem in error.problems if ": sweep" in problem]
        raise InputError(of_the_sweep or error.problems) from None
    return scenario.sweep or SweepTable()


def _overrides(design: Design, values: Sequence[Any]) -> tuple[str, ...]:
    return tuple(
        f"{path}={toml_text(value)}" for path, value in zip(design.paths, values, strict=True)
    )


def _validated(source: ScenarioSource, design: Design) -> SweepPlan:
    """Return the plan of a design, each point of which has been read as a scenario."""
    values = tuple(design.values())
    keys: list[str] = []
    title = ""
    columns: dict[FigureColumn, None] = {}
    names: Names = {}
    faults: dict[str, list[int]] = {}
    variants = source.variants()
    named: set[Hashable] = set()
    for point, point_values in enumerate(values):
        try:
            scenario = scenario_of(variants, _overrides(design, point_values))
        except InputError as error:
            for problem in error.problems:
                # One fault of the file would otherwise be said a time a point.
                faults.setdefault(problem, []).append(point)
            continue
        # Points may be many, and scenarios large: of each only the digest stays.
        keys.append(content_key(scenario))
        title = title or scenario.title
        of_point = _names_in(scenario)
        if of_point not in named:
            named.add(of_point)
            known = len(columns)
            columns.update(dict.fromkeys(_columns_of(of_point)))
            if len(columns) > known:
                # What is the same in all points is cut loose from the catalogue.
                _add_names(names, (*variants.catalog_used, *catalog_used(scenario)))
    if faults:
        raise InputError(list(_worded(faults, design, values)))
    # A stable sort by kind: points may differ in what networks and targets they have.
    ordered = sorted(columns, key=lambda c: SWEPT.index(c.kind))
    return SweepPlan(source, design, title, values, tuple(keys), tuple(ordered), names)


def _worded(
    faults: dict[str, list[int]], design: Design, values: Sequence[Sequence[Any]]
) -> Iterator[str]:
    for problem, points in itertools.islice(faults.items(), MAX_FAULTS):
        first = ", ".join(
            f"{path}={label(value)[:40]}"
            for path, value in zip(design.paths, values[points[0]], strict=True)
        )
        more = f" and {len(points) - 1} more" if len(points) > 1 else ""
        # The values of a point went in as overrides, but its author wrote them after --vary.
        plain = problem.replace(" with --set: ", ": ").replace("--set ", "--vary ", 1)
        yield f"{plain} [point {points[0]}: {first}{more}]"
    if len(faults) > MAX_FAULTS:
        yield f"{len(faults) - MAX_FAULTS} more faults"


def _names_in(scenario: Scenario) -> tuple[tuple[str, ...], ...]:
    """Return the names of the networks, targets and regions of a scenario, as `SWEPT` has them."""
    items = (scenario.networks, scenario.targets, scenario.regions)
    return tuple(tuple([item.name for item in of_kind]) for of_kind in items)


def _columns_of(names: Sequence[Sequence[str]]) -> Iterator[FigureColumn]:
    """Yield the figures of networks, targets and regions of these names."""
    for kind, of_kind in zip(SWEPT, names, strict=True):
        figures = figures_of(kind)
        for name in of_kind:
            yield from (FigureColumn(kind, figure, name) for figure in figures)


def _add_names(names: Names, used: Sequence[tuple[str, str]]) -> None:
    """Note what the catalogue calls networks, targets and regions, of entries (kind, id)."""
    for kind, identifier in used:
        if kind.removesuffix("s") in SWEPT:
            entry = catalog.get(kind, identifier)
            # Legends and the heads of panels have little room.
            names.setdefault(kind.removesuffix("s"), {})[identifier] = entry.short or entry.name


def content_key(scenario: Scenario) -> str:
    """Return the hash of all that the figures of a scenario depend on, this program included."""
    held = {name: _content(value) for name, value in vars(scenario).items()}
    text = json.dumps([FORMAT_VERSION, __version__, program(), held], default=datetime.isoformat)
    # Half of a SHA-256: 128 bits leave no chance of two of a million points with one key.
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _content(value: Any) -> Any:
    """Return the value of a key of a scenario as JSON has it, a digest in place of each table."""
    if isinstance(value, ScenarioTable):
        return _digest(Same(value))
    if isinstance(value, tuple):
        return [_content(item) for item in value]
    return value


# Points have most tables in common, which do not change.
@lru_cache(maxsize=REMEMBERED)
def _digest(same: Same) -> str:
    return hashlib.sha256(same.table.model_dump_json().encode()).hexdigest()


@cache
def program() -> str:
    """Return the hash of the modules and the catalogue that numbers come from."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted((*package.rglob("*.py"), *package.rglob("*.toml"))):
        name = path.relative_to(package)
        if name.parts[0] not in _NOT_COMPUTING:
            # The name too, ended by a NUL: moving text from file to file is a change.
            digest.update(f"{name.as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _rank(path: str) -> int:
    """Return how far out a key stands in the order of running: the dearer, the smaller."""
    parts = path_parts(path)
    stage = parts[0]
    # Of a satellite, what it flies and sees with is dear; a whole satellite includes its orbit.
    if stage == "satellites":
        inner = [part for part in parts[1:] if part in ("orbit", "sensor")]
        whole = len(parts) <= 2
        stage = f"satellites.{inner[0]}" if inner else "satellites.orbit" if whole else stage
    order = (*_DEAR, *_CHEAP)
    return order.index(stage) if stage in order else len(order)
