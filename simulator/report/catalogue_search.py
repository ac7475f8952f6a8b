"""Entries of the catalogue found by words: ids, names, former ids, notes, values, and what is near.

Case, accents and punctuation do not count. Where nothing has the words, those spelled nearly alike
are taken.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from simulator import catalog
from simulator.catalog import Entry
from simulator.earth import EARTH_MEAN_RADIUS_KM, ellipsoid_normal
from simulator.errors import InputError
from simulator.report.texttable import LINE_WIDTH, aligned, shortened

NEARBY_KM = 60.0
_LIKE = 0.75  # of 1, by difflib: one letter of five may differ
# The weather of a place is not the place: it comes after all else of that name.
_WEATHER = "sunshine"
_NAMED = frozenset({"id", "name", "former id"})
# What an entry says of others or of itself in words or codes.
_WORDED = (str, tuple)


class Match(NamedTuple):
    """An entry and why it was found: what has the words, or what place with them is near."""

    entry: Entry
    why: str


def matches(text: str) -> list[Match]:
    """Return the entries that have all words of a text, the most telling first, then what is near.

    Raises InputError where no entry has them, or words nearly like them.
    """
    words = _words(text)
    if not words:
        raise InputError(f"'{text}' has no letter or digit to search for")
    everything = [entry for kind in catalog.KINDS for entry in catalog.entries(kind).values()]
    found = [Match(entry, why) for entry in everything if (why := _why(entry, words))]
    if not found:
        words = _nearly(words, everything, text)
        found = [Match(entry, why) for entry in everything if (why := _why(entry, words))]
    # An entry of that very id first, then those that are called so; the order of kinds is kept.
    found.sort(
        key=lambda match: (
            match.entry.kind == _WEATHER,
            _words(match.entry.id) != words,
            match.why not in _NAMED,
        )
    )
    return [*found, *_near(found, everything)]


def search(text: str) -> list[dict[str, Any]]:
    """Return the matches as plain values. Raises InputError where there is none."""
    return [
        {
            "kind": match.entry.kind,
            "id": match.entry.id,
            "name": match.entry.name,
            "found_by": match.why,
        }
        for match in matches(text)
    ]


def search_text(text: str) -> str:
    """Return the matches as a table. Raises InputError where there is none."""
    rows = [(m.entry.kind, m.entry.id, m.entry.name, m.why) for m in matches(text)]
    room = LINE_WIDTH - 6 - sum(max(len(row[n]) for row in rows) for n in (0, 1, 3))
    heading = ("kind", "id", "name", "found by")
    return aligned([heading, *((k, i, shortened(n, max(room, 16)), w) for k, i, n, w in rows)])


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a text, without case, accents and punctuation."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return tuple(re.findall(r"[^\W_]+", bare))


def _why(entry: Entry, words: Sequence[str]) -> str:
    """Return what of an entry has the words, empty if not all are in it.

    Of several words in several fields it is the least telling one that counts.
    """
    fields = [(why, " ".join(_words(text))) for why, text in _texts(entry)]
    first = [next((n for n, (_, text) in enumerate(fields) if word in text), -1) for word in words]
    return "" if -1 in first else fields[max(first)][0]


def _texts(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "id", entry.id
    yield "name", f"{entry.name} {entry.short}"
    yield "former id", " ".join(entry.formerly)
    for field, value in entry.values.items():
        if isinstance(value, _WORDED):
            yield field, _worded(value)
    yield "note", entry.note


def _worded(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(_worded(inner) for inner in value)
    return value if isinstance(value, str) else ""


def _nearly(words: Sequence[str], everything: Sequence[Entry], text: str) -> tuple[str, ...]:
    """Return each word as an id or a name spells it; raises InputError where none is like it."""
    known = sorted({word for e in everything for word in (*_words(e.id), *_words(e.name))})
    spelled = [difflib.get_close_matches(word, known, n=1, cutoff=_LIKE) for word in words]
    if not all(spelled):
        raise InputError(
            f"'{text}' is in no entry of the catalogue; `simulator catalog` lists its kinds"
        )
    return tuple(close[0] for close in spelled)


def _near(found: Sequence[Match], everything: Sequence[Entry]) -> Iterator[Match]:
    """Yield the places near those that were found by their names, the nearest first."""
    of = [match.entry for match in found if match.why in _NAMED and _is_place(match.entry)]
    taken = {(match.entry.kind, match.entry.id) for match in found}
    others = [e for e in everything if _is_place(e) and (e.kind, e.id) not in taken]
    if not of or not others:
        return
    cosine = np.clip(_directions(others) @ _directions(of).T, -1.0, 1.0)
    distance_km = np.arccos(cosine) * EARTH_MEAN_RADIUS_KM
    nearest = distance_km.argmin(axis=1)
    for n in np.argsort(distance_km.min(axis=1), kind="stable"):
        if (away_km := float(distance_km[n].min())) <= NEARBY_KM:
            yield Match(others[n], f"{away_km:.0f} km from {of[nearest[n]].id}")


def _is_place(entry: Entry) -> bool:
    return {"latitude_deg", "longitude_deg"} <= entry.values.keys()


def _directions(places: Sequence[Entry]) -> Any:
    def degrees(values: Mapping[str, Any], field: str) -> float:
        return float(values[field])

    return ellipsoid_normal(
        [degrees(place.values, "latitude_deg") for place in places],
        [degrees(place.values, "longitude_deg") for place in places],
    )
