"""`simulator explain`: what a name means, and what to do about one that nothing has."""

from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.glossary import GLOSSARY
from simulator.report import explain_text, figures_markdown
from simulator.results import COORDINATES, TABLES
from simulator.scenario import keys


def test_every_column_variable_and_key_can_be_explained():
    names = {name for layout in TABLES.values() for name in layout.columns}
    names |= {term.name for term in GLOSSARY.terms} | set(keys())
    for name in names:
        assert name.format(90) in explain_text(name.format(90)), name


def test_a_figure_is_explained_with_its_unit_its_places_and_its_definition():
    text = explain_text("wait_mean_h")
    assert text.startswith("wait_mean_h [h]\n  mean wait from a random instant")
    for words in ("better: less", "targets.csv", "regions.csv", "grids", "sweeps"):
        assert words in text
    assert "half" not in text and "the span's end taken for one" in text
    assert "area-weighted mean of the cells" in explain_text("region_wait_mean_h")


def test_the_page_of_figures_is_the_glossary():
    page = Path(__file__).parents[2] / "docs" / "figures.md"
    assert page.read_text(encoding="utf-8") == figures_markdown()


def test_the_end_of_a_key_finds_the_whole_key():
    text = explain_text("max_off_nadir_deg")
    assert "satellites.sensor.max_off_nadir_deg [degrees] (scenario key)" in text


def test_the_datetime_beside_an_instant_is_explained():
    text = explain_text("taken_utc")
    assert "end of the picture's collection, as a time in UTC" in text
    assert "beside: taken_s" in text and "tables/pictures.csv" in text
    # Of a length of time there is none.
    with pytest.raises(InputError):
        explain_text("latency_utc")


@pytest.mark.parametrize("name", sorted(COORDINATES))
def test_what_a_grid_has_beside_its_figures_is_explained(name):
    assert COORDINATES[name].partition(",")[0] in explain_text(name)


@pytest.mark.parametrize("name", ["contacts", "contacts.csv", "tables/contacts.csv"])
def test_a_table_is_explained_with_its_rows_and_columns(name):
    text = explain_text(name)
    assert "a row is one contact of one satellite" in text and "max_elevation_deg" in text


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("response_mean_h[dprk+russia]", "response_mean_h"),
        ("satellites.0.orbit.altitude_km", "satellites.orbit.altitude_km"),
    ],
)
def test_one_of_many_is_explained_as_they_all_are(name, plain):
    assert explain_text(name) == explain_text(plain)


def test_a_key_of_several_tables_has_what_each_says_of_it_on_a_line():
    lines = explain_text("satellites.orbit.kind").splitlines()
    assert "  Two-line element set." in lines


def test_a_word_of_several_names_is_answered_with_them():
    with pytest.raises(InputError, match=r"there are wait_gap_p90_h, wait_max_h, .*, \.\.\."):
        explain_text("wait")


def test_a_name_that_was_shared_says_what_else_it_was():
    assert "wait_mean_h" in explain_text("response_mean_h")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("system_response_mean_s", "it is called cell_response_mean_h now"),
        ("wait_men_h", "did you mean 'wait_mean_h'"),
    ],
)
def test_a_name_that_nothing_has_is_answered_with_the_right_one(name, words):
    with pytest.raises(InputError, match=words):
        explain_text(name)


def test_a_figure_of_grids_alone_is_said_to_be_in_no_table():
    text = explain_text("covered_h")
    assert "taken over: cell\n" in text and text.endswith("stands in: grids")
    assert "tables/coverage.csv, grids" in explain_text("wait_max_h")
