"""Figures of cells and regions by network: every access of a cell gives a picture of its own."""

from __future__ import annotations

from simulator.glossary.terms import Gridded, Term

_BOTH = ("cell by network", "region by network")
_REGION = ("region by network",)
_CELL = ("cell by network",)
_POINT = "area: point"
_ALONE = "every access gives one picture, at its best look, that has the network to itself"
_RESPONSE = (
    "a request at a uniformly random instant, commanded through the network's stations with that "
    f"role, gets the first picture then taken and delivered; {_ALONE}; instants whose answer lies "
    "beyond the span are left out"
)
_OVER_ANSWERED = f"{_POINT} span: mean (over answered requests)"

_AGES = (
    Term(
        "cell_age_mean_h",
        "mean age of the newest picture at headquarters, every access giving one",
        _BOTH,
        better="less",
        heading="mean",
        definition="ages of cells",
        reduced="mean",
        grid=Gridded(f"{_POINT} span: mean (since the first delivery)", _ALONE),
    ),
    Term(
        "cell_age_max_h",
        "greatest age of the newest picture at headquarters",
        _BOTH,
        better="less",
        heading="greatest",
        definition="ages of cells",
        reduced="mean",
        grid=Gridded(f"{_POINT} span: maximum (since the first delivery)"),
    ),
    Term(
        "cell_age_unknown_h",
        "time before the first picture is at headquarters",
        _CELL,
        better="less",
        definition="ages of cells",
        grid=Gridded(f"{_POINT} span: sum"),
    ),
    Term(
        "cell_age_unknown_share",
        "share of area and time before the first picture is at headquarters",
        _REGION,
        better="less",
        definition="ages of cells",
    ),
    Term(
        "cell_age_ratio",
        "mean age over that with the baseline, where a cell has both",
        _REGION,
        better="less",
        heading="ratio",
        definition="ages of cells",
    ),
    Term(
        "delivered_area_share",
        "share of the area of which a picture is ever delivered",
        _REGION,
        better="more",
        heading="delivered",
        definition="ages of cells",
    ),
)
_RESPONSES = (
    Term(
        "cell_response_mean_h",
        "mean time from a request to its picture at headquarters",
        _BOTH,
        better="less",
        heading="mean",
        definition="response of cells",
        reduced="mean",
        grid=Gridded(_OVER_ANSWERED, _RESPONSE),
    ),
    Term(
        "cell_response_max_h",
        "greatest time from a request to its picture at headquarters",
        _BOTH,
        better="less",
        heading="greatest",
        definition="response of cells",
        reduced="mean",
        grid=Gridded(f"{_POINT} span: maximum (over answered requests)", _RESPONSE),
    ),
    Term(
        "cell_response_command_h",
        "part of the mean response until the command is on board",
        _BOTH,
        heading="to the\ncommand",
        definition="response of cells",
        reduced="mean",
        grid=Gridded(_OVER_ANSWERED, _RESPONSE),
    ),
    Term(
        "cell_response_collection_h",
        "part of the mean response from the command to the picture taken",
        _BOTH,
        heading="to the\npicture",
        definition="response of cells",
        reduced="mean",
        grid=Gridded(_OVER_ANSWERED, _RESPONSE),
    ),
    Term(
        "cell_response_delivery_h",
        "part of the mean response from the picture to headquarters",
        _BOTH,
        heading="to head-\nquarters",
        definition="response of cells",
        reduced="mean",
        grid=Gridded(_OVER_ANSWERED, _RESPONSE),
    ),
    Term(
        "cell_response_unknown_h",
        "time in which requests find no answer within the span",
        _CELL,
        better="less",
        definition="response of cells",
        grid=Gridded(f"{_POINT} span: sum", _RESPONSE),
    ),
    Term(
        "cell_response_unknown_share",
        "share of area and time whose requests find no answer",
        _REGION,
        better="less",
        definition="response of cells",
    ),
    Term(
        "cell_response_ratio",
        "mean response over that with the baseline, where a cell has both",
        _REGION,
        better="less",
        heading="ratio",
        definition="response of cells",
    ),
    Term(
        "answered_area_share",
        "share of the area of which any request is answered",
        _REGION,
        better="more",
        heading="answered",
        definition="response of cells",
    ),
)
CELL_NETWORK_TERMS = (*_AGES, *_RESPONSES)
