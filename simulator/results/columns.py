"""What the tables of a run hold: their columns, and the kind, unit and meaning of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["text", "flag", "count", "number", "instant"]

# (end of a column's name, its unit, decimals kept in a file); the first that fits counts.
_SUFFIXES = (
    ("_minutes_per_day", "min/day", 3),
    ("_gbit_per_day", "Gbit/day", 4),
    ("_per_day", "1/day", 4),
    ("_deg_s", "degrees/s", 5),
    ("_deg", "degrees", 5),
    ("_min_per_orbit", "min", 4),
    ("_dbi", "dBi", 3),
    ("_db", "dB", 3),
    ("_ghz", "GHz", 6),
    ("_bits", "bit", 0),
    ("_bps", "bit/s", 0),
    ("_mbps", "Mbit/s", 6),
    ("_mbit", "Mbit", 6),
    ("_gbit", "Gbit", 6),
    ("_km2", "km2", 3),
    ("_km", "km", 3),
    ("_min", "min", 4),
    ("_h", "h", 4),
    ("_m", "m", 3),
    ("_s", "s", 3),
    ("niirs", "", 2),
)
_OTHERWISE = ("", "", 6)


@dataclass(frozen=True)
class Column:
    """A column of a table. An `instant` is in seconds after the start of the span."""

    name: str
    kind: Kind
    meaning: str = ""

    @property
    def unit(self) -> str:
        """Return the unit of a number, from the column's name."""
        return self._suffix[1] if self.kind in ("number", "instant") else ""

    @property
    def decimals(self) -> int:
        """Return how many decimals of a number are kept in a file."""
        return self._suffix[2]

    @property
    def _suffix(self) -> tuple[str, str, int]:
        return next((row for row in _SUFFIXES if self.name.endswith(row[0])), _OTHERWISE)


@dataclass(frozen=True)
class Table:
    """What a row of a table is, and the columns that are always there, in order."""

    row: str
    columns: tuple[str, ...]


def _table(row: str, *columns: str) -> Table:
    return Table(row, tuple(name for line in columns for name in line.split()))


TABLES: MappingProxyType[str, Table] = MappingProxyType(
    {
        "satellites": _table("one satellite", "satellite"),
        "stations": _table("one station or relay of one network", "network station kind"),
        "targets": _table(
            "one target, seen by all satellites together",
            "target country latitude_deg longitude_deg accesses accesses_per_day revisit_mean_h",
            "revisit_max_h response_mean_h access_minutes_per_day best_gsd_m best_niirs",
        ),
        "networks": _table(
            "one ground network",
            "network stations relays contacts_per_day contact_minutes_per_day longest_silence_h",
            "pictures_taken pictures_delivered pictures_lost pictures_waiting",
            "latency_median_h latency_mean_h latency_p90_h latency_max_h",
            "response_mean_h response_median_h response_p90_h response_max_h",
            "age_mean_h age_p90_h age_max_h",
        ),
        "accesses": _table(
            "one access of one satellite to one target; its look is the best: the finest sample",
            "satellite target start_s end_s duration_s cut_start cut_end best_s off_nadir_deg",
            "incidence_deg elevation_deg slant_range_km gsd_m niirs sun_elevation_deg",
        ),
        "contacts": _table(
            "one contact of one satellite with one station or relay of a network",
            "network satellite station start_s end_s duration_s cut_start cut_end culmination_s",
            "max_elevation_deg rate_bps delay_s command downlink",
        ),
        "pictures": _table(
            "one picture, the same for all networks",
            "picture satellite target taken_s size_bits",
        ),
        "deliveries": _table(
            "one picture in one network",
            "network picture satellite target taken_s sent_s delivered_s latency_s via status",
        ),
        "crosslinks": _table(
            "one window in which two satellites can talk, in a network that lets them",
            "network satellite other start_s end_s duration_s rate_bps",
        ),
        "ages": _table(
            "one target in one network",
            "network target pictures_taken pictures_delivered latency_mean_h latency_max_h",
            "age_mean_h age_p90_h age_max_h age_unknown_share",
        ),
        "regions": _table(
            "one region",
            "region cells area_km2 seen_fraction accesses_per_day revisit_mean_h revisit_max_h",
        ),
        "region_networks": _table(
            "one region with one network, every access giving a picture that has it to itself",
            "region network cell_age_mean_h cell_age_max_h cell_age_unknown_share cell_age_ratio",
            "delivered_area_share cell_response_mean_h cell_response_max_h",
            "cell_response_command_h cell_response_collection_h cell_response_delivery_h",
            "cell_response_unknown_share cell_response_ratio answered_area_share",
        ),
        "coverage": _table(
            "one figure of one region, whole or in a band of latitude",
            "region latitude_band figure rule mean low high min max area_km2 area_share",
            "cells_in_band cells_without",
        ),
        "coverage_intervals": _table(
            "one interval in which none, a part or all of the cells of a region are in access",
            "region cover start_s end_s duration_s",
        ),
        "strips": _table(
            "one satellite over one region",
            "region satellite days strips_per_day imaged_day_share reachable_day_share",
        ),
        "strip_edges": _table(
            "one instant of one strip that a satellite images of a region",
            "region satellite strip time_s roll_deg left_latitude_deg left_longitude_deg",
            "right_latitude_deg right_longitude_deg",
        ),
        "thresholds": _table(
            "one condition on the cells of a region, whole or in a band of latitude",
            "region latitude_band figure relation value satisfied_share without_share",
        ),
        "levels": _table(
            "one level of interpretability at one target, or over one region; only looks of that "
            "level or better count",
            "place kind niirs_level seen_fraction accesses_per_day revisit_mean_h",
            "revisit_area_share revisit_max_h response_mean_h",
        ),
        "stays": _table(
            "one length of stay in the open at one target, or anywhere in one region",
            "place kind stay_h seen_share seen_low_share seen_high_share open_mean_h",
            "moving_time_to_access_h moving_day_share",
        ),
        "hours": _table(
            "one hour of the local mean solar day at one target, or over one region",
            "place kind local_hour accesses_share safe_mean_h safe_min_h",
        ),
        "spread": _table(
            "one figure of one network over draws of the orbit's phase and of the seed",
            "network figure median low high ratio_median ratio_low ratio_high draws",
        ),
        "sampling": _table(
            "one figure of one network over spans put together anew from blocks of its days",
            "network figure of_span low high ratio_of_span ratio_low ratio_high",
        ),
        "tracks": _table(
            "one instant of one satellite's ground track",
            "satellite time_s latitude_deg longitude_deg altitude_km",
        ),
    }
)

_TEXT = {
    "satellite": "name of the satellite",
    "other": "name of the satellite at the other end",
    "figure": "name of the figure, which ends in its unit",
    "region": "name of the region",
    "look": "what counts as an access: field-of-regard, could be pointed at; swath, swept over by "
    "the strip imaged with the roll held, at an instant",
    "latitude_band": "degrees from to, the lower edge included; all: the whole region",
    "cover": "none: no cell is in access; partial: some are; full: all are",
    "relation": "what the figure must be beside the value",
    "rule": "rule of the gaps, where the figure is made of them",
    "place": "name of the target or region",
    "target": "name of the target",
    "station": "name of the station or relay",
    "network": "name of the ground network",
    "country": "country of the target",
    "kind": "station or relay; target or region",
    "sensor": "name of the sensor",
    "orbit": "how the orbit was given",
    "via": "station or relay that received the last of the picture",
    "status": "delivered; waiting on board at the end; or lost: no room in the recorder or, in "
    "real time, no contact to be sent in",
    "roles": "what the station may do: command, downlink",
    "note": "the scenario's own remark",
    "epoch_utc": "instant of the elements",
}
_FLAG = {
    "cut_start": "the window was open already when the span began",
    "cut_end": "the window was still open when the span ended",
    "command": "commands may be sent up in it",
    "downlink": "pictures may be sent down in it",
    "hypothetical": "the orbit was aimed for or assumed, not observed",
}
_COUNT = {
    "stations": "how many stations the network has",
    "relays": "how many relay satellites the network has",
    "picture": "number of the picture",
    "hops": "how many links between satellites the picture took",
    "draws": "draws that have the figure",
    "cells": "cells whose centre lies in the region",
    "cells_in_band": "cells in the band",
    "cells_without": "of them, cells that have no value of the figure",
    "strip": "number of the strip of the satellite over the region, in order of time",
    "days": "whole days of the span, 24 h each from its start",
    "local_hour": "hour of the mean solar day at the place itself, of a region at each cell, from "
    "its beginning; no zone of clocks",
    "accesses": "accesses in the span, those of several satellites not merged",
    "pictures_taken": "pictures taken in the span",
    "pictures_delivered": "of them, at headquarters within the span",
    "pictures_lost": "of them, lost: no room in the recorder or, in real time, no contact",
    "pictures_waiting": "of them, still on board at the end of the span",
}
_INSTANT = {
    "start_s": "first instant of the window",
    "end_s": "first instant after the window",
    "best_s": "instant of finest ground sample in the window, to which the look belongs",
    "culmination_s": "instant of the highest elevation in the window",
    "taken_s": "end of the picture's collection",
    "sent_s": "last bit has left the satellite",
    "delivered_s": "last bit at headquarters",
    "decayed_s": "instant from which the orbit is decayed and nothing is computed",
    "time_s": "instant of the sample",
    "in_access_max_s": "first instant at which that share is in access",
}
_NUMBER = {
    "duration_s": "end less start",
    "latency_s": "from the end of collection to the last bit at headquarters",
    "delay_s": "from reception to headquarters",
    "forwarding_delay_s": "from reception to headquarters",
    "acquisition_s": "time at the start of a contact without data",
    "rate_bps": "rate of the downlink in the contact",
    "size_bits": "size of the picture as sent",
    "contact_wait_s": "on board with no contact open",
    "queue_wait_s": "on board in contact, not being sent",
    "sending_s": "being sent",
    "forwarding_wait_s": "from the last bit sent to headquarters",
    "area_km2": "area of the cells; the outline's edges are great circles, or straight in "
    "longitude and latitude where the region's key edges says so, or meridians and parallels",
    "cell_age_mean_h": "mean over the area of the time mean age of the newest picture of a cell",
    "cell_age_max_h": "mean over the area of the greatest age in a cell",
    "cell_age_unknown_share": "share of area and time before the first picture is home",
    "cell_age_ratio": "mean age over that with the baseline, where a cell has both",
    "delivered_area_share": "share of the area of which a picture is ever home",
    "cell_response_mean_h": "mean over the area of the mean time from request to picture home",
    "cell_response_max_h": "mean over the area of the greatest time from request to picture home",
    "cell_response_command_h": "part of the mean response until the command is on board",
    "cell_response_collection_h": "part of the mean response from the command to the picture taken",
    "cell_response_delivery_h": "part of the mean response from the picture to headquarters",
    "cell_response_unknown_share": "share of area and time whose requests find no answer",
    "cell_response_ratio": "mean response over that with the baseline, where a cell has both",
    "answered_area_share": "share of the area of which any request is answered",
    "area_error_share": "area of the cells over that of the region itself, less 1",
    "outline_error_share": "about the most that a share of the area errs, cells being whole",
    "seen_fraction": "share of the area seen at least once; resampled days can't tell its error",
    "seen_half_h": "time until half of the area has been seen",
    "seen_90_percent_h": "time until 90 % of the area have been seen",
    "seen_99_percent_h": "time until 99 % of the area have been seen",
    "revisit_area_share": "share of the area that has a revisit, over which its mean is taken",
    "worst_latitude_deg": "latitude of the cell with the longest gap",
    "worst_longitude_deg": "longitude of the cell with the longest gap",
    "in_access_mean_share": "mean share of the area in access at an instant",
    "in_access_max_share": "greatest share of the area in access at an instant looked at",
    "none_covered_share": "share of the time in which no cell is in access",
    "all_covered_share": "share of the time in which every cell is",
    "mean": "area-weighted mean over the cells that have a value",
    "min": "least over cells",
    "max": "greatest over cells",
    "area_share": "share of the area over which the mean is taken",
    "strips_per_day": "strips imaged over the days",
    "imaged_day_share": "mean share of the area imaged in a day, strip by strip, chosen greedily",
    "reachable_day_share": "mean share of the area within reach in a day, the most any plan could",
    "accesses_low_per_day": "lower end of the accesses per day over resampled spans",
    "accesses_high_per_day": "upper end of them",
    "access_low_minutes_per_day": "lower end of the minutes in access over resampled spans",
    "access_high_minutes_per_day": "upper end of them",
    "revisit_mean_low_h": "lower end of the mean revisit over resampled spans; the longest gap has "
    "no such range, as no resampled span holds a longer one",
    "revisit_mean_high_h": "upper end of it",
    "response_mean_low_h": "lower end of the mean wait over resampled spans",
    "response_mean_high_h": "upper end of it",
    "seen_low_share": "lower end of that chance over resampled spans",
    "seen_high_share": "upper end of it",
    "value": "value the figure is held against",
    "satisfied_share": "share of the area that meets the condition",
    "without_share": "share of the area that has no value of the figure, and so does not",
    "niirs_level": "least NIIRS of the looks that count, as GIQE-5 predicts it",
    "stay_h": "how long something stays in the open",
    "seen_share": "chance that an access is open while it stays, appearing at a random instant",
    "open_mean_h": "mean time from appearing until in access or gone",
    "moving_time_to_access_h": "mean time until in access if it moves on whenever a stay is over",
    "moving_day_share": "chance that it is then in access within a day, stays being independent",
    "accesses_share": "share of the accesses whose middle falls in the hour",
    "safe_mean_h": "longest unseen stretch that begins in the hour, mean over the area",
    "safe_min_h": "the same, least over the area",
    "median": "median over the draws",
    "low": "lower end of the share asked for of draws, or of resampled spans; a figure that is "
    "itself a least or greatest has none, as no resampled span holds a lesser or greater one",
    "high": "upper end of it, absent likewise",
    "of_span": "the figure of the span itself",
    "ratio_of_span": "its ratio to the baseline's figure",
    "ratio_median": "median ratio to the baseline's figure in the same draw",
    "ratio_low": "lower end of the ratio to the baseline's figure in the same draw or resampled "
    "span",
    "ratio_high": "upper end of it",
    "latency_contact_h": "part of the mean latency with no contact open",
    "latency_queue_h": "part of the mean latency in contact, not being sent",
    "latency_sending_h": "part of the mean latency being sent",
    "latency_forwarding_h": "part of the mean latency from the last bit sent to headquarters",
    "passed_on_share": "share of the delivered pictures that took a link between satellites",
    "response_p99_h": "wait that 99 % of the requests do not exceed",
    "response_command_h": "part of the mean response until the command is on board",
    "response_collection_h": "part of the mean response from the command to the picture taken",
    "response_delivery_h": "part of the mean response from the picture to headquarters",
    "latitude_deg": "geodetic latitude, WGS84, north positive",
    "longitude_deg": "longitude, WGS84, east positive",
    "height_m": "height above the WGS84 ellipsoid",
    "altitude_km": "height above the ellipsoid; of an orbit, the middle of perigee and apogee",
    "perigee_km": "mean height of perigee over 6378.135 km",
    "apogee_km": "mean height of apogee over 6378.135 km",
    "inclination_deg": "mean inclination",
    "roll_deg": "roll held, positive to the right of the motion",
    "left_latitude_deg": "latitude of the strip's left edge, looking along the motion",
    "left_longitude_deg": "longitude of it",
    "right_latitude_deg": "latitude of the strip's right edge",
    "right_longitude_deg": "longitude of it",
    "raan_deg": "right ascension of the ascending node, TEME",
    "argument_of_perigee_deg": "mean argument of perigee",
    "mean_anomaly_deg": "mean anomaly at the epoch",
    "period_min": "period of the mean motion",
    "ltan_h": "local mean solar time of the ascending node at the epoch",
    "off_nadir_deg": "at the satellite, between geodetic nadir and the line to the target",
    "min_off_nadir_deg": "least off-nadir angle the sensor can be pointed at",
    "max_off_nadir_deg": "greatest off-nadir angle the sensor can be pointed at",
    "field_of_regard_min_km": "greatest distance from the ground track at which a place can be "
    "looked at, from the lowest point of the first day's track",
    "field_of_regard_max_km": "the same from its highest point",
    "incidence_deg": "at the target, between geodetic up and the line to the satellite",
    "elevation_deg": "at the target, of the satellite above the plane normal to the ellipsoid",
    "max_elevation_deg": "highest elevation in the contact",
    "min_elevation_deg": "least elevation at which a satellite is in contact or access",
    "contact_radius_min_km": "distance from the station within which a satellite is in contact, "
    "for the least height of any satellite in the first day; masks by azimuth left out",
    "contact_radius_max_km": "the same for the greatest height of any",
    "max_rate_mbps": "highest rate the station or relay receives",
    "slant_range_km": "straight line from satellite to target",
    "gsd_m": "ground sample distance, geometric mean of both directions; none at elevation 0",
    "nadir_gsd_min_m": "ground sample distance straight down from the lowest point of the first "
    "day's track",
    "nadir_gsd_max_m": "the same from its highest point",
    "picture_mbit": "size of a picture as sent",
    "downlink_rate_mbps": "greatest rate at which it sends",
    "niirs": "interpretability of an optical look, predicted by GIQE-5",
    "sun_elevation_deg": "of the Sun at the target",
    "best_gsd_m": "finest ground sample distance of all accesses",
    "best_niirs": "highest NIIRS of the best looks of all accesses",
    "accesses_per_day": "accesses over the days of the span",
    "access_minutes_per_day": "minutes in access of one satellite or more",
    "revisit_mean_h": "mean of the gaps between accesses that the revisit rule counts",
    "revisit_max_h": "longest of the gaps that the revisit rule counts",
    "contacts_per_day": "contacts of all satellites over the days of the span; one without a "
    "break in the span counts once",
    "contact_minutes_per_day": "minutes in contact, added over satellites",
    "longest_silence_h": "longest time with no contact of any satellite, ends of the span included",
    "latency_median_h": "median latency of the delivered pictures",
    "latency_mean_h": "mean latency of the delivered pictures",
    "latency_p90_h": "latency that 90 % of the delivered pictures do not exceed",
    "latency_p99_h": "latency that 99 % of the delivered pictures do not exceed",
    "next_contact_mean_h": "mean wait from a random instant to contact with any satellite",
    "offered_gbit_per_day": "what could be sent down: one beam a satellite at its best rate",
    "used_gbit_per_day": "what was sent down",
    **{
        f"home_within_{hours}h_share": f"share of the pictures taken at headquarters in {hours} h"
        for hours in (1, 3, 6, 12, 24)
    },
    "station_contacts_per_day": "contacts with single stations and relays over the days",
    "response_unknown_share": "share of instants whose answer lies beyond the span",
    "age_unknown_share": "share of instants before the first picture is home",
    "latency_max_h": "longest latency of a delivered picture",
    "response_mean_h": "mean wait from a random instant: of a network, from a request to its "
    "picture; of a target or a region, to the next access",
    "response_median_h": "median of that wait",
    "response_p90_h": "wait that 90 % of the requests do not exceed",
    "response_max_h": "longest wait",
    "age_mean_h": "time mean of the age of the newest picture at headquarters, over targets",
    "age_p90_h": "age not exceeded 90 % of the time",
    "age_max_h": "greatest age",
}

KNOWN: MappingProxyType[str, Column] = MappingProxyType(
    {name: Column(name, "text", meaning) for name, meaning in _TEXT.items()}
    | {name: Column(name, "flag", meaning) for name, meaning in _FLAG.items()}
    | {name: Column(name, "count", meaning) for name, meaning in _COUNT.items()}
    | {name: Column(name, "instant", meaning) for name, meaning in _INSTANT.items()}
    | {name: Column(name, "number", meaning) for name, meaning in _NUMBER.items()}
)


def known(name: str) -> Column | None:
    """Return the column of a name, also of those with a number in it; None for no such name."""
    if found := re.fullmatch(r"seen_in_([\d.e+]+)_h_share", name):
        meaning = f"chance of an access while it stays {found[1]} h, appearing in the hour"
        return Column(name, "number", meaning)
    return KNOWN.get(name)
