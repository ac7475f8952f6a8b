"""What holds for all tests: none passes or fails by time, nor by how a shell left interrupts.

All processes of a run of the tests share the byte code of what they import, and its workers the
work of making it. They seldom look for garbage, and never among what all tests share.
"""

import contextlib
import gc
import importlib
import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "by no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("by no clock")

# A shell that runs the tests in the background turns interrupts off, for their processes as well.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests start many processes, each of which would compile the sources of all it imports.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A look goes through all objects there are, and they are half a million before the first test.
gc.set_threshold(100_000)

# xarray would import Dask at its first table; as in a command, who asks for a cluster finds it.
sys.modules.setdefault("dask", None)  # type: ignore[arg-type]


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Have every second worker import the tests from the last on, so that both rewrite half."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    folder = Path(__file__).parent
    whole = [Path(given).resolve() for given in session.config.args] == [folder]
    if int(worker.removeprefix("gw")) % 2 == 0 or not whole:
        return
    for path in sorted(folder.rglob("test_*.py"), reverse=True):
        name = path.relative_to(folder.parent).with_suffix("")
        # What cannot be imported is told where it is collected.
        with contextlib.suppress(Exception, pytest.skip.Exception):
            importlib.import_module(".".join(name.parts))


def pytest_collection_finish() -> None:
    """Have no look for garbage go through what has been imported and collected.

    Where that compiles, have it compile as commands do, in less time.
    """
    if "numba" in sys.modules:
        numbastart = importlib.import_module("simulator.numbastart")
        numbastart.find_no_extensions()
        numbastart.remember_types()
        numbastart.time_no_calls()
    gc.freeze()
