"""Wheels: one of a release carries machine code and compiles nothing; others are pure Python."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PIP = [sys.executable, "-m", "pip", "--quiet"]


def built(folder: Path, **environment: str) -> Path:
    """Return the wheel that the repository's sources make."""
    command = [*PIP, "wheel", "--no-build-isolation", "--no-deps", "--no-index", "-w", str(folder)]
    subprocess.run([*command, str(ROOT)], env={**os.environ, **environment}, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def kept(*folders: Path) -> set[Path]:
    return {path for folder in folders for path in folder.rglob("*.nb[ci]")}


@pytest.mark.slow
def test_a_wheel_of_a_release_compiles_nothing_at_its_first_run(tmp_path):
    wheel = built(tmp_path / "wheel", HATCH_BUILD_HOOK_ENABLE_CUSTOM="true")
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    if sys.platform == "linux":
        assert wheel.stem.endswith(f"-{python}-{python}-{platform}")
    assert not wheel.stem.endswith("any")

    site, home, results = tmp_path / "site", tmp_path / "home", tmp_path / "results"
    install = [*PIP, "install", "--no-deps", "--no-index", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True)
    home.mkdir()
    before = kept(site)
    assert before
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "XDG_"))}
    scenario = ROOT / "scenarios" / "malligyong-1.toml"
    command = [sys.executable, "-m", "simulator", "run", scenario, "--no-figures", "--quiet"]
    subprocess.run(
        [*command, "--out", results],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(site), "HOME": str(home), "USERPROFILE": str(home)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    assert kept(site, home) == before
    assert (results / "summary.json").is_file()


@pytest.mark.slow
def test_a_wheel_from_source_is_pure_python(tmp_path):
    assert built(tmp_path).stem.endswith("-py3-none-any")


@pytest.mark.slow
def test_a_wheel_is_typed_and_answers_in_python_as_installed(tmp_path):
    wheel, site = built(tmp_path / "wheel"), tmp_path / "site"
    assert "simulator/py.typed" in zipfile.ZipFile(wheel).namelist()
    install = [*PIP, "install", "--no-deps", "--no-index", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True)
    code = (
        "import simulator; [getattr(simulator, name) for name in simulator.__all__]; "
        "print(simulator.__file__, len(simulator.passes('kms4_2023_04_01', 'osan', days=1.0)))"
    )
    command = [sys.executable, "-c", code]
    ended = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    place, passes = ended.stdout.split()
    assert Path(place).is_relative_to(site)
    assert int(passes) == 4
