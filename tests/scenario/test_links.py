"""Keys that say how pictures are asked for, taken, sent, passed on and received."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import report, scenario
from simulator.earth.time import Span
from simulator.errors import InputError
from simulator.orbits import builders
from tests.made_links import (
    DISH,
    EVERYTHING,
    PLAIN,
    S_BAND,
    X_BAND,
    loads,
    problems,
    through_a_file,
)


def test_absent_keys_limit_nothing() -> None:
    study = loads()
    (satellite,) = study.satellites
    assert (satellite.downlink_rate_mbps, satellite.transmitters) == (2.0, ())
    assert not satellite.real_time
    assert satellite.image_while_downlinking
    assert satellite.max_pictures_per_orbit is None
    assert satellite.max_imaging_min_per_orbit is None
    assert satellite.max_downlink_min_per_orbit is None
    assert (satellite.slew_rate_deg_s, satellite.settling_s) == (None, 0.0)
    assert satellite.sensor.collection_s == 0.0
    (station,), (relay,) = study.networks[1].stations, study.networks[1].relays
    assert (station.antennas, station.hours_utc, relay.max_users) == (None, None, None)
    for member in (station, relay):
        assert (member.availability, member.receivers) == (1.0, ())
        assert member.receives("UHF")
        assert member.receiver("UHF") is None
    assert study.networks[1].crosslinks is None
    assert study.requests == scenario.AlwaysRequests(kind="always")
    assert [target.priority for target in study.targets] == [1, 5]
    assert study.targets[0].requests is None
    assert (study.seed, study.uncertainty.draws, study.uncertainty.share) == (0, 0, 0.9)


def test_every_key_may_be_given() -> None:
    study = loads(EVERYTHING)
    (satellite,) = study.satellites
    assert satellite.downlink_rate_mbps is None
    assert [(t.band, t.rate_mbps, t.has_budget) for t in satellite.transmitters] == [
        ("S", 2.0, False),
        ("X", 120.0, True),
    ]
    assert (satellite.transmitters[1].losses_db, satellite.transmitters[1].margin_db) == (2.0, 3.0)
    (network,) = study.networks
    (station,), (relay,) = network.stations, network.relays
    assert station.hours_utc == ((6.0, 12.5), (22.0, 3.0))
    assert [(r.band, r.has_budget) for r in station.receivers] == [("S", False), ("X", True)]
    assert station.receives("S") and not station.receives("Ka")
    assert station.receiver("X") == station.receivers[1]
    assert (relay.max_users, relay.receivers[0].band) == (3, "Ka")
    assert network.crosslinks == scenario.CrosslinkTable(
        rate_mbps=10.0,
        max_range_km=5000.0,
        grazing_height_km=80.0,
        max_pointing_deg=20.0,
        acquisition_s=15.0,
        terminals=2,
    )
    assert study.requests == scenario.PoissonRequests(kind="poisson", per_day=4.0)
    assert (study.seed, study.uncertainty.draws, study.uncertainty.share) == (7, 40, 0.8)
    assert hash(study) == hash(loads(EVERYTHING))


def test_a_satellite_without_recorder_is_real_time() -> None:
    assert loads(PLAIN, "satellites.A.collection=real-time").satellites[0].real_time


@pytest.mark.parametrize(
    ("table", "requests"),
    [
        ('{kind="always"}', scenario.AlwaysRequests(kind="always")),
        ('{kind="every", every_h=6}', scenario.EveryRequests(kind="every", every_h=6.0)),
        (
            '{kind="every", every_h=0.5, first_h=2}',
            scenario.EveryRequests(kind="every", every_h=0.5, first_h=2.0),
        ),
        ('{kind="poisson", per_day=3}', scenario.PoissonRequests(kind="poisson", per_day=3.0)),
    ],
)
def test_every_kind_of_requests_loads_and_is_written(
    table: str, requests: scenario.Requests
) -> None:
    study = loads(PLAIN, f"requests={table}", f"targets.kadena.requests={table}")
    assert study.requests == study.targets[1].requests == requests
    assert through_a_file(study) == study


def test_a_target_without_requests_resolves_to_the_scenarios() -> None:
    study = loads(PLAIN, 'requests={kind="every", every_h=6}', "targets.osan.requests.kind=always")
    osan, kadena = study.resolve().targets
    assert osan.requests == scenario.AlwaysRequests(kind="always")
    assert kadena.requests == scenario.EveryRequests(kind="every", every_h=6.0)
    assert study.resolve().resolve() == study.resolve()


@pytest.mark.parametrize("text", [PLAIN, EVERYTHING])
def test_a_scenario_with_links_loads_back_equal(text: str) -> None:
    study = loads(text)
    assert through_a_file(study) == study
    resolved = study.resolve()
    assert through_a_file(resolved) == resolved
    written = tomllib.loads(scenario.to_toml(resolved))
    assert all("requests" in target for target in written["targets"])


def test_a_catalogue_network_brings_its_crosslinks() -> None:
    network = loads(PLAIN, 'networks=["dprk+crosslinks", "dprk"]').networks[0]
    assert network.crosslinks is not None
    assert (network.crosslinks.rate_mbps, network.crosslinks.max_range_km) == (2.0, 6000.0)
    assert [s.antennas for s in network.stations] == [2, 1]
    assert loads(PLAIN, 'networks=["dprk"]').networks[0].crosslinks is None


def test_an_override_inside_catalogue_crosslinks_keeps_the_rest() -> None:
    name = "networks=['dprk+crosslinks']"
    changed = loads(PLAIN, name, "networks.0.crosslinks.rate_mbps=5").networks[0].crosslinks
    assert changed is not None
    assert (changed.rate_mbps, changed.terminals) == (5.0, 2)


def test_a_rate_and_transmitters_replace_each_other() -> None:
    sent = loads(PLAIN, f"satellites.A.transmitters=[{S_BAND}]").satellites[0]
    assert (sent.downlink_rate_mbps, len(sent.transmitters)) == (None, 1)
    fixed = loads(EVERYTHING, "satellites.A.downlink_rate_mbps=60").satellites[0]
    assert (fixed.downlink_rate_mbps, fixed.transmitters) == (60.0, ())


def test_a_transmitter_is_reached_by_its_band() -> None:
    changed = loads(EVERYTHING, "satellites.A.transmitters.X.power_w=10").satellites[0]
    assert [t.power_w for t in changed.transmitters] == [None, 10.0]


def test_setting_real_time_takes_the_recorder_away() -> None:
    alone = "satellites.A.recorder_gbit=16"
    assert loads(PLAIN, alone, "satellites.A.collection=real-time").satellites[0].real_time
    kept = loads(PLAIN, alone, "satellites.A.collection=store-and-forward").satellites[0]
    assert kept.recorder_gbit == 16.0
    assert problems("satellites.A.collection=real-time", alone)


def shown(study: scenario.Scenario) -> str:
    resolved = study.resolve()
    assert resolved.span.days is not None
    span = Span(start=resolved.span.start, duration_s=resolved.span.days * 86_400.0)
    facts = report.scenario_facts(resolved, builders.from_scenario(resolved), span)
    assert json.loads(report.json_text(facts))
    text = report.scenario_text(facts)
    assert max(map(len, text.splitlines())) <= 100
    return " ".join(text.split())


def test_a_plain_scenario_says_nothing_of_limits() -> None:
    text = shown(loads())
    assert "downlink 2 Mbit/s, recorder unlimited" in text
    assert "limits" not in text
    assert "links between" not in text
    assert "grants" not in text
    assert "asked for" not in text


def test_links_limits_and_requests_are_shown() -> None:
    text = shown(loads(EVERYTHING))
    for words in (
        "downlink S 2 Mbit/s and X up to 120 Mbit/s by link budget (5 W, 6 dBi, 8.2 GHz)",
        "limits: at most 20 pictures, 5 min imaging, 8.5 min sending an orbit, turns 1.5 deg a "
        "second, settles in 10 s, takes no picture while it sends",
        "links between satellites: 10 Mbit/s, over 80 km height, up to 5000 km, within 20 deg of "
        "the horizontal, acquired in 15 s, 2 at once",
        "S: works 06:00 to 12:30 and 22:00 to 03:00 UTC, grants 50 % of contacts, receives S and "
        "X (45 dBi, 150 K)",
        "priority asked for",
        "5 4 a day",
        "40 draws of the orbit's phase, seed 7; 80 % shown",
    ):
        assert words in text


def test_a_satellite_that_keeps_nothing_and_regular_requests_are_shown() -> None:
    text = shown(
        loads(
            PLAIN,
            "satellites.A.collection=real-time",
            "targets.osan.requests={kind='every', every_h=6, first_h=2}",
        )
    )
    assert "downlink 2 Mbit/s, sends pictures as taken, none kept" in text
    assert "every 6 h from 2 h on" in text


_PATHS = [
    "requests",
    "requests.kind",
    "targets.osan.requests",
    "targets.osan.priority",
    "uncertainty.draws",
    "uncertainty.share",
    "satellites.A.transmitters",
    "satellites.A.transmitters.X",
    "satellites.A.transmitters.0.losses_db",
    "satellites.A.collection",
    "satellites.A.recorder_gbit",
    "satellites.A.downlink_rate_mbps",
    "networks.0.stations.0.hours_utc",
    "networks.0.stations.0.receivers",
    "networks.0.relays.0.receivers.0",
    "networks.0.crosslinks",
    "networks.0.crosslinks.terminals",
    "networks",
]
_VALUES = st.one_of(
    st.integers(-2, 30).map(str),
    st.floats().map(str),
    st.sampled_from(
        ["[]", "{}", "[[]]", "[{}]", "x", "poisson", "every", "real-time", "['dprk+crosslinks']"]
    ),
    st.sampled_from([f"[{S_BAND}]", f"[{S_BAND}, {S_BAND}]", f"[{X_BAND}]", DISH, f"[{DISH}]"]),
    st.sampled_from(["{kind='every', every_h=1}", "{kind='poisson', per_day=2}", "{band='S'}"]),
    st.lists(st.tuples(st.integers(-1, 25), st.integers(0, 25)), max_size=4).map(json.dumps),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(_PATHS), _VALUES), max_size=4))
def test_any_override_loads_or_is_refused(changes: list[tuple[str, Any]]) -> None:
    try:
        study = loads(EVERYTHING, *(f"{path}={value}" for path, value in changes))
    except InputError as error:
        assert all(error.problems)
    else:
        assert through_a_file(study) == study
        assert through_a_file(study.resolve()) == study.resolve()
