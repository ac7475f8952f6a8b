"""Drawings of a finished run, made from its `Results` alone.

`DRAWINGS` names them all, `available` those that a run has data for; `draw` writes one into a file,
`drawing` gives it to a notebook, `draw_all` makes all of a results folder, in several processes if
it is given some, and `save_all` writes them; `silent` tells those that would say nothing.
`draw_answer` draws all figures of an answer beyond a run's, `answer_drawing` one. `maps.sweeps`
draws sweeps, `globe` cuts shapes on the globe to lie flat, `colour_scale` makes classes of values,
and `EQUAL_EARTH` is the projection that the page has too.

Matplotlib is imported with the first drawing, so that a process whose drawings others
make need not wait for them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.maps import globe
    from simulator.maps.all_drawings import draw_all, save_all
    from simulator.maps.claim_checks import draw_rates, draw_residuals
    from simulator.maps.classes import ColourScale, colour_scale
    from simulator.maps.exchanges import draw_exchange
    from simulator.maps.frames import PROJECTIONS
    from simulator.maps.ladders import draw_ladder
    from simulator.maps.of_answers import answer_drawing, answer_drawings, draw_answer
    from simulator.maps.page import WIDTH_IN, Choice, png, save
    from simulator.maps.projections import EQUAL_EARTH
    from simulator.maps.register import DRAWINGS, available, draw, drawing, regions
    from simulator.maps.silence import sentence, silent
    from simulator.maps.sitingmaps import draw_siting
    from simulator.maps.sweepdata import varied_keys
    from simulator.maps.sweepdrawing import default_figure, draw_sweep, sweep_figures

__all__ = [
    "DRAWINGS",
    "EQUAL_EARTH",
    "PROJECTIONS",
    "WIDTH_IN",
    "Choice",
    "ColourScale",
    "answer_drawing",
    "answer_drawings",
    "available",
    "colour_scale",
    "default_figure",
    "draw",
    "draw_all",
    "draw_answer",
    "draw_exchange",
    "draw_ladder",
    "draw_rates",
    "draw_residuals",
    "draw_siting",
    "draw_sweep",
    "drawing",
    "globe",
    "png",
    "regions",
    "save",
    "save_all",
    "sentence",
    "silent",
    "sweep_figures",
    "varied_keys",
]

_HOMES = {
    "EQUAL_EARTH": "projections",
    "PROJECTIONS": "frames",
    "WIDTH_IN": "page",
    "Choice": "page",
    "ColourScale": "classes",
    "colour_scale": "classes",
    "answer_drawing": "of_answers",
    "answer_drawings": "of_answers",
    "draw_answer": "of_answers",
    "default_figure": "sweepdrawing",
    "draw_exchange": "exchanges",
    "draw_ladder": "ladders",
    "draw_rates": "claim_checks",
    "draw_residuals": "claim_checks",
    "draw_siting": "sitingmaps",
    "draw_sweep": "sweepdrawing",
    "png": "page",
    "save": "page",
    "sweep_figures": "sweepdrawing",
    "varied_keys": "sweepdata",
    "draw_all": "all_drawings",
    "save_all": "all_drawings",
    "sentence": "silence",
    "silent": "silence",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'simulator.maps' has no attribute '{name}'")
    if name == "globe":
        return importlib.import_module("simulator.maps.globe")
    return getattr(importlib.import_module(f"simulator.maps.{_HOMES.get(name, 'register')}"), name)
