"""The ledger in words, as a table, and as the page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

import pandas as pd

from simulator.errors import printable_line
from simulator.text import wrapped
from simulator.verification.checks import Check, with_unit
from simulator.verification.ledger import Ledger, StageChecks

_COLUMNS = 100
_PAGE = "validation.md"
_TABLE_HEAD = (
    "| compared | ours | reference | allowed difference | reference from |",
    "| --- | ---: | ---: | ---: | --- |",
)


def ledger_text(ledger: Ledger) -> str:
    """Return the ledger as lines: a stage after the other, two lines a check, and the sum."""
    lines: list[str] = []
    for stage in ledger.stages:
        lines += [f"{stage.title} ({stage.stage})", *_stage_lines(stage), ""]
    failed = [check for check in ledger.checks if not check.has_passed]
    count = len(ledger.checks)
    if failed:
        lines.append(f"{len(failed)} of {count} checks failed: {', '.join(c.name for c in failed)}")
    else:
        lines.append(f"All {count} checks passed.")
    return "\n".join(map(printable_line, lines))


def _stage_lines(stage: StageChecks) -> Iterator[str]:
    source = ""
    for check in stage.checks:
        if check.source != source:
            source = check.source
            yield from wrapped(f"  against {source}", _COLUMNS, subsequent_indent="    ")
        mark = "passed" if check.has_passed else "FAILED"
        yield f"  {mark}  {check.name}"
        yield f"          {_values(check)}"


def _values(check: Check) -> str:
    apart = with_unit(f"{check.difference:.2g}", check.unit)
    allowed = with_unit(f"{check.allowed:g}", check.unit)
    ours = f"ours {check.ours}, reference {check.reference}"
    if check.ours == check.reference:
        ours = check.ours
    return f"{ours}; apart by {apart}, allowed {allowed}"


def ledger_table(ledger: Ledger) -> pd.DataFrame:
    """Return a row a check: stage, check, ours, reference, unit, differences, passed, source."""
    columns = ["stage", "check", "ours", "reference", "unit", "difference", "allowed"]
    rows = [
        (stage.stage, each.name, each.ours, each.reference, each.unit, *_judged(each))
        for stage in ledger.stages
        for each in stage.checks
    ]
    return pd.DataFrame(rows, columns=[*columns, "passed", "source"])


def _judged(check: Check) -> tuple[float, float, bool, str]:
    return check.difference, check.allowed, check.has_passed, check.source


def ledger_facts(ledger: Ledger) -> dict[str, Any]:
    """Return the ledger as plain values, as JSON has them."""
    return {
        "passed": ledger.has_passed,
        "checks": ledger_table(ledger).to_dict(orient="records"),
    }


def ledger_markdown(ledger: Ledger) -> str:
    """Return the page of the documentation, docs/validation.md.

    Differences as measured are left out: they are of rounding, and another processor rounds
    otherwise. A check that has failed is marked.
    """
    stages = "\n\n".join("\n".join(_stage_markdown(stage)) for stage in ledger.stages)
    page = resources.files(__package__).joinpath(_PAGE).read_text("utf-8")
    return page.replace("{count}", str(len(ledger.checks))).replace("{stages}", stages)


def _stage_markdown(stage: StageChecks) -> Iterator[str]:
    yield f"## {stage.title}\n"
    yield f"`simulator verify --stage {stage.stage}`\n"
    yield from _TABLE_HEAD
    for check in stage.checks:
        failed = "" if check.has_passed else "**failed**: "
        allowed = with_unit(f"{check.allowed:g}", check.unit)
        cells = [f"{failed}{check.name}", check.ours, check.reference, allowed, check.source]
        yield f"| {' | '.join(cells)} |"
