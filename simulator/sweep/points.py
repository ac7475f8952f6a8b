"""The points of a sweep: laid out, checked one and all, and put in an order that shares work."""

from __future__ import annotations

import hashlib
import importlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from simulator.errors import InputError
from simulator.glossary import SWEPT, figures_of
from simulator.scenario import (
    MIB,
    Scenario,
    SweepTable,
    loads,
    parse_toml,
    path_parts,
    read_text,
    toml_text,
)
from simulator.sweep.axes import Axis, axis, axis_of, label
from simulator.version import __version__

FORMAT = "simulator-sweep"
FORMAT_VERSION = 2
MAX_POINTS = 1_000_000
MAX_FAULTS = 20

Mode = Literal["grid", "zip", "sample"]
Method = Literal["sobol", "latin", "random"]

# Stages that are dear, by the beginning of the keys they depend on; the outermost first.
_DEAR = ("span", "satellites.orbit", "satellites.sensor", "targets", "regions")
_CHEAP = ("counting", "networks", "satellites")
# Other programs' files of this package change no number of a point.
_NOT_COMPUTING = frozenset({"basemap", "maps", "report", "cli", "__main__.py", "overpasses.py"})


class FigureColumn(NamedTuple):
    """One figure of one network, target or region: a column of the table."""

    kind: str
    figure: str
    name: str

    @property
    def variable(self) -> str:
        """Name of its array; what regions share with targets is told apart."""
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

    def scenario(self, overrides: Sequence[str] = ()) -> Scenario:
        """Return the scenario with further overrides, without its sweep; raises InputError."""
        found = loads(
            self.text,
            origin=self.origin,
            folder=self.folder,
            overrides=(*self.overrides, *overrides),
        )
        return found.model_copy(update={"sweep": None})


@dataclass(frozen=True)
class Design:
    """How points are laid out: every combination, side by side, or sampled."""

    axes: tuple[Axis, ...]
    mode: Mode = "grid"
    sample: int | None = None
    method: Method = "sobol"
    seed: int = 0

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(axis.path for axis in self.axes)

    @property
    def count(self) -> int:
        """Return the number of points."""
        if self.mode == "sample":
            return self.sample or 0
        lengths = [len(axis.values) for axis in self.axes]
        return min(lengths) if self.mode == "zip" else int(np.prod(lengths, dtype=object))

    def values(self) -> Iterator[tuple[Any, ...]]:
        """Yield the values of every point, in the order of the axes; raises InputError."""
        lists = [axis.values for axis in self.axes]
        if self.mode == "grid":
            yield from itertools.product(*lists)
        elif self.mode == "zip":
            yield from zip(*lists, strict=True)
        else:
            for shares in _shares(len(self.axes), self.count, self.method, self.seed):
                yield tuple(a.at(float(s)) for a, s in zip(self.axes, shares, strict=True))


@dataclass(frozen=True)
class SweepPlan:
    """A sweep whose every point has been found valid.

    `values` are those of the varied keys and `keys` the hash of what each point depends on, by
    point; `columns` are the figures of all points.
    """

    source: ScenarioSource
    design: Design
    title: str
    values: tuple[tuple[Any, ...], ...] = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)
    columns: tuple[FigureColumn, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.values)

    def overrides(self, point: int) -> tuple[str, ...]:
        """Return the overrides that make a point of the scenario."""
        return _overrides(self.design, self.values[point])

    def order(self) -> tuple[int, ...]:
        """Return the points in the order to run them: those that share dear stages together."""
        places = sorted(range(len(self.design.axes)), key=lambda n: _rank(self.design.paths[n]))
        numbers: list[dict[str, int]] = [{} for _ in places]

        def rank(point: int) -> tuple[int, ...]:
            texts = (toml_text(self.values[point][place]) for place in places)
            return tuple(
                known.setdefault(text, len(known))
                for known, text in zip(numbers, texts, strict=True)
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
    checked: Callable[[int, int], None] | None = None,
) -> SweepPlan:
    """Return the plan of a sweep of a scenario file, every point validated.

    Axes are as `--vary` takes them; none given, the file's `[sweep]` table has them. What is not
    given here is taken from there too. `checked` is told how many of how many points are valid.
    Raises InputError with the faults of all points, and beyond 1,000,000 points without `force`.
    """
    path = Path(scenario)
    text = read_text(path, limit_bytes=MIB)
    source = ScenarioSource(text, str(path), path.parent.absolute(), tuple(overrides))
    table = _table(source, needed=not axes)
    laid_out = _design(axes, table, mode, sample, method, seed)
    if laid_out.count > MAX_POINTS and not force:
        raise InputError(f"{laid_out.count:,} points; allowed up to {MAX_POINTS:,} without --force")
    return _checked(source, laid_out, checked)


def _table(source: ScenarioSource, *, needed: bool) -> SweepTable:
    """Return the file's own sweep, which must be there where it is needed."""
    document = parse_toml(source.text, origin=source.origin)
    if "sweep" not in document:
        if needed:
            raise InputError(f"{source.origin}: no key varies; give --vary, or a table [sweep]")
        return SweepTable()
    # The rest of the scenario may be valid only once the varied keys are set.
    try:
        found = loads(
            source.text, origin=source.origin, folder=source.folder, overrides=source.overrides
        )
    except InputError as error:
        mine = [problem for problem in error.problems if ": sweep" in problem]
        if mine:
            raise InputError(mine) from None
        raise
    return found.sweep or SweepTable()


def _design(
    axes: Sequence[Axis | str],
    table: SweepTable,
    mode: Mode | None,
    sample: int | None,
    method: Method | None,
    seed: int | None,
) -> Design:
    given = [axis(item) if isinstance(item, str) else item for item in axes]
    varied = given or [axis_of(path, values) for path, values in table.vary.items()]
    if axes and mode is None:
        mode = "grid" if sample is None else "sample"
    chosen = mode or ("sample" if sample is not None else table.mode)
    found = Design(
        tuple(varied),
        chosen,
        (sample if sample is not None else table.sample) if chosen == "sample" else None,
        method or table.method,
        table.seed if seed is None else seed,
    )
    if problems := list(_design_faults(found)):
        raise InputError(problems)
    return found


def _design_faults(design: Design) -> Iterator[str]:
    if not design.axes:
        yield "no key varies; give --vary path=v1,v2,..."
    for n, path in enumerate(design.paths):
        if path in design.paths[:n]:
            yield f"{path}: varies twice; give all its values at once"
        if path.split(".")[0] == "sweep":
            yield f"{path}: is of the sweep itself; vary a key of the scenario"
        if design.mode == "grid" and (twice := design.axes[n].repeated):
            yield f"{path}: {twice} is there twice; give each value once"
    if design.mode == "sample":
        if not design.sample or design.sample < 1:
            yield f"sample: {design.sample or 0} points; give one or more"
        return
    for a in design.axes:
        if a.is_range:
            yield f"{a.path}: a range without a count is for --sample; write start:stop:count"
    lengths = {a.path: len(a.values) for a in design.axes}
    if design.mode == "zip" and len(set(lengths.values())) > 1 and 0 not in lengths.values():
        told = ", ".join(f"{path} has {count}" for path, count in lengths.items())
        yield f"values side by side must be as many for each key: {told}"


def _shares(dimensions: int, count: int, method: Method, seed: int) -> Any:
    """Return (count, dimensions) shares from 0 to below 1."""
    if method == "random":
        return np.random.default_rng(seed).random((count, dimensions))
    try:
        qmc: Any = importlib.import_module("scipy.stats.qmc")
    except ImportError:
        raise InputError(
            f"method '{method}' needs scipy: install simulator[sweep], or use --method random"
        ) from None
    if method == "latin":
        return qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(count)
    sobol = qmc.Sobol(dimensions, rng=np.random.default_rng(seed))
    # Balanced only as a whole power of two; the first points of it are the sample.
    return sobol.random_base2(max(count - 1, 0).bit_length())[:count]


def _overrides(design: Design, values: Sequence[Any]) -> tuple[str, ...]:
    return tuple(
        f"{path}={toml_text(value)}" for path, value in zip(design.paths, values, strict=True)
    )


def _checked(
    source: ScenarioSource, design: Design, checked: Callable[[int, int], None] | None
) -> SweepPlan:
    values = tuple(design.values())
    keys: list[str] = []
    title = ""
    columns: dict[FigureColumn, None] = {}
    faults: dict[str, list[int]] = {}
    for point, chosen in enumerate(values):
        try:
            scenario = source.scenario(_overrides(design, chosen))
        except InputError as error:
            for problem in error.problems:
                faults.setdefault(problem, []).append(point)
            continue
        keys.append(content_key(scenario))
        title = title or scenario.title
        columns.update(dict.fromkeys(columns_of(scenario)))
        if checked is not None:
            checked(point + 1, len(values))
    if faults:
        raise InputError(list(_worded(faults, design, values)))
    ordered = sorted(columns, key=lambda c: SWEPT.index(c.kind))
    return SweepPlan(source, design, title, values, tuple(keys), tuple(ordered))


def _worded(
    faults: dict[str, list[int]], design: Design, values: Sequence[Sequence[Any]]
) -> Iterator[str]:
    for problem, points in itertools.islice(faults.items(), MAX_FAULTS):
        first = ", ".join(
            f"{path}={label(value)[:40]}"
            for path, value in zip(design.paths, values[points[0]], strict=True)
        )
        others = f" and {len(points) - 1} more" if len(points) > 1 else ""
        plain = problem.replace(" with --set: ", ": ").replace("--set ", "--vary ", 1)
        yield f"{plain} [point {points[0]}: {first}{others}]"
    if len(faults) > MAX_FAULTS:
        yield f"{len(faults) - MAX_FAULTS} more faults"


def columns_of(scenario: Scenario) -> Iterator[FigureColumn]:
    """Yield the figures a scenario has."""
    of = {
        "network": [network.name for network in scenario.networks],
        "target": [target.name for target in scenario.targets],
        "region": [region.name for region in scenario.regions],
    }
    for kind in SWEPT:
        for name in of[kind]:
            yield from (FigureColumn(kind, figure, name) for figure in figures_of(kind))


def content_key(scenario: Scenario) -> str:
    """Return the hash of all that the figures of a scenario depend on, this program included."""
    text = f"{FORMAT_VERSION}\n{__version__}\n{program()}\n{scenario.model_dump_json()}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@cache
def program() -> str:
    """Return the hash of the modules and the catalogue that numbers come from."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted((*package.rglob("*.py"), *package.rglob("*.toml"))):
        name = path.relative_to(package)
        if name.parts[0] not in _NOT_COMPUTING:
            digest.update(f"{name.as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _rank(path: str) -> int:
    """Return how far out a key stands in the order of running: the dearer, the smaller."""
    parts = path_parts(path)
    stage = parts[0]
    if stage == "satellites":
        inner = [part for part in parts[1:] if part in ("orbit", "sensor")]
        whole = len(parts) <= 2
        stage = f"satellites.{inner[0]}" if inner else "satellites.orbit" if whole else stage
    order = (*_DEAR, *_CHEAP)
    return order.index(stage) if stage in order else len(order)
