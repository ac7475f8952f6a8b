"""What stands where results are to be written: kept, replaced, refused, put back, or named."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator import results
from simulator.errors import InputError
from tests import made
from tests.made_results import example


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_existing_results_folder_needs_force(tmp_path: Path) -> None:
    results.write(example(title="old"), tmp_path / "run")
    with pytest.raises(InputError, match=r"holds results already.*--force"):
        results.write(example(title="new"), tmp_path / "run")
    assert results.read(tmp_path / "run").title == "old"
    results.write(example(title="new"), tmp_path / "run", force=True)
    assert results.read(tmp_path / "run").title == "new"
    assert left_behind(tmp_path) == ["run"]


def test_what_is_not_a_results_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "summary.json").write_text('{"format": "of another program"}')
    for name in ("mine", "other"):
        with pytest.raises(InputError, match="does not hold results"):
            results.write(example(), tmp_path / name, force=True)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_file_a_link_and_the_current_folder_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    results.write(example(), tmp_path / "run")
    (tmp_path / "link").symlink_to(tmp_path / "run")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "run" / "inside").mkdir()
    monkeypatch.chdir(tmp_path / "run" / "inside")
    refused = {
        tmp_path / "file": "is a file",
        tmp_path / "file" / "run": "is a file",
        tmp_path / "link": "is a link",
        tmp_path / "dangling": "is a link",
        tmp_path / "run": "current folder",
        Path(): "current folder",
        Path(".."): "current folder",
        Path("nul\0"): "not the name",
    }
    for folder, reason in refused.items():
        with pytest.raises(InputError, match=reason):
            results.write(example(), folder, force=True)
    assert results.read(tmp_path / "run").title == example().title


def test_a_new_folder_may_lie_in_new_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    results.write(example(), Path("a/b/run"))
    assert results.read(tmp_path / "a" / "b" / "run").days == 1.0


def fail_with(fault: BaseException) -> Callable[[Path], None]:
    def draw(folder: Path) -> None:
        (folder / "half.png").write_bytes(b"")
        raise fault

    return draw


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), RuntimeError("no font"), MemoryError()])
@pytest.mark.parametrize("force", [False, True])
def test_an_interrupted_write_leaves_nothing_and_the_old_intact(
    tmp_path: Path, fault: BaseException, force: bool
) -> None:
    if force:
        results.write(example(title="old"), tmp_path / "run")
    before = made.contents(tmp_path)
    with pytest.raises(type(fault)):
        results.write(example(), tmp_path / "run", force=force, drawings=fail_with(fault))
    assert made.contents(tmp_path) == before
    assert left_behind(tmp_path) == (["run"] if force else [])


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_full_or_closed_disk_is_named_with_its_free_space(tmp_path: Path, number: int) -> None:
    results.write(example(title="old"), tmp_path / "run")
    fault = OSError(number, os.strerror(number))
    with pytest.raises(InputError, match=rf"run: cannot be written: {fault.strerror}.* MB free in"):
        results.write(example(), tmp_path / "run", force=True, drawings=fail_with(fault))
    assert results.read(tmp_path / "run").title == "old"
    assert left_behind(tmp_path) == ["run"]


def test_a_missing_map_is_not_taken_for_a_fault_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no coast"):
        results.write(
            example(), tmp_path / "run", drawings=fail_with(FileNotFoundError("no coast"))
        )
    assert left_behind(tmp_path) == []


def test_a_name_too_long_for_the_disk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="File name too long"):
        results.write(example(), tmp_path / ("x" * 300))


def test_a_failed_swap_puts_the_old_results_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results.write(example(title="old"), tmp_path / "run")
    rename = Path.rename

    def broken(path: Path, target: Path) -> Path:
        if ".partial-" in path.name:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises(KeyboardInterrupt):
        results.write(example(), tmp_path / "run", force=True)
    assert results.read(tmp_path / "run").title == "old"
    assert left_behind(tmp_path) == ["run"]


def test_of_two_runs_into_one_folder_the_second_is_refused(tmp_path: Path) -> None:
    def first_comes_in(_: Path) -> None:
        partial = tmp_path / f".run.partial-{os.getpid()}"
        partial.rename(tmp_path / "mine")
        results.write(example(title="first"), tmp_path / "run")
        (tmp_path / "mine").rename(partial)

    with pytest.raises(InputError, match="holds results already"):
        results.write(example(title="second"), tmp_path / "run", drawings=first_comes_in)
    assert results.read(tmp_path / "run").title == "first"

    def at_once(_: Path) -> None:
        results.write(example(), tmp_path / "other")

    with pytest.raises(InputError, match="another is writing it"):
        results.write(example(), tmp_path / "other", drawings=at_once)
    assert left_behind(tmp_path) == ["run"]


def test_what_cannot_be_written_is_known_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("a file")
    with pytest.raises(InputError, match=r"cannot be made, because .*a is a file"):
        results.check_folder(tmp_path / "a" / "run")
    with pytest.raises(InputError, match=r"cannot be made, because .*a is a file"):
        results.check_file(tmp_path / "a" / "b.png")
    with pytest.raises(InputError, match="is a folder"):
        results.check_file(tmp_path)
    with pytest.raises(InputError, match="File name too long"):
        results.check_folder(tmp_path / ("x" * 300))
    results.check_folder(tmp_path / "b" / "c" / "run")
    results.check_file(tmp_path / "b" / "c.png")
    assert left_behind(tmp_path) == ["a"]

    def read_only(path: Path, data: bytes) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", read_only)
    for check in (results.check_folder, results.check_file, results.check_inside):
        with pytest.raises(InputError, match="cannot be written: Read-only file system"):
            check(tmp_path / "b" / "run")
    assert left_behind(tmp_path) == ["a"]


def test_what_a_run_cut_off_has_left_is_removed_and_what_one_at_work_has_is_named(
    tmp_path: Path,
) -> None:
    partial = tmp_path / ".run.partial-77"
    (partial / "tables").mkdir(parents=True)
    results.check_folder(tmp_path / "run")
    assert left_behind(tmp_path) == []
    partial.mkdir()
    code = (
        "import os, pathlib, sys\n"
        "from simulator.results.folders import _held\n"
        f"held = _held(pathlib.Path({str(partial)!r}))\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(InputError, match=r"partial-77: is left .* or another is writing it"):
            results.check_folder(tmp_path / "run")
        with pytest.raises(InputError, match="partial-77"):
            results.write(example(), tmp_path / "run")
        assert partial.is_dir()
        process.stdin.close()
    results.write(example(), tmp_path / "run")
    assert left_behind(tmp_path) == ["run"]


def test_results_that_a_cut_left_under_another_name_are_put_back(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    results.write(example(title="old"), tmp_path / "run")
    (tmp_path / "run").rename(tmp_path / f".run.replaced-{ended.pid}")
    with pytest.raises(InputError, match="holds results already"):
        results.write(example(), tmp_path / "run")
    assert results.read(tmp_path / "run").title == "old"
    assert left_behind(tmp_path) == ["run"]
