"""Text files a user names: read within bounds, or refused with the reason."""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulator.errors import InputError

MIB = 1 << 20
MAX_DEPTH = 16

# More digits than int takes of a text (Python's own limit is 4,300).
_LONG_NUMBER = re.compile(r"\d{4301,}")
_LEAP_SECOND = re.compile(r"(\d{4}-\d\d-\d\d[Tt ])?(\d\d:\d\d):60(?:\.\d+)?(?:[Zz]|[-+]\d\d:\d\d)?")
# A key of very many dotted parts: tomllib takes time and memory by the square of their number.
_LONG_KEY = re.compile(
    r"""(?<![\w-])(?:(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){64}"""
)


def read_bytes(path: Path, *, limit_bytes: int) -> bytes:
    """Return the bytes of a regular file.

    Raises InputError if the file is missing, unreadable, longer than the limit, or no regular file:
    a pipe, a socket or a device might never end, and is not waited for.
    """
    try:
        kind = _other_than_file(path.stat().st_mode)
        if kind:
            raise InputError(f"{path}: cannot be read: it is {kind}, not a file")
        # Should it have become a pipe in between, opening it does not wait for a writer.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as stream:
            size = os.fstat(handle).st_size
            # No more than there is to read; a file that grows, or has no size, up to the limit.
            raw = stream.read(size + 1) if size <= limit_bytes else b""
            if size < len(raw) <= limit_bytes:
                raw += stream.read(limit_bytes + 1 - len(raw))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{str(path)!r} is not a file name") from None
    if max(size, len(raw)) > limit_bytes:
        raise InputError(f"{path}: is larger than the {limit_bytes / MIB:g} MiB allowed")
    return raw


def _other_than_file(mode: int) -> str:
    """Return what a path leads to if that is no regular file, else nothing."""
    kinds = {
        stat.S_IFDIR: "a directory",
        stat.S_IFIFO: "a pipe (FIFO)",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }
    return kinds.get(stat.S_IFMT(mode), "")


def read_text(path: Path, *, limit_bytes: int) -> str:
    """Return the UTF-8 text of a file, without a byte order mark.

    Raises InputError as `read_bytes` does, and if the text is not UTF-8.
    """
    raw = read_bytes(path, limit_bytes=limit_bytes)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}:{line}: byte 0x{raw[error.start]:02x} is not UTF-8; save it as UTF-8"
        ) from None


def parse_toml(text: str, *, origin: str) -> dict[str, Any]:
    """Return the document of a TOML text.

    Raises InputError naming the line of a fault, `origin` being the name of the text.
    """
    if key := _LONG_KEY.search(text):
        line = text.count("\n", 0, key.start()) + 1
        raise InputError(f"{origin}:{line}: is nested deeper than {MAX_DEPTH} levels")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise InputError(f"{origin}: is nested deeper than {MAX_DEPTH} levels") from None
    except ValueError as error:
        raise InputError(f"{origin}:{_toml_fault(text, error)}") from None


def parse_json(text: str) -> Any:
    """Return what a JSON text holds, a whole number of very many digits as the nearest float.

    Raises InputError saying what is wrong.
    """
    try:
        return json.loads(text, parse_int=_whole)
    except RecursionError:
        raise InputError("is not JSON: nested too deeply") from None
    except ValueError as error:
        raise InputError(f"is not JSON: {error}") from None


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < 20 else float(digits)


def is_beyond_64_bits(value: object) -> bool:
    """Return whether a whole number, also one inside a list or table, is beyond TOML's range."""
    if isinstance(value, Mapping):
        return any(map(is_beyond_64_bits, value.values()))
    if isinstance(value, list | tuple):
        return any(map(is_beyond_64_bits, value))
    return isinstance(value, int) and not -(1 << 63) <= value < 1 << 63


def _toml_fault(text: str, error: ValueError) -> str:
    """Return the line of a fault in a TOML text and what it is."""
    if number := _LONG_NUMBER.search(text):
        line = text.count("\n", 0, number.start()) + 1
        return (
            f"{line}: is not TOML: Exceeds the limit of 4,300 digits for a number, with "
            f"{len(number[0]):,}"
        )
    at = re.search(r" \(at line (\d+), column \d+\)", str(error))
    line = int(at[1]) if at else text.rstrip().count("\n") + 1
    lines = text.split("\n")
    if leap := _LEAP_SECOND.search(lines[line - 1] if line <= len(lines) else ""):
        return (
            f"{line}: {leap[0]} is a leap second, which has no label here; write the second before "
            f"it or after it, such as {leap[1]}{leap[2]}:59Z"
        )
    words = re.sub(r" \(at .*\)", "", str(error)).partition(":")[0]
    return f"{line}: is not TOML: {words}"
