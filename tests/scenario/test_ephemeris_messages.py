"""Orbit ephemeris messages: what is read, and what is wrong with one by line and field."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.scenario.ephemeris_messages import is_ephemeris, segments_of
from tests import made
from tests.made_calls import call, good
from tests.made_ephemerides import LOW, message, segment, states

TABLE = states(LOW, "ITRF2000", 40)
TEXT = message(segment(TABLE))


def _as_xml(text: str) -> str:
    """Return a message of one segment as XML."""
    lines = text.split("\n")
    metadata = "".join(
        f"<{key.strip()}>{value.strip()}</{key.strip()}>"
        for key, _, value in (line.partition("=") for line in lines[5:12])
    )
    names = ("EPOCH", "X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT")
    units = dict.fromkeys(names[1:4], ' units="km"') | dict.fromkeys(names[4:], ' units="km/s"')
    vectors = "".join(
        "<stateVector>"
        + "".join(
            f"<{name}{units.get(name, '')}>{word}</{name}>"
            for name, word in zip(names, line.split(), strict=True)
        )
        + "</stateVector>"
        for line in lines[13:]
        if line
    )
    return (
        '<?xml version="1.0"?><oem id="CCSDS_OEM_VERS" version="2.0"><header/><body><segment>'
        f"<metadata>{metadata}</metadata><data>{vectors}</data></segment></body></oem>"
    )


def test_xml_and_kvn_say_the_same() -> None:
    ((_, (plain,)),) = segments_of(TEXT).items()
    ((name, (marked,)),) = segments_of(_as_xml(TEXT)).items()
    assert name == "SAT" and is_ephemeris(_as_xml(TEXT)) and is_ephemeris(TEXT)
    assert np.array_equal(plain.state, marked.state)
    assert np.array_equal(plain.time_s, marked.time_s)
    assert plain.usable_s == marked.usable_s == (0.0, 39 * 60.0)


def test_days_of_the_year_comments_accelerations_and_covariances_are_read_over() -> None:
    lines = TEXT.replace("2023-11-21T", "2023-325T").split("\n")
    lines[12:12] = []
    states_from = next(n for n, line in enumerate(lines) if line == "META_STOP") + 1
    lines[states_from] += " 0.001 0.002 0.003"
    lines.insert(states_from, "COMMENT a comment = with a sign")
    covariance = ["COVARIANCE_START", "EPOCH = 2023-325T00:00:00", "1.0", "COVARIANCE_STOP"]
    ((_, (read,)),) = segments_of("\n".join([*lines, *covariance])).items()
    ((_, (plain,)),) = segments_of(TEXT).items()
    assert np.array_equal(read.state, plain.state) and read.epoch == plain.epoch


def test_a_leap_second_lasts_a_second() -> None:
    text = TEXT.replace("2023-11-21T00:00:00.000000", "2016-12-31T23:59:59")
    for minute in range(1, 40):
        old = f"2023-11-21T00:{minute:02d}:00.000000"
        text = text.replace(old, f"2017-01-01T00:{minute:02d}:00.000000")
    ((_, (read,)),) = segments_of(text).items()
    assert read.time_s[1] == pytest.approx(62.0, abs=1e-9)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("CCSDS_OEM_VERS = 2.0\n", "", "CCSDS_OEM_VERS is missing"),
        ("OEM_VERS = 2.0", "OEM_VERS = 4.0", "line 1: CCSDS_OEM_VERS is '4.0'"),
        ("= EARTH", "= MOON", "line 8: CENTER_NAME is 'MOON'; only EARTH"),
        ("= ITRF2000", "= EME200", "line 9: REF_FRAME is 'EME200'.*did you mean 'EME2000'"),
        ("= UTC", "= UT1", "line 10: TIME_SYSTEM is 'UT1'; allowed UTC, TAI, GPS, TT"),
        ("CENTER_NAME", "CENTRE_NAME", "line 8: CENTRE_NAME is no field.*'CENTER_NAME'"),
        ("OBJECT_ID = 2023-SAT\n", "", "line 5: OBJECT_ID is missing"),
        ("META_STOP\n", "", "line 13: '2023-11-21T00:00:00.000000 .*no field"),
        ("META_STOP", "INTERPOLATION = SPLINE\nMETA_STOP", "line 13: INTERPOLATION is 'SPLINE'"),
        (
            "META_STOP",
            "INTERPOLATION_DEGREE = 0\nMETA_STOP",
            "line 13: INTERPOLATION_DEGREE is '0'",
        ),
        ("00:03:00.000000 ", "00:01:00.000000 ", "line 17: EPOCH is .*not after that before it"),
        ("T00:03:00.000000 ", "T00:63:00.000000 ", "line 17: EPOCH is '2023-11-21T00:63"),
        ("T00:03:00.000000 ", "T00:03:00.000000 nan ", "line 17: 8 values"),
        ("T00:03:00.000000 ", "T00:03:00.000000 x", "line 17: X is 'x.*a number is expected"),
        ("STOP_TIME = 2023-11-21T00:39", "STOP_TIME = 2023-11-21T00:30", "outside START_TIME"),
    ],
)
def test_a_fault_is_named_by_line_and_field(old: str, new: str, why: str) -> None:
    assert old in TEXT
    with pytest.raises(InputError) as found:
        segments_of(TEXT.replace(old, new, 1))
    assert re.search(why, str(found.value)), str(found.value)


def test_metres_in_place_of_kilometres_are_found() -> None:
    with pytest.raises(InputError, match=r"line 14: X, Y, Z are .* km from the Earth's centre"):
        segments_of(message(segment(TABLE * 1e3)))


def test_places_and_velocities_that_do_not_lead_on_are_found() -> None:
    moved = TABLE.copy()
    moved[7, 0] += 40.0
    with pytest.raises(InputError, match=r"line 21: X, Y, Z are .* km from where the state"):
        segments_of(message(segment(moved)))
    # Velocities relative to the stars beside places fixed to the Earth.
    mixed = np.column_stack([TABLE[:, :3], states(LOW, "TEME", 40)[:, 3:]])
    with pytest.raises(InputError, match="the frame of one of them is not right"):
        segments_of(message(segment(mixed)))


def test_a_block_that_was_never_begun_is_a_fault() -> None:
    with pytest.raises(InputError, match="line 5: META_STOP without META_START"):
        segments_of(TEXT.replace("META_START", "META_STOP"))


def test_times_of_segments_must_not_overlap() -> None:
    with pytest.raises(InputError, match="SAT: segment 2 is good from 2023-11-21T00:15:00"):
        segments_of(message(segment(TABLE, last=20), segment(TABLE, first=15)))


def test_of_several_satellites_one_is_chosen(tmp_path: Path) -> None:
    file = tmp_path / "two.oem"
    file.write_text(message(segment(TABLE, name="ONE"), segment(TABLE, name="TWO")))
    orbit = {"kind": "ephemeris", "file": "two.oem"}

    def scenario(**more: str) -> str:
        satellite = {"orbit": orbit | more}
        return made.text(start="2023-11-21", days=0.1, satellite=satellite)

    with pytest.raises(InputError, match="holds 2 satellites; choose one by satellite = 'ONE'"):
        made.scenario(scenario(), folder=tmp_path)
    with pytest.raises(InputError, match="no satellite 'TOW'; did you mean 'TWO'"):
        made.scenario(scenario(satellite="TOW"), folder=tmp_path)
    read = made.scenario(scenario(satellite="two"), folder=tmp_path)
    assert read.satellites[0].orbit.note == "read from two.oem"


def test_another_file_than_the_one_noted_and_decay_are_refused(tmp_path: Path) -> None:
    (tmp_path / "s.oem").write_text(TEXT)
    orbit = {"kind": "ephemeris", "file": "s.oem", "file_sha256": "0" * 64}
    text = made.text(start="2023-11-21", days=0.1, satellite={"orbit": orbit})
    with pytest.raises(InputError, match="is another file than when this was noted"):
        made.scenario(text, folder=tmp_path)
    orbit = {"kind": "ephemeris", "file": "s.oem", "decay": {"ballistic_m2_kg": 0.01}}
    text = made.text(start="2023-11-21", days=0.1, satellite={"orbit": orbit})
    with pytest.raises(InputError, match=r"orbit\.decay"):
        made.scenario(text, folder=tmp_path)


def test_passes_validate_and_years_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "sat.oem"
    file.write_text(message(segment(states(LOW, "ITRF2000", 300))))
    text = good(call("passes", file, "37.5,127", "--days", "0.2"))
    assert "Model: interpolated states" in text
    (tmp_path / "s.toml").write_text(
        made.text(
            start="2023-11-21",
            days=0.2,
            satellite={"orbit": {"kind": "ephemeris", "file": "sat.oem"}},
        )
    )
    text = good(call("validate", tmp_path / "s.toml"))
    assert "300 states from 2023-11-21T00:00:00Z to 2023-11-21T04:59:00Z" in text
    refused = call("decay", file)
    assert refused.exit_code == 1 and "says nothing of its drag" in refused.stderr
