"""The command line, called in the tests' own process."""

from pathlib import Path

from typer.testing import CliRunner, Result

from simulator.cli import app


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def good(result: Result) -> str:
    assert result.exit_code == 0, result.stderr
    return result.stdout
