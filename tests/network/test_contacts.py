import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from simulator.access.search import View, find_accesses
from simulator.earth.site_index import sites
from simulator.earth.time import Span
from simulator.network.contacts import find_contacts, in_order_of_start
from simulator.orbits import builders, elements
from simulator.orbits.tracks import track
from simulator.scenario import Relay, Station

EPOCH = datetime(2023, 11, 21, tzinfo=UTC)
SPAN = Span(EPOCH, 2 * 86_400.0)
TRACKS = [
    track(builders.sun_synchronous(n, EPOCH, altitude_km=500.0, ltan_h=h), SPAN)
    for n, h in (("a", 10.5), ("b", 15.0))
]
PYONGYANG = Station(name="Pyongyang", latitude_deg=39.0425, longitude_deg=125.71)
MURMANSK = Station(name="Murmansk", latitude_deg=68.97, longitude_deg=33.1, min_elevation_deg=10.0)
LUCH = Relay(name="Luch-5V", longitude_deg=94.7)


def test_contacts_are_accesses_above_each_stations_own_mask():
    contacts = find_contacts(TRACKS, [MURMANSK, LUCH, PYONGYANG], end_s=SPAN.duration_s)
    for number, station in ((0, MURMANSK), (2, PYONGYANG)):
        for satellite, path in enumerate(TRACKS):
            expected = find_accesses(
                path,
                sites(station.latitude_deg, station.longitude_deg),
                View(min_elevation_deg=station.min_elevation_deg),
                start_s=0.0,
                end_s=SPAN.duration_s,
            )
            of_pair = contacts.chosen((contacts.link == number) & (contacts.satellite == satellite))
            assert np.allclose(of_pair.start_s, expected.start_s)
            assert np.allclose(of_pair.end_s, expected.end_s)
            assert (of_pair.max_elevation_deg > station.min_elevation_deg).all()
            inside = (of_pair.culmination_s >= of_pair.start_s) & (
                of_pair.culmination_s <= of_pair.end_s
            )
            assert inside.all()


def test_contact_time_is_that_of_a_public_check():
    # facts: 4.0 contacts and 28.6 minutes a day above 5 deg at Pyongyang for the public elements
    # of July 2024, 20 s steps; the orbit here is of the same height and inclination.
    span = Span(EPOCH, 14 * 86_400.0)
    path = track(builders.sun_synchronous("m", EPOCH, altitude_km=502.0, ltan_h=10.0), span)
    contacts = find_contacts([path], [PYONGYANG], end_s=span.duration_s)
    assert abs(len(contacts) / 14 - 4.0) < 0.2
    assert abs((contacts.end_s - contacts.start_s).sum() / 60 / 14 - 28.6) < 1.0


def test_relay_contacts_are_those_of_an_independent_search_over_the_ellipsoid():
    # A sphere of the equator's radius splits one of them and moves edges by up to 64 s.
    golden = json.loads(
        (Path(__file__).parent.parent / "authorities" / "relay_sight.json").read_text()
    )
    span = Span(
        datetime.fromisoformat(golden["start"]),
        golden["days"] * 86_400.0,
        golden["ut1_minus_utc_s"],
    )
    relay = Relay(
        name="r",
        longitude_deg=golden["relay_longitude_deg"],
        grazing_height_km=golden["grazing_height_km"],
    )
    path = track(elements.from_tle("a", tuple(golden["lines"])), span)
    contacts = find_contacts([path], [relay], end_s=span.duration_s)
    windows = np.stack([contacts.start_s, contacts.end_s], axis=1)
    expected = np.array(golden["windows_s"])
    assert len(windows) == len(expected) == 86
    # Milliseconds are rounded, and UT1 there moves by a few of them in six days.
    assert np.abs(windows - expected).max() < 1.5e-3
    assert round(np.diff(windows).sum()) == 336_125


def test_a_relay_is_seen_longer_than_a_station_and_has_no_elevation():
    contacts = find_contacts(TRACKS[:1], [PYONGYANG, LUCH], end_s=SPAN.duration_s)
    relay = contacts.chosen(contacts.link == 1)
    share = (relay.end_s - relay.start_s).sum() / SPAN.duration_s
    # A low satellite sees a geostationary relay on a little more than half of its orbit.
    assert 0.5 < share < 0.75
    assert np.isnan(relay.max_elevation_deg).all()


def test_many_relays_have_the_contacts_that_each_has_alone():
    relays = [
        LUCH,
        Relay(name="high", longitude_deg=94.7, grazing_height_km=300.0),
        PYONGYANG,
        Relay(name="west", longitude_deg=-16.0),
        Relay(name="narrow", longitude_deg=94.7, max_gimbal_deg=6.0),
        Relay(name="long", longitude_deg=166.2, min_contact_s=3_300.0),
        Relay(name="east", longitude_deg=166.2),
    ]
    found = find_contacts(TRACKS, relays, end_s=SPAN.duration_s)
    assert len({round(found.chosen(found.link == n).start_s.sum(), 3) for n in range(7)}) == 7
    for number, relay in enumerate(relays):
        alone = find_contacts(TRACKS, [relay], end_s=SPAN.duration_s)
        assert len(alone)
        for field in ("satellite", "start_s", "end_s", "cut"):
            together = getattr(found, field)[found.link == number]
            assert np.array_equal(together, getattr(alone, field)), (relay.name, field)


def test_a_horizon_mask_takes_away_contact_time():
    masked = PYONGYANG.model_copy(update={"horizon_mask_deg": ((0.0, 5.0), (180.0, 40.0))})
    plain = find_contacts(TRACKS, [PYONGYANG], end_s=SPAN.duration_s)
    contacts = find_contacts(TRACKS, [masked], end_s=SPAN.duration_s)
    assert 0 < (contacts.end_s - contacts.start_s).sum() < (plain.end_s - plain.start_s).sum()


def test_no_link_gives_no_contact():
    assert len(find_contacts(TRACKS, [], end_s=SPAN.duration_s)) == 0


def test_contacts_without_culminations_are_the_same_contacts():
    links = [PYONGYANG, LUCH]
    whole = find_contacts(TRACKS, links, end_s=SPAN.duration_s)
    bare = find_contacts(TRACKS, links, end_s=SPAN.duration_s, with_culminations=False)
    for name in ("satellite", "link", "start_s", "end_s", "cut"):
        assert np.array_equal(getattr(bare, name), getattr(whole, name))
    assert np.isnan(bare.culmination_s).all()
    assert np.isnan(bare.max_elevation_deg).all()
    assert np.isfinite(whole.culmination_s).any()


@pytest.mark.parametrize("different", [1, 3, 1_000])
def test_rows_are_in_order_of_start_and_those_that_start_together_by_satellite_and_link(different):
    random = np.random.default_rng(different)
    start_s = random.integers(0, different, 60).astype(float)
    satellite, link = random.integers(0, 3, 60), random.integers(0, 4, 60).astype(np.int32)
    order = in_order_of_start(start_s, satellite, link)
    assert order.tolist() == np.lexsort((link, satellite, start_s)).tolist()
    assert len(in_order_of_start(*np.empty((3, 0)))) == 0
