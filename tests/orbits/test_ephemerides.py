"""Paths kept small give the states of the track, to the last bit."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from simulator.earth.time import Span
from simulator.orbits import builders
from simulator.orbits.ephemerides import ephemeris
from simulator.orbits.polynomials import positions
from simulator.orbits.segments import Segments
from simulator.orbits.tracks import track
from simulator.units import DAY_S
from tests.made_orbits import EPOCH, kepler

SPAN = Span(EPOCH, 3.0 * DAY_S)


def low(**changes):
    return builders.sun_synchronous("leo", EPOCH, altitude_km=500.0, ltan_h=10.5, **changes)


ORBITS = {
    "low": low(),
    "eccentric": kepler(300.0, 3_000.0),
    "molniya": kepler(600.0, 39_700.0),
    "geostationary": kepler(35_780.0, 35_790.0, 0.1),
    "changing": replace(low(), changes=((EPOCH + timedelta(days=1.3), low(bstar=3e-4)),)),
    # Comes down within the span.
    "falling": kepler(130.0, 140.0),
}


def flown(name, start_s=0.0, end_s=SPAN.duration_s):
    path, caps = ephemeris(ORBITS[name], SPAN, start_s=start_s, end_s=end_s)
    return path, caps, track(ORBITS[name], SPAN, start_s=start_s, end_s=end_s)


@pytest.mark.parametrize("name", ORBITS)
@pytest.mark.parametrize("start_s", [0.0, 40_000.0])
def test_all_pieces_together_are_the_track(name, start_s):
    path, _, whole = flown(name, start_s)
    made = path.track_of(np.arange(len(path)))
    assert np.array_equal(made.time_s, whole.time_s)
    assert np.array_equal(made.state, whole.state)
    assert made.runs.tolist() == [[0, len(whole.time_s) - 1]]


@pytest.mark.parametrize("name", ORBITS)
def test_some_pieces_are_parts_of_the_track(name):
    path, _, whole = flown(name)
    chosen = np.flatnonzero(np.random.default_rng(7).random(len(path)) < 0.3)
    made = path.track_of(chosen)
    # As many runs as rows of pieces that follow each other.
    assert len(made.runs) == 1 + np.count_nonzero(np.diff(chosen) > 1)
    for first, last in made.runs.tolist():
        begin = int(np.searchsorted(whole.time_s, made.time_s[first]))
        alike = slice(begin, begin + last - first)
        assert np.array_equal(made.time_s[first:last], whole.time_s[alike])
        assert np.array_equal(made.state[first:last], whole.state[alike])
        # At a run's end the segment before has the node as well, its derivatives but for rounding.
        end = whole.state[begin + last - first]
        assert np.allclose(made.state[last], end, rtol=1e-6, atol=1e-6 * np.abs(end).max())
        assert np.array_equal(made.state[last, :2], end[:2])


@pytest.mark.parametrize("name", ORBITS)
def test_caps_hold_the_whole_path(name):
    path, caps, whole = flown(name)
    # Between the nodes too; the pieces follow each other along the track.
    instants = np.linspace(whole.time_s[:-1], whole.time_s[1:], 7, axis=1)
    owner = np.repeat(np.arange(len(path)), path.count)
    place = positions(whole.time_s, whole.state, instants.ravel())[:, :3].reshape(-1, 7, 3)
    radius = np.linalg.norm(place, axis=2)
    cosine = np.einsum("kjc,kc->kj", place, caps.direction.T[owner]) / radius
    angle = np.arccos(np.clip(cosine, -1.0, 1.0))
    assert (angle <= caps.angle_rad[owner][:, None]).all()
    assert (radius <= caps.radius_m[owner][:, None]).all()


def test_an_undisturbed_path_is_kept_as_samples():
    path, _, whole = flown("low")
    assert isinstance(path.source, Segments)
    assert path.source.samples.nbytes + path.source.series.nbytes < 0.3 * whole.state.nbytes


def test_no_pieces_are_no_track():
    path, _, _ = flown("low")
    nothing = path.track_of(np.empty(0, np.int64))
    assert not len(nothing.time_s) and not len(nothing.runs)
