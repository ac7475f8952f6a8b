"""The keys a sweep varies, and the values each takes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.errors import InputError
from simulator.scenario import (
    assignment,
    cut,
    is_beyond_64_bits,
    parse_toml,
    toml_text,
    toml_value,
)

MAX_VALUES = 1_000_000

_NUMBER = r"[-+]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_RANGE = re.compile(rf"\s*({_NUMBER}):({_NUMBER})(?::(\d+))?\s*")


@dataclass(frozen=True)
class Axis:
    """A key that varies, as a path like that of `--set`: a list of values, or a range to sample.

    Raises InputError for neither or both, and for a range that is none.
    """

    path: str
    values: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None) or bool(self.values) == self.is_range:
            raise InputError(f"{cut(self.path)}: give a list of values, or a range start:stop")
        if any(map(is_beyond_64_bits, self.values)):
            raise InputError(f"{cut(self.path)}: holds a number beyond 64 bits")
        if self.is_range and not self._rises():
            raise InputError(
                f"{cut(self.path)}: {self.low}:{self.high} is no range; start below stop"
            )

    @property
    def is_range(self) -> bool:
        """Whether any number from low to high may be drawn."""
        return self.low is not None

    def _rises(self) -> bool:
        low, high = self.low or 0.0, self.high or 0.0
        return math.isfinite(high - low) and low < high

    @property
    def repeated(self) -> str | None:
        """A value that stands in the list twice, as TOML; None if each stands once."""
        texts = [toml_text(value) for value in self.values]
        return next((text for n, text in enumerate(texts) if text in texts[:n]), None)

    def at(self, share: float) -> Any:
        """Return the value at a share of the axis, from 0 to below 1."""
        if self.low is not None and self.high is not None:
            return float(f"{self.low + share * (self.high - self.low):.12g}")
        return self.values[int(share * len(self.values))]

    def coordinate(self) -> list[Any]:
        """Return the values as labels: numbers as they are, if all are, else as text."""
        return labels(self.values)


def axis(text: str) -> Axis:
    """Return the axis of `path=v1,v2,...`, `path=start:stop:count` or `path=start:stop`.

    Values are TOML, or else text. Raises InputError for a text that is none of these.
    """
    path_and_values = assignment(text)
    if path_and_values is None or not path_and_values[1].strip():
        raise InputError(
            f"--vary {cut(text)}: is not path=v1,v2,... or path=start:stop:count, such as "
            "satellites.0.orbit.altitude_km=400:800:5"
        )
    try:
        return axis_of(*path_and_values)
    except InputError as error:
        raise InputError([f"--vary {problem}" for problem in error.problems]) from None


def axis_of(path: str, values: str | Sequence[Any]) -> Axis:
    """Return the axis of a path with a list of values, or a text as after the = of `--vary`."""
    path = path.strip()
    if not isinstance(values, str):
        return Axis(path, tuple(values))
    span = _RANGE.fullmatch(values)
    if span is None:
        return Axis(path, _listed(values))
    start, stop = (_end(path, span[number]) for number in (1, 2))
    if span[3] is None:
        return Axis(path, low=start, high=stop)
    if not math.isfinite(stop - start):
        raise InputError(f"{cut(path)}: {start:g} to {stop:g} is wider than a number can hold")
    return Axis(path, _spaced(path, start, stop, span[3]))


def _end(path: str, text: str) -> int | float:
    """Return an end of a range, a whole number where it is written as one that a float holds."""
    plain = text.replace("_", "")
    value = float(plain)
    if not math.isfinite(value):
        raise InputError(f"{cut(path)}: {cut(text, 60)} is beyond the greatest number, 1.8e308")
    # Up to 2^53 a float holds every whole number.
    whole = re.fullmatch(r"[-+]?\d+", plain) and abs(value) < 1 << 53
    return int(plain) if whole else value


def _spaced(path: str, start: float, stop: float, digits: str) -> tuple[int | float, ...]:
    count = int(digits) if len(digits) < 10 else 0
    if not 2 <= count <= MAX_VALUES:
        raise InputError(
            f"{cut(path)}: {cut(digits, 60)} values from {start:g} to {stop:g}; allowed from 2 to "
            f"{MAX_VALUES:,}"
        )
    # Twelve digits, so that 0.1:0.4:4 has 0.3 and not 0.30000000000000004.
    spaced = [float(f"{value:.12g}") for value in np.linspace(start, stop, count)]
    if isinstance(start, int) and isinstance(stop, int) and all(v.is_integer() for v in spaced):
        return tuple(int(value) for value in spaced)
    return tuple(spaced)


def _listed(text: str) -> tuple[Any, ...]:
    """Return the values of a list as TOML has them; where it is not TOML, each part on its own."""
    try:
        return tuple(parse_toml(f"value = [{text}\n]", origin="value")["value"])
    except InputError:
        return tuple(toml_value(part) for part in text.split(","))


def labels(values: Sequence[Any]) -> list[Any]:
    """Return values as numbers, if all of them are, else as text."""
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        whole = all(isinstance(value, int) and abs(value) < 1 << 53 for value in values)
        return list(values) if whole else [float(value) for value in values]
    return [label(value) for value in values]


def label(value: Any) -> str:
    """Return a value as a label for people: text bare, all else as TOML."""
    return value if isinstance(value, str) else toml_text(value)
