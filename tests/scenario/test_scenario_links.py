"""Keys that say how pictures are asked for, taken, sent, passed on and received."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import report, scenario
from simulator.earth.time import Span
from simulator.errors import InputError
from simulator.orbits import builders

ORIGIN = "study.toml"
PLAIN = """
schema_version = 1
title = "Links"
targets = ["osan", {catalog = "kadena", priority = 5}]
networks = ["dprk", "mine"]

[span]
start = 2023-10-01T00:00:00Z
days = 2.0

[[satellites]]
name = "A"
sensor = "malligyong_press"
downlink_rate_mbps = 2.0
orbit = {kind = "sun-synchronous", altitude_km = 500.0, ltdn_h = 10.5}
""".replace(
    '"mine"]',
    '{name = "mine", stations = [{name = "S", latitude_deg = 39.0, longitude_deg = 125.7}],'
    ' relays = [{name = "R", longitude_deg = 95.0}]}]',
)

S_BAND = '{band = "S", rate_mbps = 2.0}'
X_BAND = (
    '{band = "X", rate_mbps = 120.0, power_w = 5.0, antenna_gain_dbi = 6.0, frequency_ghz = 8.2,'
    " required_eb_n0_db = 9.6, losses_db = 2.0}"
)
DISH = '{band = "X", antenna_gain_dbi = 45.0, noise_temperature_k = 150.0}'
EVERYTHING = f"""
schema_version = 1
title = "Links"
seed = 7
targets = ["osan", {{catalog = "kadena", priority = 5}}]

[span]
start = 2023-10-01T00:00:00Z
days = 2.0

[requests]
kind = "poisson"
per_day = 4.0

[uncertainty]
draws = 40
share = 0.8

[[satellites]]
name = "A"
sensor = "malligyong_press"
transmitters = [{S_BAND}, {X_BAND}]
recorder_gbit = 16.0
image_while_downlinking = false
max_pictures_per_orbit = 20
max_imaging_min_per_orbit = 5
max_downlink_min_per_orbit = 8.5
slew_rate_deg_s = 1.5
settling_s = 10
orbit = {{kind = "sun-synchronous", altitude_km = 500.0, ltdn_h = 10.5}}

[[networks]]
name = "mine"
[[networks.stations]]
name = "S"
latitude_deg = 39.0
longitude_deg = 125.7
antennas = 2
hours_utc = [[6, 12.5], [22, 3]]
availability = 0.5
receivers = [{{band = "S"}}, {DISH}]
[[networks.relays]]
name = "R"
longitude_deg = 95.0
max_users = 3
availability = 1
receivers = [{{band = "Ka"}}]
[networks.crosslinks]
rate_mbps = 10
max_range_km = 5000.0
grazing_height_km = 80
max_pointing_deg = 20
acquisition_s = 15
terminals = 2
"""


def loads(text: str = PLAIN, *overrides: str) -> scenario.Scenario:
    return scenario.loads(text, origin=ORIGIN, folder=Path("."), overrides=overrides)


def problems(*overrides: str, text: str = PLAIN) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        loads(text, *overrides)
    return caught.value.problems


def through_a_file(study: scenario.Scenario) -> scenario.Scenario:
    return loads(scenario.to_toml(study))


# What the keys give.


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
    ("table", "made"),
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
def test_every_kind_of_requests_loads_and_is_written(table: str, made: scenario.Requests) -> None:
    study = loads(PLAIN, f"requests={table}", f"targets.kadena.requests={table}")
    assert study.requests == study.targets[1].requests == made
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


# Overrides.


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


# Faults.

_A = "satellites.0"
_T = f"{_A}.transmitters"
_S = "networks.1.stations.0"
_R = "networks.1.relays.0"
_C = "networks.1.crosslinks"


@pytest.mark.parametrize(
    ("override", "path", "words"),
    [
        ("seed=-1", "seed", ["-1 is below 0"]),
        ("seed=1.5", "seed", ["1.5 is not a whole number"]),
        ("requests=3", "requests", ["3 is not a table with a kind"]),
        ("requests={}", "requests.kind", ["missing", "'always', 'every', 'poisson'"]),
        (
            "requests.kind=evry",
            "requests.kind",
            ["'evry' is no kind of requests", "did you mean 'every'"],
        ),
        ("requests={kind='every'}", "requests.every_h", ["is missing", "above 0, up to 8784"]),
        (
            "requests={kind='every', every_h=0}",
            "requests.every_h",
            ["0 is not above 0", "up to 8784"],
        ),
        (
            "requests={kind='every', every_h=9000}",
            "requests.every_h",
            ["9000 is above 8784", "above 0, up to 8784"],
        ),
        (
            "requests={kind='every', every_h=6, first_h=-1}",
            "requests.first_h",
            ["-1 is below 0"],
        ),
        (
            "requests={kind='every', every_h=6, per_day=1}",
            "requests.per_day",
            ["unknown key", "allowed: every_h"],
        ),
        ("requests={kind='poisson'}", "requests.per_day", ["is missing", "above 0, up to 10000"]),
        (
            "requests={kind='poisson', per_day=10001}",
            "requests.per_day",
            ["10001 is above 10000"],
        ),
        ("targets.osan.requests.kind=all", "targets.0.requests.kind", ["'all' is no kind"]),
        ("targets.osan.priority=0", "targets.0.priority", ["0 is below 1", "1 to 100"]),
        ("targets.osan.priority=101", "targets.0.priority", ["101 is above 100", "1 to 100"]),
        ("uncertainty.draws=10001", "uncertainty.draws", ["10001 is above 10000", "0 to 10000"]),
        ("uncertainty.share=1", "uncertainty.share", ["1 is not below 1", "above 0, below 1"]),
        ("uncertainty.share=0", "uncertainty.share", ["0 is not above 0", "above 0, below 1"]),
        ("uncertainty.drafts=3", "uncertainty.drafts", ["unknown key", "did you mean 'draws'"]),
        (f"{_A}.sensor.collection_s=3601", f"{_A}.sensor.collection_s", ["above 3600"]),
        (f"{_A}.collection=stored", f"{_A}.collection", ["'store-and-forward' or 'real-time'"]),
        (
            f"{_A}.image_while_downlinking=1",
            f"{_A}.image_while_downlinking",
            ["1 is not true or false"],
        ),
        (
            f"{_A}.max_pictures_per_orbit=0",
            f"{_A}.max_pictures_per_orbit",
            ["0 is below 1", "1 to 100000"],
        ),
        (
            f"{_A}.max_imaging_min_per_orbit=0",
            f"{_A}.max_imaging_min_per_orbit",
            ["0 is not above 0"],
        ),
        (
            f"{_A}.max_downlink_min_per_orbit=-1",
            f"{_A}.max_downlink_min_per_orbit",
            ["-1 is below 0", "allowed above 0"],
        ),
        (f"{_A}.slew_rate_deg_s=91", f"{_A}.slew_rate_deg_s", ["91 is above 90", "above 0, up"]),
        (f"{_A}.settling_s=-1", f"{_A}.settling_s", ["-1 is below 0", "0 to 3600"]),
        (f"{_A}.transmitters=[]", _A, ["exactly one of downlink_rate_mbps and transmitters"]),
        (
            f"{_A}.transmitters=[{{band='K', rate_mbps=2}}]",
            f"{_T}.0.band",
            ["'K' is not 'UHF', 'S', 'C', 'X', 'Ku' or 'Ka'"],
        ),
        (f"{_A}.transmitters=[{{band='x', rate_mbps=2}}]", f"{_T}.0.band", ["did you mean 'X'"]),
        (f"{_A}.transmitters=[{{band='X'}}]", f"{_T}.0.rate_mbps", ["is missing"]),
        (f"{_A}.transmitters=[{{rate_mbps=1}}]", f"{_T}.0.band", ["is missing", "'UHF'"]),
        (
            f"{_A}.transmitters=[{S_BAND}, {X_BAND}, {S_BAND}]",
            f"{_T}.2.band",
            ["'S' is already the band of item 0"],
        ),
        (
            f"{_A}.transmitters=[{', '.join([S_BAND] * 7)}]",
            _T,
            ["a list of 7; allowed up to 6"],
        ),
        (
            f"{_A}.transmitters=[{{band='X', rate_mbps=2, power_w=5, frequency_ghz=8}}]",
            f"{_T}.0",
            ["has power_w without antenna_gain_dbi and required_eb_n0_db"],
        ),
        (
            f"{_A}.transmitters=[{{band='X', rate_mbps=2, losses_db=1}}]",
            f"{_T}.0.losses_db",
            ["goes with a link budget: power_w, antenna_gain_dbi, frequency_ghz and"],
        ),
        (
            f"{_A}.transmitters=[{{band='X', rate_mbps=2, margin_db=0}}]",
            f"{_T}.0.margin_db",
            ["goes with a link budget"],
        ),
        (f"{_S}.antennas=0", f"{_S}.antennas", ["0 is below 1", "1 to 1000"]),
        (f"{_S}.antennas=1.0", f"{_S}.antennas", ["1.0 is not a whole number"]),
        (f"{_S}.max_users=1", f"{_S}.max_users", ["unknown key"]),
        (f"{_R}.max_users=1001", f"{_R}.max_users", ["1001 is above 1000"]),
        (f"{_S}.availability=0", f"{_S}.availability", ["0 is not above 0", "above 0, up to 1"]),
        (f"{_R}.availability=80", f"{_R}.availability", ["80 is above 1", "above 0, up to 1"]),
        (f"{_S}.hours_utc=[]", f"{_S}.hours_utc", ["is empty"]),
        (f"{_S}.hours_utc=[6, 12]", f"{_S}.hours_utc.0", ["6 is not"]),
        (f"{_S}.hours_utc=[[6, 25]]", f"{_S}.hours_utc.0.1", ["25 is above 24"]),
        (f"{_S}.hours_utc=[[6]]", f"{_S}.hours_utc.0.1", ["missing"]),
        (f"{_S}.hours_utc=[[6, 6]]", f"{_S}.hours_utc.0", ["[6, 6] has no length", "[0, 24]"]),
        (f"{_S}.hours_utc=[[24, 0]]", f"{_S}.hours_utc.0", ["[24, 0] has no length"]),
        (f"{_S}.receivers=['X']", f"{_S}.receivers.0", ["'X' is not a table"]),
        (f"{_S}.receivers=[{DISH}, {DISH}]", f"{_S}.receivers.1.band", ["already the band"]),
        (
            f"{_R}.receivers=[{{band='Ka', antenna_gain_dbi=30}}]",
            f"{_R}.receivers.0",
            ["has antenna_gain_dbi without noise_temperature_k; a link budget needs"],
        ),
        (
            f"{_R}.receivers=[{{band='Ka', antenna_gain_dbi=30, noise_temperature_k=0}}]",
            f"{_R}.receivers.0.noise_temperature_k",
            ["0 is below 1", "1 to 10000"],
        ),
        (f"{_C}=3", _C, ["3 is not a table"]),
        (f"{_C}={{}}", f"{_C}.rate_mbps", ["is missing"]),
        (f"{_C}={{rate_mbps=1, range_km=1}}", f"{_C}.range_km", ["unknown", "'max_range_km'"]),
        (
            f"{_C}={{rate_mbps=1, max_range_km=5000000}}",
            f"{_C}.max_range_km",
            ["above 100000", "looks like metres"],
        ),
        (f"{_C}={{rate_mbps=1, grazing_height_km=-1}}", f"{_C}.grazing_height_km", ["0 to 2000"]),
        (f"{_C}={{rate_mbps=1, max_pointing_deg=0}}", f"{_C}.max_pointing_deg", ["up to 90"]),
        (f"{_C}={{rate_mbps=1, acquisition_s=-1}}", f"{_C}.acquisition_s", ["0 to 3600"]),
        (f"{_C}={{rate_mbps=1, terminals=0}}", f"{_C}.terminals", ["0 is below 1", "1 to 100"]),
    ],
)
def test_a_fault_names_file_key_value_and_what_is_allowed(
    override: str, path: str, words: list[str]
) -> None:
    lines = [line for line in problems(override) if f": {path}: " in line]
    assert any(line.startswith(ORIGIN) for line in lines), problems(override)
    assert any(all(word in line for word in words) for line in lines), lines


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("power_w", "0", "0 is not above 0; allowed above 0, up to 10000"),
        ("antenna_gain_dbi", "81", "81 is above 80; allowed -30 to 80"),
        ("frequency_ghz", "8200", "8200 is above 50; allowed 0.1 to 50; it looks like MHz"),
        ("required_eb_n0_db", "-3", "-3 is below -2; allowed -2 to 40"),
        ("losses_db", "61", "61 is above 60; allowed 0 to 60"),
        ("margin_db", "31", "31 is above 30; allowed 0 to 30"),
    ],
)
def test_quantities_of_a_link_budget_have_ranges(key: str, value: str, words: str) -> None:
    [line] = problems(f"satellites.A.transmitters.X.{key}={value}", text=EVERYTHING)
    assert line.endswith(f"satellites.0.transmitters.1.{key}: {words}")


def test_a_satellite_has_a_rate_or_transmitters_and_not_both() -> None:
    both = PLAIN.replace("mbps = 2.0", f"mbps = 2.0\ntransmitters = [{S_BAND}]")
    neither = PLAIN.replace("downlink_rate_mbps = 2.0", "")
    for text in (both, neither):
        [line] = problems(text=text)
        assert line == (
            f"{ORIGIN}: satellites.0: give exactly one of downlink_rate_mbps and transmitters"
        )


def test_real_time_excludes_a_recorder_and_a_pause_of_imaging() -> None:
    text = PLAIN.replace(
        "mbps = 2.0",
        'mbps = 2.0\ncollection = "real-time"\nrecorder_gbit = 0\nimage_while_downlinking = false',
    )
    recorder, pause = problems(text=text)
    assert "satellites.0.recorder_gbit: stands beside collection = 'real-time'" in recorder
    assert "satellites.0.image_while_downlinking: false leaves no picture" in pause


def test_hours_may_fill_the_day_and_run_over_midnight() -> None:
    for hours in (((0.0, 24.0),), ((6.0, 12.0), (12.0, 6.0)), ((22.0, 0.0), (24.0, 2.0))):
        given = f"networks.mine.stations.S.hours_utc={json.dumps(hours)}"
        assert loads(PLAIN, given).networks[1].stations[0].hours_utc == hours


# A link budget needs both its ends.


def test_a_link_budget_needs_the_receivers_that_hear_its_band() -> None:
    fault, other = problems(f"satellites.A.transmitters=[{S_BAND}, {X_BAND}]")
    assert "networks.0: no receiver with antenna_gain_dbi and noise_temperature_k" in fault
    assert "in band X at 'pgscc', 'sohae_gs' of network 'dprk'" in fault
    assert fault.endswith("for the link budget of satellite 'A'")
    assert "networks.1: " in other
    assert "at 'S', 'R' of network 'mine'" in other


def test_a_receiver_of_the_band_without_its_figures_is_a_fault() -> None:
    [line] = problems("networks.mine.stations.S.receivers=[{band='X'}]", text=EVERYTHING)
    assert "at 'S' of network 'mine'" in line


def test_members_that_cannot_hear_a_band_or_take_nothing_down_are_left_alone() -> None:
    deaf = "networks.mine.stations.S.receivers=[{band='UHF'}]"
    assert loads(EVERYTHING, deaf)
    command = "networks.mine.stations.S.roles=['command']"
    listening = "networks.mine.relays.R.receivers=[{band='S'}]"
    assert loads(EVERYTHING, command, "networks.mine.stations.S.receivers=[]", listening)


def test_a_long_list_of_poor_receivers_is_cut() -> None:
    network = scenario.Network(name="x", catalog="dprk+russia+relay")
    more = len(network.stations) + len(network.relays) - 8
    [line] = problems(f"satellites.A.transmitters=[{X_BAND}]", "networks=['dprk+russia+relay']")
    assert f" and {more} more of network 'dprk+russia+relay'" in line
    assert len(line) < 400


# What is shown.


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
        "40 draws of what nobody knows, seed 7; 80 % shown",
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


# Whatever is set, the answer is a scenario or an InputError.

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
