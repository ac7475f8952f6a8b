"""A document opened at some places: what is closed stays as it was made."""

from simulator.scenario.drawing import Drawing
from simulator.scenario.reopened import Reopened
from simulator.scenario.writing import as_document
from tests import made

PLACES = (
    ("satellites", 0, "downlink_rate_mbps"),
    ("networks", 1, "stations", 2, "min_elevation_deg"),
    ("networks", 1, "headquarters", "latitude_deg"),
)


def reopened():
    resolved = made.scenario(made.text()).resolve()
    return resolved, Reopened(as_document(resolved), resolved, PLACES)


def test_tables_on_the_way_to_a_place_are_open_and_all_others_as_they_were_made():
    resolved, opened = reopened()
    document = opened.document()
    assert document["satellites"][0]["sensor"] is resolved.satellites[0].sensor
    assert document["satellites"][0]["downlink_rate_mbps"] == 2.0
    first, second = document["networks"]
    assert first is resolved.networks[0]
    assert isinstance(second["stations"][2], dict)
    assert second["stations"][1] is resolved.networks[1].stations[1]
    assert isinstance(second["headquarters"], dict)
    assert second["relays"] == []


def test_keys_in_which_nothing_is_open_are_known():
    resolved, opened = reopened()
    assert "satellites" not in opened.known()
    assert opened.known()["targets"] is resolved.targets


def test_each_document_is_a_new_one_as_far_as_its_places():
    _, opened = reopened()
    one, other = opened.document(), opened.document()
    one["satellites"][0]["downlink_rate_mbps"] = 7.0
    one["networks"][1]["stations"][2]["min_elevation_deg"] = 7.0
    one["networks"][1]["headquarters"]["latitude_deg"] = 7.0
    again = opened.document()
    assert other == again
    assert again["satellites"][0]["downlink_rate_mbps"] == 2.0


UNKNOWN = """
[[unknowns]]
name = "camera"
values = { "satellites.0.sensor.max_off_nadir_deg" = { uniform = [20.0, 40.0] } }
"""


def test_a_drawn_scenario_shares_what_is_not_drawn_and_is_the_one_written_out():
    resolved = made.scenario(made.text(UNKNOWN)).resolve()
    drawn = Drawing(resolved).scenario([0.25])
    assert drawn.satellites[0].orbit is resolved.satellites[0].orbit
    assert drawn.networks[1].stations == resolved.networks[1].stations
    written = made.scenario(
        made.text(UNKNOWN), "satellites.0.sensor.max_off_nadir_deg=25.0"
    ).resolve()
    assert drawn == written
