"""Lines of sight found over several steps at once are those found step by step."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from simulator.access import search
from simulator.earth.time import Span
from simulator.orbits import elements as orbits
from simulator.orbits.tracks import track

EPOCH = datetime(2023, 11, 21, tzinfo=UTC)
SPAN = Span(EPOCH, 86_400.0)
RELAYS_M = 42_164_170.0 * np.array([[1.0, 0.0, 0.0], [0.0, 0.8, 0.6]])


def seen(path, start_s, end_s):
    return search.line_of_sight(
        path, RELAYS_M, grazing_height_m=100e3, max_gimbal_deg=None, start_s=start_s, end_s=end_s
    )


@pytest.mark.parametrize(
    ("perigee_km", "apogee_km", "inclination_deg"),
    [(500.0, 500.0, 97.4), (300.0, 900.0, 30.0), (600.0, 39_700.0, 63.4)],
    ids=["low", "eccentric", "molniya"],
)
def test_a_search_in_pieces_too_short_for_leaps_finds_the_same(
    perigee_km, apogee_km, inclination_deg
):
    shape = orbits.KeplerElements(
        perigee_km=perigee_km, apogee_km=apogee_km, inclination_deg=inclination_deg
    )
    path = track(orbits.keplerian("t", EPOCH, shape), SPAN)
    whole = seen(path, 0.0, SPAN.duration_s)
    # A piece of two steps holds no four, and its ends are those of steps, where all is known.
    ends_s = path.time_s[::2]
    edges = [[], []]
    for start_s, end_s in pairwise(ends_s):
        piece = seen(path, start_s, min(end_s, SPAN.duration_s))
        for relay in (0, 1):
            own = piece.site == relay
            edges[relay] += piece.start_s[own][~piece.cut[own, 0]].tolist()
            edges[relay] += piece.end_s[own][~piece.cut[own, 1]].tolist()
    for relay in (0, 1):
        own = whole.site == relay
        found = np.concatenate(
            [whole.start_s[own][~whole.cut[own, 0]], whole.end_s[own][~whole.cut[own, 1]]]
        )
        assert len(found) > 3 or apogee_km > 10_000.0
        assert np.sort(found) == pytest.approx(np.sort(edges[relay]), abs=1e-6)
