"""Execute the notebooks: every NN-name.py here becomes an NN-name.ipynb beside it.

    python notebooks/render.py [NAME ...] [--out FOLDER]

The text is the source; the executed notebook is what a code host shows. Running it again gives the
same bytes. Needs the packages of the extra `notebooks`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
TIMEOUT_S = 120


def read(source: Path) -> nbformat.NotebookNode:
    """Return a notebook from its text, not executed, with ids that are the same each time."""
    notebook = jupytext.read(source, fmt="py:percent")
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL})
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata = nbformat.from_dict({})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def execute(source: Path) -> nbformat.NotebookNode:
    """Return a notebook executed in a new kernel; raise nbclient's error where a cell fails."""
    notebook = read(source)
    with tempfile.TemporaryDirectory() as scratch:
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=TIMEOUT_S,
            record_timing=False,
            resources={"metadata": {"path": str(FOLDER)}},
        )
        # Files instead of ports: nothing on the network is opened.
        manager = client.create_kernel_manager()
        manager.transport, manager.connection_file = "ipc", f"{scratch}/kernel.json"
        client.execute(env=_environment(scratch))
    notebook.metadata.pop("language_info", None)
    return notebook


def _environment(scratch: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    paths = [str(FOLDER.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "IPYTHONDIR": scratch}


def main() -> None:
    """Render the notebooks named, or all."""
    parser = argparse.ArgumentParser(description="Execute the notebooks.")
    parser.add_argument("names", nargs="*", help="such as 01-first-look; default: all")
    parser.add_argument("--out", type=Path, default=FOLDER, help="default: beside the sources")
    options = parser.parse_args()
    sources = [FOLDER / f"{Path(name).stem}.py" for name in options.names]
    options.out.mkdir(parents=True, exist_ok=True)
    for source in sources or sorted(FOLDER.glob("[0-9][0-9]-*.py")):
        begin = time.monotonic()
        notebook = execute(source)
        target = options.out / f"{source.stem}.ipynb"
        target.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
        sys.stdout.write(f"{target.name}: {time.monotonic() - begin:.1f} s\n")


if __name__ == "__main__":
    main()
