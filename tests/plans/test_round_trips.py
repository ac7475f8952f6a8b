"""The plan of a run, written, read back and sent over again, also by programs of another make."""

from __future__ import annotations

import heapq
import json
import re
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator import Results
from simulator.plans import (
    ContactPlan,
    Node,
    PlanPictures,
    contact_plan,
    hdtn_bytes,
    ion_text,
    plan_bytes,
    read_pictures,
    read_plan,
    send,
)

FORMS = {
    "ion": lambda plan: ion_text(plan).encode("utf-8"),
    "hdtn": hdtn_bytes,
    "ours": plan_bytes,
}
NETWORKS = ("dprk", "dprk+russia", "linked")


def reread(results: Results, network: str, form: str, folder: Path) -> ContactPlan:
    place = folder / form
    place.write_bytes(FORMS[form](contact_plan(results, network)))
    return read_plan(place)


def stands(results: Results, network: str) -> pd.DataFrame:
    table = results.deliveries
    return table[table["network"] == network].reset_index(drop=True)


@pytest.mark.parametrize("network", NETWORKS)
def test_our_file_loses_nothing(
    results: Results, folder: Path, tmp_path: Path, network: str
) -> None:
    plan, back = contact_plan(results, network), reread(results, network, "ours", tmp_path)
    assert dict(back.nodes) == dict(plan.nodes)
    assert (back.start, back.span_s, back.terminals) == (plan.start, plan.span_s, plan.terminals)
    for name in plan.contacts.__dataclass_fields__:
        assert np.array_equal(getattr(back.contacts, name), getattr(plan.contacts, name))
    assert plan_bytes(back) == plan_bytes(plan)
    found, told = send(back, read_pictures(folder, back)).table, stands(results, network)
    # A folder keeps instants of pictures to the millisecond, and plans by them.
    assert np.allclose(found["delivered_s"], told["delivered_s"], atol=2e-3, equal_nan=True)
    for name in ("satellite", "status", "via", "hops"):
        assert list(found[name]) == list(told[name])


@pytest.mark.parametrize("form", ["ion", "hdtn"])
@pytest.mark.parametrize("network", ["dprk", "dprk+russia"])
def test_whole_seconds_move_a_delivery_by_less_than_one(
    results: Results, folder: Path, tmp_path: Path, network: str, form: str
) -> None:
    full = reread(results, network, "ours", tmp_path)
    back = reread(results, network, form, tmp_path)
    pictures = read_pictures(folder, back)
    told = send(_without_limits(full), pictures).table
    found = send(back, pictures).table
    # Half a second at each end of a contact.
    assert (found["delivered_s"] - told["delivered_s"]).abs().max() < 1.0
    assert (found["delivered_s"] != told["delivered_s"]).any()
    assert list(found["status"]) == list(told["status"])
    assert (found["status"] == "delivered").sum() > 10


def _without_limits(plan: ContactPlan) -> ContactPlan:
    """Return a plan without what whole-second forms do not say of nodes."""
    nodes = {n: Node(n, node.kind, node.name) for n, node in plan.nodes.items()}
    return replace(plan, nodes=nodes, terminals=np.inf)


def plain_ion(text: str) -> tuple[list[tuple[int, ...]], dict[tuple[int, int], int]]:
    """Return the contacts and the ranges of a plan, by plain lines."""
    contacts, ranges = [], {}
    for line in text.splitlines():
        if found := re.fullmatch(r"a contact \+(\d+) \+(\d+) (\d+) (\d+) (\d+)", line):
            contacts.append(tuple(map(int, found.groups())))
        elif found := re.fullmatch(r"a range \+0 \+172800 (\d+) (\d+) (\d+)", line):
            one, other, delay = map(int, found.groups())
            ranges[one, other] = delay
            if one < other:
                ranges.setdefault((other, one), delay)
        else:
            assert re.match(r"# |@ \d{4}/\d\d/\d\d-\d\d:\d\d:\d\d$", line), line
    return contacts, ranges


def test_a_plan_of_ion_has_both_directions_delays_and_bytes(results: Results) -> None:
    text = ion_text(contact_plan(results, "dprk"))
    contacts, ranges = plain_ion(text)
    assert "@ 2023/11/24-00:00:00" in text.splitlines()
    nodes = dict(re.findall(r"# node (\d+) \S+ (.+)", text))
    numbers = {name: int(number) for number, name in nodes.items() if int(number) > 1}
    assert ranges[numbers["sohae_gs"], 1] == 60 and ranges[numbers["pgscc"], 1] == 0
    table = results.contacts[results.contacts["network"] == "dprk"]
    for row in table.to_dict(orient="records"):
        pair = (numbers[row["satellite"]], numbers[row["station"]])
        begin = row["start_s"] + (0.0 if row["cut_start"] else row["acquisition_s"])
        if begin < row["end_s"] - 1.0:
            edges = (round(begin), round(row["end_s"]))
            # Commands up at a nominal 1 kbit/s; pictures down at 2 Mbit/s.
            assert (*edges, *pair, 250_000) in contacts
            assert (*edges, *pair[::-1], 125) in contacts
    by_pair = defaultdict(list)
    for start, end, source, destination, _ in contacts:
        by_pair[source, destination].append((start, end))
        assert start < end and (source, destination) in ranges
    for edges in by_pair.values():
        edges.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(edges))


def test_a_plan_of_hdtn_has_whole_numbers_and_bits(results: Results) -> None:
    document = json.loads(hdtn_bytes(contact_plan(results, "linked")))
    keys = {"contact", "source", "dest", "startTime", "endTime", "rateBitsPerSec", "owlt"}
    rows = document["contacts"]
    assert [row["contact"] for row in rows] == list(range(len(rows)))
    assert all(set(row) == keys and all(type(v) is int for v in row.values()) for row in rows)
    kinds = {node["node"]: node["kind"] for node in document["nodes"]}
    rates = defaultdict(set)
    for row in rows:
        rates[kinds[row["source"]], kinds[row["dest"]]].add(row["rateBitsPerSec"])
    assert rates == {
        ("satellite", "station"): {2_000_000},
        ("satellite", "satellite"): {4_000_000},
        ("station", "satellite"): {1_000},
        ("station", "headquarters"): {1_000_000_000},
        ("headquarters", "station"): {1_000_000_000},
    }
    across = {(r["source"], r["dest"]) for r in rows if kinds[r["dest"]] == kinds[r["source"]]}
    assert across == {pair[::-1] for pair in across} and len(across) == 16


_Slice = tuple[float, float, float]


def usable(
    links: list[tuple[float, ...]], used: list[_Slice], taken_s: float, by_s: float
) -> list[_Slice]:
    """Return the free slices (begin, end, rate) from which a bit is home by then.

    `links` are (start, end, rate, delay) of the contacts of a satellite.
    """
    edges = {taken_s, *(edge for row in used for edge in row[:2])}
    edges |= {edge for start, end, _, delay in links for edge in (start, end, by_s - delay)}
    found = []
    for begin, end in pairwise(sorted(edge for edge in edges if taken_s <= edge <= by_s)):
        middle = 0.5 * (begin + end)
        rates = [r for s, e, r, delay in links if s <= middle < e and middle + delay <= by_s]
        if rates and not any(row[0] <= middle < row[1] for row in used):
            found.append((begin, end, max(rates)))
    return found


def home_by_naive_queue(text: str, pictures: PlanPictures, headquarters: int) -> list[float]:
    """Return when pictures are home over a plan of ION, one after another, by slices of time.

    Each takes every free instant from which a bit is home by its own arrival, at the best rate; the
    arrival is found by bisection.
    """
    contacts, ranges = plain_ion(text)
    used: dict[int, list[_Slice]] = defaultdict(list)
    arrivals = [np.inf] * len(pictures)
    for row in np.argsort(pictures.taken_s, kind="stable").tolist():
        node, taken_s = int(pictures.node[row]), float(pictures.taken_s[row])
        links = [
            (start, end, size * 8.0, ranges[destination, headquarters])
            for start, end, source, destination, size in contacts
            if source == node
        ]
        low, high = taken_s, 172_800.0
        for _ in range(50):
            by_s = 0.5 * (low + high)
            sent = sum((e - b) * rate for b, e, rate in usable(links, used[node], taken_s, by_s))
            low, high = (low, by_s) if sent >= pictures.size_bits[row] - 1e-3 else (by_s, high)
        arrivals[row] = high
        used[node] += usable(links, used[node], taken_s, high)
    return arrivals


def test_deliveries_over_a_plan_read_in_are_those_of_a_naive_queue(
    results: Results, folder: Path, tmp_path: Path
) -> None:
    plan = reread(results, "dprk", "ion", tmp_path)
    pictures = read_pictures(folder, plan)
    found = send(plan, pictures).table["delivered_s"]
    naive = home_by_naive_queue((tmp_path / "ion").read_text("utf-8"), pictures, 1)
    assert found.notna().sum() > 10
    # What is not home by the end of the plan has no instant.
    assert found.fillna(172_800.0).to_numpy() == pytest.approx(naive, abs=1e-4)


def home_by_contact_graph(
    rows: list[dict[str, int]], node: int, taken_s: float, bits: float
) -> float:
    """Return when a bundle is at node 1, whole over each contact, by Dijkstra over contacts."""
    at = defaultdict(lambda: np.inf, {node: taken_s})
    heap = [(taken_s, node)]
    while heap:
        now, here = heapq.heappop(heap)
        if here == 1:
            return now
        for row in rows:
            if row["source"] != here or now > at[here]:
                continue
            # Lines on the ground pass bits on as they come.
            sending = 0.0 if row["dest"] == 1 else bits / row["rateBitsPerSec"]
            sent = max(now, row["startTime"]) + sending
            arrives = sent + row["owlt"]
            if sent <= row["endTime"] and arrives < at[row["dest"]]:
                at[row["dest"]] = arrives
                heapq.heappush(heap, (arrives, row["dest"]))
    return np.inf


def test_single_pictures_over_links_arrive_as_a_contact_graph_says(
    results: Results, tmp_path: Path
) -> None:
    plan = reread(results, "linked", "hdtn", tmp_path)
    rows = json.loads((tmp_path / "hdtn").read_bytes())["contacts"]
    bits, hops = 4_000_000.0, 0
    for place, taken_s in enumerate(np.linspace(3_000.5, 120_000.5, 18).tolist()):
        node = 101 + place % 8
        one = PlanPictures(
            np.array([node]), np.array([taken_s]), np.array([bits]), np.zeros(1, np.int64), ("0",)
        )
        found = send(plan, one).table.iloc[0]
        assert found["delivered_s"] == pytest.approx(
            home_by_contact_graph(rows, node, taken_s, bits), abs=1e-5
        )
        hops += found["hops"]
    assert hops > 3
