"""What becomes of a network when members leave it or join it: before and after, and the ages.

Three networks fly the same pictures: the baseline, the network whose members all stay, and the one
whose members come and go. Seconds since the span's start.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from simulator.arrays import FloatArray
from simulator.errors import InputError, nearest_hint
from simulator.scenario import Network, Scenario
from simulator.study import Study, drawn_studies, find_events, outcome, span_of
from simulator.text import minute_utc
from simulator.units import DAY_S, HOUR_S
from simulator.workers import Threads, Workers
from simulator.worth.period_figures import (
    PERIOD_FIGURES,
    mean_ages_of_blocks_s,
    mean_ages_s,
    period_figures,
)
from simulator.worth.times import compared_networks
from simulator.worth.worth_tables import drawn_range, with_range

CASES = ("baseline", "stays", "leaves")
_MOST_POINTS = 2_000
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, eq=False)
class Withdrawal:
    """A network whose members come and go, beside the same with all of them, and its baseline.

    - `events`: a row an instant at which members leave or join: `at_utc`, `leaving`, `joining`.
    - `figures`: a row a figure and period: `begin_utc`, `end_utc`, and by case (`baseline`;
      `stays`, all members throughout; `leaves`, as they come and go) the value with its range over
      draws, `*_low` and `*_high`; `change` is `leaves` less `stays`, draw by draw.
    - `ages`: the age of the newest picture at headquarters, mean over targets, hours, by case, hour
      by hour; `days`: its mean over each day, with its range over draws.
    """

    network: str
    baseline: str
    draws: int
    drawn: str
    interval: float
    events: pd.DataFrame
    figures: pd.DataFrame
    ages: pd.DataFrame
    days: pd.DataFrame

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked, as JSON can hold it."""
        return {
            "network": self.network,
            "baseline": self.baseline,
            "draws": self.draws,
            "drawn": self.drawn,
            "interval": self.interval,
        }

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {
            "events": self.events,
            "figures": self.figures,
            "days": self.days,
            "ages": self.ages,
        }


def withdrawal(
    scenario: Scenario,
    *,
    network: str | None = None,
    baseline: str | None = None,
    members: Sequence[str] = (),
    on: datetime | str | None = None,
    workers: Workers | None = None,
) -> Withdrawal:
    """Return what becomes of a network when members leave it.

    `on` is when they leave: `members` by name, unless named those that the baseline has not;
    without it the members' own `from_utc` and `until_utc` say who comes and goes. `network` is the
    one with the most members unless named, `baseline` the scenario's. `workers` do the draws.
    Raises InputError for names that are not there, a time outside the span, and where nobody
    comes or goes.
    """
    scenario = scenario.resolve()
    base, whole = compared_networks(scenario, network, baseline)
    span = span_of(scenario)
    if on is None:
        if members:
            raise InputError("members: stand without on, when they leave")
        at = None
    else:
        at = _instant(on)
        if not 0.0 < span.seconds(at) < span.duration_s:
            raise InputError(
                f"on: {minute_utc(at)} UTC is not inside the span, {span.iso(0.0)} to "
                f"{span.iso(span.duration_s)}"
            )
    events = _events(scenario, _by_case(base, whole, members, at)[2])
    narrowed = scenario.model_copy(update={"networks": (base, whole), "regions": ()})
    ask = _Asked(narrowed, tuple(members), at, tuple(at_s for at_s, *_ in events))
    own = ask.found(Study(narrowed))
    draws, share = scenario.uncertainty.draws, scenario.uncertainty.share
    drawn = list((workers or Threads()).map(partial(_drawn, ask), range(draws)))
    edges_s = [0.0, *ask.events_s, span.duration_s]
    return Withdrawal(
        whole.name,
        base.name,
        draws,
        scenario.drawn_words,
        share,
        pd.DataFrame(
            [
                {"at_utc": span.iso(at_s), "leaving": ", ".join(go), "joining": ", ".join(come)}
                for at_s, go, come in events
            ]
        ),
        _figure_table([span.iso(at_s) for at_s in edges_s], own, drawn, share),
        _age_table(ask.at_s, span.isos(ask.at_s), own),
        _day_table(span.isos(ask.days_s[:-1]), own, drawn, share),
    )


@dataclass(frozen=True, eq=False)
class ByCase:
    """What one study makes of the networks by case: figures (periods, cases, F), and ages, hours:

    `ages_h` (cases, N) at instants, `days_h` (cases, D) the means of days.
    """

    figures: FloatArray
    ages_h: FloatArray
    days_h: FloatArray


@dataclass(frozen=True, eq=False)
class _Asked:
    """What every draw is asked: who leaves and when, or None: as the members say themselves."""

    scenario: Scenario
    members: tuple[str, ...]
    at: datetime | None
    events_s: tuple[float, ...]

    @property
    def at_s(self) -> FloatArray:
        """The instants (N,) at which ages are told: hours, or as many as can be drawn."""
        duration_s = span_of(self.scenario).duration_s
        count = min(_MOST_POINTS, max(2, int(duration_s / HOUR_S) + 1))
        return np.linspace(0.0, duration_s, count)

    @property
    def days_s(self) -> FloatArray:
        """The edges (D + 1,) of the days of the span, the last maybe shorter."""
        duration_s = span_of(self.scenario).duration_s
        return np.append(np.arange(0.0, duration_s, DAY_S), duration_s)

    def found(self, study: Study) -> ByCase:
        """Return what one study makes of the networks."""
        events = find_events(study, for_tables=False)
        edges_s = [0.0, *self.events_s, study.span.duration_s]
        periods = list(itertools.pairwise(edges_s))
        values = np.empty((len(periods), len(CASES), len(PERIOD_FIGURES)))
        ages_h = np.empty((len(CASES), len(self.at_s)))
        days_h = np.empty((len(CASES), len(self.days_s) - 1))
        base, whole = study.scenario.networks
        networks = _by_case(base, whole, self.members, self.at)
        for case, network in enumerate(networks):
            found = outcome(study, network, events.contacts, events.pictures)
            ages_h[case] = mean_ages_s(found, events.pictures, self.at_s) / HOUR_S
            days_h[case] = mean_ages_of_blocks_s(found, self.days_s) / HOUR_S
            for number, (begin_s, end_s) in enumerate(periods):
                values[number, case] = period_figures(study, found, events.pictures, begin_s, end_s)
        return ByCase(values, ages_h, days_h)


def _drawn(ask: _Asked, number: int) -> ByCase:
    """Return what a draw finds; a function of its own, so that processes can be given it."""
    return ask.found(drawn_studies(ask.scenario)(number))


def _by_case(
    base: Network, whole: Network, members: Sequence[str], at: datetime | None
) -> tuple[Network, Network, Network]:
    """Return the baseline, the network had nobody come or gone, and the network itself."""
    if at is None:
        return base, _undated(whole), whole
    return base, whole, _leaving(whole, base, members, at)


def _undated(network: Network) -> Network:
    """Return a network all of whose members work throughout."""
    always = {"from_utc": None, "until_utc": None}
    return network.model_copy(
        update={
            "stations": tuple(each.model_copy(update=always) for each in network.stations),
            "relays": tuple(each.model_copy(update=always) for each in network.relays),
        }
    )


def _leaving(network: Network, base: Network, names: Sequence[str], at: datetime) -> Network:
    """Return a network some of whose members leave at an instant, unless they have left before."""
    own = {each.name for each in (*base.stations, *base.relays)}
    known = [each.name for each in (*network.stations, *network.relays)]
    for name in names:
        if name not in known:
            raise InputError(
                f"'{name}' is no member of network '{network.name}'{nearest_hint(name, known)}"
            )
    gone = set(names) or {name for name in known if name not in own}

    def dated(each: Any) -> Any:
        if each.name not in gone or (each.until_utc is not None and each.until_utc <= at):
            return each
        if each.from_utc is not None and each.from_utc >= at:
            raise InputError(f"'{each.name}' joins network '{network.name}' only after it leaves")
        return each.model_copy(update={"until_utc": at})

    return network.model_copy(
        update={
            "stations": tuple(dated(each) for each in network.stations),
            "relays": tuple(dated(each) for each in network.relays),
        }
    )


def _events(
    scenario: Scenario, network: Network
) -> list[tuple[float, tuple[str, ...], tuple[str, ...]]]:
    """Return when, inside the span, which members leave and which join; InputError for never."""
    span, found = span_of(scenario), dict[float, tuple[list[str], list[str]]]()
    for each in (*network.stations, *network.relays):
        for kind, at in enumerate((each.until_utc, each.from_utc)):
            if at is not None and 0.0 < (at_s := span.seconds(at)) < span.duration_s:
                found.setdefault(at_s, ([], []))[kind].append(each.name)
    if not found:
        raise InputError(
            f"no member of network '{network.name}' leaves or joins inside the span: say when with "
            "on (--on), or give members from_utc or until_utc"
        )
    return [(at_s, tuple(go), tuple(come)) for at_s, (go, come) in sorted(found.items())]


def _instant(at: datetime | str) -> datetime:
    """Return an aware instant in UTC; a date begins at midnight UTC. Raises InputError."""
    if isinstance(at, str):
        text = f"{at}T00:00:00Z" if _DATE.fullmatch(at) else at
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise InputError(
                f"on: '{text}' is not a date or a time such as 2023-12-15T06:00:00Z"
            ) from None
    if at.tzinfo is None:
        raise InputError(f"on: {at.isoformat()} has no offset from UTC; write Z after it for UTC")
    return at.astimezone(UTC)


def _figure_table(
    edges_utc: Sequence[str], own: ByCase, drawn: Sequence[ByCase], share: float
) -> pd.DataFrame:
    values = own.figures
    samples = np.array([draw.figures for draw in drawn]).reshape(len(drawn), *values.shape)
    rows = []
    for number, figure in enumerate(PERIOD_FIGURES):
        for period in range(len(values)):
            row: dict[str, Any] = {
                "figure": figure,
                "period": period + 1,
                "begin_utc": edges_utc[period],
                "end_utc": edges_utc[period + 1],
            }
            by_case = {
                case: (values[period, place, number], samples[:, period, place, number])
                for place, case in enumerate(CASES)
            }
            (stays, drawn_stays), (leaves, drawn_leaves) = by_case["stays"], by_case["leaves"]
            by_case["change"] = (leaves - stays, drawn_leaves - drawn_stays)
            for case, (value, several) in by_case.items():
                row |= with_range(case, value, several, share)
            rows.append(row)
    return pd.DataFrame(rows)


def _age_table(at_s: FloatArray, at_utc: Sequence[str], own: ByCase) -> pd.DataFrame:
    ages = {f"{case}_h": own.ages_h[place] for place, case in enumerate(CASES)}
    return pd.DataFrame({"at_h": at_s / HOUR_S, "at_utc": list(at_utc), **ages})


def _day_table(
    begin_utc: Sequence[str], own: ByCase, drawn: Sequence[ByCase], share: float
) -> pd.DataFrame:
    table: dict[str, Any] = {"begin_utc": list(begin_utc)}
    samples = np.array([draw.days_h for draw in drawn]).reshape(len(drawn), *own.days_h.shape)
    for place, case in enumerate(CASES):
        ranges = [drawn_range(samples[:, place, n], share) for n in range(len(begin_utc))]
        low, high = np.array(ranges).T
        table |= {f"{case}_h": own.days_h[place], f"{case}_low_h": low, f"{case}_high_h": high}
    return pd.DataFrame(table)
