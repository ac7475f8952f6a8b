"""Checks against closed forms and orbits that are made for them."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.claims import claims_in
from simulator.claims.bounds import greatest, least
from simulator.claims.checking import CheckedClaims, _checked
from simulator.claims.resolving import coarsest_m
from simulator.claims.timed_passes import seconds_between
from simulator.claims.verdicts import together
from simulator.imaging import niirs_giqe5
from simulator.study import look_up, orbit_of

LAUNCH = "malligyong1_nov23"


def checked(*checks, **said):
    """Return the findings of a statement with these checks."""
    table = {"id": "a", "name": "A", "statement": "It is so.", **said, "checks": list(checks)}
    (claim,) = claims_in({"claims": [table]}, origin="made")
    return _checked(claim, {claim.id: claim}, "made").findings


def numbers(finding):
    return {each.name: each for each in finding.quantities}


@given(st.floats(0.1, 9.9), st.booleans())
def test_the_least_and_the_greatest_are_found(edge, logarithmic):
    found = least(lambda x: x >= edge, 0.05, 10.0, within=1e-4, logarithmic=logarithmic)
    assert edge <= found <= edge * 1.0002 + 1e-4
    assert greatest(lambda x: x <= edge, 0.05, 10.0, within=1e-4) == pytest.approx(edge, abs=1e-4)
    assert least(lambda x: False, 0.05, 10.0) != least(lambda x: False, 0.05, 10.0)
    assert least(lambda x: True, 0.05, 10.0) == 0.05


def test_the_worst_verdict_decides():
    assert together(["confirmed", "possible"]) == "possible"
    assert together(["confirmed", "not checkable"]) == "confirmed"
    assert together(["needs", "refuted", "possible"]) == "refuted"
    assert together([]) == "not checkable"


def test_a_lower_orbit_is_known_by_the_growth_of_residuals():
    # Instants of an orbit a kilometre lower: the fit finds the kilometre.
    places = ["busan", "rome", "andersen", "kadena", "suez_canal"]
    lower = {"perigee_km": 492.0, "apogee_km": 511.0}
    claims = []
    for day, place in enumerate(places):
        start = orbit_of(LAUNCH).epoch + timedelta(days=1.5 * day)
        found = look_up(LAUNCH, place, start=start.isoformat(), days=3.0, changes=lower)
        check = {"kind": "pass", "orbit": LAUNCH, "within_s": 3600.0}
        said = {"target": place, "instant": found.culminations()[0]}
        claims.append({"id": place, "name": place, "statement": place, **said, "checks": [check]})
    one = {"kind": "one-orbit", "orbit": LAUNCH, "of": places, "within_s": 3600.0}
    claims.append({"id": "one", "name": "One", "statement": "One orbit.", "checks": [one]})
    read = claims_in({"claims": claims}, origin="made")
    (finding,) = _checked(read[-1], {claim.id: claim for claim in read}, "made").findings
    found = numbers(finding)
    assert found["linear fit: correction of the mean height"].value == pytest.approx(-1, abs=0.02)
    assert found["linear fit: residual, root mean square"].value < 2.0
    assert finding.verdict == "confirmed"


def test_a_pass_that_never_was_is_refuted():
    said = {"target": "busan", "orbit": LAUNCH}
    (finding,) = checked({"kind": "pass", "instant": look_up_instant(hours=6), **said})
    assert finding.verdict == "refuted"
    (finding,) = checked({"kind": "pictured", "instant": look_up_instant(hours=6), **said})
    assert finding.verdict == "refuted"


def look_up_instant(hours):
    """Return an instant so long after a pass of Busan."""
    passes = look_up(LAUNCH, "busan", days=1.0, min_elevation_deg=30.0)
    return passes.culminations()[0] + timedelta(hours=hours)


def test_seconds_that_were_cut_off_are_allowed_for():
    instant = look_up(LAUNCH, "busan", days=1.0).culminations()[0]
    said = instant.replace(second=0, microsecond=0)
    table = {"kind": "pass", "orbit": LAUNCH, "target": "busan", "instant": said, "within_s": 0.0}
    assert checked({**table, "said_to_s": 60.0})[0].verdict == "confirmed"
    later = said - timedelta(seconds=120)
    assert checked({**table, "instant": later, "said_to_s": 60.0})[0].verdict == "refuted"


def test_a_night_picture_needs_a_camera_that_sees_by_night():
    passes = look_up(LAUNCH, "busan", days=9.0, max_sun_elevation_deg=-10.0, max_off_nadir_deg=29.0)
    table = {"kind": "pictured", "orbit": LAUNCH, "target": "busan"}
    (finding,) = checked({**table, "instant": passes.culminations()[0]})
    assert finding.verdict == "needs"
    assert "sun" in finding.sentence


def test_a_picture_beside_the_field_of_regard_needs_a_wider_one():
    passes = look_up(LAUNCH, "busan", days=9.0, min_sun_elevation_deg=15.0, min_elevation_deg=25.0)
    row = int((passes.columns["off_nadir_deg"] > 35.0).argmax())
    table = {"kind": "pictured", "orbit": LAUNCH, "target": "busan"}
    (finding,) = checked({**table, "instant": passes.culminations()[row]})
    assert finding.verdict == "needs"
    off_deg = passes.columns["off_nadir_deg"][row]
    assert numbers(finding)["field of regard needed"].value == pytest.approx(off_deg, abs=1e-3)


def test_the_lens_of_a_satellite_that_flies_is_found():
    # RapidEye: 6.5 m from 630 km, pixels of 6.5 micrometres, focal length 633 mm (Jena-Optronik).
    (finding,) = checked(
        {
            "kind": "optics",
            "orbit": "kepler:630x630:97.8",
            "gsd_m": 6.5,
            "pixel_um_low": 6.5,
            "pixel_um_high": 6.5,
            "focal_length_mm": 633.0,
        }
    )
    assert numbers(finding)["focal length needed"].value == pytest.approx(633.0, rel=0.01)
    assert finding.verdict == "possible"


@pytest.mark.parametrize("need", ["detect-carrier", "classify-launcher", "identify-tank"])
def test_the_coarsest_sample_has_just_the_level_needed(need):
    from simulator import catalog

    level = catalog.get("needs", need).values["niirs"]
    assert niirs_giqe5(coarsest_m(need)) == pytest.approx(level, abs=1e-4)


def test_one_satellite_looks_as_often_as_its_list_of_passes_says():
    start = "2023-11-24T00:00:00+00:00"
    looks = look_up(
        LAUNCH, "osan", start=start, days=10.0, max_off_nadir_deg=30.0, daylight=True
    ).columns
    said = {"orbit": LAUNCH, "sensor": "malligyong_press"}
    table = {"kind": "revisit", "target": "osan", "start": start, "fleet": [said]}
    finding = checked({**table, "revisit_h": 1_000.0})[0]
    gaps = (240.0 - looks["duration_s"].sum() / 3600.0) / (len(looks["rise_s"]) + 1)
    assert numbers(finding)["time between looks, mean"].value == pytest.approx(gaps, rel=1e-3)
    assert finding.verdict == "confirmed"
    wider = checked({**table, "revisit_h": 0.6 * gaps})[0]
    assert wider.verdict == "needs"
    assert 30.0 < numbers(wider)["field of regard needed"].value < 65.0
    never = checked({**table, "revisit_h": 0.1})[0]
    assert never.verdict == "refuted"


def test_passes_a_day_of_an_orbit_are_bounded_by_their_culminations():
    table = {
        "kind": "passes-a-day",
        "orbits": ["sso:500:10.5"],
        "target": "pgscc",
        "start": "2024-03-04T00:00:00Z",
        "passes_low": 2.0,
        "passes_high": 2.0,
    }
    (finding,) = checked(table)
    edge = numbers(finding)["sso:500:10.5: culmination needed"]
    tops = look_up(
        "sso:500:10.5", "pgscc", start="2024-03-04T00:00:00Z", days=10.0, min_elevation_deg=0.0
    ).columns["max_elevation_deg"]
    assert (tops >= edge.high).sum() == 20 == (tops > edge.low).sum()
    assert finding.verdict == "needs"


def test_what_never_comes_in_sight_is_refuted_without_a_number():
    start = "2023-11-24T00:00:00Z"
    equator = {"orbit": "kepler:500x500:0", "sensor": "ref_1m"}
    table = {"kind": "revisit", "target": "osan", "start": start, "days": 1.0, "fleet": [equator]}
    looks = checked({**table, "revisit_h": 1.0})[0]
    assert (looks.verdict, looks.sentence) == ("refuted", "1 satellite: no look in 1 day")
    assert not [each for each in looks.quantities if math.isinf(each.value)]
    table = {"kind": "pictures-a-day", "orbit": "kepler:500x500:0", "start": start}
    sent = checked({**table, "pictures_per_day": 1})[0]
    assert (sent.verdict, sent.sentence) == ("refuted", "No contact with DPRK alone")
    table = {"kind": "home-before", "orbit": "kepler:500x500:0", "instant": start}
    home = checked({**table, "home_by": "2023-11-25T00:00:00Z"})[0]
    assert home.verdict == "refuted"
    assert "not home" in home.sentence


def test_a_mask_is_the_greatest_by_which_a_picture_is_home():
    taken = look_up(LAUNCH, "pgscc", days=3.0, min_culmination_deg=60.0).culminations()[0]
    table = {"kind": "home-before", "orbit": LAUNCH, "instant": taken}
    by = taken + timedelta(minutes=5)
    mask = numbers(checked({**table, "home_by": by})[0])["greatest mask, at 2 Mbit/s"].value
    # Received from the taking on as long as 160 Mbit take, by the station that sees it higher.
    after = (taken + timedelta(seconds=80)).isoformat()
    tops = [
        look_up(LAUNCH, station, start=after, days=1.2e-5, min_elevation_deg=0.0)
        for station in ("pgscc", "sohae_gs")
    ]
    highest = max(float(each.columns["max_elevation_deg"][0]) for each in tops)
    assert mask == pytest.approx(highest, abs=0.3)


def test_tables_of_no_statement_with_numbers_are_there_all_the_same():
    (claim,) = claims_in(
        {"claims": [{"id": "a", "name": "A", "statement": "It is so."}]}, origin="made"
    )
    found = CheckedClaims("made", (_checked(claim, {}, "made"),))
    assert found.verdicts["verdict"].tolist() == ["not checkable"]
    assert len(found.tables["numbers"]) == len(found.tables["residuals"]) == 0


@pytest.mark.parametrize(
    ("least_s", "most_s", "words"),
    [
        (27.2, 59.2, "27 to 59 s after"),
        (-59.2, -27.2, "27 to 59 s before"),
        (-3.0, 36.0, "3 s before to 36 s after"),
        (0.1, 36.0, "0 to 36 s after"),
    ],
)
def test_a_range_of_lateness_names_each_side_once(
    least_s: float, most_s: float, words: str
) -> None:
    assert seconds_between(least_s, most_s) == words
