"""Answers kept in folders: whole or not at all, and read back as they were."""

import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from simulator.errors import InputError
from simulator.results import (
    Answered,
    check_answer_folder,
    csv_text,
    is_answer,
    read_answer,
    write_answer,
)

TABLE = pd.DataFrame(
    {
        "member": ["yakutsk", "=HYPERLINK(1)", 'a "name", with all', ""],
        "alone": [1.25e-9, np.nan, -0.0, 123456.789012],
        "lost": [1, 2, 3, 4],
        "is_proven": [True, False, True, False],
    }
)


def answer(**changes):
    values = {
        "command": "worth",
        "asked": {"network": "helped", "draws": 0},
        "text": "One dish brings it all.",
        "scenario_toml": 'title = "small"\n',
        "title": "Small",
        "question": "What is it worth?",
        "start": datetime(2023, 12, 1, tzinfo=UTC),
        "days": 3.0,
        "source_line": "SGP4 (WGS72)",
        "provenance": {"caution": "none"},
        "tables": {"members": TABLE},
    }
    return Answered(**values | changes)


def test_an_answer_comes_back_as_it_was_written(tmp_path):
    write_answer(answer(), tmp_path / "kept")
    found = read_answer(tmp_path / "kept")
    assert (found.command, found.asked, found.text) == (
        "worth",
        {"network": "helped", "draws": 0},
        "One dish brings it all.",
    )
    assert found.start == datetime(2023, 12, 1, tzinfo=UTC)
    pd.testing.assert_frame_equal(found.tables["members"], TABLE, check_dtype=False, rtol=1e-9)
    assert found.tables["members"]["alone"].isna().tolist() == [False, True, False, False]


def test_the_same_answer_gives_the_same_bytes(tmp_path):
    for name in ("one", "other"):
        write_answer(answer(), tmp_path / name)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "other" / file.name).read_bytes()


def test_no_cell_is_a_formula_and_no_number_a_word(tmp_path):
    text = csv_text(TABLE)
    assert text.splitlines() == [
        "member,alone,lost,is_proven",
        "yakutsk,1.25e-09,1,true",
        "'=HYPERLINK(1),,2,false",
        '"a ""name"", with all",0,3,true',
        ",123456.789,4,false",
    ]


def test_a_table_without_rows_keeps_its_columns(tmp_path):
    write_answer(answer(tables={"sets": TABLE.iloc[:0]}), tmp_path / "kept")
    found = read_answer(tmp_path / "kept").tables["sets"]
    assert list(found.columns) == list(TABLE.columns)
    assert len(found) == 0


def test_an_infinite_number_is_refused():
    with pytest.raises(ValueError, match="members: holds an infinite value"):
        answer(tables={"members": pd.DataFrame({"alone": [np.inf]})})


def test_what_fails_inside_leaves_nothing(tmp_path):
    def fails(folder):
        (folder / "half.png").write_bytes(b"half")
        raise RuntimeError("no ink")

    with pytest.raises(RuntimeError):
        write_answer(answer(), tmp_path / "kept", drawings=fails)
    assert list(tmp_path.iterdir()) == []


def test_only_an_answer_is_replaced(tmp_path):
    kept, other = tmp_path / "kept", tmp_path / "other"
    write_answer(answer(), kept)
    with pytest.raises(InputError, match="--force"):
        check_answer_folder(kept)
    write_answer(answer(text="Changed."), kept, force=True)
    assert read_answer(kept).text == "Changed."
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    with pytest.raises(InputError):
        write_answer(answer(), other, force=True)
    assert (other / "letter.txt").read_text() == "mine"
    assert is_answer(kept)
    assert not is_answer(other)


@pytest.mark.parametrize("name", ["members.csv", "answer.txt", "scenario.toml", "answer.json"])
def test_a_changed_file_is_refused_in_one_line(tmp_path, name):
    write_answer(answer(), tmp_path / "kept")
    file = tmp_path / "kept" / name
    file.write_bytes(file.read_bytes().replace(b"a", b"o", 1))
    with pytest.raises(InputError) as fault:
        read_answer(tmp_path / "kept")
    assert name in str(fault.value)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("summary", "message"),
    [
        ("{}", "is not of the form simulator-answer"),
        ("[]", "is not of the form simulator-answer"),
        ("{", "cannot be read"),
        (json.dumps({"format": "simulator-answer", "version": 9}), "an answer of form 9"),
    ],
)
def test_what_is_no_answer_is_refused(tmp_path, summary, message):
    (tmp_path / "answer.json").write_text(summary)
    with pytest.raises(InputError, match=message):
        read_answer(tmp_path)
    with pytest.raises(InputError, match="holds no answer"):
        read_answer(tmp_path / "nowhere")
