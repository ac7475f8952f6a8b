"""README and docs are held to the program: commands run, nothing users can set is left out."""

import os
import re
import shlex
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.main import get_command

from simulator.cli import app
from tests.made_calls import call, good

ROOT = Path(__file__).parent.parent
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
README, USE = PAGES["README.md"], PAGES["docs/use.md"]


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
    marks = (
        *("browser command", "test command"),
        *("newest Python command", "exhaustive test command"),
    )
    commands = [block(marker) for marker in marks]
    assert shown.stdout.splitlines() == [f"+ {command}" for command in commands]


def test_the_citation_names_the_version_and_the_license():
    from simulator import __version__

    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {__version__}\n" in citation
    assert "license: MIT" in citation
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def test_the_names_the_changes_give_are_those_that_old_names_are_answered_with():
    from simulator.glossary import renamed

    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for old in ("response_mean_h", "response_p50_h", "home_within_3h_share", "age_mean_s"):
        assert re.sub(r"\d+|mean|max", "*", renamed(old)) in re.sub(r"mean|max", "*", changes), old


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
    requirements = [
        r for r in (*project["dependencies"], *extras) if not r.startswith("simulator[")
    ]
    for requirement in requirements:
        name = re.split(r"[\[<>=]", requirement)[0].lower().replace("_", "-")
        assert name in names, name


def needed_pythons():
    """Return what each pinned distribution asks of Python, None where it is not installed."""
    from importlib.metadata import PackageNotFoundError, distribution

    from packaging.requirements import Requirement

    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    needs = {}
    for pin in (Requirement(pin) for pin in pins if "==" in pin):
        if pin.marker is None or pin.marker.evaluate():
            try:
                needs[pin.name] = distribution(pin.name).metadata.get("Requires-Python", "")
            except PackageNotFoundError:
                needs[pin.name] = None
    return needs


def refused_by_the_oldest_python(needs):
    """Return those of some needs that the first release of the oldest Python does not meet."""
    from tomllib import loads

    from packaging.specifiers import SpecifierSet

    project = loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=") + ".0"
    return {name: need for name, need in needs.items() if not SpecifierSet(need).contains(oldest)}


def test_what_the_tests_install_runs_on_the_first_release_of_the_oldest_python():
    here = {name: need for name, need in needed_pythons().items() if need is not None}
    assert len(here) > 90
    assert not refused_by_the_oldest_python(here)


@pytest.mark.slow
def test_what_the_constraints_pin_runs_on_the_first_release_of_the_oldest_python():
    needs = needed_pythons()
    assert not [name for name, need in needs.items() if need is None]
    assert not refused_by_the_oldest_python(needs)


def test_every_command_and_option_is_documented():
    for name, command in get_command(app).commands.items():
        assert f"`simulator {name}" in USE, name
        assert command.help


def test_the_architecture_has_a_line_for_every_room():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = "".join(line for line in page.splitlines() if line.startswith("| "))
    rooms = sorted(path.parent.name for path in (ROOT / "simulator").glob("*/__init__.py"))
    assert len(rooms) > 15
    for name in rooms:
        assert f"`{name}/`" in table, name


def test_the_files_that_the_architecture_names_exist():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+/[a-z_]+\.(?:py|toml))`", page))
    assert len(named) > 8
    for name in named:
        folder = ROOT if name.startswith("tests/") else ROOT / "simulator"
        assert (folder / name).exists(), name


def test_every_scenario_file_is_documented():
    for path in (ROOT / "scenarios").glob("*.toml"):
        assert f"`{path.stem}`" in USE, path.stem


RUN = block("run command").split(".venv/bin/")[-1]


def calls():
    blocks = [
        found for page in PAGES.values() for found in re.findall(r"```sh\n(.*?)```", page, re.S)
    ]
    lines = [line for text in blocks for line in text.splitlines()]
    return [RUN, *(line for line in lines if line.startswith("simulator "))]


def scenarios(folder, *, short=False):
    """Put the scenarios into a folder: as they are, or short, of wide cells and few draws."""
    if not short:
        (folder / "scenarios").symlink_to(ROOT / "scenarios")
        return
    (folder / "scenarios").mkdir()
    for path in (ROOT / "scenarios").glob("*.toml"):
        text, count = re.subn(r"(?m)^days = \S+$", f"days = {SHORT_DAYS}", path.read_text("utf-8"))
        assert count == 1, path
        text = re.sub(r"(?m)^resolution_km = \S+$", f"resolution_km = {WIDE_KM}", text)
        text = re.sub(r"(?m)^draws = \S+$", f"draws = {FEW_DRAWS}", text)
        (folder / "scenarios" / path.name).write_text(text, "utf-8")


# In full they take minutes: the quick ones are the same commands over less, in this process but
# for the one that draws, and of each command one line begins processes, as on a machine of cores.
SHORT_DAYS, WIDE_KM, FEW_DRAWS = 2.0, 200.0, 4
LESS = {
    r"(?<=span\.days=)\d+": "1",
    r"(?<=draws[= ])\d+": str(FEW_DRAWS),
    r"(?<=--years )\d+": "0.3",
    r"(?<=--orders )\d+": "4",
    r"(?<=\d:\d\d:)\d+(?= )": "10",
}
# What the commands themselves take less by, where their lines do not say how much.
QUICK = {
    "run": ("--no-figures",),
    "sweep": ("--jobs", "1"),
    "launch": ("--days", "2"),
    "design": ("--days", "5"),
    "decay": ("--activity", "mean"),
    "worth": ("--draws", "2"),
}


def words_of_less(line):
    """Return the words of a command that is asked for less: fewer days, draws, points and so on."""
    for much, less in LESS.items():
        line = re.sub(much, less, line)
    return shlex.split(line)[1:]


def as_a_user(words, folder):
    """Start Python in a folder, which must end well, and return what it prints."""
    ended = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.parametrize("line", calls())
def test_the_commands_of_readme_and_docs_run_over_a_short_span(line, tmp_path, monkeypatch):
    scenarios(tmp_path, short=True)
    arguments = words_of_less(line)
    if line == RUN:
        printed = as_a_user(["-m", "simulator", *arguments], tmp_path)
    else:
        monkeypatch.chdir(tmp_path)
        quick = list(QUICK.get(arguments[0], ()))
        if "--on" in arguments:
            # The short span has the day that is named in its middle.
            day = date.fromisoformat(arguments[arguments.index("--on") + 1]) - timedelta(days=1)
            quick += ["--set", f"span.start={day}T00:00:00Z"]
        first = next(other for other in calls() if other.split()[1] == arguments[0])
        printed = good(call(*arguments, *quick, cores=2 if line == first else 1))
    assert len(printed) > 200


@pytest.mark.slow
@pytest.mark.parametrize("line", calls())
def test_the_commands_of_readme_and_docs_run_in_full(line, tmp_path):
    scenarios(tmp_path)
    assert len(as_a_user(["-m", "simulator", *shlex.split(line)[1:]], tmp_path)) > 200


def documented_python():
    return USE.split("```python\n", 1)[1].split("```", 1)[0]


def test_the_documented_python_runs_over_a_short_span(tmp_path, monkeypatch):
    scenarios(tmp_path, short=True)
    monkeypatch.chdir(tmp_path)
    exec(documented_python(), {})
    assert (tmp_path / "out" / "summary.json").exists()


@pytest.mark.slow
def test_the_documented_python_runs_in_full(tmp_path):
    scenarios(tmp_path)
    as_a_user(["-c", documented_python()], tmp_path)
    assert (tmp_path / "out" / "summary.json").exists()


def test_the_scenario_of_the_readme_answers_its_question(tmp_path):
    text = README.split("```toml\n", 1)[1].split("```", 1)[0]
    assert text.count("\n") <= 20
    (tmp_path / "busan.toml").write_text(text.replace("days = 30.0", f"days = {SHORT_DAYS}"))
    words = ["run", str(tmp_path / "busan.toml"), "--out", str(tmp_path / "out"), "--no-figures"]
    printed = good(call(*words))
    assert all(name in printed for name in ("busan", "Pohang", "dprk+russia"))


MAIN = ["run", str(ROOT / "scenarios" / "malligyong-1.toml"), "--no-figures"]


def shown_of_the_main_run():
    return README.split("```text\n", 1)[1].split("```", 1)[0]


def test_the_readme_shows_what_a_run_prints_but_for_the_range_of_its_draws(tmp_path, monkeypatch):
    # Processes take the draws, few as they are here, as they do in full.
    monkeypatch.setattr("simulator.study.draws_take_long", lambda scenario: True)
    few = ("--set", f"uncertainty.draws={FEW_DRAWS}", "--out", tmp_path / "out")
    printed = good(call(*MAIN, *few, cores=2))
    shown, printed = (
        " ".join(re.sub(r"\([\d.]+\s+to\s+[\d.]+\s+%\)", "(a range)", text).split())
        for text in (shown_of_the_main_run(), printed)
    )
    assert "(a range)" in shown
    assert shown in printed


@pytest.mark.slow
def test_the_readme_shows_what_a_run_prints(tmp_path):
    assert shown_of_the_main_run() in as_a_user(["-m", "simulator", *MAIN], tmp_path)


def test_the_readme_is_short():
    assert README.count("\n") <= 140


def test_links_of_readme_and_docs_lead_somewhere():
    for name, page in PAGES.items():
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page):
            if not target.startswith("http"):
                assert ((ROOT / name).parent / target).exists(), (name, target)


def test_pictures_of_readme_and_docs_exist():
    for name, page in PAGES.items():
        for target in re.findall(r"!\[[^]]*\]\(([^)]+)\)", page):
            assert ((ROOT / name).parent / target).stat().st_size > 10_000


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
