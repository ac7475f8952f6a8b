"""Accesses of two cameras to twelve places so near that one overpass has several in reach."""

from datetime import UTC, datetime
from functools import cache

import numpy as np

from simulator.access.search import View, closest_looks, find_accesses, satellite_positions
from simulator.earth.site_index import sites
from simulator.earth.time import Span
from simulator.imaging.tasking import Opportunities, lines_of_sight, task
from simulator.orbits.elements import KeplerElements, keplerian
from simulator.orbits.tracks import revolutions_s, track

SPAN = Span(datetime(2023, 11, 22, tzinfo=UTC), 2 * 86_400.0)
# Twelve places within 300 km, so that one overpass has several in reach.
LATITUDE = np.array([37.0, 37.4, 36.1, 35.2, 38.0, 36.6, 35.8, 37.8, 36.9, 35.5, 37.2, 36.3])
LONGITUDE = np.array(
    [127.0, 126.6, 127.9, 129.0, 128.1, 129.3, 126.7, 125.9, 128.6, 127.5, 129.0, 126.0]
)
PLACES = sites(LATITUDE, LONGITUDE)


def orbit(raan_deg, inclination_deg=97.4):
    return keplerian(
        "a",
        SPAN.start,
        KeplerElements(
            perigee_km=500.0, apogee_km=500.0, inclination_deg=inclination_deg, raan_deg=raan_deg
        ),
    )


def flown(raan_deg):
    return track(orbit(raan_deg), SPAN)


TRACKS = [flown(225.0), flown(300.0)]


def opportunities_of(tracks, places=PLACES, cone_deg=45.0):
    parts = []
    for number, path in enumerate(tracks):
        view = View(min_elevation_deg=5.0, max_off_nadir_deg=cone_deg)
        accesses = find_accesses(path, places, view, start_s=0.0, end_s=SPAN.duration_s)
        best = closest_looks(path, places, accesses, by_elevation=False)
        parts.append(
            (np.full(len(accesses), number), accesses.site, accesses.start_s, accesses.end_s, best)
        )
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.lexsort((columns[1], columns[0], columns[2]))
    return Opportunities(*(column[order] for column in columns))


@cache
def whole():
    """Return all opportunities of both cameras, found when a test first asks for them."""
    return opportunities_of(TRACKS)


EVEN = np.ones(len(LATITUDE), dtype=int)


def tasks_of(limit, priority=EVEN, opportunities=None):
    opportunities = whole() if opportunities is None else opportunities
    return task(opportunities, [limit] * len(TRACKS), priority, TRACKS, PLACES)


def checked(tasks, limit, opportunities=None):
    """Assert that pictures lie in their accesses and that the camera gets from each to the next."""
    opportunities = whole() if opportunities is None else opportunities
    rows = tasks.opportunity
    half = 0.5 * limit.collection_s
    long = opportunities.end_s[rows] - opportunities.start_s[rows] >= limit.collection_s
    margin = np.where(long, half, 0.0) - 1e-6
    assert (tasks.at_s >= opportunities.start_s[rows] + margin).all()
    assert (tasks.at_s <= opportunities.end_s[rows] - margin).all()
    rate = np.inf if limit.slew_rate_deg_s is None else np.radians(limit.slew_rate_deg_s)
    for number, path in enumerate(TRACKS):
        by_satellite = opportunities.satellite[rows] == number
        at_s, target = tasks.at_s[by_satellite], opportunities.target[rows][by_satellite]
        lines = lines_of_sight(path, PLACES.position_m[target], at_s)
        turn = np.arccos(np.clip(np.einsum("ij,ij->i", lines[1:], lines[:-1]), -1.0, 1.0))
        need = limit.collection_s + limit.settling_s + turn / rate
        assert (np.diff(at_s) >= need - 1e-4).all()
        nodes = revolutions_s(path, SPAN.duration_s)
        most = np.bincount(np.searchsorted(nodes, at_s, side="right"), minlength=1).max()
        if limit.pictures_per_orbit is not None:
            assert most <= limit.pictures_per_orbit
        if limit.imaging_s_per_orbit is not None:
            assert most * limit.collection_s <= limit.imaging_s_per_orbit + 1e-6
        assert most * limit.picture_bits <= limit.bits_per_orbit + 1e-6
    assert len(rows) == len(set(rows.tolist())) == int((~tasks.left_out).sum())


def samples(path, target, at_s):
    """How coarse looks at a target are: the ground sample, but for a constant."""
    line = satellite_positions(path, at_s) - PLACES.position_m[target]
    range_m = np.linalg.norm(line, axis=1)
    return range_m / np.sqrt(line @ PLACES.normal[target] / range_m)
