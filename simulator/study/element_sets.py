"""The table of element sets, of satellites that are flown by several of them in turn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from simulator.orbits import jumps
from simulator.study.case import Study


def element_set_table(study: Study) -> pd.DataFrame:
    """Return a row an element set flown, with how the path jumps where it begins; empty for none.

    Satellites that are flown by one set alone have none.
    """
    rows: list[dict[str, Any]] = []
    for flight in study.flights:
        if not flight.elements.changes:
            continue
        found = [None, *jumps(flight.elements, study.span)]
        pieces = flight.elements.pieces(study.span)
        for (elements, from_s, _), jump in zip(pieces, found, strict=True):
            rows.append(
                {
                    "satellite": flight.name,
                    "from_s": max(from_s, 0.0),
                    "epoch_utc": elements.epoch,
                    "altitude_km": 0.5 * (elements.perigee_km + elements.apogee_km),
                    "perigee_km": elements.perigee_km,
                    "apogee_km": elements.apogee_km,
                    "inclination_deg": elements.inclination_deg,
                    "ltan_h": elements.ltan_h,
                    "bstar": float(elements.satellite.bstar),
                    "jump_along_km": np.nan if jump is None else jump.along_km,
                    "jump_cross_km": np.nan if jump is None else jump.cross_km,
                    "jump_radial_km": np.nan if jump is None else jump.radial_km,
                }
            )
    return pd.DataFrame(rows)
