"""Which unknown decides, in words: the two that move most, with the figure at their ends."""

import pytest

from simulator.report import answer, report_text
from simulator.report.deciding_text import deciding_clause
from simulator.study import run
from tests import made

UNKNOWNS = """
[[unknowns]]
name = "downlink rate"
values = { "satellites.0.downlink_rate_mbps" = { uniform = [0.1, 4.0] } }
[[unknowns]]
name = "masks"
values = { "networks.*.stations.*.min_elevation_deg" = { uniform = [0.0, 20.0] } }
"""


@pytest.fixture(scope="module")
def drawn():
    text = made.text(UNKNOWNS, days=4.0, uncertainty={"draws": 24, "resamples": 0})
    return run(made.scenario(text))


def test_the_answer_names_the_unknowns_that_move_the_difference_most(drawn):
    clause = deciding_clause(drawn)
    assert clause.startswith(
        "how much sooner a picture is at headquarters with dprk+russia depends most on the "
    )
    first = clause.split("depends most on the ")[1]
    assert first.startswith(("downlink rate (", "masks ("))
    assert "of the variance over draws; " in first
    assert " times sooner at " in first
    assert f"{clause[0].upper()}{clause[1:]}." in answer(drawn)


def test_the_answer_says_in_how_many_draws_there_is_no_difference_or_that_it_is_sure(drawn):
    told = " ".join(answer(drawn))
    assert "24 draws of the orbit's phase and 2 more unknowns" in told
    row = drawn.spread.set_index(["network", "figure"]).loc[("dprk+russia", "latency_mean_h")]
    share = row["contrary_draws"] / row["draws"]
    said = f"not sooner in {100.0 * share:.0f} % of the draws" in told
    assert said == (row["ratio_high"] >= 1.0 and share < 0.5)


def test_the_full_report_has_every_unknown(drawn):
    text = report_text(drawn)
    assert "What each unknown explains of the variance over draws of the orbit's phase" in text
    for name in ("orbit phase", "downlink rate", "masks"):
        assert f"\n{name} " in text
    assert "explained: first-order share of variance" in text


def test_without_unknowns_nothing_is_said_of_them():
    plain = run(made.scenario(made.text(uncertainty={"draws": 4, "resamples": 0})))
    assert deciding_clause(plain) == ""
    assert "What each unknown" not in report_text(plain)
