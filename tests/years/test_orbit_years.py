"""How an orbit ages over years, and what is seen of it, by runs of its months and by bounds."""

from datetime import UTC, datetime

import numpy as np
import pytest

from simulator import run
from simulator.errors import InputError
from simulator.orbits import decaying, from_scenario
from simulator.scenario import DecayTable
from simulator.years import orbit_years, scenario_of_orbit, with_decay
from simulator.years.months import month_table, months_between, season_of
from tests import made

EPOCH = datetime(2024, 6, 7, tzinfo=UTC)
ORBIT = {
    "kind": "sun-synchronous",
    "altitude_km": 500.0,
    "ltan_h": 10.0,
    "epoch": EPOCH,
    "decay": {"ballistic_m2_kg": 0.02, "raise_below_km": 497.0, "raise_to_km": 501.0},
}


def scenario(*overrides, start="2024-08-01", days=31.0):
    text = made.text(start=start, days=days, satellite={"orbit": ORBIT})
    return made.scenario(text, *overrides)


@pytest.fixture(scope="module")
def kept():
    return orbit_years(scenario(), years=0.4)


def test_what_is_seen_in_a_month_is_what_a_run_of_it_sees():
    august = scenario("targets=['seoul', 'andersen']").resolve()
    table = august.satellites[0]
    plain = table.orbit.model_copy(update={"decay": None})
    only = august.model_copy(update={"satellites": (table.model_copy(update={"orbit": plain}),)})
    end = datetime(2024, 9, 1, tzinfo=UTC)
    flown, _ = decaying(from_scenario(only)[0][0], table.orbit.decay, end, 100.0)
    months = months_between(datetime(2024, 8, 1, tzinfo=UTC), end)
    seen = month_table(august, flown, table, months).iloc[0]
    by_day = len(run(august).accesses)
    by_night_too = run(
        scenario("targets=['seoul', 'andersen']", "satellites.0.sensor.min_sun_elevation_deg=-90")
    )
    assert seen["target_accesses_per_day"] * 62.0 == pytest.approx(len(by_night_too.accesses))
    # A run cuts windows by the height of the Sun, here the look at their best is asked.
    assert seen["target_daylight_accesses_per_day"] * 62.0 == pytest.approx(by_day, abs=1.0)
    assert by_day > 10


def test_heights_raises_and_node_are_told_by_year_and_season(kept):
    assert kept.raises["from_km"].to_numpy() == pytest.approx(497.0, abs=0.02)
    assert kept.raises["to_km"].to_numpy() == pytest.approx(501.0, abs=0.02)
    assert kept.years["raises"].sum() == kept.seasons["raises"].sum() == len(kept.raises) > 2
    assert kept.seasons["altitude_km"].between(497.0, 501.0).all()
    assert kept.heights["ltan_h"].iloc[0] == pytest.approx(10.0, abs=0.01)
    assert kept.heights["altitude_low_km"].isna().all()
    assert kept.seasons["days"].sum() == pytest.approx(0.4 * 365.25, abs=1.0)
    assert (kept.seasons["target_accesses_per_day"] > 0.0).all()


def test_the_lifetime_of_a_satellite_that_is_kept_is_that_without_raises(kept):
    free = {**ORBIT, "decay": {"ballistic_m2_kg": 0.02}}
    text = made.text(start="2024-08-01", days=31.0, satellite={"orbit": free})
    alone = orbit_years(made.scenario(text).model_copy(update={"targets": ()}), years=0.1)
    assert kept.lifetimes["lifetime_years"].to_numpy() == pytest.approx(
        alone.lifetimes["lifetime_years"].to_numpy(), rel=0.01
    )
    assert kept.is_kept and not alone.is_kept
    # Without a target nothing is seen, and that is not nought.
    assert alone.seasons["target_accesses_per_day"].isna().all()


def test_lifetimes_are_ordered_as_physics_asks(kept):
    table = kept.lifetimes.set_index(["activity", "drag"])["lifetime_years"]
    for activity in ("observed", "cycle_21", "cycle_24"):
        assert table[activity, "more"] < table[activity, "as given"] < table[activity, "less"]
    assert table["high", "as given"] < table["mean", "as given"] < table["low", "as given"]
    least, most = kept.life.range_years
    assert least <= table["observed", "as given"] <= most
    assert least == kept.lifetimes[kept.lifetimes["in_range"]]["lifetime_years"].min()
    # Half the drag of a constant Sun lasts twice as long (all goes by drag times time).
    steady = with_decay(scenario(), {"activity": "mean"})
    half = with_decay(steady, {"ballistic_m2_kg": 0.01})
    years = [orbit_years(each, years=0.1).life.own.years for each in (steady, half)]
    assert years[1] == pytest.approx(2.0 * years[0], rel=0.005)


def test_a_satellite_that_comes_down_ends_its_tables(kept):
    low = {**ORBIT, "altitude_km": 300.0, "decay": {"ballistic_m2_kg": 0.02}}
    text = made.text(start="2024-08-01", days=31.0, satellite={"orbit": low})
    found = orbit_years(made.scenario(text), years=5.0)
    assert found.has_ended
    ended = found.life.own.ended
    assert found.heights["at_utc"].iloc[-1] < f"{ended:%Y-%m-%dT%H:%M:%SZ}"
    assert found.heights["altitude_km"].is_monotonic_decreasing
    low_km, high_km = (found.heights[f"altitude_{side}_km"] for side in ("low", "high"))
    assert (low_km <= found.heights["altitude_km"] + 1.0).all()
    assert (high_km >= found.heights["altitude_km"] - 1.0).all()


def test_months_and_seasons_are_those_of_the_calendar():
    begin, end = datetime(2024, 11, 20, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)
    months = months_between(begin, end)
    assert [days for _, days in months] == [11.0, 31.0, 31.0]
    assert [season_of(at) for at, _ in months] == [
        "2024 Sep to Nov", "2025 Dec to Feb", "2025 Dec to Feb",
    ]  # fmt: skip


def test_an_orbit_in_one_word_is_a_scenario_that_may_be_made_to_decay():
    plain = scenario_of_orbit("sso:500:10.5", start=EPOCH)
    assert plain.satellites[0].orbit.decay is None
    keys = {"mass_kg": 200.0, "area_m2": 1.0, "activity": "high", "raise_to_km": None}
    decay = with_decay(plain, keys).satellites[0].orbit.decay
    assert decay == DecayTable(mass_kg=200.0, area_m2=1.0, activity="high")
    # A drag that is given replaces the one that was; the rest stays.
    again = with_decay(with_decay(plain, keys), {"ballistic_m2_kg": 0.03})
    assert again.satellites[0].orbit.decay == DecayTable(ballistic_m2_kg=0.03, activity="high")
    assert with_decay(plain, {}).satellites[0].orbit.decay is None
    assert with_decay(plain, {}, always=True).satellites[0].orbit.decay == DecayTable()


@pytest.mark.parametrize(
    ("overrides", "years", "message"),
    [
        ((), 0.01, "years: 0.01; allowed 0.1 to 30"),
        (("satellites.0.orbit={kind='keplerian', altitude_km=500.0, inclination_deg=97.0}",), 1.0,
         "its orbit has no table decay"),
    ],
)  # fmt: skip
def test_what_cannot_age_is_refused(overrides, years, message):
    with pytest.raises(InputError, match=message):
        orbit_years(scenario(*overrides), years=years)
    with pytest.raises(InputError, match="is not there; there are"):
        orbit_years(scenario(), satellite="other")
    with pytest.raises(InputError, match=r"decay\.ballistic_m2_kg: -1"):
        with_decay(scenario(), {"ballistic_m2_kg": -1.0})


def test_the_answer_is_the_same_for_any_number_of_workers(kept):
    from simulator.workers import Threads

    again = orbit_years(scenario(), years=0.4, workers=Threads(1))
    assert again.seasons.equals(kept.seasons)
    assert np.isfinite(again.ballistic_m2_kg)
