"""What each satellite alone sees, against the windows of the table of accesses one by one."""

import numpy as np
import pytest

from tests import made

TWO = made.text(
    """
[[satellites]]
name = "low"
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
orbit = {kind = "launch", launch = "kms4"}
""",
    days=12.0,
    targets=["osan", "kadena", "andersen"],
)


@pytest.fixture(scope="module")
def results():
    return made.finished(TWO)


def test_one_satellite_alone_sees_what_all_together_see():
    alone = made.finished()
    row, targets = alone.satellites.iloc[0], alone.targets
    assert row["targets_seen"] == (targets["accesses"] > 0).sum()
    assert row["target_accesses_per_day"] == pytest.approx(targets["accesses_per_day"].mean())
    assert row["target_revisit_mean_h"] == pytest.approx(targets["revisit_mean_h"].mean())
    assert row["target_revisit_max_h"] == targets["revisit_max_h"].max()
    assert row["target_wait_mean_h"] == pytest.approx(targets["wait_mean_h"].mean())
    assert row["best_gsd_m"] == targets["best_gsd_m"].min()
    assert row["best_niirs"] == targets["best_niirs"].max()
    assert row["pictures_taken"] == len(alone.pictures)


def test_every_satellite_has_the_figures_of_its_own_accesses(results):
    span_h = results.days * 24.0
    for row in results.satellites.to_dict(orient="records"):
        own = results.accesses[results.accesses["satellite"] == row["satellite"]]
        means, waits, longest = [], [], []
        for target in results.targets["target"]:
            hits = own[own["target"] == target].sort_values("start_s")
            edges = [0.0, *hits[["start_s", "end_s"]].to_numpy().ravel() / 3_600.0, span_h]
            gaps = np.diff(edges)[::2]
            means.append(gaps.mean())
            longest.append(gaps.max())
            waits.append((gaps**2).sum() / span_h / 2.0)
        assert row["targets_seen"] == own["target"].nunique()
        assert row["target_accesses_per_day"] == pytest.approx(len(own) / 3 / results.days)
        assert row["target_revisit_mean_h"] == pytest.approx(np.mean(means))
        assert row["target_revisit_max_h"] == pytest.approx(max(longest))
        assert row["target_wait_mean_h"] == pytest.approx(np.mean(waits))
        assert row["pictures_taken"] == (results.pictures["satellite"] == row["satellite"]).sum()


def test_a_satellite_over_no_target_has_no_figure_of_targets():
    bare = made.finished(made.text(made.BOX, targets=[])).satellites
    assert "targets_seen" not in bare and (bare["pictures_taken"] == 0).all()


def test_removing_all_delay_of_the_ground_leaves_the_wait_for_the_satellite(results):
    row = results.networks.iloc[0]
    alone = max(row["response_saved_command_h"], row["response_saved_delivery_h"])
    assert 0.0 < alone <= row["response_saved_both_h"] < row["response_mean_h"]
    for part in ("contact", "queue", "sending", "forwarding"):
        assert 0.0 <= row[f"response_saved_{part}_h"] <= row["response_saved_delivery_h"] + 1e-12
    russia = results.networks.iloc[1]
    left = results.networks["response_mean_h"] - results.networks["response_saved_both_h"]
    # Both networks are then as good as any, but for the requests that each answers.
    assert left.iloc[0] == pytest.approx(left.iloc[1], rel=0.02)
    assert russia["response_saved_both_h"] < row["response_saved_both_h"]
