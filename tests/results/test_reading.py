"""Folders that are damaged, forged or of another form are refused in a line."""

from __future__ import annotations

import gc
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import h5netcdf
import pytest

from simulator import results
from simulator.errors import InputError
from simulator.results import netcdf, tables
from simulator.results.columns import Column
from tests.made_results import example


def forge(folder: Path, **changes: Any) -> None:
    """Change what a summary says, its digest with it."""
    path = folder / "summary.json"
    summary = json.loads(path.read_bytes()) | changes
    path.write_text(json.dumps(results.sealed(summary)))


@pytest.mark.parametrize(
    "name", ["summary.json", "scenario.toml", "tables/contacts.csv", "grid-korea.nc"]
)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    results.write(example(), tmp_path / "run")
    (tmp_path / "run" / name).unlink()
    with pytest.raises(InputError, match=f"{name} is missing"):
        results.read(tmp_path / "run")


@pytest.mark.parametrize(
    "name", ["summary.json", "scenario.toml", "tables/contacts.csv", "grid-korea.nc"]
)
def test_a_truncated_file_is_named(tmp_path: Path, name: str) -> None:
    results.write(example(), tmp_path / "run")
    path = tmp_path / "run" / name
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match=name):
        results.read(tmp_path / "run")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": "other"}, "format 'other'"),
        ({"schema_version": "2"}, "schema_version '2'"),
        ({"schema_version": None}, "schema_version None"),
        ({"files": {}}, "does not fit"),
        ({"files": None}, "does not fit"),
        ({"grids": [{"region": "../secret", "file": "../secret"}]}, "does not fit"),
        ({"start": "yesterday"}, "does not fit"),
        ({"days": 1e308}, "days is no length"),
        ({"days": -1.0}, "days is no length"),
        ({"days": True}, "days is no length"),
        ({"title": 3}, "title is no text"),
        ({"warnings": "none"}, "warnings are no texts"),
        ({"grids": [{"region": 7}]}, "does not fit"),
        ({"grids": 7}, "does not fit"),
    ],
)
def test_a_foreign_summary_is_refused(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    results.write(example(), tmp_path / "run")
    forge(tmp_path / "run", **changes)
    with pytest.raises(InputError, match=reason) as caught:
        results.read(tmp_path / "run")
    assert len(caught.value.problems) == 1
    assert "\n" not in caught.value.problems[0]


def test_a_changed_summary_is_not_believed(tmp_path: Path) -> None:
    results.write(example(), tmp_path / "run")
    path = tmp_path / "run" / "summary.json"
    text = path.read_text()
    path.write_text(text.replace('"title": "', '"title": "not ', 1))
    with pytest.raises(InputError, match=r"summary\.json: was changed .*run the scenario again"):
        results.read(tmp_path / "run")
    for cut in ('{"a": Infinity}', '{"a": 1e999}', "[" * 100_000, '{"days": ' + "9" * 5_000 + "}"):
        path.write_text(cut)
        with pytest.raises(InputError, match=r"summary\.json: cannot be read"):
            results.read(tmp_path / "run")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tables/targets.csv", b'a"b,"c\n'),
        ("tables/targets.csv", b'"' + b"x" * 200_000 + b'"\n'),
        ("tables/targets.csv", b"\xff\xfe\x00"),
        ("tables/columns.json", b"[" * 100_000),
        ("tables/columns.json", b"{}"),
        ("tables/columns.json", b'{"targets": [[]]}'),
        ("grid-korea.nc", b""),
        ("grid-korea.nc", b"\x89HDF\r\n\x1a\n" + bytes(2_000)),
        ("provenance.json", b"[Infinity]"),
        ("provenance.json", b"3"),
    ],
)
def test_a_forged_file_is_one_line(tmp_path: Path, name: str, data: bytes) -> None:
    results.write(example(), tmp_path / "run")
    (tmp_path / "run" / name).write_bytes(data)
    files = json.loads((tmp_path / "run" / "summary.json").read_bytes())["files"]
    forge(tmp_path / "run", files=files | {name: hashlib.sha256(data).hexdigest()})
    with pytest.raises(InputError, match=r"does not fit .*run the scenario again") as caught:
        results.read(tmp_path / "run")
    assert len(caught.value.problems) == 1


def test_a_grid_that_unpacks_to_more_than_there_is_memory_is_refused(tmp_path: Path) -> None:
    with h5netcdf.File(tmp_path / "huge.nc", "w") as file:
        file.dimensions = {"x": 10**10}
        file.create_variable("a", ("x",), "f8", chunks=(10**6,), compression="gzip")
        file.create_variable("crs", (), "i4")
    with pytest.raises(ValueError, match="unpacks to 80"):
        netcdf.decode((tmp_path / "huge.nc").read_bytes())


def test_a_grid_damaged_anywhere_in_its_head_is_refused_without_a_word_on_stderr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results.write(example(), tmp_path / "run")
    whole = next((tmp_path / "run").glob("*.nc")).read_bytes()
    said: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: said.append(unraisable.exc_value))
    for place in range(40, 240):
        with pytest.raises(ValueError, match="not NetCDF-4 as we write it"):
            netcdf.decode(whole[:place] + bytes(508) + whole[place:])
    gc.collect()
    assert said == []


@pytest.mark.parametrize("cell", ["inf", "nan", "1_0", "1e999", " 1", "0x1", '"1\n"', '"1\n2"'])
def test_a_cell_that_is_no_number_as_we_write_it_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        tables.from_csv(f"gsd_m\n1.5\n{cell}\n".encode(), [Column("gsd_m", "number")])


@pytest.mark.parametrize(
    ("older_by", "form", "advice"),
    [(1, "an older form", r"; run the scenario again$"), (-1, "a newer form", "that version, or")],
)
def test_results_of_another_form_are_refused_with_what_wrote_them(
    tmp_path: Path, older_by: int, form: str, advice: str
) -> None:
    run = tmp_path / "run"
    results.write(example(provenance={"packages": {"simulator": "0.0.7"}}), run)
    summary = json.loads((run / "summary.json").read_bytes())
    version = summary["schema_version"] - older_by
    # A folder of another form has other tables: only what says so may be looked at.
    (run / "summary.json").write_text(json.dumps(summary | {"schema_version": version}))
    (run / "tables" / "columns.json").unlink()
    with pytest.raises(InputError, match=rf"{form}, written by simulator 0\.0\.7 .*{advice}"):
        results.read(run)
    (run / "provenance.json").write_text("{}")
    with pytest.raises(InputError, match=f"{form}, written by an unknown version"):
        results.read(run)


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("targets", "response_mean_h", "wait_mean_h"),
        ("networks", "home_within_3h_share", "delivered_within_3h_share"),
    ],
)
def test_a_folder_with_a_column_of_an_earlier_version_is_answered_with_its_new_name(
    tmp_path: Path, table: str, old: str, new: str
) -> None:
    run = tmp_path / "run"
    made = example()
    made.networks["delivered_within_3h_share"] = 0.5
    results.write(made, run)
    assert new in getattr(results.read(run), table)
    digests = json.loads((run / "summary.json").read_bytes())["files"]
    described = json.loads((run / "tables" / "columns.json").read_bytes())
    for row in described[table]:
        row["name"] = old if row["name"] == new else row["name"]
    csv = run / "tables" / f"{table}.csv"
    headings, *rows = csv.read_text().splitlines(keepends=True)
    csv.write_text("".join([headings.replace(new, old), *rows]))
    (run / "tables" / "columns.json").write_text(json.dumps(described))
    for file in (csv, run / "tables" / "columns.json"):
        name = file.relative_to(run).as_posix()
        digests[name] = hashlib.sha256(file.read_bytes()).hexdigest()
    forge(run, files=digests)
    with pytest.raises(InputError, match=f"{old} of tables/{table}.csv is called {new} now") as no:
        results.read(run)
    (problem,) = no.value.problems
    assert "\n" not in problem and problem.endswith("run the scenario again")


def test_what_is_no_folder_of_a_run_is_told_as_what_it_is(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("")
    with pytest.raises(InputError, match="file: is a file, not a results folder"):
        results.read(place)
    (tmp_path / "answer.json").write_text("{}")
    with pytest.raises(InputError, match="is not a results folder: it holds an answer"):
        results.read(tmp_path)
    (tmp_path / "summary.json").write_text('{"format": "simulator-sweep"}')
    with pytest.raises(InputError, match=r"holds no finished run: .* 'simulator-sweep'"):
        results.read(tmp_path)


def test_no_folder_is_no_results_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is not a results folder: summary\.json is missing"):
        results.read(tmp_path / "absent")
    (tmp_path / "summary.json").write_text("[]")
    with pytest.raises(InputError, match="is not the summary"):
        results.read(tmp_path)
