"""Satellites of one launch while they spread: stages against runs, and the command."""

from __future__ import annotations

import json
from functools import cache

import pytest

from simulator.errors import InputError
from simulator.launches import SpreadStages, spread_stages
from simulator.page.answered import answer_views
from simulator.results import read_answer
from simulator.scenario import Scenario
from simulator.study import run
from tests.made import scenario, text
from tests.made_calls import call, good

ORBIT = {"kind": "plane-spread", "launch": "malligyong1_nov23", "total": 3, "drift_days": 12.0}


def made(**changes: object) -> Scenario:
    return scenario(text(satellite={"orbit": ORBIT | changes}))


@cache
def found() -> SpreadStages:
    return spread_stages(made(), parts=2)


def test_a_stage_is_a_run_over_its_part_of_the_spread() -> None:
    stages = found().stages
    assert list(stages["begin_utc"].unique()) == [
        "2023-11-21T13:54:13Z",
        "2023-11-27T13:54:13Z",
        "2023-12-03T13:54:13Z",
    ]
    assert list(stages["done_share"].unique()) == [0.25, 0.75, 1.0]
    later = scenario(text(satellite={"orbit": ORBIT}, days=6.0), "span.start=2023-11-27T13:54:13Z")
    results = run(later)
    own = stages[stages["stage"] == 2]
    for row, network in zip(
        own.to_dict(orient="records"), results["networks"].to_dict(orient="records"), strict=True
    ):
        for name in ("response_mean_h", "age_mean_h", "latency_mean_h"):
            assert row[name] == pytest.approx(network[name])
        assert row["revisit_mean_h"] == pytest.approx(results["targets"]["revisit_mean_h"].mean())


def test_requests_are_answered_sooner_as_they_come_apart() -> None:
    stages = found().stages
    own = stages[stages["network"] == "dprk"]["response_mean_h"].to_numpy()
    assert own[-1] < own[0]


def test_places_are_those_of_the_plan() -> None:
    assert list(found().places["place_deg"]) == [0.0, 120.0, -120.0]
    assert found().days == 12.0


@pytest.mark.parametrize(
    ("parts", "message"),
    [(0, "parts: 0; allowed 1 to 24"), (20, "shorter than a day; allowed up to 12")],
)
def test_parts_are_days_at_least(parts: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        spread_stages(made(), parts=parts)


def test_a_scenario_without_a_spread_is_refused() -> None:
    with pytest.raises(InputError, match="has an orbit of kind plane-spread"):
        spread_stages(scenario(text()))


def test_the_command_tells_keeps_and_shows_it(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file, out = tmp_path / "spread.toml", tmp_path / "kept"
    file.write_text(text(satellite={"orbit": ORBIT}))
    said = good(call("spread", file, "--parts", "2", "--out", out))
    assert said.startswith("3 satellites of one launch are at their places after 12.0 days")
    assert "nan" not in said and max(map(len, said.splitlines())) <= 88
    assert [path.name for path in (out / "figures").iterdir()] == ["spread.png"]
    (view,) = answer_views([read_answer(out)])
    assert view.heading == "While satellites of one launch spread"
    facts = json.loads(good(call("spread", file, "--parts", "1", "--json")))
    assert facts["spread_days"] == 12.0 and len(facts["stages"]) == 4
    fault = call("spread", file, "--parts", "40")
    assert fault.exit_code == 1 and "parts: 40; allowed 1 to 24" in fault.stderr
