"""The command line: it parses, calls and prints. Results go to stdout, all else to stderr.

Exit codes: 0 good, 1 bad input or a fault of the disk, 2 wrong usage, 130 interrupted,
143 terminated.
"""

from __future__ import annotations

import io
import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer
from typer.core import TyperGroup

from simulator import __version__
from simulator.errors import InputError, printable, printable_line

if TYPE_CHECKING:
    from simulator.sweep import Progress, Watcher
    from simulator.workers import Workers

INTERRUPTED = 130
TERMINATED = 143


class _Terminated(KeyboardInterrupt):
    """The system asks the process to end: cleaned up after as an interrupt is."""

    @staticmethod
    def raised(number: int, frame: object) -> None:
        raise _Terminated


@contextmanager
def _heard() -> Iterator[None]:
    """Hear the order to end while a command runs; only the main thread may."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _Terminated.raised)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit_code(end: KeyboardInterrupt) -> int:
    return TERMINATED if isinstance(end, _Terminated) else INTERRUPTED


class _Commands(TyperGroup):
    """The one place where a fault becomes a line on stderr and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        if getattr(signal.getsignal(signal.SIGINT), "__name__", "") == "_end_at_once":
            # Set while the imports ran; from here on an interrupt is cleaned up after.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            with _heard():
                return super().invoke(ctx)
        except KeyboardInterrupt as end:
            _say("interrupted; nothing was left half-written")
            raise typer.Exit(_exit_code(end)) from None
        except BrokenPipeError:
            # Whoever read has left; what is still buffered must not complain at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except (InputError, OSError) as fault:
            if ctx.params["debug"]:
                raise
            for line in _problems(fault):
                _say(line)
            raise typer.Exit(1) from None


def _problems(fault: InputError | OSError) -> Sequence[str]:
    if isinstance(fault, InputError):
        return fault.problems
    where = f"{fault.filename}: " if fault.filename else ""
    return [f"{where}{fault.strerror or fault}"]


app = typer.Typer(
    cls=_Commands,
    name="simulator",
    help="How often a reconnaissance satellite sees a place, and when the picture is home.",
    epilog="Example: simulator run scenarios/malligyong-1.toml",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a letter shall show another, not stop the report.
            stream.reconfigure(errors="replace")
    warnings.showwarning = _note_warning
    logging.lastResort = _Notes(logging.WARNING)
    app(prog_name="simulator")


def _print(text: str) -> None:
    """Print lines on stdout. Whatever file their words are from, no terminal obeys them."""
    typer.echo(printable(text.rstrip("\n")))


def _say(line: str) -> None:
    """Print a line on stderr, as `_print` does."""
    typer.echo(printable_line(line), err=True)


def _note_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Say what a library warns of, or this program, in a line of our own form."""
    _say(f"note: {' '.join(str(message).split())}")


class _Notes(logging.Handler):
    """Says what a library logs that nobody else hears, warnings and worse."""

    def emit(self, record: logging.LogRecord) -> None:
        _say(f"note: {' '.join(record.getMessage().split())}")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"simulator {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a fault.")] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    pass


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


@app.command(epilog="Example: simulator run scenarios/malligyong-1.toml --set span.days=3")
def run(
    scenario: ScenarioFile,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Results folder to make. [default: results/SCENARIO'S NAME]"
        ),
    ] = None,
    overrides: Overrides = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a results folder.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as JSON, and only that.")
    ] = False,
    scheduler: Scheduler = None,
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Draw nothing.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing but results, warnings and faults.")
    ] = False,
) -> None:
    """Run a scenario and compare its networks.

    Prints the comparison and the targets, and writes the results folder: tables, grids, figures,
    and where every number comes from. With --scheduler, regions are searched on a cluster.
    """
    folder = out or Path("results") / scenario.stem
    _keep(folder, force=force)
    if force and folder.exists() and not (folder / "summary.json").is_file():
        raise InputError(f"{folder}: exists and does not hold results; choose another by --out")

    from simulator import report, results, study
    from simulator.scenario import load

    loaded = load(scenario, overrides=overrides or ())
    results.check_folder(folder, force=force)
    with _progress(quiet) as progress, _workers(scheduler) as workers:
        found = study.run(loaded, progress=progress, workers=workers)
        figures = None if no_figures else _all_figures(progress)
        progress("writing")
        results.write(found, folder, force=force, figures=figures)
    if as_json:
        _print((folder / "summary.json").read_text(encoding="utf-8"))
    else:
        _print(report.report_text(found))
    _warn(found.warnings)
    if not quiet:
        _say(f"written: {folder}")


@contextmanager
def _workers(scheduler: str | None) -> Iterator[Workers | None]:
    """Give the workers of a cluster, None without one."""
    if scheduler is None:
        yield None
        return
    from simulator.sweep import cluster

    with cluster(scheduler) as there:
        yield there


def _keep(path: Path, *, force: bool) -> None:
    """Refuse at once what would be refused after a long run."""
    if path.exists() and not force:
        raise InputError(f"{path}: exists already; choose another by --out, or add --force")


def _warn(warnings: Sequence[str]) -> None:
    for warning in warnings:
        _say(f"warning: {warning}")


def _all_figures(progress: Callable[[str], None]) -> Callable[[Path], None]:
    """Return what draws every figure there is data for, one a region where it is of a region.

    They are drawn from the folder just written, so that `simulator map` draws the same.
    """
    from simulator import results
    from simulator.maps import available, draw, regions

    def into(folder: Path) -> None:
        found = results.read(folder.parent)
        for name in available(found):
            progress(f"figure {name}")
            places = regions(found, name)
            if not places or len(found.grids) == 1:
                draw(found, name, folder / f"{name}.png")
                continue
            for number, region in enumerate(found.grids, 1):
                if region in places:
                    draw(found, name, folder / f"{name}-{number}.png", region=region)

    return into


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Give a function that shows the stage under way: on a terminal only, else nowhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield lambda stage: status.update(printable_line(stage))


@app.command(
    epilog="Example: simulator sweep scenarios/malligyong-1.toml --set 'regions=[]' "
    "--vary satellites.0.downlink_rate_mbps=2,20,60"
)
def sweep(
    scenario: ScenarioFile,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            "--vary",
            metavar="PATH=VALUES",
            help="A key and its values: v1,v2,... or start:stop:count; with --sample also "
            "start:stop. May be repeated. [default: the scenario's table sweep]",
        ),
    ] = None,
    zipped: Annotated[
        bool, typer.Option("--zip", help="Take values side by side, not every combination.")
    ] = False,
    sample: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Draw N points instead.")
    ] = None,
    method: Annotated[
        str | None, typer.Option(metavar="NAME", help="sobol, latin or random. [default: sobol]")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="S", min=0, max=2**32 - 1, help="Seed of the sample.")
    ] = None,
    overrides: Overrides = None,
    jobs: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Processes. [default: one a core]")
    ] = None,
    scheduler: Scheduler = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder to make. [default: results/SCENARIO'S NAME-sweep]"
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on in the folder: run what is missing or failed.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Begin anew in the folder; allow very many points.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as JSON, and only that.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing but results and faults.")
    ] = False,
) -> None:
    """Run many points of a scenario, sharing the work between them.

    All points are checked first. Each is kept as soon as it is done, so that an interrupted sweep
    goes on with --resume. Writes a table (CSV), an array (NetCDF, Zarr) and the points.
    """
    if zipped and sample is not None:
        raise typer.BadParameter("choose one of --zip and --sample")
    if jobs is not None and scheduler is not None:
        raise typer.BadParameter("choose one of --jobs and --scheduler")
    if method not in (None, "sobol", "latin", "random"):
        raise typer.BadParameter(f"--method {method}: choose one of sobol, latin and random")
    folder = out or Path("results") / f"{scenario.stem}-sweep"

    from simulator.sweep import check_folder, plan, run_sweep, summary_json

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
        _say(f"{len(planned):,} points, all valid")
    try:
        with _sweep_watcher(quiet) as watcher:
            found = run_sweep(
                planned,
                jobs=jobs,
                scheduler=scheduler,
                out=folder,
                resume=resume,
                force=force,
                watcher=watcher,
            )
    except KeyboardInterrupt as end:
        _say(f"interrupted; finished points are kept in {folder}, go on with --resume")
        raise typer.Exit(_exit_code(end)) from None
    _print(summary_json(found, planned) if as_json else repr(found))
    if not quiet:
        for stage, count in found.reused.items():
            _say(f"{stage}: {count['reused']:,} reused, {count['run']:,} run")
        _say(f"written: {folder}")
    if found.errors:
        point, error = next(iter(found.errors.items()))
        _say(f"{len(found.errors):,} of {len(planned):,} points failed; point {point}: {error}")
        raise typer.Exit(1)


@contextmanager
def _sweep_watcher(quiet: bool) -> Iterator[Watcher | None]:
    """Give what tells of a sweep: a bar on a terminal, else a line every tenth of the way."""
    from simulator.sweep import Estimate, Watcher

    def ahead(estimate: Estimate) -> str:
        kept = f", {estimate.taken_over:,} taken over" if estimate.taken_over else ""
        return (
            f"{estimate.points:,} runs{kept}; about {_time(estimate.seconds)} on "
            f"{estimate.workers} at a time, {estimate.size_bytes / 1e6:,.1f} MB"
        )

    if quiet:
        yield None
        return
    if not sys.stderr.isatty():

        class Lines(Watcher):
            tenths = 0

            def estimated(self, estimate: Estimate) -> None:
                _say(ahead(estimate))

            def progressed(self, progress: Progress) -> None:
                tenths = 10 * progress.done // progress.points
                if tenths > self.tenths:
                    self.tenths = tenths
                    _say(_progress_line(progress))

        yield Lines()
        return

    from rich.console import Console

    console = Console(stderr=True)
    with console.status("starting") as status:

        class Status(Watcher):
            def estimated(self, estimate: Estimate) -> None:
                console.print(ahead(estimate), highlight=False)

            def progressed(self, progress: Progress) -> None:
                status.update(_progress_line(progress))

        yield Status()


def _progress_line(progress: Progress) -> str:
    failed = f", {progress.failed:,} failed" if progress.failed else ""
    return (
        f"{progress.done:,} of {progress.points:,} ({progress.done / progress.points:.0%}){failed}"
        f", {progress.rate_per_s:.3g} a second, {_time(progress.left_s)} left"
    )


def _time(seconds: float) -> str:
    if seconds < 90.0:
        return f"{seconds:.0f} s"
    minutes = seconds / 60.0
    return f"{minutes:.0f} min" if minutes < 90.0 else f"{minutes / 60.0:.1f} h"


@app.command(epilog="Example: simulator validate scenarios/malligyong-1.toml")
def validate(scenario: ScenarioFile, overrides: Overrides = None, as_json: AsJson = False) -> None:
    """Check a scenario and show what it holds.

    Prints the satellites with their elements, the targets, the regions and the networks, with
    nothing left to the catalogue or to a default.
    """
    from simulator import report
    from simulator.orbits import from_scenario
    from simulator.scenario import load
    from simulator.study import span_of

    resolved = load(scenario, overrides=overrides or ()).resolve()
    span = span_of(resolved)
    facts = report.scenario_facts(resolved, from_scenario(resolved), span)
    _print(report.json_text(facts) if as_json else report.scenario_text(facts))
    _say(f"{scenario}: valid")


@app.command(epilog="Example: simulator catalog launches malligyong1_nov23")
def catalog(
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help="A kind, such as launches or stations.")
    ] = None,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="An entry's id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the catalogue and its sources.

    Lists the kinds of entry, the entries of a kind, or one entry: every value with its unit,
    confidence and source.
    """
    from simulator import report

    if kind is None:
        _print(report.json_text(report.kinds()) if as_json else report.kinds_text())
    elif name is None:
        _print(report.json_text(report.entries(kind)) if as_json else report.entries_text(kind))
    else:
        found = report.entry(kind, name)
        _print(report.json_text(found) if as_json else report.entry_text(found))


@app.command(epilog="Example: simulator passes malligyong1_nov23 osan --days 3 --daylight")
def passes(
    orbit: Annotated[
        str,
        typer.Argument(
            metavar="ORBIT",
            help="A launch or element set of the catalogue, by id; a TLE or OMM file; "
            "sso:ALTITUDE_KM:LTAN_H, as sso:500:10.5; or "
            "kepler:PERIGEExAPOGEE:INCLINATION[:RAAN], as kepler:493x512:97.4.",
        ),
    ],
    place: Annotated[
        str,
        typer.Argument(
            metavar="PLACE",
            help="A target, station or site of the catalogue, by id; or LAT,LON[,HEIGHT_M]. Write "
            "-- before a southern latitude: -- -33.9,18.4.",
        ),
    ],
    start: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="First instant, as 2023-11-22T00:00:00Z. [default: the orbit's epoch]",
        ),
    ] = None,
    days: Annotated[float, typer.Option(help="How many days.")] = 1.0,
    min_elevation: Annotated[
        float, typer.Option(metavar="DEG", help="Least height of the satellite at the place.")
    ] = 5.0,
    max_off_nadir: Annotated[
        float | None,
        typer.Option(metavar="DEG", help="Only while the place is within this angle of nadir."),
    ] = None,
    daylight: Annotated[
        bool, typer.Option("--daylight", help="Only while the sun is 10 degrees high there.")
    ] = False,
    max_sun: Annotated[
        float | None,
        typer.Option(
            metavar="DEG", help="Only while the sun is at most so high there, as -12 by night."
        ),
    ] = None,
    min_culmination: Annotated[
        float | None,
        typer.Option(metavar="DEG", help="Only overpasses whose top is at least so high."),
    ] = None,
    satellite: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Which satellite of a file that holds several."),
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, and only that.")] = False,
    as_json: AsJson = False,
) -> None:
    """List when a satellite passes over a place.

    Needs no scenario file.
    """
    if as_csv and as_json:
        raise typer.BadParameter("choose one of --csv and --json")
    from simulator import report
    from simulator.study import look_up

    found = look_up(
        orbit,
        place,
        satellite=satellite,
        start=start,
        days=days,
        min_elevation_deg=min_elevation,
        max_off_nadir_deg=max_off_nadir,
        daylight=daylight,
        max_sun_elevation_deg=max_sun,
        min_culmination_deg=min_culmination,
    )
    facts = found.facts()
    if as_csv:
        _print(report.overpasses_csv(facts))
    else:
        _print(report.json_text(facts) if as_json else report.overpasses_text(facts))
    _warn(found.warnings)


@app.command("map", epilog="Example: simulator map results/malligyong-1 --figure revisit-mean")
def map_(
    folder: Annotated[Path, typer.Argument(metavar="RESULTS", help="Folder of a finished run.")],
    figure: Annotated[
        str, typer.Option(metavar="NAME", help="Which figure; 'list' names those there are.")
    ] = "ground-track",
    region: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Region of the figure. [default: the first]"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="File to draw: .png, .svg or .pdf. [default: FIGURE.png]"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
) -> None:
    """Draw a figure of a finished run."""
    from simulator import maps, results

    file = out or Path(f"{figure}.png")
    if figure != "list":
        _keep(file, force=force)
        results.check_file(file)
    found = results.read(folder)
    if figure == "list":
        names = maps.available(found)
        width = max(map(len, names), default=0)
        for name in names:
            _print(f"{name:<{width}}  {maps.FIGURES[name][1]}")
        return
    maps.draw(found, figure, file, region=region)
    _print(str(file))


@app.command(epilog="Example: simulator schema > scenario.schema.json")
def schema() -> None:
    """Print the JSON Schema of a scenario file."""
    from simulator import report
    from simulator.scenario import json_schema

    _print(report.json_text(json_schema()))
