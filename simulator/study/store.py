"""Results of stages, kept by the content of what they depend on.

A key is the hash of a stage's name, of everything that goes into it, and of the package's version:
the same inputs find the same result, and an edit finds nothing where it matters and everything
where it does not. A value is a mapping from names to arrays. Each file has a digest: it shows
damage, not malice, for whoever may write the folder may write digests too.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from simulator.version import __version__

FORMAT = 4
SUFFIX = ".kept"
_BEGINNING = b"simulator-store 2\n"
_HEX = 64
_MAX_BYTES = 1 << 33
# Truth values, whole and floating numbers, texts: nothing that holds objects.
_DTYPE = re.compile(r"\|b1|\|[iu]1|[<>][iu][248]|[<>]f[248]|[<>]U\d{1,6}")
Value = Mapping[str, np.ndarray[Any, Any]]


class Store(Protocol):
    """Where stage results are kept; `counts` by stage, "hit" or "miss"."""

    counts: Counter[tuple[str, str]]

    def get(self, key: str) -> Value | None:
        """Return the value kept under a key, None if there is none."""

    def put(self, key: str, value: Value) -> None:
        """Keep a value under a key."""


def key_of(stage: str, inputs: Any) -> str:
    """Return the key of a stage's result from JSON-like inputs; datetimes count as ISO text."""
    text = _ENCODER.encode([stage, FORMAT, __version__, inputs])
    return f"{stage}-{hashlib.sha256(text.encode()).hexdigest()}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} can't be part of a key")


# One for all keys: to make it takes longer than to write a key with it.
_ENCODER = json.JSONEncoder(sort_keys=True, default=_plain, allow_nan=False)


def kept(store: Store | None, key: str) -> Value | None:
    """Return what a store holds under a key, and count it; None without a store."""
    if store is None:
        return None
    value = store.get(key)
    store.counts[key.partition("-")[0], "miss" if value is None else "hit"] += 1
    return value


def put(store: Store | None, key: str, value: Value) -> None:
    """Keep a value under a key, where there is a store."""
    if store is not None:
        store.put(key, value)


def kept_or_made(store: Store | None, key: str, make: Callable[[], Value]) -> Value:
    """Return what a store holds under a key, or what `make` returns, which it holds from then."""
    value = kept(store, key)
    if value is None:
        value = make()
        put(store, key, value)
    return value


@dataclass
class MemoryStore:
    """The last `max_items` results used, in memory."""

    max_items: int = 2_000
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _items: OrderedDict[str, Value] = field(default_factory=OrderedDict, repr=False)

    def get(self, key: str) -> Value | None:
        value = self._items.get(key)
        if value is not None:
            self._items.move_to_end(key)
        return value

    def put(self, key: str, value: Value) -> None:
        self._items[key] = value
        self._items.move_to_end(key)
        while len(self._items) > self.max_items:
            self._items.popitem(last=False)


@dataclass
class FolderStore:
    """Results in a folder, one file a key, with the last ones used in memory before it.

    A file is written beside its place and moved there whole; one that is damaged in whatever way,
    foreign or of another key counts as absent and is written again. Several processes may share a
    folder.
    """

    folder: Path
    memory: MemoryStore = field(default_factory=MemoryStore)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def get(self, key: str) -> Value | None:
        value = self.memory.get(key)
        if value is None:
            value = self._read(key)
            if value is not None:
                self.memory.put(key, value)
        return value

    def put(self, key: str, value: Value) -> None:
        self.memory.put(key, value)
        self.folder.mkdir(parents=True, exist_ok=True)
        # The process in the name: two that make the same value do not write into one file.
        partial = self.folder / f".{key}.{os.getpid()}"
        try:
            partial.write_bytes(packed(key, value))
            partial.replace(self.folder / f"{key}{SUFFIX}")
        except OSError:
            partial.unlink(missing_ok=True)
            raise

    def _read(self, key: str) -> Value | None:
        try:
            path = self.folder / f"{key}{SUFFIX}"
            # Before it is read: a foreign file must not take all memory.
            if path.stat().st_size > _MAX_BYTES:
                return None
            return unpacked(key, path.read_bytes())
        except (OSError, ValueError, MemoryError):
            return None


def packed(key: str, value: Value) -> bytes:
    """Return a value as the bytes of a file: digest of the rest, table of arrays, arrays."""
    arrays = {name: np.ascontiguousarray(array) for name, array in value.items()}
    table = [[name, a.dtype.str, np.shape(value[name])] for name, a in arrays.items()]
    head = json.dumps({"key": key, "arrays": table}, separators=(",", ":")).encode()
    sealed = b"".join([head, b"\n", *(a.tobytes() for a in arrays.values())])
    return _BEGINNING + hashlib.sha256(sealed).hexdigest().encode() + b"\n" + sealed


def unpacked(key: str, data: bytes) -> Value:
    """Return the value of a file's bytes; raises ValueError where they are not as written.

    Nothing is compressed: a value takes no more memory than its file, whatever its table says.
    """
    begin = len(_BEGINNING) + _HEX + 1
    if data[: len(_BEGINNING)] != _BEGINNING:
        raise ValueError("is no stored result")
    digest = hashlib.sha256(memoryview(data)[begin:]).hexdigest().encode() + b"\n"
    if data[len(_BEGINNING) : begin] != digest:
        raise ValueError("its digest does not fit")
    end = data.find(b"\n", begin)
    try:
        head = json.loads(data[begin:end])
        if head["key"] != key:
            raise ValueError("is of another key")
        value, at = {}, end + 1
        # Types and sizes are checked before memory is taken for them.
        for name, code, shape in head["arrays"]:
            kind, size = _dtype(code), _size(shape)
            length = size * kind.itemsize
            if not isinstance(name, str) or at + length > len(data):
                raise ValueError("holds less than its table says")
            array = np.frombuffer(data, kind, count=size, offset=at).reshape(shape)
            # A view of the bytes would keep the whole file in memory, and be read-only.
            value[name], at = array.copy(), at + length
    except (KeyError, TypeError, RecursionError) as fault:
        raise ValueError("its table is none of ours") from fault
    if at != len(data):
        raise ValueError("holds more than its table says")
    return value


def _dtype(code: Any) -> np.dtype[Any]:
    if not isinstance(code, str) or not _DTYPE.fullmatch(code):
        raise ValueError("holds an array of no kind of ours")
    return np.dtype(code)


def _size(shape: Any) -> int:
    whole = isinstance(shape, list) and all(
        # JSON has true where a number may stand, and Python takes it for 1.
        isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= _MAX_BYTES
        for n in shape
    )
    if not whole or len(shape) > 8:
        raise ValueError("holds an array of no shape")
    return math.prod(shape)
