"""The peers' own virtual environment, made once and made again when its list changes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS_FILE = Path(__file__).resolve().parent / "peers.txt"
DEFAULT_FOLDER = ROOT / ".bench-venv"
STAMP = "peers.sha256"
INSTALL_TIMEOUT_S = 900.0


def peer_python(folder: Path) -> Path:
    """Return the interpreter of the environment in `folder`, installing what is missing.

    A package that does not install is left out; whoever needs it reports so when run.
    """
    python = folder / "bin" / "python"
    digest = hashlib.sha256(PEERS_FILE.read_bytes()).hexdigest()
    stamp = folder / STAMP
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return python
    print(f"installing the peers of {PEERS_FILE.name} into {folder.name} ...", file=sys.stderr)
    if not python.exists():
        venv.create(folder, with_pip=True)
    if not _install(python, "-r", str(PEERS_FILE)):
        for requirement in requirements():
            if not _install(python, requirement):
                print(f"could not install {requirement}", file=sys.stderr)
    stamp.write_text(digest, encoding="utf-8")
    return python


def requirements() -> list[str]:
    """Return the pinned requirements of the peers' list."""
    lines = (line.strip() for line in PEERS_FILE.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _install(python: Path, *what: str) -> bool:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=INSTALL_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
