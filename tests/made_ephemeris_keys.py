"""An orbit by states for the tests of every key, and other values of its keys."""

from functools import partial
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from sgp4.api import jday

from simulator.scenario import EphemerisOrbit
from tests.made_ephemerides import message, segment
from tests.made_orbits import kepler

# Where tests read it, and a second file beside it; both of the first two days of the scenario.
FOLDER = Path(mkdtemp())
_STEP_S = 180.0
_ROWS = np.arange(480, 1_442)


def _made(file: str, apogee_km: float) -> Path:
    """Write a message of two satellites on one orbit, in the axes in which SGP4 has it."""
    whole_days, share = jday(2023, 11, 21, 0, 0, 0.0)
    shares = share + _STEP_S / 86_400.0 * _ROWS
    orbit = kepler(480.0, apogee_km, 97.4, raan_deg=20.0).satellite
    _, place, velocity = orbit.sgp4_array(np.full(len(shares), whole_days), shares)
    table = np.zeros((_ROWS[-1] + 1, 6))
    table[_ROWS] = np.concatenate([place, velocity], axis=1)
    kept = partial(segment, table, frame="TEME", first=int(_ROWS[0]), step_s=_STEP_S)
    (FOLDER / file).write_text(message(kept(name="ONE"), kept(name="TWO")))
    return FOLDER / file


_ONE, _OTHER = _made("one.oem", 520.0), _made("other.oem", 560.0)
TABULATED = f'kind = "ephemeris"\nfile = "{_ONE}"\nsatellite = "ONE"'
_OTHER_FILE = {"file": str(_OTHER), "file_sha256": None}
OF_EPHEMERIDES = {
    (EphemerisOrbit, "file"): _OTHER_FILE,
    (EphemerisOrbit, "file_sha256"): _OTHER_FILE,
    (EphemerisOrbit, "satellite"): {"satellite": "TWO"},
}
