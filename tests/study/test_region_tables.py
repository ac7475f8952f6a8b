"""Regional: what a region's cells come to, in the tables of a run."""

import numpy as np
import pytest

from simulator import glossary, intervals, results
from simulator.errors import InputError
from simulator.results.tables import columns_of
from simulator.study.columns import columns_of_rows
from simulator.study.region_tables import region_network_table
from simulator.study.runs import run
from simulator.timeliness.cells import CellTimes
from simulator.units import HOUR_S
from tests import made

TEXT = made.text(
    """
[[regions]]
name = "korea"
country = "South Korea"
resolution_km = 40.0
cells = "healpix"
[[regions]]
name = "band"
latitude_band_deg = [30.0, 42.0]
resolution_km = 250.0
""",
    days=6.0,
    targets=["osan"],
    networks=None,
)


def study(*overrides):
    return run(made.scenario(TEXT, *overrides))


@pytest.fixture(scope="module")
def run_results():
    return study()


def test_each_region_has_its_line_and_its_figures_by_latitude(run_results):
    assert run_results.regions["region"].tolist() == ["korea", "band"]
    bands = run_results.coverage[run_results.coverage["region"] == "band"]["latitude_band"].unique()
    assert bands.tolist() == ["all", "30 to 35", "35 to 40", "40 to 45"]
    areas = run_results.coverage[
        (run_results.coverage["region"] == "band") & (run_results.coverage["figure"] == "gaps")
    ].set_index("latitude_band")["area_km2"]
    assert areas.drop("all").sum() == pytest.approx(areas["all"])


def test_the_area_of_a_country_is_near_that_published(run_results):
    # 100,210 km2 (UN Demographic Yearbook 2013); the map at 1:50m gives 2.6 % less.
    assert run_results.regions["area_km2"][0] == pytest.approx(100_210, rel=0.05)
    assert (
        abs(run_results.regions["area_error_share"][0])
        < run_results.regions["outline_error_share"][0]
    )


def test_the_rule_is_printed_beside_what_it_decides(run_results):
    rules = run_results.coverage.set_index("figure")["rule"]
    assert set(rules["revisit_mean_h"]) == {"stk"}
    assert set(rules["wait_mean_h"]) == {"all gaps, measured to the span's ends"}
    assert set(rules["accesses_per_day"]) == {""}
    changed = study("counting.revisit_rule=tatc")
    of_region = changed.coverage.set_index(["region", "latitude_band", "figure"])
    stk = run_results.coverage.set_index(["region", "latitude_band", "figure"])
    place = ("band", "all", "revisit_mean_h")
    assert of_region.loc[place, "rule"] == "tatc"
    assert of_region.loc[place, "mean"] != stk.loc[place, "mean"]


def test_shares_of_area_in_time_are_those_of_the_grid(run_results):
    grid, row = run_results.grids["korea"], run_results.regions.iloc[0]
    reached = grid["accumulated_fraction"].to_numpy()
    assert reached[-1] == pytest.approx(row["seen_fraction"])
    half = np.interp(row["seen_half_h"] * 3600.0, grid["time_s"], reached)
    assert 0.15 < half < 0.85
    assert grid["in_access_share"].max() == pytest.approx(row["in_access_max_share"])
    assert 0.0 <= row["all_covered_share"] <= 1.0 - row["none_covered_share"] <= 1.0


def test_longer_stays_are_seen_more_often_and_a_moving_target_at_length(run_results):
    for place in ("osan", "korea", "band"):
        table = run_results.stays[run_results.stays["place"] == place].sort_values("stay_h")
        assert table["seen_share"].is_monotonic_increasing
        assert (table["open_mean_h"] <= table["stay_h"]).all()
        assert (table["moving_day_share"] <= 1.0).all()


def test_stays_at_a_target_are_those_of_its_gaps(run_results):
    windows = run_results.accesses[["start_s", "end_s"]].to_numpy()
    span_s = 6 * 86_400.0
    gaps = intervals.complement(intervals.union(windows), 0.0, span_s)
    for stay_h in (6.0, 24.0):
        stay_s = stay_h * 3600.0
        missed = np.maximum(gaps[:, 1] - gaps[:, 0] - stay_s, 0.0).sum()
        row = run_results.stays.set_index(["place", "stay_h"]).loc[("osan", stay_h)]
        assert row["seen_share"] == pytest.approx(1.0 - missed / (span_s - stay_s))


def test_accesses_by_local_hour_add_up_and_a_morning_orbit_is_safe_by_night(run_results):
    for place in ("osan", "korea", "band"):
        table = run_results.hours[run_results.hours["place"] == place]
        assert table["accesses_share"].sum() == pytest.approx(1.0)
        assert (table["safe_min_h"] <= table["safe_mean_h"] + 1e-9).all()
    korea = run_results.hours[run_results.hours["place"] == "korea"].set_index("local_hour")
    # Daylight looks only: what appears at dusk has the night to itself.
    assert korea.loc[18, "safe_min_h"] > 10.0
    assert korea.loc[20:23, "accesses_share"].sum() == 0.0


def test_looks_too_coarse_to_read_do_not_count():
    fine, any_look = study("satellites.0.sensor.min_niirs=2.3"), study()
    assert 0.0 < fine.accesses["duration_s"].sum() < any_look.accesses["duration_s"].sum()
    assert (fine.accesses["niirs"] >= 2.3 - 1e-6).all()


def test_a_camera_that_looks_to_one_side_has_the_accesses_of_that_side(run_results):
    sides = [study(f"satellites.0.sensor.side={side}") for side in ("left", "right")]
    both = run_results.accesses["duration_s"].sum()
    assert sum(s.accesses["duration_s"].sum() for s in sides) == pytest.approx(both, abs=1e-3)


def test_a_region_without_a_cell_is_refused():
    with pytest.raises(InputError, match="region 'band' holds no cell centre"):
        study(
            "regions.1.polygon_deg=[[0,0],[1,0],[1,0.1],[0.1,0.1],[0.1,1],[0,1]]",
            "regions.1.resolution_km=900",
        )


def test_the_share_of_area_that_meets_a_condition_is_told_by_latitude():
    run_results = study(
        'regions.1.thresholds=[{figure="revisit_max_h", relation="at most", value=60.0}, '
        '{figure="revisit_max_h", relation="greater", value=60.0}]'
    )
    whole = run_results.thresholds[run_results.thresholds["latitude_band"] == "all"]
    assert whole["satisfied_share"].sum() == pytest.approx(1.0)
    assert len(run_results.thresholds) == 2 * 4
    with pytest.raises(InputError, match=r"figure: 'revisit_max'.*revisit_max_h"):
        study('regions.1.thresholds=[{figure="revisit_max", relation="less", value=1.0}]')


def test_every_figure_a_condition_may_name_is_one_of_the_cells(run_results):
    assert set(glossary.figures_of("cell")) <= set(run_results.coverage["figure"])


def times(**fields):
    """Two cells of 1 and 3 km2, all figures the same but those given."""
    names = CellTimes.__dataclass_fields__
    return CellTimes(**{n: np.array(fields.get(n, [HOUR_S, HOUR_S]), float) for n in names})


def test_a_region_by_network_weighs_cells_by_area_and_tells_over_how_much_of_it():
    by_network = {
        "dprk": times(response_mean_s=[4 * HOUR_S, np.nan], age_mean_s=[0.0, 4 * HOUR_S]),
        "both": times(response_mean_s=[2 * HOUR_S, HOUR_S]),
        "none": times(response_mean_s=[np.nan, np.nan], age_unknown_s=[10.0, 20.0]),
    }
    weights = np.array([1.0, 3.0])
    table = region_network_table(
        "r", weights, by_network, baseline="dprk", span_s=40.0, clear_of={}
    ).set_index("network")
    assert table["cell_response_mean_h"].to_dict() == pytest.approx(
        {"dprk": 4.0, "both": 1.25, "none": np.nan}, nan_ok=True
    )
    assert table["answered_area_share"].tolist() == [0.25, 1.0, 0.0]
    # Only the first cell has both: 2 h to 4 h.
    assert table["cell_response_ratio"].tolist() == pytest.approx([1.0, 0.5, np.nan], nan_ok=True)
    assert table["cell_age_mean_h"].tolist() == [3.0, 1.0, 1.0]
    assert table["cell_age_ratio"].tolist() == pytest.approx([1.0, 1 / 3, 1 / 3])
    assert table["cell_age_unknown_share"]["none"] == pytest.approx((10 + 3 * 20) / 4 / 40)
    alone = region_network_table("r", weights, by_network, baseline=None, span_s=40.0, clear_of={})
    assert alone["cell_age_ratio"].isna().all()


def test_a_run_tells_each_region_with_each_network_and_the_stages_add_up():
    run_results = study('networks=["dprk", "dprk+russia"]', "span.days=4.0")
    table = run_results.region_networks
    assert table["region"].tolist() == ["korea", "korea", "band", "band"]
    assert table["network"].tolist() == ["dprk", "dprk+russia"] * 2
    parts = sum(table[f"cell_response_{n}_h"] for n in ("command", "collection", "delivery"))
    assert np.allclose(parts, table["cell_response_mean_h"], rtol=1e-12)
    assert (table["cell_response_ratio"][1::2] <= 1.0 + 1e-9).all()
    for name, grid in run_results.grids.items():
        inside = grid["in_region"].to_numpy() if "in_region" in grid else np.ones(grid.cell.size)
        area = grid["cell_area_km2"].to_numpy() * inside
        times_h = grid["cell_response_mean_h"].to_numpy()[0]
        known = np.isfinite(times_h) & (area > 0)
        row = table[(table["region"] == name) & (table["network"] == "dprk")].iloc[0]
        mean_h = np.average(times_h[known], weights=area[known])
        assert row["cell_response_mean_h"] == pytest.approx(mean_h)
        assert row["answered_area_share"] == pytest.approx(area[known].sum() / area.sum())
    assert study("span.days=1.0").region_networks.empty


def test_a_figure_has_one_name_and_one_unit_in_grids_and_in_tables(run_results):
    for name, grid in run_results.grids.items():
        table = run_results.coverage
        table = table[(table["region"] == name) & (table["latitude_band"] == "all")]
        rows = table.set_index("figure")
        inside = grid["in_region"].to_numpy() if "in_region" in grid else np.ones(grid.cell.size)
        area = grid["cell_area_km2"].to_numpy() * inside
        shared = [figure for figure in rows.index if figure in grid]
        assert {"accesses_per_day", "access_mean_min", "revisit_mean_h", "wait_max_h"} <= {*shared}
        for figure in shared:
            values = grid[figure].to_numpy().astype(float)
            known = np.isfinite(values) & (area > 0.0)
            mean = np.average(values[known], weights=area[known])
            assert rows.loc[figure, "mean"] == pytest.approx(mean), figure
            assert rows.loc[figure, "max"] == pytest.approx(values[known].max()), figure
        # What grids alone have is in the same units.
        minutes = rows.loc["access_minutes_per_day", "mean"]
        covered_h = np.average(np.nan_to_num(grid["covered_h"]), weights=area)
        assert 60.0 * covered_h / run_results.days == pytest.approx(minutes)


def test_intervals_of_coverage_fill_the_span_and_agree_with_the_shares_in_time(run_results):
    for row in run_results.regions.to_dict(orient="records"):
        table = run_results.coverage_intervals[
            run_results.coverage_intervals["region"] == row["region"]
        ]
        starts, ends = table["start_s"].to_numpy(), table["end_s"].to_numpy()
        assert (starts[0], ends[-1]) == (0.0, 6 * 86_400.0)
        assert np.array_equal(starts[1:], ends[:-1])
        assert (table["cover"].to_numpy()[1:] != table["cover"].to_numpy()[:-1]).all()
        lengths = table.groupby("cover")["duration_s"].sum()
        assert lengths["none"] == pytest.approx(row["none_covered_share"] * 6 * 86_400.0)
        assert lengths.get("full", 0.0) == pytest.approx(row["all_covered_share"] * 6 * 86_400.0)
        grid = run_results.grids[row["region"]]
        at = np.searchsorted(starts, grid["instant_s"].to_numpy(), side="right") - 1
        share = grid["in_access_share"].to_numpy()
        expected = np.where(share == 0.0, "none", np.where(share == 1.0, "full", "partial"))
        assert np.array_equal(table["cover"].to_numpy()[at], expected)


def test_a_region_in_full_access_has_intervals_of_it(run_results):
    small = study("regions.0.resolution_km=400", "regions.0.cells=lat-lon")
    korea = small.coverage_intervals[small.coverage_intervals["region"] == "korea"]
    assert set(korea["cover"]) >= {"none", "full"}


def test_intervals_of_coverage_are_read_back(run_results, tmp_path):
    results.write(run_results, tmp_path / "run")
    back = results.read(tmp_path / "run").coverage_intervals
    assert back["cover"].tolist() == run_results.coverage_intervals["cover"].tolist()
    for column in ("start_s", "end_s", "duration_s"):
        assert back[column].to_numpy() == pytest.approx(
            run_results.coverage_intervals[column].to_numpy(), abs=6e-4
        )
    head = (tmp_path / "run" / "tables" / "coverage_intervals.csv").read_text().split("\n")[0]
    assert head == "region,cover,start_s,start_utc,end_s,end_utc,duration_s"


def test_every_column_and_every_figure_of_a_run_has_a_meaning(run_results):
    for name in results.TABLES:
        for column in columns_of(getattr(run_results, name)):
            assert column.meaning, f"{name}: {column.name}"
    for figure in run_results.coverage["figure"].unique():
        assert glossary.term(figure).meaning, figure
    assert "5" in glossary.term("revisit_p5_h").meaning
    assert "3" in glossary.term("seen_by_3_percent").meaning


def test_a_region_without_a_figure_that_another_has_gets_none_of_it():
    columns = columns_of_rows([{"region": "a", "seen": 1.0}, {"region": "b", "best": 2.0}])
    assert list(columns) == ["region", "seen", "best"]
    assert columns["region"] == ["a", "b"]
    assert np.isnan([columns["seen"][1], columns["best"][0]]).all()
    assert columns_of_rows([]) == {}
