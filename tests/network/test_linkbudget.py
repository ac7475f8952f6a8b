import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.network.linkbudget import (
    BOLTZMANN_J_PER_K,
    LIGHT_M_S,
    LinkBudget,
    achievable_rate_bps,
    free_space_loss_db,
)

LINK = {
    "range_km": 1_000.0,
    "power_w": 2.0,
    "transmit_gain_dbi": 12.0,
    "receive_gain_dbi": 50.0,
    "noise_temperature_k": 150.0,
    "frequency_ghz": 8.2,
    "required_eb_n0_db": 4.4,
    "losses_db": 3.0,
    "margin_db": 3.0,
}


def test_free_space_loss_has_the_constants_of_the_recommendation():
    # ITU-R P.525: 32.4 dB at 1 km and 1 MHz, 92.4 dB at 1 km and 1 GHz.
    assert free_space_loss_db(1.0, 1e-3) == pytest.approx(32.4, abs=0.05)
    assert free_space_loss_db(1.0, 1.0) == pytest.approx(92.4, abs=0.05)


def test_a_ku_band_budget_of_four_decimals():
    # MathWorks, Satellite Communications Toolbox, reference page of satelliteCNR, first example:
    # 17 dBW, 9 dB of losses before a gain of 38 dBi, 40,215 km, 11 GHz, 6.0103 dB, G/T 25 dB/K,
    # 2 dB, 10 Mbit/s; FSPL 205.3634 dB, Eb/N0 16.2255 dB, 4.2255 dB over 10 dB and 2 dB of losses.
    assert free_space_loss_db(40_215.0, 11.0) == pytest.approx(205.3634, abs=5e-5)
    rate = achievable_rate_bps(
        LinkBudget(
            range_km=40_215.0,
            power_w=10**1.7,
            transmit_gain_dbi=38.0,
            receive_gain_dbi=25.0,
            noise_temperature_k=1.0,
            frequency_ghz=11.0,
            required_eb_n0_db=10.0,
            losses_db=9.0 + 6.0103 + 2.0 + 2.0,
            margin_db=4.2255,
        )
    )
    assert rate == pytest.approx(10e6, rel=5e-5)


def test_an_s_band_budget_of_a_small_satellite():
    # Table 1 of "On the feasibility of a secondary service transmission over an existent satellite
    # infrastructure", EURASIP J. Wireless Com. Network. 2020: 1 W, EIRP 38.3 dBm, 2,200 MHz, free
    # space 162.2 dB, depointing 10 dB, 38.2 dBi, 130 K, 3.4 Mbit/s, demodulation losses 6 dB,
    # 7 dB required, margin 3.5 dB. The range is not printed; 1,397 km has the loss printed.
    assert free_space_loss_db(1_397.0, 2.2) == pytest.approx(162.2, abs=0.05)
    rate = achievable_rate_bps(
        LinkBudget(
            range_km=1_397.0,
            power_w=1.0,
            transmit_gain_dbi=8.3,
            receive_gain_dbi=38.2,
            noise_temperature_k=130.0,
            frequency_ghz=2.2,
            required_eb_n0_db=7.0,
            losses_db=10.0 + 6.0,
            margin_db=3.5,
        )
    )
    assert 10 * np.log10(rate / 3.4e6) == pytest.approx(0.0, abs=0.1)


def test_an_l_band_budget_from_geostationary_orbit():
    # US National Weather Service, EMWIN-N link budget: 1,692.7 MHz, 41,127 km, EIRP 44.8 dBm,
    # free space 189.3 dB, atmosphere 0.4 dB, polarisation 0.2 dB, G/T -0.3 dB/K, C/N0 53.2 dBHz;
    # up, at 2,034.7 MHz, 190.9 dB.
    assert free_space_loss_db(41_127.0, [1.6927, 2.0347]) == pytest.approx([189.3, 190.9], abs=0.05)
    at_0_db = achievable_rate_bps(
        LinkBudget(
            range_km=41_127.0,
            power_w=1.0,
            transmit_gain_dbi=14.8,
            receive_gain_dbi=-0.3,
            noise_temperature_k=1.0,
            frequency_ghz=1.6927,
            required_eb_n0_db=0.0,
            losses_db=0.6,
        )
    )
    assert 10 * np.log10(at_0_db) == pytest.approx(53.2, abs=0.05)


def test_double_the_range_costs_six_decibels_and_three_quarters_of_the_rate():
    near, far = achievable_rate_bps(LinkBudget(**{**LINK, "range_km": [1_000.0, 2_000.0]}))
    assert far == pytest.approx(near / 4, rel=1e-12)
    loss = free_space_loss_db([1_000.0, 2_000.0], 8.2)
    assert loss[1] - loss[0] == pytest.approx(6.0206, abs=1e-4)


def test_double_the_noise_or_half_the_power_halves_the_rate():
    whole = achievable_rate_bps(LinkBudget(**LINK))
    assert achievable_rate_bps(
        LinkBudget(**{**LINK, "noise_temperature_k": 300.0})
    ) == pytest.approx(whole / 2)
    assert achievable_rate_bps(LinkBudget(**{**LINK, "power_w": 1.0})) == pytest.approx(whole / 2)


@pytest.mark.parametrize("key", ["losses_db", "margin_db", "required_eb_n0_db"])
def test_ten_decibels_more_leave_a_tenth_of_the_rate(key):
    less = achievable_rate_bps(LinkBudget(**{**LINK, key: LINK[key] + 10.0}))
    assert less == pytest.approx(achievable_rate_bps(LinkBudget(**LINK)) / 10)


@given(
    st.floats(100.0, 50_000.0),
    st.floats(0.01, 100.0),
    st.floats(-10.0, 70.0),
    st.floats(-10.0, 70.0),
    st.floats(10.0, 5_000.0),
    st.floats(0.1, 50.0),
    st.floats(-2.0, 40.0),
)
def test_the_rate_spends_the_power_received_on_the_energy_needed(
    range_km, power_w, transmit_dbi, receive_dbi, noise_k, frequency_ghz, needed_db
):
    """The transmission formula of Friis (1946) in watts, without a decibel on the way."""
    rate = achievable_rate_bps(
        LinkBudget(
            range_km=range_km,
            power_w=power_w,
            transmit_gain_dbi=transmit_dbi,
            receive_gain_dbi=receive_dbi,
            noise_temperature_k=noise_k,
            frequency_ghz=frequency_ghz,
            required_eb_n0_db=needed_db,
        )
    )
    wavelength_m = LIGHT_M_S / (frequency_ghz * 1e9)
    gain = 10 ** ((transmit_dbi + receive_dbi) / 10)
    received_w = power_w * gain * (wavelength_m / (4 * np.pi * range_km * 1e3)) ** 2
    needed_j = 10 ** (needed_db / 10) * BOLTZMANN_J_PER_K * noise_k
    assert rate == pytest.approx(received_w / needed_j, rel=1e-9)


def test_arguments_broadcast():
    shape = achievable_rate_bps(
        LinkBudget(**{**LINK, "range_km": np.full((3, 1), 900.0), "power_w": [1, 2]})
    )
    assert shape.shape == (3, 2)
