"""Figures of what clouds leave: looks and pictures under a sky that is clear enough.

Each has the name of the figure without clouds with `clear` before its unit.
"""

from __future__ import annotations

from simulator.glossary.terms import Gridded, Term

_POINT = "area: point"
_PLACES = ("target", "cell under clouds", "region", "level")
_NETWORK = ("network",)
_BY_TARGET = ("network", "target by network")
_CELLS = ("cell by network", "region by network")
_SECTION = "With clouds: cloud-free pictures alone"

_OF_PLACES = (
    Term(
        "accesses_clear_per_day",
        "expected accesses under a clear sky over the days of the span",
        _PLACES,
        better="more",
        words="cloud-free accesses",
        label="cloud-free accesses per day",
        heading="cloud-free\nper day",
        definition="clear",
        reduced="mean",
        grid=Gridded(f"{_POINT} span: mean"),
    ),
    Term(
        "revisit_mean_clear_h",
        "mean of the gaps between accesses under a clear sky, both end gaps included, over all "
        "skies",
        _PLACES,
        better="less",
        words="mean cloud-free revisit time",
        label="mean, cloud-free",
        subject="revisit",
        heading="cloud-free\nrevisit",
        rule="all gaps",
        definition="clear",
        reduced="mean",
        grid=Gridded(f"{_POINT} span: mean (over gaps)"),
    ),
    Term(
        "revisit_max_clear_h",
        "longest gap between accesses under a clear sky, both end gaps included: the median over "
        "skies",
        ("target",),
        better="less",
        words="longest cloud-free revisit time",
        heading="cloud-free\nlongest",
        rule="all gaps",
        definition="clear",
    ),
    Term(
        "wait_mean_clear_h",
        "mean wait from a random instant to the next access that begins under a clear sky",
        _PLACES,
        better="less",
        words="mean wait until the next cloud-free access",
        label="mean, cloud-free",
        subject="wait for access",
        heading="cloud-free\nwait",
        rule="all gaps",
        definition="clear",
        reduced="mean",
        grid=Gridded(f"{_POINT} span: mean"),
    ),
    Term(
        "unseen_clear_share",
        "chance that no access of the span is under a clear sky",
        ("target", "cell under clouds", "region"),
        better="less",
        words="chance of no cloud-free access",
        definition="clear",
        reduced="mean",
        grid=Gridded(f"{_POINT} span: mean"),
    ),
)
_OF_NETWORKS = (
    Term(
        "pictures_clear_per_day",
        "expected pictures at headquarters that show their target, over the days of the span",
        _BY_TARGET,
        better="more",
        words="cloud-free pictures at headquarters",
        label="pictures at headquarters per day",
        subject="cloud-free",
        section=_SECTION,
        definition="clear",
    ),
    Term(
        "response_mean_clear_h",
        "mean time from a request to a cloud-free picture at headquarters",
        _NETWORK,
        better="less",
        words="mean wait from request to cloud-free answer",
        label="response, mean",
        subject="cloud-free",
        section=_SECTION,
        definition="clear",
    ),
    Term(
        "response_p90_clear_h",
        "time from a request to a cloud-free picture at headquarters, not exceeded in 90 % of "
        "instants and skies",
        _NETWORK,
        better="less",
        words="wait from request to cloud-free answer, 90 % below",
        label="response, 90 % within",
        subject="cloud-free",
        section=_SECTION,
        definition="clear",
    ),
    Term(
        "response_unknown_clear_share",
        "share of requests, over all skies, whose cloud-free answer lies beyond the span",
        _NETWORK,
        label="response, left out (none in span)",
        subject="cloud-free",
        section=_SECTION,
        definition="clear",
    ),
    Term(
        "age_mean_clear_h",
        "time mean of the age of the newest cloud-free picture at headquarters, over targets",
        _BY_TARGET,
        better="less",
        words="mean age of the newest cloud-free picture",
        label="age, mean",
        subject="cloud-free",
        section=_SECTION,
        definition="clear",
    ),
    Term(
        "age_p90_clear_h",
        "age of the newest cloud-free picture at headquarters, not exceeded 90 % of the time",
        _NETWORK,
        better="less",
        words="age of the newest cloud-free picture, 90 % of the time below",
        label="age, 90 % of the time below",
        subject="cloud-free",
        section=_SECTION,
        definition="clear",
    ),
    Term(
        "age_unknown_clear_share",
        "share of instants and skies before the first picture without cloud is at headquarters",
        _BY_TARGET,
        label="age, left out (none yet)",
        subject="cloud-free",
        section=_SECTION,
        definition="clear",
    ),
)
_OF_CELLS_BY_NETWORK = (
    Term(
        "cell_age_mean_clear_h",
        "mean age of the newest cloud-free picture at headquarters, every access giving a picture",
        _CELLS,
        better="less",
        words="mean age of the newest cloud-free picture",
        definition="clear",
        reduced="mean",
        grid=Gridded(f"{_POINT} span: mean (since the first cloud-free delivery)"),
    ),
    Term(
        "cell_age_unknown_clear_h",
        "expected time before the first cloud-free picture is at headquarters",
        ("cell by network",),
        better="less",
        definition="clear",
        grid=Gridded(f"{_POINT} span: sum"),
    ),
    Term(
        "cell_age_unknown_clear_share",
        "share of area, time and skies before the first cloud-free picture is at headquarters",
        ("region by network",),
        better="less",
        definition="clear",
    ),
    Term(
        "cell_response_mean_clear_h",
        "mean time from a request to a cloud-free picture at headquarters",
        _CELLS,
        better="less",
        words="mean wait from request to cloud-free answer",
        definition="clear",
        reduced="mean",
        grid=Gridded(f"{_POINT} span: mean (over answered requests)"),
    ),
    Term(
        "cell_response_unknown_clear_h",
        "expected time of requests whose cloud-free answer lies beyond the span",
        ("cell by network",),
        better="less",
        definition="clear",
        grid=Gridded(f"{_POINT} span: sum"),
    ),
    Term(
        "cell_response_unknown_clear_share",
        "share of area, instants and skies in which a request finds no cloud-free answer",
        ("region by network",),
        better="less",
        definition="clear",
    ),
)
CLEAR_TERMS = (*_OF_PLACES, *_OF_NETWORKS, *_OF_CELLS_BY_NETWORK)
