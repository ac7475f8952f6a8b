"""Journals, stored results and results folders, damaged and forged at random with a seed.

Whatever is done to them, they are read as they were, count as absent, or are refused in lines for
the user: no other exception, no infinity believed, no memory beyond a bound.
"""

import hashlib
import json
import math
import random
import tracemalloc
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from simulator import results
from simulator.errors import InputError
from simulator.study.store import packed, unpacked
from simulator.sweep import read_sweep
from simulator.sweep.axes import axis
from simulator.sweep.designs import Design
from simulator.sweep.journal import PointTable, header
from simulator.sweep.lines import opened, sealed
from simulator.sweep.points import FigureColumn
from tests.made_results import example

SEED = 20_240_601
# How many inputs by default, and in each of four parts where slow tests run. Memory is traced by
# default and in the first of the parts: it makes the reading three times as slow.
TIMES = {
    "store": (2_000, 225_000),
    "journal": (250, 15_000),
    "results": (20, 375),
}
PARTS = 4
MOST_BYTES = 64e6
ODD = (
    None, True, False, 0, -1, 1, 2**63, 10**400, -(10**30), 0.5, 1e308, -1e308, math.inf, -math.inf,
    math.nan, "", "x", "\x1b[31m", "\0", "9" * 400, "inf", [], [[]], {}, [None], ["x"], {"a": 1},
)  # fmt: skip


@dataclass(frozen=True)
class Round:
    """So many damaged inputs, drawn from a seed, with memory traced or not."""

    times: int
    seed: int
    traced: bool = True


def rounds(kind):
    default, many = TIMES[kind]
    slow = [
        pytest.param(
            Round(many, SEED + part, traced=part == 0), id=f"many-{part}", marks=pytest.mark.slow
        )
        for part in range(PARTS)
    ]
    return [pytest.param(Round(default, SEED), id="some"), *slow]


@pytest.fixture
def bounded(inputs):
    """Hold the memory taken to a bound, if it is traced."""
    if not inputs.traced:
        yield
        return
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES


def damaged(data, draw):
    """Return bytes with bits flipped, cut, doubled, swapped, or others put in."""
    data = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 8))):
        place = draw.randrange(len(data) + 1)
        way = draw.randrange(6)
        if way == 0 and place < len(data):
            data[place] ^= 1 << draw.randrange(8)
        elif way == 1:
            del data[place:]
        elif way == 2:
            del data[place : place + draw.randrange(1, 40)]
        elif way == 3:
            data[place:place] = draw.randbytes(draw.randrange(1, 40))
        elif way == 4:
            data[place:place] = data[place : place + draw.randrange(1, 400)]
        else:
            data[place:place] = b"[" * draw.choice((1, 3, 100_000))
        if not data:
            break
    return bytes(data)


def forged(value, draw, depth=0):
    """Return a JSON-like value with one thing in it, or a few, replaced by something odd."""
    if draw.random() < 0.15 + 0.1 * depth or not isinstance(value, list | dict) or not value:
        return draw.choice(ODD)
    if isinstance(value, list):
        at = draw.randrange(len(value))
        if draw.random() < 0.2:
            return [*value[:at], *value[at + 1 :]]
        return [*value[:at], forged(value[at], draw, depth + 1), *value[at + 1 :]]
    name = draw.choice(sorted(value))
    if draw.random() < 0.2:
        return {key: item for key, item in value.items() if key != name}
    return value | {name: forged(value[name], draw, depth + 1)}


def text_of(value):
    """Return JSON as anybody may write it, infinities and all."""
    return json.dumps(value, separators=(",", ":")).encode()


def seal(value):
    """Return a line of a journal with the digest that fits it."""
    if not isinstance(value, dict) or not value:
        return text_of(value) + b"\n"
    body = text_of(value)
    return body[:-1] + b',"digest":"' + hashlib.sha256(body).hexdigest()[:16].encode() + b'"}\n'


VALUE = {
    "start_s": np.array([0.5, np.nan, 7.25]),
    "cut": np.array([[True, False]]),
    "link": np.arange(5, dtype=np.int32),
    "meaning": np.array(["", "radius below"]),
}


@pytest.mark.parametrize("inputs", rounds("store"))
def test_a_stored_result_is_read_as_written_or_counts_as_absent(inputs, bounded):
    draw = random.Random(inputs.seed)
    whole = packed("x-1", VALUE)
    begin = whole.index(b"\n", 18) + 1
    end = whole.index(b"\n", begin)
    head = json.loads(whole[begin:end])
    for n in range(inputs.times):
        if n % 2:
            data = damaged(whole, draw)
        else:
            body = text_of(forged(head, draw)) + damaged(whole[end:], draw)
            digest = hashlib.sha256(body).hexdigest().encode()
            data = whole[:18] + digest + b"\n" + body
        try:
            arrays = unpacked("x-1", data)
        except ValueError:
            continue
        if n % 2:
            assert data == whole
        for array in arrays.values():
            assert array.nbytes <= len(data)
            assert not array.dtype.hasobject


@pytest.fixture(scope="module")
def journal():
    """Give the lines of a journal of a small sweep."""
    columns = tuple(
        FigureColumn("network", figure, "n") for figure in ("age_mean_h", "latency_mean_h")
    )
    values = tuple((v, w) for v in (1, 2, 3) for w in (0.5, 0.25))
    design = Design((axis("a.b=1,2,3"), axis("c=0.5,0.25")))
    table = PointTable(
        design, "t", columns, values, tuple(f"k{n}" for n in range(6)),
        np.zeros(6, dtype=np.int8), np.full((6, 2), np.nan), {},
    )  # fmt: skip
    for point in range(5):
        table.note(point, [1.5 * point, None], "" if point != 3 else "no")
    stray = {
        "point": None,
        "key": "s",
        "status": "done",
        "columns": [["network", "age_mean_h", "m"]],
        "figures": [2.0],
    }
    lines = [header(table), *(table.line(point) for point in range(5)), sealed(stray)]
    return [line.encode() for line in lines]


@pytest.mark.parametrize("inputs", rounds("journal"))
def test_a_journal_is_read_as_written_or_refused_in_a_line(inputs, journal, tmp_path, bounded):
    draw = random.Random(inputs.seed)
    points = tmp_path / "points.jsonl"
    points.write_bytes(b"".join(journal))
    whole = read_sweep(tmp_path).table
    refused = 0
    for n in range(inputs.times):
        lines = list(journal)
        if n % 2:
            lines = [damaged(b"".join(journal), draw)]
        else:
            at = draw.randrange(len(lines))
            lines[at] = seal(forged(opened(lines[at]), draw))
        points.write_bytes(b"".join(lines))
        try:
            sweep = read_sweep(tmp_path)
        except InputError as error:
            refused += 1
            assert len(error.problems) == 1
            assert "\n" not in error.problems[0]
            continue
        figures = sweep.points.figures
        assert not np.isinf(figures).any()
        assert len(sweep.table) <= len(figures)
        if n % 2:
            # What is whole is believed, what a cut has left of a line is not.
            expected = whole[whole["point"].isin(sweep.table["point"])].reset_index(drop=True)
            pd.testing.assert_frame_equal(sweep.table, expected, check_dtype=False)
    assert refused > inputs.times / 3


@pytest.mark.parametrize("inputs", rounds("results"))
def test_a_results_folder_is_read_as_written_or_refused_in_a_line(inputs, tmp_path, bounded):
    draw = random.Random(inputs.seed)
    run = tmp_path / "run"
    results.write(example(), run)
    whole = {p: p.read_bytes() for p in sorted(run.rglob("*")) if p.is_file()}
    summary = json.loads(whole[run / "summary.json"])
    named = [path for path in whole if path.relative_to(run).as_posix() in summary["files"]]
    refused = 0
    for n in range(inputs.times):
        path = draw.choice(named) if n % 3 else run / "summary.json"
        resealed = summary
        if path.name == "summary.json":
            data = text_of(sealed_summary(forged(summary, draw)))
        else:
            data = damaged(whole[path], draw)
            if path.suffix == ".json" and n % 2:
                data = text_of(forged(json.loads(whole[path]), draw))
            digest = hashlib.sha256(data).hexdigest()
            name = path.relative_to(run).as_posix()
            resealed = results.sealed(summary | {"files": summary["files"] | {name: digest}})
            (run / "summary.json").write_bytes(text_of(resealed))
        path.write_bytes(data)
        try:
            contents = results.read(run)
        except InputError as error:
            refused += 1
            assert len(error.problems) == 1
            assert "\n" not in error.problems[0]
        else:
            assert 0.0 < contents.days < 1e6
            for name in results.columns.TABLES:
                numbers = getattr(contents, name).select_dtypes("number").to_numpy(np.float64)
                assert not np.isinf(numbers).any()
        path.write_bytes(whole[path])
        (run / "summary.json").write_bytes(whole[run / "summary.json"])
    assert refused > inputs.times / 3


def sealed_summary(value):
    """Return a forged summary with the digest that fits it, where it can have one."""
    try:
        return results.sealed(value)
    except (AttributeError, TypeError, ValueError):
        return value
