"""Sweeps that were cut off, changed, forged or taken by others: resumed, or refused in a line."""

import hashlib
import json
import shutil
import subprocess
import sys
import tracemalloc

import pandas as pd
import pytest

from simulator.errors import InputError
from simulator.sweep import Watcher, plan, read_sweep, run_sweep
from simulator.sweep.lines import opened, sealed
from tests import made_runners as runners
from tests.made_sweeps import RATE, same, stub


def cut(folder, *, lines, tail=b""):
    """Make a folder as a sweep leaves it that was killed."""
    points = folder / "points.jsonl"
    kept = points.read_bytes().splitlines(keepends=True)[:lines]
    points.write_bytes(b"".join(kept) + tail)
    (folder / "summary.json").unlink()
    (folder / "table.csv").unlink()


@pytest.mark.parametrize("tail", [b"", b'{"point": 5, "key": "', b"\xff\x00"])
def test_a_sweep_cut_off_goes_on_and_ends_the_same(finished_stub, begun, file, tail):
    cut(begun, lines=4, tail=tail)
    assert read_sweep(begun).done == 3
    ahead = []

    class Told(Watcher):
        def estimated(self, estimate):
            ahead.append((estimate.points, estimate.taken_over))

    run_sweep(stub(file), runner=runners.trivial, out=begun, resume=True, watcher=Told())
    assert ahead == [(5, 3)]
    same(finished_stub, begun)


@pytest.mark.usefixtures("without_arrays")
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


@pytest.mark.usefixtures("without_arrays")
def test_a_point_changed_in_anything_runs_again(begun, file):
    changed = stub(file, overrides=["span.days=3"])
    again = run_sweep(changed, runner=runners.fails_at_three, out=begun, resume=True)
    assert list(again.errors) == [2]


@pytest.mark.usefixtures("without_arrays")
def test_folders_of_others_are_refused(file, tmp_path):
    planned = stub(file)
    folder = tmp_path / "s"
    run_sweep(planned, runner=runners.trivial, out=folder)
    with pytest.raises(InputError, match="--resume"):
        run_sweep(planned, runner=runners.trivial, out=folder)
    run_sweep(planned, runner=runners.trivial, out=folder, force=True)
    head, *lines = (folder / "points.jsonl").read_bytes().splitlines(keepends=True)
    older = opened(head) | {"simulator": "9.1"}
    (folder / "points.jsonl").write_bytes(sealed(older).encode() + b"".join(lines))
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


def test_a_changed_line_in_the_middle_is_named(begun):
    points = begun / "points.jsonl"
    points.write_text(points.read_text().replace('"done"', '"gone"', 2))
    with pytest.raises(InputError, match=r"points\.jsonl:2"):
        read_sweep(begun)


@pytest.mark.usefixtures("without_arrays")
@pytest.mark.parametrize(
    "figures", ["[x]", '["x"]', "[Infinity]", "[1e999]", "[NaN]", "[true]", "[" * 10_000, "{}", "3"]
)
def test_a_forged_line_is_named_with_what_to_do(begun, file, figures):
    points = begun / "points.jsonl"
    lines = points.read_bytes().splitlines(keepends=True)
    body = lines[3].partition(b'"figures":')[0].decode() + f'"figures":{figures}'
    digest = hashlib.sha256(f"{body}}}".encode()).hexdigest()[:16]
    lines[3] = f'{body},"digest":"{digest}"}}\n'.encode()
    points.write_bytes(b"".join(lines))
    for reading in (
        lambda: read_sweep(begun),
        lambda: run_sweep(stub(file), runner=runners.trivial, out=begun, resume=True),
    ):
        with pytest.raises(InputError, match=r"points\.jsonl:4: .* remove the line") as caught:
            reading()
        assert len(caught.value.problems) == 1
    run_sweep(stub(file), runner=runners.trivial, out=begun, force=True)
    assert read_sweep(begun).done == 8


def test_a_flipped_bit_in_a_figure_is_noticed(begun):
    points = begun / "points.jsonl"
    data = bytearray(points.read_bytes())
    place = data.index(b'"figures":[') + len(b'"figures":[')
    while not chr(data[place]).isdigit():
        place += 1
    data[place] ^= 1
    points.write_bytes(data)
    with pytest.raises(InputError, match="its digest does not fit"):
        read_sweep(begun)


@pytest.mark.usefixtures("without_arrays")
def test_a_journal_of_the_form_before_digests_says_so(begun, file):
    points = begun / "points.jsonl"
    head = opened(points.read_bytes().splitlines()[0]) | {"version": 1, "simulator": "0.1.0"}
    points.write_text(json.dumps(head, separators=(",", ":")) + "\n")
    for way in (
        lambda: read_sweep(begun),
        lambda: run_sweep(stub(file), runner=runners.trivial, out=begun, resume=True),
    ):
        with pytest.raises(InputError, match=r"of form 1, written by .*--force"):
            way()
    run_sweep(stub(file), runner=runners.trivial, out=begun, force=True)
    assert read_sweep(begun).done == 8


def test_a_journal_of_an_earlier_version_is_read_under_the_new_names(file, tmp_path):
    whole, older = tmp_path / "whole", tmp_path / "older"
    run_sweep(stub(file), runner=runners.waits, out=whole)
    shutil.copytree(whole, older)
    points = older / "points.jsonl"
    head, *lines = points.read_bytes().splitlines(keepends=True)
    old_names = {"wait_mean_h": "response_mean_h"} | {
        f"delivered_within_{hours}h_share": f"home_within_{hours}h_share" for hours in (1, 3, 6)
    }
    columns = [
        [kind, old_names.get(figure, figure), name]
        for kind, figure, name in opened(head)["columns"]
    ]
    assert ["target", "response_mean_h", "osan"] in columns
    assert ["network", "home_within_3h_share", "dprk"] in columns
    points.write_bytes(sealed(opened(head) | {"columns": columns}).encode() + b"".join(lines))
    table = read_sweep(older).table
    assert table["wait_mean_h[osan]"].tolist() == table[RATE].tolist()
    assert table["delivered_within_3h_share[dprk]"].tolist() == table[RATE].tolist()
    pd.testing.assert_frame_equal(table, read_sweep(whole).table)
    cut(older, lines=6)
    run_sweep(stub(file), runner=runners.waits, out=older, resume=True)
    same(whole, older)


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
        {"names": ["dprk"]},
        {"names": {"network": {"dprk": 3}}},
    ],
)
def test_a_forged_header_takes_no_memory_and_is_named(begun, change):
    points = begun / "points.jsonl"
    head, *lines = points.read_bytes().splitlines(keepends=True)
    points.write_bytes(sealed(opened(head) | change).encode() + b"".join(lines))
    tracemalloc.start()
    with pytest.raises(InputError, match=r"points\.jsonl:1: .*--force"):
        read_sweep(begun)
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()


@pytest.mark.usefixtures("without_arrays")
def test_a_refused_sweep_leaves_the_running_one_whole(begun, file):
    before = {path: path.read_bytes() for path in begun.iterdir() if path.is_file()}
    code = (
        "import pathlib, sys\n"
        "from simulator.sweep.journal import _locked\n"
        f"held = _locked(pathlib.Path({str(begun)!r}))\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as process:
        assert process.stdout.readline() == b"locked\n"
        with pytest.raises(InputError, match="another sweep is writing it"):
            run_sweep(stub(file), runner=runners.trivial, out=begun, force=True)
        assert {p: p.read_bytes() for p in before} == before
        assert (begun / "store").is_dir()
        process.stdin.close()
    run_sweep(stub(file), runner=runners.trivial, out=begun, force=True)
    assert not (begun / ".lock").exists()


def test_what_a_sweep_cut_off_had_half_written_is_removed(begun, file):
    (begun / ".table.csv.partial").write_text("half")
    (begun / ".sweep.zarr.partial").mkdir()
    (begun / "store" / ".accesses-1.77").write_text("half")
    run_sweep(stub(file), runner=runners.trivial, out=begun, resume=True)
    assert not [path for path in begun.rglob(".*") if "sweep.zarr/" not in str(path)]


@pytest.mark.usefixtures("without_arrays")
def test_two_sweeps_do_not_write_one_folder(file, tmp_path):
    refusals = []

    class Second(Watcher):
        def estimated(self, estimate):
            with pytest.raises(InputError, match="another sweep") as caught:
                run_sweep(stub(file), runner=runners.trivial, out=tmp_path / "s", resume=True)
            refusals.append(caught)

    run_sweep(stub(file), runner=runners.trivial, out=tmp_path / "s", watcher=Second())
    assert refusals


@pytest.mark.usefixtures("without_arrays")
def test_a_journal_without_names_is_read_and_everything_is_called_by_its_id(file, tmp_path):
    run_sweep(stub(file), runner=runners.trivial, out=tmp_path / "s")
    points = tmp_path / "s" / "points.jsonl"
    head, *lines = points.read_bytes().splitlines(keepends=True)
    older = {key: value for key, value in opened(head).items() if key != "names"}
    points.write_bytes(sealed(older).encode() + b"".join(lines))
    assert read_sweep(tmp_path / "s").names == {}
