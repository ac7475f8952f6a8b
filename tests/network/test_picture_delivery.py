"""Pictures of two satellites over one station or relay: how many it serves at once decides."""

from datetime import UTC, datetime

import numpy as np
import pytest

from simulator.delivery import Pictures
from simulator.earth.time import Span
from simulator.network import Fleet, deliver_pictures, offer
from simulator.network.contacts import Contacts
from simulator.scenario import Relay, Satellite, Station

SPAN = Span(datetime(2023, 11, 21, tzinfo=UTC), 200.0)
SATELLITE = Satellite.model_construct(name="S", downlink_rate_mbps=1.0, transmitters=())
# Both satellites are in contact throughout, and each takes a picture of 30 s of sending at 0 s.
CONTACTS = Contacts(
    np.array([0, 1], np.int32),
    np.zeros(2, np.int32),
    np.zeros(2),
    np.full(2, 200.0),
    np.ones((2, 2), dtype=bool),
    np.full(2, np.nan),
    np.full(2, np.nan),
)
PICTURES = Pictures(np.array([0, 1]), np.zeros(2), np.full(2, 30e6))
PLACE = {"name": "g", "longitude_deg": 125.0, "acquisition_s": 0.0, "forwarding_delay_s": 0.0}


@pytest.mark.parametrize(("kind", "key"), [(Station, "antennas"), (Relay, "max_users")])
def test_one_is_served_after_the_other_where_there_is_one_antenna(kind, key):
    place = PLACE | ({"latitude_deg": 39.0} if kind is Station else {})
    arrivals = {}
    for count in (None, 1, 2):
        fleet = Fleet(("A", "B"), (SATELLITE, SATELLITE), (), SPAN)
        link = kind.model_validate(place | ({} if count is None else {key: count}))
        network = offer(fleet, (link,), CONTACTS, seed=1, collecting_s={})
        delivered = deliver_pictures(fleet, network, PICTURES)
        arrivals[count] = sorted(delivered.delivered_s.round(6).tolist())
    assert arrivals == {None: [30.0, 30.0], 1: [30.0, 60.0], 2: [30.0, 30.0]}
