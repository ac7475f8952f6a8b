"""What networks come to and how they differ, as clauses: response, latency, losses, contact."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from simulator.report.differences import (
    Difference,
    DrawnRatio,
    baseline_row,
    chance_words,
    differences,
    grouped,
    value_range,
)
from simulator.report.listing import Row, always_in_contact, records
from simulator.report.sentences import listed, percent_range
from simulator.results import labels_of
from simulator.text import duration, ratio
from simulator.units import HOUR_S, MINUTE_S

if TYPE_CHECKING:
    import pandas as pd

    from simulator.results import Results

_MOST_GROUPS = 3
_MOST_REGIONS = 2
# A ratio between these reads better as a percentage than as a factor.
LEAST_PERCENT, MOST_PERCENT = 0.5, 2.0
# Shares from which on a mean needs the word that it is not of all.
_MANY_UNANSWERED, _MANY_WAITING = 0.1, 0.05


@dataclass(frozen=True)
class _Figure:
    """A figure of networks as a clause has it.

    `lead` comes before its value, which `bare` writes alone and `words` in the clause; `less` and
    `more` are what the value is beside the baseline's; `absent` is said where there is none.
    """

    name: str
    lead: str
    bare: Callable[[float], str]
    words: Callable[[float], str]
    less: str
    more: str
    absent: str = ""


def _on_average(hours: float) -> str:
    return f"{duration(hours)} on average"


_RESPONSE = _Figure(
    "response_mean_h",
    "from a request to its picture at headquarters it takes",
    duration,
    _on_average,
    "less",
    "more",
    "no request is answered",
)
_CLEAR_RESPONSE = _Figure(
    "response_mean_clear_h",
    "counting clouds, from a request to a picture at headquarters that shows its target it takes",
    duration,
    _on_average,
    "less",
    "more",
    "no request is answered by a picture that shows its target",
)
_LATENCY = _Figure(
    "latency_mean_h",
    "once taken, a picture is at headquarters after",
    duration,
    _on_average,
    "sooner",
    "later",
    "no picture is delivered",
)

_REGION_RESPONSE = _Figure(
    "cell_response_mean_h",
    "from a request for a place in {} to its picture at headquarters it takes",
    duration,
    _on_average,
    "less",
    "more",
    "no request for a place is answered",
)


def network_clauses(results: Results) -> list[str]:
    """Return what the networks come to and how they differ: two clauses at most."""
    if not len(results.networks):
        return []
    chance = chance_words(results)
    if not len(results.targets):
        contact = "; ".join(filter(None, [_contact(results), chance]))
        return [*filter(None, [_regions(results)]), contact]
    if not results.networks["pictures_taken"].max() > 0:
        return ["no picture is taken, and so no request is answered"]
    asked = _response(results)
    response = differences(results, asked.name)
    latency = differences(results, _LATENCY.name)
    answered = not math.isnan(float(baseline_row(results)[asked.name]))
    if response and answered and all(each.is_none for each in (*response, *latency)):
        return [_no_difference(results, response, chance)]
    chance = chance_words(results, [*response, *latency])
    first = _compared(results, asked, response) + _unanswered(results) + _without_clouds(results)
    second = _compared(results, _LATENCY, latency) + _losses(results)
    return [first, "; ".join(filter(None, [second, chance]))]


def _response(results: Results) -> _Figure:
    """Return the response with clouds where they take something from a picture."""
    return _CLEAR_RESPONSE if _clouds_take(results) else _RESPONSE


def _clouds_take(results: Results) -> bool:
    """Return whether the response changes with clouds; that of radars does not."""
    table = results.networks
    if _CLEAR_RESPONSE.name not in table:
        return False
    with_clouds, without = table[_CLEAR_RESPONSE.name], table[_RESPONSE.name]
    return not np.allclose(with_clouds, without, rtol=1e-9, atol=0.0, equal_nan=True)


def _without_clouds(results: Results) -> str:
    """Return what the response would be as if the sky were always clear; empty if it is so."""
    plain_h = float(baseline_row(results)[_RESPONSE.name])
    if _response(results) is _RESPONSE or math.isnan(plain_h):
        return ""
    return f"; as if the sky were always clear {duration(plain_h)}"


def _regions(results: Results) -> str:
    """Return how long a request for a place of each region takes by network, empty without any."""
    rows = records(results.region_networks)
    regions = list(dict.fromkeys(str(row["region"]) for row in rows))
    parts = [
        _of_region(results, region, [row for row in rows if row["region"] == region])
        for region in regions[:_MOST_REGIONS]
    ]
    # As cells are counted: their pictures do not wait for each other.
    return f"if every picture has the network to itself, {'; '.join(parts)}" if parts else ""


def _of_region(results: Results, region: str, rows: Sequence[Row]) -> str:
    base = next((row for row in rows if row["network"] == results.baseline), rows[0])
    value = float(base[_REGION_RESPONSE.name])
    # By the ratio that the table has: of the cells that both networks answer. Chance is not known.
    groups = grouped(
        Difference((str(row["network"]),), each, each, value, math.nan, math.nan)
        for row in rows
        if row is not base
        for each in [value * float(row["cell_response_ratio"])]
    )
    called = labels_of(results).region(region)
    figure = replace(_REGION_RESPONSE, lead=_REGION_RESPONSE.lead.format(called))
    return _beside(figure, str(base["network"]), value, groups)


def _no_difference(results: Results, groups: Sequence[Difference], chance: str) -> str:
    """Return that networks make no difference, with what all of them come to."""
    base = baseline_row(results)
    others = [name for each in groups for name in each.networks]
    how_sure = f" ({chance})" if chance else ""
    first, second = (
        f"{figure.lead} {figure.words(float(base[figure.name]))}"
        for figure in (_response(results), _LATENCY)
    )
    return (
        f"beside {base['network']}, {listed(others)} {_makes(others)} no difference beyond "
        f"chance{how_sure}: {first}, and {second}{_unanswered(results)}"
        f"{_without_clouds(results)}{_losses(results)}"
    )


def _makes(names: Sequence[str]) -> str:
    return "makes" if len(names) == 1 else "make"


def _compared(results: Results, figure: _Figure, groups: Sequence[Difference]) -> str:
    """Return a figure of the baseline and of the networks that differ from it."""
    base = baseline_row(results)
    name, value = str(base["network"]), float(base[figure.name])
    ranged = "" if groups else _range_words(results, name, figure)
    return _beside(figure, name, value, groups, ranged)


def _beside(
    figure: _Figure, name: str, value: float, groups: Sequence[Difference], ranged: str = ""
) -> str:
    """Return a figure's value with a network, and what others make of it."""
    differing = [each for each in groups if not each.is_none]
    alike = [network for each in groups if each.is_none for network in each.networks]
    clauses = list(_clauses(figure, differing))
    if math.isnan(value):
        begin = f"{figure.absent} with {listed([name, *alike])}"
        return f"{begin}; {figure.lead} {', '.join(clauses)}" if clauses else begin
    begin = f"{figure.lead} {figure.words(value)} with {name}{ranged}"
    same = f"{listed(alike)} {_makes(alike)} no difference" if alike else ""
    return ", and ".join(filter(None, [", ".join([begin, *clauses]), same]))


def _clauses(figure: _Figure, differing: Sequence[Difference]) -> Iterator[str]:
    for difference in differing[:_MOST_GROUPS]:
        yield _clause(figure, difference)
    if more := sum(len(each.networks) for each in differing[_MOST_GROUPS:]):
        yield f"otherwise with {more} more"


def _range_words(results: Results, network: str, figure: _Figure) -> str:
    low, high = (figure.bare(each) for each in value_range(results, network, figure.name))
    return "" if low == high else f" ({low} to {high})"


def _clause(figure: _Figure, difference: Difference) -> str:
    """Return what a group of networks makes of a figure, with how sure that is."""
    names = listed(difference.networks)
    if difference.is_absent:
        return f"{figure.absent} with {names}"
    value = between(figure.bare(difference.low), figure.bare(difference.high))
    if figure.bare(difference.low) == figure.bare(difference.high):
        value = figure.words(difference.low).removesuffix(" on average")
    least, most = difference.ratios()
    # Beside nothing, or nothing itself: there is no ratio to be read.
    if not least > 0.0:
        return f"{value} with {names}"
    way = figure.more if most > 1.0 else figure.less
    how_many = change if least >= LEAST_PERCENT and most <= MOST_PERCENT else _factors
    changed = how_many(least, most)
    if difference.is_mixed and difference.drawn:
        return _mixed(value, changed, way, names, difference.drawn, how_many)
    ranged = how_many(difference.ratio_low, difference.ratio_high) if difference.is_sure else ""
    around = "" if ranged == changed else ranged
    if how_many is change:
        return f"{changed} {way} with {names}{f' ({around})' if around else ''}"
    return f"{value} with {names} ({changed} times {way}{f', {around}' if around else ''})"


def _mixed(
    value: str,
    changed: str,
    way: str,
    names: str,
    drawn: DrawnRatio,
    how_many: Callable[[float, float], str],
) -> str:
    """Return a difference that is there in most draws, and in which share of them it is not."""
    times = "" if how_many is change else " times"
    middle = how_many(drawn.middle_low, drawn.middle_high)
    most = how_many(*((drawn.low,) * 2 if drawn.middle_high < 1.0 else (drawn.high,) * 2))
    here = f"{changed}{times} {way} as given" if changed != middle else "as given"
    over = f"{middle}{times} {way} in the median draw, up to {most}"
    none = f"not {way} in {100.0 * drawn.contrary_share:.0f} % of the draws"
    return f"{value} with {names} ({here}, {over}, {none})"


def between(low: str, high: str) -> str:
    """Return a range of two values as they read, one if they read alike."""
    return low if low == high else f"{low} to {high}"


def change(low: float, high: float) -> str:
    """Return a range of ratios on one side of 1 as what they are more or less, in percent."""
    return percent_range([abs(1.0 - low), abs(1.0 - high)])


def _factors(low: float, high: float) -> str:
    """Return a range of ratios on one side of 1 as how many times more or less they are."""
    # The smaller factor first, whichever side of 1 they are on.
    first, last = (low, high) if low > 1.0 else (high, low)
    if last == 0.0:
        return f"{_factor(first)} and more"
    return between(_factor(first), _factor(last))


def _factor(times: float) -> str:
    return ratio(times, 1.0).lstrip("x÷")


def _unanswered(results: Results) -> str:
    """Return how many requests a mean leaves out, if they are many; empty if not."""
    table, name = results.networks, _response(results).name
    share_name = name.replace("mean", "unknown").replace("_h", "_share")
    if share_name not in table:
        return ""
    parts = [float(part) for part in table[share_name] if part < 1.0]
    if max(parts, default=0.0) < _MANY_UNANSWERED:
        return ""
    left_out = percent_range(parts)
    return f"; {left_out} of requests are left out, for the span ends before their answer"


def _losses(results: Results) -> str:
    """Return which networks lose pictures or still have many on board; empty where none does."""
    table = results.networks
    taken = table["pictures_taken"]
    parts = [
        _of_pictures(results, "pictures_lost", table["pictures_lost"] > 0, "lost"),
        _of_pictures(
            results,
            "pictures_waiting",
            table["pictures_waiting"] >= _MANY_WAITING * taken,
            "still on board at the end",
        ),
    ]
    return "".join(f"; {part}" for part in parts if part)


def _of_pictures(results: Results, column: str, chosen: pd.Series[bool], words: str) -> str:
    table = results.networks[chosen]
    counts = sorted({int(count) for count in table[column]})
    if not counts:
        return ""
    taken = int(results.networks["pictures_taken"].max())
    number = between(f"{counts[0]:,}", f"{counts[-1]:,}")
    whose = "" if len(table) == len(results.networks) else f" with {listed(list(table['network']))}"
    are = "is" if counts[-1] == 1 else "are"
    return f"{number} of {taken:,} pictures {are} {words}{whose}"


def _contact_figure(results: Results) -> _Figure:
    """Return the figure of contact: a satellite's, for minutes are added over satellites."""
    count = max(1, len(results.satellites))
    endless_min = results.networks["contact_minutes_per_day"][
        results.networks["network"].isin(always_in_contact(results))
    ].min()

    def bare(minutes: float) -> str:
        return duration(minutes / count * MINUTE_S / HOUR_S)

    def words(minutes: float) -> str:
        # NaN, where no network is always in contact, is above nothing.
        return "all the time" if minutes >= endless_min else f"for {bare(minutes)} a day"

    whose = "the satellite is" if count == 1 else "a satellite is on average"
    lead = f"{whose} in contact with the ground"
    return _Figure("contact_minutes_per_day", lead, bare, words, "shorter", "longer")


def _contact(results: Results) -> str:
    """Return how long satellites are in contact, where nobody asks for a picture of a place."""
    figure = _contact_figure(results)
    groups = differences(results, figure.name)
    silence_h = results.networks["longest_silence_h"]
    low, high = duration(float(silence_h.min())), duration(float(silence_h.max()))
    longest = f"; the longest silence is {between(low, high)}" if silence_h.max() > 0.0 else ""
    return _compared(results, figure, groups) + longest
