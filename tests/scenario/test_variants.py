"""A text read once for many sets of overrides against the same text read anew with each."""

from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.scenario import Variants, loads

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
