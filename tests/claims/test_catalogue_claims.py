"""The statements of the catalogue: verdicts and bounds against what was published and by hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from simulator import catalog, intervals, load, report, run
from simulator.claims import VERDICTS
from simulator.study import look_up

ROOT = Path(__file__).parents[2]
ASSUMED = {"insertion_latitude_deg": 18.0, "insertion_longitude_deg": 124.5}
LAUNCH = "malligyong1_nov23"


@pytest.fixture(scope="session")
def verdicts(catalogue):
    return catalogue.verdicts.set_index("claim")


@pytest.fixture(scope="session")
def numbers(catalogue):
    return catalogue.tables["numbers"]


def value(numbers, claim, quantity, column="value", check=None):
    rows = numbers[(numbers["claim"] == claim) & numbers["quantity"].str.contains(quantity)]
    rows = rows if check is None else rows[rows["check"] == check]
    assert len(rows) == 1, rows
    return rows.iloc[0][column]


def test_every_statement_has_a_verdict_and_a_reason(catalogue, verdicts):
    assert list(verdicts.index) == list(catalog.entries("claims"))
    assert set(verdicts["verdict"]) <= set(VERDICTS)
    assert verdicts["finding"].str.len().min() > 20
    said = [e.id for e in catalog.entries("claims").values() if "said_by" in e.values]
    assert len(said) >= 36
    assert (verdicts.loc[said, ["said_by", "said_on"]] != "").all().all()


def test_the_launch_alone_passes_when_observers_and_pyongyang_said(catalogue, verdicts):
    confirmed = ("first_overpass_pyongyang", "first_overpass_guam", "passes_24_november")
    assert set(verdicts.loc[[*confirmed, "announced_instants"], "verdict"]) == {"confirmed"}
    residuals = catalogue.tables["residuals"]
    # Pyongyang's own instants to the second, and the pass that was timed on the first morning.
    published = {
        "first_overpass_pyongyang": "2023-11-22T00:25:27Z",
        "pictured_pearl": "2023-11-24T20:13:22Z",
        "pictured_busan": "2023-11-25T01:01:10Z",
        "pictured_rome": "2023-11-25T08:56:28Z",
        "pictured_andersen": "2023-11-27T00:17:07Z",
        "pictured_san_diego": "2023-11-28T17:24:50Z",
        "pictured_kadena": "2023-11-29T01:16:42Z",
        "pictured_suez": "2023-11-29T07:36:51Z",
    }
    assert dict(zip(residuals["of"], residuals["said_utc"], strict=True)) == published
    assert residuals["late_s"].between(20.0, 60.0).all()
    assert residuals["off_nadir_deg"][residuals["of"] != "first_overpass_pyongyang"].max() < 24.1


def test_residuals_grow_as_those_of_a_height_known_to_a_kilometre(numbers):
    slope = value(numbers, "announced_instants", "linear fit: growth", check=0)
    height = value(numbers, "announced_instants", "^linear fit: correction", check=0)
    assert slope == pytest.approx(7.0, abs=0.1)
    # A period is 3/2 da/a longer: 86,400 s of revolutions gain so many seconds by a kilometre.
    assert slope / -height == pytest.approx(1.5 * 86_400.0 / 6_880.6, rel=1e-3)
    assert -0.5 < height < 0.0
    low, high = (
        value(numbers, "announced_instants", "fall of the mean height", end, check=1)
        for end in ("low", "high")
    )
    # What drag took until February 2024, by the heights published then.
    assert low < value(numbers, "orbit_raised", "fall from the orbit") + 5.0 < high


def test_three_instants_far_apart_predict_the_others_and_three_of_one_day_do_not(numbers):
    far = value(numbers, "announced_instants", "^linear fit of 3 from first to last: o", check=0)
    near = value(numbers, "announced_instants", "^linear fit of the first 3", check=0)
    assert far == pytest.approx(11.0, abs=0.1)
    assert near == pytest.approx(48.9, abs=0.1)


def test_every_picture_needs_less_than_the_field_of_regard_assumed(catalogue, verdicts, numbers):
    pictured = [name for name in verdicts.index if name.startswith("pictured_")]
    assert len(pictured) == 10
    assert set(verdicts.loc[pictured, "verdict"]) == {"possible"}
    needed = numbers[numbers["quantity"] == "field of regard needed"].set_index("claim")
    assert needed.loc[pictured, "high"].max() < 30.0
    assert needed.loc["pictured_pearl", "value"] == pytest.approx(24.04, abs=0.01)


def test_every_picture_could_be_home_by_domestic_contacts_before_it_was_shown(numbers):
    needed = numbers[numbers["quantity"] == "rate needed, dprk"].set_index("claim")["value"]
    pictures = needed[needed.index.str.startswith("pictured_")]
    assert len(pictures) == 10
    assert pictures.max() < 0.4


def test_a_run_has_the_picture_of_rome_home_at_the_same_instant(numbers):
    changes = [f"satellites.0.orbit.{key}={value}" for key, value in ASSUMED.items()]
    alone = ["networks=['dprk']", "targets=['rome']", "uncertainty.draws=0"]
    span = ["span.start=2023-11-25T08:00:00Z", "span.days=1.0"]
    scenario = ROOT / "scenarios" / "announced-targets.toml"
    first = run(load(scenario, overrides=[*alone, *span, *changes])).deliveries.iloc[0]
    said = datetime(2023, 11, 25, 8, 56, 28, tzinfo=UTC)
    hours = (first["delivered_utc"] - said) / timedelta(hours=1)
    assert value(numbers, "pictured_rome", "home after") == pytest.approx(hours, abs=1e-6)


def sending_s(start, end):
    """Return how long either domestic station can receive in a time, by lists of passes."""
    days = (end - start) / timedelta(days=1)
    windows = []
    for station in ("pgscc", "sohae_gs"):
        found = look_up(LAUNCH, station, start=start.isoformat(), days=days, changes=ASSUMED)
        columns = found.columns
        begin_s = columns["rise_s"] + np.where(columns["cut_start"], 0.0, 30.0)
        windows.append(np.stack([begin_s, columns["set_s"]], axis=1))
    return intervals.total_s(intervals.union(*windows))


def test_the_rate_for_the_strip_is_its_size_over_the_time_in_contact(numbers):
    taken = datetime(2023, 11, 25, 1, 2, 10, tzinfo=UTC)
    # The strip ends within sight of Pyongyang: its stations are acquired already.
    seconds = sending_s(taken, datetime(2023, 11, 25, 3, 0, tzinfo=UTC))
    mbit = 1060.0 / 24.0 * 160.0
    assert value(numbers, "east_coast_strip", "^size") == pytest.approx(mbit, rel=1e-3)
    needed = value(numbers, "east_coast_strip", "rate needed, dprk$")
    assert needed == pytest.approx(mbit / seconds, rel=2e-3)
    # Two days of the domestic network at 2 Mbit/s.
    assert value(numbers, "east_coast_strip", "home after") == pytest.approx(48.0, abs=2.0)


def test_guam_received_within_minutes_needs_the_horizon(verdicts, numbers):
    assert verdicts.loc["guam_received", "verdict"] == "needs"
    assert np.isnan(value(numbers, "guam_received", "rate needed, dprk$"))
    # From the horizon, 30 s to acquire, to the end of the minute; the picture has 160 Mbit.
    found = look_up(
        LAUNCH,
        "pgscc",
        start="2023-11-22T00:18:00Z",
        days=0.01,
        min_elevation_deg=0.0,
        changes=ASSUMED,
    )
    seconds = 239.0 - (found.columns["rise_s"][0] + 30.0)
    horizon = value(numbers, "guam_received", "rate needed, dprk$", "low")
    assert horizon == pytest.approx(160.0 / seconds, rel=2e-3)


def test_seven_hundred_pictures_a_day_take_the_time_in_contact(numbers):
    minutes = value(numbers, "kms4_700_pictures", "contact a day")
    needed = value(numbers, "kms4_700_pictures", "rate needed", "high")
    least = value(numbers, "kms4_700_pictures", "contact a day", "low")
    assert needed == pytest.approx(700 * 160.0 / (60.0 * least), rel=1e-9)
    assert 20.0 < minutes < 35.0


def test_passes_are_as_many_as_said_from_the_heights_that_are_told(verdicts, numbers):
    assert "Asia/Pyongyang" in verdicts.loc["passes_in_november", "finding"]
    low = value(numbers, "passes_in_november", "^culmination needed", "low", check=0)
    high = value(numbers, "passes_in_november", "^culmination needed", "high", check=0)
    found = look_up(
        LAUNCH,
        "pgscc",
        start="2023-11-24T00:00:00+09:00",
        days=4.0,
        min_elevation_deg=0.0,
        changes=ASSUMED,
    )
    day = (found.columns["culmination_s"] // 86_400.0).astype(int)
    tops = found.columns["max_elevation_deg"]

    def counts(least):
        return np.bincount(day[tops >= least], minlength=4)[:4].tolist()

    assert counts(low + 1e-6) == counts(high - 1e-6) == [3, 2, 3, 4]
    assert counts(low - 1e-6) != [3, 2, 3, 4] != counts(high + 1e-6)


def test_the_satellites_of_the_south_look_every_two_hours_on_average(verdicts, numbers):
    assert verdicts.loc["rok_two_hours", "verdict"] == "possible"
    assert value(numbers, "rok_two_hours", "mean") < 2.0 < value(numbers, "rok_two_hours", "long")


def test_the_page_of_statements_is_what_is_found(catalogue):
    page = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    assert page.endswith(report.claims_markdown(catalogue))


def test_the_text_has_each_statement_that_is_checked(catalogue):
    text = report.claims_text(catalogue)
    assert max(map(len, text.split("\n"))) <= 100
    for each in catalogue.checked:
        assert each.claim.id in text
    single = report.claim_text(catalogue.checked[-1])
    assert catalogue.checked[-1].claim.statement[:40] in single
