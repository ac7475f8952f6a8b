"""`python -m benchmarks`: install the peers, run every case, print the tables."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import date
from pathlib import Path

from benchmarks.cases import OURS, PEERS, full_cases, full_size_cases, quick_cases
from benchmarks.environment import DEFAULT_FOLDER, peer_python
from benchmarks.report import as_json, heading, notes, table
from benchmarks.runner import Outcome, outcomes, own_python

QUICK_TIMEOUT_S = 240.0
FULL_TIMEOUT_S = 7200.0


def arguments() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="about ten minutes (the default)")
    size.add_argument("--full", action="store_true", help="every point for everyone; hours")
    size.add_argument("--own", action="store_true", help="only our engine, at full size")
    parser.add_argument(
        "--engine",
        action="append",
        default=[],
        choices=[peer.name for peer in PEERS],
        help="only this engine; may be repeated",
    )
    parser.add_argument("--case", action="append", default=[], help="only this work, by name")
    parser.add_argument("--json", type=Path, help="also write everything measured to this file")
    parser.add_argument("--environment", type=Path, default=DEFAULT_FOLDER, help="peers' folder")
    return parser.parse_args()


def main() -> int:
    """Run what was asked for; return 0, or 2 when no case has the name asked for."""
    options = arguments()
    cases = full_size_cases() if options.own else full_cases() if options.full else quick_cases()
    chosen = [case for case in cases if not options.case or case.work.name in options.case]
    if not chosen:
        known = ", ".join(case.work.name for case in cases)
        print(f"no such case; there are {known}", file=sys.stderr)
        return 2
    pythons = {OURS: own_python()}
    if any(name != OURS for case in chosen for name in case.engines):
        pythons["peers"] = peer_python(options.environment)
    print(heading(today=date.today(), cores=os.cpu_count() or 1), flush=True)
    timeout_s = FULL_TIMEOUT_S if options.full else QUICK_TIMEOUT_S
    everything: list[Outcome] = []
    measured = []
    for case in chosen:
        results = []
        for outcome in outcomes(
            case, pythons=pythons, only=set(options.engine), timeout_s=timeout_s
        ):
            state = "not run" if outcome.reason else "done"
            print(f"{case.work.name}: {outcome.peer.name} {state}", file=sys.stderr, flush=True)
            results.append(outcome)
        everything += results
        measured.append(as_json(case, results))
        print(f"\n{table(case, results)}", flush=True)
    print(f"\n## How the models differ\n\n{notes(everything)}")
    if options.json:
        options.json.write_text(json.dumps(measured, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
