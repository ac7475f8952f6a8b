"""The main scenario's latencies by a second, naive program: every second, no shared kernels.

Shares with the package SGP4 itself, the sidereal angle and the sun's direction; visibility is a
scan of whole seconds, and each picture takes the seconds that deliver it earliest.
"""

import math
from pathlib import Path

import numpy as np
import pytest

from simulator.orbits.sun import sun_positions
from simulator.scenario import load
from simulator.study.case import Study
from simulator.study.runs import run
from tests.reference import brute

MAIN = Path(__file__).parent.parent.parent / "scenarios" / "malligyong-1.toml"


def runs_of(flags):
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return zip(edges[::2], edges[1::2], strict=True)


def sines_up(position_m, place):
    line = position_m - place[0]
    return (line @ place[1]) / np.linalg.norm(line, axis=1)


def pictures_taken(scenario, second, position_m, sun, sensor):
    nadir = brute.nadir(position_m)
    for target in scenario.targets:
        place = brute.site(target.latitude_deg, target.longitude_deg, target.height_m)
        line = place[0] - position_m
        cosine = np.einsum("ij,ij->i", line, nadir) / np.linalg.norm(line, axis=1)
        in_view = (
            (cosine >= math.cos(math.radians(sensor.max_off_nadir_deg)))
            & (sines_up(position_m, place) >= math.sin(math.radians(sensor.min_elevation_deg)))
            & (sines_up(sun, place) >= math.sin(math.radians(sensor.min_sun_elevation_deg)))
        )
        for begin, end in runs_of(in_view):
            yield second[begin + np.argmax(cosine[begin:end])]


def least_delay_s(network, second, position_m):
    """Return for each second the least delay of a station in contact, inf for none."""
    out = np.full(len(second), np.inf)
    for station in network.stations:
        if "downlink" not in station.roles:
            continue
        place = brute.site(station.latitude_deg, station.longitude_deg, station.height_m)
        up = sines_up(position_m, place) >= math.sin(math.radians(station.min_elevation_deg))
        for begin, end in runs_of(up):
            ready = slice(begin + int(station.acquisition_s), end)
            out[ready] = np.minimum(out[ready], station.forwarding_delay_s)
    return out


def arrivals_s(taken_s, delay_s, seconds_needed):
    """Book seconds picture by picture, each by the deadline that is earliest."""
    free = np.isfinite(delay_s)
    for collection_s in sorted(taken_s):
        after = math.ceil(collection_s)
        options = []
        for limit in np.unique(delay_s[np.isfinite(delay_s)]):
            usable = np.flatnonzero(free[after:] & (delay_s[after:] <= limit))[:seconds_needed]
            if len(usable) == seconds_needed:
                rows = usable + after
                options.append((float((rows + 1 + delay_s[rows]).max()), rows))
        arrival, rows = min(options, key=lambda option: option[0])
        free[rows] = False
        yield arrival - collection_s


@pytest.mark.slow
def test_latencies_of_the_main_scenario_come_out_of_a_naive_simulation():
    scenario = load(MAIN, overrides=["regions=[]"])
    study = Study(scenario.resolve())
    elements, sensor = study.flights[0].elements, study.flights[0].table.sensor
    second = np.arange(0.0, study.span.duration_s)
    position_m = brute.earth_fixed(elements, study.span, second)
    sun = sun_positions(study.sun, second)
    taken_s = list(pictures_taken(study.scenario, second, position_m, sun, sensor))
    needed = round(sensor.picture_bits / (study.flights[0].table.downlink_rate_mbps * 1e6))
    table_of_networks = run(scenario).networks.set_index("network")
    for network in study.scenario.networks:
        if network.relays:
            continue
        naive = np.sort(
            list(arrivals_s(taken_s, least_delay_s(network, second, position_m), needed))
        )
        row = table_of_networks.loc[network.name]
        assert len(naive) == row["pictures_delivered"]
        # Whole seconds at both ends of a transmission: two seconds, and a few of luck in a queue.
        assert math.isclose(naive.mean(), row["latency_mean_h"] * 3600.0, abs_tol=3.0)
        assert math.isclose(naive[-1], row["latency_max_h"] * 3600.0, abs_tol=3.0)
        assert math.isclose(
            naive[(len(naive) + 1) // 2 - 1], row["latency_median_h"] * 3600.0, abs_tol=3.0
        )


def test_one_station_at_yakutsk_brings_the_pictures_home_as_soon_as_all_of_russia_does():
    # What the catalogue says of the network dprk+yakutsk; no shorter silence goes with it.
    networks = 'networks=["dprk", "dprk+russia", "dprk+yakutsk"]'
    study = load(MAIN, overrides=["regions=[]", "uncertainty.draws=0", networks])
    table_of_networks = run(study).networks.set_index("network")
    alone, russia, yakutsk = (
        table_of_networks.loc[name] for name in ("dprk", "dprk+russia", "dprk+yakutsk")
    )
    assert (
        yakutsk["latency_mean_h"] < 1.05 * russia["latency_mean_h"] < 0.1 * alone["latency_mean_h"]
    )
    assert yakutsk["latency_max_h"] < 1.05 * russia["latency_max_h"]
    assert yakutsk["longest_silence_h"] > 0.95 * alone["longest_silence_h"]
