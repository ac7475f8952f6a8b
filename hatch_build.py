"""The build hook of release wheels: they carry the machine code that a first run would compile.

Off unless HATCH_BUILD_HOOK_ENABLE_CUSTOM is true, so that an installation from source stays pure
Python. The hook runs the README's scenario on a copy of the package, in the environment that
builds, and packs what numba keeps beside the sources: code for any processor of the platform, read
by the same versions of Python and numba alone. Where either differs, the first run compiles.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# What `simulator.compiled` takes for the processor that kept machine code is made for.
PROCESSOR_FILE = Path("simulator", "processor.txt")
PROCESSOR = "generic"


class MachineCode(BuildHookInterface[Any]):
    """Puts machine code into a wheel, whose tag then names Python's version and the platform."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the machine code, and list its files; an editable installation gets none."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        made = machine_code(Path(self.root), folder)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        for path in made:
            build_data["force_include"][str(folder / path)] = path.as_posix()

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the copy of the package."""
        if version != "editable":
            self._folder.cleanup()


def machine_code(root: Path, folder: Path) -> list[Path]:
    """Fill a folder with a copy of the package and its machine code; return the files to add."""
    shutil.copytree(
        root / "simulator", folder / "simulator", ignore=shutil.ignore_patterns("__pycache__")
    )
    (folder / PROCESSOR_FILE).write_text(PROCESSOR + "\n", encoding="utf-8")
    # Nothing of whoever builds decides where the code is kept or what it is made for.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NUMBA_")}
    scenario = root / "scenarios" / "malligyong-1.toml"
    command = [sys.executable, "-m", "simulator", "run", str(scenario), "--no-figures", "--quiet"]
    subprocess.run(
        [*command, "--out", str(folder / "results")],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(folder)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    kept = [path.relative_to(folder) for path in sorted(folder.rglob("*.nb[ci]"))]
    if not kept:
        raise RuntimeError("the run kept no machine code, so there is none to put into the wheel")
    return [PROCESSOR_FILE, *kept]
