"""States of a satellite as an orbit ephemeris message in KVN (CCSDS 502.0-B-3, section 5).

States are those of the path on which accesses were found. A message is dated by the start of the
span, so that the same run gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from simulator.arrays import FloatArray
from simulator.earth import Span
from simulator.errors import InputError, nearest_hint
from simulator.export.choices import Choices
from simulator.export.mean_elements import ORIGINATOR, designator, written
from simulator.export.state_runs import runs
from simulator.export.states import ChosenFlights
from simulator.orbits import Track, from_earth_fixed, states
from simulator.results import Results
from simulator.study import Flight

STEP_S = 60.0
# Names of messages, and those of `orbits`; the first is what the most programs read.
FRAMES = {
    "EME2000": "eme2000",
    "GCRF": "gcrf",
    "ICRF": "gcrf",
    "ITRF": "earth-fixed",
    "TEME": "teme",
    "TOD": "tod",
}
_DEGREE = 7
_AT_ONCE = 20_000


def write_file(results: Results, choices: Choices, place: Path) -> None:
    """Write the states of the one satellite that was chosen, or of all there are.

    Raises InputError for a frame that is not known and a satellite that is nowhere in the stretch.
    """
    flown, frame = ChosenFlights(results, choices), _frame(choices.frame)
    step_s = choices.step_s or STEP_S
    with place.open("w", encoding="utf-8", newline="\n") as file:
        file.write(
            "CCSDS_OEM_VERS = 2.0\n"
            f"CREATION_DATE = {written(results.start)}\nORIGINATOR = {ORIGINATOR}\n"
        )
        for flight in flown.flights:
            path, some = flown.track_of(flight), False
            for at_s in runs(flown.stretch, flight.elements, path, step_s):
                file.writelines(_segment(flight, path, flown.stretch.span, frame, at_s))
                some = True
            if not some:
                raise InputError(f"satellite: '{flight.name}' does not fly then")


def _frame(name: str | None) -> str:
    wished = next(iter(FRAMES)) if name is None else name.upper()
    if wished not in FRAMES:
        raise InputError(f"frame: '{name}' is not known{nearest_hint(wished, FRAMES)}")
    return wished


def _segment(
    flight: Flight, path: Track, span: Span, frame: str, at_s: FloatArray
) -> Iterator[str]:
    """Yield the lines of a segment."""
    first, last = (written(span.utc(float(end_s))) for end_s in (at_s[0], at_s[-1]))
    elements = flight.elements
    yield f"\nMETA_START\nCOMMENT {'hypothetical; ' * elements.hypothetical}{elements.origin}\n"
    yield f"OBJECT_NAME = {flight.name}\nOBJECT_ID = {designator(elements)}\nCENTER_NAME = EARTH\n"
    yield f"REF_FRAME = {'ITRF2000' if frame == 'ITRF' else frame}\nTIME_SYSTEM = UTC\n"
    yield f"START_TIME = {first}\nSTOP_TIME = {last}\n"
    yield f"INTERPOLATION = LAGRANGE\nINTERPOLATION_DEGREE = {min(_DEGREE, len(at_s) - 1)}\n"
    yield "META_STOP\n"
    for low in range(0, len(at_s), _AT_ONCE):
        part_s = at_s[low : low + _AT_ONCE]
        state = states(path, part_s)
        place, velocity = from_earth_fixed(FRAMES[frame], span, part_s, state[:, :3], state[:, 3:6])
        for t_s, row in zip(
            part_s.tolist(), np.concatenate([place, velocity], axis=1) / 1e3, strict=True
        ):
            x, y, z, vx, vy, vz = row.tolist()
            yield (f"{written(span.utc(t_s))} {x:.6f} {y:.6f} {z:.6f} {vx:.9f} {vy:.9f} {vz:.9f}\n")
