"""The figure of a sweep that suits what was varied: lines along one key, colours over two."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from simulator.errors import InputError
from simulator.maps import sweepdata, sweeps
from simulator.maps.sweepdata import Subject, Swept

# Which of the figures there are is drawn where none is asked for.
_FIRST = (
    "response_mean_h",
    "latency_mean_h",
    "age_mean_h",
    "contact_minutes_per_day",
    "wait_mean_h",
    "revisit_mean_h",
)


def sweep_figures(sweep: Swept) -> dict[str, str]:
    """Return the figures of a sweep that have a number, each with what it is in words."""
    return {name: sweepdata.words_of(name) for name in sweepdata.figure_names(sweep)}


def default_figure(sweep: Swept) -> str:
    """Return the figure to draw where none is asked for; raises InputError where there is none."""
    names = sweepdata.figure_names(sweep)
    if not names:
        raise InputError("figure: no point of the sweep has one yet; go on with --resume")
    return next((name for name in _FIRST if name in names), names[0])


def draw_sweep(
    sweep: Swept,
    figure: str,
    *,
    x: str | None = None,
    y: str | None = None,
    network: str | None = None,
    region: str | None = None,
    titled: bool = True,
) -> Figure:
    """Return a figure of a sweep: lines against a varied key, or a map of colours over two.

    Without `x` and `y` the first one or two keys are taken; of more keys the others are averaged.
    Of several networks the colours have a panel each. Raises InputError for an unknown key, figure,
    network or region.
    """
    subject = Subject(network=network, region=region)
    rows = sweepdata.rows_of(sweep, figure, subject)
    if not rows["value"].notna().any():
        raise InputError(f"figure: '{figure}' has no number at any point of the sweep")
    across, up = _keys(sweep, rows, x, y)
    if up is None:
        return sweeps.line(sweep, figure, x=across, subject=subject, titled=titled)
    several = rows.attrs["kind"] == "network" and rows["of"].nunique() > 1
    if several:
        return sweeps.small_multiples(
            sweep, figure, x=across, y=up, panel="network", subject=subject, titled=titled
        )
    return sweeps.heat_map(sweep, figure, x=across, y=up, subject=subject, titled=titled)


def _keys(sweep: Swept, rows: pd.DataFrame, x: str | None, y: str | None) -> tuple[str, str | None]:
    """Return the key across and the key up, None for lines."""
    keys = sweepdata.varied_keys(sweep)
    up = None if y is None else sweepdata.varied_key(sweep, y)
    across = keys[0] if x is None else sweepdata.varied_key(sweep, x)
    if x is None and across == up and len(keys) > 1:
        across = next(key for key in keys if key != up)
    # One key asked for by name is drawn against; so is one that goes side by side with the other.
    others = [key for key in keys if key != across and rows[key].nunique() > 1]
    if up is None and x is None and others and not _in_step(rows, across, others[0]):
        up = others[0]
    if across == up:
        raise InputError(f"y: '{y}' is along the figure already; name another key")
    return across, up


def _in_step(rows: pd.DataFrame, one: str, other: str) -> bool:
    """Return whether two keys were varied side by side: no grid of cells to be coloured."""
    pairs = rows[[one, other]].astype(str).drop_duplicates()
    cells = int(np.prod([rows[key].nunique() for key in (one, other)]))
    return len(pairs) < 0.5 * cells
