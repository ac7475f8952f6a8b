from __future__ import annotations

import csv
import dataclasses
import errno
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import h5netcdf
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from simulator import results
from simulator.errors import InputError
from simulator.results import netcdf, tables
from simulator.results.columns import TABLES, Column, described

START = datetime(2023, 8, 24, tzinfo=UTC)
ABSENT = float("nan")


def network(name: str, latency_h: float) -> dict[str, Any]:
    figures = {column: 1.0 for column in TABLES["networks"].columns}
    return figures | {
        "network": name,
        "stations": 1,
        "relays": 0,
        "pictures_taken": 3,
        "pictures_delivered": 2,
        "pictures_lost": 0,
        "pictures_waiting": 1,
        "contacts_per_day": 4.25,
        "latency_median_h": latency_h,
        "age_max_h": ABSENT,
    }


def grid() -> xr.Dataset:
    random = np.random.default_rng(1)
    revisit = random.random((4, 3)) * 1e5
    revisit[0, 0] = np.nan
    plane = ("lat", "lon")
    return xr.Dataset(
        {
            "cell_area_km2": (plane, np.full((4, 3), 2_500.0)),
            "in_region": (plane, random.random((4, 3)) > 0.2),
            "accesses": (plane, random.integers(0, 9, (4, 3))),
            "revisit_mean_s": (plane, revisit),
            "first_access_s": (plane, revisit),
            "accumulated_fraction": (("time",), np.array([0.0, 0.5, 1.0])),
        },
        coords={
            "lat": [36.0, 37.0, 38.0, 39.0],
            "lon": [125.0, 126.0, 127.0],
            "time_s": ("time", [0.0, 43_200.0, 86_400.0]),
        },
    )


REGIONS = {"Zone/../한국": grid(), "korea": grid(), "Korea": grid()}


def example(**changes: Any) -> results.Results:
    window = {"start_s": 5_231.48291, "end_s": 5_502.1, "duration_s": 270.61709}
    edges = {"cut_start": False, "cut_end": False}
    access = {"satellite": "만리경-1", "target": "=cmd|' /C calc'!A0", **window, **edges}
    access |= {"best_s": 5_300.0, "off_nadir_deg": 12.5, "incidence_deg": 13.6}
    access |= {"elevation_deg": 76.4, "slant_range_km": 512.0, "gsd_m": 3.1}
    access |= {"niirs": 2.5, "sun_elevation_deg": 41.0}
    contact = {
        "network": "dprk",
        "satellite": "만리경-1",
        "station": "Pyongyang",
        **window,
        **edges,
    }
    contact |= {"culmination_s": 5_400.0, "max_elevation_deg": 44.0, "rate_bps": 2e6}
    contact |= {"delay_s": 0.0, "command": True, "downlink": True}
    place = {"target": "=cmd|' /C calc'!A0", "country": "", "latitude_deg": 37.09}
    place |= {"longitude_deg": 127.03, "accesses": 1, "accesses_per_day": 1.0}
    place |= {"revisit_mean_h": 11.9, "revisit_max_h": 20.0, "wait_mean_h": 8.0}
    place |= {"access_minutes_per_day": 4.5, "best_gsd_m": 3.1, "best_niirs": 2.5}
    picture = {"picture": 0, "satellite": "만리경-1", "target": place["target"], "taken_s": 5_300.0}
    sent = {"network": "dprk", **picture, "sent_s": 5_300.0, "delivered_s": 5_620.0}
    sent |= {"latency_s": 320.0, "via": "Pyongyang", "status": "delivered"}
    waiting = sent | {"network": "none", "sent_s": ABSENT, "delivered_s": ABSENT}
    waiting |= {"latency_s": ABSENT, "via": None, "status": "waiting"}
    given: dict[str, Any] = {
        "scenario_toml": 'schema_version = 1\ntitle = "빠른"\n',
        "title": "One satellite <b>&</b> two networks",
        "question": "How soon?",
        "start": START,
        "days": 1.0,
        "baseline": "dprk",
        "source_line": "simulator 0.1.0",
        "satellites": pd.DataFrame(
            [{"satellite": "만리경-1", "altitude_km": 502.5, "hypothetical": True, "code": 7}]
        ),
        "stations": pd.DataFrame([{"network": "dprk", "station": "Pyongyang", "kind": "station"}]),
        "tracks": pd.DataFrame(
            {
                "satellite": "만리경-1",
                "time_s": [0.0, 60.0],
                "latitude_deg": [-0.000001, 3.8],
                "longitude_deg": [179.9, -179.1],
                "altitude_km": [500.0, 500.1],
            }
        ),
        "accesses": pd.DataFrame([access]),
        "contacts": pd.DataFrame([contact]),
        "pictures": pd.DataFrame([picture | {"size_bits": 160e6}]),
        "deliveries": pd.DataFrame([sent, waiting]),
        "networks": pd.DataFrame([network("dprk", 4.0), network("dprk+russia", 1.0)]),
        "targets": pd.DataFrame([place]),
        "grids": {"korea": grid()},
        "provenance": {
            "versions": {"simulator": "0.1.0"},
            "ut1_minus_utc_s": -0.01,
            "definitions": {"revisit": "stk"},
            "absent": ABSENT,
        },
        "warnings": ["an orbit is hypothetical"],
    }
    return results.Results(**(given | changes))


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_all_that_is_written_is_read_back(tmp_path: Path) -> None:
    whole = example(grids=REGIONS)
    results.write(whole, tmp_path / "run")
    back = results.read(tmp_path / "run")
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(back, name), tables.rounded(getattr(whole, name)))
    assert list(back.grids) == list(whole.grids)
    for region, dataset in whole.grids.items():
        xr.testing.assert_identical(back.grids[region].drop_attrs(), dataset)
    assert back.provenance == whole.provenance | {"absent": None}
    others = {field.name for field in dataclasses.fields(whole)} - {*TABLES, "grids", "provenance"}
    for name in others:
        assert getattr(back, name) == getattr(whole, name)


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    results.write(example(grids=REGIONS), tmp_path / "first")
    results.write(example(grids=REGIONS), tmp_path / "second")
    results.write(results.read(tmp_path / "first"), tmp_path / "third")
    first = digests(tmp_path / "first")
    assert digests(tmp_path / "second") == first
    assert digests(tmp_path / "third") == first


def test_a_run_without_anything_to_show_is_kept_too(tmp_path: Path) -> None:
    nothing = {name: pd.DataFrame() for name in TABLES}
    whole = example(**nothing, grids={}, warnings=[])
    results.write(whole, tmp_path / "run")
    back = results.read(tmp_path / "run")
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(back, name), getattr(whole, name))
    assert back.tracks["time_s"].dtype == np.float64
    assert "no network" in repr(back)


def test_the_folder_holds_what_its_readme_says(tmp_path: Path) -> None:
    results.write(example(grids=REGIONS), tmp_path / "run")
    names = set(digests(tmp_path / "run"))
    csvs = {f"tables/{name}.csv" for name in TABLES}
    grids = {"grid-zone.nc", "grid-korea.nc", "grid-korea-2.nc"}
    fixed = {"summary.json", "scenario.toml", "provenance.json", "README.txt"}
    assert names == csvs | grids | fixed | {"tables/columns.json"}
    note = (tmp_path / "run" / "README.txt").read_text(encoding="utf-8")
    assert all(
        name.removeprefix("tables/") in note for name in grids | csvs | fixed - {"README.txt"}
    )
    assert "latency_s [s]: from the end of collection" in note


def test_the_summary_has_ratios_to_the_baseline_and_null_for_the_absent(tmp_path: Path) -> None:
    results.write(example(), tmp_path / "run")
    text = (tmp_path / "run" / "summary.json").read_text(encoding="utf-8")
    assert "NaN" not in text
    summary = json.loads(text)
    assert summary["schema_version"] == results.SCHEMA_VERSION
    assert summary["start"] == "2023-08-24T00:00:00Z"
    assert list(summary) == sorted(summary)
    first, second = summary["networks"]
    assert first["latency_median_h"] == 4.0
    assert first["ratio_to_baseline"]["latency_median_h"] == 1.0
    assert second["ratio_to_baseline"]["latency_median_h"] == 0.25
    assert second["age_max_h"] is None
    assert second["ratio_to_baseline"]["age_max_h"] is None
    assert second["ratio_to_baseline"]["pictures_lost"] is None
    assert summary["definitions"] == {"revisit": "stk"}
    assert summary["rows"]["deliveries"] == 2


def test_a_baseline_that_is_no_network_gives_no_ratio(tmp_path: Path) -> None:
    results.write(example(baseline="absent"), tmp_path / "run")
    summary = json.loads((tmp_path / "run" / "summary.json").read_bytes())
    assert set(summary["networks"][1]["ratio_to_baseline"].values()) == {None}


def test_instants_have_their_utc_beside_them(tmp_path: Path) -> None:
    offset = timezone(timedelta(hours=9))
    results.write(example(start=datetime(2023, 8, 24, 9, tzinfo=offset)), tmp_path / "run")
    (row,) = rows_of(tmp_path / "run" / "tables" / "accesses.csv")
    columns = list(row)
    assert columns[columns.index("start_s") + 1] == "start_utc"
    assert (row["start_s"], row["start_utc"]) == ("5231.483", "2023-08-24T01:27:11.483Z")
    assert "duration_utc" not in columns
    delivered, waiting = rows_of(tmp_path / "run" / "tables" / "deliveries.csv")
    assert delivered["delivered_utc"] == "2023-08-24T01:33:40.000Z"
    assert (waiting["sent_s"], waiting["sent_utc"], waiting["via"]) == ("", "", "")


def test_numbers_have_fixed_decimals_and_no_negative_zero(tmp_path: Path) -> None:
    results.write(example(), tmp_path / "run")
    first, second = rows_of(tmp_path / "run" / "tables" / "tracks.csv")
    assert (first["time_s"], first["latitude_deg"]) == ("0.000", "0.00000")
    assert second["longitude_deg"] == "-179.10000"
    (picture,) = rows_of(tmp_path / "run" / "tables" / "pictures.csv")
    assert (picture["picture"], picture["size_bits"]) == ("0", "160000000")


def test_a_name_that_is_a_formula_is_text_in_a_spreadsheet(tmp_path: Path) -> None:
    results.write(example(), tmp_path / "run")
    (row,) = rows_of(tmp_path / "run" / "tables" / "accesses.csv")
    assert row["target"] == "'=cmd|' /C calc'!A0"
    assert results.read(tmp_path / "run").accesses["target"][0] == "=cmd|' /C calc'!A0"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=5))
def test_any_text_survives_a_csv_and_none_starts_a_formula(texts: list[str]) -> None:
    columns = [described("satellite"), Column("other", "text")]
    frame = pd.DataFrame({name: pd.Series(texts, dtype="str") for name in ("satellite", "other")})
    data = tables.to_csv(frame, str)
    pd.testing.assert_frame_equal(tables.from_csv(data, columns), frame)
    for row in list(csv.reader(io.StringIO(data.decode(), newline="")))[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row)


@given(st.lists(st.floats(-1e7, 1e7), max_size=5))
def test_rounded_numbers_survive_a_csv_to_the_bit(values: list[float]) -> None:
    frame = tables.rounded(pd.DataFrame({"latency_s": pd.Series(values, dtype=np.float64)}))
    data = tables.to_csv(frame, str)
    pd.testing.assert_frame_equal(
        tables.from_csv(data, [described("latency_s")]), frame, check_exact=True
    )


def test_a_grid_follows_the_cf_conventions(tmp_path: Path) -> None:
    results.write(example(), tmp_path / "run")
    with xr.open_dataset(
        tmp_path / "run" / "grid-korea.nc", engine="h5netcdf", decode_times=False
    ) as opened:
        dataset = opened.load()
    assert dataset.attrs["Conventions"] == "CF-1.11"
    assert dataset.attrs["region"] == "korea"
    assert dataset.lat.attrs["standard_name"] == "latitude"
    assert dataset.lon.attrs["units"] == "degrees_east"
    assert dataset.crs.attrs["grid_mapping_name"] == "latitude_longitude"
    assert dataset.crs.attrs["inverse_flattening"] == pytest.approx(298.257223563)
    assert dataset.revisit_mean_s.attrs["grid_mapping"] == "crs"
    assert dataset.revisit_mean_s.attrs["units"] == "s"
    assert dataset.time_s.attrs["units"] == "seconds since 2023-08-24 00:00:00.000000"
    assert "grid_mapping" not in dataset.accumulated_fraction.attrs
    assert "_FillValue" not in dataset.lat.encoding or np.isnan(dataset.lat.encoding["_FillValue"])
    assert all("long_name" in variable.attrs for variable in dataset.variables.values())


@pytest.mark.parametrize(
    ("regions", "files"),
    [
        (["korean_peninsula"], ["grid-korean_peninsula.nc"]),
        (["../../etc/passwd", "CON"], ["grid-etc-passwd.nc", "grid-con.nc"]),
        (["한국", "日本", ""], ["grid-region.nc", "grid-region-2.nc", "grid-region-3.nc"]),
        (["a", "A", "a-2", "Á"], ["grid-a.nc", "grid-a-2.nc", "grid-a-2-2.nc", "grid-a-3.nc"]),
        (["x" * 300], [f"grid-{'x' * 60}.nc"]),
    ],
)
def test_region_names_make_safe_and_different_files(regions: list[str], files: list[str]) -> None:
    assert list(netcdf.file_names(regions).values()) == files


def test_figures_are_drawn_into_the_folder(tmp_path: Path) -> None:
    def draw(folder: Path) -> None:
        (folder / "map.png").write_bytes(b"png")

    results.write(example(), tmp_path / "run", figures=draw)
    assert (tmp_path / "run" / "figures" / "map.png").read_bytes() == b"png"
    assert results.read(tmp_path / "run").title == example().title


def test_an_existing_results_folder_needs_force(tmp_path: Path) -> None:
    results.write(example(title="old"), tmp_path / "run")
    with pytest.raises(InputError, match=r"holds results already.*--force"):
        results.write(example(title="new"), tmp_path / "run")
    assert results.read(tmp_path / "run").title == "old"
    results.write(example(title="new"), tmp_path / "run", force=True)
    assert results.read(tmp_path / "run").title == "new"
    assert left_behind(tmp_path) == ["run"]


def test_what_is_not_a_results_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "summary.json").write_text('{"format": "of another program"}')
    for name in ("mine", "other"):
        with pytest.raises(InputError, match="does not hold results"):
            results.write(example(), tmp_path / name, force=True)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_file_a_link_and_the_current_folder_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    results.write(example(), tmp_path / "run")
    (tmp_path / "link").symlink_to(tmp_path / "run")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "run" / "inside").mkdir()
    monkeypatch.chdir(tmp_path / "run" / "inside")
    refused = {
        tmp_path / "file": "is a file",
        tmp_path / "file" / "run": "is a file",
        tmp_path / "link": "is a link",
        tmp_path / "dangling": "is a link",
        tmp_path / "run": "current folder",
        Path(): "current folder",
        Path(".."): "current folder",
        Path("nul\0"): "not the name",
    }
    for folder, reason in refused.items():
        with pytest.raises(InputError, match=reason):
            results.write(example(), folder, force=True)
    assert results.read(tmp_path / "run").title == example().title


def test_a_new_folder_may_lie_in_new_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    results.write(example(), Path("a/b/run"))
    assert results.read(tmp_path / "a" / "b" / "run").days == 1.0


def fail_with(fault: BaseException) -> Callable[[Path], None]:
    def draw(folder: Path) -> None:
        (folder / "half.png").write_bytes(b"")
        raise fault

    return draw


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), RuntimeError("no font"), MemoryError()])
@pytest.mark.parametrize("force", [False, True])
def test_an_interrupted_write_leaves_nothing_and_the_old_intact(
    tmp_path: Path, fault: BaseException, force: bool
) -> None:
    if force:
        results.write(example(title="old"), tmp_path / "run")
    before = digests(tmp_path)
    with pytest.raises(type(fault)):
        results.write(example(), tmp_path / "run", force=force, figures=fail_with(fault))
    assert digests(tmp_path) == before
    assert left_behind(tmp_path) == (["run"] if force else [])


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_full_or_closed_disk_is_named_with_its_free_space(tmp_path: Path, number: int) -> None:
    results.write(example(title="old"), tmp_path / "run")
    fault = OSError(number, os.strerror(number))
    with pytest.raises(InputError, match=rf"run: cannot be written: {fault.strerror}.* MB free in"):
        results.write(example(), tmp_path / "run", force=True, figures=fail_with(fault))
    assert results.read(tmp_path / "run").title == "old"
    assert left_behind(tmp_path) == ["run"]


def test_a_missing_map_is_not_taken_for_a_fault_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no coast"):
        results.write(example(), tmp_path / "run", figures=fail_with(FileNotFoundError("no coast")))
    assert left_behind(tmp_path) == []


def test_a_name_too_long_for_the_disk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="File name too long"):
        results.write(example(), tmp_path / ("x" * 300))


def test_a_failed_swap_puts_the_old_results_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results.write(example(title="old"), tmp_path / "run")
    rename = Path.rename

    def broken(path: Path, target: Path) -> Path:
        if ".partial-" in path.name:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises(KeyboardInterrupt):
        results.write(example(), tmp_path / "run", force=True)
    assert results.read(tmp_path / "run").title == "old"
    assert left_behind(tmp_path) == ["run"]


def test_of_two_runs_into_one_folder_the_second_is_refused(tmp_path: Path) -> None:
    def first_comes_in(_: Path) -> None:
        here = tmp_path / f".run.partial-{os.getpid()}"
        here.rename(tmp_path / "mine")
        results.write(example(title="first"), tmp_path / "run")
        (tmp_path / "mine").rename(here)

    with pytest.raises(InputError, match="holds results already"):
        results.write(example(title="second"), tmp_path / "run", figures=first_comes_in)
    assert results.read(tmp_path / "run").title == "first"

    def at_once(_: Path) -> None:
        results.write(example(), tmp_path / "other")

    with pytest.raises(InputError, match="another is writing it"):
        results.write(example(), tmp_path / "other", figures=at_once)
    assert left_behind(tmp_path) == ["run"]


def test_what_cannot_be_written_is_known_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("a file")
    with pytest.raises(InputError, match=r"cannot be made, because .*a is a file"):
        results.check_folder(tmp_path / "a" / "run")
    with pytest.raises(InputError, match=r"cannot be made, because .*a is a file"):
        results.check_file(tmp_path / "a" / "b.png")
    with pytest.raises(InputError, match="is a folder"):
        results.check_file(tmp_path)
    with pytest.raises(InputError, match="File name too long"):
        results.check_folder(tmp_path / ("x" * 300))
    results.check_folder(tmp_path / "b" / "c" / "run")
    results.check_file(tmp_path / "b" / "c.png")
    assert left_behind(tmp_path) == ["a"]

    def read_only(path: Path, data: bytes) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", read_only)
    for check in (results.check_folder, results.check_file, results.check_inside):
        with pytest.raises(InputError, match="cannot be written: Read-only file system"):
            check(tmp_path / "b" / "run")
    assert left_behind(tmp_path) == ["a"]


def test_what_a_run_cut_off_has_left_is_removed_and_what_one_at_work_has_is_named(
    tmp_path: Path,
) -> None:
    partial = tmp_path / ".run.partial-77"
    (partial / "tables").mkdir(parents=True)
    results.check_folder(tmp_path / "run")
    assert left_behind(tmp_path) == []
    partial.mkdir()
    code = (
        "import os, pathlib, sys\n"
        "from simulator.results.folders import _held\n"
        f"held = _held(pathlib.Path({str(partial)!r}))\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(InputError, match=r"partial-77: is left .* or another is writing it"):
            results.check_folder(tmp_path / "run")
        with pytest.raises(InputError, match="partial-77"):
            results.write(example(), tmp_path / "run")
        assert partial.is_dir()
        other.stdin.close()
    results.write(example(), tmp_path / "run")
    assert left_behind(tmp_path) == ["run"]


def test_results_that_a_cut_left_under_another_name_are_put_back(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    results.write(example(title="old"), tmp_path / "run")
    (tmp_path / "run").rename(tmp_path / f".run.replaced-{ended.pid}")
    with pytest.raises(InputError, match="holds results already"):
        results.write(example(), tmp_path / "run")
    assert results.read(tmp_path / "run").title == "old"
    assert left_behind(tmp_path) == ["run"]


def forge(folder: Path, **changes: Any) -> None:
    """Change what a summary says, its digest with it."""
    path = folder / "summary.json"
    summary = json.loads(path.read_bytes()) | changes
    path.write_text(json.dumps(results.sealed(summary)))


@pytest.mark.parametrize(
    "name", ["summary.json", "scenario.toml", "tables/contacts.csv", "grid-korea.nc"]
)
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    results.write(example(), tmp_path / "run")
    (tmp_path / "run" / name).unlink()
    with pytest.raises(InputError, match=f"{name} is missing"):
        results.read(tmp_path / "run")


@pytest.mark.parametrize(
    "name", ["summary.json", "scenario.toml", "tables/contacts.csv", "grid-korea.nc"]
)
def test_a_truncated_file_is_named(tmp_path: Path, name: str) -> None:
    results.write(example(), tmp_path / "run")
    path = tmp_path / "run" / name
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match=name):
        results.read(tmp_path / "run")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": "other"}, "format 'other'"),
        ({"schema_version": "2"}, "schema_version '2'"),
        ({"schema_version": None}, "schema_version None"),
        ({"files": {}}, "does not fit"),
        ({"files": None}, "does not fit"),
        ({"grids": [{"region": "../secret", "file": "../secret"}]}, "does not fit"),
        ({"start": "yesterday"}, "does not fit"),
        ({"days": 1e308}, "days is no length"),
        ({"days": -1.0}, "days is no length"),
        ({"days": True}, "days is no length"),
        ({"title": 3}, "title is no text"),
        ({"warnings": "none"}, "warnings are no texts"),
        ({"grids": [{"region": 7}]}, "does not fit"),
        ({"grids": 7}, "does not fit"),
    ],
)
def test_a_foreign_summary_is_refused(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    results.write(example(), tmp_path / "run")
    forge(tmp_path / "run", **changes)
    with pytest.raises(InputError, match=reason) as caught:
        results.read(tmp_path / "run")
    assert len(caught.value.problems) == 1
    assert "\n" not in caught.value.problems[0]


def test_a_changed_summary_is_not_believed(tmp_path: Path) -> None:
    results.write(example(), tmp_path / "run")
    path = tmp_path / "run" / "summary.json"
    text = path.read_text()
    path.write_text(text.replace('"title": "', '"title": "not ', 1))
    with pytest.raises(InputError, match=r"summary\.json: was changed .*run the scenario again"):
        results.read(tmp_path / "run")
    for cut in ('{"a": Infinity}', '{"a": 1e999}', "[" * 100_000, '{"days": ' + "9" * 5_000 + "}"):
        path.write_text(cut)
        with pytest.raises(InputError, match=r"summary\.json: cannot be read"):
            results.read(tmp_path / "run")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tables/targets.csv", b'a"b,"c\n'),
        ("tables/targets.csv", b'"' + b"x" * 200_000 + b'"\n'),
        ("tables/targets.csv", b"\xff\xfe\x00"),
        ("tables/columns.json", b"[" * 100_000),
        ("tables/columns.json", b"{}"),
        ("tables/columns.json", b'{"targets": [[]]}'),
        ("grid-korea.nc", b""),
        ("grid-korea.nc", b"\x89HDF\r\n\x1a\n" + bytes(2_000)),
        ("provenance.json", b"[Infinity]"),
        ("provenance.json", b"3"),
    ],
)
def test_a_forged_file_is_one_line(tmp_path: Path, name: str, data: bytes) -> None:
    results.write(example(), tmp_path / "run")
    (tmp_path / "run" / name).write_bytes(data)
    files = json.loads((tmp_path / "run" / "summary.json").read_bytes())["files"]
    forge(tmp_path / "run", files=files | {name: hashlib.sha256(data).hexdigest()})
    with pytest.raises(InputError, match=r"does not fit .*run the scenario again") as caught:
        results.read(tmp_path / "run")
    assert len(caught.value.problems) == 1


def test_a_grid_that_unpacks_to_more_than_there_is_memory_is_refused(tmp_path: Path) -> None:
    with h5netcdf.File(tmp_path / "huge.nc", "w") as file:
        file.dimensions = {"x": 10**10}
        file.create_variable("a", ("x",), "f8", chunks=(10**6,), compression="gzip")
        file.create_variable("crs", (), "i4")
    with pytest.raises(ValueError, match="unpacks to 80"):
        netcdf.decode((tmp_path / "huge.nc").read_bytes())


@pytest.mark.parametrize("cell", ["inf", "nan", "1_0", "1e999", " 1", "0x1"])
def test_a_cell_that_is_no_number_as_we_write_it_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        tables.from_csv(f"gsd_m\n{cell}\n".encode(), [Column("gsd_m", "number")])


@pytest.mark.parametrize(
    ("older_by", "form", "advice"),
    [(1, "an older form", r"; run the scenario again$"), (-1, "a newer form", "that version, or")],
)
def test_results_of_another_form_are_refused_with_what_wrote_them(
    tmp_path: Path, older_by: int, form: str, advice: str
) -> None:
    run = tmp_path / "run"
    results.write(example(provenance={"packages": {"simulator": "0.0.7"}}), run)
    summary = json.loads((run / "summary.json").read_bytes())
    version = summary["schema_version"] - older_by
    # A folder of another form has other tables: only what says so may be looked at.
    (run / "summary.json").write_text(json.dumps(summary | {"schema_version": version}))
    (run / "tables" / "columns.json").unlink()
    with pytest.raises(InputError, match=rf"{form}, written by simulator 0\.0\.7 .*{advice}"):
        results.read(run)
    (run / "provenance.json").write_text("{}")
    with pytest.raises(InputError, match=f"{form}, written by an unknown version"):
        results.read(run)


def test_no_folder_is_no_results_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is not a results folder: summary\.json is missing"):
        results.read(tmp_path / "absent")
    (tmp_path / "summary.json").write_text("[]")
    with pytest.raises(InputError, match="is not the summary"):
        results.read(tmp_path)


def test_a_table_without_its_columns_or_with_infinity_is_a_fault_of_the_program() -> None:
    whole = example()
    with pytest.raises(ValueError, match="accesses: column 'gsd_m' is missing"):
        example(accesses=whole.accesses.drop(columns="gsd_m"))
    with pytest.raises(ValueError, match=r"pictures\.size_bits: holds an infinite value"):
        example(pictures=whole.pictures.assign(size_bits=np.inf))
    with pytest.raises(ValueError, match=r"contacts\.command: every value must be true or false"):
        example(contacts=whole.contacts.assign(command="yes"))
    with pytest.raises(ValueError, match=r"networks\.stations: holds text"):
        example(networks=whole.networks.assign(stations="Pyongyang"))
    with pytest.raises(ValueError, match=r"targets\.accesses: holds a number that is not whole"):
        example(targets=whole.targets.assign(accesses=1.5))
    with pytest.raises(ValueError, match="start needs an offset"):
        example(start=datetime(2023, 8, 24))


def test_a_count_may_be_absent(tmp_path: Path) -> None:
    whole = example(targets=example().targets.assign(accesses=np.nan))
    results.write(whole, tmp_path / "run")
    assert results.read(tmp_path / "run").targets["accesses"].isna().all()
    assert (
        json.loads((tmp_path / "run" / "summary.json").read_bytes())["targets"][0]["accesses"]
        is None
    )


def test_results_show_their_networks() -> None:
    whole = example()
    assert "dprk+russia" in repr(whole)
    assert "4.25" in repr(whole)
    shown = whole._repr_html_()
    assert "<b>" not in shown
    assert "&lt;b&gt;" in shown
    assert "dprk+russia" in shown
