import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skyfield.api import EarthSatellite, load, wgs84
from skyfield.jpllib import SpiceKernel

from simulator import catalog, report
from simulator.earth.time import Span
from simulator.errors import InputError
from simulator.study.overpasses import find_overpasses, look_up, orbit_of, place_of

START = "2023-11-22T00:00:00Z"
KMS4 = "kms4_2023_04_01"
COLUMNS_S = ("rise_s", "culmination_s", "set_s")
AZIMUTHS = ("azimuth_rise_deg", "azimuth_culmination_deg", "azimuth_set_deg")


@pytest.fixture(scope="module")
def ephemeris() -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from skyfield_data import get_skyfield_data_path  # type: ignore[import-untyped]

        kernel = SpiceKernel(f"{get_skyfield_data_path()}/de421.bsp")
    yield kernel
    kernel.close()


def lines_of(identifier: str) -> tuple[str, str]:
    lines: Any = catalog.get("elements", identifier).values["lines"]
    return lines[0], lines[1]


def test_november_2023_culminates_over_pyongyang_when_it_was_seen_to() -> None:
    # SatTrackCam Leiden, November 2023: closest to Pyongyang 00:25:27 UTC on 22 November.
    passes = look_up("malligyong1_nov23", "pgscc", start=START, days=0.1)
    seen_s = 25 * 60 + 27
    assert np.abs(passes.table["culmination_s"] - seen_s).min() < 60.0
    assert not passes.elements.hypothetical
    assert not passes.warnings


def test_overpasses_agree_with_skyfield(ephemeris: Any) -> None:
    first, second = lines_of(KMS4)
    passes = look_up(KMS4, "osan", days=3.0, min_elevation_deg=10.0)
    ts = load.timescale(builtin=True)
    satellite = EarthSatellite(first, second, "x", ts)
    values = catalog.get("targets", "osan").values
    site = wgs84.latlon(values["latitude_deg"], values["longitude_deg"])
    # The instants on Skyfield's own scale, so that nothing of ours enters but the search.
    origin = ts.from_datetime(passes.span.start)
    events, kinds = satellite.find_events(site, origin, origin + 3.0, altitude_degrees=10.0)
    seconds = (events - origin) * 86_400.0
    table = passes.table
    assert len(table) == (kinds == 1).sum() > 3
    for column in COLUMNS_S:
        moments = table[column.removesuffix("_s") + "_utc"]
        assert str(moments.dt.tz) == "UTC"
        since_s = (moments - passes.span.start).dt.total_seconds()
        # Half a millisecond for the seconds, and half of one for the instant.
        assert np.abs(since_s - table[column]).max() < 1.001e-3
    for kind, column in enumerate(COLUMNS_S):
        assert np.abs(seconds[kinds == kind] - table[column]).max() < 0.5
    # Its search stops within a tenth of a second or so: looks are compared at our instants.
    at = {name: origin + table[name].to_numpy() / 86_400.0 for name in COLUMNS_S}
    looks = {name: (satellite - site).at(at[name]).altaz() for name in COLUMNS_S}
    assert np.abs(looks["rise_s"][0].degrees - 10.0).max() < 1e-4
    assert np.abs(looks["set_s"][0].degrees - 10.0).max() < 1e-4
    for name, column in zip(COLUMNS_S, AZIMUTHS, strict=True):
        assert np.abs(looks[name][1].degrees - table[column]).max() < 2e-4
    elevation, _, distance = looks["culmination_s"]
    assert np.abs(elevation.degrees - table["max_elevation_deg"]).max() < 1e-4
    assert np.abs(distance.km - table["slant_range_km"]).max() < 1e-3
    sun = (ephemeris["earth"] + site).at(at["culmination_s"]).observe(ephemeris["sun"])
    height = sun.apparent().altaz()[0].degrees
    assert np.abs(height - table["sun_elevation_deg"]).max() < 2e-4
    lit = satellite.at(at["culmination_s"]).is_sunlit(ephemeris)
    assert list(lit) == list(table["sunlit"])
    assert set(lit) == {True, False}


@settings(max_examples=15, deadline=None)
@given(
    latitude=st.floats(-80.0, 80.0),
    longitude=st.floats(-180.0, 179.0),
    wide=st.floats(20.0, 60.0),
    share=st.floats(0.3, 1.0),
)
def test_a_narrower_cone_sees_no_more(
    latitude: float, longitude: float, wide: float, share: float
) -> None:
    orbit, place = orbit_of(KMS4), place_of(f"{latitude:.6f},{longitude:.6f}")
    span = Span(orbit.epoch, 2 * 86_400.0)
    broad = find_overpasses(orbit, place, span, max_off_nadir_deg=wide).table
    narrow = find_overpasses(orbit, place, span, max_off_nadir_deg=wide * share).table
    assert narrow["duration_s"].sum() <= broad["duration_s"].sum() + 1e-3
    for row in narrow.to_dict(orient="records"):
        before = broad["rise_s"] <= row["rise_s"] + 1e-3
        holder = before & (broad["set_s"] >= row["set_s"] - 1e-3)
        assert holder.any()


def test_daylight_and_cone_hold_in_every_overpass() -> None:
    passes = look_up(KMS4, "40,-75", days=60, max_off_nadir_deg=20.0, daylight=True)
    assert len(passes.table) > 2
    assert passes.table["sun_elevation_deg"].min() >= 10.0 - 1e-6
    assert passes.table["off_nadir_deg"].max() <= 20.0
    assert passes.view.min_sun_elevation_deg == 10.0


def test_a_satellite_that_never_sets_has_one_overpass_cut_at_both_ends() -> None:
    passes = look_up("luch5a_2024_07_05", "ussuriysk")
    (row,) = passes.table.to_dict(orient="records")
    assert row["cut_start"] and row["cut_end"]
    assert row["duration_s"] == 86_400.0
    # Geostationary distance, from Ussuriysk 35 degrees east of Luch-5A: 35,786 to 41,679 km.
    assert 35_786.0 < row["slant_range_km"] < 41_679.0


def test_a_satellite_never_seen_has_an_empty_table() -> None:
    passes = look_up("luch5a_2024_07_05", "10,-60")
    assert len(passes.table) == 0
    assert passes.facts()["overpasses"] == []


def test_an_orbit_by_formula_is_the_orbit_it_says() -> None:
    start = datetime(2024, 3, 1, 6, tzinfo=UTC)
    synchronous = orbit_of("sso:500:10.5", start=start)
    assert synchronous.epoch == start
    assert synchronous.ltan_h == pytest.approx(10.5, abs=1e-6)
    assert synchronous.perigee_km == pytest.approx(500.0, abs=1e-6)
    # Vallado 2013, table 11-2 and SMAD: about 97.4 degrees at 500 km.
    assert synchronous.inclination_deg == pytest.approx(97.4, abs=0.05)
    mean = orbit_of("kepler:493x512:97.4:75", start=start)
    assert (mean.perigee_km, mean.apogee_km) == pytest.approx((493.0, 512.0))
    assert (mean.inclination_deg, mean.raan_deg) == pytest.approx((97.4, 75.0))
    assert orbit_of("kepler:493x512:97.4", start=start).raan_deg == 0.0


def test_an_orbit_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "some.tle"
    file.write_text("\n".join([*lines_of(KMS4), "OTHER", *lines_of("malligyong1_2024_07_05")]))
    by_name = orbit_of(str(file), satellite="OTHER")
    assert by_name.epoch == orbit_of("malligyong1_2024_07_05").epoch
    with pytest.raises(
        InputError, match="holds 2 element sets of 2 satellites; choose one by satellite"
    ):
        orbit_of(str(file))


def test_a_place_is_named_or_given_by_coordinates() -> None:
    for text, latitude_deg, height_m in (
        ("osan", 37.09, 0.0),
        ("pgscc", 39.0425, 30.0),
        ("vostochny", 51.883, 0.0),
        (" -33.9, 18.4, 120 ", -33.9, 120.0),
    ):
        place = place_of(text)
        assert (place.latitude_deg, place.height_m) == (latitude_deg, height_m)


@pytest.mark.parametrize(
    ("orbit", "place", "more", "said"),
    [
        ("malligyong1", "osan", {}, "did you mean 'malligyong1_nov23'?"),
        ("malligyong11_may24", "osan", {}, "missing are time_of_flight_s"),
        ("no/such.tle", "osan", {}, "no/such.tle: cannot be read: No such file"),
        ("sso:500:10.5", "osan", {}, "has no epoch of its own; give a start"),
        ("sso:500", "osan", {"start": START}, "form sso:ALTITUDE_KM:LTAN_H, such as sso:500:10.5"),
        ("sso:50:25", "osan", {"start": START}, "altitude_km: 50.0 is below 100"),
        ("kepler:500:97", "osan", {"start": START}, "form kepler:PERIGEE_KMxAPOGEE_KM"),
        ("kepler:500x400:97", "osan", {"start": START}, "400 is below perigee_km = 500"),
        (KMS4, "osaan", {}, "did you mean 'osan'?"),
        (KMS4, "95,0", {}, "place '95,0': latitude_deg: 95.0 is above 90"),
        (KMS4, "osan", {"start": "yesterday"}, "start: 'yesterday' is not a time"),
        (KMS4, "osan", {"start": "2023-11-22T00:00:00"}, "has no offset from UTC"),
        (KMS4, "osan", {"days": 0.0}, "allowed above 0, up to 3660"),
        (KMS4, "osan", {"days": float("nan")}, "days: nan is not a finite number"),
        (KMS4, "osan", {"min_elevation_deg": float("nan")}, "min_elevation_deg: nan is out of"),
        (KMS4, "osan", {"max_off_nadir_deg": 91.0}, "91 is out of range; allowed 0 to 90"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    orbit: str, place: str, more: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError) as fault:
        look_up(orbit, place, **more)
    assert said in str(fault.value)


def test_decay_and_stale_elements_are_told() -> None:
    decayed, stale = look_up(KMS4, "osan", days=300.0).warnings
    assert "re-entry, 100 km over the ellipsoid at 2023-0" in decayed
    assert "up to 300 days" in stale


def test_text_and_csv_hold_the_numbers_of_the_table() -> None:
    facts = look_up("malligyong1_nov23", "pgscc", start=START, days=1.0).facts()
    text = report.overpasses_text([facts])
    head, row, *later_rows = report.overpasses_csv([facts]).splitlines()
    assert "Orbit: Malligyong-1, third flight, 493 x 512 km, inclination 97.40 deg" in text
    assert "Place: Pyongyang General Satellite Control Centre" in text
    assert "Model: SGP4" in text
    assert max(map(len, text.splitlines())) <= 100
    assert len(later_rows) + 1 == len(facts["overpasses"])
    first = facts["overpasses"][0]
    assert ["place", *first] == head.split(",")
    place, local, rise, *_ = row.split(",")
    assert (place, rise) == ("pgscc", first["rise_utc"])
    assert local == first["rise_local"] == "2023-11-22T09:21:28+09:00"
    assert f"{first['max_elevation_deg']:.1f}" in text


def test_a_cut_overpass_is_marked_in_the_text() -> None:
    text = report.overpasses_text([look_up("luch5a_2024_07_05", "ussuriysk").facts()])
    assert "10:06:07<" in text
    assert "cut by the start or end" in text
    assert "No overpass." in report.overpasses_text(
        [look_up("luch5a_2024_07_05", "10,-60").facts()]
    )


def test_a_launch_can_be_changed_key_by_key():
    assumed = orbit_of("malligyong1_nov23")
    farther = orbit_of("malligyong1_nov23", changes={"insertion_latitude_deg": 11.63})
    # Heading south, the satellite is five degrees ahead at the same instant.
    ahead_deg = (
        farther.mean_anomaly_deg
        + farther.argument_of_perigee_deg
        - assumed.mean_anomaly_deg
        - assumed.argument_of_perigee_deg
    )
    assert (ahead_deg + 180.0) % 360.0 - 180.0 == pytest.approx(5.0, abs=0.1)
    with pytest.raises(InputError, match="insertion_latitude_deg"):
        orbit_of("malligyong1_nov23", changes={"insertion_latitude_deg": 100.0})


def test_overpasses_show_themselves():
    passes = look_up(
        "malligyong1_nov23", "pgscc", start="2023-11-22T00:00:00Z", min_elevation_deg=30.0
    )
    assert "2023-11-22 00:00 to 2023-11-23 00:00 UTC: 1 overpass" in repr(passes)
    assert "2023-11-22 13:29:29" in repr(passes)
    assert "<table" in passes._repr_html_()


def test_culminations_are_instants():
    passes = look_up("malligyong1_nov23", "pgscc", start=START, min_elevation_deg=30.0)
    texts = [passes.span.iso(at_s)[:19] for at_s in passes.table["culmination_s"]]
    assert [f"{at:%Y-%m-%dT%H:%M:%S}" for at in passes.culminations()] == texts


def test_overpasses_by_night_and_those_that_get_high_are_some_of_all() -> None:
    every = look_up(KMS4, "40,-75", days=20).table
    high = look_up(KMS4, "40,-75", days=20, min_culmination_deg=40.0)
    top = every["max_elevation_deg"] >= 40.0
    assert 0 < top.sum() < len(every)
    assert high.table["rise_s"].tolist() == every["rise_s"][top].tolist()
    night = look_up(KMS4, "40,-75", days=20, max_sun_elevation_deg=-12.0)
    assert 0 < len(night.table) < len(every)
    assert (night.table["sun_elevation_deg"] <= -12.0 + 1e-6).all()
    day = look_up(KMS4, "40,-75", days=20, max_sun_elevation_deg=10.0, daylight=True)
    assert len(day.table) == 0
    assert high.facts()["conditions"]["min_culmination_deg"] == 40.0
    with pytest.raises(InputError, match="max_sun_elevation_deg: 91 is out of range"):
        look_up(KMS4, "40,-75", max_sun_elevation_deg=91.0)
    with pytest.raises(InputError, match="min_culmination_deg: nan is out of range"):
        look_up(KMS4, "40,-75", min_culmination_deg=float("nan"))


def test_several_places_are_listed_in_the_order_of_rise_on_one_page() -> None:
    places = ("pgscc", "osan", "-33.9,18.4")
    found = [look_up("malligyong1_nov23", place, start="2023-11-22", days=2.0) for place in places]
    text = report.overpasses_text([overpasses.facts() for overpasses in found])
    assert max(map(len, text.splitlines())) <= 100
    rows = [line for line in text.splitlines() if line.startswith(places)]
    assert len(rows) == sum(len(overpasses.table) for overpasses in found)
    rises = [row[row.index("2023-11-2") :][:19] for row in rows]
    assert rises == sorted(rises)
    assert {row.split()[0] for row in rows} == set(places)
    assert "First: over osan 21 min after the start" in text


def test_local_time_is_that_of_the_place_or_as_asked() -> None:
    def first(place: str, **more: Any) -> Any:
        return look_up("malligyong1_nov23", place, start=START, **more).facts()["overpasses"][0]

    assert first("pgscc")["rise_local"].endswith("+09:00")
    assert first("osan")["rise_local"].endswith("+09:00")  # by longitude it would be UTC+8
    assert first("0,-75")["rise_local"].endswith("-05:00")
    asked = first("pgscc", time_zone="Asia/Kolkata")
    assert asked["rise_local"] == "2023-11-22T05:51:28+05:30"
    assert asked["rise_utc"].startswith("2023-11-22T00:21:28")
    with pytest.raises(InputError, match="no time zone"):
        look_up("malligyong1_nov23", "pgscc", time_zone="Asia/Soul")


def test_a_date_begins_at_midnight() -> None:
    by_date = look_up("malligyong1_nov23", "osan", start="2023-11-22")
    assert by_date.span == look_up("malligyong1_nov23", "osan", start=START).span
