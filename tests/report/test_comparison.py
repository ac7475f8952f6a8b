"""Runs side by side: what they share is compared, what they do not is said."""

import csv
import io
import json
from dataclasses import replace

import pytest

from simulator.report import comparison_csv, comparison_facts, comparison_text, json_text
from simulator.report.comparison import compared_figures, shared_targets
from simulator.text import ratio
from tests import made


@pytest.fixture(scope="module")
def runs():
    far = made.finished(made.text(made.BOX, satellite={"orbit": FAR}))
    return {"near": made.finished(), "far": far}


FAR = {"kind": "sun-synchronous", "altitude_km": 685.0, "ltdn_h": 10.5}


def test_figures_of_networks_of_one_name_stand_side_by_side(runs):
    minutes = {
        each.name: each.values
        for each in compared_figures(runs)
        if each.figure == "contact_minutes_per_day"
    }
    for name in ("dprk", "dprk+russia"):
        rows = [run.networks.set_index("network").loc[name] for run in runs.values()]
        assert minutes[name] == tuple(row["contact_minutes_per_day"] for row in rows)
    text = comparison_text(runs)
    near, far = minutes["dprk"]
    (line, *_) = [each for each in text.split("\n") if each.startswith("contact, minutes per day")]
    assert line.endswith(ratio(far, near))
    assert max(map(len, text.split("\n"))) <= 80


def test_targets_are_compared_over_those_that_all_runs_have(runs):
    near = runs["near"]
    one = {**runs, "far": replace(runs["far"], targets=runs["far"].targets.iloc[1:])}
    assert shared_targets(one) == ["andersen"]
    often = next(each for each in compared_figures(one) if each.figure == "accesses_per_day")
    assert often.of == "targets"
    assert often.values[0] == near.targets["accesses_per_day"].iloc[1]
    assert "only 1 of their targets are in all of them" in " ".join(comparison_text(one).split())


def test_runs_of_other_spans_are_told_apart(runs):
    assert "different spans" not in comparison_text(runs)
    later = {**runs, "far": replace(runs["far"], days=3.0)}
    assert "Mind that they are of different spans." in comparison_text(later)


def bare(run):
    """Return a run without targets and networks."""
    return replace(run, targets=run.targets.iloc[:0], networks=run.networks.iloc[:0])


def test_regions_that_all_runs_have_are_compared_alone_and_by_network(runs):
    of_regions = {name: bare(run) for name, run in runs.items()}
    found = {
        (each.of, each.name, each.figure): each.values for each in compared_figures(of_regions)
    }
    waits = tuple(run.regions["wait_mean_h"].iloc[0] for run in runs.values())
    assert found["region", "box", "wait_mean_h"] == waits
    ages = tuple(
        run.region_networks.set_index("network").loc["dprk+russia", "cell_age_mean_h"]
        for run in runs.values()
    )
    assert found["region by network", "box: dprk+russia", "cell_age_mean_h"] == ages
    text = comparison_text(of_regions)
    assert "Region box\n" in text
    assert "Region box: dprk+russia\n" in text
    lone = {**of_regions, "far": replace(of_regions["far"], regions=runs["far"].regions.iloc[:0])}
    assert compared_figures(lone) == []


def test_runs_that_share_nothing_say_so(runs):
    far = replace(bare(runs["far"]), regions=runs["far"].regions.iloc[:0])
    apart = {"near": runs["near"], "far": far}
    assert "there is nothing to compare" in " ".join(comparison_text(apart).split())
    assert comparison_facts(apart)["figures"] == []


def test_json_and_csv_hold_the_same_numbers(runs):
    facts = json.loads(json_text(comparison_facts(runs)))
    rows = list(csv.DictReader(io.StringIO(comparison_csv(runs))))
    assert [run["run"] for run in facts["runs"]] == ["near", "far"]
    assert len(rows) == len(facts["figures"]) > 30
    for row, figure in zip(rows, facts["figures"], strict=True):
        assert (row["of"], row["name"], row["figure"]) == (
            figure["of"],
            figure["name"],
            figure["figure"],
        )
        for run, value in figure["values"].items():
            assert row[run] == ("" if value is None else repr(float(value)))


def test_runs_without_a_target_in_common_say_so(runs):
    none = {**runs, "far": replace(runs["far"], targets=runs["far"].targets.iloc[:0])}
    assert "none of their targets are in all of them" in " ".join(comparison_text(none).split())
