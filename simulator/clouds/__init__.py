"""Clouds: what the sky leaves of looks at places.

Behind the door: `looks`, the model of the sky over a place; `gaps`, how often places are seen in
spite of clouds; `ages`, how old and how late pictures are that show something; `chances`, the
chance that one of some looks does; `pooling`, what ages and responses come to over places.
"""

from simulator.clouds.ages import SkyPieces, clear_ages, clear_answers, clear_responses
from simulator.clouds.chances import chance_shown
from simulator.clouds.gaps import ClearFigures, clear_figures, longest_gap_s
from simulator.clouds.looks import Looks, looks_under
from simulator.clouds.pooling import mean_s, means_s, percentile_s, pooled_pieces

__all__ = [
    "ClearFigures",
    "Looks",
    "SkyPieces",
    "chance_shown",
    "clear_ages",
    "clear_answers",
    "clear_figures",
    "clear_responses",
    "longest_gap_s",
    "looks_under",
    "mean_s",
    "means_s",
    "percentile_s",
    "pooled_pieces",
]
