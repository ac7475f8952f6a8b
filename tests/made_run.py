"""A made-up run to draw: closed-form orbits, seeded accesses and contacts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.text import Text

from simulator import maps
from simulator.earth.ellipsoid import contact_radius_km
from simulator.maps import sheet

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


NO_WAYS = pd.DataFrame(columns=["target", "time_s", "latitude_deg", "longitude_deg"])
NO_RANGES = pd.DataFrame(
    columns=[
        *("network", "figure", "low", "high", "ratio_low", "ratio_high"),
        *("draws", "ratio_median", "contrary_draws"),
    ]
)


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
    provenance: dict[str, Any]
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
    regions: pd.DataFrame = field(default_factory=pd.DataFrame)
    spread: pd.DataFrame = field(default_factory=lambda: NO_RANGES)
    sampling: pd.DataFrame = field(default_factory=lambda: NO_RANGES)
    actionable: pd.DataFrame = field(default_factory=pd.DataFrame)
    ways: pd.DataFrame = field(default_factory=lambda: NO_WAYS)
    scenario_toml: str = ""


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
    bounds: tuple[float, float, float, float], step_deg: float, *, observed: bool = True
) -> xr.Dataset:
    """Region of elliptical outline whose accesses grow to the north; its south is never seen."""
    west, south, east, north = bounds
    latitude = np.arange(south + step_deg / 2, north, step_deg)
    longitude = np.arange(west + step_deg / 2, east, step_deg)
    x, y = np.meshgrid(np.linspace(-1, 1, len(longitude)), np.linspace(-1, 1, len(latitude)))
    inside = x**2 + y**2 <= 1.02
    count = np.where(inside & observed, np.floor(4.0 + 5.0 * y + 1.5 * np.sin(4.0 * x)).clip(0), 0)
    gap_h = np.where(count > 0, DAYS * 24.0 / (count + 1.0), DAYS * 24.0)
    area = np.cos(np.radians(latitude))[:, None] * np.ones_like(x) * (111.2 * step_deg) ** 2
    time_s = np.linspace(0.0, DAYS * 86_400.0, 97)
    share = float(area[count > 0].sum() / area[inside].sum())
    cells = ("lat", "lon")
    networks = np.arange(1.0, len(NETWORKS) + 1.0)[:, None, None]
    age_h = np.where(count > 0, 0.5 * gap_h + 11.0 / networks, np.nan)
    return xr.Dataset(
        {
            "cell_area_km2": (cells, area),
            "in_region": (cells, inside),
            "accesses": (cells, count.astype(int)),
            "accesses_per_day": (cells, count / DAYS),
            "covered_h": (cells, count / 60.0),
            "revisit_mean_h": (cells, gap_h),
            "revisit_max_h": (cells, 1.7 * gap_h),
            "revisit_mean_clear_h": (cells, 2.2 * gap_h),
            **{
                f"drawn_wait_{part}_h": (cells, times * gap_h)
                for part, times in (("median", 0.8), ("low", 0.5), ("high", 1.4))
            },
            "first_access_h": (cells, gap_h),
            "cell_age_mean_h": (("network", *cells), age_h),
            "cell_response_mean_h": (("network", *cells), age_h + networks),
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
        delivered = random.random(len(pictures)) < kept
        table = pictures[["picture", "satellite", "target", "taken_s"]].assign(
            network=network,
            latency_s=np.where(delivered, latency_s, np.nan),
            delivered_s=np.where(delivered, pictures["taken_s"] + latency_s, np.nan),
            status=np.where(delivered, "delivered", "waiting"),
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
                "latency_mean_h": hours.mean() if len(hours) else np.nan,
                "latency_median_h": hours.median(),
                "latency_p90_h": hours.quantile(0.9),
                "age_mean_h": hours.mean() + 9.0 if len(hours) else np.nan,
            }
        )
    return pd.DataFrame(rows)


def actionable_table(stays_h: tuple[float, ...] = (1.0, 3.0, 12.0, 24.0, 72.0)) -> pd.DataFrame:
    """Each link of the chain holds a part of the one before; the first network holds least."""
    rows = []
    for number, network in enumerate(NETWORKS):
        for target in ("T0", "T1"):
            for stay_h in stays_h:
                chance = 1.0 - np.exp(-stay_h / (30.0 if target == "T0" else 50.0))
                links = chance * np.array([1.0, 0.95, 0.8, 0.4, 0.3, 0.1 + 0.08 * number])
                rows.append((network, target, stay_h, *links))
    columns = ["network", "target", "stay_h", "looked_at_share", "imaged_share"]
    columns += ["good_enough_share", "cloud_free_share", "home_in_time_share", "actionable_share"]
    return pd.DataFrame(rows, columns=columns)


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
        provenance={},
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
        actionable=actionable_table(),
        grids={"korean_peninsula": grid(bounds, step_deg)},
    )


def strip_edges_table(bounds: tuple[float, float, float, float]) -> pd.DataFrame:
    """Two strips a day southwards over the box, a tenth of it wide."""
    west, south, east, north = bounds
    latitude = np.linspace(north, south, 9)
    rows = []
    for strip in range(2 * int(DAYS)):
        west_edge = west + (0.05 + 0.11 * strip) * (east - west)
        rows.append(
            pd.DataFrame(
                {
                    "region": "korean_peninsula",
                    "satellite": "Made-1",
                    "strip": strip,
                    "time_s": 43_200.0 * strip + 1_000.0 + np.linspace(0.0, 160.0, 9),
                    "roll_deg": 10.0,
                    "left_latitude_deg": latitude,
                    "left_longitude_deg": west_edge + 0.1 * (east - west),
                    "right_latitude_deg": latitude,
                    "right_longitude_deg": west_edge,
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
        actionable=run.actionable.assign(
            **{name: 0.0 for name in run.actionable if name.endswith("_share")}
        ),
        networks=network_table(deliveries),
        grids={name: grid(KOREA, 0.5, observed=False) for name in run.grids},
    )


RUN = made_run()
FIJI = (170.0, -25.0, 190.0, -10.0)


def written(figure: Figure) -> str:
    """Return all that is written on a figure; what is hidden is not even made."""
    return "\n".join(text.get_text() for text in _texts(figure))


def _texts(artist: Artist) -> Iterator[Text]:
    if not artist.get_visible() or (isinstance(artist, Axis) and not artist.axes.axison):
        return
    for part in artist.get_children():
        yield from _texts(part)
    if isinstance(artist, Text):
        yield artist


@cache
def drawn(name: str) -> Figure:
    """Return a figure of the made-up run, for tests that only read it."""
    return maps.drawing(RUN, name)


def maps_of(figure: Figure) -> list[Axes]:
    """Return the axes of the maps in a figure."""
    return [axes for axes in figure.axes if axes.get_label() == sheet.MAP]


def cells_of(axes: Axes) -> Any:
    """Return the coloured cells of a map."""
    [cells] = [c for c in axes.collections if not isinstance(c, LineCollection)]
    return cells


def laid_out(figure: Figure) -> Figure:
    """Draw a figure as far as everything has its place, without painting it."""
    figure.draw_without_rendering()  # type: ignore[no-untyped-call]
    return figure
