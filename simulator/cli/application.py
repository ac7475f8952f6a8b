"""The application: its commands, what they have in common, and how a fault ends one."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from simulator.cli.interrupts import exit_code, raise_interrupts, termination_raised
from simulator.cli.printing import discard_stdout, print_plainly, say
from simulator.errors import InputError
from simulator.version import __version__

# In the order of the list that --help prints; the module of each, where it is not of its name. Each
# module holds a `command`, whose options typer reads off its parameters (which is why some have
# more than eight), and an EXAMPLE of its use.
COMMANDS = (
    *("run", "compare", "verify", "worth", "exchange", "ladder", "withdrawal", "decay", "launch"),
    *("options", "spread", "design", "unknowns", "sweep", "new", "validate", "catalog", "claims"),
    *("passes", "overhead", "exposure", "map", "report", "export", "deliver", "explain", "schema"),
)
_HELP = "How often a reconnaissance satellite sees a place, and when the picture is delivered."
_MODULES = {"options": "launch_options", "spread": "launch_spread"}


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


def _show_version(is_asked_for: bool) -> None:
    if is_asked_for:
        typer.echo(f"simulator {__version__}")
        raise typer.Exit


def _options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a fault.")] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    pass


def application(names: Iterable[str]) -> typer.Typer:
    """Return the command line with commands of these names."""
    app = typer.Typer(
        cls=_CommandGroup,
        name="simulator",
        help=_HELP,
        epilog="Example: simulator run scenarios/malligyong-1.toml",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for name in names:
        module = import_module(f"simulator.cli.{_MODULES.get(name, name)}")
        app.command(
            name,
            epilog=f"Example: simulator {module.EXAMPLE}",
            context_settings=getattr(module, "CONTEXT", None),
        )(module.command)
    return app


def main() -> None:
    """Run the command line."""
    print_plainly()
    # To make the other commands takes a tenth of the time of a short one.
    asked = [name for name in sys.argv[1:2] if name in COMMANDS]
    application(asked or COMMANDS)(prog_name="simulator")
