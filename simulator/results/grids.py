"""The grids of results as values, of which labelled datasets are made when they are asked for.

xarray takes a twentieth of a run to import, and a file can be written of the values alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

# The dimensions of a variable and its values, and what is said of it, if anything is.
Told = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class GridValues:
    """The variables of a grid in order, as a dataset takes them, and which are coordinates."""

    variables: Mapping[str, Told]
    coordinates: frozenset[str] = frozenset()

    @classmethod
    def of(cls, grid: xr.Dataset) -> GridValues:
        """Return the values of a dataset."""
        variables = {
            str(name): (held.dims, np.asarray(held.data), dict(held.attrs))
            for name, held in grid.variables.items()
        }
        return cls(variables, frozenset(map(str, grid.coords)))

    def values(self, name: str) -> np.ndarray[Any, Any]:
        """Return the values of a variable."""
        return np.asarray(self.variables[name][1])

    def with_more(self, variables: Mapping[str, Told]) -> GridValues:
        """Return a grid with further variables behind its own."""
        return GridValues({**self.variables, **variables}, self.coordinates)

    def dataset(self) -> xr.Dataset:
        """Return the grid as a dataset."""
        import xarray as xr

        places = {name: told for name, told in self.variables.items() if name in self.coordinates}
        figures = {name: told for name, told in self.variables.items() if name not in places}
        return xr.Dataset(figures, coords=places)


class Grids(MutableMapping[str, "xr.Dataset"]):
    """Grids by region, each made a dataset when it is first asked for; from then on it is that."""

    def __init__(self, found: Mapping[str, GridValues]) -> None:
        self._held: dict[str, GridValues | xr.Dataset] = dict(found)

    def __getitem__(self, name: str) -> xr.Dataset:
        grid = self._held[name]
        if isinstance(grid, GridValues):
            grid = self._held[name] = grid.dataset()
        return grid

    def __setitem__(self, name: str, grid: xr.Dataset) -> None:
        self._held[name] = grid

    def __delitem__(self, name: str) -> None:
        del self._held[name]

    def __contains__(self, name: object) -> bool:
        return name in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return repr(dict(self))

    def as_held(self, name: str) -> GridValues | xr.Dataset:
        """Return a grid as it stands: a dataset if it has been asked for."""
        return self._held[name]


def values_of(grids: Mapping[str, xr.Dataset], name: str) -> GridValues:
    """Return the values of one of several grids."""
    grid = grids.as_held(name) if isinstance(grids, Grids) else grids[name]
    return grid if isinstance(grid, GridValues) else GridValues.of(grid)
