"""`simulator explain`: names of figures, and what it answers to other words."""

import pytest

from tests.made_calls import call, good


def test_a_figure_is_explained() -> None:
    assert good(call("explain", "wait_mean_h")).startswith("wait_mean_h [h]")


@pytest.mark.parametrize("name", ["exposure", "overhead", "run"])
def test_the_name_of_a_command_is_answered_with_its_help(name: str) -> None:
    answer = call("explain", name)
    assert answer.exit_code == 1
    assert f"'{name}' is a command: simulator {name} --help" in answer.stderr


def test_another_word_is_answered_with_the_nearest_name() -> None:
    assert "did you mean" in call("explain", "wait_meen_h").stderr
