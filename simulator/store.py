"""Results of stages, kept by the content of what they depend on.

A key is the hash of a stage's name, of everything that goes into it, and of the package's version:
the same inputs find the same result, and an edit finds nothing where it matters and everything
where it does not. A value is a mapping from names to arrays.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from simulator import __version__

FORMAT = 1
_OWN_KEY = "key of this file"
Value = Mapping[str, np.ndarray[Any, Any]]


class Store(Protocol):
    """Where stage results are kept; `counts` tells what was found: ("accesses", "hit") and so."""

    counts: Counter[tuple[str, str]]

    def get(self, key: str) -> Value | None:
        """Return the value kept under a key, None if there is none."""

    def put(self, key: str, value: Value) -> None:
        """Keep a value under a key."""


def key_of(stage: str, inputs: Any) -> str:
    """Return the key of a stage's result from JSON-like inputs; datetimes count as ISO text."""
    text = json.dumps(
        [stage, FORMAT, __version__, inputs], sort_keys=True, default=_plain, allow_nan=False
    )
    return f"{stage}-{hashlib.sha256(text.encode()).hexdigest()}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} can't be part of a key")


def kept(store: Store | None, key: str) -> Value | None:
    """Return what a store holds under a key, and count it; None without a store."""
    if store is None:
        return None
    found = store.get(key)
    store.counts[key.partition("-")[0], "hit" if found is not None else "miss"] += 1
    return found


@dataclass
class MemoryStore:
    """The last `max_items` results used, in memory."""

    max_items: int = 2_000
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _items: OrderedDict[str, Value] = field(default_factory=OrderedDict, repr=False)

    def get(self, key: str) -> Value | None:
        found = self._items.get(key)
        if found is not None:
            self._items.move_to_end(key)
        return found

    def put(self, key: str, value: Value) -> None:
        self._items[key] = value
        self._items.move_to_end(key)
        while len(self._items) > self.max_items:
            self._items.popitem(last=False)


@dataclass
class FolderStore:
    """Results in a folder, one file a key, with the last ones used in memory before it.

    A file is written beside its place and moved there whole; one that is cut short, foreign or of
    another key counts as absent and is written again. Several processes may share a folder.
    """

    folder: Path
    memory: MemoryStore = field(default_factory=MemoryStore)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def get(self, key: str) -> Value | None:
        found = self.memory.get(key)
        if found is None:
            found = self._read(key)
            if found is not None:
                self.memory.put(key, found)
        return found

    def put(self, key: str, value: Value) -> None:
        self.memory.put(key, value)
        self.folder.mkdir(parents=True, exist_ok=True)
        packed = io.BytesIO()
        arrays: dict[str, Any] = {_OWN_KEY: np.array(key), **value}
        np.savez(packed, **arrays)
        partial = self.folder / f".{key}.{os.getpid()}"
        partial.write_bytes(packed.getvalue())
        partial.replace(self.folder / f"{key}.npz")

    def _read(self, key: str) -> Value | None:
        try:
            data = io.BytesIO((self.folder / f"{key}.npz").read_bytes())
            with np.load(data, allow_pickle=False) as packed:
                value = {name: packed[name] for name in packed.files}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        return value if str(value.pop(_OWN_KEY, "")) == key else None
