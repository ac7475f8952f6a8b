"""A satellite whose ephemeris has a gap: nothing is drawn where nothing is known of it."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from fastkml import validator
from lxml import etree

from simulator.export import export, format_of
from simulator.results import Results

GX = "{http://www.google.com/kml/ext/2.2}"


RUNS_S = [(3_600.0, 11_940.0), (14_400.0, 19_140.0)]


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
