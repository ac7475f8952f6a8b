"""Answers beyond those of a run, below it on its page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from simulator.page import page_html, write_page
from simulator.results import Results, write
from tests.made_answers import answered
from tests.made_browser import Browser


def test_an_answer_stands_on_the_page_with_its_text_figures_and_tables(run: Results) -> None:
    text = page_html([run], [answered()])
    assert "What each member is worth" in text
    assert "One dish brings it all." in text
    assert text.count("data:image/png;base64,") == 1
    assert "<summary>Table members</summary>" in text
    assert "<td>1.00 h</td>" in text
    assert page_html([run], [answered()]) == text


def test_names_in_an_answer_are_text_and_never_markup(run: Results) -> None:
    text = page_html([run], [answered(text="<script>alert(1)</script>")])
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_an_answer_is_shown_without_a_word_on_the_console_and_fits_a_phone(
    desk: Browser, run: Results, tmp_path: Path
) -> None:
    file = write_page([run], tmp_path / "page.html", answers=[answered()])
    desk.size(390, 844, phone=True)
    desk.open(file)
    assert desk.messages == []
    assert desk.value("document.documentElement.scrollWidth") == 390
    assert desk.value("document.querySelector('#answer-1 img').naturalWidth") > 500
    # Not hidden as the runs are that are not the one opened.
    assert desk.value("document.querySelector('#answer-1 img').getBoundingClientRect().width") > 300
    assert desk.value("document.querySelector('#answer-1 pre').getBoundingClientRect().height") > 10


def test_a_page_without_answers_needs_no_matplotlib(run: Results, tmp_path: Path) -> None:
    write(run, tmp_path / "r")
    code = (
        "import sys; from simulator.results import read; from simulator.page import page_html; "
        f"page_html([read({str(tmp_path / 'r')!r})]); assert 'matplotlib' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert not done.returncode, done.stderr
