"""Figures drawn from a small made-up run: closed-form orbits, seeded accesses and contacts."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import cartopy
import cartopy.crs as ccrs
import matplotlib
import numpy as np
import pandas as pd
import pytest
import shapely
import xarray as xr
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import PathPatch
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter

from simulator import basemap, maps
from simulator.earth import ellipsoid
from simulator.earth.ellipsoid import circle, contact_radius_km
from simulator.errors import InputError
from simulator.maps import cellmaps, charts, globe, page, regionmaps, sheet
from tests.reference.sphere import field_of_regard_km

START = datetime(2023, 8, 23, 18, 30, tzinfo=UTC)
DAYS = 4.0
KOREA = (124.0, 33.0, 131.0, 43.5)
NETWORKS = {
    "dprk": ["Pyongyang", "Sohae"],
    "dprk+russia": ["Pyongyang", "Sohae", "Vladivostok", "Murmansk", "Tiksi"],
    "dprk+russia+relay": ["Pyongyang", "Sohae", "Vladivostok", "Murmansk", "Tiksi", "Luch-5A"],
}
PLACES = {
    "Pyongyang": ("station", 39.0, 125.7),
    "Sohae": ("station", 39.7, 124.7),
    "Vladivostok": ("station", 43.1, 131.9),
    "Murmansk": ("station", 69.0, 33.1),
    "Tiksi": ("station", 71.6, 128.9),
    "Luch-5A": ("relay", 0.0, 167.0),
}


@dataclass(frozen=True)
class MadeRun:
    title: str
    question: str
    start: datetime
    days: float
    baseline: str
    source_line: str
    time_zone: str
    time_zone_from: str
    map_centre_deg: float
    tracks: pd.DataFrame
    satellites: pd.DataFrame
    stations: pd.DataFrame
    targets: pd.DataFrame
    networks: pd.DataFrame
    accesses: pd.DataFrame
    contacts: pd.DataFrame
    pictures: pd.DataFrame
    deliveries: pd.DataFrame
    strip_edges: pd.DataFrame
    grids: dict[str, xr.Dataset]


def circular_track(name: str, *, inclination_deg: float, raan_deg: float) -> pd.DataFrame:
    """Ground track of a circular orbit of 94.6 minutes over a sphere turning once a day."""
    time_s = np.arange(0.0, 86_400.1, 60.0)
    along = 2.0 * np.pi * time_s / (94.6 * 60.0)
    tilt = np.radians(inclination_deg)
    longitude = np.degrees(np.arctan2(np.cos(tilt) * np.sin(along), np.cos(along)))
    turned = longitude + raan_deg - 360.0 * time_s / 86_164.0
    return pd.DataFrame(
        {
            "satellite": name,
            "time_s": time_s,
            "latitude_deg": np.degrees(np.arcsin(np.sin(tilt) * np.sin(along))),
            "longitude_deg": (turned + 180.0) % 360.0 - 180.0,
            "altitude_km": 500.0,
        }
    )


def satellite_table(names: list[str], *, min_off_nadir_deg: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "satellite": names,
            "altitude_km": 500.0,
            "max_off_nadir_deg": 30.0,
            "min_off_nadir_deg": min_off_nadir_deg,
            "min_elevation_deg": 5.0,
        }
    )


def station_table() -> pd.DataFrame:
    radius = float(contact_radius_km(altitude_km=500.0, min_elevation_deg=5.0))
    rows = [
        (network, name, *PLACES[name], 5.0, radius if PLACES[name][0] == "station" else np.nan)
        for network, names in NETWORKS.items()
        for name in names
    ]
    columns = ["network", "station", "kind", "latitude_deg", "longitude_deg"]
    return pd.DataFrame(rows, columns=[*columns, "min_elevation_deg", "contact_radius_km"])


def target_table(random: np.random.Generator, count: int = 12) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "target": [f"T{number}" for number in range(count)],
            "country": "KR",
            "latitude_deg": random.uniform(34.5, 38.0, count),
            "longitude_deg": random.uniform(126.3, 129.3, count),
        }
    )


def grid(
    bounds: tuple[float, float, float, float], step_deg: float, *, seen: bool = True
) -> xr.Dataset:
    """Region of elliptical outline whose accesses grow to the north; its south is never seen."""
    west, south, east, north = bounds
    latitude = np.arange(south + step_deg / 2, north, step_deg)
    longitude = np.arange(west + step_deg / 2, east, step_deg)
    x, y = np.meshgrid(np.linspace(-1, 1, len(longitude)), np.linspace(-1, 1, len(latitude)))
    inside = x**2 + y**2 <= 1.02
    count = np.where(inside & seen, np.floor(4.0 + 5.0 * y + 1.5 * np.sin(4.0 * x)).clip(0), 0)
    gap_s = np.where(count > 0, DAYS * 86_400.0 / (count + 1.0), DAYS * 86_400.0)
    area = np.cos(np.radians(latitude))[:, None] * np.ones_like(x) * (111.2 * step_deg) ** 2
    time_s = np.linspace(0.0, DAYS * 86_400.0, 97)
    share = float(area[count > 0].sum() / area[inside].sum())
    cells = ("lat", "lon")
    networks = np.arange(1.0, len(NETWORKS) + 1.0)[:, None, None]
    age_s = np.where(count > 0, 0.5 * gap_s + 40_000.0 / networks, np.nan)
    return xr.Dataset(
        {
            "cell_area_km2": (cells, area),
            "in_region": (cells, inside),
            "accesses": (cells, count.astype(int)),
            "accesses_per_day": (cells, count / DAYS),
            "covered_s": (cells, 60.0 * count),
            "revisit_mean_s": (cells, gap_s),
            "revisit_max_s": (cells, 1.7 * gap_s),
            "first_access_s": (cells, gap_s),
            "cell_age_mean_s": (("network", *cells), age_s),
            "cell_response_mean_s": (("network", *cells), age_s + 3_600.0 * networks),
            "accumulated_fraction": (("time",), share * np.minimum(1.0, time_s / 2.6e5) ** 0.5),
        },
        coords={
            "lat": latitude,
            "lon": (longitude + 180.0) % 360.0 - 180.0,
            "time_s": (("time",), time_s),
            "network": list(NETWORKS),
        },
    )


def access_table(random: np.random.Generator, names: list[str]) -> pd.DataFrame:
    start = np.sort(random.uniform(0.0, DAYS * 86_400.0, 18 * len(names)))
    length = random.uniform(20.0, 90.0, len(start))
    return pd.DataFrame(
        {
            "satellite": random.choice(names, len(start)),
            "target": [f"T{number % 12}" for number in range(len(start))],
            "start_s": start,
            "end_s": start + length,
            "duration_s": length,
        }
    )


def contact_table(random: np.random.Generator, names: list[str]) -> pd.DataFrame:
    rows = []
    for network, stations in NETWORKS.items():
        for station in stations:
            begin = np.sort(random.uniform(0.0, DAYS * 86_400.0, 16))
            length = 1_800.0 if PLACES[station][0] == "relay" else 480.0
            rows += [
                (network, random.choice(names), station, at, at + length, length) for at in begin
            ]
    columns = ["network", "satellite", "station", "start_s", "end_s", "duration_s"]
    return pd.DataFrame(rows, columns=columns)


def delivery_table(random: np.random.Generator, pictures: pd.DataFrame) -> pd.DataFrame:
    """Each network slower than the next, and the first two losing some pictures."""
    tables = []
    for network, (middle_h, kept) in zip(
        NETWORKS, [(11.0, 0.7), (3.0, 0.95), (0.4, 1.0)], strict=True
    ):
        latency_s = 3600.0 * middle_h * random.lognormal(0.0, 0.7, len(pictures))
        there = random.random(len(pictures)) < kept
        table = pictures[["picture", "satellite", "target", "taken_s"]].assign(
            network=network,
            latency_s=np.where(there, latency_s, np.nan),
            delivered_s=np.where(there, pictures["taken_s"] + latency_s, np.nan),
            status=np.where(there, "delivered", "waiting"),
        )
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def network_table(deliveries: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for network, minutes in zip(NETWORKS, [31.0, 118.0, 402.0], strict=True):
        hours = deliveries.loc[deliveries["network"] == network, "latency_s"].dropna() / 3600.0
        rows.append(
            {
                "network": network,
                "contact_minutes_per_day": minutes if len(hours) else 0.0,
                "latency_median_h": hours.median(),
                "latency_p90_h": hours.quantile(0.9),
                "age_mean_h": hours.mean() + 9.0 if len(hours) else np.nan,
            }
        )
    return pd.DataFrame(rows)


def made_run(
    *,
    satellites: int = 1,
    inclination_deg: float = 97.5,
    min_off_nadir_deg: float = 0.0,
    bounds: tuple[float, float, float, float] = KOREA,
    step_deg: float = 0.5,
) -> MadeRun:
    random = np.random.default_rng(2023)
    names = [f"Malligyong-{number + 1}" for number in range(satellites)]
    tracks = [
        circular_track(name, inclination_deg=inclination_deg, raan_deg=40.0 + 77.0 * number)
        for number, name in enumerate(names)
    ]
    accesses = access_table(random, names)
    pictures = accesses[["satellite", "target"]].assign(
        picture=np.arange(len(accesses)), taken_s=accesses["end_s"], size_bits=1e9
    )
    deliveries = delivery_table(random, pictures)
    return MadeRun(
        title="A made-up satellite over Korea",
        question="Do the figures read at first sight?",
        start=START,
        days=DAYS,
        baseline="dprk",
        source_line="SGP4, WGS84; orbits hypothetical (made up for a test); Natural Earth",
        time_zone="Asia/Pyongyang",
        time_zone_from="headquarters",
        map_centre_deg=126.0,
        tracks=pd.concat(tracks, ignore_index=True),
        satellites=satellite_table(names, min_off_nadir_deg=min_off_nadir_deg),
        stations=station_table(),
        targets=target_table(random),
        networks=network_table(deliveries),
        accesses=accesses,
        contacts=contact_table(random, names),
        pictures=pictures,
        deliveries=deliveries,
        strip_edges=strip_edges_table(bounds),
        grids={"korean_peninsula": grid(bounds, step_deg)},
    )


def strip_edges_table(bounds: tuple[float, float, float, float]) -> pd.DataFrame:
    """Two strips a day southwards over the box, a tenth of it wide."""
    west, south, east, north = bounds
    latitude = np.linspace(north, south, 9)
    rows = []
    for strip in range(2 * int(DAYS)):
        left = west + (0.05 + 0.11 * strip) * (east - west)
        rows.append(
            pd.DataFrame(
                {
                    "region": "korean_peninsula",
                    "satellite": "Made-1",
                    "strip": strip,
                    "time_s": 43_200.0 * strip + 1_000.0 + np.linspace(0.0, 160.0, 9),
                    "roll_deg": 10.0,
                    "left_latitude_deg": latitude,
                    "left_longitude_deg": left + 0.1 * (east - west),
                    "right_latitude_deg": latitude,
                    "right_longitude_deg": left,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def emptied(run: MadeRun) -> MadeRun:
    """The same run if nothing had ever been seen, heard or delivered."""
    deliveries = run.deliveries.iloc[:0]
    return replace(
        run,
        accesses=run.accesses.iloc[:0],
        contacts=run.contacts.iloc[:0],
        pictures=run.pictures.iloc[:0],
        deliveries=deliveries,
        strip_edges=run.strip_edges.iloc[:0],
        networks=network_table(deliveries),
        grids={name: grid(KOREA, 0.5, seen=False) for name in run.grids},
    )


RUN = made_run()
FIJI = (170.0, -25.0, 190.0, -10.0)


def written(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(Text))


@cache
def drawn(name: str) -> Figure:
    """Return a figure of the made-up run, for tests that only read it."""
    return maps.DRAWINGS[name][0](RUN, maps.Choice())


def laid_out(figure: Figure) -> Figure:
    FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    return figure


@pytest.mark.parametrize("name", maps.DRAWINGS)
def test_each_figure_draws_offline_and_the_same_bytes_twice(name: str, tmp_path: Path) -> None:
    first = maps.draw(RUN, name, tmp_path / "first.png", dpi=60).read_bytes()
    assert first == maps.draw(RUN, name, tmp_path / "second.png", dpi=60).read_bytes()
    pixels = imread(io.BytesIO(first))
    assert pixels.shape[1] == 480
    assert np.std(pixels[..., :3]) > 0.08
    assert len(np.unique(pixels[..., :3].reshape(-1, 3), axis=0)) > 50


@pytest.mark.parametrize("name", maps.DRAWINGS)
def test_a_run_without_any_access_says_so_in_each_figure(name: str) -> None:
    build, _ = maps.DRAWINGS[name]
    words = {
        "ground-track": "first 24 hours",
        "coverage": "no cell of the region was seen",
        "revisit-mean": "never seen (100% of area)",
        "revisit-max": "no cell was seen",
        "age": "no picture is at headquarters",
        "age-difference": "no cell to compare",
        "response": "no request is answered",
        "response-difference": "no cell to compare",
        "timeline": "no access and no contact",
        "latency": "no picture was taken",
        "networks": "nothing delivered",
        "strips": "no strip was imaged",
    }
    assert words[name] in written(laid_out(build(emptied(RUN), maps.Choice())))


@pytest.mark.parametrize("name", maps.DRAWINGS)
def test_each_figure_names_its_run_its_span_and_its_sources(name: str) -> None:
    text = written(drawn(name))
    assert RUN.title in text
    assert "2023-08-23 18:30 to 2023-08-27 18:30 UTC (4 days). SGP4, WGS84;" in text


def test_a_users_own_matplotlib_settings_change_nothing(tmp_path: Path) -> None:
    plain = maps.draw(RUN, "networks", tmp_path / "plain.png", dpi=60).read_bytes()
    with matplotlib.rc_context({"font.size": 20.0, "axes.facecolor": "red"}):
        before = dict(matplotlib.rcParams)
        styled = maps.draw(RUN, "networks", tmp_path / "styled.png", dpi=60).read_bytes()
        assert dict(matplotlib.rcParams) == before
    assert styled == plain


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_vector_formats_repeat_byte_for_byte_too(suffix: str, tmp_path: Path) -> None:
    first = maps.draw(RUN, "latency", tmp_path / f"a.{suffix}").read_bytes()
    assert first == maps.draw(RUN, "latency", tmp_path / f"b.{suffix}").read_bytes()


def test_a_misspelt_figure_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"'revisit-men' is not a figure; did you mean 'revisit-mean'\?"
    ):
        maps.draw(RUN, "revisit-men", tmp_path / "x.png")


def test_an_unknown_region_day_or_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'korean_peninsula'"):
        maps.draw(RUN, "coverage", tmp_path / "x.png", region="korea_peninsula")
    with pytest.raises(InputError, match="'latency' is of the whole run; leave the region out"):
        maps.draw(RUN, "latency", tmp_path / "x.png", region="korean_peninsula")
    with pytest.raises(InputError, match="no grid; add a"):
        maps.draw(replace(RUN, grids={}), "coverage", tmp_path / "x.png")
    with pytest.raises(InputError, match="outside the run, 2023-08-23 to 2023-08-27"):
        maps.draw(RUN, "timeline", tmp_path / "x.png", day=date(2023, 8, 28))
    with pytest.raises(InputError, match=r"not '\.gif'"):
        maps.draw(RUN, "latency", tmp_path / "x.gif")
    assert list(tmp_path.iterdir()) == []


def test_only_figures_with_data_are_available() -> None:
    assert maps.available(RUN) == list(maps.DRAWINGS)
    assert "latency" not in maps.available(emptied(RUN))
    without_grids = maps.available(replace(RUN, grids={}))
    assert without_grids == ["ground-track", "timeline", "latency", "networks"]


def test_the_timeline_takes_the_first_full_day_or_the_day_asked_for() -> None:
    assert "on 24 August 2023" in written(charts.timeline(RUN, maps.Choice()))
    chosen = maps.Choice(day=date(2023, 8, 27))
    assert "on 27 August 2023" in written(charts.timeline(RUN, chosen))
    short = written(laid_out(charts.timeline(replace(RUN, days=0.25), maps.Choice())))
    assert "on 23 August 2023" in short
    assert "19:00" in short
    assert "04:00\n+1 d" in short


def test_the_latency_curve_counts_what_never_arrived() -> None:
    taken = len(RUN.pictures)
    rows = RUN.deliveries[RUN.deliveries["network"] == "dprk"]
    arrived = np.sort(rows.loc[rows["status"] == "delivered", "latency_s"]) / 3600.0
    half = arrived[(taken + 1) // 2 - 1]
    text = written(charts.latency(RUN, maps.Choice()))
    assert f"{len(arrived) / taken:.0%} delivered, half within {half:.1f} h" in text
    few = RUN.deliveries.assign(
        status=np.where(RUN.deliveries["picture"] % 3 == 0, "delivered", "lost")
    )
    assert "33% delivered, half never" in written(
        charts.latency(replace(RUN, deliveries=few.dropna()), maps.Choice())
    )


def test_networks_are_compared_with_the_baseline() -> None:
    text = written(charts.networks(RUN, maps.Choice()))
    # 118 and 402 minutes a day against the 31 of the baseline.
    assert "118 (x3.8)" in text
    assert "402 (x13)" in text


def test_minutes_of_several_satellites_are_said_to_be_added() -> None:
    one = replace(RUN, satellites=RUN.satellites[:1])
    assert "satellites added" not in written(charts.networks(one, maps.Choice()))
    two = replace(RUN, satellites=pd.concat([one.satellites] * 2))
    assert "minutes per day, satellites added" in written(charts.networks(two, maps.Choice()))


def test_cells_never_seen_are_named_with_their_share_of_the_area() -> None:
    cells = RUN.grids["korean_peninsula"]
    inside = cells["cell_area_km2"].where(cells["in_region"], 0.0)
    share = float(inside.where(cells["accesses"] == 0, 0.0).sum() / inside.sum())
    for name in ("coverage", "revisit-mean", "revisit-max"):
        text = written(drawn(name))
        assert f"never seen ({share:.0%} of area)" in text
        assert "Military Demarcation Line (DMZ)" in text


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (KOREA, ccrs.LambertConformal),
        ((112.0, -44.0, 154.0, -10.0), ccrs.LambertConformal),
        ((95.0, -10.0, 140.0, 10.0), ccrs.PlateCarree),
        ((-10.0, 30.0, 60.0, 50.0), ccrs.PlateCarree),
        ((-180.0, 70.0, 180.0, 90.0), ccrs.Stereographic),
        ((-180.0, -90.0, 180.0, -65.0), ccrs.Stereographic),
    ],
)
def test_the_projection_follows_the_region(
    bounds: tuple[float, float, float, float], expected: type[ccrs.Projection]
) -> None:
    assert type(regionmaps.region_projection(bounds, 0.0)) is expected


def test_a_region_over_the_antimeridian_is_drawn_in_one_piece() -> None:
    run = made_run(bounds=FIJI, step_deg=1.0)
    axes = laid_out(cellmaps.revisit_mean(run, maps.Choice())).axes[0]
    west, east = axes.get_xlim()
    # 20 degrees wide and a little margin; torn at the antimeridian it would be 360.
    assert 20.0 < east - west < 23.0
    assert -west == pytest.approx(east, abs=0.6)
    edges = axes.collections[0].get_coordinates()  # type: ignore[attr-defined]
    assert np.allclose(np.diff(edges[..., 0], axis=1), 1.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unusual",
    [
        {"bounds": (-180.0, 72.0, 180.0, 90.0), "step_deg": 2.0},
        {"bounds": (-180.0, -90.0, 180.0, 90.0), "step_deg": 6.0},
        {"bounds": (8.0, 74.0, 35.0, 82.0)},
        {"satellites": 5},
        {"satellites": 24},
        {"inclination_deg": 90.0, "min_off_nadir_deg": 15.0},
    ],
    ids=["arctic", "globe", "svalbard", "five", "many", "polar radar"],
)
def test_unusual_runs_draw_without_a_warning(unusual: dict[str, Any], tmp_path: Path) -> None:
    run = made_run(**unusual)
    for name in ("ground-track", "coverage", "timeline"):
        assert maps.draw(run, name, tmp_path / f"{name}.png", dpi=60).stat().st_size > 10_000


def test_figures_leave_pyplot_and_cartopys_settings_alone() -> None:
    code = (
        "import sys, cartopy; before = (cartopy.config['pre_existing_data_dir'],"
        " dict(cartopy.config['downloaders']));"
        "import simulator.maps;"
        "assert 'matplotlib.pyplot' not in sys.modules;"
        "assert before == (cartopy.config['pre_existing_data_dir'],"
        " dict(cartopy.config['downloaders']))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def stock_map(scale: str) -> None:
    figure = Figure(figsize=(2.0, 1.0))
    axes: Any = figure.add_subplot(projection=ccrs.PlateCarree())
    axes.coastlines(scale)
    laid_out(figure)


def test_cartopys_own_calls_draw_from_the_bundled_layers() -> None:
    before = dict(cartopy.config["downloaders"]), cartopy.config["pre_existing_data_dir"]
    with basemap.use_bundled_basemap():
        stock_map("110m")
    assert before == (
        dict(cartopy.config["downloaders"]),
        cartopy.config["pre_existing_data_dir"],
    )


def test_a_layer_that_is_not_bundled_is_refused_and_never_downloaded() -> None:
    message = "ne_10m_coastline is not in the package; bundled scales: 110m, 50m"
    with basemap.use_bundled_basemap(), pytest.raises(InputError, match=message):
        stock_map("10m")
    with pytest.raises(InputError, match=message):
        basemap.layer_path("coastline", "10m")
    with pytest.raises(InputError, match="'coastlines' is not in the package; did you mean"):
        basemap.layer_path("coastlines", "50m")


def test_bundled_shapes_are_the_publishers_bytes() -> None:
    # SHA-256 of Natural Earth 5.1.1, equal in two independent copies.
    land = basemap.layer_path("land", "50m").read_bytes()
    lines = basemap.layer_path("admin_0_boundary_lines_land", "110m").read_bytes()
    assert hashlib.sha256(land).hexdigest().startswith("140d1419f7ace66bf0ea8ceb068cab54")
    assert hashlib.sha256(lines).hexdigest().startswith("d19f784f92626816c064f878571f61bc")


@pytest.mark.parametrize("scale", basemap.SCALES)
def test_the_inter_korean_line_is_told_apart_from_the_borders(scale: str) -> None:
    line = shapely.union_all(basemap.dmz(scale))
    west, south, east, north = line.bounds
    assert 126.0 < west < 127.0 < 128.0 < east < 129.0
    assert 37.5 < south < north < 39.0
    assert not shapely.union_all(basemap.borders(scale)).intersects(line.buffer(-0.01).buffer(0.2))


@given(
    centre_deg=st.floats(-180.0, 180.0),
    latitude_deg=st.floats(-85.0, 85.0),
    longitude_deg=st.floats(-180.0, 180.0),
    radius_km=st.floats(100.0, 3_000.0),
)
@example(centre_deg=0.0, latitude_deg=73.0, longitude_deg=0.0, radius_km=1_892.0)
def test_a_circle_keeps_its_area_wherever_the_map_is_cut(
    centre_deg: float, latitude_deg: float, longitude_deg: float, radius_km: float
) -> None:
    latitude, longitude = circle(latitude_deg, longitude_deg, radius_km=radius_km)
    surface = globe.ring(longitude[:-1], latitude[:-1])
    turned = globe.turn(surface, centre_deg)
    assert turned.geom_type in ("Polygon", "MultiPolygon")
    assert turned.area == pytest.approx(surface.area, rel=1e-4, abs=1e-2)
    assert np.all(np.abs(turned.bounds) <= 180.0)


def test_a_circle_around_a_pole_holds_the_pole() -> None:
    latitude, longitude = circle(80.0, 30.0, radius_km=2_000.0)
    cap = globe.turn(globe.ring(longitude[:-1], latitude[:-1]), 0.0)
    # 2,000 km are 17.99 degrees: the circle reaches 62.0 N on its side and 82.0 N past the pole.
    assert cap.contains(shapely.Point(-150.0, 82.2))
    assert not cap.contains(shapely.Point(-150.0, 81.8))
    assert cap.contains(shapely.Point(100.0, 89.9))


def test_the_strip_of_a_radar_leaves_out_what_is_under_its_track() -> None:
    track = globe.track_vectors(np.linspace(170.0, 190.0, 6), np.zeros(6))
    strip = globe.turn(globe.strip(track, inner_deg=1.0, outer_deg=3.0), 180.0)
    assert strip.contains(shapely.Point(0.0, 2.0))
    assert strip.contains(shapely.Point(0.0, -2.0))
    assert not strip.intersects(shapely.LineString([(-9.0, 0.9), (9.0, 0.9)]))
    # Two bands of 2 degrees along 20 degrees of equator; the cosine of 2 degrees is 0.9994.
    assert strip.area == pytest.approx(2 * 2.0 * 20.0, rel=1e-3)


def renamed(run: MadeRun, change: Callable[[str], str]) -> MadeRun:
    """The same run with other names for everything that a user can name."""
    named = ("satellite", "network", "station", "target", "region")
    tables = {}
    for field in fields(run):
        table = getattr(run, field.name)
        if isinstance(table, pd.DataFrame):
            columns = {n: table[n].map(change) for n in named if n in table}
            tables[field.name] = table.assign(**columns)
    grids = {
        change(name): grid.assign_coords(network=[change(n) for n in NETWORKS])
        for name, grid in run.grids.items()
    }
    title, baseline = change(run.title), change(run.baseline)
    return replace(run, title=title, baseline=baseline, grids=grids, **tables)


ODD_NAMES = {
    "broken formula, letters the font lacks": lambda name: f"$\\frac{{만리경 שלום عربى {name}$$",
    "whole formula": lambda name: f"${name}^2$",
    "long": lambda name: (name + "x" * 80)[:80],
}


@pytest.mark.parametrize("name", maps.DRAWINGS)
@pytest.mark.parametrize("odd", ODD_NAMES)
def test_any_name_is_text_in_every_figure_and_warns_of_nothing(
    odd: str, name: str, tmp_path: Path
) -> None:
    run = renamed(RUN, ODD_NAMES[odd])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = maps.draw(run, name, tmp_path / "x.svg", dpi=40)
    assert path.stat().st_size > 5_000
    shown = written(maps.drawing(run, name))
    assert run.title[:18] in shown


def test_a_name_too_long_for_its_place_ends_in_an_ellipsis() -> None:
    assert page.wrapped("x" * 80, 20) == "x" * 20 + "\n" + "x" * 20 + "\n…"
    assert page.wrapped("dprk+russia+relay", 13) == "dprk+russia+\nrelay"
    # A wide letter takes the room of two.
    assert page.wrapped("만" * 12, 10) == "만" * 5 + "\n" + "만" * 5 + "\n만만"


def with_latencies(seconds: list[float]) -> MadeRun:
    """The run of which one network delivers pictures after these times."""
    taken = RUN.pictures.iloc[: len(seconds)]
    row = taken[["picture", "satellite", "target", "taken_s"]].assign(
        network="dprk",
        latency_s=seconds,
        delivered_s=taken["taken_s"].to_numpy() + seconds,
        status="delivered",
    )
    return replace(
        RUN, pictures=taken, deliveries=row, networks=RUN.networks[RUN.networks.network == "dprk"]
    )


@pytest.mark.parametrize(
    "seconds",
    [
        [5.0, 5.0, 5.0, 6.0, 5_200.0],
        [45.0, 45.0, 62.5],
        [0.02, 0.02, 0.03],
        [0.0, 0.0, 0.0],
        [0.0, 0.4, 30.0, 9_000.0],
        [5.0],
        [0.003, 1e6, 2e6],
        [86_400.0 * n for n in (0.9, 1.0, 3.0)],
        [3_600.0, 7_100.0],
        [100.0, 119.0],
        [1e6, 3e6, 2e8],
    ],
)
def test_all_deliveries_lie_inside_an_axis_with_three_ticks(seconds: list[float]) -> None:
    figure = laid_out(charts.latency(with_latencies(seconds), maps.Choice()))
    axes = figure.axes[0]
    low, high = axes.get_xlim()
    hours = np.array(seconds) / 3_600.0
    assert low <= hours.min() and hours.max() <= high
    # The first step does not stand on the frame, unless it is at nothing.
    assert low < hours.min() or hours.min() == 0.0
    ticks = [t for t in axes.get_xticks() if low <= t <= high]
    assert 3 <= len(ticks) <= 9
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert len(set(labels)) == len(labels)
    drawn = axes.lines[0].get_xdata()
    assert set(np.round(hours, 9)) <= set(np.round(np.asarray(drawn), 9))


@pytest.mark.parametrize("name", maps.DRAWINGS)
def test_axes_of_every_figure_hold_their_data_and_have_three_ticks(name: str) -> None:
    for run in (RUN, replace(RUN, days=0.02), made_run(satellites=3)):
        figure = laid_out(maps.drawing(run, name))
        for axes in figure.axes:
            if hasattr(axes, "projection"):
                continue
            for which, line_data in (("x", "get_xdata"), ("y", "get_ydata")):
                low, high = sorted(getattr(axes, f"get_{which}lim")())
                ticks = getattr(axes, f"get_{which}ticks")()
                scaled = getattr(axes, f"{which}axis").get_major_formatter()
                inside = [t for t in ticks if low - 1e-9 <= t <= high + 1e-9]
                if len(ticks) and not isinstance(scaled, FixedFormatter):
                    assert len(inside) >= 3, (which, axes.get_title("left"))
                for line in axes.lines:
                    if line.get_transform() != axes.transData:
                        continue
                    data = np.asarray(getattr(line, line_data)(), dtype=float)
                    known = data[np.isfinite(data)]
                    assert ((known >= low - 1e-9) & (known <= high + 1e-9)).all()


def eccentric(run: MadeRun, low_km: float, high_km: float) -> MadeRun:
    """The run with a first satellite whose height swings, as along an ellipse."""
    first = run.satellites["satellite"].iloc[0]
    tracks = run.tracks.copy()
    mine = tracks["satellite"] == first
    swing = 0.5 - 0.5 * np.cos(2.0 * np.pi * tracks.loc[mine, "time_s"] / (94.6 * 60.0))
    tracks.loc[mine, "altitude_km"] = low_km + (high_km - low_km) * swing
    return replace(run, tracks=tracks)


def test_the_field_of_regard_and_the_contact_circles_follow_the_height_flown() -> None:
    run = eccentric(made_run(satellites=2), 219.0, 6_978.0)
    text = written(maps.drawing(run, "ground-track"))
    low, high = (
        np.minimum(
            ellipsoid.central_angle_at_off_nadir_deg(30.0, altitude_km=height),
            ellipsoid.central_angle_at_elevation_deg(5.0, altitude_km=height),
        )
        * 111.195
        for height in (219.0, 6_978.0)
    )
    assert low == pytest.approx(127.7, abs=1.0)
    assert f"up to {low:,.0f} km (at 219 km height) or {high:,.0f} km (at 6,978 km)" in text
    # The second satellite flies at 500 km throughout.
    of_second = field_of_regard_km(30.0, altitude_km=500.0) / 2.0
    assert f"Malligyong-2: can be pointed up to {of_second:.0f} km from its track" in text
    assert "contact circles for heights flown, 219 (dashed) and 6,978 km" in text
    plain = written(maps.drawing(made_run(satellites=2), "ground-track"))
    assert "contact circles for 500 km" in plain


def test_a_strip_is_as_wide_at_each_point_as_the_height_there_gives() -> None:
    track = globe.track_vectors(np.linspace(0.0, 60.0, 61), np.zeros(61), pieces=1)
    wide = np.linspace(2.0, 50.0, 61)
    strip = globe.turn(globe.strip(track, inner_deg=0.0, outer_deg=wide), 0.0)
    for at in (5, 30, 55):
        assert strip.contains(shapely.Point(at, wide[at] - 1.0))
        assert not strip.contains(shapely.Point(at, wide[at] + 1.0))
        assert not strip.contains(shapely.Point(at, -wide[at] - 1.0))


def test_the_hours_shown_are_no_more_than_the_run_has() -> None:
    assert "first 6 hours" in written(maps.drawing(replace(RUN, days=0.25), "ground-track"))


@pytest.mark.parametrize(
    ("start", "zone", "label", "times"),
    [
        (datetime(2023, 8, 24, tzinfo=UTC), "Asia/Pyongyang", "Asia/Pyongyang, UTC+9", ["09:00"]),
        # From 15 August 2015 to 4 May 2018 the clocks of Pyongyang were half an hour behind.
        (datetime(2016, 2, 8, tzinfo=UTC), "Asia/Pyongyang", "Asia/Pyongyang, UTC+8:30", ["08:30"]),
        (datetime(2024, 5, 1, tzinfo=UTC), "Asia/Taipei", "Asia/Taipei, UTC+8", ["08:00"]),
        (datetime(2024, 1, 1, tzinfo=UTC), "UTC-05:00", "UTC-5", ["19:00\n-1 d"]),
        # Clocks go forward at 07:00 UTC: 06:00 is one in the morning, 09:00 is five.
        (
            datetime(2024, 3, 10, tzinfo=UTC),
            "America/New_York",
            "America/New_York, UTC-5 to UTC-4",
            ["01:00", "05:00"],
        ),
    ],
)
def test_the_clock_above_the_timeline_is_that_of_the_run(
    start: datetime, zone: str, label: str, times: list[str]
) -> None:
    run = replace(RUN, start=start, time_zone=zone)
    above = laid_out(charts.timeline(run, maps.Choice())).axes[1]
    assert above.get_xlabel() == label
    shown = [text.get_text() for text in above.get_xticklabels()]
    assert set(times) <= set(shown)
    assert "Korean" not in written(charts.timeline(run, maps.Choice()))


def test_a_zone_by_longitude_is_called_that_and_utc_is_drawn_once() -> None:
    found = replace(RUN, time_zone="UTC+08:00", time_zone_from="longitude of targets")
    text = written(laid_out(charts.timeline(found, maps.Choice())))
    assert "UTC+8, by the longitude of targets" in text
    plain = charts.timeline(replace(RUN, time_zone="UTC"), maps.Choice())
    assert len(plain.axes) == 1


def demarcation_lines(figure: Figure) -> int:
    colour = matplotlib.colors.to_rgba(sheet.DMZ_COLOUR)
    patches = figure.findobj(lambda artist: isinstance(artist, PathPatch))
    return sum(patch.get_edgecolor() == colour for patch in patches)  # type: ignore[attr-defined]


def test_the_world_map_is_centred_where_the_run_says_and_korea_is_drawn_apart_only_there() -> None:
    stations = RUN.stations.assign(longitude_deg=RUN.stations["longitude_deg"] - 200.0)
    targets = RUN.targets.assign(longitude_deg=-77.0)
    away = replace(RUN, map_centre_deg=-77.0, stations=stations, targets=targets)
    figure = maps.drawing(away, "ground-track")
    [axes] = [axes for axes in figure.axes if hasattr(axes, "projection")]
    assert axes.projection.proj4_params["lon_0"] == -77.0
    assert demarcation_lines(figure) == 0
    assert demarcation_lines(maps.drawing(RUN, "ground-track")) == 1
    world = made_run(bounds=(-180.0, -90.0, 180.0, 90.0), step_deg=10.0)
    figure = maps.drawing(world, "coverage")
    assert demarcation_lines(figure) == 0
    assert "Demarcation" not in written(figure)


def test_without_a_network_no_figure_speaks_of_contacts() -> None:
    alone = replace(
        RUN,
        baseline="",
        stations=RUN.stations.iloc[:0],
        networks=RUN.networks.iloc[:0],
        contacts=RUN.contacts.iloc[:0],
        deliveries=RUN.deliveries.iloc[:0],
    )
    for name in ("ground-track", "timeline"):
        text = written(laid_out(maps.drawing(alone, name)))
        assert "contact" not in text and "deliver" not in text
    nothing = replace(alone, accesses=RUN.accesses.iloc[:0], pictures=RUN.pictures.iloc[:0])
    assert "no access in this time" in written(maps.drawing(nothing, "timeline"))


def test_contact_all_day_is_not_counted_as_one_contact() -> None:
    always = pd.DataFrame(
        {
            "network": "dprk",
            "satellite": "Malligyong-1",
            "station": "Luch-5A",
            "start_s": [0.0],
            "end_s": [DAYS * 86_400.0],
        }
    )
    others = RUN.contacts[RUN.contacts["network"] != "dprk"]
    run = replace(RUN, contacts=pd.concat([always, others], ignore_index=True))
    assert "unbroken, 24 h" in written(charts.timeline(run, maps.Choice()))
