"""Published statements and what was found of them, as text and as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.report.listing import records
from simulator.report.texttable import aligned, paragraph
from simulator.text import number

if TYPE_CHECKING:
    import pandas as pd

    from simulator.claims import CheckedClaim, CheckedClaims, Finding, Quantity

_COLUMN = 15
_CAUTION = (
    "A verdict is of what was computed, with what is assumed: possible is not shown to be so. "
    "`simulator claims NAME` says one in full, with its numbers and sources."
)


def claims_text(found: CheckedClaims) -> str:
    """Return statements with their verdicts: all in short, a single one in full."""
    if len(found.checked) == 1:
        return claim_text(found.checked[0])
    listed = [each for each in found.checked if each.claim.checks]
    others = [each.claim.id for each in found.checked if not each.claim.checks]
    lines = [
        paragraph(
            f"{each.claim.id}: {each.sentence}",
            first=f"{each.verdict:<{_COLUMN}}",
            rest=" " * _COLUMN,
        )
        for each in listed
    ]
    parts = [paragraph(f"{claims_headline(found.verdicts)}."), "\n".join(lines)]
    if others:
        parts.append(paragraph(f"Without a check, not checkable here: {', '.join(others)}."))
    parts.append(paragraph(_CAUTION))
    return "\n\n".join(filter(None, parts))


def claims_headline(verdicts: pd.DataFrame) -> str:
    """Return in a sentence how many statements have which verdict."""
    counts = verdicts["verdict"].value_counts()
    words = {"needs": "need what is not assumed"}
    order = ("confirmed", "possible", "needs", "refuted", "not checkable")
    told = [f"{counts[each]} {words.get(each, each)}" for each in order if counts.get(each)]
    head = f"Of {len(verdicts)} statements {told[0]}" if told else "No statement"
    return ", ".join([head, *told[1:]])


def claim_text(checked: CheckedClaim) -> str:
    """Return one statement in full: what was said, by whom, and each check with its numbers."""
    claim = checked.claim
    who = ", ".join(filter(None, (claim.said_by, claim.said_on)))
    parts = [
        f"{claim.name} ({claim.id}): {checked.verdict}",
        "\n".join(
            paragraph(f"{text}", first=f"{head:<{_COLUMN}}", rest=" " * _COLUMN)
            for head, text in (
                ("said", claim.statement),
                ("by", who),
                ("sure", claim.confidence),
                ("asks", claim.asks),
                ("note", claim.note),
                *(("source", source) for source in claim.sources),
            )
            if text
        ),
    ]
    kinds = [check.kind for check in claim.checks] or ["none"]
    for kind, finding in zip(kinds, checked.findings, strict=True):
        parts.append(_finding_text(kind, finding))
    return "\n\n".join(parts)


def _finding_text(kind: str, finding: Finding) -> str:
    head = paragraph(finding.sentence, first=f"{finding.verdict:<{_COLUMN}}", rest=" " * _COLUMN)
    lines = [f"check: {kind}", head]
    if finding.quantities:
        rows = [_cells(each) for each in finding.quantities]
        lines.append(
            aligned([("", "value", "from", "to", ""), *rows], right=(1, 2, 3), indent="  ")
        )
    if finding.residuals:
        lines.append(_residuals(finding))
    return "\n".join(lines)


def _cells(each: Quantity) -> tuple[str, ...]:
    low, high = ("" if end != end else number(end) for end in (each.low, each.high))
    return each.name, number(each.value), low, high, each.unit


_HEADS = (
    ("", "", "", "orbit", "off", "residual", "residual", "residual"),
    ("", "after", "late", "unchanged", "nadir", "constant", "linear", "quadratic"),
    ("", "days", "s", "s", "deg", "s", "s", "s"),
)


def _residuals(finding: Finding) -> str:
    rows = [
        (
            each.claim,
            f"{each.days:.2f}",
            *("-" if value != value else f"{value:.1f}" for value in _numbers(each)),
        )
        for each in finding.residuals
    ]
    return aligned([*_HEADS, *rows], right=range(1, 8), indent="  ")


def _numbers(each: Any) -> tuple[float, ...]:
    return (each.late_s, each.own_late_s, each.off_nadir_deg, *each.fitted_s)


def claims_markdown(found: CheckedClaims) -> str:
    """Return in Markdown what verdicts mean, those of statements, and the keys of a file of them.

    The page docs/claims.md holds them.
    """
    parts = (_verdict_table(), _found_table(found), _claim_table(), *_kind_tables())
    return "\n\n".join(parts) + "\n"


def _verdict_table() -> str:
    from simulator.claims import VERDICTS

    rows = [f"| {name} | {meaning} |" for name, meaning in VERDICTS.items()]
    return "\n".join(["## Verdicts\n", "| verdict | means |", "| --- | --- |", *rows])


def _claim_table() -> str:
    from simulator.claims import Claim

    head = "## Keys of a statement\n\nBesides them it may hold any key of its checks."
    return f"{head}\n\n{_key_table(Claim)}"


def _kind_tables() -> Iterator[str]:
    from simulator.claims import CHECKS

    yield "## Kinds of check\n\nThe closed list; what needs another is code, and a test."
    for kind, table in CHECKS.items():
        yield f"### `{kind}`\n\n{(table.__doc__ or '').strip()}\n\n{_key_table(table)}"


def _key_table(table: Any) -> str:
    schema = table.model_json_schema()
    required = set(schema.get("required", ()))
    lines = ["| key | default | meaning |", "| --- | --- | --- |"]
    for name, field in schema["properties"].items():
        if name == "kind":
            continue
        default = "*required*" if name in required else _default(field.get("default"))
        lines.append(f"| `{name}` | {default} | {field.get('description', '')} |")
    return "\n".join(lines)


def _default(value: Any) -> str:
    return "" if value in (None, "", [], {}) else f"`{value}`"


def _found_table(found: CheckedClaims) -> str:
    rows = [
        f"| `{row['claim']}` | {row['said_by']}, {row['said_on']} | {row['verdict']} | "
        f"{row['finding']} |"
        for row in records(found.verdicts)
        if row["said_by"]
    ]
    head = ["| statement | who, when | verdict | why |", "| --- | --- | --- | --- |"]
    return "\n".join(["## What is found\n", f"{claims_headline(found.verdicts)}.\n", *head, *rows])


def residuals_headline(residuals: pd.DataFrame) -> str:
    """Return in a sentence how far instants are from one orbit, and how that grows."""
    late_s = residuals["late_s"].to_numpy(np.float64)
    slope = float(np.polyfit(residuals["after_days"].to_numpy(np.float64), late_s, 1)[0])
    side = "later" if slope > 0.0 else "earlier"
    return (
        f"{len(late_s)} instants are within {np.abs(late_s).max():.0f} s of one orbit, whose "
        f"passes come {abs(slope):.1f} s a day {side}"
    )


def rates_headline(rates: pd.DataFrame) -> str:
    """Return in a sentence how many pictures the rate assumed has home when it was said."""
    needed = rates["rate_mbps"].to_numpy(np.float64)
    enough = int(np.sum(needed <= rates["assumed_mbps"].to_numpy(np.float64)))
    head = f"{enough} of {len(rates)} pictures could be home in time at the rate assumed"
    if enough == len(rates):
        return f"{head}, {number(float(np.nanmax(needed)))} Mbit/s would do for all"
    short = rates.loc[~(needed <= rates["assumed_mbps"]), "claim"]
    return f"{head}, but not {' and '.join(short[:2])}"
