"""The link equation: what rate a radio link carries over a distance.

Pure functions of numbers that broadcast by numpy's rules. Free space alone is worked out: losses
by pointing, polarisation, atmosphere and implementation come in as one number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from simulator.arrays import FloatArray

# Exact by the definition of the SI units, BIPM 2019.
BOLTZMANN_J_PER_K = 1.380649e-23
LIGHT_M_S = 299_792_458.0


def _floats(values: ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def free_space_loss_db(range_km: ArrayLike, frequency_ghz: ArrayLike) -> FloatArray:
    """Return the loss between two isotropic antennas in free space, (4 pi d f / c) squared.

    ITU-R Recommendation P.525; its 92.4 dB for 1 km and 1 GHz is 92.448 dB here.
    """
    wavelengths = _floats(range_km) * 1e3 * _floats(frequency_ghz) * 1e9 / LIGHT_M_S
    return np.asarray(20.0 * np.log10(4.0 * math.pi * wavelengths))


@dataclass(frozen=True, eq=False)
class LinkBudget:
    """The numbers of a link equation; any may be an array.

    `losses_db` are all but free space, `noise_temperature_k` that of the whole receiving system.
    Range, power, temperature and frequency are above 0.
    """

    range_km: ArrayLike
    power_w: ArrayLike
    transmit_gain_dbi: ArrayLike
    receive_gain_dbi: ArrayLike
    noise_temperature_k: ArrayLike
    frequency_ghz: ArrayLike
    required_eb_n0_db: ArrayLike
    losses_db: ArrayLike = 0.0
    margin_db: ArrayLike = 0.0


def achievable_rate_bps(link: LinkBudget) -> FloatArray:
    """Return the rate at which a link has the energy per bit it needs, and the margin over it.

    The link equation of Wertz & Larson, Space Mission Analysis and Design, 3rd ed. 1999,
    chapter 13, solved for the rate.
    """
    # Effective isotropic radiated power of the transmitter, and the receiver's gain over noise
    # temperature, its figure of merit.
    eirp_dbw = 10.0 * np.log10(_floats(link.power_w)) + _floats(link.transmit_gain_dbi)
    noise_db_k = 10.0 * np.log10(_floats(link.noise_temperature_k))
    merit_db_per_k = _floats(link.receive_gain_dbi) - noise_db_k
    carrier_to_noise_db_hz = (
        eirp_dbw
        + merit_db_per_k
        - free_space_loss_db(link.range_km, link.frequency_ghz)
        - _floats(link.losses_db)
        - 10.0 * math.log10(BOLTZMANN_J_PER_K)
    )
    # Carrier to noise density is energy per bit to noise density times the rate.
    needed_db = _floats(link.required_eb_n0_db) + _floats(link.margin_db)
    return np.asarray(10.0 ** ((carrier_to_noise_db_hz - needed_db) / 10.0))
