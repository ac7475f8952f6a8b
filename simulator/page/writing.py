"""The page put into its file, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from simulator.page.rendering import page_html
from simulator.results import Answered, Results


def write_page(runs: Sequence[Results], file: Path, *, answers: Sequence[Answered] = ()) -> Path:
    """Write the page of one run, or of several compared, with answers, and return its path."""
    text = page_html(runs, answers)
    partial = file.with_name(f".{file.name}.partial-{os.getpid()}")
    try:
        partial.write_bytes(text.encode("utf-8"))
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return file
