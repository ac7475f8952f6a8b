"""What single events and samples have: accesses, contacts, pictures, strips, stays, draws."""

from __future__ import annotations

from simulator.glossary.terms import Term

_WINDOWS = ("access", "contact", "crosslink", "interval")
_ACCESS = ("access",)
_CONTACT = ("contact",)
_PICTURE = ("picture by network",)
_STRIPS = ("strips",)
_EDGE = ("strip edge",)
_STAY = ("stay",)
_HOUR = ("hour",)
_COVERAGE = ("coverage",)
_CONDITION = ("condition",)

_TIMES = (
    Term("start_s", "first instant of the window", _WINDOWS, kind="instant"),
    Term("end_s", "first instant after the window", _WINDOWS, kind="instant"),
    Term("duration_s", "end less start", _WINDOWS),
    Term(
        "cut_start",
        "the window was open already when the span began",
        ("access", "contact"),
        kind="flag",
    ),
    Term(
        "cut_end",
        "the window was still open when the span ended",
        ("access", "contact"),
        kind="flag",
    ),
    Term("time_s", "instant of the sample", ("track", "strip edge"), kind="instant"),
)
_ACCESSES = (
    Term(
        "best_s",
        "instant of finest ground sample in the window, to which the look belongs",
        _ACCESS,
        kind="instant",
        definition="best look",
    ),
    Term(
        "off_nadir_deg",
        "at the satellite, between geodetic nadir and the line to the target",
        _ACCESS,
        definition="off-nadir",
    ),
    Term(
        "incidence_deg",
        "at the target, between geodetic up and the line to the satellite",
        _ACCESS,
    ),
    Term(
        "elevation_deg",
        "at the target, of the satellite above the plane normal to the ellipsoid",
        _ACCESS,
        better="more",
    ),
    Term("slant_range_km", "straight line from satellite to target", _ACCESS, better="less"),
    Term(
        "gsd_m",
        "ground sample distance, geometric mean of both directions; none at elevation 0",
        _ACCESS,
        better="less",
        definition="best look",
    ),
    Term(
        "niirs",
        "interpretability of an optical look, predicted by GIQE-5",
        _ACCESS,
        better="more",
        definition="best look",
    ),
    Term("sun_elevation_deg", "of the Sun at the target", _ACCESS),
)
_CONTACTS = (
    Term(
        "culmination_s",
        "instant of the highest elevation in the window",
        _CONTACT,
        kind="instant",
    ),
    Term("max_elevation_deg", "highest elevation in the contact", _CONTACT),
    Term("rate_bps", "rate of the downlink in the contact", ("contact", "crosslink")),
    Term("delay_s", "from reception to headquarters", _CONTACT, better="less"),
    Term(
        "acquisition_s",
        "time at the start of a contact without data",
        ("contact", "station"),
        better="less",
    ),
    Term("command", "commands may be sent up in it", _CONTACT, kind="flag"),
    Term("downlink", "pictures may be sent down in it", _CONTACT, kind="flag"),
)
_PICTURES = (
    Term("picture", "number of the picture", ("picture",), kind="count"),
    Term("taken_s", "end of the picture's collection", ("picture",), kind="instant"),
    Term("size_bits", "size of the picture as sent", ("picture",)),
    Term("sent_s", "last bit has left the satellite", _PICTURE, kind="instant"),
    Term("delivered_s", "last bit at headquarters", _PICTURE, kind="instant"),
    Term(
        "latency_s",
        "from the end of collection to the last bit at headquarters",
        _PICTURE,
        better="less",
        definition="latency",
    ),
    Term(
        "moved_km",
        "how far the target has gone from the picture to its arrival, in a straight line; none "
        "where it is nowhere by then",
        _PICTURE,
        better="less",
    ),
    Term(
        "via",
        "station or relay that received the last of the picture",
        _PICTURE,
        kind="text",
    ),
    Term(
        "status",
        "delivered; waiting on board at the end; or lost: no room in the recorder or, in real "
        "time, no contact to be sent in",
        _PICTURE,
        kind="text",
        definition="lost",
    ),
    Term(
        "contact_wait_s",
        "on board with no contact open",
        _PICTURE,
        definition="latency stages",
    ),
    Term(
        "queue_wait_s",
        "on board in contact, not being sent",
        _PICTURE,
        definition="latency stages",
    ),
    Term("sending_s", "being sent", _PICTURE, definition="latency stages"),
    Term(
        "forwarding_wait_s",
        "from the last bit sent to headquarters",
        _PICTURE,
        definition="latency stages",
    ),
    Term(
        "hops",
        "how many links between satellites the picture took",
        _PICTURE,
        kind="count",
    ),
)
_COVERAGES = (
    Term("mean", "area-weighted mean over the cells that have a value", _COVERAGE),
    Term("min", "least over cells", _COVERAGE),
    Term("max", "greatest over cells", _COVERAGE),
    Term("area_share", "share of the area over which the mean is taken", _COVERAGE),
    Term("cells_in_band", "cells in the band", _COVERAGE, kind="count"),
    Term(
        "cells_without",
        "cells in the band that have no value of the figure",
        _COVERAGE,
        kind="count",
    ),
    Term("value", "value the figure is held against", _CONDITION),
    Term("satisfied_share", "share of the area that meets the condition", _CONDITION),
    Term(
        "without_share",
        "share of the area that has no value of the figure, and so does not",
        _CONDITION,
    ),
    Term(
        "niirs_level",
        "least NIIRS of the looks that count, as GIQE-5 predicts it",
        ("level",),
    ),
)
_STRIP_TERMS = (
    Term(
        "strip",
        "number of the strip of the satellite over the region, in order of time",
        _EDGE,
        kind="count",
    ),
    Term("days", "whole days of the span, 24 h each from its start", _STRIPS, kind="count"),
    Term(
        "strips_per_day",
        "strips imaged over the days",
        _STRIPS,
        heading="strips\nper day",
        definition="strips",
    ),
    Term(
        "imaged_day_share",
        "mean share of the area imaged in a day, strip by strip, chosen greedily",
        _STRIPS,
        better="more",
        heading="imaged\nin a day",
        definition="strips",
    ),
    Term(
        "reachable_day_share",
        "mean share of the area within reach in a day, the most any plan could",
        _STRIPS,
        better="more",
        heading="in reach\nin a day",
        definition="strips",
    ),
    Term("roll_deg", "roll held, positive to the right of the motion", _EDGE),
    Term(
        "left_latitude_deg",
        "latitude of the strip's left edge, looking along the motion",
        _EDGE,
    ),
    Term(
        "left_longitude_deg", "longitude of the strip's left edge, looking along the motion", _EDGE
    ),
    Term(
        "right_latitude_deg", "latitude of the strip's right edge, looking along the motion", _EDGE
    ),
    Term(
        "right_longitude_deg",
        "longitude of the strip's right edge, looking along the motion",
        _EDGE,
    ),
)
_STAYS = (
    Term("stay_h", "how long something stays in the open", _STAY, definition="stays"),
    Term(
        "seen_share",
        "chance that an access is open while it stays, appearing at a random instant",
        _STAY,
        definition="stays",
    ),
    Term(
        "seen_low_share",
        "lower end of the chance of a stay over resampled spans",
        _STAY,
        definition="sampling error",
    ),
    Term(
        "seen_high_share",
        "upper end of the chance of a stay over resampled spans",
        _STAY,
        definition="sampling error",
    ),
    Term(
        "open_mean_h",
        "mean time from appearing until in access or gone",
        _STAY,
        definition="stays",
    ),
    Term(
        "moving_time_to_access_h",
        "mean time until in access if it moves on whenever a stay is over",
        _STAY,
        definition="stays",
    ),
    Term(
        "moving_day_share",
        "chance that it is in access within a day if it moves on whenever a stay is over",
        _STAY,
        definition="stays",
    ),
    Term(
        "local_hour",
        "hour of the mean solar day at the place itself, of a region at each cell, from its "
        "beginning; no zone of clocks",
        _HOUR,
        kind="count",
        definition="local time",
    ),
    Term("accesses_share", "share of the accesses whose middle falls in the hour", _HOUR),
    Term(
        "safe_mean_h",
        "longest unseen stretch that begins in the hour, mean over the area",
        _HOUR,
        definition="safe",
    ),
    Term(
        "safe_min_h",
        "longest unseen stretch that begins in the hour, least over the area",
        _HOUR,
        definition="safe",
    ),
    Term(
        "seen_in_{}_h_share",
        "chance of an access while it stays {} h, appearing in the hour",
        _HOUR,
        definition="stays",
    ),
)
_DRAWS = (
    Term("median", "median over the draws", ("draws",), definition="spread"),
    Term(
        "low",
        "lower end of the share asked for of draws, or of resampled spans; a figure that is itself "
        "a least or greatest has none, as no resampled span holds a lesser or greater one",
        ("draws", "coverage"),
        definition="sampling error",
    ),
    Term(
        "high",
        "upper end of the same range, absent likewise",
        ("draws", "coverage"),
        definition="sampling error",
    ),
    Term("of_span", "the figure of the span itself", ("draws",)),
    Term("ratio_of_span", "ratio of the span's figure to the baseline's", ("draws",)),
    Term(
        "ratio_median",
        "median ratio to the baseline's figure in the same draw",
        ("draws",),
        definition="spread",
    ),
    Term(
        "ratio_low",
        "lower end of the ratio to the baseline's figure in the same draw or resampled span",
        ("draws",),
    ),
    Term(
        "ratio_high",
        "upper end of the ratio to the baseline's figure in the same draw or resampled span",
        ("draws",),
    ),
    Term("draws", "draws that have the figure", ("draws",), kind="count"),
    Term(
        "contrary_draws",
        "draws in which the ratio to the baseline's figure is 1, or beyond 1 from its median",
        ("draws",),
        kind="count",
    ),
    Term("unknown", "what nobody knows, by its name", ("draws",), kind="text"),
    Term(
        "quantity",
        "value: the figure itself; ratio: the one to the baseline's in the same draw",
        ("draws",),
        kind="text",
    ),
    Term(
        "explained_share",
        "share of the variance over draws that would be gone, on average, were the unknown known",
        ("draws",),
        definition="explained",
    ),
    Term(
        "lowest_at",
        "where in the unknown's odds the figure is least: a value of a choice, else the middle of "
        "the lowest or highest fifth",
        ("draws",),
        kind="text",
    ),
    Term("lowest", "mean of the figure there", ("draws",), definition="explained"),
    Term("highest_at", "where it is greatest", ("draws",), kind="text"),
    Term("highest", "mean of the figure there", ("draws",), definition="explained"),
)
EVENT_TERMS = (
    *_TIMES,
    *_ACCESSES,
    *_CONTACTS,
    *_PICTURES,
    *_COVERAGES,
    *_STRIP_TERMS,
    *_STAYS,
    *_DRAWS,
)
