"""A scenario's file and the folder of its run, for tests that only read them."""

import contextlib
from pathlib import Path

import pytest
from typer.testing import Result

from tests import made
from tests.made_calls import call, good

SCENARIO = made.text(
    """
[[regions]]
name = "korea"
catalog = "korean_peninsula"
resolution_km = 100.0

[[regions]]
name = "guam"
catalog = "guam_box"
resolution_km = 50.0
""",
    title="A day over Korea",
    start="2023-11-24",
    days=1.0,
    targets=["osan", "kadena"],
    satellite={"name": "Malligyong-1"},
)


@pytest.fixture(scope="session")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("cli") / "day.toml"
    file.write_text(SCENARIO)
    return file


@pytest.fixture(scope="session")
def first(scenario: Path) -> Result:
    """Run the scenario in its folder, into results/day beside it."""
    with contextlib.chdir(scenario.parent):
        return call("run", scenario)


@pytest.fixture(scope="session")
def folder(scenario: Path, first: Result) -> Path:
    good(first)
    return scenario.parent / "results" / "day"
