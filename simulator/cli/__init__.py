"""The command line: it parses, calls and prints. Results go to stdout, all else to stderr.

Exit codes: 0 good, 1 bad input or a fault of the disk, 2 wrong usage, 130 interrupted,
143 terminated.

`application` puts the commands together, each of which is a module of its name, the one asked for
alone where one is; `whole` has all; `options` are
those that several commands have; `printing`, `progress` and `interrupts` are the shell around them.
Each command imports the rooms it needs when it runs, so that `--help` answers at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.cli.application import main
    from simulator.cli.whole import app
else:
    __getattr__ = door(__name__, {"application": "main", "whole": "app"})

__all__ = ["app", "main"]
