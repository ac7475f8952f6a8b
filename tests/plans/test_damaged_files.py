"""Damaged plans and lists of pictures: each is read, or refused in words."""

from __future__ import annotations

import contextlib
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator import Results
from simulator.errors import InputError
from simulator.plans import (
    PlanRoles,
    contact_plan,
    hdtn_bytes,
    ion_text,
    plan_bytes,
    read_pictures,
    read_plan,
    send,
)

ODD = (
    "",
    "-1",
    "1e999",
    "9" * 400,
    "+9999999999",
    "nan",
    "null",
    "{}",
    "[]",
    '"x"',
    "true",
    "é",
    "@",
)
BY_HAND = """\
# node 7 satellite Kite
@ 2024/03/01-00:00:00
a contact +100 +160 7 3 1000
a contact +400 +460 7 2 2000 0.9
a contact +0 +1000 2 1 1000000
a contact +0 +1000 3 2 1000000
a range +0 +1000 1 2 5
a range +0 +1000 2 3 4
a range +0 +130 3 7 2
a range +130 +1000 3 7 3
a range +0 +1000 2 7 0
"""
PICTURES = "satellite,taken_s,taken_utc,size_bits,priority\n7,50,2024-03-01T00:00:50Z,80000,1\n"


def damaged(text: str, draw: random.Random) -> str:
    """Return a text of which some words are odd, some gone, some doubled."""
    words = text.split(" ")
    for _ in range(draw.randint(1, 4)):
        place = draw.randrange(len(words))
        words[place] = draw.choice(
            [draw.choice(ODD), "", f"{words[place]} {words[place]}", words[place][::-1]]
        )
    return " ".join(words)


@pytest.mark.parametrize("form", ["hand", "pictures", "ion", "hdtn", "ours"])
def test_a_damaged_file_is_read_or_refused_in_words(
    results: Results, folder: Path, tmp_path: Path, form: str
) -> None:
    run = contact_plan(results, "linked")
    few = replace(run, contacts=run.contacts.chosen(np.arange(0, len(run.contacts), 9)))
    whole = {
        "hand": BY_HAND,
        "pictures": PICTURES,
        "ion": "\n".join(ion_text(run).splitlines()[:60]),
        "hdtn": hdtn_bytes(few).decode("utf-8"),
        "ours": plan_bytes(few).decode("utf-8"),
    }
    place, list_ = tmp_path / "plan", tmp_path / "pictures.csv"
    draw, read = random.Random(form), 0
    taken = read_pictures(folder, run)
    roles = PlanRoles((7,), (1,)) if form in ("hand", "pictures") else PlanRoles()
    for _ in range(25):
        text = damaged(whole[form], draw)
        place.write_text(BY_HAND if form == "pictures" else text, encoding="utf-8")
        list_.write_text(text.replace(" ", ",") if form == "pictures" else PICTURES, "utf-8")
        with contextlib.suppress(InputError):
            plan = read_plan(place, roles)
            read += 1
            send(plan, read_pictures(list_, plan) if form == "pictures" else taken)
    assert read > 0
