"""Shapefiles: shapes with their attributes, the companions beside them, their code page.

The format: ESRI 1998, ESRI Shapefile Technical Description. Attributes are a dBASE table.
"""

from __future__ import annotations

import codecs
import io
import re
import struct
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simulator.errors import InputError
from simulator.scenario.textfiles import read_bytes
from simulator.scenario.words import shown

Feature = tuple[Mapping[str, Any], Mapping[str, Any]]  # properties and geometry, as in GeoJSON

_POLYGON_TYPES = (5, 15, 25)
_NULL_TYPE = 0
_ANSI = 0x57  # the page of whatever machine wrote the file
_SHAPE_NAMES = {
    **dict.fromkeys((1, 11, 21), "Point"),
    **dict.fromkeys((3, 13, 23), "LineString"),
    **dict.fromkeys((8, 18, 28), "MultiPoint"),
}

# Code page of a table by the language driver in byte 29 of its header, as dBASE, FoxPro and ESRI
# number them.
_BY_DRIVER = {
    **dict.fromkeys((0x01, 0x09, 0x0B, 0x0D, 0x0F, 0x11, 0x15, 0x18, 0x19, 0x1B), "cp437"),
    **dict.fromkeys((0x02, 0x0A, 0x0E, 0x10, 0x12, 0x14, 0x16, 0x1A, 0x1D, 0x25, 0x37), "cp850"),
    **dict.fromkeys((0x03, _ANSI, 0x58, 0x59), "cp1252"),
    **dict.fromkeys((0x1F, 0x22, 0x23, 0x40, 0x64, 0x87), "cp852"),
    **dict.fromkeys((0x08, 0x17, 0x66), "cp865"),
    **dict.fromkeys((0x1C, 0x6C), "cp863"),
    **dict.fromkeys((0x26, 0x65), "cp866"),
    **dict.fromkeys((0x13, 0x7B), "cp932"),
    **dict.fromkeys((0x4D, 0x7A), "cp936"),
    **dict.fromkeys((0x4E, 0x79), "cp949"),
    **dict.fromkeys((0x4F, 0x78), "cp950"),
    **dict.fromkeys((0x50, 0x7C), "cp874"),
    **dict.fromkeys((0x6A, 0x86), "cp737"),
    **dict.fromkeys((0x6B, 0x88), "cp857"),
    0x04: "mac_roman",
    0x24: "cp860",
    0x67: "cp861",
    0x96: "mac_cyrillic",
    0x97: "mac_latin2",
    0x98: "mac_greek",
    0xC8: "cp1250",
    0xC9: "cp1251",
    0xCA: "cp1254",
    0xCB: "cp1253",
    0xCC: "cp1257",
}
# Codecs of text that are no code page of a table of bytes.
_NO_PAGE = re.compile(r"utf-?(16|32|7)|idna|punycode|.*escape|undefined|mbcs|oem")


def companion(path: Path, suffix: str) -> Path | None:
    """Return the file beside a shapefile that has a suffix, whatever its capitals, or None.

    Of several, one named exactly alike comes first.
    """
    # File systems differ in whether capitals count; files come from all of them.
    file_name = f"{path.stem}{suffix}".casefold()
    try:
        names = [p.name for p in path.parent.iterdir() if p.name.casefold() == file_name]
    except OSError:
        return None

    def unlike(name: str) -> tuple[bool, bool, str]:
        stem, _, ending = name.rpartition(".")
        return stem != path.stem, ending not in (suffix[1:], suffix[1:].upper()), name

    return path.with_name(min(names, key=unlike)) if names else None


def features(
    path: Path, passed_over: Counter[str], *, limit_bytes: int, encoding: str | None = None
) -> Iterator[Feature]:
    """Yield the polygons of a shapefile with their attributes; count what else it holds.

    Attributes are read by the code page that the `.cpg` names, or the table's own header, else as
    UTF-8; `encoding` says otherwise. A shape whose record is deleted is left out. Raises InputError
    for a damaged file.
    """
    import shapefile

    parts = {"shp": io.BytesIO(_part(path, limit_bytes))}
    table = companion(path, ".dbf")
    if table is not None:
        raw = _part(table, limit_bytes)
        parts["dbf"] = io.BytesIO(raw)
        encoding = encoding or code_page(companion(path, ".cpg"), raw)
    try:
        with warnings.catch_warnings():
            # It only warns of a header at odds with the file.
            warnings.simplefilter("error")
            reader = shapefile.Reader(
                **parts, encoding=encoding or "utf-8", encodingErrors="replace"
            )
        for number, shape in enumerate(reader.iterShapes()):
            record = None
            if table is not None and number < (reader.numRecords or 0):
                record = reader.record(number)
                if record is None:
                    continue  # deleted, as a table keeps it until it is packed
            if shape.shapeType in _POLYGON_TYPES:
                yield {} if record is None else record.as_dict(), shape.__geo_interface__
            elif shape.shapeType != _NULL_TYPE:
                passed_over[_SHAPE_NAMES.get(shape.shapeType, "MultiPatch")] += 1
    except InputError:
        raise
    except (
        shapefile.ShapefileException,
        struct.error,
        Warning,
        ArithmeticError,
        LookupError,
        OSError,
        TypeError,
        ValueError,
    ) as error:
        raise InputError(f"is no sound shapefile: {_first_line(error)}") from None


def _part(path: Path, limit_bytes: int) -> bytes:
    try:
        return read_bytes(path, limit_bytes=limit_bytes)
    except InputError as error:
        whole = error.problems[0]
        raise InputError(whole.replace(f"{path}: ", f"{path.suffix or 'it'} ", 1)) from None


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0][:200] if lines else type(error).__name__


def code_page(names_it: Path | None, table: bytes) -> str:
    """Return the codec of a table's texts: of its `.cpg`, of its header's byte 29, else UTF-8.

    Raises InputError for a `.cpg` that names no page known here.
    """
    if names_it is not None:
        page_name = _part(names_it, 1_000).decode("utf-8-sig", errors="replace").strip("\0 \t\r\n")
        codec = _codec(page_name) if page_name else "utf-8"
        if codec is None:
            raise InputError(
                f"has attributes in the code page {shown(page_name)}, says its .cpg, which is not "
                "known; allowed are names such as UTF-8, 949, CP1251, ISO-8859-1 or EUC-KR"
            )
        return codec
    driver = table[29] if len(table) > 29 else 0
    page = _BY_DRIVER.get(driver, "utf-8")
    return "utf-8" if driver == _ANSI and _is_utf8(table) else page


def _is_utf8(table: bytes) -> bool:
    """Return whether a table's records read as UTF-8: those of another page hardly ever do."""
    try:
        table[int.from_bytes(table[8:10], "little") :].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _codec(name: str) -> str | None:
    """Return the codec of a name as a `.cpg` has it, None if there is none."""
    plain = re.sub(r"(?i)^(ansi|oem|windows|code ?page|ms)[\s_-]*(?=\d)", "", name)
    if driver := re.fullmatch(r"(?i)LDID/(\d{1,3})", plain):
        return _BY_DRIVER.get(int(driver[1]))
    if latin := re.fullmatch(r"(?i)(?:iso[\s_-]*)?8859[\s_-]*(\d{1,2})", plain):
        plain = f"iso8859-{latin[1]}"
    elif plain == "65001":
        plain = "utf-8"
    elif re.fullmatch(r"\d{3,5}", plain):
        plain = f"cp{plain}"
    try:
        codec = codecs.lookup(plain.replace(" ", "-"))
    except (LookupError, ValueError):
        return None
    is_text = getattr(codec, "_is_text_encoding", True)
    return codec.name if is_text and not _NO_PAGE.fullmatch(codec.name) else None
