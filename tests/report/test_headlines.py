"""Headings of drawings say what networks differ in, by the rules of the answer."""

import math
from types import SimpleNamespace

import pandas as pd
import pytest

from simulator.report import network_headline, others_words, region_headline, values_headline

RANGES = ["network", "figure", "low", "high", "ratio_low", "ratio_high", "draws"]
RANGES += ["ratio_median", "contrary_draws"]


def headline(values, **options):
    return values_headline(values, "it takes", never="none is answered", **options)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"a": 2.0}, "it takes 2.00 h with a"),
        ({"a": 2.0, "b": 2.0}, "it takes 2.00 h, the same with every network"),
        ({"a": 2.0, "b": 0.05}, "it takes 2.00 h with a; 3.0 min with b"),
        ({"a": 2.0, "b": 1.9}, "it takes 2.00 h with a; 5 % less with b"),
        ({"a": 2.0, "b": 3.0}, "it takes 2.00 h with a; 50 % more with b"),
        (
            {"a": 2.0, "b": 0.05, "c": 0.05},
            "it takes 2.00 h with a; 3.0 min with the 2 other networks",
        ),
        ({"a": math.nan, "b": 2.0}, "none is answered with a; 2.00 h with b"),
        ({"a": 2.0, "b": math.nan}, "it takes 2.00 h with a; none is answered with b"),
        ({"a": math.nan, "b": math.nan}, "none is answered, the same with every network"),
    ],
)
def test_values_are_set_beside_the_baselines(values, said):
    assert headline(values) == said


def test_names_stand_for_ids_and_words_follow_the_first_value():
    said = headline({"a": 2.0, "b": 0.05}, call=str.upper, after=" on average")
    assert said == "it takes 2.00 h on average with A; 3.0 min with B"


def test_a_heading_that_would_be_too_long_counts_the_networks():
    names = {"a" * 60: 9.0, "b" * 60: 3.0, "c" * 60: 1.0}
    said = headline(names)
    assert said.endswith("; 1.00 h to 3.00 h with the 2 other networks")
    assert others_words(["x", "y"], 3) == "each of 2 other networks"


def run(ratio_low, ratio_high):
    contrary = 12 if ratio_low <= 1.0 <= ratio_high else 0
    row = ["b", "latency_mean_h", 1.0, 2.0, ratio_low, ratio_high, 20, 0.8, contrary]
    ranges = pd.DataFrame([row], columns=RANGES)
    table = pd.DataFrame({"network": ["a", "b"], "latency_mean_h": [2.0, 1.7]})
    return SimpleNamespace(
        networks=table, baseline="a", spread=ranges, sampling=ranges.iloc[:0], scenario_toml=""
    )


def test_a_difference_within_its_range_by_chance_is_none():
    words = {"lead": "it takes", "never": "none"}
    assert network_headline(run(0.7, 1.1), "latency_mean_h", **words) == (
        "it takes 2.00 h, no network differs beyond chance"
    )
    assert network_headline(run(0.7, 0.9), "latency_mean_h", **words) == (
        "it takes 2.00 h with a; 15 % less with b"
    )


def test_a_region_is_seen_within_times_or_in_part_never():
    rows = pd.DataFrame(
        {
            "region": ["all", "part"],
            "seen_fraction": [1.0, 0.4],
            "seen_half_h": [30.0, 80.0],
            "seen_90_percent_h": [72.0, math.nan],
        }
    )
    results = SimpleNamespace(regions=rows)
    assert (
        region_headline(results, "all", "It")
        == "half of It could be looked at within 1.2 d, 90 % within 3.0 d"
    )
    assert region_headline(results, "part", "It") == "60 % of It could never be looked at"
    assert region_headline(results, "none", "It") == ""
