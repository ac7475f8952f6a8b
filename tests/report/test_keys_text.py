"""The page of keys in docs is the schema's."""

from pathlib import Path

from simulator.report import explain_text, keys_markdown
from simulator.scenario import keys


def test_the_page_of_keys_is_the_schema():
    page = Path(__file__).parents[2] / "docs" / "scenario-keys.md"
    assert page.read_text(encoding="utf-8") == keys_markdown()


def test_every_key_has_one_row_under_its_table():
    page = keys_markdown()
    tables = page.split("\n## ")[1:]
    rows = {
        f"{table.splitlines()[0].strip('`')}.{line.split('`')[1]}".removeprefix("The file itself.")
        for table in tables
        for line in table.splitlines()
        if line.startswith("| `")
    }
    assert rows == set(keys())
    assert sum(line.startswith("| `") for line in page.splitlines()) == len(keys())


def test_a_key_is_explained_with_its_type_bounds_and_an_example():
    text = explain_text("networks.stations.availability")
    for words in (
        "type: number",
        "default: 1",
        "allowed: more than 0, at most 1",
        "example: availability = 0.5",
    ):
        assert words in text
    assert "required" in explain_text("span.start")
