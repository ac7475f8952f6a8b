"""Launches, corridors, element sets and dated claims of the catalogue against its own orbits."""

import math
import statistics
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from simulator import catalog
from simulator.earth.time import Span
from simulator.orbits import elements as orbits
from simulator.study import overpasses


def test_corridors_give_the_inclination_of_their_azimuth() -> None:
    # cos(inclination) = sin(inertial azimuth) cos(latitude), on a sphere.
    for corridor in catalog.entries("corridors").values():
        if "inertial_azimuth_deg" not in corridor.values:
            continue
        site = catalog.get("sites", str(corridor.values["site"]))
        azimuth, inclination = (
            math.radians(float(str(corridor.values[f"{name}_deg"])))
            for name in ("inertial_azimuth", "inclination")
        )
        latitude = math.radians(float(str(site.values["latitude_deg"])))
        cosine = math.sin(azimuth) * math.cos(latitude)
        assert math.degrees(math.acos(cosine)) == pytest.approx(
            math.degrees(inclination), abs=0.25
        ), corridor.id


def test_kwangmyongsong_3_2_flies_as_its_first_element_set() -> None:
    # Epoch 2012 day 347.0961, as the address of a page of pass predictions has the set.
    epoch = datetime(2012, 1, 1, tzinfo=UTC) + timedelta(days=346.0961)
    axis = orbits.semi_major_axis_km(15.08261084 * 2.0 * math.pi / 86_400.0)
    first = orbits.keplerian(
        "first set",
        epoch,
        orbits.KeplerElements(
            perigee_km=axis * (1.0 - 0.0067405) - orbits.RADIUS_WGS72_KM,
            apogee_km=axis * (1.0 + 0.0067405) - orbits.RADIUS_WGS72_KM,
            inclination_deg=97.4047,
            raan_deg=36.0317,
            argument_of_perigee_deg=176.3492,
            mean_anomaly_deg=277.5861,
        ),
    )
    built = overpasses.orbit_of("kms3_2")
    pyongyang = overpasses.place_of("pgscc")
    day = Span(datetime(2012, 12, 12, 1, 0, tzinfo=UTC), 86_400.0)
    passes, published = (
        overpasses.find_overpasses(each, pyongyang, day, min_elevation_deg=5.0)
        for each in (built, first)
    )
    # Culminations and heights of the passes of the set as worked out by others.
    listed = ["02:29:20", "11:37:44", "13:12:22", "00:48:31"]
    assert len(passes.table) == len(published.table) == len(listed)
    both = zip(passes.culminations(), published.culminations(), listed, strict=True)
    for ours, theirs, clock in both:
        assert abs((ours - theirs).total_seconds()) < 1.0
        at = datetime.strptime(clock, "%H:%M:%S").replace(
            year=ours.year, month=ours.month, day=ours.day, tzinfo=UTC
        )
        assert abs((ours - at).total_seconds()) < 2.0
    highest = passes.table["max_elevation_deg"]
    assert highest[1] == pytest.approx(34.0, abs=0.5)
    assert highest[3] == pytest.approx(61.0, abs=0.5)
    assert built.ltan_h_at(epoch) == pytest.approx(first.ltan_h, abs=0.002)


def test_the_shared_insertion_point_would_miss_the_plane_by_what_its_note_says() -> None:
    shared = {"insertion_latitude_deg": 18.0, "insertion_longitude_deg": 124.5}
    own, moved = overpasses.orbit_of("kms3_2"), overpasses.orbit_of("kms3_2", changes=shared)
    assert moved.raan_deg - own.raan_deg == pytest.approx(2.1, abs=0.05)
    assert 60.0 * (moved.ltan_h - own.ltan_h) == pytest.approx(8.0, abs=0.5)
    pyongyang = overpasses.place_of("pgscc")
    day = Span(datetime(2012, 12, 12, 2, 0, tzinfo=UTC), 43_200.0)
    late, early = (
        overpasses.find_overpasses(each, pyongyang, day, min_elevation_deg=15.0).culminations()
        for each in (own, moved)
    )
    assert (late[-1] - early[-1]).total_seconds() == pytest.approx(87.0, abs=15.0)
    note = catalog.get("launches", "malligyong1_aug23").provenance["insertion_latitude_deg"].note
    assert "87 s early" in note and "2.1 degrees or 8 min" in note


def test_each_picture_announced_was_within_reach_by_day() -> None:
    # Pyongyang's own instants (to the second, two to the minute) against the orbit of its launch.
    claims = [e for e in catalog.entries("claims").values() if e.id.startswith("pictured_")]
    claims = [entry for entry in claims if "target" in entry.values]
    assert len(claims) == 9
    for entry in claims:
        at = entry.values["instant"]
        assert isinstance(at, datetime)
        passes = overpasses.look_up(
            "malligyong1_nov23",
            str(entry.values["target"]),
            start=at - timedelta(minutes=20),
            days=40.0 / 1_440.0,
            min_elevation_deg=0.0,
        )
        (closest,) = passes.culminations()
        assert 0.0 < (closest - at).total_seconds() < 75.0, entry.id
        assert passes.table["off_nadir_deg"][0] < 27.0, entry.id
        assert passes.table["sun_elevation_deg"][0] > 20.0, entry.id


def test_the_pass_announced_over_korea_is_counted_from_horizon_to_horizon() -> None:
    claim = catalog.get("claims", "pictured_korea").values
    edges = {}
    for elevation_deg in (0.0, 5.0):
        passes = overpasses.look_up(
            "malligyong1_nov23",
            "pgscc",
            start="2023-11-24T01:00:00Z",
            days=0.025,
            min_elevation_deg=elevation_deg,
        )
        (row,) = passes.table.itertuples()
        edges[elevation_deg] = tuple(
            passes.span.start + timedelta(seconds=float(at)) for at in (row.rise_s, row.set_s)
        )
    rise, end = edges[0.0]
    assert isinstance(claim["begin"], datetime) and isinstance(claim["end"], datetime)
    assert timedelta(0) <= rise - claim["begin"] < timedelta(minutes=1)
    assert timedelta(0) <= end - claim["end"] < timedelta(minutes=1)
    assert edges[5.0][0] - claim["begin"] > timedelta(minutes=1.5)
    said = catalog.get("stations", "pgscc").note
    clocks = [f"{each + timedelta(hours=9):%H:%M:%S}" for pair in edges.values() for each in pair]
    assert all(clock in said for clock in clocks), clocks


def test_passes_of_the_first_days_are_as_many_as_public_tracking_counted() -> None:
    claim = catalog.get("claims", "passes_in_november").values
    passes = overpasses.look_up(
        "malligyong1_nov23",
        str(claim["station"]),
        start="2023-11-24T00:00:00+09:00",
        days=4.0,
        min_elevation_deg=0.0,
    )
    begin = passes.span.start
    heights = passes.table["max_elevation_deg"]
    days = [
        (at - begin).days
        for at, height in zip(passes.culminations(), heights, strict=True)
        if height >= 8.5
    ]
    assert tuple(days.count(day) for day in range(4)) == claim["passes_by_day"]


def flown(identifier: str) -> orbits.Elements:
    lines = catalog.get("elements", identifier).values["lines"]
    assert isinstance(lines, tuple)
    return orbits.from_tle(identifier, lines)


def mean_height_km(elements: orbits.Elements) -> float:
    return 0.5 * (elements.perigee_km + elements.apogee_km)


def figures(identifier: str) -> Mapping[str, object]:
    return catalog.get("claims", identifier).values


def test_element_sets_show_the_manoeuvres_that_the_claims_speak_of() -> None:
    sets = {
        each.removeprefix("malligyong1_"): flown(each)
        for each in catalog.entries("elements")
        if each.startswith("malligyong1_")
    }
    assert len(sets) == 8
    june = figures("orbit_raised_june_2024")
    before, after = mean_height_km(sets["2024_06_06"]), mean_height_km(sets["2024_06_07"])
    assert before == pytest.approx(june["mean_height_before_km"], abs=0.06)
    assert after == pytest.approx(june["mean_height_after_km"], abs=0.06)
    kept = figures("orbit_kept")
    later = [elements for day, elements in sets.items() if day > "2024_06_06"]
    heights = [mean_height_km(elements) for elements in later]
    assert min(heights) == pytest.approx(kept["mean_height_km_low"], abs=0.06)
    assert max(heights) == pytest.approx(kept["mean_height_km_high"], abs=0.06)
    raised = mean_height_km(sets["2026_03_19"]) - mean_height_km(sets["2025_10_02"])
    assert raised == pytest.approx(4.3, abs=0.06)
    assert later[0].ltan_h == pytest.approx(kept["ltan_first_h"], abs=0.02)
    assert later[-1].ltan_h == pytest.approx(kept["ltan_last_h"], abs=0.02)


def test_the_node_of_november_2023_is_where_later_sets_have_it() -> None:
    built, tracked = overpasses.orbit_of("malligyong1_nov23"), flown("malligyong1_2024_06_07")
    assert built.ltan_h == pytest.approx(tracked.ltan_h, abs=0.06)


def test_the_main_scenario_flies_a_plane_of_another_hour_than_the_satellite_did() -> None:
    # Local mean time of the node, and clocks of Seoul at the passes by day and by night.
    for launch, node_h, day_h, night_h in (
        ("malligyong1_aug23", 15.0 + 10.0 / 60.0, 15.35, 4.05),
        ("malligyong1_nov23", 10.0 + 0.5 / 60.0, 10.15, 22.95),
    ):
        passes = overpasses.look_up(launch, "seoul", days=30.0, min_elevation_deg=30.0)
        assert passes.elements.ltan_h == pytest.approx(node_h, abs=0.01)
        clock_h = [
            (at + timedelta(hours=9) - datetime(2023, 1, 1, tzinfo=UTC)) / timedelta(hours=1) % 24.0
            for at in passes.culminations()
        ]
        by_day = [hour for hour in clock_h if 6.0 < hour < 18.0]
        by_night = [hour for hour in clock_h if not 6.0 < hour < 18.0]
        assert len(by_day) >= 20 and len(by_night) >= 20
        assert statistics.median(by_day) == pytest.approx(day_h, abs=0.1)
        assert statistics.median(by_night) == pytest.approx(night_h, abs=0.1)
