"""How much work a study is, told from its scenario."""

import pytest

from simulator.study.amount import draws_take_long
from tests import made


@pytest.mark.parametrize(
    ("draws", "days", "long"),
    [(20, 30.0, True), (20, 29.0, False), (200, 2.0, False), (0, 300.0, False)],
)
def test_draws_take_long_by_their_number_and_that_of_days(draws, days, long):
    loaded = made.scenario(made.text(days=days, uncertainty={"draws": draws}))
    assert draws_take_long(loaded) is long


def test_a_run_at_a_draw_has_no_draws_that_take_long():
    text = made.text(days=30.0, uncertainty={"draws": 500})
    assert draws_take_long(made.scenario(text))
    assert not draws_take_long(made.scenario(text, "draw=3"))
