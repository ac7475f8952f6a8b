"""The command that runs a scenario: what it prints, what it writes, and what it refuses."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import Result

from simulator import read, report
from simulator.results import Results
from simulator.text import duration
from tests import made
from tests.made_calls import call, good


def test_run_prints_the_answer_and_writes_the_folder(first: Result, folder: Path) -> None:
    results = read(folder)
    russia = results.networks.iloc[1]
    (line,) = (text for text in first.stdout.splitlines() if "longest silence  " in text)
    assert duration(russia["longest_silence_h"]) in line
    assert any(text.startswith("kadena ") for text in first.stdout.splitlines())
    sentences = json.loads((folder / "summary.json").read_text())["answer"]
    assert 0 < len(sentences) <= 5
    readme = (folder / "README.txt").read_text()
    for text in (first.stdout, readme):
        assert " ".join(sentences) in " ".join(text.split())
    # In two days the stations of the networks are alike for some maps: those are named, not drawn.
    *undrawn, written = first.stderr.strip().splitlines()
    assert all(line.startswith("not drawn: ") for line in undrawn)
    assert written == f"written: {Path('results') / 'day'}"
    figures = {file.name for file in (folder / "figures").iterdir()}
    assert {"ground-track.png", "networks.png", "coverage-1.png", "coverage-2.png"} <= figures


def test_the_same_scenario_gives_the_same_bytes(scenario: Path, folder: Path) -> None:
    again = scenario.parent / "again"
    printed = good(call("run", scenario, "--out", again, "--json", "--quiet", "--no-figures"))
    assert printed == (again / "summary.json").read_text()
    # That figures are the same each time is held to in test_maps, and below.
    files = made.contents(folder)
    drawn = ("figures", "report.html")
    assert made.contents(again) == {n: d for n, d in files.items() if not n.startswith(drawn)}


def test_what_run_prints_is_made_of_what_its_folder_keeps(
    scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A figure that rounding would change must not be printed in one way now and another later.
    printed: list[Results] = []
    monkeypatch.setattr(report, "brief_text", lambda run, _: printed.append(run) or "text\n")
    good(call("run", scenario, "--out", tmp_path / "run", "--no-figures"))
    kept = read(tmp_path / "run")
    for table in ("networks", "regions", "targets", "region_networks"):
        frame = getattr(kept, table)
        pd.testing.assert_frame_equal(getattr(printed[0], table), frame, check_exact=True)


def test_in_full_run_prints_every_table(scenario: Path, tmp_path: Path) -> None:
    words = ("--out", tmp_path / "r", "--full", "--no-figures", "--quiet")
    printed = good(call("run", scenario, *words))
    (line,) = (text for text in printed.splitlines() if "longest silence  " in text)
    assert "÷" in line
    assert printed.strip() == report.report_text(read(tmp_path / "r")).strip()


def test_run_prints_only_json_if_asked(scenario: Path, tmp_path: Path) -> None:
    words = ("--json", "--no-figures", "-q", "--set", "regions=[]")
    result = call("run", scenario, "--out", tmp_path / "r", *words)
    summary = json.loads(good(result))
    assert summary["title"] == "A day over Korea"
    base, russia = summary["networks"]
    ratio = russia["ratio_to_baseline"]["contacts_per_day"]
    assert ratio == pytest.approx(russia["contacts_per_day"] / base["contacts_per_day"], rel=1e-3)
    assert result.stderr == ""
    assert not (tmp_path / "r" / "figures").exists()


def test_set_overrides_a_key(scenario: Path, tmp_path: Path) -> None:
    words = ("--set", "span.days=0.5", "--set", "title=Half a day", "--set", "regions=[]")
    good(call("run", scenario, "--out", tmp_path / "r", *words, "--no-figures"))
    assert read(tmp_path / "r").days == 0.5
    assert read(tmp_path / "r").title == "Half a day"


def test_timings_say_how_long_each_stage_took(scenario: Path, tmp_path: Path) -> None:
    result = call("run", scenario, "--out", tmp_path / "r", "--timings", "--no-figures")
    assert good(result) == good(call("run", scenario, "--out", tmp_path / "s", "--no-figures"))
    rows = [line.split() for line in result.stderr.splitlines() if line.endswith(" s")]
    stages = [stage for stage, _, _ in rows]
    assert stages == [
        "orbits",
        "accesses",
        "contacts",
        "delivery",
        "regions",
        "tables",
        "writing",
    ]
    assert all(float(seconds) >= 0.0 for _, seconds, _ in rows)


def test_warnings_go_to_stderr(scenario: Path, tmp_path: Path) -> None:
    # Nobody sees Kadena in the first half hour: a warning, and not one of the results.
    words = ("--out", tmp_path / "r", "--set", "span.days=0.02", "--no-figures", "--quiet")
    result = call("run", scenario, *words)
    assert "could never be looked at; its revisit" not in good(result)
    # Those of one kind are one line.
    assert result.stderr.splitlines() == [
        "warning: target 'osan' could never be looked at; its revisit is the span's length "
        "(and 1 more: 'kadena')"
    ]


def test_an_existing_folder_is_refused_before_the_run(scenario: Path, folder: Path) -> None:
    before = made.contents(folder)
    # A scenario that is no file is not even read: the folder is looked at first.
    result = call("run", scenario.parent / "missing.toml", "--out", folder)
    assert result.exit_code == 1
    assert (
        result.stderr.strip()
        == f"{folder}: exists already; choose another by --out, or add --force"
    )
    assert made.contents(folder) == before


def test_force_replaces_results_and_nothing_else(scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "r"
    words = ("run", scenario, "--out", out, "--no-figures", "--set", "regions=[]", "--force")
    good(call(*words))
    (out / "stray").touch()
    good(call(*words))
    assert not (out / "stray").exists()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter").touch()
    result = call("run", scenario, "--out", tmp_path / "other", "--force")
    assert result.exit_code == 1
    assert "does not hold results" in result.stderr
    assert (tmp_path / "other" / "letter").exists()


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("span.dys=3", "did you mean 'days'?"),
        ("span.days=-1", "span.days: -1 is below 0; allowed above 0, up to 3660"),
        ("satellites.9.name=x", "--set satellites.9.name=x: satellites has 1 items"),
        ("span", "is not path=value, such as span.days=3"),
    ],
)
def test_a_bad_override_is_one_line(scenario: Path, override: str, said: str) -> None:
    result = call("validate", scenario, "--set", override)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_all_faults_of_a_scenario_come_at_once(scenario: Path) -> None:
    words = ("--set", "span.days=-1", "--set", "satellites.0.downlink_rate_mbps=0")
    lines = call("validate", scenario, *words, "--set", "targets.0=osaan").stderr.splitlines()
    assert len(lines) == 3
    assert any("did you mean 'osan'" in line for line in lines)


def test_figures_are_drawn_without_headings_if_asked(
    scenario: Path, folder: Path, tmp_path: Path
) -> None:
    words = ("--out", tmp_path / "r", "--no-title", "--quiet", "--set", "regions=[]")
    good(call("run", scenario, *words))

    def height(run: Path) -> int:
        return int.from_bytes((run / "figures" / "networks.png").read_bytes()[20:24], "big")

    assert height(tmp_path / "r") < height(folder) - 60
