"""Files of element sets damaged in every way: read, or refused in plain lines, never a fall."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from simulator import scenario
from simulator.errors import InputError
from simulator.orbits import builders
from simulator.scenario import OmmOrbit, TleOrbit, elementsets

LINES = (
    "1 58400U 23179A   24187.60036081  .00006278  00000-0  28357-3 0  9996",
    "2 58400  97.4021  74.1373 0003594 112.3801 247.7815 15.21311148 34529",
    "1 39026U 12072A   17072.94818683 +.00001452 +00000-0 +59576-4 0  9994",
    "2 39026 097.2301 094.0427 0041879 152.0798 208.2700 15.25029303235415",
    "1 90101U 26001A   26313.50000000  .00000500  00000-0  24000-4 0  9995",
    "2 90101  97.4100 119.3290 0012000  75.0000 310.4000 15.24000000   105",
    "1 90101U 26001A   26315.50000000  .00000500  00000-0  24000-4 0  9997",
    "2 90101  97.4100 121.3000 0012000  75.0000 285.2000 15.24000000   106",
)
FIELDS: dict[str, object] = {
    "OBJECT_NAME": "MALLIGYONG-1",
    "OBJECT_ID": "2023-179A",
    "CENTER_NAME": "EARTH",
    "REF_FRAME": "TEME",
    "TIME_SYSTEM": "UTC",
    "MEAN_ELEMENT_THEORY": "SGP4",
    "EPOCH": "2024-07-05T14:24:31.173984",
    "MEAN_MOTION": 15.21311148,
    "ECCENTRICITY": 0.0003594,
    "INCLINATION": 97.4021,
    "RA_OF_ASC_NODE": 74.1373,
    "ARG_OF_PERICENTER": 112.3801,
    "MEAN_ANOMALY": 247.7815,
    "EPHEMERIS_TYPE": 0,
    "NORAD_CAT_ID": 58400,
    "BSTAR": 0.00028357,
    "MEAN_MOTION_DOT": 6.278e-05,
    "MEAN_MOTION_DDOT": 0,
}
ODD_TEXTS = (
    "", " ", "0", "-0", "-1", "1", "2", "4", "9" * 400, "1e400", "-1e400", "1e-400", "nan", "NaN",
    "inf", "-Infinity", "1_000", "0x10", "1.2.3", "--5", "+", ".", "e5", "1d2", "1e99999999", "½",
    "١٢٣", "\x00", "\x1b[31m", "\u202e", "\n", "\r", "\t", "a\nb", "=", ",", '"', "'", "<a>",
    "&amp;", "&bad;", "]]>", "[deg]", "[rad]", "#", "0 ", "1 ", "2 ", "\ufeff", "\ud800", "😀",
    "EARTH", "MARS", "TEME", "J2000", "UTC", "TAI", "SGP4", "SGP4-XP", "DSST",
    "2024-02-30T00:00:00",
    "2024-366T00:00:00", "2023-366T00:00:00", "0000-00-00T00:00:00", "9999-12-31T23:59:59.9999999",
    "1957-01-01T00:00:00", "2100-12-31T23:59:60", "2024-07-05", "17.2", "0.03", "0.999999999",
    "360", "360.0001", "180.0001", "799500417", "339999", "340000", "99999", "T0001", "I0001",
    "Z9999",
)  # fmt: skip
ODD_VALUES: tuple[object, ...] = (
    *ODD_TEXTS, None, True, False, [], {}, [1], {"a": 1}, 10**400, -1, 0, 1.5, float("nan"),
    float("inf"), 1e308, 5e-324, 2**63, [[[[]]]],
)  # fmt: skip


def omm_json(records: list[dict[str, object]]) -> str:
    text = json.dumps(records, ensure_ascii=False)
    return text if len(records) != 1 else text[1:-1]


def omm_csv(records: list[dict[str, object]]) -> str:
    heads = list(dict.fromkeys(key for record in records for key in record))
    rows = [",".join(str(record.get(key, "")) for key in heads) for record in records]
    return "\r\n".join([",".join(heads), *rows])


def omm_kvn(records: list[dict[str, object]]) -> str:
    return "\n".join(
        line
        for record in records
        for line in (
            "CCSDS_OMM_VERS = 3.0",
            "COMMENT a = b",
            *(f"{key:20} = {value}" for key, value in record.items()),
        )
    )


def omm_xml(records: list[dict[str, object]]) -> str:
    bodies = (
        "".join(f"<{key}>{value}</{key}>" for key, value in record.items()) for record in records
    )
    inner = "".join(f"<omm><body><segment>{body}</segment></body></omm>" for body in bodies)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<ndm>{inner}</ndm>'


FORMS: tuple[Callable[[list[dict[str, object]]], str], ...] = (omm_json, omm_csv, omm_kvn, omm_xml)


def with_checksum(line: str) -> str:
    total = sum(int(c) if c in "0123456789" else c == "-" for c in line[:68])
    return f"{line[:68]:68}{total % 10}"


def damaged_lines(rng: random.Random) -> str:
    """Return a file of two-line sets with values, columns, lines or order changed."""
    lines: list[str] = []
    common = 2 * rng.randrange(len(LINES) // 2)
    for _ in range(rng.randrange(1, 5)):
        first = common if rng.random() < 0.8 else 2 * rng.randrange(len(LINES) // 2)
        lines += rng.choice(([], ["0 NAME"], ["NAME"], ["1 KITE"], ["2 FAST"], ["# said", ""]))
        lines += LINES[first : first + 2]
    for _ in range(rng.randrange(4)):
        at = rng.randrange(len(lines))
        line = lines[at]
        match rng.randrange(8):
            case 0:  # other columns, the checksum made right again
                column = rng.randrange(70)
                text = rng.choice((*ODD_TEXTS, f"{rng.randrange(10**8):08d}"))
                lines[at] = with_checksum(line[:column] + text + line[column + len(text) :])
            case 1:  # other digits of a number
                digits = [n for n, c in enumerate(line) if c.isdigit()] or [0]
                column = rng.choice(digits)
                lines[at] = with_checksum(
                    line[:column] + str(rng.randrange(10)) + line[column + 1 :]
                )
            case 2:
                lines.insert(at, rng.choice(lines))
            case 3:
                del lines[at]
                lines = lines or [""]
            case 4:
                rng.shuffle(lines)
            case 5:
                lines[at] = line[: rng.randrange(len(line) + 1)]
            case 6:
                lines[at] = rng.choice(ODD_TEXTS) + line
            case _:
                lines[at] = line + rng.choice(ODD_TEXTS)
    return rng.choice(("\n", "\r\n", "\n\n", "\r")).join(lines)


def damaged_message(rng: random.Random) -> str:
    """Return a file of messages with fields changed, left out, doubled, moved or misspelt."""
    records = [dict(FIELDS) for _ in range(rng.randrange(1, 4))]
    for number, record in enumerate(records):
        record["EPOCH"] = f"2024-07-{5 + number:02d}T14:24:31.173984"
        for _ in range(rng.randrange(4)):
            key = rng.choice(list(FIELDS))
            match rng.randrange(4):
                case 0:
                    record.pop(key, None)
                case 1:
                    record[rng.choice(("BTERM", "AGOM", "SEMI_MAJOR_AXIS", key.lower(), ""))] = 1.0
                case _:
                    record[key] = rng.choice(ODD_VALUES)
    text = rng.choice(FORMS)(records)
    return text if rng.random() < 0.7 else mangled(rng, text)


def mangled(rng: random.Random, text: str) -> str:
    """Return a text with some of its characters changed, cut, doubled or wrapped."""
    for _ in range(rng.randrange(1, 4)):
        at, to = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        match rng.randrange(5):
            case 0:
                text = text[:at] + rng.choice(ODD_TEXTS) + text[at + 1 :]
            case 1:
                text = text[:at] + text[to:]
            case 2:
                text = text[:to] + text[at : min(to, at + 300)] + text[to:]
            case 3:
                text = text[:at]
            case _:
                text = rng.choice(("[", "<a>", '{"a":')) * rng.randrange(1, 3_000) + text
    return text


def flown(kind: type[TleOrbit | OmmOrbit], text: str, satellite: str | None) -> None:
    """Read a file's text as a scenario would, and fly what is in it."""
    chosen = elementsets.choose(kind.read_sets(text), satellite)
    content = {kind.content_key: kind.content(chosen)}
    orbit = kind.model_validate(
        {"kind": "tle" if kind is TleOrbit else "omm", **content}, context={}
    )
    start = datetime(2024, 7, 5, tzinfo=UTC)
    carrier = scenario.Scenario.model_construct(
        span=scenario.SpanTable.model_construct(start=start, days=2.0),
        satellites=(scenario.Satellite.model_construct(name="X", orbit=orbit),),
    )
    ((elements, _),) = builders.from_scenario(carrier)
    assert elements.period_min > 0.0


def outcomes(seed: int, count: int) -> tuple[int, int]:
    """Return how many of so many damaged files were read, and how many refused."""
    rng = random.Random(seed)
    read = refused = 0
    for number in range(count):
        kind: type[TleOrbit | OmmOrbit] = rng.choice((TleOrbit, OmmOrbit))
        text = damaged_lines(rng) if kind is TleOrbit else damaged_message(rng)
        if rng.random() < 0.02:
            kind = OmmOrbit if kind is TleOrbit else TleOrbit
        satellite = rng.choice(
            (None, None, None, None, "58400", "90101", "MALLIGYONG-1", "\x1b[1m")
        )
        try:
            flown(kind, text, satellite)
            read += 1
        except InputError as error:
            refused += 1
            for problem in error.problems:
                assert problem, (seed, number)
                assert problem.isprintable(), (seed, number, problem)
                assert len(problem) < 1_000, (seed, number, problem)
        except Exception as error:
            raise AssertionError((seed, number, kind, text, satellite)) from error
    return read, refused


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_are_read_or_refused_in_plain_lines(seed: int) -> None:
    read, refused = outcomes(seed, 1_500)
    # Both ends are met often, or the damage is too light or too heavy to find anything.
    assert read > 150
    assert refused > 500


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_a_million_damaged_files_are_read_or_refused_in_plain_lines(part: int) -> None:
    read, refused = outcomes(1_000 + part, 50_000)
    assert min(read, refused) > 5_000
