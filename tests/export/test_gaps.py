"""A satellite whose ephemeris has a gap: nothing is drawn where nothing is known of it."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastkml import validator
from lxml import etree

from simulator import run
from simulator.export import Choices, export, format_of
from simulator.results import Results
from tests import made
from tests.made_czml import packets

GX = "{http://www.google.com/kml/ext/2.2}"


@pytest.fixture(scope="module")
def gapped(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """A run whose satellite is known from 01:00 to 03:19 and from 04:00 to 05:19."""
    folder = tmp_path_factory.mktemp("gap")
    chosen = Choices(satellites=("Malligyong-1",), hours=6.0)
    whole = export(results, format_of("oem", None), folder / "whole.oem", chosen).read_text()
    head, meta, states = re.split(r"(?<=\n)(?=META_START)|(?<=META_STOP\n)", whole)
    lines = states.splitlines(keepends=True)
    parts = []
    for rows in (lines[60:200], lines[240:320]):
        first, last = rows[0].split()[0], rows[-1].split()[0]
        times = re.sub(r"(?<=START_TIME = ).*", first, meta)
        parts.append(re.sub(r"(?<=STOP_TIME = ).*", last, times) + "".join(rows))
    (folder / "gap.oem").write_text(head + "".join(parts))
    orbit = {"kind": "ephemeris", "file": str(folder / "gap.oem")}
    return run(made.scenario(made.text(start="2023-11-24", days=0.3, satellite={"orbit": orbit})))


RUNS_S = [(3_600.0, 11_940.0), (14_400.0, 19_140.0)]


def test_a_satellite_is_away_in_a_gap(gapped: Results, tmp_path: Path) -> None:
    found = packets(gapped, tmp_path / "x.czml")
    for name in ("satellite/M", "satellite/M/field of regard"):
        packet = found[name]
        assert packet["availability"] == [
            "2023-11-24T01:00:00.000Z/2023-11-24T03:19:00.000Z",
            "2023-11-24T04:00:00.000Z/2023-11-24T05:19:00.000Z",
        ]
        assert [part["interval"] for part in packet["position"]] == packet["availability"]
        for part, (begin_s, end_s) in zip(packet["position"], RUNS_S, strict=True):
            times_s = np.array(part["cartesian"]).reshape(-1, 4)[:, 0]
            assert (times_s[0], times_s[-1]) == (begin_s, end_s)


def test_a_body_that_moves_has_a_part_for_each_run(gapped: Results, tmp_path: Path) -> None:
    place = export(gapped, format_of("kml", None), tmp_path / "x.kml")
    tree = etree.parse(place)
    schema = Path(validator.__file__).parent / "schema" / "kml22gx.xsd"
    assert etree.XMLSchema(etree.parse(schema)).validate(tree)
    (multi,) = tree.iter(f"{GX}MultiTrack")
    assert [child.tag for child in multi] == [f"{GX}interpolate", f"{GX}Track", f"{GX}Track"]


def test_tracks_end_at_a_gap(gapped: Results, tmp_path: Path) -> None:
    place = export(gapped, format_of("geojson", None), tmp_path / "x.geojson")
    told: list[Any] = json.loads(place.read_text())["features"]
    rows = [f["properties"] for f in told if f["properties"]["layer"] == "tracks"]
    assert [row["revolution"] for row in rows] == list(range(1, len(rows) + 1))
    ends = [(row["start_s"], row["end_s"]) for row in rows]
    assert ends[0][0] == RUNS_S[0][0] and ends[-1][1] == RUNS_S[1][1]
    apart = [(a[1], b[0]) for a, b in pairwise(ends) if a[1] != b[0]]
    assert apart == [(RUNS_S[0][1], RUNS_S[1][0])]
