"""Revisit: what places and regions see over time.

`batches` hands on the windows of many sites, which `searching` finds, a batch at a time; `surveys`
makes figures of merit of each site (`site_figures`, `gaps`) and of all in time (`region_times`)
from them, `stays` the chance that something in the open is imaged; `areas` sums figures up by area.
Compiled reductions stand in the modules named `kernel`, on windows as `window_order` lays them out.
"""

from simulator.revisit.areas import (
    area_mean,
    area_table,
    extreme,
    latitude_bands,
    satisfied,
    time_to_share_s,
)
from simulator.revisit.batches import SiteBatch, site_batch, stream
from simulator.revisit.gaps import RevisitRule, gap_statistics, nearest_rank
from simulator.revisit.region_times import RegionTimes
from simulator.revisit.searching import Bounds
from simulator.revisit.site_figures import (
    FigureOptions,
    SiteFigures,
    local_day_s,
    tilted_sample_per_m,
)
from simulator.revisit.sorting import first_at_least, sort_with_order
from simulator.revisit.stays import (
    StayGatherer,
    Stays,
    imaged_share,
    relocating,
    target_stays,
)
from simulator.revisit.surveys import Survey, SurveyGatherer, survey
from simulator.revisit.window_order import MergedWindows, OrderedWindows

__all__ = [
    "Bounds",
    "FigureOptions",
    "MergedWindows",
    "OrderedWindows",
    "RegionTimes",
    "RevisitRule",
    "SiteBatch",
    "SiteFigures",
    "StayGatherer",
    "Stays",
    "Survey",
    "SurveyGatherer",
    "area_mean",
    "area_table",
    "extreme",
    "first_at_least",
    "gap_statistics",
    "imaged_share",
    "latitude_bands",
    "local_day_s",
    "nearest_rank",
    "relocating",
    "satisfied",
    "site_batch",
    "sort_with_order",
    "stream",
    "survey",
    "target_stays",
    "tilted_sample_per_m",
    "time_to_share_s",
]
