"""Clouds in a study: naive skies agree, a chance of 1 changes nothing, a radar never asks."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from simulator.scenario import loads
from simulator.study import run
from simulator.study.access_tables import gap_figures
from simulator.study.case import Study
from simulator.study.clear_looks import clear_longest_h
from simulator.study.events import find_events
from simulator.study.networks import latest_commands_s, outcomes
from simulator.study.picture_looks import pictures_as_looks
from simulator.study.regions import region_figures
from simulator.timeliness import age_of_information, response_to_requests, system_response
from simulator.units import HOUR_S
from tests.made_cloud_keys import clouds_file
from tests.made_skies import mean_and_error, skies

TEXT = """
schema_version = 1
title = "clouds"
baseline = "one"
[span]
start = 2023-11-24T00:00:00Z
days = 12.0
CLOUDS
[counting]
niirs_levels = [2.5]
[uncertainty]
resamples = 0
[[satellites]]
name = "A"
downlink_rate_mbps = 2.0
recorder_gbit = 8.0
sensor = "malligyong_press"
orbit = {kind = "sun-synchronous", altitude_km = 500.0, ltan_h = 10.5}
[[satellites]]
name = "B"
downlink_rate_mbps = 2.0
recorder_gbit = 8.0
sensor = "malligyong_press"
orbit = {kind = "sun-synchronous", altitude_km = 540.0, ltan_h = 13.5}
[[targets]]
name = "seoul"
catalog = "seoul"
[[targets]]
name = "kadena"
catalog = "kadena"
requests = {kind = "every", every_h = 7.0}
[[targets]]
name = "own"
latitude_deg = 45.0
longitude_deg = 140.0
clear = [0.9, 0.1, 0.2, 0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.4, 0.3, 0.8]
[[regions]]
name = "box"
bounds_deg = {west = 125.0, south = 33.0, east = 132.0, north = 40.0}
resolution_km = 200.0
REGION
[[networks]]
name = "one"
headquarters = "pgscc"
stations = ["pgscc"]
[[networks]]
name = "two"
headquarters = "pgscc"
stations = ["pgscc", "yakutsk"]
"""
PLAIN = {
    "accesses_clear_per_day": "accesses_per_day",
    "revisit_mean_clear_h": "revisit_mean_h",
    "revisit_max_clear_h": "revisit_max_h",
    "wait_mean_clear_h": "wait_mean_h",
    "response_mean_clear_h": "response_mean_h",
    "response_p90_clear_h": "response_p90_h",
    "response_unknown_clear_share": "response_unknown_share",
    "age_mean_clear_h": "age_mean_h",
    "age_p90_clear_h": "age_p90_h",
    "age_unknown_clear_share": "age_unknown_share",
}


def scenario(clouds, region="", change=lambda text: text):
    text = TEXT.replace("CLOUDS", clouds).replace("REGION", region)
    return loads(change(text), origin="made", folder=Path("."))


def without_own(text):
    """Return the text without the chance that a target gives itself."""
    return re.sub(r"clear = \[.*\]", "", text)


def studied(clouds, **more):
    study = Study(scenario(clouds, **more).resolve())
    return study, find_events(study)


def chance_of(study, number, at_s):
    """Return the chance over a target by hand: its month's number, or the share of its sunshine."""
    target, clouds = study.scenario.targets[number], study.scenario.clouds
    by_month = target.clear or [clouds.sunshine_share * each for each in target.sunshine]
    return [by_month[study.span.utc(at).month - 1] for at in at_s]


def agree(parts, value, *, errors=4.5, rare=0.0):
    """Assert that a ratio of sums over skies is a value, within so many standard errors.

    What is `rare` may come in none of the skies, which have then no spread.
    """
    mean, error = mean_and_error(above - value * below for above, below in parts)
    assert abs(mean) <= errors * error + 1e-9 * abs(value) + rare


def shown_in(study, number, at_s, persistence_s, seed, count=1_500):
    """Yield which looks show a target, sky by sky."""
    chance = np.array(chance_of(study, number, at_s))
    for level in skies(seed, at_s, persistence_s, count):
        yield np.array(level) < chance


@pytest.mark.parametrize("persistence_h", [0.0, 30.0])
def test_accesses_revisit_and_wait_are_those_of_skies_drawn_one_by_one(persistence_h):
    study, events = studied(f"[clouds]\npersistence_h = {persistence_h}")
    figures = gap_figures(study, events.accesses)
    longest_h = clear_longest_h(study, events.accesses)["revisit_max_clear_h"]
    columns, span_s = events.accesses.columns, study.span.duration_s
    for number in range(3):
        own = np.flatnonzero(columns["target"] == number)
        own = own[np.argsort(columns["start_s"][own])]
        start_s, end_s = columns["start_s"][own], columns["end_s"][own]
        counts, revisits, waits, unseen, longest = [], [], [], [], []
        for shown in shown_in(study, number, start_s, persistence_h * HOUR_S, number):
            at_s, gaps = 0.0, []
            for n in np.flatnonzero(shown):
                gaps.append(start_s[n] - at_s)
                at_s = end_s[n]
            gaps.append(span_s - at_s)
            counts.append((shown.sum(), study.span.days))
            revisits.append((sum(gaps), len(gaps) * HOUR_S))
            waits.append((sum(g * g for g in gaps) / 2.0, span_s * HOUR_S))
            unseen.append((not shown.any(), 1.0))
            longest.append(max(gaps))
        agree(counts, figures["accesses_clear_per_day"][number])
        agree(revisits, figures["revisit_mean_clear_h"][number])
        agree(waits, figures["wait_mean_clear_h"][number])
        agree(unseen, figures["unseen_clear_share"][number], rare=0.003)
        below = np.mean(np.array(longest) <= longest_h[number] * HOUR_S + 1e-3)
        under = np.mean(np.array(longest) < longest_h[number] * HOUR_S - 1e-3)
        assert under - 0.06 <= 0.5 <= below + 0.06


@pytest.mark.parametrize("persistence_h", [0.0, 30.0])
def test_responses_and_ages_are_those_of_skies_drawn_one_by_one(persistence_h):
    study, events = studied(f"[clouds]\npersistence_h = {persistence_h}")
    pictures, span_s = events.pictures, study.span.duration_s
    for outcome in outcomes(study, events):
        delivered_s = outcome.deliveries.delivered_s
        latest_s = latest_commands_s(study, outcome.offer, pictures)
        by_sky = np.zeros((1_500, 7))
        for number, asked_s in enumerate(study.requests):
            own = np.flatnonzero(pictures.target == number)
            own = own[np.argsort(pictures.taken_s[own])]
            taken_s = pictures.taken_s[own]
            for sky, shown in enumerate(
                shown_in(study, number, taken_s, persistence_h * HOUR_S, number)
            ):
                clear = own[shown]
                age = age_of_information(pictures.taken_s[clear], delivered_s[clear], span_s)
                response = (
                    system_response(latest_s[clear], delivered_s[clear], span_s)
                    if asked_s is None
                    else response_to_requests(asked_s, latest_s[clear], delivered_s[clear], span_s)
                )
                by_sky[sky] += [
                    *(age.length_s @ (age.low_s + age.high_s) / 2.0, age.defined_s),
                    age.undefined_s,
                    *(
                        response.length_s @ (response.low_s + response.high_s) / 2.0,
                        response.defined_s,
                    ),
                    response.undefined_s,
                    np.isfinite(delivered_s[clear]).sum(),
                ]
        figures, whole_s = outcome.figures, 3.0 * span_s
        agree(by_sky[:, [0, 1]] / [HOUR_S, 1.0], figures["age_mean_clear_h"])
        agree([(each, whole_s) for each in by_sky[:, 2]], figures["age_unknown_clear_share"])
        agree(by_sky[:, [3, 4]] / [HOUR_S, 1.0], figures["response_mean_clear_h"])
        agree([(each, whole_s) for each in by_sky[:, 5]], figures["response_unknown_clear_share"])
        agree([(each, study.span.days) for each in by_sky[:, 6]], figures["pictures_clear_per_day"])


def same(clear, plain):
    assert clear.columns.intersection(PLAIN).size > 1
    for name in clear.columns.intersection(PLAIN):
        np.testing.assert_allclose(
            clear[name], plain[PLAIN[name]], rtol=1e-9, atol=1e-9, err_msg=name
        )


def test_with_a_chance_of_one_every_figure_is_that_without_clouds():
    results = run(scenario("[clouds]\nclear = 1.0", change=without_own))
    for table in (results.targets, results.networks, results.ages, results.regions, results.levels):
        same(table, table)
    assert (results.targets["unseen_clear_share"] == 0.0).all()
    grid = results.grids["box"]
    for name, plain in list(PLAIN.items())[:4]:
        if name in grid:
            np.testing.assert_allclose(grid[name], grid[plain], rtol=1e-6)


def test_without_clouds_no_figure_counts_them_and_nothing_else_changes():
    plain, clouded = run(scenario("")), run(scenario("[clouds]", "clear = 0.4"))
    assert not [name for name in plain.networks if "_clear_" in name]
    assert not [name for name in plain.targets if "_clear_" in name]
    for table in ("networks", "targets", "regions", "levels", "ages", "pictures", "deliveries"):
        before, after = getattr(plain, table), getattr(clouded, table)
        # What can be acted on must be cloud-free: it counts clouds where they are known.
        before = before.drop(columns="actionable_share", errors="ignore")
        assert after[before.columns].equals(before), table
    acted_on = [each.networks["actionable_share"] for each in (clouded, plain)]
    assert (acted_on[0] <= acted_on[1]).all() and (acted_on[0] < acted_on[1]).any()
    assert "Clouds are left out" in plain.provenance["caution"]
    assert "Clouds are left out" not in clouded.provenance["caution"]
    assert "and what is acted on in time, count clouds" in clouded.provenance["caution"]


def test_with_no_chance_nothing_is_ever_shown():
    results = run(scenario("[clouds]\nclear = 0.0", "clear = 0.0"))
    row = results.targets.set_index("target").loc["seoul"]
    assert row["accesses_clear_per_day"] == 0.0 and row["unseen_clear_share"] == 1.0
    assert row["revisit_mean_clear_h"] == row["revisit_max_clear_h"] == 12.0 * 24.0
    region = results.regions.iloc[0]
    assert region["accesses_clear_per_day"] == 0.0 and region["unseen_clear_share"] == 1.0
    ages = results.ages.set_index("target").loc["seoul"]
    assert ages["age_mean_clear_h"].isna().all() and (ages["age_unknown_clear_share"] == 1.0).all()


def test_a_radar_sees_whatever_the_sky():
    def radar(text):
        return text.replace('"malligyong_press"', '"ref_kondor_fka"').replace("[2.5]", "[]")

    results = run(scenario("[clouds]\nclear = 0.0", "clear = 0.0", change=radar))
    for table in (results.targets, results.networks, results.regions):
        same(table, table)
    assert results.targets["accesses"].max() > 0


def test_a_cell_counts_as_a_target_at_its_middle_does():
    study, _ = studied("[clouds]\nclear = 0.4\npersistence_h = 40.0")
    region = region_figures(study, study.scenario.regions[0])
    cells, some = region.cells, [0, len(region.cells) // 2, len(region.cells) - 1]
    places = (
        "".join(
            f"[[targets]]\nname = 'cell {n}'\nlatitude_deg = {cells.latitude_deg[n]!r}\n"
            f"longitude_deg = {cells.longitude_deg[n]!r}\n"
            for n in some
        )
        .replace("np.float64(", "")
        .replace(")", "")
    )
    own = f"[clouds]\nclear = 0.4\npersistence_h = 40.0\n{places}"
    study, events = studied(own)
    figures = gap_figures(study, events.accesses)
    for name, values in region.clear.columns().items():
        np.testing.assert_allclose(values[some], figures[name][:3], rtol=2e-3, err_msg=name)


def test_a_grid_gives_each_place_its_cell_and_hour(tmp_path):
    clouds_file(tmp_path / "c.nc", lats=np.arange(20.5, 50.0), hours=[0.0, 3.0, 12.0])
    clouds = f"[clouds]\ngrid = '{tmp_path}/c.nc'\nvariable = 'cloud'\npersistence_h = 0.0"
    study, events = studied(clouds, change=without_own)
    figures, columns = gap_figures(study, events.accesses), events.accesses.columns
    for number, target in enumerate(study.scenario.targets[:2]):
        row, column = math.floor(target.latitude_deg) - 20, math.floor(target.longitude_deg) - 120
        expected = 0.0
        for start_s in columns["start_s"][columns["target"] == number]:
            at = study.span.utc(start_s)
            hour = at.hour + at.minute / 60.0 + at.second / 3600.0
            away = [min(hour, 24.0 - hour), abs(hour - 3.0), abs(hour - 12.0)]
            nearest = away.index(min(away))
            cloud = 0.3 + 0.03 * (at.month - 1) + 0.005 * row + 0.003 * column - 0.01 * nearest
            expected += 1.0 - cloud
        assert figures["accesses_clear_per_day"][number] == pytest.approx(
            expected / study.span.days, rel=1e-9
        )


def test_places_that_nothing_is_known_of_are_named():
    results = run(scenario("[clouds]", change=without_own))
    said = "\n".join(results.warnings)
    assert "nothing is known of target 'own'" in said and "nothing is known of region 'box'" in said
    row = results.targets.set_index("target").loc["own"]
    assert row["accesses_clear_per_day"] == pytest.approx(row["accesses_per_day"])
    assert "accesses_clear_per_day" not in results.regions


def test_radars_alone_need_to_know_of_no_sky():
    def radar_alone(text):
        changed = without_own(text).replace('"malligyong_press"', '"ref_kondor_fka"')
        return changed.replace("[2.5]", "[]")

    results = run(scenario("[clouds]", change=radar_alone))
    assert not any("nothing is known of" in line for line in results.warnings)


def test_what_nobody_knows_of_clouds_is_drawn_like_any_other():
    text = "[clouds]\nsunshine_share = {uniform = [0.3, 0.9]}"
    drawn = "resamples = 0\ndraws = 6\nphase = false"
    draws = run(scenario(text, change=lambda text: text.replace("resamples = 0", drawn)))
    spread = draws.spread.set_index(["network", "figure"])
    clear = spread.loc[("one", "response_mean_clear_h")]
    assert clear["low"] < clear["median"] < clear["high"]
    plain = spread.loc[("one", "age_mean_h")]
    assert plain["low"] == plain["high"]
    of_targets = draws.target_spread.set_index(["target", "figure"])
    shares = of_targets.loc[("seoul", "accesses_clear_per_day")]
    assert shares["low"] < shares["high"]


def test_networks_share_the_looks_that_pictures_are_but_not_those_of_another_sky():
    study, events = studied("[clouds]\nclear = 0.3")
    other, _ = studied("[clouds]\nclear = 0.6")
    rows, looks = pictures_as_looks(study, events.pictures)
    assert pictures_as_looks(study, events.pictures)[1] is looks
    assert pictures_as_looks(study.part("delivery"), events.pictures)[1] is not looks
    chance = pictures_as_looks(other, events.pictures)[1].chance
    free = events.pictures.target[rows] != 2
    assert chance[free].tolist() == pytest.approx((2.0 * looks.chance[free]).tolist())
