"""The tables of a run: what a row of each is, and which columns are always in it.

What a column means, its kind, unit and decimals are the glossary's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from simulator import glossary
from simulator.glossary import Kind


@dataclass(frozen=True)
class Column:
    """A column of a table. An `instant` is in seconds after the start of the span."""

    name: str
    kind: Kind
    meaning: str = ""

    @property
    def unit(self) -> str:
        """Return the unit of a number, from the column's name."""
        return glossary.unit(self.name) if self.kind in ("number", "instant") else ""

    @property
    def decimals(self) -> int:
        """Return how many decimals of a number are kept in a file."""
        return glossary.decimals(self.name)


@dataclass(frozen=True)
class TableLayout:
    """What a row of a table is, and the columns that are always there, in order."""

    row: str
    columns: tuple[str, ...]


def _layout(row: str, *columns: str) -> TableLayout:
    return TableLayout(row, tuple(name for line in columns for name in line.split()))


TABLES: MappingProxyType[str, TableLayout] = MappingProxyType(
    {
        "satellites": _layout("one satellite", "satellite"),
        "element_sets": _layout(
            "one element set of a satellite that is flown by several, one after another",
            "satellite from_s epoch_utc altitude_km perigee_km apogee_km inclination_deg ltan_h",
            "bstar jump_along_km jump_cross_km jump_radial_km",
        ),
        "stations": _layout("one station or relay of one network", "network station kind"),
        "targets": _layout(
            "one target, seen by all satellites together",
            "target country latitude_deg longitude_deg accesses accesses_per_day revisit_mean_h",
            "revisit_max_h wait_mean_h access_minutes_per_day best_gsd_m best_niirs",
        ),
        "networks": _layout(
            "one ground network",
            "network stations relays contacts_per_day contact_minutes_per_day longest_silence_h",
            "pictures_taken pictures_delivered pictures_lost pictures_waiting",
            "latency_median_h latency_mean_h latency_p90_h latency_max_h",
            "response_mean_h response_median_h response_p90_h response_max_h",
            "age_mean_h age_p90_h age_max_h",
        ),
        "accesses": _layout(
            "one access of one satellite to one target; its look is the best: the finest sample",
            "satellite target start_s end_s duration_s cut_start cut_end best_s off_nadir_deg",
            "incidence_deg elevation_deg slant_range_km gsd_m niirs sun_elevation_deg",
        ),
        "contacts": _layout(
            "one contact of one satellite with one station or relay of a network",
            "network satellite station start_s end_s duration_s cut_start cut_end culmination_s",
            "max_elevation_deg rate_bps delay_s command downlink",
        ),
        "pictures": _layout(
            "one picture, the same for all networks",
            "picture satellite target taken_s size_bits",
        ),
        "deliveries": _layout(
            "one picture in one network",
            "network picture satellite target taken_s sent_s delivered_s latency_s via status",
        ),
        "crosslinks": _layout(
            "one window in which two satellites can talk, in a network that lets them",
            "network satellite other start_s end_s duration_s rate_bps",
        ),
        "ages": _layout(
            "one target in one network",
            "network target pictures_taken pictures_delivered latency_mean_h latency_max_h",
            "age_mean_h age_p90_h age_max_h age_unknown_share",
        ),
        "regions": _layout(
            "one region",
            "region cells area_km2 seen_fraction accesses_per_day revisit_mean_h revisit_max_h",
        ),
        "region_networks": _layout(
            "one region with one network, every access giving a picture that has it to itself",
            "region network cell_age_mean_h cell_age_max_h cell_age_unknown_share cell_age_ratio",
            "delivered_area_share cell_response_mean_h cell_response_max_h",
            "cell_response_command_h cell_response_collection_h cell_response_delivery_h",
            "cell_response_unknown_share cell_response_ratio answered_area_share",
        ),
        "coverage": _layout(
            "one figure of one region, whole or in a band of latitude",
            "region latitude_band figure rule mean low high min max area_km2 area_share",
            "cells_in_band cells_without",
        ),
        "coverage_intervals": _layout(
            "one interval in which none, a part or all of the cells of a region are in access",
            "region cover start_s end_s duration_s",
        ),
        "strips": _layout(
            "one satellite over one region",
            "region satellite days strips_per_day imaged_day_share reachable_day_share",
        ),
        "strip_edges": _layout(
            "one instant of one strip that a satellite images of a region",
            "region satellite strip time_s roll_deg left_latitude_deg left_longitude_deg",
            "right_latitude_deg right_longitude_deg",
        ),
        "thresholds": _layout(
            "one condition on the cells of a region, whole or in a band of latitude",
            "region latitude_band figure relation value satisfied_share without_share",
        ),
        "levels": _layout(
            "one level of interpretability at one target, or over one region; only looks of that "
            "level or better count",
            "place kind niirs_level seen_fraction accesses_per_day revisit_mean_h",
            "revisit_area_share revisit_max_h wait_mean_h",
        ),
        "stays": _layout(
            "one length of stay in the open at one target, or anywhere in one region",
            "place kind stay_h seen_share seen_low_share seen_high_share open_mean_h",
            "moving_time_to_access_h moving_day_share",
        ),
        "actionable": _layout(
            "one target, one network and one length of stay in the open: how far the way to a "
            "picture that can be acted on is open",
            "network target stay_h looked_at_share imaged_share good_enough_share",
            "cloud_free_share home_in_time_share actionable_share",
        ),
        "hours": _layout(
            "one hour of the local mean solar day at one target, or over one region",
            "place kind local_hour accesses_share safe_mean_h safe_min_h",
        ),
        "spread": _layout(
            "one figure of one network over draws of what nobody knows",
            "network figure median low high ratio_median ratio_low ratio_high draws contrary_draws",
        ),
        "target_spread": _layout(
            "one figure of one target over draws of what nobody knows",
            "target figure median low high draws",
        ),
        "unknowns": _layout(
            "what one unknown explains of the spread of one figure of one network over draws",
            "network figure quantity unknown explained_share lowest_at lowest highest_at highest",
        ),
        "sampling": _layout(
            "one figure of one network over bootstrap resamples of blocks of the span's days",
            "network figure of_span low high ratio_of_span ratio_low ratio_high",
        ),
        "ways": _layout(
            "one point of the way of one target that moves",
            "target time_s latitude_deg longitude_deg",
        ),
        "tracks": _layout(
            "one instant of one satellite's ground track",
            "satellite time_s latitude_deg longitude_deg altitude_km",
        ),
    }
)


@lru_cache(maxsize=4_096)
def described(name: str) -> Column | None:
    """Return the column that the glossary has under a name, None for no such name."""
    term = glossary.term(name)
    return Column(name, term.kind, glossary.column_meaning(term)) if term else None
