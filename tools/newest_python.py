"""Hold the newest Python on this machine to what the one that runs this finds.

`python tools/newest_python.py` looks for the newest supported Python after its own, installs the
package for it by `constraints.txt` (in `.venv-newest`), lets it make the whole ledger, and gives it
a results folder of this Python to put to the proof: every table and grid must come out again. Ends
with 1 where anything does not; without a newer Python it says so and ends with 0.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENVIRONMENT = ROOT / ".venv-newest"
CLASSIFIER = "Programming Language :: Python :: 3."
SCENARIO = ROOT / "scenarios" / "malligyong-1.toml"


def supported() -> list[int]:
    """Return the minor versions of Python 3 that pyproject.toml states, the newest first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = [line for line in project["classifiers"] if line.startswith(CLASSIFIER)]
    return sorted((int(line.removeprefix(CLASSIFIER)) for line in stated), reverse=True)


def candidates(minor: int) -> Iterator[Path]:
    """Yield where a Python 3 of a minor version may be: on the path, then pyenv's."""
    found = shutil.which(f"python3.{minor}")
    if found:
        yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/3.{minor}.*/bin/python"), reverse=True)


def runs(python: Path, minor: int) -> bool:
    """Whether a Python begins, is of that version, and can make environments."""
    words = [str(python), "-c", "import sys, ensurepip, venv; print(sys.version_info[1])"]
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    return told.returncode == 0 and told.stdout.strip() == str(minor)


def newest() -> Path | None:
    """Return the newest supported Python after the one that runs this, None without one."""
    for minor in supported():
        if minor <= sys.version_info.minor:
            return None
        for python in candidates(minor):
            if runs(python, minor):
                return python
    return None


def step(words: Sequence[str | Path]) -> None:
    """Say and run a command from the repository; end with 1 where it fails."""
    plain = [str(word) for word in words]
    sys.stdout.write(f"$ {' '.join(plain)}\n")
    sys.stdout.flush()
    # The packages of one Python are none for another.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if subprocess.run(plain, cwd=ROOT, env=environment, check=False).returncode:
        raise SystemExit(1)


def main() -> None:
    python = newest()
    if python is None:
        sys.stdout.write(f"no Python after {sys.version.split()[0]} here: nothing to compare\n")
        return
    step([python, "-m", "venv", "--clear", ENVIRONMENT])
    programs = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin")
    step([programs / "pip", "install", "-q", "-c", "constraints.txt", "."])
    simulator = programs / "simulator"
    step([simulator, "verify"])
    with tempfile.TemporaryDirectory() as place:
        kept = Path(place) / "results"
        step([sys.executable, "-m", "simulator", "run", SCENARIO, "--no-figures", "--out", kept])
        step([simulator, "verify", kept])


if __name__ == "__main__":
    main()
