"""What a sentence calls a target: by its name in the catalogue, if that is short and its own."""

from dataclasses import replace

import pandas as pd
import pytest

from simulator.report.names import target_names
from tests import made


def called(**catalogue):
    """Return what targets are called whose names in the catalogue are these."""
    results = made.finished()
    rows = [{**results.targets.iloc[0].to_dict(), "target": name} for name in catalogue]
    entries = [
        {"kind": "targets", "id": name, "name": words} for name, words in catalogue.items() if words
    ]
    provenance = {**results.provenance, "catalogue": entries}
    return dict(target_names(replace(results, targets=pd.DataFrame(rows), provenance=provenance)))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Kunsan Air Base", "Kunsan Air Base"),
        ("Busan naval base, Yongho-dong", "Busan naval base"),
        ("Seongju county (not the THAAD site)", "Seongju county"),
        ("Iwakuni Marine Corps Air Station", "a"),
        ("", "a"),
    ],
)
def test_a_target_is_called_by_the_catalogue_where_that_is_short(name, words):
    assert called(a=name) == {"a": words}


def test_two_targets_are_never_called_alike():
    assert called(a="Gunsan port, inner harbour", b="Gunsan port, outer harbour", c="Seoul") == {
        "a": "a",
        "b": "b",
        "c": "Seoul",
    }
