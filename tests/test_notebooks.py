"""The notebooks are what their sources say, were executed whole, and run from a clean kernel."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
SOURCES = sorted(FOLDER.glob("[0-9][0-9]-*.py"))


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def source_cells(path):
    """Kind and text of each cell of a percent file, by what the format says and nothing more."""
    parts = re.split(r"^# %%(.*)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert parts[0].strip() == ""
    for mark, text in zip(parts[1::2], parts[2::2], strict=True):
        if "[markdown]" in mark:
            lines = [line.removeprefix("#").removeprefix(" ") for line in text.strip().split("\n")]
            yield "markdown", "\n".join(lines)
        else:
            yield "code", text.strip()


def test_the_notebooks_asked_for_are_there():
    assert [path.stem for path in SOURCES] == [
        "01-first-look",
        "02-what-russian-access-changes",
        "03-revisit-vs-altitude-and-field-of-regard",
        "04-how-many-satellites",
        "05-checking-a-public-claim",
        "06-what-is-one-dish-worth",
        "07-which-unknown-decides",
        "08-launch-hour-and-plane",
        "09-seen-and-acted-on",
    ]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_has_the_cells_of_its_source(source):
    rendered = [(c["cell_type"], "".join(c["source"])) for c in cells(source.with_suffix(".ipynb"))]
    assert rendered == list(source_cells(source)), "render it again: python notebooks/render.py"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_was_executed_whole_and_shows_pictures_that_need_no_script(source):
    code = [c for c in cells(source.with_suffix(".ipynb")) if c["cell_type"] == "code"]
    assert [c["execution_count"] for c in code] == list(range(1, len(code) + 1))
    outputs = [output for c in code for output in c["outputs"]]
    assert {output["output_type"] for output in outputs} == {"execute_result"}
    kinds = {kind for output in outputs for kind in output["data"]}
    assert kinds <= {"text/plain", "text/html", "text/markdown", "image/png"}
    assert "text/markdown" in code[-1]["outputs"][0]["data"], "the finding stands at the end"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_is_a_question_and_names_no_path_and_no_time_of_running(source):
    text = source.with_suffix(".ipynb").read_text(encoding="utf-8")
    # Joined here so that this file passes the search for paths itself.
    banned = ["/" + "home/", "/" + "root/", "/" + "tmp/", "/" + "work/", "/" + "Users/", "0x7"]
    shown = [line for line in text.split("\n") if '"image/png"' not in line]
    assert not [word for word in banned if any(word in line for line in shown)]
    assert "iopub" not in text
    assert "language_info" not in text
    title = "".join(cells(source.with_suffix(".ipynb"))[0]["source"]).split("\n")[0]
    assert title.startswith("# ") and title.endswith("?")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_defines_nothing_long(source):
    for match in re.finditer(r"^def .*\n((?:    .*\n|\n)*)", source.read_text(), re.MULTILINE):
        assert len(match[1].strip().split("\n")) <= 5, "it belongs in the package"


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_runs_from_a_clean_kernel(source, tmp_path):
    done = subprocess.run(
        [sys.executable, FOLDER / "render.py", source.stem, "--out", tmp_path],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    # Pictures may differ between versions of what draws them; numbers and words may not.
    now, committed = (cells(f / f"{source.stem}.ipynb") for f in (tmp_path, FOLDER))
    assert [words(c) for c in now] == [words(c) for c in committed]


def words(cell):
    data = [output["data"] for output in cell.get("outputs", ())]
    return [d.get("text/markdown", "" if "image/png" in d else d["text/plain"]) for d in data]


def test_the_docs_list_each_notebook_with_its_question():
    page = (FOLDER.parent / "docs" / "use.md").read_text(encoding="utf-8")
    for source in SOURCES:
        question = next(source_cells(source))[1].split("\n")[0].removeprefix("# ")
        assert f"[`{source.stem}`](../notebooks/{source.stem}.ipynb) | {question} |" in page
