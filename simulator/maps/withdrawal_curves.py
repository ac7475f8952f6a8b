"""The age of the newest picture at headquarters while members of a network leave or join it."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter

from simulator import text
from simulator.maps import page
from simulator.maps.page import BASELINE_COLOUR, BLUE, FOOT_IN, GREEN, GREY, WIDTH_IN, place
from simulator.report import percent
from simulator.results import Answered

_HEIGHT_IN = 3.4
# Drawn over one another in this order; what the lines show is said at their place in the legend.
_CASES = (
    ("baseline", BASELINE_COLOUR, "{baseline} alone"),
    ("stays", GREEN, "had all members stayed"),
    ("leaves", BLUE, "{network}, as members come and go"),
)


def drawings(answered: Answered) -> dict[str, Callable[[bool], Figure]]:
    """Return the drawing of ages through the event, if any picture arrives."""
    ages = answered.tables["ages"]
    if not ages[[f"{case}_h" for case, *_ in _CASES]].notna().any(axis=None):
        return {}
    return {"ages": partial(_ages, answered)}


def _ages(answered: Answered, titled: bool) -> Figure:
    """Draw the mean age by case, with its range over draws, and lines where members come and go."""
    ages, events = answered.tables["ages"], answered.tables["events"]
    days = answered.tables["days"]
    drawing = page.blank(
        _heading(answered),
        answered.title,
        f"{_ranges(answered)}{answered.days:g} days. {answered.source_line}",
        body_in=FOOT_IN + 0.55 + _HEIGHT_IN + 0.45,
        note="age of the newest picture at headquarters, mean over targets; thick: by day",
        titled=titled,
    )
    axes = place(drawing, 0.7, FOOT_IN + 0.5, WIDTH_IN - 0.95, _HEIGHT_IN)
    at = ages["at_h"].to_numpy() / 24.0
    greatest_h = float(np.nanmax(ages[[f"{case}_h" for case, *_ in _CASES]].to_numpy()))
    unit, hours = ("days", 24.0) if greatest_h > 96.0 else ("hours", 1.0)
    begin = np.arange(len(days) + 1).clip(max=answered.days)
    for case, colour, words in _CASES:
        label = words.format(**answered.asked)
        if case == "leaves" and days[f"{case}_low_h"].notna().any():
            low, high = days[f"{case}_low_h"] / hours, days[f"{case}_high_h"] / hours
            edges = {"step": "post", "color": colour, "alpha": 0.16, "lw": 0}
            axes.fill_between(
                begin, np.append(low, low.iloc[-1]), np.append(high, high.iloc[-1]), **edges
            )
        axes.plot(at, ages[f"{case}_h"] / hours, color=colour, lw=0.7, alpha=0.7)
        axes.stairs(
            days[f"{case}_h"] / hours, begin, color=colour, lw=2.0, label=label, baseline=None
        )
    for each in events.to_dict(orient="records"):
        since = datetime.fromisoformat(each["at_utc"]) - answered.start
        axes.axvline(since / timedelta(days=1), color=GREY, lw=1.0, ls="--")
    # Midnights, as many as can be told apart.
    start = answered.start
    first = (-(start - start.replace(hour=0, minute=0, second=0)) / timedelta(days=1)) % 1.0
    step = max(1, math.ceil(answered.days / 8))
    axes.xaxis.set_major_locator(
        FixedLocator(np.arange(first, answered.days + 1e-9, step).tolist())
    )
    axes.xaxis.set_major_formatter(FuncFormatter(lambda day, _: _date(start, day)))
    axes.set_xlim(at[0], at[-1])
    axes.set_ylim(0.0, None)
    axes.set_ylabel(f"age, {unit}")
    axes.grid(color="#DDDDDD", lw=0.6)
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, borderaxespad=0.2)
    return drawing


def _date(start: datetime, day: float) -> str:
    at = start + timedelta(days=day)
    return f"{at.day} {at:%b}"


def _heading(answered: Answered) -> str:
    """Return how old the newest picture is in the last period, and had all members stayed."""
    figures = answered.tables["figures"]
    last = figures[figures["figure"] == "age_mean_h"].iloc[-1]
    if np.isnan(last["leaves"]) or np.isnan(last["stays"]):
        return "The newest picture while members come and go"
    leaves, stays = text.duration(last["leaves"]), text.duration(last["stays"])
    then = "as it would be" if leaves == stays else f"{stays}"
    return (
        f"Once members have come and gone the newest picture is {leaves} old, {then} had all stayed"
    )


def _ranges(answered: Answered) -> str:
    draws = int(answered.asked["draws"])
    if not draws:
        return ""
    part = percent(float(answered.asked["interval"]))
    return f"The band holds {part} of {draws} draws of {answered.asked['drawn']}. "
