"""The same orbit given in every way is flown the same, to the bit; what cannot be is refused."""

import json
import pickle
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sgp4.api import WGS72, WGS72OLD, WGS84, Satrec
from skyfield.api import EarthSatellite, load

import simulator
from simulator import catalog, study
from simulator.errors import InputError
from tests.made_ephemerides import LOW, message, segment, states
from tests.made_ephemerides import START as BEGIN

KMS4 = "kms4_2023_04_01"
LINES = tuple(catalog.get("elements", KMS4).values["lines"])
START = "2023-04-01T06:00:00Z"
PLACES = {"Osan": (37.09, 127.03), "Kadena": (26.35, 127.77)}
MOLNIYA = (
    "1 08195U 75081A   06176.33215444  .00000099  00000-0  11873-3 0   813",
    "2 08195  64.1586 279.0717 6877146 264.7651  20.2257  2.00491383225656",
)


def seen(orbit, start=START):
    # Under a name of its own: by what it is called is the only way in which ways may differ.
    return simulator.accesses({"A": orbit}, PLACES, start=start, days=2.0)


def ways(tmp_path):
    file = tmp_path / "some.tle"
    file.write_text("\n".join(LINES))
    ts = load.timescale(builtin=True)
    yield LINES
    yield list(LINES)
    yield "\n".join(LINES)
    yield "\r\n".join(("KMS-4", *LINES)) + "\r\n"
    yield str(file)
    yield file
    yield {"kind": "tle", "lines": list(LINES)}
    yield {"kind": "tle", "catalog": KMS4}
    yield Satrec.twoline2rv(*LINES)
    yield EarthSatellite(*LINES, "KMS-4", ts)
    yield study.orbit_of(KMS4)


def test_the_same_orbit_in_every_way_has_the_same_accesses_to_the_bit(tmp_path):
    expected = seen(KMS4)
    assert len(expected) > 10
    for orbit in ways(tmp_path):
        pd.testing.assert_frame_equal(seen(orbit), expected, check_exact=True)


def test_an_omm_in_every_way_has_the_same_accesses_to_the_bit(tmp_path):
    record = {
        "OBJECT_NAME": "M", "NORAD_CAT_ID": 41332, "EPOCH": "2023-04-01T05:11:16.192896",
        "MEAN_MOTION": 15.67318312, "ECCENTRICITY": 0.0008591, "INCLINATION": 97.2077,
        "RA_OF_ASC_NODE": 172.6765, "ARG_OF_PERICENTER": 338.8103, "MEAN_ANOMALY": 21.2801,
        "BSTAR": 0.0012399,
    }  # fmt: skip
    file = tmp_path / "some.json"
    file.write_text(json.dumps([record]))
    keys = {
        "epoch": datetime(2023, 4, 1, 5, 11, 16, 192896, tzinfo=UTC),
        "mean_motion_rev_per_day": 15.67318312, "eccentricity": 0.0008591,
        "inclination_deg": 97.2077, "raan_deg": 172.6765, "argument_of_perigee_deg": 338.8103,
        "mean_anomaly_deg": 21.2801, "bstar": 0.0012399,
    }  # fmt: skip
    expected = seen(json.dumps(record))
    for orbit in (file, str(file), {"kind": "omm", "elements": keys}):
        pd.testing.assert_frame_equal(seen(orbit), expected, check_exact=True)
    # Lines have fewer digits, and the epoch to 0.9 ms: the same accesses, not the same bits.
    close = (seen(LINES)[["start_s", "end_s"]] - expected[["start_s", "end_s"]]).abs().to_numpy()
    assert 0.0 < close.max() < 0.05


def test_a_table_of_states_is_flown_in_every_way_and_is_nowhere_beyond_it(tmp_path):
    file = tmp_path / "some.oem"
    file.write_text(message(segment(states(LOW, "TEME", 240), frame="TEME")))
    span = {"start": BEGIN, "days": 0.25}
    ends = {"expected_warning": simulator.InputWarning, "match": "end of the ephemeris at"}
    with pytest.warns(**ends):
        expected = simulator.accesses({"A": study.orbit_of(str(file))}, PLACES, **span)
    assert len(expected) > 0
    for orbit in (file, str(file), {"kind": "ephemeris", "file": str(file)}):
        with pytest.warns(**ends):
            found = simulator.accesses({"A": orbit}, PLACES, **span)
        pd.testing.assert_frame_equal(found, expected, check_exact=True)
    times = [BEGIN + timedelta(minutes=10.5 * step) for step in range(40)]
    with pytest.warns(**ends):
        found = simulator.ephemeris(file, times)
    truth = simulator.ephemeris(LOW, times)
    inside = [at for at in times if at <= BEGIN + timedelta(minutes=239)]
    assert list(found["time_utc"]) == inside
    apart_km = found["altitude_km"] - truth["altitude_km"][: len(found)]
    assert apart_km.abs().max() < 1e-3


def by_hand(gravity, mode="i", lines=LINES):
    """Return a record that sgp4init was called for, as programs without lines make it."""
    old, new = Satrec.twoline2rv(*lines), Satrec()
    new.sgp4init(
        gravity, mode, old.satnum, old.jdsatepoch + old.jdsatepochF - 2433281.5, old.bstar,
        old.ndot, old.nddot, old.ecco, old.argpo, old.inclo, old.mo, old.no_kozai, old.nodeo,
    )  # fmt: skip
    return new


@pytest.mark.parametrize("lines", [LINES, MOLNIYA])
@pytest.mark.parametrize(("gravity", "mode"), [(WGS72, "i"), (WGS84, "i"), (WGS72OLD, "a")])
def test_a_record_is_flown_with_its_own_gravity_and_mode(gravity, mode, lines):
    record = by_hand(gravity, mode, lines)
    fraction = record.jdsatepochF
    epoch = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=record.jdsatepoch - 2440587.5)
    times = [epoch + timedelta(days=fraction, minutes=7.0 * step) for step in range(40)]
    found = simulator.ephemeris(record, times)
    ts = load.timescale(builtin=True)
    at = ts.from_datetimes(times)
    truth = EarthSatellite.from_satrec(by_hand(gravity, mode, lines), ts).at(at)
    # The height is the same in every frame that turns with the Earth, but for its wobble.
    from skyfield.api import wgs84

    height_km = wgs84.geographic_position_of(truth).elevation.km
    assert np.abs(height_km - found["altitude_km"]).max() < 0.02
    other = simulator.ephemeris(by_hand(WGS84 if gravity != WGS84 else WGS72, mode, lines), times)
    assert np.abs(other["altitude_km"] - found["altitude_km"]).max() > 0.02


@pytest.mark.parametrize("lines", [LINES, MOLNIYA])
@pytest.mark.parametrize(("gravity", "mode"), [(WGS72, "i"), (WGS84, "a"), (WGS72OLD, "i")])
def test_gravity_and_mode_survive_the_way_to_another_process(gravity, mode, lines):
    record = by_hand(gravity, mode, lines)
    (flown,) = simulator.library.flown.flown_of(record, None, None)
    sent = pickle.loads(pickle.dumps(flown.elements)).satellite
    assert (sent.mu, sent.operationmode) == (record.mu, record.operationmode)
    for days in (0.0, 0.3, 5.0):
        ours, theirs = (s.sgp4(s.jdsatepoch, s.jdsatepochF + days) for s in (record, sent))
        assert ours == theirs


def test_what_has_come_down_has_a_table_of_the_same_columns_without_a_row():
    found = simulator.ephemeris("kms4_2023_04_01", ["2023-04-01"])
    with pytest.warns(simulator.InputWarning):
        none = simulator.ephemeris("kms4_2023_04_01", ["2090-01-01"])
    assert len(found) == 1 and not len(none)
    assert list(none.columns) == list(found.columns) and "vz_gcrs_km_s" in none.columns


def test_what_cannot_be_flown_is_refused_by_name():
    odd = Satrec.twoline2rv(LINES[0][:62] + "4" + LINES[0][63:], LINES[1])
    for orbit, said in (
        (Satrec(), "the Satrec is not initialised"),
        (odd, "satellite '41332': ephemeris type 4, whose elements are not SGP4's"),
        (5.0, "orbits: a float is no orbit; allowed: a name of the catalogue"),
        ([LINES, 5.0], "orbits: row 1: a float is no orbit"),
        ({"A": LINES, "B": "kms44"}, "orbits: 'B': orbit 'kms44' is no launch or element set"),
        ([LINES, LINES], "orbits: 2 satellites are called '41332'; give orbits by name"),
        ([], "orbits: is empty"),
        ((LINES[0][:68] + "1", LINES[1]), "checksum"),
        ({"kind": "keplerian", "perigee_km": 400.0}, "orbits: inclination_deg: "),
        ({"kind": "kepler"}, "'kepler'"),
        ("sso:500:10.5", "has no epoch of its own; give a start"),
        ({"kind": "sun-synchronous", "altitude_km": 500.0, "ltan_h": 10.5}, "give epoch, or a st"),
        ({"A": LINES, "B": KMS4}, "start: 2 satellites have no epoch in common; give a start"),
    ):  # fmt: skip
        with pytest.raises(InputError) as fault:
            simulator.accesses(orbit, PLACES)
        assert said in str(fault.value), said


def test_a_constellation_and_names_given_to_it():
    walker = {
        "kind": "walker-delta", "total": 4, "planes": 2, "phasing": 1, "altitude_km": 500.0,
        "inclination_deg": 97.4,
    }  # fmt: skip
    found = simulator.accesses({"W": walker, "K": KMS4}, PLACES, start=START, days=1.0)
    assert set(found["satellite"]) == {"W-1", "W-2", "W-3", "W-4", "K"}


def test_old_elements_and_lost_satellites_are_told():
    with pytest.warns(simulator.InputWarning, match="elements are up to 6. days") as said:
        found = simulator.accesses(LINES, PLACES, start="2023-06-01", days=1.0)
    # At the line that asked.
    assert {warning.filename for warning in said} == {__file__}
    assert "SGP4's error grows" in found.attrs["warnings"][0]
    with pytest.warns(simulator.InputWarning) as said:
        simulator.passes(KMS4, "osan", days=300.0)
    assert "re-entry, 100 km over the ellipsoid" in str(said[0].message)
    with pytest.warns(simulator.InputWarning) as said:
        grid = simulator.coverage(KMS4, points=PLACES, days=200.0)
    assert "no ephemeris for the last" in str(said[0].message)
    assert str(said[0].message) in grid.attrs["comment"]
    assert {warning.filename for warning in said} == {__file__}


instants = st.datetimes(datetime(1975, 1, 1), datetime(2040, 1, 1))


@settings(max_examples=60)
@given(plain=instants)
def test_an_instant_in_every_way_is_the_same_to_the_microsecond(plain):
    from simulator.library.instants import instant_of

    aware = plain.replace(tzinfo=UTC)
    ts = load.timescale(builtin=True)
    east = aware.astimezone(__import__("zoneinfo").ZoneInfo("Asia/Pyongyang"))
    for way in (aware, east, aware.isoformat(), np.datetime64(plain), pd.Timestamp(aware)):
        assert instant_of(way, "start") == aware
    midnight = aware.replace(hour=0, minute=0, second=0, microsecond=0)
    assert instant_of(plain.date(), "start") == midnight
    assert abs(instant_of(ts.from_datetime(aware), "start") - aware) <= timedelta(microseconds=1)


def test_times_that_say_no_zone_are_refused_by_argument_and_row():
    for times, said in (
        (datetime(2023, 4, 1), "times: 2023-04-01T00:00:00 has no offset from UTC"),
        (pd.Timestamp("2023-04-01"), "times: 2023-04-01T00:00:00 has no offset from UTC"),
        (["2023-04-01", "2023-04-01T05:00:00"], "times: row 1: 2023-04-01T05:00:00 has no offset"),
        (np.array(["2023-04-01", "NaT"], "datetime64[s]"), "times: row 1: is no time (NaT)"),
        ([], "times: is empty"),
        ("yesterday", "times: 'yesterday' is not a time"),
    ):
        with pytest.raises(InputError) as fault:
            simulator.ephemeris(KMS4, times)
        assert said in str(fault.value), str(fault.value)
    with pytest.raises(InputError, match=r"^end: .* is not after start"):
        simulator.accesses(KMS4, PLACES, start=START, end="2023-04-01")
    with pytest.raises(InputError, match=r"^give exactly one of days and end"):
        simulator.accesses(KMS4, PLACES, start=START, days=1.0, end="2023-04-02")
