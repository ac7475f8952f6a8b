"""The table of levels: a row a level and place, how often it is seen so well or better."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from simulator.arrays import FloatArray
from simulator.revisit import SiteFigures
from simulator.study.case import Study
from simulator.study.clear_looks import ClearLooks
from simulator.study.events import Accesses
from simulator.study.levels import levels_asked, target_levels
from simulator.study.region_tables import access_figures, clear_area_figures
from simulator.study.regions import RegionFindings


def level_table(
    study: Study, accesses: Accesses, regions: Mapping[str, RegionFindings]
) -> pd.DataFrame:
    """Return a row a level and place; none where every sensor is a radar, which has no level."""
    of_targets = target_levels(study, accesses)
    rows = []
    for niirs in levels_asked(study):
        for name, region in regions.items():
            weights = region.figures.cells.weights_km2
            clear = region.clear_levels.get(niirs)
            rows.append(_row(name, "region", niirs, region.levels[niirs], clear, weights))
        for number, target in enumerate(study.scenario.targets):
            of_all, clear_of_all = of_targets[niirs]
            clear = None if clear_of_all is None else clear_of_all.of(number)
            rows.append(_row(target.name, "target", niirs, of_all.of(number), clear, np.ones(1)))
    return pd.DataFrame(rows)


def _row(
    place: str,
    kind: str,
    niirs: float,
    figures: SiteFigures,
    clear: ClearLooks | None,
    weights: FloatArray,
) -> dict[str, object]:
    return {
        "place": place,
        "kind": kind,
        "niirs_level": niirs,
        **access_figures(figures, weights),
        **clear_area_figures(clear, weights),
    }
