"""Clouds: what the sky leaves of looks at places.

Behind the door: `looks`, the model of the sky over a place; `gaps`, how often places are seen in
spite of clouds; `ages`, how old and how late pictures are that show something; `chances`, the
chance that one of some looks does.
"""

from simulator.clouds.ages import Pieces, clear_ages, clear_answers, clear_responses
from simulator.clouds.chances import chance_shown
from simulator.clouds.gaps import ClearFigures, clear_figures, longest_gap_s
from simulator.clouds.looks import Looks, looks_under

__all__ = [
    "ClearFigures",
    "Looks",
    "Pieces",
    "chance_shown",
    "clear_ages",
    "clear_answers",
    "clear_figures",
    "clear_responses",
    "longest_gap_s",
    "looks_under",
]
