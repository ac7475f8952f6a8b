"""The grids of a results folder: figures of a region's cells in space, its shares in time.

A figure has the name and the unit that it has in tables; instants are seconds after the start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from simulator import glossary
from simulator.access import accumulated_fraction
from simulator.arrays import FloatArray
from simulator.results import GridValues
from simulator.revisit import SiteFigures
from simulator.study.case import Study
from simulator.study.cell_figures import grid_figures
from simulator.study.regions import RegionFigures, RegionFindings
from simulator.timeliness import CellTimes
from simulator.units import HOUR_S


def region_grid(study: Study, found: RegionFindings) -> GridValues:
    """Return the grid of a region."""
    return figures_grid(study, found.figures, _network_variables(found), list(found.cell_times))


def figures_grid(
    study: Study,
    region: RegionFigures,
    of_networks: Mapping[str, Sequence[FloatArray]] | None = None,
    networks: Sequence[str] = (),
) -> GridValues:
    """Return the grid of a region's figures; those of networks have the values (P,) of each."""
    cells = region.cells
    space = cells.dims
    in_space = cell_variables(region.figures, study.scenario.counting.percents)
    in_space |= {} if region.clear is None else region.clear.columns()
    by_network = {
        name: (
            ("network", *space),
            np.stack([cells.spread(values) for values in by_name]),
        )
        for name, by_name in (of_networks or {}).items()
    }
    in_time = _time_variables(region, study.span.duration_s)
    coordinates = {
        **cells.coordinates(),
        **{name: value for name, value in in_time.items() if name.endswith("_s")},
        **({"network": (("network",), np.asarray(networks))} if networks else {}),
    }
    return GridValues(
        {
            **cells.variables(),
            **{name: (space, cells.spread(values)) for name, values in in_space.items()},
            **by_network,
            **{name: value for name, value in in_time.items() if not name.endswith("_s")},
            **coordinates,
        },
        frozenset(coordinates),
    )


def cell_variables(figures: SiteFigures, percents: tuple[float, ...]) -> dict[str, FloatArray]:
    """Return the figures (P,) of the cells that a results folder keeps."""
    variables = grid_figures(figures)
    for column, percent in enumerate(percents):
        name = glossary.variable_name(f"revisit_p{percent:g}_h")
        variables[name] = figures.revisit_percentile_s[:, column] / HOUR_S
    for fold in range(1, figures.fold_s.shape[1]):
        variables[f"seen_by_{fold + 1}_h"] = figures.fold_s[:, fold] / HOUR_S
    return variables


def _network_variables(found: RegionFindings) -> dict[str, list[FloatArray]]:
    """Return the times (P,) of cells, in hours, a list of one a network; with clouds too."""
    cell_times = found.cell_times
    if not cell_times:
        return {}
    clear = [times.columns() for times in found.clear_times.values()]
    return {
        **{name: [each[name] for each in clear] for name in (clear[0] if clear else ())},
        **{
            f"cell_{field.removesuffix('_s')}_h": [
                getattr(times, field) / HOUR_S for times in cell_times.values()
            ]
            for field in CellTimes.__dataclass_fields__
        },
    }


def _time_variables(region: RegionFigures, span_s: float) -> dict[str, tuple[Any, ...]]:
    """Return the accumulated and the momentary share of the area, and their instants."""
    # Hourly, and the span's end whatever its length.
    due_s = np.append(np.arange(0.0, span_s, HOUR_S), span_s)
    share = accumulated_fraction(region.figures.first_access_s, region.cells.weights_km2, due_s)
    return {
        "accumulated_fraction": (("time_s",), share),
        "in_access_share": (("instant_s",), region.times.seen_share),
        "time_s": (("time_s",), due_s),
        "instant_s": (("instant_s",), region.times.time_s),
    }
