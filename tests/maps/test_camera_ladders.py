"""The drawing of a ladder of cameras: a square a camera and object."""

from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from simulator import maps
from tests.made_cameras import answered


def squares(drawing):
    """Return the colour of each square by its camera and object."""
    patches = [p for p in drawing.axes[0].patches if isinstance(p, Rectangle)]
    return {
        (round(p.get_y() + 0.5), round(p.get_x() + 0.5)): to_hex(p.get_facecolor()) for p in patches
    }


def test_a_square_is_the_darker_the_more_is_told_and_says_how_often():
    drawing = maps.answer_drawing(answered(), "cameras")
    found = squares(drawing)
    assert len(found) == 9
    shades = {found[0, 1]: 0, found[0, 0]: 1, found[1, 0]: 2, found[2, 0]: 3}
    assert len(shades) == 4
    assert [[shades[found[row, column]] for column in range(3)] for row in range(3)] == [
        [1, 0, 0],
        [2, 1, 0],
        [3, 2, 1],
    ]
    greys = [int(shade[3:5], 16) for shade in shades]
    assert greys == sorted(greys, reverse=True)
    said = [text.get_text() for text in drawing.axes[0].texts]
    assert said == ["D  0.50", "C  1.50", "D  1.50", "I  2.50", "C  2.50", "D  2.50"]
    names = [label.get_text() for label in drawing.axes[0].get_yticklabels()]
    assert names == ["camera 0", "camera 1", "camera 2"]


def test_numbers_are_of_clear_skies_where_clouds_are_counted():
    cloudy = maps.answer_drawing(answered(clouds=True), "cameras")
    assert cloudy.axes[0].texts[0].get_text() == "D  0.25"
    notes = " ".join(text.get_text() for text in cloudy.texts)
    assert "without regard to clouds" not in notes
    plain = maps.answer_drawing(answered(), "cameras")
    assert "without regard to clouds" in " ".join(text.get_text() for text in plain.texts)
