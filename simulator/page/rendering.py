"""The page as one text: templates, style and script in a file that loads nothing else.

A policy in the page's head allows the one style and the one script by their digests, so that
nothing else runs in it, whatever the names in a scenario hold.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from simulator.page import comparing, curves
from simulator.page.answered import answer_views
from simulator.page.run_view import run_view
from simulator.results import Answered, Results
from simulator.version import __version__

_CAUTION = (
    "Results are no evidence of any capability: what is hypothetical, estimated or assumed is "
    "marked so."
)


def page_html(runs: Sequence[Results], answers: Sequence[Answered] = ()) -> str:
    """Return the page of one run, or of several compared; the same runs give the same text.

    `answers` beyond those of runs, such as what members are worth, follow below. Raises ValueError
    for no run.
    """
    if not runs:
        raise ValueError("a page needs a run")
    script = _text("sky.js") + _text("page.js")
    several = len(runs) > 1
    views = [run_view(run, number) for number, run in enumerate(runs, start=1)]
    # Until the script says so afresh, marks are as large as they should be in the close-up.
    units = "".join(f"#{view.id} svg.map {{ --u: {view.unit}; }}\n" for view in views)
    style = _text("page.css") + units
    shares = [(view.results.title, view.shares) for view in views]
    return (
        _environment()
        .get_template("page.html")
        .render(
            title=runs[0].title if not several else f"{len(runs)} scenarios compared",
            runs=views,
            answers=answer_views(answers),
            compared=comparing.compared(runs) if several else None,
            charts=curves.compared_charts(shares) if several else [],
            keys=curves.compared_keys(shares) if several else [],
            differences=comparing.differences(runs) if several else [],
            policy=_policy(style, script),
            css=Markup(style),
            script=Markup(script),
            caution=_CAUTION,
            version=__version__,
        )
    )


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


@lru_cache
def _text(name: str) -> str:
    # Python reads every line end as one: the digest is of the very text in the page.
    return files("simulator.page").joinpath("templates", name).read_text(encoding="utf-8")


@lru_cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("simulator.page", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # No number that JSON lacks gets in: the browser would not read it.
    made.policies["json.dumps_kwargs"] = {"allow_nan": False, "separators": (",", ":")}
    made.globals.update(chart_width=curves.WIDTH, chart_height=curves.HEIGHT)
    return made
