"""The tables: one per case, as Markdown and as JSON."""

from __future__ import annotations

import platform
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.cases import OURS, Case
from benchmarks.runner import Outcome

HEADINGS = (
    "engine",
    "points",
    "CPU ms per point and day",
    "wall ms per point and day",
    "CPU ÷ ours",
    "wall ÷ ours",
    "edges, median",
    "edges, worst",
    "windows",
    "missed (longest)",
    "invented (longest)",
)
UNITS = ((1.0, "s"), (1e3, "ms"), (1e6, "µs"))
CPUINFO = Path("/proc/cpuinfo")


def heading(*, today: date, cores: int) -> str:
    """Return the line that says when and on what the tables were made."""
    return (
        f"{today.isoformat()}, {processor()}, {cores} cores, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def processor() -> str:
    """Return the processor's model name where the system tells it."""
    if CPUINFO.exists():
        for line in CPUINFO.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def table(case: Case, outcomes: list[Outcome]) -> str:
    """Return one case as a Markdown table, notes below."""
    ours = next((o for o in outcomes if o.peer.name == OURS and not o.reason), None)
    lines = [f"## {case.title[0].upper()}{case.title[1:]}", ""]
    lines += [_row(HEADINGS), _row(["---"] + ["---:"] * (len(HEADINGS) - 1))]
    lines += [_row(_cells(outcome, ours)) for outcome in outcomes]
    details = [_details(outcome) for outcome in outcomes]
    return "\n".join(lines + [""] + [line for line in details if line])


def as_json(case: Case, outcomes: list[Outcome]) -> dict[str, Any]:
    """Return one case with everything that was measured."""
    return {"case": case.title, "outcomes": [asdict(outcome) for outcome in outcomes]}


def notes(outcomes: list[Outcome]) -> str:
    """Return how the models of the engines that appear differ from the common one."""
    said = {o.peer.name: o.peer.notes for o in outcomes}
    return "\n".join(f"- {name}: {text}" for name, text in said.items())


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(outcome: Outcome, ours: Outcome | None) -> list[str]:
    name = f"{outcome.peer.name} {outcome.version}".strip()
    cells = [name, f"{outcome.points:,}"]
    if outcome.reason:
        return [*cells, f"not run: {outcome.reason}", *[""] * (len(HEADINGS) - 3)]
    cpu, wall = outcome.cpu_ms_per_point_day, outcome.wall_ms_per_point_day
    cells += [_figure(cpu), _figure(wall)]
    if ours is None:
        cells += ["", ""]
    else:
        cells += [
            _figure(cpu / ours.cpu_ms_per_point_day),
            _figure(wall / ours.wall_ms_per_point_day),
        ]
    return cells + _accuracy(outcome)


def _accuracy(outcome: Outcome) -> list[str]:
    score = outcome.score
    if score is None:
        return ["", "", f"{outcome.windows:,}", "not checked", "not checked"]
    missed = f"{score.missed} ({score.longest_missed_s:.3g} s)" if score.missed else "0"
    invented = f"{score.invented} ({score.longest_invented_s:.3g} s)" if score.invented else "0"
    return [
        _seconds(score.edge_error_median_s),
        _seconds(score.edge_error_max_s),
        f"{score.reported:,} of {score.exact:,}",
        missed + (f" + {score.cut_missed} cut by the span" if score.cut_missed else ""),
        invented,
    ]


def _details(outcome: Outcome) -> str:
    if outcome.peer.name != OURS or outcome.reason:
        return ""
    figures = {
        "cpu_s": round(outcome.cpu_s, 4),
        "wall_s": round(outcome.wall_s, 4),
        "windows": outcome.windows,
        "peak_memory_mb": round(outcome.peak_memory_mb),
        **(outcome.figures or {}),
    }
    return f"{OURS}: " + ", ".join(f"{name} {value}" for name, value in figures.items())


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000.0 else f"{value:.3g}"


def _seconds(value: float | None) -> str:
    if value is None:
        return ""
    scale, unit = next((unit for unit in UNITS if unit[0] * value >= 1.0), UNITS[-1])
    return f"{float(f'{scale * value:.2g}'):g} {unit}"
