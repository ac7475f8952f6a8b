"""The elements of KML 2.2 (OGC 07-147r2), in the order that its schema asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

KML = "http://www.opengis.net/kml/2.2"
GX = "http://www.google.com/kml/ext/2.2"


def serialised(document: Element) -> bytes:
    """Return a whole file with a document in it."""
    root = Element("kml", {"xmlns": KML, "xmlns:gx": GX})
    root.append(document)
    ElementTree.indent(root, " ")
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def feature(
    kind: str,
    name: str,
    *,
    shown: bool = True,
    is_open: bool = False,
    description: str = "",
) -> Element:
    """Return a Document, Folder or Placemark with the elements that come first in it."""
    made = Element(kind)
    text(made, "name", name)
    if not shown:
        text(made, "visibility", "0")
    if is_open:
        text(made, "open", "1")
    if description:
        text(made, "description", description)
    return made


def text(parent: Element, tag: str, value: str) -> Element:
    """Add an element with a text, without what XML cannot hold, and return it."""
    child = SubElement(parent, tag)
    child.text = "".join(c for c in value if c in "\t\n\r" or ord(c) >= 0x20)
    return child


def style(
    name: str, *, line: str = "", width: float = 1.0, fill: str = "", marked: bool = False
) -> Element:
    """Return a style; colours are aabbggrr, as KML has them, an absent fill is none.

    What is `marked` has the viewer's own pin in the colour of the line: a picture named by an
    address would have to be fetched.
    """
    made = Element("Style", {"id": name})
    if marked:
        icon_style = SubElement(made, "IconStyle")
        text(icon_style, "color", line)
        text(icon_style, "scale", "0.8")
        text(SubElement(made, "LabelStyle"), "scale", "0.8")
    if line:
        line_style = SubElement(made, "LineStyle")
        text(line_style, "color", line)
        text(line_style, "width", f"{width:g}")
    poly_style = SubElement(made, "PolyStyle")
    if fill:
        text(poly_style, "color", fill)
    text(poly_style, "fill", "1" if fill else "0")
    text(poly_style, "outline", "1" if line and not marked else "0")
    return made


def colour(red_green_blue: Sequence[float], opacity: float) -> str:
    """Return a colour as KML writes it, from shares of 1."""
    red, green, blue = (round(255.0 * part) for part in red_green_blue[:3])
    return f"{round(255.0 * opacity):02x}{blue:02x}{green:02x}{red:02x}"


def html_colour(colour_of_kml: str) -> str:
    """Return such a colour as HTML writes it, without its opacity."""
    return f"#{colour_of_kml[6:8]}{colour_of_kml[4:6]}{colour_of_kml[2:4]}"


def placemark(
    name: str,
    style_name: str,
    values: Mapping[str, Any],
    *,
    begin: str = "",
    end: str = "",
    shown: bool = True,
) -> Element:
    """Return a placemark that waits for its geometry; with a time where it has a begin."""
    made = feature("Placemark", name, shown=shown)
    if begin and end:
        time = SubElement(made, "TimeSpan")
        text(time, "begin", begin)
        text(time, "end", end)
    elif begin:
        text(SubElement(made, "TimeStamp"), "when", begin)
    text(made, "styleUrl", f"#{style_name}")
    known = {key: value for key, value in values.items() if value not in (None, "")}
    if known:
        data = SubElement(made, "ExtendedData")
        for key, value in known.items():
            told = f"{value:.10g}" if isinstance(value, float) else str(value)
            text(SubElement(data, "Data", {"name": key}), "value", told)
    return made


def geometry(shape: BaseGeometry) -> Element:
    """Return a shape that lies on the ground."""
    if shape.geom_type == "Point":
        made = Element("Point")
        text(made, "coordinates", coordinates(shapely.get_coordinates(shape)))
        return made
    if shape.geom_type == "LineString":
        made = Element("LineString")
        text(made, "tessellate", "1")
        text(made, "coordinates", coordinates(shapely.get_coordinates(shape)))
        return made
    if shape.geom_type == "Polygon":
        made = Element("Polygon")
        text(made, "tessellate", "1")
        _boundary(made, "outerBoundaryIs", shape.exterior)
        for hole in shape.interiors:
            _boundary(made, "innerBoundaryIs", hole)
        return made
    made = Element("MultiGeometry")
    made.extend(geometry(part) for part in shapely.get_parts(shape))
    return made


def sight_line(ends: np.ndarray) -> Element:
    """Return a straight line between points (2, 3): longitude, latitude, metres of height."""
    made = Element("LineString")
    text(made, "altitudeMode", "absolute")
    text(made, "coordinates", coordinates(ends))
    return made


def gx_track(instants: Sequence[str], points: np.ndarray) -> Element:
    """Return a body that moves: its instants, then its places (N, 3) as above."""
    made = Element("gx:Track")
    text(made, "altitudeMode", "absolute")
    for instant in instants:
        text(made, "when", instant)
    for longitude, latitude, height in points:
        text(made, "gx:coord", f"{longitude:.6f} {latitude:.6f} {height:.0f}")
    return made


def gx_tracks(tracks: list[Element]) -> Element:
    """Return a body that moves in several parts, between which it is not to be seen."""
    if len(tracks) == 1:
        return tracks[0]
    made = Element("gx:MultiTrack")
    text(made, "gx:interpolate", "0")
    made.extend(tracks)
    return made


def coordinates(points: np.ndarray) -> str:
    """Return points (N, 2 or 3) as a list of texts."""
    if points.shape[1] == 2:
        return " ".join(f"{x:.6f},{y:.6f}" for x, y in points)
    return " ".join(f"{x:.6f},{y:.6f},{z:.0f}" for x, y, z in points)


def _boundary(polygon: Element, tag: str, ring: BaseGeometry) -> None:
    linear = SubElement(SubElement(polygon, tag), "LinearRing")
    text(linear, "coordinates", coordinates(shapely.get_coordinates(ring)))
