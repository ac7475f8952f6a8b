"""The arguments and options that several commands have."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.errors import InputError

if TYPE_CHECKING:
    from simulator.processes import ProcessPool
    from simulator.workers import Workers

_DATE = re.compile(r"\d{4}-\d\d-\d\d")

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (TOML).")]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Override a key of the scenario, such as span.days=3; may be repeated.",
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Run on a Dask cluster, such as tcp://host:8786. Work and answers are pickles, in "
        "clear text over tcp://: who reaches the cluster or the line can run code here and there. "
        "Use one you trust, or tls:// with the certificates named in Dask's configuration.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and only that.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV, and only that.")]
Zone = Annotated[
    str | None,
    typer.Option(
        "--tz",
        metavar="ZONE",
        help="Zone of the local time, as Asia/Seoul or UTC+9. [default: each place's]",
    ),
]
Days = Annotated[float, typer.Option(help="How many days.")]
Daylight = Annotated[
    bool, typer.Option("--daylight", help="Only while the sun is 10 degrees high there.")
]
# A southern latitude, as -33.9,18.4, is a place and no option: `refuse_unknown_options` looks after
# the others.
OF_PLACES = {"ignore_unknown_options": True}
SummaryAsJson = Annotated[
    bool, typer.Option("--json", help="Print the summary as JSON, and only that.")
]


def refuse_csv_and_json(as_csv: bool, as_json: bool) -> None:
    """Refuse both forms at once; raises typer's BadParameter."""
    if as_csv and as_json:
        raise typer.BadParameter("choose one of --csv and --json")


def refuse_unknown_options(places: Iterable[str]) -> None:
    """Refuse an option that was taken for a place; raises typer's BadParameter."""
    for place in places:
        if place.startswith("-") and not place[1:2].isdigit():
            raise typer.BadParameter(f"No such option: {place}")


def told_instant(start: str | None) -> str | None:
    """Return an instant as it was told, "now" as what the clock says."""
    return datetime.now(UTC).isoformat(timespec="seconds") if start == "now" else start


def instant_of(option: str, text: str | None) -> datetime | None:
    """Return the instant that an option tells, None without; a date begins at midnight UTC.

    Raises InputError for no time, and for one without an offset.
    """
    if text is None:
        return None
    told = f"{text}T00:00:00Z" if _DATE.fullmatch(text) else told_instant(text) or ""
    try:
        instant = datetime.fromisoformat(told)
    except ValueError:
        raise InputError(
            f"{option}: '{text}' is no time; write it as 2023-11-22T00:00:00Z"
        ) from None
    if instant.tzinfo is None:
        raise InputError(f"{option}: {text} has no offset from UTC; write {text}Z if it is UTC")
    return instant


def refuse_existing(path: Path, *, force: bool) -> None:
    """Refuse at once what would be refused after a long run; raises InputError."""
    if path.exists() and not force:
        raise InputError(f"{path}: exists already; choose another by --out, or add --force")


def drawing_processes(items: int, *, module: str) -> AbstractContextManager[ProcessPool | None]:
    """Return processes for so many items, one a core, that import a module meanwhile."""
    from simulator.processes import ProcessPool

    count = min(os.cpu_count() or 1, items)
    return nullcontext() if count < 2 else ProcessPool(count, modules=[module])


@contextmanager
def cluster_workers(scheduler: str | None) -> Iterator[Workers | None]:
    """Give the workers of a cluster, None without one."""
    if scheduler is None:
        yield None
        return
    # Only where it is asked for: the import costs every other command its start.
    from simulator.sweep import cluster

    with cluster(scheduler) as workers:
        yield workers
