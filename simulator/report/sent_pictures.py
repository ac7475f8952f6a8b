"""What became of pictures over a contact plan, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator.report import texttable
from simulator.results import csv_text
from simulator.text import ABSENT, days_words, duration, minute_utc
from simulator.units import DAY_S, HOUR_S

if TYPE_CHECKING:
    from simulator.plans import Sent

_MOST_LINES = 40
_HEAD = ("picture", "satellite", "taken", "delivered", "latency", "via", "hops", "status")


def sent_text(sent: Sent) -> str:
    """Return the plan, how many pictures are delivered and how late, and a line a picture.

    At most 40 lines of pictures.
    """
    table = sent.table
    lines = [
        _plan_words(sent),
        _pictures_words(sent),
        *(f"Note:     {note}" for note in sent.notes),
    ]
    rows = [_cells(row) for row in table.head(_MOST_LINES).to_dict(orient="records")]
    left = len(table) - len(rows)
    return "\n\n".join(
        [
            "\n".join(texttable.paragraph(line, rest="          ") for line in lines),
            texttable.aligned([_HEAD, *rows], right=(4, 6)),
            *([f"and {left:,} more; --csv prints all"] if left else []),
        ]
    )


def sent_csv(sent: Sent) -> str:
    """Return the table of pictures as CSV, instants also in UTC."""
    return csv_text(_plain_instants(sent.table))


def sent_facts(sent: Sent) -> dict[str, Any]:
    """Return the notes and the pictures as plain values, absent ones None."""
    table = _plain_instants(sent.table)
    rows = table.astype(object).where(table.notna(), None).to_dict(orient="records")
    return {"notes": list(sent.notes), "pictures": rows}


def _plain_instants(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its datetimes as text."""
    return table.assign(
        **{
            str(name): table[name].map(
                lambda at: f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z",
                na_action="ignore",
            )
            for name in table.columns
            if str(name).endswith("_utc")
        }
    )


def _plan_words(sent: Sent) -> str:
    plan = sent.plan
    satellites, stations, relays = map(
        len, (plan.of_kind("satellite"), plan.of_kind("station"), plan.of_kind("relay"))
    )
    counts = f"satellites: {satellites}, stations: {stations}, relays: {relays}"
    start = "" if plan.start is None else f" from {minute_utc(plan.start)} UTC"
    whole_days = plan.span_s % DAY_S == 0.0
    span = days_words(plan.span_s / DAY_S) if whole_days else duration(plan.span_s / HOUR_S)
    return f"Plan:     {counts}, contacts: {len(plan.contacts):,}; {span}{start}"


def _pictures_words(sent: Sent) -> str:
    table = sent.table
    counts = [f"{int((table['status'] == s).sum())} {s}" for s in ("delivered", "waiting", "lost")]
    line = f"Pictures: {len(table):,}: {', '.join(counts)}"
    hours = table["latency_s"].dropna().to_numpy(np.float64) / HOUR_S
    if not len(hours):
        return line
    mean, middle, most = (duration(float(f(hours))) for f in (np.mean, np.median, np.max))
    return f"{line}; latency {mean} on average, median {middle}, longest {most}"


def _cells(row: dict[Any, Any]) -> tuple[str, ...]:
    latency = row["latency_s"]
    return (
        row["picture"],
        row["satellite"],
        _instant(row, "taken"),
        _instant(row, "delivered"),
        ABSENT if latency != latency else duration(latency / HOUR_S),
        row["via"] or ABSENT,
        str(row["hops"]),
        row["status"],
    )


def _instant(row: dict[Any, Any], name: str) -> str:
    at_s = row[f"{name}_s"]
    if at_s != at_s:
        return ABSENT
    instant = row.get(f"{name}_utc")
    return f"{at_s:.1f} s" if instant is None else f"{instant:%Y-%m-%d %H:%M:%S}"
