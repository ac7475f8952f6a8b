"""What goes to stdout and to stderr: results, remarks, warnings and notes of libraries.

Whatever file the words are from, no terminal obeys them: control characters are shown escaped.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from typing import TextIO

import typer

from simulator.errors import printable, printable_line


def print_text(text: str) -> None:
    """Print lines on stdout."""
    typer.echo(printable(text.rstrip("\n")))


def print_bytes(data: bytes) -> None:
    """Print a file of a form that has rules of its own, such as a calendar, as it is."""
    typer.echo(data, nl=False)


def say(line: str) -> None:
    """Print a line on stderr."""
    typer.echo(printable_line(line), err=True)


def warn(messages: Sequence[str]) -> None:
    """Print the warnings of a result on stderr."""
    for message in messages:
        say(f"warning: {message}")


def print_plainly() -> None:
    """Prepare streams, warnings and logs: all of them print as this module does."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a letter shall show a substitute, not stop the report.
            stream.reconfigure(errors="replace")
    warnings.showwarning = _note_warning
    # Used only where no handler is set: whoever configures logging keeps their own.
    logging.lastResort = _Notes(logging.WARNING)


def discard_stdout() -> None:
    """Write the rest of stdout nowhere: its reader has left, and no error may come at exit."""
    # The descriptor itself, since Python flushes its stream once more at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _note(message: object) -> None:
    say(f"note: {' '.join(str(message).split())}")


def _note_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a warning of a library, or of this program, as a line of our own form."""
    _note(message)


class _Notes(logging.Handler):
    """Prints what a library logs and no other handler takes, warnings and worse."""

    def emit(self, record: logging.LogRecord) -> None:
        _note(record.getMessage())
