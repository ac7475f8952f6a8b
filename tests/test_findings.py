"""Findings: what limits a network adds up, ratios carry their range, nothing breaks for want."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from simulator.report import findings_text, report_markdown, report_text, texttable
from simulator.scenario import loads
from simulator.study import run

TEXT = """
schema_version = 1
title = "findings"
targets = ["osan", "kadena"]
networks = ["dprk", "dprk+russia"]
uncertainty = {draws = 3}
[span]
start = 2023-11-22T00:00:00Z
days = 12.0
[[satellites]]
name = "M"
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
[satellites.orbit]
kind = "launch"
launch = "malligyong1_nov23"
[[regions]]
name = "box"
bounds_deg = {west = 124, south = 34, east = 130, north = 40}
resolution_km = 120.0
strips = true
"""


@pytest.fixture(scope="module")
def found():
    return run(loads(TEXT, origin="test", folder=Path(".")))


def titles(found):
    return [listing.title for listing in findings_text.listings(found)]


def test_the_shares_of_what_limits_a_network_add_up_to_all(found):
    for line in findings_text.limits(found):
        shares = [float(word) for word in line.replace(",", "").split() if is_number(word)]
        assert 98.0 <= sum(shares[1:]) <= 102.0, line  # the first number is the wait itself


def is_number(word):
    return word.replace(".", "").isdigit()


def test_what_limits_a_network_is_told_longest_first(found):
    line = findings_text.limits(found)[0]
    assert line.startswith("dprk: a request waits ")
    assert line.index("accesses") < line.index("commanding")


def test_lost_pictures_are_told_and_a_network_without_answers_says_so(found):
    networks = found.networks.copy()
    networks.loc[0, "pictures_lost"] = 2
    networks.loc[1, "response_mean_h"] = float("nan")
    lines = findings_text.limits(replace(found, networks=networks))
    assert "2 of " in lines[0] and "pictures lost" in lines[0]
    assert lines[1] == "dprk+russia: no request is answered"


def test_every_listing_is_there_and_goes_away_with_its_table(found):
    assert len(titles(found)) == 8
    bare = replace(
        found,
        spread=pd.DataFrame(),
        ages=pd.DataFrame(),
        stays=pd.DataFrame(),
        strips=pd.DataFrame(),
        region_networks=pd.DataFrame(),
    )
    assert len(titles(bare)) == 2


def test_regions_are_told_by_network_with_the_stages_of_their_response(found):
    age, response = [each for each in findings_text.listings(found) if "over regions" in each.title]
    assert "ratio to dprk" in age.title and "commanded through the network" in response.title
    assert [row[:2] for row in age.body] == [("box", "dprk"), ("box", "dprk+russia")]
    assert age.body[0][3] == "" and age.body[1][3][0] in "x÷"
    assert response.body[0][-1] == "100.0 %"
    wide = found.region_networks.assign(region="a region of a long name", network="조선" * 12)
    text = report_text(replace(found, region_networks=wide))
    assert max(texttable.width(line) for line in text.split("\n")) <= 100


def test_ratios_are_told_with_their_range_over_draws(found):
    listing = next(findings_text.listings(found))
    assert "over 3 draws" in listing.title
    minutes = dict(listing.body)["contact, minutes per day"]
    assert minutes.startswith("x") and " to x" in minutes


def test_text_and_markdown_tell_the_same_findings(found):
    text, markdown = report_text(found), report_markdown(found)
    for words in ("What limits them", "strip by strip", "Sampling error", "stays in the open"):
        assert words in text and words in markdown
    assert max(map(len, text.split("\n"))) <= 100
