"""How many satellites would do what is wished, by height and kind of pattern."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simulator.maps import page
from simulator.maps.page import BLUE, FOOT_IN, ORANGE, VERMILLION, WIDTH_IN, place
from simulator.report import design_headline
from simulator.results import Answered

_HEIGHT_IN = 3.2
_MARKS = {
    "one plane": (BLUE, "o", "evenly in one plane"),
    "Walker": (ORANGE, "s", "Walker pattern, where it takes fewer"),
    "repeating track": (VERMILLION, "D", "on a track that repeats"),
}


def drawings(answered: Answered) -> dict[str, Callable[[bool], Figure]]:
    """Return the drawing of the fewest satellites by height, if any would do."""
    if not answered.tables["searched"]["fewest"].notna().any():
        return {}
    return {"design-heights": partial(_heights, answered)}


def _heights(answered: Answered, titled: bool) -> Figure:
    asked = answered.asked
    searched, candidates = answered.tables["searched"], answered.tables["candidates"]
    # A height at which no kind of pattern does.
    fewest = searched.groupby("height_km")["fewest"].min()
    none = fewest[fewest.isna()].index.tolist()
    cross = f"; a cross: none of up to {asked['most']} satellites does" if none else ""
    drawing = page.blank(
        design_headline(candidates, asked),
        "The fewest satellites that do, by mean height as flown",
        f"{asked['span_days']:g} days from {asked['start_utc'][:10]}, sensor {asked['sensor']}. "
        f"{answered.source_line}",
        body_in=FOOT_IN + 0.55 + _HEIGHT_IN + 0.45,
        note=f"ringed: proven by a full run{cross}",
        titled=titled,
    )
    axes = place(drawing, 0.7, FOOT_IN + 0.55, WIDTH_IN - 0.95, _HEIGHT_IN)
    for kind, (colour, mark, words) in _MARKS.items():
        rows = searched[(searched["pattern"] == kind) & searched["fewest"].notna()]
        if len(rows):
            axes.scatter(
                rows["height_km"], rows["fewest"], color=colour, marker=mark, s=36, label=words
            )
    axes.scatter(none, [0.0] * len(none), color="#888888", marker="x", s=30)
    if len(candidates):
        ring = {"facecolors": "none", "edgecolors": "black", "s": 130, "linewidths": 1.2}
        axes.scatter(candidates["height_km"], candidates["satellites"], **ring)
    axes.set_ylim(-0.6 if none else 0.0, float(searched["fewest"].max()) + 0.8)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("mean height over the ellipsoid, km")
    axes.set_ylabel("satellites")
    axes.grid(color="#DDDDDD", lw=0.6)
    axes.set_axisbelow(True)
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, borderaxespad=0.2)
    return drawing
