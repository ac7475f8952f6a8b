"""What a plan at a target risks: the chance that it is seen, and that the picture is home in time.

Over the scenario's draws of what nobody knows. In each, the target may be looked at in the plan
(an access is open), imaged (a picture is collected within it), and the picture may be at
headquarters before it is of no use any more. Seconds since the span's start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simulator.arrays import BoolArray, FloatArray
from simulator.clouds import chance_shown
from simulator.errors import InputError, nearest_hint
from simulator.scenario import Scenario
from simulator.study import (
    PictureList,
    Study,
    deliveries_of,
    drawn_studies,
    find_events,
    offer_of,
    sky_of_targets,
    span_of,
    weatherproof,
    without_chance,
)
from simulator.units import HOUR_S
from simulator.watched.time_plans import TimePlan
from simulator.workers import Threads, Workers

# Nine in ten of a normal distribution lie within so many standard deviations.
_NINE_IN_TEN = 1.645


@dataclass(frozen=True, eq=False)
class Exposure:
    """What a plan at a target risks, by network.

    - `figures`: a row a network: `looked_chance` that the target could be looked at in the plan,
      `imaged_chance` that a picture of it is taken, `good_chance` that one is good enough for what
      the target asks, `home_chance` that a good one is at headquarters by `useful_h` after the
      plan, and `first_home_h`, from the start of the plan until the first is, median over the draws
      in which one is in time. Where the target asks for nothing all pictures are good. With clouds
      `good_clear_chance` and `home_clear_chance` are those of one that is good enough and shows
      the target through its sky.
    - `drawn`: the same of each draw and network: accesses, pictures, those good enough and home in
      time, and with clouds the chances of one that shows the target.
    - `sky_known`: false where clouds are counted and nothing tells how often the target has a clear
      sky, so that it counts as always clear.
    """

    target: str
    plan: TimePlan
    useful_h: float
    draws: int
    unknown: str
    figures: pd.DataFrame
    drawn: pd.DataFrame
    sky_known: bool

    @property
    def counts_clouds(self) -> bool:
        """Whether the scenario says how often the sky is clear."""
        return "home_clear_chance" in self.figures

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked, as JSON can hold it."""
        return {
            "target": self.target,
            "plan": [
                {"start_utc": begin.isoformat(), "end_utc": end.isoformat()}
                for begin, end in self.plan.times
            ],
            "useful_h": self.useful_h,
            "draws": self.draws,
            "drawn": self.unknown,
            "sky_known": self.sky_known,
        }

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {"figures": self.figures, "drawn": self.drawn}

    @property
    def uncertain(self) -> float:
        """By how much a chance may be off for want of draws, at the most, nine times in ten."""
        return _NINE_IN_TEN * 0.5 / float(np.sqrt(self.draws)) if self.draws else 0.0


class _Asked(NamedTuple):
    """What is asked of every draw: the target's number, the plan, and until when it is of use."""

    scenario: Scenario
    target: int
    plan_s: FloatArray
    until_s: float


def exposure(
    scenario: Scenario,
    target: str,
    plan: TimePlan,
    *,
    useful_h: float = 0.0,
    draws: int | None = None,
    workers: Workers | None = None,
) -> Exposure:
    """Return what a plan at a target of a scenario risks, over at most `draws` of its draws.

    A picture counts if it is home by `useful_h` after the end of the plan. Without draws the
    scenario is taken as it is given. `workers` do the draws. Raises InputError for a target that
    the scenario has not, and for a plan that lies outside its span.
    """
    scenario = scenario.resolve()
    if draws is not None:
        scenario = scenario.with_draws(draws)
    names = [each.name for each in scenario.targets]
    if target not in names:
        raise InputError(f"target '{target}' is not in the scenario{nearest_hint(target, names)}")
    if not scenario.networks:
        raise InputError("the scenario has no networks; without one no picture is ever home")
    if not useful_h >= 0.0:
        raise InputError(f"useful: {useful_h:g} h; allowed 0 and more")
    span = span_of(scenario)
    plan_s = plan.within(span)
    until_s = float(plan_s[-1, 1]) + useful_h * HOUR_S
    if plan_s[0, 0] < 0.0 or until_s > span.duration_s:
        raise InputError(
            f"plan: {plan.words}{f' and {useful_h:g} h more' if useful_h else ''} does not lie in "
            f"the scenario's span, {span.iso(0.0)} to {span.iso(span.duration_s)}"
        )
    ask = _Asked(scenario.model_copy(update={"regions": ()}), names.index(target), plan_s, until_s)
    count = scenario.uncertainty.draws
    found = list((workers or Threads()).map(partial(_drawn, ask), range(max(count, 1))))
    drawn = pd.DataFrame([row for rows in found for row in rows])
    return Exposure(
        target,
        plan,
        useful_h,
        count,
        scenario.drawn_words if count else "",
        _figures(drawn, [network.name for network in scenario.networks]),
        drawn,
        target not in without_chance(Study(ask.scenario))[0],
    )


def _drawn(ask: _Asked, number: int) -> list[dict[str, Any]]:
    """Return what the plan risks in a draw, a row a network."""
    drawn = ask.scenario.uncertainty.draws
    study = drawn_studies(ask.scenario)(number) if drawn else Study(ask.scenario)
    events = find_events(study, for_tables=False)
    columns, pictures = events.accesses.columns, events.pictures
    at_target = columns["target"] == ask.target
    open_s = np.stack([columns["start_s"][at_target], columns["end_s"][at_target]], axis=1)
    looks = int(_meets(open_s, ask.plan_s).sum())
    taken = (pictures.target == ask.target) & _inside(pictures.taken_s, ask.plan_s)
    taken &= _inside(pictures.begin_s, ask.plan_s)
    good = taken & pictures.good_enough
    shown = _shown(study, ask.target, pictures, good)
    rows = []
    for network in study.scenario.networks:
        offered = offer_of(study, network, events.contacts, pictures)
        delivered_s = deliveries_of(study, network, offered, pictures).delivered_s[good]
        in_time = delivered_s <= ask.until_s
        home_s = delivered_s[in_time]
        first_h = (home_s.min() - ask.plan_s[0, 0]) / HOUR_S if len(home_s) else np.nan
        rows.append(
            {
                "draw": number,
                "network": network.name,
                "looks": looks,
                "pictures": int(taken.sum()),
                "good": int(good.sum()),
                "home": len(home_s),
                "first_home_h": float(first_h),
                **({} if shown is None else {"good_clear_chance": shown(np.ones_like(in_time))}),
                **({} if shown is None else {"home_clear_chance": shown(in_time)}),
            }
        )
    return rows


def _shown(
    study: Study, target: int, pictures: PictureList, rows: BoolArray
) -> Callable[[BoolArray], float] | None:
    """Return what tells the chance that one of some pictures, rows (P,), shows its target.

    It is given which of them are meant, in their order; None where clouds are not counted.
    """
    sky = sky_of_targets(study)
    if sky is None:
        return None
    taken_s = pictures.taken_s[rows]
    order = np.argsort(taken_s, kind="stable")
    through = weatherproof(study)[pictures.satellite[rows]]
    # One place, the target's.
    place = np.zeros(len(order), dtype=np.int64)
    looks = sky.of(np.array([target])).looks(place, taken_s[order], through[order])

    def shown(among: BoolArray) -> float:
        ends = np.array([0]), np.array([len(order)])
        return float(chance_shown(looks, *ends, among[order])[0])

    return shown


def _meets(open_s: FloatArray, plan_s: FloatArray) -> BoolArray:
    """Return which windows (N, 2) share an instant with a plan."""
    first = np.searchsorted(plan_s[:, 1], open_s[:, 0], side="right")
    last = np.searchsorted(plan_s[:, 0], open_s[:, 1], side="left")
    return np.asarray(last > first)


def _inside(at_s: FloatArray, plan_s: FloatArray) -> BoolArray:
    """Return which instants (N,) lie in a plan."""
    before = np.searchsorted(plan_s[:, 0], at_s, side="right")
    return np.asarray(before > np.searchsorted(plan_s[:, 1], at_s, side="right"))


def _figures(drawn: pd.DataFrame, networks: Sequence[str]) -> pd.DataFrame:
    rows = []
    for name in networks:
        own = drawn[drawn["network"] == name]
        home_h = own["first_home_h"].dropna()
        rows.append(
            {
                "network": name,
                "looked_chance": float((own["looks"] > 0).mean()),
                "imaged_chance": float((own["pictures"] > 0).mean()),
                "good_chance": float((own["good"] > 0).mean()),
                "home_chance": float((own["home"] > 0).mean()),
                **{
                    name: float(own[name].mean())
                    for name in ("good_clear_chance", "home_clear_chance")
                    if name in own
                },
                "first_home_h": float(home_h.median()) if len(home_h) else np.nan,
            }
        )
    return pd.DataFrame(rows)
