"""A page of small panels: rows of three, with room for the names of their lines at the left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulator.maps import page
from simulator.maps.page import FOOT_IN, WIDTH_IN

_COLUMNS = 3
_LINE_IN, _BETWEEN_IN, _MARGIN_IN = 0.25, 0.72, 0.15


@dataclass(frozen=True)
class PlacedPanel:
    """One of them: whether there is room for names at its left, and no other below it."""

    axes: Axes
    is_left: bool
    is_lowest: bool


@dataclass(frozen=True)
class Panels:
    """So many panels of so many lines each, in inches."""

    count: int
    lines: int
    names_in: float
    gap_in: float

    @property
    def total_in(self) -> float:
        """The height of all rows."""
        return self._rows * (self._high_in + _BETWEEN_IN)

    def on(self, drawing: Figure, *, above_foot_in: float) -> Iterator[PlacedPanel]:
        """Add the panels to a page row by row, the lowest so far above its foot."""
        wide_in = (WIDTH_IN - self.names_in - _MARGIN_IN - (_COLUMNS - 1) * self.gap_in) / _COLUMNS
        for number in range(self.count):
            row, column = divmod(number, _COLUMNS)
            left_in = self.names_in + column * (wide_in + self.gap_in)
            up_in = (self._rows - 1 - row) * (self._high_in + _BETWEEN_IN)
            bottom_in = FOOT_IN + above_foot_in + up_in
            axes = page.place(drawing, left_in, bottom_in, wide_in, self._high_in)
            yield PlacedPanel(axes, column == 0, number + _COLUMNS >= self.count)

    @property
    def _rows(self) -> int:
        return -(-self.count // _COLUMNS)

    @property
    def _high_in(self) -> float:
        return _LINE_IN * self.lines
