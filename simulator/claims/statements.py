"""Statements that can be checked, from the catalogue or a file of the same form.

A file is TOML: an array of tables `claims`, each with what was said, by whom and when, its sources
and how sure they are, the values said, and an array `checks` of how to compute it. A value that a
check takes may stand in the statement's table or in the check's, which overrides it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from simulator import catalog
from simulator.catalog import Entry
from simulator.claims.checks import CHECKS
from simulator.errors import InputError, nearest_hint
from simulator.scenario import MIB, ScenarioTable, Where, fault, parse_toml, read_text

MOST_CLAIMS = 1_000
MOST_PROBLEMS = 100
_FORM = 1
_ID = re.compile(r"[a-z0-9]+([_+-][a-z0-9]+)*")
_CHECK_KEYS = frozenset(key for model in CHECKS.values() for key in model.model_fields)


def _said_on(value: Any) -> str:
    """Return a day as text, of which less may be known."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if not isinstance(value, str):
        raise fault(f'{value!r} is not a date, such as 2023-11-28 or "2023-11"')
    return value


def _id(value: Any) -> Any:
    """Return an id; anything but text is for the model to refuse."""
    if isinstance(value, str) and not _ID.fullmatch(value):
        raise fault(
            f"{value!r} is not an id: up to 80 small letters and digits without accents, joined by "
            "_, - or +, such as osan_pictured"
        )
    return value


Text = Annotated[str, Field(max_length=4_000)]


class Claim(ScenarioTable):
    """A statement, with what would have to be true and how to compute it."""

    id: Annotated[str, BeforeValidator(_id)] = Field(max_length=80, description="Its name.")
    name: str = Field(min_length=1, max_length=200, description="What it is called.")
    statement: Text = Field(min_length=1, description="What was said, in your own words.")
    asks: Text = Field(default="", description="What would have to be true.")
    said_by: Text = Field(default="", description="Who said it.")
    said_on: Annotated[str, BeforeValidator(_said_on)] = Field(
        default="", description="When: a date, or text if less is known."
    )
    sources: tuple[Text, ...] = Field(
        default=(), max_length=50, description="Where it was published."
    )
    confidence: Literal["published", "estimated", "assumed"] = Field(
        default="assumed", description="How sure it is that it was said: published, ..."
    )
    note: Text = Field(default="", description="Free text for the reader.")
    checks: tuple[Any, ...] = Field(
        default=(), max_length=20, description="How to compute it: tables with a kind."
    )


def catalogue_claims() -> tuple[Claim, ...]:
    """Return the statements of the catalogue, in its order."""
    found, problems = [], list[tuple[Where, str]]()
    for number, entry in enumerate(catalog.entries("claims").values()):
        claim = _read(_table_of(entry), (number,), problems, strict=False)
        found += [claim] if claim else []
    if problems:
        raise InputError(list(_lines("the catalogue's claims", problems)))
    return tuple(found)


def _table_of(entry: Entry) -> dict[str, Any]:
    """Return the table that a file would have of a statement of the catalogue."""
    origin = entry.provenance["statement"]
    sources = [
        ", ".join(filter(None, (source.title, source.publisher, source.date)))
        for source in origin.sources
    ]
    return {
        **entry.values,
        "id": entry.id,
        "name": entry.name,
        "note": entry.note,
        "sources": tuple(sources),
        "confidence": origin.confidence,
    }


def read_claims(path: Path | str) -> tuple[Claim, ...]:
    """Return the statements of a file; raises InputError with every fault found."""
    text = read_text(Path(path), limit_bytes=MIB)
    return claims_in(parse_toml(text, origin=str(path)), origin=str(path))


def claims_in(document: Mapping[str, Any], *, origin: str) -> tuple[Claim, ...]:
    """Return the statements of a document; `origin` names it in messages.

    Raises InputError with every fault found.
    """
    problems: list[tuple[Where, str]] = []
    for key in document:
        if key not in ("claims", "schema_version"):
            problems.append(((key,), f"unknown key{nearest_hint(key, ['claims'])}"))
    if document.get("schema_version", _FORM) != _FORM:
        problems.append((("schema_version",), f"is not {_FORM}, the one form that there is"))
    raw = document.get("claims")
    if not isinstance(raw, list) or not raw or len(raw) > MOST_CLAIMS:
        problems.append((("claims",), f"is not 1 to {MOST_CLAIMS} tables, each [[claims]]"))
        raw = []
    found = []
    for number, table in enumerate(raw):
        if not isinstance(table, dict):
            problems.append((("claims", number), "is no table"))
            continue
        claim = _read(_frozen(table), ("claims", number), problems, strict=True)
        found += [claim] if claim else []
    _name_faults(found, problems)
    if problems:
        raise InputError(list(_lines(origin, problems)))
    return tuple(found)


def _name_faults(found: Sequence[Claim], problems: list[tuple[Where, str]]) -> None:
    """Note names that two statements have, and those of statements that are not there."""
    names = [claim.id for claim in found]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append((("claims",), f"'{name}' is the id of two statements"))
    if problems:
        return
    for number, claim in enumerate(found):
        for place, check in enumerate(claim.checks):
            for other in getattr(check, "of", ()):
                if other not in names:
                    where: Where = ("claims", number, "checks", place, "of")
                    problems.append((where, f"no statement '{other}'{nearest_hint(other, names)}"))


def _lines(origin: str, problems: Sequence[tuple[Where, str]]) -> Iterator[str]:
    for where, message in problems[:MOST_PROBLEMS]:
        yield ": ".join(filter(None, (origin, ".".join(map(str, where)), message)))
    if len(problems) > MOST_PROBLEMS:
        yield f"{origin}: {len(problems) - MOST_PROBLEMS} more faults"


def _read(
    raw: Mapping[str, Any], where: Where, problems: list[tuple[Where, str]], *, strict: bool
) -> Claim | None:
    """Return the statement of a table, or note what is wrong with it.

    Not strict, values that no check takes may stand in it.
    """
    faults: list[tuple[Where, str]] = []
    checks, taken = [], set(Claim.model_fields)
    given = raw.get("checks", ())
    listed = given if isinstance(given, tuple) else ()
    for number, table in enumerate(listed):
        model = _model_of(table, ("checks", number), faults)
        if model is not None:
            taken |= set(model.model_fields) - {"kind"}
            checks.append(_check(model, raw, table, ("checks", number), faults))
    for key in raw:
        if strict and key not in taken and key in _CHECK_KEYS:
            # Which check was meant is not known as long as the kind of one is not.
            if len(checks) == len(listed):
                faults.append(((key,), "none of the checks of this statement makes use of it"))
        elif strict and key not in taken:
            faults.append(((key,), f"unknown key{nearest_hint(key, taken)}"))
    own = {key: value for key, value in raw.items() if key in Claim.model_fields}
    if isinstance(given, tuple):
        own["checks"] = tuple(checks)
    claim = None
    try:
        claim = Claim.model_validate(own)
    except ValidationError as error:
        faults += [(item["loc"], item["msg"]) for item in error.errors(include_url=False)]
    # What the statement says is read anew for each of its checks.
    problems += [((*where, *place), message) for place, message in dict.fromkeys(faults)]
    return None if faults else claim


def _model_of(
    table: Any, where: Where, faults: list[tuple[Where, str]]
) -> type[ScenarioTable] | None:
    if not isinstance(table, Mapping):
        faults.append((where, "is no table with a kind"))
        return None
    kind = table.get("kind")
    if kind is None:
        faults.append(((*where, "kind"), f"is missing; allowed {', '.join(CHECKS)}"))
    elif not isinstance(kind, str) or kind not in CHECKS:
        hint = nearest_hint(str(kind), CHECKS)
        faults.append(((*where, "kind"), f"{kind!r} is no kind of check{hint}"))
    else:
        return CHECKS[kind]
    return None


def _check(
    model: type[ScenarioTable],
    raw: Mapping[str, Any],
    table: Mapping[str, Any],
    where: Where,
    faults: list[tuple[Where, str]],
) -> ScenarioTable | None:
    """Return a check, with what it takes of the statement, or note what is wrong with it."""
    said = {
        key: raw[key]
        for key in model.model_fields
        if key in raw and key not in table and key not in Claim.model_fields
    }
    try:
        return model.model_validate({**said, **_plain(table)})
    except ValidationError as error:
        for item in error.errors(include_url=False):
            place = item["loc"]
            own = bool(place) and place[0] in said
            faults.append((place if own else (*where, *place), item["msg"]))
    return None


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return {k: _frozen(v) for k, v in value.items()} if isinstance(value, dict) else value


def _plain(value: Any) -> Any:
    """Return a value with dictionaries for mappings that cannot be changed."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value
