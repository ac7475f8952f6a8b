from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest

from simulator.errors import InputError
from simulator.scenario import omm

# The same set as the TLE of MALLIGYONG-1, epoch 24187.60036081, in the message's own terms.
FIELDS = {
    "OBJECT_NAME": "MALLIGYONG-1",
    "OBJECT_ID": "2023-179A",
    "CENTER_NAME": "EARTH",
    "REF_FRAME": "TEME",
    "TIME_SYSTEM": "UTC",
    "MEAN_ELEMENT_THEORY": "SGP4",
    "EPOCH": "2024-07-05T14:24:31.173984",
    "MEAN_MOTION": "15.21311148",
    "ECCENTRICITY": ".0003594",
    "INCLINATION": "97.4021",
    "RA_OF_ASC_NODE": "74.1373",
    "ARG_OF_PERICENTER": "112.3801",
    "MEAN_ANOMALY": "247.7815",
    "EPHEMERIS_TYPE": "0",
    "CLASSIFICATION_TYPE": "U",
    "NORAD_CAT_ID": "58400",
    "ELEMENT_SET_NO": "999",
    "REV_AT_EPOCH": "3452",
    "BSTAR": ".28357E-3",
    "MEAN_MOTION_DOT": ".6278E-4",
    "MEAN_MOTION_DDOT": "0",
}
_METADATA = ("OBJECT_NAME", "OBJECT_ID", "CENTER_NAME", "REF_FRAME", "TIME_SYSTEM")
_MEAN = ("EPOCH", *list(omm.NUMBERS)[:6])


def as_json(fields: dict[str, str] = FIELDS) -> str:
    numbers = {k: float(v) for k, v in fields.items() if k in omm.NUMBERS}
    return json.dumps([{**fields, **numbers, "NORAD_CAT_ID": 58400}])


def as_csv(fields: dict[str, str] = FIELDS) -> str:
    return ",".join(fields) + "\r\n" + ",".join(fields.values()) + "\r\n"


def as_kvn(fields: dict[str, str] = FIELDS) -> str:
    body = "\n".join(f"{key:20} = {value}" for key, value in fields.items())
    body = body.replace("= 97.4021", "= 97.4021 [deg]")
    return f"CCSDS_OMM_VERS = 2.0\nCOMMENT a = b\nORIGINATOR = X\n{body}\n"


def as_xml(fields: dict[str, str] = FIELDS) -> str:
    def tags(keys: Iterable[str]) -> str:
        return "".join(f"<{key}>{fields[key]}</{key}>" for key in keys if key in fields)

    remaining = [key for key in fields if key not in _METADATA + _MEAN + ("MEAN_ELEMENT_THEORY",)]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ndm><omm id="CCSDS_OMM_VERS" version="2.0">'
        "<header/><body><segment>"
        f"<metadata>{tags((*_METADATA, 'MEAN_ELEMENT_THEORY'))}</metadata>"
        f"<data><meanElements>{tags(_MEAN)}</meanElements>"
        f"<tleParameters>{tags(remaining)}</tleParameters></data>"
        "</segment></body></omm></ndm>"
    )


FORMS = [as_json, as_csv, as_kvn, as_xml]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_elements(form: Callable[..., str]) -> None:
    [element_set] = omm.read_sets(form())
    assert (element_set.name, element_set.number) == ("MALLIGYONG-1", "58400")
    assert omm.mean_elements(element_set.fields or {}) == {
        "name": "MALLIGYONG-1",
        "catalogue_number": 58400,
        "epoch": datetime(2024, 7, 5, 14, 24, 31, 173984, tzinfo=UTC),
        "mean_motion_rev_per_day": 15.21311148,
        "eccentricity": 0.0003594,
        "inclination_deg": 97.4021,
        "raan_deg": 74.1373,
        "argument_of_perigee_deg": 112.3801,
        "mean_anomaly_deg": 247.7815,
        "bstar": pytest.approx(0.00028357),
        "mean_motion_dot_rev_per_day2": pytest.approx(0.00006278),
        "mean_motion_ddot_rev_per_day3": 0.0,
    }


def test_a_single_json_object_and_several_kvn_messages_are_read() -> None:
    assert len(omm.read_sets(json.dumps(json.loads(as_json())[0]))) == 1
    assert len(omm.read_sets(as_kvn() + as_kvn())) == 2


def test_an_epoch_may_be_a_day_of_the_year() -> None:
    fields = {**FIELDS, "EPOCH": "2024-187T14:24:31.173984"}
    assert omm.mean_elements(fields) == omm.mean_elements(FIELDS)


@pytest.mark.parametrize(
    ("text", "epoch"),
    [
        ("2024-07-05T14:24:31", datetime(2024, 7, 5, 14, 24, 31, tzinfo=UTC)),
        ("2024-07-05T14:24:31.174", datetime(2024, 7, 5, 14, 24, 31, 174000, tzinfo=UTC)),
        ("2024-07-05T14:24:31.123456789Z", datetime(2024, 7, 5, 14, 24, 31, 123457, tzinfo=UTC)),
        ("2024-12-31T23:59:59.999999999", datetime(2025, 1, 1, tzinfo=UTC)),
        ("2024-02-29T00:00:00.000", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2024-060T00:00:00.000", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2024-366T12:00:00.5", datetime(2024, 12, 31, 12, 0, 0, 500000, tzinfo=UTC)),
        ("2024-07-05 14:24:31", datetime(2024, 7, 5, 14, 24, 31, tzinfo=UTC)),
    ],
)
def test_epochs_are_read_in_every_form_written(text: str, epoch: datetime) -> None:
    assert omm.mean_elements({**FIELDS, "EPOCH": text})["epoch"] == epoch


@pytest.mark.parametrize(
    "text",
    ["2023-02-29T00:00:00", "2023-366T00:00:00", "2024-07-05", "2024-W01-1T00:00:00",
     "2024-07-05T24:00:01", "2024-07-05T23:59:60", "2024-07-05T14:24:31+09:00", "20240705T142431",
     "0000-01-01T00:00:00", "9999-12-31T23:59:59.9999999"],
)  # fmt: skip
def test_an_epoch_that_is_no_utc_instant_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="EPOCH is"):
        omm.mean_elements({**FIELDS, "EPOCH": text})


def test_a_unit_other_than_the_standards_is_refused() -> None:
    [element_set] = omm.read_sets(as_kvn().replace("[deg]", "[rad]"))
    with pytest.raises(InputError, match=r"INCLINATION is in the unit 'rad'; deg is expected"):
        omm.mean_elements(element_set.fields or {})
    [element_set] = omm.read_sets(as_xml().replace("<MEAN_MOTION>", '<MEAN_MOTION units="rad/s">'))
    with pytest.raises(InputError, match=r"MEAN_MOTION is in the unit 'rad/s'; rev/day"):
        omm.mean_elements(element_set.fields or {})
    [element_set] = omm.read_sets(as_xml().replace("<BSTAR>", '<BSTAR units="1/ER">'))
    assert omm.mean_elements(element_set.fields or {})["bstar"] == pytest.approx(0.00028357)


def test_fields_of_the_wrong_type_are_named() -> None:
    for value, words in (([15.2], "a list"), ({"a": 1}, "an object"), (True, "true or false")):
        [element_set] = omm.read_sets(json.dumps({**FIELDS, "MEAN_MOTION": value}))
        with pytest.raises(InputError, match=f"MEAN_MOTION is {words}"):
            omm.mean_elements(element_set.fields or {})


def test_xml_in_the_standards_namespace_is_read() -> None:
    bare = as_xml()
    spaced = bare.replace("<ndm>", '<ndm xmlns="urn:ccsds:schema:ndmxml">')
    assert omm.read_sets(spaced)[0].fields == omm.read_sets(bare)[0].fields
    assert len(omm.read_sets(bare.replace("<ndm>", "").replace("</ndm>", ""))) == 1


def test_numbers_beyond_five_digits_are_kept() -> None:
    assert omm.mean_elements({**FIELDS, "NORAD_CAT_ID": "799501234"})["catalogue_number"] == (
        799501234
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"INCLINATION": ""}, "INCLINATION is missing"),
        ({"INCLINATION": "steep"}, "INCLINATION is 'steep'; a number"),
        ({"BSTAR": ""}, "BSTAR is missing"),
        ({"EPOCH": ""}, "EPOCH is missing"),
        ({"EPOCH": "yesterday"}, "EPOCH is 'yesterday'"),
        ({"TIME_SYSTEM": "TAI"}, "TIME_SYSTEM is 'TAI'; only UTC"),
        ({"REF_FRAME": "EME2000"}, "REF_FRAME is 'EME2000'; only TEME"),
        ({"CENTER_NAME": "MARS"}, "CENTER_NAME is 'MARS'; only EARTH"),
        ({"MEAN_ELEMENT_THEORY": "SGP4-XP"}, "MEAN_ELEMENT_THEORY is 'SGP4-XP'"),
        ({"MEAN_ELEMENT_THEORY": "DSST"}, "MEAN_ELEMENT_THEORY is 'DSST'; only SGP4"),
        ({"EPHEMERIS_TYPE": "4"}, "EPHEMERIS_TYPE is ephemeris type 4 (SGP4-XP)"),
        ({"EPHEMERIS_TYPE": "x"}, "EPHEMERIS_TYPE is 'x'; a digit"),
        ({"BTERM": "0.01"}, "BTERM is a drag term of SGP4-XP"),
        ({"AGOM": "0.01"}, "AGOM is a radiation term of SGP4-XP"),
        ({"SEMI_MAJOR_AXIS": "6878"}, "SEMI_MAJOR_AXIS is for theories other than SGP4"),
        ({"MEAN_ANOMALY": "nan"}, "MEAN_ANOMALY is 'nan'; a number"),
        ({"MEAN_ANOMALY": "1_0"}, "MEAN_ANOMALY is '1_0'; a number"),
        ({"NORAD_CAT_ID": "x"}, "NORAD_CAT_ID is 'x'"),
        ({"NORAD_CAT_ID": "1234567890"}, "whole number up to 999999999"),
    ],
)
def test_fields_not_understood_are_named(change: dict[str, str], words: str) -> None:
    with pytest.raises(InputError) as caught:
        omm.mean_elements({**FIELDS, **change})
    assert words in str(caught.value)


def test_all_faults_of_a_message_are_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        omm.mean_elements({"OBJECT_NAME": "X"})
    assert len(caught.value.problems) == 8


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[1, 2]",
        "[" * 100_000,
        "<a",
        "<a/>" * 2,
        "<ndm><segment/></ndm>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><ndm>&a;</ndm>",
        "just,some\nother,table",
    ],
)
def test_text_that_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        omm.read_sets(text)


def test_empty_messages_hold_no_set() -> None:
    assert omm.read_sets("") == ()
    assert omm.read_sets("[]") == ()
    assert omm.read_sets("<ndm></ndm>") == ()
