"""Plans of others read in: by hand, and refused with file, line and field."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.plans import ContactPlan, PlanPictures, PlanRoles, read_plan, send

SPACE = PlanRoles(satellites=(7,), headquarters=(1,))
# A satellite 7 over stations 2 and 3; headquarters 1 is 5 s from 2, and 2 is 1 s from 3.
BY_HAND = """\
# A plan of another's making
1 2 ''
s
m horizon 0
@ 2024/03/01-00:00:00
a contact +100 +160 7 3 1000
a contact +400 +460 7 2 2000 0.9
a contact +0 +1000 2 1 1000000
a contact +0 +1000 3 2 1000000
a contact +0 +1000 1 2 1000000
a range +0 +1000 1 2 5
a range +0 +1000 2 3 4
a range +0 +1000 3 2 1
a range +0 +130 3 7 2
a range +130 +1000 3 7 3
a range +0 +1000 2 7 0
a contact -1 +0 7 7 0
"""


def plan_of(folder: Path, text: str, roles: PlanRoles = SPACE, **options: Any) -> ContactPlan:
    place = folder / "plan.txt"
    place.write_text(text, encoding="utf-8")
    return read_plan(place, roles, **options)


def home(plan: ContactPlan, taken_s: list[float], size_bits: list[float]) -> list[float]:
    count = len(taken_s)
    pictures = PlanPictures(
        np.full(count, 7),
        np.array(taken_s),
        np.array(size_bits),
        np.zeros(count, np.int64),
        tuple(map(str, range(count))),
    )
    return send(plan, pictures).table["delivered_s"].tolist()


def test_a_plan_by_hand_is_sent_over_by_hand(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, BY_HAND)
    assert plan.start == datetime(2024, 3, 1, tzinfo=UTC) and plan.span_s == 1000.0
    assert plan.notes == ("Contacts of a confidence below 1, which are taken to come: 1.",)
    # 8 kbit/s over station 3 from 100 s on: 80 kbit are sent in 10 s, and home 2 + 1 + 5 s later.
    assert home(plan, [50.0], [80_000.0]) == pytest.approx([118.0])
    # 280 kbit take 35 s: the last are sent over the longer range, 3 s.
    assert home(plan, [50.0], [280_000.0]) == pytest.approx([144.0])
    # 500 kbit are more than the 480 of the first contact: the rest at 16 kbit/s over station 2.
    assert home(plan, [50.0], [500_000.0]) == pytest.approx([401.25 + 5.0])
    late = home(plan, [450.0, 455.5], [80_000.0, 80_000.0])
    assert late == pytest.approx([460.0, np.nan], nan_ok=True)


def test_dates_say_the_same_as_seconds(tmp_path: Path) -> None:
    dated = BY_HAND.replace("@ 2024/03/01-00:00:00\n", "")
    for seconds in (0, 100, 130, 160, 400, 460, 1000):
        label = f"2024/03/01-00:{seconds // 60:02d}:{seconds % 60:02d}"
        dated = dated.replace(f"+{seconds} ", f"{label} ")
    plan, other = plan_of(tmp_path, dated), plan_of(tmp_path, BY_HAND)
    instants = plan.start.timestamp() + plan.contacts.start_s
    assert np.array_equal(instants, other.start.timestamp() + other.contacts.start_s)


def test_seconds_without_a_time_count_from_the_start_that_is_said(tmp_path: Path) -> None:
    loose = BY_HAND.replace("@ 2024/03/01-00:00:00\n", "")
    assert plan_of(tmp_path, loose).start is None
    start = datetime(2025, 1, 1, tzinfo=UTC)
    assert plan_of(tmp_path, loose, start=start).start == start
    moved = plan_of(tmp_path, loose.replace("1 2 ''", "@ +50"), start=start)
    assert moved.contacts.start_s.min() == 50.0


def test_a_plan_of_hdtn_by_hand(tmp_path: Path) -> None:
    rows = [
        {"contact": 0, "source": 7, "dest": 2, "startTime": 10, "endTime": 20, "rate": 1},
        {
            "contact": 1,
            "source": 2,
            "dest": 1,
            "startTime": 0,
            "endTime": 50,
            "rateBitsPerSec": 2_000_000,
            "owlt": 3,
        },
    ]
    plan = plan_of(tmp_path, json.dumps({"contacts": rows}))
    assert home(plan, [0.0], [4e6]) == pytest.approx([17.0])
    for row in rows:
        row["startTime"] += 1_700_000_000
        row["endTime"] += 1_700_000_000
    unix = plan_of(tmp_path, json.dumps({"contacts": rows}))
    assert unix.start == datetime.fromtimestamp(1_700_000_000, UTC)
    assert home(unix, [0.0], [4e6]) == pytest.approx([17.0])


def test_without_headquarters_a_picture_is_home_at_any_station(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, BY_HAND, PlanRoles(satellites=(7,)))
    assert home(plan, [50.0], [80_000.0]) == pytest.approx([112.0])


def line(number: int, text: str) -> str:
    lines = BY_HAND.splitlines()
    lines[number - 1] = text
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (line(6, "a contact +100 +90 7 3 1000"), r"plan.txt:6: stop: '\+90' is not after"),
        (line(6, "a contact +100 +160 7 x 1000"), r"plan.txt:6: to: 'x' is no number of a node"),
        (line(6, "a contact +100 +160 7 7 1000"), r"plan.txt:6: to: '7' is the node itself"),
        (line(6, "a contact +100 +160 7 3 0"), r"plan.txt:6: rate: '0' must be above 0"),
        (line(6, "a contact +100 +160 7 3 fast"), r"plan.txt:6: rate: 'fast' is not a number"),
        (line(6, "a contact +100 +160 7 3"), r"plan.txt:6: needs start, stop, two nodes and rate"),
        (line(6, "a contact 10:00 +160 7 3 1"), r"plan.txt:6: start: '10:00' is no time"),
        (line(6, "a contact 2024/02/30-00:00:00 +9 7 3 1"), r"plan.txt:6: start: .* is no time"),
        (line(6, "d contact +100 7 3"), r"plan.txt:6: 'd contact' changes the plan"),
        (line(14, "# "), r"plan.txt:6: no range covers this contact of 7 and 3 from 100 to 160"),
        (line(8, "a contact +0 +120 2 1 1000000"), r"of 2 with 1: is shut from 120 to 460 s"),
        (line(8, "a contact +0 +1000 2 1 900"), r"of 2 with 1: carries 7200 bit/s, and satell"),
        ("# nothing\n", r"plan.txt: holds no contact"),
        ("# node 7 satelite x\n" + BY_HAND, r"plan.txt:1: kind: .* did you mean 'satellite'"),
        ("{", r"plan.txt: is not JSON"),
        ('{"contacts": 3}', r"plan.txt: contacts: is missing, or no list"),
        ('{"contacts": [{"source": 1}]}', r"contacts\[0\].dest: is missing"),
        (
            '{"contacts": [{"source": 1, "dest": 2, "startTime": 0, "endTime": 0}]}',
            r"contacts\[0\].endTime: 0 is not after startTime, 0",
        ),
        (
            '{"contacts": [{"source": 1, "dest": 2, "startTime": 0, "endTime": "soon"}]}',
            r"contacts\[0\].endTime: 'soon' is no number",
        ),
        (
            '{"contacts": [{"source": 1, "dest": 7, "startTime": 0, "endTime": 9, '
            '"rateBitsPerSec": 0}]}',
            r"contacts\[0\].rateBitsPerSec: 0 leaves the rate open",
        ),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        home(plan_of(tmp_path, text), [50.0], [80_000.0])


def test_nodes_that_do_not_fit_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"satellite: 8 is no node of .*; it has 1, 2, 3, 7"):
        plan_of(tmp_path, BY_HAND, PlanRoles(satellites=(8,)))
    with pytest.raises(InputError, match="headquarters: 7 takes pictures too"):
        plan_of(tmp_path, BY_HAND, PlanRoles((7,), (7,)))
    with pytest.raises(InputError, match="does not say which nodes are satellites"):
        plan_of(tmp_path, BY_HAND, PlanRoles())
    cut_off = plan_of(tmp_path, line(8, ""))
    with pytest.raises(InputError, match="no satellite has a contact with a node that leads to"):
        home(cut_off, [0.0], [1.0])
