"""The tables of designed orbits: names, and faults for the user."""

from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.scenario import loads

HEAD = """
schema_version = 1
title = "designed"
targets = ["seoul"]
[span]
start = 2024-03-20T00:00:00Z
days = 1.0
"""
SATELLITE = """
[[satellites]]
name = "{name}"
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
orbit = {{ {orbit} }}
"""


def scenario(*orbits, overrides=()):
    text = HEAD + "".join(
        SATELLITE.format(name=name, orbit=orbit) for name, orbit in zip("ab", orbits, strict=False)
    )
    return loads(text, origin="f", folder=Path("."), overrides=overrides)


REPEAT = 'kind = "repeat-ground-track", revolutions = {}, cycle_days = {}, {}'
PLANE = 'kind = "in-plane", {}'
FROZEN = 'kind = "frozen", {}'
STREETS = 'kind = "streets-of-coverage", {}'


@pytest.mark.parametrize(
    ("orbit", "message"),
    [
        (REPEAT.format(30, 2, "ltdn_h = 10.0"), "is the cycle of 15 in 1; give that"),
        (REPEAT.format(20, 1, "ltdn_h = 10.0"), "20 in 1 days are 20 a day; allowed 6.5 to 16.5"),
        (REPEAT.format(15, 1, "note = ''"), "give exactly one of inclination_deg, ltan_h and"),
        (REPEAT.format(15, 1, "ltan_h = 1.0, ltdn_h = 13.0"), "give exactly one of inclination"),
        (REPEAT.format(15, 1, "ltan_h = 1.0, raan_deg = 3.0"), "raan_deg: stands beside the local"),
        (
            REPEAT.format(15, 1, "ltan_h = 1.0, mean_anomaly_deg = 3.0, track_longitude_deg = 1.0"),
            "track_longitude_deg: stands beside mean_anomaly_deg",
        ),
        (PLANE.format("altitude_km = 500.0, ltan_h = 1.0"), "exactly one of total and angles_deg"),
        (
            PLANE.format("total = 2, altitude_km = 500.0, height_km = 510.0, ltan_h = 1.0"),
            "give exactly one of altitude_km, height_km and revolutions with cycle_days",
        ),
        (
            PLANE.format("total = 2, revolutions = 15, ltan_h = 1.0"),
            "revolutions with cycle_days",
        ),
        (
            FROZEN.format("altitude_km = 500.0, eccentricity = 0.3"),
            "0.3 puts the perigee at -1563 km; allowed 0 to 0.0582",
        ),
        (
            FROZEN.format("altitude_km = 500.0, ltan_h = 1.0, perigee_over = 'north'"),
            "perigee_over: goes with eccentricity",
        ),
        (FROZEN.format("altitude_km = 20000.0, eccentricity = 0.7"), "100 to 5890"),
        (
            FROZEN.format("height_km = 4000.0, eccentricity = 0.2"),
            "height_km: is of nearly circular orbits",
        ),
        (
            STREETS.format("altitude_km = 300.0, min_elevation_deg = 60.0"),
            "any planes would take more than 1,000 satellites",
        ),
        (
            STREETS.format(
                "altitude_km = 800.0, min_elevation_deg = 8.0, satellites_per_plane = 4"
            ),
            "satellites_per_plane: planes of 4 would take more than 1,000",
        ),
        ('kind = "sun-synchronous", ltan_h = 3.0', "give exactly one of altitude_km and height_km"),
        ('kind = "repeat", ltan_h = 3.0', "'repeat' is no kind of orbit"),
    ],
)
def test_a_fault_says_what_is_allowed(orbit, message):
    with pytest.raises(InputError) as caught:
        scenario(orbit)
    assert message in "\n".join(caught.value.problems)


@pytest.mark.parametrize(
    ("orbit", "count"),
    [
        (PLANE.format("total = 3, altitude_km = 500.0, ltan_h = 1.0"), 3),
        (PLANE.format("angles_deg = [0.0, 7.0], altitude_km = 500.0, ltan_h = 1.0"), 2),
        (STREETS.format("altitude_km = 780.0, min_elevation_deg = 8.2"), 66),
    ],
)
def test_satellites_of_a_pattern_are_numbered_and_no_other_takes_their_name(orbit, count):
    names = scenario(orbit).satellites[0].names
    assert names == tuple(f"a-{n}" for n in range(1, count + 1))
    text = HEAD + SATELLITE.format(name="a", orbit=orbit)
    alone = REPEAT.format(15, 1, "ltdn_h = 10.0")
    text += SATELLITE.format(name="a-2", orbit=alone)
    with pytest.raises(InputError, match="'a-2' is already the name of"):
        loads(text, origin="f", folder=Path("."))
    assert scenario(alone).satellites[0].names == ("a",)


def test_one_way_to_give_the_size_replaces_the_other():
    orbit = 'kind = "sun-synchronous", altitude_km = 500.0, ltan_h = 3.0'
    changed = scenario(orbit, overrides=["satellites.0.orbit.height_km=510.0"])
    assert changed.satellites[0].orbit.height_km == 510.0
    assert changed.satellites[0].orbit.altitude_km is None
