"""Scenarios to start from are valid as they are."""

import re
from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.scenario import STARTERS, loads, starter


@pytest.mark.parametrize("kind", STARTERS)
def test_every_starter_is_a_valid_scenario_with_comments(kind):
    text = starter(kind, name="first try")
    scenario = loads(text, origin="x", folder=Path(".")).resolve()
    assert scenario.title == "first try"
    assert "first try.toml" in text and "@" not in text
    assert text.count("#") > 6


@pytest.mark.parametrize("kind", STARTERS)
def test_a_starter_names_what_the_catalogue_and_the_docs_hold(kind):
    from simulator import catalog

    for named, identifier in re.findall(
        r"`simulator catalog (\w+) ?(\w+)?`", starter(kind, name="x")
    ):
        if identifier and named != "search":
            assert catalog.get(named, identifier)
        elif named != "search":
            assert catalog.entries(named)


def test_a_name_is_quoted_as_toml_needs_it():
    assert (
        loads(starter("launch", name='a "b" \\ c'), origin="x", folder=Path(".")).title
        == 'a "b" \\ c'
    )


@pytest.mark.parametrize("name", ["", "a\nb = 1", "x" * 81])
def test_a_name_that_can_be_no_title_is_refused(name):
    with pytest.raises(InputError, match="is no name"):
        starter("launch", name=name)


def test_another_start_is_answered_with_the_nearest():
    with pytest.raises(InputError, match="did you mean 'sun-synchronous'"):
        starter("sunsynchronous", name="x")


def test_the_clouds_of_a_starter_need_only_their_marks_of_a_comment_taken_away():
    text = starter("launch", name="x").replace("# [clouds]\n# clear", "[clouds]\nclear")
    scenario = loads(text, origin="x", folder=Path("."))
    assert scenario.clouds is not None and scenario.clouds.clear == "sunshine"
