"""Charts of latency, networks and a day: what they count, their axes and their clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from simulator import maps
from simulator.maps import charts, timeline
from tests.made_run import DAYS, RUN, MadeRun, laid_out, written


def test_the_timeline_takes_the_first_full_day_or_the_day_asked_for() -> None:
    assert "on 24 August 2023" in written(timeline.timeline(RUN, maps.Choice()))
    chosen = maps.Choice(day=date(2023, 8, 27))
    assert "on 27 August 2023" in written(timeline.timeline(RUN, chosen))
    short = written(laid_out(timeline.timeline(replace(RUN, days=0.25), maps.Choice())))
    assert "on 23 August 2023" in short
    assert "19:00" in short
    assert "04:00\n+1 d" in short


def test_the_latency_curve_counts_what_never_arrived() -> None:
    count = len(RUN.pictures)
    rows = RUN.deliveries[RUN.deliveries["network"] == "dprk"]
    arrived = np.sort(rows.loc[rows["status"] == "delivered", "latency_s"]) / 3600.0
    half = arrived[(count + 1) // 2 - 1]
    text = written(charts.latency(RUN, maps.Choice()))
    part = 100.0 * len(arrived) / count
    assert f"{part:.0f} % delivered, half within {half:.1f} h\n90 % never" in text
    few = RUN.deliveries.assign(
        status=np.where(RUN.deliveries["picture"] % 3 == 0, "delivered", "lost")
    )
    assert "33 % delivered, half never\n90 % never" in written(
        charts.latency(replace(RUN, deliveries=few.dropna()), maps.Choice())
    )


def test_networks_are_compared_with_the_baseline() -> None:
    text = written(charts.networks(RUN, maps.Choice()))
    # 118 and 402 minutes a day against the 31 of the baseline.
    assert "1.97 h (x3.8)" in text
    assert "6.70 h (x13)" in text


def test_minutes_of_several_satellites_are_said_to_be_added() -> None:
    single = replace(RUN, satellites=RUN.satellites[:1])
    assert "satellites added" not in written(charts.networks(single, maps.Choice()))
    double = replace(RUN, satellites=pd.concat([single.satellites] * 2))
    assert "hours a day, satellites added" in written(charts.networks(double, maps.Choice()))


def with_latencies(seconds: list[float]) -> MadeRun:
    """The run of which one network delivers pictures after these times."""
    pictures = RUN.pictures.iloc[: len(seconds)]
    row = pictures[["picture", "satellite", "target", "taken_s"]].assign(
        network="dprk",
        latency_s=seconds,
        delivered_s=pictures["taken_s"].to_numpy() + seconds,
        status="delivered",
    )
    return replace(
        RUN,
        pictures=pictures,
        deliveries=row,
        networks=RUN.networks[RUN.networks.network == "dprk"],
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
    above = laid_out(timeline.timeline(run, maps.Choice())).axes[1]
    assert above.get_xlabel() == label
    shown = [text.get_text() for text in above.get_xticklabels()]
    assert set(times) <= set(shown)
    assert "Korean" not in written(timeline.timeline(run, maps.Choice()))


def test_a_zone_by_longitude_is_called_that_and_utc_is_drawn_once() -> None:
    run = replace(RUN, time_zone="UTC+08:00", time_zone_from="longitude of targets")
    text = written(laid_out(timeline.timeline(run, maps.Choice())))
    assert "UTC+8, by the longitude of targets" in text
    plain = timeline.timeline(replace(RUN, time_zone="UTC"), maps.Choice())
    assert len(plain.axes) == 1


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
    remaining = RUN.contacts[RUN.contacts["network"] != "dprk"]
    run = replace(RUN, contacts=pd.concat([always, remaining], ignore_index=True))
    assert "unbroken, 24 h" in written(timeline.timeline(run, maps.Choice()))


def test_the_day_shown_is_the_first_full_one_with_pictures() -> None:
    late = RUN.pictures[RUN.pictures["taken_s"] > 2.5 * 86_400.0]
    # The run begins on the 23rd at 18:30.
    assert "on 24 August 2023" in written(maps.drawing(RUN, "timeline"))
    assert "on 26 August 2023" in written(maps.drawing(replace(RUN, pictures=late), "timeline"))


def test_networks_have_their_short_names_where_room_is_narrow() -> None:
    name = "DPRK, all of Russia and the Luch relay satellites"
    entry = {"kind": "networks", "id": "dprk+russia+relay", "name": name, "short": "All + Luch"}
    run = replace(RUN, provenance={"catalogue": [entry]})
    assert "All + Luch\n" in written(charts.latency(run, maps.Choice()))
    plain = replace(RUN, provenance={"catalogue": [{**entry, "short": ""}]})
    assert "DPRK, all of Russia and the Luch…" in written(charts.latency(plain, maps.Choice()))
