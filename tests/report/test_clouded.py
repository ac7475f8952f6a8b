"""What a report says of a run that counts clouds: both figures side by side, and which is which."""

from dataclasses import replace

import pandas as pd

from simulator.report import answer, brief_text, report_text
from simulator.report.explanations import explain_text
from simulator.results import Results
from tests import made

OF_NETWORKS = {
    "response_mean_clear_h": 150.0,
    "response_unknown_clear_share": 0.35,
    "age_mean_clear_h": 155.0,
    "pictures_clear_per_day": 1.25,
}
OF_TARGETS = {
    "accesses_clear_per_day": 0.1,
    "revisit_mean_clear_h": 240.0,
    "wait_mean_clear_h": 200.0,
    "unseen_clear_share": 0.11,
}


def clouded() -> Results:
    """Return results with figures that count clouds beside those that do not."""
    plain = made.finished()
    toml = f"{plain.scenario_toml}\n[clouds]\nclear = 0.4\n"
    networks: pd.DataFrame = plain.networks.assign(
        response_mean_h=52.0, response_unknown_share=0.08, **OF_NETWORKS
    )
    targets = plain.targets.assign(**OF_TARGETS)
    return replace(plain, scenario_toml=toml, networks=networks, targets=targets)


def test_the_answer_begins_with_clouds_and_says_what_it_would_be_without():
    said = answer(clouded())
    assert (
        "counting clouds, from a request to a picture at headquarters that shows its target it "
        "takes 6.2 d on average"
    ) in said[0]
    assert "35 % of requests are left out" in said[0]
    assert "; as if the sky were always clear 2.2 d" in said[0]
    assert any("(cloud-free: " in each and "with a chance of 11 % never)" in each for each in said)


def test_a_run_without_clouds_says_so_and_nothing_of_them():
    said = " ".join(answer(made.finished()))
    assert "ounting clouds" not in said and "cloud-free" not in said
    assert "cloud-free" not in brief_text(made.finished())
    assert "cloud-free" not in report_text(made.finished())


def test_the_table_of_a_run_has_both_figures_side_by_side():
    text = brief_text(clouded())
    lines = {line[:28].strip(): line for line in text.splitlines()}
    assert "6.2 d" in next(lines[key] for key in lines if key.startswith("cloud-free, response"))
    assert "2.2 d" in next(lines[key] for key in lines if key.startswith("response, mean"))
    assert "10 d" in text.replace("10.0 d", "10 d")
    full = report_text(clouded())
    assert "With clouds: cloud-free pictures alone" in full


def test_what_a_figure_counts_is_explained():
    text = explain_text("response_mean_clear_h")
    assert "clear enough with a chance by month" in " ".join(text.split())
    assert "could be looked at" in explain_text("accesses_per_day")


def test_where_clouds_take_nothing_the_answer_does_not_begin_with_them():
    # As of a run whose satellites all carry radars.
    of_radars = clouded()
    plain_h = of_radars.networks["response_mean_h"]
    networks = of_radars.networks.assign(response_mean_clear_h=plain_h)
    said = answer(replace(of_radars, networks=networks))
    assert "counting clouds" not in " ".join(said).lower()
    assert "from a request to its picture at headquarters it takes" in " ".join(said).lower()
