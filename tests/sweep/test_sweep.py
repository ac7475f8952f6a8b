import dataclasses
import hashlib
import json
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import tracemalloc
import types
from contextlib import contextmanager
from pathlib import Path

import dask
import distributed
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from simulator.cli import app
from simulator.errors import InputError
from simulator.glossary import figures_of
from simulator.scenario import load, loads, to_toml, toml_text
from simulator.study.runs import figures
from simulator.sweep import Axis, Watcher, axis, executors, plan, read_sweep, run_sweep
from simulator.sweep.lines import opened, sealed
from tests.reference import runners

SCENARIO = """
schema_version = 1
title = "Two days"
networks = ["dprk", "dprk+russia"]
targets = ["osan", "kadena"]
[span]
start = 2023-11-24T00:00:00Z
days = 2.0
[[satellites]]
name = "M"
downlink_rate_mbps = 2.0
[satellites.sensor]
catalog = "malligyong_press"
max_off_nadir_deg = 45.0
min_sun_elevation_deg = -90.0
[satellites.orbit]
kind = "keplerian"
altitude_km = 500.0
inclination_deg = 97.4
"""
RATE = "satellites.0.downlink_rate_mbps"
ALTITUDE = "satellites.0.orbit.altitude_km"
REGARD = "satellites.0.sensor.max_off_nadir_deg"
STORED = ("points.jsonl", "table.csv", "sweep.nc", "scenario.toml")
ROOT = Path(__file__).parent.parent.parent
MOST_S = 300.0  # that a process or a cluster may take, on however busy a machine
SCENARIOS = ROOT / "scenarios"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "two.toml"
    path.write_text(SCENARIO)
    return path


def stub(file, count=8, **more):
    return plan(file, [f"{RATE}=1:{count}:{count}"], **more)


def same(one, other):
    for name in STORED:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    inside = [sorted(p.relative_to(d) for p in (d / "sweep.zarr").rglob("*")) for d in (one, other)]
    assert inside[0] == inside[1]
    for name in inside[0]:
        if (one / "sweep.zarr" / name).is_file():
            assert (one / "sweep.zarr" / name).read_bytes() == (
                other / "sweep.zarr" / name
            ).read_bytes()
    summaries = [json.loads((d / "summary.json").read_bytes()) for d in (one, other)]
    for summary in summaries:
        summary.pop("reused")
    assert summaries[0] == summaries[1]


# Axes.


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a=1,2.5", (1, 2.5)),
        ("a=400:800:5", (400, 500, 600, 700, 800)),
        ("a=0:1:3", (0.0, 0.5, 1.0)),
        ('a="x","y,z"', ("x", "y,z")),
        ("a=dprk,dprk+russia", ("dprk", "dprk+russia")),
        ('a=["dprk"],["dprk","dprk+russia"]', (["dprk"], ["dprk", "dprk+russia"])),
        ("a=true,false", (True, False)),
    ],
)
def test_an_axis_is_a_list_or_evenly_spaced(text, values):
    found = axis(text)
    assert found == Axis("a", values)
    assert [type(v) for v in found.values] == [type(v) for v in values]


@pytest.mark.parametrize("text", ["a", "a=", "=1", "a=5:1", "a=1:2:1", "a=1:2:0", "a=1:2:99999999"])
def test_what_is_no_axis_is_refused(text):
    with pytest.raises(InputError, match=r"a|path"):
        axis(text)


@given(
    st.one_of(
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(-(2**60), 2**60),
        st.booleans(),
        st.text(st.characters(exclude_categories=["Cs"])),
        st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
        st.dictionaries(st.text("abc. ", min_size=1), st.integers(0, 9)),
    )
)
def test_a_value_written_as_toml_reads_back(value):
    import tomllib

    assert tomllib.loads(f"v = {toml_text(value)}")["v"] == value


# Plans.


def test_a_grid_is_every_combination_with_the_last_key_fastest(file):
    planned = plan(file, [f"{ALTITUDE}=400,500", f"{RATE}=1,2,3"])
    assert planned.values == ((400, 1), (400, 2), (400, 3), (500, 1), (500, 2), (500, 3))
    assert len(set(planned.keys)) == 6


def test_points_that_share_an_orbit_run_together(file):
    planned = plan(file, [f"{RATE}=1,2,3", f"{ALTITUDE}=400,500"])
    groups = [planned.values[point][1] for point in planned.order()]
    assert groups == [400, 400, 400, 500, 500, 500]


def test_zipped_values_stand_side_by_side(file):
    planned = plan(file, [f"{ALTITUDE}=400,500", f"{RATE}=1,2"], mode="zip")
    assert planned.values == ((400, 1), (500, 2))
    with pytest.raises(InputError, match="as many"):
        plan(file, [f"{ALTITUDE}=400,500", f"{RATE}=1,2,3"], mode="zip")


@pytest.mark.parametrize("method", ["sobol", "latin", "random"])
def test_a_sample_fills_ranges_and_lists_and_is_the_same_for_a_seed(file, method):
    axes = [f"{ALTITUDE}=400:800", f"{RATE}=1,2"]
    one, other = (plan(file, axes, sample=20, method=method, seed=s) for s in (1, 2))
    assert one.values == plan(file, axes, sample=20, method=method, seed=1).values != other.values
    altitudes = np.array([a for a, _ in one.values])
    assert len(one) == 20
    assert altitudes.min() < 500 < 700 < altitudes.max()
    assert {rate for _, rate in one.values} == {1, 2}


def test_a_latin_sample_has_one_point_in_each_slice(file):
    # McKay, Beckman and Conover 1979: each of N equal slices of each key holds one point.
    planned = plan(file, [f"{ALTITUDE}=400:800"], sample=16, method="latin")
    slices = sorted(int((altitude - 400) / 25) for (altitude,) in planned.values)
    assert slices == list(range(16))


def test_all_faults_of_all_points_are_told_before_any_runs(file):
    with pytest.raises(InputError) as caught:
        plan(file, [f"{REGARD}=30,95,99", f"{RATE}=1,-1"])
    assert len(caught.value.problems) == 3
    assert "95 is above 90" in caught.value.problems[1] + caught.value.problems[2]
    assert "point 1" in caught.value.problems[0]
    assert "1 more" in caught.value.problems[-1]


def test_at_most_twenty_faults_are_shown(file):
    with pytest.raises(InputError) as caught:
        plan(file, [f"{REGARD}=91:130:40"])
    assert len(caught.value.problems) == 21
    assert caught.value.problems[-1] == "20 more faults"


@pytest.mark.parametrize(
    ("axes", "more", "words"),
    [
        ([], {}, "no key varies"),
        ([f"{RATE}=1,2", f"{RATE}=3"], {}, "twice"),
        (["sweep.seed=1,2"], {}, "sweep itself"),
        ([f"{RATE}=1:2"], {}, "--sample"),
        (["satelites.0.name=a,b"], {}, "satelites"),
        ([f"{RATE}=1:2:2000", f"{ALTITUDE}=400:500:2000"], {}, "4,000,000 points"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(file, axes, more, words):
    with pytest.raises(InputError, match=words):
        plan(file, axes, **more)


def test_the_scenario_may_hold_its_own_sweep_which_a_run_ignores(tmp_path):
    path = tmp_path / "own.toml"
    table = (
        f'\n[sweep]\nmode = "zip"\nvary = {{"{RATE}" = [1.0, 2.0], "{ALTITUDE}" = "400:500:2"}}\n'
    )
    path.write_text(SCENARIO + table)
    assert plan(path).values == ((1.0, 400), (2.0, 500))
    assert plan(path, [f"{RATE}=5,6"]).values == ((5,), (6,))
    scenario = load(path)
    assert loads(to_toml(scenario), origin="again", folder=tmp_path) == scenario
    plain = figures(loads(SCENARIO, origin="plain", folder=tmp_path))
    pd.testing.assert_frame_equal(figures(scenario).networks, plain.networks)


def test_a_faulty_sweep_table_is_told(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(SCENARIO + '\n[sweep]\nmode = "sample"\nmethod = "sobel"\n')
    with pytest.raises(InputError, match="sobol"):
        plan(path)


# Running.


def test_every_numeric_figure_of_a_run_is_in_the_sweep(file):
    region = "\n[[regions]]\nname = 'r'\ncatalog = 'guam_box'\nresolution_km = 100.0\n"
    found = figures(loads(SCENARIO + region, origin="x", folder=file.parent))
    assert set(found.networks) - {"network", "stations", "relays"} == set(figures_of("network"))
    places = {"target", "country", "latitude_deg", "longitude_deg"}
    assert set(found.targets) - places == set(figures_of("target"))
    assert set(found.regions) - {"region", "look", "cells", "area_km2"} == set(figures_of("region"))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    file = folder / "two.toml"
    file.write_text(SCENARIO)
    planned = plan(file, [f"{ALTITUDE}=450,550", f"{RATE}=1,2,4"])
    return planned, run_sweep(planned, out=folder / "serial"), folder / "serial"


def test_a_point_has_the_figures_of_a_run_of_its_own(small):
    planned, sweep, _ = small
    row = sweep.table.iloc[4]
    assert (row[ALTITUDE], row[RATE]) == (550, 2)
    alone = figures(planned.source.scenario(planned.overrides(4)))
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


def test_work_is_shared_and_told(small):
    _, sweep, _ = small
    assert sweep.reused["accesses"] == {"reused": 4, "run": 2}
    assert sweep.reused["contacts"]["reused"] == 2 * sweep.reused["contacts"]["run"]


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


def test_the_watcher_is_told_what_is_ahead_and_how_far_it_is(file):
    seen = []

    class Told(Watcher):
        def estimated(self, estimate):
            seen.append(estimate.points)

        def progressed(self, progress):
            seen.append(progress.done)

    run_sweep(stub(file), runner=runners.trivial, watcher=Told())
    assert seen == [2, 8, 3, 4, 5, 6, 7, 8]


# Going on.


def cut(folder, *, lines, tail=b""):
    """Make a folder as a sweep leaves it that was killed."""
    points = folder / "points.jsonl"
    kept = points.read_bytes().splitlines(keepends=True)[:lines]
    points.write_bytes(b"".join(kept) + tail)
    (folder / "summary.json").unlink()
    (folder / "table.csv").unlink()


@pytest.mark.parametrize("tail", [b"", b'{"point": 5, "key": "', b"\xff\x00"])
def test_a_sweep_cut_off_goes_on_and_ends_the_same(file, tmp_path, tail):
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    for folder in (whole, torn):
        run_sweep(stub(file), runner=runners.trivial, out=folder)
    cut(torn, lines=4, tail=tail)
    assert read_sweep(torn).done == 3
    ahead = []

    class Told(Watcher):
        def estimated(self, estimate):
            ahead.append((estimate.points, estimate.taken_over))

    run_sweep(stub(file), runner=runners.trivial, out=torn, resume=True, watcher=Told())
    assert ahead == [(5, 3)]
    same(whole, torn)


def test_a_wider_sweep_takes_over_the_points_it_shares(file, tmp_path):
    folder = tmp_path / "s"
    run_sweep(stub(file, 4), runner=runners.trivial, out=folder)
    sweep = run_sweep(stub(file, 8), runner=runners.fails_at_three, out=folder, resume=True)
    assert not sweep.errors
    narrow = plan(file, [f"{RATE}=2,9"])
    run_sweep(narrow, runner=runners.trivial, out=folder, resume=True)
    assert read_sweep(folder).done == 2
    back = run_sweep(stub(file, 8), runner=runners.fails_at_three, out=folder, resume=True)
    assert (back.done, back.errors) == (8, {})


def test_a_point_changed_in_anything_runs_again(file, tmp_path):
    folder = tmp_path / "s"
    run_sweep(stub(file), runner=runners.trivial, out=folder)
    changed = stub(file, overrides=["span.days=3"])
    again = run_sweep(changed, runner=runners.fails_at_three, out=folder, resume=True)
    assert list(again.errors) == [2]


def test_folders_of_others_are_refused(file, tmp_path):
    planned = stub(file)
    folder = tmp_path / "s"
    run_sweep(planned, runner=runners.trivial, out=folder)
    with pytest.raises(InputError, match="--resume"):
        run_sweep(planned, runner=runners.trivial, out=folder)
    run_sweep(planned, runner=runners.trivial, out=folder, force=True)
    head, *rest = (folder / "points.jsonl").read_bytes().splitlines(keepends=True)
    older = opened(head) | {"simulator": "9.1"}
    (folder / "points.jsonl").write_bytes(sealed(older).encode() + b"".join(rest))
    with pytest.raises(InputError, match="begun by simulator 9"):
        run_sweep(planned, runner=runners.trivial, out=folder, resume=True)
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("years of work")
    for way in ({"resume": True}, {"force": True}, {}):
        with pytest.raises(InputError):
            run_sweep(planned, runner=runners.trivial, out=foreign, **way)
    assert (foreign / "thesis.txt").exists()
    with pytest.raises(InputError, match="is not the folder of a sweep"):
        read_sweep(foreign)


def test_a_changed_line_in_the_middle_is_named(file, tmp_path):
    folder = tmp_path / "s"
    run_sweep(stub(file), runner=runners.trivial, out=folder)
    points = folder / "points.jsonl"
    points.write_text(points.read_text().replace('"done"', '"gone"', 2))
    with pytest.raises(InputError, match=r"points\.jsonl:2"):
        read_sweep(folder)


@pytest.mark.parametrize(
    "figures", ["[x]", '["x"]', "[Infinity]", "[1e999]", "[NaN]", "[true]", "[" * 10_000, "{}", "3"]
)
def test_a_forged_line_is_named_with_what_to_do(file, tmp_path, figures):
    folder = tmp_path / "s"
    run_sweep(stub(file), runner=runners.trivial, out=folder)
    points = folder / "points.jsonl"
    lines = points.read_bytes().splitlines(keepends=True)
    body = lines[3].partition(b'"figures":')[0].decode() + f'"figures":{figures}'
    digest = hashlib.sha256(f"{body}}}".encode()).hexdigest()[:16]
    lines[3] = f'{body},"digest":"{digest}"}}\n'.encode()
    points.write_bytes(b"".join(lines))
    for reading in (
        lambda: read_sweep(folder),
        lambda: run_sweep(stub(file), runner=runners.trivial, out=folder, resume=True),
    ):
        with pytest.raises(InputError, match=r"points\.jsonl:4: .* remove the line") as caught:
            reading()
        assert len(caught.value.problems) == 1
    run_sweep(stub(file), runner=runners.trivial, out=folder, force=True)
    assert read_sweep(folder).done == 8


def test_a_flipped_bit_in_a_figure_is_noticed(file, tmp_path):
    folder = tmp_path / "s"
    run_sweep(stub(file), runner=runners.trivial, out=folder)
    points = folder / "points.jsonl"
    data = bytearray(points.read_bytes())
    place = data.index(b'"figures":[') + len(b'"figures":[')
    while not chr(data[place]).isdigit():
        place += 1
    data[place] ^= 1
    points.write_bytes(data)
    with pytest.raises(InputError, match="its digest does not fit"):
        read_sweep(folder)


def test_a_journal_of_the_form_before_digests_says_so(file, tmp_path):
    folder = tmp_path / "s"
    run_sweep(stub(file), runner=runners.trivial, out=folder)
    points = folder / "points.jsonl"
    head = opened(points.read_bytes().splitlines()[0]) | {"version": 1, "simulator": "0.1.0"}
    points.write_text(json.dumps(head, separators=(",", ":")) + "\n")
    for way in (
        lambda: read_sweep(folder),
        lambda: run_sweep(stub(file), runner=runners.trivial, out=folder, resume=True),
    ):
        with pytest.raises(InputError, match=r"of form 1, written by .*--force"):
            way()
    run_sweep(stub(file), runner=runners.trivial, out=folder, force=True)
    assert read_sweep(folder).done == 8


@pytest.mark.parametrize(
    "change",
    [
        {"points": 10**12},
        {"axes": [{"path": "a", "values": list(range(2_000))}] * 5, "points": 2_000**5},
        {"mode": "sample", "sample": 10**12, "points": 10**12, "seed": 1, "method": "sobol"},
        {"axes": [{"path": "a", "low": 0.0, "high": 1.0}], "mode": "grid"},
        {"axes": 3},
        {"axes": []},
        {"mode": "gridd"},
        {"columns": [["network"]]},
        {"columns": None},
    ],
)
def test_a_forged_header_takes_no_memory_and_is_named(file, tmp_path, change):
    folder = tmp_path / "s"
    run_sweep(stub(file), runner=runners.trivial, out=folder)
    points = folder / "points.jsonl"
    head, *rest = points.read_bytes().splitlines(keepends=True)
    points.write_bytes(sealed(opened(head) | change).encode() + b"".join(rest))
    tracemalloc.start()
    with pytest.raises(InputError, match=r"points\.jsonl:1: .*--force"):
        read_sweep(folder)
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()


def test_a_refused_sweep_leaves_the_running_one_whole(file, tmp_path):
    folder = tmp_path / "s"
    run_sweep(stub(file), runner=runners.trivial, out=folder)
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    code = (
        "import pathlib, sys\n"
        "from simulator.sweep.journal import _locked\n"
        f"held = _locked(pathlib.Path({str(folder)!r}))\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as other:
        assert other.stdout.readline() == b"locked\n"
        with pytest.raises(InputError, match="another sweep is writing it"):
            run_sweep(stub(file), runner=runners.trivial, out=folder, force=True)
        assert {p: p.read_bytes() for p in before} == before
        assert (folder / "store").is_dir()
        other.stdin.close()
    run_sweep(stub(file), runner=runners.trivial, out=folder, force=True)
    assert not (folder / ".lock").exists()


def test_what_a_sweep_cut_off_had_half_written_is_removed(file, tmp_path):
    folder = tmp_path / "s"
    run_sweep(stub(file), runner=runners.trivial, out=folder)
    (folder / ".table.csv.partial").write_text("half")
    (folder / ".sweep.zarr.partial").mkdir()
    (folder / "store" / ".accesses-1.77").write_text("half")
    run_sweep(stub(file), runner=runners.trivial, out=folder, resume=True)
    assert not [path for path in folder.rglob(".*") if "sweep.zarr/" not in str(path)]


def test_two_sweeps_do_not_write_one_folder(file, tmp_path):
    seen = []

    class Second(Watcher):
        def estimated(self, estimate):
            with pytest.raises(InputError, match="another sweep") as caught:
                run_sweep(stub(file), runner=runners.trivial, out=tmp_path / "s", resume=True)
            seen.append(caught)

    run_sweep(stub(file), runner=runners.trivial, out=tmp_path / "s", watcher=Second())
    assert seen


# The command.


def call(*words):
    return CliRunner().invoke(app, ["sweep", *map(str, words)])


def test_the_command_runs_and_tells(file, tmp_path):
    found = call(file, "--vary", f"{RATE}=1,2", "--jobs", 1, "--out", tmp_path / "s")
    assert found.exit_code == 0, found.stderr
    assert "2 of 2 points done" in found.stdout
    assert "2 runs; about" in found.stderr
    assert "accesses: 1 reused, 1 run" in found.stderr
    told = call(
        file, "--vary", f"{RATE}=1,2", "--jobs", 1, "--out", tmp_path / "s", "--resume", "--json"
    )
    assert json.loads(told.stdout)["done"] == 2


def test_the_command_refuses_what_does_not_go_together(file, tmp_path):
    out = ("--out", tmp_path / "s")
    assert call(file, "--vary", f"{RATE}=1:2", "--zip", "--sample", 3, *out).exit_code == 2
    assert call(file, "--vary", f"{RATE}=1,2", "--method", "sobel", *out).exit_code == 2
    bad = call(file, "--vary", f"{RATE}=1,-2", *out)
    assert bad.exit_code == 1
    assert "point 1" in bad.stderr
    assert not (tmp_path / "s").exists()


def test_a_folder_that_cannot_be_written_is_known_before_any_point(file, tmp_path, monkeypatch):
    (tmp_path / "a").write_text("a file")
    monkeypatch.setattr("simulator.sweep.plan", None)
    found = call(file, "--vary", f"{RATE}=1,2", "--out", tmp_path / "a" / "s")
    assert found.exit_code == 1
    assert found.stderr.endswith("a is a file\n")
    assert found.stderr.count("\n") == 1


def test_a_point_that_fails_makes_the_exit_code_one(file, tmp_path, monkeypatch):
    def stands_in(scenario, *, store):
        return runners.fails_at_three(scenario, store)

    monkeypatch.setattr("simulator.study.figures", stands_in)
    found = call(file, "--vary", f"{RATE}=1,3", "--jobs", 1, "--out", tmp_path / "s")
    assert found.exit_code == 1
    assert "1 of 2 points failed; point 1: ZeroDivisionError: three" in found.stderr
    assert read_sweep(tmp_path / "s").done == 1


@pytest.mark.slow
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_stops_the_sweep_and_keeps_what_is_done(file, tmp_path, sent, code):
    words = [sys.executable, "-m", "simulator", "sweep", str(file)]
    words += ["--vary", f"{ALTITUDE}=400:900:2000", "--set", "span.days=10"]
    words += ["--jobs", "2", "--out", str(tmp_path / "s")]
    process = subprocess.Popen(
        words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True
    )
    journal = tmp_path / "s" / "points.jsonl"
    wait_for(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 10, process)
    (os.killpg if sent == signal.SIGINT else os.kill)(process.pid, sent)
    _, said = process.communicate(timeout=MOST_S)
    assert process.returncode == code
    assert "--resume" in said
    assert "Traceback" not in said
    assert 10 <= read_sweep(tmp_path / "s").done < 2000
    wait_for(lambda: gone(process.pid))


@pytest.mark.slow
def test_a_killed_sweep_leaves_no_worker_behind(file, tmp_path):
    words = [sys.executable, "-m", "simulator", "sweep", str(file)]
    words += ["--vary", f"{ALTITUDE}=400:900:2000", "--jobs", "2", "--out", str(tmp_path / "s")]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(words, stderr=quiet, stdout=quiet, start_new_session=True)
    journal = tmp_path / "s" / "points.jsonl"
    wait_for(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 10, process)
    process.kill()
    process.wait()
    assert read_sweep(tmp_path / "s").done >= 9
    wait_for(lambda: gone(process.pid))


def test_a_worker_that_does_not_end_holds_up_no_sweep(file, tmp_path, monkeypatch):
    monkeypatch.setattr("simulator.sweep.executors._END_S", 0.5)
    sweep = run_sweep(stub(file, 4), jobs=2, runner=runners.never_ends)
    assert sweep.done == 4


def test_a_cluster_that_gives_no_answer_is_named(monkeypatch):
    monkeypatch.setattr("simulator.sweep.executors._ANSWER_S", 0.1)
    silent = object.__new__(executors.Cluster)
    silent._address = "tcp://nobody:1"
    silent._client = types.SimpleNamespace(nthreads=lambda: time.sleep(60))
    with pytest.raises(InputError, match=r"tcp://nobody:1: gives no answer for 0\.1 s"):
        assert silent.workers


def gone(group):
    """Whether no process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def wait_for(condition, process=None):
    """Wait until it is so, or until the process that is to bring it about has ended."""
    end_s = time.monotonic() + MOST_S
    while not condition():
        assert process is None or process.poll() is None, "it ended before"
        assert time.monotonic() < end_s, f"not so after {MOST_S} s"
        time.sleep(0.02)


# The cluster.


@dataclasses.dataclass
class Cluster:
    address: str
    workers: list


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers on this machine, as a user would start them."""
    with started_cluster(tmp_path, "tcp", ()) as found:
        yield found


def answers(port):
    """Whether anybody listens at a port of this machine."""
    with socket.socket() as there:
        return there.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def started_cluster(folder, protocol, security):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"{protocol}://127.0.0.1:{free.getsockname()[1]}"
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    started = []

    def start(*words):
        words = (*words, *security, "--host", "127.0.0.1", "--protocol", protocol)
        with (folder / f"{len(started)}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words, "--no-dashboard"],
                stdout=log,
                stderr=log,
                cwd=folder,
                env=environment,
            )
        started.append(process)
        return process

    try:
        scheduler = start("scheduler", "--port", address.rpartition(":")[2])
        wait_for(lambda: answers(int(address.rpartition(":")[2])), scheduler)
        worker = ("worker", address, "--nthreads", "1", "--no-nanny")
        workers = [start(*worker), start(*worker)]
        for number, process in enumerate(workers, start=1):
            log = folder / f"{number}.log"
            wait_for(lambda log=log: "Registered to" in log.read_text(), process)
        yield Cluster(address, workers)
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Give a certificate and its key, which is its own authority."""
    if shutil.which("openssl") is None:
        pytest.skip("makes certificates with openssl, which is not here")
    folder = tmp_path_factory.mktemp("tls")
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    words += ["-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_cluster_behind_certificates_gives_the_same_bytes(file, tmp_path, certificates):
    cert, key = str(certificates / "cert.pem"), str(certificates / "key.pem")
    words = ("--tls-ca-file", cert, "--tls-cert", cert, "--tls-key", key)
    run_sweep(stub(file), runner=runners.trivial, out=tmp_path / "plain")
    tls = "distributed.comm.tls"
    mine = {f"{tls}.ca-file": cert, f"{tls}.client.cert": cert, f"{tls}.client.key": key}
    with started_cluster(tmp_path, "tls", words) as cluster:
        with dask.config.set(mine):
            run_sweep(
                stub(file), runner=runners.trivial, scheduler=cluster.address, out=tmp_path / "tls"
            )
        same(tmp_path / "plain", tmp_path / "tls")
        with pytest.raises(InputError, match=r"distributed\.comm\.tls"):
            run_sweep(stub(file), runner=runners.trivial, scheduler=cluster.address)


@pytest.mark.enable_socket
@pytest.mark.filterwarnings("ignore")
def test_an_address_by_tls_without_certificates_says_where_to_name_them(file):
    with pytest.raises(InputError, match=r"distributed\.comm\.tls") as caught:
        run_sweep(stub(file), runner=runners.trivial, scheduler="tls://127.0.0.1:9")
    assert len(caught.value.problems) == 1


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(small, tmp_path, cluster):
    planned, _, folder = small
    run_sweep(planned, scheduler=cluster.address, out=tmp_path / "plain")
    same(folder, tmp_path / "plain")
    planned = stub(planned.source.folder / "two.toml", 40)
    run_sweep(planned, runner=runners.slow, out=tmp_path / "one")

    class Kills(Watcher):
        def progressed(self, progress):
            if progress.done > 10:
                cluster.workers[0].kill()

    sweep = run_sweep(
        planned,
        runner=runners.slow,
        scheduler=cluster.address,
        out=tmp_path / "two",
        watcher=Kills(),
    )
    assert cluster.workers[0].poll() is not None
    assert (sweep.done, sweep.errors) == (40, {})
    same(tmp_path / "one", tmp_path / "two")


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_cluster_without_workers_left_ends_the_sweep_with_a_word(
    file, tmp_path, cluster, monkeypatch
):
    class Kills(Watcher):
        def progressed(self, progress):
            for worker in cluster.workers:
                worker.kill()

    monkeypatch.setattr("simulator.sweep.executors._CONNECT_S", 2)
    with pytest.raises(InputError, match=r"no worker left|all its workers"):
        run_sweep(
            stub(file, 40),
            runner=runners.slow,
            scheduler=cluster.address,
            out=tmp_path / "none",
            watcher=Kills(),
        )


@pytest.mark.slow
@pytest.mark.enable_socket
def test_points_that_no_worker_has_in_hand_are_handed_out_anew(
    file, tmp_path, cluster, monkeypatch
):
    """A scheduler may lose a batch between two workers; here it never hears of the first."""
    run_sweep(stub(file), runner=runners.trivial, out=tmp_path / "one")
    monkeypatch.setattr("simulator.sweep.executors._CONNECT_S", 1)
    client = executors.Cluster(cluster.address)
    submit, forgotten = client._client.submit, []

    def forgetful(*words, **options):
        if not forgotten:
            forgotten.append(distributed.Future("lost", client._client))
            return forgotten[0]
        return submit(*words, **options)

    monkeypatch.setattr(client._client, "submit", forgetful)
    monkeypatch.setattr(executors, "Cluster", lambda address: client)
    run_sweep(stub(file), runner=runners.trivial, scheduler=cluster.address, out=tmp_path / "two")
    assert forgotten
    same(tmp_path / "one", tmp_path / "two")


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_run_on_a_cluster_writes_the_same_bytes(tmp_path, cluster):
    file = tmp_path / "wide.toml"
    file.write_text((SCENARIOS / "north-east-asia.toml").read_text())
    words = ["run", str(file), "--no-figures", "--quiet"]
    words += ["--set", "span.days=4", "--set", "regions.0.resolution_km=60"]
    here = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "here")])
    there = CliRunner().invoke(
        app, [*words, "--out", str(tmp_path / "there"), "--scheduler", cluster.address]
    )
    assert (here.exit_code, there.exit_code) == (0, 0), there.output
    assert there.output == here.output
    files = [f.relative_to(tmp_path / "here") for f in (tmp_path / "here").rglob("*.*")]
    assert len(files) > 10
    for name in files:
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


@pytest.mark.slow
@pytest.mark.enable_socket
def test_workers_that_die_end_a_run_with_a_word(cluster, monkeypatch):
    there = executors.Cluster(cluster.address)
    monkeypatch.setattr("simulator.sweep.executors._CONNECT_S", 3)
    with (
        pytest.raises(InputError, match=r"no worker left|all its workers"),
        executors.released(there),
    ):
        list(there.map(runners.dies, range(3)))


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_scheduler_that_is_not_there_is_named(file, tmp_path, monkeypatch):
    monkeypatch.setattr("simulator.sweep.executors._CONNECT_S", 1)
    with pytest.raises(InputError, match="no scheduler answers"):
        run_sweep(stub(file), scheduler="tcp://127.0.0.1:9", out=tmp_path / "s")
    assert not (tmp_path / "s").exists()


def test_values_side_by_side_may_repeat(file) -> None:
    rate, angle = axis(f"{RATE}=1,1,2"), axis("satellites.0.sensor.max_off_nadir_deg=20,30,30")
    assert len(plan(file, [rate, angle], mode="zip")) == 3
    with pytest.raises(InputError, match="twice"):
        plan(file, [rate], mode="grid")
