"""The commands of the pages on exports, held against the run that they name."""

from __future__ import annotations

import re
import shlex
from datetime import datetime
from pathlib import Path

from simulator import load
from simulator.export import FORMATS
from simulator.study import Study

ROOT = Path(__file__).parents[2]
PAGES = ("export.md", "orbits-in-and-out.md", "delivery.md")
COMMAND = re.compile(r"^simulator export results/malligyong-1 (.*)$", re.MULTILINE)


def test_commands_name_what_the_run_has_at_times_that_it_has() -> None:
    study = Study(load(ROOT / "scenarios" / "malligyong-1.toml"))
    known = {
        "--format": set(FORMATS),
        "--satellite": {flight.name for flight in study.flights},
        "--network": {network.name for network in study.scenario.networks},
        "--region": {region.name for region in study.scenario.regions},
    }
    found = 0
    for page in PAGES:
        for text in COMMAND.findall((ROOT / "docs" / page).read_text(encoding="utf-8")):
            found += 1
            words = shlex.split(text)
            for option, value in zip(words[::2], words[1::2], strict=True):
                assert value in known.get(option, {value}), text
                if option == "--from":
                    at_s = study.span.seconds(datetime.fromisoformat(value))
                    assert 0.0 <= at_s < study.span.duration_s, text
    assert found > 15
