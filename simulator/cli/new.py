"""`simulator new`: a commented scenario to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.printing import print_text, say

EXAMPLE = "new busan --from launch"

Name = Annotated[
    Path,
    typer.Argument(metavar="NAME", help="The scenario's name; its file is NAME.toml."),
]
Kind = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="KIND",
        help="What to start from: launch, sun-synchronous, keplerian, walker, tle, radar, region.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file.")]


def command(name: Name, kind: Kind = "launch", force: Force = False) -> None:
    """Write a commented scenario to start from.

    It is valid as it is; every choice in it says where its alternatives are listed.
    """
    from simulator.cli.options import refuse_existing
    from simulator.scenario import STARTERS, starter

    path = name if name.suffix == ".toml" else name.with_name(f"{name.name}.toml")
    text = starter(kind, name=path.stem)
    refuse_existing(path, force=force)
    path.write_text(text, encoding="utf-8")
    print_text(f"{path}: {STARTERS[kind]}")
    say(f"next: simulator run {path}")
