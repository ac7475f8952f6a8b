"""The command that writes the page of a run, and the page that a run leaves."""

from pathlib import Path

from simulator.results import write_answer
from tests.made_answers import answered
from tests.made_calls import call, good


def test_the_page_of_a_run_is_the_one_made_of_its_folder(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert good(call("report", folder, "--out", page)) == f"{page}\n"
    assert page.read_bytes() == (folder / "report.html").read_bytes()


def test_several_runs_are_compared_in_one_page(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "both.html"
    good(call("report", folder, folder, "--out", page))
    assert "2 scenarios compared" in page.read_text(encoding="utf-8")


def test_a_file_that_is_there_is_replaced_only_by_force(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("mine")
    refused = call("report", folder, "--out", page)
    assert refused.exit_code == 1
    assert "exists already" in refused.stderr
    assert page.read_text() == "mine"
    good(call("report", folder, "--out", page, "--force"))
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_an_answer_that_is_kept_stands_below_the_run(folder: Path, tmp_path: Path) -> None:
    kept, page = tmp_path / "kept", tmp_path / "page.html"
    write_answer(answered(), kept)
    good(call("report", folder, kept, "--out", page))
    assert "What each member is worth" in page.read_text(encoding="utf-8")
    refused = call("report", kept, "--out", tmp_path / "other.html")
    assert refused.exit_code == 1
    assert "holds an answer; name the results of a run too" in refused.stderr


def test_an_answer_is_drawn_again_from_its_folder(tmp_path: Path) -> None:
    kept, file = tmp_path / "kept", tmp_path / "again.svg"
    write_answer(answered(), kept)
    assert good(call("map", kept, "--figure", "list")) == "latency_mean_h\n"
    good(call("map", kept, "--no-title", "--out", file))
    assert file.read_text(encoding="utf-8").startswith("<?xml")
    refused = call("map", kept, "--day", "2023-12-01")
    assert refused.exit_code == 1
    assert "is for figures of a run; this is the folder of an answer" in refused.stderr
    other = call("map", kept, "--figure", "latency")
    assert "'latency' is none of this answer" in other.stderr
