"""Compiling ahead: a run finds what was compiled for it, to the kinds of its arrays."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
REHEARSED = "from simulator import study; study.compile_late_code()"
ASKED = "from simulator import study; print(study.late_code_is_kept())"
LATE = ("coverage_", "uncertainty_", "sight_scan.", "pair_conditions.")


def python(code: str, kept: Path) -> str:
    environment = dict(os.environ, NUMBA_CACHE_DIR=str(kept), PYTHONPATH=str(ROOT))
    finished = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return finished.stdout.strip()


def versions(kept: Path) -> Counter[str]:
    """Return how many versions of each late function are kept."""
    files = [path.relative_to(kept).as_posix() for path in kept.rglob("*.nbc")]
    late = [name for name in files if any(mark in name for mark in LATE)]
    return Counter(name.rsplit("-", 1)[0] for name in late)


@pytest.mark.slow
def test_a_run_finds_the_late_functions_compiled(tmp_path):
    kept = tmp_path / "kept"
    assert python(ASKED, kept) == "False"
    python(REHEARSED, kept)
    assert python(ASKED, kept) == "True"
    before = versions(kept)
    assert {name.rsplit("/")[-1] for name in before} >= {"kernel.resample", "sight_scan.sights"}
    scenario = ROOT / "scenarios" / "malligyong-1.toml"
    python(
        "from simulator import scenario, study\n"
        f"study.run(scenario.load({str(scenario)!r}, overrides=['span.days=5']))",
        kept,
    )
    after = versions(kept)
    assert {name: after[name] for name in before} == before
