"""An orbit by states for the tests of every key, and other values of its keys."""

from pathlib import Path
from tempfile import mkdtemp

from simulator.scenario import EphemerisOrbit
from tests.made_ephemerides import message, segment, states
from tests.made_orbits import kepler

# Where tests read it, and a second file beside it; both of the first two days of the scenario.
FOLDER = Path(mkdtemp())
_COUNT = 721


def _made(file: str, apogee_km: float) -> Path:
    table = states(kepler(480.0, apogee_km, 97.4, raan_deg=20.0), "ITRF2000", 2 * _COUNT, 180.0)
    parts = (segment(table, first=480, name=name, step_s=180.0) for name in ("ONE", "TWO"))
    (FOLDER / file).write_text(message(*parts))
    return FOLDER / file


_ONE, _OTHER = _made("one.oem", 520.0), _made("other.oem", 560.0)
TABULATED = f'kind = "ephemeris"\nfile = "{_ONE}"\nsatellite = "ONE"'
_OTHER_FILE = {"file": str(_OTHER), "file_sha256": None}
OF_EPHEMERIDES = {
    (EphemerisOrbit, "file"): _OTHER_FILE,
    (EphemerisOrbit, "file_sha256"): _OTHER_FILE,
    (EphemerisOrbit, "satellite"): {"satellite": "TWO"},
}
