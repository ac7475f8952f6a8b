"""`simulator sweep`: many points of a scenario, kept point by point and resumable."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.interrupts import exit_code
from simulator.cli.options import Overrides, ScenarioFile, Scheduler, SummaryAsJson
from simulator.cli.printing import print_text, say
from simulator.cli.progress import sweep_shown

if TYPE_CHECKING:
    from simulator.sweep import Sweep

EXAMPLE = (
    "sweep scenarios/malligyong-1.toml --set 'regions=[]' "
    "--vary satellites.0.downlink_rate_mbps=2,20,60"
)

Vary = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATH=VALUES",
        help="A key and its values: v1,v2,... or start:stop:count; with --sample also "
        "start:stop. May be repeated. [default: the scenario's table sweep]",
    ),
]
Zipped = Annotated[
    bool, typer.Option("--zip", help="Take values side by side, not every combination.")
]
Sample = Annotated[int | None, typer.Option(metavar="N", min=1, help="Draw N points instead.")]
SampleMethod = Annotated[
    str | None, typer.Option(metavar="NAME", help="sobol, latin or random. [default: sobol]")
]
SampleSeed = Annotated[
    int | None, typer.Option(metavar="S", min=0, max=2**32 - 1, help="Seed of the sample.")
]
Jobs = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Processes. [default: one a core]")
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder to make. [default: results/SCENARIO'S NAME-sweep]"),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on in the folder: run what is missing or failed.")
]
Long = Annotated[
    bool,
    typer.Option(
        "--long",
        help="Write table-long.csv too: a row a point, a network (or target or region), a figure.",
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="Begin anew in the folder; allow very many points.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but results and faults.")]


def command(
    scenario: ScenarioFile,
    vary: Vary = None,
    zipped: Zipped = False,
    sample: Sample = None,
    method: SampleMethod = None,
    seed: SampleSeed = None,
    overrides: Overrides = None,
    jobs: Jobs = None,
    scheduler: Scheduler = None,
    out: Out = None,
    resume: Resume = False,
    force: Force = False,
    long_table: Long = False,
    as_json: SummaryAsJson = False,
    quiet: Quiet = False,
) -> None:
    """Run many points of a scenario, sharing the work between them.

    All points are checked first. Each is kept as soon as it is done, so that an interrupted sweep
    goes on with --resume. Writes a table (CSV), an array (NetCDF, Zarr) and the points.
    """
    _refuse_contradictions(zipped, sample, jobs, scheduler, method)
    folder = out or Path("results") / f"{scenario.stem}-sweep"

    if (
        scheduler is None
        and (jobs or os.cpu_count() or 1) > 1
        and _may_write(folder, resume, force)
    ):
        from simulator.sweep import begin_processes

        # Before all else is imported: they import while points are planned.
        begin_processes()

    from simulator.sweep import check_folder, plan, run_sweep, summary_json

    # Before the plan, which checks every point and may take minutes.
    check_folder(folder, resume=resume, force=force)
    planned = plan(
        scenario,
        vary or (),
        mode="zip" if zipped else "sample" if sample is not None else None,
        sample=sample,
        method=method,  # type: ignore[arg-type]
        seed=seed,
        overrides=overrides or (),
        force=force,
    )
    if not quiet:
        say(f"{len(planned):,} points, all valid")
    try:
        with sweep_shown(quiet) as watcher:
            finished = run_sweep(
                planned,
                jobs=jobs,
                scheduler=scheduler,
                out=folder,
                resume=resume,
                force=force,
                long_table=long_table,
                watcher=watcher,
            )
    # Here and not in the group: only a sweep keeps what it has and can go on.
    except KeyboardInterrupt as interrupt:
        say(f"interrupted; finished points are kept in {folder}, go on with --resume")
        raise typer.Exit(exit_code(interrupt)) from None
    print_text(summary_json(finished, planned) if as_json else repr(finished))
    if not quiet:
        _say_what_was_kept(finished, folder)
    # Last: points that failed take nothing from those that are done.
    _fail_with_points(finished, len(planned))


def _may_write(folder: Path, resume: bool, force: bool) -> bool:
    """Return whether a folder is none that is surely refused, without a look into it."""
    return resume or force or not folder.exists()


def _refuse_contradictions(
    zipped: bool, sample: int | None, jobs: int | None, scheduler: str | None, method: str | None
) -> None:
    """Raise BadParameter for options that exclude each other, and for a method unknown."""
    if zipped and sample is not None:
        raise typer.BadParameter("choose one of --zip and --sample")
    if jobs is not None and scheduler is not None:
        raise typer.BadParameter("choose one of --jobs and --scheduler")
    if method not in (None, "sobol", "latin", "random"):
        raise typer.BadParameter(f"--method {method}: choose one of sobol, latin and random")


def _say_what_was_kept(finished: Sweep, folder: Path) -> None:
    for stage, count in finished.reused.items():
        say(f"{stage}: {count['reused']:,} reused, {count['run']:,} run")
    say(f"written: {folder}")


def _fail_with_points(finished: Sweep, points: int) -> None:
    """Exit with 1 if a point failed, and say which was the first."""
    if finished.errors:
        point, error = next(iter(finished.errors.items()))
        say(f"{len(finished.errors):,} of {points:,} points failed; point {point}: {error}")
        raise typer.Exit(1)
