"""Tables in which the same is drawn are one table in every network, as if each had been read."""

import pytest

from simulator.errors import InputError
from simulator.scenario.alike import AlikeTables
from simulator.scenario.drawing import Drawing
from simulator.scenario.writing import as_document
from tests import made

MASKS = """
[[unknowns]]
name = "masks"
values = { "networks.*.stations.*.min_elevation_deg" = { uniform = [0.0, 10.0] } }
"""
OF_ONE = """
[[unknowns]]
name = "Sohae"
values = { "networks.1.stations.sohae_gs.antennas" = { choice = [1, 2] } }
"""


def resolved(extra):
    return made.scenario(made.text(extra)).resolve()


def test_networks_share_the_drawn_stations_that_they_have_in_common():
    scenario = resolved(MASKS)
    first, second = Drawing(scenario).scenario([0.25]).networks
    names = [station.name for station in first.stations]
    assert names
    for station in first.stations:
        assert station.min_elevation_deg == 2.5
        assert station is next(other for other in second.stations if other.name == station.name)
    assert {station.min_elevation_deg for station in second.stations} == {2.5}


def test_what_is_drawn_of_shared_tables_is_what_a_file_with_it_written_out_would_be():
    scenario = resolved(MASKS + OF_ONE)
    count = [len(network.stations) for network in scenario.networks]
    masks = [
        f"networks.{n}.stations.{k}.min_elevation_deg=2.5" for n in (0, 1) for k in range(count[n])
    ]
    written = made.scenario(
        made.text(MASKS + OF_ONE), *masks, "networks.1.stations.sohae_gs.antennas=2"
    ).resolve()
    drawn = Drawing(scenario).scenario([0.25, 0.75])
    assert drawn.model_copy(update={"unknowns": ()}) == written.model_copy(update={"unknowns": ()})


def test_a_station_of_which_more_is_drawn_in_one_network_stays_its_own():
    first, second = Drawing(resolved(MASKS + OF_ONE)).scenario([0.25, 0.75]).networks
    own = {n.name: next(s for s in n.stations if s.name == "sohae_gs") for n in (first, second)}
    assert [station.antennas for station in own.values()][1] == 2
    assert own[first.name].antennas != 2


def test_values_are_set_in_the_first_of_alike_tables_and_in_those_like_no_other():
    scenario = resolved("")
    document = as_document(scenario)
    places = [
        ("networks", n, "stations", 0, "min_elevation_deg")
        for n in range(len(document["networks"]))
    ]
    same = AlikeTables(document, scenario, dict.fromkeys(places, "mask"))
    assert [same.leads(place) for place in places] == [True, False]
    apart = AlikeTables(document, scenario, {place: n for n, place in enumerate(places)})
    assert [apart.leads(place) for place in places] == [True, True]


HOURS = """
[[unknowns]]
name = "begins"
[unknowns.values]
"networks.*.stations.*.from_utc" = { choice = [2023-11-22T00:00:00Z, 2023-11-22T20:00:00Z] }
[[unknowns]]
name = "ends"
[unknowns.values]
"networks.*.stations.*.until_utc" = { choice = [2023-11-22T10:00:00Z, 2023-11-23T00:00:00Z] }
"""


def test_a_fault_in_shared_tables_is_told_at_its_place_with_what_was_drawn():
    drawing = Drawing(resolved(HOURS))
    assert drawing.scenario([0.2, 0.8]).networks[0].stations[0].until_utc.hour == 0
    with pytest.raises(InputError) as caught:
        drawing.scenario([0.8, 0.2])
    first = caught.value.problems[0]
    assert first.startswith("networks.0.stations.0.until_utc: ")
    assert "is not after from_utc" in first
    assert "drawn: networks.*.stations.*.from_utc = " in first
