"""How often targets and regions are seen at a level of interpretability (NIIRS) or better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from simulator.access import View
from simulator.arrays import FloatArray
from simulator.coverage import SiteFigures, survey
from simulator.earth import Sites, sites
from simulator.scenario import Look, Sensor
from simulator.study.case import Study, view_of, watches
from simulator.study.counting import counting_options
from simulator.study.region_tables import access_figures
from simulator.study.regions import RegionFigures


def level_table(study: Study, regions: Mapping[str, RegionFigures]) -> pd.DataFrame:
    """Return a row a level and place; none where every sensor is a radar, which has no level."""
    targets = study.scenario.targets
    coordinates = np.array([(t.latitude_deg, t.longitude_deg, t.height_m) for t in targets])
    any_level = any(flight.table.sensor.has_niirs for flight in study.flights)
    rows = []
    for niirs in study.scenario.counting.niirs_levels if any_level else ():
        for table in study.scenario.regions:
            cells = regions[table.name].cells
            figures = level_figures(study, cells.sites(), niirs, table.look)
            rows.append(_row(table.name, "region", niirs, figures, cells.weights_km2))
        if targets:
            figures = level_figures(study, sites(*coordinates.T), niirs)
            rows += [
                _row(target.name, "target", niirs, figures.of(number), np.ones(1))
                for number, target in enumerate(targets)
            ]
    return pd.DataFrame(rows)


def _row(
    place: str, kind: str, niirs: float, figures: SiteFigures, weights: FloatArray
) -> dict[str, object]:
    return {
        "place": place,
        "kind": kind,
        "niirs_level": niirs,
        **access_figures(figures, weights),
    }


def level_figures(
    study: Study, places: Sites, niirs: float, look: Look = "field-of-regard"
) -> SiteFigures:
    """Return the figures of places counting only looks of a level of interpretability or better.

    Those of a radar have none and never count.
    """
    surveyed = survey(
        [
            replace(watch, view=_at_level(flight.table.sensor, niirs))
            for watch, flight in zip(watches(study, look), study.flights, strict=True)
            if flight.table.sensor.has_niirs
        ],
        places,
        study.span,
        options=counting_options(study),
        sun=study.sun,
        workers=study.workers,
    )
    return surveyed.sites


def _at_level(sensor: Sensor, niirs: float) -> View:
    # A level is one more condition of the view: windows are those in which it holds throughout.
    least = max(niirs, sensor.min_niirs or 0.0)
    return view_of(sensor.model_copy(update={"min_niirs": least}))
