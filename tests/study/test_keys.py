"""Every key of a scenario changed in turn: what is kept never stands for what has changed.

The stages tell keys of a table apart by no more than which of them leave a key out, so that one key
of each such set stands for the others in the quick tests; the exhaustive ones change every key.
"""

import functools
import typing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator.scenario import (
    Scenario,
    loads,
)
from simulator.study import keys, regions
from simulator.study.case import Study, members
from simulator.study.runs import figures
from simulator.study.store import MemoryStore
from tests.made_keys import ORBITS, TEXT, base, bounds, changed, homes, tables_in, with_files


def outcome(scenario, store):
    """Return all that is kept of a scenario, as frames and arrays by name."""
    run_figures = figures(scenario, store=store)
    study = Study(scenario.resolve(), store)
    numbers = {name: getattr(run_figures, name) for name in ("networks", "targets", "regions")}
    for n, table in enumerate(study.scenario.regions):
        region = regions.region_findings(study, table)
        parts = {
            "sites": region.figures.figures,
            "times": region.figures.times,
            "stays": region.stays,
        }
        numbers |= {f"{n} {k} {name}": v for k, p in parts.items() for name, v in vars(p).items()}
        for end, part in vars(region.sampling).items() if region.sampling else ():
            numbers |= {f"{n} {end} {name}": v for name, v in part.items()}
    return numbers


def same(before, after):
    """Return the names of what differs between two outcomes."""
    if before.keys() != after.keys():
        return [*before.keys() ^ after.keys()]
    return [
        name
        for name, value in before.items()
        if not (
            value.equals(after[name])
            if isinstance(value, pd.DataFrame)
            else np.array_equal(value, after[name], equal_nan=True)
        )
    ]


@pytest.fixture(scope="module")
def shared():
    """Give a store in which all these scenarios keep what they find."""
    return MemoryStore(max_items=100_000)


@pytest.fixture(scope="module")
def keep(shared):
    """Give a function that keeps in that store what a scenario comes to, once for each."""
    return functools.cache(lambda orbit: outcome(base(orbit), shared))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a folder with the files that some keys name."""
    return with_files(tmp_path_factory.mktemp("files"))


def has_choice(field):
    """Tell whether a key can take another value; a table that must be there has its own keys."""
    low, high = bounds(field.metadata)
    literal = typing.get_origin(field.annotation) is typing.Literal
    inside = typing.get_origin(field.annotation) is not tuple and any(tables_in(field.annotation))
    before = literal and len(typing.get_args(field.annotation)) == 1
    return low < high and not before and not (inside and field.is_required())


ALL_KEYS = [(kind, name) for kind in {*tables_in(Scenario)} for name in kind.model_fields]
ALL = sorted(
    {
        (kind, name)
        for kind in {*tables_in(Scenario)}
        for name, field in kind.model_fields.items()
        if has_choice(field)
    },
    key=lambda pair: (pair[0].__name__, pair[1]),
)


def leaving_out(kind, name):
    """Return the stages that leave out a key."""
    return frozenset(
        stage
        for stage, by_table in keys.LEFT_OUT.items()
        if any(issubclass(kind, table) and name in names for table, names in by_table.items())
    )


def sample():
    """Return of each kind of table a key of each set of stages that some but not all leave out.

    Of a kind that all stages are given alike it is the first key that they are given.
    """
    by_stages = {}
    for kind, name in ALL:
        by_stages.setdefault(kind, {}).setdefault(leaving_out(kind, name), (kind, name))
    for firsts in by_stages.values():
        apart = [key for stages, key in firsts.items() if 0 < len(stages) < len(keys.LEFT_OUT)]
        yield from apart or [firsts[min(firsts, key=len)]]


SAMPLE = {*sample()}


def test_every_kind_of_table_is_in_a_scenario_tried_here():
    absent = {kind.__name__ for kind, _ in ALL} - {kind.__name__ for kind in homes()}
    assert not absent, "give TEXT or ORBITS one of each"


def test_the_quick_tests_change_a_key_of_every_kind_of_table():
    assert {kind for kind, _ in SAMPLE} == {kind for kind, _ in ALL}
    assert {*ALL} > SAMPLE


@pytest.mark.parametrize(
    ("kind", "name"),
    [pytest.param(*key, marks=() if key in SAMPLE else pytest.mark.slow) for key in ALL],
    ids=lambda part: getattr(part, "__name__", part),
)
def test_a_changed_key_is_never_answered_with_what_was_kept_before(
    kind, name, shared, keep, folder
):
    before, scenario = changed(kind, name, folder)
    keep(next(orbit for orbit in ORBITS if base(orbit) is before))
    assert same(outcome(scenario, shared), outcome(scenario, None)) == []


def test_a_stage_cannot_read_what_its_key_leaves_out():
    scenario = base("launch")
    part = keys.narrowed("accesses", scenario)
    assert part.satellites[0].sensor.max_off_nadir_deg == 58.0
    for table, name in (
        (part, "networks"),
        (part.satellites[0], "recorder_gbit"),
        (part.satellites[0].sensor, "picture_mbit"),
        (part.targets[0], "name"),
    ):
        with pytest.raises(AttributeError, match=name):
            getattr(table, name)
    assert scenario.satellites[0].sensor.collection_s == 20.0


@pytest.mark.parametrize("stage", keys.LEFT_OUT)
def test_what_a_stage_leaves_out_is_there(stage):
    for table, names in keys.LEFT_OUT[stage].items():
        held = {name for kind, name in ALL_KEYS if issubclass(kind, table)}
        assert names <= held, table


def test_pictures_of_another_size_are_delivered_anew():
    store = MemoryStore()
    latency_h = []
    for size_mbit in (40.0, 400.0, 2_000.0):
        text = TEXT.replace("picture_mbit = 900.0", f"picture_mbit = {size_mbit}")
        scenario = loads(text.replace("ORBIT", ORBITS["launch"]), origin="x", folder=Path("."))
        kept, fresh = figures(scenario, store=store), figures(scenario)
        assert kept.networks.equals(fresh.networks)
        latency_h.append(kept.networks["latency_median_h"][1])
    # Of larger pictures others are lost, so that the median may fall: but it is never the same.
    assert len(set(latency_h)) == 3


def test_links_are_told_apart_by_identity_where_they_are_by_digest():
    links = [
        link
        for orbit in ORBITS
        for network in base(orbit).resolve().networks
        for link in members(network)
    ]
    links += [link.model_copy(update={"name": "renamed"}) for link in links]
    links += [link.model_copy(update={"min_contact_s": 77.0}) for link in links]
    pairs = [(a, b) for a in links for b in links]
    alike = [keys.digest("contacts", a) == keys.digest("contacts", b) for a, b in pairs]
    assert any(alike) and not all(alike)
    assert alike == [
        keys.identity("contacts", a) == keys.identity("contacts", b)
        and hash(keys.identity("contacts", a)) == hash(keys.identity("contacts", b))
        for a, b in pairs
    ]
