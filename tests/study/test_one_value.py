"""One figure has one value, in tables, grids, the report and on maps."""

import numpy as np
import pytest

from simulator import maps
from simulator.report import report_text
from simulator.study.runs import run
from simulator.text import duration, share
from tests import made

TEXT = made.text(
    """
[[regions]]
name = "strip"
bounds_deg = {west = 120.0, south = 32.0, east = 140.0, north = 44.0}
resolution_km = 60
look = "swath"
""",
    days=4.0,
    targets=[
        {"name": "T", "latitude_deg": 37.0, "longitude_deg": 127.0},
        {"name": "U", "latitude_deg": 44.0, "longitude_deg": 144.9},
    ],
    networks=[{"name": "n", "stations": ["pgscc"]}],
)


@pytest.fixture(scope="module", params=["stk", "interior"])
def results(request):
    overrides = [f"counting.revisit_rule={request.param}"]
    if request.param == "interior":
        overrides.append("regions.strip.look=field-of-regard")
    return run(made.scenario(TEXT, *overrides))


def words_of(figure):
    return " ".join(" ".join(text.get_text() for text in figure.texts).split())


def test_a_regions_mean_revisit_is_the_same_in_tables_report_and_map(results):
    row = results.regions.iloc[0]
    table = results.coverage
    all_of = table[(table["latitude_band"] == "all") & (table["figure"] == "revisit_mean_h")]
    assert all_of["mean"].iloc[0] == pytest.approx(row["revisit_mean_h"])
    assert all_of["area_share"].iloc[0] == pytest.approx(row["revisit_area_share"])
    # Most of the region is never seen by the strip, and few of its places twice in four days.
    assert row["seen_fraction"] < 1.0 or row["revisit_area_share"] < 1.0
    area = f"{100.0 * row['revisit_area_share']:.0f} %"
    said = f"{duration(row['revisit_mean_h'])} on average over {area} of"
    assert said in words_of(maps.drawing(results, "revisit-mean"))
    report = report_text(results)
    line = next(words for words in report.splitlines() if words.startswith("strip "))
    assert duration(row["revisit_mean_h"]) in line
    assert share(row["revisit_area_share"]) in report


def test_a_regions_longest_revisit_is_averaged_on_its_map_as_in_its_table(results):
    table = results.coverage
    row = table[(table["latitude_band"] == "all") & (table["figure"] == "revisit_max_h")].iloc[0]
    said = f"{duration(row['mean'])} on average over {100.0 * row['area_share']:.0f} % of"
    assert said in words_of(maps.drawing(results, "revisit-max"))


def test_a_targets_best_picture_is_that_of_its_finest_access(results):
    looks = results.accesses.groupby("target")
    for row in results.targets.to_dict(orient="records"):
        assert row["best_gsd_m"] == looks["gsd_m"].min()[row["target"]]
        assert row["best_niirs"] == looks["niirs"].max()[row["target"]]
        assert row["accesses"] == len(looks.get_group(row["target"]))
    assert not np.isnan(results.targets["best_gsd_m"]).any()
