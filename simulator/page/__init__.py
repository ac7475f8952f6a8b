"""One page for a browser: the answer of a run, its map, its days, its figures and their sources.

`page_html` makes it of one run, or of several compared, from their `Results` alone; `write_page`
puts it into a file. The page loads nothing: style, script and data are inside.

- `run_view`: what the templates show of a run; `rendering`: templates, style, script, policy.
- `projection`, `basis`: the world, drawn in Python; `places`, `cells`: what lies on it.
- `flights`: what moves over it; `looks`: when that sees a place.
- `events`, `timeline`: what happens when; `still`: the map before any script runs.
- `answered`: answers beyond those of runs, as their folders keep them.
- `colours`, `shares`, `curves`, `tables`, `inputs`, `comparing`: figures, curves, sources, runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.doors import door

if TYPE_CHECKING:
    from simulator.page.rendering import page_html
    from simulator.page.writing import write_page
else:
    __getattr__ = door(__name__, {"rendering": "page_html", "writing": "write_page"})

__all__ = ["page_html", "write_page"]
