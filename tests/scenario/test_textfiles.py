import os
import pickle
import socket
from pathlib import Path

import pytest

from simulator.errors import InputError, printable, printable_line
from simulator.scenario import load, textfiles
from simulator.scenario.textfiles import parse_toml, read_bytes, read_text


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"it is a pipe \(FIFO\), not a file"):
        read_text(tmp_path / "pipe", limit_bytes=10)
    with pytest.raises(InputError, match="it is a pipe"):
        load(tmp_path / "pipe")
    with pytest.raises(InputError, match="it is a directory"):
        read_text(tmp_path, limit_bytes=10)
    with pytest.raises(InputError, match="it is a device"):
        read_text(Path("/dev/zero"), limit_bytes=10)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        with pytest.raises(InputError, match="it is a socket"):
            read_text(tmp_path / "s", limit_bytes=10)


def test_a_file_that_becomes_a_pipe_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(textfiles, "_other_than_file", lambda mode: "")
    assert read_bytes(tmp_path / "pipe", limit_bytes=10) == b""  # as nobody writes to it


def test_a_large_file_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(1 << 40)  # a terabyte of nothing
    with pytest.raises(InputError, match="larger than the 1 MiB allowed"):
        read_bytes(tmp_path / "large", limit_bytes=1 << 20)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = 1\nb = 2016-12-31T23:59:60Z\n", "x:2: 2016-12-31T23:59:60Z is a leap second"),
        ("b = 23:59:60", "x:1: 23:59:60 is a leap second"),
        ("b = 2016-12-31 23:59:60.5+09:00", "such as 2016-12-31 23:59:59Z"),
        ("a = 1\nb = " + "9" * 5000, "x:2: is not TOML: Exceeds the limit of 4,300 digits"),
        ("b = 24:00:00", "x:1: is not TOML"),
    ],
)
def test_a_fault_of_toml_says_where_and_what(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_toml(text, origin="x")
    assert words in str(caught.value)
    assert len(caught.value.problems) == 1


def test_what_a_terminal_would_obey_is_escaped_as_json_does() -> None:
    assert printable("a\x1b[2J\tb\nc\u202e\x9b\x7f\ud800é서") == (
        "a\\u001b[2J\tb\nc\\u202e\\u009b\\u007f\\ud800é서"
    )
    assert printable_line("a\r\n\tb") == "a\\u000d\\u000a\\u0009b"


def test_a_fault_is_lines_without_control_characters_and_travels_whole() -> None:
    fault = InputError(["one\nof two \x1b[2J", "two"])
    assert fault.problems == ("one\\u000aof two \\u001b[2J", "two")
    assert pickle.loads(pickle.dumps(fault)).problems == fault.problems
