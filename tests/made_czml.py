"""CZML as the tests read it: every packet by a schema, from the public structure of CZML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

from simulator.export import Choices, export, format_of
from simulator.results import Results

INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
TIMES = {"type": "string", "pattern": f"^{INSTANT}/{INSTANT}$"}
NUMBERS = {"type": "array", "items": {"type": "number"}, "minItems": 3}
PAINT = {
    "type": "object",
    "properties": {
        "rgba": {
            "type": "array",
            "items": {"type": "integer", "minimum": 0, "maximum": 255},
            "minItems": 4,
            "maxItems": 4,
        }
    },
    "required": ["rgba"],
    "additionalProperties": False,
}
EXTRAPOLATION = {"enum": ["NONE", "HOLD", "EXTRAPOLATE"]}
SAMPLING = {
    "epoch": {"type": "string", "pattern": f"^{INSTANT}$"},
    "interpolationAlgorithm": {"enum": ["LINEAR", "LAGRANGE", "HERMITE"]},
    "interpolationDegree": {"type": "integer", "minimum": 1},
    "forwardExtrapolationType": EXTRAPOLATION,
    "backwardExtrapolationType": EXTRAPOLATION,
}


def table(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


SAMPLED = table(("epoch", "number"), interval=TIMES, number=NUMBERS, **SAMPLING)
LENGTH = {"oneOf": [{"type": "number"}, SAMPLED, {"type": "array", "items": SAMPLED}]}
MATERIAL = table(("solidColor",), solidColor=table(("color",), color=PAINT))
ONE_POSITION = {
    **table(
        interval=TIMES,
        cartesian=NUMBERS,
        cartographicDegrees=NUMBERS,
        referenceFrame={"enum": ["FIXED", "INERTIAL"]},
        **SAMPLING,
    ),
    "oneOf": [{"required": ["cartesian", "epoch"]}, {"required": ["cartographicDegrees"]}],
}
POSITION = {"oneOf": [ONE_POSITION, {"type": "array", "items": ONE_POSITION}]}
SHOWN = table(("interval", "boolean"), interval=TIMES, boolean={"type": "boolean"})
POLYLINE = table(
    ("positions", "show"),
    show={"type": "array", "items": SHOWN, "minItems": 1},
    positions=table(
        ("references",),
        references={"type": "array", "items": {"type": "string", "pattern": "#position$"}},
    ),
    arcType={"enum": ["NONE", "GEODESIC", "RHUMB"]},
    width={"type": "number"},
    material=MATERIAL,
)
LABEL = table(
    ("text",),
    text={"type": "string"},
    font={"type": "string"},
    horizontalOrigin={"enum": ["LEFT", "CENTER", "RIGHT"]},
    pixelOffset=table(("cartesian2",), cartesian2={"type": "array"}),
    outlineWidth={"type": "number"},
    style={"enum": ["FILL", "OUTLINE", "FILL_AND_OUTLINE"]},
    distanceDisplayCondition=table(distanceDisplayCondition={"type": "array"}),
)
CYLINDER = table(
    ("length", "topRadius", "bottomRadius"),
    length=LENGTH,
    topRadius=LENGTH,
    bottomRadius=LENGTH,
    material=MATERIAL,
    outline={"type": "boolean"},
    outlineColor=PAINT,
    numberOfVerticalLines={"type": "integer"},
)
PACKET = table(
    ("id",),
    id={"type": "string"},
    name={"type": "string"},
    description={"type": "string"},
    availability={"oneOf": [TIMES, {"type": "array", "items": TIMES, "minItems": 2}]},
    position=POSITION,
    point=table(pixelSize={"type": "number"}, color=PAINT, outlineWidth={"type": "number"}),
    label=LABEL,
    path=table(
        leadTime={"type": "number"},
        trailTime={"type": "number"},
        width={"type": "number"},
        resolution={"type": "number"},
        material=MATERIAL,
    ),
    cylinder=CYLINDER,
    polyline=POLYLINE,
    polygon=table(positions=table(cartographicDegrees=NUMBERS), material=MATERIAL),
)
DOCUMENT = table(
    ("id", "version"),
    id={"const": "document"},
    name={"type": "string"},
    version={"const": "1.0"},
    description={"type": "string"},
    clock=table(
        ("interval", "currentTime"),
        interval=TIMES,
        currentTime={"type": "string"},
        multiplier={"type": "number"},
        range={"enum": ["UNBOUNDED", "CLAMPED", "LOOP_STOP"]},
        step={"enum": ["SYSTEM_CLOCK", "SYSTEM_CLOCK_MULTIPLIER", "TICK_DEPENDENT"]},
    ),
)
SCHEMA = {"type": "array", "prefixItems": [DOCUMENT], "items": PACKET}


def packets(results: Results, place: Path, choices: Choices | None = None) -> dict[str, Any]:
    export(results, format_of("czml", None), place, choices or Choices(), force=True)
    listed = json.loads(place.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(listed)
    found = {packet["id"]: packet for packet in listed}
    assert len(found) == len(listed)
    return found
