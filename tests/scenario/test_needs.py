"""What a target needs: an entry of the catalogue, or a table of one's own; and its faults."""

from pathlib import Path

import pytest

from simulator import catalog
from simulator.errors import InputError
from simulator.scenario import Need, loads, to_toml
from tests import made

TARGET = 'name = "X"\nlatitude_deg = 37.0\nlongitude_deg = 127.0\n'


def scenario(needs):
    text = made.text(f"\n[[targets]]\n{TARGET}needs = {needs}\n", targets=None)
    return made.scenario(text)


def test_a_need_is_named_by_the_catalogue_and_written_out_when_resolved():
    read = scenario('"classify-launcher"')
    (need,) = [target.needs for target in read.targets if target.name == "X"]
    entry = catalog.get("needs", "classify-launcher").values
    assert (need.niirs, need.radar_resolution_m) == (entry["niirs"], entry["radar_resolution_m"])
    assert ("needs", "classify-launcher") in set(read.catalog_entries())
    resolved = read.resolve()
    again = loads(to_toml(resolved), origin="again", folder=Path())
    assert again.targets == resolved.targets
    assert again.targets[-1].needs.note == "from catalogue entry needs/classify-launcher"


def test_a_need_of_ones_own_starts_from_an_entry_or_from_nothing():
    own = scenario('{ catalog = "classify-launcher", niirs = 4.5 }').targets[-1].needs
    assert own.niirs == 4.5
    assert (
        own.radar_resolution_m
        == Need.model_validate({"catalog": "classify-launcher"}).radar_resolution_m
    )
    assert scenario("{ niirs = 4.5 }").targets[-1].needs.radar_resolution_m is None
    assert made.scenario(made.SMALL).targets[0].needs is None


@pytest.mark.parametrize(
    ("needs", "message"),
    [
        ('"clasify-launcher"', "'clasify-launcher' is not among the needs"),
        ('"launcher"', "'launcher' is not among the needs"),
        ("{}", "asks for nothing; give niirs, radar_resolution_m or both"),
        ("{ niirs = 9.5 }", "needs.niirs: 9.5 is"),
        ("{ radar_resolution_m = 0.0 }", "needs.radar_resolution_m: 0"),
        ("3", "needs: 3 is not"),
        ("{ level = 4.0 }", "level"),
    ],
)
def test_faults_name_the_key_and_what_is_allowed(needs, message):
    with pytest.raises(InputError) as caught:
        scenario(needs)
    assert message in "\n".join(caught.value.problems)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {"kind": "radar", "signal_to_noise": 20.0},
            "signal_to_noise: 20 is a term of GIQE-5, which is of optical looks, not a radar's",
        ),
        (
            {"kind": "radar", "relative_edge_response": 0.5},
            "relative_edge_response: 0.5 is a term of GIQE-5",
        ),
        ({"kind": "optical", "slant_resolution_m": 0.5}, "slant_resolution_m: 0.5 is of a radar"),
        (
            {"kind": "radar", "max_gsd_m": 3.0, "slant_resolution_m": 0.5},
            "slant_resolution_m: 0.5 stands beside max_gsd_m",
        ),
        ({"kind": "optical", "relative_edge_response": 0.0}, "relative_edge_response: 0"),
    ],
)
def test_terms_of_one_kind_of_sensor_are_refused_by_the_other(keys, message):
    sensor = {"gsd_m": 1.0, "reference_altitude_km": 500.0, "swath_km": 9.0}
    sensor |= {"max_off_nadir_deg": 30.0, **keys}
    with pytest.raises(InputError) as caught:
        made.scenario(made.text(satellite={"sensor": sensor}))
    assert message in "\n".join(caught.value.problems)
