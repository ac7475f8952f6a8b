"""Which unknown decides, against draws run one by one and against what must be so."""

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.study import all_figures, find_events, studies_at
from simulator.worth import sensitivity
from simulator.worth.sobol_design import has_luck, points, row_figures
from tests import made

UNKNOWNS = """
[[unknowns]]
name = "rate"
values = { "satellites.0.downlink_rate_mbps" = { lognormal = [1.0, 2.0] } }
[[unknowns]]
name = "masks"
values = { "networks.*.stations.*.min_elevation_deg" = { uniform = [0.0, 20.0] } }
[[unknowns]]
name = "recorder"
values = { "satellites.0.recorder_gbit" = { choice = [1.0e5, 2.0e5] } }
"""


def scenario(*overrides):
    text = made.text(UNKNOWNS, days=3.0, uncertainty={"phase": False})
    return made.scenario(text, *overrides)


@pytest.fixture(scope="module")
def found():
    return sensitivity(scenario(), rows=16)


def rows(found, figure, network, quantity="value"):
    table = found.indices
    own = table[
        (table["figure"] == figure)
        & (table["network"] == network)
        & (table["quantity"] == quantity)
    ]
    return own.set_index("unknown")


def test_masks_decide_contact_and_a_recorder_that_never_fills_decides_nothing(found):
    minutes = rows(found, "contact_minutes_per_day", "dprk")
    assert minutes.loc["masks", "first"] == pytest.approx(1.0, abs=0.15)
    assert minutes.loc["masks", "total"] == pytest.approx(1.0, abs=0.15)
    assert (minutes.loc[["rate", "recorder"], "total"] == 0.0).all()
    assert (minutes.loc["masks", "lowest_at"], minutes.loc["masks", "highest_at"]) == (
        "18 deg",
        "2 deg",
    )
    latency = rows(found, "latency_mean_h", "dprk+russia", "ratio")
    assert latency.loc["recorder", "total"] == 0.0
    assert latency.loc["rate", "total"] > 0.1


def test_targets_are_seen_whatever_the_network_and_the_rate(found):
    seen = rows(found, "revisit_mean_h", "targets")
    assert seen["first"].isna().all(), "nothing drawn moves how often targets are seen"


def test_a_row_is_two_draws_and_what_lies_between_them():
    resolved = scenario().resolve()
    shares = points(4, 3, seed=2)[1]
    names = ("latency_mean_h", "contact_minutes_per_day")
    by_row = row_figures(resolved, names, False, shares)
    assert by_row.shape == (5, 3, 2)
    a, b = shares
    study_at = studies_at(resolved)
    for number, own in enumerate((a, b, [b[0], a[1], a[2]], [a[0], b[1], a[2]], [*a[:2], b[2]])):
        study = study_at(list(own), resolved.seed)
        figures = all_figures(study, find_events(study, for_tables=False))
        expected = [[each[name] for name in names] for each in figures]
        assert by_row[number, :2] == pytest.approx(np.array(expected), rel=1e-9)


def test_draws_a_and_b_are_of_one_sequence_and_fill_their_strata():
    shares = points(64, 3, seed=1).reshape(64, 6)
    # A scrambled Sobol sequence has one point in each of as many equal parts.
    assert (np.sort(np.floor(shares * 64), axis=0) == np.arange(64)[:, None]).all()
    assert np.abs(np.corrcoef(shares.T) - np.eye(6)).max() < 0.2


def test_figures_are_summed_up_over_independent_draws_alone(found):
    row = found.figures.set_index(["figure", "network", "quantity"]).loc[
        ("contact_minutes_per_day", "dprk", "value")
    ]
    assert (row["draws"], row["whole_rows"], found.draws) == (32, 16, 80)
    assert row["low"] < row["median"] < row["high"]


def test_the_result_does_not_depend_on_the_workers(found):
    class Backwards:
        def map(self, function, items):
            return iter([function(item) for item in items])

    again = sensitivity(scenario(), rows=16, workers=Backwards())
    assert again.indices.equals(found.indices)
    assert again.figures.equals(found.figures)


def test_what_hangs_on_the_seed_is_an_unknown_of_its_own():
    half = [{"catalog": "pgscc", "availability": 0.5}]
    lucky = made.scenario(
        made.text(
            UNKNOWNS, uncertainty={"phase": False}, networks=[{"name": "a", "stations": half}]
        )
    )
    assert has_luck(lucky)
    assert not has_luck(scenario())
    names = sensitivity(lucky, rows=4, figures=["contact_minutes_per_day"]).unknowns
    assert names == ("rate", "masks", "recorder", "luck of grants and requests")


@pytest.mark.parametrize(
    ("options", "overrides", "fault"),
    [
        ({"rows": 12}, (), "rows are 12; a Sobol sequence needs a power of two"),
        ({"figures": ["latency"]}, (), "'latency' is no figure that unknowns are asked of"),
        ({}, ("unknowns=[]",), "has no unknowns: write a distribution"),
        (
            {},
            ("targets=[]", "regions=[{name='r',country='Japan',resolution_km=500}]"),
            "no target",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(options, overrides, fault):
    with pytest.raises(InputError, match=fault):
        sensitivity(scenario(*overrides), **options)
