"""Files that hold no scenario, and files of element sets beside one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator import scenario
from simulator.errors import InputError
from simulator.scenario import tle
from tests.made_scenarios import GOOD, OMM, ORIGIN, TLE, loads, orbit, problems


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = 1\nb = \n", f"{ORIGIN}:2: is not TOML"),
        ("a = 1\na = 2\n", f"{ORIGIN}:2: is not TOML: Cannot overwrite a value"),
        ("a = [1, 2", f"{ORIGIN}:1: is not TOML: Unclosed array"),
        ("a = " + "9" * 5000, "is not TOML: Exceeds the limit"),
        ("a = " + "[" * 3000, "nested deeper than 16 levels"),
        (".".join("a" * 100_000) + " = 1", "nested deeper than 16 levels"),
        (".".join(["'a'"] * 100_000) + " = 1", "nested deeper than 16 levels"),
        (".".join("a" * 40) + " = 1", "nested deeper than 16 levels"),
        ("a = " + "{b = " * 20 + "1" + "}" * 20, "nested deeper than 16 levels"),
        ("a = 0x" + "f" * 5000, "beyond 64 bits"),
        ('"a\\u0000b" = 1', "holds control characters"),
        ('"" = 1', "is blank"),
        ("#" * (1 << 23) + "#", "larger than the 8 MiB allowed"),
        ("", "schema_version: is missing"),
    ],
)
def test_text_that_is_no_scenario_is_refused_cleanly(text: str, words: str) -> None:
    assert any(words in line for line in problems(text=text))


def test_hostile_sizes_are_refused_in_few_words() -> None:
    many_keys = "\n".join(f"k{n} = 1" for n in range(20_000))
    assert len(problems(text=many_keys)) < 110
    many_networks = "networks = [" + '"dprk+russia",' * 20_000 + "]"
    assert len(problems(text=many_networks)) < 110
    long_key = "k" * 1_000_000 + " = 1"
    assert max(len(line) for line in problems(text=long_key)) < 2_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file"),
        (b"title = '\xff'", "study.toml:1: byte 0xff is not UTF-8"),
        (b"#" * ((1 << 23) + 1), "larger than the 8 MiB allowed"),
        (b"a\x00", "study.toml:1: is not TOML"),
    ],
)
def test_files_that_cannot_be_read_are_refused_cleanly(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "study.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        scenario.load(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        scenario.load(tmp_path)


def test_a_file_with_a_byte_order_mark_loads(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert scenario.load(path) == loads()


def test_a_set_is_read_from_a_file_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "a.tle").write_text("\r\n".join(["MALLIGYONG-1", *TLE, "OTHER", *TLE]))
    text = GOOD.replace(
        '{kind = "launch", launch = "malligyong1_nov23"}',
        '{kind = "tle", file = "a.tle", satellite = "Other"}',
    )
    path = tmp_path / "study.toml"
    path.write_text(text)
    read = scenario.load(path).satellites[0].orbit
    assert isinstance(read, scenario.TleOrbit)
    assert read.lines == TLE
    assert (read.file, read.satellite, read.note) == (None, None, "read from a.tle")


def test_a_message_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([OMM]))
    read = orbit('{kind="omm", file="a.json"}', folder=tmp_path)
    [elements] = read.elements
    assert elements.mean_motion_rev_per_day == 15.21311148
    assert elements.epoch == datetime(2024, 7, 5, 14, 24, 31, 173984, tzinfo=UTC)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('{kind="tle", file="a.tle", satellite="Y"}', "a.tle: holds no satellite 'Y'"),
        (
            '{kind="tle", file="two.tle"}',
            "two.tle: holds 2 element sets of 2 satellites",
        ),
        ('{kind="tle", file="bad.tle"}', "bad.tle: line 2 ends in checksum 0"),
        ('{kind="tle", file="a\\u0000"}', "is not a file name"),
        ('{kind="tle", file=3}', "3 is not text"),
        ('{kind="omm", file="steep.json"}', "steep.json: INCLINATION 190.0 is above 180"),
        ('{kind="omm", file="poor.json"}', "poor.json: EPOCH is missing"),
        ('{kind="omm", file="deep.json"}', "deep.json: ECCENTRICITY perigee at"),
        ('{kind="omm", file="a.tle"}', "a.tle: is no OMM"),
    ],
)
def test_damaged_files_of_elements_are_refused(tmp_path: Path, table: str, words: str) -> None:
    (tmp_path / "a.tle").write_text("\n".join(["X", *TLE]))
    second = [line[:2] + "00001" + line[7:68] for line in TLE]
    second = [line + str(tle.checksum(line)) for line in second]
    (tmp_path / "two.tle").write_text("\n".join(["X", *TLE, "Y", *second]))
    (tmp_path / "bad.tle").write_text("\n".join([TLE[0], TLE[1][:-1] + "0"]))
    (tmp_path / "steep.json").write_text(json.dumps([{**OMM, "INCLINATION": 190}]))
    (tmp_path / "poor.json").write_text(json.dumps([{**OMM, "EPOCH": None}]))
    (tmp_path / "deep.json").write_text(json.dumps([{**OMM, "ECCENTRICITY": 0.3}]))
    faults = problems(f"satellites.0.orbit={table}", folder=tmp_path)
    assert any("satellites.0.orbit.file" in line and words in line for line in faults), faults
