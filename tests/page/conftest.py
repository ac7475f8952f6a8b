"""One browser for all tests of the page, and the page of a small run on the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.page import write_page
from simulator.results import Results
from tests import made
from tests.made_browser import Browser, browser, executable

TOML = made.text(
    made.BOX,
    title="A small run",
    question="How soon?",
    start="2023-11-24",
    days=3.0,
    targets=["osan", "kadena", "busan"],
    satellite={"name": "Malligyong-1"},
)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if executable() is None:
        pytest.skip("no Chromium is installed: pages are not tried in a browser")
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="session")
def run() -> Results:
    return made.finished(TOML)


@pytest.fixture(scope="session")
def page(run: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page([run], tmp_path_factory.mktemp("page") / "report.html")


@pytest.fixture
def desk(chromium: Browser) -> Browser:
    """Give a window as on a desk, in light."""
    chromium.media()
    chromium.size(1280, 900)
    return chromium


@pytest.fixture
def shown(desk: Browser, page: Path) -> Browser:
    """Show the page afresh."""
    desk.open(page)
    return desk
