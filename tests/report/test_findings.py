"""Findings: what limits a network adds up, ratios carry their range, nothing breaks for want."""

from dataclasses import replace

import pandas as pd
import pytest

from simulator.report import report_text, texttable
from simulator.report.chance_text import spread_listing
from simulator.report.network_findings import limits
from simulator.report.results_text import listings
from simulator.study.runs import run
from simulator.text import duration, number
from tests import made

TEXT = made.text(
    """
[[regions]]
name = "box"
bounds_deg = {west = 124, south = 34, east = 130, north = 40}
resolution_km = 120.0
strips = true
""",
    days=12.0,
    targets=["osan", "kadena"],
    uncertainty={"draws": 3},
)


@pytest.fixture(scope="module")
def results():
    return run(made.scenario(TEXT))


def titles(results):
    return [listing.title for listing in listings(results) if listing.title]


def test_the_shares_of_what_limits_a_network_add_up_to_all(results):
    for line in limits(results):
        shares = [float(word) for word in line.replace(",", "").split() if is_number(word)]
        assert 98.0 <= sum(shares[1:]) <= 102.0, line  # the first number is the wait itself


def is_number(word):
    return word.replace(".", "").isdigit()


def test_what_limits_a_network_is_reported_longest_first(results):
    line = limits(results)[0]
    assert line.startswith("dprk: a request waits ")
    assert line.index("accesses") < line.index("commanding")


def test_lost_pictures_are_reported_and_a_network_without_answers_says_so(results):
    networks = results.networks.copy()
    networks.loc[0, "pictures_lost"] = 2
    networks.loc[1, "response_mean_h"] = float("nan")
    lines = limits(replace(results, networks=networks))
    assert "2 of " in lines[0] and "pictures lost" in lines[0]
    assert lines[1] == "dprk+russia: no request is answered"


def test_every_listing_is_there_and_goes_away_with_its_table(results):
    assert len(titles(results)) == 10
    bare = replace(
        results,
        actionable=pd.DataFrame(),
        spread=pd.DataFrame(),
        ages=pd.DataFrame(),
        stays=pd.DataFrame(),
        strips=pd.DataFrame(),
        region_networks=pd.DataFrame(),
        sampling=pd.DataFrame(),
    )
    assert len(titles(bare)) == 2


def test_regions_are_reported_by_network_with_the_stages_of_their_response(results):
    age, response = [each for each in listings(results) if "over regions" in each.title]
    assert "ratio to dprk" in age.title and "commanded through the network" in response.title
    # The region stands with the first of its networks, as does what all networks have alike.
    assert [row[:2] for row in age.body] == [("box", "dprk"), ("", "dprk+russia")]
    alike = results.region_networks.assign(cell_age_max_h=7.0)
    age_alike, _ = [
        each
        for each in listings(replace(results, region_networks=alike))
        if "over regions" in each.title
    ]
    assert [row[4] for row in age_alike.body] == ["7.00 h", ""]
    assert age.body[0][3] == "" and age.body[1][3][0] in "x÷"
    assert response.body[0][-1] == "100.0 %"
    wide = results.region_networks.assign(region="a region of a long name", network="조선" * 12)
    text = report_text(replace(results, region_networks=wide))
    assert max(texttable.width(line) for line in text.split("\n")) <= 100


def test_ratios_are_reported_with_their_range_over_draws(results):
    listing = next(spread_listing(results))
    assert "over 3 draws" in listing.title and "90 % of the draws" in listing.title
    base, ratio = cells_of(listing, "contact, minutes per day")
    assert "x" not in base and " to " in base
    assert ratio.startswith("x") and " to x" in ratio


def cells_of(listing, label):
    return next(row[1:] for row in listing.body if row[0] == label)


def spread_of(results, names):
    """Return the results as of networks of the names, figures of the second for all but one."""
    rows = [results.networks.iloc[min(n, 1)].to_dict() for n in range(len(names))]
    networks = pd.DataFrame([row | {"network": n} for row, n in zip(rows, names, strict=True)])
    parts = []
    for n, name in enumerate(names):
        like = results.networks["network"][min(n, 1)]
        parts.append(results.spread[results.spread["network"] == like].assign(network=name))
    return replace(results, networks=networks, spread=pd.concat(parts), baseline=names[0])


def test_a_single_network_has_the_range_of_its_values(results):
    listing = next(spread_listing(spread_of(results, ["alone"])))
    assert listing.headings == ("Figure", "alone")
    (silence,) = cells_of(listing, "longest silence")
    row = results.spread.set_index(["network", "figure"]).loc[("dprk", "longest_silence_h")]
    low, middle, high = (duration(row[name]) for name in ("low", "median", "high"))
    assert low == middle == high and silence == middle
    (minutes,) = cells_of(listing, "contact, minutes per day")
    row = results.spread.set_index(["network", "figure"]).loc[("dprk", "contact_minutes_per_day")]
    low, middle, high = (number(row[name]) for name in ("low", "median", "high"))
    assert minutes == f"{middle} ({low} to {high})"
    assert "ratio" not in listing.title


def test_many_networks_have_their_spread_in_blocks_of_a_page(results):
    names = [f"network-{n}+russia+relays+crosslinks|{'x' * n}" for n in range(9)]
    text = report_text(spread_of(results, names))
    assert max(map(len, text.split("\n"))) <= 100
    heads = [line for line in text.split("\n") if line.startswith("Figure")]
    assert len(heads) > 2
    joined = "".join(text.split())
    assert all(name[:24] in joined for name in names)


def test_a_network_never_silent_has_none_of_the_silence(results):
    table = results.spread.copy()
    silence = (table["network"] == "dprk+russia") & (table["figure"] == "longest_silence_h")
    table.loc[silence, ["median", "low", "high", "ratio_median", "ratio_low", "ratio_high"]] = 0.0
    never = replace(results, spread=table)
    assert cells_of(next(spread_listing(never)), "longest silence")[1] == "none"
    table.loc[silence, ["ratio_median", "ratio_high"]] = [0.2, 0.5]
    sometimes = next(spread_listing(replace(results, spread=table)))
    assert cells_of(sometimes, "longest silence")[1] == "÷5.0 (none to ÷2.0)"
    networks = results.networks.copy()
    networks.loc[1, "longest_silence_h"] = 0.0
    text = report_text(replace(results, networks=networks))
    line = next(line for line in text.split("\n") if "longest silence" in line)
    assert line.split()[-3:] == ["0", "s", "none"]
    assert "none: 0 where the other is not" in " ".join(text.split())


def test_the_longest_stretch_with_nothing_seen_is_reported_of_each_region(results):
    text = " ".join(report_text(results).split())
    table = results.coverage_intervals
    longest_s = table[table["cover"] == "none"]["duration_s"].max()
    assert "box: nothing of it is in access" in text
    assert f"at the longest for {duration(longest_s / 3_600.0)} from 2023-1" in text


def test_the_rules_stand_beside_the_figures(results):
    text = " ".join(report_text(results).split())
    for term in ("spread", "stays", "sampling error", "strips", "seen in", "wait for access"):
        assert f"{term}: {results.provenance['definitions'][term]}" in text


def test_the_text_tells_all_findings(results):
    text = report_text(results)
    for words in ("What limits them", "strip by strip", "Sampling error", "stays in the open"):
        assert words in text
    assert max(map(len, text.split("\n"))) <= 100


def with_sensors(results, *sensors):
    """The same results, as if these sensors had flown."""
    tables = "\n".join(
        f"[[satellites]]\nname = 'S{n}'\n[satellites.sensor]\nkind = 'optical'\n{lines}"
        for n, lines in enumerate(sensors)
    )
    satellites = pd.concat([results.satellites] * len(sensors), ignore_index=True)
    return replace(results, scenario_toml=tables, satellites=satellites)


@pytest.mark.parametrize(
    ("sensors", "words"),
    [
        (["min_sun_elevation_deg = 10.0"], "(the satellite comes by in the light it needs)"),
        (["max_sun_elevation_deg = -6.0"], "(the satellite comes by in the dark it needs)"),
        (["min_sun_elevation_deg = -90.0"], "(the satellite comes by)"),
        ([""], "(the satellite comes by)"),
        (["", ""], "(a satellite comes by)"),
        (
            ["min_sun_elevation_deg = 10.0", "max_sun_elevation_deg = 0.0"],
            "(a satellite comes by in the light or dark it needs)",
        ),
        (["min_sun_elevation_deg = 10.0", ""], "(a satellite comes by in the light it may need)"),
    ],
)
def test_an_access_needs_the_light_that_the_sensors_need(results, sensors, words):
    for line in limits(with_sensors(results, *sensors)):
        assert f"accesses {words} " in line


def test_without_targets_nothing_is_said_of_requests_pictures_and_answers(results):
    bare = replace(results, targets=results.targets.iloc[:0])
    assert limits(bare) == []
    text = " ".join(report_text(bare).split())
    assert "is answered" not in text.replace("answered_area", "")
    assert "samples: no target, and so no picture, latency, response or age of one" in text


def test_a_contact_without_end_is_counted_nowhere(results):
    always = results.networks.assign(contact_minutes_per_day=1_440.0, contacts_per_day=1.0 / 12.0)
    text = report_text(replace(results, networks=always))
    assert [line.split()[-1] for line in text.splitlines() if "contacts per day" in line] == [
        "unbroken"
    ]


def test_what_could_be_looked_at_is_not_called_imaged(results):
    text = report_text(results)
    # Strips are imaged, and what is caught in a picture before it is gone; nothing else.
    lines = [line for line in text.splitlines() if "imaged" in line]
    strips = text[text.index("Share of a region that a satellite images strip by strip") :]
    caught = text[text.index("Chance that what stays in the open for so long is caught") :]
    assert lines and all(line in strips or line in caught.split("\n\n")[1] for line in lines)
    stays = {listing.title for listing in listings(results)}
    assert (
        "Chance that what stays in the open for so long could be looked at: the region, the most "
        "watched and the least watched target" in stays
    )
    alone = replace(results, stays=results.stays[results.stays["place"] == "osan"])
    assert any(title.endswith("could be looked at: the target") for title in titles(alone))


def test_only_columns_of_strips_and_of_chances_of_a_picture_say_that_something_is_imaged():
    from simulator.glossary import GLOSSARY

    said = {term.name for term in GLOSSARY.terms if "imaged" in f"{term.name} {term.meaning}"}
    chances = {"imaged_share", "imaged_chance"}
    assert said == {"look", "strips_per_day", "imaged_day_share", *chances}


def test_an_access_without_end_is_not_shown_as_few_accesses(results):
    always = {"accesses_per_day": 1.0 / 12.0, "access_minutes_per_day": 1_440.0}
    grid = results.grids["box"]
    grids = {"box": grid.assign(revisit_max_h=0.0 * grid["revisit_max_h"])}
    text = report_text(replace(results, targets=results.targets.assign(**always), grids=grids))
    rows = text[text.index("Target ") : text.index("box: edges")].splitlines()
    lines = [line for line in rows if line.startswith(("osan", "kadena", "box"))]
    assert len(lines) == 3 and all("unbroken" in line for line in lines)
    errors = text[text.index("Sampling error of places") :]
    assert "osan" not in errors and "box" in errors
