"""`simulator run`: a scenario, from its file to a results folder and a comparison of networks."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.options import (
    Overrides,
    ScenarioFile,
    Scheduler,
    SummaryAsJson,
    cluster_workers,
    refuse_existing,
)
from simulator.cli.printing import print_text, say, warn
from simulator.cli.progress import stage_shown, stages_timed
from simulator.errors import InputError
from simulator.leanstart import keep_what_is_there, leave_arrow_out

if TYPE_CHECKING:
    from simulator.processes import ProcessPool
    from simulator.results import Results
    from simulator.scenario import Scenario
    from simulator.workers import Workers

# Each holds the results and the libraries that draw, about 300 MB.
MOST_PROCESSES = 4
PAGE = "report.html"
EXAMPLE = "run scenarios/malligyong-1.toml --set span.days=3"

Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Results folder to make. [default: results/SCENARIO'S NAME]"),
]
Force = Annotated[bool, typer.Option("--force", help="Replace a results folder.")]
NoFigures = Annotated[bool, typer.Option("--no-figures", help="Draw no figures and no page.")]
NoTitle = Annotated[
    bool, typer.Option("--no-title", help="Draw figures without headings, as journals want them.")
]
Full = Annotated[
    bool, typer.Option("--full", help="Print every table, each with its rule beneath.")
]
Timings = Annotated[
    bool, typer.Option("--timings", help="Say how long each stage of the run took.")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say nothing but results, warnings and faults.")
]


def command(
    scenario: ScenarioFile,
    out: Out = None,
    overrides: Overrides = None,
    force: Force = False,
    as_json: SummaryAsJson = False,
    scheduler: Scheduler = None,
    no_figures: NoFigures = False,
    no_title: NoTitle = False,
    full: Full = False,
    timings: Timings = False,
    quiet: Quiet = False,
) -> None:
    """Run a scenario and answer its question.

    Prints the answer with one table, with --full every table, and writes the results folder:
    tables, grids, figures, a page for a browser, and where every number comes from. With
    --scheduler, regions are searched on a cluster.
    """
    # All that can be refused is refused before the imports and the run, which take long.
    folder = out or Path("results") / scenario.stem
    refuse_existing(folder, force=force)
    # What --force replaces must be ours: a mistyped folder is not to be lost.
    if force and folder.exists() and not (folder / "summary.json").is_file():
        raise InputError(f"{folder}: exists and does not hold results; choose another by --out")

    if scheduler is None:
        # Workers of a cluster may have it, and hand over what they make.
        leave_arrow_out()
    from simulator.scenario import load

    loaded = load(scenario, overrides=overrides or ())
    with (
        # They import what they need while this process imports what it needs itself.
        _processes(loaded, is_drawing=not no_figures) as processes,
        stage_shown(quiet) as shown,
        stages_timed(shown, timings) as progress,
        cluster_workers(scheduler) as workers,
        _compiling_ahead(),
    ):
        from simulator import report, results, study

        keep_what_is_there()
        # Once more with the disk tried out: the first look was at names alone.
        results.check_folder(folder, force=force)
        draws = _for_draws(loaded, processes)
        # As the folder keeps it: what is printed now and what is read back later then say the same.
        outcome = results.as_kept(
            study.run(
                loaded,
                progress=_with_draws(draws, progress),
                workers=workers,
                draw_workers=draws,
            )
        )
        # The processes draw while this one writes.
        drawings = (
            None
            if no_figures
            else _all_drawings(
                outcome,
                progress,
                processes,
                titles=not no_title,
                tell=(lambda _: None) if quiet else say,
            )
        )
        progress("writing")
        answer = report.answer(outcome)
        results.write(outcome, folder, answer=answer, force=force, drawings=drawings)
    if as_json:
        print_text((folder / "summary.json").read_text(encoding="utf-8"))
    else:
        print_text((report.report_text if full else report.brief_text)(outcome, answer))
    warn(report.warning_lines(outcome.warnings))
    if not quiet:
        say(f"written: {folder}")


def _compiling_ahead() -> AbstractContextManager[object]:
    """Compile in a second process what a first run comes to late, if that is not kept."""
    from simulator import study
    from simulator.numbastart import begin_compiling
    from simulator.processes import ProcessPool

    begin_compiling()
    if os.cpu_count() == 1 or study.late_code_is_kept():
        return nullcontext()
    process = ProcessPool(1, modules=["simulator.study"])
    process.begin(study.compile_late_code, None)
    return process


def _processes(loaded: Scenario, *, is_drawing: bool) -> AbstractContextManager[ProcessPool | None]:
    """Return processes that study draws and make drawings, one a core; None where none are needed.

    They import what they need while the scenario is run.
    """
    from simulator import study
    from simulator.processes import ProcessPool

    count = min(os.cpu_count() or 1, MOST_PROCESSES)
    of_draws = ["simulator.study.spread", "simulator.numbaserver"]
    drawn = of_draws if study.draws_take_long(loaded) else []
    modules = [*drawn, *(["simulator.maps.register"] if is_drawing else [])]
    if not modules or count == 1:
        return nullcontext()
    return ProcessPool(count, modules=modules)


def _for_draws(loaded: Scenario, processes: ProcessPool | None) -> Workers | None:
    """Return who studies the draws: the processes, where it takes them longer than to begin."""
    from simulator import study
    from simulator.workers import Later

    if processes is None or not study.draws_take_long(loaded):
        return None
    # In a first run the process of the run compiles what all need, before they ask for it.
    return processes if study.late_code_is_kept() else Later(processes)


def _with_draws(draws: Workers | None, progress: Callable[[str], None]) -> Callable[[str], None]:
    """Return what is told each stage of a run, and lets draws begin that wait for compiled code.

    All of it that they need is compiled when the run comes to regions.
    """
    from simulator.workers import Later

    def told(stage: str) -> None:
        if stage == "regions" and isinstance(draws, Later):
            draws.begin()
        progress(stage)

    return told


def _all_drawings(
    outcome: Results,
    progress: Callable[[str], None],
    processes: ProcessPool | None,
    *,
    titles: bool,
    tell: Callable[[str], None],
) -> Callable[[Path], None]:
    """Let processes begin with every drawing; return what writes them, and the page.

    The page is made here meanwhile. `tell` is given a sentence for each drawing left out.
    """
    from simulator import page
    from simulator.maps import draw_all, save_all, sentence, silent

    remarks = [sentence(drawing) for drawing in silent(outcome)]
    shares = 1 if processes is None else processes.count
    drawn = draw_all(outcome, workers=processes, shares=shares, titles=titles)

    def make(folder: Path) -> None:
        page.write_page([outcome], folder.parent / PAGE)
        save_all(drawn, folder, remarks=remarks, progress=progress)
        for remark in remarks:
            tell(remark)

    return make
