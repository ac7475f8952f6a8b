"""Programs run in processes of their own, each a copy of one that has imported Numba already.

To import Numba, and to enter what it knows of Python and NumPy, takes it longer than the few small
functions of a test take to compile.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# What makes the copies: each runs the program it is told to, and the exit code is handed back.
_SERVER = """
import json, os, sys, traceback
import numba
from numba.core.registry import cpu_target

if sys.argv[1] == "knows all":
    cpu_target.typing_context.refresh()
    cpu_target.target_context.refresh()

def become(asked):
    os.environ.clear()
    os.environ.update(asked["environment"])
    numba.config.reload_config()
    os.chdir(asked["folder"])
    sys.path[:] = asked["path"]
    sys.argv[:] = ["-c", *asked["words"]]
    for number, path in enumerate(asked["files"]):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), number)

def run(code):
    try:
        exec(code, {"__name__": "__main__"})
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
    return 0

for line in sys.stdin:
    asked = json.loads(line)
    copy = os.fork()
    if not copy:
        become(asked)
        os._exit(run(asked["code"]))
    print(os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]), flush=True)
"""


@cache
def _server(knows: str) -> subprocess.Popen[str]:
    """Start a process that makes copies of itself, with none of a library's threads to copy."""
    server = subprocess.Popen(
        [sys.executable, "-B", "-c", _SERVER, knows],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.communicate)
    return server


def run(
    code: str, *words: str, folder: Path | None = None, knows_all: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a program with Numba at hand, in a folder whose modules come before any others.

    One that knows all has entered what Numba enters before it compiles its first function. No copy
    keeps the byte code of what it imports.
    """
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "0", **environment}
    path = [str(folder or Path.cwd()), *sys.path]
    if sys.platform != "linux":
        environment["PYTHONPATH"] = os.pathsep.join(path)
        command = [sys.executable, "-B", "-c", code, *words]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    with TemporaryDirectory() as own:
        files = [os.devnull, f"{own}/stdout", f"{own}/stderr"]
        exit_code = _ask(
            _server("knows all" if knows_all else "is imported"),
            code=code,
            words=words,
            environment=environment,
            folder=str(folder or Path.cwd()),
            path=path,
            files=files,
        )
        said, complained = (Path(file).read_text() for file in files[1:])
    return subprocess.CompletedProcess(words, exit_code, said, complained)


def _ask(server: subprocess.Popen[str], **asked: Any) -> int:
    assert server.stdin and server.stdout
    print(json.dumps(asked), file=server.stdin, flush=True)
    return int(server.stdout.readline())
