"""The README is held to the program: its commands run, and nothing users can set is left out."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from simulator.cli import app
from simulator.scenario import keys

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(marker):
    after = README.split(f"<!-- {marker} -->", 1)[1]
    return after.split("```sh\n", 1)[1].split("\n```", 1)[0]


def test_the_two_commands_are_one_line_each_and_install_the_pinned_versions():
    for marker in ("run command", "test command"):
        command = block(marker)
        assert "\n" not in command
        assert "pip install -q -c constraints.txt" in command


def test_continuous_integration_takes_its_commands_from_the_readme():
    shown = subprocess.run(
        ["bash", "-c", "eval() { :; }; source .ci/run", ".ci/run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    commands = [block(marker) for marker in ("test command", "exhaustive test command")]
    assert shown.stdout.splitlines() == [f"+ {command}" for command in commands]


def test_the_constraints_pin_every_dependency_and_name_no_address():
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in pins
    assert "@" not in pins
    names = {
        re.split(r"==", line)[0].lower().replace("_", "-")
        for line in pins.splitlines()
        if "==" in line
    }
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [r for extra in project["optional-dependencies"].values() for r in extra]
    wanted = [r for r in (*project["dependencies"], *extras) if not r.startswith("simulator[")]
    for requirement in wanted:
        name = re.split(r"[\[<>=]", requirement)[0].lower().replace("_", "-")
        assert name in names, name


def test_every_command_and_option_is_documented():
    for name, command in get_command(app).commands.items():
        assert f"`simulator {name}" in README, name
        assert command.help


def test_every_scenario_key_is_documented():
    for key, meaning in keys().items():
        assert f"| `{key}` |" in README, key
        assert meaning


def test_every_scenario_file_is_documented():
    for path in (ROOT / "scenarios").glob("*.toml"):
        assert f"`{path.stem}`" in README, path.stem


def readme_calls():
    lines = [line for b in re.findall(r"```sh\n(.*?)```", README, re.S) for line in b.splitlines()]
    return [line for line in lines if line.startswith("simulator ")] + [
        block("run command").split("&& .venv/bin/")[-1]
    ]


def scenarios(folder, *, days=None):
    """Put the scenarios into a folder, with spans of so many days if they are given."""
    if days is None:
        (folder / "scenarios").symlink_to(ROOT / "scenarios")
        return
    (folder / "scenarios").mkdir()
    for path in (ROOT / "scenarios").glob("*.toml"):
        text, count = re.subn(r"(?m)^days = \S+$", f"days = {days}", path.read_text("utf-8"))
        assert count == 1, path
        (folder / "scenarios" / path.name).write_text(text, "utf-8")


# In full they take minutes: the quick ones are the same commands over a shorter span, of which
# one draws.
SPANS = [2.0, pytest.param(None, marks=pytest.mark.slow)]


@pytest.mark.parametrize("days", SPANS)
@pytest.mark.parametrize("line", readme_calls())
def test_the_commands_of_the_readme_run(line, days, tmp_path):
    scenarios(tmp_path, days=days)
    arguments = shlex.split(line)[1:]
    if days and arguments[0] == "run" and line != readme_calls()[-1]:
        arguments.append("--no-figures")
    found = subprocess.run(
        [sys.executable, "-m", "simulator", *arguments],
        cwd=tmp_path,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr
    assert len(found.stdout) > 200


@pytest.mark.parametrize("days", SPANS)
def test_the_python_of_the_readme_runs(days, tmp_path):
    code = README.split("```python\n", 1)[1].split("```", 1)[0]
    scenarios(tmp_path, days=days)
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        check=True,
    )
    assert (tmp_path / "out" / "summary.json").exists()


def test_pictures_of_the_readme_exist():
    for target in re.findall(r"!\[[^]]*\]\(([^)]+)\)", README):
        assert (ROOT / target).stat().st_size > 10_000


def test_nothing_names_a_machine_path_or_a_registry():
    # Joined here so that this file passes its own test.
    banned = ["/" + "work/", "/" + "tmp/v", "pypi" + ".org", "files.python" + "hosted"]
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.split("\n"):
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".txt", ".json") and path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not [word for word in banned if word in text], name
