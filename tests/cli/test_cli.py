import contextlib
import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from simulator import __version__, catalog, read, report
from simulator.cli import app
from simulator.scenario import TleOrbit, keys
from simulator.text import duration
from tests import made

SCENARIO = made.text(
    """
[[regions]]
name = "korea"
catalog = "korean_peninsula"
resolution_km = 100.0

[[regions]]
name = "guam"
catalog = "guam_box"
resolution_km = 50.0
""",
    title="A day over Korea",
    start="2023-11-24",
    days=1.0,
    targets=["osan", "kadena"],
    satellite={"name": "Malligyong-1"},
)
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
COMMANDS = ("run", "sweep", "validate", "catalog", "passes", "map", "schema")


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def shell(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "simulator", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
    )


def good(result: Result) -> str:
    assert result.exit_code == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("cli") / "day.toml"
    file.write_text(SCENARIO)
    return file


@pytest.fixture(scope="module")
def first(scenario: Path) -> Result:
    """Run the scenario in its folder, into results/day beside it."""
    with contextlib.chdir(scenario.parent):
        return call("run", scenario)


@pytest.fixture(scope="module")
def folder(scenario: Path, first: Result) -> Path:
    good(first)
    return scenario.parent / "results" / "day"


# The main job.


def test_run_prints_the_comparison_and_writes_the_folder(first: Result, folder: Path) -> None:
    results = read(folder)
    russia = results.networks.iloc[1]
    (line,) = (text for text in first.stdout.splitlines() if "longest silence  " in text)
    assert duration(russia["longest_silence_h"]) in line
    assert "÷" in line
    assert any(text.startswith("kadena ") for text in first.stdout.splitlines())
    assert first.stderr.strip() == f"written: {Path('results') / 'day'}"
    figures = {file.name for file in (folder / "figures").iterdir()}
    assert {"ground-track.png", "networks.png", "coverage-1.png", "coverage-2.png"} <= figures


def test_the_same_scenario_gives_the_same_bytes(scenario: Path, folder: Path) -> None:
    again = scenario.parent / "again"
    printed = good(call("run", scenario, "--out", again, "--json", "--quiet", "--no-figures"))
    assert printed == (again / "summary.json").read_text()
    # That figures are the same each time is held to in test_maps, and below.
    files = made.contents(folder)
    assert made.contents(again) == {n: d for n, d in files.items() if not n.startswith("figures")}


def test_run_prints_only_json_if_asked(scenario: Path, tmp_path: Path) -> None:
    result = call("run", scenario, "--out", tmp_path / "r", "--json", "--no-figures", "-q")
    summary = json.loads(good(result))
    assert summary["title"] == "A day over Korea"
    base, russia = summary["networks"]
    ratio = russia["ratio_to_baseline"]["contacts_per_day"]
    assert ratio == pytest.approx(russia["contacts_per_day"] / base["contacts_per_day"], rel=1e-3)
    assert result.stderr == ""
    assert not (tmp_path / "r" / "figures").exists()


def test_set_overrides_a_key(scenario: Path, tmp_path: Path) -> None:
    words = ("--out", tmp_path / "r", "--set", "span.days=0.5", "--set", "title=Half a day")
    good(call("run", scenario, *words, "--no-figures"))
    assert read(tmp_path / "r").days == 0.5
    assert read(tmp_path / "r").title == "Half a day"


def test_warnings_go_to_stderr(scenario: Path, tmp_path: Path) -> None:
    # Nobody sees Kadena in the first half hour: a warning, and not one of the results.
    words = ("--out", tmp_path / "r", "--set", "span.days=0.02", "--no-figures", "--quiet")
    result = call("run", scenario, *words)
    assert "target 'kadena' is never seen" not in good(result)
    assert "warning: target 'kadena' is never seen" in result.stderr


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


# The other commands.


def test_validate_says_what_the_scenario_resolves_to(scenario: Path) -> None:
    text = good(call("validate", scenario))
    assert "493 x 512 km, inclination 97.40 deg" in text
    assert "epoch 2023-11-21T13:54:13Z" in text
    facts = json.loads(good(call("validate", scenario, "--json")))
    (satellite,) = facts["satellites"]
    assert satellite["period_min"] == pytest.approx(94.67, abs=0.01)
    assert not satellite["hypothetical"]
    TleOrbit.model_validate({"kind": "tle", "lines": tuple(satellite["tle"])})
    assert [len(network["stations"]) for network in facts["networks"]] == [2, 31]
    assert facts["networks"][1]["stations"][0]["roles"] == ["command", "downlink"]


def test_validate_and_the_report_say_what_edges_an_outline_has(
    scenario: Path, folder: Path
) -> None:
    ring = "[[-123, 49], [-95, 49], [-97, 60], [-120, 60]]"
    outline = f"regions.korea.polygon_deg={ring}"
    text = good(call("validate", scenario, "--set", outline))
    assert "korea: edges are great circles" in text
    assert "guam: edges are meridians and parallels" in text
    straight = ("--set", outline, "--set", "regions.korea.edges=straight")
    assert "korea: edges are straight in longitude and latitude" in (
        good(call("validate", scenario, *straight))
    )
    facts = json.loads(good(call("validate", scenario, *straight, "--json")))
    assert facts["regions"][0]["area_km2"] == pytest.approx(2_028_467.3, abs=0.05)
    assert "guam: edges are meridians and parallels" in report.report_text(read(folder))
    assert "the outline's edges are great circles, or straight" in " ".join(
        (folder / "README.txt").read_text(encoding="utf-8").split()
    )


def test_what_a_file_of_outlines_also_holds_reaches_the_reader(scenario: Path) -> None:
    ring = [[128, 35], [130, 35], [130, 37], [128, 37], [128, 35]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    point = {"type": "Point", "coordinates": [129, 36]}
    both = {"type": "GeometryCollection", "geometries": [polygon, point]}
    (scenario.parent / "mixed.geojson").write_text(json.dumps(both), encoding="utf-8")
    text = good(call("validate", scenario, "--set", "regions.korea.geojson=mixed.geojson"))
    told = " ".join(text.split())
    assert "read from mixed.geojson; passed over as no polygon: 1 Point" in told


def test_catalog_lists_kinds_entries_and_one_entry() -> None:
    kinds = {row["kind"]: row["entries"] for row in json.loads(good(call("catalog", "--json")))}
    assert kinds["launches"] == len(catalog.entries("launches")) >= 7
    assert "launches" in good(call("catalog"))
    assert "malligyong1_aug23" in good(call("catalog", "launches"))
    rows = json.loads(good(call("catalog", "targets", "--json")))
    assert {row["id"]: row["latitude_deg"] for row in rows}["osan"] == 37.09
    entry = json.loads(good(call("catalog", "launches", "malligyong1_nov23", "--json")))
    assert entry["values"]["perigee_km"]["value"] == 493.0
    assert entry["values"]["perigee_km"]["unit"] == "km"
    assert entry["values"]["liftoff"]["value"] == "2023-11-21T13:42:28Z"
    text = good(call("catalog", "launches", "malligyong1_nov23"))
    assert "https://thespacereview.com/article/4753/1" in text


def test_passes_finds_the_first_pass_near_pyongyang() -> None:
    # SatTrackCam Leiden, November 2023: closest to Pyongyang 00:25:27 UTC on 22 November.
    seen = datetime(2023, 11, 22, 0, 25, 27, tzinfo=UTC)
    words = ("passes", "malligyong1_nov23", "pgscc", "--start", "2023-11-22T00:00:00Z")
    facts = json.loads(good(call(*words, "--days", "0.1", "--json")))
    first = datetime.fromisoformat(facts["overpasses"][0]["culmination_utc"])
    assert abs((first - seen).total_seconds()) < 60.0
    (row, *_) = csv.DictReader(io.StringIO(good(call(*words, "--days", "0.1", "--csv"))))
    assert datetime.fromisoformat(row["culmination_utc"]) == first
    text = good(call(*words, "--days", "0.1"))
    assert f"2023-11-22 00:2{row['rise_utc'][15]}" in text
    assert "Pyongyang General Satellite Control Centre" in text
    assert "SGP4" in text


def test_passes_takes_every_way_to_name_an_orbit(tmp_path: Path) -> None:
    lines: Any = catalog.get("elements", "kms4_2023_04_01").values["lines"]
    (tmp_path / "a.tle").write_text("\n".join(lines))
    begin = ("--start", "2023-04-02T00:00:00Z", "--json")
    heights = []
    for orbit in (
        "kms4_2023_04_01",
        str(tmp_path / "a.tle"),
        "sso:500:10.5",
        "kepler:361x372:97.2:172.7",
    ):
        heights.append(json.loads(good(call("passes", orbit, "osan", *begin)))["orbit"])
    assert [round(orbit["perigee_km"]) for orbit in heights] == [361, 361, 500, 361]


def test_passes_takes_a_southern_place_after_two_dashes() -> None:
    words = ("passes", "sso:500:10.5", "--start", "2024-01-01T00:00:00Z", "--json")
    facts = json.loads(good(call(*words, "--", "-33.9,18.4")))
    assert facts["place"]["latitude_deg"] == -33.9


def test_passes_keeps_cone_and_daylight() -> None:
    words = ("passes", "malligyong1_nov23", "osan", "--days", "10", "--json")
    everything_ = json.loads(good(call(*words)))["overpasses"]
    some = json.loads(good(call(*words, "--max-off-nadir", "30", "--daylight")))["overpasses"]
    assert 0 < len(some) < len(everything_)
    assert all(row["off_nadir_deg"] <= 30.0 for row in some)
    assert all(row["sun_elevation_deg"] >= 10.0 for row in some)


def test_map_lists_and_draws(folder: Path, tmp_path: Path) -> None:
    listed = good(call("map", folder, "--figure", "list"))
    assert listed.splitlines()[0].startswith("ground-track ")
    out = tmp_path / "a.svg"
    words = ("map", folder, "--figure", "revisit-max", "--region", "guam", "--out", out)
    assert good(call(*words)).strip() == str(out)
    assert out.read_text().startswith("<?xml")
    refused = call(*words)
    assert refused.exit_code == 1
    assert "exists already" in refused.stderr
    good(call(*words, "--force"))


def test_map_draws_the_ground_track_by_default(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert good(call("map", folder)).strip() == "ground-track.png"
    drawn = (tmp_path / "ground-track.png").read_bytes()
    assert drawn.startswith(b"\x89PNG")
    assert drawn == (folder / "figures" / "ground-track.png").read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("map", "nowhere"), "is not a results folder: summary.json is missing"),
        (("catalog", "launchs"), "did you mean 'launches'?"),
        (("catalog", "launches", "kms44"), "did you mean 'kms4'?"),
        (("passes", "malligyong1", "osan"), "did you mean 'malligyong1_nov23'?"),
        (("passes", "kms4", "osan", "--min-elevation", "nan"), "nan is out of range"),
        (("validate", "missing.toml"), "missing.toml: cannot be read: No such file"),
    ],
)
def test_bad_input_is_a_line_and_exit_1(words: Sequence[str], said: str) -> None:
    result = call(*words)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_schema_describes_every_key() -> None:
    schema = json.loads(good(call("schema")))
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert set(schema["properties"]) == {key for key in keys() if "." not in key}


def test_every_command_has_help_that_ends_with_an_example_of_itself() -> None:
    for command in COMMANDS:
        for flag in ("-h", "--help"):
            last = good(call(command, flag)).strip().split("\n\n")[-1]
            assert " ".join(last.split()).startswith(f"Example: simulator {command}")
    listed = good(call("--help")).partition("Commands:")[2].splitlines()
    assert tuple(line.split()[0] for line in listed if line.startswith("  ")) == (
        *COMMANDS,
        "Example:",
    )


# The shell around it.


def test_exit_codes_of_the_real_command(tmp_path: Path) -> None:
    version = shell("--version", cwd=tmp_path)
    assert (version.returncode, version.stdout) == (0, f"simulator {__version__}\n")
    bad = shell("catalog", "launchs", cwd=tmp_path)
    assert bad.returncode == 1
    assert "Traceback" not in bad.stderr
    assert shell("--debug", "catalog", "launchs", cwd=tmp_path).stderr.startswith("Traceback")
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
from simulator.coverage import batches
search = batches._Search.batch
def batch(*given):
    os.kill(os.getpid(), signal.SIG%s)
    return search(*given)
batches._Search.batch = batch
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
    words = ("passes", "sso:500:10.5", "osan", "--start", "2024-01-01T00:00:00Z", "--csv")
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", *words, "--days", "400"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    assert process.stdout.readline().startswith(b"rise_utc,")
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


@pytest.mark.parametrize("words", [(), ("--help",)], ids=["imported", "help"])
def test_help_answers_at_once_for_it_imports_nothing_heavy(words: tuple[str, ...]) -> None:
    heavy = f"print(sorted(set({HEAVY}) & sys.modules.keys()), file=sys.stderr)"
    code = f"import atexit, sys, simulator.cli; atexit.register(lambda: {heavy}); "
    code += "len(sys.argv) > 1 and simulator.cli.main()"
    found = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    assert found.stderr.strip() == "[]"
    assert ("Usage" in found.stdout) == bool(words)


# What files and libraries say.

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
    found = call("validate", file, "--set", "regions.0.geojson=odd.geojson")
    assert "\x1b" not in found.stdout + found.stderr
    assert "day\\u001b[31m.toml: valid" in found.stderr
    misspelt = ("--set", "regions.0.geojson=odd.geojson", "--set", "regions.0.feature=name")
    found = call("validate", file, *misspelt)
    assert found.exit_code == 1
    [line] = found.stderr.splitlines()
    assert line.endswith("holds no feature 'name'; did you mean 'na\\u001b[2Jme\\u202e\\u000ax'?")


def test_a_name_line_of_elements_is_shown_escaped(tmp_path: Path) -> None:
    lines = catalog.get("elements", "kms4_2017_03_14").values["lines"]
    (tmp_path / "odd.tle").write_text("\n".join(["SAT \x1b[2J\u202e", *lines]), encoding="utf-8")
    for options in ((), ("--json",), ("--csv",)):
        found = call("passes", tmp_path / "odd.tle", "osan", *options)
        assert not set("\x1b\u202e") & set(found.stdout + found.stderr)
        if options == ("--json",):
            json.loads(found.stdout)


def noisy(body: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command with a function of its own that does something noisy."""
    code = f"""
import logging, sys, warnings
from simulator import report
def noisy():
    {body}
    return "kinds"
report.kinds_text = noisy
sys.argv = ["simulator", "catalog"]
from simulator.cli import main
main()
"""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("warnings.warn('odd\\x1b values\\n  met', RuntimeWarning)", "odd\\u001b values met"),
        ("import numpy; numpy.float64(0.0) / numpy.float64(0.0)", "invalid value"),
        ("logging.getLogger('lib').warning('a %s\\n', 'hole')", "a hole"),
        (
            "from simulator.compiled import _say_not_kept; _say_not_kept('no room')",
            "compiled code can't be kept (no room)",
        ),
    ],
)
def test_a_warning_is_one_line_without_a_path(body: str, said: str) -> None:
    found = noisy(body)
    assert found.stdout == "kinds\n"
    [line] = found.stderr.splitlines()
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
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.returncode == 130
    assert found.stderr == "interrupted; nothing was left half-written\n"
    assert found.stdout == ""


def test_debug_keeps_the_traceback(scenario: Path) -> None:
    found = shell("--debug", "validate", scenario, "--set", "span.days=-1", cwd=scenario.parent)
    assert "Traceback" in found.stderr
    assert "InputError" in found.stderr
