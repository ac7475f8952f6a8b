"""What is seen of relays that stand still: by blocks of steps what is found by other searches."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from simulator.access import pair_conditions, pair_scan, search
from simulator.earth import sphere_of_ellipsoid
from simulator.earth.time import Span
from simulator.orbits import elements as orbits
from simulator.orbits import step_bounds
from simulator.orbits.tracks import track

EPOCH = datetime(2023, 11, 21, tzinfo=UTC)
SPAN = Span(EPOCH, 86_400.0)
RELAYS_M = 42_164_170.0 * np.array([[1.0, 0.0, 0.0], [0.0, 0.8, 0.6]])


def seen(path, start_s, end_s):
    return search.line_of_sight(
        path, RELAYS_M, grazing_height_m=100e3, max_gimbal_deg=None, start_s=start_s, end_s=end_s
    )


def path_of(perigee_km, apogee_km, inclination_deg):
    shape = orbits.KeplerElements(
        perigee_km=perigee_km, apogee_km=apogee_km, inclination_deg=inclination_deg
    )
    return track(orbits.keplerian("t", EPOCH, shape), SPAN)


shapes = pytest.mark.parametrize(
    ("perigee_km", "apogee_km", "inclination_deg"),
    [(500.0, 500.0, 97.4), (300.0, 900.0, 30.0), (600.0, 39_700.0, 63.4)],
    ids=["low", "eccentric", "molniya"],
)


@shapes
def test_a_search_in_pieces_too_short_for_leaps_finds_the_same(
    perigee_km, apogee_km, inclination_deg
):
    path = path_of(perigee_km, apogee_km, inclination_deg)
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


@shapes
@pytest.mark.parametrize("grazing_height_m", [0.0, 100e3, 350e3], ids=["ground", "air", "high"])
def test_a_relay_is_seen_when_a_satellite_that_stands_still_would_be(
    perigee_km, apogee_km, inclination_deg, grazing_height_m
):
    path, end_s = path_of(perigee_km, apogee_km, inclination_deg), 80_000.0
    found = search.line_of_sight(
        path,
        RELAYS_M,
        grazing_height_m=grazing_height_m,
        max_gimbal_deg=None,
        start_s=100.0,
        end_s=end_s,
    )
    radius_m, scale = sphere_of_ellipsoid(grazing_height_m)
    ends_s = np.array([0.0, SPAN.duration_s])

    def scaled(time_s, state):
        state = np.ascontiguousarray(state * np.tile(scale, 3))
        return pair_scan.Path(time_s, state, step_bounds(time_s, state)[0])

    for number, relay_m in enumerate(RELAYS_M):
        still = scaled(ends_s, np.tile(np.append(relay_m, np.zeros(6)), (2, 1)))
        window_s, cut = pair_scan.windows(
            scaled(path.time_s, path.state[:, :9]),
            still,
            np.array([pair_conditions.SIGHT]),
            np.array([radius_m**2]),
            100.0,
            end_s,
        )
        own = found.kept(found.site == number)
        assert len(window_s)
        assert np.stack([own.start_s, own.end_s], axis=1) == pytest.approx(window_s, abs=1e-6)
        assert np.array_equal(own.cut, cut)


def test_a_relay_below_what_blocks_lines_is_never_seen():
    path = path_of(500.0, 500.0, 97.4)
    found = search.line_of_sight(
        path,
        np.array([[6_400_000.0, 0.0, 0.0], RELAYS_M[0]]),
        grazing_height_m=100e3,
        max_gimbal_deg=None,
        start_s=0.0,
        end_s=SPAN.duration_s,
    )
    assert set(found.site.tolist()) == {1}
