"""The shell around the commands: exit codes, signals, pipes, warnings and odd text."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from simulator import __version__, catalog
from simulator.errors import InputError
from tests.made_calls import call

HEAVY = (
    "numpy",
    "pandas",
    "pydantic",
    "numba",
    "matplotlib",
    "cartopy",
    "skyfield",
    "sgp4",
    "xarray",
    "rich",
    "simulator.scenario",
)


def shell(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "simulator", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
    )


def test_exit_codes_of_the_real_command(tmp_path: Path) -> None:
    version = shell("--version", cwd=tmp_path)
    assert (version.returncode, version.stdout) == (0, f"simulator {__version__}\n")
    bad = shell("catalog", "launchs", cwd=tmp_path)
    assert bad.returncode == 1
    assert "Traceback" not in bad.stderr
    debugged = shell("--debug", "catalog", "launchs", cwd=tmp_path)
    assert debugged.stderr.startswith("Traceback")
    assert "InputError" in debugged.stderr
    usage = shell("rnu", cwd=tmp_path)
    assert usage.returncode == 2
    assert "Did you mean 'run'?" in usage.stderr
    nothing = shell(cwd=tmp_path)
    assert nothing.returncode == 2
    assert "Usage:" in nothing.stdout + nothing.stderr


@pytest.mark.parametrize(
    "words",
    [("run",), ("run", "a.toml", "--frce"), ("passes", "a", "b", "--csv", "--json"), ("nope",)],
)
def test_wrong_usage_is_exit_2(words: Sequence[str]) -> None:
    result = call(*words)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


# The command, interrupted as the search for the windows of the first cells begins.
INTERRUPTED = """
import os, signal
from simulator import cli
from simulator.revisit import batches
search = batches._BatchTask.batch
def batch(*given):
    os.kill(os.getpid(), signal.SIG%s)
    return search(*given)
batches._BatchTask.batch = batch
signal.signal(signal.SIGINT, signal.default_int_handler)
cli.main()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("name", "code"), [("INT", 130), ("TERM", 143)])
def test_an_interrupt_or_the_order_to_end_leaves_nothing(
    scenario: Path, tmp_path: Path, name: str, code: int
) -> None:
    process = subprocess.run(
        [sys.executable, "-c", INTERRUPTED % name, "run", str(scenario), "--out", "r"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert process.returncode == code, process.stderr
    assert process.stdout == ""
    assert process.stderr == "interrupted; nothing was left half-written\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_reader_that_leaves_is_no_fault(tmp_path: Path) -> None:
    # Some three times what a pipe holds: the rest is written after the reader has left.
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "schema"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    assert process.stdout.readline() == b"{\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


@pytest.mark.parametrize("words", [(), ("--help",)], ids=["imported", "help"])
def test_help_answers_at_once_for_it_imports_nothing_heavy(words: tuple[str, ...]) -> None:
    heavy = f"print(sorted(set({HEAVY}) & sys.modules.keys()), file=sys.stderr)"
    code = f"import atexit, sys, simulator.cli; atexit.register(lambda: {heavy}); "
    code += "len(sys.argv) > 1 and simulator.cli.main()"
    outcome = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    assert outcome.stderr.strip() == "[]"
    assert ("Usage" in outcome.stdout) == bool(words)


# In one process, one after another: what any of them imports would be seen at the end.
LIGHT = """
import contextlib, io, sys
from simulator import cli
words = (["--help"], ["catalog", "launches"], ["explain", "wait_mean_h"], ["validate", {file!r}])
for command in words:
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        cli.app(command, standalone_mode=False)
    assert shown.getvalue(), command
print(sorted({heavy!r} & sys.modules.keys()))
"""
NOT_FOR_TEXTS = {"numba", "pandas", "xarray", "matplotlib", "cartopy", "scipy", "dask"}


def test_commands_that_compute_nothing_import_no_library_of_computing(scenario: Path) -> None:
    code = LIGHT.format(file=str(scenario), heavy=NOT_FOR_TEXTS)
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert outcome.stdout.strip() == "[]", outcome.stderr


# One process for both: what a list needs none of, then what only a calendar needs.
OVERPASSES = """
import contextlib, io, sys
from simulator import cli
with contextlib.redirect_stdout(io.StringIO()) as shown:
    words = ["passes", "sso:500:10.5", "pgscc", "--start", "2024-01-01T00:00:00Z"]
    cli.app(words, standalone_mode=False)
assert "overpasses: " in shown.getvalue()
print(sorted({"pandas", "xarray", "matplotlib", "scipy.linalg"} & sys.modules.keys()))
with contextlib.redirect_stdout(io.StringIO()) as shown:
    words = ["overhead", "osan", "--orbits", "malligyong1_2026_04_10", "--start", "2026-04-11"]
    cli.app(words, standalone_mode=False)
assert "osan" in shown.getvalue().lower()
print(sorted({"icalendar"} & sys.modules.keys()))
import icalendar
import scipy.linalg
"""


def test_overpasses_import_neither_tables_nor_linear_algebra_nor_calendars() -> None:
    outcome = subprocess.run([sys.executable, "-c", OVERPASSES], capture_output=True, text=True)
    assert (outcome.stdout.split(), outcome.returncode) == (["[]", "[]"], 0), outcome.stderr


ODD = "na\x1b[2Jme\u202e\nx"


def test_text_of_a_file_is_shown_with_its_control_characters_escaped(
    scenario: Path, tmp_path: Path
) -> None:
    ring = [[128, 35], [130, 35], [130, 37], [128, 35]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    odd = {"type": "Feature", "properties": {"feature": ODD}, "geometry": polygon}
    (tmp_path / "odd.geojson").write_text(json.dumps(odd), encoding="utf-8")
    file = tmp_path / "day\x1b[31m.toml"
    file.write_text(scenario.read_text())
    outcome = call("validate", file, "--set", "regions.0.geojson=odd.geojson")
    assert "\x1b" not in outcome.stdout + outcome.stderr
    assert "day\\u001b[31m.toml: valid" in outcome.stderr
    misspelt = ("--set", "regions.0.geojson=odd.geojson", "--set", "regions.0.feature=name")
    outcome = call("validate", file, *misspelt)
    assert outcome.exit_code == 1
    [line] = outcome.stderr.splitlines()
    assert line.endswith("holds no feature 'name'; did you mean 'na\\u001b[2Jme\\u202e\\u000ax'?")


def test_a_name_line_of_elements_is_shown_escaped(tmp_path: Path) -> None:
    lines = catalog.get("elements", "kms4_2017_03_14").values["lines"]
    (tmp_path / "odd.tle").write_text("\n".join(["SAT \x1b[2J\u202e", *lines]), encoding="utf-8")
    for options in ((), ("--json",), ("--csv",)):
        outcome = call("passes", tmp_path / "odd.tle", "osan", *options)
        assert not set("\x1b\u202e") & set(outcome.stdout + outcome.stderr)
        if options == ("--json",):
            json.loads(outcome.stdout)


# What a command of the real command line does while it runs, and what is then said of it.
NOISES = {
    "warnings.warn('odd\\x1b values\\n  met', RuntimeWarning)": "odd\\u001b values met",
    "numpy.float64(0.0) / numpy.float64(0.0)": "invalid value",
    "logging.getLogger('lib').warning('a %s\\n', 'hole')": "a hole",
    "_say_not_kept('no room')": "compiled code can't be kept (no room)",
}
NOISY = """
import logging, numpy, sys, warnings
from simulator import report
from simulator.compiled import _say_not_kept
def noisy():
    {body}
    return "kinds"
report.kinds_text = noisy
sys.argv = ["simulator", "catalog"]
from simulator.cli import main
main()
"""


def test_a_warning_is_one_line_without_a_path() -> None:
    code = NOISY.format(body="; ".join(NOISES))
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert outcome.stdout == "kinds\n"
    for line, said in zip(outcome.stderr.splitlines(), NOISES.values(), strict=True):
        assert line.startswith(f"note: {said}")
        assert ".py" not in line


def test_an_interrupt_while_the_command_is_imported_is_a_line_and_exit_130() -> None:
    # The signal comes out of the import of typer, the first thing the command line needs.
    code = """
import os, signal, sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "typer":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
sys.argv = ["simulator", "catalog"]
import runpy
runpy.run_module("simulator", run_name="__main__")
"""
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert outcome.returncode == 130
    assert outcome.stderr == "interrupted; nothing was left half-written\n"
    assert outcome.stdout == ""


def test_debug_keeps_the_fault_as_it_was_raised(scenario: Path) -> None:
    outcome = call("--debug", "validate", scenario, "--set", "span.days=-1")
    assert isinstance(outcome.exception, InputError)
    assert "span.days" in str(outcome.exception)


def test_the_shell_completes_commands():
    asked = dict(os.environ, _SIMULATOR_COMPLETE="complete_bash", COMP_CWORD="1")
    ended = subprocess.run(
        [sys.executable, "-m", "simulator"],
        env=asked | {"COMP_WORDS": "simulator val", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
    )
    assert ended.stdout.split() == ["validate"], ended.stderr


ASKED = """
import sys
from simulator.cli import main
sys.argv = ["simulator", *{words}]
try:
    main()
except SystemExit:
    print(sorted(name for name in ("launch", "run") if f"simulator.cli.{{name}}" in sys.modules))
"""


@pytest.mark.parametrize(
    ("words", "imported"),
    [(["run", "-h"], "['run']"), (["-h"], "['launch', 'run']"), (["rum"], "['launch', 'run']")],
)
def test_the_command_asked_for_is_made_alone(words: list[str], imported: str) -> None:
    given = [sys.executable, "-c", ASKED.format(words=words)]
    outcome = subprocess.run(given, capture_output=True, text=True)
    assert outcome.stdout.splitlines()[-1] == imported, outcome.stderr
