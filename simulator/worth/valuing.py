"""What each member of a network is worth in one study, figure by figure."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from simulator import intervals
from simulator.arrays import BoolArray, FloatArray
from simulator.network import Offer
from simulator.study import Events, Study, members
from simulator.worth import contact_times, exact
from simulator.worth.games import (
    MOST_EXACT,
    Game,
    GreatestGame,
    Remembered,
    in_lots,
    orders_of_joining,
    shapley,
)
from simulator.worth.loaded import loaded_arrivals_s
from simulator.worth.picture_figures import PICTURE_FIGURES, Served
from simulator.worth.times import Coalition, Offers, arrivals_s, latest_s, offers

FIGURES = (*PICTURE_FIGURES, "next_command_mean_h", "longest_silence_h", "offered_gbit_per_day")
_BETTER_MORE = ("delivered_within_1h_share", "offered_gbit_per_day")
# What is better, less or more: gains are positive where a set is better than the baseline.
GAIN_SIGN = np.array([1.0 if name in _BETTER_MORE else -1.0 for name in FIGURES])


@dataclass(frozen=True, eq=False)
class Values:
    """What members are worth: gains over the baseline, positive where better; by figure (F,).

    `alone` (M, F) is what the baseline gains by one member, `loss` what the whole loses without it,
    `shapley` its Shapley value with standard error `error`, which is 0 where `is_exact` (F,).
    """

    baseline: FloatArray
    whole: FloatArray
    alone: FloatArray
    loss: FloatArray
    shapley: FloatArray
    error: FloatArray
    is_exact: BoolArray

    @property
    def gain(self) -> FloatArray:
        """What the whole gains over the baseline (F,)."""
        gain = GAIN_SIGN[: len(self.whole)] * (self.whole - self.baseline)
        return _rounded(gain, _ROUNDING * np.maximum(np.abs(self.baseline), np.abs(self.whole)))


@dataclass(frozen=True, eq=False)
class IdleGame:
    """The figures of sets of members where each picture has the network to itself.

    `exact` holds, by number of the figure, the games whose Shapley values need no sampling.
    """

    coalition: Coalition
    served: Served
    arrival_s: FloatArray
    latest_s: FloatArray
    crossed_s: FloatArray | None
    silence: contact_times.Silence
    command_h: float
    capacity_gbit: float
    exact: dict[int, GreatestGame] = field(default_factory=dict)

    def figures(self, sets: BoolArray) -> FloatArray:
        """Return the figures (N, F) of sets (N, M)."""
        command_gain, capacity_gain = (self.exact[FIGURES.index(n)](sets) for n in _BY_PIECES)
        return self._filled(sets, self.command_h - command_gain, self.capacity_gbit + capacity_gain)

    def sampled_gains(self, sets: BoolArray) -> FloatArray:
        """Return what sets (N, M) gain over the baseline (N, F) in figures that need sampling.

        Of those found piece by piece, which take the longest and are exact, NaN.
        """
        none = np.zeros((1, sets.shape[1]), dtype=np.bool_)
        values = self._filled(np.concatenate([none, sets]), np.nan, np.nan)
        return np.asarray(GAIN_SIGN * (values[1:] - values[0]))

    def _filled(
        self, sets: BoolArray, command_h: FloatArray | float, gbit: FloatArray | float
    ) -> FloatArray:
        links = self.coalition.number_of_links()
        arrival_s = _least(self.arrival_s, sets[:, :links])
        if self.crossed_s is not None:
            crossed_s = _least(self.crossed_s, sets[:, :links])
            arrival_s = np.where(sets[:, -1:], np.minimum(crossed_s, arrival_s), arrival_s)
        out = np.empty((len(sets), len(FIGURES)))
        latest = -_least(-self.latest_s, sets[:, :links])
        out[:, : len(PICTURE_FIGURES)] = self.served.values(arrival_s, latest)
        out[:, -3] = command_h
        out[:, -2] = self.silence.longest_h(sets[:, :links])
        out[:, -1] = gbit
        return out


# Of a figure: what rounding may make of no gain at all.
_ROUNDING = 1e-12
_BY_PIECES = ("next_command_mean_h", "offered_gbit_per_day")


def _least(table: FloatArray, sets: BoolArray) -> FloatArray:
    """Return the least of the baseline's row (M + 1, P) and those of the members of sets (N, P)."""
    out = np.broadcast_to(table[0], (len(sets), table.shape[1])).copy()
    for member, own in enumerate(table[1:]):
        rows = sets[:, member]
        out[rows] = np.minimum(out[rows], own)
    return out


def idle_game(offered: Offers) -> IdleGame:
    """Return the figures of sets of members as a game."""
    study, of = offered.study, offered.coalition
    span_s, count = study.span.duration_s, of.number_of_links()
    single = offered.alone()
    arrival_s, latest = arrivals_s(offered, single), latest_s(offered, single)
    crossed_s = arrivals_s(offered, offered.alone(crosslinks=True)) if of.has_crosslinks else None
    served = _served(offered, arrival_s[0], latest[0])
    owner = _owners(of, offered.whole)
    command_h, commands = exact.command_game(_command_windows_s(offered, owner, count), span_s)
    capacity = contact_times.capacity(offered.whole, owner, count + 1, span_s)
    games = {"next_command_mean_h": commands, "offered_gbit_per_day": capacity.game()}
    if of.has_crosslinks:
        # Crosslinks neither command nor receive: of these figures they change nothing.
        games = {name: _with_idle_member(game) for name, game in games.items()}
    else:
        games["latency_mean_h"] = exact.latency_game(served, arrival_s)
        games["delivered_within_1h_share"] = exact.within_game(served, arrival_s)
        games["age_mean_h"] = exact.age_game(served, arrival_s)
    windows_s = contact_times.contact_windows_s(offered.whole, owner, count + 1)
    return IdleGame(
        of,
        served,
        arrival_s,
        latest,
        crossed_s,
        contact_times.silence(windows_s, span_s),
        command_h,
        capacity.baseline_gbit_per_day,
        {FIGURES.index(name): game for name, game in games.items()},
    )


def _with_idle_member(game: GreatestGame) -> GreatestGame:
    return GreatestGame(np.vstack([game.gain, np.zeros((1, game.gain.shape[1]))]), game.weight)


def _served(offered: Offers, arrival_s: FloatArray, latest: FloatArray) -> Served:
    pictures, study = offered.pictures, offered.study
    span_s = study.span.duration_s
    return Served(span_s, pictures.target, pictures.taken_s, arrival_s, latest, study.requests)


def _owners(of: Coalition, whole: Offer) -> list[int]:
    """Return for each link who has it: 0 the baseline, m + 1 member m."""
    own = {link.name for link in members(of.baseline)}
    return [0 if link.name in own else of.names.index(link.name) + 1 for link in whole.links]


def _command_windows_s(offered: Offers, owner: list[int], count: int) -> list[FloatArray]:
    """Return the merged times (N, 2) in which the baseline and each member command a satellite."""
    satellites = range(len(offered.study.fleet))
    windows_s = []
    for number in range(count + 1):
        part = offered.whole.of_some_links(np.array(owner, dtype=np.int64) == number)
        windows_s.append(intervals.union(*(part.commands_s(satellite) for satellite in satellites)))
    return windows_s


def idle_values(game: IdleGame, *, orders: int, seed: int) -> Values:
    """Return what members are worth where each picture has the network to itself.

    Figures without an exact Shapley value are sampled over so many orders of joining.
    """
    count = len(game.coalition.names)
    values = _marginal_values(game.figures, count, len(FIGURES))
    sampled = shapley(game.sampled_gains, orders_of_joining(count, orders, seed))
    is_exact = np.full(len(FIGURES), count <= MOST_EXACT)
    for number, one in game.exact.items():
        sampled.value[:, number], sampled.error[:, number] = one.shapley(), 0.0
        is_exact[number] = True
    return _defined(Values(*values, sampled.value, sampled.error, is_exact))


def loaded_figures(game: IdleGame, offered: Offers) -> Remembered:
    """Return the figures PICTURE_FIGURES of sets of members where pictures share the network."""
    nothing = np.zeros((1, len(game.coalition.names)), dtype=np.bool_)
    served = _served(offered, loaded_arrivals_s(offered, nothing)[0], game.latest_s[0])
    links = game.coalition.number_of_links()

    def figures(sets: BoolArray) -> FloatArray:
        latest = -_least(-game.latest_s, sets[:, :links])
        return served.values(loaded_arrivals_s(offered, sets), latest)

    return Remembered(figures)


def loaded_values(figures: Remembered, members: int, *, orders: int, seed: int) -> Values:
    """Return what members are worth where pictures share the network, in PICTURE_FIGURES.

    Every set of every order asks for a delivery of its own.
    """
    values = _marginal_values(figures, members, len(PICTURE_FIGURES))
    sign, baseline = GAIN_SIGN[: len(PICTURE_FIGURES)], values[0]

    def gains(sets: BoolArray) -> FloatArray:
        return np.asarray(sign * (figures(sets) - baseline))

    sampled = shapley(gains, orders_of_joining(members, orders, seed))
    is_exact = np.full(len(baseline), members <= MOST_EXACT)
    return _defined(Values(*values, sampled.value, sampled.error, is_exact))


def _defined(values: Values) -> Values:
    """Return values with NaN for members where the baseline has no such figure to better."""
    unknown = np.isnan(values.gain)
    for table in (values.alone, values.loss, values.shapley, values.error):
        table[:, unknown] = np.nan
    return values


def _marginal_values(
    figures: Game, count: int, number: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the baseline's figures, the whole's, what members add alone, and their loss."""
    sets = np.concatenate(
        [
            np.zeros((1, count), dtype=np.bool_),
            np.ones((1, count), dtype=np.bool_),
            np.eye(count, dtype=np.bool_),
            ~np.eye(count, dtype=np.bool_),
        ]
    )
    values, sign = in_lots(figures, sets), GAIN_SIGN[:number]
    baseline, whole = values[0], values[1]
    least = _ROUNDING * np.maximum(np.abs(baseline), np.abs(whole))
    alone = _rounded(sign * (values[2 : count + 2] - baseline), least)
    return baseline, whole, alone, _rounded(sign * (whole - values[count + 2 :]), least)


def _rounded(gains: FloatArray, least: FloatArray) -> FloatArray:
    """Return gains (M, F), 0 for what rounding alone makes of them."""
    return np.where(np.abs(gains) <= least, 0.0, gains)


def valued(study: Study, events: Events, of: Coalition) -> tuple[Offers, IdleGame]:
    """Return what sets of members offer in a study, and their figures as a game."""
    offered = offers(study, events, of)
    return offered, idle_game(offered)
