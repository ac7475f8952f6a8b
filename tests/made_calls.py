"""The command line, called in the tests' own process."""

from functools import cache
from pathlib import Path
from unittest import mock

from typer.main import get_command
from typer.testing import CliRunner, Result

from simulator.cli import app

# To make all commands takes longer than most calls do, and a call leaves nothing behind in them.
made = cache(get_command)


def call(*words: str | Path, cores: int = 1) -> Result:
    """Call a command as on a machine of so many cores; on one alone it begins no processes."""
    with (
        mock.patch("os.cpu_count", return_value=cores),
        mock.patch("typer.testing._get_command", made),
    ):
        return CliRunner().invoke(app, [str(word) for word in words])


def good(result: Result) -> str:
    assert result.exit_code == 0, result.stderr
    return result.stdout
