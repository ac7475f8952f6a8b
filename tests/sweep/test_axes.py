import pytest

from simulator.errors import InputError
from simulator.scenario.overrides import apply_overrides
from simulator.sweep import axis

NINES = {digits: "9" * digits for digits in (400, 5_000)}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (f"1:{NINES[400]}", "is beyond the greatest number"),
        (f"1:{NINES[5_000]}", "is beyond the greatest number"),
        (f"-{NINES[5_000]}:1:3", "is beyond the greatest number"),
        ("1:1e999:3", "1e999 is beyond the greatest number"),
        ("-1e308:1e308:3", "-1e+308 to 1e+308 is wider than a number can hold"),
        ("-1e308:1e308", "is no range"),
        (f"1:3:{NINES[5_000]}", "values from 1 to 3; allowed from 2 to 1,000,000"),
        ("1:3:1", "1 values from 1 to 3; allowed from 2 to 1,000,000"),
        ("1:3:1000001", "allowed from 2 to 1,000,000"),
        ("3:1", "is no range"),
    ],
)
def test_an_odd_range_is_a_line(values, words):
    with pytest.raises(InputError) as caught:
        axis(f"span.days={values}")
    [line] = caught.value.problems
    assert line.startswith("--vary span.days: ")
    assert words in line
    assert len(line) < 300


def test_a_range_of_whole_numbers_stays_whole_where_a_float_holds_it():
    assert axis("span.days=1:3:3").values == (1, 2, 3)
    assert axis(f"seed=0:{1 << 60}:2").values == (0.0, float(f"{1 << 60:.12g}"))
    assert axis("seed=1_000:2_000").high == 2_000


@pytest.mark.parametrize("index", [NINES[400], NINES[5_000], "9" * 12, "14", "٣" * 5_000])
def test_an_index_of_any_length_is_told_from_a_name(index):
    document = {"targets": [{"name": "a"}]}
    with pytest.raises(InputError) as caught:
        apply_overrides(document, [f"targets.{index}.name=1"])
    [line] = caught.value.problems
    assert "targets has 1 items, numbered from 0" in line
    assert len(line) < 300


def test_a_long_text_that_is_no_axis_is_cut():
    with pytest.raises(InputError) as caught:
        axis("x" * 10_000)
    assert len(str(caught.value)) < 400


def test_a_text_that_is_nearly_a_range_is_gone_through_once():
    # Were the pattern to try every way to part the digits, this would take hours.
    nearly = "1" * 20_000 + "_" * 20_000 + ":1:x"
    assert axis(f"span.days={nearly}").values == (nearly,)
