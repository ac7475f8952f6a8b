"""Each drawing looks as it did when somebody last looked at it.

A drawing changed on purpose is looked at, and its picture in `pictures` made anew by
`python -m tests.maps.test_reference_images`.
"""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from simulator import maps
from simulator.maps import page
from tests import made_cameras
from tests.made_run import drawn, made_run

PICTURES = Path(__file__).parent / "pictures"
DPI = 30
# Other versions of the libraries set letters a little otherwise: pictures are compared in squares
# of so many pixels, of which few may differ much, and none may change its meaning.
SQUARE = 4
MOST_APART, MOST_SQUARES = 0.12, 0.02


def squares(png):
    """Return the mean colour of each square of a picture."""
    pixels = imread(BytesIO(png))[..., :3]
    high, wide = (size // SQUARE * SQUARE for size in pixels.shape[:2])
    parts = pixels[:high, :wide].reshape(high // SQUARE, SQUARE, wide // SQUARE, SQUARE, 3)
    return parts.mean(axis=(1, 3))


def unlike(first, second):
    """Return the share of the squares of two pictures that differ; of other sizes all do."""
    before, after = squares(first), squares(second)
    if before.shape != after.shape:
        return 1.0
    apart = np.abs(before - after).max(axis=-1) > MOST_APART
    # Of what is not white in either.
    drawn = np.minimum(before, after).min(axis=-1) < 0.97
    return apart.sum() / drawn.sum()


def picture(name):
    return page.encode(drawn(name), "png", dpi=DPI)


@pytest.mark.parametrize("name", maps.DRAWINGS)
def test_a_drawing_looks_as_it_did(name):
    assert unlike((PICTURES / f"{name}.png").read_bytes(), picture(name)) < MOST_SQUARES


# Answers with a drawing of their own look.
ANSWERS = {"cameras": made_cameras.answered}


def picture_of_answer(name):
    return page.encode(maps.answer_drawing(ANSWERS[name](), name), "png", dpi=DPI)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_drawing_of_an_answer_looks_as_it_did(name):
    seen = (PICTURES / f"{name}.png").read_bytes()
    assert unlike(seen, picture_of_answer(name)) < MOST_SQUARES
    other = maps.answer_drawing(ANSWERS[name](more=1), name)
    assert unlike(seen, page.encode(other, "png", dpi=DPI)) > MOST_SQUARES


@pytest.mark.parametrize("name", ["ground-track", "coverage", "age"])
def test_another_run_does_not_look_the_same(name):
    other = made_run(inclination_deg=70.0, step_deg=1.0)
    apart = page.encode(maps.drawing(other, name), "png", dpi=DPI)
    assert unlike((PICTURES / f"{name}.png").read_bytes(), apart) > MOST_SQUARES


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for drawing in maps.DRAWINGS:
        (PICTURES / f"{drawing}.png").write_bytes(picture(drawing))
    for drawing in ANSWERS:
        (PICTURES / f"{drawing}.png").write_bytes(picture_of_answer(drawing))
