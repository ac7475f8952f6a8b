"""The commands beside run: each prints what it is asked for, or a line that says what is wrong."""

import csv
import io
import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from simulator import catalog, read, report
from simulator.scenario import TleOrbit, keys
from tests.made_calls import call, good

COMMANDS = (
    *(
        "run",
        "compare",
        "verify",
        "worth",
        "exchange",
        "ladder",
        "withdrawal",
        "decay",
        "launch",
        "options",
        "spread",
        "design",
        "unknowns",
        "sweep",
        "new",
        "validate",
        "catalog",
        "claims",
    ),
    *("passes", "overhead", "exposure", "map", "report", "export", "deliver", "explain", "schema"),
)


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
    line = " ".join(text.split())
    assert "read from mixed.geojson; passed over as no polygon: 1 Point" in line


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
    observed_at = datetime(2023, 11, 22, 0, 25, 27, tzinfo=UTC)
    words = ("passes", "malligyong1_nov23", "pgscc", "--start", "2023-11-22T00:00:00Z")
    facts = json.loads(good(call(*words, "--days", "0.1", "--json")))
    first = datetime.fromisoformat(facts["overpasses"][0]["culmination_utc"])
    assert abs((first - observed_at).total_seconds()) < 60.0
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


def test_passes_takes_a_southern_place_with_and_without_two_dashes() -> None:
    words = ("passes", "sso:500:10.5", "--start", "2024-01-01", "--json")
    for place in (("--", "-33.9,18.4"), ("-33.9,18.4",)):
        assert json.loads(good(call(*words, *place)))["place"]["latitude_deg"] == -33.9


def test_passes_still_knows_a_wrong_option() -> None:
    wrong = call("passes", "sso:500:10.5", "osan", "--dayss", "3")
    assert wrong.exit_code == 2
    assert "No such option: --dayss" in wrong.stderr


def test_passes_over_several_places_are_a_list_of_those_over_each() -> None:
    words = ("passes", "malligyong1_nov23", "--start", "2023-11-22", "--json")
    both = json.loads(good(call(*words, "osan", "busan")))
    assert both == [json.loads(good(call(*words, place))) for place in ("osan", "busan")]


def test_passes_from_now_begins_now() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    facts = json.loads(good(call("passes", "sso:500:10.5", "osan", "--start", "now", "--json")))
    assert before <= datetime.fromisoformat(facts["span"]["start"]) <= datetime.now(UTC)


def test_passes_keeps_cone_and_daylight() -> None:
    words = ("passes", "malligyong1_nov23", "osan", "--days", "10", "--json")
    everything_ = json.loads(good(call(*words)))["overpasses"]
    filtered = json.loads(good(call(*words, "--max-off-nadir", "30", "--daylight")))["overpasses"]
    assert 0 < len(filtered) < len(everything_)
    assert all(row["off_nadir_deg"] <= 30.0 for row in filtered)
    assert all(row["sun_elevation_deg"] >= 10.0 for row in filtered)


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


def test_map_draws_the_day_and_the_width_that_are_asked_for(folder: Path, tmp_path: Path) -> None:
    day = read(folder).start.date()
    words = ("map", folder, "--figure", "timeline", "--width", 400)
    good(call(*words, "--day", day, "--out", tmp_path / "a.png"))
    picture = (tmp_path / "a.png").read_bytes()
    assert int.from_bytes(picture[16:20], "big") == 400
    outside = call(*words, "--day", "1999-01-01", "--out", tmp_path / "b.png")
    assert outside.exit_code == 1
    assert "day: 1999-01-01 is outside the run" in outside.stderr


def test_map_draws_a_part_of_the_earth_in_a_format_without_a_heading(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("map", folder, "--extent", "118,20,124,27", "--projection", "mercator")
    assert good(call(*words, "--format", "svg", "--no-title")).strip() == "ground-track.svg"
    assert (tmp_path / "ground-track.svg").read_text().startswith("<?xml")
    for option, said in (
        (("--extent", "118,20"), "'118,20' is not west,south,east,north in degrees"),
        (("--format", "gif"), "a figure is written as png, svg, pdf, not 'gif'"),
        (("--format", "pdf", "--out", "a.png"), "'pdf' and --out a.png are not of one kind"),
        (("--x", "span.days"), "--x: is for figures of a sweep; this is the folder of a run"),
    ):
        refused = call("map", folder, *option)
        assert refused.exit_code == 1 and said in refused.stderr


def test_map_draws_a_sweep(scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    varied = ("--vary", "satellites.0.sensor.max_off_nadir_deg=20,40", "--set", "regions=[]")
    good(call("sweep", scenario, *varied, "--out", "swept", "--jobs", 1))
    listed = good(call("map", "swept", "--figure", "list"))
    assert listed.startswith("varied: satellites.0.sensor.max_off_nadir_deg")
    assert good(call("map", "swept", "--figure", "contacts_per_day")).strip() == (
        "contacts_per_day.png"
    )
    assert (tmp_path / "contacts_per_day.png").read_bytes().startswith(b"\x89PNG")
    refused = call("map", "swept", "--extent", "1,2,3,4")
    assert "--extent: is for figures of a run; this is the folder of a sweep" in refused.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("map", "nowhere"), "is not a results folder: summary.json is missing"),
        (("report", "nowhere"), "is not a results folder: summary.json is missing"),
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


def test_runs_are_compared_side_by_side(folder: Path, tmp_path: Path) -> None:
    other = shutil.copytree(folder, tmp_path / "other")
    printed = good(call("compare", folder, other))
    assert "Network dprk+russia" in printed and "day" in printed and "other" in printed
    header, *rows = good(call("compare", folder, other, "--csv")).splitlines()
    assert header == "of,name,figure,day,other" and len(rows) > 30
    facts = json.loads(good(call("compare", folder, other, "--json")))
    assert [run["run"] for run in facts["runs"]] == ["day", "other"]


def test_a_comparison_needs_two_folders_of_results(folder: Path, tmp_path: Path) -> None:
    assert call("compare", folder).exit_code == 2
    assert "named twice" in call("compare", folder, folder).stderr
    missing = call("compare", folder, tmp_path / "none")
    assert missing.exit_code == 1 and "is not a results folder" in missing.stderr
