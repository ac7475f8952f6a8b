import hashlib
import json
import tracemalloc
from datetime import UTC, datetime

import numpy as np
import pytest

from simulator.study.runs import figures, run
from simulator.study.store import FolderStore, MemoryStore, kept, key_of, unpacked
from tests import made

TEXT = made.text(made.BOX)


def scenario(*overrides):
    return made.scenario(TEXT, *overrides)


def same(results, expected):
    return (
        results.networks.equals(expected.networks)
        and results.targets.equals(expected.targets)
        and results.regions.equals(expected.regions)
    )


def misses(store):
    return {stage for (stage, what), n in store.counts.items() if what == "miss" and n}


def test_a_key_depends_on_stage_and_inputs_alone():
    at = datetime(2023, 1, 1, tzinfo=UTC)
    assert key_of("a", [1, {"x": at, "b": 2}]) == key_of("a", [1, {"b": 2, "x": at}])
    assert key_of("a", [1]) != key_of("b", [1])
    assert key_of("a", [1]) != key_of("a", [2])
    with pytest.raises(TypeError):
        key_of("a", [object()])


def test_a_second_run_of_the_same_scenario_runs_no_stage_again():
    store = MemoryStore()
    first = figures(scenario(), store=store)
    store.counts.clear()
    assert same(first, figures(scenario(), store=store))
    assert not misses(store)


def test_figures_out_of_a_store_are_those_without_one(tmp_path):
    plain = figures(scenario())
    store = FolderStore(tmp_path / "store")
    assert same(plain, figures(scenario(), store=store))
    again = FolderStore(tmp_path / "store")
    assert same(plain, figures(scenario(), store=again))
    assert not misses(again)


_FROM_ACCESSES = {"accesses", "pictures", "regions", "delivery", "targets"}


@pytest.mark.parametrize(
    ("override", "stages"),
    [
        ("satellites.0.downlink_rate_mbps=1.0", {"delivery"}),
        ("satellites.0.recorder_gbit=1.0", {"delivery"}),
        ("networks.1.stations.2.forwarding_delay_s=10.0", {"delivery"}),
        ("networks.1.stations.2.min_elevation_deg=11.0", {"contacts", "grants", "delivery"}),
        ("satellites.0.sensor.max_off_nadir_deg=20.0", _FROM_ACCESSES),
        ("satellites.0.slew_rate_deg_s=1.0", {"pictures", "delivery"}),
        # The seed draws what hosts grant, and the resamples that intervals of targets are of.
        ("seed=3", {"grants", "delivery", "targets"}),
        ("regions.0.resolution_km=250.0", {"regions"}),
        ("title='other'", set()),
        ("satellites.0.orbit.perigee_km=480.0", {"contacts", "grants"} | _FROM_ACCESSES),
        ("span.days=3.0", {"contacts", "grants"} | _FROM_ACCESSES),
    ],
)
def test_an_edit_runs_again_what_depends_on_it(override, stages):
    store = MemoryStore()
    figures(scenario(), store=store)
    store.counts.clear()
    edited = figures(scenario(override), store=store)
    assert misses(store) == stages
    assert same(edited, figures(scenario(override)))


def test_only_the_station_edited_is_searched_again():
    store = MemoryStore()
    figures(scenario(), store=store)
    store.counts.clear()
    figures(scenario("networks.1.stations.2.min_elevation_deg=11.0"), store=store)
    assert store.counts["contacts", "miss"] == 1
    assert store.counts["contacts", "hit"] == 30


def test_figures_are_those_of_a_run():
    result, alone = run(scenario()), figures(scenario())
    for name in alone.networks.columns:
        assert result.networks[name].equals(alone.networks[name]), name
    box = result.grids["box"]
    weights = box["cell_area_km2"].where(box["in_region"])
    mean = float((box["accesses_per_day"] * weights).sum() / weights.sum())
    assert np.isclose(alone.regions["accesses_per_day"].iloc[0], mean)


def test_a_file_cut_short_or_foreign_counts_as_absent(tmp_path):
    store = FolderStore(tmp_path)
    store.put("x-1", {"a": np.arange(3.0)})
    (path,) = tmp_path.glob("*.kept")
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", b"nothing of ours"):
        path.write_bytes(damaged)
        assert FolderStore(tmp_path).get("x-1") is None
    path.write_bytes(whole)
    path.rename(tmp_path / "x-2.kept")
    assert FolderStore(tmp_path).get("x-2") is None
    (tmp_path / "x-2.kept").rename(path)
    assert FolderStore(tmp_path).get("x-1")["a"].tolist() == [0.0, 1.0, 2.0]


def test_a_memory_store_forgets_the_oldest():
    store = MemoryStore(max_items=2)
    for name in "abc":
        store.put(name, {})
    assert store.get("a") is None
    assert store.get("c") == {}


def test_without_a_store_nothing_is_kept():
    assert kept(None, "x-1") is None


def test_every_kind_of_array_comes_back_as_it_was(tmp_path):
    value = {
        "number": np.array(3.5),
        "none": np.empty((0, 2)),
        "flags": np.array([[True, False]]),
        "counts": np.arange(6, dtype=np.int32).reshape(2, 3).T,
        "texts": np.array(["", "radius below"]),
        "gaps": np.array([np.nan, np.inf]),
    }
    FolderStore(tmp_path).put("x-1", value)
    run_figures = FolderStore(tmp_path).get("x-1")
    assert run_figures.keys() == value.keys()
    for name, array in value.items():
        assert run_figures[name].dtype == array.dtype
        assert run_figures[name].shape == array.shape
        assert np.array_equal(run_figures[name], array, equal_nan=array.dtype.kind == "f")
        assert run_figures[name].flags.writeable


def test_a_stored_result_with_any_bit_flipped_counts_as_absent(tmp_path):
    store = FolderStore(tmp_path)
    store.put("x-1", {"a": np.arange(2.0), "b": np.array([True])})
    (path,) = tmp_path.glob("*.kept")
    whole = path.read_bytes()
    for place in range(8 * len(whole)):
        data = bytearray(whole)
        data[place // 8] ^= 1 << place % 8
        path.write_bytes(data)
        assert FolderStore(tmp_path).get("x-1") is None, place


@pytest.mark.parametrize(
    "arrays",
    [
        [["a", "<f8", [10**9]]],
        [["a", "<f8", [1, 10**15]]],
        [["a", "<f8", [-1]]],
        [["a", "|O", [1]]],
        [["a", "|V8", [1]]],
        [["a", "<U9999999999", [1]]],
        [["a", "<f8", [True]]],
        [["a", "<f8", "1"]],
        [["a"]],
        [],
        None,
    ],
)
def test_a_forged_table_of_arrays_takes_no_memory(arrays):
    payload = json.dumps({"key": "x-1", "arrays": arrays}).encode() + b"\n" + bytes(8)
    digest = hashlib.sha256(payload).hexdigest().encode()
    tracemalloc.start()
    with pytest.raises(ValueError):
        unpacked("x-1", b"simulator-store 2\n" + digest + b"\n" + payload)
    assert tracemalloc.get_traced_memory()[1] < 1e6
    tracemalloc.stop()


def test_a_run_with_a_damaged_store_finds_what_one_without_finds(tmp_path):
    store = FolderStore(tmp_path)
    plain = figures(scenario(), store=store)
    for number, path in enumerate(sorted(tmp_path.glob("*.kept"))):
        data = bytearray(path.read_bytes())
        data[len(data) * (number % 7) // 7] ^= 16
        path.write_bytes(data)
    again = FolderStore(tmp_path)
    assert same(plain, figures(scenario(), store=again))
    assert not [what for what, n in again.counts.items() if what[1] == "hit" and n]
