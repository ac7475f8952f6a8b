"""`simulator deliver`, and the contact plans that `simulator export` writes for it."""

import csv
import io
import json
from pathlib import Path

import pytest

from simulator import read
from tests.made_calls import call, good

HEAD = "satellite,taken_s,size_bits"


@pytest.fixture(scope="module")
def plan(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("plan") / "plan.ionrc"
    good(call("export", folder, "--format", "ion", "--network", "dprk", "--out", place))
    return place


def test_a_run_is_sent_over_its_own_plan(folder: Path, plan: Path) -> None:
    results = read(folder)
    told = results.deliveries[results.deliveries["network"] == "dprk"]
    text = good(call("deliver", plan, "--pictures", folder))
    delivered = int((told["status"] == "delivered").sum())
    assert f"Pictures: {len(told)}: {delivered} delivered, 0 waiting, 0 lost" in text
    rows = list(
        csv.DictReader(io.StringIO(good(call("deliver", plan, "--pictures", folder, "--csv"))))
    )
    assert [row["via"] for row in rows] == list(told["via"])
    assert all(
        abs(float(row["delivered_s"]) - stands) < 1.0
        for row, stands in zip(rows, told["delivered_s"], strict=True)
    )


def test_pictures_of_a_file_are_sent(plan: Path, tmp_path: Path) -> None:
    start = read_start(plan)
    file = tmp_path / "pictures.csv"
    file.write_text(f"satellite,taken_utc,size_mbit,priority\n101,{start},160,2\n", "utf-8")
    (row,) = json.loads(good(call("deliver", plan, "--pictures", file, "--json")))["pictures"]
    assert row["taken_s"] == 0.0 and row["taken_utc"] == start.replace("Z", ".000Z")
    assert row["latency_s"] > 0.0 and row["status"] == "delivered"


def read_start(plan: Path) -> str:
    (line,) = (line for line in plan.read_text("utf-8").splitlines() if line.startswith("@ "))
    day, _, clock = line[2:].partition("-")
    return f"{day.replace('/', '-')}T{clock}Z"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("satellite,size_bits\n101,5\n", ":1: column taken_utc or taken_s is missing"),
        (f"{HEAD}\n101,0\n", ":2: has 2 cells, the heading 3"),
        (f"{HEAD}\n101,0,-1\n", ":2: size_bits: '-1' must be above"),
        (f"{HEAD}\n101,now,1e6\n", ":2: taken_s: 'now' is no number"),
        (f"{HEAD}\nKite,0,1e6\n", ":2: satellite: 'Kite' is no satellite of the plan"),
        ("satellite,taken_utc,size_bits\n101,2023,1e6\n", ":2: taken_utc: '2023' is no time"),
        (f"{HEAD}\n101,1e9,1e6\n", "picture 0: is taken 1e+09 s after the start"),
        (f"{HEAD}\n101,0,1e-3\n", "picture 0: 0.001 bits are sent in less than"),
        (f"{HEAD}\n", "pictures.csv: holds no picture"),
        (f"satellite,{HEAD}\n7,101,0,1e6\n", ":1: column satellite stands there 2 times"),
        (f"{HEAD},size_mbit\n101,0,1e6,2\n", ":2: size_bits and size_mbit are both given"),
    ],
)
def test_pictures_that_cannot_be_sent_are_named(
    plan: Path, tmp_path: Path, text: str, fault: str
) -> None:
    file = tmp_path / "pictures.csv"
    file.write_text(text, "utf-8")
    answer = call("deliver", plan, "--pictures", file)
    assert answer.exit_code == 1 and fault in answer.stderr


def test_a_plan_shorter_than_a_day_says_how_long_it_is(tmp_path: Path) -> None:
    plan, file = tmp_path / "short.ionrc", tmp_path / "pictures.csv"
    plan.write_text("a contact +0 +90 7 9 1000\na range +0 +90 7 9 0\n", "utf-8")
    file.write_text(f"{HEAD}\n7,1,8000\n", "utf-8")
    text = good(call("deliver", plan, "--pictures", file, "--satellite", 7))
    assert text.splitlines()[0].endswith("contacts: 1; 1.5 min")


def test_a_plan_is_of_one_network(folder: Path, tmp_path: Path) -> None:
    for words, fault in (
        ((), "network: a contact plan is of one; choose among dprk, "),
        (("--network", "dprc"), "did you mean 'dprk'?"),
    ):
        answer = call("export", folder, "--format", "hdtn", *words, "--out", tmp_path / "x.json")
        assert answer.exit_code == 1 and fault in answer.stderr
    assert not list(tmp_path.iterdir())
