"""The command `simulator`, and `python -m simulator`: the command line, once it is imported.

An interrupt during the imports, which take some tenths of a second, ends the process at once: no
library is left to make of it what it likes, and nothing has begun.
"""

import os
import signal

from simulator.leanstart import begin_lean, end_at_once


def _end_at_once(number: int, frame: object) -> None:
    os.write(2, b"interrupted; nothing was left half-written\n")
    os._exit(130)


def main() -> None:
    """Run the command line; interrupts are its own from its first command on."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end_at_once)
    begin_lean()
    from simulator.cli import main as command_line

    try:
        command_line()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            end_at_once(end.code or 0)
        raise


if __name__ == "__main__":
    main()
