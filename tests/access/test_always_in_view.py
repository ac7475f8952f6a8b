"""A place that a geostationary satellite watches without end is seen again after no time at all."""

from datetime import UTC, datetime

import pytest

from simulator import maps
from simulator.report import report_text
from simulator.study.runs import run
from tests import made

TEXT = made.text(
    """
[[regions]]
name = "r"
bounds_deg = {west = 120.0, south = 30.0, east = 130.0, north = 40.0}
resolution_km = 300
thresholds = [
  {figure = "revisit_max_h", relation = "at most", value = 24.0},
  {figure = "revisit_mean_h", relation = "at most", value = 0.0},
  {figure = "revisit_min_h", relation = "at most", value = 1.0},
  {figure = "revisit_std_h", relation = "less", value = 1.0},
]
""",
    start="2026-11-12",
    days=4.0,
    targets=[{"name": "T", "latitude_deg": 38.0, "longitude_deg": 126.0}],
    networks=[{"name": "n", "stations": ["pgscc"]}],
    counting={"niirs_levels": [1]},
    uncertainty={"resamples": 20, "block_days": 1},
    satellite={
        "name": "G",
        "downlink_rate_mbps": 10.0,
        "sensor": {
            "kind": "optical",
            "gsd_m": 3.0,
            "reference_altitude_km": 500.0,
            "swath_km": 24.0,
            "max_off_nadir_deg": 20.0,
            "min_sun_elevation_deg": -90.0,
        },
        "orbit": {
            "kind": "keplerian",
            "epoch": datetime(2026, 11, 12, tzinfo=UTC),
            "perigee_km": 35786.0,
            "apogee_km": 35786.0,
            "inclination_deg": 0.01,
            "raan_deg": 180.0,
        },
    },
)


@pytest.mark.parametrize("rule", ["stk", "tatc", "interior"])
def test_its_revisit_is_zero_in_every_table_and_meets_every_bound(rule):
    results = run(made.scenario(TEXT, f"counting.revisit_rule={rule}"))
    assert (results.thresholds["satisfied_share"] == 1.0).all()
    assert (results.thresholds["without_share"] == 0.0).all()
    for table in (results.targets, results.regions):
        assert table[["revisit_mean_h", "revisit_max_h"]].to_numpy().tolist() == [[0.0, 0.0]]
    assert results.regions["revisit_area_share"].tolist() == [1.0]
    assert results.regions["worst_latitude_deg"].isna().all()
    revisits = results.coverage[results.coverage["figure"].str.startswith("revisit")]
    assert (revisits[["mean", "min", "max"]] == 0.0).all(axis=None)
    assert (revisits["cells_without"] == 0).all()
    assert results.targets[["revisit_mean_low_h", "revisit_mean_high_h"]].to_numpy().max() == 0.0
    grid = results.grids["r"]
    for name in ("revisit_mean_h", "revisit_max_h", "revisit_std_h", "revisit_p90_h"):
        assert float(grid[name].where(grid["in_region"].astype(bool)).max()) == 0.0
    assert "always in view: 0" in " ".join(report_text(results).split())


@pytest.mark.parametrize("min_off_nadir_deg", [0.0, 1.0])
def test_its_maps_are_drawn(min_off_nadir_deg):
    override = f"satellites.0.sensor.min_off_nadir_deg={min_off_nadir_deg}"
    results = run(made.scenario(TEXT, override))
    for name in ("ground-track", "revisit-mean", "revisit-max", "coverage"):
        maps.drawing(results, name).canvas.draw()
