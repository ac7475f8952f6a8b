"""Faults of links and limits: file, key, value and what is allowed."""

from __future__ import annotations

import json

import pytest

from simulator import scenario
from tests.made_links import DISH, EVERYTHING, ORIGIN, PLAIN, S_BAND, X_BAND, loads, problems

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
        override = f"networks.mine.stations.S.hours_utc={json.dumps(hours)}"
        assert loads(PLAIN, override).networks[1].stations[0].hours_utc == hours


def test_a_link_budget_needs_the_receivers_that_hear_its_band() -> None:
    fault, second = problems(f"satellites.A.transmitters=[{S_BAND}, {X_BAND}]")
    assert "networks.0: no receiver with antenna_gain_dbi and noise_temperature_k" in fault
    assert "in band X at 'pgscc', 'sohae_gs' of network 'dprk'" in fault
    assert fault.endswith("for the link budget of satellite 'A'")
    assert "networks.1: " in second
    assert "at 'S', 'R' of network 'mine'" in second


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
