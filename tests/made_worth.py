"""A small scenario with members, and what subsets of them are worth by running each."""

from math import factorial

import numpy as np

from simulator.study import Study, find_events, latest_commands_s
from simulator.study.networks import outcome
from simulator.timeliness import age_of_information, block_sums, system_response
from simulator.units import HOUR_S
from simulator.worth import times
from tests import made

# A slow link and large pictures: what is taken over Korea queues for Pyongyang.
TEXT = made.text(
    """
[[networks]]
name = "home"
stations = ["pgscc"]

[[networks]]
name = "helped"
stations = ["pgscc", "ussuriysk", "yakutsk", {catalog = "kaliningrad", roles = ["downlink"]},
    {catalog = "yelizovo", forwarding_delay_s = 600.0}]
relays = [{catalog = "luch5v", acquisition_s = 200.0}]
""",
    days=3.0,
    satellite={"downlink_rate_mbps": 0.5},
    targets=["osan", "seoul", "yokosuka", "misawa", "kadena", "andersen", "apra"],
    networks=None,
    baseline="home",
)


def all_sets(members):
    return np.array([[n >> m & 1 for m in range(members)] for n in range(2**members)], dtype=bool)


def by_definition(game, members):
    """Return Shapley values by the sum over all subsets (Shapley 1953, equation 11)."""
    sets = all_sets(members)
    values = game(sets).reshape(len(sets), -1)
    out = np.zeros((members, values.shape[1]))
    for number, row in enumerate(sets):
        size = int(row.sum())
        for member in np.flatnonzero(~row):
            weight = factorial(size) * factorial(members - size - 1) / factorial(members)
            out[member] += weight * (values[number | 1 << member] - values[number])
    return out


def study(toml=TEXT, *overrides):
    return Study(made.scenario(toml, *overrides))


def offers_of(case):
    home, helped = case.scenario.networks
    return times.offers(case, find_events(case, for_tables=False), times.coalition(home, helped))


def figures_by_running(case, of, chosen):
    """Return the picture figures of a set under load, from the run of a network of its own.

    Of the pictures, requests and instants that the baseline serves.
    """
    events = find_events(case, for_tables=False)
    names = {name for name, is_in in zip(of.names, chosen, strict=True) if is_in}
    names |= {link.name for link in (*of.baseline.stations, *of.baseline.relays)}
    network = of.whole.model_copy(
        update={
            "stations": tuple(s for s in of.whole.stations if s.name in names),
            "relays": tuple(r for r in of.whole.relays if r.name in names),
            "crosslinks": of.whole.crosslinks if "crosslinks" in names else of.baseline.crosslinks,
        }
    )
    base = outcome(case, of.baseline, events.contacts, events.pictures)
    own = outcome(case, network, events.contacts, events.pictures)
    served = np.isfinite(base.deliveries.delivered_s)
    latency = np.sort((own.deliveries.delivered_s - events.pictures.taken_s)[served])
    return {
        "latency_mean_h": latency.mean() / HOUR_S,
        "latency_p90_h": np.quantile(latency, 0.9, method="inverted_cdf") / HOUR_S,
        "latency_max_h": latency[-1] / HOUR_S,
        "delivered_within_1h_share": own.figures["delivered_within_1h_share"],
        **_times_by_running(case, base, own, events.pictures),
        "next_command_mean_h": own.figures["next_command_mean_h"],
        "longest_silence_h": own.figures["longest_silence_h"],
        "offered_gbit_per_day": own.figures["offered_gbit_per_day"],
    }


def _times_by_running(case, base, own, pictures):
    """Return mean response and age over what the baseline serves, by the sawtooths."""
    span_s = case.span.duration_s
    response, age = np.zeros(2), np.zeros(2)
    latest = [latest_commands_s(case, each.offer, pictures) for each in (base, own)]
    for number in range(len(case.scenario.targets)):
        rows = pictures.target == number
        taken_s = pictures.taken_s[rows]
        arrived = [each.deliveries.delivered_s[rows] for each in (base, own)]
        usable = (latest[0][rows] > 0.0) & np.isfinite(arrived[0])
        if usable.any():
            until = np.array([0.0, min(latest[0][rows][usable].max(), span_s)])
            tooth = system_response(latest[1][rows], arrived[1], span_s)
            response += block_sums(tooth, 0.0, until, rises=False)[:, 0]
        if np.isfinite(arrived[0]).any():
            since = np.array([arrived[0].min(), span_s])
            # One that the set has not by then counts as of the span's start.
            arrived_s = np.append(arrived[1], arrived[0].min())
            tooth = age_of_information(np.append(taken_s, 0.0), arrived_s, span_s)
            age += block_sums(tooth, tooth.undefined_s, since, rises=True)[:, 0]
    return {
        "response_mean_h": response[0] / response[1] / HOUR_S,
        "age_mean_h": age[0] / age[1] / HOUR_S,
    }
