"""How far a figure depends on what nobody knows: its median and interval over draws of that.

A draw is a row of a sweep's table. A ratio to the baseline is formed draw by draw before its
spread is taken, so that what both share, the same orbit and the same pictures, falls out.

`simulator.uncertainty.day_bootstrap` has the chance in the span's own days.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from simulator.errors import InputError, nearest_hint


def spread(
    table: pd.DataFrame,
    figures: Sequence[str],
    *,
    networks: Sequence[str],
    baseline: str,
    share: float = 0.9,
) -> pd.DataFrame:
    """Return median and interval over draws of figures and of their ratios to the baseline's.

    One row for each figure and network (the index); low and high enclose `share` of the draws,
    half of the rest on each side, by linear interpolation between draws. Draws that failed or
    lack a figure count in none; `draws` tells how many did. A ratio over a figure of zero is no
    number. Raises InputError for a figure or network that the table lacks.
    """
    done = table[table["status"] == "done"] if "status" in table else table
    rows = {
        (figure, network): _row(
            _column(done, figure, network), _column(done, figure, baseline), share
        )
        for figure in figures
        for network in networks
    }
    index = pd.MultiIndex.from_tuples(list(rows), names=["figure", "network"])
    return pd.DataFrame(list(rows.values()), index=index)


def _column(table: pd.DataFrame, figure: str, network: str) -> np.ndarray:
    name = f"{figure}[{network}]"
    if name not in table:
        raise InputError(f"'{name}' is not in the table{nearest_hint(name, list(table.columns))}")
    return table[name].to_numpy(dtype=np.float64)


def _row(values: np.ndarray, base: np.ndarray, share: float) -> dict[str, float]:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = values / base
    low, middle, high = _quantiles(values, share)
    ratio_low, ratio_middle, ratio_high = _quantiles(ratios, share)
    return {
        "median": middle,
        "low": low,
        "high": high,
        "ratio_median": ratio_middle,
        "ratio_low": ratio_low,
        "ratio_high": ratio_high,
        "draws": int(np.isfinite(values).sum()),
    }


def _quantiles(values: np.ndarray, share: float) -> tuple[float, float, float]:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return np.nan, np.nan, np.nan
    tail = (1.0 - share) / 2.0
    low, middle, high = np.quantile(finite, [tail, 0.5, 1.0 - tail])
    return float(low), float(middle), float(high)
