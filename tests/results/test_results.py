"""Results are written and read back the same: tables, grids, summary and figures."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from simulator import results
from simulator.errors import InputError
from simulator.results import discovery, netcdf, tables
from simulator.results.columns import TABLES, Column, described
from tests import made
from tests.made_results import example, grid

REGIONS = {"Zone/../한국": grid(), "korea": grid(), "Korea": grid()}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


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
    fields = {field.name for field in dataclasses.fields(whole)} - {*TABLES, "grids", "provenance"}
    for name in fields:
        assert getattr(back, name) == getattr(whole, name)


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    results.write(example(grids=REGIONS), tmp_path / "first")
    results.write(example(grids=REGIONS), tmp_path / "second")
    results.write(results.read(tmp_path / "first"), tmp_path / "third")
    first = made.contents(tmp_path / "first")
    assert made.contents(tmp_path / "second") == first
    assert made.contents(tmp_path / "third") == first


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
    names = set(made.contents(tmp_path / "run"))
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


def shown(times_s: np.ndarray) -> list[str]:
    return [str(time_s) for time_s in times_s.tolist()]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=5))
def test_any_text_survives_a_csv_and_none_starts_a_formula(texts: list[str]) -> None:
    columns = [described("satellite"), Column("other", "text")]
    frame = pd.DataFrame({name: pd.Series(texts, dtype="str") for name in ("satellite", "other")})
    data = tables.to_csv(frame, shown)
    pd.testing.assert_frame_equal(tables.from_csv(data, columns), frame)
    for row in list(csv.reader(io.StringIO(data.decode(), newline="")))[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row)


@given(st.lists(st.floats(-1e7, 1e7), max_size=5))
def test_rounded_numbers_survive_a_csv_to_the_bit(values: list[float]) -> None:
    frame = tables.rounded(pd.DataFrame({"latency_s": pd.Series(values, dtype=np.float64)}))
    data = tables.to_csv(frame, shown)
    pd.testing.assert_frame_equal(
        tables.from_csv(data, [described("latency_s")]), frame, check_exact=True
    )


def test_a_grid_follows_the_cf_conventions(tmp_path: Path) -> None:
    results.write(example(), tmp_path / "run")
    with xr.open_dataset(
        tmp_path / "run" / "grid-korea.nc", engine="h5netcdf", decode_times=False
    ) as opened:
        dataset = opened.load()
    assert dataset.attrs["Conventions"] == "CF-1.11, ACDD-1.3"
    assert dataset.attrs["region"] == "korea"
    assert dataset.lat.attrs["standard_name"] == "latitude"
    assert dataset.lon.attrs["units"] == "degrees_east"
    assert dataset.crs.attrs["grid_mapping_name"] == "latitude_longitude"
    assert dataset.crs.attrs["inverse_flattening"] == pytest.approx(298.257223563)
    assert dataset.revisit_mean_h.attrs["grid_mapping"] == "crs"
    assert dataset.revisit_mean_h.attrs["units"] == "h"
    assert dataset.time_s.attrs["units"] == "seconds since 2023-08-24 00:00:00.000000"
    assert "grid_mapping" not in dataset.accumulated_fraction.attrs
    assert "_FillValue" not in dataset.lat.encoding or np.isnan(dataset.lat.encoding["_FillValue"])
    assert all("long_name" in variable.attrs for variable in dataset.variables.values())


def opened(folder: Path) -> xr.Dataset:
    with xr.open_dataset(
        folder / "grid-korea.nc", engine="h5netcdf", decode_times=False, decode_coords=False
    ) as file:
        return file.load()


def test_what_cell_methods_name_is_in_the_file(tmp_path: Path) -> None:
    results.write(example(), tmp_path / "run")
    file = opened(tmp_path / "run")
    for name, variable in file.data_vars.items():
        for axis in re.findall(r"(\w+): ", variable.attrs.get("cell_methods", "")):
            listed = variable.attrs.get("coordinates", "").split()
            assert axis == "area" or axis in variable.dims or axis in listed, (name, axis)
    assert file["revisit_mean_h"].attrs["cell_methods"] == "area: point span: mean (over gaps)"
    assert float(file["span"]) == 43_200.0
    # Nothing of it is in the grid that is read back.
    assert "span" not in results.read(tmp_path / "run").grids["korea"].variables


def test_a_calendar_says_whether_leap_seconds_are_counted(tmp_path: Path) -> None:
    results.write(example(), tmp_path / "without")
    time = opened(tmp_path / "without")["time_s"]
    assert time.attrs["calendar"] == "standard"
    assert time.attrs["units_metadata"] == "leap_seconds: utc"
    results.write(example(start=datetime(2016, 12, 31, 12, tzinfo=UTC)), tmp_path / "with")
    file = opened(tmp_path / "with")
    assert file["time_s"].attrs["calendar"] == "utc"
    assert "units_metadata" not in file["time_s"].attrs
    assert file.attrs["Conventions"] == "CF-1.12, ACDD-1.3"


def test_a_grid_says_what_it_is_where_and_when(tmp_path: Path) -> None:
    results.write(example(), tmp_path / "run")
    told = opened(tmp_path / "run").attrs
    assert {"title", "summary", "keywords", "license", "source"} <= {*told}
    assert (told["geospatial_lat_min"], told["geospatial_lat_max"]) == (36.0, 39.0)
    assert (told["geospatial_lon_min"], told["geospatial_lon_max"]) == (125.0, 127.0)
    assert told["time_coverage_start"] == "2023-08-24T00:00:00Z"
    assert told["time_coverage_end"] == "2023-08-25T00:00:00Z"
    assert told["time_coverage_duration"] == "P1D"
    # Who made it, and when, is not the program's to say.
    assert not [name for name in told if name.startswith(("creator", "publisher", "date_"))]


@pytest.mark.parametrize(
    ("longitudes_deg", "ends_deg"),
    [
        ([170.0, 175.0, 180.0, 185.0], (170.0, -175.0)),
        ([-179.0, 179.0], (179.0, -179.0)),
        ([10.0], (10.0, 10.0)),
        ([-30.0, 0.0, 30.0], (-30.0, 30.0)),
        (np.arange(-179.5, 180.0), (-179.5, 179.5)),
    ],
)
def test_a_grid_across_the_antimeridian_begins_in_the_west(
    longitudes_deg: list[float], ends_deg: tuple[float, float]
) -> None:
    assert discovery.ends_deg(np.asarray(longitudes_deg)) == ends_deg


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(2_592_000.0, "P30D"), (109_800.0, "P1DT6H30M"), (61.0, "PT1M1S"), (0.2, "P0D")],
)
def test_a_length_of_time_is_written_by_iso_8601(seconds: float, text: str) -> None:
    assert discovery.iso_duration(seconds) == text


def test_frames_have_datetimes_that_know_they_are_utc(tmp_path: Path) -> None:
    whole = example()
    results.write(whole, tmp_path / "run")
    for name, layout in TABLES.items():
        frame = whole[name]
        assert isinstance(frame, pd.DataFrame)
        written = rows_of(tmp_path / "run" / "tables" / f"{name}.csv")
        for column in layout.columns:
            if described(column).kind == "instant":  # type: ignore[union-attr]
                twin = frame[column.removesuffix("_s") + "_utc"]
                assert str(twin.dt.tz) == "UTC"
                texts = [row[column.removesuffix("_s") + "_utc"] for row in written]
                assert [*pd.to_datetime(pd.Series(texts), utc=True)] == [*twin] or not texts
    assert list(whole.accesses.columns)[2:4] == ["start_s", "start_utc"]
    assert whole.accesses["start_utc"][0] == pd.Timestamp("2023-08-24T01:27:11.483Z")
    assert pd.isna(whole.deliveries["delivered_utc"][1])


def test_a_datetime_after_a_leap_second_is_that_of_the_file() -> None:
    late = example(start=datetime(2016, 12, 31, 22, 32, 48, tzinfo=UTC))
    assert late.accesses["start_s"][0] == pytest.approx(5_231.483, abs=1e-3)
    # Half a second before the leap second; what comes after it is a second less by the clock.
    assert late.accesses["start_utc"][0] == pd.Timestamp("2016-12-31T23:59:59.483Z")
    assert late.accesses["end_utc"][0] == pd.Timestamp("2017-01-01T00:04:29.100Z")


def test_a_time_that_stands_for_itself_needs_an_offset() -> None:
    satellites = pd.DataFrame({"satellite": ["a"], "epoch_utc": ["2023-08-24T00:00:00"]})
    with pytest.raises(ValueError, match="without an offset"):
        example(satellites=satellites)
    known = satellites.assign(epoch_utc="2023-08-24T09:00:00+09:00")
    assert example(satellites=known).satellites["epoch_utc"][0] == pd.Timestamp("2023-08-24T00Z")


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

    results.write(example(), tmp_path / "run", drawings=draw)
    assert (tmp_path / "run" / "figures" / "map.png").read_bytes() == b"png"
    assert results.read(tmp_path / "run").title == example().title


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


def test_a_table_or_a_grid_is_had_by_its_name() -> None:
    whole = example(grids=REGIONS)
    assert whole["networks"] is whole.networks
    assert whole["korea"] is whole.grids["korea"]
    assert {*TABLES, *REGIONS} == set(whole._ipython_key_completions_())
    with pytest.raises(InputError, match="did you mean 'networks'"):
        whole["network"]
