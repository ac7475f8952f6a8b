"""Keys of earlier versions are answered with the names they have now."""

from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.sweep import plan
from tests import made

RULES = '[figures]\nrevisit_rule = "stc"\npercents = [50.0]\n'


def problems(toml: str, *overrides: str) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        made.scenario(toml, *overrides)
    return caught.value.problems


def test_an_old_table_is_answered_key_by_key_with_its_new_name_and_is_checked_besides() -> None:
    [rule, percents, fault] = problems(made.text(RULES))
    assert rule == "test: figures.revisit_rule: is called counting.revisit_rule now"
    assert percents == "test: figures.percents: is called counting.percents now"
    assert fault.startswith("test: counting.revisit_rule: 'stc' is not 'stk'")


@pytest.mark.parametrize("table", ["figures = 3\n", "figures = {}\n"])
def test_an_old_table_without_keys_is_answered_too(table: str) -> None:
    assert problems(table + made.text()) == ("test: figures: is called counting now",)


def test_an_override_of_an_old_key_is_answered_with_the_new_one() -> None:
    assert problems(made.SMALL, "figures.revisit_rule=tatc") == (
        "test with --set: figures.revisit_rule: is called counting.revisit_rule now",
    )


def test_a_varied_old_key_is_answered_with_the_new_one(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(made.SMALL, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        plan(tmp_path / "small.toml", ["figures.revisit_rule=stk,tatc"])
    [line] = caught.value.problems
    assert "small.toml: figures.revisit_rule: is called counting.revisit_rule now [" in line
