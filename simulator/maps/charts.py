"""Charts of ground networks: how soon pictures are at headquarters, and what each network gives."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    MaxNLocator,
    PercentFormatter,
)

from simulator import text
from simulator.maps import page
from simulator.maps.page import (
    FOOT_IN,
    GREY,
    WIDTH_IN,
    Choice,
    network_names,
    network_style,
    place,
    say_nothing,
    wrapped,
)
from simulator.report import network_headline, percent
from simulator.results import Results, labels_of
from simulator.units import HOUR_S, MINUTE_S, MINUTES_PER_DAY

_CONTACT_COLUMNS = ("contact_minutes_per_day",)
_LATENCY_COLUMNS = ("latency_median_h", "latency_p90_h")
_SECOND_H = 1.0 / HOUR_S
_LATENCY_MARKS_H = (
    *(n / HOUR_S for n in (1, 2, 5, 10, 30)),
    *(n / 60.0 for n in (1, 2, 5, 10, 30)),
    *(1.0, 2.0, 4.0, 8.0, 24.0, 48.0, 96.0, 192.0, 384.0, 768.0, 1_536.0, 3_072.0, 6_144.0),
)
# Units in hours, and how many of each the next has.
_UNITS_H = (("seconds", _SECOND_H), ("minutes", 1.0 / 60.0), ("hours", 1.0))
_OF_NEXT = {"seconds": 60.0, "minutes": 60.0, "hours": 48.0}
_LABEL_IN = 0.56


def latency(results: Results, choice: Choice) -> Figure:
    """Draw, by network, the share of pictures taken that is delivered within a time."""
    picture_count = len(results.pictures)
    names = network_names(results)
    # Beyond six networks the page grows, so that the names beside the curves keep their places.
    height_in = 3.9 + _LABEL_IN * max(0, len(names) - 6)
    drawing = page.page(
        results,
        choice,
        _latency_heading(results),
        body_in=height_in + FOOT_IN + 0.65,
        note="how soon pictures reach headquarters; "
        f"{picture_count:,} taken, those never delivered included",
    )
    axes = place(drawing, 0.75, FOOT_IN + 0.55, 4.55, height_in)
    axes.set_ylabel("share of pictures taken that are delivered")
    axes.set_ylim(0.0, 1.0)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.grid(color="#DDDDDD", lw=0.6)
    waits = {name: _latencies_h(results, name) for name in names}
    if picture_count == 0 or all(len(wait) == 0 for wait in waits.values()):
        _set_plain_time_axis(axes, 24.0)
        say_nothing(axes, f"no picture was {'delivered' if picture_count else 'taken'}")
        return drawing
    low, high = _set_latency_axis(axes, np.concatenate(list(waits.values())))
    styles = network_style(results)
    for rank, (name, wait) in enumerate(waits.items(), start=1):
        # From edge to edge of the axes, so that every curve begins at 0 and ends level.
        edges = np.concatenate([[low], wait, [high]]).clip(low, high)
        share = np.append(np.arange(len(wait) + 1), len(wait)) / picture_count
        # Ever thinner lines, so that curves which coincide are all seen.
        width = 1.6 + min(1.6, 4.8 / len(waits)) * (len(waits) - rank)
        line = axes.step(edges, share, where="post", lw=width, **styles[name], clip_on=False)
        line[0].set_solid_capstyle("butt")
    call = labels_of(results).short_network
    _label_curve_ends(axes, waits, picture_count, styles, _LABEL_IN / height_in, call)
    return drawing


def _latency_heading(results: Results) -> str:
    never = "no picture is delivered"
    if not len(results.networks):
        return "How soon pictures reach headquarters"
    lead, call = "a picture is at headquarters on average after", labels_of(results).network
    return network_headline(results, "latency_mean_h", lead, never=never, call=call)


def networks(results: Results, choice: Choice) -> Figure:
    """Draw the networks beside each other: contact time, latency, age of the newest picture."""
    names, styles = network_names(results), network_style(results)
    bars_in = 0.62 * max(len(names), 2)
    base = text.shortened(labels_of(results).short_network(results.baseline), 40)
    drawing = page.page(
        results,
        choice,
        _networks_heading(results),
        body_in=0.35 + bars_in + 0.6 + FOOT_IN,
        note=f"what each ground network gives; in brackets: ratio to {base}"
        if names
        else "no network",
    )
    added = ", satellites added" if len(results.satellites) > 1 else ""
    panels = (
        ("Contact time", f" a day{added}", MINUTE_S / HOUR_S, _CONTACT_COLUMNS),
        ("Delivery latency", ": median; pale: 90 %", 1.0, _LATENCY_COLUMNS),
        ("Age of the newest picture", ", mean over time", 1.0, ("age_mean_h",)),
    )
    left, gap = 1.55, 0.3
    width = (WIDTH_IN - left - 0.25 - 2 * gap) / 3
    table = results.networks.drop_duplicates("network").set_index("network")
    call = labels_of(results).network
    for number, (title, more, hours, columns) in enumerate(panels):
        values_h = hours * table.loc[names, list(columns)].to_numpy(dtype=float)
        colours = [styles[name]["color"] for name in names]
        # By all networks together: bars beside each other need one unit.
        unit, unit_h = _unit(float(np.nanmax(np.append(values_h, 0.0))))
        axes = place(drawing, left + number * (width + gap), FOOT_IN + 0.55, width, bars_in)
        axes.set_title(title, loc="left", fontweight="bold")
        axes.set_xlabel(f"{unit}{more}", loc="left")
        _draw_bars(axes, values_h, colours, unit_h, in_hours=number == 0)
        axes.set_yticks(
            range(len(names)), [wrapped(call(n), 20) for n in names] if number == 0 else []
        )
    return drawing


def _networks_heading(results: Results) -> str:
    """Return how the networks differ from request to picture, or, without requests, in contact."""
    if not len(results.networks):
        return "What each ground network gives"
    call = labels_of(results).network
    if "response_mean_h" in results.networks and results.networks["response_mean_h"].notna().any():
        lead = "from a request to its picture at headquarters it takes"
        never = "no request is answered"
        return network_headline(results, "response_mean_h", lead, never=never, call=call)
    return contact_heading(results)


def contact_heading(results: Results) -> str:
    """Return how long a satellite is in contact with each network a day, in a heading."""
    count = max(len(results.satellites), 1)

    def words(minutes: float) -> str:
        # A thousandth of a minute is rounding.
        if minutes >= count * MINUTES_PER_DAY - 1e-3:
            return "all day"
        return text.duration(minutes / count * MINUTE_S / HOUR_S)

    whose = "the satellite" if count == 1 else "a satellite"
    return network_headline(
        results,
        "contact_minutes_per_day",
        f"{whose} is in contact",
        after=" a day",
        never=f"{whose} is never in contact",
        call=labels_of(results).network,
        words=words,
    )


def _latencies_h(results: Results, network: str) -> np.ndarray:
    rows = results.deliveries
    rows = rows[(rows["network"] == network) & (rows["status"] == "delivered")]
    return np.sort(rows["latency_s"].to_numpy(dtype=float)) / HOUR_S


def _set_latency_axis(axes: Axes, wait_h: np.ndarray) -> tuple[float, float]:
    """Set a time axis on which both the soonest and the latest deliveries can be told apart.

    Returns its limits in hours, between which all deliveries lie.
    """
    soonest, longest = float(wait_h.min()), max(float(wait_h.max()) * 1.02, _SECOND_H)
    if longest / max(float(np.quantile(wait_h, 0.1)), _SECOND_H) < 30.0:
        _set_plain_time_axis(axes, longest)
        return 0.0, longest
    low = 0.8 * soonest
    if soonest >= _SECOND_H:
        axes.set_xscale("log")
        axes.set_xlabel("time from picture to headquarters (logarithmic)")
    else:
        # No logarithm reaches down to nothing: the first second is drawn plainly.
        low = 0.0
        axes.set_xscale("symlog", linthresh=_SECOND_H, linscale=0.3)
        axes.set_xlabel("time from picture to headquarters (logarithmic from 1 s on)")
    marks = [m for m in (0.0, *_LATENCY_MARKS_H) if low <= m <= longest]
    axes.xaxis.set_major_locator(FixedLocator(marks[:: math.ceil(len(marks) / 8)]))
    axes.xaxis.set_minor_locator(FixedLocator([]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda h, _: _duration(h)))
    axes.set_xlim(low, longest)
    return low, longest


def _set_plain_time_axis(axes: Axes, longest_h: float) -> None:
    """Set an axis that begins at zero, in the unit that reads best, with three ticks at least."""
    unit, hours = _unit(longest_h)
    steps = MaxNLocator(6, steps=[1, 2, 3, 5, 6, 10], min_n_ticks=3)
    ticks = [t for t in steps.tick_values(0.0, longest_h / hours) if t * hours <= longest_h]
    axes.xaxis.set_major_locator(FixedLocator([t * hours for t in ticks]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda h, _: f"{h / hours:.4g}"))
    axes.set_xlabel(f"{unit} from picture to headquarters")
    axes.set_xlim(0.0, longest_h)


def _duration(hours: float) -> str:
    if hours < 1.0 / 60.0:
        return f"{hours * HOUR_S:.0f} s"
    if hours < 0.99:
        return f"{hours * 60.0:.0f} min"
    return f"{round(hours, 1):g} h" if hours < 47.0 else f"{round(hours / 24.0, 1):g} d"


def _label_curve_ends(
    axes: Axes,
    waits: dict[str, np.ndarray],
    picture_count: int,
    styles: dict[str, dict[str, Any]],
    spacing: float,
    call: Callable[[str], str],
) -> None:
    """Name each curve at its right end, moved apart where two ends are close."""
    names = sorted(waits, key=lambda name: (len(waits[name]), -float(waits[name].sum())))
    shares = [len(waits[name]) / picture_count for name in names]
    for name, share, height in zip(names, shares, _spread(shares, spacing), strict=True):
        axes.text(
            1.03,
            height,
            f"{wrapped(call(name), 34, lines=1)}\n{percent(share)} delivered, "
            f"half {_within(0.5, waits[name], picture_count)}\n"
            f"90 % {_within(0.9, waits[name], picture_count)}",
            transform=axes.transAxes,
            va="center",
            color=styles[name]["color"],
            fontsize=8.5,
            fontweight="bold",
        )


def _spread(places: Sequence[float], spacing: float) -> list[float]:
    """Return rising places moved apart to at least a spacing, none above the top."""
    # Upwards each is pushed off the one below; downwards, what then stands above the top is pushed
    # back, and pushes those below it.
    raised: list[float] = []
    for end in places:
        raised.append(max(end, raised[-1] + spacing if raised else 0.0))
    ceiling = 1.0
    lowered: list[float] = []
    for end in reversed(raised):
        lowered.append(min(end, ceiling))
        ceiling = lowered[-1] - spacing
    return lowered[::-1]


def _within(share: float, wait_h: np.ndarray, picture_count: int) -> str:
    """Return in words when a share of all pictures taken had been delivered."""
    count = math.ceil(share * picture_count)
    return f"within {text.duration(wait_h[count - 1])}" if len(wait_h) >= count else "never"


def _unit(greatest_h: float) -> tuple[str, float]:
    """Return the unit in which to read times up to the greatest, and the hours it has."""
    return next(
        ((name, hours) for name, hours in _UNITS_H if greatest_h < 2.0 * hours * _OF_NEXT[name]),
        ("days", 24.0),
    )


def _draw_bars(
    axes: Axes, values_h: np.ndarray, colours: Sequence[str], unit_h: float, *, in_hours: bool
) -> None:
    """Draw one row of bars a network, the first of them the baseline; values are (N, bars).

    With `in_hours` no value is written in days, as of hours a day.
    """
    thickness = 0.7 / values_h.shape[1]
    for row, number in np.ndindex(*values_h.shape):
        value, reference = float(values_h[row, number]), float(values_h[0, number])
        position = row + (number - (values_h.shape[1] - 1) / 2) * thickness
        if math.isnan(value):
            words = "" if number else " nothing delivered"
            axes.text(0.0, row, words, va="center", fontsize=8, color=GREY)
            continue
        length = value / unit_h
        axes.barh(position, length, thickness * 0.9, color=colours[row], alpha=1.0 - 0.5 * number)
        words = f" {text.duration(value) if value < 24.0 or not in_hours else f'{value:,.0f} h'}"
        if row > 0 and reference > 0.0:
            words += f" ({text.ratio(value, reference)})"
        axes.text(length, position, words, va="center", fontsize=8)
    longest = (float(np.nanmax(np.append(values_h, 0.0))) or unit_h) / unit_h
    # Beside the longest bar its number needs room; the line below the bars ends with them.
    axes.set_xlim(0.0, longest * 1.9)
    steps = MaxNLocator(4, steps=[1, 2, 3, 5, 6, 10], min_n_ticks=3)
    ticks = [tick for tick in steps.tick_values(0.0, longest) if tick <= longest * (1.0 + 1e-9)]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.spines["bottom"].set_bounds(0.0, longest)
    axes.set_ylim(max(len(values_h), 2) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0)
