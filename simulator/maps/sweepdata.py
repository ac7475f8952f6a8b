"""What figures of sweeps draw: rows by figure and key, their names and their units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike

from simulator import glossary
from simulator.arrays import BoolArray, FloatArray
from simulator.errors import InputError, nearest_hint

_KINDS = glossary.SWEPT


_COLUMN = re.compile(r"(?P<figure>[^\[\]]+)\[(?P<of>.+)\]")


_OF_DAY_H = frozenset({"ltan_h", "ltdn_h"})


class Swept(Protocol):
    """A finished sweep, as far as its figures need it.

    `table` has a row a point: `point`, a column a varied key, `status`, `error`, then figures
    named `figure[network]`, `figure[target]` or `figure[region]`. `array` has the ids of networks,
    targets and regions as coordinates; `names` says by kind what people call those ids.
    """

    @property
    def title(self) -> str: ...
    @property
    def table(self) -> pd.DataFrame: ...
    @property
    def array(self) -> xr.Dataset: ...
    @property
    def names(self) -> Mapping[str, Mapping[str, str]]: ...


@dataclass(frozen=True)
class Subject:
    """Whose figures are drawn: those of a network, a target or a region; of all where none is."""

    network: str | None = None
    target: str | None = None
    region: str | None = None


ANY_SUBJECT = Subject()


@dataclass(frozen=True, eq=False)
class Joined:
    """Several sweeps as one, for drawing; `array` has ids only."""

    title: str
    table: pd.DataFrame
    array: xr.Dataset
    names: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Scale:
    """How a quantity is written: its name, its unit, and the factor into that unit."""

    label: str
    factor: float = 1.0

    def __call__(self, values: ArrayLike) -> FloatArray:
        return np.asarray(values, dtype=np.float64) * self.factor


def joined(*sweeps: Swept) -> Joined:
    """Return sweeps of the same keys as one, such as grids of which each has its own ranges.

    Points are numbered anew. Raises InputError where the varied keys differ.
    """
    keys = varied_keys(sweeps[0])
    for sweep in sweeps[1:]:
        if varied_keys(sweep) != keys:
            raise InputError(
                f"sweeps of different keys: {', '.join(keys)} and {', '.join(varied_keys(sweep))}"
            )
    table = pd.concat([sweep.table for sweep in sweeps], ignore_index=True)
    table["point"] = table.index
    coordinates = {
        kind: list(
            dict.fromkeys(
                str(name)
                for sweep in sweeps
                if kind in sweep.array.coords
                for name in sweep.array.coords[kind].values
            )
        )
        for kind in _KINDS
    }
    names: dict[str, dict[str, str]] = {}
    for kind, known in (item for sweep in sweeps for item in sweep.names.items()):
        names.setdefault(kind, {}).update(known)
    array = xr.Dataset(coords={kind: ids for kind, ids in coordinates.items() if ids})
    return Joined(sweeps[0].title, table, array, names)


def non_dominated(
    x: ArrayLike, y: ArrayLike, *, more_x: bool = False, more_y: bool = False
) -> BoolArray:
    """Return which points no other point beats: none is as good in both and better in one.

    Less is better unless stated otherwise; a point with a number missing is never on the front.
    """
    a = np.asarray(x, dtype=np.float64) * (-1.0 if more_x else 1.0)
    b = np.asarray(y, dtype=np.float64) * (-1.0 if more_y else 1.0)
    complete = np.isfinite(a) & np.isfinite(b)
    front = np.zeros(a.shape, dtype=np.bool_)
    best, best_a = np.inf, np.nan
    for index in np.lexsort((b, a)):
        if not complete[index] or b[index] > best or (b[index] == best and a[index] != best_a):
            continue
        front[index] = True
        best, best_a = b[index], a[index]
    return front


def varied_keys(sweep: Swept) -> list[str]:
    """Return the varied keys of a sweep: the columns of its table before the status."""
    columns = [str(name) for name in sweep.table.columns]
    return [name for name in columns[: columns.index("status")] if name != "point"]


def varied_key(sweep: Swept, name: str) -> str:
    """Return the varied key of a name, which may be its end alone."""
    keys = varied_keys(sweep)
    if name in keys:
        return name
    matching = [key for key in keys if key.endswith(f".{name}")]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise InputError(f"'{name}' is the end of several varied keys: {', '.join(matching)}")
    raise InputError(
        f"'{name}' is not among the varied keys {', '.join(keys)}{nearest_hint(name, keys)}"
    )


def dimension(sweep: Swept, rows: pd.DataFrame, name: str) -> str:
    """Return a varied key, or "of" where the name is the kind of thing the figure is given for."""
    if name in _KINDS and name == rows.attrs["kind"]:
        return "of"
    return varied_key(sweep, name)


def grouping(
    sweep: Swept, rows: pd.DataFrame, by: str | None, panel_key: str | None = None
) -> str | None:
    """Return the key by which lines differ, None for a single line.

    Raises InputError where several networks are left and the lines differ by another key.
    """
    several = rows["of"].nunique() > 1 and panel_key != "of"
    if by is None:
        # A line a target would be a tangle; a line a network is the comparison.
        return "of" if several and rows.attrs["kind"] == "network" else None
    key = dimension(sweep, rows, by)
    if key != "of" and several and rows.attrs["kind"] == "network":
        names = ", ".join(rows.attrs["ids"])
        raise InputError(f"network: name one of {names}; lines differ by {by} already")
    return key


def rows_of(sweep: Swept, figure: str, subject: Subject = ANY_SUBJECT) -> pd.DataFrame:
    """Return rows of varied keys, `of` (whose figure it is) and `value`; failed points are out.

    `of` is what people call a network, target or region; the attribute `ids` has their ids.
    """
    table = sweep.table
    finished = table[table["status"] == "done"]
    kind, columns = _columns(sweep, figure, subject)
    keys, named = varied_keys(sweep), called(sweep, kind, columns)
    parts = [
        finished[[*keys]].assign(
            of=named[of], value=pd.to_numeric(finished[column]), point=finished.index
        )
        for of, column in columns.items()
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows.attrs |= {"kind": kind, "ids": list(columns)}
    return rows


def called(sweep: Swept, kind: str, ids: Iterable[str]) -> dict[str, str]:
    """Return what people call networks, targets or regions, by id; ids where two are alike."""
    known = sweep.names.get(kind, {})
    names = {each: known.get(each, each) for each in ids}
    return names if len(set(names.values())) == len(names) else {each: each for each in names}


def _columns(sweep: Swept, figure: str, subject: Subject) -> tuple[str, dict[str, str]]:
    """Return what kind of thing a figure is given for, and its columns by those things' names."""
    matches = _figure_columns(sweep)
    columns = {match["of"]: match.group() for match in matches if match["figure"] == figure}
    if not columns:
        known = list(dict.fromkeys(match["figure"] for match in matches))
        hint = glossary.name_hint(figure, known)
        raise InputError(f"figure '{figure}' is not in the sweep{hint}")
    shown_names = asdict(subject)
    for kind in _KINDS:
        coordinate: Any = sweep.array.coords[kind].values if kind in sweep.array else []
        names = [str(name) for name in coordinate]
        of_kind = {name: columns[name] for name in names if name in columns}
        name = shown_names.get(kind)
        if name is not None:
            if name not in of_kind:
                raise InputError(
                    f"{kind} '{name}' has no {figure} in the sweep{nearest_hint(name, names)}"
                )
            return kind, {name: of_kind[name]}
        if of_kind and not any(shown_names.values()):
            return kind, of_kind
    return "", columns


def figure_names(sweep: Swept) -> list[str]:
    """Return the figures of a sweep of which any point has a number."""
    named: dict[str, bool] = {}
    for match in _figure_columns(sweep):
        known = bool(pd.to_numeric(sweep.table[match.group()], errors="coerce").notna().any())
        named[match["figure"]] = named.get(match["figure"], False) or known
    return [name for name, known in named.items() if known]


def _figure_columns(sweep: Swept) -> list[re.Match[str]]:
    """Return the columns of a sweep's table that hold figures, as figure and `of`."""
    return [m for m in map(_COLUMN.fullmatch, map(str, sweep.table.columns)) if m]


def paired_rows(sweep: Swept, x: str, y: str, subject: Subject) -> pd.DataFrame:
    """Return the rows of one figure with those of another, or of a varied key, beside them."""
    figures = {match["figure"] for match in _figure_columns(sweep)}
    last_figure = next((name for name in (y, x) if name in figures), None)
    if last_figure is None:
        return rows_of(sweep, y, subject)
    rows = rows_of(sweep, last_figure, subject)
    for column, name in (("x", x), ("y", y)):
        if name in figures:
            values = rows_of(sweep, name, subject)[["point", "of", "value"]]
            rows = rows.merge(values.rename(columns={"value": column}), on=["point", "of"])
        else:
            rows[column] = pd.to_numeric(rows[varied_key(sweep, name)])
    return rows


def grouped(rows: pd.DataFrame, by: str | None) -> list[tuple[Any, pd.DataFrame]]:
    """Return rows in groups by a column, each with its value; networks keep their order."""
    if by is None:
        return [("", rows)]
    return list(rows.groupby(by, sort=by != "of"))


def cells_of(rows: pd.DataFrame, across: str, up: str) -> pd.DataFrame:
    """Return mean values in a table over two varied keys."""
    return rows.pivot_table(index=up, columns=across, values="value", aggfunc="mean", dropna=False)


def words_of(name: str) -> str:
    """Return the words for a figure or a varied key, without its unit."""
    if name == "of":
        return "network"
    last = name.rpartition(".")[2]
    return glossary.swept_words(last) or glossary.KEY_WORDS.get(last) or glossary.stem(last)


def unit_of(name: str) -> str:
    """Return the unit of a figure or a key, as people read it."""
    return glossary.unit_words(name)


def scale_of(name: str, values: ArrayLike) -> Scale:
    """Return the scale of a quantity: hours become minutes or days where those read better."""
    last = name.rpartition(".")[2]
    words, unit = words_of(last), unit_of(last)
    factor = 1.0
    if unit == "hours" and last not in _OF_DAY_H:
        greatest = float(np.nanmax(np.append(np.asarray(values, dtype=np.float64), 0.0)))
        if greatest < 2.0:
            unit, factor = "minutes", 60.0
        elif greatest > 96.0:
            unit, factor = "days", 1.0 / 24.0
    return Scale(f"{words}, {unit}" if unit else words, factor)


def key_label(key: str) -> str:
    """Return the label of an axis along a varied key."""
    unit = unit_of(key.rpartition(".")[2])
    return capitalised(f"{words_of(key)}, {unit}" if unit else words_of(key))


def capitalised(text: str) -> str:
    """Return words with their first letter large."""
    return text[:1].upper() + text[1:]


def value_words(key: str | None, value: Any) -> str:
    """Return a value of a varied key with its unit, or the name of whose figure it is."""
    if key is None or key == "of":
        return str(value)
    unit = unit_of(key.rpartition(".")[2])
    shown = number_words(value)
    return f"{shown} {unit}" if unit else f"{words_of(key)}: {shown}"


def number_words(value: Any) -> str:
    """Return a value in as few digits as it has."""
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def note_of(rows: pd.DataFrame, drawn: set[str | None], *, meaned: bool = False) -> str:
    """Return in words what is averaged over, and whose figures are shown."""
    kind, names = rows.attrs["kind"], list(dict.fromkeys(rows["of"]))
    parts = []
    keys = [name for name in rows.columns if name not in ("of", "value", "point")]
    over = [words_of(key) for key in keys if key not in drawn and rows[key].nunique() > 1]
    if "of" not in drawn and kind and len(names) == 1:
        parts.append(f"{kind} {names[0]}")
    elif "of" not in drawn and kind:
        over.append(f"{len(names)} {kind}s")
    if over:
        parts.append(f"mean over {', '.join(over)}" + ("" if meaned else "; band: extremes"))
    return ", ".join(parts)


def positions_of(values: pd.Series) -> tuple[FloatArray, list[str]]:
    """Return where values lie on an axis, and their names if they are no numbers."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return values.to_numpy(dtype=np.float64), []
    names = list(dict.fromkeys(values.astype(str)))
    return np.array([names.index(v) for v in values.astype(str)], dtype=np.float64), names
