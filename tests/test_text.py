"""Texts in lines: by the columns that they take on a screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.text import width, wrapped


@given(st.text(st.sampled_from("ab 한國-+é"), max_size=60), st.integers(4, 20))
def test_no_line_is_wider_than_asked_and_no_letter_is_lost(text, columns):
    lines = wrapped(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("만리경 위성의 궤도", ["만리경", "위성의", "궤도"]),
        ("萬里鏡衛星的軌道", ["萬里鏡衛", "星的軌道"]),
        ("abc def", ["abc def"]),
    ],
)
def test_wide_letters_count_for_two_columns(text, lines):
    assert wrapped(text, 9) == lines


def test_a_number_and_its_unit_stay_on_one_line():
    assert wrapped("a wait of 12 min, 20 % of it", 11) == ["a wait of", "12 min,", "20 % of it"]
    # What only begins like a unit is a word.
    assert wrapped("in all 12 minutes", 10) == ["in all 12", "minutes"]


@pytest.mark.parametrize("word", ["wait", "wäit", "한국"])
def test_a_number_and_its_unit_stay_on_one_line_and_take_no_more_room_than_their_letters(word):
    line = f"{word} 2.2 d or 35 %"
    assert wrapped(line, width(line)) == [line]
    assert wrapped(line, width(line) - 1) == [f"{word} 2.2 d or", "35 %"]
