"""How far a figure depends on what nobody knows: its median and interval over draws of that.

A draw is a row of a sweep's table. A ratio to the baseline is formed draw by draw before its
spread is taken, so that what both share, the same orbit and the same pictures, falls out.

`simulator.uncertainty.day_bootstrap` has the chance in the span's own days.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from simulator.errors import InputError, nearest_hint

_DOUBT = 0.05
_ROUNDING = 1e-9


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
    lack a figure count in none; `draws` tells how many did not, `contrary_draws` how many have a
    ratio of 1 or on the other side of 1 from its median. A ratio over a figure of zero is no
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
        "contrary_draws": int(_contrary(ratios, ratio_middle).sum()),
    }


def place_spread(values: Mapping[str, Mapping[str, np.ndarray]], share: float) -> pd.DataFrame:
    """Return median and interval over draws of figures of places.

    `values` are those of the draws (D,) by place and figure, NaN for none; a row a place and
    figure: `place`, `figure`, `median`, `low`, `high`, `draws`.
    """
    rows = []
    for place, figures in values.items():
        for figure, drawn in figures.items():
            low, middle, high = _quantiles(drawn, share)
            count = int(np.isfinite(drawn).sum())
            ends = {"median": middle, "low": low, "high": high, "draws": count}
            rows.append({"place": place, "figure": figure, **ends})
    return pd.DataFrame(rows)


def draws_to_settle(share: float) -> int:
    """Return how many draws without a contrary one show that under half of 1 - share would be.

    With 95 % confidence, one-sided: 0.05 = (1 - (1 - share)/2)^n (Clopper & Pearson 1934,
    Biometrika 26, for no success).
    """
    return math.ceil(math.log(_DOUBT) / math.log(1.0 - (1.0 - share) / 2.0))


def is_settled(contrary: int, draws: int, share: float) -> bool:
    """Whether draws show that fewer than half of 1 - share of all draws would be contrary.

    The upper one-sided 95 % bound of their part is below it (Clopper & Pearson 1934): so few or
    fewer contrary draws would else come up in less than a twentieth of such samples.
    """
    tail = (1.0 - share) / 2.0
    if not draws:
        return False
    chance = sum(
        math.comb(draws, k) * tail**k * (1.0 - tail) ** (draws - k) for k in range(contrary + 1)
    )
    return chance <= _DOUBT


def _contrary(ratios: np.ndarray, middle: float) -> np.ndarray:
    known = np.isfinite(ratios)
    apart = np.append(np.where(known, ratios, 1.0), middle) - 1.0
    # Equal figures come out equal but for their last digits, which say nothing.
    sign = np.sign(np.where(np.abs(apart) > _ROUNDING, apart, 0.0))
    return np.asarray(known & (sign[:-1] * sign[-1] <= 0.0))


def _quantiles(values: np.ndarray, share: float) -> tuple[float, float, float]:
    finite = values[np.isfinite(values)]
    if not len(finite):
        return np.nan, np.nan, np.nan
    tail = (1.0 - share) / 2.0
    low, middle, high = np.quantile(finite, [tail, 0.5, 1.0 - tail])
    return float(low), float(middle), float(high)
