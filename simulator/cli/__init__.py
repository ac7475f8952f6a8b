"""The command line: it parses, calls and prints. Results go to stdout, all else to stderr.

Exit codes: 0 good, 1 bad input or a fault of the disk, 2 wrong usage, 130 interrupted,
143 terminated.

`application` puts the commands together, each of which is a module of its name; `options` are
those that several commands have; `printing`, `progress` and `interrupts` are the shell around them.
Each command imports the rooms it needs when it runs, so that `--help` answers at once.
"""

from simulator.cli.application import app, main

__all__ = ["app", "main"]
