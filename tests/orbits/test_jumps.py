"""How the path jumps where element sets change: which way, and in the table of a run."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from simulator import run
from simulator.earth import Span
from simulator.orbits import histories
from simulator.orbits.elements import KeplerElements, advanced, from_tle, keplerian
from tests import made

START = datetime(2024, 6, 7, tzinfo=UTC)
SPAN = Span(START, 86_400.0)
SHAPE = KeplerElements(500.0, 500.0, 97.4, 40.0)
# Malligyong-1, 7 and 12 June and 7 July 2024 (public repositories).
SETS = [
    "1 58400U 23179A   24159.97159215  .00006581  00000+0  30025-3 0  9991",
    "2 58400  97.4051  46.9797 0001572 158.6830 201.4471 15.20948569 30329",
    "1 58400U 23179A   24164.24788005  .00007135  00000+0  32465-3 0  9998",
    "2 58400  97.4040  51.1823 0001996 152.6365 207.4976 15.21013721 30973",
    "1 58400U 23179A   24189.90245992  .00005957  00000-0  26900-3 0  9999",
    "2 58400  97.4012  76.4000 0003640 108.4471 251.7161 15.21338773 34872",
]


def jump_to(after):
    before = keplerian("a", START, SHAPE)
    # At the equator, where the satellite is at its node: what turns the node moves it sideways.
    [jump] = histories.jumps(replace(before, changes=((START, after),)), SPAN)
    return jump


def test_a_satellite_further_on_jumps_along_a_turned_plane_across_a_higher_one_outwards():
    before = keplerian("a", START, SHAPE)
    tenth_rad = math.radians(0.1)
    ahead = jump_to(advanced(before, 0.1))
    assert ahead.along_km == pytest.approx(6_878.0 * tenth_rad, rel=0.01)
    assert abs(ahead.cross_km) < 0.1 and abs(ahead.radial_km) < 0.1
    turned = jump_to(advanced(before, 0.0, node_deg=0.1))
    # The normal of a retrograde orbit lies west of the satellite at its ascending node.
    across_km = 6_878.0 * tenth_rad * math.sin(math.radians(97.4))
    assert turned.cross_km == pytest.approx(-across_km, rel=0.01)
    assert turned.along_km == pytest.approx(across_km / math.tan(math.radians(97.4)), rel=0.05)
    higher = jump_to(keplerian("a", START, replace(SHAPE, perigee_km=505.0, apogee_km=505.0)))
    assert higher.radial_km == pytest.approx(5.0, rel=0.01)
    for jump in (ahead, turned, higher):
        ways = (jump.along_km, jump.cross_km, jump.radial_km)
        assert jump.apart_km == pytest.approx(math.hypot(*ways))


def test_a_run_keeps_the_sets_it_flew_with_their_jumps():
    orbit = {"kind": "tle", "lines": SETS}
    results = run(
        made.scenario(made.text(start="2024-06-09", days=17.0, satellite={"orbit": orbit}))
    )
    table = results["element_sets"]
    assert [f"{at:%Y-%m-%d}" for at in table["epoch_utc"]] == [
        "2024-06-07", "2024-06-12", "2024-07-07",
    ]  # fmt: skip
    # From the middle between two epochs on.
    middle = datetime(2024, 6, 10, 2, 38, 1, tzinfo=UTC)
    assert abs(table["from_utc"][1] - middle) < timedelta(seconds=1)
    assert table["jump_along_km"].isna().tolist() == [True, False, False]
    [first, second] = table["jump_along_km"][1:]
    # Sets days apart agree to kilometres, those weeks apart to tens along the flight alone.
    assert abs(first) < 5.0 and abs(second) < 200.0
    assert (table["jump_radial_km"][1:].abs() < 2.0).all()
    [said] = [words for words in results.warnings if "element sets are flown in turn" in words]
    assert f"along {first:.1f}" in said
    assert table["altitude_km"].is_monotonic_decreasing
    plain = run(made.scenario(made.text(days=1.0)))
    assert len(plain["element_sets"]) == 0


def test_flown_by_its_own_bstar_sgp4_loses_in_a_month_what_the_sets_of_that_month_do():
    first, last = (from_tle("M", (SETS[n], SETS[n + 1])) for n in (0, 4))
    days = (last.epoch - first.epoch) / timedelta(days=1)
    satellite, axes = first.satellite, []
    for at_days in (0.0, days):
        satellite.sgp4_tsince(1_440.0 * at_days)
        axes.append(satellite.am * satellite.radiusearthkm)
    lost_km = first.semi_major_axis_km - last.semi_major_axis_km
    assert lost_km == pytest.approx(1.18, abs=0.01)
    assert axes[0] - axes[1] == pytest.approx(lost_km, rel=0.05)
