"""A text read once for many sets of overrides against the same text read anew with each."""

from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.scenario import Variants, loads
from tests import made

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "scenarios" / "malligyong-1.toml"
HOW = {"origin": "a.toml", "folder": SOURCE.parent}


def variants(overrides=()):
    return Variants(SOURCE.read_text(), **HOW, overrides=overrides)


@pytest.mark.parametrize(
    "overrides",
    [
        (),
        ("satellites.0.downlink_rate_mbps=60",),
        ("seed=3", "networks.0.stations.0.min_elevation_deg=10"),
        ("span.start=2023-11-22T00:00:00Z",),
        ("requests={kind = 'every', every_h = 6}",),
        ("regions=[]", "satellites.0.orbit.apogee_km=600"),
    ],
)
def test_a_variant_resolves_to_what_is_read_anew_with_its_overrides(overrides):
    anew = loads(SOURCE.read_text(), **HOW, overrides=("uncertainty.draws=0", *overrides))
    assert variants(("uncertainty.draws=0",)).scenario(overrides).resolve() == anew.resolve()


def test_variants_share_what_no_override_touches():
    many = variants()
    one, other = many.scenario(["seed=1"]).resolve(), many.scenario(["seed=2"]).resolve()
    assert one.seed == 1 and other.seed == 2
    for shared in ("satellites", "targets", "networks"):
        pairs = zip(getattr(one, shared), getattr(other, shared), strict=True)
        assert all(table is same for table, same in pairs), shared


@pytest.mark.parametrize(
    "overrides",
    [
        ("satellites.0.downlink_rate_mbps=-1",),
        ("networks=['dprk']", "baseline=nobody"),
        ("figures.revisit_rule=tatc",),
        ("seed",),
        ("targets=[]", "regions=[]"),
    ],
)
def test_a_variant_has_the_faults_of_what_is_read_anew(overrides):
    with pytest.raises(InputError) as anew:
        loads(SOURCE.read_text(), **HOW, overrides=overrides)
    with pytest.raises(InputError) as variant:
        variants().scenario(overrides)
    assert variant.value.problems == anew.value.problems


def test_a_text_that_only_a_further_override_makes_valid_has_variants_too():
    assert variants(("seed=-1",)).scenario(["seed=4"]).seed == 4


RECORDER = {"normal": [2.0, 0.1]}


@pytest.mark.parametrize(
    ("text", "several"),
    [
        # The same keys in other places, of other kinds, and gone: paths of unknowns lead elsewhere.
        (
            SOURCE.read_text(),
            [
                ("satellites.0.downlink_rate_mbps=60",),
                ("satellites.0.downlink_rate_mbps=70", "satellites.0.recorder_gbit=1"),
                ("networks=['dprk']",),
                ("networks=['dprk+russia', 'dprk']", "baseline=dprk"),
                ("satellites.0.orbit={kind='sun-synchronous', altitude_km=500.0, ltan_h=10.0}",),
                ("satellites.0.downlink_rate_mbps=60",),
                ("uncertainty.share=0.5",),
                ("unknowns=[]",),
                ("baseline='dprk+russia'",),
                ("satellites.0.recorder_gbit={uniform=[1.0, 2.0]}",),
                ("clouds.persistence_h=12",),
            ],
        ),
        # A distribution in its place, which other overrides leave there.
        (
            made.text(satellite={"recorder_gbit": RECORDER}),
            [
                ("seed=1",),
                ("satellites.0.name=N",),
                ("satellites.0.recorder_gbit=4",),
                ("satellites.0.recorder_gbit={uniform=[1, 2]}",),
            ],
        ),
    ],
)
def test_one_variant_after_another_has_the_unknowns_of_what_is_read_anew(text, several):
    how = {"origin": "a.toml", "folder": SOURCE.parent}
    many = Variants(text, **how)
    for overrides in several:
        try:
            anew = loads(text, **how, overrides=overrides)
        except InputError as fault:
            with pytest.raises(InputError) as variant:
                many.scenario(overrides)
            assert variant.value.problems == fault.problems
            continue
        one = many.scenario(overrides)
        assert one.unknowns == anew.unknowns
        assert one.uncertainty == anew.uncertainty
        assert one.resolve() == anew.resolve()


def test_a_variant_whose_clouds_are_from_sunshine_has_the_sunshine_of_its_targets():
    overrides = ("clouds.clear=0.5",)
    further = ("clouds.clear=sunshine",)
    anew = loads(SOURCE.read_text(), **HOW, overrides=(*overrides, *further)).resolve()
    assert anew.targets[0].sunshine is not None
    assert variants(overrides).scenario(further).resolve().targets == anew.targets


def test_a_variant_shares_the_tables_beside_what_an_override_sets():
    many = variants()
    rates = ["satellites.0.downlink_rate_mbps=1", "satellites.0.downlink_rate_mbps=2"]
    one, other = (many.scenario([rate]).satellites[0] for rate in rates)
    assert (one.downlink_rate_mbps, other.downlink_rate_mbps) == (1.0, 2.0)
    assert one.orbit is other.orbit and one.sensor is other.sensor


def test_satellites_of_a_constellation_that_stays_keep_their_names_from_others():
    orbit = {"kind": "walker-delta", "total": 4, "planes": 2, "phasing": 1}
    orbit |= {"altitude_km": 500.0, "inclination_deg": 97.4}
    text = made.text('[[satellites]]\nname = "N"\n' + SATELLITE, satellite={"orbit": orbit})
    with pytest.raises(InputError) as variant:
        Variants(text, **HOW).scenario(["satellites.1.name=M-2"])
    assert "'M-2' is already the name of satellites.0" in variant.value.problems[0]


SATELLITE = """
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
orbit = {kind = "launch", launch = "malligyong1_nov23"}
"""
