"""The chain to a picture that is acted on in time: every link counted again from the tables."""

import numpy as np
import pytest

from simulator.study import figures
from tests import made

NEEDED_NIIRS = 2.1
PROCESSING_H = 2.0
STAYS_H = {"osan": 8.0, "andersen": 20.0}
SPAN_S = 4.0 * 86_400.0
TOML = made.text(
    days=4.0,
    counting={"stays_h": [1.0, 8.0, 30.0, 500.0], "stay_h": 8.0, "processing_h": PROCESSING_H},
    targets=[
        {"catalog": "osan", "needs": {"niirs": NEEDED_NIIRS}},
        {"catalog": "andersen", "stay_h": 20.0, "needs": {"niirs": NEEDED_NIIRS}},
    ],
    satellite={
        "downlink_rate_mbps": 0.3,
        "sensor": {
            "catalog": "malligyong_press",
            "min_sun_elevation_deg": -90.0,
            "max_off_nadir_deg": 45.0,
        },
    },
)


@pytest.fixture(scope="module")
def results():
    return made.finished(TOML)


def caught(begin_s, end_s, stay_s):
    """Return the share of stays that have a window or picture, whole or in part, within them."""
    at_s = np.arange(2.5, SPAN_S - stay_s, 5.0)
    hit = np.zeros(len(at_s), bool)
    for first_s, last_s in zip(begin_s, end_s, strict=True):
        hit |= (at_s <= first_s) & (last_s <= at_s + stay_s)
    return hit.mean()


def test_every_link_is_as_counted_instant_by_instant(results):
    table = results.actionable
    deliveries = results.deliveries.merge(
        results.accesses[["satellite", "target", "best_s", "niirs"]],
        left_on=["satellite", "target", "taken_s"],
        right_on=["satellite", "target", "best_s"],
    )
    assert len(deliveries) == 2 * len(results.pictures)
    good = deliveries["niirs"] >= NEEDED_NIIRS
    assert 0 < good.sum() < len(good)
    for row in table.to_dict("records"):
        stay_s = row["stay_h"] * 3_600.0
        own = deliveries[
            (deliveries["network"] == row["network"]) & (deliveries["target"] == row["target"])
        ]
        fine = own[own["niirs"] >= NEEDED_NIIRS]
        home_s = fine["delivered_s"].fillna(np.inf)
        accesses = results.accesses[results.accesses["target"] == row["target"]]
        at_s = np.arange(2.5, SPAN_S - stay_s, 5.0)
        seen = np.zeros(len(at_s), bool)
        for start_s, end_s in zip(accesses["start_s"], accesses["end_s"], strict=True):
            seen |= (at_s + stay_s > start_s) & (at_s < end_s)
        expected = {
            "looked_at_share": seen.mean(),
            "imaged_share": caught(own["taken_s"], own["taken_s"], stay_s),
            "good_enough_share": caught(fine["taken_s"], fine["taken_s"], stay_s),
            "home_in_time_share": caught(fine["taken_s"], home_s, stay_s),
            "actionable_share": caught(fine["taken_s"], home_s + PROCESSING_H * 3_600.0, stay_s),
        }
        for name, share in expected.items():
            assert row[name] == pytest.approx(share, abs=2e-4), (row["network"], name)


def test_no_link_holds_more_than_the_one_before(results):
    links = results.actionable[
        [
            "looked_at_share",
            "imaged_share",
            "good_enough_share",
            "cloud_free_share",
            "home_in_time_share",
            "actionable_share",
        ]
    ].to_numpy()
    assert (np.diff(links, axis=1) <= 1e-12).all()


def test_stays_are_those_asked_for_and_each_targets_own_but_none_longer_than_the_span(results):
    stays = results.actionable.groupby("target")["stay_h"].unique()
    assert sorted(stays["osan"]) == [1.0, 8.0, 30.0]
    assert sorted(stays["andersen"]) == [1.0, 8.0, 20.0, 30.0]


def test_the_usual_stay_is_there_of_every_target():
    stays = made.finished(TOML, "counting.stay_h=7").actionable.groupby("target")["stay_h"].unique()
    assert 7.0 in stays["osan"] and 7.0 in stays["andersen"]


def test_the_figure_of_a_network_is_the_mean_of_its_targets_at_their_own_stays(results):
    rows = results.actionable
    own = rows[rows["stay_h"] == rows["target"].map(STAYS_H)]
    expected = own.groupby("network")["actionable_share"].mean()
    found = results.networks.set_index("network")["actionable_share"]
    assert found.to_dict() == pytest.approx(expected.to_dict(), abs=1e-6)
    assert found.nunique() == 2


def test_figures_alone_have_it_too(results):
    alone = figures(made.scenario(TOML)).networks.set_index("network")["actionable_share"]
    found = results.networks.set_index("network")["actionable_share"]
    assert alone.to_dict() == pytest.approx(found.to_dict(), abs=1e-6)


def test_a_stay_as_long_as_the_span_is_warned_of_and_leaves_no_mean(results):
    longer = made.finished(TOML, "targets.1.stay_h=96")
    (line,) = [line for line in longer.warnings if "'andersen' stays for 96 h" in line]
    assert "the span or longer" in line
    assert longer.networks["actionable_share"].isna().all()
    assert not any("stays for" in line for line in results.warnings)


def test_without_a_need_every_picture_is_good_enough():
    table = made.finished().actionable
    assert (table["good_enough_share"] == table["imaged_share"]).all()


def test_a_need_that_no_look_meets_leaves_nothing_to_act_on():
    table = made.finished(TOML, "targets.0.needs.niirs=9", "targets.1.needs.niirs=9").actionable
    assert (table["imaged_share"] > 0.0).any()
    assert not table["good_enough_share"].any()
    assert not table["actionable_share"].any()
