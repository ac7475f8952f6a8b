"""Pictures that are to be sent over a contact plan: from a CSV file, or as a run took them."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from simulator.arrays import FloatArray, IntArray
from simulator.earth import Span
from simulator.errors import InputError, nearest_hint
from simulator.plans.model import ContactPlan
from simulator.results import Results, read
from simulator.scenario import MIB, loads, read_text

_COLUMNS = ("satellite", "taken_utc", "taken_s", "size_bits", "size_mbit", "priority", "picture")
_MOST_BYTES = 64 * MIB


@dataclass(frozen=True, eq=False)
class PlanPictures:
    """Pictures by the number of their satellite's node, arrays of shape (P,).

    `taken_s` is the end of collection, in seconds since the start of the plan; the higher
    `priority` is planned first. `names` are what they are called.
    """

    node: IntArray
    taken_s: FloatArray
    size_bits: FloatArray
    priority: IntArray
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.node)


def read_pictures(path: Path | str, plan: ContactPlan) -> PlanPictures:
    """Return the pictures of a CSV file, or of the folder of a run, for the satellites of a plan.

    A file has the columns satellite (the name or number of the node), taken_utc or taken_s (since
    the start of the plan), size_bits or size_mbit, and may have priority and picture. A run's
    pictures have the priorities of their targets. Raises InputError naming file, line and column.
    """
    path = Path(path)
    return _of_run(read(path), plan) if path.is_dir() else _of_file(path, plan)


def _of_run(results: Results, plan: ContactPlan) -> PlanPictures:
    table = results.pictures
    scenario = loads(results.scenario_toml, origin="scenario.toml", folder=Path())
    priority = {target.name: target.priority for target in scenario.targets}
    nodes = _satellites(plan)
    shift_s = 0.0 if plan.start is None else _seconds_since(plan.start, results.start)
    return PlanPictures(
        np.array([_node(name, nodes, "pictures") for name in table["satellite"]], np.int64),
        table["taken_s"].to_numpy(np.float64) + shift_s,
        table["size_bits"].to_numpy(np.float64),
        np.array([priority[name] for name in table["target"]], dtype=np.int64),
        tuple(f"{row}" for row in table["picture"]),
    )


def _of_file(path: Path, plan: ContactPlan) -> PlanPictures:
    text = read_text(path, limit_bytes=_MOST_BYTES)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as fault:
        raise InputError(f"{path}: is not CSV: {fault}") from None
    head = [name.strip() for name in rows[0]] if rows else []
    _check_head(head, path)
    nodes, found = _satellites(plan), []
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(head):
            raise InputError(f"{path}:{line}: has {len(row)} cells, the heading {len(head)}")
        cells = {name: cell.strip() for name, cell in zip(head, row, strict=True)}
        found.append(_picture(cells, f"{path}:{line}", nodes, plan))
    if not found:
        raise InputError(f"{path}: holds no picture")
    node, taken_s, size_bits, priority, names = zip(*found, strict=True)
    return PlanPictures(
        np.array(node, dtype=np.int64),
        np.array(taken_s),
        np.array(size_bits),
        np.array(priority, dtype=np.int64),
        tuple(name or str(place) for place, name in enumerate(names)),
    )


def _check_head(head: Sequence[str], path: Path) -> None:
    for name in _COLUMNS:
        if head.count(name) > 1:
            raise InputError(f"{path}:1: column {name} stands there {head.count(name)} times")
    for one, other in (("taken_utc", "taken_s"), ("size_bits", "size_mbit"), ("satellite", "")):
        if one not in head and other not in head:
            either = f"{one} or {other}" if other else one
            hint = "; it has " + ", ".join(head) if head else ""
            raise InputError(f"{path}:1: column {either} is missing{hint}")


def _picture(
    cells: dict[str, str], where: str, nodes: dict[str, int], plan: ContactPlan
) -> tuple[int, float, float, int, str]:
    if cells.get("size_bits") and cells.get("size_mbit"):
        raise InputError(f"{where}: size_bits and size_mbit are both given; give one")
    size = "size_bits" if cells.get("size_bits") else "size_mbit"
    size_bits = _number(cells, size, where) * (1.0 if size == "size_bits" else 1e6)
    if size_bits <= 0.0:
        raise InputError(f"{where}: {size}: '{cells[size]}' must be above 0")
    priority = _number(cells, "priority", where) if cells.get("priority") else 0.0
    if priority % 1.0 or abs(priority) > 1e9:
        raise InputError(f"{where}: priority: '{cells['priority']}' is not a whole number")
    taken_s = _taken_s(cells, where, plan)
    node = _node(cells["satellite"], nodes, f"{where}: satellite")
    return node, taken_s, size_bits, int(priority), cells.get("picture", "")


def _taken_s(cells: dict[str, str], where: str, plan: ContactPlan) -> float:
    text = cells.get("taken_utc")
    if not text or (plan.start is None and cells.get("taken_s")):
        return _number(cells, "taken_s", where)
    if plan.start is None:
        raise InputError(
            f"{where}: taken_utc: '{text}' cannot be placed: the plan does not say when it starts; "
            "say it (start), or give taken_s"
        )
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise InputError(f"{where}: taken_utc: '{text}' is no time, as 2023-11-22T00:00:00Z")
    return _seconds_since(plan.start, instant)


def _seconds_since(start: datetime, instant: datetime) -> float:
    return Span(start, 1.0).seconds(instant)


def _number(cells: dict[str, str], name: str, where: str) -> float:
    try:
        value = float(cells.get(name, ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{where}: {name}: '{cells.get(name, '')}' is no number")
    return value


def _satellites(plan: ContactPlan) -> dict[str, int]:
    """Return the numbers of satellites by their names, and by the numbers as text."""
    numbers = plan.of_kind("satellite")
    return {str(n): n for n in numbers} | {plan.nodes[n].name: n for n in numbers}


def _node(name: str, nodes: dict[str, int], where: str) -> int:
    if name not in nodes:
        raise InputError(
            f"{where}: '{name}' is no satellite of the plan{nearest_hint(name, nodes)}"
        )
    return nodes[name]
