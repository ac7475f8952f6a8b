"""The drawing of what members are worth."""

import pytest

from simulator import maps
from simulator.errors import InputError
from tests.made_answers import answered


def words(drawing):
    texts = [text.get_text() for text in drawing.texts]
    for axes in drawing.axes:
        texts += [text.get_text() for text in axes.texts]
        texts += [label.get_text() for label in axes.get_yticklabels()]
    return "\n".join(texts).replace("\n", " ").replace("\xa0", " ")


def test_figures_in_which_somebody_gains_have_a_drawing():
    assert list(maps.answer_drawings(answered())) == ["latency_mean_h"]
    assert list(maps.answer_drawings(answered(gain=0.0))) == []


def test_the_heading_names_who_brings_the_most_and_how_much_of_it():
    text = words(maps.answer_drawing(answered(), "latency_mean_h"))
    assert "Yakutsk alone brings 100 % of what helped gains over home in the mean time" in text
    assert "90 % of 20 draws" in text


def test_bars_are_as_long_as_the_gains_and_lines_as_their_ranges():
    drawing = maps.answer_drawing(answered(), "latency_mean_h")
    lengths = [bar.get_width() for bar in drawing.axes[0].patches[:3]]
    # Below two hours axes are in minutes.
    assert lengths == pytest.approx([60.0, 37.2, 30.0])
    ranges = drawing.axes[0].collections[0].get_segments()
    assert next(tuple(ends[:, 0]) for ends in ranges) == pytest.approx((54.0, 66.0))


def test_a_name_that_is_no_drawing_is_answered_with_those_there_are():
    with pytest.raises(InputError, match="'latency' is none of this answer; it has latency_mean_h"):
        maps.answer_drawing(answered(), "latency")
