"""`simulator explain`: what a name means, and what to do about one that nothing has."""

from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.glossary import GLOSSARY
from simulator.report import explain_text, figures_markdown
from simulator.results import TABLES
from simulator.scenario import keys


def test_every_column_variable_and_key_can_be_explained():
    names = {name for layout in TABLES.values() for name in layout.columns}
    names |= {term.grid.name for term in GLOSSARY.terms if term.grid}
    names |= {term.name for term in GLOSSARY.terms} | set(keys())
    for name in names:
        assert name.format(90) in explain_text(name.format(90)), name


def test_a_figure_is_explained_with_its_unit_its_places_and_its_definition():
    text = explain_text("wait_mean_h")
    assert text.startswith("wait_mean_h [h]\n  mean wait from a random instant")
    for words in ("better: less", "targets.csv", "regions.csv", "as wait_mean_s", "sweeps"):
        assert words in text
    assert "half" not in text and "the span's end taken for one" in text
    assert "area-weighted mean of the cells" in explain_text("region_wait_mean_h")


def test_the_page_of_figures_is_the_glossary():
    page = Path(__file__).parents[2] / "docs" / "figures.md"
    assert page.read_text(encoding="utf-8") == figures_markdown()


def test_the_end_of_a_key_finds_the_whole_key():
    text = explain_text("max_off_nadir_deg")
    assert "satellites.sensor.max_off_nadir_deg [degrees] (scenario key)" in text


def test_a_name_that_was_shared_says_what_else_it_was():
    assert "wait_mean_h" in explain_text("response_mean_h")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("system_response_mean_s", "it is called cell_response_mean_s now"),
        ("wait_men_h", "did you mean 'wait_mean_h'"),
    ],
)
def test_a_name_that_nothing_has_is_answered_with_the_right_one(name, words):
    with pytest.raises(InputError, match=words):
        explain_text(name)
