"""Sweeps run in one process or several: their figures, their folder, and points that fail."""

import math
import multiprocessing

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from simulator import catalog
from simulator.glossary import cf_unit, figures_of, unit
from simulator.scenario import loads
from simulator.study.runs import figures
from simulator.sweep import Watcher, plan, read_sweep, run_sweep
from simulator.sweep.executors import PointQueue, Processes, released
from simulator.sweep.worker import Job, PointTask
from tests import made_runners as runners
from tests.made_sweeps import ALTITUDE, RATE, REGARD, SCENARIO, same, stub


def test_every_numeric_figure_of_a_run_is_in_the_sweep(file):
    region = "\n[[regions]]\nname = 'r'\ncatalog = 'guam_box'\nresolution_km = 100.0\n"
    region += "[clouds]\nclear = 0.5\n"
    tables = figures(loads(SCENARIO + region, origin="x", folder=file.parent))
    assert set(tables.networks) - {"network", "stations", "relays"} == set(figures_of("network"))
    places = {"target", "country", "latitude_deg", "longitude_deg"}
    assert set(tables.targets) - places == set(figures_of("target"))
    assert set(tables.regions) - {"region", "look", "cells", "area_km2"} == set(
        figures_of("region")
    )


def test_a_point_has_the_figures_of_a_run_of_its_own(small):
    planned, sweep, _ = small
    row = sweep.table.iloc[4]
    assert (row[ALTITUDE], row[RATE]) == (550, 2)
    alone = figures(planned.source.variants().scenario(planned.overrides(4)))
    russia = alone.networks.set_index("network").loc["dprk+russia"]
    for figure in ("latency_mean_h", "age_mean_h", "contacts_per_day"):
        assert math.isclose(row[f"{figure}[dprk+russia]"], russia[figure], rel_tol=1e-8), figure
    osan = alone.targets.set_index("target").loc["osan"]
    assert math.isclose(row["revisit_mean_h[osan]"], osan["revisit_mean_h"], rel_tol=1e-8)


def test_the_array_is_on_the_varied_keys(small):
    _, sweep, _ = small
    cell = sweep.array["age_mean_h"].sel({ALTITUDE: 550, RATE: 4, "network": "dprk"})
    assert float(cell) == sweep.table["age_mean_h[dprk]"].iloc[5]
    assert sweep.array["age_mean_h"].attrs["units"] == "h"
    assert sweep.array["accesses_per_day"].attrs["units"] == "day-1"
    for name in sweep.array.data_vars:
        assert sweep.array[name].attrs["long_name"]
        assert sweep.array[name].attrs["units"]


def test_the_long_table_has_what_the_wide_one_has(small):
    planned, sweep, _ = small
    long = sweep.long_table
    keys = [ALTITUDE, RATE]
    assert list(long) == ["point", *keys, "of", "name", "figure", "unit", "value"]
    assert len(long) == len(planned) * len(planned.columns)
    for label, column in zip(sweep.table.columns[5:], planned.columns, strict=True):
        rows = long[
            (long["of"] == column.kind)
            & (long["name"] == column.name)
            & (long["figure"] == column.figure)
        ]
        assert rows["point"].tolist() == sweep.table["point"].tolist()
        for name, wide in (("value", label), *zip(keys, keys, strict=True)):
            np.testing.assert_array_equal(rows[name], sweep.table[wide])
        # The unit is that of the array as well.
        variable = sweep.array[column.variable]
        assert variable.attrs["units"] == cf_unit(column.figure)
        assert set(rows["unit"]) == {unit(column.figure)}


@pytest.mark.usefixtures("without_arrays")
def test_the_long_table_is_written_if_asked_for_and_kept_up_to_date(file, tmp_path):
    folder = tmp_path / "out"
    planned = stub(file, count=3)
    run_sweep(planned, jobs=1, out=folder, runner=runners.trivial)
    assert not (folder / "table-long.csv").exists()
    sweep = run_sweep(
        planned, jobs=1, out=folder, resume=True, long_table=True, runner=runners.trivial
    )
    first = (folder / "table-long.csv").read_bytes()
    written = pd.read_csv(folder / "table-long.csv")
    assert len(written) == len(sweep.long_table)
    (folder / "table-long.csv").write_text("half")
    run_sweep(planned, jobs=1, out=folder, resume=True, runner=runners.trivial)
    assert (folder / "table-long.csv").read_bytes() == first


def test_a_key_that_is_a_time_is_a_datetime_in_frames(file):
    planned = plan(file, ["span.start=2023-11-24T00:00:00Z,2023-11-25T00:00:00Z"])
    sweep = run_sweep(planned, jobs=1, runner=runners.trivial)
    for frame in (sweep.table, sweep.long_table):
        assert str(frame["span.start"].dt.tz) == "UTC"
    assert sweep.table["span.start"][1] == pd.Timestamp("2023-11-25T00:00Z")


def test_work_is_shared_and_reported(small):
    _, sweep, _ = small
    assert sweep.reused["accesses"] == {"reused": 4, "run": 2}
    assert sweep.reused["contacts"]["reused"] == 2 * sweep.reused["contacts"]["run"]
    # Of two networks at two altitudes, whatever the rate.
    assert sweep.reused["grants"] == {"reused": 8, "run": 4}


def test_the_folder_reads_back_and_others_can_read_it(small):
    _, sweep, folder = small
    again = read_sweep(folder)
    pd.testing.assert_frame_equal(again.table, sweep.table)
    xr.testing.assert_identical(again.array, sweep.array)
    assert again.reused == sweep.reused
    with xr.open_dataset(folder / "sweep.nc", engine="h5netcdf") as netcdf:
        xr.testing.assert_equal(netcdf, sweep.array)
    with xr.open_zarr(folder / "sweep.zarr") as zarr:
        xr.testing.assert_equal(zarr.load(), sweep.array)
    csv = pd.read_csv(folder / "table.csv")
    assert list(csv) == list(sweep.table)
    assert np.allclose(csv["age_mean_h[dprk]"], sweep.table["age_mean_h[dprk]"])


def test_a_sweep_shows_itself(small):
    _, sweep, _ = small
    assert "6 of 6 points done" in repr(sweep)
    assert f"{RATE}: 1, 2, 4" in repr(sweep)
    assert "<table" in sweep._repr_html_()


def test_processes_give_the_same_bytes(small, tmp_path):
    planned, _, folder = small
    run_sweep(planned, jobs=2, out=tmp_path / "two")
    same(folder, tmp_path / "two")


def test_a_sampled_sweep_has_its_keys_along_the_points(file, tmp_path):
    planned = plan(file, [f"{RATE}=1:9", f"{REGARD}=20,30"], sample=8)
    sweep = run_sweep(planned, runner=runners.trivial, out=tmp_path / "s")
    assert sweep.array[RATE].dims == ("point",)
    age = sweep.array["age_mean_h"].sel(network="dprk")
    assert np.allclose(age, sweep.array[RATE])
    xr.testing.assert_identical(read_sweep(tmp_path / "s").array, sweep.array)


def test_values_that_are_no_numbers_become_labels(file, tmp_path):
    planned = plan(file, ["networks=['dprk'],['dprk','dprk+russia']", "title=a,b"])
    sweep = run_sweep(planned, runner=runners.trivial, out=tmp_path / "s")
    assert list(sweep.array["networks"].values) == ['["dprk"]', '["dprk", "dprk+russia"]']
    with xr.open_dataset(tmp_path / "s" / "sweep.nc", engine="h5netcdf") as netcdf:
        xr.testing.assert_equal(netcdf, sweep.array)


@pytest.mark.usefixtures("without_arrays")
def test_a_point_that_fails_stops_no_other(file, tmp_path):
    sweep = run_sweep(stub(file), runner=runners.fails_at_three, out=tmp_path / "s")
    assert sweep.errors == {2: "ZeroDivisionError: three"}
    assert list(sweep.table["status"]) == ["done"] * 2 + ["failed"] + ["done"] * 5
    assert np.isnan(sweep.table["age_mean_h[dprk]"].iloc[2])
    again = run_sweep(stub(file), runner=runners.trivial, out=tmp_path / "s", resume=True)
    assert not again.errors
    assert again.table["age_mean_h[dprk]"].iloc[2] == 3.0


def test_a_worker_that_dies_fails_its_point_alone(file):
    sweep = run_sweep(stub(file), jobs=2, runner=runners.dies_at_three)
    assert list(sweep.errors) == [2]
    assert "killed" in sweep.errors[2]
    assert sweep.done == 7


def test_a_worker_that_dies_once_fails_nothing(file, tmp_path):
    planned = stub(file, overrides=[f"note={tmp_path / 'mark'}"])
    sweep = run_sweep(planned, jobs=2, runner=runners.dies_once)
    assert (sweep.done, sweep.errors) == (8, {})


def test_the_watcher_is_reported_what_is_ahead_and_how_far_it_is(file):
    reports = []

    class Told(Watcher):
        def estimated(self, estimate):
            reports.append(estimate.points)

        def progressed(self, progress):
            reports.append(progress.done)

    run_sweep(stub(file), runner=runners.trivial, watcher=Told())
    assert reports == [2, 8, 3, 4, 5, 6, 7, 8]


def test_a_worker_that_does_not_end_holds_up_no_sweep(file, tmp_path, monkeypatch):
    monkeypatch.setattr("simulator.sweep.executors._END_S", 0.5)
    sweep = run_sweep(stub(file, 4), jobs=2, runner=runners.never_ends)
    assert sweep.done == 4


def test_a_sweep_keeps_what_the_catalogue_calls_its_networks_and_targets(small):
    _, sweep, folder = small
    called = read_sweep(folder).names
    assert called == sweep.names
    for kind, ids in called.items():
        for identifier, name in ids.items():
            entry = catalog.get(f"{kind}s", identifier)
            assert name == (entry.short or entry.name)
    assert "network" in called


def test_processes_begin_while_one_runs_the_first_points_but_no_more_than_there_are_points(file):
    for jobs, points, most in ((2, 3, 2), (3, 2, 2)):
        executor, planned = Processes(jobs, points), stub(file, points)
        tasks = PointQueue([PointTask(0, planned.keys[0], planned.overrides(0))])
        with released(executor):
            before = set(multiprocessing.active_children())
            running = executor.run(Job(planned.source, planned.columns, "", runners.slow), tasks)
            assert [o.point for batch in running for o in batch.outcomes] == [0]
            # One that is ready by the time that the next would begin does for it.
            assert 1 < len(set(multiprocessing.active_children()) - before) <= most
