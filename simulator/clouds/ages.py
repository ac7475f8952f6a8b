"""How old and how late pictures are at headquarters, when clouds leave some of them empty.

A picture under cloud is taken, sent and delivered like any other; it only shows nothing. So a
network carries the same pictures at the same instants, and the newest that shows its place, or the
first of those asked for, is a matter of chance: each is one with a probability. The figures are
over all instants and all skies, exactly. Pictures are `Looks`, by the instants they were taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simulator import ragged
from simulator.arrays import BoolArray, FloatArray, IntArray
from simulator.clouds.looks import Looks
from simulator.clouds.walks import END, NEGLIGIBLE, carried, first_shown

# Rows followed at a time where pictures overtake each other: they need a square of memory each.
_ROWS = 256
# Looks beyond those that would do in the order of taking, since another order needs a few more.
_MORE = 16


@dataclass(frozen=True, eq=False)
class SkyPieces:
    """A quantity in seconds on pieces (N,) of the span of places: from `low_s` to `high_s`.

    Piece n is of `place`, `length_s` long, and so with the probability `chance`; `undefined_s` (P,)
    is the expected time of each place on which the quantity is not defined.
    """

    place: IntArray
    length_s: FloatArray
    low_s: FloatArray
    high_s: FloatArray
    chance: FloatArray
    undefined_s: FloatArray

    def parted(self, places: int) -> Iterator[SkyPieces]:
        """Yield the pieces of so many places at a time, which are numbered from 0 in each part."""
        part = self.place // places
        order = np.argsort(part, kind="stable")
        edges = np.searchsorted(part[order], np.arange(len(self.undefined_s) // places + 1))
        whole = SkyPieces(
            self.place[order],
            self.length_s[order],
            self.low_s[order],
            self.high_s[order],
            self.chance[order],
            self.undefined_s,
        )
        for number, (begin, end) in enumerate(pairwise(edges.tolist())):
            own, first = slice(begin, end), number * places
            yield SkyPieces(
                whole.place[own] - first,
                whole.length_s[own],
                whole.low_s[own],
                whole.high_s[own],
                whole.chance[own],
                self.undefined_s[first : first + places],
            )


def clear_ages(looks: Looks, delivered_s: FloatArray, span_s: float) -> SkyPieces:
    """Return the age, at each instant of [0, span_s), of the newest picture that shows each place.

    `delivered_s` (N,) are the instants of delivery, inf: never. Undefined before the first.
    """
    places, rows = len(looks.shares), looks.rows(len(looks.shares))
    home = np.flatnonzero(delivered_s < span_s)
    order = home[np.lexsort((delivered_s[home], looks.place[home]))]
    since_s = np.maximum(delivered_s[order], 0.0)
    place = looks.place[order]
    last_of_place = np.append(place[1:] != place[:-1], True)[: len(order)]
    until_s = np.where(last_of_place, span_s, np.append(since_s[1:], span_s)[: len(order)])
    first_s = np.full(places, span_s)
    np.minimum.at(first_s, place, since_s)
    lasting = until_s > since_s
    since_s, until_s, place = since_s[lasting], until_s[lasting], place[lasting]
    # From the newest taken of those at home back to the oldest.
    newest = _newest(looks, delivered_s, order, lasting)
    found = [
        (place[walk], since_s[walk], until_s[walk], look, chance)
        for walk, look, chance in first_shown(
            looks,
            newest,
            rows[place],
            counting=(delivered_s, since_s),
        )
    ]
    return _pieces(found, first_s, lambda low, high, at: (low - at, high - at), looks.at_s)


def _newest(looks: Looks, delivered_s: FloatArray, order: IntArray, kept: BoolArray) -> IntArray:
    """Return the newest picture taken of those delivered so far, at each delivery that is kept."""
    shift = looks.place[order] * len(looks)
    return np.asarray((np.maximum.accumulate(order + shift) - shift)[kept])


def clear_responses(
    looks: Looks,
    latest_s: FloatArray,
    delivered_s: FloatArray,
    span_s: float,
    *,
    group: IntArray | None = None,
) -> SkyPieces:
    """Return the time from a request at each instant to a picture that shows the place at home.

    Picture j can still be commanded by requests up to `latest_s[j]` (-inf: by none) and is
    delivered at `delivered_s[j]` (inf: never). Whoever asks gets all pictures taken from then on,
    and the first at home that shows the place counts. Undefined where there is none. What is found
    of places does not depend, to the last bit, on those of another `group` (P,), default: all one.
    """
    places = len(looks.shares)
    usable = np.flatnonzero((latest_s > 0.0) & np.isfinite(delivered_s))
    order = usable[np.lexsort((latest_s[usable], looks.place[usable]))]
    place = looks.place[order]
    until_s = np.minimum(latest_s[order], span_s)
    first_of_place = np.append(True, place[1:] != place[:-1])[: len(order)]
    since_s = np.where(first_of_place, 0.0, np.append(0.0, until_s[:-1])[: len(order)])
    undefined_s = np.full(places, span_s)
    np.minimum.at(undefined_s, place, span_s - until_s)
    lasting = np.flatnonzero(until_s > since_s)
    found = [
        (place[lasting][walk], since_s[lasting][walk], until_s[lasting][walk], look, chance)
        for walk, look, chance in _first_home(looks, order, lasting, delivered_s, group)
    ]
    return _pieces(found, undefined_s, lambda low, high, at: (at - high, at - low), delivered_s)


def clear_answers(
    looks: Looks,
    requests: tuple[IntArray, FloatArray],
    latest_s: FloatArray,
    delivered_s: FloatArray,
    span_s: float,
    *,
    group: IntArray | None = None,
) -> SkyPieces:
    """Return `clear_responses` for requests (R,) at single instants: their places and instants.

    Requests of a place weigh alike, and together as much as the span; a place without any has none
    answered.
    """
    asked, asked_s = requests
    places = len(looks.shares)
    usable = np.flatnonzero((latest_s >= 0.0) & np.isfinite(delivered_s))
    order = usable[np.lexsort((latest_s[usable], looks.place[usable]))]
    number = np.bincount(asked, minlength=places)
    weight_s = span_s / np.maximum(number, 1)
    undefined_s = np.where(number > 0, 0.0, span_s)
    # The first picture, in order of last command, that a request can still command.
    to_place = np.searchsorted(looks.place[order], asked, side="right")
    begin = ragged.search(looks.place[order], latest_s[order], asked, asked_s)
    late = begin >= to_place
    np.add.at(undefined_s, asked[late], weight_s[asked[late]])
    asked, asked_s, begin = asked[~late], asked_s[~late], begin[~late]
    found = [
        (asked[walk], asked_s[walk], asked_s[walk] + weight_s[asked[walk]], look, chance)
        for walk, look, chance in _first_home(looks, order, begin, delivered_s, group)
    ]
    return _pieces(found, undefined_s, lambda low, _, at: (at - low, at - low), delivered_s)


def _first_home(
    looks: Looks,
    order: IntArray,
    begin: IntArray,
    delivered_s: FloatArray,
    group: IntArray | None,
) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Yield (row, look, probability): the look is the first at home that shows the place.

    A row may use the looks of its place in `order`, by last command, from number `begin` on; a look
    of END has the probability that none shows the place.
    """
    deep = _ends(looks, order)[begin] - begin
    if deep.max(initial=0) > _MORE:
        groups = np.zeros(len(looks.shares), np.int64) if group is None else group
        of_row = groups[looks.place[order[begin]]]
        deep = np.minimum(deep, _depth(looks, order, begin, deep, of_row))
    row, entry = ragged.ranges(begin, deep)
    look = order[entry]
    by_home = np.lexsort((look, delivered_s[look], row))
    row, look = row[by_home], look[by_home]
    count = np.bincount(row, minlength=len(begin))
    first = ragged.starts(count)
    in_order = np.ones(len(begin), dtype=np.bool_)
    if len(row) > 1:
        back = (np.diff(look) < 0) & (np.diff(row) == 0)
        in_order[row[1:][back]] = False
    forward, others = np.flatnonzero(in_order), np.flatnonzero(~in_order)
    ends = first[forward], first[forward] + count[forward] - 1
    for walk, shown, chance in first_shown(looks, *ends, path=look):
        yield forward[walk], shown, chance
    for part in np.array_split(others, -(-len(others) // _ROWS)) if len(others) else ():
        yield from _out_of_order(looks, look, first[part], count[part], part)


def _ends(looks: Looks, order: IntArray) -> IntArray:
    """Return for each number in `order` where the looks of its place end."""
    place = looks.place[order]
    return np.searchsorted(place, place, side="right")


def _depth(
    looks: Looks, order: IntArray, begin: IntArray, deep: IntArray, group: IntArray
) -> IntArray:
    """Return how many looks of each row (R,) are enough: of the next, one shows the place surely.

    They are as many for all rows of a `group` (R,).
    """
    walks = [walk for walk, _, _ in first_shown(looks, begin, begin + deep - 1, path=order)]
    steps = np.bincount(np.concatenate([np.empty(0, np.int64), *walks]), minlength=len(begin))
    most = np.zeros(int(group.max(initial=0)) + 1, np.int64)
    np.maximum.at(most, group, steps)
    # In the order in which pictures come home there may be as many before it again.
    return np.asarray(2 * most[group] + _MORE)


def _out_of_order(
    looks: Looks, look: IntArray, first: IntArray, count: IntArray, rows: IntArray
) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Yield as `_first_home` the looks of rows of which some overtake others on the way home.

    The sky is followed in the order of taking, once for every number of looks at home so far.
    """
    number = len(rows)
    deep = int(count.max())
    # Beyond what a row has, its last look again: it is never among the first so many.
    column = np.minimum(np.arange(deep), count[:, None] - 1)
    preferred = look[first[:, None] + column]
    taken = np.argsort(np.where(np.arange(deep) < count[:, None], preferred, len(looks)), axis=1)
    place = np.repeat(looks.place[preferred[:, 0]], deep + 1)
    state = looks.shares[place]
    before_s = looks.at_s[preferred[np.arange(number), taken[:, 0]]]
    tried = np.arange(deep + 1)
    for step in range(deep):
        rank = taken[:, step]
        own = preferred[np.arange(number), rank]
        now_s = np.where(step < count, looks.at_s[own], before_s)
        state = carried(looks, state, place, np.repeat(now_s - before_s, deep + 1))
        before_s = now_s
        among = (tried > rank[:, None]) & (step < count)[:, None]
        shown = among[:, :, None] & looks.shown(own)[:, None, :]
        state = np.where(shown.reshape(state.shape), 0.0, state)
    none = state.sum(axis=1).reshape(number, deep + 1)
    row, entry = ragged.ranges(np.zeros(number, np.int64), count)
    yield rows[row], preferred[row, entry], none[row, entry] - none[row, entry + 1]
    yield rows, np.full(number, END), none[np.arange(number), count]


def _pieces(
    found: Sequence[tuple[IntArray, FloatArray, FloatArray, IntArray, FloatArray]],
    undefined_s: FloatArray,
    values: Callable[[FloatArray, FloatArray, FloatArray], tuple[FloatArray, FloatArray]],
    event_s: FloatArray,
) -> SkyPieces:
    """Return pieces from (place, since, until, look, probability); those of END are undefined.

    `values` makes of a piece's ends and its look's `event_s` the lowest and the highest value.
    """
    undefined_s = undefined_s.copy()
    kept = []
    for place, since_s, until_s, look, chance in found:
        none = look == END
        np.add.at(undefined_s, place[none], (chance * (until_s - since_s))[none])
        likely = ~none & (chance > NEGLIGIBLE)
        kept.append([each[likely] for each in (place, since_s, until_s, look, chance)])
    if not kept:
        nothing = np.empty(0)
        return SkyPieces(np.empty(0, np.int64), nothing, nothing, nothing, nothing, undefined_s)
    place, since_s, until_s, look, chance = (
        np.concatenate([each[n] for each in kept]) for n in range(5)
    )
    low_s, high_s = values(since_s, until_s, event_s[look])
    return SkyPieces(place, until_s - since_s, low_s, high_s, chance, undefined_s)
