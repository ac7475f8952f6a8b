"""The glossary: one name for one quantity, and old names answered with the new ones."""

import re

import pytest

from simulator import glossary, results
from simulator.errors import InputError
from simulator.glossary import GLOSSARY, Glossary, Term
from simulator.results.columns import TABLES
from tests import made


def test_a_name_stands_for_one_quantity_alone():
    twin = Term("wait_mean_h", "something else", ("network",))
    with pytest.raises(ValueError, match="twice"):
        Glossary((*GLOSSARY.terms, twin))


@pytest.mark.parametrize(
    ("start", "what"),
    [
        ("wait_", r"next access|mean wait over resampled spans|upper end of it|the wait for"),
        ("response_", r"request|response|instants whose answer"),
        ("cell_response_", r"request|response"),
        ("age_of_data_", r"last access|the last ended"),
        ("age_", r"newest picture|age|first picture"),
    ],
)
def test_names_that_begin_alike_are_of_one_kind_of_time(start, what):
    terms = [term for term in GLOSSARY.terms if term.name.startswith(start)]
    assert terms
    for term in terms:
        if start != "age_" or not term.name.startswith("age_of_data_"):
            assert re.search(what, term.meaning), term


def test_every_column_that_a_table_always_has_is_in_the_glossary():
    for name, layout in TABLES.items():
        for column in layout.columns:
            assert glossary.term(column), f"{name}.{column}"


def test_a_variable_of_a_grid_has_the_name_and_the_unit_of_its_column():
    for term in GLOSSARY.terms:
        if term.grid is not None:
            name = glossary.variable_name(term.name.format("97.5"))
            assert glossary.unit(name) == term.unit
            assert glossary.of_variable(name).name == term.name.format("97.5")
    assert glossary.of_variable("latency_median_h") is None


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("response_max_h", "wait_max_h"),
        ("response_p90_h", "wait_p90_h"),
        ("response_gap_p97.5_h", "wait_gap_p97.5_h"),
        ("system_response_mean_s", "cell_response_mean_h"),
        ("cell_age_unknown_s", "cell_age_unknown_h"),
        ("access_max_s", "access_max_min"),
        ("revisit_p97_5_s", "revisit_p97_5_h"),
        ("seen_by_3_s", "seen_by_3_h"),
        ("region_response_mean_h", "region_wait_mean_h"),
        ("home_within_3h_share", "delivered_within_3h_share"),
        ("home_within_0.5h_share", "delivered_within_0.5h_share"),
    ],
)
def test_a_name_of_an_earlier_version_has_its_new_name(name, new):
    assert glossary.renamed(name) == new
    assert f"it is called {new} now" in glossary.name_hint(name, ["gaps", new])


def test_a_name_that_is_neither_old_nor_new_gets_the_nearest():
    for name in ("wait_mean_h", "response_pending", "home_within_reach"):
        assert glossary.renamed(name) == ""
    assert "did you mean 'gaps'" in glossary.name_hint("gap", ["gaps", "wait_mean_h"])


def test_a_condition_on_a_figure_by_its_old_name_is_told_the_new_one():
    condition = 'thresholds = [{figure = "response_mean_h", relation = "less", value = 1.0}]'
    with pytest.raises(InputError, match=r"response_mean_h.*it is called wait_mean_h now"):
        made.scenario(made.text(made.BOX + condition))


def test_numbers_in_names_come_into_their_meanings():
    assert "97.5 %" in glossary.term("revisit_p97.5_h").meaning
    assert "97.5 %" in glossary.of_variable("revisit_p97_5_h").meaning
    assert "3 satellites" in glossary.of_variable("seen_by_3_h").meaning
    assert glossary.term("revisit_phigh_h") is None
    assert results.Column("x_h", "number").unit == "h"


@pytest.mark.parametrize("rule", ["stk", "tatc", "interior"])
def test_every_definition_that_a_figure_names_is_there(rule):
    definitions = glossary.definitions(rule, radar=True, always_asked=False)
    assert {term.definition for term in GLOSSARY.terms if term.definition} <= set(definitions)
    assert all("{" not in text for text in definitions.values())
