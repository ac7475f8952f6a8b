"""`python -m simulator`, the same as the command `simulator`."""

from simulator.cli import main

main()
