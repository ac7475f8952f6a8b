"""How often, how long and how soon places and regions are seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Unpack

import numpy as np
import xarray as xr

from simulator import revisit, study
from simulator.earth import sites
from simulator.errors import InputError
from simulator.library.asked import notes_of, question, sensor_of, span_attrs, warn
from simulator.library.kinds import (
    Conditions,
    OrbitsLike,
    PlacesLike,
    RegionLike,
    SensorLike,
    TimeLike,
)
from simulator.library.located import targets_of
from simulator.library.outlined import region_of
from simulator.results import described_grid
from simulator.scenario import Counting
from simulator.study import Study, validated
from simulator.version import __version__


def coverage(
    orbits: OrbitsLike,
    region: RegionLike | None = None,
    *,
    points: PlacesLike | None = None,
    resolution_km: float = 50.0,
    cells: Literal["lat-lon", "healpix"] = "lat-lon",
    start: TimeLike | None = None,
    days: float | None = None,
    end: TimeLike | None = None,
    sensor: SensorLike | None = None,
    revisit_rule: Literal["stk", "tatc", "interior"] = "stk",
    percents: tuple[float, ...] = (50.0, 90.0, 95.0),
    **conditions: Unpack[Conditions],
) -> xr.Dataset:
    """Return how often, how long and how soon the cells of a region, or points, are seen.

    Of a region the dataset is the grid that a run leaves of it, less what differs by network:
    figures such as accesses_per_day, revisit_mean_h, revisit_max_h and wait_mean_h on (lat, lon),
    or on (cell) of HEALPix; the share of the area seen by a time, and at an instant; each with its
    long name and unit by the CF conventions, as `simulator explain` says of them. Of points it is
    the same figures on (place), each with its latitude, longitude and name. `revisit_rule` says
    which gaps count, `percents` at which the gaps are told.

    >>> import simulator
    >>> box = (126.0, 34.0, 130.0, 38.0)  # west, south, east, north
    >>> grid = simulator.coverage("kms4_2023_04_01", box, resolution_km=200, days=3)
    >>> grid["accesses_per_day"].dims, grid["accesses_per_day"].attrs["units"]
    (('lat', 'lon'), 'day-1')
    >>> osan = simulator.coverage("kms4_2023_04_01", points={"Osan": (37.09, 127.03)}, days=3)
    >>> round(float(osan["accesses_per_day"].sel(place="Osan")), 2)
    3.33

    Raises InputError, a ValueError, which names the argument.
    """
    if (region is None) == (points is None):
        raise InputError("give exactly one of region and points")
    asked = question(orbits, start, days, end)
    rules = {"revisit_rule": revisit_rule, "percents": tuple(map(float, percents))}
    tables: dict[str, Any] = {"counting": validated(Counting, rules, "")}
    looking = sensor_of(sensor, conditions)
    if region is None:
        places = targets_of(points if points is not None else (), "points")
        seen = asked.study(looking, targets=places, **tables)
        grid = _of_points(seen)
        name = "points"
    else:
        table = region_of(region, resolution_km, cells)
        seen = asked.study(looking, regions=[table], **tables)
        figures = study.region_figures(seen, seen.scenario.regions[0])
        grid = study.figures_grid(seen, figures).dataset()
        name = table.name
    notes = notes_of(seen)
    warn(notes)
    return described_grid(grid, seen.span, _about(seen, name, notes))


def _about(seen: Study, name: str, notes: Sequence[str]) -> dict[str, Any]:
    """Return what a dataset says of itself as a whole, by ACDD where that has a word."""
    span = span_attrs(seen.span)
    about = {"title": name, "source": f"simulator {__version__}"}
    about |= {"span_start": span["start"], "span_days": span["days"]}
    return about | ({"comment": "; ".join(notes)} if notes else {})


def _of_points(seen: Study) -> xr.Dataset:
    """Return the figures of the targets of a study, each a place of its own."""
    targets = seen.scenario.targets
    at = np.array([(*target.place_deg, target.height_m) for target in targets])
    found = revisit.survey(
        study.watches(seen),
        sites(*at.T),
        seen.span,
        options=study.counting_options(seen),
        sun=seen.sun,
    )
    figures = study.cell_variables(found.sites, seen.scenario.counting.percents)
    return xr.Dataset(
        {name: (("place",), values) for name, values in figures.items()},
        coords={
            "place": ("place", np.array([target.name for target in targets], dtype=object)),
            "lat": ("place", at[:, 0]),
            "lon": ("place", at[:, 1]),
        },
    )
