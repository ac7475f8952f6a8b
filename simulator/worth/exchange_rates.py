"""Exchange rates: how many satellites, relays or Mbit/s equal what a network gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from simulator import catalog
from simulator.errors import InputError, nearest_hint
from simulator.scenario import Network, Relay, Scenario
from simulator.study import Flight, Study, drawn_studies, find_events, offer_of, outcome_of_offer
from simulator.workers import Threads, Workers
from simulator.worth.exchange_tables import ExchangeTables, StudyExchange
from simulator.worth.fleets import patterns_tried
from simulator.worth.more_links import RATE_STEP, all_relays, rates_tried, relays_tried
from simulator.worth.patterns import Pattern
from simulator.worth.times import compared_networks
from simulator.worth.tried import Tried, chosen
from simulator.worth.worths import DRAWS, chosen_figures

SATELLITES, RELAYS, RATE = "satellites", "relays", "rate"
MEANS = (SATELLITES, RATE, RELAYS)
# What relays and rates are called in tables.
RELAY_NAME, RATE_NAME = "relays", "Mbit/s"
# Three relays see all of a low orbit; more than twice as many bring nothing that is of their kind.
MOST_RELAYS = 6
_FIRST_RELAY = "luch5v"


@dataclass(frozen=True, eq=False)
class Exchange:
    """What equals a network: how much more of something the baseline alone needs to give as much.

    Figures are those of a run: pictures share links, antennas and recorders. A number of NaN is
    never: none up to the most tried is enough. Ranges, `*_low` and `*_high`, hold `interval` of
    the draws; without draws they are NaN, as is `reached_draws_share`.

    - `figures`: a row a figure: with the `baseline` and with the `network`, and the `gain`,
      positive where better.
    - `rates`: a row a figure and `means`: whether the network is `reached`, the smallest `number`
      that gives as much, the `value` there and whether all `larger_too` that were tried do; the
      `most` tried and the `value_at_most`; `reached_draws_share` is the share of draws in which
      any number is enough.
    - `points`: a row a means, `number` tried and figure: its `value`.

    `means` are the satellites of each pattern, counted with the scenario's own, like `satellite`;
    relays more, like `relay`; the rate of all links to stations, found to `rate_step`.
    """

    network: str
    baseline: str
    satellite: str
    satellites: int
    relay: Relay | None
    patterns: tuple[Pattern, ...]
    rate_step: float
    draws: int
    drawn: str
    interval: float
    figures: pd.DataFrame
    rates: pd.DataFrame
    points: pd.DataFrame

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked, as JSON can hold it."""
        relay = self.relay
        return {
            "network": self.network,
            "baseline": self.baseline,
            "satellite": self.satellite,
            "relay": None if relay is None else relay.model_dump(mode="json", exclude_none=True),
            "patterns": [asdict(pattern) for pattern in self.patterns],
            "rate_step": self.rate_step,
            "draws": self.draws,
            "drawn": self.drawn,
            "interval": self.interval,
        }

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {"figures": self.figures, "rates": self.rates, "points": self.points}


@dataclass(frozen=True)
class _Question:
    """What is asked of every draw."""

    baseline: Network
    network: Network
    figures: tuple[str, ...]
    like: str
    patterns: tuple[Pattern, ...]
    most: int
    relay: Relay | None
    by_rate: bool


def exchange(
    scenario: Scenario,
    *,
    network: str | None = None,
    baseline: str | None = None,
    figures: Sequence[str] | None = None,
    means: Sequence[str] = MEANS,
    patterns: Sequence[Pattern] = (Pattern(),),
    most: int = 24,
    like: str | None = None,
    relay: Relay | str | None = None,
    draws: int = DRAWS,
    workers: Workers | None = None,
) -> Exchange:
    """Return how much more of something a baseline needs to give what a network does.

    `network` is the one with the most members unless named, `baseline` the scenario's; `figures`
    are some of `FIGURES`, all unless named, `means` some of `MEANS`. Satellites are `like` the
    scenario's first unless named, in each of the `patterns`, up to `most`; relays like `relay` (one
    or its id in the catalogue; the first of the scenario's networks unless given), up to the fewer
    of `most` and six. Of the scenario's draws there are `draws` at the most; `workers` do them
    (default: threads). Raises InputError for names that
    are not there.
    """
    scenario = scenario.resolve().with_draws(draws)
    asked = _question(scenario, network, baseline, figures, means, patterns, most, like, relay)
    links = [asked.baseline, asked.network]
    if asked.relay is not None:
        links.append(_with_all_relays(asked, asked.relay))
    narrowed = scenario.model_copy(update={"networks": tuple(links), "regions": ()})
    count, share = scenario.uncertainty.draws, scenario.uncertainty.share
    work = partial(_found, narrowed, asked)
    own, *drawn = (workers or Threads()).map(work, [None, *range(count)])
    tables = ExchangeTables(own, drawn, asked.figures, share)
    return Exchange(
        asked.network.name,
        asked.baseline.name,
        asked.like,
        len(Study(narrowed).flights),
        asked.relay,
        asked.patterns,
        RATE_STEP - 1.0,
        count,
        scenario.drawn_words,
        share,
        pd.DataFrame(list(tables.figures())),
        pd.DataFrame(list(tables.rates())),
        pd.DataFrame(list(tables.points())),
    )


def _question(
    scenario: Scenario,
    network: str | None,
    baseline: str | None,
    figures: Sequence[str] | None,
    means: Sequence[str],
    patterns: Sequence[Pattern],
    most: int,
    like: str | None,
    relay: Relay | str | None,
) -> _Question:
    """Return what is asked, every name in it checked; raises InputError."""
    first, other = compared_networks(scenario, network, baseline)
    if first.name == other.name:
        raise InputError(f"'{first.name}' is the baseline itself; name another network")
    for name in means:
        if name not in MEANS:
            raise InputError(
                f"'{name}' is no means that exchange knows; they are {', '.join(MEANS)}"
                f"{nearest_hint(name, MEANS)}"
            )
    if most < 1:
        raise InputError(f"most is {most}; it must be 1 or more")
    if not scenario.satellites:
        raise InputError("the scenario has no satellite to have more of")
    tables = [table.name for table in scenario.satellites]
    if like is not None and like not in tables:
        raise InputError(
            f"'{like}' is no satellite of the scenario; it has {', '.join(tables)}"
            f"{nearest_hint(like, tables)}"
        )
    spread = tuple(dict.fromkeys(patterns)) if SATELLITES in means else ()
    if len({pattern.name for pattern in spread}) < len(spread):
        raise InputError("two patterns have as many planes; ask for them one at a time")
    for pattern in spread:
        if pattern.planes > most:
            raise InputError(
                f"{pattern.planes} planes need as many satellites; the most to be tried is {most}"
            )
    return _Question(
        first,
        other,
        chosen_figures(figures),
        like or tables[0],
        spread,
        most,
        _relay(scenario, relay) if RELAYS in means else None,
        RATE in means,
    )


def _relay(scenario: Scenario, given: Relay | str | None) -> Relay:
    if isinstance(given, Relay):
        return given
    own = [relay for network in scenario.networks for relay in network.relays]
    if given is None and own:
        return own[0]
    # What the catalogue does not have it answers with the nearest that it has.
    return Relay.model_validate({"catalog": catalog.get("relays", given or _FIRST_RELAY).id})


def _with_all_relays(asked: _Question, like: Relay) -> Network:
    """Return the baseline with every relay that is tried, under a name of its own: it is drawn."""
    whole = all_relays(asked.baseline, like, min(asked.most, MOST_RELAYS))
    return whole.model_copy(update={"name": f"{whole.name} with relays tried"[:80]})


def _found(scenario: Scenario, asked: _Question, number: int | None) -> StudyExchange:
    """Return what a draw makes of the question, the scenario itself for None.

    A function of its own, so that processes can be given it.
    """
    study = Study(scenario) if number is None else drawn_studies(scenario)(number)
    # As drawn: masks and delays of their members are among what nobody knows.
    first, other, *_ = study.scenario.networks
    asked = replace(asked, baseline=first, network=other)
    events = find_events(study, for_tables=False)
    base, whole = (
        chosen(
            outcome_of_offer(
                study,
                each,
                offer_of(study, each, events.contacts, events.pictures),
                events.pictures,
            ).figures,
            asked.figures,
        )
        for each in (asked.baseline, asked.network)
    )
    tried: dict[str, Tried] = {}
    if asked.patterns:
        like = _like(study, asked.like)
        tried |= patterns_tried(
            study, asked.baseline, like, asked.patterns, asked.most, asked.figures
        )
    if asked.relay is not None:
        most = min(asked.most, MOST_RELAYS)
        tried[RELAY_NAME] = relays_tried(
            study, events, asked.baseline, asked.relay, most, asked.figures
        )
    if asked.by_rate:
        tried[RATE_NAME] = rates_tried(study, events, asked.baseline, asked.figures, whole)
    return StudyExchange(base, whole, tried)


def _like(study: Study, name: str) -> Flight:
    return next(flight for flight in study.flights if flight.table.name == name)
