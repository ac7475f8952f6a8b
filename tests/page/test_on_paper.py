"""The page on paper and on a dark screen."""

from __future__ import annotations

from pathlib import Path

from tests.made_browser import Browser


def test_a_dark_screen_is_dark_and_print_is_not(shown: Browser) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = shown.value(ground)
    shown.media(dark=True)
    assert shown.value(ground) != light
    shown.media(kind="print", dark=True)
    assert shown.value(ground) == light


def test_print_cuts_no_figure_and_hides_the_controls(shown: Browser) -> None:
    shown.media(kind="print")
    # An A4 page of 14 mm margins is 182 by 269 mm, at 96 pixels an inch.
    shown.size(688, 1_017)
    assert shown.value("document.documentElement.scrollWidth") <= 688
    heights = shown.value(
        "[...document.querySelectorAll('svg.map, svg.timeline, figure')].map((e) => "
        "[e.getBoundingClientRect().height, getComputedStyle(e).breakInside])"
    )
    assert heights
    assert all(0.0 < height < 1_017 and inside == "avoid" for height, inside in heights)
    hidden = "[...document.querySelectorAll('[data-script]')].every((e) => !e.offsetParent)"
    assert shown.value(hidden)
    assert shown.pdf().startswith(b"%PDF")


def test_on_paper_nothing_is_announced_that_cannot_be_opened(desk: Browser, page: Path) -> None:
    desk.open(page)
    closed = "document.querySelectorAll('details:not([open])')"
    shown = f"[...{closed}].filter((each) => each.getClientRects().length).length"
    assert desk.value(f"{closed}.length") > 3 and desk.value(shown) > 3
    desk.media(kind="print")
    assert desk.value(shown) == 0
    desk.value("document.querySelector('details:not([data-script])').open = true")
    assert desk.value("document.querySelector('details[open]').getClientRects().length") == 1
