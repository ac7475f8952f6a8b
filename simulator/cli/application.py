"""The application: its commands, what they have in common, and how a fault ends one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from simulator.cli import (
    catalog,
    claims,
    compare,
    decay,
    deliver,
    design,
    exchange,
    explain,
    export,
    exposure,
    ladder,
    launch,
    launch_options,
    launch_spread,
    map,
    new,
    overhead,
    passes,
    report,
    run,
    schema,
    sweep,
    unknowns,
    validate,
    verify,
    withdrawal,
    worth,
)
from simulator.cli.interrupts import exit_code, raise_interrupts, termination_raised
from simulator.cli.printing import discard_stdout, print_plainly, say
from simulator.errors import InputError
from simulator.version import __version__

# In the order of the list that --help prints. Each module holds a `command`, whose options typer
# reads off its parameters (which is why some have more than eight), and an EXAMPLE of its use.
_COMMANDS = {
    "run": run,
    "compare": compare,
    "verify": verify,
    "worth": worth,
    "exchange": exchange,
    "ladder": ladder,
    "withdrawal": withdrawal,
    "decay": decay,
    "launch": launch,
    "options": launch_options,
    "spread": launch_spread,
    "design": design,
    "unknowns": unknowns,
    "sweep": sweep,
    "new": new,
    "validate": validate,
    "catalog": catalog,
    "claims": claims,
    "passes": passes,
    "overhead": overhead,
    "exposure": exposure,
    "map": map,
    "report": report,
    "export": export,
    "deliver": deliver,
    "explain": explain,
    "schema": schema,
}


class _CommandGroup(TyperGroup):
    """The one place where a fault becomes a line on stderr and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        raise_interrupts()
        try:
            with termination_raised():
                return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            say("interrupted; nothing was left half-written")
            raise typer.Exit(exit_code(interrupt)) from None
        except BrokenPipeError:
            # A reader such as head has had enough: that is no failure.
            discard_stdout()
            raise typer.Exit(0) from None
        except (InputError, OSError) as fault:
            if ctx.params["debug"]:
                raise
            for line in _problems(fault):
                say(line)
            raise typer.Exit(1) from None


def _problems(fault: InputError | OSError) -> Sequence[str]:
    if isinstance(fault, InputError):
        return fault.problems
    where = f"{fault.filename}: " if fault.filename else ""
    return [f"{where}{fault.strerror or fault}"]


app = typer.Typer(
    cls=_CommandGroup,
    name="simulator",
    help="How often a reconnaissance satellite sees a place, and when the picture is delivered.",
    epilog="Example: simulator run scenarios/malligyong-1.toml",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(is_asked_for: bool) -> None:
    if is_asked_for:
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


for _name, _module in _COMMANDS.items():
    app.command(
        _name,
        epilog=f"Example: simulator {_module.EXAMPLE}",
        context_settings=getattr(_module, "CONTEXT", None),
    )(_module.command)


def main() -> None:
    """Run the command line."""
    print_plainly()
    app(prog_name="simulator")
