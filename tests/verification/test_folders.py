"""A folder put to the proof: what was changed is named, and the same run comes out again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from simulator import results, study
from simulator.errors import InputError
from simulator.results import Answered, decode, encode, kept_files, sealed
from simulator.verification import proof_facts, proof_table, proof_text, prove_folder
from tests import made
from tests.made_calls import call, good


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("proofs") / "small"
    results.write(made.finished(), place)
    return place


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(folder, tmp_path / "copy")


def edit(file: Path, change: Callable[[list[list[str]]], None]) -> None:
    rows = [line.split(",") for line in file.read_text().splitlines()]
    change(rows)
    file.write_text("\n".join(",".join(row) for row in rows) + "\n")


def resealed(folder: Path, **files: Callable[[Any], Any]) -> None:
    """Change JSON files of a folder and bring its digests up to date, as a forger would."""
    import hashlib

    summary = decode((folder / "summary.json").read_bytes())
    for name, change in files.items():
        path = folder / f"{name}.json"
        path.write_bytes(encode(change(decode(path.read_bytes()))))
        summary["files"][path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "summary.json").write_bytes(encode(sealed(summary)))


def test_a_run_comes_out_again_to_the_byte(folder: Path) -> None:
    proof = prove_folder(folder)
    assert proof.is_same
    assert not proof.versions and not proof.differences and not proof.files.faults
    tables = {f"tables/{name}.csv" for name in results.TABLES}
    assert {*proof.same_bytes} == tables | {"grid-box.nc", "scenario.toml"}
    assert proof_text(proof).endswith("came out the same to the byte.\nSame.")


def test_what_was_changed_is_named_by_table_row_and_column(copy: Path) -> None:
    def later(rows: list[list[str]]) -> None:
        column = rows[0].index("revisit_max_h")
        rows[2][column] = f"{float(rows[2][column]) + 1.0:.4f}"

    edit(copy / "tables" / "targets.csv", later)
    proof = prove_folder(copy)
    assert not proof.is_same
    assert dict(proof.files.faults) == {"tables/targets.csv": "changed"}
    (difference,) = proof.differences
    named = (difference.file, difference.row, difference.place, difference.column)
    assert named == ("tables/targets.csv", 3, "andersen, GU", "revisit_max_h")
    again = made.finished().targets["revisit_max_h"][1]
    assert float(difference.again) == pytest.approx(again, abs=1e-4)
    assert float(difference.kept) == pytest.approx(again + 1.0, abs=1e-4)
    text = proof_text(proof)
    assert "tables/targets.csv, row 3 (andersen, GU), revisit_max_h: " in text
    assert text.endswith("\nNot the same.")
    assert proof_facts(proof)["differences"] == proof_table(proof).to_dict(orient="records")
    assert proof_table(proof)["kept"].tolist() == ["changed", difference.kept]


def test_a_file_missing_and_a_file_added_are_named_and_drawings_are_not(copy: Path) -> None:
    (copy / "tables" / "ages.csv").unlink()
    (copy / "tables" / "mine.csv").write_text("a\n")
    (copy / "figures").mkdir()
    (copy / "figures" / "drawn.png").write_text("")
    (copy / "report.html").write_text("")
    proof = prove_folder(copy)
    assert proof.files.faults == {"tables/ages.csv": "missing", "tables/mine.csv": "added"}
    assert not proof.differences and not proof.is_same


def test_a_table_cut_short_and_a_grid_that_is_none_are_told(copy: Path) -> None:
    tracks = copy / "tables" / "tracks.csv"
    tracks.write_bytes(tracks.read_bytes()[:2_000])
    (copy / "grid-box.nc").write_bytes(b"no grid")
    told = {(each.file, each.column): each for each in prove_folder(copy).differences}
    grid = told["grid-box.nc", ""]
    assert (grid.kept, grid.again) == ("bytes that are no grid", "a grid")
    assert "rows" in told["tables/tracks.csv", ""].kept


def test_a_forged_grid_is_found_out_by_cell(copy: Path) -> None:
    import h5py

    with h5py.File(copy / "grid-box.nc", "r+") as file:
        file["revisit_max_h"][0, 1] += 3.0
    (difference,) = prove_folder(copy).differences
    assert (difference.file, difference.column) == ("grid-box.nc", "revisit_max_h")
    assert difference.place.startswith("lat ") and ", lon " in difference.place
    assert float(difference.kept) == pytest.approx(float(difference.again) + 3.0)


def test_another_version_is_named_and_then_rounding_is_forgiven(copy: Path) -> None:
    def older(provenance: dict[str, Any]) -> dict[str, Any]:
        return provenance | {"packages": provenance["packages"] | {"sgp4": "2.0"}}

    def rounded_other(rows: list[list[str]]) -> None:
        column = rows[0].index("duration_s")
        rows[1][column] = f"{float(rows[1][column]) + 0.001:.3f}"

    edit(copy / "tables" / "accesses.csv", rounded_other)
    same_versions = prove_folder(copy)
    assert same_versions.within == ("tables/accesses.csv",) and not same_versions.differences
    assert not same_versions.is_same
    summary = decode((copy / "summary.json").read_bytes())
    summary["files"]["tables/accesses.csv"] = kept_digest(copy / "tables" / "accesses.csv")
    (copy / "summary.json").write_bytes(encode(sealed(summary)))
    forged = prove_folder(copy)
    assert "versions and platform are those of then, but bytes differ" in proof_text(forged)
    assert not forged.is_same
    resealed(copy, provenance=older)
    proof = prove_folder(copy)
    assert [change[:2] for change in proof.versions] == [("sgp4", "2.0")]
    assert proof.is_same and proof.within == ("tables/accesses.csv",)
    assert f"sgp4: 2.0 then, {study.versions()['sgp4']} now" in proof_text(proof)


def kept_digest(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_changed_scenario_is_not_run(copy: Path) -> None:
    with (copy / "scenario.toml").open("a") as file:
        file.write("# mine\n")
    proof = prove_folder(copy)
    assert proof.not_run == "scenario.toml is changed, and with it what was run"
    assert not proof.is_same and not proof.same_bytes


def test_versions_are_told_as_far_as_they_are_known(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.study.program_sha256", lambda: "0" * 64)
    (copy / "scenario.toml").write_text("")
    assert [change.package for change in prove_folder(copy).versions] == ["files of simulator"]
    (copy / "provenance.json").unlink()
    text = proof_text(prove_folder(copy))
    assert "Versions: not known, for provenance.json is missing." in text


def forged(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        summary = decode((folder / "summary.json").read_bytes())
        (folder / "summary.json").write_bytes(encode(sealed(change(summary))))

    return write


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda at: (at / "summary.json").unlink(), "is not a results folder"),
        (lambda at: (at / "summary.json").write_text("{"), "cannot be read"),
        (lambda at: (at / "summary.json").write_text("[]"), "is not the summary"),
        (lambda at: (at / "summary.json").write_text('{"format": "x"}'), "format 'x'"),
        (forged(lambda s: s | {"schema_version": 1}), "an older form"),
        (forged(lambda s: s | {"files": 3}), "files holds no digests"),
        (forged(lambda s: s | {"files": {"../a": "0"}}), "'../a' is no file of the folder"),
        (forged(lambda s: s | {"files": {"/a": "0"}}), "'/a' is no file of the folder"),
        (forged(lambda s: s | {"files": {"a": 1}}), "'a' is no file of the folder"),
        (lambda at: resealed(at, provenance=lambda p: []), "is no table of keys"),
        (lambda at: resealed(at, provenance=lambda p: {"packages": 1}), "holds no versions"),
    ],
)
def test_a_damaged_folder_is_a_fault_for_the_user(
    copy: Path, damage: Callable[[Path], None], said: str
) -> None:
    damage(copy)
    with pytest.raises(InputError, match=said):
        prove_folder(copy)


def test_an_answer_has_its_digests_checked(tmp_path: Path) -> None:
    run = made.finished()
    facts: Mapping[str, Any] = {
        name: getattr(run, name)
        for name in ("scenario_toml", "title", "question", "start", "days", "source_line")
    }
    answer = Answered(
        command="worth",
        asked={},
        text="so",
        provenance=run.provenance,
        tables={"stations": run.stations},
        **facts,
    )
    results.write_answer(answer, tmp_path / "kept")
    proof = prove_folder(tmp_path / "kept")
    assert proof.is_same and "not asked again" in proof.not_run
    (tmp_path / "kept" / "stations.csv").write_text("network\n")
    assert kept_files(tmp_path / "kept").faults == {"stations.csv": "changed"}
    assert not prove_folder(tmp_path / "kept").is_same


def test_the_command_ends_with_0_where_all_is_the_same_and_1_where_not(copy: Path) -> None:
    assert json.loads(good(call("verify", copy, "--json")))["same"]
    (copy / "mine.txt").write_text("")
    result = call("verify", copy, "--csv")
    assert result.exit_code == 1
    assert result.stdout == "file,row,place,column,kept,again\nmine.txt,,,,added,\n"
    missing = call("verify", copy / "nowhere")
    assert missing.exit_code == 1 and "is not a results folder" in missing.stderr
