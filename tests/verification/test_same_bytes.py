"""One scenario, one folder: whoever does the work, however many, in whatever order sets come."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulator import results, study
from simulator.workers import Threads, Workers
from tests import made

# Two regions, which are handed to workers batch by batch.
SCENARIO = made.SMALL + made.BOX + made.BOX.replace('"box"', '"other"').replace("120", "121")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return folder_of(Threads(1), tmp_path_factory.mktemp("alone") / "run")


def folder_of(workers: Workers, folder: Path) -> dict[str, bytes]:
    results.write(study.run(made.scenario(SCENARIO), workers=workers), folder)
    return made.contents(folder)


@pytest.mark.parametrize("count", [2, 7])
def test_threads_change_no_byte(alone: dict[str, bytes], tmp_path: Path, count: int) -> None:
    assert folder_of(Threads(count), tmp_path / "run") == alone


def test_another_process_of_other_hashes_changes_no_byte(
    alone: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "small.toml").write_text(SCENARIO)
    words = ["-m", "simulator", "run", "small.toml", "--out", "run", "--no-figures", "--quiet"]
    root = str(Path(__file__).parent.parent.parent)
    environment = os.environ | {"PYTHONPATH": root, "PYTHONHASHSEED": "12345"}
    subprocess.run([sys.executable, *words], cwd=tmp_path, env=environment, check=True)
    ran = made.contents(tmp_path / "run")
    # The answer, which a command writes besides, is in these two.
    told = {"README.txt", "summary.json"}
    assert {name: ran[name] for name in ran.keys() - told} == {
        name: alone[name] for name in alone.keys() - told
    }
