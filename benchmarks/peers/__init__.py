"""One adapter per engine, each a program: `python -m benchmarks.peers.NAME WORK ANSWER`."""
