"""How the points of a sweep are laid out: every combination of values, side by side, or sampled."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from simulator.arrays import FloatArray
from simulator.errors import InputError
from simulator.scenario import SweepTable
from simulator.sweep.axes import Axis, axis_of
from simulator.sweep.axes import axis as parsed_axis

Mode = Literal["grid", "zip", "sample"]
Method = Literal["sobol", "latin", "random"]


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
                yield tuple(
                    axis.at(float(share)) for axis, share in zip(self.axes, shares, strict=True)
                )


def laid_out(
    axes: Sequence[Axis | str],
    table: SweepTable,
    *,
    mode: Mode | None,
    sample: int | None,
    method: Method | None,
    seed: int | None,
) -> Design:
    """Return the design of axes, or of the scenario's own if there are none.

    What is None is as the scenario's table `sweep` has it. Raises InputError with every fault.
    """
    varied = [parsed_axis(item) if isinstance(item, str) else item for item in axes]
    varied = varied or [axis_of(path, values) for path, values in table.vary.items()]
    # The table's mode is that of its own axes, not of axes from the command line.
    if mode is None:
        mode = "sample" if sample is not None else "grid" if axes else table.mode
    count = sample if sample is not None else table.sample
    design = Design(
        tuple(varied),
        mode,
        count if mode == "sample" else None,
        method or table.method,
        table.seed if seed is None else seed,
    )
    if problems := list(_design_faults(design)):
        raise InputError(problems)
    return design


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
    for axis in design.axes:
        if axis.is_range:
            yield f"{axis.path}: a range without a count is for --sample; write start:stop:count"
    lengths = {axis.path: len(axis.values) for axis in design.axes}
    if design.mode == "zip" and len(set(lengths.values())) > 1 and 0 not in lengths.values():
        counts = ", ".join(f"{path} has {count}" for path, count in lengths.items())
        yield f"values side by side must be as many for each key: {counts}"


def _shares(dimensions: int, count: int, method: Method, seed: int) -> FloatArray:
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
        latin = qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed))
        return np.asarray(latin.random(count))
    sobol = qmc.Sobol(dimensions, rng=np.random.default_rng(seed))
    # A Sobol sequence is balanced only over a power of two of points (Owen 2020): drawn so many,
    # and the first of them are the sample.
    return np.asarray(sobol.random_base2(max(count - 1, 0).bit_length())[:count])
