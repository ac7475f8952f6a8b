"""What all adapters share: read a work, time the search alone, write windows and timings."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.works import Model, Window, Work, read_work, warm_up

MAX_RUNS = 3
REPEAT_BELOW_S = 5.0


@dataclass(frozen=True, kw_only=True)
class Adapter:
    """How one engine does a work.

    `prepare(work, variant)` builds the engine's own objects, untimed; `search(prepared)` is
    what is timed and must leave nothing lazy behind; `windows(prepared, raw)` turns what it
    returned into windows, untimed; `model(work, variant)` says where exact edges would lie.
    `extras(prepared, raw)` may add figures to the answer.
    """

    distribution: str
    prepare: Callable[[Work, str], Any]
    search: Callable[[Any], Any]
    windows: Callable[[Any, Any], Sequence[Window]]
    model: Callable[[Work, str], Model]
    extras: Callable[[Any, Any], Mapping[str, Any]] = field(default=lambda prepared, raw: {})


def serve(adapter: Adapter, arguments: Sequence[str]) -> None:
    """Do the work named by the arguments: work file, answer file, and perhaps a variant."""
    work_path, answer_path = Path(arguments[0]), Path(arguments[1])
    variant = arguments[2] if len(arguments) > 2 else ""
    work = read_work(work_path)
    adapter.search(adapter.prepare(warm_up(work), variant))
    cpu_s: list[float] = []
    wall_s: list[float] = []
    while len(wall_s) < MAX_RUNS and (not wall_s or wall_s[-1] < REPEAT_BELOW_S):
        prepared = adapter.prepare(work, variant)
        gc.collect()
        cpu_start_s, wall_start_s = time.process_time(), time.perf_counter()
        raw = adapter.search(prepared)
        wall_s.append(time.perf_counter() - wall_start_s)
        cpu_s.append(time.process_time() - cpu_start_s)
    answer = {
        "version": _version(adapter.distribution),
        "cpu_s": cpu_s,
        "wall_s": wall_s,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
        "model": asdict(adapter.model(work, variant)),
        "windows": list(adapter.windows(prepared, raw)),
        **adapter.extras(prepared, raw),
    }
    answer_path.write_text(json.dumps(answer), encoding="utf-8")


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        # Our own engine runs from the source tree, installed or not.
        return ""


def main(adapter: Adapter) -> None:
    """Run the adapter as a program."""
    serve(adapter, sys.argv[1:])
