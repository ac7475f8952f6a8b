"""What a plan risks, against runs of each draw whose tables are gone through row by row."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.study import run
from simulator.watched import TimePlan, exposure, plan_in, plan_of
from tests import made

START = datetime(2023, 11, 22, tzinfo=UTC)
DRAWS = 8
WIDE = {"catalog": "malligyong_press", "max_off_nadir_deg": 55.0, "min_sun_elevation_deg": -90.0}
TEXT = made.text(
    uncertainty={"draws": DRAWS, "resamples": 0},
    satellite={"downlink_rate_mbps": {"lognormal": [1.0, 3.0]}},
)


@pytest.fixture(scope="module")
def scenario():
    return made.scenario(TEXT)


def hours(*spans):
    return TimePlan(
        tuple((START + timedelta(hours=a), START + timedelta(hours=b)) for a, b in spans)
    )


def naive(scenario, plan, useful_h, numbers):
    """Return by network the shares of draws with an access, a picture and one home in time."""
    shares = {}
    until = max(end for _, end in plan.times) + timedelta(hours=useful_h)
    for number in numbers:
        own = scenario.model_copy(update={"draw": number})
        results = run(own)
        looked = any(
            row["start_utc"] < end and row["end_utc"] > begin
            for row in results["accesses"].to_dict(orient="records")
            for begin, end in plan.times
            if row["target"] == "osan"
        )
        taken = {
            row["picture"]
            for row in results["pictures"].to_dict(orient="records")
            for begin, end in plan.times
            if row["target"] == "osan" and begin <= row["taken_utc"] < end
        }
        for network in ("dprk", "dprk+russia"):
            home = [
                row["picture"]
                for row in results["deliveries"].to_dict(orient="records")
                if row["network"] == network
                and row["picture"] in taken
                and row["status"] == "delivered"
                and row["delivered_utc"] <= until
            ]
            shares.setdefault(network, []).append((looked, bool(taken), bool(home)))
    return {network: np.mean(rows, axis=0) for network, rows in shares.items()}


@pytest.mark.parametrize(
    ("plan", "useful_h"),
    [(hours((0, 14), (24, 30)), 0.0), (hours((20, 40)), 8.0)],
)
def test_chances_are_shares_of_runs_of_every_draw(scenario, plan, useful_h):
    found = exposure(scenario, "osan", plan, useful_h=useful_h)
    expected = naive(scenario.resolve(), plan, useful_h, range(DRAWS))
    assert found.draws == DRAWS
    for row in found.figures.to_dict(orient="records"):
        told = [row[f"{name}_chance"] for name in ("looked", "imaged", "home")]
        assert told == pytest.approx(expected[row["network"]].tolist())
    assert 0.0 < found.figures["imaged_chance"][0] < 1.0


def test_without_draws_it_is_the_orbit_as_given():
    given = made.scenario(made.text())
    plan = hours((0, 48))
    found = exposure(given, "andersen", plan)
    results = run(given)
    pictures = results["pictures"]
    assert (pictures["target"] == "andersen").any()
    assert found.draws == 0
    assert found.figures["imaged_chance"].tolist() == [1.0, 1.0]
    one = results["deliveries"]
    for row in found.figures.to_dict(orient="records"):
        own = one[(one["network"] == row["network"])]
        of_target = pictures.loc[pictures["target"] == "andersen", "picture"]
        of_andersen = own[own["picture"].isin(of_target)]
        first = of_andersen["delivered_utc"].min()
        assert row["first_home_h"] == pytest.approx((first - START).total_seconds() / 3_600.0)


def test_with_clouds_chances_are_those_of_many_drawn_skies():
    """Skies drawn one by one: each lasts for an exponential time, then is drawn anew."""
    clear, persistence_h = 0.4, 20.0
    given = made.scenario(
        made.text(
            targets=["andersen"],
            days=6.0,
            clouds={"clear": clear, "persistence_h": persistence_h},
            satellite={"sensor": WIDE},
        )
    )
    plan = hours((0, 60), (70, 140))
    found = exposure(given, "andersen", plan)
    pictures, home = run(given)["pictures"], run(given)["deliveries"]
    rng = np.random.default_rng(5)
    taken_h = (pictures["taken_utc"] - START).dt.total_seconds().to_numpy() / 3_600.0
    in_plan = ((taken_h < 60.0) | (taken_h >= 70.0)) & (taken_h < 140.0)
    assert in_plan.sum() > 2
    skies = 40_000
    sky, at_h = rng.random(skies) < clear, 0.0
    seen = np.empty((len(taken_h), skies), dtype=bool)
    for number, next_h in enumerate(taken_h):
        anew = rng.random(skies) >= np.exp(-(next_h - at_h) / persistence_h)
        sky = np.where(anew, rng.random(skies) < clear, sky)
        seen[number], at_h = sky, next_h
    for row in found.figures.to_dict(orient="records"):
        assert row["good_clear_chance"] == pytest.approx(seen[in_plan].any(axis=0).mean(), abs=0.01)
        own = home[home["network"] == row["network"]].set_index("picture")["delivered_utc"]
        until = START + timedelta(hours=140)
        arrives = np.array([own[number] <= until for number in pictures["picture"]])
        expected = seen[in_plan & arrives].any(axis=0).mean()
        assert row["home_clear_chance"] == pytest.approx(expected, abs=0.01)
        assert row["home_chance"] == 1.0


def test_a_radar_and_a_clear_sky_lose_nothing_to_clouds():
    plan = hours((0, 48))
    for values in (
        {"clouds": {"clear": 1.0}},
        {"clouds": {"clear": 0.1}, "satellite": {"sensor": "ref_kondor_fka"}},
    ):
        row = exposure(made.scenario(made.text(**values)), "andersen", plan).figures.iloc[0]
        assert row["good_clear_chance"] == row["good_chance"] == 1.0
        assert row["home_clear_chance"] == row["home_chance"]


@pytest.mark.parametrize(("niirs", "good"), [(9.0, 0.0), (0.1, 1.0)])
def test_a_picture_that_is_not_good_enough_is_never_home(niirs, good):
    target = {"name": "A", "latitude_deg": 13.58, "longitude_deg": 144.93}
    given = made.scenario(made.text(targets=[target | {"needs": {"niirs": niirs}}]))
    row = exposure(given, "A", hours((0, 48))).figures.iloc[0]
    assert row["imaged_chance"] == 1.0
    assert row["good_chance"] == row["home_chance"] == good


def test_a_plan_that_nobody_sees_has_no_chance_and_no_hour(scenario):
    night = hours((13, 20))
    row = exposure(scenario, "osan", night, draws=2).figures.iloc[0]
    assert (row["looked_chance"], row["imaged_chance"], row["home_chance"]) == (0.0, 0.0, 0.0)
    assert np.isnan(row["first_home_h"])


def test_a_longer_plan_or_use_never_has_less_chance(scenario):
    chances = [
        exposure(scenario, "osan", hours((0, end)), useful_h=useful_h, draws=6).figures
        for end, useful_h in ((12, 0.0), (12, 6.0), (30, 6.0))
    ]
    for before, after in pairwise(chances):
        for name in ("looked_chance", "imaged_chance", "home_chance"):
            assert (after[name] >= before[name]).all()


def test_a_plan_is_read_from_options_and_from_files(tmp_path: Path):
    plan = hours((0, 6), (24, 30))
    assert plan_of(["2023-11-22", "2023-11-23T00:00:00Z"], [6.0]) == plan
    assert plan_of(["2023-11-22", "2023-11-23T09:00:00+09:00"], [6.0, 6.0]) == plan
    (tmp_path / "a.csv").write_text(
        "start,end\n2023-11-22,2023-11-22T06:00:00Z\n\n2023-11-23,2023-11-23T06:00:00Z\n"
    )
    (tmp_path / "b.csv").write_text("Start,Hours\n2023-11-22,6\n2023-11-23,6\n")
    assert plan_in(tmp_path / "a.csv") == plan_in(tmp_path / "b.csv") == plan
    assert plan.hours == 12.0
    assert plan.words == "2023-11-22 00:00 to 2023-11-23 06:00 UTC, 12 h in 2 intervals"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "names the columns start and end"),
        ("start,ends\n2023-11-22,6\n", "column 'ends' is unknown; did you mean 'end'"),
        ("start,hours\n", "holds no interval"),
        ("start,hours\n2023-11-22,six\n", "line 2: hours: 'six' is no number"),
        ("start,hours\n2023-11-22\n", "line 2: has 1 columns"),
        ("start,end\nsoon,2023-11-22\n", "line 2: start: 'soon' is no instant"),
        ("start,end\n2023-11-22T01:00:00,2023-11-22\n", "has no offset from UTC"),
        ("start,end\n2023-11-23,2023-11-22\n", "not after its start"),
        ("start,hours\n2023-11-23,-1\n", "allowed above 0"),
    ],
)
def test_faults_of_a_file_are_named(tmp_path: Path, text, message):
    (tmp_path / "plan.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        plan_in(tmp_path / "plan.csv")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda s: exposure(s, "osann", hours((0, 6))), "did you mean 'osan'"),
        (lambda s: exposure(s, "osan", hours((0, 49))), "does not lie in the scenario's span"),
        (lambda s: exposure(s, "osan", hours((-1, 6))), "does not lie in the scenario's span"),
        (lambda s: exposure(s, "osan", hours((0, 47)), useful_h=2.0), "and 2 h more does not lie"),
        (lambda s: exposure(s, "osan", hours((0, 6)), useful_h=-1.0), "useful: -1 h"),
        (lambda s: plan_of([], [6.0]), "no start is given"),
        (lambda s: plan_of(["2023-11-22"], []), "no hours is given"),
        (lambda s: plan_of(["2023-11-22"] * 3, [1.0, 2.0]), "3 starts and 2 lengths"),
    ],
)
def test_what_cannot_be_asked_is_said(scenario, ask, message):
    with pytest.raises(InputError, match=message):
        ask(scenario)
