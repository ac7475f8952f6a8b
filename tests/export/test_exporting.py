"""Results into files of other programs: whole or not at all, and refused for a reason."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest

from simulator import Results
from simulator.errors import InputError
from simulator.export import FORMATS, Choices, export, format_of
from simulator.results import read
from tests.made_calls import call, good


def test_a_run_is_exported_by_the_suffix_of_the_file(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "all.csv"
    assert good(call("export", folder, "--out", place, "--table", "networks")).strip() == str(place)
    rows = list(csv.DictReader(io.StringIO(place.read_text(encoding="utf-8"))))
    assert {row["table"] for row in rows} == {"networks"}
    (waited,) = (r for r in rows if r["column"] == "latency_mean_h" and r["row"] == "0")
    networks = read(folder).networks
    assert float(waited["value"]) == networks["latency_mean_h"][0] and waited["unit"] == "h"


def test_the_list_of_formats_has_every_one_with_its_purpose(folder: Path) -> None:
    text = good(call("export", folder, "--format", "list"))
    for row in FORMATS.values():
        assert f"{row.name} " in text and row.what in text


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--format", "csvv"), "format: 'csvv' is not known; did you mean 'csv'?"),
        (("--out", "x.unknown"), "x.unknown: no format ends so"),
        (
            ("--format", "csv", "--step", "60"),
            "--step: the format csv makes no use of it; it takes --table",
        ),
        (("--format", "csv", "--table", "netwoks"), "did you mean 'networks'?"),
        (("--format", "geojson", "--table", "pictures"), "'pictures' is none that this format"),
        (("--format", "oem", "--step", "1e-6"), "--step: 1e-06 is not a step"),
        (("--format", "oem", "--step", "0.001"), "--step: 0.001 gives 86,399,999 instants"),
        (("--format", "oem", "--from", "2023-11-24T00:00"), "--from: 2023-11-24T00:00 has no off"),
        (("--format", "oem", "--from", "2024-01-01"), "--from: 2024-01-01T00:00:00.000Z lies out"),
        ((), "format: say which"),
    ],
)
def test_what_cannot_be_exported_is_named(
    folder: Path, tmp_path: Path, words: tuple[str, ...], fault: str
) -> None:
    answer = call(
        "export", folder, *words, *(() if "--out" in words else ("--out", tmp_path / "x"))
    )
    if not words:
        answer = call("export", folder)
    assert answer.exit_code == 1 and fault in answer.stderr
    assert not list(tmp_path.iterdir())


def test_a_file_is_kept_unless_it_may_be_replaced(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "x.csv"
    place.write_text("mine")
    assert "exists already" in call("export", folder, "--out", place).stderr
    assert place.read_text() == "mine"
    good(call("export", folder, "--out", place, "--force"))
    assert place.read_text() != "mine"


def test_a_folder_of_other_things_is_never_replaced(results: Results, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    for name in FORMATS:
        with pytest.raises(InputError, match="is a folder"):
            export(results, format_of(name, None), tmp_path, Choices(), force=True)
    assert (tmp_path / "note.txt").read_text() == "mine"


def test_a_folder_in_the_way_is_told_as_one(folder: Path, tmp_path: Path) -> None:
    answer = call("export", folder, "--format", "csv", "--out", tmp_path)
    assert f"{tmp_path}: is a folder; name a file" in answer.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_device_is_never_replaced(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "pipe.csv"
    os.mkfifo(place)
    answer = call("export", folder, "--out", place, "--force")
    assert answer.exit_code == 1 and f"{place}: is a device or the like" in answer.stderr
    assert place.is_fifo()


def test_a_run_without_networks_or_regions_is_told_so(bare: Results, tmp_path: Path) -> None:
    for name, fault in (("ion", "network: this run has none"), ("geoparquet", "have no cells")):
        with pytest.raises(InputError, match=fault):
            export(bare, format_of(name, None), tmp_path / "x")
    assert not list(tmp_path.iterdir())


def test_a_failure_leaves_nothing_behind(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulator.export import long_table

    def broken(results: object, choices: object, place: Path) -> None:
        place.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(long_table, "write_file", broken)
    with pytest.raises(InputError, match=r"x\.csv: cannot be written: No space left"):
        export(read(folder), format_of("csv", None), tmp_path / "x.csv")
    assert not list(tmp_path.iterdir())
